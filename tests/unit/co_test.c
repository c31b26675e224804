/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Coroutines (framework/co.h). Compiled twice: once for each backend, with
 * -DWEFT_CO_UCONTEXT and framework/co_ucontext.c for the second.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "framework/co.h"
#include "tests/unit/unit.h"

#define STACK_BYTES (128u << 10)

static struct weft_co caller, first, second;
static char *stacks[2];
static char log_of[64];
static size_t log_n;

static void set_up(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		stacks[i] = aligned_alloc(4096, STACK_BYTES);
		ck_assert_ptr_nonnull(stacks[i]);
	}
	memset(log_of, 0, sizeof(log_of));
	log_n = 0;
}

static void tear_down(void)
{
	free(stacks[0]);
	free(stacks[1]);
}

static void say(char c)
{
	log_of[log_n++] = c;
}

START_TEST(this_is_the_backend_asked_for)
{
#ifdef WEFT_CO_UCONTEXT
	ck_assert_str_eq(weft_co_backend, "ucontext");
#else
	ck_assert_str_eq(weft_co_backend, "asm");
#endif
}
END_TEST

static void ping(void *arg)
{
	const char *letters = arg;
	int i;

	for (i = 0; i < 3; i++) {
		say(letters[i]);
		weft_co_switch(&first, &second);
	}
	say(letters[3]);
	weft_co_switch(&first, &caller);
	abort();
}

static void pong(void *arg)
{
	const char *letters = arg;
	int i;

	for (i = 0;; i++) {
		say(letters[i]);
		weft_co_switch(&second, &first);
	}
}

START_TEST(switches_happen_in_the_order_asked_for)
{
	weft_co_create(&first, ping, "abcd", stacks[0], STACK_BYTES);
	weft_co_create(&second, pong, "123", stacks[1], STACK_BYTES);
	say('<');
	weft_co_switch(&caller, &first);
	say('>');
	ck_assert_str_eq(log_of, "<a1b2c3d>");
}
END_TEST

/* Locals in registers and on the stack, some of them floating point. */
static void computes(void *arg)
{
	double sum = 0.5;
	long i, product = 1;

	for (i = 1; i <= 10; i++) {
		sum += (double)i;
		product *= i;
		weft_co_switch(&first, &caller);
	}
	*(double *)arg = sum + (double)product;
	weft_co_switch(&first, &caller);
	abort();
}

START_TEST(locals_survive_switches)
{
	double result = 0;
	int i;

	weft_co_create(&first, computes, &result, stacks[0], STACK_BYTES);
	for (i = 0; i < 11; i++)
		weft_co_switch(&caller, &first);
	ck_assert(result == 0.5 + 55 + 3628800);
}
END_TEST

/* I1: struct and used bytes, copied back, are the suspended coroutine. */
static long counted;

static void counts(void *arg)
{
	volatile long local = 100;

	(void)arg;
	for (;;) {
		counted = ++local;
		weft_co_switch(&first, &caller);
	}
}

START_TEST(what_is_used_restores_a_coroutine)
{
	struct weft_co saved;
	char *at, *bytes;
	size_t len;
	int round;

	weft_co_create(&first, counts, NULL, stacks[0], STACK_BYTES);
	weft_co_switch(&caller, &first);
	weft_co_switch(&caller, &first);
	ck_assert_int_eq(counted, 102);
	at = weft_co_used(&first, &len);
	ck_assert(at >= stacks[0]);
	ck_assert_ptr_eq(at + len, stacks[0] + STACK_BYTES);
	ck_assert_uint_lt(len, 8192);
	bytes = malloc(len);
	memcpy(bytes, at, len);
	saved = first;
	for (round = 0; round < 3; round++) {
		weft_co_switch(&caller, &first);
		ck_assert_int_eq(counted, 103);
		weft_co_switch(&caller, &first);
		ck_assert_int_eq(counted, 104);
		/* Whatever lies below is of no interest. */
		memset(stacks[0], 0x5a, STACK_BYTES - len);
		memcpy(at, bytes, len);
		first = saved;
	}
	free(bytes);
}
END_TEST

static int deepest;

/* Never below the stack, and the frames come back intact. */
static long descend(int depth)
{
	volatile char filler[256];
	long below;

	memset((char *)filler, depth & 0x7f, sizeof(filler));
	deepest = depth;
	if (depth == 200) {
		weft_co_switch(&first, &caller);
		return depth;
	}
	below = descend(depth + 1);
	return below + filler[17] - (depth & 0x7f);
}

static void dives(void *arg)
{
	*(long *)arg = descend(0);
	weft_co_switch(&first, &caller);
	abort();
}

START_TEST(deep_stacks_are_kept)
{
	long result = -1;
	size_t len;

	weft_co_create(&first, dives, &result, stacks[0], STACK_BYTES);
	weft_co_switch(&caller, &first);
	ck_assert_int_eq(deepest, 200);
	ck_assert_int_eq(result, -1);
	weft_co_used(&first, &len);
	ck_assert_uint_gt(len, 200 * 256);
	weft_co_switch(&caller, &first);
	ck_assert_int_eq(result, 200);
}
END_TEST

/* The ABI wants 16-byte alignment at each call: SSE code relies on it. */
static void measures(void *arg)
{
	_Alignas(16) volatile char aligned[16];

	*(uintptr_t *)arg = (uintptr_t)aligned & 15;
	weft_co_switch(&first, &caller);
	abort();
}

START_TEST(stacks_are_aligned)
{
	uintptr_t off = 1;

	weft_co_create(&first, measures, &off, stacks[0], STACK_BYTES);
	weft_co_switch(&caller, &first);
	ck_assert_uint_eq(off, 0);
	weft_co_create(&first, measures, &off, stacks[0], STACK_BYTES - 8);
	off = 1;
	weft_co_switch(&caller, &first);
	ck_assert_uint_eq(off, 0);
}
END_TEST

/* A host follows a script: a letter for each coroutine, and then nobody. */
static const char *script;
static uintptr_t host_off;
static bool finished;
static struct weft_co_hub host;

static struct weft_co *follow_script(void *arg)
{
	_Alignas(16) volatile char aligned[16];

	host_off |= (uintptr_t)aligned & 15;
	say('.');
	if (finished || !*script)
		return NULL;
	return *script++ == *(const char *)arg ? &first : &second;
}

static void yields(void *arg)
{
	const char *letters = arg;
	struct weft_co *self = *letters == 'a' ? &first : &second;
	volatile double sum = 0.5;

	for (; *letters; letters++) {
		sum += 1;
		say(*letters);
		weft_co_yield(self, &host);
	}
	say(sum == 3.5 ? '=' : '!');
	finished = true;
	weft_co_switch(self, &host.co);
	abort();
}

static void begin_hosting(const char *what)
{
	weft_co_create(&first, yields, "abc", stacks[0], STACK_BYTES);
	weft_co_create(&second, yields, "123", stacks[1], STACK_BYTES);
	script = what;
	host_off = 0;
	finished = false;
}

/* In any order: another one, the same again, one that never ran. */
START_TEST(a_host_decides_who_runs)
{
	begin_hosting("121");
	weft_co_host(&host, &first, follow_script, "1");
	ck_assert_str_eq(log_of, "a.b.1.c.");
	ck_assert_uint_eq(host_off, 0);
}
END_TEST

START_TEST(a_host_may_go_on_later)
{
	begin_hosting("1");
	weft_co_host(&host, &first, follow_script, "1");
	say('|');
	script = "21";
	weft_co_host(&host, &second, follow_script, "1");
	ck_assert_str_eq(log_of, "a.b.|1.2.c.");
}
END_TEST

START_TEST(whoever_switches_to_a_host_ends_it)
{
	begin_hosting("1111");
	weft_co_host(&host, &first, follow_script, "1");
	/* Some backends ask once more. */
	if (log_of[log_n - 1] == '.')
		log_of[log_n - 1] = '\0';
	ck_assert_str_eq(log_of, "a.b.c.=");
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("co");
	TCase *tcase = tcase_create("co");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, this_is_the_backend_asked_for);
	tcase_add_test(tcase, switches_happen_in_the_order_asked_for);
	tcase_add_test(tcase, locals_survive_switches);
	tcase_add_test(tcase, what_is_used_restores_a_coroutine);
	tcase_add_test(tcase, deep_stacks_are_kept);
	tcase_add_test(tcase, stacks_are_aligned);
	tcase_add_test(tcase, a_host_decides_who_runs);
	tcase_add_test(tcase, a_host_may_go_on_later);
	tcase_add_test(tcase, whoever_switches_to_a_host_ends_it);
	suite_add_tcase(suite, tcase);
	return suite;
}
