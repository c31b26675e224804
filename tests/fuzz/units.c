/* SPDX-License-Identifier: GPL-2.0-only */
/* Strategies by units, in one process; contract in units.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/units.h"

#define PIECES_MAX	8
#define LENT_MAX	256
#define BUDGET_MAX	12	/* executions before a unit is split, at most */

/* A unit that was split: its pieces, then its rest with their mail. */
struct frame {
	struct weft_buffer	pieces[PIECES_MAX], rest;
	unsigned int		n, at;
	struct weft_buffer	*letters;
	size_t			letters_n;
};

struct units {
	const struct weft_strategy *of;
	struct weft_strategy_options options;
	void			*inner;
	unsigned int		left;	/* executions before the next split */
	struct frame		*frames;
	size_t			n, max;
	uint64_t		seed;
	struct weft_buffer	lent[LENT_MAX];	/* the last one comes first */
	size_t			lent_n;
	struct weft_progress	progress;
	bool			fresh;	/* the next execution is the first of a state */
};

static unsigned int below(struct units *units, unsigned int n)
{
	units->seed = units->seed * 6364136223846793005ull +
		      1442695040888963407ull;
	return (unsigned int)(units->seed >> 33) % n;
}

static void *create(const struct weft_strategy *of,
		    const struct weft_strategy_options *options)
{
	struct units *units = calloc(1, sizeof(*units));

	assert(units && "out of memory for units");
	units->of = of;
	units->options = *options;
	units->options.apart = true;
	units->inner = of->create(&units->options);
	units->left = 1 + below(units, BUDGET_MAX);
	units->fresh = true;
	return units;
}

static void clear_frame(struct frame *frame)
{
	while (frame->n)
		weft_buffer_clear(&frame->pieces[--frame->n]);
	weft_buffer_clear(&frame->rest);
	while (frame->letters_n)
		weft_buffer_clear(&frame->letters[--frame->letters_n]);
	free(frame->letters);
	memset(frame, 0, sizeof(*frame));
}

static void destroy(void *state)
{
	struct units *units = state;

	while (units->lent_n)
		weft_buffer_clear(&units->lent[--units->lent_n]);
	while (units->n)
		clear_frame(&units->frames[--units->n]);
	free(units->frames);
	units->of->destroy(units->inner);
	free(units);
}

static void load(struct units *units, const struct weft_buffer *bytes)
{
	struct weft_reader reader;
	bool good;

	units->of->destroy(units->inner);
	units->inner = units->of->create(&units->options);
	weft_reader_init(&reader, bytes->data, bytes->n);
	good = units->of->load(units->inner, &reader);
	assert(good && weft_reader_is_at_end(&reader));
	units->left = below(units, BUDGET_MAX);
	units->fresh = true;
}

static void receive(struct units *units, struct frame *frame)
{
	size_t i;

	for (i = 0; i < frame->letters_n; i++) {
		struct weft_reader reader;
		bool good;

		weft_reader_init(&reader, frame->letters[i].data,
				 frame->letters[i].n);
		good = units->of->deliver(units->inner, &reader);
		assert(good && weft_reader_is_at_end(&reader));
	}
}

/* Mail goes to the rest of what the unit is a piece of. */
static void send(struct units *units)
{
	struct frame *to = units->n ? &units->frames[units->n - 1] : NULL;
	struct weft_buffer letter = { 0 };

	if (!units->of->mail(units->inner, &letter) || !to) {
		assert(!letter.n);
		weft_buffer_clear(&letter);
		return;
	}
	to->letters = realloc(to->letters, (to->letters_n + 1) *
			      sizeof(*to->letters));
	assert(to->letters && "out of memory for mail");
	to->letters[to->letters_n++] = letter;
}

static void note_progress(struct units *units)
{
	struct weft_progress progress;

	units->of->progress(units->inner, &progress);
	units->progress.table_full |= progress.table_full;
	units->progress.again |= progress.again;
	if (progress.gap)
		units->progress.gap = progress.gap;
	if (progress.mismatch)
		units->progress.mismatch = progress.mismatch;
}

/* Pieces that are run later, when the search says so. */
static void lend(struct units *units)
{
	while (units->of->lend && below(units, 3) && units->lent_n < LENT_MAX) {
		struct weft_buffer *piece = &units->lent[units->lent_n];

		memset(piece, 0, sizeof(*piece));
		if (!units->of->lend(units->inner, below(units, 3), piece))
			return;
		units->lent_n++;
	}
}

static void push_frame(struct units *units, const struct frame *frame)
{
	if (units->n == units->max) {
		units->max = 2 * units->max + 8;
		units->frames = realloc(units->frames, units->max *
					sizeof(*units->frames));
		assert(units->frames && "out of memory for units");
	}
	units->frames[units->n++] = *frame;
}

/* It was given back. */
static void take_back(struct units *units, const struct weft_buffer *rest)
{
	bool good;

	load(units, rest);
	good = units->of->take_back(units->inner);
	assert(good);
}

/* It is the turn of the last piece lent. */
static void run_lent(struct units *units)
{
	struct frame frame = { .n = 0 };
	struct weft_buffer piece;

	note_progress(units);
	send(units);
	units->of->save(units->inner, &frame.rest);
	assert(units->lent_n);
	piece = units->lent[--units->lent_n];
	if (below(units, 4)) {
		push_frame(units, &frame);
		load(units, &piece);
	} else {
		take_back(units, &frame.rest);
		clear_frame(&frame);
	}
	weft_buffer_clear(&piece);
}

static void split(struct units *units)
{
	struct frame frame = { .n = 0 };

	note_progress(units);
	if (below(units, 4))
		frame.n = units->of->split(units->inner,
					   2 + below(units, PIECES_MAX - 1),
					   frame.pieces);
	if (!frame.n)
		lend(units);
	send(units);
	units->of->save(units->inner, &frame.rest);
	push_frame(units, &frame);
}

/* The unit that comes next. False: there is none. */
static bool next_unit(struct units *units)
{
	struct frame *top, done;

	if (!units->n)
		return false;
	top = &units->frames[units->n - 1];
	if (top->at < top->n) {
		load(units, &top->pieces[top->at++]);
		return true;
	}
	done = *top;
	units->n--;
	load(units, &done.rest);
	receive(units, &done);
	clear_frame(&done);
	return true;
}

static void begin_again(struct units *units)
{
	while (units->lent_n)
		weft_buffer_clear(&units->lent[--units->lent_n]);
	while (units->n)
		clear_frame(&units->frames[--units->n]);
	units->of->destroy(units->inner);
	units->options.careful = true;
	units->inner = units->of->create(&units->options);
	units->progress.again = false;
	units->fresh = true;
}

static enum weft_begin begin(void *state)
{
	struct units *units = state;
	bool is_there = true;

	while (is_there) {
		enum weft_begin next;

		if (units->progress.again)
			begin_again(units);
		next = units->left ? units->of->begin(units->inner) :
				     WEFT_BEGIN_EXHAUSTED;
		if (!units->left) {
			split(units);
		} else if (next == WEFT_BEGIN_RUN) {
			units->left--;
			return WEFT_BEGIN_RUN;
		} else if (next == WEFT_BEGIN_LENT) {
			run_lent(units);
			continue;
		} else {
			note_progress(units);
			if (units->progress.again)
				continue;
			send(units);
		}
		is_there = next_unit(units);
	}
	return WEFT_BEGIN_EXHAUSTED;
}

static unsigned int pick(void *state, const struct weft_view *view)
{
	struct units *units = state;

	return units->of->pick(units->inner, view);
}

static void end(void *state, const struct weft_decision *decisions,
		unsigned int n)
{
	struct units *units = state;

	units->of->end(units->inner, decisions, n);
	units->fresh = false;
}

static void progress(const void *state, struct weft_progress *ret)
{
	const struct units *units = state;

	*ret = units->progress;
}

/* The execution before may have been another state's. */
static unsigned int shared(const void *state)
{
	const struct units *units = state;

	return units->fresh ? WEFT_FROM_SNAPSHOT :
			      units->of->shared(units->inner);
}

static void resume(void *state, unsigned int decision)
{
	struct units *units = state;

	units->of->resume(units->inner, decision);
}

static void applied(void *state, const struct weft_operation *op)
{
	struct units *units = state;

	if (units->of->applied)
		units->of->applied(units->inner, op);
}

static void waits(void *state, const struct weft_operation *op)
{
	struct units *units = state;

	if (units->of->waits)
		units->of->waits(units->inner, op);
}

#define ROW(NAME, OF, IS_CAREFUL, IS_FORCED)				\
static void *NAME##_create(const struct weft_strategy_options *options)	\
{									\
	struct weft_strategy_options careful = *options;		\
									\
	careful.careful = IS_CAREFUL;					\
	return create(&weft_strategy_##OF, &careful);			\
}									\
									\
static const struct weft_strategy NAME##_units = {			\
	.name = #NAME "-units",						\
	.systematic = true, .unbounded = true, .forced = IS_FORCED,	\
	.create = NAME##_create, .destroy = destroy, .begin = begin,	\
	.pick = pick, .end = end, .progress = progress,			\
	.shared = shared, .resume = resume, .applied = applied,		\
	.waits = waits,							\
};

ROW(dpor, dpor, false, true)
ROW(careful, dpor, true, true)
ROW(source, source, false, true)
ROW(sleep, sleep, false, true)
ROW(dfs, dfs, false, false)

const struct weft_strategy *const fuzz_units[] = {
	&dpor_units, &careful_units, &source_units, &sleep_units, &dfs_units,
	NULL
};

const struct weft_strategy *fuzz_strategy_find(const char *name)
{
	size_t i;

	for (i = 0; fuzz_units[i]; i++)
		if (!strcmp(fuzz_units[i]->name, name))
			return fuzz_units[i];
	return weft_strategy_find(name);
}
