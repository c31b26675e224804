/* SPDX-License-Identifier: GPL-2.0-only */
/* Sizes of subtrees, foretold; contract in forecast.h. */
#include <float.h>
#include <stdlib.h>

#include "forecast.h"

/* With more left of a bound than this it is as good as none. */
#define COSTS_MAX 32

/* Column k: the schedules that cost at most k more. */
static void add_row(const struct forecast *forecast, long double *row,
		    const struct weft_decision *decision,
		    const struct deviation_rules *rules)
{
	const long double *below = row + forecast->costs;
	unsigned int choice;
	uint32_t k;

	for (k = 0; k < forecast->costs; k++)
		row[k] = below[k];
	deviation_for_each(choice, decision) {
		uint32_t price = forecast->endless ? 0 :
				 rules->price(decision, choice);

		for (k = price; k < forecast->costs; k++)
			row[k] += below[k - price];
	}
}

bool forecast_make(struct forecast *forecast,
		   const struct deviation_bound *bound,
		   const struct weft_decision *decisions,
		   uint32_t from, uint32_t n, uint32_t cost)
{
	bool endless = bound->iterate || bound->max - cost >= COSTS_MAX;
	uint32_t costs = endless ? 1 : bound->max - cost + 1;
	uint32_t rows = n - from, k;
	size_t needed = (size_t)costs * (rows + 1);

	forecast->endless = endless;
	forecast->costs = 0;
	if (needed > forecast->max) {
		long double *sizes = realloc(forecast->sizes,
					     2 * needed * sizeof(*sizes));

		if (!sizes)
			return false;
		forecast->sizes = sizes;
		forecast->max = 2 * needed;
	}
	forecast->costs = costs;
	forecast->from = from;
	for (k = 0; k < costs; k++)
		forecast->sizes[(size_t)rows * costs + k] = 1;
	while (rows--)
		add_row(forecast, forecast->sizes + (size_t)rows * costs,
			&decisions[from + rows], bound->rules);
	return true;
}

static double part_of_whole(const struct forecast *forecast, long double size)
{
	long double whole = forecast->sizes[forecast->costs - 1];

	return whole <= LDBL_MAX ? (double)(size / whole) : 0;
}

double forecast_part(const struct forecast *forecast, uint32_t decision,
		     uint32_t price)
{
	size_t row = decision + 1 - forecast->from;
	uint32_t costs = forecast->costs;

	if (!costs)
		return 0;
	if (forecast->endless)
		price = 0;
	return part_of_whole(forecast,
			     forecast->sizes[row * costs + costs - 1 - price]);
}

double forecast_rest(const struct forecast *forecast)
{
	return forecast->costs ? part_of_whole(forecast, 1) : 0;
}
