/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data races: accesses and operations, fed to the shadow that knows them.
 *
 *  I1  Both accesses were made by code under test. What the model does stands for
 *      code that is not there; its marked accesses order as locks do.
 *  I2  A race counts in executions in which nothing new became SHARED: before a
 *      granule is, its accesses and what they order are not shown. The next
 *      execution shows them all (exec_plain.c tells why that is enough).
 *  I3  Two places are told once in a campaign, or in every execution while races
 *      are told again (a replay).
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

static size_t granule_number(const struct weft_exec *x, uintptr_t addr)
{
	return (addr - x->region.hot.base) >> 3;
}

struct context {
	struct weft_exec		*x;
	const struct weft_shadow_access	*access;
	size_t				len;
	uintptr_t			addr;
	bool				marked;
};

static void told(void *arg, const struct weft_race_earlier *earlier)
{
	struct context *c = arg;

	exec__race_found(c->x, earlier, c->access, c->len, c->addr, c->marked);
}

static void __attribute__((noinline))
access_and_tell(struct weft_exec *x, const struct weft_shadow_access *a,
		size_t len, uintptr_t addr, bool marked)
{
	struct context context = {
		.x = x, .access = a, .len = len, .addr = addr, .marked = marked,
	};

	weft_race_access(&x->race.shadow, a, marked, told, &context);
}

/* Nobody looks at it but the shadow. */
static inline bool is_unwatched(const struct weft_exec *x)
{
	return !x->race.late && !x->race.logs && !x->meeting;
}

void exec__race_access(struct weft_exec *x, const struct weft_shadow_access *a,
		       size_t len, uintptr_t addr, bool marked)
{
	if (x->race.late)
		exec__race_late(x);
	if (!weft_race_note(&x->race.shadow, a, marked))
		access_and_tell(x, a, len, addr, marked);
	if (x->race.logs) {
		exec__race_meeting(x, a, len, addr, marked);
		exec__race_log(x, a, len, addr, marked);
	}
	if (x->meeting)
		exec__meet_made(x, a);
}

void exec__race_plain(struct weft_exec *x, const struct weft_shadow_access *a,
		      size_t len, uintptr_t addr)
{
	struct weft_thread *self = exec__self(x);

	if (!(self->race_quiet | self->race_atomic | self->race_atomic_next) &&
	    is_unwatched(x)) {
		if (!weft_race_note(&x->race.shadow, a, false))
			access_and_tell(x, a, len, addr, false);
		return;
	}
	if (self->race_quiet)
		return;
	exec__race_access(x, a, len, addr,
			  self->race_atomic || self->race_atomic_next);
	if (self->race_atomic || self->race_atomic_next)
		weft_race_marked(&x->race.shadow, a, a->write ?
				 WEFT_ACCESS_WRITE : WEFT_ACCESS_READ);
	if (self->race_atomic_next)
		self->race_atomic_next--;
}

void exec__race_mode(struct weft_exec *x, enum weft_order_kind mode,
		     unsigned int n)
{
	struct weft_thread *self = exec__self(x);

	switch (mode) {
	case WEFT_ORDER_QUIET:
		self->race_quiet++;
		break;
	case WEFT_ORDER_QUIET_END:
		self->race_quiet -= self->race_quiet > 0;
		break;
	case WEFT_ORDER_ATOMIC:
		self->race_atomic++;
		break;
	case WEFT_ORDER_ATOMIC_END:
		self->race_atomic -= self->race_atomic > 0;
		break;
	case WEFT_ORDER_ATOMIC_NEXT:
		self->race_atomic_next = n;
		break;
	default:
		break;
	}
}

/* What the model reads, others have announced there; what it writes, it announces. */
static void order_model(struct weft_exec *x, enum weft_access_kind kind,
			size_t granule)
{
	if (x->foretell.on)
		exec__foretell_wait(x, granule, true, kind != WEFT_ACCESS_READ);
	weft_shadow_acquire(&x->race.shadow, x->running, granule, false);
	if (kind != WEFT_ACCESS_READ)
		weft_shadow_release(&x->race.shadow, x->running, granule,
				    false);
}

void exec__race_marked(struct weft_exec *x, enum weft_access_kind kind,
		       const void *addr, size_t len, uintptr_t pc)
{
	struct weft_shadow_access access = {
		.write = kind != WEFT_ACCESS_READ, .task = x->running, .pc = pc,
	};
	uintptr_t at = (uintptr_t)addr & ~(uintptr_t)7;
	enum weft_shadow_kind who;

	if (!x->race.on || x->in_setup)
		return;
	who = exec__attribute(x, &access.pc);
	for (; at < (uintptr_t)addr + len; at += 8) {
		const struct weft_granule *g =
			weft_hot_granule(&x->region.hot, at);

		if (!g || (!x->config.every_access_shared &&
			   !weft_hot_is_shared(g)))
			continue;
		access.granule = granule_number(x, at);
		access.mask = exec__byte_mask((uintptr_t)addr, len, at);
		if (who == WEFT_SHADOW_MODEL) {
			order_model(x, kind, access.granule);
			continue;
		}
		x->race.at_point = true;
		exec__race_access(x, &access, len, (uintptr_t)addr, true);
		weft_race_marked(&x->race.shadow, &access, kind);
	}
}

static void order_lock(struct weft_exec *x, enum weft_op_kind kind,
		       size_t granule)
{
	bool shared = kind == WEFT_OP_LOCK_SHARED ||
		      kind == WEFT_OP_TRYLOCK_SHARED ||
		      kind == WEFT_OP_UNLOCK_SHARED;

	if (x->foretell.on) {
		exec__foretell_lock(x, kind, granule, shared);
		return;
	}
	if (kind == WEFT_OP_UNLOCK || kind == WEFT_OP_UNLOCK_SHARED ||
	    kind == WEFT_OP_DOWNGRADE)
		weft_shadow_release(&x->race.shadow, x->running, granule,
				    shared);
	else
		weft_shadow_acquire(&x->race.shadow, x->running, granule,
				    shared);
}

/* A join; time orders nothing (R2). */
static void order_join(struct weft_exec *x, int peer)
{
	int i;

	for (i = 0; i < x->threads_n; i++)
		if ((i == peer || peer == WEFT_PEER_ALL) &&
		    x->threads[i].state == WEFT_THREAD_ENDED) {
			weft_shadow_join(&x->race.shadow, x->running, i);
			if (x->foretell.on)
				exec__foretell_join(x, i);
		}
}

/* A wait sees what was notified, and what was released into what it looks at. */
void exec__race_waited(struct weft_exec *x, const void *addr)
{
	struct weft_shadow_access access = {
		.task = x->running, .granule = granule_number(x, (uintptr_t)addr),
		.mask = 0xff,
	};

	if (x->foretell.on)
		exec__foretell_wait(x, access.granule, true, false);
	weft_shadow_acquire(&x->race.shadow, x->running, access.granule, false);
	weft_race_order(&x->race.shadow, &access, WEFT_ORDER_ACQUIRE);
}

void exec__race_order(struct weft_exec *x, enum weft_op_kind kind,
		      const void *addr, int peer)
{
	bool known = weft_hot_granule(&x->region.hot, (uintptr_t)addr);
	size_t granule = known ? granule_number(x, (uintptr_t)addr) : 0;

	if (x->foretell.on && known)
		exec__foretell_op(x, kind, addr);	/* before it orders */
	switch (kind) {
	case WEFT_OP_SPAWN:
		weft_shadow_spawn(&x->race.shadow, x->running, peer);
		if (x->foretell.on)
			exec__foretell_spawn(x, peer);
		break;
	case WEFT_OP_AWAIT:
		order_join(x, peer);
		if (known)
			exec__race_waited(x, addr);
		break;
	case WEFT_OP_NOTIFY:
		if (known)
			order_model(x, WEFT_ACCESS_RMW, granule);
		break;
	default:
		if (known && weft_op_changes_lock(kind))
			order_lock(x, kind, granule);
		break;
	}
}

void exec__race_start(struct weft_exec *x)
{
	x->race.run++;
	x->race.promotions = x->region.hot.promotions;
	x->race.late = NULL;
}

void exec__race_begin(struct weft_exec *x)
{
	struct exec_race *race = &x->race;
	int err;

	if (x->config.races && x->plain.on && !race->on) {
		err = weft_race_shadow_create(&race->shadow,
					      x->region.hot.size / 8 + 1);
		assert(!err && "out of memory for the shadow");
		race->on = true;
	}
	if (race->on)
		weft_shadow_rollback(&race->shadow, 0);
	if (x->foretell.on)
		exec__foretell_begin(x);
}

static void clear_accesses(struct exec_race *race)
{
	size_t i, j;

	for (i = 0; i < race->accesses_n; i++) {
		struct weft_race_side *side = &race->accesses[i].side;

		for (j = 0; j < side->held_n; j++)
			free(side->held[j].lock);
		free(side->held);
	}
	race->accesses_n = 0;
}

/* I2: what was found while sharing was learnt does not count. */
static void drop_races(struct weft_exec *x)
{
	size_t i, kept = 0;

	for (i = 0; i < x->findings_n; i++) {
		if (!strcmp(x->findings[i].kind, "race"))
			weft_finding_clear(&x->findings[i]);
		else
			x->findings[kept++] = x->findings[i];
	}
	x->findings_n = kept;
}

void exec__race_end(struct weft_exec *x)
{
	struct exec_race *race = &x->race;
	bool counts = x->region.hot.promotions == race->promotions;
	size_t i;

	if (!race->on)
		return;
	if (race->late)
		exec__race_late(x);
	clear_accesses(race);
	if (!counts) {
		drop_races(x);
		return;
	}
	/* What is told beside the campaign is still to be told in it. */
	for (i = 0; i < race->pairs_n && !race->again && !x->record; i++)
		race->pairs[i].told |= race->pairs[i].run == race->run;
}

void exec__race_off(struct weft_exec *x)
{
	if (x->race.on)
		weft_shadow_destroy(&x->race.shadow);
	x->race.on = false;
}

void exec__race_destroy(struct weft_exec *x)
{
	struct exec_race *race = &x->race;
	size_t i;

	exec__race_off(x);
	clear_accesses(race);
	for (i = 0; i < race->pairs_n; i++) {
		free(race->pairs[i].summary);
		free(race->pairs[i].signature);
	}
	free(race->pairs);
	free(race->accesses);
	exec__foretell_destroy(x);
}

void weft_exec_races_again(struct weft_exec *x, bool again)
{
	x->race.again = again;
}

void weft_exec_races_meet(struct weft_exec *x, bool meets)
{
	x->race.meets = meets;
}

void weft_exec_races_forget(struct weft_exec *x)
{
	size_t i;

	for (i = 0; i < x->race.pairs_n; i++)
		x->race.pairs[i].told = false;
}
