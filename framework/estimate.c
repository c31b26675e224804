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

__extension__ typedef unsigned __int128 fixed;

#define FIXED_ONE 0x1p120

static fixed fixed_of(const uint64_t *part)
{
	return (fixed)part[1] << 64 | part[0];
}

static void add_fixed(uint64_t *part, fixed more)
{
	fixed sum = fixed_of(part) + more;

	part[0] = (uint64_t)sum;
	part[1] = (uint64_t)(sum >> 64);
}

void weft_explored_leaf(struct weft_explored *explored, double share)
{
	explored->leaves++;
	add_fixed(explored->part, (fixed)(share * FIXED_ONE));
}

/* Of two's complement: what was added can be taken away again. */
void weft_explored_between(struct weft_explored *explored, double from,
			   double to)
{
	add_fixed(explored->part, (fixed)(to * FIXED_ONE));
	add_fixed(explored->part, -(fixed)(from * FIXED_ONE));
}

void weft_explored_add(struct weft_explored *to,
		       const struct weft_explored *from)
{
	to->leaves += from->leaves;
	add_fixed(to->part, fixed_of(from->part));
}

struct weft_estimate weft_explored_estimate(
				const struct weft_explored *explored,
				double probed)
{
	struct weft_estimate estimate = {
		.leaves = (double)explored->leaves, .probed = probed,
		.part = (double)fixed_of(explored->part) / FIXED_ONE,
	};

	return estimate;
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
