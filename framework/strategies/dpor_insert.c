/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a race asks for: that its reversal is explored from the node of its early step.
 * The invariants that are named here are those of dpor.c; I2 says which races are looked
 * at, and which again.
 */
#include <string.h>

#include "dpor_internal.h"

bool dpor__has_branch(const struct dpor *dpor, const struct node *node,
		      int task, uint16_t choice)
{
	uint32_t at = node->tree;

	while (at != WAKEUP_NONE &&
	       !(dpor__branch(dpor, at)->move.task == task &&
		 dpor__branch(dpor, at)->move.choice == choice))
		at = dpor__branch(dpor, at)->next;
	return at != WAKEUP_NONE;
}

/* Is the step @task makes next at the node of @early one that is explored? */
static bool is_move_covered(const struct dpor *dpor, const struct node *node,
			    uint32_t early, int task, bool by_tree)
{
	const struct dpor_task *t = &dpor->trace.tasks[task];
	uint32_t n = (uint32_t)dpor->trace.counts[early].at[task];
	const struct weft_operation *op;

	if (n >= t->n)
		return true;	/* what it waits for at the end */
	op = &dpor->trace.steps[t->steps[n]].op;
	return op->kind != WEFT_OP_CHOOSE ||
	       dpor_sleeps(&dpor->sleep, &node->asleep, task, op->choice) ||
	       (by_tree && dpor__has_branch(dpor, node, task, op->choice));
}

/* I2, the first way: nothing behind the late step matters. */
static bool is_covered_for_good(struct dpor *dpor, const struct node *node,
				struct dpor_race *race, int task)
{
	bool by_tree = dpor->mode == SOURCE || dpor->careful;
	uint32_t there = node->asleep.tasks, at;

	/* Who sleeps is the same while the steps stay: no need to ask again. */
	if (!by_tree && (race->looked || (!there && race->early >= dpor->own)))
		return false;
	if (!race->looked)
		race->initials = dpor_initials(&dpor->trace, race->early,
				race->late, task, by_tree || race->early <
				dpor->own ? UINT32_MAX : there);
	race->looked = true;
	for (at = by_tree ? node->tree : WAKEUP_NONE; at != WAKEUP_NONE;
	     at = dpor__branch(dpor, at)->next)
		there |= 1u << dpor__branch(dpor, at)->move.task;
	for (there &= race->initials; there; there &= there - 1)
		if (is_move_covered(dpor, node, race->early,
				    __builtin_ctz(there), by_tree))
			return true;
	return false;
}

/*
 * Return: is it covered by a sleeper? @ret_until: as long as the steps before
 * this one stay; DPOR_NONE: all of them.
 */
static bool is_covered_by_sleep(struct dpor *dpor, const struct node *node,
				uint32_t *ret_until)
{
	struct dpor_sequence *seq = &dpor->sequence;
	const struct dpor_sleeper *s = dpor_sleepers(&dpor->sleep,
						     &node->asleep);
	const struct dpor_sleeper *end = s + node->asleep.n;

	for (; s < end; s++) {
		uint32_t next = dpor_sequence_next(seq, s->move.task);

		if (!dpor_sequence_starts(seq, &s->move, next))
			continue;
		*ret_until = next == DPOR_NONE || next == DPOR_LATE ?
			     DPOR_NONE : next + 1;
		return true;
	}
	return false;
}

static void insert_source(struct dpor *dpor, struct node *node)
{
	struct dpor_move move;

	/* Only the part up to the late step counts. */
	dpor->sequence.late_at = dpor->sequence.late_was;
	move = dpor_sequence_first(&dpor->sequence);
	wakeup_add(&dpor->forest, &node->tree, &move);
}

/* The node is not ours. Return: as reverse(). */
static bool mail_race(struct dpor *dpor, const struct dpor_race *race)
{
	bool first_only = dpor->mode == SOURCE;

	if (first_only)
		dpor->sequence.late_at = dpor->sequence.late_was;
	dpor_mail_race(&dpor->mail, &dpor->sequence, race, first_only);
	return first_only;
}

/* To who inserts it in its turn. Return: as reverse(). */
static bool mail_sequence(struct dpor *dpor, const struct node *node,
			  struct dpor_race *race)
{
	const struct dpor_trace *trace = &dpor->trace;
	uint32_t end = trace->n;

	if (!wakeup_covers(&dpor->forest, node->tree, &dpor->sequence))
		dpor_mail_sequence(&dpor->mail, &dpor->sequence);
	/* What a compare-and-exchange would do depends on more than its steps. */
	if (race->late == DPOR_NONE || trace->steps[race->late].op.compares)
		return false;
	while (end > race->late + 1 &&
	       dpor_happens_before(trace, race->early, end - 1))
		end--;
	race->until = end;
	race->told = true;
	return false;
}

/* What each step knows that was not there when races were processed last. */
static void find_news(const struct dpor_trace *trace, union dpor_clock *ret)
{
	uint32_t i;

	memset(ret, INT8_MAX, sizeof(*ret));
	for (i = trace->kept; i < trace->n; i++)
		dpor_clock_meet(ret, &trace->clocks[i]);
}

/* Is the sequence of a race still the one that was told? All its steps are there, and
 * what has come happens after the early step. */
static bool is_told(const struct dpor_trace *trace,
		    const struct dpor_race *race, const union dpor_clock *news)
{
	const struct dpor_step *early = &trace->steps[race->early];

	return news->at[early->task] >= early->number;
}

/* Is the first step of the sequence enabled at the node? Unless loose, it is. */
static bool can_start(const struct dpor *dpor, const struct node *node)
{
	return (!dpor->careful && dpor->mode == OPTIMAL) ||
	       (node->enabled >>
		dpor_sequence_first(&dpor->sequence).task & 1);
}

/*
 * Can the late step, if it is loose, be executed in its new position, as far as that is
 * known? Where it is first, the node tells, but not what it takes besides to wait there.
 */
static bool is_possible(struct dpor *dpor, const struct node *node)
{
	struct dpor_sequence *seq = &dpor->sequence;
	enum dpor_possible possible;

	/* Only weak initials ask. */
	if (!dpor__may_lend(dpor))
		seq->late_effect.unsure = false;
	if (!dpor_sequence_is_unsure(seq) || !seq->late.loose)
		return true;
	possible = dpor_sequence_possible(seq);
	if (possible == DPOR_SURE ||
	    ((node->enabled >> seq->late.task & 1) &&
	     dpor_sequence_is_late_first(seq)))
		seq->late_effect.unsure = false;
	return possible != DPOR_IMPOSSIBLE;
}

/* At a node. */
static uint32_t faults_left(const struct dpor *dpor, const struct node *node)
{
	uint32_t n = 0, i, end = (uint32_t)(node - dpor->nodes);

	/* Who chooses is never alone in its tree. */
	for (i = 0; i < end; i++)
		n += !dpor->nodes[i].lone &&
		     dpor__branch(dpor, dpor->nodes[i].tree)->move.effect.fault;
	return dpor->faults_max > n ? (uint32_t)(dpor->faults_max - n) : 0;
}

bool dpor__allow_faults(const struct dpor *dpor, const struct node *node,
			struct dpor_sequence *seq)
{
	uint32_t left = dpor->faults_max ? faults_left(dpor, node) : 0;

	seq->faults_left = left > seq->faults ? left - seq->faults : 0;
	return seq->faults <= left;
}

size_t dpor__memory(const struct dpor *dpor)
{
	return sizeof(*dpor) + dpor_trace_memory(&dpor->trace) +
	       dpor->sleep.max * sizeof(*dpor->sleep.sleepers) +
	       dpor->sleep.effects_max * sizeof(*dpor->sleep.effects) +
	       dpor->max * sizeof(*dpor->nodes) +
	       dpor->path_max * sizeof(*dpor->path) +
	       wakeup_memory(&dpor->forest);
}

/* Might a branch, of a step for each one of the trace at most, need too much? */
static bool is_memory_full(const struct dpor *dpor)
{
	const struct wakeup_forest *forest = &dpor->forest;

	return dpor->memory_max && wakeup_is_tight(forest, dpor->trace.n) &&
	       dpor__memory(dpor) + wakeup_memory(forest) > dpor->memory_max;
}

bool dpor__is_full(struct dpor *dpor)
{
	if (dpor->branches_max &&
	    dpor->forest.live + dpor->n >= dpor->branches_max &&
	    dpor__live_branches(dpor) >= dpor->branches_max) {
		dpor->table_full = true;
		return true;
	}
	if (is_memory_full(dpor)) {
		dpor->memory_full = true;
		return true;
	}
	return false;
}

/* A careful search inserts all of it: there, sleepers wake too late (I4). */
static bool insert_optimal(struct dpor *dpor, struct node *node, uint32_t early)
{
	const struct dpor_trace *trace = &dpor->trace;
	const struct dpor_step *step = &trace->steps[early];

	if (dpor->careful)
		return wakeup_insert(&dpor->forest, &node->tree,
				     &dpor->sequence);
	return wakeup_insert_short(&dpor->forest, &node->tree, &dpor->sequence,
				   dpor_sleepers(&dpor->sleep, &node->asleep),
				   node->asleep.n, step->effects_n ?
				   trace->effects + step->effects : NULL);
}

/*
 * Return: true when the race need not be looked at again while the late step
 * stays.
 */
static bool reverse(struct dpor *dpor, struct dpor_race *race, int task)
{
	/* One node for each step, in order. */
	struct node *node = &dpor->nodes[race->early];

	race->until = DPOR_NONE;
	race->told = false;
	if (is_covered_for_good(dpor, node, race, task))
		return true;
	if (race->early < dpor->own && !dpor__may_lend(dpor) &&
	    dpor_mail_covers(&dpor->mail, &dpor->trace, race))
		return true;
	wakeup_prefetch(&dpor->forest, node->tree);
	dpor->sequence.careful = dpor->careful;
	if (race->early == race->late)
		dpor_sequence_build_choice(&dpor->sequence, &dpor->trace,
					   race->early, race->choice,
					   race->fault);
	else
		dpor_sequence_build(&dpor->sequence, &dpor->trace, race->early,
				    race->late, task);
	if (!can_start(dpor, node) || !is_possible(dpor, node))
		return true;
	/* Another time there may be fewer behind the late step. */
	if (!dpor__allow_faults(dpor, node, &dpor->sequence))
		return false;
	if (dpor->mode == OPTIMAL &&
	    is_covered_by_sleep(dpor, node, &race->until))
		return false;
	if (race->early < dpor->own) {
		if (!dpor__may_lend(dpor))
			return mail_race(dpor, race);
		dpor__know_first(dpor, node, &dpor->trace.steps[race->early]);
		return mail_sequence(dpor, node, race);
	}
	if (dpor__is_full(dpor))
		return false;
	dpor__plant(dpor, node);
	dpor__know_first(dpor, node, &dpor->trace.steps[race->early]);
	if (dpor->mode == OPTIMAL)
		return insert_optimal(dpor, node, race->early);
	insert_source(dpor, node);
	return true;
}

void dpor__add_branch(struct dpor *dpor, uint32_t at,
		      const struct dpor_move *move)
{
	if (at < dpor->own)
		dpor_mail_move(&dpor->mail, at, move);
	else
		wakeup_add(&dpor->forest, &dpor->nodes[at].tree, move);
}

/* A service without work might have had some: where it was enabled. */
static void reverse_idle(struct dpor *dpor, uint32_t early, int task)
{
	struct node *node = &dpor->nodes[early];
	struct dpor_move move = dpor_move_of(&dpor->trace,
			&dpor->trace.waiting[task], task);

	if ((node->enabled >> task & 1) && !(node->asleep.tasks >> task & 1) &&
	    !dpor__has_branch(dpor, node, task, 0))
		dpor__add_branch(dpor, early, &move);
}

static void reverse_blocked(void *arg, uint32_t early, int task)
{
	struct dpor_race race = { .early = early, .late = DPOR_NONE };
	struct dpor *dpor = arg;

	if (dpor->trace.image && dpor->trace.waiting[task].idle)
		reverse_idle(dpor, early, task);
	else
		reverse(dpor, &race, task);
}

/*
 * I5: there the move waits, in a trace that ends before the step of @node; what it depends
 * on may come later.
 */
void dpor__reverse_wait(struct dpor *dpor, const struct node *node,
			const struct dpor_move *move)
{
	struct dpor_trace *trace = &dpor->trace;
	const struct dpor_effect *effect = &move->effect;

	dpor_trace_cut(trace, node->step);
	trace->waiting[move->task] = (struct weft_operation){
		.kind = effect->kind, .task = move->task, .peer = -1,
		.write = effect->write, .granted = effect->granted,
		.loose = true,
		.object = dpor_object_name(trace, effect->object),
	};
	trace->looks[move->task].n = 0;
	trace->waits = 1u << move->task;
	dpor_trace_blocked(trace, move->task, reverse_blocked, dpor);
	trace->waits = 0;
}

/* Of the races that were looked at, those to be looked at again stay. */
void dpor__process_races(struct dpor *dpor)
{
	struct dpor_trace *trace = &dpor->trace;
	uint32_t i, n = 0, tasks;
	union dpor_clock news;

	if (dpor->own && dpor__may_lend(dpor))
		find_news(trace, &news);
	for (i = 0; i < trace->races_n; i++) {
		struct dpor_race *race = &trace->races[i];

		if ((race->until <= trace->kept &&
		     (!race->told || is_told(trace, race, &news))) ||
		    !reverse(dpor, race, trace->steps[race->late].task))
			trace->races[n++] = *race;
	}
	trace->races_n = n;
	trace->kept = trace->n;
	for (tasks = trace->waits; tasks; tasks &= tasks - 1)
		dpor_trace_blocked(trace, __builtin_ctz(tasks),
				   reverse_blocked, dpor);
}
