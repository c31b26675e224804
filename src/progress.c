/* SPDX-License-Identifier: GPL-2.0-only */
/* The progress line; contract in progress.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "output.h"
#include "progress.h"

#define TTY_SECONDS	0.2
#define PLAIN_SECONDS	5.0
#define COLUMNS		79

static bool line_is_shown;

/**
 * progress_clock() - seconds of the monotonic clock
 */
double progress_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/**
 * progress_begin() - start the clock of a campaign
 * @name: lives as long as @progress
 */
void progress_begin(struct progress *progress, const char *name, bool quiet)
{
	const char *term = getenv("TERM");

	progress->name = name;
	progress->quiet = quiet;
	progress->is_tty = isatty(STDERR_FILENO) &&
			   !(term && !strcmp(term, "dumb"));
	progress->began = progress_clock();
	progress->shown = progress->began;
}

static void format_bound(char *text, size_t size,
			 const struct weft_result *so_far)
{
	if (so_far->progress.bound == WEFT_BOUND_NONE)
		*text = '\0';
	else
		snprintf(text, size, ", %u %s%s", so_far->progress.bound,
			 so_far->progress.delays ? "delay" : "preemption",
			 so_far->progress.bound == 1 ? "" : "s");
}

/* An order of magnitude, never a promise: no part done, no time left. */
static void format_estimate(char *text, size_t size,
			    const struct weft_result *so_far)
{
	double estimate = so_far->progress.estimate;

	*text = '\0';
	if (estimate >= 1)
		snprintf(text, size, " of ~10^%d", output_magnitude(estimate));
}

/* "create-vs-rem… 6.12": what of a name fits, and the kernel's tag behind it */
static void format_name(char *text, size_t size, const char *name, size_t most)
{
	const char *tag = strrchr(name, ' ');
	size_t n = strlen(name), end = tag ? strlen(tag) : 0;

	if (n <= most || most < end + 3)
		snprintf(text, size, "%s", name);
	else
		snprintf(text, size, "%.*s…%s", (int)(most - end - 1), name,
			 tag ? tag : "");
}

/* One line of a terminal: the name gives way, what is counted does not. */
static void format_short(char *text, size_t size, double seconds,
			 const struct progress *progress,
			 const struct weft_result *so_far)
{
	double runs = (double)weft_result_runs(so_far);
	char bound[40], estimate[40], rest[200], name[200];

	format_bound(bound, sizeof(bound), so_far);
	format_estimate(estimate, sizeof(estimate), so_far);
	snprintf(rest, sizeof(rest),
		 ": %lu%s runs, %.0f/s, %lu deep%s, %zu finding%s",
		 so_far->executions, estimate, seconds > 0 ? runs / seconds : 0,
		 so_far->depth_max, bound, so_far->findings_n,
		 so_far->findings_n == 1 ? "" : "s");
	format_name(name, sizeof(name), progress->name,
		    strlen(rest) < COLUMNS ? COLUMNS - strlen(rest) : 0);
	snprintf(text, size, "%s%s", name, rest);
}

static void format_line(char *text, size_t size, double seconds,
			const struct progress *progress,
			const struct weft_result *so_far)
{
	double runs = (double)weft_result_runs(so_far);
	char bound[40], estimate[40];

	format_bound(bound, sizeof(bound), so_far);
	format_estimate(estimate, sizeof(estimate), so_far);
	snprintf(text, size,
		 "%s: %lu%s executions, %.0f/s, %lu steps deep%s, %zu finding%s",
		 progress->name, so_far->executions, estimate,
		 seconds > 0 ? runs / seconds : 0, so_far->depth_max, bound,
		 so_far->findings_n, so_far->findings_n == 1 ? "" : "s");
}

/**
 * progress_update() - show where the campaign is, if it is time to
 * @now: from progress_clock()
 */
void progress_update(struct progress *progress, double now,
		     const struct weft_result *so_far)
{
	char text[300];

	if (progress->quiet || now - progress->shown <
	    (progress->is_tty ? TTY_SECONDS : PLAIN_SECONDS))
		return;
	progress->shown = now;
	if (progress->is_tty)
		format_short(text, sizeof(text), now - progress->began,
			     progress, so_far);
	else
		format_line(text, sizeof(text), now - progress->began, progress,
			    so_far);
	if (progress->is_tty) {
		fprintf(stderr, "\r%s\033[K", text);
		fflush(stderr);
		line_is_shown = true;
	} else {
		fprintf(stderr, "%s\n", text);
	}
}

/**
 * progress_clear() - take the line away before anything else is printed
 */
void progress_clear(void)
{
	if (!line_is_shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	line_is_shown = false;
}
