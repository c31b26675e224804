// SPDX-License-Identifier: GPL-2.0-only
/* Findings as SARIF 2.1.0; contract in sarif.h. */
#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/detector.h"
#include "finding_table.h"
#include "json.h"
#include "sarif.h"
#include "suppress_file.h"
#include "version.h"

struct sarif {
	json_t	*results;
};

struct sarif *sarif_create(void)
{
	struct sarif *sarif = calloc(1, sizeof(*sarif));

	if (sarif)
		sarif->results = json_array();
	return sarif;
}

void sarif_destroy(struct sarif *sarif)
{
	if (!sarif)
		return;
	json_decref(sarif->results);
	free(sarif);
}

static json_t *message(const char *text)
{
	return json_pack("{s: o}", "text", json_text(text ? text : ""));
}

static json_t *location_of_frame(const struct weft_frame *frame,
				 const char *text)
{
	json_t *location = json_object(), *physical;

	if (frame->file) {
		physical = json_pack("{s: {s: s, s: s}}", "artifactLocation",
				     "uri", frame->file, "uriBaseId", "SRCROOT");
		if (frame->line > 0)
			json_object_set_new(physical, "region",
					    json_pack("{s: i}", "startLine",
						      frame->line));
		json_object_set_new(location, "physicalLocation", physical);
	}
	if (frame->function)
		json_object_set_new(location, "logicalLocations",
				    json_pack("[{s: s, s: s}]", "name",
					      frame->function, "kind",
					      "function"));
	if (text)
		json_object_set_new(location, "message", message(text));
	return location;
}

static json_t *location(const struct weft_run *run,
			const struct weft_stack *stack, const char *text)
{
	struct weft_frame frame = { 0 };

	if (!weft_symbols_site(run->symbols, stack, &frame))
		memset(&frame, 0, sizeof(frame));
	return location_of_frame(&frame, text);
}

static void add_side(json_t *array, const struct weft_run *run,
		     const struct weft_race_side *side)
{
	struct weft_stack stack = { .n = 1, .pc = { side->pc } };
	const char *asserted = weft_side_assertion(run, side);

	json_array_append_new(array, location(run, &stack, asserted ? asserted :
					      side->write ? "write" : "read"));
}

/* Where it was noticed; else where its tasks wait. */
static json_t *locations(const struct weft_run *run,
			 const struct weft_finding *finding)
{
	json_t *array = json_array();
	size_t i;

	if (finding->race) {
		add_side(array, run, &finding->race->sides[1]);
		return array;
	}
	if (finding->stack.n) {
		json_array_append_new(array, location(run, &finding->stack,
						      NULL));
		return array;
	}
	for (i = 0; i < finding->tasks_n; i++) {
		const struct weft_task_state *task =
			weft_evidence_task(&finding->evidence, finding->tasks[i]);

		if (task && task->blocked)
			json_array_append_new(array,
					      location(run, &task->wait_stack,
						       task->name));
	}
	return array;
}

static json_t *related(const struct weft_run *run,
		       const struct weft_finding *finding)
{
	json_t *array = json_array();
	size_t i;

	if (finding->race)
		add_side(array, run, &finding->race->sides[0]);
	for (i = 0; i < finding->related_n; i++)
		json_array_append_new(array,
				      location(run, &finding->related[i].stack,
					       finding->related[i].what));
	return array;
}

/* The steps that matter, of one task; @order counts those of all. */
static json_t *thread_flow(const struct weft_run *run,
			   const struct weft_events *events,
			   const struct weft_task_state *task)
{
	static const struct weft_stack nowhere;
	json_t *steps = json_array();
	size_t i;

	for (i = 0; i < events->n; i++) {
		const struct weft_event *event = &events->events[i];

		if (event->task != task->id)
			continue;
		json_array_append_new(steps, json_pack("{s: o, s: I, s: s}",
			"location", location(run, event->stack ? event->stack :
					     &nowhere, event->text),
			"executionOrder", (json_int_t)i + 1,
			"importance", event->alarm ? "essential" :
				      "important"));
	}
	if (!json_array_size(steps)) {
		json_decref(steps);
		return NULL;
	}
	return json_pack("{s: s, s: o}", "id", task->name ? task->name :
			 "task", "locations", steps);
}

static json_t *code_flows(const struct weft_run *run,
			  const struct weft_finding *finding)
{
	json_t *threads = json_array(), *thread;
	struct weft_events events;
	size_t i;

	if (!strcmp(finding->kind, "deadlock"))
		weft_events_of_deadlock(finding, &events);
	else
		weft_events_of_trace(run, &finding->evidence, finding, false,
				     &events);
	for (i = 0; i < finding->evidence.tasks_n; i++) {
		thread = thread_flow(run, &events,
				     &finding->evidence.tasks[i]);
		if (thread)
			json_array_append_new(threads, thread);
	}
	weft_events_clear(&events);
	if (json_array_size(threads))
		return json_pack("[{s: o}]", "threadFlows", threads);
	json_decref(threads);
	return json_array();
}

static int rule_index(const char *kind)
{
	int i;

	for (i = 0; weft_detectors[i]; i++)
		if (!strcmp(weft_detectors[i]->name, kind))
			return i;
	return -1;
}

static void set_suppression(json_t *result, const struct weft_run *run,
			    const struct weft_finding *finding)
{
	const struct suppression *row = suppress_of(run->suppressions, finding);

	if (row)
		json_object_set_new(result, "suppressions",
			json_pack("[{s: s, s: o}]", "kind", "external",
				  "justification", json_text(
				  suppress_text(row, SUPPRESS_REASON))));
}

static json_t *result_of(const struct weft_run *run, size_t i)
{
	const struct weft_finding *finding = &run->result->findings[i];
	json_t *result = json_object(), *properties;

	json_object_set_new(result, "ruleId", json_string(finding->kind));
	json_object_set_new(result, "ruleIndex",
			    json_integer(rule_index(finding->kind)));
	json_object_set_new(result, "level",
			    json_string(finding->advisory ? "note" : "error"));
	json_object_set_new(result, "message", message(finding->summary));
	json_object_set_new(result, "locations", locations(run, finding));
	json_object_set_new(result, "relatedLocations", related(run, finding));
	json_object_set_new(result, "codeFlows", code_flows(run, finding));
	json_object_set_new(result, "partialFingerprints",
			    json_pack("{s: o}", "weftSignature/v1",
				      json_text(finding->signature ?
						finding->signature : "")));
	properties = json_pack("{s: s, s: s?, s: I, s: I}",
			       "scenario", run->scenario->name,
			       "kernel", run->kernel,
			       "preemptions", (json_int_t)finding->preemptions,
			       "steps", (json_int_t)finding->steps);
	json_object_set_new(properties, "schedule", run->schedules ?
			    json_string(run->schedules[i]) : json_null());
	json_object_set_new(result, "properties", properties);
	set_suppression(result, run, finding);
	return result;
}

void sarif_add(struct sarif *sarif, const struct weft_run *run)
{
	size_t i;

	for (i = 0; sarif && i < run->result->findings_n; i++)
		json_array_append_new(sarif->results, result_of(run, i));
}

static json_t *rules(void)
{
	json_t *array = json_array();
	int i;

	for (i = 0; weft_detectors[i]; i++)
		json_array_append_new(array, json_pack("{s: s, s: o, s: o}",
			"id", weft_detectors[i]->name,
			"shortDescription", message(weft_detectors[i]->finds),
			"help", message(weft_detectors[i]->misses)));
	return array;
}

int sarif_write(struct sarif *sarif, FILE *out)
{
	json_t *driver, *run;

	if (!sarif)
		return -ENOMEM;
	driver = json_pack("{s: s, s: s, s: o}", "name", "Weft", "version",
			   WEFT_VERSION, "rules", rules());
	run = json_pack("{s: {s: o}, s: s, s: {s: {s: o}}, s: O}",
			"tool", "driver", driver,
			"columnKind", "unicodeCodePoints",
			"originalUriBaseIds", "SRCROOT", "description",
			message("the kernel tree that the image was built from"),
			"results", sarif->results);
	return json_write(json_pack("{s: s, s: s, s: [o]}", "$schema",
		"https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
		"version", "2.1.0", "runs", run), out);
}
