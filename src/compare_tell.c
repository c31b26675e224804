/* SPDX-License-Identifier: GPL-2.0-only */
/* What a comparison says: as text, KTAP, a mail, JUnit XML; contract in compare.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "comparison.h"
#include "json_read.h"
#include "junit.h"
#include "ktap.h"
#include "output.h"

#define MAIL_WIDTH 75

static char *tag_of(const struct compare *compare)
{
	return output_format("%s->%s", compare->options.kernels.at[0],
			     compare->options.kernels.at[1]);
}

/* To be freed; NULL without memory. */
static char *text_of(json_t *comparison, unsigned int parts)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	comparison_print(out, comparison, parts);
	fclose(out);
	return text;
}

static bool has_id(json_t *findings, size_t number)
{
	char *id = output_format("finding-%zu", number);
	json_t *finding;
	bool found = false;
	size_t i;

	json_array_foreach(findings, i, finding)
		found |= !strcmp(json_text_of(finding, "id"), id);
	free(id);
	return found;
}

/* What somebody who answers a patch quotes: how the new findings come about. */
static void write_new(FILE *out, json_t *comparison,
		      const struct weft_run *after)
{
	const struct weft_text_style style = {
		.width = MAIL_WIDTH,
		.stacks = true,
	};
	json_t *new = json_object_get(json_object_get(comparison, "findings"),
				      "new");
	size_t i;

	for (i = 0; i < after->result->findings_n; i++) {
		if (!has_id(new, i + 1))
			continue;
		if (weft_write_finding(out, after, i, &style))
			output_error("finding %zu cannot be printed", i + 1);
		fputc('\n', out);
	}
}

void compare_tell_begin(const struct compare *compare,
			const struct batch *batch)
{
	if (compare->options.format == FORMAT_KTAP)
		ktap_begin(batch->out, batch->n / 2);
}

void compare_tell(struct compare *compare, struct batch *batch,
		  struct json_t *comparison, const struct weft_run *after,
		  int status)
{
	unsigned int parts = compare->options.quiet ? 0 : compare->parts;
	char *text = text_of(comparison, parts & ~COMPARISON_PATHS);
	char *line = text_of(comparison, 0);
	char *tag = tag_of(compare);

	compare->told++;
	switch (compare->options.format) {
	case FORMAT_KTAP:
		ktap_note(batch->out, "%s", text ? text : "");
		ktap_line(batch->out, compare->told, !status,
			  after->scenario->name, tag, NULL);
		break;
	case FORMAT_MAIL:
		fputs(text ? text : "", batch->out);
		write_new(batch->out, comparison, after);
		break;
	default:
		comparison_print(batch->out, comparison, parts);
	}
	if (line)
		line[strcspn(line, "\n")] = '\0';
	junit_add_text(batch->junit, tag, after->scenario->name,
		       compare->seconds, status ? JUNIT_FAILED : JUNIT_PASSED,
		       line ? line : "", text ? text : "");
	free(tag);
	free(line);
	free(text);
}

void compare_tell_skipped(struct compare *compare, struct batch *batch,
			  struct campaign *c)
{
	const struct weft_run *run = &c->run;
	char *why = output_format("%s: %s", run->kernel, run->skipped);
	char *directive = output_format("SKIP %s", why);
	char *tag = tag_of(compare);

	compare->told++;
	if (compare->options.format == FORMAT_KTAP)
		ktap_line(batch->out, compare->told, true, run->scenario->name,
			  tag, directive);
	else
		fprintf(batch->out, "%s: not compared, skipped on %s\n",
			run->scenario->name, why);
	junit_add_text(batch->junit, tag, run->scenario->name, 0,
		       JUNIT_SKIPPED, why, "");
	free(tag);
	free(directive);
	free(why);
}
