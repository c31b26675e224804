/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One execution: publish, pick, switch, apply.
 *
 *  I1  Exactly one task runs. Every other one has a published operation, or
 *      has ended.
 *  I2  An operation takes effect only while its task runs.
 *  I3  The next task is chosen by the strategy among the enabled ones, or is
 *      the only enabled one.
 *  I4  Replaying the same decisions gives the same enabled sets.
 *  I5  Decisions are taken on the hub, the stack of whoever called run, while
 *      every task is suspended; so each of them is a state to return to.
 *
 * A program runs as task 0. It prepares the scene, calls
 * weft_exec_snapshot_here() once, and what follows is executed again and again
 * from there.
 */
#ifndef WEFT_EXEC_H
#define WEFT_EXEC_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"
#include "co.h"
#include "detector.h"
#include "lockdeps.h"
#include "lockgraph.h"
#include "object.h"
#include "region.h"
#include "strategy.h"

#define WEFT_HELD_MAX 48

struct weft_foretold;
struct weft_meeting;

/**
 * struct weft_held - a lock that a task holds
 * @shared: 1 shared, 2 tried
 * @kept:   copy of the task, plus one, that shows where it was taken (marks.c);
 *          0: @stack does
 */
struct weft_held {
	const void	*addr;
	uint32_t	class;
	unsigned char	shared;
	unsigned long	step;
	size_t		kept;
	struct weft_stack stack;
};

/**
 * struct weft_cycle - the livelock an execution ended in
 * @from, @to: its first step, its last one
 * @tasks:     who runs in it, a bit each
 * @classes:   locks that are taken or tried in it, by name; @classes_n of them
 */
struct weft_cycle {
	unsigned long	from, to;
	uint32_t	tasks;
	uint32_t	classes[16];
	unsigned int	classes_n;
};

/**
 * struct weft_alike - what tells a task from others, see exec_twins.c
 * @fn, @arg: what its program runs, with which argument
 * @parent:   who created it
 * @step:     operations applied before
 * @quiet:    it touched nobody else's memory on the way to its first operation
 */
struct weft_alike {
	void		*fn;
	long		arg;
	int		parent;
	unsigned long	step;
	bool		quiet;
};

enum weft_thread_state { WEFT_THREAD_LIVE, WEFT_THREAD_ENDED };

/* A published operation: what a task waits to do. It lies on the task's stack. */
struct weft_pending {
	enum weft_op_kind	kind;
	const void		*addr;
	unsigned char		mode;		/* enum weft_lock_mode */
	unsigned char		wait;		/* enum weft_wait_kind */
	bool			queued;		/* a writer in line */
	bool			until;		/* a spin that ends by itself */
	bool			joins;		/* changes only when tasks begin or end */
	uint16_t		choices;	/* data choice: alternatives */
	const char		*what;
	int			(*ready)(void *arg);
	unsigned int		(*reads)(void *arg, const void **ret);
	void			*arg;		/* of a data choice: struct weft_fault, or NULL */
};

/*
 * A task. What changes comes first, so that a state to return to keeps no more
 * than that: WEFT_THREAD_CHANGES bytes (marks.c).
 */
struct weft_thread {
	enum weft_thread_state	state;
	bool			has_op;
	int			starter;	/* to switch back to; -1 none */
	uint32_t		stopped;	/* marks there were when it last stopped */
	const struct weft_pending *op;		/* of use while @has_op */
	uint32_t		object;		/* lock of it: index plus one; 0 not used yet */
	unsigned long		since;		/* step of publication */
	uintptr_t		fp;		/* frame that published the operation */
	uint64_t		resumed;	/* how many times it was resumed */
	void			*cookie;
	unsigned int		held_n;
	unsigned int		idle_turns;	/* see exec_cycle.h, I4 */
	unsigned int		race_quiet;	/* see enum weft_order_kind */
	unsigned int		race_atomic, race_atomic_next;
	int			twin;		/* the one before it; -1 none */
	unsigned long		seen;		/* weft_exec_config.seen() last time */

	/* In the middle of this the rest begins: as the task was created. */
	struct weft_co		co;
	int			id;
	char			name[32];
	unsigned int		flags;		/* WEFT_SPAWN_… */
	void			(*fn)(void *arg);
	void			*arg;
	struct weft_alike	alike;
};

#define WEFT_THREAD_CHANGES offsetof(struct weft_thread, co.stack)

/* Addresses of code: @begin up to but not including @end. */
struct weft_text {
	uintptr_t	begin, end;
};

/**
 * struct weft_race - two accesses to one granule that nothing orders
 * @offset: of the granule, in the watched region
 * @place:  what that is; the next three as from weft_region_locate()
 * @sides:  the earlier access, the later one; at least one writes
 */
struct weft_race {
	uint64_t	offset;
	enum weft_place	place;
	int		place_task;
	size_t		place_offset, place_size;
	struct {
		int		task;
		bool		write;
		uintptr_t	pc;
	} sides[2];
};

/* What becomes of data races. */
enum weft_races {
	WEFT_RACES_OFF,		/* not looked for */
	WEFT_RACES_REPORT,	/* findings, but no reason for the verdict bug */
	WEFT_RACES_BUG,		/* findings as any other */
};

/**
 * struct weft_exec_config - what one campaign fixes for all its executions
 * @main:        the program, as task 0; returns when everything is checked
 * @data:        image memory to be watched, or NULL
 * @current_slot: where to put the cookie of the running task, or NULL
 * @main_concurrent: task 0 takes part in the concurrency (model programs)
 * @every_access_shared: all marked accesses are points (model programs)
 * @depth_max:   step limit
 * @in_focus:    may a task be preempted at this stack? NULL: everywhere
 * @text:        code of the image; empty without one
 * @model:       of it, code that is not interrupted between points
 * @glass:       of it, code whose accesses are its caller's (memcpy and friends)
 * @seen:        a number that stands for what others can see of the running task
 *               when it stops, and under which names: its own, and one for all
 *               tasks; or NULL
 * @fault:       names an unmodelled data symbol by fault address, or NULL
 * @counting, @counters, @counters_n: counters of the tested code, outside @data,
 *               to be added up over executions (tally.h); or NULL
 * @symmetry:    of tasks that are alike, the first steps come in order
 * @memory_max:  bytes for states to return to; 0: what is usual
 * @faults_max:  most faults of an execution (weft_exec_inject())
 * @place:       names a place for signatures, "f() file.c:12", without anything
 *               that differs from build to build of weft; false: unknown. Called
 *               between executions. NULL: signatures name no place
 * @paranoid:    compare hashes of the state whenever an execution goes back
 * @races:       what becomes of data races
 * @accesses_max: most plain accesses of a task in a row, without an operation
 *               (exec_spin.c); 0: no limit
 */
struct weft_exec_config {
	void		(*main)(void *arg);
	void		*main_arg;
	char		*data;
	size_t		data_size;
	void		**current_slot;
	bool		main_concurrent;
	bool		every_access_shared;
	unsigned long	depth_max;
	bool		(*in_focus)(void *arg, const struct weft_stack *stack);
	void		*focus_arg;
	struct weft_text text, model, glass;
	unsigned long	(*seen)(const void **ret_own, const void **ret_all);
	const char	*(*fault)(void *arg, uintptr_t addr);
	void		*fault_arg;
	struct weft_counting *counting;
	unsigned long	*counters;
	size_t		counters_n;
	size_t		memory_max;
	bool		symmetry;
	unsigned long	faults_max;
	bool		(*place)(void *arg, const struct weft_stack *stack,
				 char *ret, size_t size);
	const char	*(*assertion)(void *arg, uintptr_t pc, bool write);
	void		*place_arg;
	bool		paranoid;
	enum weft_races	races;
	unsigned long	accesses_max;
};

struct weft_exec;

/**
 * weft_exec_create() - an execution, not yet begun
 * Return: NULL with errno set (ENOMEM).
 */
struct weft_exec *weft_exec_create(const struct weft_exec_config *config);
void weft_exec_destroy(struct weft_exec *x);

/* The execution whose task is running; NULL outside. */
extern struct weft_exec *weft_exec_current;

/**
 * weft_exec_setup() - run the program up to its snapshot
 * Return: WEFT_OUTCOME_COMPLETE when the snapshot was reached; otherwise why
 * not (findings tell more).
 */
enum weft_outcome weft_exec_setup(struct weft_exec *x);

/**
 * weft_exec_run() - one execution to its end
 * @record: collect evidence (slower)
 *
 * It begins at the snapshot, or where the strategy says that it repeats the
 * last one (struct weft_strategy @shared).
 */
enum weft_outcome weft_exec_run(struct weft_exec *x,
				const struct weft_strategy *strategy,
				void *state, bool record);

/* What the last execution left behind; valid until the next one. */
const struct weft_decision *weft_exec_decisions(const struct weft_exec *x,
						unsigned int *ret_n);
const struct weft_schedule *weft_exec_schedule(const struct weft_exec *x);
bool weft_exec_is_recording(const struct weft_exec *x);
unsigned long weft_exec_steps(const struct weft_exec *x);
/* Steps applied by all executions so far, without those not repeated. */
unsigned long weft_exec_steps_applied(const struct weft_exec *x);
/* Bytes taken by states to return to, undo logs and decisions. */
size_t weft_exec_memory(const struct weft_exec *x);
/* Paranoid mode: did a state come back different? */
bool weft_exec_is_corrupt(const struct weft_exec *x);
/**
 * weft_exec_counts() - config.counters over all executions so far
 *
 * Ends what can be shared with the last execution. Return: the totals, which
 * a caller may add to; they stay where they are.
 */
uint64_t *weft_exec_counts(struct weft_exec *x, size_t *ret_n);
/* Makes room in the log of config.counting. Context: any. */
void weft_exec_count_room(struct weft_exec *x);
const char *weft_exec_unmodelled(const struct weft_exec *x);
/* After WEFT_OUTCOME_LIVELOCK. */
struct weft_cycle weft_exec_cycle(const struct weft_exec *x);
/* Did the program say that this execution does not count? (WEFT_WAIT_ASSUME) */
bool weft_exec_is_ruled_out(const struct weft_exec *x);
struct weft_finding *weft_exec_findings(struct weft_exec *x, size_t *ret_n);
/* Moves the evidence of a recorded execution into *ret. */
void weft_exec_take_evidence(struct weft_exec *x, struct weft_evidence *ret);

#define WEFT_USAGE_LOCKS 16

/* @own: it lies in the object that is accessed */
struct weft_usage_lock {
	uintptr_t	addr;
	uint32_t	class;
	bool		shared, own;
};

/**
 * struct weft_usage - an access, and the locks its task holds
 * @record: the object it is in; NULL: data of the program
 * @offset: in the object
 */
struct weft_usage {
	int				task;
	uintptr_t			addr;
	size_t				size;
	bool				write, marked;
	uintptr_t			pc;
	const struct weft_allocation	*record;
	size_t				offset;
	struct weft_usage_lock		locks[WEFT_USAGE_LOCKS];
	unsigned int			locks_n;
};

/*
 * The schedule up to now, whose running task then does what comes next. Context:
 * from @seen.
 */
const struct weft_schedule *weft_exec_schedule_now(struct weft_exec *x);
/* exec_usage.c: @seen is called at each access to shared memory; slow. */
void weft_exec_watch_usage(struct weft_exec *x,
			   void (*seen)(void *arg,
					const struct weft_usage *usage),
			   void *arg);

/**
 * struct weft_wakeup - a task notified what another one was waiting for
 * @what: of the wait, as it was published; may be NULL
 * @held: classes of the locks that the waiter holds; @wake_held: the other one
 */
struct weft_wakeup {
	const char		*what, *waiter, *waker;
	struct weft_stack	wait_stack, wake_stack;
	uint32_t		held[WEFT_USAGE_LOCKS];
	uint32_t		wake_held[WEFT_USAGE_LOCKS];
	unsigned int		held_n, wake_held_n;
};

/* exec_waits.c: @seen is called at each of them. */
void weft_exec_watch_wakeups(struct weft_exec *x,
			     void (*seen)(void *arg,
					  const struct weft_wakeup *wakeup),
			     void *arg);

/**
 * weft_exec_watch() - be told of what is recorded, at once
 * @watch: called for each step when it is recorded, and with NULL when a finding
 *         is reported, on the stack of whoever did it; must not touch @x
 */
void weft_exec_watch(struct weft_exec *x,
		     void (*watch)(void *arg, const struct weft_step *step),
		     void *arg);
/* The tasks as they are now, into an empty @ret. Context: from a watch, too. */
void weft_exec_describe(struct weft_exec *x, struct weft_evidence *ret);
/*
 * weft_exec_foretell() - the executions to come, which record, are watched for uses
 * after free that they foretell (foretold.h)
 * weft_exec_foretold() - what the last one foretold; the caller's to free
 */
void weft_exec_foretell(struct weft_exec *x, bool on);
struct weft_foretold *weft_exec_foretold(struct weft_exec *x, size_t *ret_n);
/* The same of data races. Context: not on a coroutine. */
struct weft_foretold *weft_exec_foretold_races(struct weft_exec *x,
					       size_t *ret_n);
/*
 * weft_exec_order_plain() - plain accesses and what orders them are followed even where
 * no plain access has shown so far
 * Return: was that new? Then false undoes it.
 */
bool weft_exec_order_plain(struct weft_exec *x, bool on);

/* Races of plain accesses found so far, in the order they were found. */
const struct weft_race *weft_exec_races(const struct weft_exec *x,
					size_t *ret_n);

/**
 * struct weft_plain_known - what is known of plain accesses, as a number
 * @races:  how many, of those found so far
 * @wanted: there are any
 */
struct weft_plain_known {
	size_t		races;
	bool		wanted;
};

/* For parts of a search (segment.h): what is known now; what has become known
 * since, as bytes; to know no more than then. */
struct weft_plain_known weft_exec_plain_known(const struct weft_exec *x);
void weft_exec_put_races(const struct weft_exec *x,
			 struct weft_plain_known since,
			 struct weft_buffer *to);
void weft_exec_forget_races(struct weft_exec *x, struct weft_plain_known back);
/*
 * To know what somebody else has found out, as if it had been found here. False:
 * the bytes make no sense.
 */
bool weft_exec_add_races(struct weft_exec *x, struct weft_reader *from);

/* Granules whose marked accesses and locks are scheduling points. */
unsigned long weft_exec_points(const struct weft_exec *x);
/*
 * The executions to come are to have the points of this schedule, which must
 * live as long; NULL: those of all that is known.
 */
void weft_exec_follow(struct weft_exec *x, const struct weft_schedule *schedule);

struct weft_region *weft_exec_region(struct weft_exec *x);
struct weft_objects *weft_exec_objects(struct weft_exec *x);
/* Who took what while holding what, so far. */
struct weft_lockdeps *weft_exec_lockdeps(struct weft_exec *x);
struct weft_lockgraph *weft_exec_lockgraph(struct weft_exec *x);
void weft_exec_set_lockgraph(struct weft_exec *x, struct weft_lockgraph *graph);
/* Which reads saw which writes of other tasks; kept while there is a lock graph. */
struct weft_reads_from *weft_exec_reads_from(struct weft_exec *x);
/* Reads of the code under test are followed at all. */
bool weft_exec_follows_reads(const struct weft_exec *x);
/* A check that rollback restored everything: 0, or the number of bytes off. */
bool weft_exec_is_pristine(struct weft_exec *x);

/*
 * What the code under test calls, on the stack of its task. host.c forwards
 * the kernel's side of the door to these; model programs use model.h.
 */
void weft_exec_snapshot_here(struct weft_exec *x);
/**
 * weft_exec_unhooked() - memory that code without access hooks writes
 *
 * It is logged at every mark. At most 8 ranges; before the snapshot.
 */
void weft_exec_unhooked(struct weft_exec *x, void *addr, size_t len);
int weft_exec_spawn(struct weft_exec *x, const char *name,
		    void (*fn)(void *arg), void *arg, void *cookie,
		    unsigned int flags);
/**
 * weft_exec_spawn_alike() - the same, for a task that may have twins
 * @alike_fn, @alike_arg: tasks that differ in one of them are not alike
 */
int weft_exec_spawn_alike(struct weft_exec *x, const char *name,
			  void (*fn)(void *arg), void *arg, void *alike_fn,
			  long alike_arg);
/* Was a task told from its twins? Then symmetry proves nothing. */
bool weft_exec_is_asymmetric(const struct weft_exec *x);
void weft_exec_join(struct weft_exec *x, int task);
/* Waits for all other tasks but services; by one task at a time. */
void weft_exec_join_all(struct weft_exec *x);
/* Waits until nothing else can go on. */
void weft_exec_quiesce(struct weft_exec *x);
int weft_exec_self(const struct weft_exec *x);
/* Before weft_exec_snapshot_here()? */
bool weft_exec_is_setup(const struct weft_exec *x);
void *weft_exec_cookie(const struct weft_exec *x);

void weft_exec_lock_init(struct weft_exec *x, const struct weft_lock_ref *ref);
void weft_exec_lock(struct weft_exec *x, const struct weft_lock_ref *ref,
		    enum weft_lock_mode mode);
bool weft_exec_trylock(struct weft_exec *x, const struct weft_lock_ref *ref,
		       enum weft_lock_mode mode);
void weft_exec_unlock(struct weft_exec *x, const struct weft_lock_ref *ref,
		      enum weft_lock_mode mode);
void weft_exec_downgrade(struct weft_exec *x, const struct weft_lock_ref *ref);
int weft_exec_lock_held(struct weft_exec *x, const void *addr);
/* Does it hold a lock in @len bytes at @addr? *ret_class names one. */
bool weft_exec_holds_within(const struct weft_exec *x, const void *addr,
			    size_t len, uint32_t *ret_class);
/* Does the running task hold a lock? *ret_class names the latest. */
bool weft_exec_holds_any(const struct weft_exec *x, uint32_t *ret_class);
/*
 * weft_exec_holder() - the first task that holds this lock
 * weft_exec_holder_within() - or one in @len bytes at @addr, of any kind but
 * annotations; *ret_addr is the lock
 * Return: the task; -1: there is none.
 */
int weft_exec_holder(const struct weft_exec *x, const void *lock);
/* Classes of the spinning locks the running task holds, at most WEFT_HELD_MAX. */
unsigned int weft_exec_spinning(const struct weft_exec *x, uint32_t *ret);
int weft_exec_holder_within(const struct weft_exec *x, const void *addr,
			    size_t len, const void **ret_addr);
/*
 * weft_exec_report_held() - the running task should hold nothing
 * @when: "returns to user space from read()"
 * Return: true when it holds something; a lock is reported once.
 */
bool weft_exec_report_held(struct weft_exec *x, const char *when);

/*
 * Places a finding is about besides its own: where the lock is held or was
 * released last; why the running task may not sleep; who changed a counter
 * before. @finding may be NULL; nothing is done unless recording.
 */
void weft_relate_lock(struct weft_exec *x, struct weft_finding *finding,
		      const void *addr);
void weft_relate_atomic(struct weft_exec *x, struct weft_finding *finding);
void weft_relate_counter(struct weft_exec *x, struct weft_finding *finding,
			 const void *addr);
/* Told only while weft_hot.recording. */
void weft_exec_section(struct weft_exec *x, enum weft_section section,
		       bool enter);

int weft_exec_lock_busy(struct weft_exec *x, const struct weft_lock_ref *ref);
/* An acquisition that cannot block, by trylock or not, of a lockdep map. */
void weft_exec_annotate(struct weft_exec *x, const struct weft_lock_ref *ref,
			enum weft_lock_mode mode, bool tried);
void weft_exec_annotate_end(struct weft_exec *x,
			    const struct weft_lock_ref *ref,
			    enum weft_lock_mode mode);

void weft_exec_await(struct weft_exec *x, enum weft_wait_kind kind,
		     const void *obj, const char *what,
		     int (*ready)(void *arg), void *arg);
/**
 * weft_exec_await_reads() - the same, in a kernel image, of a wait that tells what
 * it looks at
 * @reads: names all that ready(arg) may look at besides @obj, before it changes;
 *         there is room for WEFT_READS_MAX. Return: how many. Context: any, as
 *         for ready(). NULL: it looks at anything
 */
void weft_exec_await_reads(struct weft_exec *x, enum weft_wait_kind kind,
			   const void *obj, const char *what,
			   int (*ready)(void *arg), void *arg,
			   unsigned int (*reads)(void *arg, const void **ret));
/* exec_state.c: the running task does this to what waits look at. No point. */
void weft_exec_state(struct weft_exec *x, enum weft_state_use use,
		     const void *obj);
/* Which wait looked at more than it told, a sentence; or NULL. */
const char *weft_exec_lie(const struct weft_exec *x);
void weft_exec_notify(struct weft_exec *x, enum weft_event_kind kind,
		      const void *obj, const char *what);
void weft_exec_access(struct weft_exec *x, enum weft_access_kind kind,
		      const void *addr, unsigned int size, uintptr_t pc);
/**
 * weft_exec_plain() - an access that is neither volatile nor atomic
 * @pc: where; for reports, and to tell whose access it is
 *
 * Must be called before a write takes effect. A scheduling point if a race on
 * this memory is known.
 * Return: was it a point?
 */
bool weft_exec_plain(struct weft_exec *x, const void *addr, size_t len,
		     bool write, uintptr_t pc);
/**
 * weft_exec_order() - order that an access does not show by itself
 * @addr, @size: of the access; NULL for fences
 *
 * No point.
 */
void weft_exec_order(struct weft_exec *x, enum weft_order_kind order,
		     const void *addr, unsigned int size);
/**
 * weft_exec_races_again() - tell races again that were told already
 * @again: also those, in the executions to come: where one is looked for
 */
void weft_exec_races_again(struct weft_exec *x, bool again);
/**
 * weft_exec_races_meet() - tell of a race whether both sides met, without recording
 * @meets: in the executions to come, of strategies that share nothing between them;
 *         each operation is a point then, as when recording
 */
void weft_exec_races_meet(struct weft_exec *x, bool meets);
/* Two accesses are to meet in the executions to come (meeting.h); NULL: none. */
void weft_exec_meet(struct weft_exec *x, struct weft_meeting *meeting);
/* From now on no race was told yet. */
void weft_exec_races_forget(struct weft_exec *x);
/**
 * weft_exec_values() - what the access just made did
 * @wrote:    false for a compare-and-exchange that failed
 * @compares: it is a compare-and-exchange with @expected
 *
 * Optional; partial-order reductions are more precise with it.
 */
void weft_exec_values(struct weft_exec *x, bool wrote, uint64_t before,
		      uint64_t after, bool compares, uint64_t expected);
/* A read-modify-write whose result nobody uses: additions commute. */
void weft_exec_add(struct weft_exec *x, const void *addr);
/**
 * weft_exec_alloc() - memory of the code under test
 * @what: names it in reports and lives for ever; NULL: it is never a leak
 */
void *weft_exec_alloc(struct weft_exec *x, size_t size, size_t align,
		      const char *what);
/* weft_region_alloc() had no @size bytes for @task: that limit ends the execution. */
void weft_exec_no_memory(struct weft_exec *x, int task, size_t size)
	__attribute__((noreturn));
/* Anything wrong with @ptr is a finding, and ends the execution. */
void weft_exec_free_memory(struct weft_exec *x, const void *ptr, bool quiet);
/**
 * weft_exec_keep() - the allocation @ptr points into is no leak, nor is what it points to
 * @ptr: NULL, data of the image: nothing to be done. What was never allocated
 *       is a finding.
 *
 * Until it is freed. Undone with the execution (exec_leak.c I4).
 */
void weft_exec_keep(struct weft_exec *x, const void *ptr);
/* The end of the life of @addr; what follows on it is the caller's to notice. */
void weft_exec_free(struct weft_exec *x, const void *addr);
/*
 * A loop that reads @obj until @ready: goes on as soon as that is so, unlike
 * cpu_relax(), which gives everybody else a turn first.
 */
void weft_exec_spin_until(struct weft_exec *x, const void *obj,
			  const char *what, int (*ready)(void *arg),
			  void *arg);
/*
 * A turn of a loop that found nothing to do: no operation, but from the second
 * one on the execution is watched for coming back to where it was.
 */
void weft_exec_relax(struct weft_exec *x);
/* Is the running execution watched for that? Then what calls have left on the
 * stack is to be cleared, or it would show in later frames (exec_cycle.h, I1). */
extern bool weft_exec_watched;
void weft_exec_scrub(const struct weft_exec *x);
unsigned int weft_exec_choose(struct weft_exec *x, unsigned int n,
			      const char *what);
/**
 * weft_exec_inject() - does this go wrong?
 *
 * A data choice where there is a bound on faults (struct weft_exec_config
 * @faults_max), or when it is armed; else false. When as many as the bound have
 * happened, false is the one answer left (exec_inject.c, I3).
 */
bool weft_exec_inject(struct weft_exec *x, const struct weft_fault *fault);
/* Would it ask? So that the same is looked at whatever others had. */
bool weft_exec_may_inject(const struct weft_exec *x);
/* The bound on faults; 0: there are none. */
unsigned long weft_exec_faults_max(const struct weft_exec *x);
void weft_exec_note(struct weft_exec *x, enum weft_op_kind kind,
		    const char *text);
/* Is that what was recorded last, of the running task? */
bool weft_exec_has_noted(const struct weft_exec *x, enum weft_op_kind kind,
			 const char *text);

/* Accesses that the last execution made in vain, in a loop without operations. */
unsigned long weft_exec_spun(const struct weft_exec *x);
/**
 * weft_exec_progress() - does it get on?
 *
 * Differs between two calls whenever a step was made or an execution begun, and
 * is 0 while no task runs. Context: also a signal handler.
 */
uint64_t weft_exec_progress(const struct weft_exec *x);
/**
 * weft_exec_stall() - the running task will never make another step
 * @context: of the signal handler that says so (ucontext_t)
 * @limit:   "60 s of processor time"; lives as long as @x
 *
 * Ends the execution: WEFT_OUTCOME_STALLED. Does not return, unless the task is
 * inside of weft itself right now: then it may be asked again.
 * Context: a handler on an alternate stack, with SA_NODEFER.
 */
void weft_exec_stall(struct weft_exec *x, const void *context,
		     const char *limit);
/* Did that happen, in any execution? weft_exec_unmodelled() said where. */
bool weft_exec_is_stalled(const struct weft_exec *x);

/* Ends the execution; does not return. */
void weft_exec_abort(struct weft_exec *x, enum weft_outcome outcome)
	__attribute__((noreturn));
void weft_exec_abort_unmodelled(struct weft_exec *x, const char *symbol)
	__attribute__((noreturn));

/* Return addresses of the running task, innermost first. */
void weft_exec_stack(const struct weft_exec *x, struct weft_stack *ret);

#endif
