/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mutual exclusion by reads and writes alone. Where a thread would spin, the
 * programs assume that it need not.
 *
 * Source: the algorithms of Peterson, Dekker, Szymanski and Lamport as in
 * GenMC's tests; Nidhugg's test opt_lock.
 */
#include "../model.h"

static struct model_cell *flag, *turn, *critical, *last, *x, *y;

static void opt_lock_one(long id)
{
	long i, n = weft_param("n");

	for (i = 0; i < n; i++) {
		model_write(last, id);
		model_write(x, 1);
		if (model_read(last) == id) {
			model_read(x);
			break;
		}
	}
}

static void enter(long value)
{
	model_write(critical, value);
	WEFT_CHECK_VALUES(model_read(critical), ==, value, "one at a time");
}

static void peterson_one(long id)
{
	long me = id - 1, other = 1 - me;

	model_write(&flag[me], 1);
	model_write(turn, other);
	model_assume(model_read(&flag[other]) != 1 ||
		     model_read(turn) != other);
	enter(me);
	model_write(&flag[me], 0);
}

/* Is @me let in, after n looks at most? A look reads both. */
static bool peterson_waits(long me, long n)
{
	long look;

	for (look = 0; look < n; look++) {
		long raised = model_read(&flag[1 - me]);

		if (model_read(turn) == me || !raised)
			return true;
	}
	return false;
}

/* n rounds; whoever is not let in gives up, with its flag raised. */
static void peterson_rounds(long id)
{
	long me = id - 1, n = weft_param("n"), round;

	for (round = 0; round < n; round++) {
		model_write(&flag[me], 1);
		model_write(turn, 1 - me);
		if (!peterson_waits(me, n))
			return;
		enter(me);
		model_write(&flag[me], 0);
	}
}

static void dekker_one(long id)
{
	long me = id - 1;

	model_write(&flag[me], 1);
	if (!model_read(&flag[1 - me]))
		enter(me);
}

static void szymanski_one(long id)
{
	struct model_cell *mine = &flag[id - 1], *other = &flag[2 - id];
	long seen;

	model_write(mine, 1);
	model_assume(model_read(other) < 3);
	model_write(mine, 3);
	if (model_read(other) == 1) {
		model_write(mine, 2);
		model_assume(model_read(other) == 4);
	}
	model_write(mine, 4);
	model_assume(model_read(other) < 2);
	enter(id);
	seen = model_read(other);
	model_assume(seen < 2 || seen > 3);
	model_write(mine, 0);
}

static void lamport_one(long id, bool visible)
{
	long i, n = weft_param("n");

	for (;;) {
		model_write(&flag[id - 1], 1);
		model_write(x, id);
		if (model_read(y)) {
			model_write(&flag[id - 1], 0);
			model_assume(!model_read(y));
			continue;
		}
		model_write(y, id);
		if (model_read(x) == id)
			break;
		model_write(&flag[id - 1], 0);
		for (i = 0; i < n; i++)
			model_assume(!model_read(&flag[i]));
		if (model_read(y) == id)
			break;
		model_assume(!model_read(y));
	}
	if (visible)
		enter(id);
	model_write(y, 0);
	model_write(&flag[id - 1], 0);
}

static void lamport_bare(long id)
{
	lamport_one(id, false);
}

static void lamport_visible(long id)
{
	lamport_one(id, true);
}

static void run(long n, void (*fn)(long id))
{
	long i;

	flag = model_cells("flag", n, 0);
	turn = model_cell("turn", 0);
	critical = model_cell("critical", 0);
	last = model_cell("last", 0);
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	for (i = 1; i <= n; i++)
		model_spawn("thread", fn, i);
	model_join_all();
}

static void opt_lock(void)
{
	run(2, opt_lock_one);
}

static void peterson_sc(void)
{
	run(2, peterson_one);
}

static void peterson(void)
{
	run(2, peterson_rounds);
}

static void dekker_f(void)
{
	run(2, dekker_one);
}

static void szymanski(void)
{
	run(2, szymanski_one);
}

static void lamport(void)
{
	run(weft_param("n"), lamport_bare);
}

static void lamport_crit(void)
{
	run(weft_param("n"), lamport_visible);
}

MODEL(opt_lock, "opt-lock", "an optimistic lock, n attempts", opt_lock,
      .params = { { "n", 1, 1, MODEL_ROUNDS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(peterson_sc, "peterson-sc", "Peterson's algorithm", peterson_sc,
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(peterson, "peterson", "n rounds of Peterson's algorithm", peterson,
      .params = { { "n", 1, 1, MODEL_ROUNDS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(dekker_f, "dekker-f", "the entry of Dekker's algorithm", dekker_f,
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(szymanski, "szymanski", "Szymanski's algorithm", szymanski,
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(lamport, "lamport", "Lamport's fast mutex, n threads", lamport,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(lamport_crit, "lamport-crit", "the same with a visible critical section",
      lamport_crit,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });
