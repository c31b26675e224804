/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loops that never end, and loops that only look like it.
 *
 * Two threads that each hold what the other one tries, back off and try again
 * can do so for ever. A thread that spins on a flag that nobody sets does so
 * in any case. A hand-off is lost when its flag is cleared after it was set.
 */
#include "../model.h"

static struct model_lock *a, *b;
static struct model_cell *flag, *turn;

/* --- back-off --- */

static void back_off(struct model_lock *first, struct model_lock *second)
{
	for (;;) {
		model_lock(first);		/* AT lock */
		if (model_trylock(second))	/* AT trylock */
			break;
		model_unlock(first);		/* AT unlock */
		model_relax();
	}
	model_unlock(second);
	model_unlock(first);
}

static void forward(long id)
{
	(void)id;
	back_off(a, b);
}

static void backward(long id)
{
	(void)id;
	back_off(b, a);
}

/* Takes the two in order, without trying. */
static void in_order(long id)
{
	(void)id;
	model_lock(a);
	model_lock(b);
	model_unlock(b);
	model_unlock(a);
}

/* Gives up after so many turns. */
static void back_off_bounded(long id)
{
	long turn;

	for (turn = 0; turn < 3; turn++) {
		model_lock(id ? b : a);
		if (model_trylock(id ? a : b)) {
			model_unlock(id ? a : b);
			turn = 3;
		}
		model_unlock(id ? b : a);
		model_relax();
	}
}

static void run(void (*one)(long id), void (*other)(long id))
{
	a = model_mutex("a");
	b = model_mutex("b");
	model_spawn("one", one, 0);
	model_spawn("other", other, 1);
	model_join_all();
}

static void both_back_off(void)
{
	run(forward, backward);
}

static void one_backs_off(void)
{
	run(in_order, backward);
}

static void both_bounded(void)
{
	run(back_off_bounded, back_off_bounded);
}

/* --- spinning on a flag --- */

static void spinner(long id)
{
	(void)id;
	while (!model_read(flag))		/* AT spin */
		model_relax();
	WEFT_SOMETIMES("the flag was seen", true);
}

static void setter(long id)
{
	(void)id;
	model_write(flag, 1);
}

static void no_setter(long id)
{
	(void)id;
	model_write(turn, 1);
}

/* Sets it only when asked to by a thread that waits for the spinner first. */
static void late_setter(long id)
{
	(void)id;
	model_write(turn, 1);
	model_write(flag, 1);
}

static void spin(long spinners, void (*other)(long id))
{
	long i;

	flag = model_cell("flag", 0);
	turn = model_cell("turn", 0);
	for (i = 1; i <= spinners; i++)
		model_spawn("spinner", spinner, i);
	model_spawn("setter", other, 0);
	model_join_all();
}

static void spin_for_ever(void)
{
	spin(weft_param("n"), no_setter);
}

static void spin_until_set(void)
{
	spin(weft_param("n"), setter);
}

static void spin_until_late(void)
{
	spin(weft_param("n"), late_setter);
}

/* --- a hand-off --- */

static void taker(long id)
{
	(void)id;
	/* Whoever hands over before this is forgotten. */
	model_write(flag, 0);
	while (!model_read(flag))		/* AT wait */
		model_relax();
}

static void hand_off(void)
{
	flag = model_cell("flag", 0);
	model_spawn("taker", taker, 0);
	model_spawn("giver", setter, 0);
	model_join_all();
}

/* --- a loop that does nothing anybody could notice --- */

static void dreamer(long id)
{
	long i, turns = weft_param("n") ? weft_param("n") : -1;

	(void)id;
	for (i = 0; i != turns; i++)
		asm volatile("");
	model_write(flag, 1);
}

static void dream(void)
{
	flag = model_cell("flag", 0);
	model_spawn("dreamer", dreamer, 0);
	model_spawn("setter", setter, 0);
	model_join_all();
}

MODEL(livelock, "livelock", "two threads back off from each other for ever",
      both_back_off,
      .expect = { { NULL, "bug", "stuck", "a,b" } });

MODEL(livelock_ok, "livelock-ok", "only one of two threads backs off",
      one_backs_off,
      .loops = true,
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(backoff_bounded, "backoff-bounded",
      "two threads back off from each other three times", both_bounded,
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(spin_for_ever, "spin-for-ever", "n threads spin on a flag nobody sets",
      spin_for_ever,
      .params = { { "n", 1, 1, MODEL_THREADS - 1 } },
      .expect = { { NULL, "bug", "stuck", "spinner-1 repeats" } });

MODEL(spin_until_set, "spin-until-set", "n threads spin until one sets a flag",
      spin_until_set,
      .params = { { "n", 1, 1, MODEL_THREADS - 1 } },
      .probes = { "the flag was seen" },
      .loops = true,
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(spin_until_late, "spin-until-late",
      "n threads spin until one that is busy elsewhere sets a flag",
      spin_until_late,
      .params = { { "n", 1, 1, MODEL_THREADS - 1 } },
      .probes = { "the flag was seen" },
      .loops = true,
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(dream, "dream", "n turns of a loop without an operation, 0: for ever",
      dream,
      .params = { { "n", 1000, 0, MODEL_ROUNDS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(lost_handoff, "lost-handoff", "a hand-off is forgotten by a late clear",
      hand_off,
      .expect = { { NULL, "bug", "stuck", "taker repeats" } });
