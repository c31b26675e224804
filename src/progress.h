/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The progress line: on a terminal about five times a second in place,
 * elsewhere a line every five seconds. For people only: nothing else may
 * depend on it.
 */
#ifndef WEFT_PROGRESS_H
#define WEFT_PROGRESS_H

#include "../framework/explorer.h"

/**
 * struct progress - of one campaign
 * @name:  what is shown in front
 * @began, @shown: seconds of the monotonic clock
 */
struct progress {
	const char	*name;
	bool		quiet;
	bool		is_tty;
	double		began;
	double		shown;
};

double progress_clock(void);
void progress_begin(struct progress *progress, const char *name, bool quiet);
void progress_update(struct progress *progress, double now,
		     const struct weft_result *so_far);
/* Takes the line away, if there is one. */
void progress_clear(void);

#endif
