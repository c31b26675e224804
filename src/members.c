/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of members for steps; contract in members.h.
 *
 *  I1  Words with the same name are the same memory: where the trace touches several
 *      objects of a structure they are numbered ("kernfs_node#2.count"), and
 *      what lies behind the beginning of a member says how far
 *      ("mdev_device.next+8").
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "members.h"
#include "output.h"
#include "rules.h"

#define FILE_SIZE 48

/*
 * @at: where its structure begins; @first: the step that touched it first
 * @file: what its object was found as, or ""; @same_file: and so was another
 */
struct named {
	char		*name;
	char		file[FILE_SIZE];
	bool		same_file;
	uint64_t	at;
	size_t		inside, first;
	unsigned int	number;		/* of the object; 0: there is one */
};

struct words {
	struct weft_evidence	*evidence;
	struct named		*words;		/* by number, less one */
	size_t			n;
};

/* A word is asked for once; what frees it names the whole instead. */
static void find_names(struct rules_types *types, struct words *words)
{
	struct weft_evidence *evidence = words->evidence;
	size_t i;

	for (i = 0; i < evidence->steps_n; i++) {
		const struct weft_step *step = &evidence->steps[i];
		struct rules_inside inside;
		struct named *word;

		if (!step->word || step->kind == WEFT_OP_FREE)
			continue;
		word = &words->words[step->word - 1];
		if (word->name)
			continue;
		word->name = rules_member(types, &step->memory, &inside);
		word->at = step->object - inside.structure;
		word->inside = inside.member;
		word->first = i;
	}
}

/* Length of "kernfs_node" in "kernfs_node.count". */
static size_t head(const char *name)
{
	return strcspn(name, ".");
}

static int compare_heads(const struct named *x, const struct named *y)
{
	size_t n = head(x->name), m = head(y->name);
	int order = strncmp(x->name, y->name, n < m ? n : m);

	return order ? order : n < m ? -1 : n > m;
}

/* By structure, by object, by time. */
static int compare_named(const void *a, const void *b)
{
	const struct named *x = *(struct named *const *)a;
	const struct named *y = *(struct named *const *)b;
	int order = compare_heads(x, y);

	if (order)
		return order;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

static int compare_first(const void *a, const void *b)
{
	const struct named *x = *(struct named *const *)a;
	const struct named *y = *(struct named *const *)b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* Those in @same are of one structure: its objects in the order of first use. */
static void number(struct named **same, size_t n)
{
	struct named **objects = calloc(n, sizeof(*objects));
	size_t i, j, objects_n = 0;

	assert(objects && "out of memory for names");
	for (i = 0; i < n; i++)
		if (!i || same[i]->at != same[i - 1]->at)
			objects[objects_n++] = same[i];
	qsort(objects, objects_n, sizeof(*objects), compare_first);
	for (i = 0; objects_n > 1 && i < objects_n; i++)
		objects[i]->number = (unsigned int)i + 1;
	for (i = 0, j = 0; i < n; i++) {
		if (same[i]->at != same[j]->at)
			j = i;
		same[i]->number = same[j]->number;
	}
	free(objects);
}

static void number_all(struct words *words)
{
	struct named **sorted = calloc(words->n + 1, sizeof(*sorted));
	size_t i, n = 0, begin;

	assert(sorted && "out of memory for names");
	for (i = 0; i < words->n; i++)
		if (words->words[i].name)
			sorted[n++] = &words->words[i];
	if (n)
		qsort(sorted, n, sizeof(*sorted), compare_named);
	for (i = 0, begin = 0; i < n; i++) {
		if (i + 1 < n && !compare_heads(sorted[i], sorted[i + 1]))
			continue;
		number(&sorted[begin], i + 1 - begin);
		begin = i + 1;
	}
	free(sorted);
}

static bool is_same_object(const struct named *x, const struct named *y)
{
	return x->name && y->name && x->at == y->at && !compare_heads(x, y);
}

static void set_file(struct words *words, const struct named *found,
		     const char *file)
{
	size_t i;

	for (i = 0; i < words->n; i++)
		if (is_same_object(&words->words[i], found))
			snprintf(words->words[i].file, FILE_SIZE, "%s", file);
}

/* Nodes of files of the same name keep their numbers. */
static void find_same_files(struct words *words)
{
	size_t i, j;

	for (i = 0; i < words->n; i++)
		for (j = 0; *words->words[i].file && j < words->n; j++)
			if (!strcmp(words->words[i].file,
				    words->words[j].file) &&
			    !is_same_object(&words->words[i], &words->words[j]))
				words->words[i].same_file = true;
}

static void find_files(struct weft_symbols *symbols, struct words *words)
{
	const struct weft_evidence *evidence = words->evidence;
	char file[FILE_SIZE];
	size_t i;

	for (i = 0; i < evidence->steps_n; i++) {
		const struct weft_step *step = &evidence->steps[i];
		const struct named *word = step->word ?
			&words->words[step->word - 1] : NULL;

		if (word && word->name && !*word->file &&
		    !strcmp(word->name, "kernfs_node.active") &&
		    members_file(symbols, evidence, i, file, sizeof(file)))
			set_file(words, word, file);
	}
	find_same_files(words);
}

static char *full_name(const struct named *word)
{
	size_t n = head(word->name);
	char which[FILE_SIZE + 32] = "", inside[24] = "";

	if (*word->file && !word->same_file)
		snprintf(which, sizeof(which), "(%s)", word->file);
	else if (*word->file)
		snprintf(which, sizeof(which), "(%s)#%u", word->file,
			 word->number);
	else if (word->number)
		snprintf(which, sizeof(which), "#%u", word->number);
	if (word->inside)
		snprintf(inside, sizeof(inside), "+%zu", word->inside);
	return output_format("%.*s%s%s%s", (int)n, word->name, which,
			     word->name + n, inside);
}

static void name_steps(struct rules_types *types, struct words *words)
{
	struct weft_evidence *evidence = words->evidence;
	size_t i;

	for (i = 0; i < evidence->steps_n; i++) {
		struct weft_step *step = &evidence->steps[i];
		const struct named *word;

		if (step->memory.member || !step->word)
			continue;
		word = &words->words[step->word - 1];
		if (step->kind == WEFT_OP_FREE)
			step->memory.member = rules_structure(types,
							      &step->memory);
		else if (word->name)
			step->memory.member = full_name(word);
	}
}

static bool is_at_end(const struct weft_evidence *evidence, const char *lock)
{
	size_t i, j;

	for (i = 0; i < evidence->tasks_n; i++) {
		const struct weft_task_state *task = &evidence->tasks[i];

		if (task->wait_lock && !strcmp(task->wait_lock, lock))
			return true;
		for (j = 0; j < task->held_n; j++)
			if (!strcmp(task->held[j].lock, lock))
				return true;
	}
	return false;
}

/*
 * A lock that the kernel calls just "lock" gets the name of its variable. One that is
 * held at the end stays: its name is that of the lock graph there.
 */
static void name_locks(struct rules_types *types,
		       struct weft_evidence *evidence)
{
	struct rules_inside inside;
	char *name;
	size_t i;

	if (is_at_end(evidence, "lock"))
		return;
	for (i = 0; i < evidence->steps_n; i++) {
		struct weft_step *step = &evidence->steps[i];

		if (!step->lock || strcmp(step->lock, "lock"))
			continue;
		name = rules_member(types, &step->memory, &inside);
		if (!name)
			continue;
		free(step->lock);
		step->lock = name;
	}
}

void weft_members_name(struct rules_types *types, struct weft_symbols *symbols,
		       struct weft_evidence *evidence)
{
	struct words words = { .evidence = evidence };
	size_t i;

	for (i = 0; i < evidence->steps_n; i++)
		if (evidence->steps[i].word > words.n)
			words.n = evidence->steps[i].word;
	name_locks(types, evidence);
	if (!words.n)
		return;
	words.words = calloc(words.n, sizeof(*words.words));
	assert(words.words && "out of memory for names");
	find_names(types, &words);
	number_all(&words);
	if (symbols)
		find_files(symbols, &words);
	name_steps(types, &words);
	for (i = 0; i < words.n; i++)
		free(words.words[i].name);
	free(words.words);
}

static void name_object(struct rules_types *types, struct weft_memory *memory)
{
	struct rules_inside inside;

	if (!memory->member)
		memory->member = rules_member(types, memory, &inside);
}

void weft_members_name_finding(struct rules_types *types,
			       struct weft_symbols *symbols,
			       struct weft_finding *finding)
{
	weft_members_name(types, symbols, &finding->evidence);
	if (finding->has_object)
		name_object(types, &finding->object);
	if (finding->race)
		name_object(types, &finding->race->memory);
}
