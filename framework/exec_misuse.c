/* SPDX-License-Identifier: GPL-2.0-only */
/* Locks that are used, kept or freed against their rules. See exec.h. */
#include <stdio.h>
#include <string.h>

#include "exec_internal.h"

/* Of weft_held.shared, besides 1 for shared: tried, and reported already. */
#define HELD_TOLD 4u

struct weft_finding *exec__report_misuse(struct weft_exec *x, const char *what,
					 uint32_t class)
{
	const char *name = x->objects.classes[class].name;
	char summary[320], signature[320];
	int task = x->running;
	const struct weft_defect defect = {
		.kind = "context", .summary = summary, .sort = signature,
		.placed = true, .classes = &class, .classes_n = 1,
		.tasks = &task, .tasks_n = 1,
	};

	snprintf(summary, sizeof(summary), "%s: %s by task %d (%s)", what,
		 name, task, x->threads[task].name);
	snprintf(signature, sizeof(signature), "context:%s:%s", what, name);
	return weft_report_defect(x, &defect);
}

int weft_exec_holder(const struct weft_exec *x, const void *lock)
{
	unsigned int j;
	int i;

	for (i = 0; i < x->threads_n; i++)
		for (j = 0; j < x->threads[i].held_n; j++)
			if (x->held[i][j].addr == lock)
				return i;
	return -1;
}

int weft_exec_holder_within(const struct weft_exec *x, const void *addr,
			    size_t len, const void **ret_addr)
{
	unsigned int j;
	int i;

	for (i = 0; i < x->threads_n; i++)
		for (j = 0; j < x->threads[i].held_n; j++) {
			const struct weft_held *held = &x->held[i][j];

			if ((uintptr_t)held->addr - (uintptr_t)addr >= len ||
			    x->objects.classes[held->class].kind ==
			    WEFT_LOCK_ANNOTATION)
				continue;
			*ret_addr = held->addr;
			return i;
		}
	return -1;
}

bool weft_exec_report_held(struct weft_exec *x, const char *when)
{
	struct weft_thread *self = exec__self(x);
	uint32_t classes[WEFT_HELD_MAX];
	unsigned int i, n = 0;
	char summary[400], signature[400];
	struct weft_defect report = {
		.kind = "context", .summary = summary, .sort = signature,
		.classes = classes, .tasks = &self->id, .tasks_n = 1,
	};
	struct weft_finding *f;
	const char *name;

	for (i = 0; i < self->held_n; i++) {
		struct weft_held *held = &x->held[self->id][i];

		if (held->shared & HELD_TOLD)
			continue;
		held->shared |= HELD_TOLD;
		classes[n++] = held->class;
	}
	if (!n)
		return self->held_n;
	report.classes_n = n;
	name = x->objects.classes[classes[n - 1]].name;
	snprintf(summary, sizeof(summary), "%s %s holding %s", self->name,
		 when, name);
	for (i = n - 1; i--; ) {
		size_t used = strlen(summary);

		snprintf(summary + used, sizeof(summary) - used, ", %s",
			 x->objects.classes[classes[i]].name);
	}
	snprintf(signature, sizeof(signature), "context:still held:%s", name);
	f = weft_report_defect(x, &report);
	for (i = 0; f && i < self->held_n; i++)
		weft_relate_lock(x, f, x->held[self->id][i].addr);
	return true;
}
