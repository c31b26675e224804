/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who wakes whom: told to whoever wants to know.
 *
 *  I1  Told are notifications of an object that a task waits for at that moment. What
 *      was notified before anybody waited is nobody's wait.
 *  I2  Waiting for work to do is no wait for anybody, and neither is spinning.
 */
#include "exec_internal.h"

void weft_exec_watch_wakeups(struct weft_exec *x,
			     void (*seen)(void *arg,
					  const struct weft_wakeup *wakeup),
			     void *arg)
{
	x->wakeups = seen;
	x->wakeups_arg = arg;
}

static bool waits_for(const struct weft_thread *t, const void *addr)
{
	return t->state != WEFT_THREAD_ENDED && t->has_op &&
	       t->op->kind == WEFT_OP_AWAIT && t->op->addr == addr &&
	       t->op->wait != WEFT_WAIT_IDLE && t->op->wait != WEFT_WAIT_SPIN;
}

static unsigned int classes_of(const struct weft_exec *x, int task,
			       uint32_t *ret)
{
	unsigned int i, n = 0;

	for (i = 0; i < x->threads[task].held_n && n < WEFT_USAGE_LOCKS; i++)
		ret[n++] = x->held[task][i].class;
	return n;
}

static void tell(struct weft_exec *x, int waiter)
{
	const struct weft_thread *t = &x->threads[waiter];
	struct weft_wakeup wakeup = {
		.what = t->op->what, .waiter = t->name,
		.waker = x->threads[x->running].name,
	};
	size_t len;

	exec__walk_suspended(&t->co, weft_co_used(&t->co, &len),
			     &wakeup.wait_stack);
	weft_exec_stack(x, &wakeup.wake_stack);
	wakeup.held_n = classes_of(x, waiter, wakeup.held);
	wakeup.wake_held_n = classes_of(x, x->running, wakeup.wake_held);
	x->wakeups(x->wakeups_arg, &wakeup);
}

void exec__tell_wakeups(struct weft_exec *x, const void *addr)
{
	int i;

	if (x->in_setup || !addr || x->running < 0)
		return;
	for (i = 0; i < x->threads_n; i++)
		if (i != x->running && waits_for(&x->threads[i], addr))
			tell(x, i);
}
