/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one door between a kernel image and the explorer.
 *
 * This header is read on both sides: by kernel-shim/model/ (which sees kernel
 * headers) and by kernel-shim/host.c (which sees libc). It therefore uses C
 * base types only and includes nothing but framework/port.h and
 * syscalls.h, which do not either.
 *
 * Contract:
 *  H1  Everything by which one task can affect another goes through a call
 *      below or through an access hook (model/access.c). Model code keeps its
 *      own data in plain memory of the image or of alloc(), never anywhere
 *      else, because that memory is what snapshot and restore know about.
 *  H2  Calls marked POINT publish an operation before it takes effect; another
 *      task may run before the call returns.
 *  H3  Calls marked NORETURN end the whole execution.
 *  H4  Every call is made on the stack of the task it is about.
 */
#ifndef WEFT_HOST_H
#define WEFT_HOST_H

#include "../framework/port.h"
#include "syscalls.h"

#define WEFT_HOST_ABI 10
#define WEFT_ANNOTATE_TRIED 2

/* What a defect shows besides its own place. */
#define WEFT_SHOW_LOCK		1u	/* where @lock is held, or was released last */
#define WEFT_SHOW_ATOMIC	2u	/* why the task must not sleep */
#define WEFT_SHOW_COUNTER	4u	/* who changed @object before */

/**
 * struct weft_host_defect - a defect of the tested code
 * @kind:    the detector
 * @sort:    the same text for all of its sort; with the place and the lock's
 *           class it says which findings are the same
 * @summary: one sentence
 * @lock:    map of the lock it is about, or NULL
 * @object:  memory it is about, or NULL
 * @show:    WEFT_SHOW_…
 */
struct weft_host_defect {
	const char	*kind;
	const char	*sort;
	const char	*summary;
	const void	*lock;
	const void	*object;
	unsigned int	show;
};

/**
 * struct weft_host - what the explorer offers to a kernel image
 *
 * lock:       POINT. Blocks until the lock is acquired. The same task taking a
 *             non-recursive lock again blocks for ever, as in the kernel.
 * trylock:    POINT. 1 acquired, 0 not.
 * unlock:     Event; a point if the lock was ever tried, looked at or freed, and
 *             where preemptions are counted.
 * downgrade:  Exclusive to shared.
 * lock_held:  0 no, 1 shared, 2 exclusive: by the running task.
 * held_within: Class name of a lock in @len bytes at @addr that the running task
 *             holds; NULL when there is none.
 * lock_busy:  0 free, 1 shared, 2 exclusive: by any task. POINT (a read).
 * lock_init:  (Re-)initialises the object and sets its class.
 * annotate:   lock_acquire()/lock_release() of a lockdep map: goes into the
 *             held list and the lock graph, never blocks. @acquire is 0 to
 *             release, 1 to acquire, 2 (tried) to acquire without an edge
 *             into the map that could close a cycle.
 * await:      POINT. Returns when ready(arg) is non-zero and the task is
 *             picked. ready() must only read; it runs on any stack. @obj names
 *             what is waited for, @what is its text for reports (WEFT_WAIT_SCHEDULE:
 *             may be the name of a lock, see wait_name.h). reads(arg) names
 *             all else that ready(arg) may look at, into room for WEFT_READS_MAX,
 *             and returns how many; NULL: it may look at anything.
 * state:      The running task reads or changes (enum weft_state_use) what waits know
 *             by the name @obj, an address in memory that is watched. No point. See
 *             framework/exec_state.c.
 * event:      POINT, published before the caller makes the change.
 * access:     POINT, slow path of the hooks: a marked access to shared memory.
 * order:      What orders accesses besides them: enum weft_order_kind; no point.
 *             ACQUIRE, RELEASE and FULL follow the marked access they belong to.
 * choose:     Data choice among 0..n-1 (fault injection); replayed.
 * inject:     Does this go wrong? A data choice where there is a bound on faults, or
 *             where it is armed; else 0. Two POINTs: the choice, and what follows it.
 * may_inject: Would it ask at all? The same for all of a task's life.
 * spawn:      New task running fn(arg); runnable at once. Returns its id.
 *             @cookie becomes *current_slot while it runs.
 * self:       Id of the running task; 0 is the boot task.
 * cookie:     The running task's cookie.
 * alloc:      Bump allocation in the running task's arena, zeroed, aligned to
 *             @align (power of two); never reused within an execution. @what is
 *             its name in reports; NULL: it belongs to the model and is no leak.
 * free:       Ends the life of an allocation; wrong or double: a finding that
 *             ends the execution. @quiet: it may still be accessed.
 * keep:       The allocation that @ptr points into is no leak, nor is what it points
 *             to, until it is freed.
 * alloc_size: Usable size of a live allocation; 0 if @ptr is not the start of one.
 * alloc_what: @what of a live allocation that starts at @ptr; NULL if none does.
 * save:       Logs @len old bytes before an uninstrumented write.
 * touch:      Accounts for a marked access that the hooks cannot do alone.
 * plain:      POINT if a race is known. Slow path of the hooks, and plain access
 *             by uninstrumented code (memcpy and friends). @pc: return address of
 *             the call that stands for the access.
 * finding:    Reports a defect of the tested code; the execution goes on.
 * fatal:      NORETURN. The same, and the execution ends here (oops, BUG).
 * defect:     The same with more to show; ends the execution when @fatal.
 * section:    The running task enters or leaves an outermost section in which
 *             it must not sleep. To be told only while hot->recording.
 * lock_within: Map of a lock in @len bytes at @addr that any task holds; NULL
 *             when there is none. Annotations do not count.
 * unmodelled: NORETURN. Verdict unmodelled, naming @symbol.
 * log:        One line of kernel log, without newline.
 * count_room: Makes room in the log of weft_image.counting.
 * stack:      Fills up to @max return addresses of the caller; count.
 */
struct weft_host {
	unsigned int	abi;
	struct weft_hot	*hot;

	void	(*lock_init)(const struct weft_lock_ref *ref);
	void	(*lock)(const struct weft_lock_ref *ref, unsigned int mode);
	int	(*trylock)(const struct weft_lock_ref *ref, unsigned int mode);
	void	(*unlock)(const struct weft_lock_ref *ref, unsigned int mode);
	void	(*downgrade)(const struct weft_lock_ref *ref);
	int	(*lock_held)(const void *addr);
	const char *(*held_within)(const void *addr, unsigned long len);
	int	(*lock_busy)(const struct weft_lock_ref *ref);
	void	(*annotate)(const struct weft_lock_ref *ref, unsigned int mode,
			    int acquire);

	void	(*await)(unsigned int kind, const void *obj, const char *what,
			 int (*ready)(void *arg), void *arg,
			 unsigned int (*reads)(void *arg, const void **ret));
	void	(*state)(unsigned int use, const void *obj);
	void	(*event)(unsigned int kind, const void *obj, const char *what);
	void	(*access)(unsigned int kind, const void *addr, unsigned int size,
			  unsigned long pc);
	void	(*order)(unsigned int kind, const void *addr, unsigned int size);
	unsigned int (*choose)(unsigned int n, const char *what);
	int	(*inject)(const struct weft_fault *fault);
	int	(*may_inject)(void);

	int	(*spawn)(const char *name, void (*fn)(void *arg), void *arg,
			 void *cookie, unsigned int flags);
	int	(*self)(void);
	void	*(*cookie)(void);

	void	*(*alloc)(unsigned long size, unsigned long align,
			 const char *what);
	void	(*free)(const void *ptr, int quiet);
	void	(*keep)(const void *ptr);
	unsigned long (*alloc_size)(const void *ptr);
	const char *(*alloc_what)(const void *ptr);
	void	(*save)(const void *addr, unsigned long len);
	void	(*touch)(const void *addr, unsigned long len, int write);
	void	(*plain)(const void *addr, unsigned long len, int write,
			 unsigned long pc);

	void	(*finding)(const char *kind, const char *summary);
	void	(*fatal)(const char *kind, const char *summary)
			__attribute__((noreturn));
	void	(*defect)(const struct weft_host_defect *defect, int fatal);
	void	(*section)(unsigned int section, int enter);
	const void *(*lock_within)(const void *addr, unsigned long len);
	void	(*unmodelled)(const char *symbol) __attribute__((noreturn));
	void	(*log)(const char *line);
	void	(*count_room)(void);
	unsigned int (*stack)(unsigned long *ret_pc, unsigned int max);
};

/**
 * struct weft_image - what a kernel image offers; the only exported symbol
 *                     (named "weft_image") of kernel-TAG.so
 * @abi:          WEFT_HOST_ABI
 * @release:      "6.1.192"
 * @version_code: LINUX_VERSION_CODE
 * @current_slot: holds the running task's cookie (its struct task_struct)
 * @boot:         Runs the initcalls in order, on the boot task, once.
 *                0 or negative errno.
 * @task_create:  A cookie for a new userspace task with its own struct
 *                task_struct sharing the boot task's mm and files.
 * @task_exit:    Ends it (runs pending task work).
 * @syscall:      One system call by the running task, with what the kernel
 *                does on the way out (task work: deferred fput).
 * @pending_work: Non-zero if the running task has task work left; for asserts.
 * @seen:         What others can see of the running task when it stops, as a number,
 *                and the names by which they look at it: one of its own, and one for
 *                all tasks.
 * @data_begin, @data_end: writable data to be watched and restored; coverage
 *                counters and guarded pages are outside
 * @counters_begin, @counters_end: coverage counters
 * @counting:     tells when a counter changes for the first time since a mark
 * @model_begin, @model_end: code of the model, but for
 * @glass_begin, @glass_end: code that accesses memory for its caller, real or not
 * @gcov_begin, @gcov_end: pointers to struct gcov_info of the real files
 * @stub_data, @stub_data_end: guarded pages of unmodelled data symbols
 * @stub_names:   table of @stub_count {name, address} for these
 */
struct weft_image {
	unsigned int	abi;
	const char	*release;
	unsigned int	version_code;
	void		**current_slot;
	int	(*boot)(const struct weft_host *host);
	void	*(*task_create)(const char *name);
	void	(*task_exit)(void *cookie);
	long	(*syscall)(unsigned int nr, const unsigned long arg[6]);
	int	(*pending_work)(void);
	unsigned long (*seen)(const void **ret_own, const void **ret_all);
	char	*data_begin;
	char	*data_end;
	unsigned long *counters_begin;
	unsigned long *counters_end;
	struct weft_counting *counting;
	const char *model_begin;
	const char *model_end;
	const char *glass_begin;
	const char *glass_end;
	const void *const *gcov_begin;
	const void *const *gcov_end;
	char	*stub_data;
	char	*stub_data_end;
	const struct weft_stub_name {
		const char *name;
		const char *addr;
	} *stub_names;
	unsigned long	stub_count;
};

#endif
