/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locking rules: which locks protect which member of which structure, learnt
 * from who held what at each access of the explored executions.
 *
 * In the manner of Lochmann, Schirmeier, Borghorst, Spinczyk, "LockDoc:
 * trace-based analysis of locking in the Linux kernel", EuroSys 2019. What is
 * different: executions are explored, not recorded, so every member is seen in
 * many interleavings; a place in the source counts once, however often it ran;
 * and a rule that is broken comes with a schedule.
 *
 *	rules_collect.c	accesses of one campaign, as they come
 *	rules_types.c	memory → structure and member, from debug information
 *	rules.c		the verb: campaigns into one table for each kernel
 *	rules_infer.c	rules from a table
 *	rules_waits.c	who waits for whom
 *	rules_asserts.c	lockdep_assert_held() against what was seen
 *	rules_comments.c comments of the source against what was seen
 *	rules_html.c	for people with a browser
 *	rules_text.c	for people; rules_json.c for machines
 *
 *  I1  A place holds a lock when all accesses of that place did.
 *  I2  A lock of another object can only protect a member if one object always
 *      goes with one lock: a class of locks of which every task has its own
 *      protects nothing.
 */
#ifndef WEFT_RULES_H
#define WEFT_RULES_H

#include "campaign.h"

/* --- rules_collect.c --- */

#define RULES_LOCKS_MAX WEFT_USAGE_LOCKS

/* @bound: I2 holds for it so far; of locks outside of the object */
struct seen_lock {
	uint32_t	class;
	bool		shared, own;
};

/**
 * struct seen - one way of accessing one piece of memory
 * @site:   of the allocation, as in struct weft_allocation; 0: data of the image
 * @offset: in the object; of data, in the image
 * @execution: the first one; @schedule: what it had done by then
 */
struct seen {
	uintptr_t		pc;
	uintptr_t		site[WEFT_SITE_MAX];
	size_t			object_size, offset, size;
	bool			write, marked;
	struct seen_lock	locks[RULES_LOCKS_MAX];
	unsigned int		locks_n;
	uint64_t		count;
	struct weft_schedule	schedule;
	uint64_t		key;
};

struct rules_collection;

/* Watches all executions of @c until rules_collect_end(). */
struct rules_collection *rules_collect_begin(struct campaign *c);
const struct seen *rules_collected(const struct rules_collection *collection,
				   size_t *ret_n);
/* I2: can the lock protect what was seen? */
bool rules_is_bound(const struct rules_collection *collection,
		    const struct seen *seen, const struct seen_lock *lock);
void rules_collect_end(struct campaign *c,
		       struct rules_collection *collection);

/* --- rules_types.c --- */

struct rules_types;

/* NULL: the image has no debug information */
struct rules_types *rules_types_open(const struct weft_kernel *kernel);
void rules_types_close(struct rules_types *types);

/* How far memory is behind the beginning of its member and of its structure. */
struct rules_inside {
	size_t		member, structure;
	uint64_t	declared;	/* where debug information tells of it */
};

/**
 * rules_member() - "mdev_device.active", or a variable's name; to be freed
 *
 * Return: NULL where nothing is known.
 */
char *rules_member(struct rules_types *types, const struct weft_memory *memory,
		   struct rules_inside *ret);
/* File, to be freed, and line where a member is declared; or NULL. */
char *rules_declaration(struct rules_types *types,
			const struct rules_inside *inside, int *ret_line);
/* "struct mdev_device": what was allocated; to be freed; or NULL */
char *rules_structure(struct rules_types *types,
		      const struct weft_memory *memory);

/* --- the table --- */

/**
 * struct rules_place - a line of source that accesses a member
 * @locks:  names of those it always holds (I1); "X (shared)"
 * @others: held by some of its accesses only
 * @schedule: of an access with the fewest locks
 */
struct rules_place {
	char			*site;
	bool			write, marked;
	char			**locks;
	size_t			locks_n;
	uint64_t		count;
	char			*scenario;
	struct weft_schedule	schedule;
};

struct rules_members {
	char			*name;
	char			*file;		/* of its declaration, or NULL */
	int			line;
	struct rules_place	*places;
	size_t			places_n;
};

/**
 * struct rules_wait - somebody waited, and somebody else ended that
 * @held, @wake_held: locks of either, "A, B", or ""
 * @waiter, @waker: names of the tasks
 */
struct rules_wait {
	char		*what;
	char		*site, *wake_site;
	char		*held, *wake_held;
	char		*waiter, *waker;
	uint64_t	count;
};

enum rules_agreement { RULES_AGREES, RULES_DISAGREES, RULES_UNDECIDED };

/**
 * struct rules_comment - what a comment of the source says of locking
 * @member: that it is about, or NULL
 * @lock:   that it names, as it is written there
 * @reason: place that breaks it, or why it cannot be decided
 */
struct rules_comment {
	char			*file;
	int			line;
	char			*text;
	char			*member, *lock;
	enum rules_agreement	agreement;
	char			*reason;
};

/* Of one kernel. */
struct rules_table {
	char			*kernel, *release;
	struct rules_members	*members;
	size_t			n;
	char			**asserts;	/* "lock\tplace": held there */
	size_t			asserts_n;
	char			**denied;	/* the same, not held */
	size_t			denied_n;
	char			**orders;	/* "A\tB": B taken with A held */
	size_t			orders_n;
	char			**waits;	/* the same, B is a wait */
	size_t			waits_n;
	struct rules_wait	*wakeups;
	size_t			wakeups_n;
	struct rules_comment	*comments;
	size_t			comments_n;
	size_t			campaigns;
	unsigned long		executions;
};

/* --- rules_infer.c --- */

enum rules_kind {
	RULES_UNUSED,		/* nobody does that */
	RULES_ALWAYS,		/* every place holds all of @locks */
	RULES_ANY,		/* every place holds one of @locks */
	RULES_MOSTLY,		/* more than half hold the one */
	RULES_NONE,
};

/**
 * struct rules_rule - how the places of one kind (reads, writes) are protected
 * @locks: the likeliest one last
 * @holds, @of: places that keep it, and all
 */
struct rules_rule {
	enum rules_kind	kind;
	const char	*locks[RULES_LOCKS_MAX];
	size_t		locks_n;
	size_t		holds, of;
};

void rules_infer(const struct rules_members *member, bool write,
		 struct rules_rule *ret);
/* Does a place keep it? */
bool rules_keeps(const struct rules_rule *rule, const struct rules_place *place);

/* --- rules_asserts.c --- */

struct weft_source;
/* @told: of each lock that the source says is held there, and whether it is */
void rules_compare_asserts(struct weft_source *source,
			   const struct rules_place *place,
			   void (*told)(void *arg, const char *lock, bool held),
			   void *arg);

/* "&device->dev_set->lock" → "lock" */
const char *rules_last_word(const char *lock);

/* --- rules_comments.c: @table->comments from the reader's own tree --- */

void rules_compare_comments(struct weft_source *source,
			    struct rules_table *table);
void rules_clear_comments(struct rules_table *table);

/* --- rules_waits.c: who waits for whom, of one campaign, into the table --- */

struct rules_wakeups;
struct rules_wakeups *rules_wakeups_begin(struct campaign *c);
void rules_wakeups_end(struct campaign *c, struct rules_wakeups *wakeups,
		       struct rules_table *table);
void rules_sort_wakeups(struct rules_table *table);
void rules_clear_wakeups(struct rules_table *table);

/* --- rules_html.c: a page; @dir: of the reports, for what it leads to --- */

int rules_write_html(const char *path, const char *dir,
		     const struct rules_table *table);
/* One of its sections: a title, what it is about, and a table. */
void rules_html_begin(FILE *out, const char *id, const char *title,
		      const char *text, const char *const *columns);
void rules_html_end(FILE *out);
/* rules_html_order.c: two of them */
void rules_html_order(FILE *out, const struct rules_table *table);
void rules_html_waits(FILE *out, const struct rules_table *table);

/* --- rules_text.c, rules_json.c --- */

/* Is it about the code under test, or about what lies below? */
bool rules_is_ours(const struct rules_members *member);
bool rules_is_our_file(const char *file);

/* @all: members of other subsystems, too */
void rules_write_text(FILE *out, const struct rules_table *table, bool all);
struct json_t *rules_to_json(const struct rules_table *table);

#endif
