// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inside and outside of gdb; contract in gdb.h.
 *
 * What gdb.py calls and reads has no other user: weft_gdb_stop() is where it
 * stops, weft_gdb_at and weft_gdb_until count recorded steps, weft_gdb_show() and
 * weft_gdb_say() print. They run on the stack of the task that was stopped.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "assets/assets.h"
#include "campaign.h"
#include "finding_table.h"
#include "gdb.h"
#include "output.h"

#define INSIDE "WEFT_INSIDE_GDB"

void weft_gdb_stop(void);
void weft_gdb_show(const char *what);
void weft_gdb_say(void);
extern unsigned long weft_gdb_at, weft_gdb_until;
extern const char *weft_gdb_tree;

unsigned long weft_gdb_at, weft_gdb_until;
const char *weft_gdb_tree = "";

static struct campaign *watched;
static struct weft_symbols *symbols;	/* the campaign's come later */
static const struct weft_step *last;	/* valid while it is being watched */

int gdb_is_around(void)
{
	return getenv(INSIDE) != NULL;
}

void gdb_become(const char *path)
{
	char exe[4096], script[100];
	int fd = memfd_create("gdb.py", 0);
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (fd < 0 || n < 0 ||
	    write(fd, asset_gdb_py, strlen(asset_gdb_py)) !=
	    (ssize_t)strlen(asset_gdb_py)) {
		output_error("--gdb: cannot pass a script to gdb: %m");
		return;
	}
	exe[n] = '\0';
	snprintf(script, sizeof(script),
		 "python exec(open('/proc/self/fd/%d').read())", fd);
	unsetenv("WEFT_GDB");
	setenv(INSIDE, "0", 1);
	execlp("gdb", "gdb", "-q", "-ex", script, "--args", exe, "replay", path,
	       (char *)NULL);
	if (errno == ENOENT)
		output_error("--gdb: gdb is not installed (Debian: apt install gdb)");
	else
		output_error("--gdb: cannot run gdb: %m");
}

/* gdb has a breakpoint here. */
__attribute__((noinline)) void weft_gdb_stop(void)
{
	__asm__ volatile("" ::: "memory");
}

static void watch(void *arg, const struct weft_step *step)
{
	(void)arg;
	last = step;
	if (step)
		weft_gdb_at++;
	if (weft_gdb_until ? weft_gdb_at == weft_gdb_until : !step)
		weft_gdb_stop();
	last = NULL;
}

void gdb_watch(struct campaign *c)
{
	const char *slash = c->has_kernel ? strrchr(c->kernel.path, '/') : NULL;

	watched = c;
	weft_gdb_until = strtoul(getenv(INSIDE), NULL, 10);
	weft_gdb_tree = slash ? output_format("%.*s/tree", (int)
					      (slash - c->kernel.path),
					      c->kernel.path) : "";
	symbols = weft_symbols_open(c->has_kernel ? &c->kernel : NULL);
	weft_exec_watch(c->x, watch, NULL);
}

/* --- what gdb.py prints --- */

static void show_place(const struct weft_stack *stack)
{
	char place[300];

	if (weft_place_name(symbols, stack, place, sizeof(place)))
		printf(" in %s", place);
	putchar('\n');
}

static const char *name_of(const struct weft_evidence *now, int task)
{
	return task >= 0 && (size_t)task < now->tasks_n &&
	       now->tasks[task].name ? now->tasks[task].name : "nobody";
}

static void show_wait(const struct weft_evidence *now,
		      const struct weft_task_state *task)
{
	printf("next: %s%s", task->wait_lock ? "lock " : "",
	       task->wait_lock ? task->wait_lock :
	       task->wait_text ? task->wait_text : "something");
	if (task->wait_holder == task->id)
		fputs(", held by itself", stdout);
	else if (task->wait_holder >= 0)
		printf(", held by %s", name_of(now, task->wait_holder));
	show_place(&task->wait_stack);
}

static void show_threads(const struct weft_evidence *now, int running)
{
	size_t i, j;

	for (i = 0; i < now->tasks_n; i++) {
		const struct weft_task_state *task = &now->tasks[i];

		printf("%c %2d  %-16s ", task->id == running ? '*' : ' ',
		       task->id, task->name ? task->name : "");
		if (task->id == running)
			puts("runs");
		else if (task->ended)
			puts("has ended");
		else if (task->blocked)
			show_wait(now, task);
		else
			puts("can go on");
		for (j = 0; j < task->held_n; j++)
			printf("      holds %s%s since step %lu\n",
			       task->held[j].lock, task->held[j].shared ?
			       " (shared)" : "", task->held[j].step);
	}
}

static void show_locks(const struct weft_evidence *now)
{
	size_t i, j, k, n = 0;

	for (i = 0; i < now->tasks_n; i++)
		for (j = 0; j < now->tasks[i].held_n; j++) {
			const struct weft_held_lock *held =
				&now->tasks[i].held[j];

			n++;
			printf("%s#%u%s: held by %s since step %lu", held->lock,
			       held->instance, held->shared ? " (shared)" : "",
			       name_of(now, (int)i), held->step);
			show_place(&held->stack);
			for (k = 0; k < now->tasks_n; k++)
				if (now->tasks[k].wait_lock &&
				    now->tasks[k].wait_instance ==
				    held->instance &&
				    !strcmp(now->tasks[k].wait_lock,
					    held->lock))
					printf("    %s wants it\n",
					       name_of(now, (int)k));
		}
	if (!n)
		puts("nobody holds a lock");
}

/* Who waits for whom, from each task on, until it ends or comes round. */
static void show_chain(const struct weft_evidence *now, size_t from)
{
	const struct weft_task_state *task = &now->tasks[from];
	size_t links = 0;

	while (links++ <= now->tasks_n) {
		printf("%s, ", task->name);
		if (task->ended || !task->blocked) {
			puts(task->ended ? "which has ended" :
			     "which can go on");
			return;
		}
		show_wait(now, task);
		if (task->wait_holder < 0)
			return;
		if (task->wait_holder == (int)from) {
			printf("which is where we began: %s never goes on\n",
			       now->tasks[from].name);
			return;
		}
		fputs("  and ", stdout);
		task = &now->tasks[task->wait_holder];
	}
}

static void show_why(const struct weft_evidence *now, int running)
{
	size_t i, n = 0;

	for (i = 0; i < now->tasks_n; i++) {
		const struct weft_task_state *task = &now->tasks[i];

		if (task->service || task->ended || !task->blocked ||
		    task->id == running || task->wait_holder < 0)
			continue;
		n++;
		show_chain(now, i);
	}
	if (!n)
		puts("nobody waits for a lock that is held");
}

void weft_gdb_show(const char *what)
{
	struct weft_evidence now = { 0 };
	int running = last ? last->task : -1;

	weft_exec_describe(watched->x, &now);
	if (!strcmp(what, "threads"))
		show_threads(&now, running);
	else if (!strcmp(what, "locks"))
		show_locks(&now);
	else
		show_why(&now, running);
	weft_evidence_clear(&now);
	fflush(stdout);
}

void weft_gdb_say(void)
{
	struct weft_finding *findings;
	size_t n;

	if (last) {
		printf("step %lu, %s: %s %s", weft_gdb_at,
		       weft_exec_task(watched->x, last->task).name,
		       weft_op_name(last->kind), last->lock ? last->lock :
		       last->text ? last->text : "");
		show_place(&last->stack);
	} else {
		findings = weft_exec_findings(watched->x, &n);
		printf("after step %lu: %s\n", weft_gdb_at,
		       n ? findings[n - 1].summary : "");
	}
	fflush(stdout);
}
