/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dpor strategy against its oracles, on random programs.
 *
 *	dpor_fuzz [PROGRAMS [FIRST_SEED [GROUP]]]	TAP on stdout
 *
 *  I1  dpor, sleep and (where it is small enough) dfs execute the same set of
 *      Mazurkiewicz traces.
 *  I2  sleep executes each of them once. Without loose operations (waits for a
 *      condition, fair locks) so does dpor, and cuts no execution short.
 *  I3  A trace is a hash that does not depend on the order in which independent
 *      operations were executed: each step is hashed with the last write of its
 *      object and, if it writes, with the reads since; the trace is the sum.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "framework/exec.h"
#include "scenarios/model.h"

#define THREADS_MAX	4
#define OPS_MAX		5
#define OBJECTS		2	/* of each sort */
#define TRACES_MAX	1500	/* larger programs are left out */
#define DFS_MAX		3000
#define STEPS_MAX	256

enum kind {
	NOP, READ, WRITE, WRITE_NEXT, ADD, CAS, LOCK, UNLOCK, TRYLOCK, SPAWN,
	JOIN, JOIN_ALL, AWAIT, AWAIT_NOT, DOWN_READ, DOWN_WRITE, UP,
	TRY_READ, TRY_WRITE, KINDS
};

static const char *const kind_names[KINDS] = {
	"nop", "read", "write", "write_next", "add", "cas", "lock", "unlock",
	"trylock", "spawn", "join", "join_all", "await", "await_not",
	"down_read", "down_write", "up", "try_read", "try_write",
};

/* @guard: executed only if the thread's last value is it; -1 always */
struct op {
	enum kind	kind;
	int		object;
	int		value, expected;
	int		guard;
};

struct fuzz_program {
	int		threads;
	int		spawner;		/* task that spawns in mid-run; 0 main */
	bool		is_early[THREADS_MAX];	/* spawned by main at once */
	int		ops_n[THREADS_MAX];
	struct op	ops[THREADS_MAX][OPS_MAX];
};

/* Weights of kinds. */
struct group {
	const char	*name;
	bool		loose;
	unsigned char	weights[KINDS];
};

static const struct group groups[] = {
	{ "cells", false,
	  { [READ] = 4, [WRITE] = 3, [WRITE_NEXT] = 2, [ADD] = 2, [CAS] = 4 } },
	{ "mutexes", false,
	  { [READ] = 2, [WRITE_NEXT] = 2, [LOCK] = 6, [UNLOCK] = 4 } },
	{ "trylocks", false,
	  { [READ] = 1, [ADD] = 1, [LOCK] = 3, [UNLOCK] = 4, [TRYLOCK] = 4 } },
	{ "spawn and join", false,
	  { [READ] = 2, [ADD] = 1, [CAS] = 2, [LOCK] = 2, [UNLOCK] = 2,
	    [SPAWN] = 4, [JOIN] = 2, [JOIN_ALL] = 1 } },
	{ "all but waits", false,
	  { [READ] = 3, [WRITE] = 2, [WRITE_NEXT] = 2, [ADD] = 1, [CAS] = 3,
	    [LOCK] = 4, [UNLOCK] = 4, [TRYLOCK] = 2, [SPAWN] = 2, [JOIN] = 1,
	    [JOIN_ALL] = 1 } },
	{ "waits for a condition", true,
	  { [READ] = 2, [WRITE] = 3, [ADD] = 2, [CAS] = 2, [AWAIT] = 3,
	    [AWAIT_NOT] = 3, [LOCK] = 1, [UNLOCK] = 1, [JOIN_ALL] = 1 } },
	{ "reader-writer locks", true,
	  { [READ] = 1, [ADD] = 1, [DOWN_READ] = 4, [DOWN_WRITE] = 4, [UP] = 6,
	    [TRY_READ] = 1, [TRY_WRITE] = 1 } },
	{ "everything", true,
	  { [READ] = 2, [WRITE] = 2, [ADD] = 1, [CAS] = 2, [LOCK] = 2,
	    [UNLOCK] = 3, [TRYLOCK] = 1, [SPAWN] = 2, [JOIN] = 1, [JOIN_ALL] = 1,
	    [AWAIT] = 1, [AWAIT_NOT] = 1, [DOWN_READ] = 2, [DOWN_WRITE] = 2,
	    [UP] = 3, [TRY_READ] = 1, [TRY_WRITE] = 1 } },
};
#define GROUPS ((int)(sizeof(groups) / sizeof(groups[0])))

/* --- random programs --- */

static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static uint64_t random_state;

static int random_below(int n)
{
	random_state++;
	return (int)(mix(random_state) % (unsigned int)n);
}

static enum kind random_kind(const struct group *group)
{
	int i, sum = 0;

	for (i = 0; i < KINDS; i++)
		sum += group->weights[i];
	sum = random_below(sum);
	for (i = 0; sum >= group->weights[i]; i++)
		sum -= group->weights[i];
	return (enum kind)i;
}

static void make_program(struct fuzz_program *p, const struct group *group,
			 uint64_t seed)
{
	int t, i;

	memset(p, 0, sizeof(*p));
	random_state = mix(seed);
	p->threads = 2 + random_below(THREADS_MAX - 1);
	p->spawner = random_below(p->threads);
	for (t = 0; t < p->threads; t++) {
		/*
		 * The others are spawned in mid-run, all by one task: ids are
		 * given in order, and must not depend on the schedule.
		 */
		p->is_early[t] = t <= 1 || t <= p->spawner ||
				 !group->weights[SPAWN] || random_below(3);
		p->ops_n[t] = 2 + random_below(OPS_MAX - 1);
		for (i = 0; i < p->ops_n[t]; i++) {
			struct op *op = &p->ops[t][i];

			op->kind = random_kind(group);
			op->object = random_below(OBJECTS);
			op->value = random_below(3);
			op->expected = random_below(3);
			op->guard = random_below(4) ? -1 : random_below(2);
		}
	}
}

static void print_program(const struct fuzz_program *p)
{
	int t, i;

	for (t = 0; t < p->threads; t++) {
		printf("#   thread %d%s:", t, p->is_early[t] ? "" : " (late)");
		for (i = 0; i < p->ops_n[t]; i++) {
			const struct op *op = &p->ops[t][i];

			if (op->kind == NOP)
				continue;
			if (op->guard >= 0)
				printf(" [%d]", op->guard);
			printf(" %s(%d,%d,%d)", kind_names[op->kind],
			       op->object, op->value, op->expected);
		}
		printf("%s\n", t == p->spawner ? " SPAWNER" : "");
	}
}

/* --- programs as the explorer sees them --- */

static const struct fuzz_program *running;
static struct model_cell *cells;
static struct model_lock *mutexes, *rwsems[OBJECTS];

enum hold { FREE, READING, WRITING };

/* What a thread knows; on its stack. */
struct frame {
	int		self;
	long		last;
	bool		holds[OBJECTS];
	enum hold	rwsem[OBJECTS];
	int		task_of[THREADS_MAX];	/* 0: not spawned by this thread */
};

static void run_thread(long self);

static void spawn_next(struct frame *f)
{
	int t;

	for (t = 1; t < running->threads; t++)
		if (!running->is_early[t] && !f->task_of[t]) {
			f->task_of[t] = model_spawn("t", run_thread, t);
			return;
		}
}

static void join_one(const struct frame *f, int which)
{
	int i;

	for (i = 0; i < THREADS_MAX; i++, which++)
		if (f->task_of[which % THREADS_MAX]) {
			model_join(f->task_of[which % THREADS_MAX]);
			return;
		}
}

static void on_rwsem(struct frame *f, const struct op *op)
{
	struct model_lock *lock = rwsems[op->object];
	enum hold *hold = &f->rwsem[op->object];

	if (op->kind == UP) {
		if (*hold == READING)
			model_unlock_shared(lock);
		else if (*hold == WRITING)
			model_unlock(lock);
		*hold = FREE;
		return;
	}
	if (*hold != FREE)
		return;
	if (op->kind == DOWN_READ) {
		model_lock_shared(lock);
		*hold = READING;
	} else if (op->kind == DOWN_WRITE) {
		model_lock(lock);
		*hold = WRITING;
	} else if (op->kind == TRY_READ) {
		f->last = model_trylock_shared(lock);
		*hold = f->last ? READING : FREE;
	} else {
		f->last = model_trylock(lock);
		*hold = f->last ? WRITING : FREE;
	}
}

static void on_mutex(struct frame *f, const struct op *op)
{
	struct model_lock *lock = model_mutex_at(mutexes, op->object);
	bool *holds = &f->holds[op->object];

	if (op->kind == LOCK && (!*holds || op->expected == 2)) {
		model_lock(lock);	/* again: waits for itself */
		*holds = true;
	} else if (op->kind == UNLOCK && *holds) {
		model_unlock(lock);
		*holds = false;
	} else if (op->kind == TRYLOCK && !*holds) {
		*holds = model_trylock(lock);
		f->last = *holds;
	}
}

static void run_op(struct frame *f, const struct op *op)
{
	struct model_cell *cell = &cells[op->object];

	switch (op->kind) {
	case READ:
		f->last = model_read(cell);
		break;
	case WRITE:
		model_write(cell, op->value);
		break;
	case WRITE_NEXT:
		model_write(cell, (f->last + 1) % 3);
		break;
	case ADD:
		f->last = model_fetch_add(cell, op->value);
		break;
	case CAS:
		f->last = model_cmpxchg(cell, op->expected, op->value);
		break;
	case LOCK:
	case UNLOCK:
	case TRYLOCK:
		on_mutex(f, op);
		break;
	case AWAIT:
		model_await(cell, op->value);
		break;
	case AWAIT_NOT:
		model_await_not(cell, op->value);
		break;
	case SPAWN:
		if (f->self == running->spawner)
			spawn_next(f);
		break;
	case JOIN:
		join_one(f, op->value);
		break;
	case JOIN_ALL:
		if (!f->self)
			model_join_all();
		break;
	case NOP:
		break;
	default:
		on_rwsem(f, op);
	}
}

static void run_ops(struct frame *f)
{
	int i;

	for (i = 0; i < running->ops_n[f->self]; i++) {
		const struct op *op = &running->ops[f->self][i];

		if (op->guard < 0 || op->guard == f->last)
			run_op(f, op);
	}
}

static void run_thread(long self)
{
	struct frame f = { .self = (int)self };

	run_ops(&f);
}

static void run_main(void *arg)
{
	struct frame f = { 0 };
	int t;

	(void)arg;
	cells = model_cells("x", OBJECTS, 0);
	mutexes = model_mutexes("m", OBJECTS);
	for (t = 0; t < OBJECTS; t++)
		rwsems[t] = model_rwsem("s");
	for (t = 1; t < running->threads; t++)
		if (running->is_early[t])
			f.task_of[t] = model_spawn("t", run_thread, t);
	run_ops(&f);
}

/* --- traces --- */

static struct weft_operation steps[STEPS_MAX];
static size_t steps_n;
static const struct weft_strategy *inner;

static void log_applied(void *state, const struct weft_operation *op)
{
	if (steps_n < STEPS_MAX)
		steps[steps_n++] = *op;
	if (inner->applied)
		inner->applied(state, op);
}

/* The steps of one object that a later step is ordered after: I3. */
struct object_order {
	uint64_t	object, write, reads;
};

static struct object_order *order_of(struct object_order *all, size_t *n,
				     uint64_t object)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (all[i].object == object)
			return &all[i];
	all[*n] = (struct object_order){ .object = object };
	return &all[(*n)++];
}

static uint64_t hash_step(const struct weft_operation *op, uint64_t *number)
{
	uint64_t h = mix((uint64_t)op->kind * 64 + (uint64_t)op->task);

	h = mix(h ^ ++*number);
	h = mix(h ^ op->object);
	h = mix(h ^ (uint64_t)(op->peer + 3));
	h = mix(h ^ op->write);
	if (op->has_value)
		h = mix(mix(h ^ op->before) ^ op->after);
	return h;
}

static uint64_t trace_hash(enum weft_outcome outcome)
{
	struct object_order orders[STEPS_MAX], *order;
	uint64_t numbers[WEFT_THREADS_MAX] = { 0 }, sum = mix(outcome), h;
	size_t n = 0, i;

	for (i = 0; i < steps_n; i++) {
		h = hash_step(&steps[i], &numbers[steps[i].task]);
		if (steps[i].object != UINT64_MAX) {
			order = order_of(orders, &n, steps[i].object);
			h = mix(h ^ order->write);
			if (steps[i].write) {
				h = mix(h ^ order->reads);
				order->write = h;
				order->reads = 0;
			} else {
				order->reads += mix(h);
			}
		}
		sum += mix(h);
	}
	return sum;
}

/* --- campaigns --- */

struct campaign {
	uint64_t	traces[TRACES_MAX * 4];
	size_t		n, different, blocked;
	bool		is_complete;
};

static int compare_hashes(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void sort_traces(struct campaign *c)
{
	size_t i;

	qsort(c->traces, c->n, sizeof(c->traces[0]), compare_hashes);
	for (c->different = i = 0; i < c->n; i++)
		if (!i || c->traces[i] != c->traces[i - 1])
			c->traces[c->different++] = c->traces[i];
}

static void explore(struct weft_exec *x, const struct weft_strategy *strategy,
		    size_t max, struct campaign *c)
{
	struct weft_strategy_options options = {
		.preemptions = WEFT_PREEMPTIONS_NONE, .nodes_max = 1 << 22,
	};
	struct weft_strategy logged = *strategy;
	const struct weft_decision *decisions;
	enum weft_outcome outcome;
	unsigned int n;
	void *state;

	inner = strategy;
	logged.applied = log_applied;
	c->n = c->blocked = 0;
	c->is_complete = true;
	state = strategy->create(&options);
	while (strategy->begin(state) == WEFT_BEGIN_RUN) {
		if (c->n + c->blocked >= max) {
			c->is_complete = false;
			break;
		}
		steps_n = 0;
		outcome = weft_exec_run(x, &logged, state, false);
		decisions = weft_exec_decisions(x, &n);
		strategy->end(state, decisions, n);
		if (outcome == WEFT_OUTCOME_REDUNDANT)
			c->blocked++;
		else
			c->traces[c->n++] = trace_hash(outcome);
	}
	strategy->destroy(state);
	sort_traces(c);
}

static bool has_same_traces(const struct campaign *a, const struct campaign *b)
{
	return a->different == b->different &&
	       !memcmp(a->traces, b->traces,
		       a->different * sizeof(a->traces[0]));
}

struct totals {
	unsigned long programs, large, dfs;
	unsigned long traces, again, blocked;
	unsigned long oracle_blocked;
};

static struct campaign by_sleep, by_dpor, by_dfs;

/* Return: NULL, or what is wrong. */
static const char *compare(struct weft_exec *x, bool loose,
			   struct totals *totals)
{
	explore(x, &weft_strategy_sleep, TRACES_MAX, &by_sleep);
	if (!by_sleep.is_complete) {
		totals->large++;
		return NULL;
	}
	totals->traces += by_sleep.different;
	totals->oracle_blocked += by_sleep.blocked;
	explore(x, &weft_strategy_dpor, TRACES_MAX * 4, &by_dpor);
	totals->again += by_dpor.n - by_dpor.different;
	totals->blocked += by_dpor.blocked;
	if (!by_dpor.is_complete)
		return "dpor does not end";
	if (!has_same_traces(&by_sleep, &by_dpor))
		return "dpor and sleep differ";
	if (by_sleep.n != by_sleep.different)
		return "sleep executes a trace twice";
	if (!loose && by_dpor.n != by_dpor.different)
		return "dpor executes a trace twice";
	if (!loose && by_dpor.blocked)
		return "dpor cuts an execution short";
	if (by_sleep.n > DFS_MAX / 20)
		return NULL;
	explore(x, &weft_strategy_dfs, DFS_MAX, &by_dfs);
	if (!by_dfs.is_complete)
		return NULL;
	totals->dfs++;
	return has_same_traces(&by_sleep, &by_dfs) ? NULL :
	       "sleep and dfs differ";
}

static const char *check_program(const struct fuzz_program *p, bool loose,
				 struct totals *totals)
{
	struct weft_exec_config config = {
		.main = run_main, .main_concurrent = true,
		.every_access_shared = true, .depth_max = STEPS_MAX,
	};
	struct weft_exec *x = weft_exec_create(&config);
	const char *wrong = "setup failed";

	running = p;
	totals->programs++;
	if (x && weft_exec_setup(x) == WEFT_OUTCOME_COMPLETE)
		wrong = compare(x, loose, totals);
	if (x)
		weft_exec_destroy(x);
	return wrong;
}

/* Leaves out what is not needed for the same complaint. */
static void shrink(struct fuzz_program *p, bool loose, const char *wrong)
{
	struct totals ignored;
	bool smaller = true;
	int t, i;

	while (smaller) {
		smaller = false;
		for (t = 0; t < p->threads; t++)
			for (i = 0; i < p->ops_n[t]; i++) {
				struct op old = p->ops[t][i], *op = &p->ops[t][i];

				if (old.kind == NOP)
					continue;
				op->kind = NOP;
				if (check_program(p, loose, &ignored) == wrong) {
					smaller = true;
					continue;
				}
				*op = old;
				if (old.guard < 0)
					continue;
				op->guard = -1;
				if (check_program(p, loose, &ignored) == wrong)
					smaller = true;
				else
					*op = old;
			}
	}
}

static void complain(struct fuzz_program *p, const struct group *group,
		     uint64_t seed, const char *wrong)
{
	struct totals ignored;

	printf("# %s: %s, seed %llu; the smallest such program:\n", group->name,
	       wrong, (unsigned long long)seed);
	shrink(p, group->loose, wrong);
	check_program(p, group->loose, &ignored);
	print_program(p);
	printf("#   sleep: %zu traces, %zu cut short; dpor: %zu executions, %zu traces, %zu cut short\n",
	       by_sleep.different, by_sleep.blocked, by_dpor.n,
	       by_dpor.different, by_dpor.blocked);
}

static void run_group(int number, unsigned long programs, uint64_t first)
{
	const struct group *group = &groups[number];
	struct totals totals = { 0 };
	struct fuzz_program p;
	unsigned long failed = 0;
	uint64_t seed;

	for (seed = first; seed < first + programs; seed++) {
		const char *wrong;

		make_program(&p, group, seed * GROUPS + (uint64_t)number);
		wrong = check_program(&p, group->loose, &totals);
		if (wrong && ++failed <= 5)
			complain(&p, group, seed, wrong);
	}
	printf("%sok %d - %s: dpor agrees with its oracles\n",
	       failed ? "not " : "", number + 1, group->name);
	printf("# %lu programs, %lu failed, %lu too large, %lu also by dfs; %lu traces, %lu again, %lu cut short (sleep %lu)\n",
	       totals.programs, failed, totals.large, totals.dfs,
	       totals.traces, totals.again, totals.blocked,
	       totals.oracle_blocked);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	unsigned long programs = argc > 1 ? strtoul(argv[1], NULL, 10) : 2400;
	uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	int only = argc > 3 ? atoi(argv[3]) - 1 : -1, i;

	printf("1..%d\n", GROUPS);
	for (i = 0; i < GROUPS; i++)
		if (only < 0 || only == i)
			run_group(i, (programs + GROUPS - 1) / GROUPS, first);
	return 0;
}
