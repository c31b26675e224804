/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Units of the strategies dfs and delay (framework/strategies/dfs_unit.c): taken apart
 * anywhere, any number of times, it runs the same schedules in the same order.
 */
#include <stdlib.h>
#include <string.h>

#include "framework/search.h"
#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static const struct weft_strategy *dfs;	/* or delay */
static struct weft_strategy_options options;
static struct model_cell *x;
static uint64_t seed;

static unsigned int below(unsigned int n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned int)(seed >> 33) % n;
}

static void writes(long id)
{
	model_write(x, id);
	model_write(x, id);
	model_write(x, id);
}

static void writers(void)
{
	long i;

	x = model_cell("x", 0);
	for (i = 1; i <= 3; i++)
		model_spawn("t", writes, i);
}

/* Runs at most @n schedules. False: there were fewer. */
static bool run(void *state, unsigned int n, struct texts *seen)
{
	for (; n; n--) {
		const struct weft_decision *decisions;
		unsigned int decisions_n;
		char *digits;

		if (dfs->begin(state) != WEFT_BEGIN_RUN)
			return false;
		weft_exec_run(program_exec, dfs, state, false);
		decisions = weft_exec_decisions(program_exec, &decisions_n);
		dfs->end(state, decisions, decisions_n);
		digits = schedule_digits(weft_exec_schedule(program_exec));
		texts_add(seen, digits);
		free(digits);
	}
	return true;
}

static void *load(const struct weft_buffer *unit)
{
	struct weft_reader reader;
	void *state = dfs->create(&options);

	weft_reader_init(&reader, unit->data, unit->n);
	ck_assert(dfs->load(state, &reader));
	ck_assert(weft_reader_is_at_end(&reader));
	return state;
}

/* What a unit sends, now and from each of its parts later, in order. */
struct mail {
	struct weft_buffer	letters[4096];
	size_t			n;
};

static void send(void *state, struct mail *mail)
{
	ck_assert_uint_lt(mail->n, 4096);
	memset(&mail->letters[mail->n], 0, sizeof(mail->letters[0]));
	mail->n += dfs->mail(state, &mail->letters[mail->n]);
}

static void receive(void *state, struct mail *mail)
{
	size_t i;

	for (i = 0; i < mail->n; i++) {
		struct weft_reader reader;

		weft_reader_init(&reader, mail->letters[i].data,
				 mail->letters[i].n);
		ck_assert(dfs->deliver(state, &reader));
		weft_buffer_clear(&mail->letters[i]);
	}
	mail->n = 0;
}

/* Explores a unit, splitting it at random. Takes over @state. */
static void explore(void *state, struct texts *seen, struct mail *to)
{
	struct mail *mail = calloc(1, sizeof(*mail));

	while (run(state, 1 + below(25), seen)) {
		struct weft_buffer pieces[WEFT_PIECES_MAX] = { 0 }, rest = { 0 };
		unsigned int i, n = below(2) ? 0 :
			dfs->split(state, 2 + below(6), pieces);

		send(state, to);
		dfs->save(state, &rest);
		dfs->destroy(state);
		for (i = 0; i < n; i++) {
			explore(load(&pieces[i]), seen, mail);
			weft_buffer_clear(&pieces[i]);
		}
		state = load(&rest);
		weft_buffer_clear(&rest);
		receive(state, mail);
	}
	send(state, to);
	dfs->destroy(state);
	free(mail);
}

static void set_options(int i)
{
	memset(&options, 0, sizeof(options));
	dfs = i < 7 ? &weft_strategy_dfs : &weft_strategy_delay;
	i %= 7;
	options.preemptions = i < 5 ? (uint32_t)i : WEFT_BOUND_NONE;
	options.delays = options.preemptions + (i < 2 ? 2 : 0);
	options.iterate = i == 6;
}

static void begin(void)
{
	struct program program = { .main = writers };

	program_create(&program);
	ck_assert_int_eq(weft_exec_setup(program_exec), WEFT_OUTCOME_COMPLETE);
}

START_TEST(units_run_the_schedules_of_the_whole_in_its_order)
{
	struct texts whole = { 0 };
	struct mail nobody = { .n = 0 };
	struct weft_progress progress;
	void *state;
	size_t i;

	set_options(_i);
	begin();
	state = dfs->create(&options);
	ck_assert(!run(state, 1000000, &whole));
	dfs->progress(state, &progress);
	ck_assert_uint_ge(whole.n, 6);
	dfs->destroy(state);
	for (seed = 1; seed <= 5; seed++) {
		uint64_t kept = seed;
		struct texts seen = { 0 };

		explore(dfs->create(&options), &seen, &nobody);
		ck_assert_uint_eq(nobody.n, 0);
		ck_assert_uint_eq(seen.n, whole.n);
		for (i = 0; i < whole.n; i++)
			ck_assert_str_eq(seen.text[i], whole.text[i]);
		texts_clear(&seen);
		seed = kept;
	}
	texts_clear(&whole);
	program_destroy();
}
END_TEST

/* The rest at any moment, damaged in any way: refused, or a search. */
START_TEST(damaged_units_do_no_harm)
{
	struct weft_buffer unit = { 0 };
	struct texts seen = { 0 };
	size_t i, refused = 0;
	void *state;

	set_options(_i);
	seed = 7;
	begin();
	state = dfs->create(&options);
	ck_assert(run(state, 5, &seen));
	texts_clear(&seen);
	dfs->save(state, &unit);
	dfs->destroy(state);
	ck_assert_uint_gt(unit.n, 20);
	for (i = 0; i < 20 * unit.n; i++) {
		struct weft_reader reader;
		unsigned char kept = unit.data[i % unit.n];
		size_t n = i < unit.n ? i : unit.n;

		if (i >= unit.n)
			unit.data[i % unit.n] = (unsigned char)below(256);
		state = dfs->create(&options);
		weft_reader_init(&reader, unit.data, n);
		/* What is taken is followed, wherever it leads. */
		if (dfs->load(state, &reader))
			run(state, 3, &seen);
		else
			refused++;
		dfs->destroy(state);
		texts_clear(&seen);
		ck_assert(i >= unit.n || refused == i + 1);
		unit.data[i % unit.n] = kept;
	}
	ck_assert_uint_lt(refused, 20 * unit.n);
	weft_buffer_clear(&unit);
	program_destroy();
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("dfs_unit");
	TCase *loops = tcase_create("loops");

	tcase_set_timeout(loops, 60);
	tcase_add_loop_test(loops,
			    units_run_the_schedules_of_the_whole_in_its_order,
			    0, 14);
	tcase_add_loop_test(loops, damaged_units_do_no_harm, 1, 14);
	suite_add_tcase(suite, loops);
	return suite;
}
