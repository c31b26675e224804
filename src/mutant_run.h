/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does the bank notice a mutant? One campaign after the other on its image, until
 * one finds what is not known of the unmodified kernel.
 *
 *  M1  A finding that the scenario expects of the unmodified kernel is no kill, and
 *      a scenario without expectations for it kills nothing. Where a bug is expected
 *      the unmodified kernel is asked as well.
 *  M2  Campaigns end as those of "weft check" do, and at the first new finding. What
 *      is counted is complete executions, the sample and all passes included, up to
 *      the one that showed it.
 *  M3  Search and sample are deterministic: the numbers are the same in every run.
 */
#ifndef WEFT_MUTANT_RUN_H
#define WEFT_MUTANT_RUN_H

#include "images.h"
#include "mutant.h"

struct weft_scenario;

/* What is compared; the default is that of "weft check". */
enum mutant_search { MUTANT_DEFAULT, MUTANT_DPOR, MUTANT_RANDOM, MUTANT_SEARCHES };

/**
 * struct mutant_count - executions to the first failure by one search
 * @tried:      it can be used on the scenario at all
 * @found:      it failed, in execution @executions
 * @executions: else: how many showed nothing
 * @exhausted:  the search came to its end, within its bounds
 * @seconds:    of CPU
 */
struct mutant_count {
	bool		tried, found, exhausted;
	unsigned long	executions;
	double		seconds;
};

/**
 * struct mutant_kill - what happened to a mutant
 * @scenario: that killed it; NULL: it survives
 * @detector, @summary, @signature: of the finding; to be freed
 * @tried:    scenarios that were run
 */
struct mutant_kill {
	const struct weft_scenario *scenario;
	char			*detector, *summary, *signature;
	size_t			tried;
	struct mutant_count	counts[MUTANT_SEARCHES];
};

/**
 * mutant_run() - scenarios named by the mutant, then the rest of the bank
 * @base:  the unmodified kernel
 * @image: of the mutant
 * @ret:   to be cleared in any case
 *
 * Return: 0, or the exit status after an error message.
 */
int mutant_run(const struct options *options, const struct mutant *mutant,
	       const struct image *base, const struct image *image,
	       struct mutant_kill *ret);
void mutant_kill_clear(struct mutant_kill *kill);

#endif
