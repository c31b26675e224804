/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parser of checkpoints: from the file to a search that goes on.
 *
 * A file ends with a hash of what is before it. Inputs have none: it is added
 * here to all but some of them, since otherwise nothing behind the check of the
 * hash would ever be reached. A checkpoint that is taken is explored further,
 * for a few units: what it holds must make sense, or be refused.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "framework/search.h"
#include "framework/strategies/dpor_internal.h"
#include "src/campaign.h"
#include "src/checkpoint.h"
#include "src/output.h"
#include "tests/fuzz/parser_fuzz.h"

#define UNITS_MAX	20
#define EXECUTIONS_MAX	300

static char path[64];
static const char *strategy, *program;
static struct options options = {
	.depth = 1000, .jobs = 1, .seed = 1, .preemptions_given = true,
	.keep_going = true, .out = "reports",
	.executions = EXECUTIONS_MAX, .quiet = true,
};

void __wrap_output_error(const char *format, ...);

/* What is refused is refused with a message; linked with --wrap. */
void __wrap_output_error(const char *format, ...)
{
	promised(*format);
}

static void put_hash(unsigned char *at, const unsigned char *data, size_t n)
{
	uint64_t hash = 0xcbf29ce484222325ull;
	int i;

	while (n--)
		hash = (hash ^ *data++) * 0x100000001b3ull;
	for (i = 0; i < 8; i++, hash >>= 8)
		at[i] = (unsigned char)hash;
}

static void write_input(const unsigned char *data, size_t n)
{
	unsigned char hash[8];
	FILE *out = fopen(path, "we");

	assert(out && "the checkpoint file cannot be written");
	fwrite(data, 1, n, out);
	put_hash(hash, data, n);
	/* Some keep their own, and so are truncated by eight bytes. */
	if (n % 16)
		fwrite(hash, 1, 8, out);
	assert(!fclose(out) && "the checkpoint file cannot be written");
}

static void open_campaign(struct campaign *c)
{
	const struct weft_scenario *scenario = weft_scenario_find(program);
	int status;

	assert(scenario);
	options.strategy = weft_strategy_find(strategy);
	status = campaign_open(c, &options, scenario, NULL, NULL);
	assert(!status && "the campaign of the checkpoint cannot be opened");
	/* They are examined in other tests, and it takes most of the time. */
	c->plan.minimise_max = 0;
	c->plan.causality_max = 0;
}

/* The seeds must lend, leaves of several moves, too, or what lends is not tried; linked
 * with --wrap. */
static bool has_lent, has_lent_far;

bool __real_dpor__lend(void *state, enum weft_lend least,
		       struct weft_buffer *piece);
bool __wrap_dpor__lend(void *state, enum weft_lend least,
		       struct weft_buffer *piece);

bool __wrap_dpor__lend(void *state, enum weft_lend least,
		       struct weft_buffer *piece)
{
	const struct dpor *dpor = state;
	const struct lent *lent = &dpor->lent[dpor->lent_n];

	if (!__real_dpor__lend(state, least, piece))
		return false;
	has_lent = true;
	has_lent_far |= lent->own > lent->node + 1;
	return true;
}

static struct weft_search *current;
static uint64_t current_unit;
static unsigned int asked;

/* As if another worker had nothing to do, now and then. */
static enum weft_search_wish wish_for_work(void)
{
	return ++asked % 3 ? WEFT_SEARCH_GO_ON : WEFT_SEARCH_LEND;
}

static void take_pieces(const struct weft_buffer *pieces)
{
	struct weft_reader from;

	weft_reader_init(&from, pieces->data, pieces->n);
	promised(weft_search_lent(current, current_unit, from));
}

static void run_units(struct weft_search *search, unsigned int units)
{
	/* Who lends ends the unit, or goes on. */
	static const struct weft_search_calls calls[] = {
		{ .wish = wish_for_work },
		{ .wish = wish_for_work, .lend = take_pieces },
	};
	struct weft_buffer request = { 0 }, answer = { 0 };

	asked = 0;
	current = search;
	while (units-- && !weft_search_is_over(search)) {
		uint64_t number = weft_search_next(search, &request);
		struct weft_reader from;

		if (!number)
			break;
		current_unit = number;
		weft_reader_init(&from, request.data, request.n);
		weft_search_run(search, from, &answer, &calls[units % 2]);
		weft_reader_init(&from, answer.data, answer.n);
		if (!weft_search_answer(search, number, from))
			weft_search_fail(search, "an answer makes no sense");
	}
	weft_buffer_clear(&request);
	weft_buffer_clear(&answer);
}

/* Small units, so that a search of few executions has many of them. */
static const struct weft_search_plan *small_units(void)
{
	static struct weft_search_plan plan;

	plan = weft_search_plan_default;
	plan.first = 4;
	plan.budget = 8;
	plan.lent = 4;
	return &plan;
}

static void add_seed(unsigned int units)
{
	struct weft_search *search;
	struct campaign c;
	unsigned char block[INPUT_MAX + 8];
	FILE *in;
	size_t n;

	options.checkpoint = path;
	open_campaign(&c);
	search = weft_search_begin(c.x, &c.plan, small_units(), &c.result);
	assert(search);
	weft_search_sample(search);
	run_units(search, units);
	n = (size_t)checkpoint_write(&c, search);
	assert(!n);
	weft_search_finish(search);
	campaign_close(&c);
	options.checkpoint = NULL;
	in = fopen(path, "re");
	assert(in);
	n = fread(block, 1, sizeof(block), in);
	fclose(in);
	if (n < sizeof(block))
		corpus_add(block, n - 8);
}

static void clean_up(void)
{
	unlink(path);
}

static void add_seeds(void)
{
	unsigned int units;

	if (!*path) {
		snprintf(path, sizeof(path), "parser_fuzz-%ld.checkpoint",
			 (long)getpid());
		atexit(clean_up);
	}
	for (units = 0; units < 12; units += 2)
		add_seed(units);
	assert(corpus_size() && "no checkpoint is small enough");
}

static void add_seeds_dfs(void)
{
	strategy = "dfs";
	program = "model/account";
	options.preemptions = 3;
	add_seeds();
}

static void add_seeds_source(void)
{
	strategy = "source";
	program = "model/account";
	options.preemptions = WEFT_BOUND_NONE;
	add_seeds();
}

static void add_seeds_dpor(void)
{
	strategy = "dpor";
	program = "model/backoff-bounded";
	options.preemptions = WEFT_BOUND_NONE;
	add_seeds();
	assert(has_lent && has_lent_far && "no seed lends what it should");
}

static bool try_checkpoint(const unsigned char *data, size_t n)
{
	struct weft_search *search;
	struct campaign c;
	bool taken;

	write_input(data, n);
	open_campaign(&c);
	options.resume = path;
	search = weft_search_begin(c.x, &c.plan, small_units(), &c.result);
	assert(search);
	taken = checkpoint_load(&c, search);
	if (taken)
		run_units(search, UNITS_MAX);
	options.resume = NULL;
	weft_search_finish(search);
	campaign_close(&c);
	return taken;
}

static const char *const words[] = {
	"weft-checkpoint 6\n", "weft-checkpoint ", "model/account",
	"model/backoff-bounded",
	"\x7f",
	"\xff\xff\xff\xff\x0f", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x80",
	NULL
};

const struct target target_checkpoint = {
	.name = "checkpoint", .words = words, .add_seeds = add_seeds_dfs,
	.try = try_checkpoint, .cost = 100,
};

/* The units of a reduction. */
const struct target target_checkpoint_source = {
	.name = "checkpoint-source", .words = words,
	.add_seeds = add_seeds_source, .try = try_checkpoint, .cost = 200,
};

/* Units that lend their leaves, and mail for who lent them. */
const struct target target_checkpoint_dpor = {
	.name = "checkpoint-dpor", .words = words,
	.add_seeds = add_seeds_dpor, .try = try_checkpoint, .cost = 200,
};
