// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which recorded steps a reader needs of what is no deadlock: system calls, what was made
 * to fail, what the reasons name, and next to context switches the operations on
 * things that more than one task touches. Contract in finding_table.h.
 */
#include <string.h>

#include "finding_table.h"

#define AROUND_SWITCH 3		/* shared operations kept on each side */

static bool same_thing(const struct weft_step *a, const struct weft_step *b)
{
	if (a->lock || b->lock)
		return a->lock && b->lock &&
		       a->instance == b->instance && !strcmp(a->lock, b->lock);
	return a->object && a->object == b->object;
}

/* Does another task touch what @at touches, before or after? */
static bool is_contended(const struct weft_evidence *evidence, size_t at)
{
	const struct weft_step *step = &evidence->steps[at];
	size_t i;

	if (step->own || (!step->lock && !weft_access_verb(step->kind)))
		return false;
	for (i = 0; i < evidence->steps_n; i++)
		if (evidence->steps[i].task != step->task &&
		    evidence->steps[i].task != 0 &&
		    same_thing(step, &evidence->steps[i]))
			return true;
	return false;
}

/* "kernfs_node#4.count": who uses an object says nothing of what it is used for. */
static bool is_reference_count(const char *member)
{
	static const char *const counts[] = {
		"count", "kref", "refcount", "refs", "refcnt", "usage",
	};
	const char *leaf = strrchr(member, '.');
	size_t i;

	for (i = 0; leaf && i < sizeof(counts) / sizeof(*counts); i++)
		if (!strcmp(leaf + 1, counts[i]))
			return true;
	return false;
}

/* Memory with a name of its own, touched by code that is not a library's */
static bool is_telling(struct weft_symbols *symbols,
		       const struct weft_step *step)
{
	struct weft_frame site;

	if (!step->word)
		return true;
	if (!step->memory.member || is_reference_count(step->memory.member))
		return false;
	return !symbols || !weft_symbols_site(symbols, &step->stack, &site) ||
	       !site.file || strncmp(site.file, "lib/", strlen("lib/"));
}

/*
 * A lock tells nothing where all that is shared under it is memory without a name,
 * such as the inside of a radix tree. What is not shared is no step, so a lock with
 * nothing under it may well matter.
 */
static bool is_telling_lock(struct weft_symbols *symbols,
			    const struct weft_evidence *evidence, size_t at)
{
	const struct weft_step *lock = &evidence->steps[at];
	bool back = lock->kind == WEFT_OP_UNLOCK ||
		    lock->kind == WEFT_OP_UNLOCK_SHARED;
	bool other = false;
	size_t i;

	for (i = back ? at - 1 : at + 1; i < evidence->steps_n;
	     i = back ? i - 1 : i + 1) {
		const struct weft_step *step = &evidence->steps[i];

		if (step->task != lock->task)
			continue;
		if (step->lock && same_thing(step, lock))
			break;
		if (!step->word || step->own)
			continue;
		if (is_telling(symbols, step))
			return true;
		other = true;
	}
	return !other;
}

static bool matters(struct weft_symbols *symbols,
		    const struct weft_evidence *evidence, size_t at)
{
	if (!is_contended(evidence, at))
		return false;
	return evidence->steps[at].lock ?
	       is_telling_lock(symbols, evidence, at) :
	       is_telling(symbols, &evidence->steps[at]);
}

static void mark_side(struct weft_symbols *symbols,
		      const struct weft_evidence *evidence, size_t at,
		      int direction, bool *keep)
{
	int task = evidence->steps[at].task, left = AROUND_SWITCH;
	size_t i;

	for (i = at; i < evidence->steps_n && left &&
	     evidence->steps[i].task == task; i += (size_t)direction) {
		if (keep[i] && i != at)
			continue;
		if (matters(symbols, evidence, i)) {
			keep[i] = true;
			left--;
		}
	}
}

static bool is_landmark(const struct weft_step *step)
{
	return step->kind == WEFT_OP_CALL || step->kind == WEFT_OP_RETURN ||
	       step->kind == WEFT_OP_AWAIT ||
	       step->kind == WEFT_OP_TRYLOCK_FAILED ||
	       step->kind == WEFT_OP_LOCK_QUEUE ||
	       (step->kind == WEFT_OP_CHOOSE &&
		step->fault != WEFT_FAULT_POSSIBLE);
}

/* Service threads are named below the table; all steps show what they did. */
static bool is_service(const struct weft_evidence *evidence, int task)
{
	size_t i;

	for (i = 0; i < evidence->tasks_n; i++)
		if (evidence->tasks[i].id == task)
			return evidence->tasks[i].service;
	return false;
}

static void keep_cause(const struct weft_cause_end *end, size_t n, bool *keep)
{
	if (end->evidence < n)
		keep[end->evidence] = true;
}

/**
 * weft_says_memory() - see finding_table.h
 */
bool weft_says_memory(const struct weft_finding *finding,
		      const struct weft_step *step)
{
	return finding && step && !strcmp(finding->kind, "memory") &&
	       finding->task == step->task && step->kind == WEFT_OP_CALL &&
	       step->text && !strcmp(step->text, finding->summary);
}

/* Whoever made the bad access, it must be there, and the call it was made in. */
static void keep_bad_access(const struct weft_evidence *evidence,
			    const struct weft_finding *finding, bool *keep)
{
	const struct weft_step *call;
	size_t i;

	for (i = 0; i < evidence->steps_n; i++) {
		if (!weft_says_memory(finding, &evidence->steps[i]))
			continue;
		keep[i] = true;
		call = weft_call_at(evidence, finding->task, i);
		if (call)
			keep[call - evidence->steps] = true;
	}
}

/**
 * weft_events_choose() - see finding_table.h
 */
void weft_events_choose(struct weft_symbols *symbols,
			const struct weft_evidence *evidence,
			const struct weft_finding *finding, bool *keep)
{
	size_t i;

	for (i = 0; i < evidence->steps_n; i++)
		keep[i] = is_landmark(&evidence->steps[i]);
	for (i = 1; i < evidence->steps_n; i++) {
		if (evidence->steps[i].task == evidence->steps[i - 1].task)
			continue;
		mark_side(symbols, evidence, i - 1, -1, keep);
		mark_side(symbols, evidence, i, 1, keep);
	}
	/* Task 0 looks at the result; what it saw is in the summary. */
	for (i = 0; i < evidence->steps_n; i++)
		keep[i] = keep[i] && evidence->steps[i].task &&
			  !is_service(evidence, evidence->steps[i].task);
	keep_bad_access(evidence, finding, keep);
	/* What the reasons name must be there, whoever did it. */
	for (i = 0; finding && i < finding->causality.n; i++) {
		keep_cause(&finding->causality.causes[i].before,
			   evidence->steps_n, keep);
		keep_cause(&finding->causality.causes[i].after,
			   evidence->steps_n, keep);
	}
}
