/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Coroutines: the smallest thing that can be switched.
 *
 * The interface follows libcoro (create, transfer, destroy); one of several
 * backends is linked in, chosen by configure: "asm" (co_x86_64.S,
 * co_aarch64.S) or "ucontext".
 *
 *  I1  Everything a suspended coroutine needs lies in its struct weft_co and in
 *      the bytes weft_co_used() names; copying both back restores it.
 *  I2  A switch makes no system call in the asm backend.
 *  I3  A host decides who runs. In the asm backend it is asked by a call onto its own
 *      stack, which returns as any call does; only going on in another coroutine
 *      returns to where the processor does not expect it.
 */
#ifndef WEFT_CO_H
#define WEFT_CO_H

#include <stddef.h>
#ifdef WEFT_CO_UCONTEXT
#include <ucontext.h>
#endif

/**
 * struct weft_co - a coroutine; only what comes before @stack ever changes
 * @sp:    stack pointer while suspended
 * @stack: lowest byte of its stack; NULL for the thread that called first
 * @size:  size of the stack in bytes
 * @fn:    entry; must never return
 * @arg:   its argument
 */
struct weft_co {
	void	*sp;
#ifdef WEFT_CO_UCONTEXT
	ucontext_t context;
#endif
	char	*stack;
	size_t	size;
	void	(*fn)(void *arg);
	void	*arg;
};

/**
 * struct weft_co_hub - whoever decides which coroutine runs, see weft_co_host()
 * @next: who runs next; NULL: nobody any more
 */
struct weft_co_hub {
	struct weft_co	co;
	struct weft_co	*(*next)(void *arg);
	void		*arg;
};

extern const char weft_co_backend[];

/**
 * weft_co_create() - prepare @co so that the first switch to it calls fn(arg)
 * @stack: lowest byte; stays owned by the caller and must outlive @co
 * Context: any stack.
 */
void weft_co_create(struct weft_co *co, void (*fn)(void *arg), void *arg,
		    char *stack, size_t size);

/**
 * weft_co_switch() - suspend @from (the running one) and resume @to
 * Context: returns when somebody switches back to @from.
 */
void weft_co_switch(struct weft_co *from, struct weft_co *to);

/**
 * weft_co_host() - run @first, and then one after the other, until nobody is next
 * @host: the caller; it decides by next(arg) when somebody yields to it
 * Context: returns when next(arg) says NULL, or somebody switches to host->co. Some
 *          backends ask once more after the latter: @next says NULL then.
 */
void weft_co_host(struct weft_co_hub *host, struct weft_co *first,
		  struct weft_co *(*next)(void *arg), void *arg);

/**
 * weft_co_yield() - suspend @from (the running one) and let its host decide
 * Context: returns when the host decides for @from, or somebody switches to it.
 */
void weft_co_yield(struct weft_co *from, struct weft_co_hub *host);

/**
 * weft_co_used() - the part of its stack a suspended coroutine needs
 * @ret_len: bytes from the returned address to the top of the stack
 */
char *weft_co_used(const struct weft_co *co, size_t *ret_len);

/*
 * weft_co_live() - of that, what holds frames: the rest is room for whatever
 * the switch itself puts there
 */
char *weft_co_live(const struct weft_co *co, size_t *ret_len);

#endif
