/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How many executions a search will take: an order of magnitude, not a
 * promise. Early on it may be off by a factor of a hundred.
 *
 * Weighted backtrack takes all branches of a node for equally large: then what
 * was explored below each node tells the part of the whole that is done. It
 * needs no history and is exact at the end. Random probes know nothing of what
 * was explored, but are not misled by where the search began.
 *
 * Source: Kilby, Slaney, Thiebaux, Walsh, "Estimating search tree size", AAAI
 * 2006 (weighted backtrack); Knuth, "Estimating the efficiency of backtrack
 * programs", Math. Comp. 29, 1975 (probes); Welford, "Note on a method for
 * calculating corrected sums of squares", Technometrics 4, 1962 (their mean).
 *
 *  I1  When the search is exhausted the total is the number of leaves.
 *  I2  The total is never less than the leaves there have been.
 *  I3  The more is done, the less probes count; from a tenth on, nothing.
 */
#ifndef WEFT_ESTIMATE_H
#define WEFT_ESTIMATE_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct weft_branching - a node on the path to the current leaf
 * @done:    branches explored to their end
 * @pending: branches known and not begun; the current one is neither
 */
struct weft_branching {
	unsigned long	done;
	unsigned long	pending;
};

/**
 * struct weft_estimate - zeroed at the start of a search
 * @leaves: executions so far
 * @part:   of the whole that they are taken for, from 0 to 1
 * @probed: total by probes made before; 0 none
 */
struct weft_estimate {
	double	leaves;
	double	part;
	double	probed;
};

/**
 * weft_estimate_path() - a leaf was reached by a depth-first search
 * @leaves: number of executions so far
 * @path:   from the root to the leaf, deepest node last
 */
void weft_estimate_path(struct weft_estimate *estimate, unsigned long leaves,
			const struct weft_branching *path, size_t n);

/**
 * weft_estimate_leaf() - a leaf was reached, in whatever order
 * @share: product of 1 / branches over the nodes above it
 *
 * The same as weft_estimate_path() when the order is depth-first: the shares
 * of all leaves below an explored branch add up to the share of the branch.
 */
void weft_estimate_leaf(struct weft_estimate *estimate, double share);

/**
 * struct weft_explored - leaves and their shares, whoever explored them
 * @part: sum of the shares in units of 2^-120, lower half first: whole numbers
 *        add up to the same in any order, so that a search shared by several
 *        processes estimates what one process would
 */
struct weft_explored {
	uint64_t	leaves;
	uint64_t	part[2];
};

/* As weft_estimate_leaf(). */
void weft_explored_leaf(struct weft_explored *explored, double share);
/*
 * Of the whole, @to has been explored where it was @from; it may be less. Later
 * steps of the same search begin at @to, so that the sum is exact.
 */
void weft_explored_between(struct weft_explored *explored, double from,
			   double to);
void weft_explored_add(struct weft_explored *to,
		       const struct weft_explored *from);
struct weft_estimate weft_explored_estimate(
				const struct weft_explored *explored,
				double probed);

/* Executions in all; 0 unknown. */
double weft_estimate_total(const struct weft_estimate *estimate);
/* Part of them that is done, from 0 to 1; negative unknown. */
double weft_estimate_done(const struct weft_estimate *estimate);

/* Probes: a running mean of independent guesses. */
struct weft_probed {
	unsigned long	n;
	double		mean;
};

void weft_probed_add(struct weft_probed *probed, double leaves);
/* 0 when there are too few. */
double weft_probed_total(const struct weft_probed *probed);

#endif
