// SPDX-License-Identifier: GPL-2.0-only
/* Stacks, frames and source lines of a story; contract in story.h. */
#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "json.h"
#include "source.h"
#include "story.h"

#define FRAMES_PER_PC 24
#define LINES_AROUND 4

/* @frame_ids, @stack_ids: text of a frame, numbers of a stack → its place */
struct weft_places {
	const struct weft_run	*run;
	struct weft_source	*source;
	json_t			*frames, *frame_ids;
	json_t			*stacks, *stack_ids;
	json_t			*lines;
};

struct weft_places *weft_places_create(const struct weft_run *run,
				       struct weft_source *source)
{
	struct weft_places *places = calloc(1, sizeof(*places));

	assert(places && "out of memory for a report");
	places->run = run;
	places->source = source;
	places->frames = json_array();
	places->frame_ids = json_object();
	places->stacks = json_array();
	places->stack_ids = json_object();
	places->lines = json_object();
	return places;
}

/* The place of @value (taken over) in @all, where equal ones are one. */
static json_int_t place_of(json_t *all, json_t *ids, json_t *value)
{
	char *key = json_dumps(value, JSON_COMPACT);
	json_t *id = json_object_get(ids, key);

	if (!id) {
		id = json_integer((json_int_t)json_array_size(all));
		json_array_append(all, value);
		json_object_set_new(ids, key, id);
	}
	free(key);
	json_decref(value);
	return json_integer_value(id);
}

static void keep_lines(struct weft_places *places,
		       const struct weft_frame *frame)
{
	json_t *file = json_object_get(places->lines, frame->file);
	const char *text;
	char key[20];
	int line;

	for (line = frame->line - LINES_AROUND;
	     line <= frame->line + LINES_AROUND; line++) {
		text = weft_source_line(places->source, frame->file, line);
		snprintf(key, sizeof(key), "%d", line);
		if (!text || json_object_get(file, key))
			continue;
		if (!file) {
			file = json_object();
			json_object_set_new(places->lines, frame->file, file);
		}
		/* Not every old file is UTF-8. */
		json_object_set_new(file, key, json_text(text));
	}
}

static void add_frame(struct weft_places *places, json_t *stack,
		      const struct weft_frame *frame)
{
	json_t *value = json_array();

	json_array_append_new(value, json_text(frame->function));
	json_array_append_new(value, json_text(frame->file));
	json_array_append_new(value, json_integer(frame->line));
	json_array_append_new(value, json_boolean(frame->inlined));
	json_array_append_new(stack, json_integer(place_of(places->frames,
							   places->frame_ids,
							   value)));
	if (frame->file)
		keep_lines(places, frame);
}

struct json_t *weft_places_add(struct weft_places *places,
			       const struct weft_stack *stack)
{
	struct weft_frame at[FRAMES_PER_PC];
	json_t *value = json_array();
	unsigned int i, j, n;

	for (i = 0; places->run->symbols && i < stack->n; i++) {
		n = weft_symbols_resolve(places->run->symbols, stack->pc[i], at,
					 FRAMES_PER_PC);
		for (j = 0; j < n; j++)
			if (!at[j].shim)
				add_frame(places, value, &at[j]);
	}
	if (!json_array_size(value)) {
		json_decref(value);
		return json_null();
	}
	return json_integer(place_of(places->stacks, places->stack_ids, value));
}

const char *weft_places_line(struct weft_places *places, const char *file,
			     int line)
{
	return weft_source_line(places->source, file, line);
}

void weft_places_finish(struct weft_places *places, struct json_t *object)
{
	json_object_set_new(object, "stacks", places->stacks);
	json_object_set_new(object, "frames", places->frames);
	json_object_set_new(object, "source", places->lines);
	json_decref(places->frame_ids);
	json_decref(places->stack_ids);
	free(places);
}
