// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which of the recorded steps a reader needs.
 *
 * A deadlock is explained by the system calls its tasks are in, by how they
 * got the locks that others wait for, and by what they wait for. Anything else
 * is explained by system calls and by what happens next to context switches:
 * the operations on things that more than one task touches.
 */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "call_text.h"
#include "finding_table.h"
#include "source.h"

static struct weft_event *add_event(struct weft_events *events,
				    unsigned long step, int task)
{
	struct weft_event *event;

	if (events->n == events->max) {
		events->max = events->max ? 2 * events->max : 64;
		events->events = realloc(events->events, events->max *
					 sizeof(*events->events));
		assert(events->events && "out of memory for a report");
	}
	event = &events->events[events->n];
	memset(event, 0, sizeof(*event));
	event->step = step;
	event->order = (unsigned int)events->n++;
	event->task = task;
	return event;
}

/**
 * weft_events_clear() - free everything
 */
void weft_events_clear(struct weft_events *events)
{
	free(events->events);
	free(events->removals.all);
	memset(events, 0, sizeof(*events));
}

static bool has_other_instance(const struct weft_evidence *evidence,
			       const char *lock)
{
	size_t i, j;

	for (i = 0; i < evidence->steps_n; i++)
		if (evidence->steps[i].lock && evidence->steps[i].instance > 1 &&
		    !strcmp(evidence->steps[i].lock, lock))
			return true;
	for (i = 0; i < evidence->tasks_n; i++) {
		const struct weft_task_state *task = &evidence->tasks[i];

		if (task->wait_lock && task->wait_instance > 1 &&
		    !strcmp(task->wait_lock, lock))
			return true;
		for (j = 0; j < task->held_n; j++)
			if (task->held[j].instance > 1 &&
			    !strcmp(task->held[j].lock, lock))
				return true;
	}
	return false;
}

/**
 * weft_lock_label() - see finding_table.h
 */
void weft_lock_label(const struct weft_evidence *evidence, const char *lock,
		     unsigned int instance, char *ret, size_t size)
{
	if (has_other_instance(evidence, lock))
		snprintf(ret, size, "%s#%u", lock, instance);
	else
		snprintf(ret, size, "%s", lock);
}

static void lock_text(const struct weft_evidence *evidence,
		      const struct weft_step *step, const char *verb,
		      const char *after, char *ret, size_t size)
{
	char label[150];

	weft_lock_label(evidence, step->lock, step->instance, label,
			sizeof(label));
	snprintf(ret, size, "%s(%s);%s", verb, label, after);
}

static const struct {
	enum weft_op_kind kind;
	const char *verb, *after;
} lock_words[] = {
	{ WEFT_OP_LOCK,			"lock",		"" },
	{ WEFT_OP_LOCK_QUEUE,		"lock",		" ← waits" },
	{ WEFT_OP_LOCK_SHARED,		"rlock",	"" },
	{ WEFT_OP_TRYLOCK,		"trylock",	" ok" },
	{ WEFT_OP_TRYLOCK_SHARED,	"tryrlock",	" ok" },
	{ WEFT_OP_TRYLOCK_FAILED,	"trylock",	" fails" },
	{ WEFT_OP_UNLOCK,		"unlock",	"" },
	{ WEFT_OP_UNLOCK_SHARED,	"runlock",	"" },
	{ WEFT_OP_DOWNGRADE,		"downgrade",	"" },
	{ WEFT_OP_LOCK_LOOK,		"is_locked",	"" },
	{ WEFT_OP_ANNOTATE,		"enter",	"" },
	{ WEFT_OP_ANNOTATE_END,		"leave",	"" },
};

/**
 * weft_word_label() - see finding_table.h
 *
 * Addresses are never printed.
 */
void weft_word_label(const struct weft_evidence *evidence, uint64_t object,
		     char *ret, size_t size)
{
	const struct weft_step *step = weft_evidence_access(evidence, object);

	if (step && step->memory.member)
		snprintf(ret, size, "%s", step->memory.member);
	else if (step)
		snprintf(ret, size, "word %u", step->word);
	else
		snprintf(ret, size, "a shared word");
}

const char *weft_access_verb(enum weft_op_kind kind)
{
	switch (kind) {
	case WEFT_OP_ACCESS_READ:
		return "read";
	case WEFT_OP_ACCESS_WRITE:
		return "write";
	case WEFT_OP_ACCESS_RMW:
	case WEFT_OP_ACCESS_ADD:
		return "update";
	case WEFT_OP_FREE:
		return "free";
	default:
		return NULL;
	}
}

/* "open("/sys/devices/a/b/c/d")" → "open("/sys/…/c/d")" */
static void cut_middle_of_path(char *text)
{
	char *begin = strstr(text, "(\"/"), *end = strrchr(text, '"'), *tail;
	char *head = begin ? strchr(begin + 3, '/') : NULL;
	int slashes = 0;

	call_text_shorten(text);
	end = strrchr(text, '"');
	if (!head || end <= head)
		return;
	for (tail = end; tail > head; tail--)
		if (*tail == '/' && ++slashes == 2)
			break;
	if (tail - head < 8)
		return;
	call_text_cut(head + 1, tail);
}

static void return_text(const char *recorded, char *ret, size_t size)
{
	char text[200];

	call_text_end(recorded, text, sizeof(text));
	snprintf(ret, size, "→ %s", text);
}

/**
 * weft_event_words() - see finding_table.h
 */
const char *weft_event_words(const struct weft_step *step, bool past)
{
	if (step->kind != WEFT_OP_NOTIFY || !step->text)
		return NULL;
	if (!strcmp(step->text, "call_rcu"))
		return past ? "queued an RCU callback" :
			      "queues an RCU callback";
	if (!strcmp(step->text, "RCU callback"))
		return past ? "ran an RCU callback" : "runs an RCU callback";
	return NULL;
}

/**
 * weft_step_text() - see finding_table.h
 */
void weft_step_text(const struct weft_evidence *evidence,
		    const struct weft_step *step, char *ret, size_t size)
{
	const char *name = weft_op_name(step->kind);
	size_t i;

	for (i = 0; step->lock && i < sizeof(lock_words) / sizeof(*lock_words);
	     i++)
		if (lock_words[i].kind == step->kind) {
			lock_text(evidence, step, lock_words[i].verb,
				  lock_words[i].after, ret, size);
			return;
		}
	if (step->kind == WEFT_OP_AWAIT && step->text)
		snprintf(ret, size, "waited for %s", step->text);
	else if (step->kind == WEFT_OP_SPAWN && step->text)
		snprintf(ret, size, "starts %s", step->text);
	else if (weft_event_words(step, false))
		snprintf(ret, size, "%s", weft_event_words(step, false));
	else if (step->kind == WEFT_OP_NOTIFY && step->text)
		snprintf(ret, size, "wakes %s", step->text);
	else if (step->kind == WEFT_OP_CALL && step->text)
		call_text_begin(step->text, ret, size);
	else if (step->kind == WEFT_OP_RETURN && step->text)
		return_text(step->text, ret, size);
	else if (weft_access_verb(step->kind) && step->text)
		snprintf(ret, size, "%s %s", weft_access_verb(step->kind),
			 step->text);
	else if (weft_access_verb(step->kind) && step->memory.member && !step->own)
		snprintf(ret, size, "%s %s", weft_access_verb(step->kind),
			 step->memory.member);
	else if (step->word)
		snprintf(ret, size, "%s word %u", weft_access_verb(step->kind),
			 step->word);
	else if (step->own && !step->text)
		snprintf(ret, size, "%s own memory", weft_access_verb(step->kind));
	else
		snprintf(ret, size, "%s", step->text ? step->text : name);
}

static void add_step(struct weft_events *events,
		     const struct weft_evidence *evidence,
		     const struct weft_step *step, unsigned long gap)
{
	struct weft_event *event = add_event(events, step->step, step->task);

	weft_step_text(evidence, step, event->text, sizeof(event->text));
	event->gap = gap;
	event->source = step;
	event->at = (size_t)(step - evidence->steps) + 1;
	event->word = step->word;
	event->number = weft_op_is_step(step->kind) ? step->step : 0;
	if (step->stack.n && step->kind != WEFT_OP_CALL &&
	    step->kind != WEFT_OP_RETURN)
		event->stack = &step->stack;
}

static bool is_involved(const struct weft_finding *finding, int task)
{
	size_t i;

	for (i = 0; i < finding->tasks_n; i++)
		if (finding->tasks[i] == task)
			return true;
	return false;
}

/**
 * weft_step_is_call() - see finding_table.h
 */
bool weft_step_is_call(const struct weft_step *step)
{
	size_t n;

	if (step->kind != WEFT_OP_CALL || !step->text)
		return false;
	n = strspn(step->text, "abcdefghijklmnopqrstuvwxyz_0123456789");
	return n && step->text[n] == '(';
}

/**
 * weft_call_at() - see finding_table.h
 */
const struct weft_step *weft_call_at(const struct weft_evidence *evidence,
				     int task, size_t at)
{
	size_t i;

	for (i = at < evidence->steps_n ? at : evidence->steps_n; i--; ) {
		const struct weft_step *step = &evidence->steps[i];

		if (step->task != task)
			continue;
		if (step->kind == WEFT_OP_RETURN)
			return NULL;
		if (weft_step_is_call(step))
			return step;
	}
	return NULL;
}

/**
 * weft_is_call_place() - see finding_table.h
 */
bool weft_is_call_place(struct weft_symbols *symbols,
			const struct weft_stack *stack)
{
	struct weft_frame site;

	return weft_symbols_site(symbols, stack, &site) && site.file &&
	       weft_source_is_scenario(site.file);
}

/* 'write(7<…/remove>, "1")' → 'write(7<…/remove>)' */
static void drop_data(char *text)
{
	char *end = strncmp(text, "ioctl(", strlen("ioctl(")) ?
		    strstr(text, ">, ") : NULL;

	if (end)
		memcpy(end + 1, ")", 2);
}

/**
 * weft_call_place() - see finding_table.h
 */
bool weft_call_place(const struct weft_run *run,
		     const struct weft_evidence *evidence, int task, size_t at,
		     const struct weft_stack *stack, char *ret, size_t size)
{
	const struct weft_step *call;

	if (!weft_is_call_place(run->symbols, stack))
		return false;
	call = weft_call_at(evidence, task, at);
	if (!call)
		return false;
	call_text_begin(call->text, ret, size);
	call_text_shorten_path(ret);
	drop_data(ret);
	return true;
}

static bool is_waited_for(const struct weft_evidence *evidence,
			  const struct weft_held_lock *held)
{
	size_t i;

	for (i = 0; i < evidence->tasks_n; i++) {
		const struct weft_task_state *task = &evidence->tasks[i];

		if (task->wait_lock && task->wait_instance == held->instance &&
		    !strcmp(task->wait_lock, held->lock))
			return true;
	}
	return false;
}

/* When nobody waits for a lock, whatever is held may be the reason. */
static bool some_wait_is_no_lock(const struct weft_finding *finding)
{
	const struct weft_evidence *evidence = &finding->evidence;
	size_t i;

	for (i = 0; i < evidence->tasks_n; i++)
		if (is_involved(finding, evidence->tasks[i].id) &&
		    evidence->tasks[i].blocked && !evidence->tasks[i].wait_lock)
			return true;
	return false;
}

static void add_held(struct weft_events *events,
		     const struct weft_evidence *evidence,
		     const struct weft_task_state *task,
		     const struct weft_held_lock *held)
{
	struct weft_event *event = add_event(events, held->step, task->id);
	char label[150];

	weft_lock_label(evidence, held->lock, held->instance, label,
			sizeof(label));
	snprintf(event->text, sizeof(event->text), "%s(%s);",
		 held->shared ? "rlock" : "lock", label);
	event->stack = &held->stack;
	event->number = held->step;
}

static const struct weft_step *last_step(const struct weft_evidence *evidence,
					 int task)
{
	size_t i;

	for (i = evidence->steps_n; i--; )
		if (evidence->steps[i].task == task && evidence->steps[i].step)
			return &evidence->steps[i];
	return NULL;
}

/*
 * A writer came into its line at a step. Any other attempt comes after everything that
 * happened: in the order of last steps.
 */
static void add_wait(struct weft_events *events,
		     const struct weft_evidence *evidence,
		     const struct weft_task_state *task)
{
	unsigned long all = evidence->steps_n ?
		evidence->steps[evidence->steps_n - 1].step : 0;
	const struct weft_step *last = last_step(evidence, task->id);
	bool queued = last && last->kind == WEFT_OP_LOCK_QUEUE;
	struct weft_event *event =
		add_event(events, queued ? last->step :
			  all + 1 + (last ? last->step : 0), task->id);
	char label[150];

	if (queued)
		event->number = last->step;
	if (task->wait_lock) {
		weft_lock_label(evidence, task->wait_lock, task->wait_instance,
				label, sizeof(label));
		if (task->wait_text)
			snprintf(event->text, sizeof(event->text),
				 "wait for %s at %s ← blocked", label,
				 task->wait_text);
		else
			snprintf(event->text, sizeof(event->text),
				 "%s(%s); ← blocked",
				 task->wait_shared ? "rlock" : "lock", label);
	} else {
		snprintf(event->text, sizeof(event->text),
			 "wait for %s ← blocked", task->wait_text ?
			 task->wait_text : "something");
	}
	event->stack = &task->wait_stack;
	event->alarm = true;
}

static int compare_events(const void *a, const void *b)
{
	const struct weft_event *x = a, *y = b;

	if (x->step != y->step)
		return x->step < y->step ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/**
 * weft_events_of_deadlock() - see finding_table.h
 */
void weft_events_of_deadlock(const struct weft_finding *finding,
			     struct weft_events *ret)
{
	const struct weft_evidence *evidence = &finding->evidence;
	bool all = some_wait_is_no_lock(finding);
	size_t i, j;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < evidence->tasks_n; i++) {
		const struct weft_task_state *task = &evidence->tasks[i];
		const struct weft_step *call;

		if (!is_involved(finding, task->id))
			continue;
		call = weft_call_at(evidence, task->id, SIZE_MAX);
		if (call)
			add_step(ret, evidence, call, 0);
		for (j = 0; j < task->held_n; j++)
			if (all || is_waited_for(evidence, &task->held[j]))
				add_held(ret, evidence, task, &task->held[j]);
		if (task->blocked)
			add_wait(ret, evidence, task);
	}
	if (ret->n)
		qsort(ret->events, ret->n, sizeof(*ret->events),
		      compare_events);
}

/* What a reason names and never came about: at the end, by whoever was to do it. */
static void add_undone(struct weft_events *events,
		       const struct weft_finding *finding,
		       const struct weft_cause_end *end)
{
	const struct weft_evidence *e = &finding->evidence;
	const struct weft_task_state *task = weft_evidence_task(e, end->task);
	struct weft_event *event;
	char object[160];
	size_t i;

	if (!end->waits || !task || (task->wait_lock && !task->wait_text))
		return;
	weft_word_label(e, end->object, object, sizeof(object));
	event = add_event(events, ULONG_MAX, end->task);
	snprintf(event->text, sizeof(event->text), "(would %s %s)",
		 weft_access_verb(end->kind) ? weft_access_verb(end->kind) :
					  weft_op_name(end->kind), object);
	for (i = 0; i + 1 < events->n; i++)
		if (events->events[i].step == ULONG_MAX &&
		    events->events[i].task == event->task &&
		    !strcmp(events->events[i].text, event->text)) {
			events->n--;
			return;
		}
	event->word = weft_evidence_word(e, end->object);
	event->stack = &task->wait_stack;
}

/* Starting tasks and waiting for their end is the frame, not the picture. */
static bool is_frame(const struct weft_step *step)
{
	return step->task == 0 && (step->kind == WEFT_OP_SPAWN ||
				   step->kind == WEFT_OP_AWAIT);
}

/* Task 0 clears up, and service threads are not shown. */
static void find_removals(const struct weft_run *run,
			  const struct weft_evidence *evidence,
			  struct weft_removals *ret)
{
	size_t i;

	for (i = 0; i < evidence->tasks_n; i++)
		if (evidence->tasks[i].id && !evidence->tasks[i].service)
			weft_removals_find(run->symbols, evidence,
					   evidence->tasks[i].id, ret);
}

/* Between the steps before it and its own: that is where its number is. */
static bool add_removal(struct weft_events *events,
			const struct weft_evidence *evidence, size_t at,
			unsigned long gap)
{
	const struct weft_removal *removal = weft_removal_at(&events->removals,
							     at);
	const struct weft_step *step = &evidence->steps[at];
	struct weft_event *event;

	if (!removal)
		return false;
	event = add_event(events, step->step ? step->step - 1 : 0, step->task);
	snprintf(event->text, sizeof(event->text), "%s: %s()", removal->words,
		 removal->function);
	event->gap = gap;
	event->stack = &removal->caller;
	event->note = true;
	return true;
}

/* A call that says it did not succeed, at @at: does it leave a file removed? */
static void add_stays(const struct weft_run *run, const struct weft_evidence *evidence,
		      size_t at, struct weft_events *events)
{
	const struct weft_step *end = &evidence->steps[at];
	const struct weft_step *call = weft_call_at(evidence, end->task, at);
	char *text = events->events[events->n - 1].text;
	size_t i, n = strlen(text);

	if (end->kind != WEFT_OP_RETURN || !call || !strstr(text, " = -"))
		return;
	for (i = 0; i < events->removals.n; i++) {
		const struct weft_removal *removal = &events->removals.all[i];

		if (evidence->steps[removal->at].task != end->task ||
		    &evidence->steps[removal->at] < call || removal->at >= at ||
		    !weft_removal_stays(run->symbols, evidence, removal, at))
			continue;
		snprintf(text + n, sizeof(events->events->text) - n,
			 ", and has not put its file back");
		return;
	}
}

/* An assertion of a race is recorded as the access that it comes as. */
static void tell_assertion(const struct weft_run *run,
			   const struct weft_race_pair *race,
			   struct weft_event *event)
{
	int i;

	for (i = 0; i < 2; i++) {
		const struct weft_race_side *side = &race->sides[i];
		const char *name;

		/* A look at the debug information, so only of these two. */
		if (!side->point || event->source->task != side->task ||
		    event->number != side->step ||
		    !weft_access_verb(event->source->kind))
			continue;
		name = weft_side_assertion(run, side);
		if (name)
			snprintf(event->text, sizeof(event->text), "%s", name);
	}
}

/*
 * A free is no step: its row comes where it was. @i: of the next recorded step.
 * Return: rows were added.
 */
static bool add_frees(struct weft_events *events,
		      const struct weft_finding *finding, size_t i,
		      unsigned long gap)
{
	bool added = false;
	struct weft_event *event;
	size_t j;

	for (j = 0; finding && j < finding->related_n; j++) {
		const struct weft_related *related = &finding->related[j];

		if (!related->between || related->at != i)
			continue;
		event = add_event(events, related->step, related->task);
		snprintf(event->text, sizeof(event->text), "%s",
			 WEFT_FREES_IT);
		event->stack = &related->stack;
		event->at = i + 1;
		event->gap = added ? 0 : gap;
		event->note = true;
		added = true;
	}
	return added;
}

/* Words of a memory finding have a place, like the steps around them. */
static void tell_place(const struct weft_finding *finding,
		       struct weft_event *event)
{
	if (weft_says_memory(finding, event->source))
		event->stack = &event->source->stack;
}

/**
 * weft_events_of_trace() - see finding_table.h
 */
void weft_events_of_trace(const struct weft_run *run,
			  const struct weft_evidence *evidence,
			  const struct weft_finding *finding, bool everything,
			  struct weft_events *ret)
{
	bool *keep = calloc(evidence->steps_n + 1, sizeof(*keep));
	unsigned long gap = 0;
	size_t i;

	assert(keep && "out of memory for a report");
	memset(ret, 0, sizeof(*ret));
	if (!everything) {
		weft_events_choose(run->symbols, evidence, finding, keep);
		find_removals(run, evidence, &ret->removals);
	}
	for (i = 0; i < evidence->steps_n; i++) {
		if (add_frees(ret, finding, i, gap))
			gap = 0;
		if (add_removal(ret, evidence, i, gap))
			gap = 0;
		if (!everything && !keep[i]) {
			gap += !is_frame(&evidence->steps[i]);
			continue;
		}
		add_step(ret, evidence, &evidence->steps[i], gap);
		tell_place(finding, &ret->events[ret->n - 1]);
		if (finding && finding->race)
			tell_assertion(run, finding->race,
				       &ret->events[ret->n - 1]);
		if (!everything) {
			cut_middle_of_path(ret->events[ret->n - 1].text);
			add_stays(run, evidence, i, ret);
		}
		gap = 0;
	}
	add_frees(ret, finding, evidence->steps_n, gap);
	for (i = 0; !everything && finding && i < finding->causality.n; i++) {
		add_undone(ret, finding, &finding->causality.causes[i].before);
		add_undone(ret, finding, &finding->causality.causes[i].after);
	}
	free(keep);
}
