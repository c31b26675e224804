/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations in conflict; contract in conflicts.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "conflicts.h"

void conflicts_clear(struct conflicts *conflicts)
{
	free(conflicts->ops);
	memset(conflicts, 0, sizeof(*conflicts));
}

static bool is_acquisition(enum weft_op_kind kind)
{
	switch (kind) {
	case WEFT_OP_LOCK:
	case WEFT_OP_LOCK_SHARED:
	case WEFT_OP_LOCK_QUEUE:
	case WEFT_OP_TRYLOCK:
	case WEFT_OP_TRYLOCK_SHARED:
		return true;
	default:
		return false;
	}
}

static bool is_release(enum weft_op_kind kind)
{
	return kind == WEFT_OP_UNLOCK || kind == WEFT_OP_UNLOCK_SHARED ||
	       kind == WEFT_OP_DOWNGRADE;
}

static bool is_try(enum weft_op_kind kind)
{
	return kind == WEFT_OP_TRYLOCK || kind == WEFT_OP_TRYLOCK_SHARED ||
	       kind == WEFT_OP_TRYLOCK_FAILED || kind == WEFT_OP_LOCK_LOOK ||
	       kind == WEFT_OP_LOCK_LOOK_BUSY;
}

static bool is_access(enum weft_op_kind kind)
{
	return kind == WEFT_OP_ACCESS_READ || kind == WEFT_OP_ACCESS_WRITE ||
	       kind == WEFT_OP_ACCESS_RMW;
}

void conflicts_add(struct conflicts *conflicts,
		   const struct weft_operation *op,
		   const struct weft_order *order, bool waits)
{
	struct conflict_op *added;

	/* What a task was about to do is an order; a wait is a consequence, and so is
	 * what the model keeps for it. */
	if ((waits && op->kind == WEFT_OP_AWAIT) || op->kind == WEFT_OP_STATE)
		return;
	if (!waits && op->step > order->n)
		return;
	if (conflicts->n == conflicts->max) {
		conflicts->max = conflicts->max ? 2 * conflicts->max : 256;
		conflicts->ops = realloc(conflicts->ops, conflicts->max *
					 sizeof(*conflicts->ops));
		assert(conflicts->ops && "out of memory for operations");
	}
	added = &conflicts->ops[conflicts->n++];
	memset(added, 0, sizeof(*added));
	added->op = *op;
	/* Who only looks at a lock competes with nobody else who does. */
	if (op->kind == WEFT_OP_LOCK_LOOK || op->kind == WEFT_OP_LOCK_LOOK_BUSY)
		added->op.write = false;
	added->waits = waits;
	if (waits)
		added->nth = order->counts[op->task] + 1;
	else if (op->step)
		added->nth = order->nth[op->step - 1];
}

bool conflicts_clash(const struct conflict_op *a, const struct conflict_op *b)
{
	if (a->op.task == b->op.task || a->op.object == UINT64_MAX ||
	    a->op.object != b->op.object || (!a->op.write && !b->op.write))
		return false;
	/* Ordered by the start or the end of a task. */
	if ((a->unborn >> b->op.task & 1) || (b->joined >> a->op.task & 1))
		return false;
	/* A release competes with those who try; others just wait for it. */
	if (is_release(a->op.kind))
		return is_try(b->op.kind);
	if (is_release(b->op.kind))
		return is_try(a->op.kind);
	return true;
}

/* Kinds of operations that are in conflict in the same way. */
enum way { WAY_RELEASE, WAY_TRY, WAY_OTHER, WAYS };

static enum way way_of(enum weft_op_kind kind)
{
	return is_release(kind) ? WAY_RELEASE : is_try(kind) ? WAY_TRY :
	       WAY_OTHER;
}

/*
 * Tasks that touched one object, a bit each: by the task that asks, way, and
 * whether they wrote.
 */
struct touched {
	uint32_t by[WEFT_THREADS_MAX][WAYS][2];
};

/* Tasks with an operation in conflict with @op, as conflicts_clash() has it. */
static uint32_t in_conflict(const struct touched *touched,
			    const struct conflict_op *op)
{
	enum way way = way_of(op->op.kind), other;
	uint32_t tasks = 0;

	for (other = 0; other < WAYS; other++) {
		const uint32_t *by = touched->by[op->op.task][other];

		if ((way == WAY_RELEASE && other != WAY_TRY) ||
		    (other == WAY_RELEASE && way != WAY_TRY))
			continue;
		tasks |= by[1] | (op->op.write ? by[0] : 0);
	}
	return tasks & ~(1u << op->op.task);
}

/* Every task but those in @except may ask for this operation. */
static void touch(struct touched *touched, const struct conflict_op *op,
		  uint32_t except)
{
	enum way way = way_of(op->op.kind);
	int task;

	for (task = 0; task < WEFT_THREADS_MAX; task++)
		if (!(except >> task & 1))
			touched->by[task][way][op->op.write] |=
				1u << op->op.task;
}

/* What the start and the end of tasks order. */
static void find_frames(struct conflicts *conflicts)
{
	uint32_t mask[WEFT_THREADS_MAX] = { 0 };
	size_t i;

	for (i = conflicts->n; i--; ) {
		struct conflict_op *op = &conflicts->ops[i];

		op->unborn = mask[op->op.task];
		if (op->op.kind == WEFT_OP_SPAWN)
			mask[op->op.task] |= 1u << op->op.peer;
	}
	memset(mask, 0, sizeof(mask));
	for (i = 0; i < conflicts->n; i++) {
		struct conflict_op *op = &conflicts->ops[i];

		op->joined = mask[op->op.task];
		if (op->op.kind != WEFT_OP_AWAIT)
			continue;
		if (op->op.peer == WEFT_PEER_ALL)
			mask[op->op.task] = ~0u;
		else if (op->op.peer >= 0)
			mask[op->op.task] |= 1u << op->op.peer;
	}
}

/* One object: its operations are @at[0] to @at[n - 1], in order. */
static void find_on_object(struct conflicts *conflicts, const size_t *at,
			   size_t n, unsigned long steps)
{
	struct touched later = { 0 }, earlier = { 0 };
	struct conflict_op *op;
	size_t i;

	for (i = n; i--; ) {
		op = &conflicts->ops[at[i]];
		if (!op->waits && op->op.step <= steps)
			op->early = in_conflict(&later, op) & ~op->unborn;
		touch(&later, op, op->joined);
		conflicts->early[op->op.task] |= op->early;
	}
	for (i = 0; i < n; i++) {
		op = &conflicts->ops[at[i]];
		op->late = in_conflict(&earlier, op) & ~op->joined;
		if (!op->waits && op->op.step <= steps)
			touch(&earlier, op, op->unborn);
	}
}

struct place {
	uint64_t	object;
	size_t		at;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->object != y->object)
		return x->object < y->object ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

void conflicts_find(struct conflicts *conflicts, unsigned long steps)
{
	struct place *places = calloc(conflicts->n + 1, sizeof(*places));
	size_t *at = calloc(conflicts->n + 1, sizeof(*at));
	size_t i, n = 0, begin;

	assert(places && at && "out of memory for conflicts");
	find_frames(conflicts);
	for (i = 0; i < conflicts->n; i++) {
		if (conflicts->ops[i].op.object == UINT64_MAX)
			continue;
		places[n].object = conflicts->ops[i].op.object;
		places[n++].at = i;
	}
	qsort(places, n, sizeof(*places), compare_places);
	for (i = 0; i < n; i++)
		at[i] = places[i].at;
	for (begin = 0; begin < n; begin = i) {
		for (i = begin; i < n &&
		     places[i].object == places[begin].object; i++)
			;
		find_on_object(conflicts, at + begin, i - begin, steps);
	}
	free(places);
	free(at);
}

size_t conflicts_early(const struct conflicts *conflicts, int before,
		       int after, size_t *ret)
{
	size_t i, n = 0;

	for (i = 0; i < conflicts->n; i++)
		if (conflicts->ops[i].op.task == before &&
		    (conflicts->ops[i].early >> after & 1))
			ret[n++] = i;
	return n;
}

size_t conflicts_late(const struct conflicts *conflicts, int before,
		      int after, size_t *ret)
{
	size_t i, n = 0;

	for (i = 0; i < conflicts->n; i++)
		if (conflicts->ops[i].op.task == after &&
		    (conflicts->ops[i].late >> before & 1))
			ret[n++] = i;
	return n;
}

size_t conflicts_all(const struct conflicts *conflicts, int task,
		     unsigned long steps, size_t *ret)
{
	size_t i, n = 0;

	for (i = 0; i < conflicts->n; i++) {
		const struct conflict_op *op = &conflicts->ops[i];

		if (op->op.task == task && op->nth && op->op.step <= steps &&
		    op->op.kind != WEFT_OP_SPAWN && op->op.kind != WEFT_OP_EXIT)
			ret[n++] = i;
	}
	return n;
}

/* The corner is made of two pairs: take the one that has @a, or @b. */
static void nearest_conflict(const struct conflicts *conflicts, size_t *a,
			     size_t *b)
{
	const struct conflict_op *ops = conflicts->ops;
	size_t i;

	for (i = *b; i > *a; i--)
		if (ops[i].op.task == ops[*b].op.task &&
		    conflicts_clash(&ops[*a], &ops[i])) {
			*b = i;
			return;
		}
	/* It is the step that is held, with all that it does. */
	for (i = *a; i && ops[i - 1].op.step == ops[*a].op.step; )
		i--;
	for (; i < *b; i++)
		if (ops[i].op.task == ops[*a].op.task &&
		    conflicts_clash(&ops[i], &ops[*b])) {
			*a = i;
			return;
		}
}

/* Where the lock taken at @at is let go; the end when it never is. */
static size_t end_of_section(const struct conflicts *conflicts, size_t at)
{
	const struct weft_operation *lock = &conflicts->ops[at].op;
	size_t i;

	for (i = at + 1; i < conflicts->n; i++) {
		const struct weft_operation *op = &conflicts->ops[i].op;

		if (op->task == lock->task && op->object == lock->object &&
		    is_release(op->kind))
			return i;
	}
	return conflicts->n;
}

/* The last access of one section and the first of the other in conflict. */
static bool protected_access(const struct conflicts *conflicts, size_t a,
			     size_t b, size_t *ret_a, size_t *ret_b)
{
	const struct conflict_op *ops = conflicts->ops;
	size_t a_end = end_of_section(conflicts, a);
	size_t b_end = end_of_section(conflicts, b), i, j;

	for (i = a_end; i-- > a; ) {
		if (ops[i].op.task != ops[a].op.task || !is_access(ops[i].op.kind))
			continue;
		for (j = b; j < b_end; j++)
			if (ops[j].op.task == ops[b].op.task &&
			    is_access(ops[j].op.kind) &&
			    conflicts_clash(&ops[i], &ops[j])) {
				*ret_a = i;
				*ret_b = j;
				return true;
			}
	}
	return false;
}

void conflicts_explain(const struct conflicts *conflicts, size_t *a, size_t *b)
{
	const struct conflict_op *ops = conflicts->ops;

	if (!conflicts_clash(&ops[*a], &ops[*b]))
		nearest_conflict(conflicts, a, b);
	if (ops[*a].op.object == ops[*b].op.object && !ops[*b].waits &&
	    is_acquisition(ops[*a].op.kind) && is_acquisition(ops[*b].op.kind))
		protected_access(conflicts, *a, *b, a, b);
}

/* The recorded step of an operation: its text, if any, comes with a note. */
static size_t find_step(const struct weft_evidence *evidence,
			const struct weft_operation *op)
{
	size_t i, found = SIZE_MAX;

	for (i = 0; i < evidence->steps_n; i++) {
		const struct weft_step *step = &evidence->steps[i];

		if (step->step != op->step || step->task != op->task ||
		    (step->kind != op->kind &&
		     !(is_access(step->kind) && is_access(op->kind))))
			continue;
		if (found == SIZE_MAX || step->text)
			found = i;
	}
	return found;
}

struct weft_cause_end conflicts_end(const struct conflicts *conflicts,
				    size_t at,
				    const struct weft_evidence *evidence)
{
	const struct conflict_op *op = &conflicts->ops[at];
	struct weft_cause_end end = {
		.task = op->op.task, .nth = op->nth, .kind = op->op.kind,
		.object = op->op.object, .waits = op->waits,
		.step = op->waits ? 0 : op->op.step, .evidence = SIZE_MAX,
	};

	if (!op->waits)
		end.evidence = find_step(evidence, &op->op);
	return end;
}
