/* SPDX-License-Identifier: GPL-2.0-only */
/* Steps, happens-before and races of an execution; contract in dpor_trace.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dpor_trace.h"

/* Names of no memory: what waits look at, and the order of notifications. */
#define ANYTHING	(UINT64_MAX - 1)
#define NOTIFICATIONS	(UINT64_MAX - 2)

static void *grown(void *memory, uint32_t *max, uint32_t first, size_t size)
{
	*max = *max ? 2 * *max : first;
	memory = realloc(memory, *max * size);
	assert(memory && "out of memory for a trace");
	return memory;
}

static void *aligned(void *old, size_t old_size, size_t size)
{
	void *memory = aligned_alloc(64, (size + 63) & ~(size_t)63);

	assert(memory && "out of memory for a trace");
	if (old)
		memcpy(memory, old, old_size);
	free(old);
	return memory;
}

bool dpor_trace_init(struct dpor_trace *trace)
{
	int i;

	memset(trace, 0, sizeof(*trace));
	trace->slots_n = 1024;
	trace->objects = malloc(trace->slots_n * sizeof(*trace->objects));
	trace->indices = calloc(trace->slots_n, sizeof(*trace->indices));
	for (i = 0; i < WEFT_THREADS_MAX; i++) {
		trace->stable_of[i] = i;
		trace->id_of[i] = i;
		trace->births[i].parent = -1;
	}
	return trace->objects && trace->indices;
}

void dpor_trace_clear(struct dpor_trace *trace)
{
	int i;

	for (i = 0; i < WEFT_THREADS_MAX; i++)
		free(trace->tasks[i].steps);
	free(trace->steps);
	free(trace->clocks);
	free(trace->counts);
	free(trace->effects);
	free(trace->objects);
	free(trace->indices);
	free(trace->heads);
	free(trace->races);
	memset(trace, 0, sizeof(*trace));
}

/* --- objects --- */

static uint32_t slot_of(const struct dpor_trace *trace, uint64_t name)
{
	uint64_t hash = (name >> 3) * 0x9e3779b97f4a7c15ull;
	uint32_t slot = (uint32_t)(hash >> 32) & (trace->slots_n - 1);

	while (trace->indices[slot] && trace->objects[slot] != name)
		slot = (slot + 1) & (trace->slots_n - 1);
	return slot;
}

static void rehash(struct dpor_trace *trace)
{
	uint64_t *objects = trace->objects;
	uint32_t *indices = trace->indices;
	uint32_t i, n = trace->slots_n;

	trace->slots_n = 2 * n;
	trace->objects = malloc(2 * n * sizeof(*objects));
	trace->indices = calloc(2 * n, sizeof(*indices));
	assert(trace->objects && trace->indices && "out of memory for objects");
	for (i = 0; i < n; i++) {
		uint32_t slot;

		if (!indices[i])
			continue;
		slot = slot_of(trace, objects[i]);
		trace->objects[slot] = objects[i];
		trace->indices[slot] = indices[i];
	}
	free(objects);
	free(indices);
}

static uint32_t object_index(struct dpor_trace *trace, uint64_t name)
{
	uint32_t slot = slot_of(trace, name);

	if (trace->indices[slot])
		return trace->indices[slot] - 1;
	if (2 * (trace->objects_n + 1) > trace->slots_n) {
		rehash(trace);
		slot = slot_of(trace, name);
	}
	if (trace->objects_n == trace->heads_max)
		trace->heads = grown(trace->heads, &trace->heads_max, 256,
				     sizeof(*trace->heads));
	trace->heads[trace->objects_n] = 0;
	trace->objects[slot] = name;
	trace->indices[slot] = ++trace->objects_n;
	return trace->objects_n - 1;
}

struct dpor_effect dpor_effect_of(struct dpor_trace *trace,
				  const struct weft_operation *op)
{
	struct dpor_effect effect = {
		.object = op->object == UINT64_MAX ? DPOR_NONE :
			  object_index(trace, op->object),
		.kind = (uint8_t)op->kind, .write = op->write,
		.commutes = op->commutes, .granted = op->granted,
		.loose = op->loose,
	};

	return effect;
}

/* --- tasks --- */

uint32_t dpor_stable_mask(const struct dpor_trace *trace, uint32_t ids)
{
	uint32_t mask = 0;

	if (!trace->renumbered)
		return ids;
	for (; ids; ids &= ids - 1)
		mask |= 1u << trace->stable_of[__builtin_ctz(ids)];
	return mask;
}

/* A number for a task nobody has met yet; the id it has now where possible. */
static int new_number(struct dpor_trace *trace, int parent, uint32_t ordinal,
		      int id)
{
	int number = id;

	if (trace->known >> id & 1) {
		if (trace->known == UINT32_MAX) {
			trace->overflow = true;
			return id;
		}
		number = __builtin_ctz(~trace->known);
	}
	trace->known |= 1u << number;
	trace->births[number].parent = parent;
	trace->births[number].ordinal = ordinal;
	return number;
}

static int number_of(struct dpor_trace *trace, int parent, uint32_t ordinal,
		     int id)
{
	uint32_t known = trace->known;

	for (; known; known &= known - 1) {
		int number = __builtin_ctz(known);

		if (trace->births[number].parent == parent &&
		    trace->births[number].ordinal == ordinal)
			return number;
	}
	return new_number(trace, parent, ordinal, id);
}

static void set_number(struct dpor_trace *trace, int id, int number)
{
	trace->stable_of[id] = number;
	trace->id_of[number] = id;
	if (id != number)
		trace->renumbered = true;
}

static void add_spawn(struct dpor_trace *trace, const struct weft_operation *op)
{
	int parent = trace->stable_of[op->task];
	int number = number_of(trace, parent, trace->tasks[parent].spawned++,
			       op->peer);
	struct dpor_spawn *spawn = &trace->spawns[trace->spawns_n++];

	spawn->step = trace->n;
	spawn->parent = parent;
	spawn->task = number;
	spawn->id = op->peer;
	trace->tasks[number].born = trace->n;
	set_number(trace, op->peer, number);
}

const union dpor_clock *dpor_trace_before(const struct dpor_trace *trace,
					  int task, int number)
{
	static const union dpor_clock zero;
	const struct dpor_task *t = &trace->tasks[task];

	if (number > 1)
		return &trace->clocks[t->steps[number - 2]];
	return t->born ? &trace->clocks[t->born - 1] : &zero;
}

/* --- steps --- */

void dpor_trace_step(struct dpor_trace *trace, int task)
{
	struct dpor_task *t = &trace->tasks[task];
	struct dpor_step *step;
	uint32_t i = trace->n;

	/* Tasks that were there at the snapshot keep their ids. */
	trace->known |= 1u << task;
	if (i == trace->max) {
		size_t old = trace->max * sizeof(*trace->clocks);

		trace->steps = grown(trace->steps, &trace->max, 256,
				     sizeof(*trace->steps));
		trace->clocks = aligned(trace->clocks, old, trace->max *
					sizeof(*trace->clocks));
		trace->counts = aligned(trace->counts, old, trace->max *
					sizeof(*trace->counts));
	}
	if (i) {
		trace->counts[i] = trace->counts[i - 1];
		trace->counts[i].at[trace->steps[i - 1].task]++;
	} else {
		memset(&trace->counts[0], 0, sizeof(trace->counts[0]));
	}
	if (t->n == t->max)
		t->steps = grown(t->steps, &t->max, 64, sizeof(*t->steps));
	t->steps[t->n++] = i;
	step = &trace->steps[i];
	step->op.kind = WEFT_OP_START;
	step->op.object = UINT64_MAX;
	step->op.peer = -1;
	step->task = task;
	step->number = (int)t->n;
	step->effects = trace->effects_n;
	step->effects_n = 0;
	step->complete = false;
	trace->n++;
	if (t->n >= DPOR_NUMBER_MAX)
		trace->overflow = true;
}

void dpor_trace_effect(struct dpor_trace *trace,
		       const struct dpor_effect *what)
{
	struct dpor_effect *effect;

	if (trace->effects_n == trace->effects_max)
		trace->effects = grown(trace->effects, &trace->effects_max, 256,
				       sizeof(*trace->effects));
	effect = &trace->effects[trace->effects_n++];
	*effect = *what;
	effect->step = trace->n - 1;
	effect->before = trace->heads[effect->object];
	trace->heads[effect->object] = trace->effects_n;
	trace->steps[effect->step].effects_n++;
}

static void add_effect(struct dpor_trace *trace, struct dpor_step *step,
		       const struct weft_operation *op)
{
	struct dpor_effect effect = dpor_effect_of(trace, op);

	dpor_trace_effect(trace, &effect);
	if (step->effects_n > 1)
		trace->wide = true;
	if (op->loose)
		trace->loose = true;
}

void dpor_trace_add(struct dpor_trace *trace, const struct weft_operation *op)
{
	struct dpor_step *step;

	if (op->kind == WEFT_OP_SPAWN) {
		add_spawn(trace, op);
		return;
	}
	if (op->kind == WEFT_OP_EXIT || !trace->n)
		return;
	step = &trace->steps[trace->n - 1];
	/* What other choices lead to may be cut short, like a loose operation. */
	if (op->kind == WEFT_OP_CHOOSE)
		trace->loose = true;
	if (step->op.kind == WEFT_OP_START) {
		step->op = *op;
		step->op.task = step->task;
		if (op->peer >= 0)
			step->op.peer = trace->stable_of[op->peer];
	}
	if (op->object != UINT64_MAX)
		add_effect(trace, step, op);
}

void dpor_trace_wait(struct dpor_trace *trace, const struct weft_operation *op)
{
	int task = trace->stable_of[op->task];
	struct weft_operation *waiting = &trace->tasks[task].waiting;

	*waiting = *op;
	waiting->task = task;
	if (trace->image && op->kind == WEFT_OP_AWAIT && op->peer == -1) {
		waiting->object = ANYTHING;	/* I5 */
		waiting->write = true;
	}
	trace->tasks[task].is_waiting = true;
	if (waiting->loose && waiting->object != UINT64_MAX)
		trace->loose = true;
}

/* Drops the tasks created in step number @step, counted from 1, or later. */
static void cut_spawns(struct dpor_trace *trace, uint32_t step)
{
	while (trace->spawns_n) {
		const struct dpor_spawn *spawn =
			&trace->spawns[trace->spawns_n - 1];

		if (spawn->step < step)
			return;
		trace->tasks[spawn->parent].spawned--;
		trace->tasks[spawn->task].born = 0;
		trace->spawns_n--;
	}
}

void dpor_trace_cut(struct dpor_trace *trace, uint32_t n)
{
	uint32_t effects = n < trace->n ? trace->steps[n].effects :
					  trace->effects_n;
	int i;

	while (trace->effects_n > effects) {
		const struct dpor_effect *effect =
			&trace->effects[--trace->effects_n];

		trace->heads[effect->object] = effect->before;
	}
	while (trace->n > n)
		trace->tasks[trace->steps[--trace->n].task].n--;
	while (trace->races_n && trace->races[trace->races_n - 1].late >= n)
		trace->races_n--;
	cut_spawns(trace, n + 1);
	for (i = 0; i < WEFT_THREADS_MAX; i++)
		trace->tasks[i].is_waiting = false;
}

void dpor_trace_begin(struct dpor_trace *trace)
{
	dpor_trace_cut(trace, 0);
	cut_spawns(trace, 0);
}

/* --- races --- */

static bool is_acquisition(uint8_t kind)
{
	return kind == WEFT_OP_LOCK || kind == WEFT_OP_LOCK_SHARED ||
	       kind == WEFT_OP_LOCK_QUEUE;
}

static bool is_try(uint8_t kind)
{
	return kind == WEFT_OP_TRYLOCK || kind == WEFT_OP_TRYLOCK_SHARED ||
	       kind == WEFT_OP_TRYLOCK_FAILED || kind == WEFT_OP_LOCK_LOOK;
}

/* Earlier effects an acquisition may be exchanged with: I2. */
static bool is_rival(const struct dpor_effect *x)
{
	return (is_acquisition(x->kind) || x->kind == WEFT_OP_TRYLOCK ||
		x->kind == WEFT_OP_TRYLOCK_SHARED) && !x->granted;
}

/* Could @late be executed before @early, as far as kinds tell? */
static bool is_reversible(const struct dpor_effect *early,
			  const struct dpor_effect *late)
{
	/* Whoever waits in line competes with those who get the lock first. */
	if (late->granted)
		return is_acquisition(early->kind) || is_try(early->kind);
	if (late->loose)
		return true;
	if (is_acquisition(late->kind))
		return is_rival(early);
	if (late->kind == WEFT_OP_UNLOCK || late->kind == WEFT_OP_UNLOCK_SHARED)
		return is_try(early->kind);
	return true;
}

static void add_race(struct dpor_trace *trace, uint32_t early, uint32_t late)
{
	uint32_t i = trace->races_n;

	while (i-- && trace->races[i].late == late)
		if (trace->races[i].early == early)
			return;
	if (trace->races_n == trace->races_max)
		trace->races = grown(trace->races, &trace->races_max, 256,
				     sizeof(*trace->races));
	trace->races[trace->races_n].early = early;
	trace->races[trace->races_n].looked = false;
	trace->races[trace->races_n++].late = late;
}

static bool known(const struct dpor_trace *trace, const union dpor_clock *clock,
		  uint32_t step)
{
	return clock->at[trace->steps[step].task] >= trace->steps[step].number;
}

/* Joins what @y depends on: all back to the last write, which knows the rest. */
static void order_effect(const struct dpor_trace *trace,
			 const struct dpor_effect *y, union dpor_clock *clock)
{
	uint32_t at;

	for (at = y->before; at; at = trace->effects[at - 1].before) {
		const struct dpor_effect *x = &trace->effects[at - 1];

		if (x->step == y->step || !dpor_effects_conflict(x, y))
			continue;
		dpor_clock_join(clock, &trace->clocks[x->step]);
		if (x->write && !x->commutes)
			return;
	}
}

/* Calls @found for each earlier step that races with @y of @task. */
static void scan_effect(struct dpor_trace *trace, const struct dpor_effect *y,
			int task, const union dpor_clock *base,
			void (*found)(void *arg, uint32_t early, int task),
			void *arg)
{
	bool skips = !y->loose && is_acquisition(y->kind);
	union dpor_clock seen = *base;
	uint32_t at;

	for (at = y->before; at; at = trace->effects[at - 1].before) {
		const struct dpor_effect *x = &trace->effects[at - 1];

		if (x->step == y->step || !dpor_effects_conflict(x, y) ||
		    (skips && !is_rival(x)))
			continue;
		if (trace->steps[x->step].task != task &&
		    !known(trace, &seen, x->step) && is_reversible(x, y))
			found(arg, x->step, task);
		/* The nearest exchange may be impossible, a farther one not. */
		if (y->loose)
			continue;
		dpor_clock_join(&seen, &trace->clocks[x->step]);
		if (x->write && !x->commutes)
			return;
	}
}

static void note_race(void *arg, uint32_t early, int task)
{
	struct dpor_trace *trace = arg;

	(void)task;
	add_race(trace, early, trace->n - 1);
}

static void join_ended(const struct dpor_trace *trace,
		       const struct weft_operation *op, union dpor_clock *clock)
{
	int i;

	for (i = 0; i < WEFT_THREADS_MAX; i++) {
		const struct dpor_task *t = &trace->tasks[i];

		if (i != op->peer && op->peer != WEFT_PEER_ALL)
			continue;
		if (t->n || t->born)
			dpor_clock_join(clock, dpor_trace_before(trace, i,
							(int)t->n + 1));
	}
}

static bool has_kind(const struct dpor_trace *trace,
		     const struct dpor_step *step, enum weft_op_kind kind)
{
	uint32_t i;

	for (i = 0; i < step->effects_n; i++)
		if (trace->effects[step->effects + i].kind == kind)
			return true;
	return step->op.kind == kind;
}

/* I5 */
static void add_image_effects(struct dpor_trace *trace, struct dpor_step *step)
{
	bool waits = has_kind(trace, step, WEFT_OP_AWAIT);
	struct weft_operation op = {
		.kind = waits ? WEFT_OP_AWAIT : WEFT_OP_ACCESS_READ,
		.write = waits, .loose = waits, .object = ANYTHING,
	};

	if (step->op.peer != -1)
		return;		/* waits for the end of a task: that is told */
	add_effect(trace, step, &op);
	if (!waits && !has_kind(trace, step, WEFT_OP_NOTIFY))
		return;
	op.object = NOTIFICATIONS;
	op.write = true;
	add_effect(trace, step, &op);
}

void dpor_trace_complete(struct dpor_trace *trace, bool races)
{
	uint32_t s = trace->n - 1, i;
	struct dpor_step *step = &trace->steps[s];
	union dpor_clock *clock = &trace->clocks[s];
	const union dpor_clock *base;

	if (!trace->n || step->complete)
		return;
	step->complete = true;
	if (trace->image)
		add_image_effects(trace, step);
	base = dpor_trace_before(trace, step->task, step->number);
	*clock = *base;
	clock->at[step->task] = (int16_t)step->number;
	if (step->op.kind == WEFT_OP_AWAIT && step->op.peer != -1)
		join_ended(trace, &step->op, clock);
	for (i = 0; i < step->effects_n; i++) {
		const struct dpor_effect *y = &trace->effects[step->effects + i];

		if (!y->before)
			continue;
		if (races)
			scan_effect(trace, y, step->task, base, note_race,
				    trace);
		order_effect(trace, y, clock);
	}
}

void dpor_trace_blocked(struct dpor_trace *trace, int task,
			void (*found)(void *arg, uint32_t early, int task),
			void *arg)
{
	const struct dpor_task *t = &trace->tasks[task];
	struct dpor_effect y;

	if (!t->is_waiting || t->waiting.object == UINT64_MAX)
		return;
	y = dpor_effect_of(trace, &t->waiting);
	y.step = DPOR_NONE;
	y.before = trace->heads[y.object];
	scan_effect(trace, &y, task, dpor_trace_before(trace, task,
						       (int)t->n + 1),
		    found, arg);
}

size_t dpor_trace_memory(const struct dpor_trace *trace)
{
	size_t bytes = trace->max * (sizeof(*trace->steps) +
				     sizeof(*trace->clocks) +
				     sizeof(*trace->counts)) +
		       trace->effects_max * sizeof(*trace->effects) +
		       trace->slots_n * (sizeof(*trace->objects) +
					 sizeof(*trace->indices)) +
		       trace->heads_max * sizeof(*trace->heads) +
		       trace->races_max * sizeof(*trace->races);
	int i;

	for (i = 0; i < WEFT_THREADS_MAX; i++)
		bytes += trace->tasks[i].max * sizeof(*trace->tasks[i].steps);
	return bytes;
}
