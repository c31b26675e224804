/* SPDX-License-Identifier: GPL-2.0-only */
/* The reasons on a finding's page; contract in html_story.h. */
#include <jansson.h>
#include <string.h>

#include "html.h"
#include "html_story.h"
#include "json_read.h"

/* The cards of a deadlock say already where it is. */
static void write_end_place(const struct page *page, json_t *end)
{
	const char *call = json_text_of(end, "call");

	if (!strcmp(json_text_of(page->finding, "kind"), "deadlock"))
		return;
	if (!*call) {
		html_write_site(page, json_object_get(end, "stack"));
		return;
	}
	fputs("<div class=\"where\">in <code>", page->out);
	html_text(page->out, call);
	fputs("</code></div>\n", page->out);
}

static void write_end(const struct page *page, json_t *end)
{
	json_t *row = json_object_get(end, "row");

	if (json_is_integer(row))
		fprintf(page->out, "<a href=\"#swimlanes\" data-step=\"%lld\">",
			(long long)json_integer_value(row));
	html_text(page->out, json_text_of(end, "text"));
	if (json_is_integer(row))
		fputs("</a>", page->out);
	write_end_place(page, end);
}

void html_write_why(const struct page *page)
{
	json_t *chain = json_object_get(page->story, "why"), *link;
	size_t i;

	if (!json_array_size(chain))
		return;
	fputs("<h2>It happens because</h2>\n<ol class=\"why\">\n", page->out);
	json_array_foreach(chain, i, link) {
		fputs("<li>", page->out);
		write_end(page, json_object_get(link, "before"));
		fputs(" <b>before</b>\n", page->out);
		write_end(page, json_object_get(link, "after"));
		if (*json_text_of(link, "then")) {
			fputs("<small class=\"where\">", page->out);
			html_text(page->out, json_text_of(link, "then"));
			fputs("</small>", page->out);
		}
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
