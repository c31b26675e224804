/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A table of N columns, one per task, with time going down: one event per row.
 *
 * Rows are written as they are added. When so many tasks are involved that the
 * columns would be too narrow to read, rows name their column instead.
 */
#ifndef WEFT_FINDING_TABLE_H
#define WEFT_FINDING_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "report.h"

#define TABLE_COLUMNS_MAX 32

/**
 * struct weft_table - see file comment
 * @cell:  width of one column, in characters
 * @names: of the columns
 * @number_width: of the numbers in front of the rows; 0: there are none
 * @number: of the next row, in front of its first line; 0: none
 */
struct weft_table {
	FILE		*out;
	unsigned int	columns;
	unsigned int	cell;
	bool		narrow;
	bool		color;
	unsigned int	number_width;
	unsigned long	number;
	const char	*names[TABLE_COLUMNS_MAX];
};

/* Writes the head; needs @out, @columns, @names, @color set. */
void weft_table_begin(struct weft_table *table, unsigned int width);
/* One line of a column, wrapped as needed; @alarm: in red where there is color */
void weft_table_add(struct weft_table *table, unsigned int column,
		    unsigned int indent, const char *text, bool alarm);
/* A line between the columns' rows, e.g. "… 12 steps …". */
void weft_table_gap(struct weft_table *table, unsigned int column,
		    const char *text);

/* Number of characters of UTF-8 text. */
unsigned int weft_text_width(const char *text);
/* Bytes of @text that fit in @width characters, cut at a good place. */
size_t weft_text_fit(const char *text, unsigned int width);
/* Wrapped text; lines after the first get @indent blanks, and end where it does. */
void weft_text_paragraph(FILE *out, const char *text, unsigned int width,
			 unsigned int indent);

/* The same where the first line begins at @column. */
void weft_text_hanging(FILE *out, const char *text, unsigned int column,
		       unsigned int width, unsigned int indent);

/* A column of its own that begins, and goes on, at @column. */
void weft_text_block(FILE *out, const char *text, unsigned int column,
		     unsigned int width);

/*
 * finding_events.c: recorded steps as rows
 *
 * struct weft_event - one row
 * @step:  position in time
 * @order: among events of the same step
 * @number: to be shown in front of it; 0: it is no step of its own
 * @word:  the memory it is about, see struct weft_step; 0: none
 * @alarm: the step that never ends
 * @note:  no step, but what the steps below it are for
 * @source: what was recorded; NULL for what a task waits for or holds
 * @at:    number, from 1, of the recorded step that it is or comes in front of; 0: none
 */
struct weft_event {
	unsigned long		step;
	unsigned int		order, word;
	unsigned long		number;
	int			task;
	char			text[200];
	const struct weft_stack	*stack;
	unsigned long		gap;	/* steps left out before this one */
	bool			alarm, note;
	const struct weft_step	*source;
	size_t			at;
};

struct weft_event;

/*
 * finding_removals.c: where devices and files are taken away
 *
 * struct weft_removal - one call
 * @at:     its first recorded step
 * @adds:   the function that would put such a thing back; NULL: nobody asks
 * @caller: the stack of who called
 */
struct weft_removal {
	size_t			at;
	const char		*function, *words, *adds;
	struct weft_stack	caller;
};

struct weft_removals {
	struct weft_removal	*all;
	size_t			n;
};

/* Adds those of a task; @symbols: may be NULL, then there are none */
void weft_removals_find(struct weft_symbols *symbols,
			const struct weft_evidence *evidence, int task,
			struct weft_removals *removals);
/* The one that begins with a recorded step, or NULL. */
const struct weft_removal *weft_removal_at(const struct weft_removals *removals,
					   size_t at);

/* Did its task not put it back before recorded step @to, though somebody could have? */
bool weft_removal_stays(struct weft_symbols *symbols,
			const struct weft_evidence *evidence,
			const struct weft_removal *removal, size_t to);

/* @removals: rows have their stacks */
struct weft_events {
	struct weft_event	*events;
	size_t			n, max;
	struct weft_removals	removals;
};

/* What a blocked set of tasks did to get there. */
void weft_events_of_deadlock(const struct weft_finding *finding,
			     struct weft_events *ret);
/*
 * Condensed to system calls, failures that were injected, switches, what happens
 * around them, what is taken away, and what the causality of @finding (or NULL) is
 * about.
 */
void weft_events_of_trace(const struct weft_run *run,
			  const struct weft_evidence *evidence,
			  const struct weft_finding *finding, bool everything,
			  struct weft_events *ret);
/* finding_choose.c: marks them in @keep, which has room for all */
void weft_events_choose(struct weft_symbols *symbols,
			const struct weft_evidence *evidence,
			const struct weft_finding *finding, bool *keep);
/* Of the object that a finding is about. */
#define WEFT_FREES_IT "frees the object"
/* Is it what the detector of a memory error said of it? @finding: or NULL */
bool weft_says_memory(const struct weft_finding *finding,
		      const struct weft_step *step);
/* "read", "write", "update", "free"; NULL: it is no access */
const char *weft_access_verb(enum weft_op_kind kind);
/* "queues an RCU callback": what the model's names for events mean; or NULL */
const char *weft_event_words(const struct weft_step *step, bool past);
/* What a step does, in one line. */
void weft_step_text(const struct weft_evidence *evidence,
		    const struct weft_step *step, char *ret, size_t size);
/* The system call a task was in at a recorded step, SIZE_MAX: the end; or NULL. */
const struct weft_step *weft_call_at(const struct weft_evidence *evidence,
				     int task, size_t at);
/* Has a step no place in the kernel? Then the model of a system call did it. */
bool weft_is_call_place(struct weft_symbols *symbols,
			const struct weft_stack *stack);
/*
 * "open("…/remove")", where a step has no place in the kernel: the model of a system
 * call did it, and the stack says only who called. False elsewhere.
 */
bool weft_call_place(const struct weft_run *run,
		     const struct weft_evidence *evidence, int task, size_t at,
		     const struct weft_stack *stack, char *ret, size_t size);
/* "ioctl(3, 0x3b6a)": what the door notes when a system call begins. */
bool weft_step_is_call(const struct weft_step *step);
/* "word 3", or "a shared word" where no step touches it. */
void weft_word_label(const struct weft_evidence *evidence, uint64_t object,
		     char *ret, size_t size);
void weft_events_clear(struct weft_events *events);

/* "&kvm->lock", or "&kvm->lock#2" when the trace has several of them. */
void weft_lock_label(const struct weft_evidence *evidence, const char *lock,
		     unsigned int instance, char *ret, size_t size);

/* finding_why.c: how small the schedule is, and why the finding happens */
void weft_write_size(FILE *out, const struct weft_finding *finding);
void weft_write_why(FILE *out, const struct weft_run *run,
		    const struct weft_finding *finding,
		    const struct weft_text_style *style, unsigned int width);

/*
 * finding_command.c: "To see it again: weft replay FILE", in lines that end with a
 * backslash where one is not wide enough
 */
void weft_write_command(FILE *out, const char *label, const char *verb,
			const char *path, unsigned int width);

/* finding_tasks.c: all frames of a stack */
void weft_write_stack(FILE *out, const struct weft_run *run,
		      const struct weft_stack *stack,
		      const struct weft_text_style *style);

/*
 * finding_kcsan.c: "ASSERT_EXCLUSIVE_WRITER", if that is what was called before
 * return address @pc; or NULL. @write: it came as a write.
 */
const char *weft_assertion_name(struct weft_symbols *symbols, uintptr_t pc,
				bool write);
const char *weft_side_assertion(const struct weft_run *run,
				const struct weft_race_side *side);
/* Options of KCSAN, on by default, that would keep it silent here. */
enum { KCSAN_PLAIN_WRITES_ATOMIC = 1, KCSAN_VALUE_CHANGE_ONLY = 2 };
unsigned int weft_kcsan_filters(const struct weft_run *run,
				const struct weft_race_pair *race);

/* finding_race.c: both accesses of a race */
void weft_write_race(FILE *out, const struct weft_run *run,
		     const struct weft_finding *finding,
		     const struct weft_text_style *style, unsigned int width);
/* null where there is none */
struct json_t *weft_race_to_json(const struct weft_run *run,
				 const struct weft_finding *finding);

#endif
