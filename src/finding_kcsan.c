// SPDX-License-Identifier: GPL-2.0-only
/*
 * A race as KCSAN knows it: which access is an assertion (ASSERT_EXCLUSIVE_WRITER()
 * and its like), and which of KCSAN's default options would keep it silent.
 *
 * An assertion comes through the same door as a plain access: of a write, or of a
 * read where others may read. What tells it is the function called there.
 *
 * The options are those of lib/Kconfig.kcsan and kernel/kcsan/{core,report}.c, 6.1 to
 * 6.12. One is named only when the values are known and it holds whichever of the two
 * accesses KCSAN watches:
 *
 *  I1  KCSAN_ASSUME_PLAIN_WRITES_ATOMIC: every plain access is an aligned write of up
 *      to a word. A read-modify-write that clang has instrumented as one is told all
 *      the same; in the code of GCC there is none.
 *  I2  KCSAN_REPORT_VALUE_CHANGE_ONLY: no write changes a byte that both touch. It
 *      does not hold of assertions, of more than 8 bytes, and of functions with rcu_,
 *      _rcu or _srcu in their names.
 */
#include <string.h>

#include "finding_table.h"

/**
 * weft_assertion_name() - see finding_table.h
 */
const char *weft_assertion_name(struct weft_symbols *symbols, uintptr_t pc,
				bool write)
{
	const char *callee = symbols ? weft_symbols_callee(symbols, pc) : NULL;

	if (!callee)
		return NULL;
	if (!strcmp(callee, "__kcsan_check_access"))
		return write ? "ASSERT_EXCLUSIVE_ACCESS" :
			       "ASSERT_EXCLUSIVE_WRITER";
	if (!strcmp(callee, "kcsan_begin_scoped_access"))
		return write ? "ASSERT_EXCLUSIVE_ACCESS_SCOPED" :
			       "ASSERT_EXCLUSIVE_WRITER_SCOPED";
	return NULL;
}

/**
 * weft_side_assertion() - see finding_table.h
 */
const char *weft_side_assertion(const struct weft_run *run,
				const struct weft_race_side *side)
{
	return side->marked ? NULL :
	       weft_assertion_name(run->symbols, side->pc, side->write);
}

static bool is_taken_for_atomic(const struct weft_race_side *side)
{
	return side->marked || (side->write && side->size &&
				side->size <= sizeof(long) &&
				side->offset % side->size == 0);
}

/* KCSAN leaves these out of the filter, as the maintainers of RCU asked. */
static bool is_of_rcu(const struct weft_run *run, uintptr_t pc)
{
	struct weft_frame frames[16];
	unsigned int i, n;

	if (!run->symbols)
		return true;	/* nobody knows */
	n = weft_symbols_resolve(run->symbols, pc, frames, 16);
	for (i = 0; i < n; i++)
		if (strstr(frames[i].function, "rcu_") ||
		    strstr(frames[i].function, "_rcu"))
			return true;
	return false;
}

/* The earlier one's value behind it is known when nothing came in between. */
static bool has_values(const struct weft_race_pair *race, int i)
{
	const struct weft_race_side *side = &race->sides[i];

	return side->has_stack && side->size && side->size <= 8 &&
	       (i || !side->write || race->met);
}

static unsigned int byte_at(const struct weft_race_side *side, uint64_t value,
			    uint64_t offset)
{
	return (unsigned int)(value >> 8 * (offset - side->offset)) & 0xff;
}

/* Do the bytes that both touch keep their value, whoever comes first? */
static bool keeps_values(const struct weft_race_pair *race)
{
	const struct weft_race_side *a = &race->sides[0], *b = &race->sides[1];
	uint64_t end = a->offset + a->size < b->offset + b->size ?
		       a->offset + a->size : b->offset + b->size;
	uint64_t at = a->offset > b->offset ? a->offset : b->offset;

	for (; at < end; at++)
		if (byte_at(a, a->before, at) != byte_at(a, a->after, at) ||
		    byte_at(a, a->after, at) != byte_at(b, b->before, at) ||
		    byte_at(b, b->before, at) != byte_at(b, b->after, at))
			return false;
	return true;
}

static bool is_no_change(const struct weft_run *run,
			 const struct weft_race_pair *race)
{
	return has_values(race, 0) && has_values(race, 1) &&
	       !is_of_rcu(run, race->sides[0].pc) &&
	       !is_of_rcu(run, race->sides[1].pc) && keeps_values(race);
}

/**
 * weft_kcsan_filters() - see finding_table.h
 */
unsigned int weft_kcsan_filters(const struct weft_run *run,
				const struct weft_race_pair *race)
{
	unsigned int filters = 0;
	int i;

	for (i = 0; i < 2; i++)
		if (weft_side_assertion(run, &race->sides[i]))
			return 0;
	if (is_taken_for_atomic(&race->sides[0]) &&
	    is_taken_for_atomic(&race->sides[1]))
		filters |= KCSAN_PLAIN_WRITES_ATOMIC;
	if (is_no_change(run, race))
		filters |= KCSAN_VALUE_CHANGE_ONLY;
	return filters;
}
