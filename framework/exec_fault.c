/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Oopses: a fault of the tested code becomes a finding, on an alternate stack.
 *
 * The handler never returns to the faulting code: it switches to the explorer,
 * which is why the signals are not masked while it runs.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "exec_internal.h"

static char fault_stack[64 << 10];

static const char *fault_name(int signo)
{
	switch (signo) {
	case SIGFPE:
		return "divide error";
	case SIGILL:
		return "invalid opcode";
	case SIGBUS:
		return "bus error";
	default:
		return "unable to handle page fault";
	}
}

/* A non-canonical address, e.g. poison, faults without telling which it was. */
static bool is_protection_fault(const siginfo_t *info)
{
	return info->si_signo == SIGSEGV && info->si_code == SI_KERNEL;
}

static void fault_registers(const ucontext_t *uc, uintptr_t *pc, uintptr_t *fp)
{
#if defined(__x86_64__)
	*pc = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
	*fp = (uintptr_t)uc->uc_mcontext.gregs[REG_RBP];
#elif defined(__aarch64__)
	*pc = (uintptr_t)uc->uc_mcontext.pc;
	*fp = (uintptr_t)uc->uc_mcontext.regs[29];
#else
	*pc = *fp = 0;
#endif
}

static void give_up(int signo)
{
	/* Not ours: let it kill us the usual way. */
	signal(signo, SIG_DFL);
	raise(signo);
}

static bool is_stack_guard(const struct weft_exec *x, uintptr_t addr)
{
	uintptr_t low = (uintptr_t)x->threads[x->running].co.stack;

	return addr < low && addr >= low - 4096;
}

/* Who jumped to where there is no code left its return address. */
static uintptr_t caller_of_bad_jump(const struct weft_exec *x,
				    const ucontext_t *uc)
{
#if defined(__x86_64__)
	uintptr_t sp = (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];
	uintptr_t low = (uintptr_t)x->threads[x->running].co.stack;

	if (sp < low || sp > low + WEFT_STACK_BYTES - sizeof(sp))
		return 0;
	return *(const uintptr_t *)sp;
#elif defined(__aarch64__)
	(void)x;
	return (uintptr_t)uc->uc_mcontext.regs[30];
#else
	(void)x;
	(void)uc;
	return 0;
#endif
}

/*
 * A program without an image is tested code and framework in one: its faults
 * count as its own.
 */
static bool is_tested_code(const struct weft_exec *x, uintptr_t pc)
{
	return x->config.text.begin == x->config.text.end ||
	       (pc >= x->config.text.begin && pc < x->config.text.end);
}

static void report_oops(struct weft_exec *x, const char *what,
			const char *detail, const struct weft_stack *stack)
{
	char sort[200], summary[240];
	const struct weft_defect defect = {
		.kind = "crash", .summary = summary, .sort = sort,
		.placed = true, .tell_place = true, .tasks = &x->running,
		.tasks_n = 1, .stack = stack,
	};

	snprintf(sort, sizeof(sort), "crash:oops: %s", what);
	snprintf(summary, sizeof(summary), "oops: %s%s", what, detail);
	weft_report_defect(x, &defect);
	exec__record_step(x, WEFT_OP_CALL, NULL, 0, false, 0, summary);
	weft_exec_abort(x, WEFT_OUTCOME_FATAL);
}

static const char *oops_text(const struct weft_exec *x, const siginfo_t *info,
			     bool bad_jump)
{
	uintptr_t addr = (uintptr_t)info->si_addr;

	if (bad_jump)
		return addr < 4096 ? "call through a NULL function pointer" :
				     "jump to where there is no code";
	if (is_protection_fault(info))
		return "general protection fault, probably for non-canonical address";
	if (is_stack_guard(x, addr))
		return "kernel stack overflow, unable to handle page fault";
	if (addr < 4096 && info->si_signo == SIGSEGV)
		return "kernel NULL pointer dereference";
	return fault_name(info->si_signo);
}

enum fault_access { ACCESS_UNKNOWN, ACCESS_READ, ACCESS_WRITE };

static enum fault_access fault_access(const ucontext_t *uc)
{
#if defined(__x86_64__)
	/* Bit 1 of the error code of a page fault. */
	return uc->uc_mcontext.gregs[REG_ERR] & 2 ? ACCESS_WRITE : ACCESS_READ;
#else
	(void)uc;
	return ACCESS_UNKNOWN;
#endif
}

/*
 * ": read of address 0x10". An address below 2^47 that is no small number can
 * come from the memory map of this process, which differs from run to run.
 */
static void fault_detail(const siginfo_t *info, const ucontext_t *uc,
			 bool bad_jump, char *ret, size_t size)
{
	static const char *const words[] = {
		[ACCESS_UNKNOWN] = "access to", [ACCESS_READ] = "read of",
		[ACCESS_WRITE] = "write to",
	};
	uintptr_t addr = (uintptr_t)info->si_addr;
	const char *word = bad_jump ? "jump to" : words[fault_access(uc)];

	*ret = '\0';
	if ((info->si_signo != SIGSEGV && info->si_signo != SIGBUS) ||
	    is_protection_fault(info))
		return;
	if (addr < 1 << 20 || addr >> 47)
		snprintf(ret, size, ": %s address 0x%lx", word,
			 (unsigned long)addr);
	else
		snprintf(ret, size, ": %s an address where nothing is", word);
}

static void on_fault(int signo, siginfo_t *info, void *context)
{
	struct weft_exec *x = weft_exec_current;
	uintptr_t addr = (uintptr_t)info->si_addr, pc, fp;
	struct weft_stack stack = { .n = 0 };
	const char *symbol = NULL;
	char detail[80];
	bool bad_jump;

	if (!x || x->running < 0 || x->on_hub) {
		give_up(signo);
		return;
	}
	fault_registers(context, &pc, &fp);
	if (x->config.fault && (signo == SIGSEGV || signo == SIGBUS))
		symbol = x->config.fault(x->config.fault_arg, addr);
	if (symbol)
		weft_exec_abort_unmodelled(x, symbol);
	bad_jump = signo == SIGSEGV && pc == addr;
	if (bad_jump)
		pc = caller_of_bad_jump(x, context) - 1;
	stack.pc[stack.n++] = pc + 1;	/* a return address, as usual */
	exec__walk(x, fp, &stack);
	if (!is_tested_code(x, pc)) {
		x->failed_at = stack;
		x->unmodelled = fault_name(signo);
		exec__finish(x, WEFT_OUTCOME_INTERNAL);
	}
	fault_detail(info, context, bad_jump, detail, sizeof(detail));
	report_oops(x, oops_text(x, info, bad_jump), detail, &stack);
}

static void describe(struct weft_exec *x)
{
	char place[300] = "an unknown place";

	if (x->config.place)
		x->config.place(x->config.place_arg, &x->failed_at, place,
				sizeof(place));
	if (x->outcome == WEFT_OUTCOME_STALLED)
		snprintf(x->failure, sizeof(x->failure),
			 "task %d (%s) made no step in %s: it is in %s",
			 x->running, x->threads[x->running].name,
			 x->unmodelled, place);
	else
		snprintf(x->failure, sizeof(x->failure),
			 "%s outside of the kernel image, in weft or in a scenario, below %s: a defect of weft, or of the scenario's own code",
		 x->unmodelled, place);
	x->unmodelled = x->failure;
}

void exec__fault_describe(struct weft_exec *x)
{
	if (x->outcome == WEFT_OUTCOME_INTERNAL ||
	    x->outcome == WEFT_OUTCOME_STALLED)
		describe(x);
}

uint64_t weft_exec_progress(const struct weft_exec *x)
{
	if (!x || x->running < 0 || x->on_hub)
		return 0;
	return ((uint64_t)x->race.run + 1) << 40 ^ x->region.hot.step;
}

void weft_exec_stall(struct weft_exec *x, const void *context,
		     const char *limit)
{
	uintptr_t pc, fp;

	fault_registers(context, &pc, &fp);
	/* Elsewhere libc may be in the middle of something, with a lock held. */
	if (x->on_hub || !is_tested_code(x, pc))
		return;
	x->failed_at.n = 0;
	x->failed_at.pc[x->failed_at.n++] = pc + 1;
	exec__walk(x, fp, &x->failed_at);
	x->stalled = true;
	x->unmodelled = limit;
	exec__finish(x, WEFT_OUTCOME_STALLED);
}

bool weft_exec_is_stalled(const struct weft_exec *x)
{
	return x->stalled;
}

void exec__fault_install(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
	static bool installed;
	stack_t stack = { .ss_sp = fault_stack, .ss_size = sizeof(fault_stack) };
	struct sigaction action = {
		.sa_sigaction = on_fault,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
	};
	size_t i;

	if (installed)
		return;
	installed = true;
	sigemptyset(&action.sa_mask);
	sigaltstack(&stack, NULL);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}
