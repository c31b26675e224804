/* SPDX-License-Identifier: GPL-2.0-only */
/* The coordinator of a search by units; contract in search.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "explorer_internal.h"
#include "sample.h"
#include "search_internal.h"

const struct weft_search_plan weft_search_plan_default = {
	.first = 200, .budget = 2000, .wanted = 8, .ahead = 256,
};

bool weft_search_is_possible(const struct weft_strategy *strategy)
{
	return strategy->save != NULL;
}

static void begin_pass(struct weft_search *search)
{
	struct weft_result *result = search->result;

	search__free_unit(search, search->root);
	search->root = search__new_unit(search, NULL);
	search->root->whole = true;
	search->root->budget = search->plan.first;
	search->promotions = search->sharing.promotions;
	search->depth_hit = false;
	memset(&result->progress, 0, sizeof(result->progress));
	result->passes++;
	result->executions = 0;
	result->blocked = 0;
	result->impossible = 0;
	result->assume_blocked = 0;
}

struct weft_search *weft_search_begin(struct weft_exec *x,
				      const struct weft_campaign *campaign,
				      const struct weft_search_plan *plan,
				      struct weft_result *result)
{
	struct weft_search *search;
	enum weft_outcome outcome;
	int err;

	memset(result, 0, sizeof(*result));
	outcome = weft_exec_setup(x);
	if (outcome != WEFT_OUTCOME_COMPLETE) {
		explorer__setup_failed(x, result, outcome);
		return NULL;
	}
	search = calloc(1, sizeof(*search));
	assert(search && "out of memory for the search");
	search->x = x;
	search->own = *campaign;
	search->own.options.apart = true;
	search->own.options.faults = weft_exec_faults_max(x);
	search->campaign = &search->own;
	search->sampled = !campaign->sample;
	search->plan = *plan;
	search->result = result;
	err = weft_sharing_create(&search->sharing, x);
	assert(!err && "out of memory for the search");
	search->base.x = x;
	search->base.graph = &result->graph;
	search->base.sharing = &search->sharing;
	search->base.counters = weft_exec_counts(x, &search->base.counters_n);
	weft_exec_set_lockgraph(x, &result->graph);
	weft_exec_lockdeps(x)->collecting = campaign->witness_max;
	begin_pass(search);
	return search;
}

/* Passes are of the search: there is none while there is no whole sample. */
void weft_search_sample(struct weft_search *search)
{
	struct weft_result *result = search->result;

	if (search->sampled || search->over)
		return;
	result->passes = 0;
	if (weft_sample(search->x, search->campaign, result,
			&search->own.options.probed) == EXPLORER_STOPPED) {
		search->over = true;
		search->stopped = true;
		return;
	}
	search->sampled = true;
	weft_sharing_note(&search->sharing);
	weft_sharing_adopt(&search->sharing);
	begin_pass(search);
}

void weft_search_finish(struct weft_search *search)
{
	if (weft_search_is_exhausted(search) && !search->stopped)
		explorer__conclude(search->campaign, search->result,
				   search->depth_hit);
	explorer__finish(search->x, search->campaign, search->result);
	search__free_unit(search, search->root);
	weft_base_clear(&search->base);
	weft_sharing_destroy(&search->sharing);
	free(search);
}

bool weft_search_is_over(const struct weft_search *search)
{
	return search->over;
}

bool weft_search_is_exhausted(const struct weft_search *search)
{
	return !search->root;
}

unsigned int weft_search_pass(const struct weft_search *search)
{
	return search->result->passes;
}

bool weft_search_is_split(const struct weft_search *search)
{
	return search->root && search->root->list;
}

static unsigned long executions_waiting(const struct unit *unit)
{
	unsigned long n = 0;

	if (unit && unit->state == UNIT_ANSWERED)
		n = unit->executions;
	for (unit = unit ? unit->list : NULL; unit; unit = unit->next)
		n += executions_waiting(unit);
	return n;
}

unsigned long weft_search_waiting(const struct weft_search *search)
{
	return executions_waiting(search->root);
}

/* Of a request by itself: what comes before it may leave less. */
static unsigned long limit_left(const struct weft_search *search)
{
	unsigned long max = search->campaign->executions_max;

	return max ? max - weft_result_runs(search->result) : 0;
}

/* A piece was given back: executions before others are lent, twice as many each time
 * until one was worth it. */
#define LEND_PAUSE	4000
#define LEND_PAUSE_MAX	1000000

/* Before any is run. */
#define LENT_FREE	(64 << 10)

/* Return: how many bytes of pieces a unit may lend before it has run any. */
static uint64_t bytes_to_lend(const struct weft_search *search)
{
	uint64_t max = (uint64_t)search->answered * SEARCH_LENT_BYTES +
		       LENT_FREE;

	return max > search->lent_bytes ? max - search->lent_bytes : 0;
}

static bool campaign_lends(const struct weft_search *search)
{
	const struct weft_campaign *campaign = search->campaign;

	return campaign->strategy->lend && !campaign->options.careful &&
	       !campaign->options.image;
}

/* Return: how many pieces a unit may lend. */
static unsigned int pieces_to_lend(const struct weft_search *search)
{
	return campaign_lends(search) &&
	       search->answered >= search->lends_from ? search->plan.lent : 0;
}

bool weft_search_lends(const struct weft_search *search)
{
	return !search->over && pieces_to_lend(search);
}

/* @again: its turn has come, so that it counts. */
static void put_request(const struct weft_search *search, struct unit *unit,
			bool again, struct weft_buffer *to)
{
	const struct weft_result *result = search->result;
	size_t i;

	to->n = 0;
	weft_buffer_put(to, unit->budget);
	weft_buffer_put(to, limit_left(search));
	weft_buffer_put(to, search->plan.wanted);
	weft_buffer_put(to, pieces_to_lend(search));
	weft_buffer_put(to, bytes_to_lend(search));
	weft_buffer_put(to, !again && campaign_lends(search) &&
			    search__lent(unit));
	weft_buffer_put(to, result->findings_n);
	for (i = 0; i < result->findings_n; i++)
		weft_buffer_put_text(to, result->findings[i].signature);
	weft_buffer_put(to, unit->whole);
	weft_buffer_put_blob(to, &unit->bytes);
	search__put_inbox(unit, to);
	weft_buffer_put(to, search__takes_back(unit));
}

uint64_t weft_search_next(struct weft_search *search,
			  struct weft_buffer *ret_request)
{
	struct unit *unit = search->over ? NULL : search__ready(search->root);

	/* The first one is never held back, or nothing would go on. */
	if (!unit || (search->ahead >= search->plan.ahead &&
		      unit != search__first(search->root)))
		return 0;
	put_request(search, unit, false, ret_request);
	unit->state = UNIT_RUNNING;
	return unit->number;
}

/* Return: their bytes. */
static size_t read_pieces(struct weft_search *search, struct unit *unit,
			  struct weft_reader *from, unsigned long budget)
{
	uint64_t n = weft_reader_get_most(from, WEFT_PIECES_MAX);
	size_t bytes = 0;

	while (n--) {
		struct unit *piece = search__new_unit(search, unit);

		piece->budget = budget;
		weft_reader_copy_blob(from, &piece->bytes);
		bytes += piece->bytes.n;
	}
	return bytes;
}

/* Of a search that is not split, all is written down at each end of a unit, which takes
 * as long as hundreds of executions: so there are few ends. */
#define UNSPLIT_MAX	64	/* budgets */
#define UNSPLIT_TIMES	16	/* the one before */

/* While a rest that was waited for begins, others have nothing to do. */
static unsigned long budget_of_rest(const struct weft_search *search,
				    const struct unit *unit, unsigned long ran)
{
	unsigned long max = UNSPLIT_MAX * search->plan.budget;

	/* Stopped for the sake of others. */
	if (unit->end == UNIT_LENT || unit->end == UNIT_BURDEN ||
	    (unit->end == UNIT_BUDGET && ran < unit->budget))
		return unit->budget;
	if (unit->end != UNIT_BUDGET)
		return unit->budget - ran;
	if (search->campaign->strategy != &weft_strategy_dpor ||
	    search->own.options.careful || search->own.options.image)
		return unit->list && search->campaign->strategy->reorders ?
		       search->plan.first : search->plan.budget;
	if (unit->list)
		return search->plan.first;
	/* None is left when the last execution found something. */
	if (!unit->budget)
		return search->plan.budget;
	return unit->budget < max / UNSPLIT_TIMES ?
	       UNSPLIT_TIMES * unit->budget : max;
}

/* Later pieces, with a rest or without, come before those that were lent earlier. */
static void append_list(struct unit *unit, struct unit *list)
{
	struct unit **at = &unit->list;

	while (*at)
		at = &(*at)->next;
	*at = list;
}

bool weft_search_lent(struct weft_search *search, uint64_t number,
		      struct weft_reader pieces)
{
	struct unit *unit = search__find(search->root, number), *earlier;

	if (!unit || unit->state != UNIT_RUNNING)
		return true;
	earlier = unit->list;
	unit->list = NULL;
	search->lent_bytes += read_pieces(search, unit, &pieces, unit->budget);
	append_list(unit, earlier);
	return weft_reader_is_at_end(&pieces);
}

static bool read_answer(struct weft_search *search, struct unit *unit,
			struct weft_reader from)
{
	struct weft_reader letter;
	unsigned long ran, budget;
	struct unit *rest;
	bool has_mail;

	unit->end = (enum unit_end)weft_reader_get_most(&from, UNIT_ENDS - 1);
	unit->executions = weft_reader_get(&from);
	ran = weft_reader_get_most(&from, unit->budget);
	read_pieces(search, unit, &from, search->plan.budget);
	has_mail = weft_reader_get_most(&from, 1);
	letter = weft_reader_get_blob(&from);
	if (has_mail)
		search__send(&unit->outbox, letter);
	budget = budget_of_rest(search, unit, ran);
	if (unit->end == UNIT_DONE) {
		weft_reader_get_blob(&from);
	} else {
		rest = search__new_unit(search, unit);
		rest->is_rest = true;
		rest->budget = budget;
		weft_reader_copy_blob(&from, &rest->bytes);
	}
	search->lent_bytes += read_pieces(search, unit, &from, budget);
	weft_reader_copy_blob(&from, &unit->change);
	return weft_reader_is_at_end(&from) &&
	       !(unit->end == UNIT_DONE && unit->list);
}

/* Forgets the answer; mail it sent itself came last. */
static void unread_answer(struct weft_search *search, struct unit *unit,
			  size_t letters)
{
	search__drop_list(search, unit);
	weft_buffer_clear(&unit->change);
	while (unit->outbox.n > letters)
		weft_buffer_clear(&unit->outbox.at[--unit->outbox.n]);
}

static bool take_answer(struct weft_search *search, struct unit *unit,
			struct weft_reader answer)
{
	struct unit *earlier = unit->list;
	size_t letters = unit->outbox.n;
	bool good;

	unit->list = NULL;
	good = read_answer(search, unit, answer);
	append_list(unit, earlier);
	if (!good) {
		unread_answer(search, unit, letters);
		unit->state = UNIT_WAITING;
		return false;
	}
	/* It never came to what was lent: the pieces lead nowhere. */
	if (unit->end == UNIT_DONE)
		search__drop_list(search, unit);
	unit->state = UNIT_ANSWERED;
	unit->letters = letters;
	search->ahead++;
	search->answered += unit->executions;
	return true;
}

/* It is of a piece that is not worth to be told of. */
static void give_back(struct weft_search *search, struct unit *unit)
{
	struct unit *piece = search__lent(unit);
	unsigned long pause = (unsigned long)LEND_PAUSE << search->burdens;

	/* In between its turn has come. */
	if (!piece)
		return;
	search->lends_from = search->answered +
			     (pause < LEND_PAUSE_MAX ? pause : LEND_PAUSE_MAX);
	if (pause < LEND_PAUSE_MAX)
		search->burdens++;
	search__give_back(search, piece);
}

/* The piece was worth it. */
static void note_end(struct weft_search *search, struct unit *unit)
{
	if (unit->end == UNIT_BURDEN)
		give_back(search, unit);
	else if (unit->end == UNIT_DONE && unit->up)
		search->burdens = 0;
}

/* I2: not what the search would have done here. */
static bool is_wrong(struct weft_search *search,
		     const struct segment_head *head, struct weft_reader change)
{
	unsigned long max = search->campaign->executions_max;

	return (max && weft_result_runs(search->result) + head->executions >
		       max) ||
	       weft_base_is_hidden(&search->base, change);
}

static void give_up(struct weft_search *search)
{
	explorer__set_verdict(search->result, WEFT_VERDICT_INTERNAL,
			      "the answer of a worker makes no sense");
	search->over = true;
	search->stopped = true;
}

static bool read_change(struct weft_search *search, struct unit *unit,
			struct segment_head *ret_head,
			struct weft_reader *ret_change)
{
	weft_reader_init(ret_change, unit->change.data, unit->change.n);
	if (search__get_head(ret_head, ret_change))
		return true;
	give_up(search);
	return false;
}

static bool run_again(struct weft_search *search, struct unit *unit)
{
	struct weft_buffer request = { 0 }, answer = { 0 };
	struct weft_reader reader;
	bool good;

	unread_answer(search, unit, unit->letters);
	search->ahead--;
	put_request(search, unit, true, &request);
	weft_reader_init(&reader, request.data, request.n);
	weft_search_run(search, reader, &answer, NULL);
	weft_reader_init(&reader, answer.data, answer.n);
	good = take_answer(search, unit, reader);
	weft_buffer_clear(&request);
	weft_buffer_clear(&answer);
	if (!good)
		give_up(search);
	return good;
}

static void most(unsigned long *number, unsigned long other)
{
	if (other > *number)
		*number = other;
}

/* Of all parts together; of a search that is exhausted it is the count. */
static void add_estimate(struct weft_progress *progress, double probed)
{
	struct weft_estimate estimate =
		weft_explored_estimate(&progress->explored, probed);

	if (progress->done == 1 && !progress->table_full &&
	    !progress->memory_full) {
		progress->estimate = estimate.leaves;
		return;
	}
	progress->estimate = weft_estimate_total(&estimate);
	progress->done = weft_estimate_done(&estimate);
}

/* Flags are raised by one part and stay up in the next. */
static void add_progress(struct weft_progress *to,
			 const struct weft_progress *from, double probed)
{
	struct weft_progress before = *to;

	*to = *from;
	weft_explored_add(&to->explored, &before.explored);
	add_estimate(to, probed);
	to->table_full |= before.table_full;
	to->memory_full |= before.memory_full;
	to->again |= before.again;
	if (!to->gap)
		to->gap = before.gap;
	if (!to->mismatch)
		to->mismatch = before.mismatch;
}

static void add_head(struct weft_search *search,
		     const struct segment_head *head)
{
	struct weft_result *result = search->result;

	result->executions += head->executions;
	result->executions_total += head->executions;
	result->blocked += head->blocked;
	result->impossible += head->impossible;
	result->assume_blocked += head->assume_blocked;
	result->steps += head->steps;
	most(&result->depth_max, head->depth_max);
	most(&result->decisions_max, head->decisions_max);
	if (head->tasks_max > result->tasks_max)
		result->tasks_max = head->tasks_max;
	search->depth_hit |= head->depth_hit;
	explorer__note_memory(result, head->progress.memory);
	add_progress(&result->progress, &head->progress,
		     search->campaign->options.probed);
}

/* False: a finding could not be replayed. */
static bool add_findings(struct weft_search *search,
			 struct segment_head *head, unsigned long executions)
{
	size_t i;
	bool good;

	if (!head->findings_n)
		return true;
	for (i = 0; i < head->findings_n; i++)
		head->findings[i].execution += executions;
	good = explorer__keep_findings(search->x, search->campaign,
				       search->result, head->findings,
				       head->findings_n);
	/* The replays may have taught something about sharing. */
	weft_sharing_note(&search->sharing);
	weft_sharing_adopt(&search->sharing);
	return good;
}

bool search__check_limit(struct weft_search *search)
{
	unsigned long max = search->campaign->executions_max;

	if (!max || weft_result_runs(search->result) < max)
		return false;
	explorer__set_verdict(search->result, WEFT_VERDICT_INCOMPLETE,
			      "the limit on executions was reached");
	search->over = true;
	search->stopped = true;
	return true;
}

/* In the order of after_execution() of explorer.c. True: the end. */
static bool ends_search(struct weft_search *search, struct segment_head *head,
			unsigned long executions)
{
	const struct weft_campaign *campaign = search->campaign;
	struct weft_result *result = search->result;
	bool ends = explorer__ends_campaign(result, head->outcome,
					    head->symbol);

	if (!add_findings(search, head, executions) || ends)
		return true;
	if (weft_result_bugs(result) && !campaign->keep_going) {
		explorer__set_verdict(result, WEFT_VERDICT_BUG, "");
		return true;
	}
	return search__check_limit(search);
}

static void commit(struct weft_search *search, struct unit *unit)
{
	unsigned long executions = weft_result_runs(search->result);
	struct segment_head head;
	struct weft_reader change;

	if (!read_change(search, unit, &head, &change))
		return;
	if (is_wrong(search, &head, change)) {
		search__clear_head(&head);
		if (!run_again(search, unit) ||
		    !read_change(search, unit, &head, &change))
			return;
	}
	add_head(search, &head);
	if (!weft_base_add(&search->base, &change, executions)) {
		search__clear_head(&head);
		give_up(search);
		return;
	}
	unit->state = UNIT_COMMITTED;
	search->ahead--;
	weft_buffer_clear(&unit->change);
	search->over = ends_search(search, &head, executions);
	search->stopped = search->over;
	search__clear_head(&head);
	if (!search__settle(search, unit)) {
		give_up(search);
		return;
	}
	if (search->result->progress.again)
		search->own.options.careful = true;
	if (!search->over &&
	    (search->sharing.promotions != search->promotions ||
	     search->result->progress.again))
		begin_pass(search);
}

static void commit_all(struct weft_search *search)
{
	struct unit *unit = search__first(search->root);

	while (!search->over && unit && unit->state == UNIT_ANSWERED) {
		commit(search, unit);
		unit = search__first(search->root);
	}
	if (!search->root)
		search->over = true;
}

bool weft_search_answer(struct weft_search *search, uint64_t number,
			struct weft_reader answer)
{
	struct unit *unit = search__find(search->root, number);

	/* What became of its place in the search was run again. */
	if (!unit || unit->state != UNIT_RUNNING)
		return true;
	if (!take_answer(search, unit, answer))
		return false;
	note_end(search, unit);
	commit_all(search);
	return true;
}

bool weft_search_wants(struct weft_search *search, uint64_t number)
{
	const struct unit *unit = search__find(search->root, number);

	return unit && unit->state == UNIT_RUNNING;
}

unsigned int weft_search_lost(struct weft_search *search, uint64_t number)
{
	struct unit *unit = search__find(search->root, number);

	if (!unit || unit->state != UNIT_RUNNING)
		return 0;
	/* Who runs it again does not know what was lent. */
	search__drop_list(search, unit);
	unit->state = UNIT_WAITING;
	return ++unit->lost;
}

/* I4: in the order of the search, but with gaps. */
static void add_waiting(struct weft_search *search, struct unit *unit)
{
	unsigned long executions = weft_result_runs(search->result);
	struct segment_head head;
	struct weft_reader change;

	if (!unit)
		return;
	if (unit->state == UNIT_ANSWERED) {
		if (!read_change(search, unit, &head, &change))
			return;
		add_head(search, &head);
		weft_base_add(&search->base, &change, executions);
		add_findings(search, &head, executions);
		search__clear_head(&head);
	}
	for (unit = unit->list; unit; unit = unit->next)
		add_waiting(search, unit);
}

void weft_search_fail(struct weft_search *search, const char *reason)
{
	weft_search_stop(search, reason);
	explorer__set_verdict(search->result, WEFT_VERDICT_INTERNAL, reason);
}

void weft_search_stop(struct weft_search *search, const char *reason)
{
	if (search->over)
		return;
	search->over = true;
	search->stopped = true;
	explorer__set_verdict(search->result, WEFT_VERDICT_INCOMPLETE, reason);
	add_waiting(search, search->root);
}
