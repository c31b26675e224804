/* SPDX-License-Identifier: GPL-2.0-only */
/* The files in src/assets/ as text: styles, scripts of pages and of gdb. */
#ifndef WEFT_ASSETS_H
#define WEFT_ASSETS_H

extern const char asset_style_css[];
extern const char asset_finding_js[];
extern const char asset_finding_board_js[];
extern const char asset_finding_panel_js[];
extern const char asset_finding_rows_js[];
extern const char asset_finding_story_js[];
extern const char asset_graph_js[];
extern const char asset_index_js[];
extern const char asset_gdb_py[];

#endif
