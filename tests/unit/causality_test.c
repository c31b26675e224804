/* SPDX-License-Identifier: GPL-2.0-only */
/* Why a finding happens: exactly these orders, and turning each round helps. */
#include <stdio.h>
#include <string.h>

#include "framework/causality.h"
#include "framework/conflicts.h"
#include "framework/minimise.h"
#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static struct model_lock *a, *b;
static struct model_cell *x, *y, *z;
static long seen_x, seen_y;
static long n;

/* The first finding, small, with its chain; the execution stays open. */
static struct weft_result explain(struct program program)
{
	struct weft_result result;

	program.stop_early = true;
	program.minimise_max = WEFT_MINIMISE_EXECUTIONS;
	if (!program.causality_max)
		program.causality_max = WEFT_CAUSALITY_EXECUTIONS;
	program_explore_open(&program, &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "bug");
	return result;
}

static const struct weft_step *step_of(const struct weft_finding *f,
				       const struct weft_cause_end *end)
{
	ck_assert_uint_lt(end->evidence, f->evidence.steps_n);
	return &f->evidence.steps[end->evidence];
}

/* "1 lock a" or, for what never came about, "1 lock ..." */
static void write_end(char *to, size_t size, const struct weft_finding *f,
		      const struct weft_cause_end *end)
{
	const struct weft_step *step;

	if (end->waits) {
		snprintf(to, size, "%d %s ...", end->task,
			 weft_op_name(end->kind));
		return;
	}
	step = step_of(f, end);
	ck_assert_int_eq(step->task, end->task);
	ck_assert_uint_eq(step->step, end->step);
	snprintf(to, size, "%d %s %s", end->task, weft_op_name(end->kind),
		 step->lock ? step->lock : step->text);
}

/* The whole chain, as "BEFORE < AFTER; BEFORE < AFTER". */
static void assert_chain(const struct weft_finding *f, const char *chain)
{
	char text[1000] = "", end[200];
	size_t i;

	for (i = 0; i < f->causality.n; i++) {
		const struct weft_cause *cause = &f->causality.causes[i];

		write_end(end, sizeof(end), f, &cause->before);
		strcat(strcat(text, i ? "; " : ""), end);
		write_end(end, sizeof(end), f, &cause->after);
		strcat(strcat(text, " < "), end);
	}
	ck_assert_str_eq(text, chain);
	ck_assert(f->causality.complete);
}

/* Each link is turned round once more, here and now, in both ways. */
static void assert_each_turns(const struct weft_finding *f)
{
	bool gone, turned, ever;
	size_t i;
	int way;

	for (i = 0; i < f->causality.n; i++) {
		ever = false;
		for (way = 0; way < 2; way++) {
			gone = weft_causality_turn(program_exec, f,
						   &f->causality.causes[i],
						   way, &turned);
			ck_assert(gone == turned);
			ck_assert_ptr_null(weft_find_signature(program_exec,
							       f->signature));
			ever |= turned;
		}
		ck_assert(ever);
	}
}

static void close_result(struct weft_result *result)
{
	weft_result_clear(result);
	program_destroy();
}

/* Of a program's first finding: this chain, and each link of it turns. */
static void check_chain(void (*main)(void), const char *chain)
{
	struct program program = { .main = main };
	struct weft_result result = explain(program);

	assert_chain(&result.findings[0], chain);
	assert_each_turns(&result.findings[0]);
	close_result(&result);
}

static const struct {
	const char *model, *strategy, *chain;
} models[] = {
	{ "model/deadlock01", "dfs",
	  "1 lock lock[0] < 2 lock ...; 2 lock lock[1] < 1 lock ..." },
	{ "model/philo", "dfs",
	  "1 lock fork[0] < 3 lock ...; 3 lock fork[2] < 2 lock ...; "
	  "2 lock fork[1] < 1 lock ..." },
	{ "model/account", "dfs",
	  "1 read balance → 100 < 2 write balance = 30; "
	  "2 read balance → 100 < 1 write balance = -50" },
	{ "model/reorder", "dfs",
	  "1 write a = 1 < 2 read a → 1; 2 read b → 0 < 1 write b = -1" },
	{ "model/lost-wakeup", "dpor",
	  "1 read work → 0 < 2 write work = 1; "
	  "2 read asleep → 0 < 1 write asleep = 1" },
};

START_TEST(the_chain_is_exactly_the_orders_that_matter)
{
	struct program program = {
		.scenario = weft_scenario_find(models[_i].model),
		.strategy = models[_i].strategy,
	};
	struct weft_result result = explain(program);

	assert_chain(&result.findings[0], models[_i].chain);
	assert_each_turns(&result.findings[0]);
	close_result(&result);
}
END_TEST

static void add_one(long id)
{
	(void)id;
	model_write(x, model_read(x) + 1);
}

static void lost_update(void)
{
	x = model_cell("x", 0);
	model_spawn("t", add_one, 1);
	model_spawn("t", add_one, 2);
	model_join_all();
	WEFT_CHECK(model_read(x) == 2, "no increment is lost");
}

/* Both read before the other one writes; that the writes come in turn is not it. */
START_TEST(a_lost_update_is_two_reads_too_early)
{
	check_chain(lost_update,
		    "1 read x → 0 < 2 write x = 1; 2 read x → 0 < 1 write x = 1");
}
END_TEST

/*
 * Holding the first write of a until the second setter wrote it too puts it
 * behind the check: that helps, but not because of the other write. The schedule
 * with just the two writes turned round fails as well.
 */
START_TEST(an_order_that_only_drags_another_one_along_is_no_reason)
{
	static const unsigned int writes_turned[][2] = {
		{ 2, 1 }, { 1, 1 }, { 3, 3 }, { 2, 1 }, { 1, 1 }, { 0, 1 },
	};
	struct program program = {
		.scenario = weft_scenario_find("model/reorder"),
		.strategy = "dpor", .params = { 2, 1 },
	};
	struct weft_result result = explain(program), again;
	struct weft_finding *f = &result.findings[0];
	/* Setter 1's first write, and that of setter 2. */
	struct weft_cause writes = {
		.before = { .task = 1 }, .after = { .task = 2 },
		.hold = 1, .until = 1,
	};
	struct weft_schedule schedule = { 0 };
	const char *mismatch;
	bool turned;
	size_t i;

	assert_chain(f, "1 write a = 1 < 3 read a → 1; "
		     "3 read b → 0 < 1 write b = -1; "
		     "3 read b → 0 < 2 write b = -1");
	assert_each_turns(f);
	ck_assert(weft_causality_turn(program_exec, f, &writes, false, &turned));
	ck_assert(!weft_causality_turn(program_exec, f, &writes, true, &turned));
	ck_assert(turned);
	for (i = 0; i < sizeof(writes_turned) / sizeof(writes_turned[0]); i++)
		weft_schedule_add(&schedule, writes_turned[i][0],
				  writes_turned[i][1]);
	program_destroy();
	program_create(&program);
	weft_replay(program_exec, &schedule, &again, &mismatch, NULL);
	ck_assert_ptr_null(mismatch);
	ck_assert_uint_eq(again.findings_n, 1);
	ck_assert_str_eq(again.findings[0].signature, f->signature);
	weft_schedule_clear(&schedule);
	weft_result_clear(&again);
	close_result(&result);
}
END_TEST

START_TEST(an_order_that_does_not_matter_can_be_turned_round_and_changes_nothing)
{
	struct program program = { .main = lost_update };
	struct weft_result result = explain(program);
	/* Task 2 holds its write, its second operation, until task 1 wrote. */
	struct weft_cause writes = {
		.before = { .task = 2 }, .after = { .task = 1 },
		.hold = 2, .until = 2,
	};
	bool turned;
	int way;

	for (way = 0; way < 2; way++) {
		ck_assert(!weft_causality_turn(program_exec,
					       &result.findings[0], &writes,
					       way, &turned));
		ck_assert(turned);
		ck_assert_ptr_nonnull(weft_find_signature(program_exec,
					result.findings[0].signature));
	}
	close_result(&result);
}
END_TEST

/* What a release makes possible cannot come before it. */
START_TEST(an_order_that_cannot_be_turned_round_is_none)
{
	struct program program = {
		.scenario = weft_scenario_find("model/account"),
	};
	struct weft_result result = explain(program);
	/* Task 1 holds its first release until task 2 has the lock. */
	struct weft_cause release = {
		.before = { .task = 1 }, .after = { .task = 2 },
		.hold = 3, .until = 1,
	};
	bool turned;
	int way;

	for (way = 0; way < 2; way++) {
		ck_assert(!weft_causality_turn(program_exec,
					       &result.findings[0], &release,
					       way, &turned));
		ck_assert(!turned);
	}
	close_result(&result);
}
END_TEST

static void use_early(long id)
{
	(void)id;
	model_fetch_add(y, 1);
	WEFT_CHECK(model_read(x) == 1, "it is ready");
	model_fetch_add(z, 1);
}

static void look_later(long id)
{
	(void)id;
	model_await_not(z, 0);
	model_write(y, 5);
}

static void make_late(long id)
{
	(void)id;
	model_write(x, 1);
	model_fetch_add(z, 1);
}

static void used_early(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	z = model_cell("z", 0);
	model_spawn("user", use_early, 0);
	model_spawn("looker", look_later, 0);
	model_spawn("maker", make_late, 0);
	model_join_all();
}

/*
 * The user's first step held until the looker made its last one comes after all that
 * the maker does, as only the maker can let the looker go on then.
 */
START_TEST(waiting_for_somebody_who_waits_for_a_third_one_is_no_reason)
{
	struct program program = { .main = used_early };
	struct weft_result result = explain(program);
	struct weft_cause looker = {
		.before = { .task = 1 }, .after = { .task = 2 },
		.hold = 1, .until = 2,
	};
	bool turned;

	assert_chain(&result.findings[0], "1 read x → 0 < 3 write x = 1");
	assert_each_turns(&result.findings[0]);
	ck_assert(weft_causality_turn(program_exec, &result.findings[0],
				      &looker, false, &turned));
	ck_assert(!weft_causality_turn(program_exec, &result.findings[0],
				       &looker, true, &turned));
	ck_assert(!turned);
	close_result(&result);
}
END_TEST

static void write_both(long id)
{
	(void)id;
	model_write(x, 1);
	model_write(y, 1);
}

static void read_later(long id)
{
	(void)id;
	model_await_not(z, 0);
	seen_x = model_read(x);
}

static void let_read(long id)
{
	(void)id;
	model_write(z, 1);
	seen_y = model_read(y);
}

static void both_seen(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	z = model_cell("z", 0);
	seen_x = seen_y = 0;
	model_spawn("writer", write_both, 0);
	model_spawn("reader", read_later, 0);
	model_spawn("letter", let_read, 0);
	model_join_all();
	WEFT_CHECK(!seen_x || !seen_y, "one of the two was missed");
}

/*
 * While the writer is held for the reader, the letter goes on to its end, as it did:
 * that it reads y early then is chance.
 */
START_TEST(what_comes_along_by_chance_makes_nothing_superfluous)
{
	check_chain(both_seen, "1 write y = 1 < 3 read y → 1; "
		    "1 write x = 1 < 2 read x → 1");
}
END_TEST

static void look_then_enter(long id)
{
	long gone;

	(void)id;
	model_lock(a);
	gone = model_read(x);
	model_unlock(a);
	if (!gone)
		model_fetch_add(y, 1);
}

static void remove_then_ask(long id)
{
	(void)id;
	model_lock(a);
	model_write(x, 1);
	model_unlock(a);
	WEFT_CHECK(!model_read(y), "nobody is inside");
}

static void entered_too_late(void)
{
	a = model_mutex("a");
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("user", look_then_enter, 0);
	model_spawn("remover", remove_then_ask, 0);
	model_join_all();
}

/* Held inside its critical section the user is in the way; behind it, it is not. */
START_TEST(what_cannot_be_held_hides_nothing_that_can_be)
{
	check_chain(entered_too_late, "1 read x → 0 < 2 write x = 1; "
		    "1 rmw y += 1 < 2 read y → 1");
}
END_TEST

static void never_right(long id)
{
	model_write(id == 1 ? x : y, 1);
	model_read(id == 1 ? y : x);
}

static void always_wrong(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("t", never_right, 1);
	model_spawn("t", never_right, 2);
	model_join_all();
	WEFT_CHECK(model_read(x) == 7, "x is 7");
}

START_TEST(what_happens_in_any_order_has_no_chain)
{
	struct program program = { .main = always_wrong };
	struct weft_result result = explain(program);

	assert_chain(&result.findings[0], "");
	ck_assert_uint_gt(result.findings[0].causality.tried, 0);
	ck_assert_uint_eq(result.findings[0].preemptions, 0);
	close_result(&result);
}
END_TEST

static void update(long id)
{
	long i;

	for (i = 0; i < n; i++)
		model_fetch_add(y, id);
}

static void busy(long id)
{
	update(id);
	model_fetch_add(y, id);
	model_lock(id == 1 ? a : b);
	update(id);
	model_lock(id == 1 ? b : a);
	model_unlock(id == 1 ? b : a);
	model_unlock(id == 1 ? a : b);
	update(id);
}

static void busy_abba(void)
{
	a = model_mutex("a");
	b = model_mutex("b");
	y = model_cell("y", 0);
	model_spawn("t", busy, 1);
	model_spawn("t", busy, 2);
	model_join_all();
}

static void busy_add(long id)
{
	long value;

	update(id);
	model_fetch_add(y, id);
	value = model_read(x);
	update(id);
	model_write(x, value + 1);
	update(id);
}

static void busy_lost_update(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("t", busy_add, 1);
	model_spawn("t", busy_add, 2);
	model_join_all();
	WEFT_CHECK(model_read(x) == 2, "no increment is lost");
}

/* One by one, and among hundreds by bisection: always the same two. */
static const long conflicts_n[] = { 1, 3, 20, 100 };

static void check_among_many(void (*main)(void), const char *chain)
{
	struct program program = { .main = main, .preemptions = 2 };
	struct weft_result result = explain(program);
	size_t i;

	assert_chain(&result.findings[0], chain);
	for (i = 0; i < result.findings[0].causality.n; i++) {
		const struct weft_cause *cause =
			&result.findings[0].causality.causes[i];

		/* Turned round just there, not by way of something wider. */
		ck_assert_uint_eq(cause->hold, cause->before.nth);
		ck_assert_uint_eq(cause->until, cause->after.nth);
	}
	ck_assert_uint_lt(result.findings[0].causality.tried, 200);
	assert_each_turns(&result.findings[0]);
	close_result(&result);
}

START_TEST(the_chain_is_found_among_many_conflicts)
{
	n = conflicts_n[_i];
	check_among_many(busy_abba,
			 "1 lock a < 2 lock ...; 2 lock b < 1 lock ...");
	check_among_many(busy_lost_update,
			 "2 read x → 0 < 1 write x = 1; "
			 "1 read x → 0 < 2 write x = 1");
}
END_TEST

/* Seen by nobody: what instrumented code does all the time. */
static void plain_write(struct model_cell *cell, long value)
{
	weft_region_save(weft_exec_region(program_exec), &cell->value,
			 sizeof(cell->value));
	cell->value = value;
}

static void make_ready(long id)
{
	(void)id;
	model_lock(a);
	model_unlock(a);
	model_fetch_add(y, 1);
	plain_write(x, 1);
}

static void use_it(long id)
{
	(void)id;
	model_lock(a);
	WEFT_CHECK(x->value == 1, "it is ready");
	model_unlock(a);
}

static void plain_race(void)
{
	a = model_mutex("a");
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("user", use_it, 0);
	model_spawn("maker", make_ready, 0);
	model_join_all();
}

START_TEST(plain_accesses_are_looked_for_between_operations)
{
	struct program program = { .main = plain_race };
	struct weft_result result = explain(program);

	assert_chain(&result.findings[0], "1 lock a < 2 rmw y += 1");
	ck_assert(result.findings[0].causality.causes[0].nearby);
	assert_each_turns(&result.findings[0]);
	close_result(&result);
}
END_TEST

static unsigned int next_number(unsigned int below)
{
	static uint64_t state = 1;

	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned int)(state >> 33) % below;
}

static void random_operation(struct weft_operation *op, size_t i)
{
	static const enum weft_op_kind kinds[] = {
		WEFT_OP_LOCK, WEFT_OP_LOCK_SHARED, WEFT_OP_TRYLOCK,
		WEFT_OP_TRYLOCK_FAILED, WEFT_OP_UNLOCK, WEFT_OP_UNLOCK_SHARED,
		WEFT_OP_ACCESS_READ, WEFT_OP_ACCESS_WRITE, WEFT_OP_SPAWN,
		WEFT_OP_AWAIT,
	};

	memset(op, 0, sizeof(*op));
	op->kind = kinds[next_number(10)];
	op->task = (int)next_number(4);
	op->write = weft_op_access(op->kind) == WEFT_OP_WRITE;
	op->step = i + 1;
	op->object = next_number(3);
	op->peer = -1;
	if (op->kind == WEFT_OP_SPAWN || op->kind == WEFT_OP_AWAIT) {
		op->object = UINT64_MAX;
		op->peer = next_number(9) ? (int)next_number(4) :
			   op->kind == WEFT_OP_AWAIT ? WEFT_PEER_ALL : 0;
	}
}

/* Pair by pair, which takes too long for real executions. */
static void assert_same_pair_by_pair(const struct conflicts *all,
				     unsigned long steps)
{
	size_t a, b;

	for (a = 0; a < all->n; a++) {
		uint32_t early = 0, late = 0;

		for (b = a + 1; b < all->n && !all->ops[a].waits &&
		     all->ops[a].op.step <= steps; b++)
			if (conflicts_clash(&all->ops[a], &all->ops[b]))
				early |= 1u << all->ops[b].op.task;
		for (b = 0; b < a; b++)
			if (!all->ops[b].waits && all->ops[b].op.step <= steps &&
			    conflicts_clash(&all->ops[b], &all->ops[a]))
				late |= 1u << all->ops[b].op.task;
		ck_assert_uint_eq(all->ops[a].early, early);
		ck_assert_uint_eq(all->ops[a].late, late);
	}
}

START_TEST(conflicts_are_what_they_are_pair_by_pair)
{
	struct weft_schedule schedule = { 0 };
	struct weft_order order;
	size_t round, i, n_ops;

	weft_schedule_add(&schedule, 0, 60);
	weft_order_create(&order, &schedule);
	for (round = 0; round < 500; round++) {
		struct conflicts all = { 0 };

		n_ops = 1 + next_number(40);
		for (i = 0; i < n_ops; i++) {
			struct weft_operation op;

			random_operation(&op, i);
			conflicts_add(&all, &op, &order, i + 3 > n_ops);
		}
		conflicts_find(&all, n_ops - n_ops / 4);
		assert_same_pair_by_pair(&all, n_ops - n_ops / 4);
		conflicts_clear(&all);
	}
	weft_order_clear(&order);
	weft_schedule_clear(&schedule);
}
END_TEST

/* "1wx": task 1 writes object x; also r, l(ock), u(nlock). A step before a '+' goes on. */
static void add_operations(struct conflicts *all, const char *text,
			   const struct weft_order *order)
{
	static const struct {
		char letter;
		enum weft_op_kind kind;
	} letters[] = {
		{ 'r', WEFT_OP_ACCESS_READ }, { 'w', WEFT_OP_ACCESS_WRITE },
		{ 'l', WEFT_OP_LOCK }, { 'u', WEFT_OP_UNLOCK },
	};
	unsigned long step = 1;
	size_t i;

	for (; *text; step += text[3] == ' ', text += text[3] ? 4 : 3) {
		struct weft_operation op = {
			.task = text[0] - '0', .object = (uint64_t)text[2],
			.peer = -1, .step = step,
		};

		for (i = 0; i < 4; i++)
			if (letters[i].letter == text[1])
				op.kind = letters[i].kind;
		op.write = weft_op_access(op.kind) == WEFT_OP_WRITE;
		conflicts_add(all, &op, order, false);
	}
}

static const struct {
	const char *trace;
	size_t a, b, best_a, best_b;
} explained[] = {
	{ "1wx 2rx", 0, 1, 0, 1 },		/* fine as they are */
	{ "1wx 2rx 2wy", 0, 2, 0, 1 },		/* the latest with x */
	{ "1wx 1ry 2wy", 0, 2, 1, 2 },		/* nobody has x: y */
	{ "1lm+1rx 2lm 2wy", 1, 2, 0, 2 },	/* all that the step does */
	{ "1lm 1rx 1um 2lm 2rx 2wx 2um", 0, 3, 1, 5 },	/* what m protects */
	{ "1lm 1rx 1um 2lm 2rx 2um 2wx", 0, 3, 0, 3 },	/* not beyond it */
	{ "1lm 1um 2lm 2um", 0, 2, 0, 2 },
};

START_TEST(the_best_two_operations_are_shown)
{
	struct weft_schedule schedule = { 0 };
	struct conflicts all = { 0 };
	struct weft_order order;
	size_t a = explained[_i].a, b = explained[_i].b;

	weft_schedule_add(&schedule, 0, 60);
	weft_order_create(&order, &schedule);
	add_operations(&all, explained[_i].trace, &order);
	conflicts_find(&all, 60);
	conflicts_explain(&all, &a, &b);
	ck_assert_uint_eq(a, explained[_i].best_a);
	ck_assert_uint_eq(b, explained[_i].best_b);
	conflicts_clear(&all);
	weft_order_clear(&order);
	weft_schedule_clear(&schedule);
}
END_TEST

START_TEST(a_budget_that_is_too_small_is_admitted)
{
	struct program program = { .main = lost_update, .causality_max = 2 };
	struct weft_result result = explain(program);

	ck_assert(!result.findings[0].causality.complete);
	close_result(&result);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("causality");
	TCase *loop = tcase_create("models");

	tcase_add_loop_test(loop, the_chain_is_exactly_the_orders_that_matter,
			    0, (int)(sizeof(models) / sizeof(models[0])));
	tcase_add_loop_test(loop, the_best_two_operations_are_shown, 0,
			    (int)(sizeof(explained) / sizeof(explained[0])));
	tcase_add_loop_test(loop, the_chain_is_found_among_many_conflicts, 0,
			    (int)(sizeof(conflicts_n) /
				  sizeof(conflicts_n[0])));
	suite_add_tcase(suite, loop);
	unit_add(suite, a_lost_update_is_two_reads_too_early);
	unit_add(suite, an_order_that_only_drags_another_one_along_is_no_reason);
	unit_add(suite, an_order_that_does_not_matter_can_be_turned_round_and_changes_nothing);
	unit_add(suite, an_order_that_cannot_be_turned_round_is_none);
	unit_add(suite, waiting_for_somebody_who_waits_for_a_third_one_is_no_reason);
	unit_add(suite, what_comes_along_by_chance_makes_nothing_superfluous);
	unit_add(suite, what_cannot_be_held_hides_nothing_that_can_be);
	unit_add(suite, what_happens_in_any_order_has_no_chain);
	unit_add(suite, plain_accesses_are_looked_for_between_operations);
	unit_add(suite, conflicts_are_what_they_are_pair_by_pair);
	unit_add(suite, a_budget_that_is_too_small_is_admitted);
	return suite;
}
