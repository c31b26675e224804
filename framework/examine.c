/* SPDX-License-Identifier: GPL-2.0-only */
/* What is done with a finding when it is new; contract in explorer_internal.h. */
#include <assert.h>
#include <string.h>

#include "causality.h"
#include "explorer_internal.h"
#include "meet.h"
#include "minimise.h"

/* Does the user know it? */
static bool is_suppressed(const struct weft_campaign *campaign,
			  struct weft_result *result,
			  struct weft_finding *finding)
{
	if (campaign->suppress)
		finding->suppression = campaign->suppress(campaign->arg,
							  finding);
	if (finding->suppression && !finding->advisory)
		result->suppressed++;
	return finding->suppression;
}

static bool confirm(struct weft_exec *x, struct weft_result *result,
		    struct weft_finding *finding)
{
	result->executions_aside++;
	return weft_confirm(x, finding);
}

/* Keeps the bugs that show when the accesses of the race @nth come the other way. */
static void turn(struct weft_exec *x, const struct weft_campaign *campaign,
		 struct weft_result *result, size_t nth)
{
	struct weft_spending spending = explorer__spending(campaign, 1);
	struct weft_finding *findings;
	size_t n, i;

	if (!campaign->witness_max || !weft_spend(&spending, x))
		return;
	weft_meet_turned(x, &result->findings[nth]);
	result->executions_aside++;
	findings = weft_exec_findings(x, &n);
	for (i = 0; i < n; i++) {
		if (findings[i].advisory ||
		    weft_result_find(result, findings[i].signature))
			continue;
		findings[i].execution = weft_result_runs(result);
		findings[i].predicted = findings[i].execution;
		findings[i].turned = true;
		explorer__keep_finding(result, &findings[i]);
	}
}

/* Brings the two sides of a race together. False: they do not meet again. */
static bool meet(struct weft_exec *x, const struct weft_campaign *campaign,
		 struct weft_result *result, struct weft_finding *finding)
{
	struct weft_spending spending =
		explorer__spending(campaign, campaign->witness_max);
	unsigned long directed = finding->directed;
	bool met = weft_meet_finding(x, finding, &spending);

	finding->directed = directed + spending.spent;
	result->executions_aside += spending.spent;
	return !met || (confirm(x, result, finding) && finding->race->met);
}

/* Makes @schedule, which shows it with so many, the one of the finding. */
static void go_back(struct weft_finding *finding,
		    const struct weft_schedule *schedule,
		    unsigned int preemptions, unsigned long steps)
{
	weft_schedule_clear(&finding->schedule);
	if (weft_schedule_copy(&finding->schedule, schedule))
		assert(!"out of memory for a schedule");
	finding->preemptions = preemptions;
	finding->steps = steps;
}

static bool is_as_found(const struct weft_finding *finding)
{
	return finding->preemptions == finding->first.preemptions &&
	       finding->steps == finding->first.steps;
}

/* With what is left of the schedule it was found with, if that is less. */
static bool meet_thinned_out(struct weft_exec *x,
			     const struct weft_campaign *campaign,
			     struct weft_result *result,
			     struct weft_finding *finding,
			     struct weft_spending *smaller)
{
	const struct weft_first *first = &finding->first;

	if (finding->race->met) {
		go_back(finding, &first->schedule, first->preemptions,
			first->steps);
		if (!confirm(x, result, finding))
			return false;
	}
	weft_thin_out(x, finding, smaller);
	return confirm(x, result, finding) &&
	       (is_as_found(finding) || meet(x, campaign, result, finding));
}

/*
 * What was switched before the two tasks are held stays switched. So they are brought
 * together anew after that is thinned out: with less, or at all.
 */
static bool meet_again(struct weft_exec *x,
		       const struct weft_campaign *campaign,
		       struct weft_result *result, struct weft_finding *finding,
		       struct weft_spending *smaller)
{
	unsigned int preemptions = finding->preemptions;
	struct weft_schedule kept = { 0 };
	unsigned long steps = finding->steps;
	bool met = finding->race->met, good;

	if (weft_schedule_copy(&kept, &finding->schedule))
		assert(!"out of memory for a schedule");
	good = meet_thinned_out(x, campaign, result, finding, smaller);
	if (good && met &&
	    (!finding->race->met || finding->preemptions > preemptions ||
	     (finding->preemptions == preemptions && finding->steps > steps))) {
		go_back(finding, &kept, preemptions, steps);
		good = confirm(x, result, finding);
	}
	weft_schedule_clear(&kept);
	return good;
}

/* Of a data race: both sides together if that can be, and what follows from it. */
static bool examine_race(struct weft_exec *x,
			 const struct weft_campaign *campaign,
			 struct weft_result *result, size_t nth,
			 struct weft_spending *smaller)
{
	bool apart = campaign->witness_max && !result->findings[nth].race->met;

	if (apart && !meet(x, campaign, result, &result->findings[nth]))
		return false;
	if (result->findings[nth].race->met)
		turn(x, campaign, result, nth);
	return !apart || !smaller->max ||
	       meet_again(x, campaign, result, &result->findings[nth], smaller);
}

/* Less happens in a smaller schedule, and so other things may follow. */
static void turn_smaller(struct weft_exec *x,
			 const struct weft_campaign *campaign,
			 struct weft_result *result, size_t nth)
{
	struct weft_finding *finding = &result->findings[nth];

	if (!finding->race || !finding->race->met)
		return;
	finding->apart = NULL;
	turn(x, campaign, result, nth);
}

/* Choices made up to @step, of the execution that was recorded. */
static size_t count_choices(const struct weft_evidence *evidence,
			    unsigned long step)
{
	size_t i, n = 0;

	for (i = 0; i < evidence->steps_n; i++)
		n += evidence->steps[i].kind == WEFT_OP_CHOOSE &&
		     evidence->steps[i].step <= step;
	return n;
}

/*
 * A race is told at its second access: all behind it is the default choice again. Unless
 * the access comes in a run without a step, which is cut off, too.
 */
static bool cut_behind_race(struct weft_exec *x, struct weft_result *result,
			    struct weft_finding *finding)
{
	struct weft_schedule *schedule = &finding->schedule, whole = { 0 };
	unsigned int preemptions = finding->preemptions;
	unsigned long steps = finding->steps;
	bool met, good;

	if (!finding->race || !steps ||
	    weft_schedule_steps(schedule, schedule->runs_n) <= steps)
		return true;
	if (weft_schedule_copy(&whole, schedule))
		assert(!"out of memory for a schedule");
	met = finding->race->met;
	weft_schedule_cut(schedule, steps,
			  count_choices(&finding->evidence, steps));
	good = confirm(x, result, finding) && finding->race->met == met;
	if (!good) {
		go_back(finding, &whole, preemptions, steps);
		good = confirm(x, result, finding);
	}
	weft_schedule_clear(&whole);
	return good;
}

bool explorer__examine(struct weft_exec *x, const struct weft_campaign *campaign,
		       struct weft_result *result, size_t nth)
{
	struct weft_spending smaller =
		explorer__spending(campaign, campaign->minimise_max);
	struct weft_spending why = smaller;
	struct weft_finding *finding = &result->findings[nth];

	why.max = campaign->causality_max;
	if (finding->race)
		smaller.steps_max = WEFT_EXAMINE_RACE_STEPS;
	if (!confirm(x, result, finding))
		return false;
	if (is_suppressed(campaign, result, finding))
		return true;
	if (finding->race &&
	    !examine_race(x, campaign, result, nth, &smaller))
		return false;
	finding = &result->findings[nth];	/* others may have come behind it */
	weft_minimise(x, finding, &smaller);
	result->executions_aside += smaller.spent;
	if (!confirm(x, result, finding))
		return false;
	/* Of a race two places and their stacks say it all; there may be many. */
	if (!finding->advisory) {
		weft_causality(x, finding, &why);
		result->executions_aside += why.spent;
	}
	if (!smaller.spent)
		return true;
	turn_smaller(x, campaign, result, nth);
	return cut_behind_race(x, result, &result->findings[nth]);
}
