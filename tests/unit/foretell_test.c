/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Uses after free foretold (foretell.h), against what an exhaustive search of the
 * same small random programs finds. Seeds are fixed: each number here is exact.
 */
#include <string.h>

#include "framework/foretold.h"
#include "tests/unit/program.h"
#include "tests/unit/unit.h"

#define PROGRAMS	400
#define THREADS		2
#define CELLS		2
#define LOCKS		2
#define OPS		5

enum kind { READ, WRITE, PLAIN, LOCK, COMPLETE, WAIT, PUT, KINDS };

/* What a thread does; a free comes last, if at all. */
struct thread {
	enum kind	kinds[OPS];
	int		on[OPS];
	int		frees;		/* a cell; -1 none; -2: the last put frees */
	int		holds[LOCKS];
};

static struct thread threads[THREADS];
static struct model_cell *cells[CELLS], *refs, *done;
static struct model_lock *locks[LOCKS];
static uint64_t state;

static unsigned int below(unsigned int n)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned int)(state >> 33) % n;
}

/* The second one may free; the first one accesses, and may put a reference. */
static void make(uint64_t seed)
{
	int t, i;

	state = seed * 2654435761u + 1;
	for (t = 0; t < THREADS; t++) {
		struct thread *thread = &threads[t];

		for (i = 0; i < OPS; i++) {
			thread->kinds[i] = (enum kind)below(KINDS);
			thread->on[i] = (int)below(CELLS);
		}
		thread->frees = t == 1 ? (int)below(CELLS + 1) : -1;
		if (thread->frees == CELLS)
			thread->frees = -2;
	}
}

static void put(void)
{
	if (model_fetch_add(refs, -1) == 1)
		model_free(cells[0]);
}

static void step(struct thread *thread, int t, int i)
{
	int on = thread->on[i];

	switch (thread->kinds[i]) {
	case READ:
		model_read(cells[on]);
		break;
	case WRITE:
		model_write(cells[on], t);
		break;
	case PLAIN:
		model_plain_read(cells[on]);
		break;
	case LOCK:
		if (thread->holds[on])
			model_unlock(locks[on]);
		else
			model_lock(locks[on]);
		thread->holds[on] = !thread->holds[on];
		break;
	case COMPLETE:
		if (t == 0)
			model_write(done, 1);
		break;
	case WAIT:
		if (t == 1)
			model_await(done, 1);
		break;
	case PUT:
		if (thread->frees == -2 || threads[1].frees == -2)
			model_fetch_add(refs, 0);
		break;
	default:
		break;
	}
}

static void run(long id)
{
	struct thread local = threads[id - 1];
	int i;

	for (i = 0; i < OPS; i++)
		step(&local, (int)id - 1, i);
	for (i = LOCKS; i--; )
		if (local.holds[i])
			model_unlock(locks[i]);
	if (local.frees >= 0)
		model_free(cells[local.frees]);
	if (threads[1].frees == -2)
		put();
	if (id == 1)
		model_write(done, 1);
}

static void random_program(void)
{
	long i;

	cells[0] = model_cell("a", 0);
	cells[1] = model_cell("b", 0);
	refs = model_cell("refs", THREADS);
	done = model_cell("done", 0);
	locks[0] = model_mutex("L");
	locks[1] = model_mutex("M");
	for (i = 1; i <= THREADS; i++)
		model_spawn("t", run, i);
	model_join_all();
}

static size_t uses_after_free(const struct weft_result *result)
{
	size_t i, n = 0;

	for (i = 0; i < result->findings_n; i++)
		n += !strncmp(result->findings[i].signature,
			      "memory:use after free", 21);
	return n;
}

struct count {
	size_t	found;		/* uses after free, by the exhaustive search */
	size_t	shown;		/* of these, by executions directed at them */
	size_t	told;		/* predictions */
	size_t	vain;		/* that no execution shows */
};

/* What was confirmed is real, and what no execution shows is not called feasible. */
static void compare(uint64_t seed, struct count *count)
{
	struct program search = { .main = random_program, .strategy = "dfs" };
	struct program predict = {
		.main = random_program, .strategy = "dfs", .sample = 1,
		.witness = 32, .races = WEFT_RACES_REPORT,
		.executions_max = 2,
	};
	struct weft_result all, foretold;
	size_t i;

	make(seed);
	program_explore(&search, &all);
	program_explore(&predict, &foretold);
	count->found += uses_after_free(&all);
	count->shown += uses_after_free(&foretold);
	for (i = 0; i < foretold.findings_n; i++)
		ck_assert_msg(foretold.findings[i].advisory ||
			      weft_result_find(&all, foretold.findings[i].signature),
			      "seed %d: %s", (int)seed,
			      foretold.findings[i].summary);
	for (i = 0; i < foretold.foretold_n; i++) {
		const struct weft_foretold *f = &foretold.foretold[i];

		if (f->race)
			continue;	/* meet_test.c */
		count->told++;
		count->vain += f->verdict != WEFT_CYCLE_FEASIBLE;
		ck_assert((f->verdict == WEFT_CYCLE_FEASIBLE) ==
			  (f->signature != NULL));
	}
	weft_result_clear(&all);
	weft_result_clear(&foretold);
}

START_TEST(what_is_confirmed_the_exhaustive_search_finds)
{
	struct count count = { 0 };
	uint64_t seed;

	for (seed = 1; seed <= PROGRAMS; seed++)
		compare(seed, &count);
	ck_assert_uint_eq(count.found, 105);
	ck_assert_uint_eq(count.shown, 105);
	ck_assert_uint_eq(count.told, 105);
	ck_assert_uint_eq(count.vain, 0);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("foretell");
	TCase *tcase = tcase_create("foretell");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, what_is_confirmed_the_exhaustive_search_finds);
	suite_add_tcase(suite, tcase);
	return suite;
}
