/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings as bytes; contract in segment.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "segment.h"
#include "segment_internal.h"

void segment__put_stack(const struct weft_stack *stack, struct weft_buffer *to)
{
	unsigned int i;

	weft_buffer_put(to, stack->n);
	for (i = 0; i < stack->n; i++)
		weft_buffer_put_address(to, stack->pc[i]);
}

void segment__get_stack(struct weft_stack *ret, struct weft_reader *from)
{
	unsigned int i;

	memset(ret, 0, sizeof(*ret));
	ret->n = (unsigned int)weft_reader_get_most(from, WEFT_STACK_MAX);
	for (i = 0; i < ret->n; i++)
		ret->pc[i] = weft_reader_get_address(from);
}

static void put_schedule(const struct weft_schedule *schedule,
			 struct weft_buffer *to)
{
	size_t i;

	weft_buffer_put(to, schedule->runs_n);
	for (i = 0; i < schedule->runs_n; i++) {
		weft_buffer_put(to, schedule->runs[i].task);
		weft_buffer_put(to, schedule->runs[i].steps);
	}
	weft_buffer_put(to, schedule->choices_n);
	for (i = 0; i < schedule->choices_n; i++)
		weft_buffer_put(to, schedule->choices[i]);
	weft_buffer_put(to, schedule->racy_n);
	for (i = 0; i < schedule->racy_n; i++)
		weft_buffer_put(to, schedule->racy[i]);
}

static void get_racy(struct weft_schedule *ret, struct weft_reader *from)
{
	size_t i, n = weft_reader_get_count(from, 1);
	uint64_t *racy = calloc(n + 1, sizeof(*racy));

	assert(racy && "out of memory for findings");
	for (i = 0; i < n; i++)
		racy[i] = weft_reader_get(from);
	if (weft_schedule_set_racy(ret, racy, n))
		from->bad = true;
	free(racy);
}

static void get_schedule(struct weft_schedule *ret, struct weft_reader *from)
{
	size_t n = weft_reader_get_count(from, 2);

	for (; n; n--) {
		uint32_t task = (uint32_t)weft_reader_get_most(from,
							       UINT32_MAX);
		uint32_t steps = (uint32_t)weft_reader_get_most(from,
								UINT32_MAX);

		weft_schedule_add(ret, task, steps);
	}
	for (n = weft_reader_get_count(from, 1); n; n--)
		weft_schedule_add_choice(ret, (unsigned int)
				weft_reader_get_most(from, UINT32_MAX));
	get_racy(ret, from);
}

void weft_finding_put(const struct weft_finding *finding,
		      struct weft_buffer *to)
{
	size_t i;

	weft_buffer_put_text(to, finding->kind);
	weft_buffer_put_text(to, finding->summary);
	weft_buffer_put_text(to, finding->signature);
	weft_buffer_put(to, finding->locks_n);
	for (i = 0; i < finding->locks_n; i++)
		weft_buffer_put_text(to, finding->locks[i]);
	weft_buffer_put(to, finding->tasks_n);
	for (i = 0; i < finding->tasks_n; i++)
		weft_buffer_put_signed(to, finding->tasks[i]);
	weft_buffer_put_signed(to, finding->task);
	segment__put_stack(&finding->stack, to);
	weft_buffer_put(to, finding->cycle_from);
	weft_buffer_put(to, finding->cycle_to);
	weft_buffer_put(to, finding->execution);
	weft_buffer_put(to, finding->preemptions);
	weft_buffer_put(to, finding->steps);
	weft_buffer_put(to, finding->advisory);
	weft_buffer_put(to, finding->predicted);
	put_schedule(&finding->schedule, to);
}

static void get_lists(struct weft_finding *ret, struct weft_reader *from)
{
	size_t n = weft_reader_get_count(from, 1);

	ret->locks = calloc(n + 1, sizeof(*ret->locks));
	assert(ret->locks && "out of memory for findings");
	while (n--) {
		char *lock = weft_reader_get_text(from);

		if (lock)
			ret->locks[ret->locks_n++] = lock;
		else
			from->bad = true;
	}
	n = weft_reader_get_count(from, 1);
	ret->tasks = calloc(n + 1, sizeof(*ret->tasks));
	assert(ret->tasks && "out of memory for findings");
	while (n--)
		ret->tasks[ret->tasks_n++] = (int)weft_reader_get_signed(from);
}

bool weft_finding_get(struct weft_finding *ret, struct weft_reader *from)
{
	char *kind = weft_reader_get_text(from);

	memset(ret, 0, sizeof(*ret));
	if (kind)
		strncpy(ret->kind, kind, sizeof(ret->kind) - 1);
	free(kind);
	ret->summary = weft_reader_get_text(from);
	ret->signature = weft_reader_get_text(from);
	get_lists(ret, from);
	ret->task = (int)weft_reader_get_signed(from);
	segment__get_stack(&ret->stack, from);
	ret->cycle_from = weft_reader_get(from);
	ret->cycle_to = weft_reader_get(from);
	ret->execution = weft_reader_get(from);
	ret->preemptions = (unsigned int)weft_reader_get_most(from, UINT32_MAX);
	ret->steps = weft_reader_get(from);
	ret->advisory = weft_reader_get_most(from, 1);
	ret->predicted = weft_reader_get(from);
	get_schedule(&ret->schedule, from);
	if (!from->bad && ret->summary && ret->signature)
		return true;
	weft_finding_clear(ret);
	return false;
}
