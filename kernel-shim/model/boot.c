// SPDX-License-Identifier: GPL-2.0-only
/*
 * The image's side of the door: what the explorer enters it by.
 *
 *  I1  The current slot holds the boot task's struct task_struct before any of
 *      our code runs (task.c); the host keeps it as task 0's cookie.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/version.h>
#include <generated/utsrelease.h>
#include "tasks.h"
#include "vfs.h"

const struct weft_host *weft_host;

/* access.c */
void weft_access_init(struct weft_hot *shared);

/* Made by the link: see stub/image.lds and stub/gen-stub.sh. */
extern const char weft_model_begin[], weft_model_end[];
extern const char weft_glass_begin[], weft_glass_end[];
extern char weft_data_begin[];
extern char weft_data_end[];
extern unsigned long weft_gcov_counters_begin[];
extern unsigned long weft_gcov_counters_end[];
extern struct weft_counting weft_counting;
extern const void *const weft_gcov_begin[];
extern const void *const weft_gcov_end[];
extern char weft_stub_data[];
extern char weft_stub_data_end[];
extern const struct weft_stub_name weft_stub_names[];
extern const unsigned long weft_stub_count;

/**
 * weft_unmodelled() - stops at what the model does not know
 * @symbol: its name
 */
void __noreturn weft_unmodelled(const char *symbol)
{
	weft_host->unmodelled(symbol);
}

extern struct weft_image weft_image;

/* The hooks work once this is done, so it must not make any itself. */
static WEFT_QUIET int door_open(const struct weft_host *host)
{
	if (host->abi != WEFT_HOST_ABI)
		return -EINVAL;
	weft_host = host;
	weft_access_init(host->hot);
	return 0;
}

static int weft_boot(const struct weft_host *host)
{
	if (door_open(host))
		return -EINVAL;
	weft_page_init();
	weft_percpu_init();
	weft_image.stub_count = weft_stub_count;
	weft_tasks_init();
	return weft_run_initcalls();
}

static void *task_create(const char *name)
{
	return weft_task_create(name);
}

static void task_exit(void *cookie)
{
	weft_task_exit(cookie);
}

struct weft_image weft_image __attribute__((visibility("default"))) = {
	.abi		= WEFT_HOST_ABI,
	.release	= UTS_RELEASE,
	.version_code	= LINUX_VERSION_CODE,
	.current_slot	= (void **)&weft_current_slot,
	.boot		= weft_boot,
	.task_create	= task_create,
	.task_exit	= task_exit,
	.syscall	= weft_syscall,
	.pending_work	= weft_task_pending_work,
	.seen		= weft_rcu_seen,
	.data_begin	= weft_data_begin,
	.data_end	= weft_data_end,
	.counters_begin	= weft_gcov_counters_begin,
	.counters_end	= weft_gcov_counters_end,
	.counting	= &weft_counting,
	.model_begin	= weft_model_begin,
	.model_end	= weft_model_end,
	.glass_begin	= weft_glass_begin,
	.glass_end	= weft_glass_end,
	.gcov_begin	= weft_gcov_begin,
	.gcov_end	= weft_gcov_end,
	.stub_data	= weft_stub_data,
	.stub_data_end	= weft_stub_data_end,
	.stub_names	= weft_stub_names,
};
