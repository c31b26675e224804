/* SPDX-License-Identifier: GPL-2.0-only */
/* Canonical traces; contract in trace.h. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/program.h"
#include "tests/fuzz/trace.h"

void fuzz_trace_begin(struct fuzz_trace *trace)
{
	trace->n = 0;
	trace->is_loose = false;
}

void fuzz_trace_cut(struct fuzz_trace *trace, size_t n)
{
	trace->n = n;
}

static void note_loose(struct fuzz_trace *trace,
		       const struct weft_operation *op)
{
	trace->is_loose |= op->loose && op->object != UINT64_MAX;
}

void fuzz_trace_add(struct fuzz_trace *trace, const struct weft_operation *op)
{
	assert(trace->n < FUZZ_STEPS_MAX);
	trace->steps[trace->n++] = *op;
	note_loose(trace, op);
	/* Its alternatives are tried without knowing what they lead to. */
	trace->is_loose |= op->kind == WEFT_OP_CHOOSE;
}

void fuzz_trace_add_wait(struct fuzz_trace *trace,
			 const struct weft_operation *op)
{
	note_loose(trace, op);
}

/* What later steps of an object are ordered after: sums of hashes. */
struct object_order {
	uint64_t	object;
	uint64_t	write;		/* the last one that orders all */
	uint64_t	reads;		/* since then */
	uint64_t	commuting[WEFT_OP_KINDS];	/* since then, by kind */
};

/* Names of tasks, and how far each has come. */
struct tasks {
	uint64_t	name[WEFT_THREADS_MAX];
	uint64_t	steps[WEFT_THREADS_MAX];
	uint64_t	children[WEFT_THREADS_MAX];
};

struct hasher {
	struct object_order	orders[FUZZ_STEPS_MAX];
	size_t			orders_n;
	struct tasks		tasks;
};

static struct object_order *order_of(struct hasher *hasher, uint64_t object)
{
	struct object_order *order;
	size_t i;

	for (i = 0; i < hasher->orders_n; i++)
		if (hasher->orders[i].object == object)
			return &hasher->orders[i];
	order = &hasher->orders[hasher->orders_n++];
	memset(order, 0, sizeof(*order));
	order->object = object;
	return order;
}

static uint64_t peer_name(struct tasks *tasks, const struct weft_operation *op)
{
	if (op->peer < 0)
		return (uint64_t)(op->peer + 3);
	if (op->kind == WEFT_OP_SPAWN)
		tasks->name[op->peer] = fuzz_mix(tasks->name[op->task] +
			fuzz_mix(++tasks->children[op->task]));
	return tasks->name[op->peer];
}

/* The step by itself: who, when in its thread, what. */
static uint64_t hash_step(struct tasks *tasks, const struct weft_operation *op)
{
	uint64_t h = fuzz_mix(tasks->name[op->task] ^ (uint64_t)op->kind);

	h = fuzz_mix(h ^ ++tasks->steps[op->task]);
	h = fuzz_mix(h ^ op->object);
	h = fuzz_mix(h ^ peer_name(tasks, op));
	h = fuzz_mix(h ^ op->write);
	h = fuzz_mix(h ^ op->choice);
	if (op->has_value && op->commutes)
		h = fuzz_mix(h ^ (op->after - op->before));
	else if (op->has_value)
		h = fuzz_mix(fuzz_mix(h ^ op->before) ^ op->after);
	return h;
}

/* The step with all it depends on in its object: I1, I3. */
static uint64_t order_step(struct object_order *order,
			   const struct weft_operation *op, uint64_t h)
{
	int kind;

	h = fuzz_mix(h ^ order->write);
	if (op->write)
		h = fuzz_mix(h ^ order->reads);
	for (kind = 0; kind < WEFT_OP_KINDS; kind++)
		if (!op->commutes || kind != (int)op->kind)
			h = fuzz_mix(h ^ order->commuting[kind]);
	if (op->commutes) {
		order->commuting[op->kind] += fuzz_mix(h);
	} else if (op->write) {
		order->write = h;
		order->reads = 0;
		memset(order->commuting, 0, sizeof(order->commuting));
	} else {
		order->reads += fuzz_mix(h);
	}
	return h;
}

uint64_t fuzz_trace_hash(const struct fuzz_trace *trace,
			 enum weft_outcome outcome)
{
	static struct hasher hasher;
	uint64_t sum = fuzz_mix(outcome), h;
	size_t i;

	hasher.orders_n = 0;
	memset(&hasher.tasks, 0, sizeof(hasher.tasks));
	for (i = 0; i < trace->n; i++) {
		const struct weft_operation *op = &trace->steps[i];

		h = hash_step(&hasher.tasks, op);
		if (op->object != UINT64_MAX)
			h = order_step(order_of(&hasher, op->object), op, h);
		sum += fuzz_mix(h);
	}
	return sum;
}

void fuzz_trace_print(const struct fuzz_trace *trace,
		      const struct weft_exec *x, const char *prefix, FILE *out)
{
	char object[16];
	size_t i;

	for (i = 0; i < trace->n; i++) {
		const struct weft_operation *op = &trace->steps[i];

		if (op->kind == WEFT_OP_EXIT)
			continue;
		fprintf(out, "%s%-5s %s", prefix,
			weft_exec_task(x, op->task).name,
			weft_op_name(op->kind));
		if (op->object != UINT64_MAX)
			fprintf(out, " %s", fuzz_object_name(op->object, object,
							     sizeof(object)));
		if (op->peer >= 0)
			fprintf(out, " %s", weft_exec_task(x, op->peer).name);
		if (op->kind == WEFT_OP_CHOOSE)
			fprintf(out, " %u", op->choice);
		else if (op->has_value && op->write)
			fprintf(out, ": %" PRId64 " becomes %" PRId64,
				(int64_t)op->before, (int64_t)op->after);
		else if (op->has_value)
			fprintf(out, ": %" PRId64, (int64_t)op->before);
		if (op->granted)
			fprintf(out, " (after its wait in line)");
		fprintf(out, "\n");
	}
}
