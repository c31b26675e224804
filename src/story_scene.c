/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scene of a story: what the scenario does, which driver a stand-in stands for,
 * what was made to fail, and the system calls of its tasks. Contract in story.h.
 */
#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call_text.h"
#include "finding_table.h"
#include "json.h"
#include "source.h"
#include "story.h"

#define COMMENT_LINES 40	/* of a file, where its comment is looked for */

/* "open("/dev/x") = 5" → 5, and the path at *@ret_path; -1 for anything else */
static long opened(const char *begin, const char *end, const char **ret_path)
{
	const char *result = strstr(end, " = ");

	if (strncmp(begin, "open(\"", strlen("open(\"")) || !result)
		return -1;
	*ret_path = begin + strlen("open(\"");
	return strtol(result + strlen(" = "), NULL, 10);
}

/* "write(5, …)": the path that was opened as 5 before, to be freed; or NULL */
static char *file_of(const struct weft_evidence *evidence, size_t at,
		     const char *text)
{
	const char *number = strchr(text, '(');
	const char *begin[WEFT_THREADS_MAX] = { NULL }, *path = NULL, *found = NULL;
	char *after;
	long fd;
	size_t i;

	fd = number ? strtol(number + 1, &after, 10) : -1;
	if (!number || after == number + 1 || fd < 0)
		return NULL;
	for (i = 0; i < at; i++) {
		const struct weft_step *step = &evidence->steps[i];

		if (!step->text || step->task < 0 ||
		    step->task >= WEFT_THREADS_MAX)
			continue;
		if (weft_step_is_call(step)) {
			begin[step->task] = step->text;
		} else if (step->kind == WEFT_OP_RETURN && begin[step->task]) {
			if (opened(begin[step->task], step->text, &path) == fd)
				found = path;
			begin[step->task] = NULL;
		}
	}
	return found ? strndup(found, strcspn(found, "\"")) : NULL;
}

static json_t *call_of(const struct weft_evidence *evidence, size_t at)
{
	char text[300], *file = file_of(evidence, at, evidence->steps[at].text);
	json_t *call = json_object();

	call_text_begin(evidence->steps[at].text, text, sizeof(text));
	json_object_set_new(call, "text", json_text(text));
	json_object_set_new(call, "result", json_null());
	if (file)
		json_object_set_new(call, "file", json_text(file));
	free(file);
	return call;
}

/* [{text, result}] of a task; result is null where it never came back. */
json_t *weft_story_calls(const struct weft_evidence *evidence, int task)
{
	json_t *array = json_array(), *open = NULL;
	char text[300];
	size_t i;

	for (i = 0; i < evidence->steps_n; i++) {
		const struct weft_step *step = &evidence->steps[i];

		if (step->task != task || !step->text)
			continue;
		if (step->kind == WEFT_OP_RETURN) {
			const char *result;

			call_text_end(step->text, text, sizeof(text));
			result = strstr(text, " = ");
			if (open && result)
				json_object_set_new(open, "result",
					json_text(result + strlen(" = ")));
			open = NULL;
		} else if (!open && weft_step_is_call(step)) {
			open = call_of(evidence, i);
			json_array_append_new(array, open);
		}
	}
	return array;
}

/* "kmalloc(64) = NULL ← injected failure" → "kmalloc(64) = NULL" */
static json_t *fault_text(const char *text)
{
	const char *arrow = strstr(text, " ←");

	return arrow ? json_stringn(text, (size_t)(arrow - text)) :
		       json_text(text);
}

json_t *weft_story_faults(const struct weft_evidence *evidence,
			  struct weft_places *places,
			  json_int_t (*index_of)(const struct weft_evidence *,
						 int task))
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < evidence->steps_n; i++) {
		const struct weft_step *step = &evidence->steps[i];
		json_t *object;

		if (step->fault != WEFT_FAULT_CHOSEN || !step->text)
			continue;
		object = json_object();
		json_object_set_new(object, "task", json_integer(
					index_of(evidence, step->task)));
		json_object_set_new(object, "text", fault_text(step->text));
		json_object_set_new(object, "step",
				    json_integer((json_int_t)step->step));
		json_object_set_new(object, "stack",
				    weft_places_add(places, &step->stack));
		json_array_append_new(array, object);
	}
	return array;
}

/* --- stand-ins --- */

static void append(char *text, size_t size, const char *more)
{
	size_t n = strlen(text);

	snprintf(text + n, size - n, "%s%s", n ? " " : "", more);
}

/* The end of the first sentence: a full stop with nothing right behind it. */
static char *sentence_end(char *text)
{
	char *at = text;

	while ((at = strchr(at, '.')) && at[1] && at[1] != ' ')
		at++;
	return at;
}

/* What a driver of ours says in its first lines: "It stands for …." */
static json_t *stands_for(struct weft_source *source, const char *file)
{
	char text[500] = "", *end;
	int line;

	for (line = 1; line < COMMENT_LINES; line++) {
		const char *at = weft_source_line(source, file, line);
		const char *begin = at ? strstr(at, "It stands for ") : NULL;

		if (!at)
			break;
		if (!*text && !begin)
			continue;
		if (!begin)
			for (begin = at; *begin == ' ' || *begin == '*'; )
				begin++;
		append(text, sizeof(text), begin);
		end = sentence_end(text);
		if (end) {
			end[1] = '\0';
			return json_text(text);
		}
	}
	return NULL;
}

json_t *weft_story_stand_ins(struct weft_source *source, json_t *frames)
{
	static const char folder[] = "scenarios/drivers/";
	json_t *object = json_object(), *frame;
	size_t i;

	json_array_foreach(frames, i, frame) {
		const char *file = json_string_value(json_array_get(frame, 1));
		json_t *text;

		if (!file || strncmp(file, folder, strlen(folder)) ||
		    json_object_get(object, file))
			continue;
		text = stands_for(source, file);
		if (text)
			json_object_set_new(object, file, text);
	}
	return object;
}
