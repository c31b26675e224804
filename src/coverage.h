/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Line coverage of kernel source: of a campaign, and of all of them.
 *
 *	SCENARIO-TAG/coverage/		gcovr's pages
 *	SCENARIO-TAG/coverage-data/	coverage.json, summary.json: gcovr's
 *	coverage-TAG/, coverage-TAG-data/	the same of all scenarios of a kernel
 */
#ifndef WEFT_COVERAGE_H
#define WEFT_COVERAGE_H

#include <stdbool.h>

struct json_t;

/* gcovr wants one; pages do not depend on today, and do not show it. */
#define COVERAGE_DATE "1970-01-01 00:00:00"

/* How pages are coloured: nobody expects one scenario to run all of a file. */
#define COVERAGE_THRESHOLDS \
	"--html-medium-threshold", "20", "--html-high-threshold", "50"

/**
 * coverage_dress() - a link to the start page in every page below @dir
 * @in_campaign: the folder is one of a campaign's
 */
int coverage_dress(const char *dir, bool in_campaign);

/**
 * coverage_merge() - coverage-TAG/ of all campaigns in @out_dir
 * @kernel: its tag; NULL: of every kernel there is
 *
 * Counts are added. Nothing is written for less than two campaigns, or without
 * gcovr. Return: 0 or negative errno.
 */
int coverage_merge(const char *out_dir, const char *kernel);

/* gcovr's summary in a folder: {"lines": [executed, of], "functions": …}, or null */
struct json_t *coverage_summary(const char *data_dir);

#endif
