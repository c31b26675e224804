/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The order of locks and who waits for whom, as tables of the page of rules;
 * contract in rules.h.
 *
 * A lock's level is the length of the longest chain of locks held when it was
 * taken; of locks in a circle there is none.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "output.h"
#include "rules.h"

struct ranked {
	char	*name;
	size_t	level;
};

struct ranking {
	struct ranked	*locks;
	size_t		n;
};

static size_t number_of(struct ranking *ranking, const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < ranking->n; i++)
		if (strlen(ranking->locks[i].name) == n &&
		    !strncmp(ranking->locks[i].name, name, n))
			return i;
	ranking->locks = realloc(ranking->locks, (ranking->n + 1) *
				 sizeof(*ranking->locks));
	assert(ranking->locks && "out of memory for locking rules");
	ranking->locks[ranking->n].name = output_format("%.*s", (int)n, name);
	ranking->locks[ranking->n].level = 0;
	return ranking->n++;
}

/* Each round settles one level more; what still rises then is in a circle. */
static void rank(struct ranking *ranking, const struct rules_table *table)
{
	size_t i, round;

	for (round = 0; round <= ranking->n || !round; round++)
		for (i = 0; i < table->orders_n; i++) {
			const char *pair = table->orders[i];
			size_t cut = strcspn(pair, "\t");
			size_t from = number_of(ranking, pair, cut);
			size_t to = number_of(ranking, pair + cut + 1,
					      strlen(pair + cut + 1));

			if (ranking->locks[to].level <=
			    ranking->locks[from].level && from != to)
				ranking->locks[to].level =
					ranking->locks[from].level + 1;
		}
}

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void put_code(FILE *out, const char *text, size_t n)
{
	char *part = output_format("%.*s", (int)n, text);

	fputs("<code>", out);
	html_text(out, part);
	fputs("</code>", out);
	free(part);
}

/* The other ends of all pairs that begin, or end, with @lock. */
static void put_others(FILE *out, char *const *pairs, size_t n,
		       const char *lock, bool after)
{
	const char *between = "";
	size_t i;

	for (i = 0; i < n; i++) {
		size_t cut = strcspn(pairs[i], "\t");
		bool begins = cut == strlen(lock) &&
			      !strncmp(pairs[i], lock, cut);
		bool ends = !strcmp(pairs[i] + cut + 1, lock);

		if (after ? !begins : !ends)
			continue;
		fputs(between, out);
		if (after)
			put_code(out, pairs[i] + cut + 1,
				 strlen(pairs[i] + cut + 1));
		else
			put_code(out, pairs[i], cut);
		between = ", ";
	}
}

static void write_lock(FILE *out, const struct rules_table *table,
		       const struct ranking *ranking, size_t i)
{
	const struct ranked *lock = &ranking->locks[i];

	fputs("<tr><th scope=\"row\">", out);
	put_code(out, lock->name, strlen(lock->name));
	fputs("</th><td data-label=\"level\">", out);
	if (lock->level > ranking->n)
		fputs("<b class=\"bug\">in or behind a circle</b>", out);
	else
		fprintf(out, "%zu", lock->level);
	fputs("</td><td data-label=\"taken under\">", out);
	put_others(out, table->orders, table->orders_n, lock->name, false);
	fputs("</td><td data-label=\"taken while it is held\">", out);
	put_others(out, table->orders, table->orders_n, lock->name, true);
	fputs("</td><td data-label=\"waited for while it is held\">", out);
	put_others(out, table->waits, table->waits_n, lock->name, true);
	fputs("</td></tr>\n", out);
}

void rules_html_order(FILE *out, const struct rules_table *table)
{
	static const char *const columns[] = {
		"lock", "level", "taken under", "taken while it is held",
		"waited for while it is held", NULL,
	};
	struct ranking ranking = { 0 };
	size_t i;

	rank(&ranking, table);
	/* Held while waiting, and in no order with others. */
	for (i = 0; i < table->waits_n; i++)
		number_of(&ranking, table->waits[i],
			  strcspn(table->waits[i], "\t"));
	if (ranking.n)
		qsort(ranking.locks, ranking.n, sizeof(*ranking.locks),
		      compare_ranked);
	rules_html_begin(out, "order", "Order of locks",
			 "A lock is taken after those of lower levels: its level is "
			 "the longest chain of locks held when it was taken.",
			 columns);
	for (i = 0; i < ranking.n; i++)
		write_lock(out, table, &ranking, i);
	if (!ranking.n)
		fputs("<tr><td colspan=\"5\">no lock was taken under another"
		      "</td></tr>\n", out);
	rules_html_end(out);
	for (i = 0; i < ranking.n; i++)
		free(ranking.locks[i].name);
	free(ranking.locks);
}

/* --- who waits for whom --- */

static void put_end(FILE *out, const char *task, const char *site,
		    const char *held)
{
	html_text(out, task);
	fputs("<br><small>", out);
	html_text(out, site);
	if (*held) {
		fputs("<br>holding ", out);
		put_code(out, held, strlen(held));
	}
	fputs("</small>", out);
}

void rules_html_waits(FILE *out, const struct rules_table *table)
{
	static const char *const columns[] = {
		"waits", "is woken by", "how often", NULL,
	};
	size_t i;

	rules_html_begin(out, "waits", "Who waits for whom",
			 "Completions, wait queues and work that a task waited "
			 "for, and who ended that. Whoever is waited for must "
			 "not need a lock that the one who waits holds.",
			 columns);
	for (i = 0; i < table->wakeups_n; i++) {
		const struct rules_wait *wait = &table->wakeups[i];

		fputs("<tr><td data-label=\"waits\">", out);
		put_end(out, wait->waiter, wait->site, wait->held);
		fputs("</td><td data-label=\"is woken by\">", out);
		put_end(out, wait->waker, wait->wake_site, wait->wake_held);
		fprintf(out, "</td><td data-label=\"how often\">%llu</td></tr>\n",
			(unsigned long long)wait->count);
	}
	if (!table->wakeups_n)
		fputs("<tr><td colspan=\"3\">nobody had to wait for anybody in these "
		      "executions</td></tr>\n", out);
	rules_html_end(out);
}
