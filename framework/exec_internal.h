/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of an execution, for the exec_*.c files only. */
#ifndef WEFT_EXEC_INTERNAL_H
#define WEFT_EXEC_INTERNAL_H

#include "exec.h"
#include "exec_cycle.h"
#include "foretold.h"
#include "hot.h"
#include "meeting.h"
#include "shadow.h"
#include "tally.h"
#include "shadow_race.h"

/*
 * A suspended task as it was: what changes of its struct, what it held, the used
 * part of its stack. Kept in one stack of bytes, in the order of time.
 */
struct exec_kept {
	size_t			before;		/* the task's one before, plus one; 0 none */
	uint64_t		resumed;	/* weft_thread.resumed then */
	size_t			undo;		/* entries of the undo log then */
	size_t			stack_bytes;
	unsigned long		since;		/* publication of its operation */
	uint32_t		stopped;
	uint32_t		held_bytes;
	char			thread[WEFT_THREAD_CHANGES];
};

/**
 * struct exec_published - the tasks that have published, a bit each
 * @ready:   can go on
 * @blocked: cannot, until what they wait for changes
 * @waiting: have to be asked
 * @lockers, @joiners: of the first two; they wait for a lock, the end of a task
 */
struct exec_published {
	uint32_t	ready, blocked, waiting;
	uint32_t	lockers, joiners;
};

/* A state to return to; contract in marks.c. */
struct exec_mark {
	size_t		undo;
	size_t		undo_since;	/* behind what every mark logs */
	struct weft_objects_position objects;
	size_t		shadow, race;
	size_t		counted;	/* weft_tally_mark() */
	uint64_t	ended;		/* executions to be counted that ended in what follows */
	size_t		kept;		/* bytes kept up to here */
	uint32_t	resumed;	/* tasks resumed since, before the next mark */
	uint32_t	copied;		/* those copied since it was made, likewise */
	struct exec_published published;
	uint32_t	live;
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
 * @on:       the shadow is fed; @wanted: from the next execution on; @alone: it is,
 *            and nobody else looks at plain accesses, but for races
 * @races:    those found in this campaign, in the order they were found
 * @racy:     offsets of the granules that are RACY in this execution
 * @follow:   schedule of the executions to come, or NULL; @followed: of this one
 * @rmw:      a model program will tell whether this address was written
 * @reads_from: kept where the lock graph is
 */
struct exec_plain {
	struct weft_shadow	shadow;
	bool			on, wanted, alone;
	struct weft_race	*races;
	size_t			races_n, races_max;
	uint64_t		*racy;
	size_t			racy_n, racy_max;
	const struct weft_schedule *follow, *followed;
	const void		*rmw;
	uintptr_t		rmw_pc;
	struct weft_reads_from	reads_from;
};

#define EXEC_WATCHERS_MAX 8
/* Two places whose accesses race, in this order of their text. */
struct exec_race_pair {
	uintptr_t	pcs[2];
	unsigned char	kinds[2];
	char		*summary, *signature;
	bool		told;		/* in an execution that counts */
	unsigned long	run;		/* told in this one */
};

/* An access that may turn out to race. */
struct exec_race_access {
	struct weft_race_side	side;
	size_t			granule;
	unsigned char		mask;
};

/**
 * struct exec_race - what is known of data races (exec_race.c)
 * @on:         the shadow is fed
 * @again:      also those that were told
 * @run:        executions begun
 * @promotions: when this one began
 * @meets:      it is to be known whether both sides of a race meet
 * @logs:       this execution keeps @accesses: it records, or @meets
 * @accesses:   those that may turn out to race; points only unless recording
 * @late:       recording: what has not happened yet when a race is told
 * @at_point:   the access being made is a point
 */
struct exec_race {
	struct weft_shadow	shadow;
	bool			on, again, meets, logs;
	struct exec_race_pair	*pairs;
	size_t			pairs_n, pairs_max;
	unsigned long		run, promotions;
	struct exec_race_access	*accesses;
	size_t			accesses_n, accesses_max;
	struct weft_race_side	*late;
	bool			at_point;
};

/**
 * struct exec_foretell - uses after free that are foretold (exec_foretell.c)
 * @waits:    clocks of what a task can wait for, see foretold.h, F1; @begun
 * @aside:    what is told now is no access of its own: a free, half an update
 * @uses:     accesses of this execution, in their order
 * @sections: critical sections, in the order they began
 * @last:     by hash of a granule: the latest use, plus one; 0 none
 * @races:    pairs that may race in another order
 */
struct exec_foretell {
	bool			on, begun, aside;
	struct weft_shadow	waits;
	struct foretold_use	*uses;
	size_t			uses_n, uses_max;
	struct foretold_section	*sections;
	size_t			sections_n, sections_max;
	struct weft_foretold	*list;
	size_t			n;
	uint32_t		*last;
	struct foretold_race	*races;
	size_t			races_n;
};

/* What happened to a lock or a counter, for evidence; exec_history.c. */
enum exec_past_kind { EXEC_PAST_RELEASE, EXEC_PAST_RMW };

struct exec_past {
	const void		*addr;
	unsigned long		step;
	int			task;
	enum exec_past_kind	kind;
	struct weft_stack	stack;
};

struct exec_section {
	bool			inside;
	unsigned long		step;
	struct weft_stack	stack;
};

struct exec_history {
	struct exec_past	*past;
	size_t			past_n, past_max;
	struct exec_section	sections[WEFT_THREADS_MAX][WEFT_SECTIONS];
};

/**
 * struct exec_spin - a loop without operations (exec_spin.c)
 * @most:  accesses of a task without one
 * @step:  there were so many when the count began
 * @samples, @stack: left to take; of the loop, as far as it is known
 * @spun:  the last execution ended in one
 */
struct exec_spin {
	unsigned long		most;
	unsigned long		step;
	unsigned int		samples;
	struct weft_stack	stack;
	bool			spun;
};

/**
 * struct exec_rest - services at rest (exec_rest.c)
 * @allowed: in this execution
 * @tasks:   those at rest: of the waiting ones, a bit each
 * @never:   not before they were picked again (I2)
 * @filter:  whatever they named has its bit in it
 * @names:   the object, and what else; UINT64_MAX: nothing
 */
struct exec_rest {
	bool			allowed;
	uint32_t		tasks, never, filter;
	uint64_t		names[WEFT_THREADS_MAX][2];
};

struct weft_exec {
	struct weft_exec_config	config;
	void			(*watch)(void *arg,
					 const struct weft_step *step);
	void			*watch_arg;
	void			(*usage)(void *arg,
					 const struct weft_usage *usage);
	void			*usage_arg;
	uint32_t		*usage_last;	/* hash of an address → record */
	void			(*wakeups)(void *arg,
					   const struct weft_wakeup *wakeup);
	void			*wakeups_arg;
	struct weft_region	region;
	struct weft_objects	objects;
	struct exec_plain	plain;
	struct weft_tally	tally;
	struct exec_race	race;
	struct exec_foretell	foretell;
	struct weft_meeting	*meeting;	/* wanted in these executions, or NULL */
	struct exec_memory_stack *memory_stacks;	/* exec_memory.c */
	unsigned long		faults;		/* chosen so far; in the undo log */
	struct exec_leak	*leak;		/* exec_leak.c */
	struct exec_spin	spin;
	bool			stalled;	/* weft_exec_stall() came, once */
	bool			looking;	/* is a wait over? no findings now */
	struct exec_looks	*looks;		/* exec_state.c */
	struct exec_rest	rest;
	struct weft_lockgraph	*graph;
	struct weft_lockdeps	deps;
	struct weft_co_hub	explorer;	/* whoever called run or setup */

	struct weft_thread	threads[WEFT_THREADS_MAX];
	struct weft_held	held[WEFT_THREADS_MAX][WEFT_HELD_MAX];
	int			threads_n;
	int			running;
	int			joining;	/* task in weft_exec_join_all() */
	uint32_t		live;		/* tasks left to join, a bit each */
	bool			in_setup;
	bool			snapshot_taken;

	struct exec_published	tasks;
	unsigned int		data_n;		/* data choice asked for: alternatives */
	unsigned int		data_chosen;
	bool			stopped;	/* nothing more to decide */
	bool			on_hub;		/* no task runs right now */
	struct exec_cycle	cycle;
	unsigned long		step_limit;	/* to be looked at when it is reached */
	unsigned long		step_point;	/* hot.step_stop, were nothing watched */
	bool			asymmetric;	/* see exec_twins.c, I3 */
	bool			only_visit;	/* no point: nobody may be preempted */
	bool			stops_always;	/* every step is a step_point */
	bool			asked_always;	/* the strategy, even if only one can go on */
	bool			usual;		/* see exec__find_usual() */
	bool			bare;		/* see exec__find_bare() */

	struct exec_mark	*marks;		/* the first: the snapshot */
	uint32_t		marks_n, marks_max;
	char			*kept;
	size_t			kept_n, kept_max, kept_limit;
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
	bool			tells;		/* the strategy wants to know */
	struct weft_published	published[WEFT_THREADS_MAX];
	struct weft_schedule	schedule;
	unsigned long		run_since;	/* step of the last switch */

	enum weft_outcome	outcome;
	const char		*unmodelled;	/* or what failed inside */
	char			failure[500];
	struct weft_stack	failed_at;
	struct weft_finding	*findings;
	size_t			findings_n, findings_max;

	const struct weft_detector *watchers[EXEC_WATCHERS_MAX];
	unsigned int		watchers_n;

	bool			record;
	struct weft_evidence	evidence;
	struct exec_history	history;
	struct exec_instance	*instances;
	size_t			instances_n, instances_max;
};

/* exec.c */
void exec__find_step_stop(struct weft_exec *x);
/* From a creator to the task it creates, and back. */
void exec__switch_to(struct weft_exec *x, int task);
/* A limit of ours is reached: which one, how much, and what to do, as for printf. */
void exec__limit(struct weft_exec *x, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));
void exec__finish(struct weft_exec *x, enum weft_outcome outcome)
	__attribute__((noreturn));
void exec__tell_detectors(struct weft_exec *x, enum weft_op_kind kind,
			  const struct weft_object *object, uint32_t class,
			  unsigned char shared);
/* exec_twins.c: around the start of a task; who may not take its first step yet */
size_t exec__twin_begin(struct weft_exec *x, int task);
void exec__twin_started(struct weft_exec *x, int task, size_t undo);
uint32_t exec__twins_waiting(const struct weft_exec *x);

/* It found nothing to do: cpu_relax(), a trylock that fails. */
void exec__idle_turn(struct weft_exec *x);

/* exec_hub.c: decides and switches until there is nothing more to decide; begins
 * with the first task, or with a decision. */
void exec__hub(struct weft_exec *x, bool from_start);
/* Nothing that is asked for at a decision can come in this execution, but for cycles. */
void exec__find_usual(struct weft_exec *x);
/* exec_ops.c: nobody but the strategy is told of accesses in this execution. */
void exec__find_bare(struct weft_exec *x);
/* exec_publish.c: publishes an operation; returns when it is to be applied */
void exec__publish(struct weft_exec *x, const struct weft_pending *op,
		   bool shared);
/* What others wait for has changed: a lock; which tasks there are, and live. */
void exec__lock_changed(struct weft_exec *x, const struct weft_object *object);
void exec__tasks_changed(struct weft_exec *x);
/* weft_object.wanted, before the execution goes back, and behind it. */
void exec__want_none(struct weft_exec *x);
void exec__want_again(struct weft_exec *x);
bool exec__op_enabled(const struct weft_exec *x, int task);
/* Waits that let everything else go first, in this order. */
int exec__op_rank(const struct weft_exec *x, int task);
/* Of those that are not asked; for paranoid checks. */
bool exec__is_settled_right(const struct weft_exec *x);

/* marks.c */
void exec__mark(struct weft_exec *x);
/* The same, unless nobody comes back to before @next, or the last mark is near
 * enough (marks.c, I5). */
void exec__mark_decision(struct weft_exec *x, enum weft_op_kind next);
void exec__keep(struct weft_exec *x, int task);
/*
 * The copy, plus one, of the running task as it published the operation it
 * applies; 0: there is none. And the stack of such a copy.
 */
size_t exec__kept_at_op(const struct weft_exec *x);
void exec__kept_stack(const struct weft_exec *x, int task, size_t kept,
		      struct weft_stack *ret);
void exec__return_to(struct weft_exec *x, uint32_t mark);
/* The execution has ended: it counts, or not (tally.h). */
void exec__count_end(struct weft_exec *x);
/* The latest mark that is not behind a decision. */
uint32_t exec__mark_before(const struct weft_exec *x, unsigned int decision);

/*
 * exec_tell.c: notes an applied operation; passes on the one noted last; and, at
 * the end, what the tasks that are left wait to do. An operation is told when the
 * next one is asked for, so that what is known of its values (weft_exec_values)
 * can still be added.
 */
void exec__tell(struct weft_exec *x, enum weft_op_kind kind, const void *addr,
		int peer);
void exec__tell_waits(struct weft_exec *x);

/* exec_state.c: does a wait look at more than it tells? What it looks at, as names
 * of objects, into room for WEFT_READS_MAX; returns how many. */
bool exec__is_opaque(const struct weft_exec *x, const struct weft_pending *op);
unsigned int exec__reads(const struct weft_exec *x,
			 const struct weft_pending *op, uint64_t *ret);
/* The running task's wait is over: what it looked at. */
void exec__tell_reads(struct weft_exec *x, const struct weft_pending *op);
/* exec__tell_seen(), where there is anything to see. */
void exec__tell_what_is_seen(struct weft_exec *x);
/* I4: an operation is told; a decision is to be taken; the execution went back. */
void exec__looks_told(struct weft_exec *x, const struct weft_operation *op);
void exec__looks_check(struct weft_exec *x);
void exec__looks_forget(struct weft_exec *x);
/* A wait has changed its mind, and nothing it names was told. */
void exec__looks_lie(struct weft_exec *x, int task);
void exec__looks_destroy(struct weft_exec *x);

/*
 * exec_rest.c: this waiting task is not ready: it rests, if it may. An operation is applied
 * here, or state is told; does somebody at rest want to go on (a lie)? The execution
 * went back.
 */
void exec__rest(struct weft_exec *x, int task);
void exec__rest_told(struct weft_exec *x, const void *addr);
bool exec__rest_check(struct weft_exec *x);
void exec__rest_forget(struct weft_exec *x);

/*
 * exec_plain.c: an applied operation orders tasks, to be called where plain.on;
 * a marked access, likewise
 */
void exec__order(struct weft_exec *x, enum weft_op_kind kind, const void *addr,
		 int peer);
void exec__order_access(struct weft_exec *x, const void *addr, size_t len,
			bool write, uintptr_t pc);
/* exec_racy.c: before one that begins at the snapshot; before every execution, at
 * last; and after one whose schedule is kept. */
void exec__plain_begin(struct weft_exec *x);
void exec__plain_start(struct weft_exec *x);
/* One more in the list of races, zeroed. */
struct weft_race *exec__new_race(struct weft_exec *x);
void exec__plain_end(struct weft_exec *x);
void exec__plain_destroy(struct weft_exec *x);

/* exec_race.c: the same for data races, and what begins and ends with a run */
void exec__race_access(struct weft_exec *x, const struct weft_shadow_access *a,
		       size_t len, uintptr_t addr, bool marked);
/* The same of a plain access that may be meant otherwise; and what is meant. */
void exec__race_plain(struct weft_exec *x, const struct weft_shadow_access *a,
		      size_t len, uintptr_t addr);
void exec__race_mode(struct weft_exec *x, enum weft_order_kind mode,
		     unsigned int n);
void exec__race_marked(struct weft_exec *x, enum weft_access_kind kind,
		       const void *addr, size_t len, uintptr_t pc);
void exec__race_order(struct weft_exec *x, enum weft_op_kind kind,
		      const void *addr, int peer);
void exec__race_waited(struct weft_exec *x, const void *addr);
/* Before every execution; and before one that begins at the snapshot. */
void exec__race_start(struct weft_exec *x);
void exec__race_begin(struct weft_exec *x);
/* It is begun anew by the next execution that wants it. */
void exec__race_off(struct weft_exec *x);
void exec__race_end(struct weft_exec *x);
void exec__race_destroy(struct weft_exec *x);
/* exec_race_told.c: an access races with an earlier one */
void exec__race_log(struct weft_exec *x, const struct weft_shadow_access *a,
		    size_t len, uintptr_t addr, bool marked);
void exec__race_found(struct weft_exec *x, const struct weft_race_earlier *e,
		      const struct weft_shadow_access *a, size_t len,
		      uintptr_t addr, bool marked);
void exec__race_late(struct weft_exec *x);
/* Recording: it comes right behind an access that it races with. */
void exec__race_meeting(struct weft_exec *x, const struct weft_shadow_access *a,
			size_t len, uintptr_t addr, bool marked);
/* The pair of places, as a race of it would be told; lives as long as @x. */
const struct exec_race_pair *
exec__race_describe(struct weft_exec *x, const uintptr_t pcs[2],
		    const bool writes[2], const bool marked[2]);

/*
 * exec_meet.c, where x->meeting is: before a point that is an access (is it one for
 * this only?), behind it, and at each access that the clocks of races see
 */
bool exec__meet_come(struct weft_exec *x, const void *addr, size_t len,
		     uintptr_t pc, bool plain);
void exec__meet_pass(struct weft_exec *x, bool extra);
void exec__meet_made(struct weft_exec *x, const struct weft_shadow_access *a);

/* exec_plain.c: bytes of a range in the granule at @at; whose access it is */
unsigned char exec__byte_mask(uintptr_t addr, size_t len, uintptr_t at);
enum weft_shadow_kind exec__attribute(const struct weft_exec *x,
				      uintptr_t *pc);
/* exec_ops.c: from now on a release of this lock is a scheduling point too */
void exec__mark_tried(struct weft_exec *x, const void *addr);

/* exec_memory.c: an access to bytes that may not be accessed ends the execution. */
/* exec_foretell.c, all but the last two while it is on */
void exec__foretell_access(struct weft_exec *x,
			   const struct weft_shadow_access *a,
			   enum weft_shadow_kind kind);
/* What a task waits for, at @granule: it has come, or is announced, or both. */
void exec__foretell_wait(struct weft_exec *x, size_t granule, bool come,
			 bool announce);
void exec__foretell_spawn(struct weft_exec *x, int child);
void exec__foretell_join(struct weft_exec *x, int ended);
void exec__foretell_lock(struct weft_exec *x, enum weft_op_kind kind,
			 size_t granule, bool shared);
void exec__foretell_op(struct weft_exec *x, enum weft_op_kind kind,
		       const void *addr);
void exec__foretell_free(struct weft_exec *x, const void *addr, size_t size);
void exec__foretell_begin(struct weft_exec *x);
void exec__foretell_destroy(struct weft_exec *x);

int exec__memory_create(struct weft_exec *x);
void exec__memory_destroy(struct weft_exec *x);
/* Where the running task is in the code of the program; 0: nowhere. */
uintptr_t exec__program_site(const struct weft_exec *x);
/* "a 96-byte kmalloc object" */
void exec__memory_name(const struct weft_allocation *record, char *ret,
		       size_t size);
void exec__memory_check(struct weft_exec *x, uintptr_t addr, size_t len,
			bool write, uintptr_t pc);

/* exec_spin.c: the count of accesses has come to its end, at this one */
void exec__spin(struct weft_exec *x, uintptr_t pc);

/* exec_leak.c */
void exec__leak_destroy(struct weft_exec *x);

/* exec_record.c */
void exec__record_new_step(struct weft_exec *x, enum weft_op_kind kind,
			   const void *addr, uint32_t class, bool has_class,
			   unsigned char shared, const char *text);
static inline void exec__record_step(struct weft_exec *x,
				     enum weft_op_kind kind, const void *addr,
				     uint32_t class, bool has_class,
				     unsigned char shared, const char *text)
{
	if (x->record && !x->in_setup)
		exec__record_new_step(x, kind, addr, class, has_class, shared,
				      text);
}
struct weft_held_lock *exec__held_locks(struct weft_exec *x, int task,
					size_t *ret_n);
void exec__record_tasks(struct weft_exec *x);
/* What the memory at @addr belongs to. */
void exec__locate(const struct weft_exec *x, const void *addr,
		  struct weft_memory *ret);
unsigned int exec__instance(struct weft_exec *x, uint32_t class,
			    const void *addr);
/* After an execution: which findings are the same depends on their places. */
void exec__name_places(struct weft_exec *x);

/*
 * @n: 2 or more. @fault: what goes wrong if 1 is chosen; or NULL. @ret_answers: there
 * were so many. The second, once what was chosen is noted.
 */
unsigned int exec__choose(struct weft_exec *x, unsigned int n, const char *what,
			  const struct weft_fault *fault,
			  unsigned int *ret_answers);
void exec__answered(struct weft_exec *x);
/* exec_inject.c: the answers left to a data choice; and to those that tasks published */
unsigned int exec__answers(const struct weft_exec *x,
			   const struct weft_pending *op);
void exec__count_answers(struct weft_exec *x, uint32_t tasks);
/* exec_fault.c; the second: after an execution, in case a fault of ours ended it */
void exec__fault_install(void);
void exec__fault_describe(struct weft_exec *x);

/* exec_misuse.c: a defect in how the tested code uses its locks; as for reports */
struct weft_finding *exec__report_misuse(struct weft_exec *x, const char *what,
					 uint32_t class);

/* exec_history.c */
void exec__history_begin(struct weft_exec *x);
void exec__history_destroy(struct weft_exec *x);
void exec__relate_held(struct weft_exec *x, struct weft_finding *f, int task,
		       const struct weft_held *held);
void exec__remember(struct weft_exec *x, enum exec_past_kind kind,
		    const void *addr);

#define WEFT_USAGE_CACHE 65536u

/* exec_usage.c; only where x->usage is set */
void exec__tell_usage(struct weft_exec *x, const void *addr, size_t size,
		      bool write, bool marked, uintptr_t pc);

/* exec_waits.c; only where x->wakeups is set */
void exec__tell_wakeups(struct weft_exec *x, const void *addr);

/* Steps from frame to frame inside the stack of the running task. */
void exec__walk(const struct weft_exec *x, uintptr_t fp,
		struct weft_stack *ret);
/* The same of a suspended one, whose used part lies at @used, or in a copy there. */
void exec__walk_suspended(const struct weft_co *co, const char *used,
			  struct weft_stack *ret);
/* Where a task took a lock. */
void exec__held_stack(const struct weft_exec *x, int task,
		      const struct weft_held *held, struct weft_stack *ret);

/* exec_first.c: who takes what is new in the lock graph, and how to come there. */
void exec__note_first(struct weft_exec *x, struct weft_lock_edge *edge);
/* What an atomic update reads, which the shadow is told of as a write. */
void exec__note_update(struct weft_exec *x, const void *addr, size_t len,
		       uintptr_t pc);

#include "exec_turn.h"

#endif
