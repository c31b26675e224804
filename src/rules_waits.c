/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who waits for whom: completions, wait queues, work, as they were waited for and
 * woken in the explored executions. Contract in rules.h.
 *
 * What nobody notifies is not here: a grace period ends when the last reader leaves.
 * Such waits are among the pairs of the lock graph ("waits").
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "rules.h"

#define FRAMES_MAX 24

/* @wakeup: with its names copied */
struct seen_wakeup {
	struct weft_wakeup	wakeup;
	char			*what, *waiter, *waker;
	uint64_t		count;
};

struct rules_wakeups {
	struct weft_exec	*x;
	struct seen_wakeup	*seen;
	size_t			n, max;
};

static bool same_stack(const struct weft_stack *a, const struct weft_stack *b)
{
	return a->n == b->n && !memcmp(a->pc, b->pc, a->n * sizeof(*a->pc));
}

static bool same_name(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool is_same(const struct seen_wakeup *seen, const struct weft_wakeup *b)
{
	const struct weft_wakeup *a = &seen->wakeup;

	return a->held_n == b->held_n && a->wake_held_n == b->wake_held_n &&
	       same_stack(&a->wait_stack, &b->wait_stack) &&
	       same_stack(&a->wake_stack, &b->wake_stack) &&
	       !memcmp(a->held, b->held, a->held_n * sizeof(*a->held)) &&
	       !memcmp(a->wake_held, b->wake_held,
		       a->wake_held_n * sizeof(*a->wake_held)) &&
	       same_name(seen->what, b->what) &&
	       same_name(seen->waiter, b->waiter) &&
	       same_name(seen->waker, b->waker);
}

static char *copy(const char *text)
{
	return text ? output_format("%s", text) : NULL;
}

static void take(void *arg, const struct weft_wakeup *wakeup)
{
	struct rules_wakeups *wakeups = arg;
	struct seen_wakeup *seen;
	size_t i;

	for (i = 0; i < wakeups->n; i++)
		if (is_same(&wakeups->seen[i], wakeup)) {
			wakeups->seen[i].count++;
			return;
		}
	if (wakeups->n == wakeups->max) {
		wakeups->max = wakeups->max ? 2 * wakeups->max : 64;
		wakeups->seen = realloc(wakeups->seen, wakeups->max *
					sizeof(*wakeups->seen));
		assert(wakeups->seen && "out of memory for locking rules");
	}
	seen = &wakeups->seen[wakeups->n++];
	seen->wakeup = *wakeup;
	seen->what = copy(wakeup->what);
	seen->waiter = copy(wakeup->waiter);
	seen->waker = copy(wakeup->waker);
	seen->count = 1;
}

struct rules_wakeups *rules_wakeups_begin(struct campaign *c)
{
	struct rules_wakeups *wakeups = calloc(1, sizeof(*wakeups));

	assert(wakeups && "out of memory for locking rules");
	wakeups->x = c->x;
	weft_exec_watch_wakeups(c->x, take, wakeups);
	return wakeups;
}

/* How a task sleeps and is woken, which is the same for all. */
static bool is_machinery(const struct weft_frame *frame)
{
	static const char *const folders[] = { "include/", "kernel/sched/", "lib/" };
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (frame->file && !strncmp(frame->file, folders[i],
					    strlen(folders[i])))
			return true;
	return !frame->file || frame->shim;
}

/* Who called complete() or wait_for_completion(), not where in it that is. */
static char *place_of(struct campaign *c, const struct weft_stack *stack)
{
	struct weft_frame frames[FRAMES_MAX];
	char place[300];
	unsigned int i, j, n;

	for (i = 0; i < stack->n; i++) {
		n = weft_symbols_resolve(c->run.symbols, stack->pc[i], frames,
					 FRAMES_MAX);
		for (j = 0; j < n; j++)
			if (!is_machinery(&frames[j]))
				return output_format("%s() %s:%d",
						     frames[j].function,
						     frames[j].file,
						     frames[j].line);
	}
	return weft_place_name(c->run.symbols, stack, place, sizeof(place)) ?
	       copy(place) : NULL;
}

/* "&kvm->lock, guests_lock": each once */
static char *lock_names(const struct campaign *c, const uint32_t *classes,
			unsigned int n)
{
	char *all = output_format("%s", ""), *longer;
	unsigned int i, j;

	for (i = 0; i < n; i++) {
		const char *name = weft_exec_class_name(c->x, classes[i]);

		for (j = 0; j < i && strcmp(weft_exec_class_name(c->x,
						classes[j]), name); j++)
			;
		if (j < i)
			continue;
		longer = output_format("%s%s%s", all, *all ? ", " : "", name);
		free(all);
		all = longer;
	}
	return all;
}

static bool is_same_wait(const struct rules_wait *a, const struct rules_wait *b)
{
	return !strcmp(a->what, b->what) && !strcmp(a->site, b->site) &&
	       !strcmp(a->wake_site, b->wake_site) &&
	       !strcmp(a->held, b->held) &&
	       !strcmp(a->wake_held, b->wake_held) &&
	       !strcmp(a->waiter, b->waiter) && !strcmp(a->waker, b->waker);
}

static void clear_wait(struct rules_wait *wait)
{
	free(wait->what);
	free(wait->site);
	free(wait->wake_site);
	free(wait->held);
	free(wait->wake_held);
	free(wait->waiter);
	free(wait->waker);
}

static void add(struct rules_table *table, struct rules_wait *wait)
{
	size_t i;

	for (i = 0; i < table->wakeups_n; i++)
		if (is_same_wait(&table->wakeups[i], wait)) {
			table->wakeups[i].count += wait->count;
			clear_wait(wait);
			return;
		}
	table->wakeups = realloc(table->wakeups, (table->wakeups_n + 1) *
				 sizeof(*table->wakeups));
	assert(table->wakeups && "out of memory for locking rules");
	table->wakeups[table->wakeups_n++] = *wait;
}

void rules_wakeups_end(struct campaign *c, struct rules_wakeups *wakeups,
		       struct rules_table *table)
{
	size_t i;

	weft_exec_watch_wakeups(c->x, NULL, NULL);
	for (i = 0; i < wakeups->n; i++) {
		struct seen_wakeup *seen = &wakeups->seen[i];
		const struct weft_wakeup *w = &seen->wakeup;
		struct rules_wait wait = {
			.what = seen->what ? seen->what : copy("something"),
			.site = place_of(c, &w->wait_stack),
			.wake_site = place_of(c, &w->wake_stack),
			.held = lock_names(c, w->held, w->held_n),
			.wake_held = lock_names(c, w->wake_held,
						w->wake_held_n),
			.waiter = seen->waiter ? seen->waiter : copy("task"),
			.waker = seen->waker ? seen->waker : copy("task"),
			.count = seen->count,
		};

		/* The model's own threads wait for each other without a place. */
		if (table && wait.site) {
			if (!wait.wake_site)
				wait.wake_site = copy("(the model)");
			add(table, &wait);
		} else {
			clear_wait(&wait);
		}
	}
	free(wakeups->seen);
	free(wakeups);
}

static int compare_waits(const void *a, const void *b)
{
	const struct rules_wait *x = a, *y = b;
	int order = strcmp(x->site, y->site);

	if (!order)
		order = strcmp(x->wake_site, y->wake_site);
	if (!order)
		order = strcmp(x->held, y->held);
	if (!order)
		order = strcmp(x->wake_held, y->wake_held);
	if (!order)
		order = strcmp(x->waiter, y->waiter);
	return order ? order : strcmp(x->waker, y->waker);
}

void rules_sort_wakeups(struct rules_table *table)
{
	if (table->wakeups_n)
		qsort(table->wakeups, table->wakeups_n,
		      sizeof(*table->wakeups), compare_waits);
}

void rules_clear_wakeups(struct rules_table *table)
{
	while (table->wakeups_n)
		clear_wait(&table->wakeups[--table->wakeups_n]);
	free(table->wakeups);
}
