// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every step of a finding, a line each: number, task, what it did, where, and
 * what the memory is that it touched. For those who want to search in it; the
 * tables of finding_columns.c are for those who want to read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "finding_table.h"
#include "output.h"

static void write_step(FILE *out, const struct weft_run *run,
		       const struct weft_evidence *evidence,
		       const struct weft_step *step)
{
	char text[300], place[300];

	weft_step_text(evidence, step, text, sizeof(text));
	if (weft_op_is_step(step->kind))
		fprintf(out, "%6lu", step->step);
	else
		fputs("      ", out);
	fprintf(out, "  %-16s %s", weft_evidence_task_name(evidence, step->task), text);
	if (step->kind != WEFT_OP_CALL && step->kind != WEFT_OP_RETURN &&
	    weft_place_name(run->symbols, &step->stack, place, sizeof(place)))
		fprintf(out, "  in %s", place);
	if (step->word || step->own) {
		char *memory = weft_memory_text(run, evidence, &step->memory);

		fprintf(out, "  [%s]", memory);
		free(memory);
	}
	fputc('\n', out);
}

/* What is no step, in front of recorded step @at */
static void write_frees(FILE *out, const struct weft_run *run,
			const struct weft_finding *f, size_t at)
{
	char place[300];
	size_t i;

	for (i = 0; i < f->related_n; i++) {
		const struct weft_related *related = &f->related[i];

		if (!related->between || related->at != at)
			continue;
		fprintf(out, "        %-16s %s",
			weft_evidence_task_name(&f->evidence, related->task),
			WEFT_FREES_IT);
		if (weft_place_name(run->symbols, &related->stack, place,
				    sizeof(place)))
			fprintf(out, "  in %s", place);
		fputc('\n', out);
	}
}

int weft_write_finding_steps(FILE *out, const struct weft_run *run,
			     size_t finding)
{
	const struct weft_finding *f = &run->result->findings[finding];
	char head[1400];
	size_t i;

	weft_finding_head(f, head, sizeof(head));
	fprintf(out, "%s\n\n", head);
	for (i = 0; i < f->evidence.steps_n; i++) {
		write_frees(out, run, f, i);
		write_step(out, run, &f->evidence, &f->evidence.steps[i]);
	}
	write_frees(out, run, f, f->evidence.steps_n);
	return ferror(out) ? -EIO : 0;
}
