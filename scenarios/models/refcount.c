/* SPDX-License-Identifier: GPL-2.0-only */
/* Reference counts without a kernel, and their right twins. */
#include "../model.h"

static struct model_cell *refs, *put_by;

/* WRONG: the last reference may be gone. */
static void find(long id)
{
	(void)id;
	model_ref_get(refs);			/* AT get */
}

static void find_live(long id)
{
	(void)id;
	if (model_ref_get_unless_zero(refs))
		model_ref_put(refs);
}

static void put(long id)
{
	(void)id;
	model_ref_put(refs);
}

/* WRONG: both may find that nobody has put it yet. */
static void put_once(long id)
{
	if (model_read(put_by))
		return;
	model_write(put_by, id);
	model_ref_put(refs);			/* AT put-twice */
}

static void put_if_first(long id)
{
	if (!model_cmpxchg(put_by, 0, id))
		model_ref_put(refs);
}

static void run(long count, void (*first)(long id), void (*second)(long id))
{
	refs = model_cell("refs", count);
	put_by = model_cell("put by", 0);
	model_spawn("first", first, 1);
	model_spawn("second", second, 2);
	model_join_all();
}

/* WRONG: the worker puts the only one, and may do so before another one is taken. */
static void start_early(void)
{
	refs = model_cell("refs", 1);
	model_spawn("worker", put, 1);
	model_ref_get(refs);			/* AT get-late */
	model_join_all();
}

static void start_late(void)
{
	refs = model_cell("refs", 1);
	model_ref_get(refs);
	model_spawn("worker", put, 1);
	model_join_all();
}

static void get_dead(void)	{ run(1, put, find); }
static void get_live(void)	{ run(1, put, find_live); }
static void put_twice(void)	{ run(1, put_once, put_once); }
static void put_decided(void)	{ run(1, put_if_first, put_if_first); }

#define BUG(text)	.expect = { { NULL, "bug", "refcount", text, NULL } }
#define CLEAN		.expect = { { NULL, "exhausted", NULL, NULL, NULL } }

MODEL(ref_get_dead, "ref-get-dead", "a reference taken where the last may be gone",
      get_dead, BUG("refs: reference taken from zero"));
MODEL(ref_put_twice, "ref-put-twice", "two threads put one reference",
      put_twice, BUG("refs: reference put below zero"));
MODEL(ref_start_early, "ref-start-early", "a reference taken after the only one was given away",
      start_early, BUG("refs: reference taken from zero"));
MODEL(ref_get_live, "ref-get-live", "a reference taken unless there is none",
      get_live, CLEAN);
MODEL(ref_put_decided, "ref-put-decided", "two threads agree on who puts",
      put_decided, CLEAN);
MODEL(ref_start_late, "ref-start-late", "a reference taken before the first one is given away",
      start_late, CLEAN);
