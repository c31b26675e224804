/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cycles: executions that come back to a state they have been in; for exec*.c
 * only.
 *
 * Source: Musuvathi and Qadeer, "Fair stateless model checking", PLDI 2008:
 * what is fair, and that a search has to be.
 *
 *  I1  A state is what decides what can follow: watched memory, allocators,
 *      locks, and of each task its stack (with the registers it saved there),
 *      what it holds and what it has published; also who ran last and who is
 *      overdue, so that what follows costs the same. Two states are the same
 *      when their hashes are. What a hash forgets would invent livelocks; what
 *      it has too much of (dead slots of stacks) hides them from here, and
 *      the step limit gets them.
 *  I2  A cycle lies between two visits of one state. It is fair when each task
 *      that could go on at any of its visits also runs in it, and it has no data
 *      choice. A fair cycle can be repeated for ever by a scheduler that
 *      passes nobody over: a livelock, and the execution ends.
 *  I3  The tasks that an unfair cycle passes over are overdue: as soon as one can
 *      go on, only such tasks may. No search by dfs or delay loses a schedule
 *      by that: what can follow the second visit can follow the first one, for
 *      the same price, and is explored there. Reductions do not look at every
 *      order, so that this does not hold for them: they are told
 *      (weft_view.forced_turn) and have to say so.
 *  I4  Where watching begins follows from the execution alone, not from how it is
 *      run: at the second time one task finds nothing to do (cpu_relax(), a
 *      trylock that fails), or at step CYCLE_FROM. From there on every
 *      operation is a visit.
 *
 * Not handled: loops that change something at each turn without getting
 * anywhere (a counter, an allocation, time that passes).
 */
#ifndef WEFT_EXEC_CYCLE_H
#define WEFT_EXEC_CYCLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "op.h"

/* Longer than nearly all executions without a loop; model programs are short. */
#define CYCLE_FROM		16384
#define CYCLE_FROM_MODEL	256

/**
 * struct exec_visit - a state of an execution that is being watched
 * @memory:  hash of memory alone
 * @undo:    entries of the undo log then
 * @enabled: tasks that could go on
 * @overdue: behind the choice that was made here
 * @next:    the task that was chosen
 * @kind, @addr: what that did first
 * @choice:  a data choice came before the next visit
 */
struct exec_visit {
	uint64_t	hash, memory;
	size_t		undo;
	unsigned long	step;
	uint32_t	enabled, overdue;
	int		next;
	enum weft_op_kind kind;
	const void	*addr;
	bool		choice;
};

/**
 * struct exec_cycle - see file comment
 * @on:      being watched, since step @since
 * @memory:  hash of memory at the last visit, against that at @since
 * @noted:   entries of the undo log that are in it; at first @base
 * @slots:   visits by hash: index plus one; 0 free
 * @first, @last: visits of the fair cycle that was found
 */
struct exec_cycle {
	bool			on;
	unsigned long		since;
	uint64_t		memory;
	size_t			base, noted;
	uint32_t		overdue;
	struct exec_visit	*visits;
	uint32_t		n, max;
	uint32_t		*slots;
	uint32_t		slots_n;	/* power of two */
	uint32_t		first, last;
};

struct weft_exec;

void exec__cycle_watch(struct weft_exec *x);
void exec__cycle_begin(struct weft_exec *x);
/* The execution has returned to a decision at @step, which comes again. */
void exec__cycle_return(struct weft_exec *x, unsigned long step);
void exec__cycle_destroy(struct weft_exec *x);

/**
 * exec__cycle_visit() - a choice of task is about to be made
 * @enabled: who could go on
 * Return: false when the execution has closed a fair cycle.
 */
bool exec__cycle_visit(struct weft_exec *x, uint32_t enabled);
/* ... and was made; for data choices @task is -1. */
void exec__cycle_chosen(struct weft_exec *x, int task);

#endif
