// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel says: printk, WARN, BUG, panic.
 *
 *  L1  Every complete line of printk reaches the host, without level and newline.
 *  L2  WARN is a finding "crash" and goes on, as is dump_stack(); BUG and panic end the
 *      execution.
 *  L3  What lib/refcount.c warns of is a finding "refcount", what lockdep_assert()
 *      warns of is a finding "context".
 *
 * Drops: log levels, rate limits, consoles.
 */
#include <linux/bug.h>
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/kern_levels.h>
#include <linux/panic.h>
#include <linux/panic_notifier.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/string.h>
#include <linux/version.h>
#include "tasks.h"

int oops_in_progress;
int panic_on_warn;
int panic_timeout;
enum system_states system_state = SYSTEM_RUNNING;
int console_printk[4] = { 7, 4, 1, 7 };
ATOMIC_NOTIFIER_HEAD(panic_notifier_list);

static void line_keep(struct weft_task *t, const char *line)
{
	strscpy(t->last_line, line, sizeof(t->last_line));
}

static void line_log(const char *line)
{
	line_keep(weft_self(), line);
	weft_host->log(line);
}

/* Takes @text apart at its newlines; an unfinished last line counts as one. */
static void text_log(char *text)
{
	char *end;

	while (*text) {
		text = (char *)printk_skip_level(text);
		end = strchrnul(text, '\n');
		if (!*end) {
			line_log(text);
			return;
		}
		*end = '\0';
		line_log(text);
		text = end + 1;
	}
}

/* MODEL of kernel/printk/printk.c. Keeps: L1. Drops: all else. */
int vprintk(const char *fmt, va_list args)
{
	char text[WEFT_LINE_MAX];
	int n = vscnprintf(text, sizeof(text), fmt, args);

	text_log(text);
	return n;
}

/* MODEL of kernel/printk/printk.c. Keeps: L1. Drops: all else. */
int _printk(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vprintk(fmt, args);
	va_end(args);
	return n;
}

/* MODEL of kernel/printk/printk.c. Keeps: L1. Drops: all else. */
int _printk_deferred(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vprintk(fmt, args);
	va_end(args);
	return n;
}

/* MODEL of kernel/printk/printk.c. Keeps: L1. Drops: facility, level, device. */
int vprintk_emit(int facility, int level, const struct dev_printk_info *info,
		 const char *fmt, va_list args)
{
	return vprintk(fmt, args);
}

/* MODEL of kernel/printk/printk.c. Keeps: nothing is suppressed. Drops: limits. */
int __printk_ratelimit(const char *func)
{
	return 1;
}

/* The last part of a path: reports name files as the kernel's own lines do. */
static const char *tail_name(const char *file)
{
	const char *name = file;

	while ((file = strchr(file, '/')))
		name = ++file;
	return name;
}

#define REFCOUNT_TEXT	"refcount_t: "
/* lockdep_assert() is WARN_ON(debug_locks && !(…)). */
#define LOCKDEP_TEXT	"debug_locks && !("

static bool begins_with(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static void report(struct weft_host_defect *defect, char *summary)
{
	summary[strcspn(summary, "\n")] = '\0';
	line_log(summary);
	defect->summary = summary;
	weft_host->defect(defect, false);
}

/*
 * MODEL of lib/dump_stack.c. Keeps: it is a finding, with the line said before it: sysfs
 * and kobject code complain in this way. Drops: the text; reports carry stacks.
 */
void dump_stack(void)
{
	struct weft_host_defect defect = { .kind = "crash", .sort = "dump_stack" };
	char summary[WEFT_LINE_MAX];

	snprintf(summary, sizeof(summary), "stack dumped after: %s",
		 weft_self()->last_line);
	report(&defect, summary);
}

void dump_stack_lvl(const char *log_lvl)
{
	dump_stack();
}

/* lib/refcount.c found it; where it is from stands above that in the stack. */
static void refcount_report(char *text)
{
	struct weft_host_defect defect = {
		.kind = "refcount", .object = weft_self()->counter,
		.show = WEFT_SHOW_COUNTER,
	};

	text[strcspn(text, "\n")] = '\0';
	defect.sort = text + strlen(REFCOUNT_TEXT);
	report(&defect, text);
}

static void warn_report(const char *file, int line, const char *text)
{
	struct weft_host_defect defect = { .kind = "crash", .sort = "WARNING" };
	char summary[WEFT_LINE_MAX];

	text = printk_skip_level(text);
	if (file)
		snprintf(summary, sizeof(summary), "WARNING at %s:%d%s%s",
			 tail_name(file), line, *text ? ": " : "", text);
	else
		snprintf(summary, sizeof(summary), "WARNING%s%s",
			 *text ? ": " : "", text);
	report(&defect, summary);
}

/* MODEL of kernel/panic.c. Keeps: L2, and the condition. Drops: taint, registers. */
void weft_warn_on(const char *file, int line, const char *condition)
{
	if (begins_with(condition, LOCKDEP_TEXT))
		weft_lockdep_assertion(file, line);
	else
		warn_report(file, line, condition);
}

/* MODEL of kernel/panic.c. Keeps: L2. Drops: taint, registers. */
void warn_slowpath_fmt(const char *file, int line, unsigned int taint,
		       const char *fmt, ...)
{
	char text[128] = "";
	va_list args;

	if (fmt) {
		va_start(args, fmt);
		vsnprintf(text, sizeof(text), fmt, args);
		va_end(args);
	}
	if (begins_with(text, REFCOUNT_TEXT))
		refcount_report(text);
	else
		warn_report(file, line, text);
}

/* MODEL of kernel/panic.c. Keeps: L2. Drops: place: not in its arguments. */
void __warn_printk(const char *fmt, ...)
{
	char text[128];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	warn_report(NULL, 0, text);
}

/* BUG() says where in the line before: generic BUG() is printk() and panic("BUG!"). */
static void __noreturn panic_with(const char *text)
{
	char summary[WEFT_LINE_MAX];
	const char *line = weft_self()->last_line;
	struct weft_host_defect defect = {
		.kind = "crash", .summary = summary,
		.sort = strcmp(text, "BUG!") ? "panic" : "BUG",
	};

	if (!strcmp(text, "BUG!") && *line)
		snprintf(summary, sizeof(summary), "kernel %s", line);
	else
		snprintf(summary, sizeof(summary), "Kernel panic: %s", text);
	summary[strcspn(summary, "\n")] = '\0';
	weft_host->defect(&defect, true);
	__builtin_unreachable();
}

/* MODEL of kernel/panic.c. Keeps: L2. Drops: notifiers, reboot. */
void __noreturn panic(const char *fmt, ...)
{
	char text[128];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	panic_with(text);
}

/* MODEL of kernel/panic.c. Keeps: nothing. Drops: taint. */
void add_taint(unsigned int flag, enum lockdep_ok ok)
{
}

int test_taint(unsigned int flag)
{
	return 0;
}

/* MODEL of kernel/panic.c. Keeps: ends the execution. Drops: nothing. */
void __noreturn __stack_chk_fail(void)
{
	weft_host->fatal("crash", "stack-protector: kernel stack is corrupted");
}
