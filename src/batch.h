/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a verb runs: every chosen scenario on every chosen image, one campaign
 * after the other, with the machine-readable results of all of them.
 */
#ifndef WEFT_BATCH_H
#define WEFT_BATCH_H

#include "campaign.h"
#include "suppress.h"

struct junit;
struct sarif;

/* Under automake, a test that was skipped. */
#define BATCH_EXIT_SKIPPED 77

struct batch_item {
	const struct weft_scenario	*scenario;
	const struct image		*image;	/* NULL for model programs */
};

/**
 * struct batch - see file comment
 * @reports: enum campaign_reports, written for each campaign
 * @prepare: before each campaign's first execution; may be NULL
 * @visit:   after each campaign's reports; returns an exit status
 * @skip:    instead, where the kernel lacks what the scenario needs and
 *           nothing was run (run->skipped); NULL: a line says so
 * @arg:     for @visit
 * @out:     where people read: stdout, or stderr when JSON has stdout
 * @junit, @sarif: NULL when not asked for
 */
struct batch {
	const struct options	*options;
	unsigned int		reports;
	void			(*prepare)(struct batch *batch,
					   struct campaign *c, void *arg);
	int			(*visit)(struct batch *batch,
					 struct campaign *c, void *arg);
	int			(*skip)(struct batch *batch,
					struct campaign *c, void *arg);
	void			*arg;
	FILE			*out;
	struct junit		*junit;
	struct sarif		*sarif;

	const char		*extra_image;	/* one more to choose from, or NULL */
	struct images		images;
	struct batch_item	*items;
	size_t			n, skipped;
	bool			covered;	/* some campaign has new coverage */
	FILE			*json, *junit_out, *sarif_out;
	struct options		own;		/* what @options is behind batch_open() */
	struct suppressions	suppressions;
	struct json_t		*campaigns;
	struct json_t		*comparisons;	/* for the document, or NULL */
};

/* What naming no scenario means. */
enum batch_unnamed {
	BATCH_NONE,		/* an error */
	BATCH_DEFAULT,		/* those marked default */
	BATCH_BANK,		/* all programs against a kernel, but litmus tests */
};

/**
 * batch_open() - choose campaigns and make sure the results can be written
 *
 * Does not return when the options make no sense. @batch->options and what
 * batch_run() needs are set by the caller.
 */
void batch_open(struct batch *batch, enum batch_unnamed unnamed);

/* Runs all of them. Return: the exit status. */
int batch_run(struct batch *batch);

/*
 * Writes JSON, JUnit, SARIF and the index. Return: the worse of it and @status; 77,
 * which automake takes for a skipped test, where all were skipped.
 */
int batch_close(struct batch *batch, int status);

/* "cdev-open-vs-kvm-release on 6.1: skipped: there is no ..." */
int batch_tell_skipped(struct batch *batch, struct campaign *c, void *arg);

/* The image a scenario needs, or exit 64 saying what to do. */
const struct image *batch_find_image(const struct images *images,
				     const char *tag, const char *origin);
/* The scenario of that name, or exit 64 saying what to do. */
const struct weft_scenario *batch_find_scenario(const char *name);

#endif
