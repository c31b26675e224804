/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A race is found: which places, told already or not, and its evidence.
 *
 * The evidence is collected while recording only: then each access keeps its
 * stack and locks. Whether both sides met can be had without (race.meets), which is
 * what a search for a smaller schedule asks in each execution.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

#define KIND_WRITE	1u
#define KIND_MARKED	2u

static unsigned char kind_of(bool write, bool marked)
{
	return (unsigned char)((write ? KIND_WRITE : 0) |
			       (marked ? KIND_MARKED : 0));
}

static void name_place(const struct weft_exec *x, uintptr_t pc, char *ret,
		       size_t size)
{
	uintptr_t base = x->config.text.begin ? x->config.text.begin :
			 (uintptr_t)weft_exec_create;

	struct weft_stack stack = { .n = 1, .pc = { pc } };

	if (!x->config.place ||
	    !x->config.place(x->config.place_arg, &stack, ret, size))
		snprintf(ret, size, "text%+ld", (long)(pc - base));
}

/* What KCSAN's interface asserts comes as a plain access. */
static const char *assertion_of(const struct weft_exec *x, uintptr_t pc,
				unsigned char kind)
{
	if (!x->config.assertion || (kind & KIND_MARKED))
		return NULL;
	return x->config.assertion(x->config.place_arg, pc, kind & KIND_WRITE);
}

static const char *kind_text(unsigned char kind)
{
	static const char *const texts[] = {
		"plain read", "plain write", "marked read", "marked write",
	};

	return texts[kind & 3];
}

static char *format(const char *a, const char *b, const char *c,
		    const char *d, const char *e)
{
	size_t size = strlen(a) + strlen(b) + strlen(c) + strlen(d) +
		      strlen(e) + 1;
	char *text = malloc(size);

	assert(text && "out of memory for a race");
	snprintf(text, size, "%s%s%s%s%s", a, b, c, d, e);
	return text;
}

/* The same two places have the same text, whoever came first. */
static void describe(const struct weft_exec *x, struct exec_race_pair *pair)
{
	char places[2][400], sides[2][860];
	bool asserted = false;
	int first, i;

	for (i = 0; i < 2; i++) {
		const char *name = assertion_of(x, pair->pcs[i], pair->kinds[i]);

		asserted |= name != NULL;
		name_place(x, pair->pcs[i], places[i], sizeof(places[i]));
		snprintf(sides[i], sizeof(sides[i]), "%s in %s",
			 name ? name : kind_text(pair->kinds[i]), places[i]);
	}
	i = strcmp(places[0], places[1]);
	first = i ? i > 0 : pair->kinds[0] < pair->kinds[1];
	pair->summary = format(asserted ? "assert: race: " : "data race: ", sides[first], " and ",
			       sides[!first], "");
	pair->signature = format("race:", places[first], "|", places[!first],
				 "");
}

static struct exec_race_pair *pair_of(struct weft_exec *x,
				      const uintptr_t pcs[2],
				      const unsigned char kinds[2])
{
	struct exec_race *race = &x->race;
	struct exec_race_pair *pair;
	size_t i;

	for (i = 0; i < race->pairs_n; i++) {
		pair = &race->pairs[i];
		if (pair->pcs[0] == pcs[0] && pair->pcs[1] == pcs[1] &&
		    pair->kinds[0] == kinds[0] && pair->kinds[1] == kinds[1])
			return pair;
	}
	if (race->pairs_n == race->pairs_max) {
		race->pairs_max = race->pairs_max ? 2 * race->pairs_max : 32;
		race->pairs = realloc(race->pairs, race->pairs_max *
				      sizeof(*race->pairs));
		assert(race->pairs && "out of memory for races");
	}
	pair = &race->pairs[race->pairs_n++];
	memset(pair, 0, sizeof(*pair));
	memcpy(pair->pcs, pcs, sizeof(pair->pcs));
	memcpy(pair->kinds, kinds, sizeof(pair->kinds));
	describe(x, pair);
	return pair;
}

const struct exec_race_pair *
exec__race_describe(struct weft_exec *x, const uintptr_t pcs[2],
		    const bool writes[2], const bool marked[2])
{
	unsigned char kinds[2] = {
		kind_of(writes[0], marked[0]), kind_of(writes[1], marked[1]),
	};

	return pair_of(x, pcs, kinds);
}

static uint64_t value_at(const struct weft_exec *x, uint64_t offset,
			 unsigned int size)
{
	uint64_t value = 0;

	memcpy(&value, (const char *)x->region.hot.base + offset,
	       size < sizeof(value) ? size : sizeof(value));
	return value;
}

/* The access being made: it has not happened yet. */
static void fill_side(struct weft_exec *x, struct weft_race_side *side,
		      const struct weft_shadow_access *a, size_t len,
		      uintptr_t addr, bool marked)
{
	memset(side, 0, sizeof(*side));
	side->task = a->task;
	side->pc = a->pc;
	side->write = a->write;
	side->marked = marked;
	side->offset = addr - x->region.hot.base;
	side->size = (unsigned int)len;
	side->step = x->region.hot.step;
	side->point = x->race.at_point;
	if (!x->record)
		return;
	side->before = side->after = value_at(x, side->offset, side->size);
	side->has_stack = true;
	weft_exec_stack(x, &side->stack);
	side->held = exec__held_locks(x, a->task, &side->held_n);
}

void exec__race_late(struct weft_exec *x)
{
	struct weft_race_side *side = x->race.late;

	side->after = value_at(x, side->offset, side->size);
	x->race.late = NULL;
}

void exec__race_log(struct weft_exec *x, const struct weft_shadow_access *a,
		    size_t len, uintptr_t addr, bool marked)
{
	struct exec_race *race = &x->race;
	struct exec_race_access *access;

	if (!x->record && !race->at_point)
		return;
	if (race->accesses_n == race->accesses_max) {
		race->accesses_max = race->accesses_max ?
				     2 * race->accesses_max : 256;
		race->accesses = realloc(race->accesses, race->accesses_max *
					 sizeof(*race->accesses));
		assert(race->accesses && "out of memory for evidence");
	}
	access = &race->accesses[race->accesses_n++];
	access->granule = a->granule;
	access->mask = a->mask;
	fill_side(x, &access->side, a, len, addr, marked);
}

/* The log may be asked for this access again. */
static void copy_side(struct weft_race_side *to,
		      const struct weft_race_side *from)
{
	size_t i;

	*to = *from;
	to->held = calloc(from->held_n + 1, sizeof(*to->held));
	assert(to->held && "out of memory for evidence");
	for (i = 0; i < from->held_n; i++) {
		to->held[i] = from->held[i];
		to->held[i].lock = strdup(from->held[i].lock);
		assert(to->held[i].lock && "out of memory for evidence");
	}
}

/* What was logged of the earlier access, or what little is known. */
static void fill_earlier(struct weft_exec *x, struct weft_race_side *side,
			 const struct weft_race_earlier *earlier,
			 size_t granule)
{
	size_t i;

	for (i = x->race.accesses_n; i--; ) {
		const struct exec_race_access *from = &x->race.accesses[i];

		if (from->granule != granule || from->mask != earlier->mask ||
		    from->side.task != earlier->task ||
		    from->side.pc != earlier->pc ||
		    from->side.write != earlier->write ||
		    from->side.marked != earlier->marked)
			continue;
		copy_side(side, &from->side);
		if (side->write)
			side->after = value_at(x, side->offset, side->size);
		return;
	}
	side->task = earlier->task;
	side->pc = earlier->pc;
	side->write = earlier->write;
	side->marked = earlier->marked;
	side->offset = granule * 8 + (unsigned int)__builtin_ctz(earlier->mask);
	side->size = (unsigned int)__builtin_popcount(earlier->mask);
}

/* Logged so far; the access being made is not. */
static unsigned long count_logged(const struct weft_exec *x, int task,
				  uintptr_t pc, size_t granule)
{
	unsigned long n = 0;
	size_t i;

	for (i = 0; i < x->race.accesses_n; i++) {
		const struct exec_race_access *at = &x->race.accesses[i];

		n += at->granule == granule && at->side.task == task &&
		     at->side.pc == pc;
	}
	return n;
}

static bool have_met(const struct weft_race_pair *pair)
{
	const struct weft_race_side *sides = pair->sides;

	return sides[0].point && sides[1].point &&
	       sides[0].step + 1 == sides[1].step;
}

static void add_evidence(struct weft_exec *x, struct weft_finding *f,
			 const struct weft_race_earlier *earlier,
			 const struct weft_shadow_access *a, size_t len,
			 uintptr_t addr, bool marked)
{
	struct weft_race_pair *pair = calloc(1, sizeof(*pair));

	assert(pair && "out of memory for evidence");
	f->race = pair;
	pair->granule = a->granule * 8;
	fill_earlier(x, &pair->sides[0], earlier, a->granule);
	fill_side(x, &pair->sides[1], a, len, addr, marked);
	if (x->record) {
		pair->sides[0].nth = count_logged(x, earlier->task, earlier->pc,
						  a->granule);
		pair->sides[1].nth = count_logged(x, a->task, a->pc,
						  a->granule) + 1;
	}
	pair->met = have_met(pair);
	exec__locate(x, (const void *)(x->region.hot.base +
				       pair->sides[0].offset), &pair->memory);
	if (x->record && a->write)
		x->race.late = &pair->sides[1];
}

/* Is it the same two accesses, whoever was first? */
static bool is_same_pair(const struct weft_race_pair *race,
			 const struct exec_race_pair *pair)
{
	unsigned char kinds[2];
	int i;

	for (i = 0; i < 2; i++)
		kinds[i] = kind_of(race->sides[i].write, race->sides[i].marked);
	for (i = 0; i < 2; i++)
		if (race->sides[0].pc == pair->pcs[i] &&
		    race->sides[1].pc == pair->pcs[!i] &&
		    kinds[0] == pair->kinds[i] && kinds[1] == pair->kinds[!i])
			return true;
	return false;
}

/* The point one step before this one, if it was an access to the same bytes. */
static const struct exec_race_access *
access_before(const struct weft_exec *x, const struct weft_shadow_access *a)
{
	unsigned long step = x->region.hot.step;
	size_t i;

	for (i = x->race.accesses_n; i-- && x->race.at_point; ) {
		const struct exec_race_access *at = &x->race.accesses[i];

		if (at->side.step + 1 < step)
			break;
		if (at->side.step + 1 == step && at->side.point &&
		    at->side.task != a->task && at->granule == a->granule &&
		    (at->mask & a->mask))
			return at;
	}
	return NULL;
}

static struct weft_finding *find_told(struct weft_exec *x,
				      const char *signature)
{
	size_t i;

	for (i = 0; i < x->findings_n; i++)
		if (!strcmp(x->findings[i].signature, signature))
			return &x->findings[i];
	return NULL;
}

/*
 * It was told in this execution, of accesses that lie apart. Where the same two come
 * together later, that is what is shown.
 */
static void tell_meeting(struct weft_exec *x, const struct exec_race_pair *pair,
			 const struct weft_race_earlier *e,
			 const struct weft_shadow_access *a, size_t len,
			 uintptr_t addr, bool marked)
{
	struct weft_finding *f = find_told(x, pair->signature);
	struct weft_race_side *late = x->race.late;
	struct weft_finding again = { 0 };

	if (!f || !f->race || f->race->met || !is_same_pair(f->race, pair) ||
	    !access_before(x, a))
		return;
	add_evidence(x, &again, e, a, len, addr, marked);
	if (!again.race->met) {
		x->race.late = late;
		weft_race_pair_free(again.race);
		return;
	}
	weft_race_pair_free(f->race);
	f->race = again.race;
	f->task = x->running;
	f->tasks[0] = e->task;
	f->tasks[1] = a->task;
	f->preemptions = x->preemptions;
	f->steps = x->region.hot.step;
	weft_exec_stack(x, &f->stack);
}

void exec__race_found(struct weft_exec *x, const struct weft_race_earlier *e,
		      const struct weft_shadow_access *a, size_t len,
		      uintptr_t addr, bool marked)
{
	uintptr_t pcs[2] = { e->pc, a->pc };
	unsigned char kinds[2] = {
		kind_of(e->write, e->marked), kind_of(a->write, marked),
	};
	int tasks[2] = { e->task, a->task };
	struct exec_race_pair *pair = pair_of(x, pcs, kinds);
	struct weft_finding *f = NULL;

	if (pair->told && !x->record && !x->race.again)
		return;
	if (pair->run != x->race.run)
		f = weft_report(x, "race", pair->summary, pair->signature,
				NULL, 0, tasks, 2);
	pair->run = x->race.run;
	if (f) {
		f->advisory = x->config.races == WEFT_RACES_REPORT;
		add_evidence(x, f, e, a, len, addr, marked);
	} else if (x->race.logs) {
		/* Or two kinds of access at the same places. */
		tell_meeting(x, pair, e, a, len, addr, marked);
	}
}

/*
 * meeting.h, M3: nothing can order these two, whatever the shadow remembers (of what a
 * task does at one place of its clock it knows the first place in the code only).
 */
void exec__race_meeting(struct weft_exec *x, const struct weft_shadow_access *a,
			size_t len, uintptr_t addr, bool marked)
{
	const struct exec_race_access *before = access_before(x, a);
	struct weft_race_earlier earlier;

	if (!before || (!before->side.write && !a->write) ||
	    (before->side.marked && marked))
		return;
	earlier = (struct weft_race_earlier){
		.task = before->side.task, .write = before->side.write,
		.marked = before->side.marked, .mask = before->mask,
		.pc = before->side.pc,
	};
	exec__race_found(x, &earlier, a, len, addr, marked);
}
