/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scenarios: small multi-threaded userspace programs against the kernel's ABI.
 *
 * A scenario is one file with one struct weft_scenario and one line in
 * scenarios/registry.def. It reads like a reproducer: setup() prepares the
 * scene alone, each task's run() makes system calls, check() looks at what is
 * left when all tasks have ended.
 *
 *  - State shared between the functions lives in the struct they are given
 *    (state_size bytes, zeroed, part of the snapshot), never in globals.
 *  - System calls are the sys_…() functions below; results as the kernel
 *    returns them, negative errno on failure.
 */
#ifndef WEFT_SCENARIO_H
#define WEFT_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define WEFT_SCENARIO_TASKS_MAX 12
#define WEFT_SCENARIO_EXPECT_MAX 12
#define WEFT_SCENARIO_PROBES_MAX 8
#define WEFT_UNBOUNDED UINT32_MAX

struct weft_scenario_task {
	const char	*name;
	void		(*run)(void *state);
};

/**
 * struct weft_expectation - what is known to be true about a kernel
 * @kernel:  tags, or prefixes of the release followed by '*', separated by
 *           spaces; NULL: any. Of a kernel without a row nothing is expected
 * @verdict: "exhausted", "bug" or "incomplete"
 * @kind:    detector of the one finding expected; NULL for none
 * @summary: must occur in the finding's summary or signature; NULL: anything
 * @place:   functions: where it was noticed, then the related places, separated
 *           by spaces; a beginning will do. NULL: anywhere
 */
struct weft_expectation {
	const char	*kernel;
	const char	*verdict;
	const char	*kind;
	const char	*summary;
	const char	*place;
};

/**
 * struct weft_param - a size of a model program, set with --param KEY=VALUE
 * @least, @most: what the program is written for; anything else is the user's mistake
 */
struct weft_param {
	const char	*key;
	long		value;		/* the default */
	long		least, most;
};

/**
 * struct weft_scenario - see file comment
 * @name:        as on the command line; "model/…" needs no kernel image
 * @summary:     one line
 * @story:       the suspected interleaving, as a small table; or NULL
 * @tasks:       run at the same time; a NULL name ends the list
 * @setup:       0, or negative errno; calls weft_scenario_error() to say why
 * @check:       after all tasks have ended; may be NULL
 * @is_default:  explored when no scenario is named
 * @loops:       tasks spin: it is explored by dfs unless told otherwise
 * @symmetric:   tasks that are created alike stay alike: --symmetry may be used
 * @keep_going:  does not stop at the first finding: several are known
 * @preemptions: default bound; WEFT_UNBOUNDED: none, by a reduction
 * @faults:      default of --faults
 * @focus:       default of --focus (colon-separated prefixes), or NULL
 * @main_tasks:  model programs: tasks created from params; replaces @tasks
 */
struct weft_scenario {
	const char			*name;
	const char			*summary;
	const char			*story;
	struct weft_scenario_task	tasks[WEFT_SCENARIO_TASKS_MAX];
	size_t				state_size;
	int				(*setup)(void *state);
	void				(*check)(void *state);
	bool				is_default;
	bool				loops, symmetric;
	bool				keep_going;
	unsigned int			preemptions;
	unsigned int			faults;
	const char			*focus;
	const char			*probes[WEFT_SCENARIO_PROBES_MAX];
	struct weft_expectation		expect[WEFT_SCENARIO_EXPECT_MAX];
	struct weft_param		params[4];
	void				(*model)(void);
};

/* All scenarios, in the order of registry.def; a NULL ends the list. */
extern const struct weft_scenario *const weft_scenarios[];
const struct weft_scenario *weft_scenario_find(const char *name);
/* Kernel-free: named model/… */
bool weft_scenario_is_model(const struct weft_scenario *scenario);

/* Value of a parameter of the running scenario. */
long weft_param(const char *key);

/* Says why setup failed; text as for printf. */
void weft_scenario_error(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/*
 * weft_scenario_skip() - for setup(): this kernel lacks what the scenario needs
 * @format: what it lacks, as for printf; shown as the reason
 *
 * Not for what goes wrong. A skipped scenario passes nowhere: where something is
 * expected of it, being skipped is a failure.
 * Return: what setup() has to return.
 */
int weft_scenario_skip(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/*
 * WEFT_CHECK() - an invariant; a violation is a finding of kind "invariant"
 * @what: the sentence that is true when all is well
 */
#define WEFT_CHECK(condition, what)					\
	weft_scenario_check(!!(condition), what, #condition, __FILE__,	\
			    __LINE__)
void weft_scenario_check(bool ok, const char *what, const char *expression,
			 const char *file, int line);

/*
 * WEFT_NEVER() - an invariant the other way round, where that reads better
 * @what: the sentence that says what is wrong when the condition is true
 */
#define WEFT_NEVER(condition, what)					\
	weft_scenario_never(!!(condition), what, #condition, __FILE__,	\
			    __LINE__)
void weft_scenario_never(bool wrong, const char *what, const char *expression,
			 const char *file, int line);

/*
 * WEFT_CHECK_VALUES() - the same of two integers: a violation shows both
 * @op: ==, !=, <, <=, > or >=
 */
#define WEFT_CHECK_VALUES(left, op, right, what)			\
do {									\
	long weft_left = (left), weft_right = (right);			\
									\
	weft_scenario_check_values(weft_left op weft_right, what,	\
				   #left " " #op " " #right, weft_left,	\
				   #op, weft_right, __FILE__, __LINE__); \
} while (0)
void weft_scenario_check_values(bool ok, const char *what,
				const char *expression, long left,
				const char *op, long right,
				const char *file, int line);

/* WEFT_SOMETIMES() - counts the probe @name when @condition holds */
#define WEFT_SOMETIMES(name, condition)					\
	weft_scenario_probe(name, !!(condition))
void weft_scenario_probe(const char *name, bool reached);

/**
 * weft_keep() - this is kept on purpose: it is no leak
 * @ptr: into memory of the kernel under test, as one of its drivers told it. NULL:
 *       nothing. What was never allocated is a finding.
 *
 * Nor is a leak what it points to, and so on, until it is freed: what only a freed
 * object points to is lost. There is no need to declare what the setup allocated, nor
 * what a pointer in the state of the scenario points to. Drivers of scenarios have the
 * same function (<asm/weft_keep.h>); model programs have no memory that can be lost.
 * Context: setup(), tasks, check().
 */
void weft_keep(const void *ptr);

/* LINUX_VERSION_CODE of the kernel under test, as KERNEL_VERSION(a, b, c). */
unsigned int weft_kernel_version(void);

/* System calls of the running task. */
long sys_open(const char *path, int flags);
long sys_close(int fd);
long sys_read(int fd, void *buf, size_t len);
long sys_write(int fd, const void *buf, size_t len);
long sys_pread(int fd, void *buf, size_t len, off_t offset);
long sys_pwrite(int fd, const void *buf, size_t len, off_t offset);
long sys_ioctl(int fd, unsigned long request, void *arg);
long sys_dup(int fd);
long sys_eventfd(unsigned int value, int flags);
long sys_access(const char *path);
long sys_readlink(const char *path, char *buf, size_t len);
long sys_insmod(const char *name);
long sys_rmmod(const char *name);

/*
 * weft_setup_driver() - sys_insmod() for setup(): says why it failed, and skips
 * the scenario where the image has no such driver
 * Return: 0 or negative errno.
 */
int weft_setup_driver(const char *name);

/* open, write the string, close: the result of the write, or of the open */
long sys_write_file(const char *path, const char *text);
/* open, read, close: length; the text is terminated */
long sys_read_file(const char *path, char *buf, size_t size);

#endif
