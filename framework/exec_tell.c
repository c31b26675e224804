/* SPDX-License-Identifier: GPL-2.0-only */
/* What a strategy is told of the operations of an execution. */
#include "exec_internal.h"

static inline void note(struct weft_exec *x, enum weft_op_kind kind,
			const void *addr, int peer)
{
	x->told = (struct weft_operation){
		.kind = kind, .task = x->running, .step = x->region.hot.step,
		.peer = peer, .write = weft_op_access(kind) == WEFT_OP_WRITE,
		.object = addr ? weft_region_offset(&x->region, addr) :
				 UINT64_MAX,
	};
	/* Accesses of different sizes overlap: they are told by granule. */
	if (x->told.object != UINT64_MAX && !x->config.every_access_shared &&
	    kind >= WEFT_OP_ACCESS_READ && kind <= WEFT_OP_ACCESS_RMW)
		x->told.object &= ~(uint64_t)7;
	x->has_told = true;
}

/* Where more is to be done than to note it; rarely so for model programs. */
static void __attribute__((noinline))
order_and_tell(struct weft_exec *x, enum weft_op_kind kind, const void *addr,
	       int peer)
{
	if (x->rest.tasks && addr)
		exec__rest_told(x, addr);
	if (x->plain.on)
		exec__order(x, kind, addr, peer);
	if (!x->tells)
		return;
	exec__tell_now(x);
	note(x, kind, addr, peer);
}

void exec__tell(struct weft_exec *x, enum weft_op_kind kind, const void *addr,
		int peer)
{
	if (x->in_setup)
		return;
	if (x->rest.tasks || x->plain.on || x->has_told || !x->tells)
		order_and_tell(x, kind, addr, peer);
	else
		note(x, kind, addr, peer);
}

/* What values mean to others than the strategy. */
static void __attribute__((noinline))
values_aside(struct weft_exec *x, bool wrote, size_t size, bool compares)
{
	x->foretell.aside = true;
	if (x->plain.rmw && wrote)
		exec__order_access(x, x->plain.rmw, size, true,
				   x->plain.rmw_pc);
	x->foretell.aside = false;
	x->plain.rmw = NULL;
	if (compares && !wrote)
		exec__idle_turn(x);
	if (x->cycle.on)
		weft_exec_scrub(x);
}

void weft_exec_values(struct weft_exec *x, bool wrote, uint64_t before,
		      uint64_t after, bool compares, uint64_t expected)
{
	if (x->plain.rmw || x->cycle.on || (compares && !wrote))
		values_aside(x, wrote, sizeof(before), compares);
	if (!x->has_told)
		return;
	x->told.write = wrote;
	x->told.has_value = true;
	x->told.before = before;
	x->told.after = after;
	x->told.compares = compares;
	x->told.expected = expected;
}

static bool is_fair_lock(const struct weft_exec *x, const void *addr)
{
	const struct weft_object *object =
		weft_object_find((struct weft_objects *)&x->objects, addr);

	return object && weft_object_is_fair(object);
}

/* What a wait looks at comes behind it, one by one. */
static void tell_wait_reads(struct weft_exec *x, struct weft_operation *wait,
			    const struct weft_pending *pending)
{
	uint64_t reads[WEFT_READS_MAX];
	unsigned int n = exec__reads(x, pending, reads), i;
	struct weft_operation op = *wait;

	op.kind = WEFT_OP_STATE;
	for (i = 0; i < n; i++) {
		op.object = reads[i];
		x->strategy->waits(x->strategy_state, &op);
	}
}

/* Who waits for a completion takes it in the same step (model_wait()). */
static bool will_write(const struct weft_pending *op)
{
	return weft_op_access(op->kind) == WEFT_OP_WRITE ||
	       (op->kind == WEFT_OP_AWAIT && op->wait == WEFT_WAIT_COMPLETION);
}

/* What the tasks that are left wait to do. */
void exec__tell_waits(struct weft_exec *x)
{
	uint32_t tasks = x->tasks.ready | x->tasks.blocked | x->tasks.waiting;

	exec__tell_now(x);
	if (!x->strategy->waits)
		return;
	for (; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);
		const struct weft_thread *t = &x->threads[task];
		struct weft_operation op = {
			.kind = t->op->kind, .task = task, .peer = -1,
			.write = will_write(t->op),
			.granted = t->op->queued,
			.idle = t->op->kind == WEFT_OP_AWAIT &&
				t->op->wait == WEFT_WAIT_IDLE,
			.loose = t->op->kind == WEFT_OP_AWAIT ||
				 is_fair_lock(x, t->op->addr),
			.opaque = exec__is_opaque(x, t->op),
			.object = weft_region_offset(&x->region, t->op->addr),
		};

		x->strategy->waits(x->strategy_state, &op);
		tell_wait_reads(x, &op, t->op);
	}
}
