// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plain accesses: points where they race, free where something orders them.
 * tests/cli/races.sh counts the races. Ordered by what
 * tools/memory-model/Documentation/ordering.txt and locking.txt name.
 */
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "litmus.h"

static DEFINE_MUTEX(litmus_mutex);
static DEFINE_SPINLOCK(litmus_spin);
static DECLARE_RWSEM(litmus_rwsem);
static DECLARE_COMPLETION(litmus_done);
static int counter;

static long count_up(void)
{
	counter++;				/* AT count */
	return 0;
}

static long count_one_or_two(void)
{
	promise(counter == 1 || counter == 2, "two increments make one or two");
	return SEEN(counter - 1);
}

static long count_two(void)
{
	promise(counter == 2, "no increment under a lock is lost");
	return 0;
}

static long count_up_mutex(void)
{
	mutex_lock(&litmus_mutex);
	counter++;				/* AT half-locked */
	mutex_unlock(&litmus_mutex);
	return 0;
}

static long count_up_spin(void)
{
	spin_lock(&litmus_spin);
	counter++;
	spin_unlock(&litmus_spin);
	return 0;
}

static long count_up_rwsem(void)
{
	down_write(&litmus_rwsem);
	counter++;
	up_write(&litmus_rwsem);
	return 0;
}

static long count_read_rwsem(void)
{
	int seen;

	down_read(&litmus_rwsem);
	seen = counter;
	promise(seen == counter, "a reader is not disturbed");
	up_read(&litmus_rwsem);
	return SEEN(seen);
}

const struct litmus litmus_plain_unlocked = {
	.role = { count_up, count_up }, .end = count_one_or_two,
};
const struct litmus litmus_plain_mutex = {
	.role = { count_up_mutex, count_up_mutex }, .end = count_two,
};
const struct litmus litmus_plain_spin = {
	.role = { count_up_spin, count_up_spin }, .end = count_two,
};
const struct litmus litmus_plain_rwsem = {
	.role = { count_up_rwsem, count_read_rwsem, count_read_rwsem },
};

/* One forgets the lock: the other's accesses race as well. */
const struct litmus litmus_plain_half_locked = {
	.role = { count_up_mutex, count_up }, .end = count_one_or_two,
};

/* ---- handed over ---- */

static long fill_and_complete(void)
{
	counter = 7;
	complete(&litmus_done);
	return 0;
}

static long wait_and_look(void)
{
	wait_for_completion(&litmus_done);
	promise(counter == 7, "what was written before complete() is seen");
	return 0;
}

const struct litmus litmus_plain_completion = {
	.role = { fill_and_complete, wait_and_look },
};

static void count_work(struct work_struct *work)
{
	counter++;
}

static DECLARE_WORK(litmus_work, count_work);

static long count_around_work(void)
{
	counter = 1;
	schedule_work(&litmus_work);
	flush_work(&litmus_work);
	promise(counter == 2, "work comes after queueing and before flushing");
	counter = 0;
	return 0;
}

const struct litmus litmus_plain_work = { .role = { count_around_work } };

static int ready;

static long publish(void)
{
	counter = 7;				/* AT publish */
	smp_store_release(&ready, 1);
	return 0;
}

static long look_if_ready(void)
{
	if (!smp_load_acquire(&ready))
		return SEEN(0);
	promise(counter == 7, "what was written before the release is seen");
	return SEEN(1);
}

static long look_anyway(void)
{
	smp_load_acquire(&ready);
	return SEEN(counter == 7);		/* AT published */
}

const struct litmus litmus_plain_published = {
	.role = { publish, look_if_ready },
};
const struct litmus litmus_plain_not_published = {
	.role = { publish, look_anyway },
};

/* ---- bytes and ranges ---- */

static struct {
	u8 a, b;
	u16 c;
} neighbours;

static long count_a(void)
{
	neighbours.a++;
	return 0;
}

static long count_b(void)
{
	neighbours.b++;
	neighbours.c++;
	return 0;
}

static long neighbours_end(void)
{
	promise(neighbours.a == 1 && neighbours.b == 1 && neighbours.c == 1,
		"bytes beside each other do not disturb each other");
	return 0;
}

const struct litmus litmus_plain_neighbours = {
	.role = { count_a, count_b }, .end = neighbours_end,
};

static struct pair {
	long x, y;
} pair, copied;

static long pair_write(void)
{
	pair.x = 1;
	pair.y = 1;
	return 0;
}

static long pair_copy(void)
{
	memcpy(&copied, &pair, sizeof(pair));
	return SEEN(copied.x + copied.y);
}

const struct litmus litmus_plain_range = { .role = { pair_write, pair_copy } };

/* ---- a list under a lock, an object that is freed ---- */

struct item {
	struct list_head node;
	long value;
};

static LIST_HEAD(items);

static long list_push(void)
{
	struct item *item = kzalloc(sizeof(*item), GFP_KERNEL);

	item->value = 3;
	mutex_lock(&litmus_mutex);
	list_add(&item->node, &items);
	mutex_unlock(&litmus_mutex);
	return 0;
}

static long list_pop(void)
{
	struct item *item;

	mutex_lock(&litmus_mutex);
	item = list_first_entry_or_null(&items, struct item, node);
	if (item)
		list_del(&item->node);
	mutex_unlock(&litmus_mutex);
	if (!item)
		return SEEN(0);
	promise(item->value == 3, "an item is filled before it is added");
	kfree(item);
	return SEEN(1);
}

const struct litmus litmus_plain_list = { .role = { list_push, list_pop } };

static long *shared_object;

static long object_setup(void)
{
	shared_object = kzalloc(sizeof(*shared_object), GFP_KERNEL);	/* AT make */
	*shared_object = 5;
	return 0;
}

static long object_use(void)
{
	return SEEN(*shared_object == 5 ? 0 : 1);	/* AT use */
}

static long object_free(void)
{
	kfree(shared_object);			/* AT free */
	return 0;
}

const struct litmus litmus_plain_free = {
	.setup = object_setup, .role = { object_use, object_free },
};
