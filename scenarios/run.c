/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs a scenario as task 0 of an execution; contract in run.h. */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/exec.h"
#include "../framework/probe.h"
#include "../kernel-shim/syscalls.h"
#include "run.h"

/* One scenario runs at a time; set by weft_scenario_main(). */
static struct weft_scenario_run *running;

/* What a task needs to start; lives in the snapshot. */
struct start {
	const struct weft_scenario_task *task;
	void *state;
};

static void task_main(void *arg)
{
	const struct start *start = arg;

	start->task->run(start->state);
	running->kernel->task_exit(weft_exec_cookie(running->exec));
}

static void *exec_alloc(size_t size)
{
	void *memory = weft_region_alloc(weft_exec_region(running->exec), 0,
					 size, 16);

	if (!memory)
		weft_exec_no_memory(running->exec, 0, size);
	return memory;
}

static void fail_setup(int err)
{
	if (!*running->error)
		snprintf(running->error, sizeof(running->error), "%s",
			 strerror(-err));
	weft_report(running->exec, "invariant", running->error, running->error,
		    NULL, 0, NULL, 0);
	weft_exec_abort(running->exec, WEFT_OUTCOME_FATAL);
}

static void set_up(const struct weft_scenario *scenario, void *state)
{
	int err = running->kernel->boot();

	if (err) {
		weft_scenario_error("booting the kernel image: %s",
				    strerror(-err));
		fail_setup(err);
	}
	err = scenario->setup ? scenario->setup(state) : 0;
	if (err)
		fail_setup(err);
	weft_exec_quiesce(running->exec);
}

static int create_tasks(const struct weft_scenario *scenario, void *state,
			struct start *starts, void **cookies)
{
	int n = 0;

	while (n < WEFT_SCENARIO_TASKS_MAX && scenario->tasks[n].name) {
		starts[n].task = &scenario->tasks[n];
		starts[n].state = state;
		cookies[n] = running->kernel->task_create(
						scenario->tasks[n].name);
		n++;
	}
	return n;
}

/* Everything a scenario does after setup, with nobody to interleave with. */
struct alone {
	const struct weft_scenario *scenario;
	void *state;
	void *const *cookies;
	int n;
};

static void run_alone(void *arg)
{
	const struct alone *alone = arg;
	void *main_cookie = weft_exec_cookie(running->exec);
	int i;

	for (i = 0; i < alone->n; i++) {
		running->kernel->task_enter(alone->cookies[i]);
		alone->scenario->tasks[i].run(alone->state);
		running->kernel->task_exit(alone->cookies[i]);
	}
	running->kernel->task_enter(main_cookie);
	if (alone->scenario->check)
		alone->scenario->check(alone->state);
}

static void run_tasks(const struct weft_scenario *scenario, void *state)
{
	struct weft_exec *x = running->exec;
	struct start *starts = exec_alloc(WEFT_SCENARIO_TASKS_MAX *
					  sizeof(*starts));
	void **cookies = exec_alloc(WEFT_SCENARIO_TASKS_MAX *
				    sizeof(*cookies));
	int i, n = create_tasks(scenario, state, starts, cookies);

	if (running->alone) {
		struct alone alone = { scenario, state, cookies, n };

		running->alone(run_alone, &alone);
	}
	/* Scenario code is not instrumented. */
	weft_exec_unhooked(x, state, scenario->state_size + 1);
	weft_exec_snapshot_here(x);
	for (i = 0; i < n; i++)
		weft_exec_spawn(x, scenario->tasks[i].name, task_main,
				&starts[i], cookies[i], 0);
	weft_exec_join_all(x);
	weft_exec_quiesce(x);
}

void weft_scenario_main(void *arg)
{
	const struct weft_scenario *scenario;
	void *state;
	int i;

	running = arg;
	scenario = running->scenario;
	for (i = 0; i < WEFT_SCENARIO_PROBES_MAX && scenario->probes[i]; i++)
		weft_probe_declare(scenario->probes[i]);
	if (scenario->model) {
		scenario->model();
		return;
	}
	state = exec_alloc(scenario->state_size + 1);
	set_up(scenario, state);
	run_tasks(scenario, state);
	if (scenario->check)
		scenario->check(state);
}

long weft_param(const char *key)
{
	const struct weft_scenario *scenario = running->scenario;
	int i;

	for (i = 0; i < 4 && scenario->params[i].key; i++)
		if (!strcmp(scenario->params[i].key, key))
			return running->params[i];
	return 0;
}

void weft_scenario_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(running->error, sizeof(running->error), format, args);
	va_end(args);
}

int weft_scenario_skip(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(running->error, sizeof(running->error), format, args);
	va_end(args);
	running->skipped = true;
	return -EOPNOTSUPP;
}

/* The same sentence at two places is two invariants. @values: or NULL */
static void report_violation(bool never, const char *what,
			     const char *expression, const char *values,
			     const char *file, int line)
{
	char summary[700], signature[400];
	const char *slash = strrchr(file, '/');
	int task = weft_exec_self(running->exec);
	struct weft_finding *finding;

	file = slash ? slash + 1 : file;
	snprintf(summary, sizeof(summary), "%s%s (%s:%d): %s%s%s",
		 never ? "" : "not true: ", what, file, line, expression,
		 values ? ", but it was " : "", values ? values : "");
	snprintf(signature, sizeof(signature), "invariant:%s in %s:%d", what,
		 file, line);
	finding = weft_report(running->exec, "invariant", summary, signature,
			      NULL, 0, &task, task ? 1 : 0);
	if (!finding)
		return;
	finding->check.sentence = strdup(what);
	finding->check.expression = strdup(expression);
	finding->check.values = values ? strdup(values) : NULL;
	finding->check.never = never;
	assert(finding->check.sentence && finding->check.expression &&
	       !values == !finding->check.values &&
	       "out of memory for findings");
}

void weft_scenario_check(bool ok, const char *what, const char *expression,
			 const char *file, int line)
{
	if (!ok)
		report_violation(false, what, expression, NULL, file, line);
}

void weft_scenario_never(bool wrong, const char *what, const char *expression,
			 const char *file, int line)
{
	if (wrong)
		report_violation(true, what, expression, NULL, file, line);
}

void weft_scenario_check_values(bool ok, const char *what,
				const char *expression, long left,
				const char *op, long right,
				const char *file, int line)
{
	char values[100];

	if (ok)
		return;
	snprintf(values, sizeof(values), "%ld %s %ld", left, op, right);
	report_violation(false, what, expression, values, file, line);
}

void weft_scenario_probe(const char *name, bool reached)
{
	weft_probe_hit(name, reached);
}

void weft_keep(const void *ptr)
{
	weft_exec_keep(running->exec, ptr);
}

unsigned int weft_kernel_version(void)
{
	return running->kernel ? running->kernel->version_code : 0;
}

static long call(unsigned int nr, unsigned long a, unsigned long b,
		 unsigned long c, unsigned long d)
{
	unsigned long arg[6] = { a, b, c, d };

	return running->kernel->syscall(nr, arg);
}

#define CALL(nr, a, b, c, d)						\
	call(WEFT_SYS_##nr, (unsigned long)(a), (unsigned long)(b),	\
	     (unsigned long)(c), (unsigned long)(d))

long sys_open(const char *path, int flags)
{
	return CALL(OPEN, path, flags, 0, 0);
}

long sys_close(int fd)
{
	return CALL(CLOSE, fd, 0, 0, 0);
}

long sys_read(int fd, void *buf, size_t len)
{
	return CALL(READ, fd, buf, len, 0);
}

long sys_write(int fd, const void *buf, size_t len)
{
	return CALL(WRITE, fd, buf, len, 0);
}

long sys_pread(int fd, void *buf, size_t len, off_t offset)
{
	return CALL(PREAD, fd, buf, len, offset);
}

long sys_pwrite(int fd, const void *buf, size_t len, off_t offset)
{
	return CALL(PWRITE, fd, buf, len, offset);
}

long sys_ioctl(int fd, unsigned long request, void *arg)
{
	return CALL(IOCTL, fd, request, arg, 0);
}

long sys_dup(int fd)
{
	return CALL(DUP, fd, 0, 0, 0);
}

long sys_eventfd(unsigned int value, int flags)
{
	return CALL(EVENTFD, value, flags, 0, 0);
}

long sys_access(const char *path)
{
	return CALL(ACCESS, path, 0, 0, 0);
}

long sys_readlink(const char *path, char *buf, size_t len)
{
	return CALL(READLINK, path, buf, len, 0);
}

long sys_insmod(const char *name)
{
	return CALL(INSMOD, name, 0, 0, 0);
}

long sys_rmmod(const char *name)
{
	return CALL(RMMOD, name, 0, 0, 0);
}

int weft_setup_driver(const char *name)
{
	long result = sys_insmod(name);

	if (result == -ENOENT)
		return weft_scenario_skip("the image of this kernel has no driver %s",
					  name);
	if (result < 0)
		weft_scenario_error("loading %s failed: %s", name,
				    strerror((int)-result));
	return (int)result;
}

long sys_write_file(const char *path, const char *text)
{
	long fd = sys_open(path, 1 /* O_WRONLY */);
	long result;

	if (fd < 0)
		return fd;
	result = sys_write((int)fd, text, strlen(text));
	sys_close((int)fd);
	return result;
}

long sys_read_file(const char *path, char *buf, size_t size)
{
	long fd = sys_open(path, 0 /* O_RDONLY */);
	long result;

	if (fd < 0)
		return fd;
	result = sys_read((int)fd, buf, size - 1);
	buf[result > 0 ? result : 0] = '\0';
	sys_close((int)fd);
	return result;
}
