/* SPDX-License-Identifier: GPL-2.0-only */
/* Results as JUnit XML; contract in junit.h. */
#include <errno.h>
#include <stdlib.h>

#include "junit.h"
#include "markup.h"
#include "output.h"

struct junit {
	FILE		*cases;
	char		*text;
	size_t		size;
	unsigned int	n, failed, skipped;
	double		seconds;
};

struct junit *junit_create(void)
{
	struct junit *junit = calloc(1, sizeof(*junit));

	if (junit)
		junit->cases = open_memstream(&junit->text, &junit->size);
	if (junit && !junit->cases) {
		free(junit);
		return NULL;
	}
	return junit;
}

void junit_destroy(struct junit *junit)
{
	if (!junit)
		return;
	if (junit->cases)
		fclose(junit->cases);
	free(junit->text);
	free(junit);
}

static void put_findings(FILE *out, const struct weft_run *run)
{
	size_t i;

	for (i = 0; i < run->result->findings_n; i++) {
		const struct weft_finding *finding = &run->result->findings[i];

		if (finding->suppression)
			fputs("suppressed: ", out);
		markup_escape(out, finding->kind, MARKUP_ATTRIBUTE);
		fputs(": ", out);
		markup_escape(out, finding->summary, MARKUP_ATTRIBUTE);
		fputc('\n', out);
		if (!run->schedules)
			continue;
		fputs("weft replay ", out);
		markup_escape(out, run->schedules[i], MARKUP_ATTRIBUTE);
		fputc('\n', out);
	}
}

void junit_add(struct junit *junit, const struct weft_run *run,
	       enum junit_outcome outcome, const char *message)
{
	FILE *out;

	if (!junit)
		return;
	out = junit->cases;
	junit->n++;
	junit->failed += outcome == JUNIT_FAILED;
	junit->skipped += outcome == JUNIT_SKIPPED;
	junit->seconds += run->seconds;
	fputs("    <testcase classname=\"weft.", out);
	markup_escape(out, run->kernel ? run->kernel : "model", MARKUP_ATTRIBUTE);
	fputs("\" name=\"", out);
	markup_escape(out, run->scenario->name, MARKUP_ATTRIBUTE);
	fprintf(out, "\" time=\"%.3f\">\n", run->seconds);
	if (outcome != JUNIT_PASSED) {
		fprintf(out, "      <%s message=\"", outcome == JUNIT_FAILED ?
			"failure" : "skipped");
		markup_escape(out, message, MARKUP_ATTRIBUTE);
		fputs("\">", out);
		put_findings(out, run);
		fprintf(out, "</%s>\n", outcome == JUNIT_FAILED ?
			"failure" : "skipped");
	}
	fputs("    </testcase>\n", out);
}

int junit_write(struct junit *junit, FILE *out)
{
	if (!junit || output_close(junit->cases))
		return -ENOMEM;
	junit->cases = NULL;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n",
	      out);
	fprintf(out, "  <testsuite name=\"weft\" tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\" time=\"%.3f\">\n",
		junit->n, junit->failed, junit->skipped, junit->seconds);
	fputs(junit->text, out);
	fputs("  </testsuite>\n</testsuites>\n", out);
	return ferror(out) ? -EIO : 0;
}
