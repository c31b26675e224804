/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations of the code under test: locks, waits, accesses. See exec.h. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

/* Counts as an access to the lock's memory; is it a scheduling point? */
static bool touch_is_shared(struct weft_exec *x, const void *addr, bool write)
{
	struct weft_hot *hot = &x->region.hot;
	struct weft_granule *g = weft_hot_granule(hot, (unsigned long)addr);

	if (x->in_setup)
		return false;
	if (!g || x->config.every_access_shared)
		return true;
	weft_region_touch(&x->region, (const void *)((uintptr_t)addr & ~7ul),
			  1, write);
	return weft_hot_is_shared(g);
}

/* The class may change between uses (lockdep_set_class): the use decides. */
static uint32_t ref_class(struct weft_exec *x, const struct weft_lock_ref *ref,
			  struct weft_object *object)
{
	const struct weft_class *last = &x->objects.classes[object->class];
	const void *key = ref->key ? ref->key : ref->addr;
	uint32_t class;

	if (last->key == key && last->subclass == ref->subclass)
		return object->class;
	class = weft_class_get(&x->objects, ref);
	if (!ref->subclass)
		object->class = class;
	return class;
}

/*
 * Edges as lockdep draws them: from each held lock down to the first that was
 * not trylocked; earlier ones follow by transitivity.
 */
static void graph_acquired(struct weft_exec *x, uint32_t to_node,
			   enum weft_edge_mode mode)
{
	struct weft_thread *self = exec__self(x);
	unsigned int i;

	for (i = self->held_n; i--; ) {
		const struct weft_held *held = &x->held[self->id][i];
		const struct weft_class *class =
			&x->objects.classes[held->class];
		uint32_t from = weft_lockgraph_node(x->graph, held->class,
						    class->name, class->kind);
		struct weft_lock_edge *edge;

		if (weft_lockgraph_edge(x->graph, from, to_node, mode,
					held->shared & 1, &edge)) {
			edge->task = self->id;
			exec__note_first(x, edge);
			exec__held_stack(x, self->id, held, &edge->from_stack);
			weft_exec_stack(x, &edge->to_stack);
		}
		if (!(held->shared & 2))
			break;
	}
}

static struct weft_lock_use lock_use(const struct weft_exec *x,
				     const void *addr, uint32_t class,
				     bool shared)
{
	struct weft_lock_use use = {
		.lock = weft_region_offset(&x->region, addr), .class = class,
		.shared = shared,
		.annotation = x->objects.classes[class].kind ==
			      WEFT_LOCK_ANNOTATION,
	};

	return use;
}

/* The newest locks, should there be more than there is room for. */
static void note_dependency(struct weft_exec *x,
			    const struct weft_lock_ref *ref, uint32_t class,
			    enum weft_lock_mode mode)
{
	struct weft_thread *self = exec__self(x);
	struct weft_lock_dep dep;
	unsigned int i = 0;

	if (!x->deps.collecting || x->in_setup || !x->graph ||
	    (!self->held_n && (mode == WEFT_SHARED ||
			       !weft_lock_is_fair(ref->kind))))
		return;
	dep.task = self->id;
	dep.wanted = lock_use(x, ref->addr, class, mode == WEFT_SHARED);
	dep.held_n = 0;
	if (self->held_n > WEFT_DEP_HELD_MAX)
		i = self->held_n - WEFT_DEP_HELD_MAX;
	for (; i < self->held_n; i++) {
		const struct weft_held *held = &x->held[self->id][i];

		dep.held[dep.held_n++] = lock_use(x, held->addr, held->class,
						  held->shared & 1);
	}
	weft_lockdeps_add(&x->deps, &dep);
}

/* Where a lock is taken; in most executions nobody will ask (marks.c, I3). */
static void note_place(struct weft_exec *x, struct weft_held *held,
		       bool is_point)
{
	held->stack.n = 0;
	held->kept = 0;
	if (x->in_setup)
		return;
	if (is_point && !x->record)
		held->kept = exec__kept_at_op(x);
	if (!held->kept)
		weft_exec_stack(x, &held->stack);
}

/* @is_point: it is the operation published last */
static void push_held(struct weft_exec *x, const struct weft_lock_ref *ref,
		      uint32_t class, enum weft_lock_mode mode, bool tried,
		      bool is_point)
{
	struct weft_thread *self = exec__self(x);
	struct weft_held *held;

	if (self->held_n == WEFT_HELD_MAX)
		exec__limit(x, "task %s holds %d locks, the limit, and takes one more: let it hold fewer, or build weft with a larger WEFT_HELD_MAX (framework/exec.h)",
			    self->name, WEFT_HELD_MAX);
	held = &x->held[self->id][self->held_n];
	held->addr = ref->addr;
	held->class = class;
	held->shared = (unsigned char)((mode == WEFT_SHARED) | (tried << 1));
	held->step = x->region.hot.step;
	note_place(x, held, is_point);
	if (!x->in_setup && x->graph) {
		const struct weft_class *c = &x->objects.classes[class];
		uint32_t node = weft_lockgraph_node(x->graph, class, c->name,
						    c->kind);

		x->graph->nodes[node].uses++;
		graph_acquired(x, node, tried ? WEFT_EDGE_TRY :
			       mode == WEFT_SHARED ? WEFT_EDGE_SHARED :
			       WEFT_EDGE_EXCLUSIVE);
		if (!tried)
			note_dependency(x, ref, class, mode);
	}
	self->held_n++;
}

static struct weft_held *find_held(struct weft_exec *x, const void *addr)
{
	struct weft_thread *self = exec__self(x);
	unsigned int i;

	for (i = self->held_n; i--; )
		if (x->held[self->id][i].addr == addr)
			return &x->held[self->id][i];
	return NULL;
}

/* Return: its class. */
static uint32_t drop_held(struct weft_exec *x, struct weft_held *held)
{
	struct weft_thread *self = exec__self(x);
	struct weft_held *last = &x->held[self->id][--self->held_n];
	uint32_t class = held->class;

	/* Most are released in the reverse order. */
	if (held != last)
		memmove(held, held + 1, (size_t)((char *)last - (char *)held));
	return class;
}

/* The lock of the operation just published, logged for undo. */
static struct weft_object *lock_of_op(struct weft_exec *x,
				      const struct weft_lock_ref *ref)
{
	uint32_t known = exec__self(x)->object;

	return known ? weft_object_at(&x->objects, known) :
		       weft_object_get(&x->objects, ref);
}

/* Most often the lock that was asked for last; otherwise it is looked up. */
static struct weft_object *lock_of_release(struct weft_exec *x,
					   const struct weft_lock_ref *ref)
{
	uint32_t last = exec__self(x)->object;

	return last && last <= x->objects.n &&
	       x->objects.objects[last - 1].addr == ref->addr ?
	       weft_object_at(&x->objects, last) :
	       weft_object_get(&x->objects, ref);
}

/* @object: of the lock, logged for undo */
static void acquire(struct weft_exec *x, const struct weft_lock_ref *ref,
		    struct weft_object *object, enum weft_lock_mode mode,
		    enum weft_op_kind kind)
{
	uint32_t class = ref_class(x, ref, object);

	if (mode == WEFT_SHARED)
		object->readers++;
	else
		object->writer = (int16_t)x->running;
	exec__tell(x, kind, ref->addr, -1);
	x->told.granted = object->queued >> x->running & 1;
	x->told.loose |= weft_object_is_fair(object);
	object->queued &= ~(1u << x->running);
	exec__lock_changed(x, object);
	push_held(x, ref, class, mode, kind == WEFT_OP_TRYLOCK ||
		  kind == WEFT_OP_TRYLOCK_SHARED, true);
	exec__record_step(x, kind, ref->addr, class, true, mode, NULL);
	exec__applied(x, kind, object, class, mode);
}

void weft_exec_lock(struct weft_exec *x, const struct weft_lock_ref *ref,
		    enum weft_lock_mode mode)
{
	struct weft_pending op = {
		.kind = mode == WEFT_SHARED ? WEFT_OP_LOCK_SHARED :
					      WEFT_OP_LOCK,
		.addr = ref->addr, .mode = mode,
	};
	struct weft_object *object;
	uint32_t class;

	exec__point(x, &op, touch_is_shared(x, ref->addr, true));
	object = lock_of_op(x, ref);
	if (!weft_object_is_free(object, mode)) {
		/* Only a writer that has to wait for readers gets here. */
		object->queued |= 1u << x->running;
		exec__lock_changed(x, object);
		exec__tell(x, WEFT_OP_LOCK_QUEUE, ref->addr, -1);
		x->told.loose = true;
		class = ref_class(x, ref, object);
		note_dependency(x, ref, class, mode);
		exec__record_step(x, WEFT_OP_LOCK_QUEUE, ref->addr, class, true,
				  mode, NULL);
		op.queued = true;
		exec__point(x, &op, true);
		object = lock_of_op(x, ref);
	}
	acquire(x, ref, object, mode, op.kind);
}

void exec__mark_tried(struct weft_exec *x, const void *addr)
{
	struct weft_granule *g = weft_hot_granule(&x->region.hot,
						  (unsigned long)addr);

	if (!g || x->in_setup || x->config.every_access_shared ||
	    (g->flags & WEFT_GRANULE_TRIED))
		return;
	g->flags |= WEFT_GRANULE_TRIED;
	x->region.hot.promotions++;
}

bool weft_exec_trylock(struct weft_exec *x, const struct weft_lock_ref *ref,
		       enum weft_lock_mode mode)
{
	struct weft_pending op = {
		.kind = mode == WEFT_SHARED ? WEFT_OP_TRYLOCK_SHARED :
					      WEFT_OP_TRYLOCK,
		.addr = ref->addr, .mode = mode,
	};
	struct weft_object *object;

	exec__mark_tried(x, ref->addr);
	exec__point(x, &op, touch_is_shared(x, ref->addr, true));
	object = weft_object_get(&x->objects, ref);
	if (weft_object_is_free(object, mode)) {
		acquire(x, ref, object, mode, op.kind);
		return true;
	}
	exec__idle_turn(x);
	exec__tell(x, WEFT_OP_TRYLOCK_FAILED, ref->addr, -1);
	exec__record_step(x, WEFT_OP_TRYLOCK_FAILED, ref->addr,
			  ref_class(x, ref, object), true, mode, NULL);
	exec__applied(x, WEFT_OP_TRYLOCK_FAILED, object,
		      ref_class(x, ref, object), mode);
	return false;
}

/*
 * Others can notice an early release only by trying. But where preemptions are
 * counted, one before a release that nobody tries must not cost more than that.
 */
static bool is_release_point(const struct weft_exec *x,
			     const struct weft_granule *g)
{
	if (!g)
		return false;
	return g->flags & WEFT_GRANULE_TRIED ||
	       (x->strategy && !x->strategy->unbounded);
}

static void release_point(struct weft_exec *x, const struct weft_lock_ref *ref,
			  enum weft_op_kind kind, enum weft_lock_mode mode)
{
	struct weft_granule *g = weft_hot_granule(&x->region.hot,
						  (unsigned long)ref->addr);
	struct weft_pending op = {
		.kind = kind, .addr = ref->addr, .mode = mode,
	};

	exec__point(x, &op, is_release_point(x, g) &&
		    touch_is_shared(x, ref->addr, true));
}

static bool is_held_by_anybody(const struct weft_object *object)
{
	return object->writer >= 0 || object->readers;
}

void weft_exec_lock_init(struct weft_exec *x, const struct weft_lock_ref *ref)
{
	const struct weft_object *object = weft_object_find(&x->objects,
							    ref->addr);

	if (!x->in_setup && object && is_held_by_anybody(object))
		weft_relate_lock(x, exec__report_misuse(x,
				 "initialisation of a lock that is held",
				 object->class), ref->addr);
	exec__lock_changed(x, weft_object_init(&x->objects, ref));
}

/* It is released the way it was taken. */
static enum weft_lock_mode mode_of_hold(struct weft_exec *x,
					const struct weft_held *held,
					enum weft_lock_mode mode)
{
	enum weft_lock_mode taken = held->shared & 1 ? WEFT_SHARED :
						       WEFT_EXCLUSIVE;

	if (taken != mode)
		exec__relate_held(x, exec__report_misuse(x,
			taken == WEFT_SHARED ?
			"release as a writer of a lock held as a reader" :
			"release as a reader of a lock held as a writer",
			held->class), x->running, held);
	return taken;
}

void weft_exec_unlock(struct weft_exec *x, const struct weft_lock_ref *ref,
		      enum weft_lock_mode mode)
{
	struct weft_object *object;
	struct weft_held *held;
	uint32_t class;

	release_point(x, ref, mode == WEFT_SHARED ? WEFT_OP_UNLOCK_SHARED :
		      WEFT_OP_UNLOCK, mode);
	exec__tell(x, mode == WEFT_SHARED ? WEFT_OP_UNLOCK_SHARED :
		   WEFT_OP_UNLOCK, ref->addr, -1);
	object = lock_of_release(x, ref);
	x->told.loose = weft_object_is_fair(object);
	class = object->class;
	held = find_held(x, ref->addr);
	if (!held) {
		weft_relate_lock(x, exec__report_misuse(x,
				 is_held_by_anybody(object) ?
				 "unlock of a lock held by another task" :
				 "unlock of a lock that is not held",
				 object->class), ref->addr);
		if (!is_held_by_anybody(object))
			return;
	} else {
		mode = mode_of_hold(x, held, mode);
		class = drop_held(x, held);
	}
	if (x->record)
		exec__remember(x, EXEC_PAST_RELEASE, ref->addr);
	if (mode == WEFT_SHARED && object->readers)
		object->readers--;
	else
		object->writer = -1;
	exec__lock_changed(x, object);
	exec__record_step(x, mode == WEFT_SHARED ? WEFT_OP_UNLOCK_SHARED :
			  WEFT_OP_UNLOCK, ref->addr, class, true, mode,
			  NULL);
	exec__applied(x, mode == WEFT_SHARED ? WEFT_OP_UNLOCK_SHARED :
		      WEFT_OP_UNLOCK, object, class, mode);
}

void weft_exec_downgrade(struct weft_exec *x, const struct weft_lock_ref *ref)
{
	struct weft_thread *self = exec__self(x);
	struct weft_object *object;
	unsigned int i;

	release_point(x, ref, WEFT_OP_DOWNGRADE, WEFT_SHARED);
	object = weft_object_get(&x->objects, ref);
	if (object->writer != x->running) {
		weft_relate_lock(x, exec__report_misuse(x,
				 "downgrade of a lock not held for writing",
				 object->class), ref->addr);
		return;
	}
	object->writer = -1;
	object->readers = 1;
	exec__lock_changed(x, object);
	for (i = 0; i < self->held_n; i++)
		if (x->held[self->id][i].addr == ref->addr)
			x->held[self->id][i].shared |= 1;
	exec__tell(x, WEFT_OP_DOWNGRADE, ref->addr, -1);
	x->told.loose = true;
	exec__record_step(x, WEFT_OP_DOWNGRADE, ref->addr, object->class, true,
			  WEFT_SHARED, NULL);
	exec__applied(x, WEFT_OP_DOWNGRADE, object, object->class, WEFT_SHARED);
}

int weft_exec_lock_held(struct weft_exec *x, const void *addr)
{
	const struct weft_thread *self = exec__self(x);
	unsigned int i;

	for (i = self->held_n; i--; )
		if (x->held[self->id][i].addr == addr)
			return x->held[self->id][i].shared & 1 ? 1 : 2;
	return 0;
}

bool weft_exec_holds_within(const struct weft_exec *x, const void *addr,
			    size_t len, uint32_t *ret_class)
{
	const struct weft_thread *self = &x->threads[x->running];
	unsigned int i;

	for (i = 0; i < self->held_n; i++) {
		const struct weft_held *held = &x->held[self->id][i];

		if ((uintptr_t)held->addr - (uintptr_t)addr >= len)
			continue;
		*ret_class = held->class;
		return true;
	}
	return false;
}

bool weft_exec_holds_any(const struct weft_exec *x, uint32_t *ret_class)
{
	const struct weft_thread *self = &x->threads[x->running];

	if (!self->held_n)
		return false;
	*ret_class = x->held[self->id][self->held_n - 1].class;
	return true;
}

int weft_exec_lock_busy(struct weft_exec *x, const struct weft_lock_ref *ref)
{
	struct weft_pending op = {
		.kind = WEFT_OP_LOCK_LOOK, .addr = ref->addr,
	};
	const struct weft_object *object;
	bool is_held, is_read;

	exec__mark_tried(x, ref->addr);
	exec__point(x, &op, touch_is_shared(x, ref->addr, false));
	object = weft_object_find(&x->objects, ref->addr);
	is_held = object && object->writer >= 0;
	is_read = object && object->readers;
	/* It sees readers come and go, too: a read would have no order with them. */
	exec__tell(x, is_held ? WEFT_OP_LOCK_LOOK_BUSY : WEFT_OP_LOCK_LOOK,
		   ref->addr, -1);
	x->told.commutes = true;
	x->told.loose = is_read;
	return is_held ? 2 : is_read;
}

void weft_exec_annotate(struct weft_exec *x, const struct weft_lock_ref *ref,
			enum weft_lock_mode mode, bool tried)
{
	uint32_t class = weft_class_get(&x->objects, ref);

	push_held(x, ref, class, mode, tried, false);
	exec__record_step(x, WEFT_OP_ANNOTATE, ref->addr, class, true, mode,
			  NULL);
}

void weft_exec_annotate_end(struct weft_exec *x,
			    const struct weft_lock_ref *ref,
			    enum weft_lock_mode mode)
{
	struct weft_held *held = find_held(x, ref->addr);

	if (held)
		exec__record_step(x, WEFT_OP_ANNOTATE_END, ref->addr,
				  drop_held(x, held), true, mode, NULL);
}

static void graph_wait(struct weft_exec *x, const char *what)
{
	if (!x->graph || !exec__self(x)->held_n || !what)
		return;
	graph_acquired(x, weft_lockgraph_wait_node(x->graph, what),
		       WEFT_EDGE_WAIT);
}

void weft_exec_await_reads(struct weft_exec *x, enum weft_wait_kind kind,
			   const void *obj, const char *what,
			   int (*ready)(void *arg), void *arg,
			   unsigned int (*reads)(void *arg, const void **ret))
{
	struct weft_pending op = {
		.kind = WEFT_OP_AWAIT, .addr = obj, .wait = kind,
		.what = what, .ready = ready, .arg = arg, .reads = reads,
	};
	bool shared = obj && touch_is_shared(x, obj, false);

	if (!x->in_setup && kind != WEFT_WAIT_IDLE && kind != WEFT_WAIT_SPIN)
		graph_wait(x, what);
	if (kind == WEFT_WAIT_SPIN)
		exec__idle_turn(x);
	exec__point(x, &op, shared);
	exec__tell(x, WEFT_OP_AWAIT, obj, -1);
	x->told.loose = true;
	x->told.opaque = exec__is_opaque(x, &op);
	exec__tell_reads(x, &op);
	exec__record_step(x, WEFT_OP_AWAIT, obj, 0, false, 0, what);
	exec__applied(x, WEFT_OP_AWAIT, NULL, 0, 0);
}

void weft_exec_await(struct weft_exec *x, enum weft_wait_kind kind,
		     const void *obj, const char *what,
		     int (*ready)(void *arg), void *arg)
{
	weft_exec_await_reads(x, kind, obj, what, ready, arg, NULL);
}

void weft_exec_notify(struct weft_exec *x, enum weft_event_kind kind,
		      const void *obj, const char *what)
{
	struct weft_pending op = {
		.kind = WEFT_OP_NOTIFY, .addr = obj, .what = what,
	};

	(void)kind;
	exec__point(x, &op, obj && touch_is_shared(x, obj, true));
	if (x->wakeups)
		exec__tell_wakeups(x, obj);
	exec__tell(x, WEFT_OP_NOTIFY, obj, -1);
	exec__record_step(x, WEFT_OP_NOTIFY, obj, 0, false, 0, what);
	exec__applied(x, WEFT_OP_NOTIFY, NULL, 0, 0);
}

/* Bytes of one granule, all of which may be accessed. */
static bool is_sure(const struct weft_granule *g, uintptr_t addr, size_t size)
{
	return g && !g->state && (addr & 7) + size <= 8;
}

/* Who else wants to know of an access that is made now. */
static void __attribute__((noinline))
access_aside(struct weft_exec *x, enum weft_access_kind kind,
	     enum weft_op_kind op, const void *addr, unsigned int size,
	     uintptr_t pc)
{
	struct weft_granule *g = weft_hot_granule(&x->region.hot,
						  (unsigned long)addr);
	bool shared;

	/* Model programs tell whether they wrote: weft_exec_values(). */
	x->plain.rmw = x->plain.on && kind == WEFT_ACCESS_RMW &&
		       !x->config.data ? addr : NULL;
	x->plain.rmw_pc = pc;
	if (x->plain.on && kind == WEFT_ACCESS_RMW)
		exec__note_update(x, addr, size, pc);
	if (x->plain.on)
		exec__order_access(x, addr, size, kind != WEFT_ACCESS_READ &&
				   !x->plain.rmw, pc);
	if (x->race.on)
		exec__race_marked(x, kind, addr, size, pc);
	if (x->record && kind == WEFT_ACCESS_RMW)
		exec__remember(x, EXEC_PAST_RMW, addr);
	shared = g && weft_hot_is_shared(g);
	/* Model programs note their accesses themselves. */
	if (shared || x->config.data)
		exec__record_step(x, op, addr, 0, false, 0, NULL);
	if (x->record && x->config.data && !shared)
		x->evidence.steps[x->evidence.steps_n - 1].own = true;
	exec__applied(x, op, NULL, 0, 0);
	if (x->usage)
		exec__tell_usage(x, addr, size, kind != WEFT_ACCESS_READ, true,
				 pc);
	if (!is_sure(g, (uintptr_t)addr, size))
		exec__memory_check(x, (uintptr_t)addr, size,
				   kind != WEFT_ACCESS_READ, pc);
}

void exec__find_bare(struct weft_exec *x)
{
	x->bare = !x->plain.on && !x->race.on && !x->record && !x->usage &&
		  !x->meeting && !x->config.data && !x->watchers_n;
}

void weft_exec_access(struct weft_exec *x, enum weft_access_kind kind,
		      const void *addr, unsigned int size, uintptr_t pc)
{
	static const enum weft_op_kind kinds[] = {
		[WEFT_ACCESS_READ] = WEFT_OP_ACCESS_READ,
		[WEFT_ACCESS_WRITE] = WEFT_OP_ACCESS_WRITE,
		[WEFT_ACCESS_RMW] = WEFT_OP_ACCESS_RMW,
	};
	struct weft_pending op = { .kind = kinds[kind], .addr = addr };
	struct weft_granule *g = weft_hot_granule(&x->region.hot,
						  (unsigned long)addr);

	if (x->in_setup)
		return;
	if (x->meeting)
		exec__meet_come(x, addr, size, pc, false);
	exec__point(x, &op, x->config.every_access_shared ||
		    (g && weft_hot_is_shared(g)));
	if (x->meeting)
		exec__meet_pass(x, false);
	exec__tell(x, op.kind, addr, -1);
	if (!x->bare || x->cycle.on || !is_sure(g, (uintptr_t)addr, size))
		access_aside(x, kind, op.kind, addr, size, pc);
}

void weft_exec_note(struct weft_exec *x, enum weft_op_kind kind,
		    const char *text)
{
	exec__record_step(x, kind, NULL, 0, false, 0, text);
}


bool weft_exec_has_noted(const struct weft_exec *x, enum weft_op_kind kind,
			 const char *text)
{
	const struct weft_evidence *e = &x->evidence;
	const struct weft_step *last = e->steps_n ? &e->steps[e->steps_n - 1] :
				       NULL;

	return last && last->task == x->running && last->kind == kind &&
	       last->text && text && !strcmp(last->text, text);
}

static int has_ended(void *arg)
{
	const struct weft_thread *thread = arg;

	return thread->state == WEFT_THREAD_ENDED;
}

void weft_exec_join(struct weft_exec *x, int task)
{
	struct weft_pending op = {
		.kind = WEFT_OP_AWAIT, .wait = WEFT_WAIT_JOIN, .joins = true,
		.what = "the end of another task", .ready = has_ended,
		.arg = &x->threads[task],
	};

	/* Whoever waits for one of several twins tells it from the others. */
	if (x->threads[task].twin >= 0 || (task + 1 < x->threads_n &&
					   x->threads[task + 1].twin == task))
		x->asymmetric = true;
	exec__point(x, &op, false);
	exec__tell(x, WEFT_OP_AWAIT, NULL, task);
	exec__record_step(x, WEFT_OP_AWAIT, NULL, 0, false, 0, op.what);
}

static int others_ended(void *arg)
{
	const struct weft_exec *x = arg;

	return !(x->live & ~(1u << x->joining));
}

void weft_exec_join_all(struct weft_exec *x)
{
	struct weft_pending op = {
		.kind = WEFT_OP_AWAIT, .wait = WEFT_WAIT_JOIN, .joins = true,
		.what = "the end of all other tasks", .ready = others_ended,
		.arg = x,
	};

	x->joining = x->running;
	exec__point(x, &op, false);
	exec__tell(x, WEFT_OP_AWAIT, NULL, WEFT_PEER_ALL);
	exec__record_step(x, WEFT_OP_AWAIT, NULL, 0, false, 0, op.what);
}

void weft_exec_quiesce(struct weft_exec *x)
{
	struct weft_pending op = {
		.kind = WEFT_OP_AWAIT, .wait = WEFT_WAIT_KINDS,
		.what = "everything else at rest",
	};

	exec__point(x, &op, true);
	exec__tell(x, WEFT_OP_AWAIT, NULL, WEFT_PEER_ALL);
}

/* Model programs only: each of these is a scheduling point. */
static void apply_cell_op(struct weft_exec *x, enum weft_op_kind kind,
			  const void *addr)
{
	struct weft_pending op = { .kind = kind, .addr = addr };

	if (x->in_setup)
		return;
	exec__point(x, &op, true);
	exec__tell(x, kind, addr, -1);
	exec__record_step(x, kind, addr, 0, false, 0, NULL);
	exec__applied(x, kind, NULL, 0, 0);
}

void weft_exec_add(struct weft_exec *x, const void *addr)
{
	apply_cell_op(x, WEFT_OP_ACCESS_ADD, addr);
	exec__race_marked(x, WEFT_ACCESS_RMW, addr, sizeof(uint64_t),
			  (uintptr_t)__builtin_return_address(0));
	x->told.commutes = true;
}

void weft_exec_free(struct weft_exec *x, const void *addr)
{
	apply_cell_op(x, WEFT_OP_FREE, addr);
	if (x->foretell.on)
		exec__foretell_free(x, addr, sizeof(long));
	/* A plain access that nothing orders with it has to become a point. */
	x->foretell.aside = true;
	if (!x->in_setup)
		exec__order_access(x, addr, sizeof(long), true,
				   (uintptr_t)__builtin_return_address(0));
	x->foretell.aside = false;
}

void weft_exec_relax(struct weft_exec *x)
{
	exec__idle_turn(x);
}

void weft_exec_spin_until(struct weft_exec *x, const void *obj,
			  const char *what, int (*ready)(void *arg),
			  void *arg)
{
	struct weft_pending op = {
		.kind = WEFT_OP_AWAIT, .addr = obj, .wait = WEFT_WAIT_SPIN,
		.until = true, .what = what, .ready = ready, .arg = arg,
	};

	exec__point(x, &op, touch_is_shared(x, obj, false));
	exec__tell(x, WEFT_OP_AWAIT, obj, -1);
	x->told.loose = true;
	exec__record_step(x, WEFT_OP_AWAIT, obj, 0, false, 0, what);
	exec__applied(x, WEFT_OP_AWAIT, NULL, 0, 0);
}
