/* SPDX-License-Identifier: GPL-2.0-only */
/* Writers and their schedules; contract in writers.h. */
#include <stdlib.h>

#include "tests/unit/unit.h"
#include "tests/unit/writers.h"

long writers_threads, writers_ops;
struct model_cell *writers_cell;
struct texts writers_seen;

static void writes(long id)
{
	long i;

	for (i = 0; i < writers_ops; i++)
		model_write(writers_cell, id);
}

void writers_main(void)
{
	long i;

	writers_cell = model_cell("x", 0);
	for (i = 1; i <= writers_threads; i++)
		model_spawn("t", writes, i);
}

void writers_collect(struct weft_exec *exec)
{
	char *digits = schedule_digits(weft_exec_schedule(exec));

	texts_add(&writers_seen, digits);
	free(digits);
}

struct weft_result writers_explore(struct program program)
{
	struct weft_result result;

	texts_clear(&writers_seen);
	program.main = writers_main;
	program.each = writers_collect;
	program_explore(&program, &result);
	return result;
}

/* --- the oracle --- */

struct oracle {
	char		prefix[64];
	long		left[WRITERS_MAX];	/* [0]: main, which has ended */
	unsigned int	spent, bound;
	writers_cost	*cost;
	struct texts	all;
};

static void oracle_begin(struct oracle *o)
{
	long i;

	for (i = 1; i <= writers_threads; i++)
		o->left[i] = writers_ops;
}

static void enumerate(struct oracle *o, long depth)
{
	long i, last = depth ? o->prefix[depth - 1] - '0' : 0;

	if (depth == writers_threads * writers_ops) {
		o->prefix[depth] = '\0';
		texts_add(&o->all, o->prefix);
		return;
	}
	for (i = 1; i <= writers_threads; i++) {
		unsigned int cost = o->cost(o->left, last, i);

		if (!o->left[i] || o->spent + cost > o->bound)
			continue;
		o->left[i]--;
		o->spent += cost;
		o->prefix[depth] = (char)('0' + i);
		enumerate(o, depth + 1);
		o->spent -= cost;
		o->left[i]++;
	}
}

struct texts writers_brute_force(unsigned int bound, writers_cost *cost)
{
	struct oracle o = { .bound = bound, .cost = cost };

	oracle_begin(&o);
	enumerate(&o, 0);
	return o.all;
}

unsigned int writers_cost_of(const char *digits, writers_cost *cost)
{
	struct oracle o = { .bound = 0 };
	unsigned int n = 0;
	long last = 0;

	oracle_begin(&o);
	for (; *digits; digits++) {
		long next = *digits - '0';

		n += cost(o.left, last, next);
		o.left[next]--;
		last = next;
	}
	return n;
}

void assert_writers_seen(struct weft_result *result, struct texts *all)
{
	size_t i;

	assert_exhausted(result, all->n);
	ck_assert_uint_eq(writers_seen.n, all->n);
	ck_assert_uint_eq(texts_sort(&writers_seen), all->n);
	ck_assert_uint_eq(texts_sort(all), all->n);
	for (i = 0; i < all->n; i++)
		ck_assert_str_eq(writers_seen.text[i], all->text[i]);
	texts_clear(all);
	texts_clear(&writers_seen);
}
