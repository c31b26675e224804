/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A host that is switched to and decides there, for co_*.c where nothing calls
 * from one stack to another.
 */
#ifndef WEFT_CO_HOST_H
#define WEFT_CO_HOST_H

#include "co.h"

void weft_co_host(struct weft_co_hub *host, struct weft_co *first,
		  struct weft_co *(*next)(void *arg), void *arg)
{
	for (; first; first = next(arg))
		weft_co_switch(&host->co, first);
}

void weft_co_yield(struct weft_co *from, struct weft_co_hub *host)
{
	weft_co_switch(from, &host->co);
}

#endif
