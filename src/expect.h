/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does a campaign agree with what is known about its scenario and kernel?
 *
 * The first row of the scenario's expectations that matches the kernel counts,
 * with all further rows of the same pattern: they allow more findings.
 */
#ifndef WEFT_EXPECT_H
#define WEFT_EXPECT_H

#include "report.h"

enum expect_outcome { EXPECT_MET, EXPECT_NOT_MET, EXPECT_NONE };

/**
 * expect_compare() - see file comment
 * @ret_message: one sentence per line on what differs; to be freed
 */
enum expect_outcome expect_compare(const struct weft_run *run,
				   char **ret_message);

/**
 * expect_first_new() - the earliest finding that is not known of a kernel
 * @run:    whose scenario, release and symbols are set
 * @tag:    the kernel to compare with, which need not be the one that ran
 * @result: may be that of a campaign that is still running
 *
 * Return: NULL when there is none, and where nothing is expected of that kernel.
 */
const struct weft_finding *expect_first_new(const struct weft_run *run,
					    const char *tag,
					    const struct weft_result *result);

/* Is the verdict expected of @tag "bug"? False where nothing is expected. */
bool expect_is_bug(const struct weft_scenario *scenario, const char *tag);

/* Rows that name a finding for @tag, and whether there is any row at all. */
size_t expect_findings(const struct weft_scenario *scenario, const char *tag,
		       const char *release, bool *ret_any);

#endif
