// SPDX-License-Identifier: GPL-2.0-only
/* Locking rules for machines; contract in rules.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "rules.h"
#include "version.h"

static json_t *rule_of(const struct rules_members *member, bool write)
{
	static const char *const kinds[] = {
		[RULES_UNUSED] = "unused", [RULES_ALWAYS] = "all",
		[RULES_ANY] = "any", [RULES_MOSTLY] = "mostly",
		[RULES_NONE] = "none",
	};
	struct rules_rule rule;
	json_t *locks = json_array();
	size_t i;

	rules_infer(member, write, &rule);
	for (i = 0; i < rule.locks_n; i++)
		json_array_append_new(locks, json_string(rule.locks[i]));
	return json_pack("{s: s, s: o, s: I, s: I}", "kind", kinds[rule.kind],
			 "locks", locks, "holds", (json_int_t)rule.holds,
			 "of", (json_int_t)rule.of);
}

static json_t *places_of(const struct rules_members *member)
{
	json_t *array = json_array();
	size_t i, j;

	for (i = 0; i < member->places_n; i++) {
		const struct rules_place *place = &member->places[i];
		char *schedule = weft_schedule_encode(&place->schedule);
		json_t *locks = json_array();

		for (j = 0; j < place->locks_n; j++)
			json_array_append_new(locks,
					      json_string(place->locks[j]));
		json_array_append_new(array, json_pack(
			"{s: s, s: s, s: b, s: o, s: I, s: s?, s: s?}",
			"place", place->site, "access",
			place->write ? "write" : "read", "marked",
			place->marked, "locks", locks, "count",
			(json_int_t)place->count, "scenario", place->scenario,
			"schedule", schedule));
		free(schedule);
	}
	return array;
}

static json_t *pairs_of(char *const *pairs, size_t n)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < n; i++) {
		const char *tab = strchr(pairs[i], '\t');

		json_array_append_new(array, json_pack("[s%, s]", pairs[i],
				(size_t)(tab - pairs[i]), tab + 1));
	}
	return array;
}

static json_t *wakeups_of(const struct rules_table *table)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < table->wakeups_n; i++) {
		const struct rules_wait *wait = &table->wakeups[i];

		json_array_append_new(array, json_pack(
			"{s: s, s: s, s: s, s: s, s: s, s: s, s: s, s: I}",
			"what", wait->what, "task", wait->waiter,
			"place", wait->site, "held", wait->held,
			"ended_by", wait->waker, "ended_in", wait->wake_site,
			"held_there", wait->wake_held,
			"count", (json_int_t)wait->count));
	}
	return array;
}

static json_t *comments_of(const struct rules_table *table)
{
	static const char *const words[] = {
		[RULES_AGREES] = "agrees", [RULES_DISAGREES] = "disagrees",
		[RULES_UNDECIDED] = "undecided",
	};
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < table->comments_n; i++) {
		const struct rules_comment *c = &table->comments[i];

		json_array_append_new(array, json_pack(
			"{s: s, s: i, s: o, s: s?, s: s, s: s, s: s}",
			"file", c->file, "line", c->line,
			"text", json_text(c->text), "member", c->member,
			"lock", c->lock, "verdict", words[c->agreement],
			"reason", c->reason));
	}
	return array;
}

struct json_t *rules_to_json(const struct rules_table *table)
{
	json_t *members = json_array();
	size_t i;

	for (i = 0; i < table->n; i++)
		json_array_append_new(members, json_pack(
			"{s: s, s: o, s: o, s: o}",
			"member", table->members[i].name,
			"written", rule_of(&table->members[i], true),
			"read", rule_of(&table->members[i], false),
			"places", places_of(&table->members[i])));
	return json_pack("{s: i, s: s, s: s, s: s, s: I, s: I, s: o, s: o, s: o, s: o, s: o, s: o, s: o}",
			 "format", WEFT_JSON_FORMAT, "weft", WEFT_VERSION,
			 "kernel", table->kernel, "release", table->release,
			 "scenarios", (json_int_t)table->campaigns,
			 "executions", (json_int_t)table->executions,
			 "members", members,
			 "asserted", pairs_of(table->asserts, table->asserts_n),
			 "asserted_not_held",
			 pairs_of(table->denied, table->denied_n),
			 "orders", pairs_of(table->orders, table->orders_n),
			 "waits", pairs_of(table->waits, table->waits_n),
			 "ended_waits", wakeups_of(table),
			 "comments", comments_of(table));
}
