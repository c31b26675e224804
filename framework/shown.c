/* SPDX-License-Identifier: GPL-2.0-only */
/* Cycles that a deadlock goes round; contract in shown.h. */
#include <assert.h>
#include <string.h>

#include "shown.h"

#define TASKS_MAX 32		/* bits of a set of tasks */

/* What is looked at. */
struct round {
	const struct weft_evidence	*evidence;
	const struct weft_shown_class	*classes;
	unsigned int			n;
};

/* The first of its locks from @from on that is of that class; or all of them. */
static size_t find_hold(const struct weft_task_state *task,
			const struct weft_shown_class *class, size_t from)
{
	while (from < task->held_n && strcmp(task->held[from].lock, class->name))
		from++;
	return from;
}

bool weft_shown_holds(const struct weft_task_state *task,
		      const struct weft_shown_class *class)
{
	return find_hold(task, class, 0) < task->held_n;
}

static bool is_waited_for(const struct weft_task_state *task,
			  const struct weft_shown_class *class)
{
	return !strcmp(task->wait_lock, class->name) ||
	       (strlen(task->wait_lock) == class->lock_n &&
		!strncmp(task->wait_lock, class->name, class->lock_n));
}

/* S2: instances are numbered by name, and the one held may be of a subclass. */
static bool is_same_lock(const struct weft_task_state *task,
			 const struct weft_task_state *holder,
			 const struct weft_held_lock *held)
{
	if (strcmp(task->wait_lock, held->lock))
		return task->wait_holder == holder->id;
	return task->wait_instance == held->instance;
}

static bool waits_for_lock(const struct weft_task_state *task,
			   const struct weft_task_state *holder,
			   const struct weft_shown_class *class)
{
	size_t i;

	if (!is_waited_for(task, class))
		return false;
	for (i = find_hold(holder, class, 0); i < holder->held_n;
	     i = find_hold(holder, class, i + 1)) {
		const struct weft_held_lock *held = &holder->held[i];

		if (is_same_lock(task, holder, held) &&
		    (task->wait_behind || !(task->wait_shared && held->shared)))
			return true;
	}
	return false;
}

/* S3: does @holder's hold number @at keep @task in front of its own number @own? */
static bool keeps_out(const struct weft_task_state *holder, size_t at,
		      const struct weft_task_state *task, size_t own)
{
	const struct weft_held_lock *held = &holder->held[at];
	const struct weft_held_lock *wanted = &task->held[own];

	if (held->instance != wanted->instance ||
	    (held->shared && wanted->shared))
		return false;
	return holder == task ? at < own : held->step < wanted->step;
}

/* It took the annotation behind its lock number @behind. */
static bool waits_within(const struct weft_task_state *task, size_t behind,
			 const struct weft_task_state *holder,
			 const struct weft_shown_class *class)
{
	size_t own, at;

	for (own = find_hold(task, class, behind + 1); own < task->held_n;
	     own = find_hold(task, class, own + 1))
		for (at = find_hold(holder, class, 0); at < holder->held_n;
		     at = find_hold(holder, class, at + 1))
			if (keeps_out(holder, at, task, own))
				return true;
	return false;
}

/* S4 */
static bool is_held_once(const struct round *r,
			 const struct weft_shown_class *class)
{
	const struct weft_held_lock *first = NULL;
	size_t i, at;

	for (i = 0; i < r->evidence->tasks_n; i++) {
		const struct weft_task_state *task = &r->evidence->tasks[i];

		for (at = find_hold(task, class, 0); at < task->held_n;
		     at = find_hold(task, class, at + 1)) {
			if (first && first->instance != task->held[at].instance)
				return false;
			first = &task->held[at];
		}
	}
	return first;
}

static bool is_blocked_at(const struct round *r,
			  const struct weft_task_state *task, size_t behind,
			  const struct weft_task_state *holder,
			  const struct weft_shown_class *class)
{
	if (task->wait_lock)
		return waits_for_lock(task, holder, class);
	if (!class->annotation || !weft_shown_holds(holder, class))
		return false;
	return waits_within(task, behind, holder, class) ||
	       (task->wait_text && !strcmp(task->wait_text, class->name) &&
		is_held_once(r, class));
}

/* Adds those because of whom @task, which holds class number @from, is blocked. */
static void follow(const struct round *r, const struct weft_task_state *task,
		   unsigned int from, uint32_t *reached)
{
	size_t behind = task->blocked ?
			find_hold(task, &r->classes[from], 0) : task->held_n, i;
	unsigned int step;

	for (step = 1; step <= r->n && behind < task->held_n; step++) {
		unsigned int to = (from + step) % r->n;

		for (i = 0; i < r->evidence->tasks_n; i++)
			if (is_blocked_at(r, task, behind,
					  &r->evidence->tasks[i],
					  &r->classes[to]))
				reached[to] |= 1u << i;
		behind = find_hold(task, &r->classes[to], behind + 1);
	}
}

/* One step more from all that was reached. Return: was there something new? */
static bool follow_all(const struct round *r, uint32_t *reached)
{
	uint32_t before[WEFT_SHOWN_MAX];
	unsigned int from;
	size_t i;

	memcpy(before, reached, sizeof(before));
	for (from = 0; from < r->n; from++)
		for (i = 0; i < r->evidence->tasks_n; i++)
			if (before[from] >> i & 1)
				follow(r, &r->evidence->tasks[i], from, reached);
	return memcmp(before, reached, sizeof(before));
}

static bool comes_back(const struct round *r, unsigned int from, size_t task)
{
	uint32_t reached[WEFT_SHOWN_MAX] = { 0 };

	follow(r, &r->evidence->tasks[task], from, reached);
	while (follow_all(r, reached))
		;
	return reached[from] >> task & 1;
}

bool weft_shows_cycle(const struct weft_evidence *evidence,
		      const struct weft_shown_class *classes, unsigned int n)
{
	const struct round r = {
		.evidence = evidence, .classes = classes, .n = n,
	};
	unsigned int from;
	size_t task;

	assert(n <= WEFT_SHOWN_MAX && evidence->tasks_n <= TASKS_MAX);
	for (from = 0; from < n; from++)
		for (task = 0; task < evidence->tasks_n; task++)
			if (comes_back(&r, from, task))
				return true;
	return false;
}
