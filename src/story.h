/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The story of a finding, for pages and other programs: every recorded step with
 * its stack, who held and waited for what at the end, and the lines of source
 * that were executed. It stands alone: finding-N.json is all a page needs.
 *
 *	about	what the scenario does, in one line
 *	tasks	[{name, service, ended, involved, calls: [{text, result, file: of its
 *		descriptor, where known}], call, wait, held}]; others name tasks by
 *		their place here
 *	faults	[{task, text, step, stack}]: what was made to fail
 *	stand_ins {file: which driver it stands for}
 *	stacks	[[frame]]; frames [[function, file, line, inlined]]; a stack is named
 *		by its place, innermost frame first
 *	source	{file: {line: text}}: around what is named
 *	steps	[{n: step, or null where it is none; t: task, x: text, s: stack, k: it
 *		matters, d: it never ends, c: the system call, where it has no place
 *		in the kernel, l: lock, a: 1 acquired / -1 released, r: shared}]
 *	runs	[[task, steps]]: the schedule
 *	why	[{before, after}]: {text, row: place in steps or null, call: as "c"}
 *	first	{steps, runs} of the schedule it was found with; or null
 */
#ifndef WEFT_STORY_H
#define WEFT_STORY_H

#include "report.h"

struct weft_source;

/**
 * weft_story_write() - finding-N.json
 * @first: what the schedule it was found with did, or NULL
 *
 * Return: 0 or negative errno.
 */
int weft_story_write(const struct weft_run *run, size_t finding,
		     const struct weft_evidence *first,
		     struct weft_source *source, const char *path);

/*
 * story_places.c: stacks, frames and source lines, each once
 *
 * weft_places_add() - the number of a stack; null when nothing of it is known
 */
struct weft_places;
struct json_t;
struct weft_places *weft_places_create(const struct weft_run *run,
				       struct weft_source *source);
struct json_t *weft_places_add(struct weft_places *places,
			       const struct weft_stack *stack);
/* A line of source, valid until the next; or NULL */
const char *weft_places_line(struct weft_places *places, const char *file,
			     int line);
/*
 * story_errors.c: {function, file, line} where the source names the error of a call
 *
 * @from, @to: recorded steps at which the call began and came back
 * @error: "-EAGAIN"
 *
 * Return: NULL where it does not, or more than one place does.
 */
struct json_t *weft_story_error(const struct weft_run *run,
				struct weft_places *places,
				const struct weft_evidence *evidence,
				size_t from, size_t to, const char *error);
/*
 * story_scene.c: [{text, result}] of a task, null where it did not come back, with the
 * devices and files that were taken away in it ("removals": {text, stack, stays: a file that the
 * call did not put back}) and where an "error" is from; what was made to fail; and what our own drivers among the frames stand for
 */
struct json_t *weft_story_calls(const struct weft_run *run,
				struct weft_places *places,
				const struct weft_evidence *evidence, int task);
struct json_t *weft_story_faults(const struct weft_evidence *evidence,
				 struct weft_places *places,
				 long long (*index_of)(const struct weft_evidence *,
						       int task));
struct json_t *weft_story_stand_ins(struct weft_source *source,
				    struct json_t *frames);
/* Adds "stacks", "frames" and "source" to @object, and frees @places. */
void weft_places_finish(struct weft_places *places, struct json_t *object);

#endif
