/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A search by units (framework/search.h), with the answers in any order, gives
 * what weft_explore() gives; or, with a strategy that reorders, what answers in
 * order give, and the counts of weft_explore().
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "framework/probe.h"
#include "framework/search_internal.h"
#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static uint64_t seed;

static uint64_t below(uint64_t n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % n;
}

/* --- programs --- */

static struct model_cell *cell, *other;
static struct model_lock *first, *second;

static void increments(long id)
{
	long value = model_read(cell);

	(void)id;
	model_write(cell, value + 1);
}

static void increments_checked(void)
{
	cell = model_cell("x", 0);
	model_spawn("a", increments, 1);
	model_spawn("b", increments, 2);
	model_spawn("c", increments, 3);
	model_join_all();
	WEFT_CHECK(model_read(cell) != 1, "three are not one");
	WEFT_CHECK(model_read(cell) != 2, "three are not two");
}

static void locks_in_order(long id)
{
	struct model_lock *a = id & 1 ? first : second;
	struct model_lock *b = id & 1 ? second : first;

	if (model_read(cell) == id)
		model_write(other, id);
	model_lock(a);
	model_lock(b);
	model_write(cell, id);
	model_unlock(b);
	model_unlock(a);
	weft_probe_hit("a task went through", true);
	weft_probe_hit("the other cell is set", model_read(other) != 0);
}

static void locks(void)
{
	cell = model_cell("x", 0);
	other = model_cell("y", 0);
	first = model_mutex("first");
	second = model_mutex("second");
	model_spawn("a", locks_in_order, 1);
	model_spawn("b", locks_in_order, 2);
	model_spawn("c", locks_in_order, 3);
	model_join_all();
}

/* Sharing is learnt late: only after certain orders is the other one touched. */
static void late(long id)
{
	model_write(cell, id);
	if (model_read(cell) != id) {
		model_write(other, id);
		model_read(other);
	}
	model_write(cell, id + 10);
}

static void learns(void)
{
	cell = model_cell("x", 0);
	other = model_cell("y", 0);
	model_spawn("a", late, 1);
	model_spawn("b", late, 2);
	model_spawn("c", late, 3);
}

/*
 * Who is kept out by the first lock takes the second one: at most one task of
 * an execution. It takes two executions, which may be run apart, to learn that
 * the second lock is shared.
 */
static void either(long id)
{
	if (model_trylock(first)) {
		model_write(other, id);
		model_unlock(first);
		return;
	}
	model_lock(second);
	model_unlock(second);
}

static void apart(void)
{
	cell = model_cell("x", 0);
	other = model_cell("y", 0);
	first = model_mutex("first");
	second = model_mutex("second");
	model_spawn("a", either, 1);
	model_spawn("b", either, 2);
	model_spawn("c", increments, 3);
}

/* The wait is loose: a search that finds out late begins again. */
static void waits_late(long id)
{
	long before = model_read(cell);

	model_write(cell, id);
	if (before == 2)
		model_await(other, 1);
	else if (id == 3)
		model_write(other, 1);
	model_write(cell, id + 10);
}

static void waits(void)
{
	cell = model_cell("x", 0);
	other = model_cell("y", 0);
	model_spawn("a", waits_late, 1);
	model_spawn("b", waits_late, 2);
	model_spawn("c", waits_late, 3);
}

/* Many executions, and leaves all over its tree. */
static void writes(long id)
{
	model_write(cell, id);
	model_write(cell, id);
	model_write(id & 1 ? cell : other, id);
}

static void writers(void)
{
	cell = model_cell("x", 0);
	other = model_cell("y", 0);
	model_spawn("a", writes, 1);
	model_spawn("b", writes, 2);
	model_spawn("c", writes, 3);
}

static const struct program writers_by_dpor = {
	.main = writers, .strategy = "dpor",
};

static const struct program programs[] = {
	{ .main = apart, .learn = true },
	{ .main = apart, .learn = true, .preemptions = 3 },
	{ .main = increments_checked },
	{ .main = increments_checked, .stop_early = true },
	{ .main = increments_checked, .preemptions = 3 },
	{ .main = increments_checked, .iterate = true },
	{ .main = increments_checked, .executions_max = 30 },
	{ .main = locks, .preemptions = 3 },
	{ .main = locks, .preemptions = 2 },
	{ .main = locks, .preemptions = 3, .executions_max = 333 },
	{ .main = locks, .preemptions = 3, .stop_early = true },
	{ .main = learns, .learn = true },
	{ .main = learns, .learn = true, .preemptions = 2 },
	{ .main = learns, .learn = true, .executions_max = 25 },
	{ .main = locks, .learn = true, .preemptions = 3 },
	{ .main = increments_checked, .depth_max = 9 },
	{ .main = locks, .strategy = "delay", .delays = 4 },
	{ .main = apart, .strategy = "delay", .delays = 5, .learn = true },
	{ .main = increments_checked, .strategy = "delay", .iterate = true },
	{ .main = locks, .preemptions = 3, .sample = 20, .seed = 1 },
	{ .main = learns, .learn = true, .sample = 20, .seed = 2 },
	{ .main = increments_checked, .sample = 20, .stop_early = true },
	{ .main = increments_checked, .sample = 20, .executions_max = 45 },
	{ .main = increments_checked, .minimise_max = 300,
	  .causality_max = 100 },
	{ .main = locks, .strategy = "delay", .delays = 4, .sample = 20,
	  .minimise_max = 300, .causality_max = 100 },
	{ .main = locks, .preemptions = 3, .learn = true, .sample = 20,
	  .minimise_max = 300, .causality_max = 100 },
	{ .main = locks, .strategy = "sleep" },
	{ .main = apart, .strategy = "sleep", .learn = true },
	{ .main = increments_checked, .strategy = "sleep",
	  .executions_max = 11 },
	{ .main = locks, .strategy = "source" },
	{ .main = increments_checked, .strategy = "source" },
	{ .main = learns, .strategy = "source", .learn = true, .sample = 20 },
	{ .main = locks, .strategy = "dpor" },
	{ .main = waits, .strategy = "dpor" },
	{ .main = waits, .strategy = "source" },
	{ .main = waits, .strategy = "sleep" },
	{ .main = apart, .strategy = "dpor", .learn = true },
	{ .main = increments_checked, .strategy = "dpor",
	  .minimise_max = 300, .causality_max = 100 },
};

/* --- what came out, as text --- */

static void add(char **text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(char **text, const char *format, ...)
{
	char *longer, *more;
	va_list args;

	va_start(args, format);
	ck_assert_int_ge(vasprintf(&more, format, args), 0);
	va_end(args);
	ck_assert_int_ge(asprintf(&longer, "%s%s", *text ? *text : "", more),
			 0);
	free(more);
	free(*text);
	*text = longer;
}

static void describe_stack(char **text, const struct weft_stack *stack)
{
	unsigned int i;

	for (i = 0; i < stack->n; i++)
		add(text, " %lx", (unsigned long)stack->pc[i]);
}

/* Without counts: what two executions share is executed, and counted, once. */
static void describe_graph(char **text, const struct weft_lockgraph *graph)
{
	size_t i;

	for (i = 0; i < graph->nodes_n; i++)
		add(text, "lock %s\n", graph->nodes[i].name);
	for (i = 0; i < graph->edges_n; i++) {
		const struct weft_lock_edge *edge = &graph->edges[i];

		add(text, "edge %u-%u: in %lu by %d, %s, %s", edge->from,
		    edge->to, edge->execution, edge->task, edge->task_name,
		    edge->schedule ? edge->schedule : "setup");
		describe_stack(text, &edge->from_stack);
		describe_stack(text, &edge->to_stack);
		add(text, "\n");
	}
}

static char *describe(const struct weft_result *result)
{
	const struct weft_probe *probes;
	char *text = NULL;
	size_t i, n;

	add(&text, "%s, %s: %lu of %lu in %u passes, %lu steps, %lu deep, %lu decisions, %lu points, %d tasks, bound %u done %u\n",
	    weft_verdict_name(result->verdict), result->reason,
	    result->executions, result->executions_total, result->passes,
	    result->steps, result->depth_max, result->decisions_max,
	    result->points, result->tasks_max, result->progress.bound,
	    result->progress.bound_done);
	add(&text, "%lu sampled, %lu aside, of %a, %a done, delays %d\n",
	    result->sampled, result->executions_aside,
	    result->progress.estimate, result->progress.done,
	    result->progress.delays);
	for (i = 0; i < result->findings_n; i++) {
		const struct weft_finding *f = &result->findings[i];
		char *digits = schedule_digits(&f->schedule);

		add(&text, "%s: %s, in %lu, %u preemptions, %lu steps, %d, %zu recorded: %s",
		    f->kind, f->summary, f->execution, f->preemptions,
		    f->steps, f->replayed, f->evidence.steps_n, digits);
		describe_stack(&text, &f->stack);
		free(digits);
		digits = schedule_digits(&f->first.schedule);
		add(&text, ", %s after %lu, first %u preemptions, %lu steps: %s, %zu causes of %lu tried\n",
		    weft_minimal_name(f->minimal), f->minimise_executions,
		    f->first.preemptions, f->first.steps, digits,
		    f->causality.n, f->causality.tried);
		free(digits);
	}
	describe_graph(&text, &result->graph);
	for (i = 0; i < result->reads_from_n; i++)
		add(&text, "%lx read at %lx\n",
		    (unsigned long)result->reads_from[i].write,
		    (unsigned long)result->reads_from[i].read);
	probes = weft_probes(&n);
	for (i = 0; i < n; i++)
		add(&text, "probe %s: %lu\n", probes[i].name, probes[i].count);
	return text;
}

/* --- driving a search --- */

#define OPEN_MAX 12

/* Requests handed out, and answers on their way. */
struct driver {
	struct weft_search	*search;
	uint64_t		numbers[OPEN_MAX];
	struct weft_buffer	requests[OPEN_MAX];
	size_t			n;
};

static void hand_out(struct driver *driver, size_t max)
{
	while (driver->n < max) {
		struct weft_buffer request = { 0 };
		uint64_t number = weft_search_next(driver->search, &request);

		if (!number) {
			weft_buffer_clear(&request);
			return;
		}
		driver->numbers[driver->n] = number;
		driver->requests[driver->n++] = request;
	}
}

static void drop_all(struct driver *driver)
{
	while (driver->n)
		weft_buffer_clear(&driver->requests[--driver->n]);
}

/* Somebody has nothing to do, or all is to stop. */
static enum weft_search_wish wish(void)
{
	uint64_t number = below(40);

	return !number ? WEFT_SEARCH_STOP :
	       number < 8 ? WEFT_SEARCH_LEND : WEFT_SEARCH_GO_ON;
}

static struct driver *lender;
static uint64_t lender_number;

static void lend(const struct weft_buffer *pieces)
{
	struct weft_reader reader;

	weft_reader_init(&reader, pieces->data, pieces->n);
	ck_assert(weft_search_lent(lender->search, lender_number, reader));
}

/* @lost: whoever works on it dies. */
static void take_out(struct driver *driver, size_t i, bool lost)
{
	struct weft_search_calls calls = {
		.wish = wish, .lend = below(2) ? lend : NULL,
	};
	bool lends = weft_search_lends(driver->search);
	struct weft_buffer answer = { 0 };
	struct weft_reader reader;

	weft_reader_init(&reader, driver->requests[i].data,
			 driver->requests[i].n);
	lender = driver;
	lender_number = driver->numbers[i];
	if (!lost) {
		weft_search_run(driver->search, reader, &answer,
				lends ? &calls : NULL);
		weft_reader_init(&reader, answer.data, answer.n);
		ck_assert(weft_search_answer(driver->search,
					     driver->numbers[i], reader));
	} else {
		weft_search_lost(driver->search, driver->numbers[i]);
	}
	weft_buffer_clear(&answer);
	weft_buffer_clear(&driver->requests[i]);
	driver->numbers[i] = driver->numbers[--driver->n];
	driver->requests[i] = driver->requests[driver->n];
}

static void answer_one(struct driver *driver, size_t i)
{
	take_out(driver, i, !below(10));
}

/* dpor, but a unit now and then is no more worth it than others. */
static struct weft_strategy hesitant;
static bool hesitates;
static size_t given_back;

static bool burdens(const void *state)
{
	bool gives_back = !below(25);

	(void)state;
	given_back += gives_back;
	return gives_back;
}

static struct weft_campaign campaign_of(const struct program *program)
{
	struct weft_campaign campaign = {
		.strategy = weft_strategy_find(program->strategy ?
					       program->strategy : "dfs"),
		.options = {
			.preemptions = program->preemptions - 1,
			.delays = program->delays - 1,
			.seed = program->seed,
			.iterate = program->iterate,
			.nodes_max = 1 << 22,
		},
		.executions_max = program->executions_max,
		.keep_going = !program->stop_early,
		.sample = program->sample,
		.minimise_max = program->minimise_max,
		.causality_max = program->causality_max,
	};

	if (hesitates && campaign.strategy == &weft_strategy_dpor) {
		hesitant = weft_strategy_dpor;
		hesitant.burdens = burdens;
		campaign.strategy = &hesitant;
	}
	return campaign;
}

static struct weft_search_plan small_plan(void)
{
	struct weft_search_plan plan = {
		.first = 1 + below(20), .budget = 1 + below(30),
		.wanted = 2 + (unsigned int)below(6),
		.ahead = 1 + (unsigned int)below(20),
	};

	return plan;
}

/* A unit costs more than an execution: for many executions. */
static struct weft_search_plan medium_plan(void)
{
	struct weft_search_plan plan = small_plan();

	plan.first += 30;
	plan.budget += 200;
	return plan;
}

/* Answers in any order; now and then the whole is written down and begun anew. */
static char *by_units_of(const struct program *program,
			 struct weft_search_plan plan, bool saves)
{
	struct weft_campaign campaign = campaign_of(program);
	struct driver driver = { 0 };
	struct weft_result result;
	size_t open = 1 + below(OPEN_MAX);
	char *text;

	weft_probes_reset();
	program_create(program);
	driver.search = weft_search_begin(program_exec, &campaign, &plan,
					  &result);
	ck_assert_ptr_nonnull(driver.search);
	weft_search_sample(driver.search);
	while (!weft_search_is_over(driver.search)) {
		hand_out(&driver, open);
		ck_assert_uint_ne(driver.n, 0);
		answer_one(&driver, below(driver.n));
		if (saves && !below(20) &&
		    !weft_search_is_over(driver.search)) {
			struct weft_buffer saved = { 0 };
			struct weft_reader reader;

			drop_all(&driver);
			weft_search_save(driver.search, &saved);
			weft_search_finish(driver.search);
			weft_result_clear(&result);
			program_destroy();
			weft_probes_reset();
			program_create(program);
			driver.search = weft_search_begin(program_exec,
						&campaign, &plan, &result);
			weft_reader_init(&reader, saved.data, saved.n);
			ck_assert(weft_search_load(driver.search, reader));
			weft_search_sample(driver.search);
			weft_buffer_clear(&saved);
		}
	}
	drop_all(&driver);
	weft_search_finish(driver.search);
	text = describe(&result);
	weft_result_clear(&result);
	program_destroy();
	return text;
}

static char *by_units(const struct program *program, bool saves)
{
	return by_units_of(program, small_plan(), saves);
}

static char *at_once(const struct program *program)
{
	struct weft_campaign campaign = campaign_of(program);
	struct weft_result result;
	char *text;

	weft_probes_reset();
	program_create(program);
	weft_explore(program_exec, &campaign, &result);
	text = describe(&result);
	weft_result_clear(&result);
	program_destroy();
	return text;
}

static bool reorders(const struct program *program)
{
	return campaign_of(program).strategy->reorders;
}

static void explore_in_order(const struct weft_campaign *campaign,
			     struct weft_search_plan plan,
			     struct weft_result *ret)
{
	struct weft_search *search = weft_search_begin(program_exec, campaign,
						       &plan, ret);

	weft_search_sample(search);
	while (!weft_search_is_over(search)) {
		struct weft_buffer request = { 0 }, answer = { 0 };
		uint64_t number = weft_search_next(search, &request);
		struct weft_reader reader;

		ck_assert_uint_ne(number, 0);
		weft_reader_init(&reader, request.data, request.n);
		weft_search_run(search, reader, &answer, NULL);
		weft_reader_init(&reader, answer.data, answer.n);
		ck_assert(weft_search_answer(search, number, reader));
		weft_buffer_clear(&request);
		weft_buffer_clear(&answer);
	}
	weft_search_finish(search);
}

static void compare(int i, bool saves)
{
	char *want = at_once(&programs[i]);
	int round;

	for (round = 0; round < 60; round++) {
		char *text;

		seed = (uint64_t)(round + 1000 * i + 1);
		text = by_units(&programs[i], saves);
		ck_assert_str_eq(text, want);
		free(text);
	}
	free(want);
}

/* Return: what a search that was stopped halfway has saved. */
static struct weft_buffer saved_halfway(const struct program *program)
{
	struct weft_campaign campaign = campaign_of(program);
	struct weft_search_plan plan = small_plan();
	struct weft_buffer saved = { 0 };
	struct driver driver = { 0 };
	struct weft_result result;
	size_t i;

	program_create(program);
	driver.search = weft_search_begin(program_exec, &campaign, &plan,
					  &result);
	weft_search_sample(driver.search);
	for (i = 0; i < 15 && !weft_search_is_over(driver.search); i++) {
		hand_out(&driver, 6);
		answer_one(&driver, below(driver.n));
	}
	drop_all(&driver);
	weft_search_save(driver.search, &saved);
	weft_search_finish(driver.search);
	weft_result_clear(&result);
	program_destroy();
	return saved;
}

/* Return: was there a unit, and is its answer one? */
static bool run_one(struct weft_search *search)
{
	struct weft_buffer request = { 0 }, answer = { 0 };
	uint64_t number = weft_search_next(search, &request);
	struct weft_reader reader;
	bool good = false;

	if (number) {
		weft_reader_init(&reader, request.data, request.n);
		weft_search_run(search, reader, &answer, NULL);
		weft_reader_init(&reader, answer.data, answer.n);
		good = weft_search_answer(search, number, reader);
	}
	weft_buffer_clear(&request);
	weft_buffer_clear(&answer);
	return good;
}

/* Return: can it be loaded? Then it also goes on for some units. */
static bool is_search(const struct program *program,
		      const struct weft_buffer *bytes)
{
	struct weft_campaign campaign = campaign_of(program);
	struct weft_search_plan plan = small_plan();
	struct weft_search *search;
	struct weft_result result;
	struct weft_reader reader;
	bool loaded;
	int i;

	program_create(program);
	search = weft_search_begin(program_exec, &campaign, &plan, &result);
	weft_reader_init(&reader, bytes->data, bytes->n);
	loaded = weft_search_load(search, reader);
	for (i = 0; loaded && i < 4 && run_one(search); i++)
		;
	weft_search_finish(search);
	weft_result_clear(&result);
	program_destroy();
	return loaded;
}

/* Damaged bytes are refused, or are a search; nothing else happens. */
START_TEST(a_damaged_search_does_no_harm)
{
	const struct program *program = &programs[_i];
	struct weft_buffer saved = saved_halfway(program), damaged = { 0 };
	size_t i, refused = 0, loaded = 0;

	for (i = 0; i < 2 * saved.n; i += 1 + below(9)) {
		size_t n = i < saved.n ? i : saved.n;

		damaged.n = 0;
		weft_buffer_put_bytes(&damaged, saved.data, n);
		if (i >= saved.n)
			damaged.data[i - saved.n] ^= (unsigned char)
						     (1 + below(255));
		if (is_search(program, &damaged))
			loaded++;
		else
			refused++;
		ck_assert(i >= saved.n || !loaded);
	}
	ck_assert_uint_gt(refused, loaded);
	weft_buffer_clear(&saved);
	weft_buffer_clear(&damaged);
}
END_TEST

/* What is not so is said to be so: of units given back, of letters, of lists. */
START_TEST(a_search_with_one_wrong_yes_does_no_harm)
{
	const struct program *program = &programs[_i];
	struct weft_buffer saved = saved_halfway(program);
	size_t i, refused = 0;

	for (i = 0; i < saved.n; i++) {
		if (saved.data[i])
			continue;
		saved.data[i] = 1;
		refused += !is_search(program, &saved);
		saved.data[i] = 0;
	}
	ck_assert_uint_gt(refused, 0);
	ck_assert(is_search(program, &saved));
	weft_buffer_clear(&saved);
}
END_TEST

/* Stopped by a limit; resumed without it. */
START_TEST(a_search_stopped_inside_its_sample_begins_it_again)
{
	struct program program = {
		.main = locks, .preemptions = 2, .sample = 20, .seed = 3,
	};
	struct weft_campaign campaign = campaign_of(&program);
	struct weft_search_plan plan = small_plan();
	struct weft_buffer saved = { 0 };
	struct weft_search *search;
	struct weft_result result;
	struct weft_reader reader;

	campaign.executions_max = 7;
	program_create(&program);
	search = weft_search_begin(program_exec, &campaign, &plan, &result);
	weft_search_sample(search);
	ck_assert(weft_search_is_over(search));
	weft_search_save(search, &saved);
	weft_search_finish(search);
	ck_assert_uint_eq(result.sampled, 7);
	ck_assert_uint_eq(result.passes, 0);
	ck_assert_uint_eq(result.executions_total, 0);
	weft_result_clear(&result);
	program_destroy();

	campaign.executions_max = 0;
	program_create(&program);
	search = weft_search_begin(program_exec, &campaign, &plan, &result);
	weft_reader_init(&reader, saved.data, saved.n);
	ck_assert(weft_search_load(search, reader));
	weft_search_sample(search);
	ck_assert(!weft_search_is_over(search));
	ck_assert_uint_eq(result.sampled, 20);
	ck_assert_uint_eq(result.passes, 1);
	weft_search_finish(search);
	weft_buffer_clear(&saved);
	weft_result_clear(&result);
	program_destroy();
}
END_TEST

START_TEST(answers_in_any_order_give_what_the_sequential_search_gives)
{
	if (!reorders(&programs[_i]))
		compare(_i, false);
}
END_TEST

START_TEST(a_search_that_is_saved_and_resumed_gives_the_same)
{
	if (!reorders(&programs[_i]))
		compare(_i, true);
}
END_TEST

START_TEST(with_reductions_only_the_plan_matters)
{
	const struct program *program = &programs[_i];
	int plans, round;

	for (plans = 0; reorders(program) && plans < 2; plans++) {
		struct weft_search_plan plan;
		char *want;

		seed = (uint64_t)plans + 1;
		plan = medium_plan();
		plan.ahead = 1;
		want = by_units_of(program, plan, false);
		for (round = 0; round < 3; round++) {
			char *text;

			seed = (uint64_t)(round + 1000 * plans + 77);
			plan.ahead = 1 + (unsigned int)below(20);
			text = by_units_of(program, plan, round & 1);
			ck_assert_str_eq(text, want);
			free(text);
		}
		free(want);
	}
}
END_TEST

/* Optimal searches lend, to the byte. Who waits for conditions soon does not. */
START_TEST(what_is_lent_is_explored_in_its_turn)
{
	const struct program *program = &programs[_i];
	struct weft_search_plan plan;
	char *want, *text;
	int round;

	if (campaign_of(program).strategy != &weft_strategy_dpor ||
	    program->main == waits)
		return;
	want = at_once(program);
	for (round = 0; round < 10; round++) {
		seed = (uint64_t)round + 300;
		plan = small_plan();
		plan.lent = 1 + (unsigned int)below(4);
		text = by_units_of(program, plan, round & 1);
		ck_assert_str_eq(text, want);
		free(text);
	}
	free(want);
}
END_TEST

/* With answers in any order, saved and resumed now and then. */
START_TEST(what_is_given_back_is_explored_in_its_turn)
{
	const struct program *program = &writers_by_dpor;
	char *want = at_once(program), *text;
	struct weft_search_plan plan;
	int round;

	hesitates = true;
	for (round = 0; round < 10; round++) {
		seed = (uint64_t)(10 * _i + round) + 900;
		plan = small_plan();
		plan.lent = 1 + (unsigned int)below(4);
		text = by_units_of(program, plan, round & 1);
		ck_assert_str_eq(text, want);
		free(text);
	}
	ck_assert_uint_gt(given_back, 10);
	hesitates = false;
	free(want);
}
END_TEST

static struct weft_search *begin_lending(const struct program *program,
					 struct weft_campaign *campaign,
					 struct weft_result *result)
{
	const struct weft_search_plan plan = {
		.first = 5, .budget = 7, .wanted = 2, .ahead = 20, .lent = 3,
	};
	struct weft_search *search;

	*campaign = campaign_of(program);
	weft_probes_reset();
	program_create(program);
	search = weft_search_begin(program_exec, campaign, &plan, result);
	weft_search_sample(search);
	return search;
}

/* The end of begin_lending(). */
static void ends_with(const char *want, struct driver *driver,
		      struct weft_result *result)
{
	char *text;

	drop_all(driver);
	weft_search_finish(driver->search);
	text = describe(result);
	ck_assert_str_eq(text, want);
	weft_result_clear(result);
	program_destroy();
	free(text);
}

/* Ends with answers to leaves that were lent, before their turns. */
static void answer_lent(struct driver *driver)
{
	do {
		ck_assert(!weft_search_is_over(driver->search));
		hand_out(driver, OPEN_MAX);
		take_out(driver, driver->n - 1, false);
		hand_out(driver, OPEN_MAX);
	} while (!weft_search_waiting(driver->search) || driver->n < 2);
}

/* Stopped with leaves out, some of them answered; then resumed. */
START_TEST(a_search_that_lends_is_stopped_and_resumed)
{
	const struct program *program = &writers_by_dpor;
	char *want = at_once(program);
	struct weft_campaign campaign;
	struct weft_buffer saved = { 0 };
	struct driver driver = { 0 };
	struct weft_result result;
	struct weft_reader reader;
	unsigned long ran;

	seed = _i;
	driver.search = begin_lending(program, &campaign, &result);
	answer_lent(&driver);
	ran = result.executions_total + weft_search_waiting(driver.search);
	weft_search_save(driver.search, &saved);
	weft_search_stop(driver.search, "it was stopped");
	ck_assert_uint_eq(result.executions_total, ran);
	drop_all(&driver);
	weft_search_finish(driver.search);
	ck_assert_int_eq(result.verdict, WEFT_VERDICT_INCOMPLETE);
	ck_assert_str_eq(result.reason, "it was stopped");
	weft_result_clear(&result);
	program_destroy();

	driver.search = begin_lending(program, &campaign, &result);
	weft_reader_init(&reader, saved.data, saved.n);
	ck_assert(weft_search_load(driver.search, reader));
	ck_assert_uint_gt(weft_search_waiting(driver.search), 0);
	while (!weft_search_is_over(driver.search)) {
		hand_out(&driver, OPEN_MAX);
		answer_one(&driver, below(driver.n));
	}
	ends_with(want, &driver, &result);
	weft_buffer_clear(&saved);
	free(want);
}
END_TEST

/* All who work die, with leaves that were lent and without; others go on. */
START_TEST(a_search_that_lends_survives_all_workers)
{
	const struct program *program = &writers_by_dpor;
	char *want = at_once(program);
	struct weft_campaign campaign;
	struct driver driver = { 0 };
	struct weft_result result;

	seed = _i;
	driver.search = begin_lending(program, &campaign, &result);
	answer_lent(&driver);
	while (!weft_search_is_over(driver.search)) {
		while (driver.n)
			take_out(&driver, 0, true);
		hand_out(&driver, OPEN_MAX);
		ck_assert_uint_gt(driver.n, 0);
		take_out(&driver, below(driver.n), false);
	}
	ends_with(want, &driver, &result);
	free(want);
}
END_TEST

/* Rests that are being explored, of units whose answer has not had its turn. */
static unsigned int rests_ahead(const struct unit *unit)
{
	const struct unit *at;
	unsigned int n = 0;

	for (at = unit ? unit->list : NULL; at; at = at->next) {
		n += at->is_rest && at->state == UNIT_RUNNING &&
		     unit->state == UNIT_ANSWERED && unit->end == UNIT_LENT;
		n += rests_ahead(at);
	}
	return n;
}

/* T6: whatever comes first is answered last. */
START_TEST(a_rest_goes_on_as_soon_as_its_piece_is_explored)
{
	const struct program *program = &writers_by_dpor;
	char *want = at_once(program);
	struct weft_campaign campaign;
	struct driver driver = { 0 };
	struct weft_result result;
	unsigned int ahead = 0;
	uint64_t round;

	for (round = 0; round < 5; round++) {
		seed = 100 + round;
		driver.search = begin_lending(program, &campaign, &result);
		while (!weft_search_is_over(driver.search)) {
			hand_out(&driver, OPEN_MAX);
			ahead += rests_ahead(driver.search->root);
			take_out(&driver, driver.n - 1, false);
		}
		ends_with(want, &driver, &result);
	}
	ck_assert_uint_gt(ahead, 0);
	free(want);
}
END_TEST

/* Executions, passes and verdict, without findings. */
START_TEST(reductions_by_units_count_what_they_count_at_once)
{
	const struct program *program = &programs[_i];
	struct weft_campaign campaign = campaign_of(program);
	struct weft_result whole, parts;
	int round;

	if (!reorders(program) || program->executions_max)
		return;
	program_create(program);
	weft_explore(program_exec, &campaign, &whole);
	program_destroy();
	for (round = 0; round < 2; round++) {
		seed = (uint64_t)round + 5;
		program_create(program);
		explore_in_order(&campaign, medium_plan(), &parts);
		program_destroy();
		ck_assert_uint_eq(parts.executions, whole.executions);
		ck_assert_uint_eq(parts.verdict, whole.verdict);
		ck_assert_uint_eq(parts.findings_n, whole.findings_n);
		if (campaign.strategy == &weft_strategy_sleep)
			ck_assert_uint_eq(parts.blocked, whole.blocked);
		weft_result_clear(&parts);
	}
	weft_result_clear(&whole);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("search");
	TCase *loops = tcase_create("loops"), *lent = tcase_create("lent");
	int n = sizeof(programs) / sizeof(programs[0]);

	tcase_set_timeout(loops, 60);
	tcase_add_loop_test(loops,
		answers_in_any_order_give_what_the_sequential_search_gives,
		0, n);
	tcase_add_loop_test(loops,
		a_search_that_is_saved_and_resumed_gives_the_same, 0, n);
	tcase_add_loop_test(loops, with_reductions_only_the_plan_matters, 0, n);
	tcase_add_loop_test(lent, what_is_lent_is_explored_in_its_turn, 0, n);
	tcase_add_loop_test(lent, what_is_given_back_is_explored_in_its_turn,
			    0, 5);
	tcase_add_loop_test(lent, a_search_that_lends_is_stopped_and_resumed,
			    0, 10);
	tcase_add_loop_test(lent, a_search_that_lends_survives_all_workers,
			    0, 10);
	tcase_add_test(lent, a_rest_goes_on_as_soon_as_its_piece_is_explored);
	tcase_set_timeout(lent, 60);
	suite_add_tcase(suite, lent);
	tcase_add_loop_test(loops,
		reductions_by_units_count_what_they_count_at_once, 0, n);
	tcase_add_loop_test(loops, a_damaged_search_does_no_harm, 0, n);
	tcase_add_loop_test(loops, a_search_with_one_wrong_yes_does_no_harm, 0,
			    n);
	suite_add_tcase(suite, loops);
	unit_add(suite, a_search_stopped_inside_its_sample_begins_it_again);
	return suite;
}
