/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data races foretold, and both sides brought together (meet.h), against what an
 * exhaustive search of the same small random programs finds. Seeds are fixed: each
 * number here is exact.
 */
#include <string.h>

#include "framework/foretold.h"
#include "tests/unit/program.h"
#include "tests/unit/unit.h"

#define PROGRAMS	300
#define THREADS		2
#define OPS		4

enum kind { READ, WRITE, LOCK, OTHER, RELEASE, ACQUIRE, KINDS };

static struct model_cell *data, *flag;
static struct model_lock *locks[2];
static enum kind kinds[THREADS][OPS];
static uint64_t state;

static unsigned int below(unsigned int n)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned int)(state >> 33) % n;
}

static void make(uint64_t seed)
{
	int t, i;

	state = seed * 2654435761u + 1;
	for (t = 0; t < THREADS; t++)
		for (i = 0; i < OPS; i++)
			kinds[t][i] = (enum kind)below(KINDS);
}

/* A place of its own for each access: the asm keeps gcc from folding them. */
#define ACCESS(n)							\
static void __attribute__((noinline)) access_##n(enum kind kind)	\
{									\
	__asm__ volatile("" : : "i" (n));				\
	if (kind == READ)						\
		model_plain_read(data);					\
	else								\
		model_plain_write(data, n);				\
	__asm__ volatile("" : : "i" (n));				\
}

ACCESS(1) ACCESS(2) ACCESS(3) ACCESS(4) ACCESS(5) ACCESS(6) ACCESS(7) ACCESS(8)

static void (*const accesses[THREADS][OPS])(enum kind kind) = {
	{ access_1, access_2, access_3, access_4 },
	{ access_5, access_6, access_7, access_8 },
};

static void run(long id)
{
	bool holds[2] = { false, false };
	int i;

	for (i = 0; i < OPS; i++) {
		enum kind kind = kinds[id - 1][i];

		switch (kind) {
		case READ:
		case WRITE:
			accesses[id - 1][i](kind);
			break;
		case LOCK:
		case OTHER:
			if (holds[kind == OTHER])
				model_unlock(locks[kind == OTHER]);
			else
				model_lock(locks[kind == OTHER]);
			holds[kind == OTHER] = !holds[kind == OTHER];
			break;
		case RELEASE:
			model_store_release(flag, id);
			break;
		default:
			model_load_acquire(flag);
			break;
		}
	}
	for (i = 2; i--; )
		if (holds[i])
			model_unlock(locks[i]);
}

static void random_program(void)
{
	long i;

	data = model_cell("data", 0);
	flag = model_cell("flag", 0);
	locks[0] = model_mutex("L");
	locks[1] = model_mutex("M");
	for (i = 1; i <= THREADS; i++)
		model_spawn("t", run, i);
	model_join_all();
}

struct count {
	size_t	all;		/* races, by the exhaustive search */
	size_t	met;		/* of these, both sides */
	size_t	one;		/* races of one execution, foretold ones included */
	size_t	foretold, confirmed;
};

/* What is said to have met did: the values are those of two steps in a row. */
static void check_meeting(const struct weft_race_pair *race)
{
	const struct weft_race_side *a = &race->sides[0], *b = &race->sides[1];

	ck_assert_uint_eq(a->step + 1, b->step);
	ck_assert_int_ne(a->task, b->task);
	ck_assert(a->point && b->point && a->has_stack && b->has_stack);
	if (a->write)
		ck_assert_uint_eq(a->after, b->before);
	else
		ck_assert_uint_eq(a->before, b->before);
}

static void compare(uint64_t seed, struct count *count)
{
	struct program search = {
		.main = random_program, .strategy = "dfs",
		.witness = 32, .races = WEFT_RACES_REPORT,
	};
	struct program predict = {
		.main = random_program, .strategy = "dfs", .sample = 1,
		.witness = 32, .races = WEFT_RACES_REPORT,
		.executions_max = 2,
	};
	struct weft_result all, one;
	size_t i;

	make(seed);
	program_explore(&search, &all);
	program_explore(&predict, &one);
	for (i = 0; i < all.findings_n; i++) {
		const struct weft_finding *finding = &all.findings[i];

		if (!finding->race)
			continue;
		count->all++;
		count->met += finding->race->met;
		ck_assert(finding->race->met == !finding->apart);
		if (finding->race->met)
			check_meeting(finding->race);
	}
	for (i = 0; i < one.findings_n; i++) {
		const struct weft_finding *finding = &one.findings[i];

		if (!finding->race)
			continue;
		count->one++;
		if (finding->race->met)
			check_meeting(finding->race);
		/* Of one moment of a task the search knows the first place. */
		ck_assert_msg(finding->race->met ||
			      weft_result_find(&all, finding->signature),
			      "seed %d: %s", (int)seed, finding->summary);
		ck_assert(!finding->predicted || finding->race->met);
	}
	for (i = 0; i < one.foretold_n; i++) {
		const struct weft_foretold *f = &one.foretold[i];

		ck_assert_ptr_nonnull(f->race);
		count->foretold++;
		count->confirmed += f->verdict == WEFT_CYCLE_FEASIBLE;
		ck_assert((f->verdict == WEFT_CYCLE_FEASIBLE) ==
			  (f->signature != NULL));
	}
	weft_result_clear(&all);
	weft_result_clear(&one);
}

START_TEST(what_meets_the_exhaustive_search_finds)
{
	struct count count = { 0 };
	uint64_t seed;

	for (seed = 1; seed <= PROGRAMS; seed++)
		compare(seed, &count);
	ck_assert_uint_eq(count.all, 367);
	ck_assert_uint_eq(count.met, 367);
	ck_assert_uint_eq(count.one, 344);
	ck_assert_uint_eq(count.foretold, 170);
	ck_assert_uint_eq(count.confirmed, 170);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("meet");
	TCase *tcase = tcase_create("meet");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, what_meets_the_exhaustive_search_finds);
	suite_add_tcase(suite, tcase);
	return suite;
}
