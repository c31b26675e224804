/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between two campaigns of one scenario, as JSON.
 *
 * Works on what both left as JSON, so that neither image is needed any more. The
 * result is the only source of the text, the page and the picture.
 */
#ifndef WEFT_DIFF_H
#define WEFT_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "json_read.h"

/**
 * diff_graphs() - of two lock graphs (weft_lock_graph_to_json())
 *
 * {"locks": [{"name", "kind", "change", "shown", "on_cycle"}],
 *  "edges": [{"from", "to", "change", "what", "reversed", "before", "after",
 *             "shown", "cycle"}],
 *  "orders": [{"from", "to", "change", "before", "after", "direct", "shown",
 *              "on_cycle"}]}
 *
 * Locks and edges are gone, new, kept or changed, by class names; classes that the
 * graph tells apart by numbers are one here, since the numbers say only which was met
 * first. An edge is changed when the locks are the same, but "mode" or "place"
 * (functions) are not ("what"). "before" and "after" of an edge say how and where, "cycle"
 * on which sides it lies on one: before, after, both or "".
 *
 * Orders follow edges over several locks: "from" was held, directly or through others,
 * when "to" was taken. Only what differs is there: gone, new, swapped (it is the other
 * way round), path ("before" and "after" are the locks in between).
 */
struct json_t *diff_graphs(struct json_t *before, struct json_t *after);

/**
 * diff_findings() - of two campaign objects (weft_run_to_json())
 *
 * {"gone": [...], "new": [...], "same": [...]} of findings, matched by signature
 * without files, line numbers and offsets. A suppressed finding is one like others.
 */
struct json_t *diff_findings(struct json_t *before, struct json_t *after);

/* How many objects of an array have a text under a key. */
size_t diff_count(struct json_t *array, const char *key, const char *text);
/* Is what is under a key true? */
bool diff_is(struct json_t *object, const char *key);

#endif
