/* SPDX-License-Identifier: GPL-2.0-only */
/* Estimates of the size of a search; contract in estimate.h. */
#include "estimate.h"

/* With less, weighted backtrack has seen but a corner of the tree. */
#define LEAVES_MIN	16
#define PROBES_MIN	8
/* From here on weighted backtrack is the better one. */
#define PART_TRUSTED	0.1
/* What the rounding of a sum of shares may leave. */
#define PART_ALL	(1 - 1e-9)

void weft_estimate_path(struct weft_estimate *estimate, unsigned long leaves,
			const struct weft_branching *path, size_t n)
{
	double part = 1;

	while (n--)
		part = ((double)path[n].done + part) /
		       ((double)path[n].done + 1 + (double)path[n].pending);
	estimate->leaves = (double)leaves;
	estimate->part = part;
}

void weft_estimate_leaf(struct weft_estimate *estimate, double share)
{
	estimate->leaves++;
	estimate->part += share;
}

double weft_estimate_total(const struct weft_estimate *estimate)
{
	double leaves = estimate->leaves, part = estimate->part;
	double trust = part / PART_TRUSTED, total;

	if (part > PART_ALL)
		return leaves;
	if (leaves < LEAVES_MIN || part <= 0)
		total = estimate->probed;
	else if (estimate->probed <= 0 || trust >= 1)
		total = leaves / part;
	else
		total = trust * leaves / part + (1 - trust) * estimate->probed;
	return total > 0 && total < leaves ? leaves : total;
}

double weft_estimate_done(const struct weft_estimate *estimate)
{
	double total = weft_estimate_total(estimate);

	return total > 0 ? estimate->leaves / total : -1;
}

void weft_probed_add(struct weft_probed *probed, double leaves)
{
	probed->n++;
	probed->mean += (leaves - probed->mean) / (double)probed->n;
}

double weft_probed_total(const struct weft_probed *probed)
{
	return probed->n < PROBES_MIN ? 0 : probed->mean;
}
