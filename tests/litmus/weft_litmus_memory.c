// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory errors and what looks like them. Each wrong program has a right twin
 * that differs in what matters only.
 *
 * The functions that allocate, free and access are apart: litmus.def names them
 * as the places a finding must tell.
 */
#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/weft_keep.h>

#include "litmus.h"

struct litmus_thing {
	int			value;
	refcount_t		refs;
	char			*buffer;
	struct litmus_thing	*peer;
	struct list_head	node;
	struct rcu_head		rcu;
};

static struct litmus_thing *thing;
static struct kmem_cache *thing_cache;
static LIST_HEAD(things);
static DEFINE_MUTEX(things_lock);
static int sum;

static noinline struct litmus_thing *thing_make(void)
{
	struct litmus_thing *t = kzalloc(sizeof(*t), GFP_KERNEL);	/* AT make */

	if (t)
		refcount_set(&t->refs, 1);
	return t;
}

static noinline void thing_drop(struct litmus_thing *t)
{
	kfree(t);				/* AT drop */
}

/* One access: so there is one place where it can be wrong. */
static noinline void thing_use(struct litmus_thing *t)
{
	t->value = 1;				/* AT use */
}

static long thing_setup(void)
{
	thing = thing_make();			/* AT made */
	return thing ? 0 : -ENOMEM;
}

/* ---- RCU: free at once, free after a grace period ---- */

static long rcu_reader(void)
{
	struct litmus_thing *t;
	long seen = SEEN(0);

	rcu_read_lock();
	t = rcu_dereference(thing);
	if (t) {
		thing_use(t);			/* AT rcu-use */
		seen = SEEN(1);
	}
	rcu_read_unlock();
	return seen;
}

/* WRONG: a reader may still have it. */
static long rcu_free_now(void)
{
	struct litmus_thing *t = thing;

	rcu_assign_pointer(thing, NULL);
	thing_drop(t);				/* AT rcu-drop */
	return 0;
}

static long rcu_free_later(void)
{
	struct litmus_thing *t = thing;

	rcu_assign_pointer(thing, NULL);
	kfree_rcu(t, rcu);
	return 0;
}

const struct litmus litmus_memory_rcu_now = {
	.setup = thing_setup, .role = { rcu_reader, rcu_free_now },
};

const struct litmus litmus_memory_rcu_later = {
	.setup = thing_setup, .role = { rcu_reader, rcu_free_later },
};

/* ---- references: use after the own one is gone, before ---- */

static long refs_setup(void)
{
	long err = thing_setup();		/* AT refs-made */

	if (!err)
		refcount_set(&thing->refs, 2);
	return err;
}

static void thing_put(struct litmus_thing *t)
{
	if (refcount_dec_and_test(&t->refs))
		thing_drop(t);			/* AT last-put */
}

/* WRONG: whoever is last frees it, and that may be the other one. */
static long refs_put_use(void)
{
	struct litmus_thing *t = thing;

	thing_put(t);				/* AT put */
	if (refcount_read(&t->refs))		/* AT put-use */
		return SEEN(0);
	return 0;
}

static long refs_use_put(void)
{
	struct litmus_thing *t = thing;

	refcount_read(&t->refs);
	thing_put(t);
	return SEEN(0);
}

const struct litmus litmus_memory_put_use = {
	.setup = refs_setup, .role = { refs_put_use, refs_use_put },
};

const struct litmus litmus_memory_use_put = {
	.setup = refs_setup, .role = { refs_use_put, refs_use_put },
};

/* ---- a list: free before the removal, after it ---- */

static long list_setup(void)
{
	long err = thing_setup();		/* AT listed */

	if (!err)
		list_add(&thing->node, &things);
	return err;
}

static long list_walk(void)
{
	struct litmus_thing *t;

	mutex_lock(&things_lock);		/* AT walk-lock */
	t = list_first_entry_or_null(&things, struct litmus_thing, node);
	if (t)
		thing_use(t);			/* AT walk-use */
	mutex_unlock(&things_lock);
	return t ? SEEN(1) : SEEN(0);
}

/* WRONG: between the two it is freed and on the list. */
static long list_free_remove(void)
{
	struct litmus_thing *t = thing;

	thing_drop(t);				/* AT free-listed */
	mutex_lock(&things_lock);		/* AT late-lock */
	INIT_LIST_HEAD(&things);
	mutex_unlock(&things_lock);
	return 0;
}

static long list_remove_free(void)
{
	struct litmus_thing *t = thing;

	mutex_lock(&things_lock);
	list_del(&t->node);
	mutex_unlock(&things_lock);
	thing_drop(t);				/* AT free-taken */
	return 0;
}

const struct litmus litmus_memory_free_unlink = {
	.setup = list_setup, .role = { list_walk, list_free_remove },
};

const struct litmus litmus_memory_unlink_free = {
	.setup = list_setup, .role = { list_walk, list_remove_free },
};

/* WRONG: what the lock keeps on the list is used when the lock is gone. */
static long list_copy(void)
{
	struct litmus_thing *t;

	mutex_lock(&things_lock);
	t = list_first_entry_or_null(&things, struct litmus_thing, node);
	mutex_unlock(&things_lock);
	if (t)
		thing_use(t);			/* AT copy-use */
	return 0;
}

const struct litmus litmus_memory_copy_unlink = {
	.setup = list_setup, .role = { list_copy, list_remove_free },
};

/* ---- a completion: used before it is announced, after ---- */

static DECLARE_COMPLETION(thing_done);

/* WRONG: whoever waits frees it, and may go on at once. */
static long complete_use(void)
{
	complete(&thing_done);
	thing_use(thing);			/* AT complete-use */
	return 0;
}

static long use_complete(void)
{
	thing_use(thing);
	complete(&thing_done);
	return 0;
}

static long wait_free(void)
{
	wait_for_completion(&thing_done);
	thing_drop(thing);			/* AT wait-free */
	return 0;
}

const struct litmus litmus_memory_complete_use = {
	.setup = thing_setup, .role = { complete_use, wait_free },
};

const struct litmus litmus_memory_use_complete = {
	.setup = thing_setup, .role = { use_complete, wait_free },
};

/* ---- the freed object is another one by now ---- */

/* WRONG: keeps the old address while the other one replaces the object. */
static long reuse_stale(void)
{
	struct litmus_thing *t = READ_ONCE(thing);

	mutex_lock(&things_lock);		/* AT stale-lock */
	thing_use(t);				/* AT stale-use */
	mutex_unlock(&things_lock);
	return 0;
}

static long reuse_fresh(void)
{
	mutex_lock(&things_lock);
	thing_use(thing);
	mutex_unlock(&things_lock);
	return 0;
}

static long reuse_replace(void)
{
	mutex_lock(&things_lock);
	thing_drop(thing);			/* AT replace */
	WRITE_ONCE(thing, thing_make());
	mutex_unlock(&things_lock);
	return 0;
}

const struct litmus litmus_memory_stale = {
	.setup = thing_setup, .role = { reuse_stale, reuse_replace },
};

const struct litmus litmus_memory_fresh = {
	.setup = thing_setup, .role = { reuse_fresh, reuse_replace },
};

/* ---- one byte too many, to the last byte ---- */

#define TEXT_BYTES 13

static int text_last;

static long text_setup(void)
{
	thing = thing_make();
	if (thing)
		thing->buffer = kmalloc(TEXT_BYTES, GFP_KERNEL);	/* AT text-make */
	return thing && thing->buffer ? 0 : -ENOMEM;
}

static noinline void text_end(int at)
{
	thing->buffer[at] = '\0';		/* AT text-end */
}

/* In some interleavings only: the limit is raised too far. */
static long text_raise_too_far(void)
{
	WRITE_ONCE(text_last, TEXT_BYTES);
	return 0;
}

static long text_raise(void)
{
	WRITE_ONCE(text_last, TEXT_BYTES - 1);
	return 0;
}

static long text_write(void)
{
	text_end(READ_ONCE(text_last));		/* AT overrun */
	return READ_ONCE(text_last) ? SEEN(0) : SEEN(1);
}

const struct litmus litmus_memory_overrun = {
	.setup = text_setup, .role = { text_write, text_raise_too_far },
};

const struct litmus litmus_memory_last_byte = {
	.setup = text_setup, .role = { text_write, text_raise },
};

/* WRONG: the byte in front of the first one. */
static long text_before(void)
{
	return thing->buffer[text_last - 1] == 'x';	/* AT underrun */
}

const struct litmus litmus_memory_underrun = {
	.setup = text_setup, .role = { text_before },
};

static noinline void text_copy(const char *from, size_t n)
{
	memcpy(thing->buffer, from, n);		/* AT text-copy */
}

/* WRONG: a range that begins inside and ends 3 bytes behind. */
static long text_copy_more(void)
{
	static const char from[16];

	text_copy(from, sizeof(from));		/* AT copy-more */
	return 0;
}

static long text_copy_all(void)
{
	static const char from[16];

	text_copy(from, TEXT_BYTES);
	return 0;
}

const struct litmus litmus_memory_copy_more = {
	.setup = text_setup, .role = { text_copy_more },
};

const struct litmus litmus_memory_copy_all = {
	.setup = text_setup, .role = { text_copy_all },
};

/* ---- what is freed ---- */

static noinline void free_buffer(struct litmus_thing *t)
{
	kfree(t->buffer);			/* AT buffer-free */
	kfree(t);
}

/* WRONG: kmalloc() leaves the pointer as it was. */
static long free_unset(void)
{
	struct litmus_thing *t = kmalloc(sizeof(*t), GFP_KERNEL);

	if (t)
		free_buffer(t);			/* AT free-unset */
	return 0;
}

static long free_null(void)
{
	struct litmus_thing *t = kzalloc(sizeof(*t), GFP_KERNEL);

	if (t)
		free_buffer(t);
	return 0;
}

const struct litmus litmus_memory_free_unset = { .role = { free_unset } };
const struct litmus litmus_memory_free_null = { .role = { free_null } };

static noinline void node_free(struct list_head *node)
{
	kfree(node);				/* AT node-free */
}

/* WRONG: a member is no object. */
static long free_member(void)
{
	node_free(&thing->node);		/* AT free-member */
	return 0;
}

static long free_container(void)
{
	kfree(container_of(&thing->node, struct litmus_thing, node));
	return 0;
}

const struct litmus litmus_memory_free_member = {
	.setup = thing_setup, .role = { free_member },
};

const struct litmus litmus_memory_free_container = {
	.setup = thing_setup, .role = { free_container },
};

static long cache_setup(void)
{
	thing_cache = kmem_cache_create("litmus_things",
					sizeof(struct litmus_thing), 0, 0,
					NULL);
	if (thing_cache)
		thing = kmem_cache_zalloc(thing_cache, GFP_KERNEL);	/* AT cache-make */
	return thing ? 0 : -ENOMEM;
}

static noinline void cache_drop(struct litmus_thing *t)
{
	kmem_cache_free(thing_cache, t);	/* AT cache-drop */
}

/* WRONG: both find it there. The twin hands it over. */
static long cache_free(void)
{
	struct litmus_thing *t = READ_ONCE(thing);

	WRITE_ONCE(thing, NULL);
	if (t)
		cache_drop(t);			/* AT cache-twice */
	return t ? SEEN(1) : SEEN(0);
}

static long cache_free_own(void)
{
	struct litmus_thing *t = xchg(&thing, NULL);

	if (t)
		cache_drop(t);
	return t ? SEEN(1) : SEEN(0);
}

const struct litmus litmus_memory_cache_twice = {
	.setup = cache_setup, .role = { cache_free, cache_free },
};

const struct litmus litmus_memory_cache_once = {
	.setup = cache_setup, .role = { cache_free_own, cache_free_own },
};

/* ---- leaks ---- */

/* Only one may have it; who comes second fails. */
static bool leak_taken(void)
{
	bool taken;

	mutex_lock(&things_lock);
	taken = sum;
	sum = 1;
	mutex_unlock(&things_lock);
	return taken;
}

/* WRONG: the error path forgets what was made before. */
static long leak_forgets(void)
{
	struct litmus_thing *t = thing_make();	/* AT forget */

	if (leak_taken())
		return SEEN(0);
	WRITE_ONCE(thing, t);
	return SEEN(1);
}

static long leak_cleans(void)
{
	struct litmus_thing *t = thing_make();

	if (leak_taken()) {
		thing_drop(t);
		return SEEN(0);
	}
	WRITE_ONCE(thing, t);
	return SEEN(1);
}

const struct litmus litmus_memory_leak = {
	.role = { leak_forgets, leak_forgets },
};

static int racy_count;

/* WRONG twice: a data race, which must not hide the leak. */
static long leak_races(void)
{
	racy_count++;
	return leak_forgets();			/* AT forget-racing */
}

const struct litmus litmus_memory_leak_and_race = {
	.role = { leak_races, leak_races },
};

const struct litmus litmus_memory_error_path = {
	.role = { leak_cleans, leak_cleans },
};

/* Kept: on a list of ours, by the address of a member; and by the other one. */
static long leak_keep(void)
{
	struct litmus_thing *t = thing_make(), *peer = thing_make();

	if (!t || !peer)
		return -ENOMEM;
	t->peer = peer;
	mutex_lock(&things_lock);
	list_add(&t->node, &things);
	mutex_unlock(&things_lock);
	return 0;
}

const struct litmus litmus_memory_listed = {
	.role = { leak_keep, leak_keep },
};

/* WRONG: they know each other, but nobody knows them. */
static long leak_pair(void)
{
	struct litmus_thing *t = thing_make(), *peer = thing_make();	/* AT ring */

	if (!t || !peer)
		return -ENOMEM;
	t->peer = peer;
	peer->peer = t;
	return 0;
}

const struct litmus litmus_memory_ring = { .role = { leak_pair } };

/* Alive at the end of its task, freed by a callback after that. */
static long leak_callback(void)
{
	struct litmus_thing *t = thing_make();

	if (t)
		kfree_rcu(t, rcu);
	return 0;
}

const struct litmus litmus_memory_callback = {
	.role = { leak_callback, leak_callback },
};

/* ---- kept on purpose: nothing that is looked at points to it ---- */

/* As a device keeps an address: no word of memory has its value. */
static unsigned long hidden;

unsigned long litmus_told_address(void)
{
	return ~READ_ONCE(hidden);
}

/* One that points to another one, which points to a buffer. */
static noinline struct litmus_thing *chain_make(void)
{
	struct litmus_thing *t = thing_make(), *peer = thing_make();	/* AT chain */

	if (!t || !peer)
		return NULL;
	peer->buffer = kmalloc(8, GFP_KERNEL);
	t->peer = peer;
	WRITE_ONCE(hidden, ~(unsigned long)t);
	return t;
}

/* WRONG: nobody is told that somebody has it. */
static long kept_not(void)
{
	return chain_make() ? 0 : -ENOMEM;	/* AT kept-not */
}

static long kept_by_address(void)
{
	struct litmus_thing *t = chain_make();

	weft_keep(t);
	weft_keep(NULL);
	return t ? 0 : -ENOMEM;
}

static long kept_by_member(void)
{
	struct litmus_thing *t = chain_make();

	weft_keep(t ? &t->node : NULL);
	return t ? 0 : -ENOMEM;
}

const struct litmus litmus_memory_kept_not = { .role = { kept_not } };

const struct litmus litmus_memory_kept = {
	.role = { kept_by_address, kept_by_member },
};

/* WRONG: what was kept is gone, and what it pointed to is not. */
static long kept_freed(void)
{
	struct litmus_thing *t = chain_make();	/* AT kept-freed */

	weft_keep(t);
	thing_drop(t);
	return 0;
}

static long kept_freed_whole(void)
{
	struct litmus_thing *t = chain_make();

	weft_keep(t);
	kfree(t->peer->buffer);
	thing_drop(t->peer);
	thing_drop(t);
	return 0;
}

/* Only the first part of it: the rest is kept for itself. */
static long kept_freed_part(void)
{
	struct litmus_thing *t = chain_make();

	weft_keep(t);
	weft_keep(t->peer);
	thing_drop(t);
	return 0;
}

const struct litmus litmus_memory_kept_freed = { .role = { kept_freed } };

const struct litmus litmus_memory_kept_freed_whole = {
	.role = { kept_freed_whole, kept_freed_part },
};

/*
 * More stops than lie between two states that a search goes back to: in executions
 * that differ behind them the object is the same one, and what was declared of it in
 * one must not be left in the next. Stops are there as long as a third task could go on.
 */
static DECLARE_COMPLETION(kept_ready);

static void kept_stop(void)
{
	int i;

	for (i = 0; i < 6; i++) {
		mutex_lock(&things_lock);
		mutex_unlock(&things_lock);
	}
	complete(&kept_ready);
}

static long kept_third(void)
{
	mutex_lock(&things_lock);
	mutex_unlock(&things_lock);
	return 0;
}

/* WRONG: it is kept by who comes first only; who comes second forgets it. */
static long kept_if_first(void)
{
	struct litmus_thing *t = thing_make();	/* AT kept-if */

	kept_stop();
	if (leak_taken())
		return SEEN(0);
	WRITE_ONCE(hidden, ~(unsigned long)t);
	weft_keep(t);
	return SEEN(1);
}

static long kept_or_dropped(void)
{
	struct litmus_thing *t = thing_make();

	kept_stop();
	if (leak_taken()) {
		thing_drop(t);
		return SEEN(0);
	}
	WRITE_ONCE(hidden, ~(unsigned long)t);
	weft_keep(t);
	return SEEN(1);
}

static long kept_by_nobody(void)
{
	wait_for_completion(&kept_ready);
	leak_taken();
	return 0;
}

const struct litmus litmus_memory_kept_if_first = {
	.role = { kept_if_first, kept_by_nobody, kept_third },
};

const struct litmus litmus_memory_kept_or_dropped = {
	.role = { kept_or_dropped, kept_by_nobody, kept_third },
};

/* The scenario is told its address. */
const struct litmus litmus_memory_told = { .role = { kept_not } };
const struct litmus litmus_memory_told_kept = { .role = { kept_not } };
const struct litmus litmus_memory_told_in_state = { .role = { kept_not } };

/* WRONG: that is no object. */
static long kept_nothing(void)
{
	weft_keep((void *)8);
	return 0;
}

const struct litmus litmus_memory_kept_nothing = { .role = { kept_nothing } };
