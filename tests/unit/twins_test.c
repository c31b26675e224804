/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Symmetry (framework/exec_twins.c): of n twins exactly one in n! schedules is
 * left, within any bound on preemptions, and what is no twin stays.
 */
#include <string.h>

#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static struct model_cell *x, *y;
static struct model_lock *forks;
static long tickets;

static void adds(long id)
{
	model_write(x, model_read(x) + id);
}

static void reads(long id)
{
	if (model_read(x) == id)
		model_write(y, 1);
}

static void writes(long id)
{
	model_write(x, id);
	model_write(y, 0);
}

static void begin(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	forks = model_mutexes("fork", 3);
}

static void spawn(long n, void (*fn)(long id), long id)
{
	while (n--)
		model_spawn("t", fn, id);
}

static void three_alike(void)
{
	begin();
	spawn(3, adds, 1);
	model_join_all();
	WEFT_CHECK(model_read(x) == 3, "no increment is lost");
}

/* Readers that are alike, beside one writer. */
static void readers_and_writer(void)
{
	begin();
	spawn(3, reads, 1);
	model_spawn("writer", writes, 1);
	model_join_all();
}

/* Two and two: what differs in its argument is no twin. */
static void two_pairs(void)
{
	begin();
	spawn(2, adds, 1);
	spawn(2, adds, 2);
	model_join_all();
}

static void dines(long id)
{
	model_lock(model_mutex_at(forks, id));
	model_lock(model_mutex_at(forks, (id + 1) % 3));
	model_unlock(model_mutex_at(forks, (id + 1) % 3));
	model_unlock(model_mutex_at(forks, id));
}

/* Philosophers are neighbours of different people. */
static void philosophers(void)
{
	long id;

	begin();
	for (id = 0; id < 3; id++)
		model_spawn("philosopher", dines, id);
	model_join_all();
}

/* The parent does something in between. */
static void apart(void)
{
	begin();
	model_spawn("t", adds, 1);
	model_write(y, 1);
	model_spawn("t", adds, 1);
	model_join_all();
}

/*
 * Each takes a number on its way to its first operation: no twins, until that is
 * known to race, and taking the number is their first operation.
 */
static void takes_number(long id)
{
	long mine = model_plain_read(y);

	model_plain_write(y, mine + id);
	model_write(x, mine);
}

static void numbered(void)
{
	begin();
	spawn(3, takes_number, 1);
	model_join_all();
}

/* What they do first depends on what a global says. */
static void looks_at_global(long id)
{
	if (tickets++ % 2)
		model_write(y, id);
	model_write(x, id);
}

static void global(void)
{
	begin();
	tickets = 0;
	spawn(2, looks_at_global, 1);
	model_join_all();
}

/* Tasks that choose, and wait. */
static void chooses(long id)
{
	if (model_choose(2, "which"))
		model_await(y, id);
	else
		model_write(y, id);
}

static void choosing(void)
{
	begin();
	spawn(3, chooses, 1);
	model_join_all();
}

/* Alike, and created by tasks that are alike. */
static void parent(long id)
{
	model_write(y, id);
	spawn(2, reads, id);
}

static void nested(void)
{
	begin();
	spawn(1, parent, 1);
	model_join_all();
}

static const struct {
	void (*main)(void);
	unsigned long orders;
} programs[] = {
	{ three_alike, 6 },
	{ readers_and_writer, 6 },
	{ two_pairs, 4 },
	{ philosophers, 1 },
	{ apart, 1 },
	{ numbered, 6 },
	{ global, 1 },
	{ choosing, 6 },
	{ nested, 2 },
};
#define PROGRAMS ((int)(sizeof(programs) / sizeof(programs[0])))

static void explore(void (*main)(void), unsigned int bound, bool symmetry,
		    struct weft_result *ret)
{
	struct program program = {
		.main = main, .preemptions = bound, .symmetry = symmetry,
	};

	program_explore(&program, ret);
}

/* The stacks of the other backend are never equal: no task has a twin there. */
static bool has_twins(void)
{
	return !strcmp(weft_co_backend, "asm");
}

/* Bounds none, 0, 1 and 2. */
START_TEST(of_n_factorial_schedules_one_is_left)
{
	unsigned long orders = has_twins() ? programs[_i / 4].orders : 1;
	void (*main)(void) = programs[_i / 4].main;
	struct weft_result all, canonical;
	size_t i;

	explore(main, (unsigned int)_i % 4, false, &all);
	explore(main, (unsigned int)_i % 4, true, &canonical);
	ck_assert_uint_eq(all.executions,
			  canonical.executions * orders);
	ck_assert_int_eq(all.verdict, canonical.verdict);
	ck_assert_uint_eq(all.depth_max, canonical.depth_max);
	ck_assert_uint_eq(all.findings_n, canonical.findings_n);
	for (i = 0; i < all.findings_n; i++) {
		ck_assert_str_eq(all.findings[i].signature,
				 canonical.findings[i].signature);
		ck_assert_uint_eq(all.findings[i].preemptions,
				  canonical.findings[i].preemptions);
	}
	weft_result_clear(&all);
	weft_result_clear(&canonical);
}
END_TEST

static void joined_by_number(void)
{
	int first;

	begin();
	first = model_spawn("t", adds, 1);
	model_spawn("t", adds, 1);
	model_join(first);
	model_join_all();
}

START_TEST(a_twin_that_is_told_from_the_others_spoils_the_verdict)
{
	struct weft_result result;

	if (!has_twins())
		return;
	explore(joined_by_number, 0, true, &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "incomplete");
	ck_assert_ptr_nonnull(strstr(result.reason, "--symmetry"));
	weft_result_clear(&result);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("twins");
	TCase *loop = tcase_create("programs");

	tcase_set_timeout(loop, 60);
	tcase_add_loop_test(loop, of_n_factorial_schedules_one_is_left, 0,
			    PROGRAMS * 4);
	suite_add_tcase(suite, loop);
	unit_add(suite, a_twin_that_is_told_from_the_others_spoils_the_verdict);
	return suite;
}
