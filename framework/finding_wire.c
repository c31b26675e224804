/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings as bytes; contract in segment.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "foretold.h"
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
	segment__put_stack(&finding->origin, to);
	weft_buffer_put(to, finding->cycle_from);
	weft_buffer_put(to, finding->cycle_to);
	weft_buffer_put(to, finding->execution);
	weft_buffer_put(to, finding->preemptions);
	weft_buffer_put(to, finding->steps);
	weft_buffer_put(to, finding->advisory);
	weft_buffer_put(to, finding->predicted);
	weft_buffer_put(to, finding->turned);
	weft_buffer_put_text(to, finding->check.sentence);
	weft_buffer_put_text(to, finding->check.expression);
	weft_buffer_put_text(to, finding->check.values);
	weft_buffer_put(to, finding->check.never);
	put_schedule(&finding->schedule, to);
}

static void put_access(const struct weft_foretold_access *access,
		       struct weft_buffer *to)
{
	weft_buffer_put(to, access->address);
	weft_buffer_put(to, access->offset);
	weft_buffer_put(to, access->size);
	weft_buffer_put(to, access->write);
	weft_buffer_put(to, access->marked);
	weft_buffer_put(to, access->lock);
	weft_buffer_put(to, access->flow);
	weft_buffer_put_address(to, access->site);
	weft_buffer_put(to, access->step);
	weft_buffer_put(to, (uint64_t)access->task);
	weft_buffer_put(to, access->nth);
	segment__put_stack(&access->stack, to);
}

void weft_foretold_put(const struct weft_foretold *foretold,
		       struct weft_buffer *to)
{
	unsigned int i;

	weft_buffer_put_text(to, foretold->summary);
	weft_buffer_put_address(to, foretold->made);
	weft_buffer_put_text(to, foretold->signature);
	weft_buffer_put_text(to, foretold->reason);
	weft_buffer_put(to, foretold->race != NULL);
	if (foretold->race)
		weft_buffer_put_text(to, foretold->race);
	weft_buffer_put(to, (uint64_t)foretold->task);
	weft_buffer_put(to, (uint64_t)foretold->free_task);
	weft_buffer_put(to, foretold->free_step);
	weft_buffer_put_address(to, foretold->free_site);
	segment__put_stack(&foretold->free_stack, to);
	weft_buffer_put(to, foretold->more);
	weft_buffer_put(to, foretold->directed);
	weft_buffer_put(to, foretold->accesses_n);
	for (i = 0; i < foretold->accesses_n; i++)
		put_access(&foretold->accesses[i], to);
}

static void get_access(struct weft_foretold_access *ret,
		       struct weft_reader *from)
{
	ret->address = weft_reader_get(from);
	ret->offset = weft_reader_get(from);
	ret->size = (unsigned int)weft_reader_get_most(from, UINT32_MAX);
	ret->write = weft_reader_get_most(from, 1);
	ret->marked = weft_reader_get_most(from, 1);
	ret->lock = weft_reader_get_most(from, 1);
	ret->flow = weft_reader_get_most(from, 1);
	ret->site = weft_reader_get_address(from);
	ret->step = weft_reader_get(from);
	ret->task = (int)weft_reader_get_most(from, WEFT_THREADS_MAX - 1);
	ret->nth = weft_reader_get(from);
	segment__get_stack(&ret->stack, from);
}

static void get_short(char *ret, size_t size, struct weft_reader *from)
{
	char *text = weft_reader_get_text(from);

	if (!text || strlen(text) >= size)
		from->bad = true;
	else
		strcpy(ret, text);
	free(text);
}

bool weft_foretold_get(struct weft_foretold *ret, struct weft_reader *from)
{
	unsigned int i;
	bool is_race;

	memset(ret, 0, sizeof(*ret));
	ret->summary = weft_reader_get_text(from);
	ret->made = weft_reader_get_address(from);
	ret->signature = weft_reader_get_text(from);
	get_short(ret->reason, sizeof(ret->reason), from);
	is_race = weft_reader_get_most(from, 1);
	if (is_race)
		ret->race = weft_reader_get_text(from);
	ret->task = (int)weft_reader_get_most(from, WEFT_THREADS_MAX - 1);
	ret->free_task = (int)weft_reader_get_most(from, WEFT_THREADS_MAX - 1);
	ret->free_step = weft_reader_get(from);
	ret->free_site = weft_reader_get_address(from);
	segment__get_stack(&ret->free_stack, from);
	ret->more = weft_reader_get_most(from, 1);
	ret->directed = weft_reader_get(from);
	ret->accesses_n = (unsigned int)
		weft_reader_get_most(from, WEFT_FORETOLD_ACCESSES);
	for (i = 0; i < ret->accesses_n; i++)
		get_access(&ret->accesses[i], from);
	ret->verdict = WEFT_CYCLE_UNKNOWN;
	return !from->bad && ret->summary && ret->accesses_n >= 1u + is_race &&
	       (ret->race || !is_race);
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
	segment__get_stack(&ret->origin, from);
	ret->cycle_from = weft_reader_get(from);
	ret->cycle_to = weft_reader_get(from);
	ret->execution = weft_reader_get(from);
	ret->preemptions = (unsigned int)weft_reader_get_most(from, UINT32_MAX);
	ret->steps = weft_reader_get(from);
	ret->advisory = weft_reader_get_most(from, 1);
	ret->predicted = weft_reader_get(from);
	ret->turned = weft_reader_get_most(from, 1);
	ret->check.sentence = weft_reader_get_text(from);
	ret->check.expression = weft_reader_get_text(from);
	ret->check.values = weft_reader_get_text(from);
	ret->check.never = weft_reader_get_most(from, 1);
	get_schedule(&ret->schedule, from);
	if (!from->bad && ret->summary && ret->signature &&
	    !ret->check.sentence == !ret->check.expression &&
	    (ret->check.sentence || !ret->check.values))
		return true;
	weft_finding_clear(ret);
	return false;
}
