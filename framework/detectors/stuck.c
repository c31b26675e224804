/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stuck: tasks that go round in a circle for ever.
 *
 * An execution that comes back to a state it has been in, and passes nobody over
 * on the way, can repeat that way for ever (exec_cycle.h, I2). Loops without an
 * operation are reported where they are (exec_spin.c).
 */
#include <stdio.h>
#include <string.h>

#include "exec.h"

static void append(char *to, size_t size, const char *text)
{
	size_t n = strlen(to);

	snprintf(to + n, size - n, "%s", text);
}

static void append_tasks(const struct weft_exec *x, uint32_t tasks,
			 const char *separator, char *to, size_t size)
{
	for (; tasks; tasks &= tasks - 1) {
		append(to, size, weft_exec_task(x,
						__builtin_ctz(tasks)).name);
		if (tasks & (tasks - 1))
			append(to, size, separator);
	}
}

/* The same whichever turn of the circle was seen, and where it was entered. */
static void make_signature(const struct weft_exec *x,
			   const struct weft_cycle *cycle, char *to,
			   size_t size)
{
	unsigned int i;

	snprintf(to, size, "stuck:");
	append_tasks(x, cycle->tasks, ",", to, size);
	for (i = 0; i < cycle->classes_n; i++) {
		append(to, size, i ? "," : ":");
		append(to, size, weft_exec_class_name(x, cycle->classes[i]));
	}
}

static void report(struct weft_exec *x, const struct weft_cycle *cycle)
{
	bool one = !(cycle->tasks & (cycle->tasks - 1));
	unsigned long steps = cycle->to - cycle->from + 1;
	char summary[1024], signature[1024], part[80];
	int tasks[WEFT_THREADS_MAX];
	struct weft_finding *finding;
	unsigned int n = 0;
	uint32_t left;

	for (left = cycle->tasks; left; left &= left - 1)
		tasks[n++] = __builtin_ctz(left);
	snprintf(summary, sizeof(summary), "%s: ",
		 one ? "spins without progress" : "livelock");
	append_tasks(x, cycle->tasks, " and ", summary, sizeof(summary));
	snprintf(part, sizeof(part), " repeat%s the same %lu step%s for ever",
		 one ? "s" : "", steps, steps == 1 ? "" : "s");
	append(summary, sizeof(summary), part);
	make_signature(x, cycle, signature, sizeof(signature));
	finding = weft_report(x, "stuck", summary, signature, cycle->classes,
			      cycle->classes_n, tasks, n);
	if (!finding)
		return;
	finding->cycle_from = cycle->from;
	finding->cycle_to = cycle->to;
}

static void stuck_ended(struct weft_exec *x, enum weft_outcome outcome)
{
	struct weft_cycle cycle;

	if (outcome != WEFT_OUTCOME_LIVELOCK)
		return;
	cycle = weft_exec_cycle(x);
	report(x, &cycle);
}

const struct weft_detector weft_detector_stuck = {
	.name = "stuck",
	.finds = "livelocks: tasks that come back to a state they have been in, though nobody is passed over on the way; loops without an operation, by the number of their accesses",
	.misses = "loops that change something at each turn (a counter, an allocation, time) or depend on a choice end at the step limit, those that touch no memory at --stall: the verdict is incomplete",
	.false_alarms = "tasks that are meant to run for ever, or for more than --spin accesses; back-offs that real machines leave by chance",
	.ended = stuck_ended,
};
