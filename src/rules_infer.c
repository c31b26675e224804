// SPDX-License-Identifier: GPL-2.0-only
/* From places to rules; contract in rules.h. */
#include <stdlib.h>
#include <string.h>

#include "rules.h"

#define SHARED " (shared)"

static bool holds(const struct rules_place *place, const char *lock)
{
	size_t i;

	for (i = 0; i < place->locks_n; i++)
		if (!strcmp(place->locks[i], lock))
			return true;
	return false;
}

/* A lock that is held shared keeps writers out, and so protects reads. */
static bool protects(const struct rules_place *place, const char *lock)
{
	size_t i, n = strlen(lock);

	if (holds(place, lock))
		return true;
	for (i = 0; !place->write && i < place->locks_n; i++)
		if (!strncmp(place->locks[i], lock, n) &&
		    !strcmp(place->locks[i] + n, SHARED))
			return true;
	return false;
}

/*
 * The name under which a lock of a place can be a rule. What no writer holds
 * alone keeps nobody from writing, and so protects no read: NULL.
 */
static const char *candidate(const struct rules_members *member, bool write,
			     const char *lock)
{
	const char *shared = strstr(lock, SHARED);
	size_t i, j, n = shared ? (size_t)(shared - lock) : strlen(lock);

	if (write)
		return lock;
	for (i = 0; i < member->places_n; i++)
		for (j = 0; member->places[i].write &&
		     j < member->places[i].locks_n; j++)
			if (strlen(member->places[i].locks[j]) == n &&
			    !strncmp(member->places[i].locks[j], lock, n))
				return member->places[i].locks[j];
	return NULL;
}

static size_t support(const struct rules_members *member, bool write,
		      const char *lock)
{
	size_t i, n = 0;

	for (i = 0; i < member->places_n; i++)
		n += member->places[i].write == write &&
		     protects(&member->places[i], lock);
	return n;
}

bool rules_keeps(const struct rules_rule *rule, const struct rules_place *place)
{
	size_t i, n = 0;

	for (i = 0; i < rule->locks_n; i++)
		n += protects(place, rule->locks[i]);
	return rule->kind == RULES_ANY ? n > 0 : n == rule->locks_n;
}

static bool has(const struct rules_rule *rule, const char *lock)
{
	size_t i;

	for (i = 0; i < rule->locks_n; i++)
		if (!strcmp(rule->locks[i], lock))
			return true;
	return false;
}

static void put_last(struct rules_rule *rule, size_t i)
{
	const char *lock = rule->locks[i];

	memmove(&rule->locks[i], &rule->locks[i + 1],
		(rule->locks_n - i - 1) * sizeof(*rule->locks));
	rule->locks[rule->locks_n - 1] = lock;
}

/*
 * The lock taken last is nearest to what is done; but one that the other kind of
 * access always holds as well, in several places, is the likelier one.
 */
static void put_best_last(const struct rules_members *member, bool write,
			  struct rules_rule *rule)
{
	size_t i, others = 0;

	/* Held shared it keeps no other writer out. */
	for (i = rule->locks_n; i--; )
		if (!strstr(rule->locks[i], SHARED)) {
			put_last(rule, i);
			break;
		}
	for (i = 0; i < member->places_n; i++)
		others += member->places[i].write != write;
	for (i = rule->locks_n; others > 1 && i--; ) {
		const char *lock = rule->locks[i];

		if (strstr(lock, SHARED) ||
		    support(member, !write, lock) != others)
			continue;
		put_last(rule, i);
		return;
	}
}

/* Locks that all places of the kind hold; of the first place, in its order. */
static void find_always(const struct rules_members *member, bool write,
			struct rules_rule *rule)
{
	size_t i, j;

	for (i = 0; i < member->places_n &&
	     member->places[i].write != write; i++)
		;
	for (j = 0; i < member->places_n &&
	     j < member->places[i].locks_n; j++) {
		const char *lock = candidate(member, write,
					     member->places[i].locks[j]);

		if (lock && rule->locks_n < RULES_LOCKS_MAX &&
		    !has(rule, lock) &&
		    support(member, write, lock) == rule->of)
			rule->locks[rule->locks_n++] = lock;
	}
	if (rule->locks_n)
		rule->kind = RULES_ALWAYS;
	put_best_last(member, write, rule);
}

/* Writers hold several locks: a reader needs only one of them. */
static void find_any(const struct rules_members *member,
		     struct rules_rule *rule)
{
	struct rules_rule writes;
	size_t i;

	rules_infer(member, true, &writes);
	for (i = 0; i < writes.locks_n; )
		if (strstr(writes.locks[i], SHARED))
			writes.locks[i] = writes.locks[--writes.locks_n];
		else
			i++;
	if (writes.kind != RULES_ALWAYS || writes.locks_n < 2)
		return;
	writes.kind = RULES_ANY;
	for (i = 0; i < member->places_n; i++)
		if (!member->places[i].write &&
		    !rules_keeps(&writes, &member->places[i]))
			return;
	writes.of = rule->of;
	*rule = writes;
}

static void find_best(const struct rules_members *member, bool write,
		      struct rules_rule *rule)
{
	size_t i, j, best = 0;

	for (i = 0; i < member->places_n; i++)
		for (j = member->places[i].locks_n; j--; ) {
			const char *lock = candidate(member, write,
						     member->places[i].locks[j]);
			size_t n = lock ? support(member, write, lock) : 0;

			/* What protects the others, too, is the better guess. */
			n = 2 * n + (n && support(member, !write, lock));
			if (n <= best)
				continue;
			best = n;
			rule->locks[0] = lock;
			rule->locks_n = 1;
		}
	if (2 * (best / 2) >= rule->of && best)
		rule->kind = RULES_MOSTLY;
	else
		rule->locks_n = 0;
}

void rules_infer(const struct rules_members *member, bool write,
		 struct rules_rule *ret)
{
	size_t i;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < member->places_n; i++)
		ret->of += member->places[i].write == write;
	if (!ret->of)
		return;
	ret->kind = RULES_NONE;
	find_always(member, write, ret);
	if (ret->kind == RULES_NONE && !write)
		find_any(member, ret);
	if (ret->kind == RULES_NONE)
		find_best(member, write, ret);
	for (i = 0; i < member->places_n; i++)
		ret->holds += member->places[i].write == write &&
			      ret->locks_n &&
			      rules_keeps(ret, &member->places[i]);
}
