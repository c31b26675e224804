/* SPDX-License-Identifier: GPL-2.0-only */
/* What a worker does with a unit; contract in search.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "explorer_internal.h"
#include "search_internal.h"

/* A request being worked on. */
struct run {
	struct weft_search	*search;
	const struct weft_strategy *strategy;
	void			*state;
	unsigned long		budget, limit;	/* executions; complete ones */
	unsigned int		wanted, lent_max;
	uint64_t		lent_bytes, lent_bytes_max;
	bool			may_give_back;
	char			**known;
	size_t			known_n;
	const struct weft_search_calls *calls;
	struct weft_buffer	lent[WEFT_PIECES_MAX];	/* in the order of their turns */
	unsigned int		lent_n;

	struct weft_result	count;		/* only the counts are used */
	unsigned long		ran;
	bool			depth_hit, promoted;
	enum weft_outcome	outcome;
	struct weft_buffer	findings;
	size_t			findings_n;
};

double search__double(uint64_t bits)
{
	double number;

	memcpy(&number, &bits, sizeof(number));
	return number;
}

uint64_t search__bits(double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	return bits;
}

void search__put_progress(const struct weft_progress *progress,
			  struct weft_buffer *to)
{
	weft_buffer_put(to, progress->bound);
	weft_buffer_put(to, progress->delays);
	weft_buffer_put(to, progress->bound_done);
	weft_buffer_put(to, progress->explored.leaves);
	weft_buffer_put(to, progress->explored.part[0]);
	weft_buffer_put(to, progress->explored.part[1]);
	weft_buffer_put(to, search__bits(progress->estimate));
	weft_buffer_put(to, search__bits(progress->done));
	weft_buffer_put(to, progress->memory);
	weft_buffer_put(to, progress->table_full);
	weft_buffer_put(to, progress->memory_full);
	weft_buffer_put(to, progress->again);
	weft_buffer_put_text(to, progress->gap);
	weft_buffer_put_text(to, progress->mismatch);
}

/* A strategy has few things to say, so each is kept once and for ever. */
static const char *keep_text(struct weft_reader *from)
{
	static char **kept;
	static size_t kept_n;
	char *text = weft_reader_get_text(from);
	size_t i;

	for (i = 0; text && i < kept_n; i++)
		if (!strcmp(kept[i], text)) {
			free(text);
			return kept[i];
		}
	if (!text)
		return NULL;
	kept = realloc(kept, (kept_n + 1) * sizeof(*kept));
	assert(kept && "out of memory for a text");
	kept[kept_n++] = text;
	return text;
}

void search__get_progress(struct weft_progress *ret, struct weft_reader *from)
{
	ret->bound = (uint32_t)weft_reader_get_most(from, UINT32_MAX);
	ret->delays = weft_reader_get_most(from, 1);
	ret->bound_done = (uint32_t)weft_reader_get_most(from, UINT32_MAX);
	ret->explored.leaves = weft_reader_get(from);
	ret->explored.part[0] = weft_reader_get(from);
	ret->explored.part[1] = weft_reader_get(from);
	ret->estimate = search__double(weft_reader_get(from));
	ret->done = search__double(weft_reader_get(from));
	ret->memory = weft_reader_get(from);
	ret->table_full = weft_reader_get_most(from, 1);
	ret->memory_full = weft_reader_get_most(from, 1);
	ret->again = weft_reader_get_most(from, 1);
	ret->gap = keep_text(from);
	ret->mismatch = keep_text(from);
}

static bool is_known(const struct run *run, const char *signature)
{
	size_t i;

	for (i = 0; i < run->known_n; i++)
		if (!strcmp(run->known[i], signature))
			return true;
	return false;
}

static void take_findings(struct run *run)
{
	size_t n, i;
	struct weft_finding *findings = weft_exec_findings(run->search->x, &n);

	for (i = 0; i < n; i++) {
		if (is_known(run, findings[i].signature))
			continue;
		findings[i].execution = run->count.executions_total;
		weft_finding_put(&findings[i], &run->findings);
		run->findings_n++;
	}
}

/* Return: false when the coordinator must see this before anything else. */
static bool run_one(struct run *run)
{
	struct weft_search *search = run->search;
	struct weft_exec *x = search->x;
	const struct weft_decision *decisions;
	unsigned int n;

	search->result->graph.execution = run->count.executions_total + 1;
	run->outcome = weft_exec_run(x, run->strategy, run->state, false);
	if (explorer__distrust(x))
		run->outcome = WEFT_OUTCOME_INTERNAL;
	decisions = weft_exec_decisions(x, &n);
	run->strategy->end(run->state, decisions, n);
	weft_sharing_note(&search->sharing);
	run->ran++;
	if (!explorer__count_cut(&run->count, run->outcome))
		explorer__count_execution(x, &run->count, run->outcome, n);
	run->depth_hit |= run->outcome == WEFT_OUTCOME_DEPTH;
	if (!explorer__distrust(x))
		take_findings(run);
	run->promoted = weft_exec_region(x)->hot.promotions !=
			search->sharing.promotions;
	return !run->findings_n && !run->promoted &&
	       run->outcome != WEFT_OUTCOME_UNMODELLED &&
	       run->outcome != WEFT_OUTCOME_INTERNAL &&
	       run->outcome != WEFT_OUTCOME_STALLED &&
	       run->outcome != WEFT_OUTCOME_LIMIT &&
	       (!run->limit || run->count.executions_total != run->limit);
}

/* In the order of their turns: the last one comes first. */
static bool lend_one(struct run *run, enum weft_lend least)
{
	struct weft_buffer piece = { 0 };

	if (!run->strategy->lend || run->lent_n >= run->lent_max ||
	    run->lent_bytes > run->lent_bytes_max +
			      run->ran * SEARCH_LENT_BYTES ||
	    !run->strategy->lend(run->state, least, &piece))
		return false;
	memmove(run->lent + 1, run->lent, run->lent_n++ * sizeof(*run->lent));
	run->lent[0] = piece;
	run->lent_bytes += piece.n;
	return true;
}

/* Return: is there something? A small one only if somebody waits. */
static bool lend(struct run *run, bool is_asked)
{
	while (lend_one(run, WEFT_LEND_LARGE))
		;
	if (!run->lent_n && is_asked)
		lend_one(run, WEFT_LEND_SMALL);
	return run->lent_n;
}

static void put_pieces(struct weft_buffer *pieces, unsigned int n,
		       struct weft_buffer *to)
{
	unsigned int i;

	weft_buffer_put(to, n);
	for (i = 0; i < n; i++) {
		weft_buffer_put_blob(to, &pieces[i]);
		weft_buffer_clear(&pieces[i]);
	}
}

/* And goes on. */
static void hand_pieces_over(struct run *run)
{
	struct weft_buffer pieces = { 0 };

	put_pieces(run->lent, run->lent_n, &pieces);
	run->lent_n = 0;
	run->calls->lend(&pieces);
	weft_buffer_clear(&pieces);
}

/* Return: what ends the unit before its time; UNIT_ENDS: nothing. */
static enum unit_end ask_wish(struct run *run)
{
	enum weft_search_wish wish = run->calls ? run->calls->wish() :
				     WEFT_SEARCH_GO_ON;

	if (wish == WEFT_SEARCH_STOP)
		return UNIT_STOPPED;
	/* Something is to come of each unit. */
	if (wish != WEFT_SEARCH_LEND || !run->ran || !lend(run, true))
		return UNIT_ENDS;
	if (!run->calls->lend)
		return UNIT_BUDGET;
	hand_pieces_over(run);
	return UNIT_ENDS;
}

static enum unit_end run_unit(struct run *run)
{
	enum unit_end end;
	enum weft_begin next;

	/* What is told must not depend on what this process ran before. */
	weft_exec_races_forget(run->search->x);
	while (run->ran < run->budget) {
		end = ask_wish(run);
		if (end != UNIT_ENDS)
			return end;
		next = run->strategy->begin(run->state);
		if (next != WEFT_BEGIN_RUN)
			return next == WEFT_BEGIN_LENT ? UNIT_LENT : UNIT_DONE;
		if (!run_one(run))
			return UNIT_EVENT;
		if (run->may_give_back &&
		    run->strategy->burdens(run->state))
			return UNIT_BURDEN;
	}
	return UNIT_BUDGET;
}

static bool deliver(struct run *run, struct weft_reader *from)
{
	while (weft_reader_get_most(from, 1)) {
		struct weft_reader letter = weft_reader_get_blob(from);

		if (!run->strategy->deliver(run->state, &letter))
			return false;
	}
	return !from->bad;
}

static bool read_request(struct run *run, struct weft_reader *from)
{
	struct weft_reader bytes;
	bool whole;
	size_t n;

	run->budget = weft_reader_get(from);
	run->limit = weft_reader_get(from);
	run->wanted = (unsigned int)weft_reader_get_most(from,
							 WEFT_PIECES_MAX);
	run->lent_max = (unsigned int)weft_reader_get_most(from,
							   WEFT_PIECES_MAX);
	run->lent_bytes_max = weft_reader_get(from);
	run->may_give_back = weft_reader_get_most(from, 1);
	n = weft_reader_get_count(from, 1);
	run->known = calloc(n + 1, sizeof(*run->known));
	assert(run->known && "out of memory for findings");
	while (n-- && !from->bad)
		run->known[run->known_n++] = weft_reader_get_text(from);
	whole = weft_reader_get_most(from, 1);
	bytes = weft_reader_get_blob(from);
	if (from->bad || (!whole && !run->strategy->load(run->state, &bytes)))
		return false;
	if (!deliver(run, from))
		return false;
	return !weft_reader_get_most(from, 1) ||
	       run->strategy->take_back(run->state);
}

/* What the outcome of the last execution is about, or NULL. */
static const char *reason_of(const struct run *run)
{
	const struct weft_exec *x = run->search->x;

	if (explorer__distrust(x))
		return explorer__distrust(x);
	return run->outcome == WEFT_OUTCOME_UNMODELLED ||
	       run->outcome == WEFT_OUTCOME_INTERNAL ||
	       run->outcome == WEFT_OUTCOME_STALLED ||
	       run->outcome == WEFT_OUTCOME_LIMIT ?
	       weft_exec_unmodelled(x) : NULL;
}

static void put_head(const struct run *run,
		     const struct weft_progress *progress,
		     struct weft_buffer *to)
{
	const struct weft_result *count = &run->count;

	weft_buffer_put(to, count->executions_total);
	weft_buffer_put(to, count->blocked);
	weft_buffer_put(to, count->impossible);
	weft_buffer_put(to, count->assume_blocked);
	weft_buffer_put(to, count->steps);
	weft_buffer_put(to, count->depth_max);
	weft_buffer_put(to, count->decisions_max);
	weft_buffer_put(to, (uint64_t)count->tasks_max);
	weft_buffer_put(to, run->depth_hit);
	weft_buffer_put(to, run->promoted);
	weft_buffer_put(to, run->outcome);
	weft_buffer_put_text(to, reason_of(run));
	search__put_progress(progress, to);
	weft_buffer_put(to, run->findings_n);
	weft_buffer_put_bytes(to, run->findings.data, run->findings.n);
}

bool search__get_head(struct segment_head *ret, struct weft_reader *from)
{
	size_t n;

	memset(ret, 0, sizeof(*ret));
	ret->executions = weft_reader_get(from);
	ret->blocked = weft_reader_get(from);
	ret->impossible = weft_reader_get(from);
	ret->assume_blocked = weft_reader_get(from);
	ret->steps = weft_reader_get(from);
	ret->depth_max = weft_reader_get(from);
	ret->decisions_max = weft_reader_get(from);
	ret->tasks_max = (int)weft_reader_get_most(from, WEFT_THREADS_MAX);
	ret->depth_hit = weft_reader_get_most(from, 1);
	ret->promoted = weft_reader_get_most(from, 1);
	ret->outcome = (enum weft_outcome)weft_reader_get_most(from, 255);
	ret->symbol = weft_reader_get_text(from);
	search__get_progress(&ret->progress, from);
	n = weft_reader_get_count(from, 12);
	ret->findings = calloc(n + 1, sizeof(*ret->findings));
	assert(ret->findings && "out of memory for findings");
	while (ret->findings_n < n &&
	       weft_finding_get(&ret->findings[ret->findings_n], from))
		ret->findings_n++;
	if (!from->bad && ret->findings_n == n)
		return true;
	search__clear_head(ret);
	return false;
}

void search__clear_head(struct segment_head *head)
{
	size_t i;

	for (i = 0; i < head->findings_n; i++)
		weft_finding_clear(&head->findings[i]);
	free(head->findings);
	free(head->symbol);
	memset(head, 0, sizeof(*head));
}

/* What is left of the unit. */
static void put_rest(struct run *run, enum unit_end end, struct weft_buffer *to)
{
	struct weft_buffer pieces[WEFT_PIECES_MAX] = { 0 }, bytes = { 0 };
	bool is_spent = end == UNIT_BUDGET && !run->lent_n;
	unsigned int n = !is_spent ? 0 :
			 run->strategy->split(run->state, run->wanted, pieces);

	weft_buffer_put(to, end);
	weft_buffer_put(to, run->count.executions_total);
	weft_buffer_put(to, run->ran);
	put_pieces(pieces, n, to);
	if (is_spent && !n)
		lend(run, false);
	weft_buffer_put(to, run->strategy->mail(run->state, &bytes));
	weft_buffer_put_blob(to, &bytes);
	weft_buffer_clear(&bytes);
	if (end != UNIT_DONE)
		run->strategy->save(run->state, &bytes);
	weft_buffer_put_blob(to, &bytes);
	weft_buffer_clear(&bytes);
	put_pieces(run->lent, run->lent_n, to);
}

static void answer_request(struct run *run, struct weft_buffer *answer)
{
	struct weft_buffer change = { 0 };
	struct weft_progress progress;
	enum unit_end end = run_unit(run);

	run->strategy->progress(run->state, &progress);
	progress.memory += weft_exec_memory(run->search->x);
	explorer__note_symmetry(run->search->x, &progress);
	put_rest(run, end, answer);
	put_head(run, &progress, &change);
	weft_base_leave(&run->search->base, &change);
	weft_buffer_put_blob(answer, &change);
	weft_buffer_clear(&change);
}

void weft_search_run(struct weft_search *search, struct weft_reader request,
		     struct weft_buffer *answer,
		     const struct weft_search_calls *calls)
{
	const struct weft_campaign *campaign = search->campaign;
	struct run run = {
		.search = search, .strategy = campaign->strategy, .calls = calls,
	};

	answer->n = 0;
	run.state = run.strategy->create(&campaign->options);
	assert(run.state && "out of memory for a strategy");
	weft_base_take(&search->base);
	if (read_request(&run, &request))
		answer_request(&run, answer);
	run.strategy->destroy(run.state);
	weft_buffer_clear(&run.findings);
	while (run.known_n)
		free(run.known[--run.known_n]);
	free(run.known);
}
