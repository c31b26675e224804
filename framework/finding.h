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

/* Of a data choice: could something have gone wrong, and did it? */
enum weft_step_fault { WEFT_FAULT_NONE, WEFT_FAULT_POSSIBLE, WEFT_FAULT_CHOSEN };

#define WEFT_MEMORY_SITES 4	/* as WEFT_SITE_MAX of region.h */

/**
 * struct weft_memory - what a piece of memory belongs to
 * @place: enum weft_place; the next three as from weft_region_locate()
 * @what:  what was asked for, "kmalloc", or NULL; lives for ever
 * @site:  return addresses of who asked, innermost first; 0 unknown
 * @member: "mdev_device.active": given by reports, who know of types; or NULL
 */
struct weft_memory {
	int		place, task;
	size_t		offset, size;
	const char	*what;
	uintptr_t	site[WEFT_MEMORY_SITES];
	char		*member;
};

/**
 * struct weft_step - one recorded operation
 * @lock:     class name of the object, or NULL
 * @instance: which object of that class, from 1 by first use in this trace
 * @text:     system call, log line or reason of a wait; or NULL
 * @object:   stable name (offset in the watched region)
 * @memory:   of an access to memory that has no name; @word: its number, by first
 *            use in this trace, from 1; 0: none
 * @own:      of memory that nobody else touches
 * @fault:    enum weft_step_fault
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
	struct weft_memory memory;
	unsigned int	word;
	bool		own;
	unsigned char	fault;
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
 * @runnable:    nothing keeps it from what it is about to do, which then is what
 *               the rest calls a wait; @next: the kind of that
 * @wait_lock:   class of the lock it waits for, or NULL
 * @wait_text:   otherwise what it waits for, or NULL when it does not; with both, the
 *               lock is one that the code announced to lockdep, and it is waited for at
 *               this wait queue (exec_record.c); @wait_since: step of that, or 0
 * @wait_holder: task that holds what it waits for; -1 unknown
 * @wait_behind: that task does not hold it: it is a writer in line, which a reader
 *               has to let go first
 */
struct weft_task_state {
	int		id;
	char		*name;
	bool		service;
	bool		ended;
	bool		blocked, runnable;
	enum weft_op_kind next;
	char		*wait_lock;
	unsigned int	wait_instance;
	unsigned char	wait_shared;
	char		*wait_text;
	unsigned long	wait_since;
	int		wait_holder;
	bool		wait_behind;
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
 * struct weft_related - another place that a finding is about
 * @what:     "taken", "released last", "entered rcu_read_lock()"
 * @lock:     class name of the lock it is about, or NULL; @instance: which
 * @step:     when; 0: not known
 * @between:  it is no step itself, but came after that one, in front of recorded
 *            step @at
 */
struct weft_related {
	char		*what;
	char		*lock;
	unsigned int	instance;
	int		task;
	unsigned long	step;
	bool		between;
	size_t		at;
	struct weft_stack stack;
};

/**
 * struct weft_check - what a scenario checks, where it was violated
 * @sentence:   in words; NULL: the finding is about no check
 * @expression: in C
 * @values:     the same with what its two sides were; NULL: not known
 * @never:      the sentence says what is wrong; else what should be
 */
struct weft_check {
	char		*sentence, *expression, *values;
	bool		never;
};

/* What is known of how small a finding's schedule is; see minimise.h. */
enum weft_minimal {
	WEFT_MINIMAL_UNTRIED,
	WEFT_MINIMAL_BUDGET,		/* the budget ended */
	WEFT_MINIMAL_PREEMPTIONS,	/* fewest preemptions; then it ended */
	WEFT_MINIMAL_PROVEN,		/* fewest preemptions, then fewest steps */
};

/* The schedule a finding was first seen with, where another one is shown. */
struct weft_first {
	unsigned int	preemptions;
	unsigned long	steps;
	struct weft_schedule schedule;
};

/**
 * struct weft_cause_end - one of two operations whose order matters
 * @nth:      it was this one among its task's operations, from 1
 * @step:     it was this one among all operations; 0 when it @waits
 * @object:   stable name
 * @waits:    it was never applied: its task was about to, or is blocked there
 * @evidence: index of the recorded step; SIZE_MAX when it @waits
 */
struct weft_cause_end {
	int			task;
	unsigned long		nth;
	unsigned long		step;
	enum weft_op_kind	kind;
	uint64_t		object;
	bool			waits;
	size_t			evidence;
};

/**
 * struct weft_cause - an order without which the failure vanishes
 * @hold, @until: how it was turned round: the task of @after has applied its
 *                operation number @until before that of @before applies its
 *                number @hold (see causality.h for the two ways to do that)
 * @nearby:       the two touch different things: what counts is what their
 *                tasks do next to them
 */
struct weft_cause {
	struct weft_cause_end	before, after;
	unsigned long		hold, until;
	bool			nearby;
};

/**
 * struct weft_causality - see causality.h
 * @tried:    orders that were turned round, each in up to two executions
 * @complete: the search came to its end
 */
struct weft_causality {
	struct weft_cause	*causes;
	size_t			n, max;
	unsigned long		tried;
	bool			complete;
};

/**
 * struct weft_race_side - one access of a race
 * @pc:     of the access; innermost frame of @stack that is not the hook
 * @marked: volatile or atomic
 * @offset: of its first byte, in the watched region; @size in bytes
 * @before, @after: the memory around it, as far as @size goes
 * @point:  it was a scheduling point
 * @has_stack: the rest of this is known (from a replay)
 * @nth:    which of its task's accesses from @pc to that granule, from 1
 */
struct weft_race_side {
	int		task;
	uintptr_t	pc;
	bool		write, marked;
	uint64_t	offset;
	unsigned int	size;
	bool		point, has_stack;
	unsigned long	step, nth;
	uint64_t	before, after;
	struct weft_stack stack;
	struct weft_held_lock *held;
	size_t		held_n;
};

/**
 * struct weft_race_pair - evidence of a data race: the earlier access, the later
 * @granule: stable name of the 8 bytes that both touch
 * @met:    both tasks stood in front of their accesses at the same time
 *          (meeting.h M3)
 */
struct weft_race_pair {
	uint64_t		granule;
	bool			met;
	struct weft_memory	memory;
	struct weft_race_side	sides[2];
};

/**
 * struct weft_finding - see file comment
 * @kind:      name of the detector
 * @summary:   one sentence
 * @signature: equal signatures are one finding
 * @locks:     class names, in the order of the cycle where there is one
 * @tasks:     ids of the tasks involved, in the same order
 * @task, @stack: where it was noticed; task -1 when at the end
 * @cycle_from, @cycle_to: steps that are repeated for ever; 0 none
 * @sort_n:    length of the part of the signature that is not the place; 0:
 *             the place does not belong to the signature
 * @tell_place: it belongs to the summary as well
 * @named:     the place has been added to them
 * @origin:    where what it is about comes from, an address for each caller; belongs
 *             to the signature as well
 * @has_object: it is about memory: @object
 * @check:     of an invariant
 * @related:   other places, when the evidence is from a replay
 * @suppression: number of the user's entry that suppresses it, from 1; 0 none
 * @execution: number of the execution that showed it first, from 1; or after which
 *             one that was directed at something did (@predicted)
 * @minimal, @minimise_executions: what was spent on making it smaller, and what
 *             that proves
 * @first:     as it was found
 * @causality: why it happens
 * @advisory:  told, but no reason for the verdict bug (races)
 * @race:      of a data race; else NULL
 * @directed:  executions that were to bring its two sides together; @apart: why they
 *             did not; NULL: they did, or were not asked
 * @predicted: number of the execution that it was predicted from without
 *             showing it; 0: it was not
 * @turned:    by turning round the accesses of a race of that execution
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
	unsigned long	cycle_from, cycle_to;
	size_t		sort_n;
	bool		tell_place, named;
	struct weft_stack origin;
	bool		has_object;
	struct weft_memory object;
	struct weft_check check;
	struct weft_related *related;
	size_t		related_n;
	unsigned int	suppression;
	unsigned long	execution;
	unsigned int	preemptions;
	unsigned long	steps;
	struct weft_schedule schedule;
	struct weft_evidence evidence;
	bool		replayed;	/* the evidence is from a replay */
	enum weft_minimal minimal;
	unsigned long	minimise_executions;
	struct weft_first first;
	struct weft_causality causality;
	bool		advisory;
	struct weft_race_pair *race;
	unsigned long	directed;
	const char	*apart;
	unsigned long	predicted;
	bool		turned;
};

/* "proven", "preemptions", "budget", "untried" */
const char *weft_minimal_name(enum weft_minimal minimal);

/* The schedule it has is what it was found with, unless that is known already. */
void weft_finding_keep_first(struct weft_finding *finding);
void weft_race_pair_free(struct weft_race_pair *race);
/* Adds a place; @stack is copied. Return: what was added. */
struct weft_related *weft_finding_relate(struct weft_finding *finding,
					 const char *what, int task,
					 const struct weft_stack *stack);
void weft_finding_clear_related(struct weft_finding *finding);

/* Sets @word of all steps. */
void weft_evidence_number_words(struct weft_evidence *evidence);
/* A step that accesses the word at @object, one that frees it for want of others. */
const struct weft_step *
weft_evidence_access(const struct weft_evidence *evidence, uint64_t object);
/* The number of the word at @object; 0: no step accesses it. */
unsigned int weft_evidence_word(const struct weft_evidence *evidence,
				uint64_t object);

void weft_finding_clear(struct weft_finding *finding);
/* The task of that number, or NULL; its name, or "task". */
const struct weft_task_state *
weft_evidence_task(const struct weft_evidence *evidence, int id);
const char *weft_evidence_task_name(const struct weft_evidence *evidence,
				    int id);
void weft_evidence_clear(struct weft_evidence *evidence);

#endif
