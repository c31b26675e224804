/* SPDX-License-Identifier: GPL-2.0-only */
/* Campaigns on a mutant; contract in mutant_run.h. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "batch.h"
#include "expect.h"
#include "interrupt.h"
#include "mutant_run.h"
#include "output.h"

/* Of one campaign, unless --executions says otherwise. */
#define EXECUTIONS_MAX 5000

/* One campaign to be run. */
struct trial {
	const struct options	*options;
	const struct mutant	*mutant;
	const struct weft_scenario *scenario;
	const char		*tag;
	const struct image	*image, *base;
	bool			is_base;	/* @image is the unmodified kernel */
	size_t			seen;		/* findings that were looked at */
};

static const struct weft_finding *first_new(struct campaign *c,
					    const char *tag,
					    const struct weft_result *result)
{
	campaign_symbols(c);
	return expect_first_new(&c->run, tag, result);
}

/* M2; only what has just been found needs a look. */
static bool is_killed(struct campaign *c, const struct weft_result *so_far)
{
	struct trial *trial = c->enough_arg;

	if (trial->seen == so_far->findings_n)
		return false;
	trial->seen = so_far->findings_n;
	return first_new(c, trial->tag, so_far);
}

static void set_options(struct options *ret, const struct options *options,
			enum mutant_search search)
{
	*ret = *options;
	ret->jobs = 1;			/* M2 needs each execution as it comes */
	if (!ret->executions)
		ret->executions = EXECUTIONS_MAX;
	if (search == MUTANT_DEFAULT)
		return;
	ret->strategy = weft_strategy_find(search == MUTANT_DPOR ? "dpor" :
								   "random");
	ret->preemptions_given = ret->iterate = ret->delays_given = false;
}

static void explore(struct campaign *c, struct trial *trial)
{
	c->plan.keep_going = c->plan.keep_going || trial->is_base;
	c->plan.minimise_max = 0;
	c->plan.causality_max = 0;
	c->enough = trial->is_base ? NULL : is_killed;
	c->enough_arg = trial;
	campaign_explore(c);
}

/* Lines of a changed file move: numbers do not tell two defects apart. */
static bool same_defect(const char *a, const char *b)
{
	for (;;) {
		a += strspn(a, "0123456789");
		b += strspn(b, "0123456789");
		if (*a != *b || !*a)
			return *a == *b;
		a++;
		b++;
	}
}

static bool has_defect(const struct weft_result *result,
		       const char *signature)
{
	size_t i;

	for (i = 0; i < result->findings_n; i++)
		if (same_defect(result->findings[i].signature, signature))
			return true;
	return false;
}

/*
 * M1 where a bug is expected: "weft check" stops at it, so that the unmodified kernel may
 * have more than the expectations say. It goes on here.
 */
static int ask_base(const struct trial *trial, const char *signature,
		    bool *ret_known)
{
	struct trial base = *trial;
	struct options own;
	struct campaign c;
	int status;

	base.is_base = true;
	set_options(&own, trial->options, MUTANT_DEFAULT);
	status = campaign_open(&c, &own, trial->scenario, trial->base, NULL);
	if (!status) {
		explore(&c, &base);
		*ret_known = has_defect(&c.result, signature);
	}
	campaign_close(&c);
	return status;
}

static void take_finding(const struct weft_finding *finding,
			 const struct trial *trial, struct mutant_kill *kill)
{
	kill->scenario = trial->scenario;
	kill->detector = output_format("%s", finding->kind);
	kill->summary = output_format("%s", finding->summary);
	kill->signature = output_format("%s", finding->signature);
}

static bool is_named(const struct mutant *mutant, const char *name)
{
	size_t i;

	for (i = 0; i < mutant->kill.n; i++)
		if (!strcmp(mutant->kill.at[i], name))
			return true;
	return false;
}

/*
 * A scenario that cannot be set up, or meets what is not modelled, tells nothing. Where
 * that is one the mutant names, something is wrong with its image.
 */
static int our_fault(const struct campaign *c, const struct trial *trial)
{
	enum weft_verdict verdict = c->result.verdict;

	if (verdict != WEFT_VERDICT_INTERNAL &&
	    verdict != WEFT_VERDICT_UNMODELLED)
		return 0;
	output_error("%s: %s: %s", c->name, weft_verdict_name(verdict),
		     c->result.reason);
	return is_named(trial->mutant, trial->scenario->name) ? (int)verdict :
								0;
}

static int count(struct campaign *c, const struct trial *trial,
		 struct mutant_kill *kill, struct mutant_count *ret)
{
	const struct weft_finding *finding = first_new(c, trial->tag,
						       &c->result);

	ret->tried = true;
	ret->found = finding;
	ret->exhausted = c->result.exhausted;
	ret->executions = finding ? finding->execution :
				    weft_result_runs(&c->result);
	if (finding && !kill->scenario)
		take_finding(finding, trial, kill);
	return finding ? 0 : our_fault(c, trial);
}

static int run_trial(struct trial *trial, enum mutant_search search,
		     struct mutant_kill *kill)
{
	struct mutant_count *ret = &kill->counts[search];
	clock_t began = clock();
	struct options own;
	struct campaign c;
	int status;

	trial->seen = 0;
	set_options(&own, trial->options, search);
	status = campaign_open(&c, &own, trial->scenario, trial->image, NULL);
	if (!status) {
		explore(&c, trial);
		status = count(&c, trial, kill, ret);
	}
	campaign_close(&c);
	ret->seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
	return status;
}

static void forget_finding(struct mutant_kill *kill)
{
	free(kill->detector);
	free(kill->summary);
	free(kill->signature);
	kill->detector = kill->summary = kill->signature = NULL;
	kill->scenario = NULL;
}

/* Was it no kill after all? */
static int confirm(const struct trial *trial, struct mutant_kill *kill)
{
	bool known = false;
	int status;

	if (!kill->scenario || trial->scenario->keep_going ||
	    !expect_is_bug(trial->scenario, trial->tag))
		return 0;
	status = ask_base(trial, kill->signature, &known);
	if (known)
		forget_finding(kill);
	return status;
}

static int try_scenario(struct trial *trial,
			const struct weft_scenario *scenario,
			struct mutant_kill *kill)
{
	int status;

	if (kill->scenario || interrupt_came())
		return 0;
	trial->scenario = scenario;
	kill->tried++;
	status = run_trial(trial, MUTANT_DEFAULT, kill);
	return status ? status : confirm(trial, kill);
}

static int try_bank(struct trial *trial, struct mutant_kill *kill)
{
	const struct mutant *mutant = trial->mutant;
	int status = 0;
	size_t i;

	for (i = 0; !status && i < mutant->kill.n; i++)
		status = try_scenario(trial,
				      batch_find_scenario(mutant->kill.at[i]),
				      kill);
	for (i = 0; !status && weft_scenarios[i]; i++)
		if (!strchr(weft_scenarios[i]->name, '/') &&
		    !is_named(mutant, weft_scenarios[i]->name))
			status = try_scenario(trial, weft_scenarios[i], kill);
	return status;
}

int mutant_run(const struct options *options, const struct mutant *mutant,
	       const struct image *base, const struct image *image,
	       struct mutant_kill *ret)
{
	struct trial trial = {
		.options = options, .mutant = mutant, .tag = base->tag,
		.base = base, .image = image,
	};
	enum mutant_search search;
	int status;

	memset(ret, 0, sizeof(*ret));
	status = try_bank(&trial, ret);
	trial.scenario = ret->scenario;
	for (search = MUTANT_DPOR; !status && ret->scenario &&
	     search < MUTANT_SEARCHES && !interrupt_came(); search++)
		status = run_trial(&trial, search, ret);
	return status;
}

void mutant_kill_clear(struct mutant_kill *kill)
{
	forget_finding(kill);
	memset(kill, 0, sizeof(*kill));
}
