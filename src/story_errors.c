/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the error of a system call is from; contract in story.h.
 *
 * Steps say where a task was, not what functions return. But who gives up does so
 * right behind the last thing it did: of each function on the stacks of a call the
 * last place counts, and the error is looked for in the lines of source behind
 * it. Only where one function alone names it there is that told.
 */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "source.h"
#include "story.h"

#define FRAMES_PER_PC 24
#define LINES_BEHIND 3

/* @seen: "file function" of functions whose last place is known; @n: that name it */
struct search {
	struct weft_places	*places;
	const char		*error;
	json_t			*seen, *found;
	size_t			n;
};

static bool is_comment(const char *text)
{
	text += strspn(text, " \t");
	return *text == '*' || !strncmp(text, "/*", 2) ||
	       !strncmp(text, "//", 2);
}

static bool names(const char *text, const char *error)
{
	const char *at = is_comment(text) ? NULL : strstr(text, error);
	char next = at ? at[strlen(error)] : '\0';

	return at && !isalnum((unsigned char)next) && next != '_';
}

/* The line of the same function, not far behind @line; or 0 */
static int line_that_names(const struct search *search, const char *file,
			   int line)
{
	int last = line + LINES_BEHIND;
	const char *text;

	for (; line <= last; line++) {
		text = weft_places_line(search->places, file, line);
		if (!text || *text == '}')
			return 0;
		if (names(text, search->error))
			return line;
	}
	return 0;
}

static void look(struct search *search, const struct weft_frame *frame)
{
	char key[400];
	int line;

	if (frame->shim || !frame->file || weft_source_is_scenario(frame->file))
		return;
	snprintf(key, sizeof(key), "%s %s", frame->file, frame->function);
	if (json_object_get(search->seen, key))
		return;
	json_object_set_new(search->seen, key, json_true());
	line = line_that_names(search, frame->file, frame->line);
	if (!line)
		return;
	if (!search->n++)
		search->found = json_pack("{s:o, s:o, s:i}",
			"function", json_text(frame->function),
			"file", json_text(frame->file), "line", line);
}

struct json_t *weft_story_error(const struct weft_run *run,
				struct weft_places *places,
				const struct weft_evidence *evidence,
				size_t from, size_t to, const char *error)
{
	struct search search = { .places = places, .error = error };
	struct weft_frame frames[FRAMES_PER_PC];
	unsigned int i, j, n;
	size_t at;

	if (strncmp(error, "-E", 2) || !run->symbols)
		return NULL;
	search.seen = json_object();
	for (at = to; at-- > from; ) {
		const struct weft_step *step = &evidence->steps[at];

		if (step->task != evidence->steps[from].task)
			continue;
		for (i = 0; i < step->stack.n; i++) {
			n = weft_symbols_resolve(run->symbols,
						 step->stack.pc[i], frames,
						 FRAMES_PER_PC);
			for (j = 0; j < n; j++)
				look(&search, &frames[j]);
		}
	}
	json_decref(search.seen);
	if (search.n == 1)
		return search.found;
	json_decref(search.found);
	return NULL;
}
