/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a recorded execution remembers so that a finding can show two places:
 * who released a lock last, who changed a counter last, where a task entered
 * the section it must not sleep in.
 *
 *  I1  Nothing is remembered unless the execution is recorded, so exploring
 *      pays nothing. A recorded execution begins at the snapshot and is never
 *      rolled back to a later state.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

static const char *const section_names[WEFT_SECTIONS] = {
	[WEFT_SECTION_RCU] = "entered an RCU read-side section",
	[WEFT_SECTION_PREEMPT] = "disabled preemption",
	[WEFT_SECTION_IRQ] = "disabled interrupts",
	[WEFT_SECTION_BH] = "disabled bottom halves",
};

void exec__history_begin(struct weft_exec *x)
{
	x->region.hot.recording = x->record;
	if (!x->record)
		return;
	x->history.past_n = 0;
	memset(x->history.sections, 0, sizeof(x->history.sections));
}

void exec__history_destroy(struct weft_exec *x)
{
	free(x->history.past);
}

void exec__remember(struct weft_exec *x, enum exec_past_kind kind,
		    const void *addr)
{
	struct exec_history *h = &x->history;
	struct exec_past *past;

	if (!x->record || x->in_setup)
		return;
	if (h->past_n == h->past_max) {
		h->past_max = h->past_max ? 2 * h->past_max : 256;
		h->past = reallocarray(h->past, h->past_max, sizeof(*h->past));
		assert(h->past && "out of memory for evidence");
	}
	past = &h->past[h->past_n++];
	past->kind = kind;
	past->addr = addr;
	past->task = x->running;
	past->step = x->region.hot.step;
	weft_exec_stack(x, &past->stack);
}

static const struct exec_past *last_of(const struct weft_exec *x,
				       enum exec_past_kind kind,
				       const void *addr)
{
	size_t i = x->history.past_n;

	while (i--)
		if (x->history.past[i].kind == kind &&
		    x->history.past[i].addr == addr)
			return &x->history.past[i];
	return NULL;
}

void weft_exec_section(struct weft_exec *x, enum weft_section section,
		       bool enter)
{
	struct exec_section *s = &x->history.sections[x->running][section];

	if (!x->record || x->in_setup)
		return;
	s->inside = enter;
	s->step = x->region.hot.step;
	if (enter)
		weft_exec_stack(x, &s->stack);
}

static void name_lock(struct weft_exec *x, struct weft_related *related,
		      uint32_t class, const void *addr)
{
	related->lock = strdup(x->objects.classes[class].name);
	assert(related->lock && "out of memory for evidence");
	related->instance = exec__instance(x, class, addr);
}

void exec__relate_held(struct weft_exec *x, struct weft_finding *f, int task,
		       const struct weft_held *held)
{
	struct weft_related *related;

	if (!f || !x->record || x->in_setup)
		return;
	related = weft_finding_relate(f, held->shared & 1 ?
				      "taken (shared)" : "taken", task,
				      &held->stack);
	related->step = held->step;
	name_lock(x, related, held->class, held->addr);
}

static void relate_past(struct weft_finding *f, const char *what,
			const struct exec_past *past)
{
	weft_finding_relate(f, what, past->task, &past->stack)->step =
		past->step;
}

void weft_relate_lock(struct weft_exec *x, struct weft_finding *f,
		      const void *addr)
{
	const struct weft_object *object;
	const struct exec_past *past;
	bool held = false;
	unsigned int j;
	int i;

	if (!f || !x->record || x->in_setup)
		return;
	for (i = 0; i < x->threads_n; i++)
		for (j = 0; j < x->threads[i].held_n; j++)
			if (x->held[i][j].addr == addr) {
				exec__relate_held(x, f, i, &x->held[i][j]);
				held = true;
			}
	past = last_of(x, EXEC_PAST_RELEASE, addr);
	object = weft_object_find(&x->objects, addr);
	if (held || !past || !object)
		return;
	relate_past(f, "released last", past);
	name_lock(x, &f->related[f->related_n - 1], object->class, addr);
}

static bool spins(const struct weft_exec *x, const struct weft_held *held)
{
	unsigned char kind = x->objects.classes[held->class].kind;

	return kind == WEFT_LOCK_SPIN || kind == WEFT_LOCK_RWLOCK;
}

unsigned int weft_exec_spinning(const struct weft_exec *x, uint32_t *ret)
{
	const struct weft_thread *self = &x->threads[x->running];
	unsigned int i, n = 0;

	for (i = 0; i < self->held_n; i++)
		if (spins(x, &x->held[self->id][i]))
			ret[n++] = x->held[self->id][i].class;
	return n;
}

/* Where tested code called the model. */
static uintptr_t site_of(const struct weft_exec *x,
			 const struct weft_stack *stack)
{
	unsigned int i;

	for (i = 0; i < stack->n; i++)
		if (stack->pc[i] - 1 >= x->config.text.begin &&
		    stack->pc[i] - 1 < x->config.text.end &&
		    (stack->pc[i] - 1 < x->config.model.begin ||
		     stack->pc[i] - 1 >= x->config.model.end))
			return stack->pc[i];
	return 0;
}

/*
 * Taking a spinning lock disables preemption, perhaps more, and so does
 * rcu_read_lock(): that is not told twice.
 */
static bool goes_without_saying(const struct weft_exec *x,
				const struct exec_section *sections,
				enum weft_section which)
{
	const struct weft_thread *self = &x->threads[x->running];
	uintptr_t site = site_of(x, &sections[which].stack);
	unsigned int i;

	if (which == WEFT_SECTION_PREEMPT && sections[WEFT_SECTION_RCU].inside)
		return true;
	for (i = 0; i < self->held_n; i++) {
		const struct weft_held *held = &x->held[self->id][i];

		if (spins(x, held) && site_of(x, &held->stack) == site)
			return true;
	}
	return false;
}

void weft_relate_atomic(struct weft_exec *x, struct weft_finding *f)
{
	const struct weft_thread *self = &x->threads[x->running];
	const struct exec_section *s = x->history.sections[self->id];
	int i;

	if (!f || !x->record || x->in_setup)
		return;
	for (i = 0; i < (int)self->held_n; i++)
		if (spins(x, &x->held[self->id][i]))
			exec__relate_held(x, f, self->id,
					  &x->held[self->id][i]);
	for (i = 0; i < WEFT_SECTIONS; i++)
		if (s[i].inside &&
		    !goes_without_saying(x, s, (enum weft_section)i))
			weft_finding_relate(f, section_names[i], self->id,
					    &s[i].stack)->step = s[i].step;
}

void weft_relate_counter(struct weft_exec *x, struct weft_finding *f,
			 const void *addr)
{
	size_t i = x->history.past_n, found = 0;

	if (!f || !x->record || x->in_setup)
		return;
	/* The last one is what was noticed. */
	while (i--) {
		const struct exec_past *past = &x->history.past[i];

		if (past->kind != EXEC_PAST_RMW || past->addr != addr ||
		    !found++)
			continue;
		relate_past(f, "counted before", past);
		return;
	}
}
