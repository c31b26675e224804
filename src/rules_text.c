// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locking rules for people, as a text that could stand in the kernel's own
 * documentation; contract in rules.h.
 */
#include <stdlib.h>
#include <string.h>

#include "finding_table.h"
#include "rules.h"

#define WIDTH 79

bool rules_is_our_file(const char *file)
{
	static const char *const begins[] = {
		"drivers/vfio/", "virt/", "samples/", "scenarios/",
		"include/linux/vfio", "include/linux/mdev",
		"include/linux/kvm",
	};
	size_t i;

	for (i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		if (!strncmp(file, begins[i], strlen(begins[i])))
			return true;
	return false;
}

bool rules_is_ours(const struct rules_members *member)
{
	static const char *const folders[] = {
		" drivers/vfio/", " virt/", " samples/", " scenarios/",
	};
	size_t i, j;

	for (i = 0; i < member->places_n; i++)
		for (j = 0; j < sizeof(folders) / sizeof(*folders); j++)
			if (strstr(member->places[i].site, folders[j]))
				return true;
	return false;
}

static bool is_shown(const struct rules_members *member, bool all)
{
	return all || rules_is_ours(member);
}

static void write_locks(FILE *out, const struct rules_rule *rule,
			const char *between)
{
	size_t i;

	for (i = 0; i < rule->locks_n; i++)
		fprintf(out, "%s%s", i ? between : "", rule->locks[i]);
}

static void write_rule(FILE *out, struct rules_rule *rule, bool write,
		       bool all)
{
	const char *places = rule->of == 1 ? "1 place" : "places";

	switch (rule->kind) {
	case RULES_UNUSED:
		break;
	case RULES_ALWAYS:
		fputs(rule->locks[rule->locks_n - 1], out);
		if (all && rule->locks_n > 1) {
			rule->locks_n--;
			fputs(" (and ", out);
			write_locks(out, rule, ", ");
			fputc(')', out);
		}
		break;
	case RULES_ANY:
		fputs("one of ", out);
		write_locks(out, rule, ", ");
		break;
	case RULES_MOSTLY:
		write_locks(out, rule, "");
		fprintf(out, ", in %zu of %zu places", rule->holds, rule->of);
		return;
	case RULES_NONE:
		fputs(write ? "no lock" : "no lock that writers hold", out);
		break;
	}
	if (rule->of == 1)
		fprintf(out, " (%s)", places);
	else
		fprintf(out, " (%zu %s)", rule->of, places);
}

static void write_exceptions(FILE *out, const struct rules_members *member,
			     bool write, const struct rules_rule *rule)
{
	size_t i;

	if (rule->kind != RULES_MOSTLY)
		return;
	for (i = 0; i < member->places_n; i++) {
		const struct rules_place *place = &member->places[i];

		if (place->write != write || rules_keeps(rule, place))
			continue;
		fprintf(out, "             not in %s%s\n", place->site,
			place->marked ? ", marked" : "");
		if (place->schedule.runs_n)
			fprintf(out, "               (seen in %s)\n",
				place->scenario);
	}
}

static void write_side(FILE *out, const struct rules_members *member,
		       bool write, bool all)
{
	struct rules_rule rule;
	char *text = NULL;
	size_t size;
	FILE *line;

	rules_infer(member, write, &rule);
	if (rule.kind == RULES_UNUSED)
		return;
	line = open_memstream(&text, &size);
	if (!line)
		return;
	write_rule(line, &rule, write, all);
	fclose(line);
	fprintf(out, "    %s  ", write ? "written" : "read   ");
	weft_text_block(out, text, 13, WIDTH);
	free(text);
	write_exceptions(out, member, write, &rule);
}

static bool is_written(const struct rules_members *member)
{
	size_t i;

	for (i = 0; i < member->places_n; i++)
		if (member->places[i].write)
			return true;
	return false;
}

static void write_rules(FILE *out, const struct rules_members *member,
			bool all)
{
	if (!is_written(member)) {
		fputs("    read     never written once it is shared\n", out);
		return;
	}
	write_side(out, member, true, all);
	write_side(out, member, false, all);
}

/* "mdev_device": of what the member is one; 0 of a variable */
static size_t structure_length(const struct rules_members *member)
{
	const char *dot = strchr(member->name, '.');

	return dot ? (size_t)(dot - member->name) : 0;
}

/* Members that nobody writes have no rule: they need no lines of their own. */
static void write_constant(FILE *out, const struct rules_table *table,
			   size_t from, size_t to, bool all)
{
	size_t i, size, n = structure_length(&table->members[from]), found = 0;
	char *text = NULL;
	FILE *line = open_memstream(&text, &size);

	for (i = from; line && i < to; i++)
		if (is_shown(&table->members[i], all) &&
		    !is_written(&table->members[i]))
			fprintf(line, "%s%s", found++ ? ", " :
				"never written once shared: ",
				table->members[i].name + n);
	if (line)
		fclose(line);
	if (found) {
		fputs("  ", out);
		weft_text_hanging(out, text, 2, WIDTH, 4);
	}
	free(text);
}

/* Members @from to @to are those of one structure, or a variable. */
static void write_structure(FILE *out, const struct rules_table *table,
			    size_t from, size_t to, bool all)
{
	const char *name = table->members[from].name;
	size_t i, n = structure_length(&table->members[from]), shown = 0;

	for (i = from; i < to; i++)
		shown += is_shown(&table->members[i], all);
	if (!shown)
		return;
	if (!n) {
		fprintf(out, "\n%s (a variable)\n", name);
		write_rules(out, &table->members[from], all);
		return;
	}
	fprintf(out, "\n%s%.*s\n", *name == '(' ? "" : "struct ", (int)n, name);
	for (i = from; i < to; i++) {
		const struct rules_members *member = &table->members[i];

		if (!is_shown(member, all) || !is_written(member))
			continue;
		fprintf(out, "  %s\n", member->name + n);
		write_rules(out, member, all);
	}
	write_constant(out, table, from, to, all);
}

/* Those whose type has a name, or those of which only the allocation is known. */
static void write_structures(FILE *out, const struct rules_table *table,
			     bool named, bool all)
{
	size_t i, to;

	for (i = 0; i < table->n; i = to) {
		const struct rules_members *first = &table->members[i];
		size_t n = structure_length(first);

		for (to = i + 1; n && to < table->n &&
		     structure_length(&table->members[to]) == n &&
		     !strncmp(table->members[to].name, first->name, n); to++)
			;
		if (named == (*first->name != '('))
			write_structure(out, table, i, to, all);
	}
}

static void write_pairs(FILE *out, char *const *pairs, size_t n,
			const char *title)
{
	const char *tab, *last = NULL;
	size_t i, last_n = 0;

	if (!n)
		return;
	fprintf(out, "\n%s\n", title);
	for (i = 0; i < n; i++) {
		tab = strchr(pairs[i], '\t');
		if (last && (size_t)(tab - pairs[i]) == last_n &&
		    !strncmp(last, pairs[i], last_n)) {
			fprintf(out, "    %s\n", tab + 1);
			continue;
		}
		last = pairs[i];
		last_n = (size_t)(tab - pairs[i]);
		fprintf(out, "  with %.*s held\n    %s\n", (int)last_n, last,
			tab + 1);
	}
}

/* lockdep_assert_held() and what was seen. */
static void write_asserts(FILE *out, const struct rules_table *table)
{
	size_t i;

	if (!table->asserts_n && !table->denied_n)
		return;
	fprintf(out, "\nWhat the source asserts: lockdep_assert_held() before %zu place%s, held in all%s\n",
		table->asserts_n + table->denied_n,
		table->asserts_n + table->denied_n == 1 ? "" : "s",
		table->denied_n ? " but\n(by name: a function may know it by another, or let go of it on the way)" : "");
	for (i = 0; i < table->denied_n; i++) {
		const char *tab = strchr(table->denied[i], '\t');

		fprintf(out, "  %.*s in %s\n", (int)(tab - table->denied[i]),
			table->denied[i], tab + 1);
	}
}

static void write_line(FILE *out, const char *text, unsigned int indent)
{
	fprintf(out, "%*s", (int)indent, "");
	weft_text_hanging(out, text, indent, WIDTH, indent + 2);
}

static void write_some_comments(FILE *out, const struct rules_table *table,
				enum rules_agreement agreement)
{
	char line[600];
	size_t i;

	for (i = 0; i < table->comments_n; i++) {
		const struct rules_comment *c = &table->comments[i];

		if (c->agreement != agreement)
			continue;
		snprintf(line, sizeof(line), "%s:%d: %s, %s: %s", c->file,
			 c->line, c->member ? c->member : "no member",
			 c->lock, c->reason);
		write_line(out, line, 2);
		snprintf(line, sizeof(line), "“%s”", c->text);
		write_line(out, line, 6);
	}
}

static size_t count_comments(const struct rules_table *table,
			     enum rules_agreement agreement)
{
	size_t i, n = 0;

	for (i = 0; i < table->comments_n; i++)
		n += table->comments[i].agreement == agreement;
	return n;
}

/* Disagreement is what is worth reading; undecided ones are on the page. */
static void write_comments(FILE *out, const struct rules_table *table)
{
	if (!table->comments_n)
		return;
	fprintf(out, "\nWhat comments of the source say of locks that were seen: %zu agree, %zu disagree,\n%zu cannot be decided\n",
		count_comments(table, RULES_AGREES),
		count_comments(table, RULES_DISAGREES),
		count_comments(table, RULES_UNDECIDED));
	write_some_comments(out, table, RULES_DISAGREES);
	if (count_comments(table, RULES_AGREES))
		fputs("  and agree\n", out);
	write_some_comments(out, table, RULES_AGREES);
}

/* By the place that waits: the table is sorted so. */
static void write_wakeups(FILE *out, const struct rules_table *table)
{
	char line[900];
	size_t i;

	if (!table->wakeups_n)
		return;
	fputs("\nWho waits for whom: what was waited for, and who ended that\n",
	      out);
	for (i = 0; i < table->wakeups_n; i++) {
		const struct rules_wait *w = &table->wakeups[i];

		if (!i || strcmp(w->site, w[-1].site) ||
		    strcmp(w->held, w[-1].held)) {
			snprintf(line, sizeof(line), "%s%s%s%s", w->site,
				 *w->held ? ", holding " : "", w->held,
				 *w->held ? ", waits for" : " waits for");
			write_line(out, line, 2);
		} else if (!strcmp(w->wake_site, w[-1].wake_site) &&
			   !strcmp(w->wake_held, w[-1].wake_held)) {
			continue;	/* the same by other tasks */
		}
		snprintf(line, sizeof(line), "%s%s%s", w->wake_site,
			 *w->wake_held ? ", holding " : "", w->wake_held);
		write_line(out, line, 4);
	}
}

void rules_write_text(FILE *out, const struct rules_table *table, bool all)
{
	size_t i, left = 0;

	fprintf(out, "Locking rules of Linux %s, learnt from %lu executions of %zu scenario%s\n\n",
		table->release, table->executions, table->campaigns,
		table->campaigns == 1 ? "" : "s");
	fputs("Which locks were held wherever the code under test touched memory that more\n"
	      "than one task knows of. A line of source is a place, and holds a lock when it\n"
	      "did so each time. Places that no scenario reaches are not known.\n", out);
	write_structures(out, table, true, all);
	write_structures(out, table, false, all);
	for (i = 0; i < table->n; i++)
		left += !is_shown(&table->members[i], all);
	if (left)
		fprintf(out, "\nAnd %zu members of other subsystems (--full).\n",
			left);
	write_asserts(out, table);
	write_comments(out, table);
	write_pairs(out, table->orders, table->orders_n,
		    "Order of locks: what was taken while another was held");
	write_pairs(out, table->waits, table->waits_n,
		    "Waits: what was waited for with a lock held");
	write_wakeups(out, table);
}
