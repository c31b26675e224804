// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that crash: the finding must be there, name the place, and leave
 * the next execution as it would have been.
 */
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "litmus.h"

struct litmus_victim {
	int		value;
	struct mutex	lock;
};

static struct litmus_victim victim;
static struct litmus_victim *pointer = &victim;
static int count;

/* In some interleavings only. */
static long null_clear(void)
{
	WRITE_ONCE(pointer, NULL);
	return 0;
}

static long null_use(void)
{
	if (!READ_ONCE(pointer))
		return SEEN(0);
	WRITE_ONCE(count, READ_ONCE(count) + 1);
	WRITE_ONCE(READ_ONCE(pointer)->value, 1);
	return SEEN(1);
}

static long null_end(void)
{
	promise(count <= 1, "a crash leaves nothing to the next execution");
	return 0;
}

const struct litmus litmus_null_pointer = {
	.role = { null_clear, null_use }, .end = null_end,
};

static long warn_a(void)
{
	WARN_ON(READ_ONCE(count));
	return 0;
}

static long warn_b(void)
{
	WRITE_ONCE(count, 1);
	return 0;
}

const struct litmus litmus_warn = { .role = { warn_a, warn_b } };

/* How sysfs and kobject code complain. */
static long dump_stack_a(void)
{
	if (READ_ONCE(count)) {
		pr_warn("litmus: the count is not zero\n");
		dump_stack();
	}
	return 0;
}

const struct litmus litmus_dump_stack = { .role = { dump_stack_a, warn_b } };

static long bug_a(void)
{
	BUG_ON(READ_ONCE(count));
	return 0;
}

const struct litmus litmus_bug = { .role = { bug_a, warn_b } };

/* The near miss: WARN_ON_ONCE() of what is never true. */
static long warn_never(void)
{
	WARN_ON_ONCE(READ_ONCE(count) > 1);
	pr_info("litmus: count is %d\n", READ_ONCE(count));
	return 0;
}

const struct litmus litmus_warn_never = { .role = { warn_never, warn_b } };

/* ---- memory ---- */

static long victim_setup(void)
{
	pointer = kzalloc(sizeof(*pointer), GFP_KERNEL);	/* AT make */
	if (!pointer)
		return -ENOMEM;
	mutex_init(&pointer->lock);
	return 0;
}

/* WRONG: both see it there, both free it. */
static long victim_free(void)
{
	struct litmus_victim *p = READ_ONCE(pointer);

	if (!p)
		return SEEN(0);
	WRITE_ONCE(pointer, NULL);
	kfree(p);				/* AT free */
	return SEEN(1);
}

const struct litmus litmus_double_free = {
	.setup = victim_setup, .role = { victim_free, victim_free },
};

/* The near miss: xchg() lets one have it. */
static long victim_free_once(void)
{
	struct litmus_victim *p = xchg(&pointer, NULL);

	kfree(p);				/* AT free-locked */
	return p ? SEEN(1) : SEEN(0);
}

const struct litmus litmus_free_once = {
	.setup = victim_setup, .role = { victim_free_once, victim_free_once },
};

/* WRONG: locks what the other may have freed; the poison is no mutex. */
static long victim_lock(void)
{
	struct litmus_victim *p = READ_ONCE(pointer);

	if (!p)
		return 0;
	mutex_lock(&p->lock);			/* AT freed-lock */
	mutex_unlock(&p->lock);			/* AT freed-unlock */
	return 0;
}

const struct litmus litmus_lock_freed = {
	.setup = victim_setup, .role = { victim_lock, victim_free_once },
};

/* WRONG: frees it with its mutex held. mm/slab calls debug_check_no_locks_freed(). */
static long victim_free_locked(void)
{
	struct litmus_victim *p = pointer;

	mutex_lock(&p->lock);
	kfree(p);
	return 0;
}

const struct litmus litmus_free_locked = {
	.setup = victim_setup, .role = { victim_free_locked },
};

/* ---- places of crashes: HERE marks the line that must be reported ---- */

static void (*function)(void);

static long crash_call_null(void)
{
	READ_ONCE(function)();			/* HERE crash_call_null */
	return 0;
}

const struct litmus litmus_crash_call_null = { .role = { crash_call_null } };

static long crash_divide(void)
{
	WRITE_ONCE(victim.value, 8 / READ_ONCE(count));	/* HERE crash_divide */
	return 0;
}

const struct litmus litmus_crash_divide = { .role = { crash_divide } };

/* Different texts from one place are one finding. */
static long crash_warn_texts(void)
{
	int i;

	for (i = 0; i < 3; i++)
		WARN(1, "litmus text %d\n", i);	/* HERE crash_warn_texts */
	return 0;
}

const struct litmus litmus_crash_warn_texts = { .role = { crash_warn_texts } };

/* An object given back to another cache than it is from; it ends all the same. */
static struct kmem_cache *crash_cache, *crash_cache_other;

static long caches_setup(void)
{
	const unsigned int size = sizeof(struct litmus_victim);

	crash_cache = kmem_cache_create("crash_cache", size, 0, 0, NULL);
	crash_cache_other = kmem_cache_create("crash_cache_other", size, 0, 0,
					      NULL);
	return crash_cache && crash_cache_other ? 0 : -ENOMEM;
}

static long caches_end(void)
{
	kmem_cache_destroy(crash_cache);
	kmem_cache_destroy(crash_cache_other);
	return 0;
}

static long crash_wrong_cache(void)
{
	struct litmus_victim *v = kmem_cache_alloc(crash_cache, GFP_KERNEL);

	if (v)
		kmem_cache_free(crash_cache_other, v);	/* HERE crash_wrong_cache */
	return 0;
}

const struct litmus litmus_crash_wrong_cache = {
	.setup = caches_setup, .role = { crash_wrong_cache }, .end = caches_end,
};

static long crash_no_cache(void)
{
	struct litmus_victim *v = kmalloc(sizeof(*v), GFP_KERNEL);

	if (v)
		kmem_cache_free(crash_cache, v);	/* HERE crash_no_cache */
	return 0;
}

const struct litmus litmus_crash_no_cache = {
	.setup = caches_setup, .role = { crash_no_cache }, .end = caches_end,
};

/* The near miss: of the same size, and each goes where it is from. */
static long crash_right_cache(void)
{
	void *v = kmem_cache_alloc(crash_cache, GFP_KERNEL);
	void *w = kmem_cache_alloc(crash_cache_other, GFP_KERNEL);

	if (w)
		kmem_cache_free(crash_cache_other, w);
	if (v)
		kmem_cache_free_bulk(crash_cache, 1, &v);
	return 0;
}

const struct litmus litmus_crash_right_cache_ok = {
	.setup = caches_setup, .role = { crash_right_cache, crash_right_cache },
	.end = caches_end,
};

/* Near misses: what is checked first. */
static long crash_checked_ok(void)
{
	void (*f)(void) = READ_ONCE(function);
	int divisor = READ_ONCE(count);

	if (f)
		f();
	if (divisor)
		WRITE_ONCE(victim.value, 8 / divisor);
	BUG_ON(divisor < 0);
	return 0;
}

const struct litmus litmus_crash_checked_ok = {
	.role = { crash_checked_ok, warn_b },
};

/* The near miss of null_pointer: looked at and used under one lock. */
static DEFINE_MUTEX(crash_mutex);

static long crash_clear_locked(void)
{
	mutex_lock(&crash_mutex);
	WRITE_ONCE(pointer, NULL);
	mutex_unlock(&crash_mutex);
	return 0;
}

static long crash_use_locked(void)
{
	long seen = SEEN(0);

	mutex_lock(&crash_mutex);
	if (READ_ONCE(pointer)) {
		WRITE_ONCE(READ_ONCE(pointer)->value, 1);
		seen = SEEN(1);
	}
	mutex_unlock(&crash_mutex);
	return seen;
}

const struct litmus litmus_crash_locked_ok = {
	.role = { crash_clear_locked, crash_use_locked },
};
