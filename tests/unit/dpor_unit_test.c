/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Units of the reductions (framework/strategies/dpor_unit.c): taken apart
 * anywhere, any number of times, they run as many executions; dpor, which lends
 * but where it is careful, the same ones in the same order.
 */
#include <stdlib.h>
#include <string.h>

#include "framework/search.h"
#include "framework/strategies/dpor_internal.h"
#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static const struct weft_strategy *dpor;	/* or another */
static struct weft_strategy_options options;
static struct model_cell *x, *y;
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
	model_write(id & 1 ? x : y, id);
}

static void writers(void)
{
	long i;

	x = model_cell("x", 0);
	y = model_cell("y", 0);
	for (i = 1; i <= 3; i++)
		model_spawn("t", writes, i);
}

static void adds(long id)
{
	struct model_cell *to = id ? x : y, *from = id ? y : x;
	int i;

	for (i = 0; i < 3; i++)
		model_write(to, model_read(to) + model_read(from));
}

/* Leaves of several moves: who reads sleeps until the other one writes. */
static void adders(void)
{
	x = model_cell("x", 1);
	y = model_cell("y", 1);
	model_spawn("a", adds, 0);
	model_spawn("b", adds, 1);
}

/* Runs at most @n schedules. WEFT_BEGIN_RUN: not fewer. */
static enum weft_begin run(void *state, unsigned int n, struct texts *seen)
{
	for (; n; n--) {
		const struct weft_decision *decisions;
		enum weft_begin next = dpor->begin(state);
		unsigned int decisions_n;
		char *digits;

		if (next != WEFT_BEGIN_RUN)
			return next;
		weft_exec_run(program_exec, dpor, state, false);
		decisions = weft_exec_decisions(program_exec, &decisions_n);
		dpor->end(state, decisions, decisions_n);
		digits = schedule_digits(weft_exec_schedule(program_exec));
		texts_add(seen, digits);
		free(digits);
	}
	return WEFT_BEGIN_RUN;
}

static void *load(const struct weft_buffer *unit)
{
	struct weft_reader reader;
	void *state = dpor->create(&options);

	weft_reader_init(&reader, unit->data, unit->n);
	ck_assert(dpor->load(state, &reader));
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
	mail->n += dpor->mail(state, &mail->letters[mail->n]);
}

static void receive(void *state, struct mail *mail)
{
	size_t i;

	for (i = 0; i < mail->n; i++) {
		struct weft_reader reader;

		weft_reader_init(&reader, mail->letters[i].data,
				 mail->letters[i].n);
		ck_assert(dpor->deliver(state, &reader));
		weft_buffer_clear(&mail->letters[i]);
	}
	mail->n = 0;
}

/* Explores a unit, splitting it at random. Takes over @state. */
static void explore(void *state, struct texts *seen, struct mail *to)
{
	struct mail *mail = calloc(1, sizeof(*mail));

	while (run(state, 1 + below(25), seen) == WEFT_BEGIN_RUN) {
		struct weft_buffer pieces[WEFT_PIECES_MAX] = { 0 }, rest = { 0 };
		unsigned int i, n = below(2) ? 0 :
			dpor->split(state, 2 + below(6), pieces);

		send(state, to);
		dpor->save(state, &rest);
		dpor->destroy(state);
		for (i = 0; i < n; i++) {
			explore(load(&pieces[i]), seen, mail);
			weft_buffer_clear(&pieces[i]);
		}
		state = load(&rest);
		weft_buffer_clear(&rest);
		receive(state, mail);
	}
	send(state, to);
	dpor->destroy(state);
	free(mail);
}

/* A leaf that was lent, explored at once. */
struct loan {
	struct texts	seen;
	struct mail	mail;
};

#define LOANS_MAX 64

/* Of a unit: the last one comes first. */
struct loans {
	struct loan	*at[LOANS_MAX];
	size_t		n;
};

static size_t lent_n, nested_n, far_n;

/* Has the last leaf that was lent several moves, with nodes between? */
static bool is_far(const void *state)
{
	const struct dpor *search = state;
	const struct lent *lent = &search->lent[search->lent_n - 1];

	return lent->own > lent->node + 1;
}

/* Writes a unit down and takes it up again. */
static void *renew(void *state, struct mail *to)
{
	struct weft_buffer rest = { 0 };

	send(state, to);
	dpor->save(state, &rest);
	dpor->destroy(state);
	state = load(&rest);
	weft_buffer_clear(&rest);
	return state;
}

static void explore_lending(void *state, unsigned int depth,
			    struct texts *seen, struct mail *to);

static void lend(void *state, unsigned int depth, struct loans *loans)
{
	struct weft_buffer piece = { 0 };

	if (loans->n == LOANS_MAX || !dpor->lend(state, below(3), &piece))
		return;
	loans->at[loans->n] = calloc(1, sizeof(**loans->at));
	lent_n++;
	nested_n += depth > 0;
	far_n += is_far(state);
	explore_lending(load(&piece), depth + 1, &loans->at[loans->n]->seen,
			&loans->at[loans->n]->mail);
	loans->n++;
	weft_buffer_clear(&piece);
}

/* It is the turn of the last leaf. */
static void settle(void *state, struct loans *loans, struct texts *seen)
{
	struct loan *loan;
	size_t i;

	ck_assert_uint_gt(loans->n, 0);
	loan = loans->at[--loans->n];
	/* It was given back. */
	if (!below(4)) {
		ck_assert(dpor->take_back(state));
		texts_clear(&loan->seen);
		while (loan->mail.n)
			weft_buffer_clear(&loan->mail.letters[--loan->mail.n]);
		free(loan);
		return;
	}
	for (i = 0; i < loan->seen.n; i++)
		texts_add(seen, loan->seen.text[i]);
	receive(state, &loan->mail);
	texts_clear(&loan->seen);
	free(loan);
}

/* The same, of a search that lends: long before their turns. */
static void explore_lending(void *state, unsigned int depth,
			    struct texts *seen, struct mail *to)
{
	struct loans loans = { .n = 0 };
	enum weft_begin end;

	do {
		unsigned int tries;

		end = run(state, 1 + below(25), seen);
		if (end == WEFT_BEGIN_LENT) {
			state = renew(state, to);
			settle(state, &loans, seen);
		} else if (end == WEFT_BEGIN_RUN) {
			for (tries = below(4); tries; tries--)
				lend(state, depth, &loans);
			state = renew(state, to);
		}
	} while (end != WEFT_BEGIN_EXHAUSTED);
	ck_assert_uint_eq(loans.n, 0);
	send(state, to);
	dpor->destroy(state);
}

static void set_options(int i)
{
	static const struct weft_strategy *const rows[] = {
		&weft_strategy_dpor, &weft_strategy_source,
		&weft_strategy_sleep, &weft_strategy_dpor,
		&weft_strategy_dpor, &weft_strategy_dpor,
	};

	memset(&options, 0, sizeof(options));
	options.preemptions = WEFT_BOUND_NONE;
	options.delays = WEFT_BOUND_NONE;
	options.apart = true;
	options.careful = i == 3;
	dpor = rows[i];
}

static void begin(void (*main)(void))
{
	struct program program = { .main = main };

	program_create(&program);
	ck_assert_int_eq(weft_exec_setup(program_exec), WEFT_OUTCOME_COMPLETE);
}

START_TEST(units_run_as_many_executions_as_the_whole)
{
	struct texts whole = { 0 };
	struct mail nobody = { .n = 0 };
	void *state;
	size_t i;

	set_options(_i);
	begin(writers);
	state = dpor->create(&options);
	ck_assert_int_eq(run(state, 1000000, &whole), WEFT_BEGIN_EXHAUSTED);
	ck_assert_uint_ge(whole.n, 100);
	dpor->destroy(state);
	for (seed = 1; seed <= 20; seed++) {
		uint64_t kept = seed;
		struct texts seen = { 0 };

		explore(dpor->create(&options), &seen, &nobody);
		ck_assert_uint_eq(nobody.n, 0);
		if (_i != 1)
			ck_assert_uint_eq(seen.n, whole.n);
		for (i = 0; !_i && i < whole.n; i++)
			ck_assert_str_eq(seen.text[i], whole.text[i]);
		texts_clear(&seen);
		seed = kept;
	}
	texts_clear(&whole);
	program_destroy();
}
END_TEST

/* Whoever explores a leaf, and when: all that is executed is the same, in order. */
START_TEST(what_is_lent_is_explored_as_in_its_turn)
{
	struct texts whole = { 0 };
	struct mail nobody = { .n = 0 };
	void *state;
	size_t i;

	set_options(0);
	begin(_i ? adders : writers);
	state = dpor->create(&options);
	ck_assert_int_eq(run(state, 1000000, &whole), WEFT_BEGIN_EXHAUSTED);
	dpor->destroy(state);
	lent_n = 0;
	nested_n = 0;
	far_n = 0;
	for (i = 1; i <= 40; i++) {
		struct texts seen = { 0 };
		size_t j;

		seed = i;
		explore_lending(dpor->create(&options), 0, &seen, &nobody);
		ck_assert_uint_eq(nobody.n, 0);
		ck_assert_uint_eq(seen.n, whole.n);
		for (j = 0; j < whole.n; j++)
			ck_assert_str_eq(seen.text[j], whole.text[j]);
		texts_clear(&seen);
	}
	ck_assert_uint_gt(lent_n, 40);
	ck_assert_uint_gt(nested_n, 10);
	ck_assert(!_i || far_n > 40);
	texts_clear(&whole);
	program_destroy();
}
END_TEST

static void deliver_of(void *piece, void *state)
{
	struct weft_buffer letter = { 0 };
	struct weft_reader reader;

	ck_assert(dpor->mail(piece, &letter));
	weft_reader_init(&reader, letter.data, letter.n);
	ck_assert(dpor->deliver(state, &reader));
	ck_assert(weft_reader_is_at_end(&reader));
	weft_buffer_clear(&letter);
}

/* A search after it has been split and has got mail. */
static void make_split(struct weft_buffer *ret)
{
	struct weft_buffer pieces[WEFT_PIECES_MAX] = { 0 };
	struct texts seen = { 0 };
	void *state, *piece;
	unsigned int i;

	state = dpor->create(&options);
	ck_assert_int_eq(run(state, 5, &seen), WEFT_BEGIN_RUN);
	ck_assert_uint_eq(dpor->split(state, 2, pieces), 2);
	piece = load(&pieces[0]);
	run(piece, 10, &seen);
	deliver_of(piece, state);
	dpor->destroy(piece);
	dpor->save(state, ret);
	dpor->destroy(state);
	for (i = 0; i < 2; i++)
		weft_buffer_clear(&pieces[i]);
	texts_clear(&seen);
}

/* The same, of one that has lent: when another leaf is lent, too. */
static void make_lent(struct weft_buffer *ret)
{
	struct weft_buffer pieces[2] = { 0 }, rest = { 0 };
	struct texts seen = { 0 };
	unsigned int n = 0;
	void *state, *piece;

	state = dpor->create(&options);
	while (n < 2) {
		ck_assert_int_eq(run(state, 5, &seen), WEFT_BEGIN_RUN);
		while (n < 2 && dpor->lend(state, WEFT_LEND_ANY, &pieces[n]))
			n++;
	}
	ck_assert_uint_eq(dpor->split(state, 2, &pieces[0]), 0);
	ck_assert_int_eq(run(state, 1000000, &seen), WEFT_BEGIN_LENT);
	dpor->save(state, &rest);
	dpor->destroy(state);
	piece = load(&pieces[1]);
	ck_assert_int_eq(run(piece, 1000000, &seen), WEFT_BEGIN_EXHAUSTED);
	state = load(&rest);
	deliver_of(piece, state);
	dpor->save(state, ret);
	dpor->destroy(state);
	dpor->destroy(piece);
	weft_buffer_clear(&rest);
	weft_buffer_clear(&pieces[0]);
	weft_buffer_clear(&pieces[1]);
	texts_clear(&seen);
}

/* A leaf that was lent, which has lent, too. */
static void make_borrowed(struct weft_buffer *ret)
{
	struct weft_buffer leaf = { 0 }, piece = { 0 };
	struct texts seen = { 0 };
	void *state;

	state = dpor->create(&options);
	do
		ck_assert_int_eq(run(state, 1, &seen), WEFT_BEGIN_RUN);
	while (!dpor->lend(state, WEFT_LEND_LARGE, &leaf));
	dpor->destroy(state);
	state = load(&leaf);
	do
		ck_assert_int_eq(run(state, 1, &seen), WEFT_BEGIN_RUN);
	while (!dpor->lend(state, WEFT_LEND_ANY, &piece));
	dpor->save(state, ret);
	dpor->destroy(state);
	weft_buffer_clear(&leaf);
	weft_buffer_clear(&piece);
	texts_clear(&seen);
}

/* A leaf of several moves, and if wanted what is left when it has its turn. */
static void make_far(struct weft_buffer *ret, struct weft_buffer *rest)
{
	struct texts seen = { 0 };
	void *state = dpor->create(&options);

	do {
		weft_buffer_clear(ret);
		ck_assert_int_eq(run(state, 1, &seen), WEFT_BEGIN_RUN);
	} while (!dpor->lend(state, WEFT_LEND_ANY, ret) || !is_far(state));
	ck_assert_int_eq(run(state, 1000000, &seen), WEFT_BEGIN_LENT);
	if (rest)
		dpor->save(state, rest);
	dpor->destroy(state);
	texts_clear(&seen);
}

static void make_unit(int i, struct weft_buffer *ret)
{
	if (i == 5)
		make_far(ret, NULL);
	else if (i == 4)
		make_borrowed(ret);
	else if (i)
		make_split(ret);
	else
		make_lent(ret);
}

/* The rest at any moment, damaged in any way: refused, or a search. */
START_TEST(damaged_units_do_no_harm)
{
	struct weft_buffer unit = { 0 };
	size_t i, refused = 0;
	void *state;

	set_options(_i);
	seed = 7;
	begin(_i == 5 ? adders : writers);
	make_unit(_i, &unit);
	ck_assert_uint_gt(unit.n, 20);
	for (i = 0; i < 20 * unit.n; i++) {
		struct weft_reader reader;
		unsigned char kept = unit.data[i % unit.n];
		size_t n = i < unit.n ? i : unit.n;

		if (i >= unit.n)
			unit.data[i % unit.n] = (unsigned char)below(256);
		state = dpor->create(&options);
		weft_reader_init(&reader, unit.data, n);
		if (!dpor->load(state, &reader))
			refused++;
		dpor->destroy(state);
		ck_assert(i >= unit.n || refused == i + 1);
		unit.data[i % unit.n] = kept;
	}
	ck_assert_uint_lt(refused, 20 * unit.n);
	weft_buffer_clear(&unit);
	program_destroy();
}
END_TEST

/* Delivers a letter to what is left, and goes on if it is taken. */
static bool try_letter(const struct weft_buffer *rest,
		       const struct weft_buffer *letter, size_t n)
{
	void *state = load(rest);
	struct weft_reader reader;
	bool taken;

	weft_reader_init(&reader, letter->data, n);
	taken = dpor->deliver(state, &reader);
	if (taken)
		dpor->begin(state);
	dpor->destroy(state);
	return taken;
}

/* What the borrower of a leaf tells, damaged in any way. */
START_TEST(damaged_letters_do_no_harm)
{
	struct weft_buffer leaf = { 0 }, rest = { 0 }, letter = { 0 };
	struct texts seen = { 0 };
	size_t i, refused = 0;
	void *piece;

	set_options(0);
	seed = 7;
	begin(adders);
	make_far(&leaf, &rest);
	piece = load(&leaf);
	ck_assert_int_eq(run(piece, 1000000, &seen), WEFT_BEGIN_EXHAUSTED);
	ck_assert(dpor->mail(piece, &letter));
	dpor->destroy(piece);
	ck_assert(try_letter(&rest, &letter, letter.n));
	for (i = 0; i < letter.n; i++)
		refused += !try_letter(&rest, &letter, i);
	ck_assert_uint_eq(refused, letter.n);
	for (i = 0; i < 20 * letter.n; i++) {
		unsigned char kept = letter.data[i % letter.n];

		letter.data[i % letter.n] = (unsigned char)below(256);
		refused += !try_letter(&rest, &letter, letter.n);
		letter.data[i % letter.n] = kept;
	}
	ck_assert_uint_lt(refused, 21 * letter.n);
	weft_buffer_clear(&leaf);
	weft_buffer_clear(&rest);
	weft_buffer_clear(&letter);
	texts_clear(&seen);
	program_destroy();
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("dpor_unit");
	TCase *loops = tcase_create("loops");

	tcase_set_timeout(loops, 60);
	tcase_add_loop_test(loops, units_run_as_many_executions_as_the_whole,
			    0, 4);
	tcase_add_loop_test(loops, what_is_lent_is_explored_as_in_its_turn,
			    0, 2);
	tcase_add_loop_test(loops, damaged_units_do_no_harm, 0, 6);
	tcase_add_test(loops, damaged_letters_do_no_harm);
	suite_add_tcase(suite, loops);
	return suite;
}
