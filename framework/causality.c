/* SPDX-License-Identifier: GPL-2.0-only */
/* Which orders a finding needs; contract in causality.h. */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "causality.h"
#include "conflicts.h"
#include "strategies/order.h"

/* So many candidates are tried one by one; more are bisected. */
#define ONE_BY_ONE 12

/* Of longer chains no link is dropped for being made of others. */
#define LINKS_MAX 64

struct search {
	struct weft_exec	*x;
	struct weft_finding	*finding;
	struct weft_spending	*spending;
	struct weft_order	order;
	struct conflicts	conflicts;
	size_t			*early, *late;	/* candidates, by position */
	size_t			early_n, late_n;
	bool			last_stays;	/* turned round as far as can be, it is there */
	bool			out_of_budget;
};

/* What came of turning an order round in one way. */
enum turned {
	TURNED_NOT,	/* it could not be */
	TURNED_GONE,	/* and the finding was gone */
	TURNED_STAYS,	/* the finding was there, or nobody knows */
};

/* @ordering: of the last execution. It may have been asked before. */
static bool was_turned(const struct weft_exec *x, struct weft_ordering *ordering)
{
	return weft_ordering_end(ordering, weft_exec_steps(x)) && !ordering->stuck;
}

/* @ret: has begun; how far it got */
static enum turned turn(struct weft_exec *x, const struct weft_finding *finding,
			const struct weft_cause *cause, bool forward,
			struct weft_ordering *ret)
{
	enum weft_outcome outcome;
	bool turned;

	ret->hold_task = cause->before.task;
	ret->hold = cause->hold;
	ret->until_task = cause->after.task;
	ret->until = cause->until;
	ret->forward = forward;
	outcome = weft_run_aside(x, &weft_strategy_order, ret, false);
	turned = was_turned(x, ret);
	/* Also when it comes before the order is turned: it needs neither. */
	if (weft_find_signature(x, finding->signature))
		return TURNED_STAYS;
	if (!turned)
		return TURNED_NOT;
	return outcome == WEFT_OUTCOME_COMPLETE ||
	       outcome == WEFT_OUTCOME_BLOCKED ||
	       outcome == WEFT_OUTCOME_FATAL ? TURNED_GONE : TURNED_STAYS;
}

bool weft_causality_turn(struct weft_exec *x,
			 const struct weft_finding *finding,
			 const struct weft_cause *cause, bool forward,
			 bool *ret_turned)
{
	struct weft_ordering ordering;
	struct weft_order order;
	enum turned turned;

	weft_order_create(&order, &finding->schedule);
	weft_ordering_begin(&ordering, &order);
	turned = turn(x, finding, cause, forward, &ordering);
	*ret_turned = was_turned(x, &ordering);
	weft_order_clear(&order);
	return turned == TURNED_GONE;
}

static struct weft_cause cause_of(const struct conflict_op *a,
				  const struct conflict_op *b)
{
	struct weft_cause cause = {
		.before = { .task = a->op.task }, .after = { .task = b->op.task },
		.hold = a->nth, .until = b->nth,
	};

	return cause;
}

/* The same, of what may be spent. */
static enum turned spend_turn(struct search *s, const struct weft_cause *cause,
			      bool forward, struct weft_ordering *ret)
{
	if (weft_spend(s->spending, s->x))
		return turn(s->x, s->finding, cause, forward, ret);
	s->out_of_budget = true;
	return TURNED_STAYS;
}

/* In one way; *ret_reached: how many operations B got to apply. */
static enum turned turn_once(struct search *s, const struct weft_cause *cause,
			     bool forward, unsigned long *ret_reached)
{
	struct weft_ordering ordering;
	enum turned turned;

	weft_ordering_begin(&ordering, &s->order);
	turned = spend_turn(s, cause, forward, &ordering);
	if (s->out_of_budget)
		return turned;
	*ret_reached = ordering.stuck ? ordering.applied[cause->after.task] :
					cause->until;
	return turned;
}

/* F(a, b) of causality.h; *ret_reached: how many operations B got to apply. */
static bool vanishes(struct search *s, size_t early, size_t late,
		     unsigned long *ret_reached)
{
	const struct conflict_op *a = &s->conflicts.ops[s->early[early]];
	const struct conflict_op *b = &s->conflicts.ops[s->late[late]];
	struct weft_cause cause = cause_of(a, b);
	enum turned held, forward;
	unsigned long reached = 0;

	*ret_reached = b->nth;
	if (s->early[early] > s->late[late])
		return false;	/* that is the order they have */
	held = turn_once(s, &cause, false, ret_reached);
	s->last_stays |= held == TURNED_STAYS && late == s->late_n - 1;
	s->finding->causality.tried += !s->out_of_budget;
	if (held == TURNED_STAYS)
		return false;
	forward = turn_once(s, &cause, true, &reached);
	if (reached > *ret_reached)
		*ret_reached = reached;
	return forward == TURNED_GONE ||
	       (forward == TURNED_NOT && held == TURNED_GONE);
}

/* The last candidate that B can get to while A is held; @late_n: none. */
static size_t last_possible(struct search *s, size_t early, size_t from,
			    bool *ret_vanishes)
{
	size_t at = s->late_n - 1;
	unsigned long reached;

	*ret_vanishes = false;
	while (!s->out_of_budget) {
		*ret_vanishes = vanishes(s, early, at, &reached);
		if (*ret_vanishes ||
		    s->conflicts.ops[s->late[at]].nth <= reached)
			return at;
		while (s->conflicts.ops[s->late[at]].nth > reached)
			if (at-- <= from)
				return s->late_n;
	}
	return s->late_n;
}

/* The first candidate from @from on with which it vanishes; @late_n: none. */
static size_t first_late(struct search *s, size_t early, size_t from)
{
	unsigned long reached;
	size_t low = from, high;
	bool gone;

	if (s->late_n - from <= ONE_BY_ONE) {
		while (low < s->late_n && !vanishes(s, early, low, &reached))
			low++;
		return low;
	}
	high = last_possible(s, early, from, &gone);
	if (!gone)
		return s->late_n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (vanishes(s, early, middle, &reached))
			high = middle;
		else
			low = middle + 1;
	}
	return high;
}

/* The last candidate with which it vanishes too; it does with @early. */
static size_t last_early(struct search *s, size_t early, size_t late)
{
	size_t low = early, high = s->early_n;
	unsigned long reached;

	if (high - low <= ONE_BY_ONE) {
		while (--high > low)
			if (vanishes(s, high, late, &reached))
				break;
		return high;
	}
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (vanishes(s, middle, late, &reached))
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void grow_chain(struct search *s)
{
	struct weft_causality *chain = &s->finding->causality;

	if (chain->n < chain->max)
		return;
	chain->max = chain->max ? 2 * chain->max : 8;
	chain->causes = realloc(chain->causes,
				chain->max * sizeof(*chain->causes));
	assert(chain->causes && "out of memory for a chain");
}

static void add_corner(struct search *s, size_t early, size_t late,
		       bool nearby)
{
	struct weft_causality *chain = &s->finding->causality;
	size_t a = s->early[early], b = s->late[late];
	struct weft_cause cause = cause_of(&s->conflicts.ops[a],
					   &s->conflicts.ops[b]);

	grow_chain(s);
	cause.nearby = nearby;
	if (!nearby)
		conflicts_explain(&s->conflicts, &a, &b);
	cause.before = conflicts_end(&s->conflicts, a, &s->finding->evidence);
	cause.after = conflicts_end(&s->conflicts, b, &s->finding->evidence);
	chain->causes[chain->n++] = cause;
}

/*
 * What had to be turned round with a link. @with: by link and way, those of the
 * chain; @way: it can be turned round so; @reach: by any number of such steps
 */
struct company {
	uint64_t	with[LINKS_MAX][2], reach[LINKS_MAX];
	bool		way[LINKS_MAX][2];
};

/* @with: links that were turned round, too; those in @kept are not to be. */
static enum turned turn_link(struct search *s, size_t link, bool forward,
			     uint64_t kept, uint64_t *with)
{
	const struct weft_causality *chain = &s->finding->causality;
	struct weft_order_turn watched[LINKS_MAX] = { 0 };
	struct weft_ordering ordering;
	enum turned turned;
	size_t i;

	*with = 0;
	for (i = 0; i < chain->n; i++)
		watched[i] = (struct weft_order_turn){
			.before = chain->causes[i].before.task,
			.after = chain->causes[i].after.task,
			.hold = chain->causes[i].hold,
			.until = chain->causes[i].until,
			.kept = kept >> i & 1,
		};
	weft_ordering_begin(&ordering, &s->order);
	ordering.watched = watched;
	ordering.watched_n = chain->n;
	turned = spend_turn(s, &chain->causes[link], forward, &ordering);
	for (i = 0; i < chain->n; i++)
		if (i != link && watched[i].turned)
			*with |= 1ull << i;
	return turned;
}

/* What comes along by chance need not: the link is turned round without it then. */
static void see_company(struct search *s, struct company *company, size_t link,
			bool forward)
{
	uint64_t with = 0, more;

	while (turn_link(s, link, forward, with, &more) == TURNED_GONE) {
		company->way[link][forward] = true;
		if (!more)
			return;
		with |= more;
	}
	company->with[link][forward] = with;
}

/* I4 */
static bool is_made_of_others(const struct company *company, size_t link)
{
	bool ever = false;
	uint64_t with;
	int way, i;

	for (way = 0; way < 2; way++) {
		if (!company->way[link][way])
			continue;
		ever = true;
		with = company->with[link][way];
		for (i = 0; i < LINKS_MAX; i++)
			if (company->reach[i] >> link & 1)
				with &= ~(1ull << i);
		if (!with)
			return false;
	}
	return ever;
}

static void find_reach(struct company *company, size_t n)
{
	size_t i, j;

	for (i = 0; i < n; i++)
		company->reach[i] = company->with[i][0] | company->with[i][1];
	for (j = 0; j < n; j++)
		for (i = 0; i < n; i++)
			if (company->reach[i] >> j & 1)
				company->reach[i] |= company->reach[j];
}

static void drop_composed(struct search *s)
{
	struct weft_causality *chain = &s->finding->causality;
	struct company company = { 0 };
	size_t i, n = 0;

	if (chain->n < 2 || chain->n > LINKS_MAX)
		return;
	for (i = 0; i < 2 * chain->n && !s->out_of_budget; i++)
		see_company(s, &company, i / 2, i % 2);
	if (s->out_of_budget)
		return;
	find_reach(&company, chain->n);
	for (i = 0; i < chain->n; i++)
		if (!is_made_of_others(&company, i))
			chain->causes[n++] = chain->causes[i];
	chain->n = n;
}

/* Each corner has a later a and a later b than the last one. */
static bool find_corner(struct search *s, size_t *early, size_t *late)
{
	size_t from = *late;

	/* Holding later does not help then, unless it could not be held (a lock). */
	for (s->last_stays = false; *early < s->early_n && !s->last_stays;
	     (*early)++) {
		if (from >= s->late_n || s->out_of_budget)
			return false;
		*late = first_late(s, *early, from);
		if (*late == s->late_n)
			continue;
		*early = last_early(s, *early, *late);
		return !s->out_of_budget;
	}
	return false;
}

/* Waiting for a service thread's next turn is waiting for everybody's end. */
static bool is_service(const struct search *s, int task)
{
	const struct weft_evidence *evidence = &s->finding->evidence;
	size_t i;

	for (i = 0; i < evidence->tasks_n; i++)
		if (evidence->tasks[i].id == task)
			return evidence->tasks[i].service;
	return false;
}

/* All corners of two tasks that touch the same things. */
static void search_pair(struct search *s, int before, int after)
{
	size_t early = 0, late = 0, had = s->finding->causality.n;

	s->early_n = conflicts_early(&s->conflicts, before, after, s->early);
	s->late_n = conflicts_late(&s->conflicts, before, after, s->late);
	while (find_corner(s, &early, &late))
		add_corner(s, early++, late++, false);
	if (!s->early_n || !s->late_n || s->out_of_budget ||
	    s->finding->causality.n != had || is_service(s, before) ||
	    is_service(s, after))
		return;
	/* Then perhaps what lies between operations matters. */
	s->early_n = conflicts_all(&s->conflicts, before, s->finding->steps,
				   s->early);
	s->late_n = conflicts_all(&s->conflicts, after, ULONG_MAX, s->late);
	early = late = 0;
	if (find_corner(s, &early, &late))
		add_corner(s, early, late, true);
}

static unsigned long when(const struct weft_cause_end *end)
{
	return end->waits ? ~0ul : end->step;
}

/* Who took a lock first is often just what makes something visible. */
static bool is_lock_order(const struct weft_cause *cause)
{
	return weft_op_changes_lock(cause->before.kind) &&
	       weft_op_changes_lock(cause->after.kind);
}

static int compare_causes(const void *a, const void *b)
{
	const struct weft_cause *x = a, *y = b;

	if (is_lock_order(x) != is_lock_order(y))
		return is_lock_order(x) ? 1 : -1;
	if (when(&x->after) != when(&y->after))
		return when(&x->after) < when(&y->after) ? -1 : 1;
	if (when(&x->before) != when(&y->before))
		return when(&x->before) < when(&y->before) ? -1 : 1;
	return x->after.task - y->after.task;
}

static void log_operation(void *arg, const struct weft_operation *op,
			  bool waits)
{
	struct search *s = arg;

	conflicts_add(&s->conflicts, op, &s->order, waits);
}

/* Runs the finding once more, to see its operations. */
static bool record(struct search *s)
{
	struct weft_finding *again;
	struct weft_ordering ordering;

	if (!weft_spend(s->spending, s->x))
		return false;
	weft_ordering_begin(&ordering, &s->order);
	ordering.log = log_operation;
	ordering.arg = s;
	weft_run_aside(s->x, &weft_strategy_order, &ordering, false);
	again = weft_find_signature(s->x, s->finding->signature);
	return again && again->steps == s->finding->steps;
}

static void search_all(struct search *s)
{
	int before, after;

	conflicts_find(&s->conflicts, s->finding->steps);
	s->early = calloc(s->conflicts.n + 1, sizeof(*s->early));
	s->late = calloc(s->conflicts.n + 1, sizeof(*s->late));
	assert(s->early && s->late && "out of memory for candidates");
	for (before = 0; before < WEFT_THREADS_MAX; before++)
		for (after = 0; after < WEFT_THREADS_MAX; after++)
			if (!s->out_of_budget &&
			    (s->conflicts.early[before] >> after & 1))
				search_pair(s, before, after);
}

void weft_causality(struct weft_exec *x, struct weft_finding *finding,
		    struct weft_spending *spending)
{
	struct weft_causality *chain = &finding->causality;
	struct search s = {
		.x = x, .finding = finding, .spending = spending,
	};

	weft_order_create(&s.order, &finding->schedule);
	if (record(&s)) {
		search_all(&s);
		drop_composed(&s);
		chain->complete = !s.out_of_budget;
	}
	if (chain->n)
		qsort(chain->causes, chain->n, sizeof(*chain->causes),
		      compare_causes);
	weft_order_clear(&s.order);
	conflicts_clear(&s.conflicts);
	free(s.early);
	free(s.late);
}
