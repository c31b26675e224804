/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Probes: proof that the interesting state was reached at all.
 *
 * Counts live outside the snapshot and add up over a campaign. Order of the
 * table: order of declaration.
 */
#ifndef WEFT_PROBE_H
#define WEFT_PROBE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * @now: hits of the execution that runs, undone when it goes back
 */
struct weft_probe {
	const char	*name;
	unsigned long	count;
	unsigned long	now;
};

#define WEFT_PROBES_MAX 64

/* Declares a probe, so that one never reached is reported with count 0. */
void weft_probe_declare(const char *name);
/* Counts when @reached; declares it if need be. */
void weft_probe_hit(const char *name, bool reached);
/* A complete execution has ended: its hits count. */
void weft_probes_end(void);
const struct weft_probe *weft_probes(size_t *ret_n);
void weft_probes_reset(void);
/* Adds what another process has counted; false: no room for one more. */
bool weft_probe_add(const char *name, unsigned long count);
/* Goes back to a copy of what weft_probes() gave. */
void weft_probes_set(const struct weft_probe *from, size_t n);

#endif
