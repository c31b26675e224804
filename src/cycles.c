/* SPDX-License-Identifier: GPL-2.0-only */
/* Cycles of the lock graph and what became of each, for people and machines. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "output.h"
#include "report.h"
#include "summary.h"
#include "suppress_file.h"

#define INDENT 12		/* as in summary.c */

/* "A -> B -> A"; to be freed. */
char *weft_cycle_text(const struct weft_run *run,
		      const struct weft_lock_cycle *cycle)
{
	const struct weft_lockgraph *graph = &run->result->graph;
	char *text = NULL;
	size_t size;
	unsigned int i;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (i = 0; i <= cycle->n; i++)
		fprintf(out, "%s%s", i ? " -> " : "",
			graph->nodes[cycle->nodes[i % cycle->n]].name);
	fclose(out);
	return text;
}

size_t weft_finding_number(const struct weft_run *run, const char *signature)
{
	const struct weft_finding *finding = signature ?
		weft_result_find(run->result, signature) : NULL;

	return finding ? (size_t)(finding - run->result->findings) + 1 : 0;
}

/* "feasible: finding 1", "infeasible within the bounds: …"; to be freed. */
char *weft_judged_text(const struct weft_run *run,
		       enum weft_cycle_verdict verdict, const char *signature,
		       const char *reason, unsigned long directed)
{
	if (verdict == WEFT_CYCLE_FEASIBLE)
		return output_format("feasible: finding %zu",
				     weft_finding_number(run, signature));
	return output_format("%s: %s (%lu execution%s directed at it)",
			     verdict == WEFT_CYCLE_INFEASIBLE ?
			     "infeasible within the bounds" : "unknown",
			     reason, directed, directed == 1 ? "" : "s");
}

char *weft_cycle_verdict_text(const struct weft_run *run,
			      const struct weft_lock_cycle *cycle)
{
	return weft_judged_text(run, cycle->verdict, cycle->signature,
				cycle->reason, cycle->directed);
}

void weft_judged_to_json(struct json_t *object, enum weft_cycle_verdict verdict,
			 size_t finding, const char *reason,
			 unsigned long directed)
{
	json_object_set_new(object, "judged",
			    json_string(weft_cycle_verdict_name(verdict)));
	json_object_set_new(object, "reason", *reason &&
			    verdict != WEFT_CYCLE_FEASIBLE ?
			    json_string(reason) : json_null());
	json_object_set_new(object, "finding", finding ?
			    json_sprintf("finding-%zu", finding) : json_null());
	json_object_set_new(object, "directed",
			    json_integer((json_int_t)directed));
}

struct json_t *weft_site_to_json(const struct weft_run *run,
				 const struct weft_stack *stack)
{
	struct weft_frame site = { .function = "??" };
	json_t *object = json_object();

	weft_symbols_site(run->symbols, stack, &site);
	json_object_set_new(object, "function", json_string(site.function));
	json_object_set_new(object, "file", site.file ?
			    json_string(site.file) : json_null());
	json_object_set_new(object, "line", json_integer(site.line));
	return object;
}

static json_t *edges_to_json(const struct weft_run *run,
			     const struct weft_lock_cycle *cycle)
{
	const struct weft_lockgraph *graph = &run->result->graph;
	json_t *array = json_array();
	unsigned int i;

	for (i = 0; i < cycle->n; i++) {
		const struct weft_lock_edge *edge =
			&graph->edges[cycle->edges[i]];
		json_t *object = json_object();

		json_object_set_new(object, "held",
				    json_string(graph->nodes[edge->from].name));
		json_object_set_new(object, "held_at",
				    weft_site_to_json(run, &edge->from_stack));
		json_object_set_new(object, "acquired",
				    json_string(graph->nodes[edge->to].name));
		json_object_set_new(object, "acquired_at",
				    weft_site_to_json(run, &edge->to_stack));
		json_object_set_new(object, "task", json_integer(edge->task));
		json_object_set_new(object, "seen_in",
				    json_integer((json_int_t)edge->execution));
		json_array_append_new(array, object);
	}
	return array;
}

struct json_t *weft_cycles_to_json(const struct weft_run *run)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < run->result->cycles_n; i++) {
		const struct weft_lock_cycle *cycle = &run->result->cycles[i];
		size_t finding = weft_finding_number(run, cycle->signature);
		json_t *object = json_object(), *locks = json_array();
		unsigned int j;

		for (j = 0; j < cycle->n; j++)
			json_array_append_new(locks, json_string(
				run->result->graph.nodes[cycle->nodes[j]].
				name));
		json_object_set_new(object, "cycle", locks);
		json_object_set_new(object, "edges", edges_to_json(run, cycle));
		weft_judged_to_json(object, cycle->verdict, finding,
				    cycle->reason, cycle->directed);
		json_object_set_new(object, "suppressed", json_suppression(run,
				    suppress_of_cycle(run->suppressions,
						      cycle)));
		json_array_append_new(array, object);
	}
	return array;
}

/* The rest of a line of the summary; frees it. */
static void write_line(FILE *out, char *text)
{
	summary_wrap(out, text, INDENT);
	free(text);
}

/* The lock graph's stacks of one cycle, as weft_write_finding() prints them. */
static void write_edge(FILE *out, const struct weft_run *run,
		       const struct weft_lock_edge *edge)
{
	const struct weft_lockgraph *graph = &run->result->graph;
	struct weft_frame from = { 0 }, to = { 0 };

	weft_symbols_site(run->symbols, &edge->from_stack, &from);
	weft_symbols_site(run->symbols, &edge->to_stack, &to);
	fprintf(out, "%*s", INDENT, "");
	write_line(out, output_format("- %s%s%s%s, then %s%s%s%s",
				      graph->nodes[edge->from].name,
				      from.function ? " held from " : "",
				      from.function ? from.function : "",
				      from.function ? "()" : "",
				      graph->nodes[edge->to].name,
				      to.function ? " in " : "",
				      to.function ? to.function : "",
				      to.function ? "()" : ""));
}

static void write_suppression(FILE *out, const struct weft_run *run,
			      const struct weft_lock_cycle *cycle)
{
	const struct suppression *row =
		suppress_of_cycle(run->suppressions, cycle);

	if (!row)
		return;
	fprintf(out, "%*s", INDENT, "");
	write_line(out, output_format("suppressed by %s:%u: %s",
				      run->suppressions->path, row->line,
				      suppress_text(row, SUPPRESS_REASON)));
}

void weft_write_cycles(FILE *out, const struct weft_run *run, bool edges)
{
	const struct weft_result *result = run->result;
	size_t i;
	unsigned int j;

	for (i = 0; i < result->cycles_n; i++) {
		const struct weft_lock_cycle *cycle = &result->cycles[i];
		char *text = weft_cycle_text(run, cycle);
		char *verdict = weft_cycle_verdict_text(run, cycle);

		fprintf(out, "  %-9s ", i ? "" : "cycles");
		write_line(out, output_format("%s:", text));
		fprintf(out, "%*s", INDENT, "");
		write_line(out, output_format("%s", verdict));
		write_suppression(out, run, cycle);
		for (j = 0; j < cycle->n && edges; j++)
			write_edge(out, run, &result->graph.edges[
				   cycle->edges[j]]);
		free(text);
		free(verdict);
	}
	if (result->cycles_more)
		fprintf(out, "  %-9s and more than were looked at\n", "");
	if (result->predicted)
		fprintf(out, "  %-9s %lu deadlock%s from the first execution, %lu confirmed\n",
			"predicted", result->predicted,
			result->predicted == 1 ? "" : "s", result->confirmed);
}
