/* SPDX-License-Identifier: GPL-2.0-only */
/* Styles and scripts of the HTML pages: the files in src/page/, as text. */
#ifndef WEFT_PAGE_H
#define WEFT_PAGE_H

extern const char page_style_css[];
extern const char page_finding_js[];
extern const char page_index_js[];

#endif
