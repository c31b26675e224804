/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One fault of each kind, then another of each: a sampler of error paths.
 *
 * A random choice at each question nearly always has its fault at one of the first few;
 * here each question has its turn, and those of a kind not yet seen to fail come first.
 * A kind is what fails and how much of it was asked for. Tasks go on as by default.
 *
 *  I1  Round r injects, of each kind, the r-th question of that kind in an execution:
 *      one fault an execution, until all questions of the default one have failed.
 *      What comes after that is a random walk.
 */
#include <stdlib.h>
#include <string.h>

#include "rng.h"

#define KINDS_MAX 256	/* what comes later never fails here */

struct kind {
	const char	*what;
	unsigned long	size;
	unsigned long	failed;		/* in executions before */
	unsigned long	asked;		/* in this one */
};

struct faults {
	uint64_t	seed, execution;
	struct rng	rng;
	struct kind	kinds[KINDS_MAX];
	size_t		n;
	unsigned long	round;
	unsigned long	of_round;	/* faults injected in it */
	bool		began, injected, done;
};

static void *faults_create(const struct weft_strategy_options *options)
{
	struct faults *state = calloc(1, sizeof(*state));

	if (state)
		state->seed = options->seed;
	return state;
}

static enum weft_begin faults_begin(void *arg)
{
	struct faults *state = arg;
	size_t i;

	rng_seed(&state->rng, state->seed, state->execution++);
	if (state->began && !state->injected) {
		state->done |= !state->of_round;
		state->round++;
		state->of_round = 0;
	}
	for (i = 0; i < state->n; i++)
		state->kinds[i].asked = 0;
	state->began = true;
	state->injected = false;
	return WEFT_BEGIN_RUN;
}

static struct kind *find_kind(struct faults *state,
			      const struct weft_fault *fault)
{
	struct kind *kind;
	size_t i;

	for (i = 0; i < state->n; i++)
		if (state->kinds[i].size == fault->size &&
		    !strcmp(state->kinds[i].what, fault->what))
			return &state->kinds[i];
	if (state->n == KINDS_MAX)
		return NULL;
	kind = &state->kinds[state->n++];
	kind->what = fault->what;
	kind->size = fault->size;
	return kind;
}

static bool has_its_turn(struct faults *state, const struct weft_fault *fault)
{
	struct kind *kind = find_kind(state, fault);

	if (!kind || kind->asked++ != state->round ||
	    kind->failed > state->round || state->injected)
		return false;
	kind->failed = state->round + 1;
	state->of_round++;
	state->injected = true;
	return true;
}

static unsigned int faults_pick(void *arg, const struct weft_view *view)
{
	struct faults *state = arg;

	if (state->done)
		return (unsigned int)(view->choices ?
				      rng_below(&state->rng, view->choices) :
				      rng_task(&state->rng, view->enabled));
	if (view->choices)
		return view->fault && has_its_turn(state, view->fault);
	return weft_default_choice(view->enabled, view->running, 0);
}

const struct weft_strategy weft_strategy_faults = {
	.name = "faults",
	.summary = "one fault of each kind at a time, then random",
	.create = faults_create,
	.destroy = free,
	.begin = faults_begin,
	.pick = faults_pick,
	.end = rng_end,
	.progress = rng_progress,
};
