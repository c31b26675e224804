/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of options, and setting one; between options*.c only. */
#ifndef WEFT_OPTIONS_TABLE_H
#define WEFT_OPTIONS_TABLE_H

#include "options.h"

enum options_key {
	KEY_QUIET = 'q',
	KEY_VERBOSE = 'v',
	KEY_KERNEL = 256,
	KEY_PARANOID,
	KEY_STRATEGY,
	KEY_PREEMPTIONS,
	KEY_DELAYS,
	KEY_EXECUTIONS,
	KEY_TIME,
	KEY_DEPTH,
	KEY_SPIN,
	KEY_STALL,
	KEY_MAX_MEMORY,
	KEY_SEED,
	KEY_JOBS,
	KEY_CHECKPOINT,
	KEY_RESUME,
	KEY_PARAM,
	KEY_FAULTS,
	KEY_RACES,
	KEY_KEEP_GOING,
	KEY_FOCUS,
	KEY_SYMMETRY,
	KEY_SUPPRESS,
	KEY_OUT,
	KEY_JSON,
	KEY_JUNIT,
	KEY_SARIF,
	KEY_FORMAT,
	KEY_LIST_JSON,
	KEY_TRACE,
	KEY_GDB,
	KEY_FULL,
	KEY_DIFF,
	KEY_PATCH,
	KEY_CACHE,
	KEY_NEW_ONLY,
	KEY_MUTANTS,
	KEY_MUTANTS_FROM,
};

struct options_row {
	const char	*name;
	int		key;
	const char	*argument;	/* NULL: a flag */
	unsigned int	verbs;		/* a bit per verb that takes it */
	const char	*doc;
};

extern const struct options_row options_rows[];	/* a NULL name ends */

/* @origin: "--depth" or "WEFT_DEPTH", for messages. */
void options_set(struct options *options, int key, const char *value,
		 const char *origin);

#endif
