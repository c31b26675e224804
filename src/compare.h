/* SPDX-License-Identifier: GPL-2.0-only */
/* What weft compare and weft graph --diff share: scenarios on two images in turn. */
#ifndef WEFT_COMPARE_H
#define WEFT_COMPARE_H

#include "batch.h"

/**
 * struct compare - see file comment
 * @options:  of the batch: two kernels
 * @parts:    enum comparison_parts to print
 * @patches:  what the second image has more than the first; for reports
 * @image:    path of the second image when it is none of the usual ones
 */
struct compare {
	struct options		options;
	unsigned int		parts;
	struct strings		patches;
	const char		*image;

	struct json_t		*before;
	const struct weft_scenario *scenario;	/* of @before */
	const struct weft_scenario *skipped;	/* the last one */
	double			seconds;	/* of both sides */
	size_t			done;		/* compared */
	size_t			told;		/* the skipped as well */
};

/* Runs all and writes the reports. Return: the exit status. */
int compare_run(struct compare *compare);

/*
 * compare_tell.c: in the format that was asked for, and to JUnit XML. A comparison
 * passes when its exit @status is 0.
 */
void compare_tell_begin(const struct compare *compare,
			const struct batch *batch);
void compare_tell(struct compare *compare, struct batch *batch,
		  struct json_t *comparison, const struct weft_run *after,
		  int status);
void compare_tell_skipped(struct compare *compare, struct batch *batch,
			  struct campaign *c);

#endif
