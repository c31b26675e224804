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
#include "html_story.h"
#include "json_read.h"
#include "markup.h"
#include "output.h"
#include "assets/assets.h"

/* What a kind of finding means, for those who meet it for the first time. */
static const struct {
	const char *kind, *means;
} meanings[] = {
	{ "deadlock", "Each of them waits for another: none can ever go on." },
	{ "race", "Two tasks touch the same memory, one of them writes, and nothing says which comes first." },
	{ "memory", "Memory is used in a way that its owner does not allow." },
	{ "context", "Something is done where it must not be done: a lock misused, or sleeping where that is forbidden." },
	{ "refcount", "A reference count says something that cannot be true." },
	{ "stuck", "A task goes round in a circle and does not come forward." },
	{ "crash", "The kernel itself says that something is wrong, or stops." },
	{ "invariant", "The scenario looks at what is left when its tasks are done: it found a state that must not be." },
};

static void put(const struct page *page, const char *text)
{
	html_text(page->out, text);
}

/* --- the schedule --- */

static void write_strip(const struct page *page, json_t *runs,
			const char *title)
{
	json_t *run;
	size_t i;

	fprintf(page->out, "<p>%s</p>\n<div class=\"strip\">", title);
	json_array_foreach(runs, i, run) {
		json_t *task = json_array_get(run, 0);
		long n = (long)json_integer_value(json_array_get(run, 1));
		const char *name = html_task_name(page, task);

		fputs("<span class=\"run", page->out);
		html_write_tint(page, task);
		fprintf(page->out, "\" style=\"flex-grow:%ld\" title=\"", n);
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

/* How it was found, in short; the text has it too. */
static void write_evidence(const struct page *page)
{
	bool race = json_is_object(json_object_get(page->finding, "race"));
	json_t *predicted = json_object_get(page->finding, "predicted");
	long sampled = json_number_of(page->campaign, "sampled");
	long executions = json_number_of(page->campaign, "executions");

	fputs("<p class=\"facts\">", page->out);
	if (json_is_true(json_object_get(page->finding, "turned")))
		fprintf(page->out, "Found by turning round the two accesses of a "
			"data race of execution %lld, which did not show it.",
			(long long)json_integer_value(predicted));
	else if (json_is_integer(predicted))
		fprintf(page->out, "Predicted from the %s of execution %lld, which did not "
			"show it, and confirmed by an execution that was directed there.",
			!strcmp(json_text_of(page->finding, "kind"), "deadlock") ?
			"lock order" : race ? "accesses" : "accesses and frees",
			(long long)json_integer_value(predicted));
	else
		fprintf(page->out, "First seen in execution %ld.",
			json_number_of(page->finding, "execution"));
	fprintf(page->out, " The campaign ran %ld execution%s",
		executions + sampled, executions + sampled == 1 ? "" : "s");
	if (sampled && executions)
		fprintf(page->out, ": a sample of %ld, most of it at random, then %ld of the "
			"search through all schedules within the bounds", sampled, executions);
	else if (sampled)
		fputs(": the first of a sample, most of it at random, that comes before the "
		      "search through all schedules within the bounds", page->out);
	fprintf(page->out, ". The <a href=\"#schedule\">schedule</a> shown is %s.</p>\n",
		minimal_words(json_text_of(page->finding, "minimal")));
}

/* "all schedules without a preemption were tried, and those with 1 as far as 34 steps" */
static void write_tried(const struct page *page, bool proven)
{
	const char *focus = json_text_of(json_object_get(page->campaign, "bounds"), "focus");
	long n = json_number_of(page->finding, "preemptions");

	if (n > 1)
		fprintf(page->out, "all schedules with fewer than %ld preemptions were tried", n);
	else
		fputs("all schedules without a preemption were tried", page->out);
	if (proven && n)
		fprintf(page->out, ", and those with %ld", n);
	if (proven)
		fprintf(page->out, " as far as %ld steps", json_number_of(page->finding, "steps"));
	if (*focus && n > !proven) {
		fputs(", preempted only in <code>", page->out);
		put(page, focus);
		fputs("</code>", page->out);
	}
}

/* Of a race the sides of which met, a schedule is small among those that show that. */
static bool is_meeting(const struct page *page)
{
	return json_is_true(json_object_get(json_object_get(page->finding, "race"),
					    "met"));
}

/* Over what it is the smallest; contract in framework/minimise.h I3. */
static void write_proof(const struct page *page)
{
	const char *minimal = json_text_of(page->finding, "minimal");
	bool proven = !strcmp(minimal, "proven");
	long executions = json_number_of(page->finding, "minimise_executions");
	const char *ends = is_meeting(page) ? "brings both sides of the race together" :
			   "ends in this finding";

	if (!proven && strcmp(minimal, "preemptions"))
		return;
	fputs(" Proven: ", page->out);
	write_tried(page, proven);
	if (proven)
		fprintf(page->out, "; none that is smaller %s (%ld execution%s).", ends,
			executions, executions == 1 ? "" : "s");
	else
		fprintf(page->out, "; none %s. With as many a shorter one may "
			"exist: the budget ended (%ld execution%s).", ends, executions,
			executions == 1 ? "" : "s");
}

/* The words of the line above it. */
static void write_units(const struct page *page)
{
	fputs("<p class=\"facts\">A step is what other tasks can take part in or notice: a lock "
	      "taken or released, a wait, a wake-up, an access to memory that tasks share. A "
	      "preemption takes the processor away from a task that could go on.", page->out);
	write_proof(page);
	fputs("</p>\n", page->out);
}

/* "in execution 3"; of what is predicted no execution of the search was first. */
static void name_first(const struct page *page, char *to, size_t size)
{
	if (json_is_integer(json_object_get(page->finding, "predicted")))
		snprintf(to, size, "by a directed execution");
	else
		snprintf(to, size, "in execution %ld",
			 json_number_of(page->finding, "execution"));
}

static void write_schedule(const struct page *page)
{
	json_t *first = json_object_get(page->finding, "first");
	char title[200], where[60];

	fputs("<h2 id=\"schedule\">The schedule</h2>\n", page->out);
	snprintf(title, sizeof(title), "%ld preemption%s, %ld step%s: %s",
		 json_number_of(page->finding, "preemptions"),
		 json_number_of(page->finding, "preemptions") == 1 ? "" : "s",
		 json_number_of(page->finding, "steps"),
		 json_number_of(page->finding, "steps") == 1 ? "" : "s",
		 minimal_words(json_text_of(page->finding, "minimal")));
	write_strip(page, json_object_get(page->story, "runs"), title);
	write_units(page);
	if (!json_is_object(json_object_get(page->story, "first")))
		return;
	name_first(page, where, sizeof(where));
	snprintf(title, sizeof(title), "As it was first found, %s: %ld preemption%s, %ld step%s",
		 where, json_number_of(first, "preemptions"),
		 json_number_of(first, "preemptions") == 1 ? "" : "s",
		 json_number_of(first, "steps"),
		 json_number_of(first, "steps") == 1 ? "" : "s");
	write_strip(page, json_object_get(json_object_get(page->story,
							  "first"), "runs"),
		    title);
}

static void write_swimlanes(const struct page *page)
{
	bool first = json_is_object(json_object_get(page->story, "first"));

	fputs("<section id=\"swimlanes\" hidden>\n<h2>Step by step</h2>\n"
	      "<p class=\"dim\">A column for each task, time goes down. Bars are "
	      "locks while they are held, striped where they are held shared; the line above the "
	      "columns tells which letter is which lock. <span class=\"screen\">Arrow keys "
	      "step, <kbd>n</kbd> and <kbd>p</kbd> go to where another task runs.</span></p>\n"
	      "<div class=\"tools\">\n<span class=\"group\">"
	      "<button id=\"condensed\">what matters</button>"
	      "<button id=\"every\">every step</button></span>\n", page->out);
	if (first)
		fprintf(page->out, "<span class=\"group\"><button id=\"smallest\">%s"
			"</button><button id=\"first\">as first found</button></span>\n",
			strcmp(json_text_of(page->finding, "minimal"), "untried") ?
			"smallest schedule" : "schedule above");
	fputs("<span class=\"group\"><button id=\"begin\">start</button>"
	      "<button id=\"back\">← back</button>"
	      "<button id=\"forward\">step →</button>"
	      "<button id=\"switch\">next switch</button>"
	      "<button id=\"end\">end</button></span>\n"
	      "<span class=\"dim\" id=\"position\" aria-live=\"polite\"></span>\n"
	      "</div>\n<div class=\"legend\" id=\"legend\" role=\"group\" aria-label=\"letters of locks\"></div>\n"
	      "<p class=\"screen\"><span id=\"more\" hidden></span></p>\n"
	      "<div class=\"lanes\">\n<div class=\"board\" id=\"board\" "
	      "tabindex=\"0\" role=\"listbox\" aria-label=\"steps\" "
	      "aria-describedby=\"more\">"
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
	fprintf(page->out, "<section%s>\n<h2>As text</h2>\n<details%s><summary>the "
		"whole report, for a mail</summary>\n<pre tabindex=\"0\">",
		page->story ? " class=\"again\"" : "",
		page->story ? "" : " open");
	while (fgets(line, sizeof(line), in))
		markup_escape(page->out, line, MARKUP_TEXT);
	fputs("</pre></details>\n</section>\n", page->out);
	fclose(in);
	return 0;
}

static bool is_about_locks(const struct page *page)
{
	return !strcmp(json_text_of(page->finding, "kind"), "deadlock");
}

static void write_links(const struct page *page, const char *picture,
			const char *coverage)
{
	if (picture) {
		bool open = is_about_locks(page);

		fprintf(page->out, "<h2>Lock graph</h2>\n<details%s><summary>which locks "
			"were taken while which were held, in the whole campaign%s"
			"</summary>\n<p><a href=\"lock-graph.html",
			open ? " open" : "", open ? "" :
			": this finding is on no cycle of it");
		fputs("\"><img class=\"picture\" alt=\"lock graph of the campaign\" "
		      "src=\"", page->out);
		html_url(page->out, picture);
		fputs("\"></a></p>\n<p><a href=\"lock-graph.html\">Where and when "
		      "each arrow was seen</a></p>\n</details>\n", page->out);
	}
	if (coverage) {
		fputs("<p>", page->out);
		html_link(page->out, coverage,
			  "Kernel code executed in this campaign");
		fputs("</p>\n", page->out);
	}
}

/* Where a card shows the check, only what that means. */
static void write_title(const struct page *page)
{
	const json_t *check = html_check_of(page);

	if (!check) {
		put(page, json_text_of(page->finding, "summary"));
		return;
	}
	if (!json_is_true(json_object_get(check, "never")))
		fputs("not true: ", page->out);
	put(page, json_text_of(check, "sentence"));
}

static void write_head(const struct page *page)
{
	const char *kind = json_text_of(page->finding, "kind");
	const char *kernel = json_text_of(page->campaign, "release");
	const char *summary = json_text_of(page->finding, "summary");
	size_t i;

	fputs("<header>\n<nav><a class=\"skip\" href=\"#swimlanes\">to the "
	      "steps</a>", page->out);
	fputs("<a href=\"../index.html#", page->out);
	markup_escape(page->out, page->row, MARKUP_ATTRIBUTE);
	fputs("\">← overview</a>", page->out);
	fputs("</nav>\n<p class=\"facts\">", page->out);
	put(page, json_text_of(page->campaign, "scenario"));
	if (*kernel) {
		fputs(" on Linux ", page->out);
		put(page, kernel);
	}
	fputs("</p>\n<h1>", page->out);
	/* Most summaries say the kind themselves. */
	if (!strstr(summary, kind)) {
		fputs("<span class=\"bug\">", page->out);
		put(page, kind);
		/* What follows is what is wrong, not what should hold. */
		fprintf(page->out, "%s</span>: ",
			strcmp(kind, "invariant") ? "" : " violated");
	}
	write_title(page);
	fputs("</h1>\n", page->out);
	for (i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (!strcmp(meanings[i].kind, kind))
			fprintf(page->out, "<p class=\"lead\">%s</p>\n",
				meanings[i].means);
	write_evidence(page);
	html_write_scene(page);
	fputs("</header>\n<main>\n", page->out);
}

/* The last two parts: they stay right when all reports are moved. */
static const char *below_reports(const char *path)
{
	const char *slash = strrchr(path, '/');

	while (slash && slash > path && slash[-1] != '/')
		slash--;
	return slash ? slash : path;
}

static void write_replay(const struct page *page)
{
	const char *schedule = json_text_of(page->finding, "schedule");

	if (!*schedule)
		return;
	fputs("<p>To see it again, in the folder of the overview: "
	      "<code id=\"command\">weft replay ", page->out);
	put(page, below_reports(schedule));
	fputs("</code> <button id=\"copy\">copy</button></p>\n", page->out);
}

/* Nothing in it can end the script element: slashes are escaped. */
static void write_story(const struct page *page)
{
	fputs("<script type=\"application/json\" id=\"story\">", page->out);
	json_dumpf(page->story, page->out, JSON_COMPACT | JSON_ESCAPE_SLASH);
	fputs("</script>\n", page->out);
}

/* The parts see each other, and nobody else sees them. */
static void write_script(const struct page *page)
{
	const char *const parts[] = {
		asset_finding_story_js, asset_finding_rows_js,
		asset_finding_board_js, asset_finding_panel_js,
		asset_finding_js,
	};
	size_t i;

	fputs("<script>\n'use strict';\n(function () {\n", page->out);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		fputs(parts[i], page->out);
	fputs("}());\n</script>\n", page->out);
}

static void write_what_happened(const struct page *page)
{
	html_write_cards(page);
	html_write_why(page);
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
		       const char *row, const char *picture,
		       const char *coverage)
{
	struct page page = {
		.campaign = campaign, .finding = finding, .row = row,
	};
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
	if (page.story) {
		write_story(&page);
		write_script(&page);
	}
	html_end(page.out);
	json_decref(page.story);
	if (ferror(page.out) && !err)
		err = -EIO;
	if (fclose(page.out) && !err)
		err = -EIO;
	return err;
}
