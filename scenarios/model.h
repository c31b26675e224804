/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Model programs: small concurrent programs that need no kernel.
 *
 *	static struct model_cell *x;
 *
 *	static void add(long id)
 *	{
 *		model_write(x, model_read(x) + 1);
 *	}
 *
 *	static void program(void)
 *	{
 *		x = model_cell("x", 0);
 *		model_spawn("adder", add, 1);
 *		model_spawn("adder", add, 2);
 *		model_join_all();
 *		WEFT_CHECK(model_read(x) == 2, "no increment is lost");
 *	}
 *
 *	MODEL(racy_add, "racy-add", "two threads add without a lock", program);
 *
 * plus one line in registry.def: SCENARIO(scenario_model_racy_add).
 *
 *  I1  What comes before the first model_spawn() runs once, alone; the rest
 *      runs anew in each execution. Nothing has to be called in between.
 *  I2  Cells and locks live in memory that is rolled back. Globals do not:
 *      set them before the first spawn only (pointers to cells and locks), and
 *      read them anywhere. Locals are fine.
 *  I3  Reads, writes, adds, frees, lock operations, waits, joins and choices are
 *      scheduling points, plain accesses only where they race; starting a
 *      thread and everything else is not.
 */
#ifndef WEFT_MODEL_H
#define WEFT_MODEL_H

#include <limits.h>

#include "scenario.h"

/*
 * The place of an operation is where its call returns to, so in programs a call at
 * the end of a function stays a call, and no two functions, nor two calls in one,
 * are made one. Not in model.c: more frames have more dead slots, which cycles see.
 */
#ifndef MODEL_IS_NO_PROGRAM
#pragma GCC optimize ("no-optimize-sibling-calls", "no-partial-inlining")
#pragma GCC optimize ("no-ipa-icf", "no-crossjumping", "no-tree-tail-merge")
#pragma GCC optimize ("no-code-hoisting")
#endif

/* Cells: shared variables of type long. Fields are for model.c only. */
struct model_cell {
	long	value;
	int	freed_by;	/* task plus one; 0 nobody */
	unsigned int freed_step;
	struct weft_stack *freed_at;	/* where there is evidence to be collected */
	char	name[48];
};

/* Names are for reports; longer ones are cut. */
struct model_cell *model_cell(const char *name, long value);
/* model_cells() - n cells called name[0] to name[n - 1] */
struct model_cell *model_cells(const char *name, long n, long value);

long model_read(struct model_cell *cell);
void model_write(struct model_cell *cell, long value);
/* The same, ordering plain accesses as the kernel's functions of these names do. */
long model_load_acquire(struct model_cell *cell);
void model_store_release(struct model_cell *cell, long value);
/*
 * In one step, fully ordered; both return the old value. A failed compare is a
 * read and orders nothing.
 */
long model_fetch_add(struct model_cell *cell, long by);
long model_cmpxchg(struct model_cell *cell, long expected, long value);

/*
 * A reference count. What the kernel's refcount_t warns about is a finding: one taken
 * from zero, one put below it. The count goes on as if it had not been touched.
 */
void model_ref_get(struct model_cell *count);
/* False: it was zero. */
bool model_ref_get_unless_zero(struct model_cell *count);
/* Was it the last one? */
bool model_ref_put(struct model_cell *count);

/* Adds without looking: two of them commute, so their order is not explored. */
void model_add(struct model_cell *cell, long by);

/*
 * Ends the life of a cell. What any thread does to it later, another free
 * included, is a finding of kind "memory". It is never used again.
 */
void model_free(struct model_cell *cell);
/*
 * Plain accesses: scheduling points only where two of them race, as in the
 * kernel. A search starts again when it learns of a race.
 */
long model_plain_read(struct model_cell *cell);
void model_plain_write(struct model_cell *cell, long value);

/* Waits: the thread goes on only when the cell has, or has not, the value. */
void model_await(struct model_cell *cell, long value);
void model_await_not(struct model_cell *cell, long value);
/* Spins: a loop that reads until the cell has the value; explored as a wait. */
void model_spin_until(struct model_cell *cell, long value);

/*
 * In a loop that found nothing to do, as cpu_relax(): no operation. From a
 * thread's second one on the execution is watched for going round in a circle; it
 * is anyway behind 256 steps, or when a thread fails twice at a trylock
 * or a compare-and-exchange.
 */
void model_relax(void);

/* Locks. A rwsem is fair: a writer in line blocks later readers. */
struct model_lock;
struct model_lock *model_mutex(const char *name);
struct model_lock *model_rwsem(const char *name);
/* model_mutexes() - n of them; the next one is model_mutex_at(first, i) */
struct model_lock *model_mutexes(const char *name, long n);
struct model_lock *model_mutex_at(struct model_lock *first, long i);

void model_lock(struct model_lock *lock);
bool model_trylock(struct model_lock *lock);
void model_unlock(struct model_lock *lock);
bool model_is_locked(const struct model_lock *lock);	/* by anybody */
void model_lock_shared(struct model_lock *lock);
bool model_trylock_shared(struct model_lock *lock);
void model_unlock_shared(struct model_lock *lock);
void model_downgrade(struct model_lock *lock);

/* Completions: a wait returns once for each complete, whichever comes first. */
struct model_cell *model_completion(const char *name);
void model_complete(struct model_cell *completion);
void model_wait(struct model_cell *completion);

/**
 * model_spawn() - start a thread that runs fn(id)
 * @name: called "name-id" in reports, or just "name" when @id is 0
 * Return: its number, for model_join().
 */
int model_spawn(const char *name, void (*fn)(long id), long id);
void model_join(int thread);
void model_join_all(void);

/* One of 0 to n - 1: every one is explored. */
long model_choose(long n, const char *what);
/* Does it fail? At most so many times in an execution as --faults says. */
bool model_may_fail(const char *what);

/*
 * Throws executions away in which @condition is false: the thread stops here,
 * and what is left waiting at the end is no finding. Invariants: WEFT_CHECK().
 */
void model_assume(bool condition);

/* For .params: as many threads as can be started; any number of rounds. */
#define MODEL_THREADS	31
#define MODEL_ROUNDS	LONG_MAX

/*
 * MODEL() - the scenario model/NAME; what follows @program are more fields of
 * struct weft_scenario, such as .params and .expect
 */
#define MODEL(symbol, model_name, model_summary, program, ...)		\
	const struct weft_scenario scenario_model_##symbol = {		\
		.name = "model/" model_name,				\
		.summary = model_summary,				\
		.model = program,					\
		__VA_ARGS__						\
	}

#endif
