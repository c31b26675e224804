/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The explorer's side of the door: every call of struct weft_host forwarded to
 * the execution, every system call of a scenario forwarded to the image.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/exec.h"
#include "../scenarios/run.h"
#include "call_note.h"
#include "host.h"
#include "kernel.h"
#include "wait_name.h"

static struct weft_exec *x;
static struct weft_kernel *connected;
static void (*log_line)(int task, const char *line);
static bool direct;		/* weft_kernel_bypass() */

static void host_lock_init(const struct weft_lock_ref *ref)
{
	weft_exec_lock_init(x, ref);
}

static void host_lock(const struct weft_lock_ref *ref, unsigned int mode)
{
	weft_exec_lock(x, ref, mode);
}

static int host_trylock(const struct weft_lock_ref *ref, unsigned int mode)
{
	return weft_exec_trylock(x, ref, mode);
}

static void host_unlock(const struct weft_lock_ref *ref, unsigned int mode)
{
	weft_exec_unlock(x, ref, mode);
}

static void host_downgrade(const struct weft_lock_ref *ref)
{
	weft_exec_downgrade(x, ref);
}

static int host_lock_held(const void *addr)
{
	return weft_exec_lock_held(x, addr);
}

static const char *host_held_within(const void *addr, unsigned long len)
{
	uint32_t class;

	return weft_exec_holds_within(x, addr, len, &class) ?
	       weft_exec_class_name(x, class) : NULL;
}

static int host_lock_busy(const struct weft_lock_ref *ref)
{
	return weft_exec_lock_busy(x, ref);
}

static void host_annotate(const struct weft_lock_ref *ref, unsigned int mode,
			  int acquire)
{
	if (acquire)
		weft_exec_annotate(x, ref, mode, acquire == WEFT_ANNOTATE_TRIED);
	else
		weft_exec_annotate_end(x, ref, mode);
}

static void host_await(unsigned int kind, const void *obj, const char *what,
		       int (*ready)(void *arg), void *arg,
		       unsigned int (*reads)(void *arg, const void **ret))
{
	if (kind == WEFT_WAIT_SCHEDULE)
		what = wait_name(what);
	weft_exec_await_reads(x, kind, obj, what, ready, arg, reads);
}

static void host_state(unsigned int use, const void *obj)
{
	weft_exec_state(x, (enum weft_state_use)use, obj);
}

static void host_event(unsigned int kind, const void *obj, const char *what)
{
	weft_exec_notify(x, kind, obj, what);
}

static void host_access(unsigned int kind, const void *addr, unsigned int size,
			unsigned long pc)
{
	weft_exec_access(x, kind, addr, size, pc);
}

static void host_order(unsigned int kind, const void *addr, unsigned int size)
{
	weft_exec_order(x, kind, addr, size);
}

static unsigned int host_choose(unsigned int n, const char *what)
{
	return weft_exec_choose(x, n, what);
}

static int host_inject(const struct weft_fault *fault)
{
	return weft_exec_inject(x, fault);
}

static int host_may_inject(void)
{
	return weft_exec_may_inject(x);
}

static int host_spawn(const char *name, void (*fn)(void *arg), void *arg,
		      void *cookie, unsigned int flags)
{
	return weft_exec_spawn(x, name, fn, arg, cookie, flags);
}

static int host_self(void)
{
	return weft_exec_self(x);
}

static void *host_cookie(void)
{
	return weft_exec_cookie(x);
}

static void *host_alloc(unsigned long size, unsigned long align,
			const char *what)
{
	return weft_exec_alloc(x, size, align, what);
}

/* The class of a lock that was used before; false when none is known there. */
static bool class_of(const void *lock, uint32_t *ret)
{
	const struct weft_object *object =
		lock ? weft_object_find(weft_exec_objects(x), lock) : NULL;

	if (object)
		*ret = object->class;
	return object != NULL;
}

static void host_defect(const struct weft_host_defect *from, int fatal)
{
	int tasks[2] = { weft_exec_self(x), -1 };
	uint32_t classes[1 + WEFT_HELD_MAX];
	bool known = class_of(from->lock, classes);
	char sort[400];
	struct weft_defect defect = {
		.kind = from->kind, .summary = from->summary, .sort = sort,
		.placed = true, .classes = classes, .classes_n = known,
		.tasks = tasks, .tasks_n = 1, .object = from->object,
	};
	struct weft_finding *finding;

	snprintf(sort, sizeof(sort), "%s:%s%s%s", from->kind, from->sort,
		 known ? ":" : "",
		 known ? weft_exec_class_name(x, classes[0]) : "");
	if (from->show & WEFT_SHOW_ATOMIC)
		defect.classes_n += weft_exec_spinning(x, classes + known);
	if (known && from->show & WEFT_SHOW_LOCK) {
		tasks[1] = weft_exec_holder(x, from->lock);
		defect.tasks_n += tasks[1] >= 0 && tasks[1] != tasks[0];
	}
	finding = weft_report_defect(x, &defect);
	if (from->show & WEFT_SHOW_LOCK)
		weft_relate_lock(x, finding, from->lock);
	if (from->show & WEFT_SHOW_ATOMIC)
		weft_relate_atomic(x, finding);
	if (from->show & WEFT_SHOW_COUNTER)
		weft_relate_counter(x, finding, from->object);
	/* What warns is in the log already. */
	if (!weft_exec_has_noted(x, WEFT_OP_CALL, from->summary))
		weft_exec_note(x, WEFT_OP_CALL, from->summary);
	if (fatal)
		weft_exec_abort(x, WEFT_OUTCOME_FATAL);
}

/* Its text is its sort: for texts in which nothing varies. */
static void host_finding(const char *kind, const char *summary)
{
	const struct weft_host_defect defect = {
		.kind = kind, .sort = summary, .summary = summary,
	};

	host_defect(&defect, 0);
}

__attribute__((noreturn))
static void host_fatal(const char *kind, const char *summary)
{
	host_finding(kind, summary);
	weft_exec_abort(x, WEFT_OUTCOME_FATAL);
}

static void host_section(unsigned int section, int enter)
{
	weft_exec_section(x, (enum weft_section)section, enter);
}

static const void *host_lock_within(const void *addr, unsigned long len)
{
	const void *lock = NULL;

	weft_exec_holder_within(x, addr, len, &lock);
	return lock;
}

static void host_free(const void *ptr, int quiet)
{
	weft_exec_free_memory(x, ptr, quiet);
}

static void host_keep(const void *ptr)
{
	weft_exec_keep(x, ptr);
}

static unsigned long host_alloc_size(const void *ptr)
{
	return weft_region_alloc_size(weft_exec_region(x), ptr);
}

static const char *host_alloc_what(const void *ptr)
{
	return weft_region_alloc_what(weft_exec_region(x), ptr);
}

static void host_save(const void *addr, unsigned long len)
{
	weft_region_save(weft_exec_region(x), addr, len);
}

static void host_touch(const void *addr, unsigned long len, int write)
{
	weft_region_touch(weft_exec_region(x), addr, len, write);
}

static void host_plain(const void *addr, unsigned long len, int write,
		       unsigned long pc)
{
	weft_exec_plain(x, addr, len, write, pc);
}

__attribute__((noreturn))
static void host_unmodelled(const char *symbol)
{
	weft_exec_abort_unmodelled(x, symbol);
}

static void host_log(const char *line)
{
	weft_exec_note(x, WEFT_OP_CALL, line);
	if (log_line)
		log_line(weft_exec_self(x), line);
}

static unsigned int host_stack(unsigned long *ret_pc, unsigned int max)
{
	struct weft_stack stack;
	unsigned int i;

	weft_exec_stack(x, &stack);
	for (i = 0; i < stack.n && i < max; i++)
		ret_pc[i] = stack.pc[i];
	return i;
}

static void host_count_room(void)
{
	weft_exec_count_room(x);
}

static struct weft_host host = {
	.abi = WEFT_HOST_ABI,
	.lock_init = host_lock_init,
	.lock = host_lock,
	.trylock = host_trylock,
	.unlock = host_unlock,
	.downgrade = host_downgrade,
	.lock_held = host_lock_held,
	.held_within = host_held_within,
	.lock_busy = host_lock_busy,
	.annotate = host_annotate,
	.await = host_await,
	.state = host_state,
	.event = host_event,
	.access = host_access,
	.order = host_order,
	.choose = host_choose,
	.inject = host_inject,
	.may_inject = host_may_inject,
	.spawn = host_spawn,
	.self = host_self,
	.cookie = host_cookie,
	.alloc = host_alloc,
	.free = host_free,
	.keep = host_keep,
	.alloc_size = host_alloc_size,
	.alloc_what = host_alloc_what,
	.save = host_save,
	.touch = host_touch,
	.plain = host_plain,
	.finding = host_finding,
	.fatal = host_fatal,
	.defect = host_defect,
	.section = host_section,
	.lock_within = host_lock_within,
	.unmodelled = host_unmodelled,
	.log = host_log,
	.count_room = host_count_room,
	.stack = host_stack,
};

static int call_boot(void)
{
	return connected->image->boot(&host);
}

static void *call_task_create(const char *name)
{
	return connected->image->task_create(name);
}

static void call_task_exit(void *cookie)
{
	connected->image->task_exit(cookie);
}

static void call_task_enter(void *cookie)
{
	*connected->image->current_slot = cookie;
}

/*
 * What must hold of a task that goes back to user space. That no task work is
 * left is the model's business, not the tested code's.
 */
static void check_return_to_user(unsigned int nr)
{
	char when[80];

	assert(!connected->image->pending_work() &&
	       "a system call left task work undone");
	if (!weft_exec_holds_any(x, &(uint32_t){ 0 }))
		return;
	snprintf(when, sizeof(when), "returns to user space from %s()",
		 call_note_name(nr));
	weft_exec_report_held(x, when);
}

static void note_call(unsigned int nr, const unsigned long arg[6])
{
	char text[400];

	call_note_begin(nr, arg, text, sizeof(text));
	weft_exec_note(x, WEFT_OP_CALL, text);
}

static void note_return(unsigned int nr, const unsigned long arg[6],
			long result)
{
	char text[64];

	call_note_learn(nr, arg, result);
	call_note_end(nr, result, text, sizeof(text));
	weft_exec_note(x, WEFT_OP_RETURN, text);
}

static long call_syscall(unsigned int nr, const unsigned long arg[6])
{
	long result;

	assert(nr < WEFT_SYS_COUNT);
	if (direct)
		return connected->image->syscall(nr, arg);
	if (weft_exec_is_recording(x))
		note_call(nr, arg);
	result = connected->image->syscall(nr, arg);
	if (weft_exec_is_recording(x))
		note_return(nr, arg, result);
	else if (weft_exec_is_setup(x))
		call_note_learn(nr, arg, result);
	check_return_to_user(nr);
	return result;
}

static struct weft_kernel_calls calls = {
	.boot = call_boot,
	.task_create = call_task_create,
	.task_exit = call_task_exit,
	.task_enter = call_task_enter,
	.syscall = call_syscall,
};

static void direct_lock(const struct weft_lock_ref *ref, unsigned int mode)
{
	(void)ref;
	(void)mode;
}

static int direct_trylock(const struct weft_lock_ref *ref, unsigned int mode)
{
	(void)ref;
	(void)mode;
	return 1;
}

static int direct_lock_held(const void *addr)
{
	(void)addr;
	return 2;
}

static const char *direct_held_within(const void *addr, unsigned long len)
{
	(void)addr;
	(void)len;
	return NULL;
}

static const void *direct_lock_within(const void *addr, unsigned long len)
{
	(void)addr;
	(void)len;
	return NULL;
}

static void direct_init(const struct weft_lock_ref *ref)
{
	(void)ref;
}

static void direct_annotate(const struct weft_lock_ref *ref, unsigned int mode,
			    int acquire)
{
	(void)ref;
	(void)mode;
	(void)acquire;
}

static void direct_state(unsigned int use, const void *obj)
{
	(void)use;
	(void)obj;
}

static void direct_event(unsigned int kind, const void *obj, const char *what)
{
	(void)kind;
	(void)obj;
	(void)what;
}

static void direct_save(const void *addr, unsigned long len)
{
	(void)addr;
	(void)len;
}

static void direct_touch(const void *addr, unsigned long len, int write)
{
	(void)addr;
	(void)len;
	(void)write;
}

static void direct_plain(const void *addr, unsigned long len, int write,
			 unsigned long pc)
{
	(void)addr;
	(void)len;
	(void)write;
	(void)pc;
}

void weft_kernel_bypass(void)
{
	host.lock_init = direct_init;
	host.lock = direct_lock;
	host.trylock = direct_trylock;
	host.unlock = direct_lock;
	host.downgrade = direct_init;
	host.lock_held = direct_lock_held;
	host.held_within = direct_held_within;
	host.annotate = direct_annotate;
	host.lock_within = direct_lock_within;
	host.event = direct_event;
	host.state = direct_state;
	host.save = direct_save;
	host.touch = direct_touch;
	host.plain = direct_plain;
	direct = true;
}

void weft_kernel_connect(struct weft_kernel *kernel, struct weft_exec *exec,
			 void (*log)(int task, const char *line))
{
	connected = kernel;
	x = exec;
	log_line = log;
	host.hot = &weft_exec_region(exec)->hot;
	calls.version_code = kernel->image->version_code;
}

const struct weft_kernel_calls *weft_kernel_calls(void)
{
	return &calls;
}

/* An address in the guarded pages of unmodelled data has a symbol's name. */
static const char *fault_name(void *arg, uintptr_t addr)
{
	const struct weft_image *image = arg;
	const char *best = NULL, *best_addr = NULL;
	unsigned long i;

	if (addr < (uintptr_t)image->stub_data ||
	    addr >= (uintptr_t)image->stub_data_end)
		return NULL;
	for (i = 0; i < image->stub_count; i++)
		if ((uintptr_t)image->stub_names[i].addr <= addr &&
		    image->stub_names[i].addr >= best_addr) {
			best = image->stub_names[i].name;
			best_addr = image->stub_names[i].addr;
		}
	return best ? best : "unmodelled data";
}

void weft_kernel_configure(const struct weft_kernel *kernel,
			   struct weft_exec_config *config)
{
	config->data = kernel->data;
	config->data_size = kernel->data_size;
	config->current_slot = kernel->image->current_slot;
	config->text.begin = kernel->text_begin;
	config->text.end = kernel->text_end;
	config->model.begin = (uintptr_t)kernel->image->model_begin;
	config->model.end = (uintptr_t)kernel->image->model_end;
	config->glass.begin = (uintptr_t)kernel->image->glass_begin;
	config->glass.end = (uintptr_t)kernel->image->glass_end;
	config->counting = kernel->image->counting;
	config->counters = kernel->image->counters_begin;
	config->counters_n = (size_t)(kernel->image->counters_end -
				      kernel->image->counters_begin);
	config->seen = kernel->image->seen;
	config->fault = fault_name;
	config->fault_arg = (void *)kernel->image;
}
