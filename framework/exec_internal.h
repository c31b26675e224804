/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of an execution, for the exec_*.c files only. */
#ifndef WEFT_EXEC_INTERNAL_H
#define WEFT_EXEC_INTERNAL_H

#include "exec.h"
#include "hot.h"
#include "shadow.h"

/*
 * A suspended task as it was: its struct, what it held, the used part of its
 * stack. Kept in one stack of bytes, in the order of time.
 */
struct exec_kept {
	size_t			before;		/* the task's one before, plus one; 0 none */
	uint64_t		resumed;	/* weft_thread.resumed then */
	size_t			undo;		/* entries of the undo log then */
	uint32_t		stopped;
	uint32_t		held_bytes;
	char			*stack;
	size_t			stack_bytes;
	struct weft_thread	thread;
};

/* A state to return to; contract in marks.c. */
struct exec_mark {
	size_t		undo;
	size_t		undo_since;	/* behind what every mark logs */
	struct weft_objects_position objects;
	size_t		shadow;
	size_t		kept;		/* bytes kept up to here */
	uint32_t	resumed;	/* tasks resumed since, before the next mark */
	uint32_t	ready, waiting;
	unsigned int	decision;
	unsigned int	preemptions;
	unsigned int	data_n;
	int		running, joining, threads_n;
	unsigned long	step, run_since;
	size_t		runs_n, choices_n, findings_n;
	uint32_t	run_steps;	/* of the last run */
	uint64_t	hash;		/* paranoid mode */
};

/* Which objects of a class a trace has met, to number them. */
struct exec_instance {
	uint32_t	class;
	const void	*addr;
	unsigned int	number;
};

/**
 * struct exec_plain - what is known of plain accesses
 * @on:       the shadow is fed; @wanted: from the next execution on
 * @races:    those found in this campaign, in the order they were found
 * @racy:     offsets of the granules that are RACY in this execution
 * @follow:   schedule of the executions to come, or NULL; @followed: of this one
 * @rmw:      a model program will tell whether this address was written
 */
struct exec_plain {
	struct weft_shadow	shadow;
	bool			on, wanted;
	struct weft_race	*races;
	size_t			races_n, races_max;
	uint64_t		*racy;
	size_t			racy_n, racy_max;
	const struct weft_schedule *follow, *followed;
	const void		*rmw;
	uintptr_t		rmw_pc;
};

struct weft_exec {
	struct weft_exec_config	config;
	struct weft_region	region;
	struct weft_objects	objects;
	struct exec_plain	plain;
	struct weft_lockgraph	*graph;
	struct weft_co		explorer;	/* whoever called run or setup */

	struct weft_thread	threads[WEFT_THREADS_MAX];
	struct weft_held	held[WEFT_THREADS_MAX][WEFT_HELD_MAX];
	int			threads_n;
	int			running;
	int			joining;	/* task in weft_exec_join_all() */
	bool			in_setup;
	bool			snapshot_taken;

	uint32_t		ready;		/* published, always enabled */
	uint32_t		waiting;	/* published, enabled or not */
	unsigned int		data_n;		/* data choice asked for: alternatives */
	unsigned int		data_chosen;
	bool			stopped;	/* nothing more to decide */
	bool			on_hub;		/* no task runs right now */

	struct exec_mark	*marks;		/* the first: the snapshot */
	uint32_t		marks_n, marks_max;
	char			*kept;
	size_t			kept_n, kept_max;
	size_t			last_kept[WEFT_THREADS_MAX];	/* plus one */
	struct {
		void		*addr;
		size_t		len;
	}			unhooked[8];
	unsigned int		unhooked_n;
	bool			marking;
	bool			corrupt;
	unsigned long		steps_applied;
	uint64_t		saved_hash;

	const struct weft_strategy *strategy;
	void			*strategy_state;
	struct weft_decision	*decisions;
	unsigned int		decisions_n, decisions_max;
	unsigned int		preemptions;
	struct weft_operation	told;		/* not yet told: may be amended */
	bool			has_told;
	struct weft_published	published[WEFT_THREADS_MAX];
	struct weft_schedule	schedule;
	unsigned long		run_since;	/* step of the last switch */

	enum weft_outcome	outcome;
	const char		*unmodelled;
	struct weft_finding	*findings;
	size_t			findings_n, findings_max;

	bool			record;
	struct weft_evidence	evidence;
	struct exec_instance	*instances;
	size_t			instances_n, instances_max;
};

/* exec.c */
void exec__set_running(struct weft_exec *x, int task);
void exec__point(struct weft_exec *x, const struct weft_pending *op,
		 bool shared);
void exec__finish(struct weft_exec *x, enum weft_outcome outcome)
	__attribute__((noreturn));
struct weft_thread *exec__self(struct weft_exec *x);
void exec__applied(struct weft_exec *x, enum weft_op_kind kind,
		   const struct weft_object *object, uint32_t class,
		   unsigned char shared);
void exec__flush_run(struct weft_exec *x);
/* The image may have given the running task another cookie: keep it. */
void exec__leave(struct weft_exec *x);

/* exec_hub.c: decides and switches until there is nothing more to decide */
void exec__hub(struct weft_exec *x);
void exec__resume(struct weft_exec *x, int task);
bool exec__op_enabled(const struct weft_exec *x, int task);
/* Waits that let everything else go first, in this order. */
int exec__op_rank(const struct weft_exec *x, const struct weft_pending *op);
void exec__published(struct weft_exec *x, int task);

/* marks.c */
void exec__mark(struct weft_exec *x);
/* The same, unless the execution has just returned to this very decision. */
void exec__mark_decision(struct weft_exec *x);
void exec__keep(struct weft_exec *x, int task);
void exec__return_to(struct weft_exec *x, uint32_t mark);
/* The latest mark that is not behind a decision. */
uint32_t exec__mark_before(const struct weft_exec *x, unsigned int decision);

/* exec_tell.c: notes an applied operation; passes on the one noted last; and, at
 * the end, what the tasks that are left wait to do */
void exec__tell(struct weft_exec *x, enum weft_op_kind kind, const void *addr,
		int peer);
void exec__tell_now(struct weft_exec *x);
void exec__tell_waits(struct weft_exec *x);

/* exec_plain.c: an applied operation orders tasks; a marked access, likewise */
void exec__order(struct weft_exec *x, enum weft_op_kind kind, const void *addr,
		 int peer);
void exec__order_access(struct weft_exec *x, const void *addr, size_t len,
			bool write, uintptr_t pc);
/* exec_racy.c: before an execution, and after one whose schedule is kept. */
void exec__plain_begin(struct weft_exec *x);
/* One more in the list of races, zeroed. */
struct weft_race *exec__new_race(struct weft_exec *x);
void exec__plain_end(struct weft_exec *x);
void exec__plain_destroy(struct weft_exec *x);

/* exec_record.c */
void exec__record_step(struct weft_exec *x, enum weft_op_kind kind,
		       const void *addr, uint32_t class, bool has_class,
		       unsigned char shared, const char *text);
void exec__record_tasks(struct weft_exec *x);
unsigned int exec__instance(struct weft_exec *x, uint32_t class,
			    const void *addr);

/* exec_fault.c */
void exec__fault_install(void);

/* Steps from frame to frame inside the stack of the running task. */
void exec__walk(const struct weft_exec *x, uintptr_t fp,
		struct weft_stack *ret);

#endif
