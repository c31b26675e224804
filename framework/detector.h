/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Detectors: see every applied operation and the end of each execution, and
 * report findings. Adding one: one file in detectors/ and one row in
 * detectors/table.c.
 */
#ifndef WEFT_DETECTOR_H
#define WEFT_DETECTOR_H

#include "finding.h"
#include "object.h"

struct weft_exec;
struct weft_allocation;

/* How an execution ended. */
enum weft_outcome {
	WEFT_OUTCOME_COMPLETE,
	WEFT_OUTCOME_BLOCKED,	/* somebody can never go on */
	WEFT_OUTCOME_FATAL,	/* oops, BUG */
	WEFT_OUTCOME_DEPTH,	/* step limit */
	WEFT_OUTCOME_UNMODELLED,
	WEFT_OUTCOME_LIMIT,	/* too many tasks or held locks, too much memory */
	WEFT_OUTCOME_MISMATCH,	/* a schedule could not be followed */
	WEFT_OUTCOME_REDUNDANT,	/* cut short: equivalent to an earlier one */
	WEFT_OUTCOME_IMPOSSIBLE, /* cut short: what it was to try cannot be */
	WEFT_OUTCOME_LOOKED,	/* cut short: there was nothing to try */
	WEFT_OUTCOME_LIVELOCK,	/* it would repeat itself for ever */
	WEFT_OUTCOME_INTERNAL,	/* a fault outside of the tested code */
	WEFT_OUTCOME_STALLED,	/* weft_exec_stall() */
};

/* An execution that stands for no schedule. */
static inline bool weft_outcome_is_cut(enum weft_outcome outcome)
{
	return outcome == WEFT_OUTCOME_REDUNDANT ||
	       outcome == WEFT_OUTCOME_IMPOSSIBLE ||
	       outcome == WEFT_OUTCOME_LOOKED;
}

/* An applied operation, as a detector sees it. */
struct weft_applied {
	enum weft_op_kind	kind;
	int			task;
	unsigned long		step;
	const struct weft_object *object;	/* locks; else NULL */
	uint32_t		class;		/* locks: class with subclass */
	unsigned char		shared;
};

/**
 * struct weft_detector - a row of the table
 * @finds, @misses, @false_alarms: one sentence each, shown to users
 * @applied: after each operation; may be NULL
 * @ended:   at the end of each execution; may be NULL
 */
struct weft_detector {
	const char	*name;
	const char	*finds;
	const char	*misses;
	const char	*false_alarms;
	void		(*applied)(struct weft_exec *x,
				   const struct weft_applied *applied);
	void		(*ended)(struct weft_exec *x, enum weft_outcome outcome);
};

extern const struct weft_detector *const weft_detectors[];	/* NULL ends */

extern const struct weft_detector weft_detector_deadlock;
extern const struct weft_detector weft_detector_lock_order;
extern const struct weft_detector weft_detector_crash;
extern const struct weft_detector weft_detector_context;
extern const struct weft_detector weft_detector_refcount;
extern const struct weft_detector weft_detector_memory;
extern const struct weft_detector weft_detector_stuck;
extern const struct weft_detector weft_detector_race;
extern const struct weft_detector weft_detector_invariant;

/**
 * weft_report() - a detector's way to report
 * @kind:      the detector's name
 * @signature: what makes two findings the same
 * @locks, @tasks: ids; may be NULL with count 0
 * Context: any stack of the execution.
 *
 * Return: the finding, to add to, until the next report; NULL when this execution
 * has it already.
 */
struct weft_finding *weft_report(struct weft_exec *x, const char *kind,
				 const char *summary, const char *signature,
				 const uint32_t *classes,
				 unsigned int classes_n, const int *tasks,
				 unsigned int tasks_n);

/**
 * weft_exec_leaks() - allocations of this execution that live and are lost
 * @ret: room for @max of them; of several leaks that hang together one
 * Context: the end of an execution. See exec_leak.c.
 */
#define WEFT_LEAKS_MAX 8
size_t weft_exec_leaks(struct weft_exec *x, const struct weft_allocation **ret,
		       size_t max);
/* Reports them, unless something else was found, which explains them. */
void weft_exec_report_leaks(struct weft_exec *x);
/**
 * struct weft_defect - the same with everything that can be said
 * @summary:   one sentence
 * @sort:      what makes two findings the same, besides
 * @placed:    the place where it was noticed does, too: it becomes part of the
 *             signature when the execution has ended (weft_exec_config @place)
 * @tell_place: and of the summary
 * @stack:     where it was noticed; NULL: where the running task is
 * @origin:    callers that asked for what it is about; NULL: unknown
 * @object:    memory it is about, or NULL
 */
struct weft_defect {
	const char		*kind;
	const char		*summary;
	const char		*sort;
	bool			placed, tell_place;
	const uint32_t		*classes;
	unsigned int		classes_n;
	const int		*tasks;
	unsigned int		tasks_n;
	const struct weft_stack	*stack, *origin;
	const void		*object;
};

/* Return: as weft_report(). */
struct weft_finding *weft_report_defect(struct weft_exec *x,
					const struct weft_defect *defect);

/* Read-only view of a task for detectors. */
struct weft_task_view {
	const char		*name;
	bool			service;
	bool			ended;
	bool			has_op;
	enum weft_op_kind	kind;
	enum weft_wait_kind	wait;
	const char		*what;
	const void		*wait_addr;
	const struct weft_object *object;	/* lock it wants; else NULL */
	uint32_t		class;
};

/* It is about to do something, or waits for it; a service without work does neither. */
bool weft_task_is_waiting(const struct weft_task_view *task);

/* Who waits to read @object waits for writers only: is it for those in line? */
static inline bool weft_is_behind_writer(const struct weft_object *object,
					 enum weft_op_kind kind)
{
	return kind == WEFT_OP_LOCK_SHARED && object->writer < 0;
}

int weft_exec_tasks(const struct weft_exec *x);
struct weft_task_view weft_exec_task(const struct weft_exec *x, int task);
/* Tasks that hold @object, a bit each. */
uint32_t weft_exec_holders(const struct weft_exec *x,
			   const struct weft_object *object);
/*
 * What makes two deadlocks the same: the names of the locks' classes, without
 * subclasses, in their order. A task that waits is known by the lock; one that was
 * seen to take it, also by how.
 * @n: at most WEFT_THREADS_MAX
 */
void weft_deadlock_signature(const struct weft_exec *x, const uint32_t *classes,
			     unsigned int n, char *ret, size_t size);
const char *weft_exec_class_name(const struct weft_exec *x, uint32_t class);
/* How long that is without the subclass. */
size_t weft_exec_lock_name_n(const struct weft_exec *x, uint32_t class);

#endif
