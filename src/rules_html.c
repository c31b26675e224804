/* SPDX-License-Identifier: GPL-2.0-only */
/* Locking rules as a page; contract in rules.h. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "html.h"
#include "markup.h"
#include "output.h"
#include "rules.h"
#include "assets/assets.h"

/* @broken: places that break a rule so far: their schedules have numbers */
struct rules_page {
	FILE				*out;
	const char			*dir;
	const struct rules_table	*table;
	unsigned int			broken;
	int				err;
};

static void put(struct rules_page *page, const char *text)
{
	html_text(page->out, text);
}

static void put_code(struct rules_page *page, const char *text)
{
	fputs("<code>", page->out);
	put(page, text);
	fputs("</code>", page->out);
}

/* "a.x/y/z": members that share a word; a line may end after each of them. */
static void put_member(struct rules_page *page, const char *name)
{
	fputs("<code>", page->out);
	for (;;) {
		size_t n = strcspn(name, "/");
		char *part = output_format("%.*s", (int)n, name);

		put(page, part);
		free(part);
		name += n;
		if (!*name)
			break;
		fputs("/<wbr>", page->out);
		name++;
	}
	fputs("</code>", page->out);
}

void rules_html_begin(FILE *out, const char *id, const char *title,
		      const char *text, const char *const *columns)
{
	fprintf(out, "<section id=\"%s\">\n<h2>%s</h2>\n<p class=\"dim\">%s</p>\n",
		id, title, text);
	html_table_begin(out, title, "filtered", NULL, columns);
}

void rules_html_end(FILE *out)
{
	html_table_end(out);
	fputs("</section>\n", out);
}

static void begin_cell(struct rules_page *page, const char *label)
{
	fprintf(page->out, "<td data-label=\"%s\">", label);
}

/* --- members --- */

/* A comma stays at what it follows. */
static void put_locks(struct rules_page *page, const char *const *locks, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		fputs("<span class=\"nb\">", page->out);
		put_code(page, locks[i]);
		fputs(i + 1 < n ? ",</span> " : "</span>", page->out);
	}
}

static void write_rule(struct rules_page *page,
		       const struct rules_members *member, bool write)
{
	struct rules_rule rule;

	rules_infer(member, write, &rule);
	switch (rule.kind) {
	case RULES_UNUSED:
		fputs("<span class=\"dim\">never</span>", page->out);
		return;
	case RULES_ALWAYS:
		/* The likeliest is the last one. */
		put_code(page, rule.locks[rule.locks_n - 1]);
		break;
	case RULES_ANY:
		fputs("one of ", page->out);
		put_locks(page, rule.locks, rule.locks_n);
		break;
	case RULES_MOSTLY:
		put_locks(page, rule.locks, rule.locks_n);
		break;
	case RULES_NONE:
		fputs("no lock", page->out);
		break;
	}
	if (rule.kind == RULES_NONE)
		fprintf(page->out, "<br><small>%zu place%s</small>", rule.of,
			rule.of == 1 ? "" : "s");
	else
		fprintf(page->out, "<br><small%s>%zu of %zu place%s</small>",
			rule.holds < rule.of ? " class=\"incomplete\"" : "",
			rule.holds, rule.of, rule.of == 1 ? "" : "s");
}

/* rules-6.12/3.schedule, which leads to the place; false where it fails */
static bool keep_schedule(struct rules_page *page,
			  const struct rules_place *place, char *ret,
			  size_t size)
{
	char *text = weft_schedule_encode(&place->schedule);
	char *path;

	snprintf(ret, size, "rules-%s/%u.schedule", page->table->kernel,
		 ++page->broken);
	path = output_format("%s/%s", page->dir, ret);
	if (text && !page->err)
		page->err = output_write_file(path, text);
	free(path);
	free(text);
	return !page->err;
}

/* The finding of the scenario that showed it, where one was written. */
static void link_finding(struct rules_page *page, const char *scenario)
{
	char *path = output_format("%s-%s/finding-1.html", scenario,
				   page->table->kernel), *at;
	char *full;

	for (at = path; at < path + strlen(scenario); at++)
		if (*at == '/')
			*at = '-';
	full = output_format("%s/%s", page->dir, path);
	if (!access(full, R_OK)) {
		fputs(", which has a ", page->out);
		html_link(page->out, path, "finding");
	}
	free(full);
	free(path);
}

static void write_breach(struct rules_page *page,
			 const struct rules_place *place)
{
	char to[PATH_MAX];

	fprintf(page->out, "<div class=\"breach\">%s without it%s in ",
		place->write ? "written" : "read",
		place->marked ? " (marked)" : "");
	put(page, place->site);
	if (place->schedule.runs_n && keep_schedule(page, place, to,
						    sizeof(to))) {
		fputs("<br><small>seen in ", page->out);
		put(page, place->scenario);
		fputs(": ", page->out);
		html_link(page->out, to, "schedule");
		link_finding(page, place->scenario);
		fputs("</small>", page->out);
	}
	fputs("</div>\n", page->out);
}

static void write_breaches(struct rules_page *page,
			   const struct rules_members *member, bool write)
{
	struct rules_rule rule;
	size_t i;

	rules_infer(member, write, &rule);
	for (i = 0; rule.kind == RULES_MOSTLY && i < member->places_n; i++)
		if (member->places[i].write == write &&
		    !rules_keeps(&rule, &member->places[i]))
			write_breach(page, &member->places[i]);
}

static void write_place(struct rules_page *page,
			const struct rules_place *place)
{
	fprintf(page->out, "<li>%s%s in ", place->write ? "written" : "read",
		place->marked ? " (marked)" : "");
	put(page, place->site);
	fputs(", holding ", page->out);
	if (place->locks_n)
		put_locks(page, (const char *const *)place->locks,
			  place->locks_n);
	else
		fputs("nothing", page->out);
	fputs("</li>\n", page->out);
}

static void write_member(struct rules_page *page,
			 const struct rules_members *member)
{
	size_t i;

	fputs("<tr><th scope=\"row\">", page->out);
	put_member(page, member->name);
	if (member->file) {
		fputs("<small>", page->out);
		put(page, member->file);
		fprintf(page->out, ":%d</small>", member->line);
	}
	fputs("</th>", page->out);
	begin_cell(page, "written under");
	write_rule(page, member, true);
	fputs("</td>", page->out);
	begin_cell(page, "read under");
	write_rule(page, member, false);
	fputs("</td>", page->out);
	begin_cell(page, "places");
	write_breaches(page, member, true);
	write_breaches(page, member, false);
	fprintf(page->out, "<details><summary>%zu place%s</summary><ul>\n",
		member->places_n, member->places_n == 1 ? "" : "s");
	for (i = 0; i < member->places_n; i++)
		write_place(page, &member->places[i]);
	fputs("</ul></details></td></tr>\n", page->out);
}

/* What is not written once it is shared needs no rule; what has no name, no reader. */
static bool is_shown(const struct rules_members *member)
{
	size_t i;

	if (*member->name == '(' || !rules_is_ours(member))
		return false;
	for (i = 0; i < member->places_n; i++)
		if (member->places[i].write)
			return true;
	return false;
}

/* Of a structure of the code under test, not of one that it makes use of */
static bool is_declared_here(const struct rules_members *member)
{
	return member->file ? rules_is_our_file(member->file) :
			      !strchr(member->name, '.');
}

static size_t write_some_members(struct rules_page *page, bool here)
{
	const struct rules_table *table = page->table;
	size_t i, n = 0;

	for (i = 0; i < table->n; i++)
		if (is_shown(&table->members[i]) &&
		    is_declared_here(&table->members[i]) == here) {
			write_member(page, &table->members[i]);
			n++;
		}
	return n;
}

static void write_members(struct rules_page *page)
{
	static const char *const columns[] = {
		"member", "written under", "read under", "places", NULL,
	};
	const struct rules_table *table = page->table;
	size_t left = table->n;

	rules_html_begin(page->out, "members", "Members",
			 "The lock that is most likely meant, and how many of the "
			 "places in the source keep to it. A place that does not "
			 "comes with a schedule.", columns);
	left -= write_some_members(page, true);
	left -= write_some_members(page, false);
	rules_html_end(page->out);
	fprintf(page->out, "<p class=\"dim\">And %zu members that nobody writes "
		"once they are shared, of memory of unknown type, or of other "
		"subsystems: in "
		"<a href=\"rules-", left);
	html_url(page->out, table->kernel);
	fputs(".txt\">the text</a>.</p>\n", page->out);
}

/* --- what the source says --- */

static const char *agreement_words(enum rules_agreement agreement)
{
	return agreement == RULES_AGREES ? "agrees" :
	       agreement == RULES_DISAGREES ? "disagrees" : "not decidable";
}

static const char *agreement_class(enum rules_agreement agreement)
{
	return agreement == RULES_AGREES ? "exhausted" :
	       agreement == RULES_DISAGREES ? "bug" : "incomplete";
}

static void write_comment(struct rules_page *page,
			  const struct rules_comment *comment)
{
	fprintf(page->out, "<tr><th scope=\"row\"><span class=\"v %s\">%s</span></th>",
		agreement_class(comment->agreement),
		agreement_words(comment->agreement));
	begin_cell(page, "member");
	if (comment->member)
		put_code(page, comment->member);
	fputs("</td>", page->out);
	begin_cell(page, "lock");
	put_code(page, comment->lock);
	fputs("</td>", page->out);
	begin_cell(page, "seen");
	put(page, comment->reason);
	fputs("</td>", page->out);
	begin_cell(page, "comment");
	fputs("<q>", page->out);
	put(page, comment->text);
	fputs("</q><br><small>", page->out);
	put(page, comment->file);
	fprintf(page->out, ":%d</small></td></tr>\n", comment->line);
}

static void write_comments(struct rules_page *page)
{
	static const enum rules_agreement order[] = {
		RULES_DISAGREES, RULES_AGREES, RULES_UNDECIDED,
	};
	static const char *const columns[] = {
		"comment and rule", "member", "lock", "seen", "comment", NULL,
	};
	const struct rules_table *table = page->table;
	size_t i, j;

	if (!table->comments_n)
		return;
	rules_html_begin(page->out, "comments", "What comments say",
			 "Sentences of the source, read from your own tree, that say "
			 "that a lock protects something.", columns);
	for (i = 0; i < 3; i++)
		for (j = 0; j < table->comments_n; j++)
			if (table->comments[j].agreement == order[i])
				write_comment(page, &table->comments[j]);
	rules_html_end(page->out);
}

static void write_asserts(struct rules_page *page)
{
	const struct rules_table *table = page->table;
	size_t i;

	fprintf(page->out, "<section id=\"asserts\">\n<h2>What the source asserts</h2>\n"
		"<p><code>lockdep_assert_held()</code> stands before %zu places; "
		"the lock was held in %zu of them.</p>\n",
		table->asserts_n + table->denied_n, table->asserts_n);
	if (table->denied_n)
		fputs("<ul>\n", page->out);
	for (i = 0; i < table->denied_n; i++) {
		const char *tab = strchr(table->denied[i], '\t');

		fprintf(page->out, "<li class=\"bug\">not held: ");
		put(page, tab + 1);
		fputs("</li>\n", page->out);
	}
	if (table->denied_n)
		fputs("</ul>\n", page->out);
	fputs("</section>\n", page->out);
}

/* --- the page --- */

static void write_top(struct rules_page *page)
{
	const struct rules_table *table = page->table;

	fputs("<header>\n<nav><a class=\"skip\" href=\"#members\">to the rules</a>"
	      "<a href=\"index.html\">← overview</a></nav>\n<h1>Locking rules of Linux ",
	      page->out);
	put(page, table->release);
	fprintf(page->out, "</h1>\n<p class=\"lead\">Which locks were held wherever "
		"the code under test touched memory that more than one task knows "
		"of.</p>\n<p class=\"facts\">Learnt from %lu executions of %zu "
		"scenario%s. A line of source is a place, and holds a lock when it "
		"did so each time. Places that no scenario reaches are not known."
		"</p>\n<nav aria-label=\"parts\"><a href=\"#members\">members</a> · "
		"<a href=\"#order\">order of locks</a> · <a href=\"#waits\">who waits "
		"for whom</a> · <a href=\"#asserts\">asserted</a>%s</nav>\n</header>\n"
		"<main>\n<p id=\"search\" hidden><label>Show only <input id=\"words\" "
		"type=\"search\" size=\"36\" placeholder=\"member, lock, function…\">"
		"</label> <span class=\"dim\" id=\"shown\" aria-live=\"polite\"></span>"
		"</p>\n", table->executions, table->campaigns,
		table->campaigns == 1 ? "" : "s", table->comments_n ?
		" · <a href=\"#comments\">comments</a>" : "");
}

static int make_folder(const char *dir, const char *kernel)
{
	char *folder = output_format("%s/rules-%s", dir, kernel);
	int err = output_make_directories(folder);

	free(folder);
	return err;
}

int rules_write_html(const char *path, const char *dir,
		     const struct rules_table *table)
{
	struct rules_page page = { .dir = dir, .table = table };
	char title[200];
	int err = make_folder(dir, table->kernel);

	if (err)
		return err;
	page.out = fopen(path, "we");
	if (!page.out)
		return -errno;
	snprintf(title, sizeof(title), "Locking rules of Linux %s",
		 table->release);
	html_begin(page.out, title);
	write_top(&page);
	write_members(&page);
	rules_html_order(page.out, table);
	rules_html_waits(page.out, table);
	write_asserts(&page);
	write_comments(&page);
	fprintf(page.out, "</main>\n<script>\n%s</script>\n", asset_index_js);
	html_end(page.out);
	err = page.err;
	if (ferror(page.out) && !err)
		err = -EIO;
	if (fclose(page.out) && !err)
		err = -EIO;
	return err;
}
