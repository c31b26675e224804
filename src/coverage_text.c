/* SPDX-License-Identifier: GPL-2.0-only */
/* How much was looked at, for the terminal: what html_coverage.c has in a table. */
#include <jansson.h>
#include <stdlib.h>

#include "coverage.h"
#include "output.h"
#include "summary.h"

#define INDENT 12

static void add_explored(FILE *text, const struct weft_result *result)
{
	if (result->exhausted && result->executions == 1)
		fputs(", the only execution", text);
	else if (result->exhausted)
		fprintf(text, ", all %lu executions", result->executions);
	else if (result->progress.estimate >= 1)
		fprintf(text, ", %lu of ~10^%d executions", result->executions,
			output_magnitude(result->progress.estimate));
}

static void add_lines(FILE *text, const struct weft_run *run)
{
	char *data = output_format("%s/coverage-data", run->dir);
	json_t *coverage = run->coverage ? coverage_summary(data) : NULL;
	json_t *lines = json_object_get(coverage, "lines");

	if (lines)
		fprintf(text, ", %ld of %ld lines",
			(long)json_integer_value(json_array_get(lines, 0)),
			(long)json_integer_value(json_array_get(lines, 1)));
	json_decref(coverage);
	free(data);
}

static void add_pairs(FILE *text, size_t n)
{
	fprintf(text, ", %zu pair%s read from others", n, output_plural(n));
}

void summary_write_met(FILE *out, const struct weft_run *run)
{
	const struct weft_result *result = run->result;
	json_t *reads = weft_reads_from_to_json(run);
	size_t i, size, reached = 0;
	char *line = NULL;
	FILE *text = open_memstream(&line, &size);

	if (!text)
		return;
	for (i = 0; i < run->probes_n; i++)
		reached += run->probes[i].count != 0;
	fprintf(text, "%zu lock order%s", result->graph.edges_n,
		output_plural(result->graph.edges_n));
	if (json_is_object(reads))
		add_pairs(text, json_array_size(json_object_get(reads, "pairs")));
	fprintf(text, ", %zu racing pair%s", result->races_n,
		output_plural(result->races_n));
	if (run->probes_n)
		fprintf(text, ", %zu of %zu probes", reached, run->probes_n);
	add_explored(text, result);
	add_lines(text, run);
	fclose(text);
	json_decref(reads);
	fprintf(out, "  %-9s ", "met");
	summary_wrap(out, line, INDENT);
	free(line);
}
