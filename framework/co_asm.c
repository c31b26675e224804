/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Coroutines over a hand-written switch: what is common to all machines.
 *
 * The machine part (co_x86_64.S, co_aarch64.S) supplies weft_co_switch_sp(),
 * which pushes the callee-saved registers, stores the stack pointer and loads
 * the other one, and weft_co_entry(), which calls fn(arg) from registers that
 * the first frame below fills.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "co.h"
#include "co_asan.h"

void weft_co_switch_sp(void **ret_from_sp, void *to_sp);
void weft_co_entry(void);
/* Calls host->next() on the stack of the host, and loads the stack pointer of whom it
 * returns; that of the host if it is NULL. */
void weft_co_yield_sp(struct weft_co *from, struct weft_co_hub *host);

const char weft_co_backend[] = "asm";

/* Words the machine part pops before it returns; see the .S files. */
#if defined(__x86_64__)
enum { FRAME_WORDS = 8, SLOT_FN = 1, SLOT_ARG = 2, SLOT_PC = 7 };
#elif defined(__aarch64__)
enum { FRAME_WORDS = 20, SLOT_FN = 0, SLOT_ARG = 1, SLOT_PC = 11 };
#else
#error "no hand-written switch for this machine: configure --with-coroutines=ucontext"
#endif

#ifdef __SANITIZE_ADDRESS__
static void co_begin(void *arg)
{
	struct weft_co *co = arg;

	co_asan_arrive(NULL);
	co->fn(co->arg);
}
#endif

void weft_co_create(struct weft_co *co, void (*fn)(void *arg), void *arg,
		    char *stack, size_t size)
{
	uintptr_t top = ((uintptr_t)stack + size) & ~(uintptr_t)15;
	uintptr_t *frame;

	/* Two zero words end the chain of frame pointers for weft_stack(). */
	top -= 2 * sizeof(uintptr_t);
	memset((void *)top, 0, 2 * sizeof(uintptr_t));
	frame = (uintptr_t *)top - FRAME_WORDS;
	memset(frame, 0, FRAME_WORDS * sizeof(*frame));
	frame[SLOT_FN] = (uintptr_t)fn;
	frame[SLOT_ARG] = (uintptr_t)arg;
#ifdef __SANITIZE_ADDRESS__
	frame[SLOT_FN] = (uintptr_t)co_begin;
	frame[SLOT_ARG] = (uintptr_t)co;
#endif
	frame[SLOT_PC] = (uintptr_t)weft_co_entry;
	co->sp = frame;
	co->stack = stack;
	co->size = size;
	co->fn = fn;
	co->arg = arg;
}

void weft_co_switch(struct weft_co *from, struct weft_co *to)
{
	void *fake = NULL;

	co_asan_leave(&fake, to);
	weft_co_switch_sp(&from->sp, to->sp);
	co_asan_arrive(fake);
}

#ifdef __SANITIZE_ADDRESS__
#include "co_host.h"
#else
/* As the .S files have them. */
_Static_assert(offsetof(struct weft_co, sp) == 0 &&
	       offsetof(struct weft_co_hub, co.sp) == 0 &&
	       offsetof(struct weft_co_hub, next) == 40 &&
	       offsetof(struct weft_co_hub, arg) == 48, "places in a host");

void weft_co_host(struct weft_co_hub *host, struct weft_co *first,
		  struct weft_co *(*next)(void *arg), void *arg)
{
	host->next = next;
	host->arg = arg;
	weft_co_switch_sp(&host->co.sp, first->sp);
}

void weft_co_yield(struct weft_co *from, struct weft_co_hub *host)
{
	weft_co_yield_sp(from, host);
}
#endif

char *weft_co_live(const struct weft_co *co, size_t *ret_len)
{
	return weft_co_used(co, ret_len);
}

char *weft_co_used(const struct weft_co *co, size_t *ret_len)
{
	char *sp = co->sp;

	assert(sp >= co->stack && sp <= co->stack + co->size);
	*ret_len = (size_t)(co->stack + co->size - sp);
	return sp;
}
