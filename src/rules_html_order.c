/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The order of locks and who waits for whom, as tables of the page of rules;
 * contract in rules.h.
 *
 * A lock's level is the length of the longest chain of locks held when it was
 * taken. Locks in a circle, of which each is taken under each other, directly or not,
 * have one level together.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "output.h"
#include "rules.h"

/* @circle: a number that it shares with those it is in a circle with; 0: it is in none */
struct ranked {
	char	*name;
	size_t	level, circle;
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
	ranking->locks[ranking->n].circle = 0;
	return ranking->n++;
}

/* One bit for two locks: is the second taken under the first, directly or not? */
static bool *find_ways(struct ranking *ranking, const struct rules_table *table)
{
	size_t i, j, k, n;
	bool *ways;

	for (i = 0; i < table->orders_n; i++) {
		size_t cut = strcspn(table->orders[i], "\t");

		number_of(ranking, table->orders[i], cut);
		number_of(ranking, table->orders[i] + cut + 1,
			  strlen(table->orders[i] + cut + 1));
	}
	n = ranking->n;
	ways = calloc(n * n + 1, sizeof(*ways));
	assert(ways && "out of memory for locking rules");
	for (i = 0; i < table->orders_n; i++) {
		size_t cut = strcspn(table->orders[i], "\t");

		ways[number_of(ranking, table->orders[i], cut) * n +
		     number_of(ranking, table->orders[i] + cut + 1,
			       strlen(table->orders[i] + cut + 1))] = true;
	}
	for (k = 0; k < n; k++)
		for (i = 0; i < n; i++)
			for (j = 0; ways[i * n + k] && j < n; j++)
				ways[i * n + j] |= ways[k * n + j];
	return ways;
}

/* The same number for all that are taken under each other */
static void find_circles(struct ranking *ranking, const bool *ways)
{
	size_t i, j, n = ranking->n, circles = 0;

	for (i = 0; i < n; i++)
		for (j = i + 1; !ranking->locks[i].circle && j < n; j++)
			if (ways[i * n + j] && ways[j * n + i])
				ranking->locks[i].circle = ++circles;
	for (i = 0; i < n; i++)
		for (j = 0; j < i; j++)
			if (ways[i * n + j] && ways[j * n + i])
				ranking->locks[i].circle =
					ranking->locks[j].circle;
}

/* Each round settles one level more: there are no circles any more but as one. */
static void rank(struct ranking *ranking, const struct rules_table *table)
{
	bool *ways = find_ways(ranking, table), moved = true;
	size_t i, j, n = ranking->n, least;

	find_circles(ranking, ways);
	while (moved) {
		moved = false;
		for (i = 0; i < n; i++)
			for (j = 0; j < n; j++) {
				bool same = ranking->locks[i].circle &&
					    ranking->locks[i].circle ==
					    ranking->locks[j].circle;

				least = ranking->locks[i].level + !same;
				if (i == j || !ways[i * n + j] ||
				    ranking->locks[j].level >= least)
					continue;
				ranking->locks[j].level = least;
				moved = true;
			}
	}
	free(ways);
}

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	if (x->circle != y->circle)
		return x->circle < y->circle ? -1 : 1;
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
	size_t i, shown = 0;

	for (i = 0; i < n; i++) {
		size_t cut = strcspn(pairs[i], "\t");
		bool begins = cut == strlen(lock) &&
			      !strncmp(pairs[i], lock, cut);
		bool ends = !strcmp(pairs[i] + cut + 1, lock);

		if (after ? !begins : !ends)
			continue;
		/* A comma stays at what it follows. */
		fprintf(out, "%s<span class=\"nb\">", shown++ ? ",</span> " : "");
		if (after)
			put_code(out, pairs[i] + cut + 1,
				 strlen(pairs[i] + cut + 1));
		else
			put_code(out, pairs[i], cut);
	}
	if (shown)
		fputs("</span>", out);
}

static void write_lock(FILE *out, const struct rules_table *table,
		       const struct ranking *ranking, size_t i)
{
	const struct ranked *lock = &ranking->locks[i];

	fputs("<tr><th scope=\"row\">", out);
	put_code(out, lock->name, strlen(lock->name));
	fputs("</th><td data-label=\"level\">", out);
	fprintf(out, "%zu", lock->level);
	if (lock->circle)
		fprintf(out, "<br><small class=\"incomplete\">in&nbsp;circle&nbsp;%zu</small>",
			lock->circle);
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
			 "the longest chain of locks held when it was taken. "
			 "Locks in a circle are taken under each other, directly or "
			 "through others, and have one level; whether tasks can wait "
			 "for each other there is for the lock graphs to say.",
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
