/* SPDX-License-Identifier: GPL-2.0-only */
/* Text inside XML, HTML and Graphviz labels. */
#ifndef WEFT_MARKUP_H
#define WEFT_MARKUP_H

#include <stdio.h>

/* In an attribute a line break needs a name, elsewhere it is itself. */
enum markup_place { MARKUP_TEXT, MARKUP_ATTRIBUTE };

/**
 * markup_escape() - write @text so that it is read back as it is
 * @text: UTF-8; NULL writes nothing. Control characters become '?': they have
 *        no place in XML 1.0, not even escaped.
 */
void markup_escape(FILE *out, const char *text, enum markup_place place);

#endif
