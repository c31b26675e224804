/* SPDX-License-Identifier: GPL-2.0-only */
/* Prediction of deadlocks, and witnesses; contract in witness.h. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "confirm.h"
#include "shown.h"
#include "strategies/hold.h"
#include "witness.h"

#define CHAINS_MAX 256		/* foretold ones that are looked at */

_Static_assert(WEFT_HOLD_LINKS_MAX >= WEFT_CYCLE_MAX,
	       "a chain can be directed at");

/* As the deadlock detector names it: the classes waited for, sorted. */
static void chain_signature(const struct weft_exec *x,
			    const struct weft_chain *chain, char *to,
			    size_t size)
{
	uint32_t classes[WEFT_CYCLE_MAX];
	unsigned int i;

	for (i = 0; i < chain->n; i++)
		classes[i] = chain->links[i]->wanted.class;
	weft_deadlock_signature(x, classes, chain->n, to, size);
}

struct directed {
	struct weft_exec		*x;
	const struct weft_campaign	*campaign;
	struct weft_result		*result;
	struct weft_spending		spending;
	bool				broken;	/* a finding did not come again */
};

static void begin_directed(struct directed *d, struct weft_exec *x,
			   const struct weft_campaign *campaign,
			   struct weft_result *result)
{
	memset(d, 0, sizeof(*d));
	d->x = x;
	d->campaign = campaign;
	d->result = result;
	d->spending = explorer__spending(campaign, campaign->witness_max);
}

/* Keeps what the directed execution found; was it what it was directed at? */
static bool keep(struct directed *d, const char *signature,
		 unsigned long predicted)
{
	size_t n, i;
	struct weft_finding *findings = weft_exec_findings(d->x, &n);

	for (i = 0; i < n; i++) {
		findings[i].execution = weft_result_runs(d->result);
		if (!strcmp(findings[i].signature, signature))
			findings[i].predicted = predicted;
	}
	d->broken = !explorer__keep_findings(d->x, d->campaign, d->result,
					     findings, n);
	return weft_result_find(d->result, signature);
}

/* Each task of the chain gets its turn to go first. */
static bool direct(struct directed *d, const struct weft_chain *chain,
		   const char *signature, unsigned long predicted)
{
	unsigned int first, i;

	for (first = 0; first < chain->n && !d->broken; first++) {
		struct weft_hold hold = { .n = chain->n, .first = first };

		if (!weft_spend(&d->spending, d->x))
			return false;
		for (i = 0; i < chain->n; i++)
			hold.links[i] = chain->links[i];
		weft_run_aside(d->x, &weft_strategy_hold, &hold, false);
		d->result->executions_aside++;
		if (keep(d, signature, predicted))
			return true;
	}
	return false;
}

/* Signatures that were tried. */
struct tried {
	char	*texts[CHAINS_MAX];
	size_t	n;
};

static void note_tried(struct tried *tried, const char *signature)
{
	size_t i;

	for (i = 0; i < tried->n; i++)
		if (!strcmp(tried->texts[i], signature))
			return;
	tried->texts[tried->n] = strdup(signature);
	assert(tried->texts[tried->n] && "out of memory for predictions");
	tried->n++;
}

static void keep_tried(const struct tried *tried, struct weft_result *result)
{
	size_t n = result->predicted + tried->n, i;

	result->chains = realloc(result->chains,
				 (n + 1) * sizeof(*result->chains));
	assert(result->chains && "out of memory for predictions");
	for (i = 0; i < tried->n; i++)
		result->chains[result->predicted++] = tried->texts[i];
}

void weft_count_confirmed(struct weft_result *result)
{
	unsigned long i;

	result->confirmed = 0;
	for (i = 0; i < result->predicted; i++)
		result->confirmed += !!weft_result_find(result, result->chains[i]);
}

enum explorer_end weft_predict(struct weft_exec *x,
			       const struct weft_campaign *campaign,
			       struct weft_result *result)
{
	unsigned long execution = weft_result_runs(result);
	struct tried tried = { .n = 0 };
	struct weft_chains chains;
	struct weft_chain chain;
	char signature[1024];
	struct directed d;
	unsigned int seen;

	weft_chains_begin(&chains, weft_exec_lockdeps(x), NULL, 0);
	begin_directed(&d, x, campaign, result);
	for (seen = 0; seen < CHAINS_MAX && !d.broken &&
	     weft_chains_next(&chains, &chain) == WEFT_CHAIN_FOUND; seen++) {
		chain_signature(x, &chain, signature, sizeof(signature));
		if (weft_result_find(result, signature))
			continue;
		d.spending.spent = 0;
		note_tried(&tried, signature);
		direct(&d, &chain, signature, execution);
	}
	keep_tried(&tried, result);
	if (d.broken)
		return EXPLORER_STOPPED;
	if (!weft_result_bugs(result) || campaign->keep_going)
		return EXPLORER_ON;
	explorer__set_verdict(result, WEFT_VERDICT_BUG, "");
	return EXPLORER_STOPPED;
}

/* ---- verdicts of cycles ---- */

static uint32_t class_of(const struct weft_lockgraph *graph, uint32_t node)
{
	uint32_t class;

	for (class = 0; class < graph->by_class_n; class++)
		if (graph->by_class[class] == node + 1)
			break;
	assert(class < graph->by_class_n);	/* a wait is in no cycle */
	return class;
}

/* A cycle as findings show it. */
struct asked {
	struct weft_shown_class	shown[WEFT_CYCLE_MAX];
	uint32_t		classes[WEFT_CYCLE_MAX];
	unsigned int		n;
	bool			annotation;	/* one of them is one */
};

static void ask(struct directed *d, const struct weft_lock_cycle *cycle,
		struct asked *ret)
{
	const struct weft_lockgraph *graph = &d->result->graph;
	unsigned int i;

	ret->n = cycle->n;
	ret->annotation = false;
	for (i = 0; i < cycle->n; i++) {
		uint32_t class = class_of(graph, cycle->nodes[i]);

		ret->classes[i] = class;
		ret->shown[i].name = weft_exec_class_name(d->x, class);
		ret->shown[i].lock_n = weft_exec_lock_name_n(d->x, class);
		ret->shown[i].annotation =
			graph->nodes[cycle->nodes[i]].kind ==
			WEFT_LOCK_ANNOTATION;
		ret->annotation |= ret->shown[i].annotation;
	}
}

/* Is anybody but the tasks of @chain seen to write to what @reader wants? */
static bool has_writer(const struct weft_lockdeps *deps,
		       const struct weft_chain *chain,
		       const struct weft_lock_dep *reader)
{
	unsigned int link;
	size_t i;

	for (i = 0; i < deps->n; i++) {
		if (!weft_dep_is_behind(reader, &deps->deps[i]))
			continue;
		for (link = 0; link < chain->n; link++)
			if (chain->links[link]->task == deps->deps[i].task)
				break;
		if (link == chain->n)
			return true;
	}
	return false;
}

/*
 * Would it be a chain if readers waited for readers? Return: such a reader, rather one
 * of a lock that nobody else writes; or NULL.
 */
static const struct weft_lock_dep *find_reader(struct directed *d,
					       const uint32_t *classes,
					       unsigned int n)
{
	const struct weft_lockdeps *deps = weft_exec_lockdeps(d->x);
	const struct weft_lock_dep *found = NULL;
	struct weft_chains chains;
	struct weft_chain chain;
	unsigned int i;

	weft_chains_begin(&chains, deps, classes, n);
	chains.readers_wait = true;
	if (weft_chains_next(&chains, &chain) != WEFT_CHAIN_FOUND)
		return NULL;
	for (i = 0; i < chain.n; i++) {
		const struct weft_lock_dep *link = chain.links[i];

		if (!weft_dep_both_read(link, chain.links[(i + 1) % chain.n]))
			continue;
		if (!has_writer(deps, &chain, link))
			return link;
		found = link;
	}
	return found;
}

/* W3: may a task that is stuck there be at one of the annotations? */
static bool may_be_within(const struct weft_task_state *task,
			  const struct asked *asked)
{
	unsigned int i;

	for (i = 0; i < asked->n; i++)
		if (asked->shown[i].annotation &&
		    weft_shown_holds(task, &asked->shown[i]))
			return true;
	/* An announced lock is an annotation that was taken for held. */
	return !task->wait_lock || task->wait_since;
}

static bool may_be(const struct weft_finding *finding,
		   const struct asked *asked)
{
	size_t i;

	if (strcmp(finding->kind, weft_detector_deadlock.name))
		return false;
	for (i = 0; i < finding->tasks_n; i++) {
		size_t task = (size_t)finding->tasks[i];

		if (task >= finding->evidence.tasks_n ||
		    may_be_within(&finding->evidence.tasks[task], asked))
			return true;
	}
	return false;
}

/* Is there a deadlock that may be this cycle, though it does not show that? */
static bool may_be_found(const struct weft_result *result,
			 const struct asked *asked)
{
	size_t i;

	for (i = 0; i < result->findings_n && asked->annotation; i++)
		if (may_be(&result->findings[i], asked))
			return true;
	return false;
}

static const char *annotation_reason(const struct weft_result *result,
				     const struct asked *asked)
{
	if (may_be_found(result, asked))
		return "it goes through an annotation, which nobody can be held at, and a deadlock was found that may be it";
	if (result->exhausted)
		return "it goes through an annotation, which nobody can be held at; no deadlock of the whole search has it held or ends in a wait";
	return "it goes through an annotation, which nobody can be held at";
}

static void set_reason(struct directed *d, struct weft_lock_cycle *cycle,
		       const struct asked *asked,
		       const struct weft_chains *chains, unsigned int tried)
{
	const struct weft_lock_dep *reader;
	const char *text = "no two tasks were seen to take the same locks against each other";

	if (may_be_found(d->result, asked))
		text = annotation_reason(d->result, asked);
	else if (tried)
		text = "executions directed at it did not get all tasks to their places: other orders keep them apart";
	else if (weft_exec_lockdeps(d->x)->full)
		text = "more was locked than is remembered, and what is remembered does not make it";
	else if (asked->annotation)
		text = annotation_reason(d->result, asked);
	else if (chains->gated != UINT32_MAX) {
		snprintf(cycle->reason, sizeof(cycle->reason),
			 "gate lock: two of them always hold %s",
			 weft_exec_class_name(d->x, chains->gated));
		return;
	} else if ((reader = find_reader(d, asked->classes, asked->n))) {
		snprintf(cycle->reason, sizeof(cycle->reason),
			 "they only read %s, and no other task was seen that could be in line as a writer in between",
			 weft_exec_class_name(d->x, reader->wanted.class));
		return;
	}
	snprintf(cycle->reason, sizeof(cycle->reason), "%s", text);
}

static bool is_feasible(struct directed *d, struct weft_lock_cycle *cycle,
			const struct asked *asked)
{
	struct weft_chains chains;
	struct weft_chain chain;
	char signature[1024];
	unsigned int tried = 0;

	d->spending.spent = 0;
	weft_chains_begin(&chains, weft_exec_lockdeps(d->x), asked->classes,
			  asked->n);
	while (tried < CHAINS_MAX &&
	       weft_chains_next(&chains, &chain) == WEFT_CHAIN_FOUND) {
		chain_signature(d->x, &chain, signature, sizeof(signature));
		free(cycle->signature);
		cycle->signature = strdup(signature);
		tried++;
		if (weft_result_find(d->result, signature) ||
		    direct(d, &chain, signature, weft_result_runs(d->result)))
			break;
	}
	cycle->directed = d->spending.spent;
	if (cycle->signature && weft_result_find(d->result, cycle->signature))
		return true;
	set_reason(d, cycle, asked, &chains, tried);
	return false;
}

/* Also what no chain is: a task that takes a lock twice, or waits (shown.h). */
static bool is_shown(struct directed *d, struct weft_lock_cycle *cycle,
		     const struct asked *asked)
{
	const struct weft_result *result = d->result;
	size_t i;

	for (i = 0; i < result->findings_n; i++) {
		const struct weft_finding *finding = &result->findings[i];

		if (strcmp(finding->kind, weft_detector_deadlock.name) ||
		    !weft_shows_cycle(&finding->evidence, asked->shown,
				      asked->n))
			continue;
		cycle->signature = strdup(finding->signature);
		assert(cycle->signature && "out of memory for cycles");
		return true;
	}
	return false;
}

static void judge(struct directed *d, struct weft_lock_cycle *cycle)
{
	struct asked asked;

	ask(d, cycle, &asked);
	if (is_shown(d, cycle, &asked) || is_feasible(d, cycle, &asked))
		cycle->verdict = WEFT_CYCLE_FEASIBLE;
	else if (d->result->exhausted && !may_be_found(d->result, &asked))
		cycle->verdict = WEFT_CYCLE_INFEASIBLE;
	else
		cycle->verdict = WEFT_CYCLE_UNKNOWN;
}

void weft_judge_cycles(struct weft_exec *x,
		       const struct weft_campaign *campaign,
		       struct weft_result *result)
{
	struct directed d;
	size_t i;

	result->cycles = calloc(WEFT_CYCLES_MAX, sizeof(*result->cycles));
	assert(result->cycles && "out of memory for cycles");
	result->cycles_n = weft_lockgraph_cycles(&result->graph, result->cycles,
						 &result->cycles_more);
	begin_directed(&d, x, campaign, result);
	for (i = 0; i < result->cycles_n && !d.broken; i++)
		judge(&d, &result->cycles[i]);
	if (!d.broken && weft_result_bugs(result) &&
	    (result->verdict == WEFT_VERDICT_EXHAUSTED ||
	     result->verdict == WEFT_VERDICT_INCOMPLETE))
		result->verdict = WEFT_VERDICT_BUG;
}
