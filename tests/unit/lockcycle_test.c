/* SPDX-License-Identifier: GPL-2.0-only */
/* Chains of lock dependencies: lockcycle.h C1 to C3, and gates. */
#include "../../framework/lockcycle.h"
#include "unit.h"

static struct weft_lockdeps deps;

static struct weft_lock_use use(char name, bool shared)
{
	struct weft_lock_use one = {
		.lock = (uint64_t)name, .class = (uint32_t)name,
		.shared = shared,
	};

	return one;
}

/* @text: the locks held, then the one wanted; small letters are shared */
static void add(int task, const char *text)
{
	struct weft_lock_dep dep = { .task = task };

	for (; text[1]; text++)
		dep.held[dep.held_n++] = use((char)(*text & ~32), *text & 32);
	dep.wanted = use((char)(*text & ~32), *text & 32);
	weft_lockdeps_add(&deps, &dep);
}

static unsigned int count(uint32_t *ret_gated)
{
	struct weft_chains chains;
	struct weft_chain chain;
	unsigned int n = 0;

	weft_chains_begin(&chains, &deps, NULL, 0);
	while (weft_chains_next(&chains, &chain) == WEFT_CHAIN_FOUND)
		n++;
	*ret_gated = chains.gated;
	weft_lockdeps_clear(&deps);
	return n;
}

static void expect(unsigned int n, uint32_t gate)
{
	uint32_t gated;

	ck_assert_uint_eq(count(&gated), n);
	ck_assert_uint_eq(gated, gate);
}

START_TEST(each_is_kept_once_in_the_order_of_first_sight)
{
	unsigned int round, i;

	for (round = 0; round < 2; round++)
		for (i = 0; i < 500; i++) {
			struct weft_lock_dep dep = {
				.task = (int)(i % 7), .held_n = 1,
				.held = { use('A', false) },
				.wanted = { .lock = 8 * i, .class = i },
			};

			weft_lockdeps_add(&deps, &dep);
		}
	ck_assert_uint_eq(deps.n, 500);
	for (i = 0; i < 500; i++)
		ck_assert_uint_eq(deps.deps[i].wanted.class, i);
	weft_lockdeps_cut(&deps, 20);
	add(1, "AB");
	ck_assert_uint_eq(deps.n, 21);
	ck_assert(!deps.full);
	weft_lockdeps_clear(&deps);
}
END_TEST

START_TEST(there_is_room_for_so_many_and_it_says_so)
{
	uint32_t i;

	for (i = 0; i <= WEFT_DEPS_MAX; i++) {
		struct weft_lock_dep dep = {
			.held_n = 1, .held = { use('A', false) },
			.wanted = { .lock = i },
		};

		weft_lockdeps_add(&deps, &dep);
	}
	ck_assert_uint_eq(deps.n, WEFT_DEPS_MAX);
	ck_assert(deps.full);
	weft_lockdeps_clear(&deps);
}
END_TEST

START_TEST(opposite_orders_are_a_chain)
{
	add(1, "AB");
	add(2, "BA");
	expect(1, UINT32_MAX);
}
END_TEST

START_TEST(one_task_is_none)
{
	add(1, "AB");
	add(1, "BA");
	expect(0, UINT32_MAX);
}
END_TEST

START_TEST(the_same_dependency_counts_once)
{
	add(1, "AB");
	add(1, "AB");
	add(2, "BA");
	expect(1, UINT32_MAX);
}
END_TEST

START_TEST(three_tasks_are_one_chain)
{
	add(1, "AB");
	add(2, "CA");
	add(3, "BC");
	expect(1, UINT32_MAX);
}
END_TEST

START_TEST(a_gate_lock_is_named)
{
	add(1, "GAB");
	add(2, "GBA");
	expect(0, 'G');
	add(1, "GAB");
	add(2, "GBC");
	add(3, "CA");
	expect(0, 'G');
}
END_TEST

START_TEST(a_gate_held_shared_by_both_is_none)
{
	add(1, "gAB");
	add(2, "gBA");
	expect(1, UINT32_MAX);
}
END_TEST

START_TEST(readers_do_not_wait_for_readers)
{
	add(1, "ab");
	add(2, "ba");
	expect(0, UINT32_MAX);
	add(1, "aB");
	add(2, "bA");
	expect(1, UINT32_MAX);
}
END_TEST

START_TEST(readers_wait_behind_a_writer_in_line)
{
	add(1, "aB");
	add(2, "Ba");
	add(3, "A");
	expect(1, UINT32_MAX);
	add(1, "A");			/* the writer comes first, and holds */
	add(2, "aB");
	add(3, "Ba");
	add(4, "CA");
	expect(2, UINT32_MAX);
	add(1, "ab");
	add(2, "ba");
	add(3, "A");
	add(4, "B");
	expect(1, UINT32_MAX);
	add(1, "aa");			/* reading again */
	add(2, "A");
	expect(1, UINT32_MAX);
}
END_TEST

START_TEST(who_is_not_in_line_is_not_waited_behind)
{
	add(1, "aB");			/* nobody */
	add(2, "Ba");
	add(3, "a");
	add(3, "B");
	expect(0, UINT32_MAX);
	add(1, "aB");			/* one that waits already */
	add(1, "A");
	add(2, "Ba");
	expect(0, UINT32_MAX);
	add(1, "ab");			/* one for two locks */
	add(2, "ba");
	add(3, "A");
	add(3, "B");
	expect(0, UINT32_MAX);
	add(1, "AB");			/* the lock is written: only directly */
	add(2, "Ba");
	add(3, "A");
	expect(1, UINT32_MAX);
	add(1, "GaB");
	add(2, "Ba");
	add(3, "GA");
	expect(0, 'G');
}
END_TEST

START_TEST(who_reads_again_waits_for_himself)
{
	struct weft_chains chains;
	struct weft_chain chain;

	add(1, "aa");			/* not by way of the other reader */
	add(2, "A");
	add(3, "aB");
	add(4, "B");
	weft_chains_begin(&chains, &deps, NULL, 0);
	ck_assert_int_eq(weft_chains_next(&chains, &chain), WEFT_CHAIN_FOUND);
	ck_assert_uint_eq(chain.n, 2);
	ck_assert_int_eq(weft_chains_next(&chains, &chain), WEFT_CHAIN_NONE);
	weft_lockdeps_clear(&deps);
}
END_TEST

START_TEST(a_writer_in_line_is_no_step_of_the_cycle)
{
	uint32_t classes[] = { 'A', 'B' }, other[] = { 'A', 'C' };
	struct weft_chains chains;
	struct weft_chain chain;

	add(1, "aB");
	add(2, "Ba");
	add(3, "A");
	deps.deps[2].wanted.class = 'X';	/* another subclass */
	weft_chains_begin(&chains, &deps, classes, 2);
	ck_assert_int_eq(weft_chains_next(&chains, &chain), WEFT_CHAIN_FOUND);
	ck_assert_uint_eq(chain.n, 3);
	ck_assert_int_eq(weft_chains_next(&chains, &chain), WEFT_CHAIN_NONE);
	weft_chains_begin(&chains, &deps, other, 2);
	ck_assert_int_eq(weft_chains_next(&chains, &chain), WEFT_CHAIN_NONE);
	weft_lockdeps_clear(&deps);
}
END_TEST

START_TEST(what_would_be_one_if_readers_waited_for_readers)
{
	struct weft_chains chains;
	struct weft_chain chain;

	add(1, "ab");
	add(2, "ba");
	weft_chains_begin(&chains, &deps, NULL, 0);
	chains.readers_wait = true;
	ck_assert_int_eq(weft_chains_next(&chains, &chain), WEFT_CHAIN_FOUND);
	ck_assert(weft_dep_both_read(chain.links[0], chain.links[1]));
	ck_assert_int_eq(weft_chains_next(&chains, &chain), WEFT_CHAIN_NONE);
	weft_lockdeps_clear(&deps);
}
END_TEST

START_TEST(a_cycle_of_classes_is_made_by_held_locks_too)
{
	/* B is between A and C of the second task: two tasks make ABCA. */
	uint32_t classes[] = { 'A', 'B', 'C' }, other[] = { 'A', 'D', 'C' };
	struct weft_chains chains;
	struct weft_chain chain;

	add(1, "CA");
	add(2, "ABC");
	weft_chains_begin(&chains, &deps, classes, 3);
	ck_assert_int_eq(weft_chains_next(&chains, &chain), WEFT_CHAIN_FOUND);
	ck_assert_uint_eq(chain.n, 2);
	ck_assert_int_eq(weft_chains_next(&chains, &chain), WEFT_CHAIN_NONE);
	weft_chains_begin(&chains, &deps, other, 3);
	ck_assert_int_eq(weft_chains_next(&chains, &chain), WEFT_CHAIN_NONE);
	weft_lockdeps_clear(&deps);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("lockcycle");
	TCase *tcase = tcase_create("lockcycle");

	tcase_add_test(tcase, each_is_kept_once_in_the_order_of_first_sight);
	tcase_add_test(tcase, there_is_room_for_so_many_and_it_says_so);
	tcase_add_test(tcase, opposite_orders_are_a_chain);
	tcase_add_test(tcase, one_task_is_none);
	tcase_add_test(tcase, the_same_dependency_counts_once);
	tcase_add_test(tcase, three_tasks_are_one_chain);
	tcase_add_test(tcase, a_gate_lock_is_named);
	tcase_add_test(tcase, a_gate_held_shared_by_both_is_none);
	tcase_add_test(tcase, readers_do_not_wait_for_readers);
	tcase_add_test(tcase, readers_wait_behind_a_writer_in_line);
	tcase_add_test(tcase, who_is_not_in_line_is_not_waited_behind);
	tcase_add_test(tcase, who_reads_again_waits_for_himself);
	tcase_add_test(tcase, a_writer_in_line_is_no_step_of_the_cycle);
	tcase_add_test(tcase, what_would_be_one_if_readers_waited_for_readers);
	tcase_add_test(tcase, a_cycle_of_classes_is_made_by_held_locks_too);
	suite_add_tcase(suite, tcase);
	return suite;
}
