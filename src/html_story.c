// SPDX-License-Identifier: GPL-2.0-only
/* The first screen of a finding's page; contract in html_story.h. */
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "html_story.h"
#include "json_read.h"
#include "markup.h"
#include "source.h"

#define CALLERS_MAX 5
#define STATEMENT_LINES 4	/* shown of one statement */
#define DESCRIPTORS_ODD 100	/* numbers from here on make one wonder */

static void put(const struct page *page, const char *text)
{
	html_text(page->out, text);
}

static void put_code(const struct page *page, const char *text)
{
	fputs("<code>", page->out);
	put(page, text);
	fputs("</code>", page->out);
}

/* The script puts the letter in front of it that the bars have. */
static void put_lock(const struct page *page, const char *lock)
{
	fputs("<code data-lock=\"", page->out);
	markup_escape(page->out, lock, MARKUP_ATTRIBUTE);
	fputs("\">", page->out);
	put(page, lock);
	fputs("</code>", page->out);
}

/*
 * The innermost frame of a stack that says something: helpers in headers do not,
 * where there is anything else. As in siteOf() of finding.js.
 */
static json_t *site_of(const struct page *page, json_t *stack)
{
	json_t *numbers = json_array_get(json_object_get(page->story, "stacks"),
					 (size_t)json_integer_value(stack));
	json_t *frames = json_object_get(page->story, "frames");
	json_t *number, *frame;
	size_t i;

	if (!json_is_integer(stack))
		return NULL;
	json_array_foreach(numbers, i, number) {
		const char *file;

		frame = json_array_get(frames,
				       (size_t)json_integer_value(number));
		file = json_string_value(json_array_get(frame, 1));
		if (file && strncmp(file, "include/", strlen("include/")))
			return frame;
	}
	number = json_array_get(numbers, 0);
	return number ? json_array_get(frames, (size_t)
				       json_integer_value(number)) : NULL;
}

static const char *line_of(const struct page *page, const char *file, long line)
{
	json_t *source = json_object_get(page->story, "source");
	const char *text;
	char key[24];

	snprintf(key, sizeof(key), "%ld", line);
	text = json_string_value(json_object_get(json_object_get(source, file),
						 key));
	return text ? text + strspn(text, " \t") : NULL;
}

/* Parentheses that stay open at its end. */
static int open_at_end(const char *text)
{
	int open = 0;

	for (; *text; text++)
		open += (*text == '(') - (*text == ')');
	return open;
}

/*
 * The statement itself, from the reader's own tree; nothing where it is not at hand.
 * One that is not finished on its line goes on below it.
 */
static void put_line(const struct page *page, const char *file, long line)
{
	const char *text = line_of(page, file, line);
	int open = 0, n;

	if (!text)
		return;
	fputs("<code class=\"line\">", page->out);
	for (n = 0; text && n < STATEMENT_LINES; n++) {
		if (n)
			fputc(' ', page->out);
		put(page, text);
		open += open_at_end(text);
		if (open <= 0)
			break;
		text = line_of(page, file, line + n + 1);
	}
	fputs("</code>", page->out);
}

void html_write_place(const struct page *page, const char *function,
		      const char *file, long line)
{
	fputs("<div class=\"where\">in ", page->out);
	put(page, function);
	fputs("()", page->out);
	if (file && *file) {
		fputc(' ', page->out);
		put(page, file);
		fprintf(page->out, ":%ld", line);
		put_line(page, file, line);
	}
	fputs("</div>\n", page->out);
}

void html_write_site(const struct page *page, json_t *stack)
{
	json_t *frame = site_of(page, stack);

	if (frame)
		html_write_place(page, json_string_value(json_array_get(frame, 0)),
			  json_string_value(json_array_get(frame, 1)),
			  (long)json_integer_value(json_array_get(frame, 2)));
}

const char *html_task_name(const struct page *page, json_t *number)
{
	json_t *tasks = json_object_get(page->story, "tasks");

	return json_text_of(json_array_get(tasks,
				      (size_t)json_integer_value(number)),
		       "name");
}

/* Task 0 and kernel threads are the scenery. */
void html_write_tint(const struct page *page, json_t *number)
{
	json_t *task = json_array_get(json_object_get(page->story, "tasks"),
				      (size_t)json_integer_value(number));
	json_t *other;
	unsigned int tint = 0;
	size_t i;

	if (!json_integer_value(number) ||
	    json_is_true(json_object_get(task, "service"))) {
		fputs(" t0", page->out);
		return;
	}
	json_array_foreach(json_object_get(page->story, "tasks"), i, other)
		if (i && (json_int_t)i < json_integer_value(number))
			tint += !json_is_true(json_object_get(other,
							      "service"));
	fprintf(page->out, " t%u", tint % 6 + 1);
}

static void put_task(const struct page *page, json_t *number)
{
	fputs("<span class=\"task", page->out);
	html_write_tint(page, number);
	fputs("\">", page->out);
	put(page, html_task_name(page, number));
	fputs("</span>", page->out);
}

static void put_number_of_task(const struct page *page, size_t i)
{
	json_t *number = json_integer((json_int_t)i);

	put_task(page, number);
	json_decref(number);
}

void html_write_scene(const struct page *page)
{
	json_t *drivers = json_object_get(page->story, "stand_ins"), *text;
	const char *about = json_text_of(page->story, "about");
	const char *file;

	if (*about) {
		fputs("<p class=\"facts\">The scenario: ", page->out);
		put(page, about);
		fputs(".</p>\n", page->out);
	}
	json_object_foreach(drivers, file, text) {
		fputs("<p class=\"facts\"><code>", page->out);
		put(page, strrchr(file, '/') + 1);
		fputs("</code> is a stand-in for a driver. ", page->out);
		put(page, json_string_value(text));
		fputs("</p>\n", page->out);
	}
}

/* --- who waits for whom --- */

/* Is somebody among the tasks of the finding waiting for it? */
static bool is_wanted(const struct page *page, const char *lock)
{
	json_t *task;
	size_t i;

	json_array_foreach(json_object_get(page->story, "tasks"), i, task) {
		json_t *wait = json_object_get(task, "wait");

		if (json_is_true(json_object_get(task, "involved")) &&
		    !strcmp(json_text_of(wait, "for"), lock))
			return true;
	}
	return false;
}

static void write_held(const struct page *page, json_t *task)
{
	json_t *all = json_object_get(task, "held"), *held;
	size_t i, others = 0;

	json_array_foreach(all, i, held) {
		if (!is_wanted(page, json_text_of(held, "lock"))) {
			others++;
			continue;
		}
		fputs("<dt>holds</dt><dd>", page->out);
		put_lock(page, json_text_of(held, "lock"));
		fprintf(page->out, "%s since step %ld of %ld\n",
			json_is_true(json_object_get(held, "shared")) ?
			" (shared)" : "", json_number_of(held, "step"),
			json_number_of(page->finding, "steps"));
		html_write_site(page, json_object_get(held, "stack"));
		fputs("</dd>\n", page->out);
	}
	if (!others)
		return;
	fprintf(page->out, "<dt>%s holds</dt><dd>",
		others == json_array_size(all) ? "it" : "it also");
	json_array_foreach(all, i, held) {
		if (is_wanted(page, json_text_of(held, "lock")))
			continue;
		put_lock(page, json_text_of(held, "lock"));
		fputc(' ', page->out);
	}
	fputs("</dd>\n", page->out);
}

static bool is_scenario(json_t *frame)
{
	const char *file = json_string_value(json_array_get(frame, 1));

	return file && weft_source_is_scenario(file);
}

/* The way to the place of a stack: its callers in the kernel, innermost first. */
static void put_callers(const struct page *page, json_t *stack)
{
	json_t *numbers = json_array_get(json_object_get(page->story, "stacks"),
					 (size_t)json_integer_value(stack));
	json_t *frames = json_object_get(page->story, "frames");
	json_t *site = site_of(page, stack), *number, *frame;
	size_t i, n = 0;
	bool found = false;

	json_array_foreach(numbers, i, number) {
		frame = json_array_get(frames,
				       (size_t)json_integer_value(number));
		if (found && is_scenario(frame))
			break;
		if (found && n++ < CALLERS_MAX) {
			fputs(n == 1 ? "<div class=\"where\">called by " : " ← ",
			      page->out);
			put(page, json_string_value(json_array_get(frame, 0)));
			fputs("()", page->out);
		}
		found = found || frame == site;
	}
	if (n)
		fprintf(page->out, "%s</div>\n", n > CALLERS_MAX ? " ← …" : "");
}

static void write_wait(const struct page *page, json_t *wait)
{
	json_t *holder = json_object_get(wait, "holder");

	fputs("<dt>and waits for ever for</dt><dd>", page->out);
	if (json_is_true(json_object_get(wait, "lock")))
		put_lock(page, json_text_of(wait, "for"));
	else
		put(page, *json_text_of(wait, "for") ? json_text_of(wait, "for") :
						  "something");
	if (json_is_true(json_object_get(wait, "shared")))
		fputs(" (shared)", page->out);
	if (json_is_integer(holder)) {
		fputs(json_is_true(json_object_get(wait, "behind")) ?
		      ", behind " : ", held by ", page->out);
		put_task(page, holder);
	}
	if (*json_text_of(wait, "at")) {
		fputs(", at ", page->out);
		put(page, json_text_of(wait, "at"));
	}
	html_write_site(page, json_object_get(wait, "stack"));
	if (json_is_integer(json_object_get(wait, "stack")))
		put_callers(page, json_object_get(wait, "stack"));
	fputs("</dd>\n", page->out);
}

static void write_card(const struct page *page, json_t *task, size_t number)
{
	bool deadlock = !strcmp(json_text_of(page->finding, "kind"), "deadlock");
	json_t *wait = json_object_get(task, "wait");
	bool stuck = deadlock && json_is_object(wait);

	fprintf(page->out, "<div class=\"card%s\">\n<h3>", stuck ? " stuck" :
		"");
	put_number_of_task(page, number);
	if (!number && json_array_size(json_object_get(task, "calls")))
		fputs(" (looks at what is left)", page->out);
	if (deadlock && json_is_true(json_object_get(task, "ended")))
		fputs(" (has ended)", page->out);
	fputs("</h3>\n<dl>\n", page->out);
	if (!deadlock)
		html_write_calls(page, task);
	else if (*json_text_of(task, "call")) {
		fputs("<dt>is in</dt><dd>", page->out);
		put_code(page, json_text_of(task, "call"));
		fputs("</dd>\n", page->out);
	}
	write_held(page, task);
	if (stuck)
		write_wait(page, wait);
	fputs("</dl>\n</div>\n", page->out);
}

/* Of a deadlock those in it; else all that the scenario is made of. */
static bool has_card(const struct page *page, json_t *task)
{
	if (!strcmp(json_text_of(page->finding, "kind"), "deadlock"))
		return json_is_true(json_object_get(task, "involved")) &&
		       (!json_is_true(json_object_get(task, "ended")) ||
			json_array_size(json_object_get(task, "held")));
	return !json_is_true(json_object_get(task, "service")) &&
	       (json_array_size(json_object_get(task, "calls")) ||
		json_array_size(json_object_get(task, "held")));
}

/* Task 0 comes last: it looks at what the others left. */
static void write_tasks(const struct page *page)
{
	json_t *tasks = json_object_get(page->story, "tasks"), *task;
	size_t i;

	json_array_foreach(tasks, i, task)
		if (i && has_card(page, task))
			write_card(page, task, i);
	if (has_card(page, json_array_get(tasks, 0)))
		write_card(page, json_array_get(tasks, 0), 0);
}

/* Reasons before all others: what was made to fail. */
static void write_faults(const struct page *page)
{
	json_t *fault;
	size_t i;

	json_array_foreach(json_object_get(page->story, "faults"), i, fault) {
		fputs("<div class=\"card fault\"><h3>Made to fail: <code>",
		      page->out);
		put(page, json_text_of(fault, "text"));
		fputs("</code></h3>of ", page->out);
		put_task(page, json_object_get(fault, "task"));
		fprintf(page->out, ", step %ld", json_number_of(fault, "step"));
		html_write_site(page, json_object_get(fault, "stack"));
		fputs("</div>\n", page->out);
	}
}

/* --- memory that two tasks touch --- */

static void put_task_of_name(const struct page *page, const char *name)
{
	json_t *tasks = json_object_get(page->story, "tasks"), *task;
	size_t i;

	json_array_foreach(tasks, i, task)
		if (!strcmp(json_text_of(task, "name"), name)) {
			put_number_of_task(page, i);
			return;
		}
	put(page, name);
}

/* A lock that was held at an access, and where it was taken. */
static void write_taken(const struct page *page, json_t *taken)
{
	put_lock(page, json_text_of(taken, "lock"));
	fprintf(page->out, "%s since step %ld<div class=\"where\">taken in ",
		json_is_true(json_object_get(taken, "shared")) ? " (shared)" : "",
		json_number_of(taken, "step"));
	put(page, json_text_of(taken, "function"));
	fputs("() ", page->out);
	put(page, json_text_of(taken, "file"));
	if (json_is_integer(json_object_get(taken, "line")))
		fprintf(page->out, ":%ld", json_number_of(taken, "line"));
	fputs("</div>\n", page->out);
}

/* How it came there, for who wants to know. */
static void write_taken_stacks(const struct page *page, json_t *all)
{
	json_t *taken, *frame;
	size_t i, j;

	fputs("<details><summary>stacks of the locks</summary>\n", page->out);
	json_array_foreach(all, i, taken) {
		put_code(page, json_text_of(taken, "lock"));
		fputs("<ol class=\"stack\">\n", page->out);
		json_array_foreach(json_object_get(taken, "stack"), j, frame) {
			fputs("<li><code>", page->out);
			put(page, json_text_of(frame, "function"));
			fputs("()</code> <small>", page->out);
			put(page, json_text_of(frame, "file"));
			if (json_is_integer(json_object_get(frame, "line")))
				fprintf(page->out, ":%ld", json_number_of(frame, "line"));
			fprintf(page->out, "%s</small></li>\n",
				json_is_true(json_object_get(frame, "inlined")) ?
				", inlined" : "");
		}
		fputs("</ol>\n", page->out);
	}
	fputs("</details>\n", page->out);
}

static void write_side(const struct page *page, json_t *side)
{
	json_t *all = json_object_get(side, "taken"), *taken;
	json_t *asserted = json_object_get(side, "assertion");
	bool is_write = !strcmp(json_text_of(side, "access"), "write");
	size_t i;

	fputs("<div class=\"card\">\n<h3>", page->out);
	put_task_of_name(page, json_text_of(side, "task"));
	if (json_is_string(asserted))
		fprintf(page->out, "</h3>\n<dl><dt>%s()</dt><dd>nobody else %s, %s: ",
			json_string_value(asserted), is_write ?
			"reads or writes" : "writes",
			strstr(json_string_value(asserted), "_SCOPED") ?
			"from here to the end of its scope" : "at this moment");
	else
		fprintf(page->out, "</h3>\n<dl><dt>%ss, %s</dt><dd>",
			json_text_of(side, "access"),
			json_is_true(json_object_get(side, "marked")) ?
			"marked (READ_ONCE and its like)" : "plain");
	fprintf(page->out, "%ld byte%s",
		json_number_of(side, "size"),
		json_number_of(side, "size") == 1 ? "" : "s");
	if (is_write && !json_is_string(asserted))
		fprintf(page->out, ": %s → %s", json_text_of(side, "before"),
			json_text_of(side, "after"));
	else
		fprintf(page->out, ": %s", json_text_of(side, "before"));
	html_write_place(page, json_text_of(side, "function"),
		  json_text_of(side, "file"), json_number_of(side, "line"));
	fputs("</dd>\n<dt>holding</dt><dd>", page->out);
	json_array_foreach(all, i, taken)
		write_taken(page, taken);
	if (i)
		write_taken_stacks(page, all);
	fprintf(page->out, "%s</dd></dl>\n</div>\n", i ? "" : "no lock");
}

static void write_race(const struct page *page, json_t *race)
{
	json_t *side, *filter;
	size_t i;

	fputs("<p>Memory: ", page->out);
	put_code(page, json_text_of(race, "where"));
	fputs("</p>\n<div class=\"cards\">\n", page->out);
	json_array_foreach(json_object_get(race, "sides"), i, side)
		write_side(page, side);
	write_faults(page);
	fputs("</div>\n", page->out);
	json_array_foreach(json_object_get(race, "kcsan_filters"), i, filter)
		fprintf(page->out, "%s<code>%s</code>", i ? " and " :
			"<p>KCSAN would not tell this one by default, because of ",
			json_string_value(filter));
	if (i)
		fputs(".</p>\n", page->out);
}

json_t *html_check_of(const struct page *page)
{
	json_t *check = json_object_get(page->finding, "check");
	json_t *frame = page->story ?
		site_of(page, json_object_get(page->story, "stack")) : NULL;

	return json_is_object(check) &&
	       json_is_string(json_array_get(frame, 1)) ? check : NULL;
}

/* What the title says in words, as the scenario checks it */
static void write_check(const struct page *page, const json_t *check)
{
	json_t *frame = site_of(page, json_object_get(page->story, "stack"));

	fputs("<code>", page->out);
	put(page, json_text_of(check, "expression"));
	fprintf(page->out, "</code> %s",
		json_is_true(json_object_get(check, "never")) ?
		"is true, and must never be" : "must be true");
	if (json_is_string(json_object_get(check, "values"))) {
		fputs("; it was <code>", page->out);
		put(page, json_text_of(check, "values"));
		fputs("</code>", page->out);
	}
	fputs(" <span class=\"where\">(checked in ", page->out);
	put(page, json_string_value(json_array_get(frame, 0)));
	fputs("() ", page->out);
	put(page, json_string_value(json_array_get(frame, 1)));
	fprintf(page->out, ":%lld)</span>",
		(long long)json_integer_value(json_array_get(frame, 2)));
}

static void write_noticed(const struct page *page)
{
	const json_t *check;

	if (!json_is_integer(json_object_get(page->story, "stack")))
		return;
	fputs("<div class=\"card\"><h3>Noticed</h3>", page->out);
	check = html_check_of(page);
	if (check)
		write_check(page, check);
	else
		html_write_site(page, json_object_get(page->story, "stack"));
	fputs("</div>\n", page->out);
}

/* Where it was noticed, and other places it is about. */
static void write_places(const struct page *page)
{
	json_t *other;
	size_t i;

	write_noticed(page);
	json_array_foreach(json_object_get(page->story, "related"), i, other) {
		fputs("<div class=\"card\"><h3>", page->out);
		put(page, json_text_of(other, "what"));
		if (*html_task_name(page, json_object_get(other, "task"))) {
			fputs(" by ", page->out);
			put(page, html_task_name(page,
					json_object_get(other, "task")));
		}
		if (json_number_of(other, "step"))
			fprintf(page->out, ", %sstep %ld",
				json_is_true(json_object_get(other, "between")) ?
				"after " : "", json_number_of(other, "step"));
		fputs("</h3>", page->out);
		html_write_site(page, json_object_get(other, "stack"));
		fputs("</div>\n", page->out);
	}
}

/* The number of the descriptor in "fd 640", or in front of "640<…/create>"; or 0 */
static long descriptor_in(const char *text)
{
	const char *open = strchr(text, '(');
	char *end = NULL;
	long n;

	if (!strncmp(text, "fd ", strlen("fd ")))
		return strtol(text + strlen("fd "), NULL, 10);
	n = open ? strtol(open + 1, &end, 10) : 0;
	return end && *end == '<' ? n : 0;
}

/* Does a card show a number that no program would get? */
static bool has_odd_descriptor(const struct page *page)
{
	bool deadlock = !strcmp(json_text_of(page->finding, "kind"), "deadlock");
	json_t *task, *call;
	size_t i, j;

	json_array_foreach(json_object_get(page->story, "tasks"), i, task) {
		if (!has_card(page, task))
			continue;
		if (descriptor_in(json_text_of(task, "call")) >= DESCRIPTORS_ODD)
			return true;
		json_array_foreach(json_object_get(task, "calls"), j, call)
			if (!deadlock && descriptor_in(json_text_of(call, "result")) >=
					 DESCRIPTORS_ODD)
				return true;
	}
	return false;
}

/* What the cards take for known. */
static void write_notes(const struct page *page)
{
	fputs("<p class=\"facts\" id=\"letters\" hidden>A letter stands for the lock behind it, here "
	      "and on the bars of the <a href=\"#swimlanes\">steps</a>; it says nothing of an order.</p>\n",
	      page->out);
	if (has_odd_descriptor(page))
		fputs("<p class=\"facts\">Descriptors: each task has a range of numbers of its own, "
		      "so that they are the same in every interleaving.</p>\n", page->out);
}

void html_write_cards(const struct page *page)
{
	json_t *race = json_object_get(page->story, "race");

	if (json_is_object(race)) {
		write_race(page, race);
		write_notes(page);
		return;
	}
	fputs("<div class=\"cards\">\n", page->out);
	write_faults(page);
	if (!strcmp(json_text_of(page->finding, "kind"), "deadlock")) {
		write_tasks(page);
		write_places(page);
	} else {
		write_places(page);
		fputs("</div>\n<div class=\"cards\">\n", page->out);
		write_tasks(page);
	}
	fputs("</div>\n", page->out);
	write_notes(page);
}
