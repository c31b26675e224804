/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Deadlock: tasks that are blocked for ever when nothing can go on.
 *
 * The wait-for graph has an edge from a task that wants a lock to each task
 * that holds it. A cycle of any length is reported with its locks and tasks in
 * order, starting at the lowest task id; tasks blocked without a cycle wait
 * for something that nobody is left to do.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detector.h"
#include "region.h"

#define LOCK_NAME_MAX 256	/* as names of classes are made in object.c */

struct cycle {
	int		tasks[WEFT_THREADS_MAX];
	uint32_t	classes[WEFT_THREADS_MAX];
	unsigned int	n;
};

bool weft_task_is_waiting(const struct weft_task_view *task)
{
	if (task->ended || !task->has_op)
		return false;
	return !(task->service && task->kind == WEFT_OP_AWAIT &&
		 task->wait == WEFT_WAIT_IDLE);
}

static bool behind_writer(const struct weft_task_view *task)
{
	return weft_is_behind_writer(task->object, task->kind);
}

/* Tasks that have to do something before @task can go on. */
static uint32_t waits_for(const struct weft_exec *x, int task)
{
	struct weft_task_view view = weft_exec_task(x, task);

	if (!weft_task_is_waiting(&view) || !view.object)
		return 0;
	return behind_writer(&view) ? view.object->queued :
				      weft_exec_holders(x, view.object);
}

static bool find_path(const struct weft_exec *x, int from, int to,
		      uint32_t *seen, struct cycle *cycle)
{
	uint32_t next = waits_for(x, from);

	cycle->tasks[cycle->n] = from;
	cycle->classes[cycle->n++] = weft_exec_task(x, from).class;
	if (next >> to & 1)
		return true;
	while (next) {
		int task = __builtin_ctz(next);

		next &= next - 1;
		if (*seen >> task & 1)
			continue;
		*seen |= 1u << task;
		if (find_path(x, task, to, seen, cycle))
			return true;
	}
	cycle->n--;
	return false;
}

static void append(char *to, size_t size, const char *text)
{
	size_t n = strlen(to);

	snprintf(to + n, size - n, "%s", text);
}

/* Who waits is known by the lock, whatever subclass it is to be taken as. */
static void name_lock(const struct weft_exec *x, uint32_t class,
		      char ret[LOCK_NAME_MAX])
{
	snprintf(ret, LOCK_NAME_MAX, "%.*s",
		 (int)weft_exec_lock_name_n(x, class),
		 weft_exec_class_name(x, class));
}

static int order_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The same cycle gets the same signature wherever it is entered. */
void weft_deadlock_signature(const struct weft_exec *x, const uint32_t *classes,
			     unsigned int n, char *ret, size_t size)
{
	char sorted[WEFT_THREADS_MAX][LOCK_NAME_MAX];
	unsigned int i;

	assert(n <= WEFT_THREADS_MAX);
	for (i = 0; i < n; i++)
		name_lock(x, classes[i], sorted[i]);
	qsort(sorted, n, sizeof(*sorted), order_names);
	snprintf(ret, size, "deadlock");
	for (i = 0; i < n; i++) {
		append(ret, size, i ? "," : ":");
		append(ret, size, sorted[i]);
	}
}

static void report_cycle(struct weft_exec *x, const struct cycle *cycle)
{
	char summary[1024], signature[1024], part[160];
	unsigned int i;

	snprintf(summary, sizeof(summary), cycle->n == 1 ?
		 "self-deadlock: " : "deadlock of %u tasks: ", cycle->n);
	for (i = 0; i < cycle->n; i++) {
		struct weft_task_view task = weft_exec_task(x, cycle->tasks[i]);

		snprintf(part, sizeof(part), "%s%s waits for %s",
			 i ? ", " : "", task.name,
			 weft_exec_class_name(x, cycle->classes[i]));
		append(summary, sizeof(summary), part);
		snprintf(part, sizeof(part), " %s %s",
			 behind_writer(&task) ? "behind" : "held by",
			 cycle->n == 1 ? "itself" :
			 weft_exec_task(x, cycle->tasks[(i + 1) %
					cycle->n]).name);
		append(summary, sizeof(summary), part);
	}
	weft_deadlock_signature(x, cycle->classes, cycle->n, signature,
				sizeof(signature));
	weft_report(x, "deadlock", summary, signature, cycle->classes,
		    cycle->n, cycle->tasks, cycle->n);
}

static bool report_cycles(struct weft_exec *x)
{
	int i, n = weft_exec_tasks(x);
	uint32_t reported = 0;

	for (i = 0; i < n; i++) {
		struct cycle cycle = { .n = 0 };
		uint32_t seen = 1u << i;
		unsigned int j;

		if ((reported >> i & 1) || !waits_for(x, i) ||
		    !find_path(x, i, i, &seen, &cycle))
			continue;
		for (j = 0; j < cycle.n; j++)
			reported |= 1u << cycle.tasks[j];
		report_cycle(x, &cycle);
	}
	return reported;
}

/* What tasks wait for, in an order that no schedule changes. */
static void stranded_signature(const char **whats, unsigned int n, char *to,
			       size_t size)
{
	unsigned int i, j;

	for (i = 1; i < n; i++)
		for (j = i; j && strcmp(whats[j - 1], whats[j]) > 0; j--) {
			const char *what = whats[j];

			whats[j] = whats[j - 1];
			whats[j - 1] = what;
		}
	snprintf(to, size, "deadlock");
	for (i = 0; i < n; i++) {
		append(to, size, i ? "," : ":");
		append(to, size, whats[i]);
	}
}

/* No cycle of locks: name what each blocked task waits for. */
static void report_stranded(struct weft_exec *x)
{
	char summary[1024] = "blocked for ever: ", signature[1024];
	const char *whats[WEFT_THREADS_MAX];
	char part[200];
	int tasks[WEFT_THREADS_MAX], i, n = weft_exec_tasks(x);
	uint32_t classes[WEFT_THREADS_MAX];
	unsigned int tasks_n = 0, classes_n = 0;

	for (i = 0; i < n; i++) {
		struct weft_task_view task = weft_exec_task(x, i);
		const char *what = task.what;

		if (!weft_task_is_waiting(&task) ||
		    (task.kind == WEFT_OP_AWAIT && task.wait == WEFT_WAIT_JOIN))
			continue;
		if (task.object) {
			classes[classes_n++] = task.class;
			what = weft_exec_class_name(x, task.class);
		}
		whats[tasks_n] = what ? what : weft_op_name(task.kind);
		snprintf(part, sizeof(part), "%s%s waits for %s",
			 tasks_n ? ", " : "", task.name, whats[tasks_n]);
		append(summary, sizeof(summary), part);
		tasks[tasks_n++] = i;
	}
	stranded_signature(whats, tasks_n, signature, sizeof(signature));
	weft_report(x, "deadlock", summary, signature, classes, classes_n,
		    tasks, tasks_n);
}

static void deadlock_ended(struct weft_exec *x, enum weft_outcome outcome)
{
	if (outcome == WEFT_OUTCOME_BLOCKED && !report_cycles(x))
		report_stranded(x);
}

const struct weft_detector weft_detector_deadlock = {
	.name = "deadlock",
	.finds = "tasks blocked for ever: lock cycles of any length, self-deadlock, waits that nobody ends",
	.misses = "a deadlock among some tasks while another one spins for ever; orders outside the printed bounds",
	.false_alarms = "a wait whose waker is not modelled (hardware, another process)",
	.ended = deadlock_ended,
};
