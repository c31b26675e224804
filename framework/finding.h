/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Findings: one distinct defect each, with the evidence of one execution.
 *
 * A finding owns all its memory. Program counters are raw; src/ turns them
 * into function(), file:line. They never take part in a decision.
 */
#ifndef WEFT_FINDING_H
#define WEFT_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "op.h"
#include "schedule.h"

#define WEFT_STACK_MAX 32

struct weft_stack {
	unsigned int	n;
	uintptr_t	pc[WEFT_STACK_MAX];	/* innermost first */
};

/**
 * struct weft_step - one recorded operation
 * @lock:     class name of the object, or NULL
 * @instance: which object of that class, from 1 by first use in this trace
 * @text:     system call, log line or reason of a wait; or NULL
 * @object:   stable name (offset in the watched region)
 * @shared:   enum weft_lock_mode of lock operations
 */
struct weft_step {
	unsigned long	step;
	int		task;
	enum weft_op_kind kind;
	char		*lock;
	unsigned int	instance;
	char		*text;
	uint64_t	object;
	unsigned char	shared;
	struct weft_stack stack;
};

struct weft_held_lock {
	char		*lock;
	unsigned int	instance;
	unsigned char	shared;
	unsigned long	step;
	struct weft_stack stack;
};

/**
 * struct weft_task_state - a task at the moment of the finding
 * @wait_lock:   class of the lock it waits for, or NULL
 * @wait_text:   otherwise what it waits for, or NULL when it does not
 * @wait_holder: task that holds what it waits for; -1 unknown
 */
struct weft_task_state {
	int		id;
	char		*name;
	bool		service;
	bool		ended;
	bool		blocked;
	char		*wait_lock;
	unsigned int	wait_instance;
	unsigned char	wait_shared;
	char		*wait_text;
	int		wait_holder;
	struct weft_stack wait_stack;
	struct weft_held_lock *held;
	size_t		held_n;
};

struct weft_evidence {
	struct weft_step	*steps;
	size_t			steps_n, steps_max;
	struct weft_task_state	*tasks;
	size_t			tasks_n;
};

/**
 * struct weft_finding - see file comment
 * @kind:      name of the detector
 * @summary:   one sentence
 * @signature: equal signatures are one finding
 * @locks:     class names, in the order of the cycle where there is one
 * @tasks:     ids of the tasks involved, in the same order
 * @task, @stack: where it was noticed; task -1 when at the end
 * @execution: number of the execution that showed it first, from 1
 */
struct weft_finding {
	char		kind[24];
	char		*summary;
	char		*signature;
	char		**locks;
	size_t		locks_n;
	int		*tasks;
	size_t		tasks_n;
	int		task;
	struct weft_stack stack;
	unsigned long	execution;
	unsigned int	preemptions;
	unsigned long	steps;
	struct weft_schedule schedule;
	struct weft_evidence evidence;
	bool		replayed;	/* the evidence is from a replay */
};

void weft_finding_clear(struct weft_finding *finding);
void weft_evidence_clear(struct weft_evidence *evidence);

#endif
