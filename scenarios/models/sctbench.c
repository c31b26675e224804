/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small broken programs in the manner of SCTBench. Their published trace counts
 * fit; where the text of a program was not at hand (twostage, carter01, stack,
 * wronglock, bluetooth, token_ring) it was written to fit them.
 *
 * Source: Thomson et al., "Concurrency testing using schedule bounding", PPoPP
 * 2014; from SV-COMP, CHESS and others.
 */
#include "../model.h"

static struct model_lock *m, *l;
static struct model_cell *a, *b, *c, *d;

static void start(void)
{
	m = model_mutex("m");
	l = model_mutex("l");
	a = model_cell("a", 0);
	b = model_cell("b", 0);
	c = model_cell("c", 0);
	d = model_cell("d", 0);
}

static void spawn(const char *name, void (*fn)(long id), long n)
{
	long i;

	for (i = 1; i <= n; i++)
		model_spawn(name, fn, i);
}

static void add(struct model_cell *cell, long by)
{
	model_write(cell, model_read(cell) + by);
}

static void lazy_add(long by)
{
	model_lock(m);
	add(a, by);
	model_unlock(m);
}

static void lazy_check(long id)
{
	(void)id;
	model_lock(m);
	WEFT_CHECK(model_read(a) < 3, "the checker is not last");
	model_unlock(m);
}

static void lazy01(void)
{
	start();
	model_spawn("adder", lazy_add, 1);
	model_spawn("adder", lazy_add, 2);
	model_spawn("checker", lazy_check, 0);
	model_join_all();
}

/* The first of a group takes the inner lock, the last one lets go. */
static void carter_one(long id)
{
	struct model_cell *group = id == 1 ? a : b;

	model_lock(m);
	add(group, 1);
	if (model_read(group) == 1)
		model_lock(l);
	model_unlock(m);
	model_lock(m);
	add(group, -1);
	if (!model_read(group))
		model_unlock(l);
	model_unlock(m);
}

static void carter01(void)
{
	start();
	spawn("thread", carter_one, 2);
	model_join_all();
}

static void set_both(long id)
{
	(void)id;
	model_write(a, 1);
	model_write(b, -1);
}

static void check_both(long id)
{
	(void)id;
	WEFT_CHECK((model_read(a) == 0 && model_read(b) == 0) ||	/* AT both */
		   (model_read(a) == 1 && model_read(b) == -1),
		   "both are set or none");
}

static void reorder(void)
{
	start();
	spawn("setter", set_both, weft_param("n"));
	spawn("checker", check_both, weft_param("m"));
	model_join_all();
}

static void set_in_stages(long id)
{
	(void)id;
	model_lock(m);
	model_write(a, 1);
	model_unlock(m);
	model_lock(l);
	model_write(b, 2);
	model_unlock(l);
}

static void check_stages(long id)
{
	long first, second;

	(void)id;
	model_lock(m);
	first = model_read(a);
	model_unlock(m);
	if (!first)
		return;
	model_lock(l);
	second = model_read(b);
	model_unlock(l);
	WEFT_CHECK(second == first + 1, "the second stage follows the first");	/* AT stages */
}

static void twostage(void)
{
	start();
	spawn("setter", set_in_stages, weft_param("n"));
	spawn("checker", check_stages, weft_param("m"));
	model_join_all();
}

static void push(long n)
{
	while (n--) {
		model_lock(m);
		add(a, 1);
		model_write(b, 1);
		model_unlock(m);
	}
}

static void pop(long n)
{
	while (n--) {
		model_lock(m);
		if (model_read(b)) {
			WEFT_CHECK(model_read(a) > 0, "the stack is not empty");
			add(a, -1);
		}
		model_unlock(m);
	}
}

static void stack(void)
{
	start();
	model_spawn("pusher", push, weft_param("n"));
	model_spawn("popper", pop, weft_param("n"));
	model_join_all();
}

static void right_lock(long id)
{
	long before;

	(void)id;
	model_lock(m);
	before = model_read(a);
	add(a, 1);
	WEFT_CHECK_VALUES(model_read(a), ==, before + 1, "nobody else adds");
	model_unlock(m);
}

static void wrong_lock(long id)
{
	(void)id;
	model_lock(l);
	add(a, 1);
	model_unlock(l);
}

static void wronglock(void)
{
	start();
	model_spawn("right", right_lock, 0);
	spawn("wrong", wrong_lock, weft_param("n"));
	model_join_all();
}

/* a: tells to stop; b: users, and one more; c: nobody left; d: stopped */
static void let_go(void)
{
	if (model_fetch_add(b, -1) == 1)
		model_write(c, 1);
}

static void use(long id)
{
	(void)id;
	if (!model_read(a)) {
		model_fetch_add(b, 1);
		WEFT_CHECK(!model_read(d), "a stopped device is not used");
	}
	let_go();
}

static void stop(long id)
{
	(void)id;
	model_write(a, 1);
	let_go();
	model_assume(model_read(c));
	model_write(d, 1);
}

static void bluetooth(void)
{
	start();
	b = model_cell("users", 1);
	model_spawn("user", use, 0);
	model_spawn("stopper", stop, 0);
	model_join_all();
}

static void pass_on(long id)
{
	model_lock(m);
	if (id == 1)
		model_write(a, (model_read(c) + 1) % 4);
	else if (id == 2)
		model_write(b, model_read(a));
	else
		model_write(c, model_read(b));
	model_unlock(m);
}

static void look_at_ring(long id)
{
	(void)id;
	model_lock(m);
	WEFT_CHECK(model_read(a) == model_read(b) &&
		   model_read(b) == model_read(c), "all have the token");
	model_unlock(m);
}

static void token_ring(void)
{
	start();
	spawn("station", pass_on, 3);
	model_spawn("checker", look_at_ring, 0);
	model_join_all();
}

MODEL(lazy01, "lazy01", "a checker that must not come last", lazy01,
      .expect = { { NULL, "bug", "invariant", "not last" } });

MODEL(carter01, "carter01", "two groups that exclude each other", carter01,
      .expect = { { NULL, "bug", "deadlock", "m" } });

MODEL(reorder, "reorder", "n threads set two cells, m look at both", reorder,
      .params = { { "n", 1, 1, MODEL_THREADS - 1 }, { "m", 1, 1, MODEL_THREADS - 1 } },
      .expect = { { NULL, "bug", "invariant", "both are set" } });

MODEL(twostage, "twostage", "n threads set in two stages, m check", twostage,
      .params = { { "n", 1, 1, MODEL_THREADS - 1 }, { "m", 1, 1, MODEL_THREADS - 1 } },
      .expect = { { NULL, "bug", "invariant", "second stage" } });

MODEL(stack, "stack", "n pushes, n pops", stack,
      .params = { { "n", 2, 1, MODEL_ROUNDS } },
      .expect = { { NULL, "bug", "invariant", "not empty" } });

MODEL(wronglock, "wronglock", "one thread and n with another lock", wronglock,
      .params = { { "n", 1, 1, MODEL_THREADS - 1 } },
      .expect = { { NULL, "bug", "invariant", "nobody else" } });

MODEL(bluetooth, "bluetooth", "a driver that stops while it is used", bluetooth,
      .expect = { { NULL, "bug", "invariant", "stopped device" } });

MODEL(token_ring, "token-ring", "three threads pass a value on", token_ring,
      .expect = { { NULL, "bug", "invariant", "all have the token" } });
