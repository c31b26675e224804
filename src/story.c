// SPDX-License-Identifier: GPL-2.0-only
/* The story of a finding; contract in story.h. */
#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "finding_table.h"
#include "json.h"
#include "output.h"
#include "story.h"
#include "version.h"

/* Of the steps that do not matter, the last ones: browsers have limits. */
#define ROWS_MAX 50000

/* @rows: place in "steps" of each recorded step, -1 where it is not told */
struct story {
	const struct weft_run		*run;
	const struct weft_finding	*finding;
	struct weft_places		*places;
	json_int_t			*rows;
};

static json_t *label(const struct weft_evidence *evidence, const char *lock,
		     unsigned int instance)
{
	char text[150];

	weft_lock_label(evidence, lock, instance, text, sizeof(text));
	return json_text(text);
}

/* --- tasks --- */

static json_int_t index_of_task(const struct weft_evidence *evidence, int id)
{
	size_t i;

	for (i = 0; i < evidence->tasks_n; i++)
		if (evidence->tasks[i].id == id)
			return (json_int_t)i;
	return -1;
}

static bool is_involved(const struct weft_finding *finding, int id)
{
	size_t i;

	for (i = 0; i < finding->tasks_n; i++)
		if (finding->tasks[i] == id)
			return true;
	return finding->task == id;
}

static json_t *wait_of(struct story *story, const struct weft_task_state *task)
{
	const struct weft_evidence *evidence = &story->finding->evidence;
	json_t *wait;

	if (task->ended || !task->blocked)
		return json_null();
	wait = json_object();
	json_object_set_new(wait, "for", task->wait_lock ?
			    label(evidence, task->wait_lock,
				  task->wait_instance) :
			    json_text(task->wait_text));
	json_object_set_new(wait, "lock", json_boolean(task->wait_lock));
	if (task->wait_lock && task->wait_text)
		json_object_set_new(wait, "at", json_text(task->wait_text));
	json_object_set_new(wait, "shared", json_boolean(task->wait_shared));
	json_object_set_new(wait, "holder", task->wait_holder < 0 ?
			    json_null() :
			    json_integer(index_of_task(evidence,
						       task->wait_holder)));
	json_object_set_new(wait, "behind", json_boolean(task->wait_behind));
	json_object_set_new(wait, "stack", weft_places_add(story->places,
						&task->wait_stack));
	return wait;
}

static json_t *held_by(struct story *story, const struct weft_task_state *task)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < task->held_n; i++) {
		const struct weft_held_lock *held = &task->held[i];
		json_t *object = json_object();

		json_object_set_new(object, "lock",
				    label(&story->finding->evidence, held->lock,
					  held->instance));
		json_object_set_new(object, "shared",
				    json_boolean(held->shared));
		json_object_set_new(object, "step",
				    json_integer((json_int_t)held->step));
		json_object_set_new(object, "stack",
				    weft_places_add(story->places,
						    &held->stack));
		json_array_append_new(array, object);
	}
	return array;
}

/* The system call it was in at the end, or null. */
static json_t *last_call(json_t *calls)
{
	json_t *last = json_array_get(calls, json_array_size(calls) - 1);

	return json_is_null(json_object_get(last, "result")) ?
	       json_incref(json_object_get(last, "text")) : json_null();
}

static json_t *tasks(struct story *story)
{
	const struct weft_evidence *evidence = &story->finding->evidence;
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < evidence->tasks_n; i++) {
		const struct weft_task_state *task = &evidence->tasks[i];
		json_t *object = json_object(), *calls;

		json_object_set_new(object, "name", json_text(task->name));
		json_object_set_new(object, "service",
				    json_boolean(task->service));
		json_object_set_new(object, "ended", json_boolean(task->ended));
		json_object_set_new(object, "involved",
				    json_boolean(is_involved(story->finding,
							     task->id)));
		calls = weft_story_calls(story->run, story->places, evidence,
					 task->id);
		json_object_set_new(object, "call", last_call(calls));
		json_object_set_new(object, "calls", calls);
		json_object_set_new(object, "wait", wait_of(story, task));
		json_object_set_new(object, "held", held_by(story, task));
		json_array_append_new(array, object);
	}
	return array;
}

/* --- steps --- */

/* 1: @step leaves its task with the lock, -1: without, 0: as it was. */
static int acquires(enum weft_op_kind kind)
{
	switch (kind) {
	case WEFT_OP_LOCK:
	case WEFT_OP_LOCK_SHARED:
	case WEFT_OP_TRYLOCK:
	case WEFT_OP_TRYLOCK_SHARED:
	case WEFT_OP_ANNOTATE:
		return 1;
	case WEFT_OP_UNLOCK:
	case WEFT_OP_UNLOCK_SHARED:
	case WEFT_OP_ANNOTATE_END:
		return -1;
	default:
		return 0;
	}
}

/* It told lockdep of a lock that it then waited for, and never got. */
static bool is_vain(const struct weft_evidence *evidence,
		    const struct weft_step *step)
{
	size_t i;

	for (i = 0; i < evidence->tasks_n; i++) {
		const struct weft_task_state *task = &evidence->tasks[i];

		if (task->id == step->task && task->wait_since &&
		    step->kind == WEFT_OP_ANNOTATE &&
		    step->step == task->wait_since &&
		    step->instance == task->wait_instance &&
		    !strcmp(step->lock, task->wait_lock))
			return true;
	}
	return false;
}

static void set_lock(json_t *row, const struct weft_evidence *evidence,
		     const struct weft_step *step)
{
	int sign = is_vain(evidence, step) ? 0 : acquires(step->kind);

	json_object_set_new(row, "l", label(evidence, step->lock,
					    step->instance));
	if (sign)
		json_object_set_new(row, "a", json_integer(sign));
	if (step->shared)
		json_object_set_new(row, "r", json_true());
}

/* "c": where it has no place in the kernel, the system call. */
static void set_call(json_t *row, const struct story *story,
		     const struct weft_evidence *evidence,
		     const struct weft_event *event)
{
	char text[300];

	if (event->source && event->stack &&
	    weft_call_place(story->run, evidence, event->task,
			    (size_t)(event->source - evidence->steps),
			    event->stack, text, sizeof(text)))
		json_object_set_new(row, "c", json_text(text));
}

static json_t *row_of(struct story *story, const struct weft_evidence *evidence,
		      const struct weft_event *event)
{
	json_t *row = json_object();

	json_object_set_new(row, "n", event->number ?
			    json_integer((json_int_t)event->number) :
			    json_null());
	json_object_set_new(row, "t", json_integer(index_of_task(evidence,
							event->task)));
	json_object_set_new(row, "x", json_text(event->text));
	if (event->stack)
		json_object_set_new(row, "s", weft_places_add(story->places,
							event->stack));
	set_call(row, story, evidence, event);
	if (event->source && event->source->lock)
		set_lock(row, evidence, event->source);
	if (event->alarm)
		json_object_set_new(row, "d", json_true());
	return row;
}

static bool same_moment(const struct weft_event *a, const struct weft_event *b)
{
	return a->step == b->step && a->task == b->task &&
	       (a->source == b->source || !a->source || !b->source);
}

/* Is it among no step, but told between them? */
static bool is_extra(const struct weft_event *event)
{
	return event->alarm || event->note;
}

/* Both are in the order of steps; @from is where the last search ended. */
static bool is_among(const struct weft_events *chosen,
		     const struct weft_event *event, size_t *from)
{
	size_t i;

	while (*from < chosen->n && chosen->events[*from].step < event->step)
		(*from)++;
	for (i = *from; i < chosen->n &&
	     chosen->events[i].step == event->step; i++)
		if (!is_extra(&chosen->events[i]) &&
		    same_moment(&chosen->events[i], event))
			return true;
	return false;
}

/* The detector's own words in the log: add_extras() says them, with the place. */
static bool is_said(const struct weft_finding *finding,
		    const struct weft_event *event)
{
	return event->source && event->source->text && finding->summary &&
	       finding->stack.n &&
	       !strcmp(event->source->text, finding->summary);
}

static void add_row(struct story *story, const struct weft_evidence *evidence,
		    const struct weft_event *event, bool matters, json_t *rows)
{
	json_t *row = row_of(story, evidence, event);

	if (matters)
		json_object_set_new(row, "k", json_true());
	if (event->source && story->rows &&
	    evidence == &story->finding->evidence)
		story->rows[event->source - evidence->steps] =
			(json_int_t)json_array_size(rows);
	json_array_append_new(rows, row);
}

/* What never ends comes behind all that its task did. */
static json_t *merge_rows(struct story *story,
			  const struct weft_evidence *evidence,
			  const struct weft_events *all,
			  const struct weft_events *chosen)
{
	json_t *rows = json_array();
	size_t i, j = 0, from = 0;

	for (i = 0; i <= all->n; i++) {
		bool matters = i < all->n &&
			       is_among(chosen, &all->events[i], &from);

		for (; j < chosen->n &&
		     (!is_extra(&chosen->events[j]) || i == all->n ||
		      chosen->events[j].step < all->events[i].step); j++)
			if (is_extra(&chosen->events[j]))
				add_row(story, evidence, &chosen->events[j],
					true, rows);
		if (i < all->n && (matters || all->n - i <= ROWS_MAX) &&
		    !is_said(story->finding, &all->events[i]))
			add_row(story, evidence, &all->events[i], matters,
				rows);
	}
	return rows;
}

/* --- what the finding is about, which is no step of its own --- */

static void add_extra(struct weft_events *events, unsigned long step, int task,
		      const char *text, const struct weft_stack *stack)
{
	struct weft_event *event;
	size_t i = events->n;

	events->events = realloc(events->events, (events->n + 1) *
				 sizeof(*events->events));
	assert(events->events && "out of memory for a report");
	events->max = ++events->n;
	while (i && events->events[i - 1].step > step)
		i--;
	memmove(&events->events[i + 1], &events->events[i],
		(events->n - 1 - i) * sizeof(*events->events));
	event = &events->events[i];
	memset(event, 0, sizeof(*event));
	event->step = step;
	event->task = task;
	event->alarm = true;
	event->stack = stack;
	snprintf(event->text, sizeof(event->text), "%s", text);
}

/* Both accesses of a race; else where it was noticed, and what that goes back to. */
static void add_extras(const struct weft_run *run,
		       const struct weft_finding *finding,
		       struct weft_events *events)
{
	char text[200];
	size_t i;

	for (i = 0; finding->race && i < 2; i++) {
		const struct weft_race_side *side = &finding->race->sides[i];
		const char *name = weft_side_assertion(run, side);

		snprintf(text, sizeof(text), "%s%s%s of %u byte%s, in the race",
			 name ? name : side->marked ? "marked" : "plain",
			 name ? "" : " ",
			 name ? "" : side->write ? "write" : "read", side->size,
			 side->size == 1 ? "" : "s");
		add_extra(events, side->step, side->task, text, &side->stack);
	}
	if (finding->race || finding->task < 0 || !finding->stack.n)
		return;
	for (i = 0; i < finding->related_n; i++)
		if (finding->related[i].step && finding->related[i].what &&
		    !finding->related[i].between)	/* is a row already */
			add_extra(events, finding->related[i].step,
				  finding->related[i].task,
				  finding->related[i].what,
				  &finding->related[i].stack);
	add_extra(events, finding->steps, finding->task, finding->summary,
		  &finding->stack);
}

static json_t *steps(struct story *story, const struct weft_evidence *evidence)
{
	bool deadlock = !strcmp(story->finding->kind, "deadlock");
	/* What matters is known of the smallest schedule only. */
	bool is_final = evidence == &story->finding->evidence;
	struct weft_events all, chosen;
	json_t *rows;

	weft_events_of_trace(story->run, evidence, NULL, true, &all);
	if (deadlock && is_final)
		weft_events_of_deadlock(story->finding, &chosen);
	else
		weft_events_of_trace(story->run, evidence, is_final ? story->finding : NULL,
				     false, &chosen);
	if (is_final && !deadlock)
		add_extras(story->run, story->finding, &chosen);
	rows = merge_rows(story, evidence, &all, &chosen);
	weft_events_clear(&all);
	weft_events_clear(&chosen);
	return rows;
}

static json_t *runs(const struct weft_evidence *evidence,
		    const struct weft_schedule *schedule)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < schedule->runs_n; i++) {
		const struct weft_schedule_run *run = &schedule->runs[i];

		json_array_append_new(array,
			json_pack("[I, I]",
				  index_of_task(evidence, (int)run->task),
				  (json_int_t)run->steps));
	}
	return array;
}

/* --- why --- */

static json_t *why_end(struct story *story, const struct weft_cause *cause,
		       bool after)
{
	const struct weft_cause_end *end = after ? &cause->after :
						   &cause->before;
	const struct weft_stack *stack = weft_why_stack(story->finding, end);
	json_t *object = json_object();
	json_int_t row = -1;
	char text[300], call[300];

	weft_why_text(story->finding, cause, after, text, sizeof(text));
	if (end->evidence < story->finding->evidence.steps_n)
		row = story->rows[end->evidence];
	json_object_set_new(object, "text", json_text(text));
	json_object_set_new(object, "row", row < 0 ? json_null() :
			    json_integer(row));
	json_object_set_new(object, "stack", stack ?
			    weft_places_add(story->places, stack) :
			    json_null());
	if (stack && weft_call_place(story->run, &story->finding->evidence,
				     end->task, end->evidence, stack, call,
				     sizeof(call)))
		json_object_set_new(object, "call", json_text(call));
	return object;
}

static json_t *why(struct story *story)
{
	const struct weft_causality *causality = &story->finding->causality;
	json_t *array = json_array();
	char then[500];
	size_t i;

	for (i = 0; i < causality->n; i++) {
		const struct weft_cause *cause = &causality->causes[i];
		json_t *object = json_object();

		json_object_set_new(object, "before",
				    why_end(story, cause, false));
		json_object_set_new(object, "after",
				    why_end(story, cause, true));
		json_object_set_new(object, "nearby",
				    json_boolean(cause->nearby));
		if (weft_why_then(story->finding, cause, then, sizeof(then)))
			json_object_set_new(object, "then", json_text(then));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *related(struct story *story)
{
	const struct weft_finding *finding = story->finding;
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < finding->related_n; i++) {
		const struct weft_related *other = &finding->related[i];
		json_t *object = json_object();

		json_object_set_new(object, "what", json_text(other->what));
		json_object_set_new(object, "task", json_integer(
				index_of_task(&finding->evidence,
					      other->task)));
		json_object_set_new(object, "step",
				    json_integer((json_int_t)other->step));
		json_object_set_new(object, "stack",
				    weft_places_add(story->places,
						    &other->stack));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *first_found(struct story *story,
			   const struct weft_evidence *first)
{
	json_t *object;

	if (!first)
		return json_null();
	object = json_object();
	json_object_set_new(object, "steps", steps(story, first));
	json_object_set_new(object, "runs",
			    runs(first, &story->finding->first.schedule));
	return object;
}

static void set_story(struct story *story, const struct weft_evidence *first,
		      json_t *object)
{
	const struct weft_finding *finding = story->finding;

	json_object_set_new(object, "format", json_integer(WEFT_JSON_FORMAT));
	json_object_set_new(object, "weft", json_string(WEFT_VERSION));
	json_object_set_new(object, "kind", json_string(finding->kind));
	json_object_set_new(object, "summary", json_text(finding->summary));
	json_object_set_new(object, "about",
			    json_text(story->run->scenario->summary));
	json_object_set_new(object, "tasks", tasks(story));
	json_object_set_new(object, "steps", steps(story, &finding->evidence));
	json_object_set_new(object, "runs",
			    runs(&finding->evidence, &finding->schedule));
	json_object_set_new(object, "stack",
			    weft_places_add(story->places, &finding->stack));
	json_object_set_new(object, "related", related(story));
	json_object_set_new(object, "faults",
			    weft_story_faults(&finding->evidence,
					      story->places, index_of_task));
	json_object_set_new(object, "why", why(story));
	json_object_set_new(object, "race",
			    weft_race_to_json(story->run, finding));
	json_object_set_new(object, "first", first_found(story, first));
}

/* json_write_path() indents, which doubles a long story. */
static int write_compact(json_t *object, const char *path)
{
	FILE *out = fopen(path, "we");
	int err = out ? 0 : -errno;

	if (out && json_dumpf(object, out, JSON_COMPACT))
		err = -EIO;
	json_decref(object);
	if (!err)
		return output_close(out);
	if (out)
		fclose(out);
	return err;
}

int weft_story_write(const struct weft_run *run, size_t finding,
		     const struct weft_evidence *first,
		     struct weft_source *source, const char *path)
{
	struct story story = {
		.run = run, .finding = &run->result->findings[finding],
		.places = weft_places_create(run, source),
	};
	json_t *object = json_object();
	size_t i, n = story.finding->evidence.steps_n;

	story.rows = calloc(n + 1, sizeof(*story.rows));
	assert(story.rows && "out of memory for a report");
	for (i = 0; i < n; i++)
		story.rows[i] = -1;
	set_story(&story, first, object);
	weft_places_finish(story.places, object);
	json_object_set_new(object, "stand_ins", weft_story_stand_ins(source,
				json_object_get(object, "frames")));
	free(story.rows);
	return write_compact(object, path);
}
