/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How many schedules are there within a bound? Random probes of the tree that
 * dfs.c searches.
 *
 * Source: Knuth, "Estimating the efficiency of backtrack programs", Math.
 * Comp. 29, 1975: a path of random branches from the root to a leaf; a node
 * with c children stands for c times as many nodes as its level has. The mean
 * over many probes is the number of nodes, and each node is a schedule.
 */
#include <stdlib.h>
#include <string.h>

#include "estimate.h"
#include "deviations.h"
#include "rng.h"

struct prober {
	struct deviation_bound bound;
	uint64_t	seed, execution;
	struct rng	rng;
	struct deviations deviations;	/* of the node being run */
	uint32_t	cost;		/* of these */
	double		level;		/* nodes of its level, by this probe */
	double		nodes;		/* of the levels so far */
	struct weft_probed probed;
};

static void begin_probe(struct prober *prober)
{
	prober->deviations.n = 0;
	prober->cost = 0;
	prober->level = 1;
	prober->nodes = 0;
}

static void *create(const struct weft_strategy_options *options,
		    const struct deviation_rules *rules)
{
	struct prober *prober = calloc(1, sizeof(*prober));

	if (!prober)
		return NULL;
	prober->bound = deviation_bound(rules, options);
	prober->seed = options->seed;
	begin_probe(prober);
	return prober;
}

static void *dfs_probe_create(const struct weft_strategy_options *options)
{
	return create(options, &deviation_preemptions);
}

static void *delay_probe_create(const struct weft_strategy_options *options)
{
	return create(options, &deviation_delays);
}

static void probe_destroy(void *state)
{
	struct prober *prober = state;

	if (prober)
		free(prober->deviations.at);
	free(prober);
}

static enum weft_begin probe_begin(void *state)
{
	struct prober *prober = state;

	/* Sharing has grown, and decisions are numbered anew. */
	if (prober->deviations.next != prober->deviations.n)
		begin_probe(prober);
	rng_seed(&prober->rng, prober->seed, prober->execution++);
	prober->deviations.next = 0;
	return WEFT_BEGIN_RUN;
}

static unsigned int probe_pick(void *state, const struct weft_view *view)
{
	struct prober *prober = state;

	return deviations_pick(&prober->deviations, prober->bound.rules, view);
}

/* Each child replaces the one drawn before with the chance it should have. */
static unsigned long draw_child(struct prober *prober,
				const struct weft_decision *decisions,
				uint32_t from, uint32_t n,
				struct deviation *ret, uint32_t *ret_cost)
{
	const struct deviation_bound *bound = &prober->bound;
	unsigned long children = 0;
	uint32_t cost, i;
	unsigned int j;

	for (i = from; i < n; i++) {
		deviation_for_each(j, &decisions[i]) {
			cost = prober->cost +
			       bound->rules->price(&decisions[i], j);
			if (!deviation_is_within(bound, cost) ||
			    rng_below(&prober->rng, ++children))
				continue;
			ret->decision = i;
			ret->chosen = j;
			*ret_cost = cost;
		}
	}
	return children;
}

static void probe_end(void *state, const struct weft_decision *decisions,
		      unsigned int n)
{
	struct prober *prober = state;
	struct deviations *deviations = &prober->deviations;
	uint32_t from = deviations->n ?
			deviations->at[deviations->n - 1].decision + 1 : 0;
	struct deviation drawn;
	unsigned long children;
	uint32_t cost;

	if (deviations->next != deviations->n)
		return;		/* see probe_begin() */
	children = draw_child(prober, decisions, from, n, &drawn, &cost);
	prober->nodes += prober->level;
	prober->level *= (double)children;
	if (!children || !deviations_reserve(deviations, deviations->n + 1)) {
		weft_probed_add(&prober->probed, prober->nodes);
		begin_probe(prober);
		deviations->next = 0;
		return;
	}
	deviations->at[deviations->n++] = drawn;
	deviations->next = deviations->n;
	prober->cost = cost;
}

static void probe_progress(const void *state, struct weft_progress *ret)
{
	const struct prober *prober = state;

	rng_progress(state, ret);
	ret->estimate = weft_probed_total(&prober->probed);
}

const struct weft_strategy weft_strategy_dfs_probe = {
	.name = "dfs-probe",
	.summary = "random probes of what dfs searches",
	.create = dfs_probe_create,
	.destroy = probe_destroy,
	.begin = probe_begin,
	.pick = probe_pick,
	.end = probe_end,
	.progress = probe_progress,
};

const struct weft_strategy weft_strategy_delay_probe = {
	.name = "delay-probe",
	.summary = "random probes of what delay searches",
	.delays = true,
	.create = delay_probe_create,
	.destroy = probe_destroy,
	.begin = probe_begin,
	.pick = probe_pick,
	.end = probe_end,
	.progress = probe_progress,
};
