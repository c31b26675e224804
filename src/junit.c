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

static const char *element_of(enum junit_outcome outcome)
{
	return outcome == JUNIT_FAILED ? "failure" : "skipped";
}

static void begin_case(struct junit *junit, const char *tag, const char *name,
		       double seconds, enum junit_outcome outcome,
		       const char *message)
{
	FILE *out = junit->cases;

	junit->n++;
	junit->failed += outcome == JUNIT_FAILED;
	junit->skipped += outcome == JUNIT_SKIPPED;
	junit->seconds += seconds;
	fputs("    <testcase classname=\"weft.", out);
	markup_escape(out, tag, MARKUP_ATTRIBUTE);
	fputs("\" name=\"", out);
	markup_escape(out, name, MARKUP_ATTRIBUTE);
	fprintf(out, "\" time=\"%.3f\">\n", seconds);
	if (outcome == JUNIT_PASSED)
		return;
	fprintf(out, "      <%s message=\"", element_of(outcome));
	markup_escape(out, message, MARKUP_ATTRIBUTE);
	fputs("\">", out);
}

static void end_case(struct junit *junit, enum junit_outcome outcome)
{
	if (outcome != JUNIT_PASSED)
		fprintf(junit->cases, "</%s>\n", element_of(outcome));
	fputs("    </testcase>\n", junit->cases);
}

void junit_add(struct junit *junit, const struct weft_run *run,
	       enum junit_outcome outcome, const char *message)
{
	if (!junit)
		return;
	begin_case(junit, run->kernel ? run->kernel : "model",
		   run->scenario->name, run->seconds, outcome, message);
	if (outcome != JUNIT_PASSED)
		put_findings(junit->cases, run);
	end_case(junit, outcome);
}

void junit_add_text(struct junit *junit, const char *tag, const char *name,
		    double seconds, enum junit_outcome outcome,
		    const char *message, const char *text)
{
	if (!junit)
		return;
	begin_case(junit, tag, name, seconds, outcome, message);
	if (outcome != JUNIT_PASSED)
		markup_escape(junit->cases, text, MARKUP_TEXT);
	end_case(junit, outcome);
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
