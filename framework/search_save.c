/* SPDX-License-Identifier: GPL-2.0-only */
/* A search by units, written down and taken up again; contract in search.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "explorer_internal.h"
#include "foretold.h"
#include "search_internal.h"

static void put_counts(const struct weft_result *result,
		       struct weft_buffer *to)
{
	size_t i;

	weft_buffer_put(to, result->executions);
	weft_buffer_put(to, result->executions_total);
	weft_buffer_put(to, result->sampled);
	weft_buffer_put(to, result->blocked);
	weft_buffer_put(to, result->impossible);
	weft_buffer_put(to, result->assume_blocked);
	weft_buffer_put(to, result->steps);
	weft_buffer_put(to, result->depth_max);
	weft_buffer_put(to, result->decisions_max);
	weft_buffer_put(to, result->passes);
	weft_buffer_put(to, (uint64_t)result->tasks_max);
	weft_buffer_put(to, result->predicted);
	for (i = 0; i < result->predicted; i++)
		weft_buffer_put_text(to, result->chains[i]);
	search__put_progress(&result->progress, to);
	weft_buffer_put(to, result->foretold_n);
	for (i = 0; i < result->foretold_n; i++)
		weft_foretold_put(&result->foretold[i], to);
}

static void get_foretold(struct weft_result *result, struct weft_reader *from)
{
	size_t n = weft_reader_get_count(from, 13);

	result->foretold = calloc(n + 1, sizeof(*result->foretold));
	assert(result->foretold && "out of memory for predictions");
	for (; n && !from->bad; n--)
		if (!weft_foretold_get(&result->foretold[result->foretold_n++],
				       from))
			from->bad = true;
}

static void get_chains(struct weft_result *result, struct weft_reader *from)
{
	size_t n = weft_reader_get_count(from, 1);

	result->chains = calloc(n + 1, sizeof(*result->chains));
	assert(result->chains && "out of memory for predictions");
	while (n--) {
		char *chain = weft_reader_get_text(from);

		if (chain)
			result->chains[result->predicted++] = chain;
		else
			from->bad = true;
	}
}

static void get_counts(struct weft_result *result, struct weft_reader *from)
{
	result->executions = weft_reader_get(from);
	result->executions_total = weft_reader_get(from);
	result->sampled = weft_reader_get(from);
	result->blocked = weft_reader_get(from);
	result->impossible = weft_reader_get(from);
	result->assume_blocked = weft_reader_get(from);
	result->steps = weft_reader_get(from);
	result->depth_max = weft_reader_get(from);
	result->decisions_max = weft_reader_get(from);
	result->passes = (unsigned int)weft_reader_get_most(from, UINT32_MAX);
	result->tasks_max = (int)weft_reader_get_most(from, WEFT_THREADS_MAX);
	get_chains(result, from);
	search__get_progress(&result->progress, from);
	get_foretold(result, from);
}

/* As it was found first: who loads it makes a bug small again, in the same way. */
static void put_first(const struct weft_finding *finding,
		      struct weft_buffer *to)
{
	struct weft_finding first = *finding;

	/* What the user knows was never made smaller. */
	if (!finding->first.schedule.runs_n) {
		weft_finding_put(&first, to);
		return;
	}
	first.schedule = finding->first.schedule;
	first.preemptions = finding->first.preemptions;
	first.steps = finding->first.steps;
	weft_finding_put(&first, to);
}

void weft_search_save(struct weft_search *search, struct weft_buffer *to)
{
	const struct weft_result *result = search->result;
	size_t i;

	/* What a part of a sample found it finds again. */
	weft_buffer_put(to, search->sampled);
	if (!search->sampled)
		return;
	weft_buffer_put(to, search__bits(search->own.options.probed));
	weft_buffer_put(to, search->own.options.careful);
	weft_buffer_put(to, search->plan.first);
	weft_buffer_put(to, search->plan.budget);
	weft_buffer_put(to, search->plan.wanted);
	weft_buffer_put(to, search->promotions);
	weft_buffer_put(to, search->depth_hit);
	weft_buffer_put(to, result->findings_n);
	for (i = 0; i < result->findings_n; i++)
		put_first(&result->findings[i], to);
	put_counts(result, to);
	search__save_tree(search, to);
	weft_base_save(&search->base, to);
}

/*
 * A finding comes with its evidence only from a replay. It is examined again,
 * which counts executions_aside anew: an interrupt may have cut it short.
 */
static bool load_findings(struct weft_search *search, struct weft_reader *from)
{
	size_t n = weft_reader_get_count(from, 12);
	bool good = true;

	while (good && n--) {
		struct weft_finding finding;

		good = weft_finding_get(&finding, from);
		if (good) {
			/* A race shows once all that is shared is known. */
			weft_exec_follow(search->x, &finding.schedule);
			explorer__learn_sharing(search->x, &finding.schedule);
			weft_exec_follow(search->x, NULL);
			good = explorer__keep_findings(search->x,
						       search->campaign,
						       search->result,
						       &finding, 1);
		}
		weft_finding_clear(&finding);
	}
	weft_sharing_note(&search->sharing);
	weft_sharing_adopt(&search->sharing);
	return good;
}

/* Are these bytes units of the strategy? */
static bool try_units(const struct weft_search *search,
		      const struct unit *unit)
{
	const struct weft_strategy *strategy = search->campaign->strategy;
	bool good = true;

	/* T5: to who never lends nothing is given back. */
	if (unit && (unit->takes_back || unit->given_back) &&
	    !strategy->take_back)
		return false;
	/* Of what is given back nothing is left. */
	if (unit && !unit->whole && !unit->given_back) {
		void *state = strategy->create(&search->campaign->options);
		struct weft_reader from;

		weft_reader_init(&from, unit->bytes.data, unit->bytes.n);
		good = state && unit->bytes.n && strategy->load(state, &from);
		strategy->destroy(state);
	}
	for (unit = unit ? unit->list : NULL; good && unit; unit = unit->next)
		good = try_units(search, unit);
	return good;
}

bool weft_search_load(struct weft_search *search, struct weft_reader from)
{
	search->sampled = weft_reader_get_most(&from, 1);
	if (!search->sampled)
		return weft_reader_is_at_end(&from);
	search->own.options.probed = search__double(weft_reader_get(&from));
	search->own.options.careful = weft_reader_get_most(&from, 1);
	search->plan.first = weft_reader_get(&from);
	search->plan.budget = weft_reader_get(&from);
	search->plan.wanted = (unsigned int)weft_reader_get_most(&from,
							WEFT_PIECES_MAX);
	search->promotions = weft_reader_get(&from);
	search->depth_hit = weft_reader_get_most(&from, 1);
	if (!load_findings(search, &from))
		return false;
	get_counts(search->result, &from);
	if (!search__load_tree(search, &from) ||
	    !try_units(search, search->root) ||
	    !weft_base_load(&search->base, &from) ||
	    !weft_reader_is_at_end(&from))
		return false;
	search->over = !search->root;
	search__check_limit(search);
	return true;
}
