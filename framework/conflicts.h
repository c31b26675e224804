/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operations of one execution, and which of them are in conflict in a way
 * that could be turned round. For causality.c only.
 */
#ifndef WEFT_CONFLICTS_H
#define WEFT_CONFLICTS_H

#include "finding.h"
#include "strategies/order.h"

/**
 * struct conflict_op - one operation
 * @nth:   among its task's operations, from 1
 * @waits: its task was about to do it, or is blocked there
 * @early: tasks that later have an operation in conflict with it, a bit each
 * @late:  tasks that had one before
 * @unborn: tasks its own task starts later
 * @joined: tasks whose end its own task has waited for
 */
struct conflict_op {
	struct weft_operation	op;
	unsigned long		nth;
	bool			waits;
	uint32_t		early, late;
	uint32_t		unborn, joined;
};

/* @early: of all operations, by task */
struct conflicts {
	struct conflict_op	*ops;
	size_t			n, max;
	uint32_t		early[WEFT_THREADS_MAX];
};

void conflicts_add(struct conflicts *conflicts,
		   const struct weft_operation *op,
		   const struct weft_order *order, bool waits);
/*
 * Fills in @early and @late of each. What came after @steps, where the finding
 * was noticed, counts only as what others were too late for.
 */
void conflicts_find(struct conflicts *conflicts, unsigned long steps);
void conflicts_clear(struct conflicts *conflicts);

/* Are these two, @a first, in conflict? After conflicts_find(). */
bool conflicts_clash(const struct conflict_op *a, const struct conflict_op *b);

/* Candidates of two tasks, in order; @ret has room for all. Return: number. */
size_t conflicts_early(const struct conflicts *conflicts, int before,
		       int after, size_t *ret);
size_t conflicts_late(const struct conflicts *conflicts, int before,
		      int after, size_t *ret);

/* All operations of a task up to @steps, in conflict or not. */
size_t conflicts_all(const struct conflicts *conflicts, int task,
		     unsigned long steps, size_t *ret);

/**
 * conflicts_explain() - the two operations that say best what was turned round
 *
 * When *a and *b are not in conflict, one of them gives way to the nearest
 * operation that is. When both acquire the same lock, accesses they protect say
 * more, if there are any.
 */
void conflicts_explain(const struct conflicts *conflicts, size_t *a,
		       size_t *b);

struct weft_cause_end conflicts_end(const struct conflicts *conflicts,
				    size_t at,
				    const struct weft_evidence *evidence);

#endif
