/* SPDX-License-Identifier: GPL-2.0-only */
/* How many data races there are, and what executions directed at them showed. */
#include <jansson.h>

#include "report.h"

/* @told: found; @met: of these, both sides. @foretold; @shown: of these, found */
struct counts {
	size_t told, met, foretold, shown;
};

static struct counts count(const struct weft_result *result)
{
	struct counts counts = { 0 };
	size_t i;

	for (i = 0; i < result->findings_n; i++) {
		const struct weft_finding *finding = &result->findings[i];

		if (!finding->race || finding->suppression)
			continue;
		counts.told++;
		counts.met += finding->race->met;
	}
	for (i = 0; i < result->foretold_n; i++) {
		const struct weft_foretold *foretold = &result->foretold[i];

		counts.foretold += foretold->race != NULL;
		counts.shown += foretold->race && foretold->signature;
	}
	return counts;
}

void weft_write_meetings(FILE *out, const struct weft_result *result)
{
	struct counts n = count(result);

	if (n.told)
		fprintf(out, "  %-9s both sides of %zu of %zu data race%s\n",
			"met", n.met, n.told, n.told == 1 ? "" : "s");
	if (n.foretold)
		fprintf(out, "  %-9s %zu data race%s from the first executions, %zu confirmed\n",
			"predicted", n.foretold, n.foretold == 1 ? "" : "s",
			n.shown);
}

struct json_t *weft_meetings_to_json(const struct weft_result *result)
{
	struct counts n = count(result);
	json_t *object = json_object();

	json_object_set_new(object, "told", json_integer((json_int_t)n.told));
	json_object_set_new(object, "met", json_integer((json_int_t)n.met));
	json_object_set_new(object, "predicted",
			    json_integer((json_int_t)n.foretold));
	json_object_set_new(object, "confirmed",
			    json_integer((json_int_t)n.shown));
	return object;
}
