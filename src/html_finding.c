// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page of a finding. Its first screen says who is in trouble and why, and
 * needs no script; the swimlanes below it are drawn by src/assets/finding.js from
 * the story (story.h), which is part of the page.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "json_read.h"
#include "markup.h"
#include "output.h"
#include "assets/assets.h"

struct page {
	FILE		*out;
	json_t		*campaign, *finding;
	json_t		*story;		/* or NULL: of an older Weft */
};

/* What a kind of finding means, for those who meet it for the first time. */
static const struct {
	const char *kind, *means;
} meanings[] = {
	{ "deadlock", "None of these tasks ever goes on." },
	{ "lockorder", "Locks are taken in orders that form a circle: tasks that meet there wait for each other." },
	{ "race", "Two tasks touch the same memory, one of them writes, and nothing says which comes first." },
	{ "memory", "Memory is used in a way that its owner does not allow." },
	{ "context", "Something is done where it must not be done: a lock misused, or sleeping where that is forbidden." },
	{ "refcount", "A reference count says something that cannot be true." },
	{ "stuck", "A task goes round in a circle and does not come forward." },
	{ "crash", "The kernel itself says that something is wrong, or stops." },
	{ "invariant", "What the scenario says must be true at its end is not." },
};

static void put(const struct page *page, const char *text)
{
	markup_escape(page->out, text, MARKUP_TEXT);
}

static void put_code(const struct page *page, const char *text)
{
	fputs("<code>", page->out);
	put(page, text);
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

/* "in vfio_device_open() drivers/vfio/vfio_main.c:774" of a stack's number */
static void put_site(const struct page *page, json_t *stack)
{
	json_t *frame = site_of(page, stack);

	if (!frame)
		return;
	fputs("<div class=\"where\">in ", page->out);
	put(page, json_string_value(json_array_get(frame, 0)));
	fputs("()", page->out);
	if (json_is_string(json_array_get(frame, 1))) {
		fputc(' ', page->out);
		put(page, json_string_value(json_array_get(frame, 1)));
		fprintf(page->out, ":%lld", (long long)
			json_integer_value(json_array_get(frame, 2)));
	}
	fputs("</div>\n", page->out);
}

static const char *name_of_task(const struct page *page, json_t *number)
{
	json_t *tasks = json_object_get(page->story, "tasks");

	return json_text_of(json_array_get(tasks,
				      (size_t)json_integer_value(number)),
		       "name");
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
		put_code(page, json_text_of(held, "lock"));
		fprintf(page->out, "%s since step %ld\n",
			json_is_true(json_object_get(held, "shared")) ?
			" (shared)" : "", json_number_of(held, "step"));
		put_site(page, json_object_get(held, "stack"));
		fputs("</dd>\n", page->out);
	}
	if (!others)
		return;
	fprintf(page->out, "<dt>%s holds</dt><dd>",
		others == json_array_size(all) ? "it" : "it also");
	json_array_foreach(all, i, held) {
		if (is_wanted(page, json_text_of(held, "lock")))
			continue;
		put_code(page, json_text_of(held, "lock"));
		fputc(' ', page->out);
	}
	fputs("</dd>\n", page->out);
}

static void write_wait(const struct page *page, json_t *wait)
{
	json_t *holder = json_object_get(wait, "holder");

	fputs("<dt>and waits for ever for</dt><dd>", page->out);
	if (json_is_true(json_object_get(wait, "lock")))
		put_code(page, json_text_of(wait, "for"));
	else
		put(page, *json_text_of(wait, "for") ? json_text_of(wait, "for") :
						  "something");
	if (json_is_true(json_object_get(wait, "shared")))
		fputs(" (shared)", page->out);
	if (json_is_integer(holder)) {
		fputs(", held by <b class=\"waits\">", page->out);
		put(page, name_of_task(page, holder));
		fputs("</b>", page->out);
	}
	put_site(page, json_object_get(wait, "stack"));
	fputs("</dd>\n", page->out);
}

static void write_card(const struct page *page, json_t *task)
{
	bool deadlock = !strcmp(json_text_of(page->finding, "kind"), "deadlock");
	json_t *wait = json_object_get(task, "wait");
	bool stuck = deadlock && json_is_object(wait);

	fprintf(page->out, "<div class=\"card%s\">\n<h3>", stuck ? " stuck" :
		"");
	put(page, json_text_of(task, "name"));
	fputs("</h3>\n<dl>\n", page->out);
	if (*json_text_of(task, "call")) {
		fputs("<dt>is in</dt><dd>", page->out);
		put_code(page, json_text_of(task, "call"));
		fputs("</dd>\n", page->out);
	}
	write_held(page, task);
	if (stuck)
		write_wait(page, wait);
	fputs("</dl>\n</div>\n", page->out);
}

static void write_cards(const struct page *page)
{
	json_t *task;
	size_t i;

	fputs("<div class=\"cards\">\n", page->out);
	json_array_foreach(json_object_get(page->story, "tasks"), i, task)
		if (json_is_true(json_object_get(task, "involved")) &&
		    !json_is_true(json_object_get(task, "ended")))
			write_card(page, task);
	fputs("</div>\n", page->out);
}

/* --- memory that two tasks touch --- */

static void write_side(const struct page *page, json_t *side)
{
	json_t *held = json_object_get(side, "held"), *lock;
	size_t i;

	fputs("<div class=\"card\">\n<h3>", page->out);
	put(page, json_text_of(side, "task"));
	fprintf(page->out, "</h3>\n<dl><dt>%ss, %s</dt><dd>%ld byte%s",
		json_text_of(side, "access"),
		json_is_true(json_object_get(side, "marked")) ?
		"marked (READ_ONCE and its like)" : "plain",
		json_number_of(side, "size"),
		json_number_of(side, "size") == 1 ? "" : "s");
	if (!strcmp(json_text_of(side, "access"), "write"))
		fprintf(page->out, ": %s → %s", json_text_of(side, "before"),
			json_text_of(side, "after"));
	else
		fprintf(page->out, ": %s", json_text_of(side, "before"));
	fputs("<div class=\"where\">in ", page->out);
	put(page, json_text_of(side, "function"));
	fputs("() ", page->out);
	put(page, json_text_of(side, "file"));
	fprintf(page->out, ":%ld</div></dd>\n<dt>holding</dt><dd>",
		json_number_of(side, "line"));
	json_array_foreach(held, i, lock) {
		put_code(page, json_string_value(lock));
		fputc(' ', page->out);
	}
	fprintf(page->out, "%s</dd></dl>\n</div>\n", i ? "" : "no lock");
}

static void write_race(const struct page *page, json_t *race)
{
	json_t *side;
	size_t i;

	fputs("<p>Memory: ", page->out);
	put_code(page, json_text_of(race, "where"));
	fputs("</p>\n<div class=\"cards\">\n", page->out);
	json_array_foreach(json_object_get(race, "sides"), i, side)
		write_side(page, side);
	fputs("</div>\n", page->out);
}

/* Where it was noticed, and other places it is about. */
static void write_places(const struct page *page)
{
	json_t *other;
	size_t i;

	if (json_is_integer(json_object_get(page->story, "stack"))) {
		fputs("<div class=\"card\"><h3>Noticed</h3>", page->out);
		put_site(page, json_object_get(page->story, "stack"));
		fputs("</div>\n", page->out);
	}
	json_array_foreach(json_object_get(page->story, "related"), i, other) {
		fputs("<div class=\"card\"><h3>", page->out);
		put(page, json_text_of(other, "what"));
		if (*name_of_task(page, json_object_get(other, "task"))) {
			fputs(" by ", page->out);
			put(page, name_of_task(page,
					json_object_get(other, "task")));
		}
		if (json_number_of(other, "step"))
			fprintf(page->out, ", step %ld",
				json_number_of(other, "step"));
		fputs("</h3>", page->out);
		put_site(page, json_object_get(other, "stack"));
		fputs("</div>\n", page->out);
	}
}

/* --- why --- */

static void write_end(const struct page *page, json_t *end)
{
	json_t *row = json_object_get(end, "row");

	if (json_is_integer(row))
		fprintf(page->out, "<a href=\"#swimlanes\" data-step=\"%lld\">",
			(long long)json_integer_value(row));
	put(page, json_text_of(end, "text"));
	if (json_is_integer(row))
		fputs("</a>", page->out);
	put_site(page, json_object_get(end, "stack"));
}

static void write_why(const struct page *page)
{
	json_t *chain = json_object_get(page->story, "why"), *link;
	size_t i;

	if (!json_array_size(chain))
		return;
	fputs("<h2>It happens because</h2>\n<ol class=\"why\">\n", page->out);
	json_array_foreach(chain, i, link) {
		fputs("<li>", page->out);
		write_end(page, json_object_get(link, "before"));
		fputs("<b>before</b> ", page->out);
		write_end(page, json_object_get(link, "after"));
		if (json_is_true(json_object_get(link, "nearby")))
			fputs("<small>what counts is what they do next to "
			      "that</small>", page->out);
		fputs("</li>\n", page->out);
	}
	fprintf(page->out, "</ol>\n<p>Turn %s round, and it does not happen: that was tried.%s</p>\n",
		i == 1 ? "this order" : "any one of these orders",
		json_is_true(json_object_get(page->finding,
					     "causality_complete")) ?
		"" : " The search for more was cut short.");
}

/* --- the schedule --- */

/* As many colours as finding.js has for locks; text says whose turn it is. */
static const char *const colours[] = {
	"#1565c0", "#ad1457", "#2e7d32", "#8d4b00", "#6a1b9a", "#00707a",
};

static void write_strip(const struct page *page, json_t *runs,
			const char *title)
{
	json_t *run;
	size_t i;

	fprintf(page->out, "<p>%s</p>\n<div class=\"strip\">", title);
	json_array_foreach(runs, i, run) {
		json_t *task = json_array_get(run, 0);
		long n = (long)json_integer_value(json_array_get(run, 1));
		const char *name = name_of_task(page, task);

		fprintf(page->out, "<span style=\"flex-grow:%ld;background:%s\""
			" title=\"", n,
			colours[(size_t)json_integer_value(task) %
				(sizeof(colours) / sizeof(*colours))]);
		markup_escape(page->out, name, MARKUP_ATTRIBUTE);
		fprintf(page->out, ": %ld step%s\">", n, n == 1 ? "" : "s");
		put(page, name);
		fprintf(page->out, " %ld</span>", n);
	}
	fputs("</div>\n", page->out);
}

static const char *minimal_words(const char *minimal)
{
	if (!strcmp(minimal, "proven"))
		return "proven smallest: fewest preemptions, then fewest steps";
	if (!strcmp(minimal, "preemptions"))
		return "proven to have the fewest preemptions";
	if (!strcmp(minimal, "budget"))
		return "the smallest found before the budget for that ended";
	return "not made smaller";
}

static void write_schedule(const struct page *page)
{
	json_t *first = json_object_get(page->finding, "first");
	char title[200];

	fputs("<h2>The schedule</h2>\n", page->out);
	snprintf(title, sizeof(title), "%ld preemption%s, %ld steps: %s",
		 json_number_of(page->finding, "preemptions"),
		 json_number_of(page->finding, "preemptions") == 1 ? "" : "s",
		 json_number_of(page->finding, "steps"),
		 minimal_words(json_text_of(page->finding, "minimal")));
	write_strip(page, json_object_get(page->story, "runs"), title);
	if (!json_is_object(json_object_get(page->story, "first")))
		return;
	snprintf(title, sizeof(title), "As it was first found, in execution %ld: %ld preemption%s, %ld steps",
		 json_number_of(page->finding, "execution"),
		 json_number_of(first, "preemptions"),
		 json_number_of(first, "preemptions") == 1 ? "" : "s",
		 json_number_of(first, "steps"));
	write_strip(page, json_object_get(json_object_get(page->story,
							  "first"), "runs"),
		    title);
}

static void write_swimlanes(const struct page *page)
{
	bool first = json_is_object(json_object_get(page->story, "first"));

	fputs("<section id=\"swimlanes\" hidden>\n<h2>Step by step</h2>\n"
	      "<p class=\"dim\">A column for each task, time goes down. Bars are "
	      "locks while they are held. Arrow keys step, <kbd>n</kbd> and "
	      "<kbd>p</kbd> go to where another task runs.</p>\n"
	      "<div class=\"tools\">\n<span class=\"group\">"
	      "<button id=\"condensed\">what matters</button>"
	      "<button id=\"every\">every step</button></span>\n", page->out);
	if (first)
		fputs("<span class=\"group\"><button id=\"smallest\">smallest "
		      "schedule</button><button id=\"first\">as first found"
		      "</button></span>\n", page->out);
	fputs("<span class=\"group\"><button id=\"begin\">start</button>"
	      "<button id=\"back\">← back</button>"
	      "<button id=\"forward\">step →</button>"
	      "<button id=\"switch\">next switch</button>"
	      "<button id=\"end\">end</button></span>\n"
	      "<span class=\"dim\" id=\"position\" aria-live=\"polite\"></span>\n"
	      "</div>\n<div class=\"legend\" id=\"legend\"></div>\n"
	      "<div class=\"lanes\">\n<div class=\"board\" id=\"board\" "
	      "tabindex=\"0\" role=\"listbox\" aria-label=\"steps\">"
	      "<div class=\"heads\" id=\"heads\" role=\"presentation\"></div>"
	      "<div class=\"body\" id=\"rows\" role=\"presentation\"></div></div>\n"
	      "<div class=\"panel\" id=\"panel\" role=\"region\" "
	      "aria-label=\"the chosen step\" tabindex=\"0\"></div>\n</div>\n"
	      "</section>\n", page->out);
}

/* --- the rest --- */

static int write_text(const struct page *page, const char *path)
{
	FILE *in = fopen(path, "re");
	char line[1024];

	if (!in)
		return -errno;
	fprintf(page->out, "<h2>As text</h2>\n<details%s><summary>the whole "
		"report, for a mail</summary>\n<pre tabindex=\"0\">",
		page->story ? "" : " open");
	while (fgets(line, sizeof(line), in))
		put(page, line);
	fputs("</pre></details>\n", page->out);
	fclose(in);
	return 0;
}

static void write_links(const struct page *page, const char *picture,
			const char *coverage)
{
	if (picture) {
		fputs("<h2>Lock graph</h2>\n<p><a href=\"lock-graph.html", page->out);
		fputs("\"><img class=\"picture\" alt=\"lock graph of the campaign\" "
		      "src=\"", page->out);
		html_url(page->out, picture);
		fputs("\"></a></p>\n", page->out);
	}
	if (coverage) {
		fputs("<p>", page->out);
		html_link(page->out, coverage,
			  "Kernel code executed in this campaign");
		fputs("</p>\n", page->out);
	}
}

static void write_head(const struct page *page)
{
	const char *kind = json_text_of(page->finding, "kind");
	const char *kernel = json_text_of(page->campaign, "release");
	const char *summary = json_text_of(page->finding, "summary");
	size_t i;

	fputs("<header>\n<nav><a class=\"skip\" href=\"#swimlanes\">to the "
	      "steps</a>", page->out);
	html_link(page->out, "../index.html", "← all campaigns");
	fputs("</nav>\n<p class=\"facts\">", page->out);
	put(page, json_text_of(page->campaign, "scenario"));
	if (*kernel) {
		fputs(" on Linux ", page->out);
		put(page, kernel);
	}
	fputs("</p>\n<h1>", page->out);
	/* Most summaries say the kind with their first word. */
	if (strncmp(summary, kind, strlen(kind))) {
		fputs("<span class=\"bug\">", page->out);
		put(page, kind);
		fputs("</span>: ", page->out);
	}
	put(page, summary);
	fputs("</h1>\n", page->out);
	for (i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (!strcmp(meanings[i].kind, kind))
			fprintf(page->out, "<p class=\"lead\">%s</p>\n",
				meanings[i].means);
	fputs("</header>\n<main>\n", page->out);
}

static void write_replay(const struct page *page)
{
	if (!*json_text_of(page->finding, "schedule"))
		return;
	fputs("<p>To see it again: <code id=\"command\">weft replay ",
	      page->out);
	put(page, json_text_of(page->finding, "schedule"));
	fputs("</code> <button id=\"copy\">copy</button></p>\n", page->out);
}

/* Nothing in it can end the script element: slashes are escaped. */
static void write_story(const struct page *page)
{
	fputs("<script type=\"application/json\" id=\"story\">", page->out);
	json_dumpf(page->story, page->out, JSON_COMPACT | JSON_ESCAPE_SLASH);
	fprintf(page->out, "</script>\n<script>\n%s</script>\n",
		asset_finding_js);
}

static void write_what_happened(const struct page *page)
{
	json_t *race = json_object_get(page->story, "race");

	if (json_is_object(race)) {
		write_race(page, race);
	} else {
		write_cards(page);
		fputs("<div class=\"cards\">\n", page->out);
		write_places(page);
		fputs("</div>\n", page->out);
	}
	write_why(page);
	write_replay(page);
	write_schedule(page);
	write_swimlanes(page);
}

static json_t *load_story(const char *text)
{
	size_t n = strlen(text);
	json_t *story;
	char *path;

	if (n < 4)
		return NULL;
	path = output_format("%.*s.json", (int)n - 4, text);
	story = json_load_file(path, 0, NULL);
	free(path);
	return story;
}

int html_write_finding(const char *path, const char *text,
		       struct json_t *campaign, struct json_t *finding,
		       const char *picture, const char *coverage)
{
	struct page page = { .campaign = campaign, .finding = finding };
	int err;

	page.out = fopen(path, "we");
	if (!page.out)
		return -errno;
	page.story = load_story(text);
	html_begin(page.out, json_text_of(finding, "summary"));
	write_head(&page);
	if (page.story)
		write_what_happened(&page);
	write_links(&page, picture, coverage);
	err = write_text(&page, text);
	fputs("</main>\n", page.out);
	if (page.story)
		write_story(&page);
	html_end(page.out);
	json_decref(page.story);
	if (ferror(page.out) && !err)
		err = -EIO;
	if (fclose(page.out) && !err)
		err = -EIO;
	return err;
}
