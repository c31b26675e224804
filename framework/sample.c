/* SPDX-License-Identifier: GPL-2.0-only */
/* A sample by several strategies in turn; contract in sample.h. */
#include <assert.h>
#include <stdlib.h>

#include "foretell.h"
#include "sample.h"
#include "witness.h"

/* One in so many executions is a probe. */
#define PROBES_SHARE	4
/* Of so many executions it is asked what they foretell. */
#define PREDICTED	8

enum { DEFAULT, FAULTS, FIRST_SAMPLER, PROBER = FIRST_SAMPLER + 2, MEMBERS };

/* Who takes part; strategy NULL: no such member. */
struct member {
	struct weft_campaign	campaign;	/* with its strategy */
	void			*state;
};

static void open_members(struct member *members, const struct weft_exec *x,
			 const struct weft_campaign *campaign)
{
	/* What dfs runs first is the default execution. */
	const struct weft_strategy *const strategies[MEMBERS] = {
		[DEFAULT] = &weft_strategy_dfs,
		[FAULTS] = weft_exec_faults_max(x) ? &weft_strategy_faults : NULL,
		[FIRST_SAMPLER] = &weft_strategy_pos,
		[FIRST_SAMPLER + 1] = &weft_strategy_surw,
		[PROBER] = campaign->strategy->probe,
	};
	int i;

	for (i = 0; i < MEMBERS; i++) {
		members[i].campaign = *campaign;
		members[i].campaign.strategy = strategies[i];
		members[i].state = NULL;
		if (!strategies[i])
			continue;
		members[i].state = strategies[i]->create(&campaign->options);
		assert(members[i].state && "out of memory for a sample");
	}
}

static void close_members(struct member *members)
{
	int i;

	for (i = 0; i < MEMBERS; i++)
		if (members[i].state)
			members[i].campaign.strategy->destroy(members[i].state);
}

static struct member *member_for(struct member *members,
				 unsigned long execution, unsigned long n)
{
	if (!execution)
		return &members[DEFAULT];
	if (members[PROBER].state && execution >= n - n / PROBES_SHARE)
		return &members[PROBER];
	if (members[FAULTS].state && execution % 2)
		return &members[FAULTS];
	if (members[FAULTS].state)
		execution /= 2;
	return &members[FIRST_SAMPLER +
			(execution - 1) % (PROBER - FIRST_SAMPLER)];
}

static double probed(const struct member *prober)
{
	struct weft_progress progress;

	if (!prober->state)
		return 0;
	prober->campaign.strategy->progress(prober->state, &progress);
	return progress.estimate;
}

static void count_apart(struct weft_result *result)
{
	result->sampled = result->executions_total;
	result->executions_total = 0;
	result->executions = 0;
}

/* Deadlocks from the first one; uses after free from others, too. */
static enum explorer_end predict(struct weft_exec *x,
				 const struct weft_campaign *campaign,
				 struct weft_result *result, bool first)
{
	enum explorer_end end;

	if (!first)
		return weft_foretell_again(x, campaign, result);
	end = weft_predict(x, campaign, result);
	return end == EXPLORER_STOPPED ? end :
	       weft_foretell(x, campaign, result);
}

enum explorer_end weft_sample(struct weft_exec *x,
			      const struct weft_campaign *campaign,
			      struct weft_result *result, double *ret_probed)
{
	enum explorer_end end = EXPLORER_ON;
	struct member members[MEMBERS];
	bool depth_hit;		/* of no interest: the search proves, not this */
	unsigned long i;

	open_members(members, x, campaign);
	for (i = 0; i < campaign->sample && end != EXPLORER_STOPPED; i++) {
		struct member *member = member_for(members, i,
						   campaign->sample);

		member->campaign.strategy->begin(member->state);
		end = explorer__execute(x, &member->campaign, member->state,
					result, &depth_hit);
		if (end != EXPLORER_STOPPED && campaign->witness_max &&
		    i < PREDICTED)
			end = predict(x, campaign, result, !i);
	}
	*ret_probed = probed(&members[PROBER]);
	close_members(members);
	count_apart(result);
	if (end == EXPLORER_STOPPED)
		return end;
	/* What follows is about the search: I2. */
	result->depth_max = 0;
	result->decisions_max = 0;
	result->tasks_max = 0;
	return EXPLORER_ON;
}
