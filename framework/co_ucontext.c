/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Coroutines over POSIX ucontext: portable, slower (two system calls a switch
 * to save and restore the signal mask).
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "co.h"
#include "co_asan.h"
#include "co_host.h"

const char weft_co_backend[] = "ucontext";

/* Room below the frame of weft_co_switch() that swapcontext() may use. */
enum { SLACK_BYTES = 1024 };

/* makecontext() passes ints only: a pointer travels in two halves. */
static void co_entry(unsigned int high, unsigned int low)
{
	struct weft_co *co = (struct weft_co *)
		(((uintptr_t)high << 16 << 16) | (uintptr_t)low);

	co_asan_arrive(NULL);
	co->fn(co->arg);
	assert(!"coroutine returned");
}

void weft_co_create(struct weft_co *co, void (*fn)(void *arg), void *arg,
		    char *stack, size_t size)
{
	uintptr_t self = (uintptr_t)co;

	co->stack = stack;
	co->size = size;
	co->fn = fn;
	co->arg = arg;
	memset(stack + size - 16, 0, 16);
	getcontext(&co->context);
	co->context.uc_stack.ss_sp = stack;
	co->context.uc_stack.ss_size = size - 16;
	co->context.uc_link = NULL;
	makecontext(&co->context, (void (*)(void))co_entry, 2,
		    (unsigned int)(self >> 16 >> 16), (unsigned int)self);
	co->sp = stack + size - SLACK_BYTES;
}

void weft_co_switch(struct weft_co *from, struct weft_co *to)
{
	void *fake = NULL;

	/* Registers go to the stack, as with the other backend: exec_cycle.h, I1. */
	__builtin_unwind_init();
	from->sp = (char *)__builtin_frame_address(0) - SLACK_BYTES;
	co_asan_leave(&fake, to);
	swapcontext(&from->context, &to->context);
	co_asan_arrive(fake);
}

/* The frame of weft_co_switch(), with the registers it saves, is in the slack. */
char *weft_co_live(const struct weft_co *co, size_t *ret_len)
{
	char *used = weft_co_used(co, ret_len);
	size_t room = SLACK_BYTES - 192;

	if (*ret_len < SLACK_BYTES + 16)
		return used;
	*ret_len -= room;
	return used + room;
}

char *weft_co_used(const struct weft_co *co, size_t *ret_len)
{
	char *sp = co->sp;

	if (sp < co->stack)
		sp = co->stack;
	assert(sp <= co->stack + co->size);
	*ret_len = (size_t)(co->stack + co->size - sp);
	return sp;
}
