/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of members for steps; contract in members.h.
 *
 *  I1  Words with the same name are the same memory: a name that several pieces of
 *      memory have gets a number, and what lies behind the beginning of a
 *      member says how far ("mdev_device.next+8").
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "members.h"
#include "output.h"
#include "rules.h"

/* @at: where the member of that name begins; @first: step that touched it first */
struct named {
	char		*name;
	uint64_t	at;
	size_t		inside, first;
};

struct words {
	struct weft_evidence	*evidence;
	struct named		*words;		/* by number, less one */
	size_t			n;
};

static char *name_of(struct rules_types *types, const struct weft_step *step,
		     size_t *ret_inside)
{
	*ret_inside = 0;
	/* What is freed is the whole. */
	if (step->kind == WEFT_OP_FREE)
		return rules_structure(types, &step->memory);
	return rules_member(types, &step->memory, ret_inside);
}

/* A word is asked for once; what frees it is another matter. */
static void find_names(struct rules_types *types, struct words *words)
{
	struct weft_evidence *evidence = words->evidence;
	size_t i;

	for (i = 0; i < evidence->steps_n; i++) {
		const struct weft_step *step = &evidence->steps[i];
		struct named *word;

		if (!step->word || step->kind == WEFT_OP_FREE)
			continue;
		word = &words->words[step->word - 1];
		if (word->name)
			continue;
		word->name = name_of(types, step, &word->inside);
		word->at = step->object - word->inside;
		word->first = i;
	}
}

static int compare_named(const void *a, const void *b)
{
	const struct named *x = *(struct named *const *)a;
	const struct named *y = *(struct named *const *)b;
	int order = strcmp(x->name, y->name);

	if (order)
		return order;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

/* The numbers of those in @same, all of one name: by who was touched first. */
static void number(struct named **same, size_t n)
{
	size_t i, j, objects = 1;

	for (i = 1; i < n; i++)
		objects += same[i]->at != same[i - 1]->at;
	for (i = 0; i < n; i++) {
		size_t first = same[i]->first, before = 0;
		char *old = same[i]->name;
		char inside[24] = "", which[24] = "";

		/* They are sorted by object, then by time. */
		for (j = i; j && same[j - 1]->at == same[i]->at; j--)
			first = same[j - 1]->first;
		for (j = 0; j < n; j++)
			before += (!j || same[j]->at != same[j - 1]->at) &&
				  same[j]->first < first;
		if (objects > 1)
			snprintf(which, sizeof(which), "#%zu", before + 1);
		if (same[i]->inside)
			snprintf(inside, sizeof(inside), "+%zu",
				 same[i]->inside);
		same[i]->name = output_format("%s%s%s", old, inside, which);
		free(old);
	}
}

static void number_all(struct words *words)
{
	struct named **sorted = calloc(words->n + 1, sizeof(*sorted));
	size_t i, n = 0, begin, *ends;

	ends = calloc(words->n + 1, sizeof(*ends));
	assert(sorted && ends && "out of memory for names");
	for (i = 0; i < words->n; i++)
		if (words->words[i].name)
			sorted[n++] = &words->words[i];
	if (n)
		qsort(sorted, n, sizeof(*sorted), compare_named);
	/* Numbering changes the names that are compared here. */
	for (i = 0, begin = 0; i < n; i++)
		ends[i] = i + 1 == n || strcmp(sorted[i]->name,
					       sorted[i + 1]->name);
	for (i = 0; i < n; i++) {
		if (!ends[i])
			continue;
		number(&sorted[begin], i + 1 - begin);
		begin = i + 1;
	}
	free(sorted);
	free(ends);
}

static void name_steps(struct rules_types *types, struct words *words)
{
	struct weft_evidence *evidence = words->evidence;
	size_t i, inside;

	for (i = 0; i < evidence->steps_n; i++) {
		struct weft_step *step = &evidence->steps[i];
		const char *name = step->word ?
				   words->words[step->word - 1].name : NULL;

		if (step->memory.member || !step->word)
			continue;
		if (step->kind == WEFT_OP_FREE)
			step->memory.member = name_of(types, step, &inside);
		else if (name)
			step->memory.member = output_format("%s", name);
	}
}

void weft_members_name(struct rules_types *types,
		       struct weft_evidence *evidence)
{
	struct words words = { .evidence = evidence };
	size_t i;

	for (i = 0; i < evidence->steps_n; i++)
		if (evidence->steps[i].word > words.n)
			words.n = evidence->steps[i].word;
	if (!words.n)
		return;
	words.words = calloc(words.n, sizeof(*words.words));
	assert(words.words && "out of memory for names");
	find_names(types, &words);
	number_all(&words);
	name_steps(types, &words);
	for (i = 0; i < words.n; i++)
		free(words.words[i].name);
	free(words.words);
}

static void name_object(struct rules_types *types, struct weft_memory *memory)
{
	size_t inside;

	if (!memory->member)
		memory->member = rules_member(types, memory, &inside);
}

void weft_members_name_finding(struct rules_types *types,
			       struct weft_finding *finding)
{
	weft_members_name(types, &finding->evidence);
	if (finding->has_object)
		name_object(types, &finding->object);
	if (finding->race)
		name_object(types, &finding->race->memory);
}
