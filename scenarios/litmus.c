// SPDX-License-Identifier: GPL-2.0-only
/*
 * Litmus tests of the modelled kernel: does every primitive do what the kernel
 * documents, in every interleaving? The programs are tests/litmus/weft_litmus*.c,
 * the table is tests/litmus/litmus.def.
 */
#include <fcntl.h>
#include <string.h>

#include "scenario.h"

#define ROLE_SETUP	254
#define ROLE_END	255
#define BROKEN_MAX	128
#define ATTRIBUTE	"/sys/devices/weft_litmus/attribute"

enum test {
#define LITMUS(name, ...) TEST_##name,
#include "../tests/litmus/litmus.def"
#undef LITMUS
};

/**
 * struct state - of any of the tests
 * @probes: of its scenario; bit n of what a role returns is the nth
 * @event:  an eventfd, counting 0
 * @held:   an address of the kernel
 */
struct state {
	enum test		test;
	const char *const	*probes;
	int			device;
	int			event;
	void			*held;
	char			broken[BROKEN_MAX];
};

static long litmus_call(struct state *state, unsigned int role)
{
	long seen = sys_ioctl(state->device, state->test << 8 | role,
			      state->broken);
	unsigned int i;

	WEFT_CHECK(seen >= 0, "the ioctl of a litmus test succeeds");
	for (i = 0; seen > 0 && i < WEFT_SCENARIO_PROBES_MAX && state->probes[i]; i++)
		WEFT_SOMETIMES(state->probes[i], seen >> i & 1);
	return seen;
}

static int prepare(struct state *state, enum test test, const char *const *probes)
{
	long result = sys_insmod("weft_litmus");

	state->test = test;
	state->probes = probes;
	if (!result)
		result = state->device = (int)sys_open("/dev/weft_litmus", O_RDWR);
	if (result >= 0)
		result = state->event = (int)sys_eventfd(0, 0);
	if (result >= 0)
		result = litmus_call(state, ROLE_SETUP);
	if (result < 0)
		weft_scenario_error("preparing a litmus test: %s",
				    strerror((int)-result));
	return result < 0 ? (int)result : 0;
}

static void check(void *arg)
{
	struct state *state = arg;

	litmus_call(state, ROLE_END);
	WEFT_CHECK(!*state->broken, state->broken);
}

/* ---- what the tasks do ---- */

static void a(void *arg) { litmus_call(arg, 0); }
static void b(void *arg) { litmus_call(arg, 1); }
static void c(void *arg) { litmus_call(arg, 2); }
static void d(void *arg) { litmus_call(arg, 3); }

static void attribute_reader(void *arg)
{
	const struct state *state = arg;
	char text[16];
	long n = sys_read_file(ATTRIBUTE, text, sizeof(text));

	WEFT_SOMETIMES(state->probes[0], n > 0);
	WEFT_SOMETIMES(state->probes[1], n < 0);
	WEFT_CHECK(n > 0 || n == -2 /* ENOENT */ || n == -19 /* ENODEV */,
		   "a removed attribute is gone, nothing else");
}

static void attribute_writer(void *arg)
{
	(void)arg;
	sys_write_file(ATTRIBUTE, "x");
}

static void event_signaller(void *arg)
{
	const struct state *state = arg;
	uint64_t one = 1;

	sys_write(state->event, &one, sizeof(one));
}

static void event_reader(void *arg)
{
	const struct state *state = arg;
	uint64_t count = 0;
	long n = sys_read(state->event, &count, sizeof(count));

	WEFT_CHECK(n == 8, "reading an eventfd waits until it is signalled");
	WEFT_CHECK(count == 1 || count == 2, "a read takes the whole count");
	WEFT_SOMETIMES(state->probes[0], count == 1);
	WEFT_SOMETIMES(state->probes[1], count == 2);
}

/* Runs the first role; the address that the driver tells of then. */
static void *told_address(struct state *state)
{
	void *address = NULL;

	litmus_call(state, 0);
	WEFT_CHECK(sys_read(state->device, &address, sizeof(address)) ==
		   sizeof(address), "the driver tells an address");
	return address;
}

static void forgetter(void *arg)
{
	told_address(arg);
}

static void keeper(void *arg)
{
	weft_keep(told_address(arg));
}

static void holder(void *arg)
{
	struct state *state = arg;

	state->held = told_address(state);
}

/* ---- the table ---- */

#define TASK(name)	{ #name, name },
#define TASKS1(x)	TASK(x)
#define TASKS2(x, y)	TASK(x) TASK(y)
#define TASKS3(x, y, z)	TASK(x) TASK(y) TASK(z)
#define TASKS4(x, y, z, w)	TASKS3(x, y, z) TASK(w)
#define PROBES(...)	{ __VA_ARGS__ }
#define NO_PROBES	{ NULL }
#define CLEAN		{ { NULL, "exhausted", NULL, NULL } }
#define INCOMPLETE	{ { NULL, "incomplete", NULL, NULL } }
/* Ends with another field of the scenario: what follows it is a comma. */
#define CLEAN_WITH_FAULTS(n)	CLEAN, .faults = n
#define BUG(kind, text)	{ { NULL, "bug", kind, text, NULL } }
/* Two defects, of which the first must not end the campaign. */
#define BUGS(kind, text, other, more)					\
	{ { NULL, "bug", kind, text, NULL },				\
	  { NULL, "bug", other, more, NULL } }, .keep_going = true
#define BUG_AT(kind, text, place)	{ { NULL, "bug", kind, text, place } }
/* Races that are told, and no others. */
#define RACE(text)	{ { NULL, "exhausted", "race", text } }
#define RACES(text, more)						\
	{ { NULL, "exhausted", "race", text }, { NULL, "exhausted", "race", more } }
#define BUG_AND_RACE(kind, text, race)					\
	{ { NULL, "bug", kind, text }, { NULL, "bug", "race", race } }

#define LITMUS(symbol, what, who, probe_names, expected)		\
static int setup_##symbol(void *state)					\
{									\
	static const char *const probes[WEFT_SCENARIO_PROBES_MAX] =	\
		probe_names;						\
									\
	return prepare(state, TEST_##symbol, probes);			\
}									\
									\
const struct weft_scenario scenario_litmus_##symbol = {			\
	.name = "litmus/" #symbol,					\
	.summary = what,						\
	.tasks = { who },						\
	.state_size = sizeof(struct state),				\
	.setup = setup_##symbol,					\
	.check = check,							\
	.preemptions = 2,						\
	.probes = probe_names,						\
	.expect = expected,						\
};
#include "../tests/litmus/litmus.def"
