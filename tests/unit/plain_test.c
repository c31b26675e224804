/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plain accesses (exec_plain.c): where they race they become points and nothing
 * is missed; where they are ordered they cost nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static struct model_cell *x, *y, *flag, *done;
static struct model_lock *m, *rw;

static void prepare(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	flag = model_cell("flag", 0);
	done = model_completion("done");
	m = model_mutex("m");
	rw = model_rwsem("rw");
}

static void two(void (*fn)(long id), const char *what)
{
	prepare();
	model_spawn("t", fn, 1);
	model_spawn("t", fn, 2);
	model_join_all();
	WEFT_CHECK(model_plain_read(x) == 2, what);
}

static void add(long id)
{
	(void)id;
	model_plain_write(x, model_plain_read(x) + 1);
}

static void add_locked(long id)
{
	model_lock(m);
	add(id);
	model_unlock(m);
}

static void unlocked(void)
{
	two(add, "no increment is lost");
}

static void locked(void)
{
	two(add_locked, "no increment is lost");
}

START_TEST(a_lost_update_is_found)
{
	const char *const strategies[] = { "dfs", "dpor" };
	struct program program = {
		.main = unlocked, .strategy = strategies[_i],
	};
	struct weft_result result;
	const struct weft_finding *finding;

	program_explore(&program, &result);
	finding = assert_finding(&result, "invariant", "no increment is lost");
	ck_assert(finding->replayed);
	ck_assert_uint_eq(finding->preemptions, 1);
	ck_assert_uint_eq(result.races_n, 1);
	ck_assert_int_eq(result.races[0].sides[0].task, 1);
	ck_assert_int_eq(result.races[0].sides[1].task, 2);
	ck_assert(result.races[0].sides[0].write);
	ck_assert_uint_eq(result.passes, 3);	/* no shadow; race; fixpoint */
	/* Both read x, then either way; both orders without a preemption. */
	ck_assert_uint_eq(result.executions, _i ? 4 : 6);
	weft_result_clear(&result);
}
END_TEST

START_TEST(under_a_lock_nothing_is_a_point)
{
	struct weft_result result = program_result(locked);

	ck_assert_uint_eq(result.races_n, 0);
	ck_assert_uint_eq(result.passes, 2);
	/* Which locks first; the join of the main task adds no choice. */
	assert_exhausted(&result, 2);
}
END_TEST

/* The same promise, from a file and in a new process, as it were. */
START_TEST(a_schedule_carries_its_points)
{
	struct program program = { .main = unlocked };
	struct weft_schedule schedule;
	struct weft_result result;
	const char *error, *mismatch;
	char *text;

	program_explore(&program, &result);
	free(result.findings[0].schedule.scenario);
	result.findings[0].schedule.scenario = strdup("model/test");
	text = weft_schedule_encode(&result.findings[0].schedule);
	weft_result_clear(&result);
	ck_assert_ptr_nonnull(strstr(text, "\nracy "));
	ck_assert_int_eq(weft_schedule_decode(text, &schedule, &error), 0);
	weft_replay(program_create(&program), &schedule, &result, &mismatch,
		    NULL);
	ck_assert_ptr_null(mismatch);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "bug");
	ck_assert_uint_eq(result.findings_n, 1);
	program_destroy();
	weft_result_clear(&result);
	weft_schedule_clear(&schedule);
	free(text);
}
END_TEST

/* --- near misses: ordered in every execution --- */

static void sets_up(long id)
{
	(void)id;
	model_plain_write(x, 1);
	model_complete(done);
}

static void waits(long id)
{
	(void)id;
	model_wait(done);
	model_plain_write(x, model_plain_read(x) + 1);
}

static void by_completion(void)
{
	prepare();
	model_spawn("a", sets_up, 1);
	model_spawn("b", waits, 2);
	model_join_all();
	WEFT_CHECK(model_plain_read(x) == 2, "a came first");
}

static void child(long id)
{
	model_plain_write(x, model_plain_read(x) + id);
}

static void parent(long id)
{
	(void)id;
	model_plain_write(x, 1);
	model_join(model_spawn("child", child, 2));
	model_plain_write(x, model_plain_read(x) + 4);
}

static void by_spawn_and_join(void)
{
	prepare();
	model_spawn("parent", parent, 1);
	model_join_all();
	WEFT_CHECK(model_plain_read(x) == 7, "one after another");
}

static void read_locked(long id)
{
	(void)id;
	model_lock_shared(rw);
	model_plain_read(x);
	model_unlock_shared(rw);
}

static void write_locked(long id)
{
	model_lock(rw);
	model_plain_write(x, id);
	model_unlock(rw);
}

static void by_rwsem(void)
{
	prepare();
	model_spawn("r", read_locked, 1);
	model_spawn("r", read_locked, 2);
	model_spawn("w", write_locked, 3);
	model_join_all();
}

/* The flag is marked, and read before x is. */
static void publishes(long id)
{
	(void)id;
	model_plain_write(x, 1);
	model_write(flag, 1);
}

static void looks(long id)
{
	(void)id;
	if (model_read(flag))
		WEFT_CHECK(model_plain_read(x) == 1, "it was published");
}

static void by_flag(void)
{
	prepare();
	model_spawn("p", publishes, 1);
	model_spawn("l", looks, 2);
	model_join_all();
}

static void reads_only(long id)
{
	(void)id;
	model_plain_read(x);
}

static void by_nobody_writing(void)
{
	prepare();
	model_spawn("r", reads_only, 1);
	model_spawn("r", reads_only, 2);
	model_join_all();
}

static void (*const near_misses[])(void) = {
	by_completion, by_spawn_and_join, by_rwsem, by_flag, by_nobody_writing,
};

START_TEST(what_is_ordered_does_not_race)
{
	struct weft_result result = program_result(near_misses[_i]);

	ck_assert_str_eq(weft_verdict_name(result.verdict), "exhausted");
	ck_assert_uint_eq(result.races_n, 0);
	ck_assert_uint_eq(result.passes, 2);
	weft_result_clear(&result);
}
END_TEST

/* Only where the flag was not seen does x race: one preemption away. */
static void looks_too_early(long id)
{
	(void)id;
	model_read(flag);
	if (model_read(flag))
		return;
	model_plain_read(x);
}

static void by_flag_wrongly(void)
{
	prepare();
	model_spawn("p", publishes, 1);
	model_spawn("l", looks_too_early, 2);
	model_join_all();
}

START_TEST(a_race_in_few_executions_is_found)
{
	struct weft_result result = program_result(by_flag_wrongly);

	ck_assert_str_eq(weft_verdict_name(result.verdict), "exhausted");
	ck_assert_uint_eq(result.races_n, 1);
	weft_result_clear(&result);
}
END_TEST

/* --- nothing but plain accesses, in memory not yet known to be shared --- */

static bool saw[2];

static void writes_once(long id)
{
	(void)id;
	model_plain_write(x, 1);
}

static void reads_once(long id)
{
	(void)id;
	saw[model_plain_read(x)] = true;
}

static void no_points_at_all(void)
{
	prepare();
	model_spawn("w", writes_once, 1);
	model_spawn("r", reads_once, 2);
	model_join_all();
}

/*
 * The write is not shown to the shadow when it is made first: x is not SHARED
 * then. And neither task has an operation before the race gives it one.
 */
START_TEST(what_came_before_sharing_is_shown_in_the_next_pass)
{
	struct program program = { .main = no_points_at_all, .learn = true };
	struct weft_result result;

	memset(saw, 0, sizeof(saw));
	program_explore(&program, &result);
	ck_assert_uint_eq(result.races_n, 1);
	ck_assert_uint_eq(result.points, 1);
	ck_assert(saw[0] && saw[1]);
	ck_assert_uint_gt(result.passes, 2);
	assert_exhausted(&result, 2);
}
END_TEST

/* --- random programs: as if every access were marked --- */

#define THREADS 3
#define OPS 4
#define CELLS 2
#define OUTCOMES 8192

enum kind { READ, WRITE, MARKED_READ, MARKED_WRITE, ADD, CAS, LOCK, TRY, COMPLETE,
	    WAIT, KINDS };

static struct {
	enum kind kind;
	int cell;
} ops[THREADS][OPS];
static int threads_n, ops_n;
static bool all_marked, learning;
static struct model_cell *cells, *sums;
static uint32_t outcomes[OUTCOMES];
static size_t outcomes_n;
static unsigned long promotions;
static uint64_t random_state;

static unsigned int below(unsigned int n)
{
	random_state = random_state * 6364136223846793005ull +
		       1442695040888963407ull;
	return (unsigned int)(random_state >> 33) % n;
}

/* As the hooks of an image do it. */
static struct model_cell *touched(int cell, bool write)
{
	if (learning)
		weft_region_touch(weft_exec_region(program_exec),
				  &cells[cell].value, 8, write);
	return &cells[cell];
}

static long get(int cell, bool marked)
{
	return marked || all_marked ? model_read(touched(cell, false)) :
				      model_plain_read(&cells[cell]);
}

static void put(int cell, long value, bool marked)
{
	if (marked || all_marked)
		model_write(touched(cell, true), value);
	else
		model_plain_write(&cells[cell], value);
}

static long run_op(enum kind kind, int cell, long sum, long id)
{
	bool marked = kind == MARKED_READ || kind == MARKED_WRITE;
	long value = 0;

	switch (kind) {
	case READ:
	case MARKED_READ:
		return get(cell, marked);
	case WRITE:
	case MARKED_WRITE:
		put(cell, 8 * id + (sum & 7), marked);
		return 0;
	case ADD:
		return model_fetch_add(touched(cell, true), 1);
	case CAS:
		return model_cmpxchg(touched(cell, true), 0, id);
	case LOCK:
		model_lock(m);
		value = get(cell, false);
		put(cell, value + id, false);
		model_unlock(m);
		return value;
	case TRY:
		if (!model_trylock(m))
			return 5;
		put(cell, id, false);
		model_unlock(m);
		return 0;
	case COMPLETE:
		model_complete(done);
		return 0;
	default:
		model_wait(done);
		return 0;
	}
}

/* What a thread read is in memory that is its own. */
static void thread(long id)
{
	long sum = 0;
	int i;

	for (i = 0; i < ops_n; i++)
		sum = 31 * sum + run_op(ops[id][i].kind, ops[id][i].cell, sum,
					id + 1);
	model_write(&sums[id], sum);
}

static void random_program(void)
{
	uint32_t outcome = 1;
	size_t i;
	int id;

	prepare();
	cells = model_cells("c", CELLS, 0);
	sums = model_cells("s", THREADS, 0);
	for (id = 0; id < threads_n; id++)
		model_spawn("t", thread, id);
	model_join_all();
	for (i = 0; i < CELLS; i++)
		outcome = 0x01000193u * outcome ^ (uint32_t)cells[i].value;
	for (i = 0; i < THREADS; i++)
		outcome = 0x01000193u * outcome ^ (uint32_t)sums[i].value;
	for (i = 0; i < outcomes_n; i++)
		if (outcomes[i] == outcome)
			return;
	ck_assert_uint_lt(outcomes_n, OUTCOMES);
	outcomes[outcomes_n++] = outcome;
}

/* Only the last pass has to be complete. */
static void forget_earlier_passes(struct weft_exec *exec)
{
	unsigned long now = weft_exec_region(exec)->hot.promotions;

	if (now != promotions)
		outcomes_n = 0;
	promotions = now;
}

static int compare(const void *a, const void *b)
{
	uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;

	return p < q ? -1 : p > q;
}

static struct weft_result outcomes_of(const char *strategy, bool marked,
				      bool learn)
{
	struct program program = {
		.main = random_program, .strategy = strategy, .learn = learn,
		.each = forget_earlier_passes,
	};
	struct weft_result result;

	all_marked = marked;
	learning = learn;
	outcomes_n = 0;
	promotions = 0;
	program_explore(&program, &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "exhausted");
	qsort(outcomes, outcomes_n, sizeof(*outcomes), compare);
	return result;
}

static void make_random(int seed)
{
	int i, j;

	random_state = (uint64_t)seed * 7919 + 1;
	threads_n = 2 + (int)below(2);
	ops_n = threads_n == 2 ? OPS : 2;
	for (i = 0; i < threads_n; i++)
		for (j = 0; j < ops_n; j++) {
			ops[i][j].kind = below(2) ? below(2) : below(COMPLETE);
			ops[i][j].cell = (int)below(CELLS);
		}
	if (below(3))
		return;
	ops[0][below((unsigned int)ops_n)].kind = COMPLETE;
	ops[1][below((unsigned int)ops_n)].kind = WAIT;
}

static unsigned long marked_executions, plain_executions, races;

START_TEST(promotion_reaches_every_outcome)
{
	static const char *const strategies[] = { "dfs", "dfs", "dpor" };
	static uint32_t all[OUTCOMES];
	struct weft_result result;
	size_t n;
	int seed, i;

	for (seed = 40 * _i; seed < 40 * _i + 40; seed++) {
		make_random(seed);
		result = outcomes_of("dfs", true, false);
		marked_executions += result.executions;
		weft_result_clear(&result);
		n = outcomes_n;
		memcpy(all, outcomes, n * sizeof(*all));
		for (i = 0; i < 3; i++) {
			result = outcomes_of(strategies[i], false, i == 1);
			if (!i)
				plain_executions += result.executions;
			races += result.races_n;
			weft_result_clear(&result);
			ck_assert_msg(outcomes_n == n,
				      "program %d, %s %d: %zu outcomes instead of %zu",
				      seed, strategies[i], i, outcomes_n, n);
			ck_assert_mem_eq(outcomes, all, n * sizeof(*all));
		}
	}
	ck_assert_uint_gt(races, 0);
	ck_assert_uint_lt(plain_executions, marked_executions);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("plain");
	TCase *tc = tcase_create("plain");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, a_lost_update_is_found, 0, 2);
	tcase_add_test(tc, under_a_lock_nothing_is_a_point);
	tcase_add_test(tc, a_schedule_carries_its_points);
	tcase_add_loop_test(tc, what_is_ordered_does_not_race, 0,
			    (int)(sizeof(near_misses) / sizeof(*near_misses)));
	tcase_add_test(tc, a_race_in_few_executions_is_found);
	tcase_add_test(tc,
		       what_came_before_sharing_is_shown_in_the_next_pass);
	tcase_add_loop_test(tc, promotion_reaches_every_outcome, 0, 5);
	suite_add_tcase(suite, tc);
	return suite;
}
