/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scene of a story: what the scenario does, which driver a stand-in stands for,
 * what was made to fail, and the system calls of its tasks. Contract in story.h.
 */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call_text.h"
#include "finding_table.h"
#include "json.h"
#include "json_read.h"
#include "source.h"
#include "story.h"

#define DRIVER_LINES 2000	/* of a file, where its functions are */
#define COMMENT_LINES 40	/* of a file, where its comment is looked for */

static json_t *call_of(const struct weft_evidence *evidence, size_t at)
{
	json_t *call = json_object();
	char text[400];

	call_text_begin(evidence->steps[at].text, text, sizeof(text));
	json_object_set_new(call, "text", json_text(text));
	json_object_set_new(call, "result", json_null());
	return call;
}

/* {text, stack}: "removes its own file: device_remove_file_self()", and who called it */
static json_t *removal_of(struct weft_places *places,
			  const struct weft_removal *removal)
{
	json_t *object = json_object();
	char text[200];

	snprintf(text, sizeof(text), "%s: %s()", removal->words,
		 removal->function);
	json_object_set_new(object, "text", json_text(text));
	json_object_set_new(object, "stack",
			    weft_places_add(places, &removal->caller));
	return object;
}

static void add_removal(struct weft_places *places,
			const struct weft_removals *removals, size_t at,
			json_t *call)
{
	const struct weft_removal *removal = weft_removal_at(removals, at);
	json_t *all = json_object_get(call, "removals");

	if (!call || !removal)
		return;
	if (!all) {
		all = json_array();
		json_object_set_new(call, "removals", all);
	}
	json_array_append_new(all, removal_of(places, removal));
}

/* A call that took something away came back: of what does it leave nothing? */
static void set_stays(const struct weft_run *run, const struct weft_evidence *evidence,
		      const struct weft_removals *removals, size_t from, size_t to,
		      json_t *call)
{
	json_t *all = json_object_get(call, "removals");
	size_t i, n = 0;

	for (i = 0; all && i < removals->n; i++) {
		if (removals->all[i].at < from || removals->all[i].at >= to)
			continue;
		if (weft_removal_stays(run->symbols, evidence, &removals->all[i], to))
			json_object_set_new(json_array_get(all, n), "stays", json_true());
		n++;
	}
}

static void set_result(json_t *call, const char *recorded)
{
	const char *result;
	char text[300];

	call_text_end(recorded, text, sizeof(text));
	result = strstr(text, " = ");
	if (call && result)
		json_object_set_new(call, "result",
				    json_text(result + strlen(" = ")));
}

json_t *weft_story_calls(const struct weft_run *run,
			 struct weft_places *places,
			 const struct weft_evidence *evidence, int task)
{
	struct weft_removals removals = { 0 };
	json_t *array = json_array(), *open = NULL, *error;
	size_t i, from = 0;

	weft_removals_find(run->symbols, evidence, task, &removals);
	for (i = 0; i < evidence->steps_n; i++) {
		const struct weft_step *step = &evidence->steps[i];

		if (step->task != task)
			continue;
		add_removal(places, &removals, i, open);
		if (step->text && step->kind == WEFT_OP_RETURN) {
			set_result(open, step->text);
			set_stays(run, evidence, &removals, from, i, open);
			error = open ? weft_story_error(run, places, evidence,
					from, i, json_text_of(open, "result")) :
				NULL;
			if (error)
				json_object_set_new(open, "error", error);
			open = NULL;
		} else if (!open && weft_step_is_call(step)) {
			from = i;
			open = call_of(evidence, i);
			json_array_append_new(array, open);
		}
	}
	free(removals.all);
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

/* A comment "As f()." at the head of a function or in the line above: "f()", or NULL */
static json_t *as_what(struct weft_source *source, const char *file,
		       const char *function)
{
	char head[100];
	int line;

	snprintf(head, sizeof(head), " %s(", function);
	for (line = 2; line < DRIVER_LINES; line++) {
		const char *at = weft_source_line(source, file, line);
		const char *found = at ? strstr(at, head) : NULL, *as;

		if (!at)
			break;
		if (!found || !isalpha((unsigned char)*at))
			continue;
		as = strstr(found, "/* As ");
		if (!as) {
			at = weft_source_line(source, file, line - 1);
			as = at && !strncmp(at, "/* As ", 6) ? at : NULL;
		}
		return as ? json_stringn(as + 6, strcspn(as + 6, ".*")) : NULL;
	}
	return NULL;
}

/* What its functions in the stacks are as, behind what it stands for. */
static void add_functions(struct weft_source *source, json_t *frames,
			  const char *file, json_t *object)
{
	json_t *frame, *done = json_object();
	char text[900];
	size_t i, n = 0;

	snprintf(text, sizeof(text), "%s",
		 json_string_value(json_object_get(object, file)));
	json_array_foreach(frames, i, frame) {
		const char *function = json_string_value(json_array_get(frame, 0));
		const char *of = json_string_value(json_array_get(frame, 1));
		json_t *as;

		if (!of || strcmp(of, file) || json_object_get(done, function))
			continue;
		json_object_set_new(done, function, json_true());
		as = as_what(source, file, function);
		if (!as)
			continue;
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 n++ ? ", %s() for %s" : " Here %s() stands for %s",
			 function, json_string_value(as));
		json_decref(as);
	}
	if (n)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 ".");
	json_decref(done);
	json_object_set_new(object, file, json_text(text));
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
		if (!text)
			continue;
		json_object_set_new(object, file, text);
		add_functions(source, frames, file, object);
	}
	return object;
}
