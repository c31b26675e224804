/* SPDX-License-Identifier: GPL-2.0-only */
/* KTAP version 1; contract in ktap.h. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "output.h"

void ktap_begin(FILE *out, size_t n)
{
	fprintf(out, "KTAP version 1\n1..%zu\n", n);
	fflush(out);
}

void ktap_note(FILE *out, const char *format, ...)
{
	char *text, *line, *rest = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	for (line = text ? strtok_r(text, "\n", &rest) : NULL; line;
	     line = strtok_r(NULL, "\n", &rest))
		fprintf(out, "# %s\n", line);
	free(text);
}

void ktap_line(FILE *out, size_t number, bool ok, const char *name,
	       const char *tag, const char *directive)
{
	fprintf(out, "%s %zu %s%s%s%s%s\n", ok ? "ok" : "not ok", number,
		name, tag ? "/" : "", tag ? tag : "", directive ? " # " : "",
		directive ? directive : "");
	fflush(out);
}

void ktap_result(FILE *out, size_t number, bool ok,
		 const struct weft_run *run, const char *directive)
{
	ktap_line(out, number, ok, run->scenario->name, run->kernel,
		  directive);
}

void ktap_describe(FILE *out, const struct weft_run *run)
{
	const struct weft_result *result = run->result;
	char *bounds = NULL;
	char head[1400];
	size_t size, i;
	FILE *text = open_memstream(&bounds, &size);

	if (text) {
		weft_write_bounds(text, run);
		fclose(text);
	}
	ktap_note(out, "%s within %s", weft_verdict_name(result->verdict),
		  bounds ? bounds : "unknown bounds");
	free(bounds);
	if (*result->reason)
		ktap_note(out, "%s", result->reason);
	for (i = 0; i < result->findings_n; i++) {
		weft_finding_head(&result->findings[i], head, sizeof(head));
		ktap_note(out, "%s%s", result->findings[i].suppression ?
			  "suppressed: " : "", head);
		if (run->schedules)
			ktap_note(out, "replay: %s replay %s", output_program,
				  run->schedules[i]);
	}
}
