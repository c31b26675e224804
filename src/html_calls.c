// SPDX-License-Identifier: GPL-2.0-only
/* System calls on a finding's page; contract in html_story.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "call_text.h"
#include "html.h"
#include "html_story.h"
#include "json_read.h"
#include "markup.h"
#include "output.h"

#define CALLS_MAX 8

static void put(const struct page *page, const char *text)
{
	html_text(page->out, text);
}

/* 'open("/sys/a/b/remove")' is 'open("…/remove")', with all of it in its title. */
static void put_call(const struct page *page, const char *text)
{
	char *brief = output_format("%s", text);

	call_text_shorten_path(brief);
	fputs("<code", page->out);
	if (strcmp(brief, text)) {
		fputs(" title=\"", page->out);
		markup_escape(page->out, text, MARKUP_ATTRIBUTE);
		fputc('"', page->out);
	}
	fputc('>', page->out);
	put(page, brief);
	fputs("</code>", page->out);
	free(brief);
}

/*
 * What it took away: invariants speak of such things, steps do not. That it stays away is
 * worth a word where the call says that it did not succeed.
 */
static void write_removals(const struct page *page, json_t *call)
{
	const char *result = json_text_of(call, "result");
	json_t *removal;
	size_t i;

	json_array_foreach(json_object_get(call, "removals"), i, removal) {
		fputs("<div class=\"note\">", page->out);
		put(page, json_text_of(removal, "text"));
		html_write_site(page, json_object_get(removal, "stack"));
		if (*result == '-' && json_is_true(json_object_get(removal, "stays"))) {
			fputs("and does not put it back before it returns <code>", page->out);
			put(page, result);
			fputs("</code>", page->out);
		}
		fputs("</div>\n", page->out);
	}
}

/* Where its error is from, as far as the source tells (story_errors.c) */
static void write_error(const struct page *page, json_t *call)
{
	json_t *error = json_object_get(call, "error");

	if (!error)
		return;
	fputs("<div class=\"note\">where <code>", page->out);
	put(page, json_text_of(call, "result"));
	fputs("</code> is from, as the source reads:", page->out);
	html_write_place(page, json_text_of(error, "function"),
			 json_text_of(error, "file"),
			 json_number_of(error, "line"));
	fputs("</div>\n", page->out);
}

/* What a task asked for and what it got; of many the last ones. */
void html_write_calls(const struct page *page, json_t *task)
{
	json_t *calls = json_object_get(task, "calls"), *call;
	size_t i, n = json_array_size(calls);

	if (!n)
		return;
	fputs("<dt>did</dt><dd><ol class=\"calls\">\n", page->out);
	if (n > CALLS_MAX)
		fprintf(page->out, "<li class=\"dim\">%zu calls before</li>\n",
			n - CALLS_MAX);
	json_array_foreach(calls, i, call) {
		if (i + CALLS_MAX < n)
			continue;
		fputs("<li>", page->out);
		put_call(page, json_text_of(call, "text"));
		if (*json_text_of(call, "result")) {
			fputs(" <code>= ", page->out);
			put(page, json_text_of(call, "result"));
			fputs("</code>", page->out);
		}
		if (!*json_text_of(call, "result"))
			fputs(" and is still in it", page->out);
		write_removals(page, call);
		write_error(page, call);
		fputs("</li>\n", page->out);
	}
	fputs("</ol></dd>\n", page->out);
}
