/* SPDX-License-Identifier: GPL-2.0-only */
/* Steps, happens-before and races of an execution; contract in dpor_trace.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dpor_trace.h"

#define CLOCK_BYTES (WEFT_THREADS_MAX * sizeof(uint32_t))

void dpor_trace_begin(struct dpor_trace *trace)
{
	trace->n = 0;
	memset(trace->last, 0, sizeof(trace->last));
	memset(trace->is_waiting, 0, sizeof(trace->is_waiting));
}

void dpor_trace_clear(struct dpor_trace *trace)
{
	free(trace->steps);
	free(trace->clocks);
	memset(trace, 0, sizeof(*trace));
}

void dpor_trace_add(struct dpor_trace *trace, const struct weft_operation *op)
{
	if (trace->n == trace->max) {
		size_t max = trace->max ? 2 * trace->max : 256;

		trace->steps = realloc(trace->steps,
				       max * sizeof(*trace->steps));
		trace->clocks = realloc(trace->clocks, max * CLOCK_BYTES);
		assert(trace->steps && trace->clocks &&
		       "out of memory for a trace");
		trace->max = max;
	}
	trace->steps[trace->n++].op = *op;
}

bool dpor_dependent(const struct weft_operation *a,
		    const struct weft_operation *b)
{
	return a->object != UINT64_MAX && a->object == b->object &&
	       (a->write || b->write) &&
	       !(a->commutes && b->commutes && a->kind == b->kind);
}

/* Is every other step of the object, before and after, ordered with it? */
static bool is_barrier(const struct weft_operation *op)
{
	return op->write && !op->commutes;
}

static bool known(const uint32_t *clock, const struct dpor_step *step)
{
	return clock[step->op.task] >= step->number;
}

bool dpor_happens_before(const struct dpor_trace *trace, size_t a, size_t b)
{
	return known(trace->steps[b].clock, &trace->steps[a]);
}

static bool is_loose(const struct weft_operation *op)
{
	return op->loose && op->object != UINT64_MAX;
}

bool dpor_trace_has_loose(const struct dpor_trace *trace)
{
	size_t i;
	int task;

	for (i = 0; i < trace->n; i++)
		if (is_loose(&trace->steps[i].op))
			return true;
	for (task = 0; task < WEFT_THREADS_MAX; task++)
		if (trace->is_waiting[task] && is_loose(&trace->waiting[task]))
			return true;
	return false;
}

static void join(uint32_t *clock, const uint32_t *other)
{
	int i;

	for (i = 0; i < WEFT_THREADS_MAX; i++)
		if (other[i] > clock[i])
			clock[i] = other[i];
}

/* Spawn and exit take no step of their own: they only order others. */
static bool is_bookkeeping(enum weft_op_kind kind)
{
	return kind == WEFT_OP_SPAWN || kind == WEFT_OP_EXIT;
}

/* What a task knows before its next step. */
static void clock_of_task(const struct dpor_trace *trace, int task,
			  uint32_t *ret)
{
	if (trace->last[task])
		memcpy(ret, trace->steps[trace->last[task] - 1].clock,
		       CLOCK_BYTES);
	else
		memcpy(ret, trace->born[task], CLOCK_BYTES);
}

static void join_ended(const struct dpor_trace *trace,
		       const struct weft_operation *op, uint32_t *clock)
{
	int i;

	for (i = 0; i < WEFT_THREADS_MAX; i++)
		if ((i == op->peer || op->peer == WEFT_PEER_ALL) &&
		    trace->last[i])
			join(clock, trace->steps[trace->last[i] - 1].clock);
}

static void order_step(struct dpor_trace *trace, size_t i)
{
	struct dpor_step *step = &trace->steps[i];
	int task = step->op.task;
	size_t j;

	step->clock = trace->clocks + i * WEFT_THREADS_MAX;
	clock_of_task(trace, task, step->clock);
	step->number = step->clock[task];
	if (step->op.kind == WEFT_OP_SPAWN) {
		memcpy(trace->born[step->op.peer], step->clock, CLOCK_BYTES);
		return;
	}
	if (step->op.kind == WEFT_OP_EXIT)
		return;
	step->number = ++step->clock[task];
	if (step->op.kind == WEFT_OP_AWAIT)
		join_ended(trace, &step->op, step->clock);
	for (j = i; j--; ) {
		const struct dpor_step *earlier = &trace->steps[j];

		if (!dpor_dependent(&earlier->op, &step->op))
			continue;
		join(step->clock, earlier->clock);
		if (is_barrier(&earlier->op))
			break;	/* it knows of all before it */
	}
	trace->last[task] = (uint32_t)i + 1;
}

void dpor_trace_order(struct dpor_trace *trace)
{
	size_t i;

	memset(trace->last, 0, sizeof(trace->last));
	memset(trace->born, 0, sizeof(trace->born));
	for (i = 0; i < trace->n; i++)
		order_step(trace, i);
}

bool dpor_trace_spawns_apart(const struct dpor_trace *trace)
{
	size_t i, last = SIZE_MAX;

	for (i = 0; i < trace->n; i++) {
		if (trace->steps[i].op.kind != WEFT_OP_SPAWN)
			continue;
		if (last != SIZE_MAX &&
		    trace->steps[i].op.task != trace->steps[last].op.task &&
		    !dpor_happens_before(trace, last, i))
			return true;
		last = i;
	}
	return false;
}

static bool is_acquisition(const struct weft_operation *op)
{
	switch (op->kind) {
	case WEFT_OP_LOCK:
	case WEFT_OP_LOCK_SHARED:
	case WEFT_OP_LOCK_QUEUE:
		return true;
	default:
		return false;
	}
}

/* Earlier steps an acquisition may be exchanged with: I2. */
static bool is_rival(const struct weft_operation *op)
{
	return (is_acquisition(op) || op->kind == WEFT_OP_TRYLOCK ||
		op->kind == WEFT_OP_TRYLOCK_SHARED) && !op->granted;
}

static bool is_release(const struct weft_operation *op)
{
	return op->kind == WEFT_OP_UNLOCK || op->kind == WEFT_OP_UNLOCK_SHARED;
}

static bool is_try(const struct weft_operation *op)
{
	return op->kind == WEFT_OP_TRYLOCK ||
	       op->kind == WEFT_OP_TRYLOCK_SHARED ||
	       op->kind == WEFT_OP_TRYLOCK_FAILED ||
	       op->kind == WEFT_OP_LOCK_LOOK;
}

/* Could @late be executed before @early, as far as kinds tell? */
static bool is_reversible(const struct weft_operation *early,
			  const struct weft_operation *late)
{
	/* Whoever waits in line competes with those who get the lock first. */
	if (late->granted)
		return is_acquisition(early) || is_try(early);
	if (late->loose)
		return true;
	if (is_acquisition(late))
		return is_rival(early);
	if (is_release(late))
		return is_try(early);
	return true;
}

/*
 * Goes back over one more step of the object: true when it tells the value. What
 * is added may have been added to another value than in the execution, so only
 * the difference counts.
 */
static bool step_back(const struct weft_operation *op, uint64_t *added,
		      bool *is_known)
{
	*is_known = op->has_value;
	if (!op->commutes) {
		*added += op->after;
		return true;
	}
	*added += op->after - op->before;
	return !op->has_value;
}

/* The value of the object of @op after the steps that are kept. */
static bool value_before(const struct dpor_trace *trace, size_t e,
			 const struct dpor_future *v, size_t n,
			 uint64_t object, uint64_t *ret)
{
	bool is_known;
	size_t i;

	*ret = 0;
	for (i = n; i--; )
		if (v[i].op.object == object && v[i].op.write &&
		    step_back(&v[i].op, ret, &is_known))
			return is_known;
	for (i = e; i--; )
		if (trace->steps[i].op.object == object &&
		    trace->steps[i].op.write &&
		    step_back(&trace->steps[i].op, ret, &is_known))
			return is_known;
	/* Nobody set it yet: what the first access saw was there. */
	for (i = 0; i < trace->n; i++) {
		const struct weft_operation *op = &trace->steps[i].op;

		if (op->object != object || (!op->write && !op->has_value))
			continue;	/* a wait does not tell */
		*ret += op->before;
		return op->has_value;
	}
	return false;
}

static void move_effect(const struct dpor_trace *trace, size_t e,
			const struct dpor_future *v, size_t n,
			struct weft_operation *op)
{
	uint64_t value;

	if (op->compares && value_before(trace, e, v, n, op->object, &value))
		op->write = value == op->expected;
	else if (op->compares)
		op->write = true;
}

struct race_scan {
	struct dpor_trace	*trace;
	struct dpor_future	*v;
	uint32_t		clock[WEFT_THREADS_MAX];	/* of the moved step */
	void			(*found)(void *arg, size_t e,
					 const struct dpor_future *v, size_t n);
	void			*arg;
};

/* The steps not ordered after @e, then the late one: notdep(e, E).e' */
static void report_race(struct race_scan *scan, size_t e, size_t skip,
			const struct weft_operation *late, uint32_t number,
			const uint32_t *base)
{
	struct dpor_trace *trace = scan->trace;
	struct dpor_future *last;
	size_t i, n = 0;

	memcpy(scan->clock, base, CLOCK_BYTES);
	for (i = e + 1; i < trace->n; i++) {
		const struct dpor_step *step = &trace->steps[i];

		if (i == skip || is_bookkeeping(step->op.kind) ||
		    dpor_happens_before(trace, e, i))
			continue;
		scan->v[n].op = step->op;
		scan->v[n].number = step->number;
		scan->v[n++].clock = step->clock;
	}
	last = &scan->v[n];
	last->op = *late;
	last->number = number;
	move_effect(trace, e, scan->v, n, &last->op);
	for (i = 0; i < n; i++)
		if (dpor_dependent(&scan->v[i].op, &last->op))
			join(scan->clock, scan->v[i].clock);
	scan->clock[late->task] = number;
	last->clock = scan->clock;
	scan->found(scan->arg, e, scan->v, n + 1);
}

/* Races of one operation at position @at (or behind the end) with earlier ones. */
static void scan_operation(struct race_scan *scan, size_t at,
			   const struct weft_operation *op, uint32_t number,
			   const uint32_t *base)
{
	struct dpor_trace *trace = scan->trace;
	uint32_t seen[WEFT_THREADS_MAX];
	size_t j;

	memcpy(seen, base, CLOCK_BYTES);
	for (j = at; j--; ) {
		const struct dpor_step *early = &trace->steps[j];

		if (!dpor_dependent(&early->op, op) ||
		    (!op->loose && is_acquisition(op) && !is_rival(&early->op)))
			continue;
		if (early->op.task != op->task && !known(seen, early) &&
		    is_reversible(&early->op, op))
			report_race(scan, j, at, op, number, base);
		/* The nearest exchange may be impossible, a farther one not: I4. */
		if (op->loose)
			continue;
		join(seen, early->clock);
		if (is_barrier(&early->op))
			break;
	}
}

void dpor_trace_races(struct dpor_trace *trace,
		      void (*found)(void *arg, size_t e,
				    const struct dpor_future *v, size_t n),
		      void *arg)
{
	struct race_scan scan = { .trace = trace, .found = found, .arg = arg };
	uint32_t base[WEFT_THREADS_MAX];
	size_t i;
	int task;

	scan.v = malloc((trace->n + 1) * sizeof(*scan.v));
	assert(scan.v && "out of memory for races");
	memset(trace->last, 0, sizeof(trace->last));
	for (i = 0; i < trace->n; i++) {
		const struct dpor_step *step = &trace->steps[i];

		if (is_bookkeeping(step->op.kind))
			continue;
		clock_of_task(trace, step->op.task, base);
		scan_operation(&scan, i, &step->op, step->number, base);
		trace->last[step->op.task] = (uint32_t)i + 1;
	}
	for (task = 0; task < WEFT_THREADS_MAX; task++) {
		const struct weft_operation *op = &trace->waiting[task];

		if (!trace->is_waiting[task])
			continue;
		clock_of_task(trace, task, base);
		scan_operation(&scan, trace->n, op, base[task] + 1, base);
	}
	free(scan.v);
}
