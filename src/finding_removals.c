// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a recorded execution takes something away that others can see.
 *
 * Invariants speak of devices and files, steps of locks and words. What the kernel
 * removes on the way is as much a part of what happened as any step, but it is
 * many steps, of which none says so. Known are the functions by which devices go, and
 * files that remove themselves; single attributes come and go all the time. Of those
 * on a stack the outermost counts, and its caller is the place.
 *
 * A file that removed itself is back when the same task adds one afterwards. Whoever adds
 * one takes a lock for that, so that there is a step in the function that does.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "finding_table.h"

#define FRAMES_PER_PC 24

/* @adds: what would put it back; NULL: not asked, error paths take away what they made */
static const struct {
	const char *function, *words, *adds;
} known[] = {
	{ "device_remove_file_self", "removes its own file", "kernfs_add_one" },
	{ "device_del", "takes a device away", NULL },
	{ "kernfs_remove_self", "removes its own file", "kernfs_add_one" },
	{ "cdev_del", "takes a character device away", NULL },
};

#define KNOWN (sizeof(known) / sizeof(*known))

static size_t known_at(struct weft_symbols *symbols, uintptr_t pc)
{
	struct weft_frame frames[FRAMES_PER_PC];
	unsigned int n, j;
	size_t k;

	n = weft_symbols_resolve(symbols, pc, frames, FRAMES_PER_PC);
	for (j = n; j--; )
		for (k = 0; !frames[j].shim && k < KNOWN; k++)
			if (!strcmp(frames[j].function, known[k].function))
				return k;
	return KNOWN;
}

/* The outermost one; @ret_caller: frames of its stack from there on */
static size_t removal_on(struct weft_symbols *symbols,
			 const struct weft_stack *stack, unsigned int *ret_caller)
{
	unsigned int i;
	size_t k;

	for (i = stack->n; i--; ) {
		k = known_at(symbols, stack->pc[i]);
		if (k < KNOWN) {
			*ret_caller = i + 1;
			return k;
		}
	}
	return KNOWN;
}

static void add_removal(struct weft_removals *removals, size_t at, size_t k,
			const struct weft_stack *stack, unsigned int caller)
{
	struct weft_removal *removal;

	removals->all = realloc(removals->all, (removals->n + 1) *
				sizeof(*removals->all));
	assert(removals->all && "out of memory for removals");
	removal = &removals->all[removals->n++];
	memset(removal, 0, sizeof(*removal));
	removal->at = at;
	removal->function = known[k].function;
	removal->words = known[k].words;
	removal->adds = known[k].adds;
	removal->caller.n = stack->n - caller;
	memcpy(removal->caller.pc, stack->pc + caller,
	       removal->caller.n * sizeof(*stack->pc));
}

/* Steps of one task that follow each other in one call of it are one removal. */
static bool same_call(const struct weft_removals *removals,
		      const struct weft_stack *stack, size_t k,
		      unsigned int caller)
{
	const struct weft_removal *last;

	if (!removals->n)
		return false;
	last = &removals->all[removals->n - 1];
	return !strcmp(last->function, known[k].function) &&
	       last->caller.n == stack->n - caller &&
	       !memcmp(last->caller.pc, stack->pc + caller,
		       last->caller.n * sizeof(*stack->pc));
}

/**
 * weft_removals_find() - see finding_table.h
 */
void weft_removals_find(struct weft_symbols *symbols,
			const struct weft_evidence *evidence, int task,
			struct weft_removals *removals)
{
	struct weft_removals mine = { 0 };
	unsigned int caller = 0;
	size_t i, k;

	for (i = 0; symbols && i < evidence->steps_n; i++) {
		const struct weft_step *step = &evidence->steps[i];

		if (step->task != task || !step->stack.n)
			continue;
		k = removal_on(symbols, &step->stack, &caller);
		if (k < KNOWN && !same_call(&mine, &step->stack, k, caller))
			add_removal(&mine, i, k, &step->stack, caller);
	}
	if (!mine.n)
		return;
	removals->all = realloc(removals->all, (removals->n + mine.n) *
				sizeof(*removals->all));
	assert(removals->all && "out of memory for removals");
	memcpy(removals->all + removals->n, mine.all, mine.n * sizeof(*mine.all));
	removals->n += mine.n;
	free(mine.all);
}

/**
 * weft_removal_at() - see finding_table.h
 */
const struct weft_removal *weft_removal_at(const struct weft_removals *removals,
					   size_t at)
{
	size_t i;

	for (i = 0; i < removals->n; i++)
		if (removals->all[i].at == at)
			return &removals->all[i];
	return NULL;
}

static bool is_in_function(struct weft_symbols *symbols,
			   const struct weft_stack *stack, const char *function)
{
	struct weft_frame frames[FRAMES_PER_PC];
	unsigned int i, j, n;

	for (i = 0; i < stack->n; i++) {
		n = weft_symbols_resolve(symbols, stack->pc[i], frames, FRAMES_PER_PC);
		for (j = 0; j < n; j++)
			if (!frames[j].shim && !strcmp(frames[j].function, function))
				return true;
	}
	return false;
}

/**
 * weft_removal_stays() - see finding_table.h
 */
bool weft_removal_stays(struct weft_symbols *symbols,
			const struct weft_evidence *evidence,
			const struct weft_removal *removal, size_t to)
{
	int task = evidence->steps[removal->at].task;
	size_t i;

	for (i = removal->at; removal->adds && i < to; i++)
		if (evidence->steps[i].task == task &&
		    is_in_function(symbols, &evidence->steps[i].stack, removal->adds))
			return false;
	return removal->adds;
}
