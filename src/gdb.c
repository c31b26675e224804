// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inside and outside of gdb; contract in gdb.h.
 *
 * What gdb.py calls and reads has no other user: weft_gdb_stop() is where it
 * stops, weft_gdb_at and weft_gdb_until count recorded steps, and weft_gdb_texts
 * is what there is to say there. At a breakpoint of the user's it calls
 * weft_gdb_tell(), which runs on the stack of the task that was stopped. Where it
 * can, it only reads: gdb 13 cannot call anything on a processor whose saved
 * registers are larger than it knows (AMX).
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

struct gdb_texts {
	char			*stop, *threads, *locks, *why;
};

void weft_gdb_stop(void);
void weft_gdb_tell(void);
extern unsigned long weft_gdb_at, weft_gdb_until;
extern const char *weft_gdb_tree;
extern struct gdb_texts weft_gdb_texts;

unsigned long weft_gdb_at, weft_gdb_until;
const char *weft_gdb_tree = "";
struct gdb_texts weft_gdb_texts;

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
	if (weft_gdb_until ? weft_gdb_at == weft_gdb_until : !step) {
		weft_gdb_tell();
		weft_gdb_stop();
	}
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

static void show_place(FILE *out, const struct weft_stack *stack)
{
	char place[300];

	if (weft_place_name(symbols, stack, place, sizeof(place)))
		fprintf(out, " in %s", place);
	putc('\n', out);
}

static const char *name_of(const struct weft_evidence *now, int task)
{
	return task >= 0 && (size_t)task < now->tasks_n &&
	       now->tasks[task].name ? now->tasks[task].name : "nobody";
}

static void show_wait(FILE *out, const struct weft_evidence *now,
		      const struct weft_task_state *task)
{
	fprintf(out, "next: %s%s", !task->wait_lock ? "" :
		task->wait_text ? "wait for " : "lock ",
		task->wait_lock ? task->wait_lock :
		task->wait_text ? task->wait_text : "something");
	if (task->wait_holder == task->id)
		fputs(", held by itself", out);
	else if (task->wait_holder >= 0)
		fprintf(out, ", %s %s", task->wait_behind ? "behind" : "held by",
			name_of(now, task->wait_holder));
	if (task->wait_lock && task->wait_text)
		fprintf(out, ", at %s", task->wait_text);
	show_place(out, &task->wait_stack);
}

/* Return: the task that was stopped, or -1. */
static int running_task(void)
{
	return last ? last->task : -1;
}

static void show_threads(FILE *out, const struct weft_evidence *now)
{
	int running = running_task();
	size_t i, j;

	for (i = 0; i < now->tasks_n; i++) {
		const struct weft_task_state *task = &now->tasks[i];

		fprintf(out, "%c %2d  %-16s ", task->id == running ? '*' : ' ',
			task->id, task->name ? task->name : "");
		if (task->id == running)
			fputs("runs\n", out);
		else if (task->ended)
			fputs("has ended\n", out);
		else if (task->blocked)
			show_wait(out, now, task);
		else
			fputs("can go on\n", out);
		for (j = 0; j < task->held_n; j++)
			fprintf(out, "      holds %s%s since step %lu\n",
				task->held[j].lock, task->held[j].shared ?
				" (shared)" : "", task->held[j].step);
	}
}

static void show_locks(FILE *out, const struct weft_evidence *now)
{
	size_t i, j, k, n = 0;

	for (i = 0; i < now->tasks_n; i++)
		for (j = 0; j < now->tasks[i].held_n; j++) {
			const struct weft_held_lock *held =
				&now->tasks[i].held[j];

			n++;
			fprintf(out, "%s#%u%s: held by %s since step %lu",
				held->lock, held->instance,
				held->shared ? " (shared)" : "",
				name_of(now, (int)i), held->step);
			show_place(out, &held->stack);
			for (k = 0; k < now->tasks_n; k++)
				if (now->tasks[k].wait_lock &&
				    now->tasks[k].wait_instance ==
				    held->instance &&
				    !strcmp(now->tasks[k].wait_lock,
					    held->lock))
					fprintf(out, "    %s wants it\n",
						name_of(now, (int)k));
		}
	if (!n)
		fputs("nobody holds a lock\n", out);
}

/* Who waits for whom, from each task on, until it ends or comes round. */
static void show_chain(FILE *out, const struct weft_evidence *now, size_t from)
{
	const struct weft_task_state *task = &now->tasks[from];
	size_t links = 0;

	while (links++ <= now->tasks_n) {
		fprintf(out, "%s, ", task->name);
		if (task->ended || !task->blocked) {
			fputs(task->ended ? "which has ended\n" :
			      "which can go on\n", out);
			return;
		}
		show_wait(out, now, task);
		if (task->wait_holder < 0)
			return;
		if (task->wait_holder == (int)from) {
			fprintf(out, "which is where we began: %s never goes on\n",
				now->tasks[from].name);
			return;
		}
		fputs("  and ", out);
		task = &now->tasks[task->wait_holder];
	}
}

static void show_why(FILE *out, const struct weft_evidence *now)
{
	size_t i, n = 0;

	for (i = 0; i < now->tasks_n; i++) {
		const struct weft_task_state *task = &now->tasks[i];

		if (task->service || task->ended || !task->blocked ||
		    task->id == running_task() || task->wait_holder < 0)
			continue;
		n++;
		show_chain(out, now, i);
	}
	if (!n)
		fputs("nobody waits for a lock that is held\n", out);
}

static void show_stop(FILE *out, const struct weft_evidence *now)
{
	struct weft_finding *findings;
	size_t n;

	(void)now;
	if (last) {
		fprintf(out, "step %lu, %s: %s %s", weft_gdb_at,
			weft_exec_task(watched->x, last->task).name,
			weft_op_name(last->kind), last->lock ? last->lock :
			last->text ? last->text : "");
		show_place(out, &last->stack);
	} else {
		findings = weft_exec_findings(watched->x, &n);
		fprintf(out, "after step %lu: %s\n", weft_gdb_at,
			n ? findings[n - 1].summary : "");
	}
}

/* A text in place of the last one; none where there is no memory for it. */
static void tell(char **text, const struct weft_evidence *now,
		 void (*show)(FILE *out, const struct weft_evidence *now))
{
	size_t n;
	FILE *out;

	free(*text);
	*text = NULL;
	out = open_memstream(text, &n);
	if (!out)
		return;
	show(out, now);
	fclose(out);
}

void weft_gdb_tell(void)
{
	struct weft_evidence now = { 0 };

	if (!watched)
		return;	/* a breakpoint before the replay begins */
	weft_exec_describe(watched->x, &now);
	tell(&weft_gdb_texts.stop, &now, show_stop);
	tell(&weft_gdb_texts.threads, &now, show_threads);
	tell(&weft_gdb_texts.locks, &now, show_locks);
	tell(&weft_gdb_texts.why, &now, show_why);
	weft_evidence_clear(&now);
}
