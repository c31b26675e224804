/* SPDX-License-Identifier: GPL-2.0-only */
/* The strategies there are. */
#include <stddef.h>
#include <string.h>

#include "strategy.h"

const struct weft_strategy *const weft_strategies[] = {
	&weft_strategy_dpor,
	&weft_strategy_source,
	&weft_strategy_sleep,
	&weft_strategy_dfs,
	&weft_strategy_delay,
	&weft_strategy_random,
	&weft_strategy_pct,
	&weft_strategy_pos,
	&weft_strategy_surw,
	&weft_strategy_replay,
	NULL
};

const struct weft_strategy *weft_strategy_find(const char *name)
{
	size_t i;

	for (i = 0; weft_strategies[i]; i++)
		if (!strcmp(weft_strategies[i]->name, name))
			return weft_strategies[i];
	return NULL;
}
