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

static void on_fault(int signo, siginfo_t *info, void *context)
{
	struct weft_exec *x = weft_exec_current;
	uintptr_t addr = (uintptr_t)info->si_addr, pc, fp;
	const char *symbol = NULL;
	char summary[160];
	size_t n;

	if (!x || x->running < 0 || x->on_hub) {
		give_up(signo);
		return;
	}
	fault_registers(context, &pc, &fp);
	if (x->config.fault && (signo == SIGSEGV || signo == SIGBUS))
		symbol = x->config.fault(x->config.fault_arg, addr);
	if (symbol)
		weft_exec_abort_unmodelled(x, symbol);
	snprintf(summary, sizeof(summary), "oops: %s%s",
		 is_stack_guard(x, addr) ? "kernel stack overflow, " : "",
		 is_protection_fault(info) ?
		 "general protection fault, probably for non-canonical address" :
		 addr < 4096 && signo == SIGSEGV ?
		 "kernel NULL pointer dereference" : fault_name(signo));
	weft_report(x, "crash", summary, summary, NULL, 0, &x->running, 1);
	n = x->findings_n;
	if (n) {
		struct weft_stack *stack = &x->findings[n - 1].stack;

		stack->n = 0;
		stack->pc[stack->n++] = pc + 1;	/* a return address, as usual */
		exec__walk(x, fp, stack);
	}
	exec__record_step(x, WEFT_OP_CALL, NULL, 0, false, 0, summary);
	weft_exec_abort(x, WEFT_OUTCOME_FATAL);
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
