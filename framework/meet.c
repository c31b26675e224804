/* SPDX-License-Identifier: GPL-2.0-only */
/* Directed at data races; contract in meet.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "meet.h"
#include "strategies/order.h"

/* Executions of one kind, should some of them teach what is shared. */
#define SETTLE_MAX 3

static bool is_racy(const struct weft_schedule *schedule, uint64_t granule)
{
	size_t i;

	for (i = 0; i < schedule->racy_n; i++)
		if (schedule->racy[i] == granule)
			return true;
	return false;
}

/* What is to be a point: all that was, and @granule. */
static void copy_points(struct weft_schedule *to,
			const struct weft_schedule *base, uint64_t granule)
{
	size_t n = base->racy_n;
	uint64_t *racy = malloc((n + 1) * sizeof(*racy));
	int err;

	assert(racy && "out of memory for a directed execution");
	if (n)
		memcpy(racy, base->racy, n * sizeof(*racy));
	if (!is_racy(base, granule))
		racy[n++] = granule;
	err = weft_schedule_set_racy(to, racy, n);
	assert(!err && "out of memory for a directed execution");
	free(racy);
}

static const char *apart_text(const struct weft_exec *x,
			      const struct weft_meeting *meeting, bool stuck)
{
	if (stuck && weft_others_wait(x, meeting->places[!meeting->places[0].here].task))
		return "a task held in front of its access keeps others from going on";
	if (!stuck && !meeting->places[0].made && !meeting->places[1].made)
		return "with one of them held, neither access was made";
	return "with one access held back, the other task does not come to its own";
}

struct directed {
	struct weft_exec		*x;
	const struct weft_order		*order;
	const struct weft_meet_place	*places;
	const struct weft_schedule	*points;
	bool				added;
	const char			*signature;
	struct weft_spending		*spending;
};

/* One execution. @ret_learnt: it showed that more is shared, and counts no race. */
static struct weft_finding *run_once(struct directed *d, int prefer,
				     const char **ret_apart, bool *ret_learnt)
{
	const struct weft_hot *hot = &weft_exec_region(d->x)->hot;
	unsigned long promotions = hot->promotions;
	struct weft_meeting meeting = {
		.places = { d->places[0], d->places[1] }, .prefer = prefer,
		.added = d->added ? d->places[0].granule : UINT64_MAX,
	};
	struct weft_ordering ordering;
	struct weft_finding *found;

	weft_ordering_begin(&ordering, d->order);
	ordering.meeting = &meeting;
	weft_exec_follow(d->x, d->points);
	weft_exec_meet(d->x, &meeting);
	weft_run_aside(d->x, &weft_strategy_order, &ordering, true);
	weft_exec_meet(d->x, NULL);
	weft_exec_follow(d->x, NULL);
	found = weft_find_signature(d->x, d->signature);
	*ret_learnt = hot->promotions != promotions;
	if (found && found->race && found->race->met)
		return found;
	if (!*ret_apart)
		*ret_apart = apart_text(d->x, &meeting, ordering.stuck);
	return NULL;
}

static struct weft_finding *run_until_met(struct directed *d,
					  const char **ret_apart)
{
	struct weft_finding *found = NULL;
	bool learnt;
	int i, prefer;

	/* As recorded, the later one first, the earlier one first. */
	for (prefer = -1; prefer <= 1 && !found; prefer++) {
		learnt = true;
		for (i = 0; i < SETTLE_MAX && learnt && !found; i++) {
			if (!weft_spend(d->spending, d->x))
				return NULL;
			found = run_once(d, prefer < 0 ? -1 : !prefer,
					 ret_apart, &learnt);
		}
	}
	return found;
}

struct weft_finding *weft_meet(struct weft_exec *x,
			       const struct weft_schedule *base,
			       const struct weft_meet_place places[2],
			       const char *signature,
			       struct weft_spending *spending,
			       const char **ret_apart)
{
	struct weft_schedule points = { 0 };
	struct weft_order order;
	struct directed d = {
		.x = x, .order = &order, .places = places, .points = &points,
		.added = !is_racy(base, places[0].granule),
		.signature = signature, .spending = spending,
	};
	struct weft_finding *found;

	assert(places[0].granule == places[1].granule);
	*ret_apart = NULL;
	copy_points(&points, base, places[0].granule);
	weft_order_create(&order, base);
	found = run_until_met(&d, ret_apart);
	weft_order_clear(&order);
	weft_schedule_clear(&points);
	if (found)
		*ret_apart = NULL;
	return found;
}

/* As both sides met. */
static void take_schedule(struct weft_finding *finding,
			  struct weft_finding *met)
{
	weft_finding_keep_first(finding);
	weft_schedule_clear(&finding->schedule);
	finding->schedule = met->schedule;
	finding->preemptions = met->preemptions;
	finding->steps = met->steps;
	memset(&met->schedule, 0, sizeof(met->schedule));
}

static void set_places(struct weft_meet_place *places,
		       const struct weft_race_pair *race)
{
	int i;

	for (i = 0; i < 2; i++)
		places[i] = (struct weft_meet_place){
			.task = race->sides[i].task, .pc = race->sides[i].pc,
			.nth = race->sides[i].nth, .granule = race->granule,
		};
}

bool weft_meet_finding(struct weft_exec *x, struct weft_finding *finding,
		       struct weft_spending *spending)
{
	const struct weft_race_pair *race = finding->race;
	struct weft_meet_place places[2];
	struct weft_finding *met;

	assert(race);
	if (race->met || !race->sides[0].has_stack)
		return false;
	set_places(places, race);
	met = weft_meet(x, &finding->schedule, places, finding->signature,
			spending, &finding->apart);
	finding->directed = spending->spent;
	if (!met)
		return false;
	take_schedule(finding, met);
	return true;
}

void weft_meet_turned(struct weft_exec *x, const struct weft_finding *race)
{
	struct weft_meeting meeting = {
		.turned = true, .prefer = -1, .added = UINT64_MAX,
	};
	struct weft_ordering ordering;
	struct weft_order order;

	assert(race->race && race->race->met);
	set_places(meeting.places, race->race);
	weft_order_create(&order, &race->schedule);
	weft_ordering_begin(&ordering, &order);
	ordering.meeting = &meeting;
	weft_exec_follow(x, &race->schedule);
	weft_exec_meet(x, &meeting);
	weft_run_aside(x, &weft_strategy_order, &ordering, true);
	weft_exec_meet(x, NULL);
	weft_exec_follow(x, NULL);
	weft_order_clear(&order);
}
