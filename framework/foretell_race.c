/* SPDX-License-Identifier: GPL-2.0-only */
/* Data races foretold, and directed executions; contract in foretell.h (P4, P5). */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "foretell.h"
#include "meet.h"
#include "strategies/order.h"

struct racing {
	struct weft_exec		*x;
	const struct weft_campaign	*campaign;
	struct weft_result		*result;
	const struct weft_schedule	*base;	/* foretells */
};

static void clear(struct weft_foretold *foretold)
{
	free(foretold->summary);
	free(foretold->signature);
	free(foretold->race);
}

static bool is_known(const struct weft_result *result, const char *signature)
{
	size_t i;

	if (weft_result_find(result, signature))
		return true;
	for (i = 0; i < result->tried_n; i++)
		if (!strcmp(result->tried[i], signature))
			return true;
	return false;
}

static void note_tried(struct weft_result *result, const char *signature)
{
	result->tried = realloc(result->tried, (result->tried_n + 1) *
				sizeof(*result->tried));
	assert(result->tried && "out of memory for predictions");
	result->tried[result->tried_n] = strdup(signature);
	assert(result->tried[result->tried_n] &&
	       "out of memory for predictions");
	result->tried_n++;
}

/* Those of @list that the search or another prediction has not told. */
static size_t drop_known(const struct racing *r, struct weft_foretold *list,
			 size_t n)
{
	size_t i, kept = 0;

	for (i = 0; i < n; i++) {
		if (is_known(r->result, list[i].race))
			clear(&list[i]);
		else
			list[kept++] = list[i];
	}
	return kept;
}

/* P4: what the execution shows by itself is not foretold. */
static size_t drop_shown(struct racing *r, struct weft_foretold *list, size_t n)
{
	struct weft_ordering ordering;
	struct weft_order order;
	size_t i, kept = 0;

	weft_order_create(&order, r->base);
	weft_ordering_begin(&ordering, &order);
	weft_exec_follow(r->x, r->base);
	weft_run_aside(r->x, &weft_strategy_order, &ordering, true);
	weft_exec_follow(r->x, NULL);
	weft_order_clear(&order);
	r->result->executions_aside++;
	for (i = 0; i < n; i++) {
		if (weft_find_signature(r->x, list[i].race))
			clear(&list[i]);
		else
			list[kept++] = list[i];
	}
	return kept;
}

/* Bugs that the directed execution showed, and @met; other races are the search's. */
static bool keep(struct racing *r, const struct weft_finding *met,
		 unsigned long directed)
{
	size_t n, i, kept = 0;
	struct weft_finding *findings = weft_exec_findings(r->x, &n);
	size_t index = (size_t)(met - findings);

	for (i = 0; i < n; i++) {
		struct weft_finding finding = findings[i];

		if (finding.advisory && i != index)
			continue;
		finding.execution = weft_result_runs(r->result);
		if (i == index) {
			finding.predicted = weft_result_runs(r->result);
			finding.directed = directed;
		}
		findings[i] = findings[kept];
		findings[kept++] = finding;
	}
	return explorer__keep_findings(r->x, r->campaign, r->result, findings,
				       kept);
}

/* False: what it showed did not come again. */
static bool direct(struct racing *r, struct weft_foretold *foretold)
{
	struct weft_spending spending =
		explorer__spending(r->campaign, r->campaign->witness_max);
	const char *apart;
	struct weft_meet_place places[2];
	struct weft_finding *met;
	int i;

	for (i = 0; i < 2; i++)
		places[i] = (struct weft_meet_place){
			.task = foretold->accesses[i].task,
			.pc = foretold->accesses[i].site,
			.granule = foretold->accesses[i].address & ~7ull,
			.nth = foretold->accesses[i].nth,
		};
	met = weft_meet(r->x, r->base, places, foretold->race, &spending,
			&apart);
	r->result->executions_aside += spending.spent;
	foretold->directed = spending.spent;
	snprintf(foretold->reason, sizeof(foretold->reason), "%s",
		 apart ? apart : "");
	if (!met)
		return true;
	foretold->signature = strdup(foretold->race);
	assert(foretold->signature && "out of memory for predictions");
	foretold->verdict = WEFT_CYCLE_FEASIBLE;
	return keep(r, met, spending.spent);
}

static void tell(struct weft_result *result,
		 const struct weft_foretold *foretold)
{
	size_t n = result->foretold_n + 1;

	result->foretold = realloc(result->foretold,
				   n * sizeof(*result->foretold));
	assert(result->foretold && "out of memory for predictions");
	result->foretold[result->foretold_n++] = *foretold;
}

bool weft_foretell_races(struct weft_exec *x,
			 const struct weft_campaign *campaign,
			 struct weft_result *result,
			 const struct weft_schedule *base,
			 struct weft_foretold *list, size_t n)
{
	struct racing r = {
		.x = x, .campaign = campaign, .result = result, .base = base,
	};
	bool good = true;
	size_t i;

	n = drop_known(&r, list, n);
	if (n)
		n = drop_shown(&r, list, n);
	for (i = 0; i < n; i++) {
		/* One before it may have the same places. */
		bool told = good && !is_known(result, list[i].race);

		if (told) {
			note_tried(result, list[i].race);
			good = direct(&r, &list[i]);
		}
		if (told && (list[i].signature || !list[i].accesses[0].flow))
			tell(result, &list[i]);
		else
			clear(&list[i]);
	}
	free(list);
	return good;
}
