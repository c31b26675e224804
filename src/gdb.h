/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * weft replay --gdb: the same replay, run by gdb with commands of ours
 * (assets/gdb.py), which stops it at the finding or at any step.
 *
 * gdb runs "weft replay FILE" with WEFT_INSIDE_GDB set to the step to stop at,
 * from 1; 0: at the finding. Going back is running again: a replay is the same
 * every time.
 */
#ifndef WEFT_GDB_H
#define WEFT_GDB_H

struct campaign;

/* Becomes gdb on a replay of @path. Returns when there is no gdb. */
void gdb_become(const char *path);
/* Does gdb run us? Then gdb_watch() lets it look. */
int gdb_is_around(void);
void gdb_watch(struct campaign *c);

#endif
