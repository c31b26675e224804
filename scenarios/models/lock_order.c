/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lock order: the cases of lib/locking-selftest.c, each order a thread, in
 * programs of our own; with mutexes and with a rwsem's write and read sides; and its
 * cycles of three locks some of which are read locks. Readers who wait for readers,
 * because writers are in line between them. And near misses, which have a cycle in
 * their lock graph, or seem to, but no deadlock.
 */
#include <string.h>

#include "../model.h"

static struct model_lock *locks[4], *gate;
static const char *orders;	/* "ABBCCA": AB by one, BC by another ... */

static struct model_lock *lock_of(char letter)
{
	return locks[letter - 'A'];
}

static void take(long id)
{
	struct model_lock *first = lock_of(orders[2 * id - 2]);
	struct model_lock *second = lock_of(orders[2 * id - 1]);

	model_lock(first);			/* AT first */
	model_lock(second);			/* AT second */
	model_unlock(second);
	model_unlock(first);
}

/* The first for reading. */
static void take_read_write(long id)
{
	struct model_lock *first = lock_of(orders[2 * id - 2]);
	struct model_lock *second = lock_of(orders[2 * id - 1]);

	model_lock_shared(first);		/* AT read */
	model_lock(second);			/* AT write */
	model_unlock(second);
	model_unlock_shared(first);
}

static void take_read_read(long id)
{
	struct model_lock *first = lock_of(orders[2 * id - 2]);
	struct model_lock *second = lock_of(orders[2 * id - 1]);

	model_lock_shared(first);			/* AT read-first */
	model_lock_shared(second);			/* AT read-second */
	model_unlock_shared(second);
	model_unlock_shared(first);
}

static void take_gated(long id)
{
	model_lock(gate);
	take(id);
	model_unlock(gate);
}

static void take_or_back_off(long id)
{
	struct model_lock *first = lock_of(orders[2 * id - 2]);
	struct model_lock *second = lock_of(orders[2 * id - 1]);

	model_lock(first);
	if (model_trylock(second))
		model_unlock(second);
	model_unlock(first);
}

static void make_locks(const char *text, bool rwsem)
{
	static const char *const names[] = { "A", "B", "C", "D" };
	int i;

	orders = text;
	gate = model_mutex("gate");
	for (i = 0; i < 4; i++)
		locks[i] = rwsem ? model_rwsem(names[i]) :
				   model_mutex(names[i]);
}

static void run(const char *text, bool rwsem, void (*fn)(long id))
{
	long i, n = (long)strlen(text) / 2;

	make_locks(text, rwsem);
	for (i = 1; i <= n; i++)
		model_spawn("taker", fn, i);
	model_join_all();
}

#define DEADLOCK(text)	{ { NULL, "bug", "deadlock", "deadlock:" text } }
#define CLEAN		{ { NULL, "exhausted", NULL, NULL } }

#define CASE(name, label, text, locked)					\
static void mutex_##name(void) { run(text, false, take); }		\
static void rwsem_##name(void) { run(text, true, take); }		\
static void mixed_##name(void) { run(text, true, take_read_write); }	\
MODEL(order_mutex_##name, "order-mutex-" label, text " with mutexes",	\
      mutex_##name, .expect = DEADLOCK(locked));			\
MODEL(order_rwsem_##name, "order-rwsem-" label, text " with rwsems",	\
      rwsem_##name, .expect = DEADLOCK(locked));			\
MODEL(order_mixed_##name, "order-mixed-" label,				\
      text " with rwsems, the first for reading",			\
      mixed_##name, .expect = DEADLOCK(locked))

CASE(abba, "abba", "ABBA", "A,B");
CASE(abbcca, "abbcca", "ABBCCA", "A,B,C");
CASE(abcabc, "abcabc", "ABCABC", "A,B,C");
CASE(abbccdda, "abbccdda", "ABBCCDDA", "A,B,C,D");
CASE(abcdbcda, "abcdbcda", "ABCDBCDA", "A,B,C,D");
CASE(abcdbdda, "abcdbdda", "ABCDBDDA", "A,B,D");

/* @orders: "WARB" takes A for writing and, under it, B for reading. */
static void take_as(char mode, struct model_lock *lock)
{
	if (mode == 'W')
		model_lock(lock);		/* AT as-writer */
	else
		model_lock_shared(lock);	/* AT as-reader */
}

static void drop_as(char mode, struct model_lock *lock)
{
	if (mode == 'W')
		model_unlock(lock);
	else
		model_unlock_shared(lock);
}

static void take_modes(long id)
{
	const char *order = &orders[4 * (id - 1)];

	take_as(order[0], lock_of(order[1]));	/* AT mode-first */
	take_as(order[2], lock_of(order[3]));	/* AT mode-second */
	drop_as(order[2], lock_of(order[3]));
	drop_as(order[0], lock_of(order[1]));
}

static void take_all_modes(void)
{
	long i, n = (long)strlen(orders) / 4;

	for (i = 1; i <= n; i++)
		model_spawn("taker", take_modes, i);
	model_join_all();
}

static void modes(const char *text)
{
	make_locks(text, true);
	take_all_modes();
}

/* B is a mutex. */
static void around(const char *text)
{
	make_locks(text, true);
	locks[1] = model_mutex("M");
	take_all_modes();
}

#define MODES(name, text, expected)					\
static void modes_##name(void) { modes(text); }				\
MODEL(order_modes_##name, "order-modes-" #name,				\
      text ", W for writing and R for reading", modes_##name,		\
      .expect = expected)

MODES(warb_wbrc_wcra, "WARBWBRCWCRA", DEADLOCK("A,B,C"));
MODES(wawb_rbrc_wcra, "WAWBRBRCWCRA", DEADLOCK("A,B,C"));
MODES(wawb_rbrc_rcwa, "WAWBRBRCRCWA", CLEAN);
MODES(warb_rbrc_wcwa, "WARBRBRCWCWA", CLEAN);

/* One lock twice, by each of them. */
#define SELF(name, text, expected)					\
static void self_##name(void) { modes(text); }				\
MODEL(order_self_##name, "order-self-" #name,				\
      text ", W for writing and R for reading", self_##name,		\
      .expect = expected)

SELF(wawa, "WAWA", DEADLOCK("A"));
SELF(rawa, "RAWA", DEADLOCK("A"));
SELF(wara, "WARA", DEADLOCK("A"));
SELF(rara, "RARARARA", CLEAN);

#define AROUND(name, label, text)					\
static void around_##name(void) { around(text); }			\
MODEL(order_around_##name, "order-around-" label,			\
      text ", W for writing and R for reading, B a mutex", around_##name, \
      .expect = DEADLOCK("A,M"))

AROUND(rl_lw, "rl-lw", "RAWBWBWA");
AROUND(wl_lw, "wl-lw", "WAWBWBWA");

/* A is read in both orders: all is well until somebody is in line to write it. */
static void read_lock(long id)
{
	(void)id;
	model_lock_shared(locks[0]);		/* AT line-first-read */
	model_lock(locks[1]);			/* AT line-second */
	model_unlock(locks[1]);
	model_unlock_shared(locks[0]);
}

static void lock_read(long id)
{
	(void)id;
	model_lock(locks[1]);			/* AT line-first */
	model_lock_shared(locks[0]);		/* AT line-second-read */
	model_unlock_shared(locks[0]);
	model_unlock(locks[1]);
}

static void write_one(long id)
{
	model_lock(locks[id]);			/* AT line-write */
	model_unlock(locks[id]);
}

static void read_lock_gated(long id)
{
	model_lock(gate);
	read_lock(id);
	model_unlock(gate);
}

static void write_gated(long id)
{
	model_lock(gate);
	write_one(id);
	model_unlock(gate);
}

static void read_lock_write(long id)
{
	read_lock(id);
	write_one(0);
}

static void against(void (*first)(long id), void (*writer)(long id))
{
	make_locks("", true);
	locks[1] = model_mutex("M");
	model_spawn("reader", first, 1);
	model_spawn("reader", lock_read, 2);
	if (writer)
		model_spawn("writer", writer, 0);
	model_join_all();
}

static void line(void) { against(read_lock, write_one); }
static void line_nobody(void) { against(read_lock, NULL); }
static void line_self(void) { against(read_lock_write, NULL); }
static void line_gated(void) { against(read_lock_gated, write_gated); }

/* Readers only: it takes a writer in line for each lock. */
static void lines(int writers)
{
	int i;

	make_locks("ABBA", true);
	model_spawn("reader", take_read_read, 1);
	model_spawn("reader", take_read_read, 2);
	for (i = 0; i < writers; i++)
		model_spawn("writer", write_one, i);
	model_join_all();
}

static void line_both(void) { lines(2); }
static void line_one(void) { lines(1); }

static void readers(void) { run("ABBA", true, take_read_read); }
static void gated(void) { run("ABBCCA", false, take_gated); }
static void back_off(void) { run("ABBA", false, take_or_back_off); }

/* The second begins when the first has ended. */
static void in_turn(void)
{
	make_locks("ABBA", false);
	model_join(model_spawn("taker", take, 1));
	model_join(model_spawn("taker", take, 2));
}

/* One thread takes both orders: there is nobody to wait for. */
static void take_both(long id)
{
	(void)id;
	take(1);
	take(2);
}

static void alone(void)
{
	make_locks("ABBA", false);
	model_spawn("taker", take_both, 1);
	model_join_all();
}

/* The other order is taken only by a last one that all others have overtaken. */
static struct model_cell *count, *ended;

static void take_late(long id)
{
	long n = weft_param("n"), value = model_read(count);

	model_write(count, value + 1);
	if (id == 1)
		take_gated(1);
	else if (id == n && model_read(count) == 1 && model_read(ended) == n - 1)
		take_gated(2);
	model_add(ended, 1);
}

static void late(void)
{
	long i, n = weft_param("n");

	make_locks("ABBA", false);
	count = model_cell("count", 0);
	ended = model_cell("ended", 0);
	for (i = 1; i <= n; i++)
		model_spawn("taker", take_late, i);
	model_join_all();
}

MODEL(order_readers, "order-readers", "ABBA by readers", readers,
      .expect = CLEAN);
MODEL(order_line, "order-line", "a reader waits behind a writer in line", line,
      .expect = DEADLOCK("A,A,M"));
MODEL(order_line_both, "order-line-both",
      "ABBA by readers, a writer in line for each", line_both,
      .expect = DEADLOCK("A,A,B,B"));
MODEL(order_line_nobody, "order-line-nobody",
      "order-line without a writer", line_nobody, .expect = CLEAN);
MODEL(order_line_self, "order-line-self",
      "the writer is one of those who wait", line_self, .expect = CLEAN);
MODEL(order_line_gated, "order-line-gated",
      "order-line, the writer under a gate lock", line_gated, .expect = CLEAN);
MODEL(order_line_one, "order-line-one",
      "ABBA by readers, a writer for one of both", line_one,
      .expect = CLEAN);
MODEL(order_gated, "order-gated", "ABBCCA under a gate lock", gated,
      .expect = CLEAN);
MODEL(order_back_off, "order-back-off", "ABBA, the second by trylock", back_off,
      .expect = CLEAN);
MODEL(order_late, "order-late", "ABBA under a gate lock, the second rarely",
      late, .params = { { "n", 4, 1, MODEL_THREADS } }, .expect = CLEAN);
MODEL(order_in_turn, "order-in-turn", "ABBA, one behind the end of the other",
      in_turn, .expect = CLEAN);
MODEL(order_alone, "order-alone", "ABBA by one thread", alone,
      .expect = CLEAN);
