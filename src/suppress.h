/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Suppressions: findings somebody knows and does not want to see as bugs.
 *
 *	weft-suppressions 1
 *	# Known since 2022, fixed in 6.2 by not holding group_lock here.
 *	kind: deadlock
 *	lock: &group->group_lock
 *	lock: &kvm->lock
 *	kernel: 6.1*
 *	reason: known upstream; the fix is not in this stable tree
 *
 * An entry ends at an empty line. A pattern matches the whole text; '*' stands
 * for any text, nothing else is special.
 *
 *	kind      once, needed; a detector ('weft list detectors')
 *	reason    once, needed; repeated in every report
 *	lock      all of them together name all locks of the finding
 *	function  in one of the finding's stacks
 *	file      likewise, a path such as drivers/vfio*
 *	text      the summary
 *	scenario, kernel  where; a tag or a release
 *
 * At least one of lock, function, file and text is needed: an entry for a
 * whole kind would hide what nobody has looked at.
 *
 * Of the kind "lock order" are cycles of the lock graph: their locks, the stacks of
 * their edges, and "A -> B -> A" as text. One that is feasible is not suppressed so:
 * somebody who knows why an order is harmless does not know the deadlock that proves
 * the contrary, which is a finding of the kind "deadlock".
 *
 *  I1  Parsing reads any bytes and keeps nothing of a file with an error.
 */
#ifndef WEFT_SUPPRESS_H
#define WEFT_SUPPRESS_H

#include <stdbool.h>
#include <stddef.h>

#define SUPPRESS_FORMAT 1

enum suppress_key {
	SUPPRESS_KIND, SUPPRESS_REASON, SUPPRESS_LOCK, SUPPRESS_FUNCTION,
	SUPPRESS_FILE, SUPPRESS_TEXT, SUPPRESS_SCENARIO, SUPPRESS_KERNEL,
	SUPPRESS_KEYS
};

struct suppress_pattern {
	enum suppress_key	key;
	char			*text;
};

/**
 * struct suppression - one entry
 * @line: of its first pattern, from 1
 * @used: findings it suppressed so far
 */
struct suppression {
	unsigned int		line;
	struct suppress_pattern	*patterns;
	size_t			patterns_n;
	unsigned long		used;
};

/* All entries of one file; @path is for messages. */
struct suppressions {
	char			*path;
	struct suppression	*rows;
	size_t			n;
};

/**
 * suppress_parse() - the text of a file
 * @text, @size: anything may be in it
 * @path:        for messages
 * @ret_error:   on error, "PATH:LINE: what is wrong; what to do", to be freed
 *
 * Return: 0, or -EINVAL (with *ret_error), or -ENOMEM.
 */
int suppress_parse(const char *text, size_t size, const char *path,
		   struct suppressions *ret, char **ret_error);

void suppress_clear(struct suppressions *suppressions);

/* The first pattern of a key; NULL when the entry has none. */
const char *suppress_text(const struct suppression *row,
			  enum suppress_key key);

/* '*' is any text. */
bool suppress_glob(const char *pattern, const char *text);

struct weft_finding;
struct weft_run;

/**
 * suppress_find() - the first entry that a finding matches
 * @run: of the campaign: scenario, kernel, symbols
 *
 * Return: its number, from 1; 0 when there is none.
 */
unsigned int suppress_find(const struct suppressions *suppressions,
			   const struct weft_run *run,
			   const struct weft_finding *finding);

struct weft_lock_cycle;

/* The same for a cycle of the lock graph of @run, which has been judged. */
unsigned int suppress_find_cycle(const struct suppressions *suppressions,
				 const struct weft_run *run,
				 const struct weft_lock_cycle *cycle);

#endif
