/* SPDX-License-Identifier: GPL-2.0-only */
/* Escaping for markup; contract in markup.h. */
#include "markup.h"

static const char *name_of(char c, enum markup_place place)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\n':
		return place == MARKUP_ATTRIBUTE ? "&#10;" : "\n";
	case '\t':
		return place == MARKUP_ATTRIBUTE ? "&#9;" : "\t";
	default:
		return (unsigned char)c < 0x20 ? "?" : NULL;
	}
}

void markup_escape(FILE *out, const char *text, enum markup_place place)
{
	for (; text && *text; text++) {
		const char *name = name_of(*text, place);

		if (name)
			fputs(name, out);
		else
			fputc(*text, out);
	}
}
