/* SPDX-License-Identifier: GPL-2.0-only */
/* Results as JSON (jansson); contract in json.h and report.h. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/explorer.h"
#include "finding_table.h"
#include "coverage.h"
#include "json.h"
#include "output.h"
#include "suppress_file.h"
#include "version.h"

#define FRAMES_PER_PC 24

/* Text may carry bytes of the tested code; JSON wants UTF-8. */
struct json_t *json_text(const char *text)
{
	json_t *string;
	char *plain, *at;

	if (!text)
		return json_null();
	string = json_string(text);
	if (string)
		return string;
	plain = output_format("%s", text);
	for (at = plain; *at; at++)
		if ((unsigned char)*at >= 0x80)
			*at = '?';
	string = json_string(plain);
	free(plain);
	return string;
}

static json_t *number(unsigned long value)
{
	return json_integer((json_int_t)value);
}

static json_t *bound_or_null(uint32_t bound)
{
	return bound == WEFT_BOUND_NONE ? json_null() : number(bound);
}

/*
 * Highest bound that is exhausted: -1 not even 0; null: no bound at all.
 * @counted: it is what the strategy counts
 */
static json_t *covered(const struct weft_result *result, bool counted)
{
	uint32_t done = result->progress.bound_done;

	if (done == WEFT_BOUND_NONE)
		return json_null();
	return json_integer(counted ? (json_int_t)done - 1 : -1);
}

static json_t *bounds(const struct weft_run *run)
{
	const struct weft_campaign *campaign = run->campaign;
	bool delays = campaign->strategy->delays;
	json_t *object = json_object();

	json_object_set_new(object, "preemptions",
			    bound_or_null(campaign->options.preemptions));
	json_object_set_new(object, "iterate",
			    json_boolean(campaign->options.iterate));
	json_object_set_new(object, "preemptions_covered",
			    covered(run->result, !delays));
	json_object_set_new(object, "delays",
			    bound_or_null(campaign->options.delays));
	json_object_set_new(object, "delays_covered",
			    covered(run->result, delays));
	json_object_set_new(object, "executions", campaign->executions_max ?
			    number(campaign->executions_max) : json_null());
	json_object_set_new(object, "depth", number(run->depth));
	json_object_set_new(object, "memory_bytes_max",
			    number(run->memory_max));
	json_object_set_new(object, "symmetry",
			    json_boolean(run->symmetry));
	json_object_set_new(object, "faults", number(run->faults));
	json_object_set_new(object, "memory_model", json_string("SC"));
	json_object_set_new(object, "focus", json_text(run->focus));
	json_object_set_new(object, "params", json_text(run->params));
	json_object_set_new(object, "tasks",
			    json_integer(run->result->tasks_max));
	json_object_set_new(object, "scenario_tasks",
			    json_integer(weft_scenario_tasks(run->scenario)));
	return object;
}

static json_t *estimate(const struct weft_progress *progress)
{
	json_t *object = json_object();

	json_object_set_new(object, "executions", progress->estimate > 0 ?
			    json_real(progress->estimate) : json_null());
	json_object_set_new(object, "done", progress->done >= 0 ?
			    json_real(progress->done) : json_null());
	return object;
}

static json_t *probes(const struct weft_run *run)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < run->probes_n; i++)
		json_object_set_new(object, run->probes[i].name,
				    number(run->probes[i].count));
	return object;
}

static json_t *lock_names(const struct weft_finding *finding)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < finding->locks_n; i++)
		json_array_append_new(array, json_text(finding->locks[i]));
	return array;
}

static json_t *task_name(const struct weft_finding *finding, int task)
{
	size_t i;

	for (i = 0; i < finding->evidence.tasks_n; i++)
		if (finding->evidence.tasks[i].id == task)
			return json_text(finding->evidence.tasks[i].name);
	return json_sprintf("task %d", task);
}

static json_t *task_names(const struct weft_finding *finding)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < finding->tasks_n; i++)
		json_array_append_new(array, task_name(finding,
						       finding->tasks[i]));
	return array;
}

/* One end of a link: who did what to which thing, and where. */
static json_t *cause_end(const struct weft_run *run,
			 const struct weft_finding *finding,
			 const struct weft_cause_end *end)
{
	const struct weft_stack *stack = weft_why_stack(finding, end);
	struct weft_frame site = { 0 };
	json_t *object = json_object();
	char what[200];

	weft_why_object(finding, end, what, sizeof(what));
	if (!stack || !weft_symbols_site(run->symbols, stack, &site))
		memset(&site, 0, sizeof(site));
	json_object_set_new(object, "task", task_name(finding, end->task));
	json_object_set_new(object, "operation",
			    json_text(weft_op_name(end->kind)));
	json_object_set_new(object, "object", json_text(what));
	json_object_set_new(object, "step", end->waits ? json_null() :
			    number(end->step));
	json_object_set_new(object, "function", json_text(site.function));
	json_object_set_new(object, "file", json_text(site.file));
	json_object_set_new(object, "line", site.file ?
			    json_integer(site.line) : json_null());
	return object;
}

static json_t *causality(const struct weft_run *run,
			 const struct weft_finding *finding)
{
	const struct weft_causality *why = &finding->causality;
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < why->n; i++) {
		json_t *link = json_object();

		json_object_set_new(link, "before",
				    cause_end(run, finding,
					      &why->causes[i].before));
		json_object_set_new(link, "after",
				    cause_end(run, finding,
					      &why->causes[i].after));
		json_object_set_new(link, "nearby",
				    json_boolean(why->causes[i].nearby));
		json_array_append_new(array, link);
	}
	return array;
}

static json_t *first_found(const struct weft_run *run, size_t i)
{
	const struct weft_first *first = &run->result->findings[i].first;
	const char *path = run->firsts ? run->firsts[i] : NULL;
	json_t *object = json_object();

	if (!path && run->schedules)
		path = run->schedules[i];	/* it is the same */
	json_object_set_new(object, "preemptions", number(first->preemptions));
	json_object_set_new(object, "steps", number(first->steps));
	json_object_set_new(object, "schedule", json_text(path));
	return object;
}

static void set_minimal(json_t *object, const struct weft_run *run, size_t i)
{
	const struct weft_finding *finding = &run->result->findings[i];

	json_object_set_new(object, "minimal",
			    json_string(weft_minimal_name(finding->minimal)));
	json_object_set_new(object, "minimise_executions",
			    number(finding->minimise_executions));
	json_object_set_new(object, "first", first_found(run, i));
	json_object_set_new(object, "causality", causality(run, finding));
	json_object_set_new(object, "causality_complete",
			    json_boolean(finding->causality.complete));
}

/* Steps that are repeated for ever. */
static json_t *cycle(const struct weft_finding *finding)
{
	json_t *object;

	if (!finding->cycle_to)
		return json_null();
	object = json_object();
	json_object_set_new(object, "from", number(finding->cycle_from));
	json_object_set_new(object, "to", number(finding->cycle_to));
	return object;
}

/* Where a stack is: function, file and line; null where that is not known. */
static json_t *site(const struct weft_run *run, const struct weft_stack *stack)
{
	struct weft_frame frame = { 0 };
	json_t *object = json_object();

	if (!weft_symbols_site(run->symbols, stack, &frame))
		memset(&frame, 0, sizeof(frame));
	json_object_set_new(object, "function", json_text(frame.function));
	json_object_set_new(object, "file", json_text(frame.file));
	json_object_set_new(object, "line", frame.file ?
			    json_integer(frame.line) : json_null());
	return object;
}

static json_t *frame_object(const struct weft_frame *frame)
{
	json_t *object = json_object();

	json_object_set_new(object, "function", json_text(frame->function));
	json_object_set_new(object, "file", json_text(frame->file));
	json_object_set_new(object, "line", frame->file ?
			    json_integer(frame->line) : json_null());
	json_object_set_new(object, "inlined", json_boolean(frame->inlined));
	return object;
}

json_t *json_frames(const struct weft_run *run, const struct weft_stack *stack)
{
	struct weft_frame at[FRAMES_PER_PC];
	json_t *array = json_array();
	unsigned int i, j, n;

	for (i = 0; run->symbols && i < stack->n; i++) {
		n = weft_symbols_resolve(run->symbols, stack->pc[i], at,
					 FRAMES_PER_PC);
		for (j = 0; j < n; j++)
			if (!at[j].shim)
				json_array_append_new(array,
						      frame_object(&at[j]));
	}
	return array;
}

/* Other places of a finding, e.g. where its object was freed. */
static json_t *related(const struct weft_run *run,
		       const struct weft_finding *finding)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < finding->related_n; i++) {
		const struct weft_related *other = &finding->related[i];
		json_t *object = site(run, &other->stack);

		json_object_set_new(object, "what", json_text(other->what));
		json_object_set_new(object, "lock", json_text(other->lock));
		json_object_set_new(object, "task",
				    task_name(finding, other->task));
		json_object_set_new(object, "step", number(other->step));
		json_object_set_new(object, "between",
				    json_boolean(other->between));
		json_object_set_new(object, "stack",
				    json_frames(run, &other->stack));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *memory(const struct weft_run *run,
		      const struct weft_finding *finding)
{
	json_t *text;
	char *name;

	if (!finding->has_object)
		return json_null();
	name = weft_object_text(run, &finding->evidence, &finding->object);
	text = json_text(name);
	free(name);
	return text;
}

json_t *json_suppression(const struct weft_run *run,
			 const struct suppression *row)
{
	json_t *object;

	if (!row)
		return json_null();
	object = json_object();
	json_object_set_new(object, "file",
			    json_text(run->suppressions->path));
	json_object_set_new(object, "line", number(row->line));
	json_object_set_new(object, "reason",
			    json_text(suppress_text(row, SUPPRESS_REASON)));
	return object;
}

/* Entries of --suppress, with what they suppressed up to this campaign. */
static json_t *suppressions(const struct weft_run *run)
{
	json_t *array;
	size_t i;

	if (!run->suppressions)
		return json_null();
	array = json_array();
	for (i = 0; i < run->suppressions->n; i++) {
		json_t *object = json_suppression(run,
					&run->suppressions->rows[i]);

		json_object_set_new(object, "used",
				    number(run->suppressions->rows[i].used));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *check_of(const struct weft_finding *finding)
{
	json_t *object;

	if (!finding->check.sentence)
		return json_null();
	object = json_object();
	json_object_set_new(object, "sentence",
			    json_text(finding->check.sentence));
	json_object_set_new(object, "expression",
			    json_text(finding->check.expression));
	json_object_set_new(object, "values",
			    json_text(finding->check.values));
	json_object_set_new(object, "never",
			    json_boolean(finding->check.never));
	return object;
}

static json_t *finding_object(const struct weft_run *run, size_t i)
{
	const struct weft_finding *finding = &run->result->findings[i];
	const char *schedule = run->schedules ? run->schedules[i] : NULL;
	json_t *object = json_object();

	json_object_set_new(object, "id", json_sprintf("finding-%zu", i + 1));
	json_object_set_new(object, "kind", json_text(finding->kind));
	json_object_set_new(object, "summary", json_text(finding->summary));
	json_object_set_new(object, "signature",
			    json_text(finding->signature));
	json_object_set_new(object, "locks", lock_names(finding));
	json_object_set_new(object, "tasks", task_names(finding));
	json_object_set_new(object, "place", finding->stack.n ?
			    site(run, &finding->stack) : json_null());
	json_object_set_new(object, "stack", json_frames(run, &finding->stack));
	json_object_set_new(object, "related", related(run, finding));
	json_object_set_new(object, "object", memory(run, finding));
	json_object_set_new(object, "suppressed", json_suppression(run,
				suppress_of(run->suppressions, finding)));
	json_object_set_new(object, "preemptions",
			    number(finding->preemptions));
	json_object_set_new(object, "steps", number(finding->steps));
	json_object_set_new(object, "cycle", cycle(finding));
	json_object_set_new(object, "execution", number(finding->execution));
	json_object_set_new(object, "replayed",
			    json_boolean(finding->replayed));
	json_object_set_new(object, "schedule", json_text(schedule));
	json_object_set_new(object, "text", schedule ?
			    json_sprintf("%s/finding-%zu.txt", run->dir,
					 i + 1) : json_null());
	json_object_set_new(object, "advisory",
			    json_boolean(finding->advisory));
	json_object_set_new(object, "predicted", finding->predicted ?
			    number(finding->predicted) : json_null());
	json_object_set_new(object, "turned", json_boolean(finding->turned));
	json_object_set_new(object, "race", weft_race_to_json(run, finding));
	json_object_set_new(object, "check", check_of(finding));
	set_minimal(object, run, i);
	return object;
}

static json_t *findings(const struct weft_run *run)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < run->result->findings_n; i++)
		json_array_append_new(array, finding_object(run, i));
	return array;
}

static json_t *reports(const struct weft_run *run)
{
	json_t *object = json_object();
	const char *slash = run->dir ? strrchr(run->dir, '/') : NULL;

	json_object_set_new(object, "graph", json_text(run->graph));
	json_object_set_new(object, "coverage", json_text(run->coverage));
	json_object_set_new(object, "html", slash ?
			    json_sprintf("%.*s/index.html",
					 (int)(slash - run->dir), run->dir) :
			    json_null());
	return object;
}

/* What was executed, of those files of which something was. */
static json_t *coverage(const struct weft_run *run)
{
	char *data;
	json_t *object;

	if (!run->coverage)
		return json_null();
	data = output_format("%s/coverage-data", run->dir);
	object = coverage_summary(data);
	free(data);
	return object;
}

static void set_counts(json_t *object, const struct weft_run *run)
{
	const struct weft_result *result = run->result;

	json_object_set_new(object, "executions", number(result->executions));
	json_object_set_new(object, "executions_total",
			    number(result->executions_total));
	json_object_set_new(object, "assume_blocked",
			    number(result->assume_blocked));
	json_object_set_new(object, "sampled", number(result->sampled));
	json_object_set_new(object, "executions_aside",
			    number(result->executions_aside));
	json_object_set_new(object, "blocked", number(result->blocked));
	json_object_set_new(object, "impossible", number(result->impossible));
	json_object_set_new(object, "steps", number(result->steps));
	json_object_set_new(object, "depth_max", number(result->depth_max));
	json_object_set_new(object, "points", number(result->points));
	json_object_set_new(object, "passes", number(result->passes));
	json_object_set_new(object, "memory_bytes",
			    number(result->memory_max));
	json_object_set_new(object, "seconds", json_real(run->seconds));
	json_object_set_new(object, "executions_per_second",
			    json_real(weft_run_rate(run)));
}

struct json_t *weft_run_to_json(const struct weft_run *run)
{
	const struct weft_result *result = run->result;
	json_t *object = json_object();

	json_object_set_new(object, "scenario",
			    json_text(run->scenario->name));
	json_object_set_new(object, "kernel", json_text(run->kernel));
	json_object_set_new(object, "release", json_text(run->release));
	json_object_set_new(object, "strategy",
			    json_text(run->campaign->strategy->name));
	json_object_set_new(object, "verdict",
			    json_string(weft_verdict_name(result->verdict)));
	json_object_set_new(object, "exit", json_integer(result->verdict));
	json_object_set_new(object, "reason", json_text(result->reason));
	json_object_set_new(object, "bounds", bounds(run));
	set_counts(object, run);
	json_object_set_new(object, "estimate", estimate(&result->progress));
	json_object_set_new(object, "probes", probes(run));
	json_object_set_new(object, "races", weft_races_to_json(run));
	json_object_set_new(object, "reads_from", weft_reads_from_to_json(run));
	json_object_set_new(object, "coverage", coverage(run));
	json_object_set_new(object, "lock_orders",
			    number(result->graph.edges_n));
	json_object_set_new(object, "lock_cycles", weft_cycles_to_json(run));
	json_object_set_new(object, "predicted", number(result->predicted));
	json_object_set_new(object, "confirmed", number(result->confirmed));
	json_object_set_new(object, "foretold", weft_foretold_to_json(run));
	json_object_set_new(object, "data_races",
			    weft_meetings_to_json(result));
	json_object_set_new(object, "findings", findings(run));
	json_object_set_new(object, "suppressed", number(result->suppressed));
	json_object_set_new(object, "suppressions", suppressions(run));
	json_object_set_new(object, "reports", reports(run));
	return object;
}

struct json_t *json_document(const struct weft_run *run,
			     struct json_t *campaigns)
{
	json_t *document = json_object();

	if (run) {
		campaigns = json_array();
		json_array_append_new(campaigns, weft_run_to_json(run));
	}
	json_object_set_new(document, "format", json_integer(WEFT_JSON_FORMAT));
	json_object_set_new(document, "weft", json_string(WEFT_VERSION));
	json_object_set_new(document, "campaigns", campaigns);
	return document;
}

int json_write(struct json_t *document, FILE *out)
{
	int err = 0;

	if (!document)
		return -ENOMEM;
	errno = 0;
	if (json_dumpf(document, out, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) ||
	    fputc('\n', out) == EOF)
		err = errno ? -errno : -EIO;
	json_decref(document);
	return err;
}

int json_write_path(struct json_t *document, const char *path)
{
	FILE *out = fopen(path, "we");
	int open_err = errno, err;

	if (!out) {
		json_decref(document);
		return -open_err;
	}
	err = json_write(document, out);
	if (!err)
		return output_close(out);
	fclose(out);
	return err;
}

struct json_t *json_site(const struct weft_run *run,
			 const struct weft_stack *stack)
{
	return site(run, stack);
}
