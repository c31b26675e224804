/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dynamic partial-order reduction: optimal (wakeup trees), by source sets, and
 * the sleep-set search both are checked against.
 *
 * Source: Abdulla, Aronis, Jonsson, Sagonas, "Source sets: a foundation for
 * optimal dynamic partial order reduction", JACM 64(4), 2017;
 * Godefroid, "Partial-order methods for the verification of concurrent
 * systems", 1996 (sleep sets).
 *
 *  I1  (optimal) Every Mazurkiewicz trace is executed exactly once, and no
 *      execution is cut short as redundant, unless the search is careful (I4). What is
 *      cut short as impossible is counted apart.
 *  I2  All races of each finished execution are processed, with the whole of
 *      v = notdep(e, E).e': an incremental scan loses traces. A race is left out
 *      of later scans, as long as its steps stay, only when nothing behind e'
 *      can change the answer: a task that can be first in the part of v up to
 *      e' sleeps at the node of e, or every move of the branch that covers
 *      v belongs to that part. If the step of a sleeper that covers v comes behind
 *      e', the race is left out while that step stays too (dpor_race.until).
 *      Where weak initials are not used (source
 *      sets, and I4) a branch that begins with such a task is enough.
 *  I3  The moves in a node's sleep set are those whose continuations from there
 *      have been explored.
 *  I4  The effects of a step are those that were published, or those it had when it
 *      was executed. A step of many effects (a kernel image has them) may have others
 *      where it is moved to, so that who sleeps may not be woken as foreseen. Around those
 *      the search is careful: a sequence is covered only by a task with a step in it
 *      (initials, as in source-DPOR). Every trace is then still executed exactly once,
 *      but some executions are cut short. A search that meets its first such step late
 *      begins again.
 *  I5  A loose operation may turn out to be disabled where it is moved to. Of locks that
 *      is foreseen (dpor_possible.c); of waits for conditions it is not, and such a move
 *      is unsure until it is executed (I3 of dpor_reverse.h, I5 and I6 of wakeup.h). If it
 *      is disabled, and nothing else wants its branch, the execution is impossible and
 *      ends there. What made it wait there, in that shorter trace, may have come later
 *      still: those races are processed then (dpor__reverse_wait()). Several steps that
 *      commute with each other may have to come behind it, and no race of a finished
 *      execution moves more than one.
 *  I6  A data choice is a move that does nothing else, whatever is chosen: what follows is
 *      the next move of its task. Each alternative is a move of its own, and its race with
 *      the one that was chosen is processed like any other: what else does not happen after
 *      the choice, and the alternative. A bound on faults leaves alternatives out
 *      (I3 of exec_inject.c), and limits what covers what (I4 of dpor_reverse.h). Source
 *      sets, sleep sets and a careful search make all alternatives branches where the move
 *      is made.
 *  I7  A search comes back only to before the early step of a race. So it passes a
 *      step that is later on its object than any such step in any execution so far:
 *      no state is kept there. What is learnt late costs time, not traces.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dpor_internal.h"

static void dpor_destroy(void *state)
{
	struct dpor *dpor = state;

	if (!dpor)
		return;
	dpor_trace_clear(&dpor->trace);
	dpor_pool_clear(&dpor->sleep);
	free(dpor->nodes);
	free(dpor->path);
	dpor_mail_clear(&dpor->mail);
	dpor__forget_inbox(dpor);
	dpor_letter_close(&dpor->room);
	wakeup_clear(&dpor->forest);
	free(dpor);
}

static void *create(const struct weft_strategy_options *options, enum dpor_mode mode)
{
	struct dpor *dpor = calloc(1, sizeof(*dpor));

	if (!dpor)
		return NULL;
	dpor->mode = mode;
	wakeup_init(&dpor->forest);
	dpor->inherited = WAKEUP_NONE;
	dpor->branches_max = options->nodes_max;
	dpor->memory_max = options->memory_max;
	dpor->apart = options->apart;
	dpor->faults_max = options->faults;
	dpor->weight = 1;
	if (dpor_trace_init(&dpor->trace)) {
		dpor->trace.image = options->image;
		dpor->careful = options->image || options->careful;
		return dpor;
	}
	dpor_destroy(dpor);
	return NULL;
}

static void *dpor_create(const struct weft_strategy_options *options)
{
	return create(options, OPTIMAL);
}

static void *source_create(const struct weft_strategy_options *options)
{
	return create(options, SOURCE);
}

static void *sleep_create(const struct weft_strategy_options *options)
{
	return create(options, SLEEP);
}

static inline uint32_t published_object(struct dpor *dpor,
					const struct weft_published *p)
{
	return p->object == UINT64_MAX ? DPOR_NONE :
	       dpor_object_lookup(&dpor->trace, p->object);
}

static struct dpor_move published_move(struct dpor *dpor,
				       const struct weft_view *view, int task,
				       uint16_t choice)
{
	const struct weft_published *p =
		&view->published[dpor->trace.id_of[task]];
	struct dpor_move move = { .task = (uint8_t)task, .choice = choice };

	move.effect = dpor__effect_of_kind(published_object(dpor, p),
					   (uint8_t)p->kind);
	move.effect.fault = p->fault && choice;
	return move;
}

static enum weft_begin dpor_begin(void *state)
{
	struct dpor *dpor = state;

	if (dpor->unsettled || dpor->lent_n)
		dpor__plant_all(dpor);
	if (dpor->unsettled)
		dpor__settle(dpor);
	if (dpor->begun && dpor->kept <= dpor->own) {
		dpor->exhausted = true;
		return WEFT_BEGIN_EXHAUSTED;
	}
	if (dpor->lent_n && dpor__is_lent(dpor))
		return WEFT_BEGIN_LENT;
	dpor->begun = true;
	return WEFT_BEGIN_RUN;
}

static unsigned int dpor_shared(const void *state)
{
	const struct dpor *dpor = state;

	return dpor->kept && !dpor->loaded ?
	       dpor->nodes[dpor->kept - 1].index : WEFT_FROM_SNAPSHOT;
}

static void dpor_resume(void *state, unsigned int decision)
{
	struct dpor *dpor = state;

	if (decision == WEFT_FROM_SNAPSHOT) {
		dpor->n = 0;
		dpor_trace_begin(&dpor->trace);
		return;
	}
	dpor->n = dpor->kept - 1;
	while (dpor->n && dpor->nodes[dpor->n].index > decision)
		dpor->n--;
	dpor_trace_cut(&dpor->trace, dpor->nodes[dpor->n].step);
}

static void dpor_applied(void *state, const struct weft_operation *op)
{
	dpor_trace_add(&((struct dpor *)state)->trace, op);
}

static void dpor_waits(void *state, const struct weft_operation *op)
{
	dpor_trace_wait(&((struct dpor *)state)->trace, op);
}

static uint16_t choices_of(const struct dpor *dpor,
			   const struct weft_view *view, int task)
{
	return view->published[dpor->trace.id_of[task]].choices;
}

static bool is_asleep(const struct dpor *dpor, const struct node *node,
		      const struct weft_view *view, int task)
{
	uint16_t choices, i;

	if (!(node->asleep.tasks >> task & 1))
		return false;
	choices = choices_of(dpor, view, task);
	for (i = 0; i < choices; i++)
		if (!dpor_sleeps(&dpor->sleep, &node->asleep, task, i))
			return false;
	return true;
}

/* Adds the move, or the first alternative of it that does not sleep. */
static void grow_task(struct dpor *dpor, struct node *node,
		      const struct weft_view *view, int task)
{
	bool has_choices = choices_of(dpor, view, task);
	struct dpor_move move;
	uint16_t choice = 0;

	while (has_choices &&
	       dpor_sleeps(&dpor->sleep, &node->asleep, task, choice))
		choice++;
	move = published_move(dpor, view, task, choice);
	wakeup_add(&dpor->forest, &node->tree, &move);
}

/* Those that are enabled and do not sleep. */
static inline uint32_t awake_tasks(const struct dpor *dpor,
				   const struct node *node,
				   const struct weft_view *view)
{
	uint32_t tasks = node->enabled, left;

	for (left = tasks & node->asleep.tasks; left; left &= left - 1)
		if (is_asleep(dpor, node, view, __builtin_ctz(left)))
			tasks &= ~(1u << __builtin_ctz(left));
	return tasks;
}

static inline int first_task(const struct dpor *dpor,
			     const struct weft_view *view, uint32_t tasks)
{
	int first = view->running < 0 ? -1 :
		    dpor->trace.stable_of[view->running];

	return (int)weft_default_choice(tasks, first, 0);
}

/* Branches of a node nothing is known about yet. */
static void grow_fresh(struct dpor *dpor, struct node *node,
		       const struct weft_view *view)
{
	uint32_t tasks = awake_tasks(dpor, node, view);
	int first;

	if (!tasks)
		return;
	first = first_task(dpor, view, tasks);
	for (;;) {
		grow_task(dpor, node, view, first);
		tasks &= ~(1u << first);
		if (dpor->mode != SLEEP || !tasks)
			return;
		first = __builtin_ctz(tasks);
	}
}

/* I6 */
static void grow_choices(struct dpor *dpor, struct node *node,
			 const struct weft_view *view)
{
	uint16_t choice;

	if (node->chosen_anew)
		return;
	node->chosen_anew = true;
	for (choice = 0; choice < node->choices; choice++) {
		struct dpor_move move;

		if (dpor__has_branch(dpor, node, node->chosen, choice) ||
		    dpor_sleeps(&dpor->sleep, &node->asleep, node->chosen,
				choice))
			continue;
		move = published_move(dpor, view, node->chosen, choice);
		dpor__add_branch(dpor, (uint32_t)(node - dpor->nodes), &move);
	}
}

void dpor__grow_nodes(struct dpor *dpor)
{
	dpor->max = dpor->max ? 2 * dpor->max : 256;
	dpor->nodes = realloc(dpor->nodes, dpor->max * sizeof(*dpor->nodes));
	assert(dpor->nodes && "out of memory for the search");
}

static struct node *push_node(struct dpor *dpor, const struct weft_view *view)
{
	struct node *node;

	dpor__reserve_nodes(dpor);
	node = &dpor->nodes[dpor->n++];
	*node = (struct node) {
		.enabled = dpor_stable_mask(&dpor->trace, view->enabled),
		.step = dpor->trace.n, .index = view->index,
		.tree = WAKEUP_NONE,
	};
	if (dpor->n > 1)
		dpor_sleep_on(&dpor->sleep, &node[-1].asleep, &dpor->trace,
			      &node->asleep);
	else
		dpor_sleep_none(&dpor->sleep, &node->asleep);
	return node;
}

/* Takes the rest of the branch that led here, as far as it can be followed. */
static void adopt(struct dpor *dpor, struct node *node)
{
	node->tree = dpor->inherited;
	dpor->inherited = WAKEUP_NONE;
	dpor__drop_futile(dpor, node);
}

void dpor__follow(struct dpor *dpor, struct node *node)
{
	struct wakeup_branch *branch = dpor__branch(dpor, node->tree);

	node->chosen = (uint8_t)branch->move.task;
	node->choice = branch->move.choice;
	dpor->inherited = branch->child;
	branch->child = WAKEUP_NONE;
	dpor->is_wanted |= branch->move.effect.wanted;
	/* It is wanted one operation later. */
	if (dpor->inherited != WAKEUP_NONE)
		__builtin_prefetch(dpor__branch(dpor, dpor->inherited));
}

static unsigned int go(struct dpor *dpor, const struct node *node)
{
	dpor->choice = node->choice;
	dpor_trace_step(&dpor->trace, node->chosen);
	return (unsigned int)dpor->trace.id_of[node->chosen];
}

/* Comes to a node again, in a unit for the first time. */
static struct node *repeat_node(struct dpor *dpor, const struct weft_view *view)
{
	struct node *node = &dpor->nodes[dpor->n];

	if (dpor->loaded) {
		node->index = view->index;
		if (dpor->trace.n != dpor->n ||
		    dpor_stable_mask(&dpor->trace, view->enabled) !=
		    node->enabled) {
			dpor->astray = true;
			return NULL;
		}
	}
	dpor->n++;
	return node;
}

/* So late on its object, no step was ever to be exchanged with a later one: I7. */
static inline bool is_late(const struct dpor *dpor, uint32_t object)
{
	return object == DPOR_NONE || dpor->trace.objects[object].n >=
				      dpor->trace.objects[object].early;
}

static inline bool passes(const struct dpor *dpor, const struct node *node)
{
	return dpor->mode != SLEEP && !dpor->trace.image && !node->choices &&
	       is_late(dpor, dpor__branch(dpor, node->tree)->move.effect.object);
}

/*
 * Most nodes: no branch leads through, and one that does not choose is enough. False:
 * it is not so, or nobody is awake.
 */
static inline bool grow_lone(struct dpor *dpor, struct node *node,
			     const struct weft_view *view)
{
	uint32_t tasks = awake_tasks(dpor, node, view);
	const struct weft_published *p;
	int task;

	if (!tasks)
		return false;
	task = first_task(dpor, view, tasks);
	p = &view->published[dpor->trace.id_of[task]];
	if (p->choices)
		return false;
	node->chosen = (uint8_t)task;
	node->kind = (uint8_t)p->kind;
	node->object = published_object(dpor, p);
	node->lone = true;
	*view->ret_passes = is_late(dpor, node->object);
	return true;
}

/* A node that was just pushed. False: nothing is left to be explored there. */
static bool __attribute__((noinline))
grow_node(struct dpor *dpor, struct node *node, const struct weft_view *view)
{
	bool is_led = dpor->inherited != WAKEUP_NONE &&
		      dpor__may_lend(dpor) && !dpor->turned &&
		      !dpor->is_wanted;

	adopt(dpor, node);
	dpor->impossible = is_led && node->tree == WAKEUP_NONE;
	if (node->tree == WAKEUP_NONE && !is_led)
		grow_fresh(dpor, node, view);
	if (node->tree == WAKEUP_NONE) {
		dpor_sleep_pop(&dpor->sleep, &node->asleep);
		dpor->n--;
		return false;
	}
	dpor__follow(dpor, node);
	return true;
}

static unsigned int dpor_pick(void *state, const struct weft_view *view)
{
	struct dpor *dpor = state;
	bool is_fresh = false;
	struct node *node;

	if (view->choices)
		return dpor->choice < view->choices ? dpor->choice : 0;
	dpor_trace_complete(&dpor->trace, dpor->mode != SLEEP);
	dpor->turned |= view->forced_turn;
	if (dpor->n < dpor->kept) {
		node = repeat_node(dpor, view);
		if (!node)
			return WEFT_PICK_NOBODY;
		if (dpor->looks && dpor->n == dpor->kept &&
		    !dpor__look_at_node(dpor, node))
			return WEFT_PICK_LOOKED;
	} else {
		node = push_node(dpor, view);
		if (dpor->inherited == WAKEUP_NONE && dpor__may_lend(dpor) &&
		    grow_lone(dpor, node, view))
			return go(dpor, node);
		if (!grow_node(dpor, node, view))
			return dpor->impossible ? WEFT_PICK_IMPOSSIBLE :
						  WEFT_PICK_NOBODY;
		is_fresh = true;
	}
	/* Sequences of a damaged checkpoint lead anywhere. */
	if (dpor->apart && !(node->enabled >> node->chosen & 1)) {
		dpor->astray = true;
		return WEFT_PICK_NOBODY;
	}
	node->choices = choices_of(dpor, view, node->chosen);
	if (node->choices && dpor__may_lend(dpor))
		dpor_trace_choice(&dpor->trace, node->choice, node->choices,
				  view->published[dpor->trace.id_of[node->chosen]].fault);
	else if (node->choices)
		grow_choices(dpor, node, view);
	*view->ret_passes = is_fresh && passes(dpor, node);
	return go(dpor, node);
}

bool dpor__next_branch(struct dpor *dpor, struct node *node)
{
	uint32_t done = node->tree;

	if (node->step < dpor->trace.n)
		dpor__know_first(dpor, node, &dpor->trace.steps[node->step]);
	node->tree = dpor__branch(dpor, done)->next;
	dpor_sleep_add(&dpor->sleep, &node->asleep, &dpor->trace, node->step,
		       &dpor__branch(dpor, done)->move);
	node->done++;
	wakeup_free_tree(&dpor->forest, dpor__branch(dpor, done)->child);
	wakeup_free_branch(&dpor->forest, done);
	dpor__drop_futile(dpor, node);
	if (node->tree == WAKEUP_NONE)
		return false;
	if (dpor__branch(dpor, node->tree)->move.task != node->chosen)
		node->chosen_anew = false;
	dpor__follow(dpor, node);
	return true;
}

/* Is the branch just explored the last one? Then nobody will sleep there. */
static bool is_finished(const struct dpor *dpor, const struct node *node)
{
	const struct wakeup_branch *done = dpor__branch(dpor, node->tree);

	return done->next == WAKEUP_NONE && done->child == WAKEUP_NONE;
}

void dpor__backtrack(struct dpor *dpor)
{
	uint32_t n = dpor->n;

	dpor->is_wanted = false;
	for (; dpor->n > dpor->own; dpor->n--) {
		struct node *node = &dpor->nodes[dpor->n - 1];

		if (node->lone)
			continue;
		if (is_finished(dpor, node)) {
			wakeup_free_branch(&dpor->forest, node->tree);
			continue;
		}
		/* Sets of the nodes behind it go all at once. */
		if (dpor->n < n)
			dpor_sleep_pop(&dpor->sleep, &node[1].asleep);
		n = dpor->n;
		if (dpor__next_branch(dpor, node))
			break;
	}
	if (dpor->n < n)
		dpor_sleep_pop(&dpor->sleep, &dpor->nodes[dpor->n].asleep);
	dpor->kept = dpor->n;
	if (dpor->planted > dpor->n)
		dpor->planted = dpor->n;
}

static void forget(struct dpor *dpor)
{
	while (dpor->n) {
		struct node *node = &dpor->nodes[--dpor->n];

		wakeup_free_tree(&dpor->forest, node->tree);
		dpor_sleep_pop(&dpor->sleep, &node->asleep);
	}
	dpor->kept = 0;
	dpor->planted = 0;
	dpor->lent_n = 0;
}

void dpor__go_astray(struct dpor *dpor)
{
	dpor->astray = true;
	wakeup_free_tree(&dpor->forest, dpor->inherited);
	dpor->inherited = WAKEUP_NONE;
	forget(dpor);
}

static void begin_again(struct dpor *dpor)
{
	forget(dpor);
	dpor->leaves = 0;
	dpor->again = true;
	/* A part of a search cannot begin all of it again. */
	dpor->begun = dpor->apart;
}

/* Return: false when the search has to begin again. */
static bool is_careful_enough(struct dpor *dpor)
{
	bool is_first = !dpor->kept;

	if (dpor->careful || !dpor->trace.wide)
		return true;
	dpor->careful = true;
	dpor__plant_all(dpor);
	return is_first;
}

static void dpor_end(void *state, const struct weft_decision *decisions,
		     unsigned int n)
{
	struct dpor *dpor = state;

	(void)decisions;
	(void)n;
	dpor_trace_complete(&dpor->trace, dpor->mode != SLEEP);
	wakeup_free_tree(&dpor->forest, dpor->inherited);
	dpor->inherited = WAKEUP_NONE;
	if (dpor->mode == OPTIMAL && !is_careful_enough(dpor)) {
		begin_again(dpor);
		return;
	}
	dpor->loaded = false;
	if (dpor->astray) {
		if (dpor->n < dpor->kept)
			dpor->n = dpor->kept;
		forget(dpor);
		return;
	}
	if (dpor->mode != SLEEP && !dpor->impossible)
		dpor__process_races(dpor);
	dpor->impossible = false;
	dpor__estimate(dpor);
	dpor__backtrack(dpor);
}

static void dpor_progress(const void *state, struct weft_progress *ret)
{
	const struct dpor *dpor = state;
	bool is_whole = dpor->exhausted && !dpor->own;

	memset(ret, 0, sizeof(*ret));
	ret->bound = WEFT_PREEMPTIONS_NONE;
	ret->estimate = is_whole ? (double)dpor->leaves :
			dpor->leaves ? weft_estimate_total(&dpor->estimate) : 0;
	ret->done = is_whole ? 1 :
		    dpor->leaves ? weft_estimate_done(&dpor->estimate) : -1;
	ret->bound_done = is_whole ? WEFT_PREEMPTIONS_NONE : 0;
	ret->memory = dpor__memory(dpor);
	if (dpor->apart)
		dpor__explored(dpor, &ret->explored);
	ret->table_full = dpor->table_full;
	ret->memory_full = dpor->memory_full;
	ret->again = dpor->again;
	if (dpor->astray)
		ret->mismatch = "a unit of the search cannot be followed: the program does not do again what it did";
	if (dpor->turned)
		ret->gap = "tasks that went round in a circle had to let others pass, and the reduction may miss orders then: use --strategy dfs";
	if (dpor->trace.overflow)
		ret->gap = "a task made more steps, or there were more tasks over all executions, than the reduction can tell apart: use --strategy dfs";
}

#define ROW								\
	.systematic = true, .unbounded = true, .forced = true,		\
	.reorders = true,						\
	.destroy = dpor_destroy, .begin = dpor_begin,			\
	.pick = dpor_pick, .end = dpor_end, .progress = dpor_progress,	\
	.shared = dpor_shared, .resume = dpor_resume,			\
	.applied = dpor_applied, .waits = dpor_waits,			\
	.save = dpor__save, .load = dpor__load,				\
	.split = dpor__split, .lend = dpor__lend,			\
	.burdens = dpor__burdens, .take_back = dpor__take_back,		\
	.mail = dpor__mail, .deliver = dpor__deliver

const struct weft_strategy weft_strategy_dpor = {
	.name = "dpor",
	.summary = "every inequivalent schedule once (optimal DPOR)",
	.create = dpor_create,
	ROW
};

const struct weft_strategy weft_strategy_source = {
	.name = "source",
	.summary = "every inequivalent schedule (source-set DPOR)",
	.create = source_create,
	ROW
};

const struct weft_strategy weft_strategy_sleep = {
	.name = "sleep",
	.summary = "sleep sets only: the oracle for dpor",
	.create = sleep_create,
	ROW
};
