/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A data race for people, in the shape of KCSAN's reports: both accesses with
 * their stacks, values and locks. And the same for machines.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "finding_table.h"
#include "json.h"
#include "output.h"

static const char *verb(const struct weft_run *run,
			const struct weft_race_side *side)
{
	if (weft_side_assertion(run, side))
		return side->write ? "assert no accesses to" : "assert no writes to";
	return side->write ? side->marked ? "write (marked) to" : "write to" :
			     side->marked ? "read (marked) of" : "read of";
}

/* "#0: mdev_list_lock, taken by mdev_device_remove() drivers/…:218, step 1071" */
static void write_lock(FILE *out, const struct weft_run *run,
		       const struct weft_finding *finding,
		       const struct weft_held_lock *held, size_t number,
		       const struct weft_text_style *style, unsigned int width)
{
	char label[150], place[400] = "", text[700];
	struct weft_frame site;

	weft_lock_label(&finding->evidence, held->lock, held->instance, label,
			sizeof(label));
	if (weft_symbols_site(run->symbols, &held->stack, &site))
		snprintf(place, sizeof(place), site.file ? ", taken by %s() %s:%d" :
			 ", taken by %s()", site.function, site.file, site.line);
	snprintf(text, sizeof(text), "      #%zu: %s%s%s, step %lu", number, label,
		 held->shared ? " (shared)" : "", place, held->step);
	weft_text_paragraph(out, text, width, 10);
	/* Four locks and two sides: stacks are for who wants every step. */
	if (style->interleaving && !style->steps_max)
		weft_write_stack(out, run, &held->stack, style);
}

static void write_locks(FILE *out, const struct weft_run *run,
			const struct weft_finding *finding,
			const struct weft_race_side *side,
			const struct weft_text_style *style, unsigned int width)
{
	size_t i;

	fprintf(out, "    locks held:%s\n", side->held_n ? "" : " none");
	for (i = 0; i < side->held_n; i++)
		write_lock(out, run, finding, &side->held[i], i, style, width);
}

static void write_value(FILE *out, const struct weft_run *run,
			const struct weft_race_side *side)
{
	if (side->size > 8)
		return;
	if (side->write && !weft_side_assertion(run, side))
		fprintf(out, "    value 0x%" PRIx64 " -> 0x%" PRIx64 "\n",
			side->before, side->after);
	else
		fprintf(out, "    value 0x%" PRIx64 "\n", side->before);
}

static void write_side(FILE *out, const struct weft_run *run,
		       const struct weft_finding *finding,
		       const struct weft_race_side *side,
		       const struct weft_text_style *style, unsigned int width)
{
	struct weft_stack place = { .n = 1, .pc = { side->pc } };

	fprintf(out, "%s %u byte%s by %s (task %d), step %lu:\n", verb(run, side),
		side->size, side->size == 1 ? "" : "s",
		weft_evidence_task_name(&finding->evidence, side->task), side->task, side->step);
	weft_write_stack(out, run, side->has_stack ? &side->stack : &place,
			 style);
	if (side->has_stack) {
		write_value(out, run, side);
		write_locks(out, run, finding, side, style, width);
	}
	fputc('\n', out);
}

/* What KCSAN says by default is less than what is a race. */
static void write_filters(FILE *out, const struct weft_run *run,
			  const struct weft_race_pair *race, unsigned int width)
{
	unsigned int filters = weft_kcsan_filters(run, race);
	char text[400];

	if (!filters)
		return;
	snprintf(text, sizeof(text), "KCSAN would not tell this one by default: %s%s%s. KCSAN_STRICT would.",
		 filters & KCSAN_PLAIN_WRITES_ATOMIC ?
		 "KCSAN_ASSUME_PLAIN_WRITES_ATOMIC takes plain aligned writes up to word size for atomic" : "",
		 filters == (KCSAN_PLAIN_WRITES_ATOMIC | KCSAN_VALUE_CHANGE_ONLY) ?
		 ", and " : "",
		 filters & KCSAN_VALUE_CHANGE_ONLY ?
		 "KCSAN_REPORT_VALUE_CHANGE_ONLY leaves out what changes no value, as here" : "");
	weft_text_paragraph(out, text, width, 0);
}

/* What an assertion says, where the report names one. */
static void write_assertion(FILE *out, const struct weft_run *run,
			    const struct weft_race_side *side, unsigned int width)
{
	const char *name = weft_side_assertion(run, side);
	char text[300];

	if (!name)
		return;
	snprintf(text, sizeof(text), "%s() is no access: it asserts that nobody else %s this memory %s.",
		 name, side->write ? "reads or writes" : "writes to",
		 strstr(name, "_SCOPED") ?
		 "from there to the end of its scope" : "at that moment");
	weft_text_paragraph(out, text, width, 0);
}

/* Were both accesses about to be made at one moment? */
static void write_meeting(FILE *out, const struct weft_finding *finding)
{
	const struct weft_race_pair *race = finding->race;

	if (race->met)
		fprintf(out, "Both sides met: before step %lu both tasks stood in front of these accesses,\nand then made them one after the other.\n",
			race->sides[0].step);
	else if (finding->apart)
		fprintf(out, "Both sides did not meet in %lu execution%s directed at it: %s.\n",
			finding->directed, finding->directed == 1 ? "" : "s",
			finding->apart);
}

void weft_write_race(FILE *out, const struct weft_run *run,
		     const struct weft_finding *finding,
		     const struct weft_text_style *style, unsigned int width)
{
	const struct weft_race_pair *race = finding->race;
	unsigned int word = weft_evidence_word(&finding->evidence,
					       race->sides[1].offset);
	char *memory = weft_object_text(run, &finding->evidence, &race->memory);

	fprintf(out, "memory: %s", memory);
	if (word && !race->memory.member)
		fprintf(out, " (word %u)", word);
	fputs("\n\n", out);
	free(memory);
	write_side(out, run, finding, &race->sides[1], style, width);
	write_side(out, run, finding, &race->sides[0], style, width);
	write_assertion(out, run, &race->sides[1], width);
	write_assertion(out, run, &race->sides[0], width);
	fputs("Nothing orders the two: no lock, release, wait, start or end of a task,\nor grace period comes between them.\n", out);
	write_meeting(out, finding);
	write_filters(out, run, race, width);
	fputc('\n', out);
}

/* Where and when each lock was taken. */
static json_t *locks_to_json(const struct weft_run *run,
			     const struct weft_finding *finding,
			     const struct weft_race_side *side)
{
	json_t *array = json_array();
	char label[150];
	size_t i;

	for (i = 0; i < side->held_n; i++) {
		const struct weft_held_lock *held = &side->held[i];
		json_t *object = json_site(run, &held->stack);

		weft_lock_label(&finding->evidence, held->lock, held->instance,
				label, sizeof(label));
		json_object_set_new(object, "lock", json_text(label));
		json_object_set_new(object, "shared",
				    json_boolean(held->shared));
		json_object_set_new(object, "step",
				    json_integer((json_int_t)held->step));
		json_object_set_new(object, "stack",
				    json_frames(run, &held->stack));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *side_to_json(const struct weft_run *run,
			    const struct weft_finding *finding,
			    const struct weft_race_side *side)
{
	struct weft_stack stack = { .n = 1, .pc = { side->pc } };
	const char *assertion = weft_side_assertion(run, side);
	struct weft_frame site = { .function = "??" };
	json_t *object = json_object(), *locks = json_array();
	size_t i;

	weft_symbols_site(run->symbols, &stack, &site);
	for (i = 0; i < side->held_n; i++)
		json_array_append_new(locks, json_string(side->held[i].lock));
	json_object_set_new(object, "task",
			    json_string(weft_evidence_task_name(&finding->evidence, side->task)));
	json_object_set_new(object, "access",
			    json_string(side->write ? "write" : "read"));
	json_object_set_new(object, "marked", json_boolean(side->marked));
	json_object_set_new(object, "assertion", assertion ?
			    json_string(assertion) : json_null());
	json_object_set_new(object, "size", json_integer(side->size));
	json_object_set_new(object, "function", json_string(site.function));
	json_object_set_new(object, "file", site.file ?
			    json_string(site.file) : json_null());
	json_object_set_new(object, "line", json_integer(site.line));
	json_object_set_new(object, "before",
			    json_sprintf("0x%" PRIx64, side->before));
	json_object_set_new(object, "after",
			    json_sprintf("0x%" PRIx64, side->after));
	json_object_set_new(object, "step",
			    json_integer((json_int_t)side->step));
	json_object_set_new(object, "stack", json_frames(run, side->has_stack ?
							 &side->stack : &stack));
	json_object_set_new(object, "held", locks);
	json_object_set_new(object, "taken", locks_to_json(run, finding, side));
	return object;
}

static json_t *filters_to_json(unsigned int filters)
{
	json_t *array = json_array();

	if (filters & KCSAN_PLAIN_WRITES_ATOMIC)
		json_array_append_new(array, json_string("KCSAN_ASSUME_PLAIN_WRITES_ATOMIC"));
	if (filters & KCSAN_VALUE_CHANGE_ONLY)
		json_array_append_new(array, json_string("KCSAN_REPORT_VALUE_CHANGE_ONLY"));
	return array;
}

struct json_t *weft_race_to_json(const struct weft_run *run,
				 const struct weft_finding *finding)
{
	json_t *object, *sides;
	char *memory;

	if (!finding->race)
		return json_null();
	object = json_object();
	sides = json_array();
	memory = weft_object_text(run, &finding->evidence, &finding->race->memory);
	json_object_set_new(object, "where", json_string(memory));
	json_array_append_new(sides, side_to_json(run, finding,
						  &finding->race->sides[0]));
	json_array_append_new(sides, side_to_json(run, finding,
						  &finding->race->sides[1]));
	json_object_set_new(object, "sides", sides);
	json_object_set_new(object, "met", json_boolean(finding->race->met));
	json_object_set_new(object, "directed",
			    json_integer((json_int_t)finding->directed));
	json_object_set_new(object, "apart", finding->apart ?
			    json_string(finding->apart) : json_null());
	json_object_set_new(object, "kcsan_filters",
			    filters_to_json(weft_kcsan_filters(run, finding->race)));
	free(memory);
	return object;
}
