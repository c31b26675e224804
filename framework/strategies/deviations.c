/* SPDX-License-Identifier: GPL-2.0-only */
/* Deviations from a preferred schedule; contract in deviations.h. */
#include <stdlib.h>

#include "deviations.h"

static unsigned int preemption_price(const struct weft_decision *decision,
				     unsigned int chosen)
{
	return weft_is_preemption(decision, chosen);
}

const struct deviation_rules deviation_preemptions = {
	.preferred = weft_default_choice,
	.price = preemption_price,
};

/* Tasks from @first on, then those before it. */
static uint32_t rotate(uint32_t tasks, unsigned int first)
{
	return first ? tasks >> first | tasks << (32 - first) : tasks;
}

static unsigned int first_in_round(int running)
{
	return running < 0 ? 0 : (unsigned int)running;
}

static unsigned int round_robin(uint32_t enabled, int running,
				unsigned int choices)
{
	unsigned int first = first_in_round(running);

	if (choices)
		return 0;
	return (first + (unsigned int)__builtin_ctz(rotate(enabled, first))) %
	       32;
}

/* Enabled tasks between the one that ran and the one chosen. */
static unsigned int delay_price(const struct weft_decision *decision,
				unsigned int chosen)
{
	unsigned int first = first_in_round(decision->running);
	unsigned int distance = (chosen - first) % 32;

	if (decision->choices)
		return 0;
	return (unsigned int)__builtin_popcount(rotate(decision->enabled,
						       first) &
						((1u << distance) - 1));
}

const struct deviation_rules deviation_delays = {
	.preferred = round_robin,
	.price = delay_price,
};

struct deviation_bound deviation_bound(const struct deviation_rules *rules,
				const struct weft_strategy_options *options)
{
	struct deviation_bound bound = {
		.rules = rules, .iterate = options->iterate,
		.max = rules == &deviation_delays ? options->delays :
						    options->preemptions,
	};

	return bound;
}

bool deviations_reserve(struct deviations *deviations, unsigned int n)
{
	struct deviation *at;

	if (n <= deviations->max)
		return true;
	at = realloc(deviations->at, 2 * n * sizeof(*at));
	if (!at)
		return false;
	deviations->at = at;
	deviations->max = 2 * n;
	return true;
}

unsigned int deviations_pick(struct deviations *deviations,
			     const struct deviation_rules *rules,
			     const struct weft_view *view)
{
	if (deviations->next < deviations->n &&
	    deviations->at[deviations->next].decision == view->index) {
		uint32_t chosen = deviations->at[deviations->next++].chosen;

		if (view->choices ? chosen < view->choices :
				    chosen < WEFT_THREADS_MAX &&
				    (view->enabled >> chosen & 1))
			return chosen;
		deviations->astray = true;
	}
	return rules->preferred(view->enabled, view->running, view->choices);
}
