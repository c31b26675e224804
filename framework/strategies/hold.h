/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Directed at a deadlock: each task of a chain is held in front of its last
 * acquisition until all the others have come to theirs. Not in the table: for
 * witness.c only.
 *
 * Source: Joshi, Park, Sen, Naik, PLDI 2009 (DeadlockFuzzer); without its chance.
 *
 *  H1  A task has come when it is about to take its lock, or blocked on it, and
 *      holds at least the locks of its link.
 *  H2  Of those that can go on and have not come, tasks of the chain go first, in
 *      the order given by @first; then whoever ran, then the lowest.
 *  H3  Where only tasks that have come could go on, the execution ends.
 *  H4  When all have come, writers whom others are to wait behind get in line first.
 */
#ifndef WEFT_HOLD_H
#define WEFT_HOLD_H

#include "../lockdeps.h"
#include "../strategy.h"

#define WEFT_HOLD_LINKS_MAX 8

/**
 * struct weft_hold - state of the strategy
 * @links:  dependencies of different tasks
 * @first:  rotates the order of the tasks of the chain
 * @gave_up: see H3
 * @met:    all have come
 */
struct weft_hold {
	const struct weft_lock_dep *links[WEFT_HOLD_LINKS_MAX];
	unsigned int	n;
	unsigned int	first;
	bool		gave_up;
	bool		met;
	uint16_t	holds[WEFT_HOLD_LINKS_MAX][WEFT_DEP_HELD_MAX];
};

extern const struct weft_strategy weft_strategy_hold;

#endif
