/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the explorer and the code under test agree on: kinds of locks, waits
 * and accesses, and the memory the access hooks share with the explorer.
 *
 * Contract: C base types only, no include, so that a kernel image (kernel
 * headers) and the explorer (libc headers) can both read it.
 */
#ifndef WEFT_PORT_H
#define WEFT_PORT_H

/* What kind of thing a lock object is; decides its shape in reports. */
enum weft_lock_kind {
	WEFT_LOCK_MUTEX,
	WEFT_LOCK_SPIN,
	WEFT_LOCK_RWSEM,	/* a queued writer blocks later readers */
	WEFT_LOCK_RWLOCK,	/* likewise */
	WEFT_LOCK_SEMAPHORE,
	WEFT_LOCK_ANNOTATION,	/* lock_acquire() only: never blocks by itself */
	WEFT_LOCK_KINDS
};

enum weft_lock_mode { WEFT_EXCLUSIVE, WEFT_SHARED };

/**
 * struct weft_lock_ref - how the kernel side names a lock
 * @addr:     address of the lock object; its identity within an execution
 * @name:     lockdep's class name, e.g. "&group->group_lock"; lives for ever
 * @key:      lockdep's class key; with @subclass the identity of the class.
 *            NULL means: the lock itself is its class (a static lock).
 * @kind:     enum weft_lock_kind
 * @subclass: lockdep nesting subclass
 */
struct weft_lock_ref {
	const void	*addr;
	const char	*name;
	const void	*key;
	unsigned char	kind;
	unsigned char	subclass;
};

/* Awaits: why a task waits. One name per reason; used in reports. */
enum weft_wait_kind {
	WEFT_WAIT_SCHEDULE,	/* schedule(): object is the task's __state */
	WEFT_WAIT_COMPLETION,
	WEFT_WAIT_QUEUE,
	WEFT_WAIT_RCU,		/* a grace period */
	WEFT_WAIT_SRCU,
	WEFT_WAIT_WORK,		/* flush or cancel of a work item */
	WEFT_WAIT_ACTIVE,	/* kernfs active references */
	WEFT_WAIT_SEMAPHORE,
	WEFT_WAIT_JOIN,		/* another task's end */
	WEFT_WAIT_TIME,		/* sleep or timeout: time advances last */
	WEFT_WAIT_IDLE,		/* a service task without work: may stay for ever */
	WEFT_WAIT_SPIN,		/* cpu_relax() loop */
	WEFT_WAIT_ASSUME,	/* never ends; the program rules this execution out */
	WEFT_WAIT_KINDS
};

/* Events that never block but that other tasks can notice. */
enum weft_event_kind {
	WEFT_EVENT_WAKE,
	WEFT_EVENT_COMPLETE,
	WEFT_EVENT_QUEUE_WORK,
	WEFT_EVENT_CALL_RCU,
	WEFT_EVENT_KINDS
};

/*
 * What a task does to state of the model: it looks at it, changes it, or changes it
 * in a way that commutes with other changes of this sort.
 */
enum weft_state_use { WEFT_STATE_READ, WEFT_STATE_WRITE, WEFT_STATE_ADD };

#define WEFT_READS_MAX 72	/* names of what one wait looks at */

/* In which a task must not sleep, besides those of spinning locks. */
enum weft_section {
	WEFT_SECTION_RCU, WEFT_SECTION_PREEMPT, WEFT_SECTION_IRQ,
	WEFT_SECTION_BH, WEFT_SECTIONS
};

/* Marked (volatile or atomic) accesses to memory. */
enum weft_access_kind { WEFT_ACCESS_READ, WEFT_ACCESS_WRITE, WEFT_ACCESS_RMW };

/*
 * Order that accesses do not show by themselves. ACQUIRE, RELEASE and FULL belong to
 * the marked access just made; LEFT and WAITED to what stands for one RCU reader: what
 * was done before LEFT comes before what is done behind WAITED, in every schedule.
 */
enum weft_order_kind {
	WEFT_ORDER_ACQUIRE,
	WEFT_ORDER_RELEASE,
	WEFT_ORDER_FULL,
	WEFT_ORDER_RMB,
	WEFT_ORDER_WMB,
	WEFT_ORDER_MB,
	WEFT_ORDER_LEFT,
	WEFT_ORDER_WAITED,
	WEFT_ORDER_QUIET,	/* plain accesses of this task are no races from here ... */
	WEFT_ORDER_QUIET_END,	/* ... to here; pairs nest */
	WEFT_ORDER_ATOMIC,	/* ... or count as marked; likewise */
	WEFT_ORDER_ATOMIC_END,
	WEFT_ORDER_ATOMIC_NEXT,	/* ... or the next @size of them do; 0 ends that */
	WEFT_ORDER_KINDS
};

/**
 * struct weft_fault - what may go wrong
 * @what:   "kmalloc"; lives for ever, as does @result
 * @result: " = NULL", how it shows; or NULL
 * @size:   what was asked for; 0: of no interest
 * @armed:  the scenario asked for it, so that it does not count
 */
struct weft_fault {
	const char	*what, *result;
	unsigned long	size;
	int		armed;
};

#define WEFT_SPAWN_SERVICE 1u	/* may be left waiting in WEFT_WAIT_IDLE at the end */

/**
 * struct weft_granule - what the explorer knows of 8 bytes of memory
 * @epoch: snapshot epoch in which the old value was logged for undo
 * @owner: task that touched it since the snapshot, plus one; 0 nobody
 * @flags: WEFT_GRANULE_…; grow only, over all executions of a campaign, but for
 *         RACY, which is the same for the whole of an execution
 * @state: which of the bytes may be accessed: 0 all, 1 to 7 only the first ones,
 *         below 0 none (WEFT_MEMORY_…); undone with the memory
 */
struct weft_granule {
	unsigned int	epoch;
	unsigned char	owner;
	unsigned char	flags;
	signed char	state;
	unsigned char	spare;
};
#define WEFT_GRANULE_MULTI	1u	/* more than one task touched it */
#define WEFT_GRANULE_WRITTEN	2u	/* somebody wrote it after the snapshot */
#define WEFT_GRANULE_SHARED	3u	/* both: operations on it are scheduling points */
#define WEFT_GRANULE_TRIED	4u	/* tried, looked at or freed: unlock is a point too */
#define WEFT_GRANULE_RACED	8u	/* a race of plain accesses was found */
#define WEFT_GRANULE_RACY	16u	/* plain accesses are points in this execution */

#define WEFT_MEMORY_REDZONE	(-1)	/* around an allocation */
#define WEFT_MEMORY_FREED	(-2)

/*
 * Either a word and its old value or, with a bit of WEFT_UNDO_ROW set in @addr, a
 * row of granules and what they were (region_heap.c).
 */
#define WEFT_UNDO_STATES	1u	/* of one state, which is in @old with their number */
#define WEFT_UNDO_FRESH		2u	/* @old of them; valid, and zero */
#define WEFT_UNDO_ROW		3u

struct weft_undo_entry {
	unsigned long	addr;
	unsigned long	old;
};

/**
 * struct weft_counting - shared with the hooks of coverage counters (tally.h)
 * @epoch: changes at each mark: a counter of another epoch is logged when it is
 *         counted next; 0 means no logging yet
 * @log, @n, @max: counters and their old values, oldest first
 */
struct weft_counting {
	unsigned long		epoch;
	struct weft_undo_entry	*log;
	unsigned long		n;
	unsigned long		max;
};

/**
 * struct weft_hot - state shared with the access hooks, for their fast path
 * @base, @size:  the watched region (image data, arenas, stacks), in bytes
 * @granules:     one per 8 bytes of the region
 * @epoch:        current snapshot epoch; 0 means no logging yet
 * @task:         running task, plus one
 * @plain:        0: plain accesses to SHARED granules need no slow path
 * @step:         number of operations applied in this execution
 * @step_stop:    the slow path must be entered when @step reaches it
 * @promotions:   granules that became SHARED, TRIED or RACED; grows only
 * @undo, @undo_n, @undo_max: log of old values, oldest first
 * @recording: this execution is run for its evidence; sections are told
 * @accesses_left: until the slow path has to look whether this ever ends; each
 *                 plain access counts it down (exec_spin.c)
 */
struct weft_hot {
	unsigned long		base;
	unsigned long		size;
	struct weft_granule	*granules;
	unsigned int		epoch;
	unsigned int		task;
	unsigned int		plain;
	unsigned long		step;
	unsigned long		step_stop;
	unsigned long		promotions;
	struct weft_undo_entry	*undo;
	unsigned long		undo_n;
	unsigned long		undo_max;
	unsigned int		recording;
	unsigned long		accesses_left;
};

#endif
