/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Races of plain accesses: where they are points, and why. Contract in report.h.
 *
 * The order is that in which they were found, which is the same in every run.
 */
#include <jansson.h>
#include <stdlib.h>

#include "finding_table.h"
#include "output.h"

/* The memory of a race, to be freed. */
static char *describe_place(const struct weft_run *run,
			    const struct weft_race *race)
{
	return weft_memory_name(run, race->place, race->place_task,
				race->place_offset, race->place_size);
}

static struct weft_frame site_of(const struct weft_run *run, uintptr_t pc)
{
	struct weft_stack stack = { .n = 1, .pc = { pc } };
	struct weft_frame frame = { .function = "??" };

	if (run->symbols && pc &&
	    !weft_symbols_site(run->symbols, &stack, &frame))
		weft_symbols_resolve(run->symbols, pc, &frame, 1);
	return frame;
}

/**
 * weft_write_races() - see report.h
 */
void weft_write_races(FILE *out, const struct weft_run *run)
{
	const struct weft_result *result = run->result;
	size_t i;
	int j;

	for (i = 0; i < result->races_n; i++) {
		const struct weft_race *race = &result->races[i];
		char *place = describe_place(run, race);

		fprintf(out, "  %-9s %s:", i ? "" : "racy", place);
		for (j = 0; j < 2; j++) {
			struct weft_frame site = site_of(run,
							 race->sides[j].pc);

			fprintf(out, "\n  %-9s   %s by task %d in %s()", "",
				race->sides[j].write ? "write" : "read",
				race->sides[j].task, site.function);
			if (site.file)
				fprintf(out, ", %s:%d", site.file, site.line);
		}
		fputc('\n', out);
		free(place);
	}
}

static json_t *side_object(const struct weft_run *run,
			   const struct weft_race *race, int j)
{
	struct weft_frame site = site_of(run, race->sides[j].pc);
	json_t *object = json_object();

	json_object_set_new(object, "task",
			    json_integer(race->sides[j].task));
	json_object_set_new(object, "access",
			    json_string(race->sides[j].write ? "write" :
							       "read"));
	json_object_set_new(object, "function", json_string(site.function));
	json_object_set_new(object, "file", site.file ?
			    json_string(site.file) : json_null());
	json_object_set_new(object, "line", json_integer(site.line));
	return object;
}

/**
 * weft_races_to_json() - see report.h
 */
struct json_t *weft_races_to_json(const struct weft_run *run)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < run->result->races_n; i++) {
		const struct weft_race *race = &run->result->races[i];
		json_t *object = json_object(), *sides = json_array();
		char *place = describe_place(run, race);

		json_object_set_new(object, "memory", json_string(place));
		json_array_append_new(sides, side_object(run, race, 0));
		json_array_append_new(sides, side_object(run, race, 1));
		json_object_set_new(object, "accesses", sides);
		json_array_append_new(array, object);
		free(place);
	}
	return array;
}
