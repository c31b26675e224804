/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tells ASan of switches (co_*.c only); nothing in other builds.
 *
 * @stack of struct weft_co is NULL for the thread that called first: its bounds
 * are learnt at the first switch away from it.
 */
#ifndef WEFT_CO_ASAN_H
#define WEFT_CO_ASAN_H

#include "co.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>

static const void *co_thread_bottom;
static size_t co_thread_size;

static inline void co_asan_leave(void **ret_fake, const struct weft_co *to)
{
	__sanitizer_start_switch_fiber(ret_fake, to->stack ? to->stack :
				       co_thread_bottom,
				       to->stack ? to->size : co_thread_size);
}

static inline void co_asan_arrive(void *fake)
{
	const void *bottom;
	size_t size;

	__sanitizer_finish_switch_fiber(fake, &bottom, &size);
	if (!co_thread_bottom) {
		co_thread_bottom = bottom;
		co_thread_size = size;
	}
}
#else
static inline void co_asan_leave(void **ret_fake, const struct weft_co *to)
{
	(void)ret_fake;
	(void)to;
}

static inline void co_asan_arrive(void *fake)
{
	(void)fake;
}
#endif

#endif
