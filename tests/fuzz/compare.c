/* SPDX-License-Identifier: GPL-2.0-only */
/* Compares strategies with the oracle; contract in compare.h. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/compare.h"
#include "tests/fuzz/units.h"

#define ORACLE_MAX	1500	/* executions; larger programs are left out */
#define REDUCED_MAX	(4 * ORACLE_MAX)
#define BRUTE_MAX	3000	/* for those that run every schedule */
#define BRUTE_TRACES	150	/* with more traces they are not even asked, */
#define BRUTE_SCHEDULES	1e6	/* nor with so many schedules if nobody waits */

/* What is promised beyond the set of traces; without a row: nothing. */
static const struct promise {
	const char	*name;
	bool		reduces;	/* I2, and ends soon */
	bool		is_optimal;	/* I3 */
	const struct weft_strategy *totals;	/* NULL, or whose they are: I4 */
} promises[] = {
	{ "dpor", true, true },
	{ "source", true, false },
	{ "sleep", true, false },
	{ "dpor-units", true, true, &weft_strategy_dpor },
	{ "careful-units", true, false },
	{ "source-units", true, false },
	{ "sleep-units", true, false },
};

static const struct promise *promise_of(const struct weft_strategy *strategy)
{
	static const struct promise none;
	size_t i;

	for (i = 0; i < sizeof(promises) / sizeof(promises[0]); i++)
		if (!strcmp(promises[i].name, strategy->name))
			return &promises[i];
	return &none;
}

bool fuzz_jury_choose(struct fuzz_jury *jury, const char *names)
{
	char *list = strdup(names ? names : ""), *rest = list, *name;
	bool is_known = true;
	size_t i;

	memset(jury, 0, sizeof(*jury));
	for (i = 0; !names && weft_strategies[i]; i++)
		if (weft_strategies[i]->systematic &&
		    weft_strategies[i] != &weft_strategy_sleep &&
		    jury->n < FUZZ_STRATEGIES_MAX)
			jury->strategies[jury->n++] = weft_strategies[i];
	for (i = 0; !names && fuzz_units[i]; i++)
		if (jury->n < FUZZ_STRATEGIES_MAX)
			jury->strategies[jury->n++] = fuzz_units[i];
	while (names && (name = strsep(&rest, ",")) &&
	       jury->n < FUZZ_STRATEGIES_MAX) {
		jury->strategies[jury->n] = fuzz_strategy_find(name);
		if (!jury->strategies[jury->n++])
			is_known = false;
	}
	free(list);
	return is_known;
}

/* What the oracle, and the strategy being compared, saw; and the one it is taken from. */
static struct fuzz_exploration oracle, other, whole;

static bool misses(const struct fuzz_exploration *e)
{
	uint64_t ignored;

	return fuzz_set_missing(&oracle.traces, &e->traces, &ignored) ||
	       fuzz_set_missing(&oracle.findings, &e->findings, &ignored);
}

static const char *judge_oracle(void)
{
	if (oracle.executions != oracle.traces.n)
		return "a trace is executed twice";
	return oracle.gap || oracle.mismatch ? "the oracle itself has a gap" :
					       NULL;
}

static const char *judge_sets(const struct fuzz_exploration *e, bool strict)
{
	bool is_excused = e->gap && !strict;
	uint64_t ignored;

	if (fuzz_set_missing(&e->traces, &oracle.traces, &ignored))
		return "a trace is executed that the oracle does not know";
	if (fuzz_set_missing(&e->findings, &oracle.findings, &ignored))
		return "something is found that the oracle does not find";
	if (is_excused)
		return NULL;
	if (fuzz_set_missing(&oracle.traces, &e->traces, &ignored))
		return "a trace is missed";
	return fuzz_set_missing(&oracle.findings, &e->findings, &ignored) ?
	       "a finding is missed" : NULL;
}

static const char *judge(const struct fuzz_exploration *e, bool strict)
{
	const struct promise *promise = promise_of(e->strategy);
	const char *wrong;

	if (e->mismatch)
		return "an execution does not repeat its schedule";
	if (!e->is_complete)
		return "the search does not end";
	wrong = judge_sets(e, strict);
	if (wrong || (e->gap && !strict))
		return wrong;
	if (promise->reduces && e->executions != e->traces.n)
		return "a trace is executed twice";
	if (promise->is_optimal && e->blocked)
		return "an execution is cut short";
	return NULL;
}

/* Return: false when the program is too large for the strategy. */
static bool explore_other(struct weft_exec *x, const struct fuzz_program *p,
			  const struct weft_strategy *strategy, uint64_t show)
{
	bool reduces = promise_of(strategy)->reduces;

	if (!reduces && (oracle.executions > BRUTE_TRACES ||
			 fuzz_program_schedules(p) > BRUTE_SCHEDULES))
		return false;
	fuzz_explore(x, strategy, reduces ? REDUCED_MAX : BRUTE_MAX, show,
		     &other);
	return reduces || other.is_complete;
}

/* I4; a search that began again tells less of it. */
static const char *judge_totals(struct weft_exec *x)
{
	const struct weft_strategy *totals = promise_of(other.strategy)->totals;

	if (!totals || other.restarts || other.gap)
		return NULL;
	fuzz_explore(x, totals, REDUCED_MAX, 0, &whole);
	return whole.executions == other.executions &&
	       whole.impossible == other.impossible ? NULL :
	       "it executes what the search in one piece does not";
}

static void count(struct fuzz_tally *tally, const char *wrong)
{
	tally->programs++;
	tally->failed += !!wrong;
	tally->gaps += !!other.gap;
	tally->missed += misses(&other);
	tally->again += other.executions - other.traces.n;
	tally->blocked += other.blocked;
	tally->impossible += other.impossible;
}

static void count_oracle(struct fuzz_jury *jury)
{
	jury->traces += oracle.traces.n;
	jury->findings += oracle.findings.n;
	jury->oracle_blocked += oracle.blocked;
}

struct fuzz_complaint fuzz_compare(struct fuzz_jury *jury,
				   struct fuzz_program *p)
{
	struct fuzz_complaint first = { &weft_strategy_sleep, NULL };
	struct weft_exec *x = fuzz_exec_create(p);
	size_t i;

	jury->programs++;
	if (!x) {
		first.what = "setting the program up fails";
		return first;
	}
	fuzz_explore(x, &weft_strategy_sleep, ORACLE_MAX, 0, &oracle);
	if (oracle.is_complete) {
		count_oracle(jury);
		first.what = judge_oracle();
	} else {
		jury->large++;
	}
	for (i = 0; oracle.is_complete && i < jury->n; i++) {
		const char *wrong;

		if (!explore_other(x, p, jury->strategies[i], 0))
			continue;
		wrong = judge(&other, jury->strict);
		if (!wrong)
			wrong = judge_totals(x);
		count(&jury->tallies[i], wrong);
		if (wrong && !first.what)
			first = (struct fuzz_complaint){ jury->strategies[i],
							 wrong };
	}
	weft_exec_destroy(x);
	return first;
}

static void explain_other(struct weft_exec *x, const struct fuzz_program *p)
{
	size_t n;
	uint64_t trace;

	printf("#   %s: %zu executions, %zu traces, %zu findings, %zu cut short%s%s%s\n",
	       other.strategy->name, other.executions, other.traces.n,
	       other.findings.n, other.blocked,
	       other.is_complete ? "" : ", stopped",
	       other.gap ? "; admits: " : "", other.gap ? other.gap : "");
	n = fuzz_set_missing(&oracle.traces, &other.traces, &trace);
	if (n) {
		printf("#   %zu traces of sleep are missing, one of them:\n",
		       n);
		fuzz_explore(x, &weft_strategy_sleep, ORACLE_MAX, trace,
			     &oracle);
	}
	n = fuzz_set_missing(&other.traces, &oracle.traces, &trace);
	if (n) {
		printf("#   %zu traces are unknown to sleep, one of them:\n",
		       n);
		explore_other(x, p, other.strategy, trace);
	}
}

void fuzz_explain(const struct fuzz_jury *jury, struct fuzz_program *p)
{
	struct weft_exec *x = fuzz_exec_create(p);
	size_t i;

	if (!x)
		return;
	fuzz_explore(x, &weft_strategy_sleep, ORACLE_MAX, 0, &oracle);
	printf("#   sleep: %zu executions, %zu traces, %zu findings, %zu cut short%s%s\n",
	       oracle.executions, oracle.traces.n, oracle.findings.n,
	       oracle.blocked, oracle.is_loose ? "; something is loose" : "",
	       oracle.is_complete ? "" : "; stopped");
	for (i = 0; oracle.is_complete && i < jury->n; i++) {
		if (explore_other(x, p, jury->strategies[i], 0))
			explain_other(x, p);
		else
			printf("#   %s: too many schedules\n",
			       jury->strategies[i]->name);
	}
	weft_exec_destroy(x);
}
