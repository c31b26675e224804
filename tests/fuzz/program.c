/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes and prints random programs; contract in program.h. */
#include <string.h>

#include "tests/fuzz/program.h"

/* Source: splitmix64, as in framework/strategies/random.c. */
uint64_t fuzz_mix(uint64_t x)
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
	return (int)(fuzz_mix(random_state) % (unsigned int)n);
}

static enum fuzz_kind random_kind(const struct fuzz_group *group)
{
	int i, sum = 0;

	for (i = 0; i < FUZZ_KINDS; i++)
		sum += group->weights[i];
	sum = random_below(sum);
	for (i = 0; sum >= group->weights[i]; i++)
		sum -= group->weights[i];
	return (enum fuzz_kind)i;
}

static void make_ops(struct fuzz_program *p, const struct fuzz_group *group,
		     int thread)
{
	int i;

	if (group->narrow || group->tight)
		p->ops_n[thread] = 1 + random_below(3);
	else if (p->threads > FUZZ_THREADS_FEW)
		p->ops_n[thread] = 1 + random_below(4);
	else
		p->ops_n[thread] = 2 + random_below(group->wide ? 5 : 4);
	for (i = 0; i < p->ops_n[thread]; i++) {
		struct fuzz_op *op = &p->ops[thread][i];

		op->kind = random_kind(group);
		op->object = group->tight ? 0 :
			     random_below(group->wide ? FUZZ_OBJECTS : 2);
		op->value = random_below(3);
		op->expected = random_below(3);
		if (op->kind == FUZZ_DOWN_READ && !group->nested)
			op->expected = 0;
		op->guard = random_below(4) ? -1 : random_below(2);
	}
}

/* The first two are there from the beginning: somebody has to be. */
static int make_creator(const struct fuzz_group *group, int thread, int spawner)
{
	if (thread < 2 || group->creators == FUZZ_NOBODY)
		return FUZZ_AT_ONCE;
	if (group->creators == FUZZ_SEVERAL_TASKS)
		return random_below(6) ? random_below(thread) : FUZZ_AT_ONCE;
	return thread <= spawner || random_below(3) ? FUZZ_AT_ONCE : spawner;
}

/*
 * The creator of a thread creates it somewhere behind its first operation: what
 * comes before that is done at once, and so never in mid-run.
 */
static void plant_spawn(struct fuzz_program *p, int thread)
{
	int creator = p->creator[thread], at;
	struct fuzz_op *ops;

	if (creator < 0)
		return;
	ops = p->ops[creator];
	ops[0].guard = -1;
	at = 1 + random_below(p->ops_n[creator]);
	memmove(&ops[at + 1], &ops[at],
		(size_t)(p->ops_n[creator]++ - at) * sizeof(*ops));
	ops[at] = (struct fuzz_op){ .kind = FUZZ_SPAWN, .guard = -1 };
}

void fuzz_program_make(struct fuzz_program *p, const struct fuzz_group *group,
		       uint64_t seed)
{
	const char *c;
	int t, spawner;

	memset(p, 0, sizeof(*p));
	random_state = fuzz_mix(seed);
	for (c = group->name; *c; c++)
		random_state = fuzz_mix(random_state ^ (unsigned char)*c);
	p->threads = 2 + random_below(FUZZ_THREADS_FEW - 1);
	if (group->creators == FUZZ_SEVERAL_TASKS)
		p->threads = FUZZ_THREADS_FEW;
	if (group->wide || group->tight)
		p->threads = FUZZ_THREADS_FEW + random_below(2);
	/* Numbers on both sides of a power of two. */
	if (group->wide && random_below(2))
		p->idle = 6;
	if (group->faults)
		p->faults = 1 + random_below(group->faults);
	spawner = random_below(p->threads);
	for (t = 0; t < p->threads; t++) {
		p->creator[t] = make_creator(group, t, spawner);
		make_ops(p, group, t);
	}
	for (t = 0; t < p->threads; t++)
		plant_spawn(p, t);
}

double fuzz_program_schedules(const struct fuzz_program *p)
{
	double schedules = 1;
	int t, i, steps = 0;

	for (t = 0; t < p->threads; t++) {
		int own = 0;

		for (i = 0; i < p->ops_n[t]; i++)
			if (p->ops[t][i].kind != FUZZ_NOP)
				schedules *= (double)++steps / ++own;
	}
	return schedules;
}

/* Each spawn of a thread creates the next of those it is to create. */
static void print_spawn(const struct fuzz_program *p, int creator,
			const struct fuzz_op *op, FILE *out)
{
	const struct fuzz_op *earlier;
	int t = 0;

	for (earlier = p->ops[creator]; earlier <= op; earlier++) {
		if (earlier->kind != FUZZ_SPAWN)
			continue;
		for (t++; t < p->threads && p->creator[t] != creator; )
			t++;
	}
	if (t < p->threads)
		fprintf(out, "spawn(t-%d)", t);
	else
		fprintf(out, "/* nobody left to spawn */");
}

static void print_op(const struct fuzz_op *op, FILE *out)
{
	int o = op->object, v = op->value, e = op->expected;

	switch (op->kind) {
	case FUZZ_READ:
		fprintf(out, "r = x[%d]", o);
		break;
	case FUZZ_WRITE:
		fprintf(out, "x[%d] = %d", o, v);
		break;
	case FUZZ_WRITE_NEXT:
		fprintf(out, "x[%d] = (r + 1) %% 3", o);
		break;
	case FUZZ_FETCH_ADD:
		fprintf(out, "r = fetch_add(x[%d], %d)", o, v);
		break;
	case FUZZ_CAS:
		fprintf(out, "r = cmpxchg(x[%d], %d, %d)", o, e, v);
		break;
	case FUZZ_ADD:
		fprintf(out, "add(x[%d], %d)", o, v);
		break;
	case FUZZ_FREE:
		fprintf(out, "free(x[%d])", o);
		break;
	case FUZZ_CHOOSE:
		fprintf(out, "r = choose(%d)", 2 + v % 2);
		break;
	case FUZZ_FAULT:
		fprintf(out, "r = %s()%s", v == 2 ? "must_ask" : "may_fail",
			e == 2 ? " and touch" : "");
		if (e == 2)
			fprintf(out, "(x[%d]) if it does", o);
		break;
	case FUZZ_LOCK:
		fprintf(out, "lock(m[%d])%s", o,
			e == 2 ? " /* even if it holds it */" : "");
		break;
	case FUZZ_UNLOCK:
		fprintf(out, "unlock(m[%d])", o);
		break;
	case FUZZ_TRYLOCK:
		fprintf(out, "r = trylock(m[%d])", o);
		break;
	case FUZZ_LOOK:
		fprintf(out, "r = is_locked(%s[%d])", e == 2 ? "s" : "m", o);
		break;
	case FUZZ_DOWN_READ:
		fprintf(out, "down_read(s[%d])%s", o,
			e == 2 ? " /* even if it reads */" : "");
		break;
	case FUZZ_DOWN_WRITE:
		fprintf(out, "down_write(s[%d])", o);
		break;
	case FUZZ_UP:
		fprintf(out, "up(s[%d])", o);
		break;
	case FUZZ_TRY_READ:
		fprintf(out, "r = down_read_trylock(s[%d])", o);
		break;
	case FUZZ_TRY_WRITE:
		fprintf(out, "r = down_write_trylock(s[%d])", o);
		break;
	case FUZZ_DOWNGRADE:
		fprintf(out, "downgrade_write(s[%d])", o);
		break;
	case FUZZ_AWAIT:
		fprintf(out, "await(x[%d] == %d)", o, v);
		break;
	case FUZZ_AWAIT_NOT:
		fprintf(out, "await(x[%d] != %d)", o, v);
		break;
	case FUZZ_SPIN:
		fprintf(out, "spin until x[%d] == %d", o, v);
		break;
	case FUZZ_COMPLETE:
		fprintf(out, "complete(c[%d])", o);
		break;
	case FUZZ_WAIT:
		fprintf(out, "wait_for_completion(c[%d])", o);
		break;
	case FUZZ_JOIN:
		fprintf(out, "join(one it has spawned, from t-%d on)", v);
		break;
	case FUZZ_JOIN_ALL:
		fprintf(out, "join_all() /* main only */");
		break;
	case FUZZ_ASSUME:
		fprintf(out, "assume(r != %d)", v);
		break;
	default:
		break;
	}
}

void fuzz_program_print(const struct fuzz_program *p, const char *prefix,
			FILE *out)
{
	int t, i;

	if (p->faults)
		fprintf(out, "%sat most %d faults\n", prefix, p->faults);
	if (p->idle)
		fprintf(out, "%sbefore all: %d tasks that do nothing\n", prefix,
			p->idle);
	for (t = 0; t < p->threads; t++) {
		if (p->creator[t] == FUZZ_ABSENT)
			continue;
		if (!t)
			fprintf(out, "%smain: ", prefix);
		else if (p->creator[t] == FUZZ_AT_ONCE)
			fprintf(out, "%st-%d:  ", prefix, t);
		else if (p->creator[t])
			fprintf(out, "%st-%d, spawned by t-%d: ", prefix, t,
				p->creator[t]);
		else
			fprintf(out, "%st-%d, spawned by main: ", prefix, t);
		for (i = 0; i < p->ops_n[t]; i++) {
			const struct fuzz_op *op = &p->ops[t][i];

			if (op->kind == FUZZ_NOP)
				continue;
			if (op->guard >= 0)
				fprintf(out, "if (r == %d) ", op->guard);
			if (op->kind == FUZZ_SPAWN)
				print_spawn(p, t, op, out);
			else
				print_op(op, out);
			fprintf(out, "; ");
		}
		fprintf(out, "\n");
	}
}
