/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One campaign by several processes, with checkpoints.
 *
 * The coordinator is this process: it owns the search, its results and all
 * output. Workers are forked from it once the search has been split, so that
 * every address is the same in all of them; they get requests and give answers
 * over a socket each. What comes out does not depend on how many there are,
 * nor on time: see framework/search.h.
 */
#ifndef WEFT_JOBS_H
#define WEFT_JOBS_H

#include "campaign.h"

/* Number of processors this process may use. */
unsigned int jobs_default(void);

/**
 * jobs_are_wanted() - does this campaign need jobs_explore()?
 *
 * Without more than one job or a checkpoint, or with a strategy that cannot be
 * taken apart, weft_explore() does.
 */
bool jobs_are_wanted(const struct campaign *c);

/* What weft_explore() does. Fills in @c->result. */
void jobs_explore(struct campaign *c);

#endif
