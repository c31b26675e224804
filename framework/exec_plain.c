/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plain accesses: fed to the shadow, and scheduling points where they race.
 *
 *  I1  A plain access is a point iff its granule is RACY, and the code under test
 *      makes it. The granules that are RACY stay the same for the whole of an
 *      execution: a race found in it counts from the next one on. A schedule
 *      names them, so that a replay has the same points.
 *  I2  When a race is found the systematic search starts again (explorer.h, I1),
 *      so that its last pass found none: every two conflicting plain accesses
 *      were ordered in every execution, or are points.
 *
 * Why it is enough to look at granules that are SHARED: a granule is SHARED from
 * the access on that makes it so (a second task, or the first write after the
 * snapshot), and stays so for the campaign. What came before in that execution
 * was not shown to the shadow; but becoming SHARED starts the search again too.
 * In the last pass, then, each granule was SHARED before the first execution, and
 * all accesses to it were shown, or it is not SHARED after the last one: then all
 * accesses to it, in all executions, were by one task, or none was a write. Such
 * accesses do not conflict.
 *
 * Why that is enough for a search over the points only: take any interleaving of
 * the accesses one by one. As long as it has no race on a granule that is not
 * RACY, moving each plain access back to the point before it keeps the order of
 * all conflicting accesses; the result is a schedule over the points. So the
 * first race an interleaving contains shows in a schedule over the points as
 * well, where the shadow finds it. (Musuvathi and Qadeer, PLDI 2007, section 3,
 * for searches like this one.) Bounds on preemptions bound this, too.
 *
 * Code of the model is not interrupted between points, by contract (host.h, H1).
 * Its accesses are shown to the shadow, because code under test may race with
 * them, but are never points. The order of two model accesses is that of the
 * points before them.
 *
 * A range (memcpy) is one access: it is a point once, before its first byte.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

static struct weft_granule *granule_at(struct weft_exec *x, uintptr_t addr)
{
	return weft_hot_granule(&x->region.hot, addr);
}

static size_t granule_number(const struct weft_exec *x, uintptr_t addr)
{
	return (addr - x->region.hot.base) >> 3;
}

static bool is_shared(const struct weft_exec *x, const struct weft_granule *g)
{
	return x->config.every_access_shared || weft_hot_is_shared(g);
}

/* The bytes of a range that lie in the granule at @at. */
unsigned char exec__byte_mask(uintptr_t addr, size_t len, uintptr_t at)
{
	unsigned int from = addr > at ? (unsigned int)(addr - at) : 0;
	size_t to = addr + len - at;

	return (unsigned char)((0xffu << from) &
			       (0xffu >> (to < 8 ? 8 - to : 0)));
}

static bool contains(const struct weft_text *text, uintptr_t pc)
{
	return pc - text->begin < text->end - text->begin;
}

/* The first return address above @pc that is not in @text. */
static uintptr_t caller_outside(const struct weft_exec *x,
				const struct weft_text *text, uintptr_t pc)
{
	const struct weft_co *co = &x->threads[x->running].co;
	uintptr_t low = (uintptr_t)co->stack;
	uintptr_t high = low + co->size - 2 * sizeof(uintptr_t);
	uintptr_t fp = (uintptr_t)__builtin_frame_address(0);
	bool inside = false;

	while (fp >= low && fp <= high && !(fp & 7)) {
		const uintptr_t *frame = (const uintptr_t *)fp;

		inside |= frame[1] == pc;
		if (inside && !contains(text, frame[1]))
			return frame[1];
		if (frame[0] <= fp)
			break;
		fp = frame[0];
	}
	return pc;
}

/* Whose access it is: of code that works for others (memcpy), its caller's. */
enum weft_shadow_kind exec__attribute(const struct weft_exec *x, uintptr_t *pc)
{
	if (contains(&x->config.glass, *pc))
		*pc = caller_outside(x, &x->config.glass, *pc);
	return contains(&x->config.model, *pc) ? WEFT_SHADOW_MODEL :
						 WEFT_SHADOW_PLAIN;
}

struct weft_race *exec__new_race(struct weft_exec *x)
{
	struct exec_plain *plain = &x->plain;
	struct weft_race *race;

	if (plain->races_n == plain->races_max) {
		plain->races_max = plain->races_max ? 2 * plain->races_max : 16;
		plain->races = realloc(plain->races, plain->races_max *
				       sizeof(*plain->races));
		assert(plain->races && "out of memory for races");
	}
	race = &plain->races[plain->races_n++];
	memset(race, 0, sizeof(*race));
	return race;
}

static void promote(struct weft_exec *x, struct weft_granule *g,
		    const struct weft_shadow_access *access,
		    const struct weft_shadow_race *earlier)
{
	struct weft_race *race;

	if (g->flags & WEFT_GRANULE_RACED)
		return;
	g->flags |= WEFT_GRANULE_RACED;
	x->region.hot.promotions++;
	race = exec__new_race(x);
	race->offset = access->granule * 8;
	race->place = weft_region_locate(&x->region, x->region.hot.base +
					 race->offset, &race->place_task,
					 &race->place_offset,
					 &race->place_size);
	race->sides[0].task = earlier->task;
	race->sides[0].write = earlier->write;
	race->sides[0].pc = earlier->pc;
	race->sides[1].task = access->task;
	race->sides[1].write = access->write;
	race->sides[1].pc = caller_outside(x, &x->config.model, access->pc);
	if (!contains(&x->config.text, race->sides[1].pc))
		race->sides[1].pc = access->pc;
}

static void show_granule(struct weft_exec *x, struct weft_granule *g,
			 uintptr_t addr, size_t len, uintptr_t at,
			 struct weft_shadow_access *access)
{
	enum weft_shadow_kind kind = access->kind;
	struct weft_shadow_race race;

	if (kind == WEFT_SHADOW_PLAIN && (g->flags & WEFT_GRANULE_RACY))
		access->kind = WEFT_SHADOW_VISIBLE;
	access->granule = granule_number(x, at);
	access->mask = exec__byte_mask(addr, len, at);
	if (weft_shadow_access(&x->plain.shadow, access, &race))
		promote(x, g, access, &race);
	if (x->foretell.on)
		exec__foretell_access(x, access, kind);
	if (kind == WEFT_SHADOW_PLAIN && x->race.on)
		exec__race_plain(x, access, len, addr);
	access->kind = kind;
}

/* Shows the part of a range that is shared to the shadow. */
static void show(struct weft_exec *x, uintptr_t addr, size_t len,
		 struct weft_shadow_access *access)
{
	uintptr_t at;

	access->task = x->running;
	for (at = addr & ~(uintptr_t)7; at < addr + len; at += 8) {
		struct weft_granule *g = granule_at(x, at);

		if (g && is_shared(x, g))
			show_granule(x, g, addr, len, at, access);
	}
}

/* What is true of any granule of a range. */
struct seen {
	unsigned char	flags;
	bool		guarded;	/* some of its bytes may not be accessed */
};

static struct seen look(struct weft_exec *x, uintptr_t addr, size_t len)
{
	struct seen seen = { 0 };
	uintptr_t at;

	for (at = addr & ~(uintptr_t)7; at < addr + len; at += 8) {
		const struct weft_granule *g = granule_at(x, at);

		if (!g)
			continue;
		seen.flags |= g->flags;
		seen.guarded |= g->state != 0;
	}
	return seen;
}

/*
 * A reduction learns of every granule that is RACY, be the access a point or of
 * the model: a free, or a copy of the model, is what others race with.
 */
static void tell_racy(struct weft_exec *x, uintptr_t addr, size_t len,
		      enum weft_op_kind kind)
{
	uintptr_t at;

	for (at = addr & ~(uintptr_t)7; at < addr + len; at += 8) {
		const struct weft_granule *g = granule_at(x, at);

		if (g && (g->flags & WEFT_GRANULE_RACY))
			exec__tell(x, kind, at > addr ? (const void *)at :
				   (const void *)addr, -1);
	}
}

static void point(struct weft_exec *x, const void *addr, size_t len,
		  bool write, uintptr_t pc)
{
	bool extra = x->meeting && exec__meet_come(x, addr, len, pc, true);
	struct weft_pending op = {
		.kind = write ? WEFT_OP_ACCESS_WRITE : WEFT_OP_ACCESS_READ,
		.addr = addr,
	};

	exec__point(x, &op, true);
	if (x->meeting)
		exec__meet_pass(x, extra);
	tell_racy(x, (uintptr_t)addr, len, op.kind);
	exec__record_step(x, op.kind, addr, 0, false, 0, NULL);
	exec__applied(x, op.kind, NULL, 0, 0);
}

/* Most accesses lie in one granule, and there is room in the log. */
static void touch(struct weft_exec *x, uintptr_t addr, size_t len, bool write)
{
	struct weft_hot *hot = &x->region.hot;
	struct weft_granule *g = granule_at(x, addr);

	if (g && (addr & 7) + len <= 8 && hot->undo_n + 4 <= hot->undo_max)
		weft_hot_touch(hot, g, addr, write);
	else
		weft_region_touch(&x->region, (const void *)addr, len, write);
}

/* An access that is no point, to one granule, and where nobody else looks. */
static inline bool is_usual(const struct weft_exec *x,
			    const struct weft_granule *g, uintptr_t addr,
			    size_t len)
{
	const struct weft_hot *hot = &x->region.hot;

	return g && (addr & 7) + len <= 8 && !g->state &&
	       !(g->flags & WEFT_GRANULE_RACY) && hot->plain && x->plain.on &&
	       is_shared(x, g) && hot->undo_n + 4 <= hot->undo_max &&
	       hot->accesses_left > 1 && !x->usage && !x->record &&
	       !x->foretell.on;
}

/*
 * Do the shadows know of it from just before, whosever code it is? Which code
 * reads what another task wrote is news.
 */
static inline bool is_repeated(const struct weft_exec *x,
			       const struct weft_shadow_access *access)
{
	const struct weft_thread *self = &x->threads[x->running];

	if (!weft_shadow_is_repeated(&x->plain.shadow, access))
		return false;
	return !x->race.on ||
	       (!self->race_atomic && !self->race_atomic_next &&
		weft_race_is_repeated(&x->race.shadow, access, false));
}

/* What weft_exec_plain() does, as far as it concerns a usual access. */
static void usual(struct weft_exec *x, struct weft_granule *g, uintptr_t addr,
		  size_t len, bool write, uintptr_t pc)
{
	unsigned int from = addr & 7;
	struct weft_shadow_access access = {
		.granule = granule_number(x, addr), .write = write, .pc = pc,
		.mask = (unsigned char)((0xffu >> (8 - len)) << from),
		.kind = WEFT_SHADOW_PLAIN, .task = x->running,
	};
	struct weft_shadow_race race;

	x->region.hot.accesses_left--;
	weft_hot_touch(&x->region.hot, g, addr, write);
	/* Looking for the caller costs more than to look twice. */
	if (contains(&x->config.glass, pc) && is_repeated(x, &access))
		return;
	access.kind = exec__attribute(x, &access.pc);
	if (weft_shadow_access(&x->plain.shadow, &access, &race))
		promote(x, g, &access, &race);
	x->race.at_point = false;
	if (access.kind == WEFT_SHADOW_PLAIN && x->race.on)
		exec__race_plain(x, &access, len, addr);
}

static bool unusual(struct weft_exec *x, uintptr_t addr, size_t len,
		    bool write, uintptr_t pc)
{
	struct weft_shadow_access access = { .write = write, .pc = pc };
	bool is_point = false, plain = x->region.hot.plain;
	struct seen seen = look(x, addr, len);

	if (plain && (x->plain.on || (seen.flags & WEFT_GRANULE_RACY)))
		access.kind = exec__attribute(x, &access.pc);
	if (plain && (seen.flags & WEFT_GRANULE_RACY)) {
		is_point = access.kind == WEFT_SHADOW_PLAIN;
		if (is_point)
			point(x, (const void *)addr, len, write, access.pc);
		else
			tell_racy(x, addr, len, write ? WEFT_OP_ACCESS_WRITE :
							WEFT_OP_ACCESS_READ);
		/* What it was may have changed meanwhile. */
		seen = look(x, addr, len);
	}
	touch(x, addr, len, write);
	if (plain && x->plain.on) {
		x->race.at_point = is_point;
		show(x, addr, len, &access);
	} else if (plain && !x->plain.wanted) {
		x->plain.wanted = true;
		x->region.hot.promotions++;
	}
	if (x->usage)
		exec__tell_usage(x, (const void *)addr, len, write, false, pc);
	/* Last: an execution that ends here has still learnt what it raced with. */
	if (seen.guarded)
		exec__memory_check(x, addr, len, write, pc);
	if (!x->region.hot.accesses_left || !--x->region.hot.accesses_left)
		exec__spin(x, pc);
	return is_point;
}

bool weft_exec_plain(struct weft_exec *x, const void *addr, size_t len,
		     bool write, uintptr_t pc)
{
	struct weft_granule *g = granule_at(x, (uintptr_t)addr);

	if (!len)
		return false;
	if (!is_usual(x, g, (uintptr_t)addr, len))
		return unusual(x, (uintptr_t)addr, len, write, pc);
	usual(x, g, (uintptr_t)addr, len, write, pc);
	return false;
}

static bool is_fed(const struct weft_exec *x)
{
	return x->plain.on && !x->in_setup;
}

void exec__order_access(struct weft_exec *x, const void *addr, size_t len,
			bool write, uintptr_t pc)
{
	struct weft_shadow_access access = {
		.kind = WEFT_SHADOW_VISIBLE, .write = write, .pc = pc,
	};

	if (is_fed(x))
		show(x, (uintptr_t)addr, len, &access);
}

/* The first byte of an object stands for what is waited for. */
static void order_sync(struct weft_exec *x, const void *addr, bool write)
{
	struct weft_shadow_access access = {
		.kind = WEFT_SHADOW_SYNC, .write = write, .task = x->running,
		.granule = granule_number(x, (uintptr_t)addr),
		.mask = (unsigned char)(1u << ((uintptr_t)addr & 7)),
	};
	struct weft_shadow_race race;

	if (granule_at(x, (uintptr_t)addr))
		weft_shadow_access(&x->plain.shadow, &access, &race);
}

/*
 * A join comes after the end of others. Time passes when nobody can go on: the
 * wait for it comes after all that was done so far, in every schedule.
 */
static void order_wait(struct weft_exec *x, int peer)
{
	bool time = exec__self(x)->op->wait == WEFT_WAIT_TIME;
	int i;

	for (i = 0; i < x->threads_n; i++)
		if (time || ((i == peer || peer == WEFT_PEER_ALL) &&
			     x->threads[i].state == WEFT_THREAD_ENDED))
			weft_shadow_join(&x->plain.shadow, x->running, i);
}

static void order_lock(struct weft_exec *x, enum weft_op_kind kind,
		       const void *addr)
{
	struct weft_shadow *shadow = &x->plain.shadow;
	size_t granule = granule_number(x, (uintptr_t)addr);
	bool shared = kind == WEFT_OP_LOCK_SHARED ||
		      kind == WEFT_OP_TRYLOCK_SHARED ||
		      kind == WEFT_OP_UNLOCK_SHARED;

	if (!granule_at(x, (uintptr_t)addr))
		return;
	if (kind == WEFT_OP_UNLOCK || kind == WEFT_OP_UNLOCK_SHARED ||
	    kind == WEFT_OP_DOWNGRADE)
		weft_shadow_release(shadow, x->running, granule, shared);
	else
		weft_shadow_acquire(shadow, x->running, granule, shared);
}

void exec__order(struct weft_exec *x, enum weft_op_kind kind, const void *addr,
		 int peer)
{
	if (x->race.on)
		exec__race_order(x, kind, addr, peer);
	switch (kind) {
	case WEFT_OP_SPAWN:
		weft_shadow_spawn(&x->plain.shadow, x->running, peer);
		break;
	case WEFT_OP_AWAIT:
		order_wait(x, peer);
		if (addr)
			order_sync(x, addr, false);
		break;
	case WEFT_OP_NOTIFY:
		if (addr)
			order_sync(x, addr, true);
		break;
	default:
		/* Of looks at a lock, and the like, no order is sound. */
		if (weft_op_changes_lock(kind))
			order_lock(x, kind, addr);
		break;
	}
}

/* LEFT and WAITED: what the wait for a grace period hangs on, in every schedule. */
static void order_readers(struct weft_exec *x, enum weft_order_kind order,
			  const void *addr)
{
	size_t granule = granule_number(x, (uintptr_t)addr);

	if (order == WEFT_ORDER_LEFT)
		weft_shadow_release(&x->plain.shadow, x->running, granule,
				    false);
	else
		weft_shadow_acquire(&x->plain.shadow, x->running, granule,
				    false);
}

void weft_exec_order(struct weft_exec *x, enum weft_order_kind order,
		     const void *addr, unsigned int size)
{
	struct weft_shadow_access access = { .task = x->running };
	bool readers = order == WEFT_ORDER_LEFT || order == WEFT_ORDER_WAITED;

	if (order >= WEFT_ORDER_QUIET) {
		exec__race_mode(x, order, size);
		return;
	}
	if (!is_fed(x) || (addr && !granule_at(x, (uintptr_t)addr)))
		return;
	if (addr) {
		access.granule = granule_number(x, (uintptr_t)addr);
		access.mask = exec__byte_mask((uintptr_t)addr, size,
					      (uintptr_t)addr & ~(uintptr_t)7);
	}
	if (readers)
		order_readers(x, order, addr);
	if (!x->race.on)
		return;
	if (order == WEFT_ORDER_WAITED) {
		exec__race_waited(x, addr);
		return;
	}
	if (order == WEFT_ORDER_LEFT && x->foretell.on)
		exec__foretell_wait(x, access.granule, false, true);
	if (order == WEFT_ORDER_LEFT)
		order = WEFT_ORDER_RELEASE;
	weft_race_order(&x->race.shadow, &access, order);
}
