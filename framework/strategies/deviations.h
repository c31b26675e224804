/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Schedules as deviations from a preferred one: what dfs, delay and their
 * probes share.
 *
 * Each decision has a preferred choice, which is free; others have a price. A
 * schedule is the list of its deviations, in ascending order of decisions; its
 * cost is the sum of their prices.
 */
#ifndef WEFT_STRATEGIES_DEVIATIONS_H
#define WEFT_STRATEGIES_DEVIATIONS_H

#include "strategy.h"

/**
 * struct deviation_rules - what is preferred, and what the rest costs
 * @price: of a choice at a decision; 0 for the preferred one
 */
struct deviation_rules {
	unsigned int	(*preferred)(uint32_t enabled, int running,
				     unsigned int choices);
	unsigned int	(*price)(const struct weft_decision *decision,
				 unsigned int chosen);
};

/* The running task goes on, else the lowest one; each preemption costs one. */
extern const struct deviation_rules deviation_preemptions;
/* Round robin, without preemption; each task passed over costs one. */
extern const struct deviation_rules deviation_delays;

/**
 * struct deviation_bound - which schedules there are
 * @max:     highest cost, inclusive; DEVIATION_NO_BOUND for none
 * @iterate: from low to high cost, and without end
 */
struct deviation_bound {
	const struct deviation_rules *rules;
	uint32_t	max;
	bool		iterate;
};

#define DEVIATION_NO_BOUND WEFT_BOUND_NONE

/* What the options say to these rules. */
struct deviation_bound deviation_bound(const struct deviation_rules *rules,
				const struct weft_strategy_options *options);

static inline bool deviation_is_within(const struct deviation_bound *bound,
				       uint32_t cost)
{
	return bound->iterate || cost <= bound->max;
}

struct deviation {
	uint32_t	decision;
	uint32_t	chosen;
};

/**
 * struct deviations - a schedule to be followed
 * @next:   first one not yet met
 * @astray: one could not be followed
 */
struct deviations {
	struct deviation	*at;
	unsigned int		n, max, next;
	bool			astray;
};

/* Room for @n; false without memory. */
bool deviations_reserve(struct deviations *deviations, unsigned int n);
unsigned int deviations_pick(struct deviations *deviations,
			     const struct deviation_rules *rules,
			     const struct weft_view *view);

/* Choices at a decision but the one taken; each once, in ascending order. */
static inline bool deviation_next(const struct weft_decision *decision,
				  unsigned int *choice)
{
	unsigned int n = decision->choices ? decision->choices :
					     WEFT_THREADS_MAX;

	for (; *choice < n; (*choice)++)
		if (*choice != decision->chosen && (decision->choices ||
		    (decision->enabled >> *choice & 1)))
			return true;
	return false;
}

#define deviation_for_each(choice, decision) \
	for ((choice) = 0; deviation_next(decision, &(choice)); (choice)++)

#endif
