/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * If all schedules went on as this one does, how many would there be within
 * the bound? It tells how a node's share of the space is divided among its
 * children (estimate.h): a deviation that leaves much to deviate from weighs
 * more than one that uses up the bound, or comes late.
 *
 *  I1  The sizes of a node's children and 1, for itself, add up to its own.
 */
#ifndef WEFT_STRATEGIES_FORECAST_H
#define WEFT_STRATEGIES_FORECAST_H

#include "deviations.h"

/* Zeroed at first; @sizes has @costs columns for each decision from @from on. */
struct forecast {
	long double	*sizes;
	size_t		max;
	uint32_t	from, costs;
	bool		endless;	/* no cost is too much: one column */
};

/**
 * forecast_make() - look at the decisions from @from to @n, after @cost
 * Return: false without memory; then the forecast is empty.
 */
bool forecast_make(struct forecast *forecast,
		   const struct deviation_bound *bound,
		   const struct weft_decision *decisions,
		   uint32_t from, uint32_t n, uint32_t cost);

/*
 * Part of the whole that a child is: it deviates at @decision, at @price. 0
 * when the whole is beyond all numbers, or the forecast is empty.
 */
double forecast_part(const struct forecast *forecast, uint32_t decision,
		     uint32_t price);
/* The same of the node itself. */
double forecast_rest(const struct forecast *forecast);

#endif
