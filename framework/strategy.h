/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Strategies: which task runs next, and when the space is exhausted.
 *
 * A strategy sees decisions: moments at which more than one task could go on,
 * or a data choice. It sees what the tasks have published, read-only, and
 * never the execution itself. Adding one: one file in strategies/ and one row
 * in strategies/table.c.
 */
#ifndef WEFT_STRATEGY_H
#define WEFT_STRATEGY_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"
#include "estimate.h"
#include "op.h"
#include "region.h"
#include "schedule.h"

/*
 * A visible operation. @write is its effect: a failed compare-and-exchange is a
 * read. @peer is the other task of spawn and join; -1 none. @step: operations
 * applied so far, with this one. Two operations that commute, of one kind and on
 * one object, are independent although both write; with any other operation they
 * are writes.
 */
struct weft_operation {
	enum weft_op_kind	kind;
	int			task;
	unsigned long		step;
	int			peer;
	bool			write;
	bool			commutes;
	bool			granted;	/* the end of a wait in line */
	bool			idle;		/* a service without work */
	bool			loose;		/* may be disabled where it is moved to */
	bool			opaque;		/* a wait that does not tell what it looks at */
	bool			has_value;	/* before and after are known */
	bool			compares;
	uint16_t		choice;		/* data choice: what was chosen */
	bool			fault;		/* a fault of those that are bounded */
	uint64_t		object;		/* stable name; UINT64_MAX none */
	uint64_t		before, after;	/* value of the object */
	uint64_t		expected;	/* compare-and-exchange */
};

#define WEFT_PEER_ALL (-2)	/* join: all other tasks */

/* Returned by pick: the rest of this execution is redundant. */
#define WEFT_PICK_NOBODY UINT32_MAX
/* The same: the order that it was to try cannot be, as somebody would have to wait. */
#define WEFT_PICK_IMPOSSIBLE (UINT32_MAX - 1)
/* The same, but nothing was to be tried: the strategy had to see where it was. */
#define WEFT_PICK_LOOKED (UINT32_MAX - 2)

/* What a task is about to do. */
struct weft_published {
	enum weft_op_kind	kind;
	uint16_t		choices;	/* of a data choice, 1 if no fault is left; else 0 */
	bool			fault;		/* ... all but 0 are bounded faults */
	uint64_t		object;	/* stable name (region offset) */
};

/**
 * struct weft_view - a decision to be taken
 * @index:      number of this decision in the execution, from 0
 * @step:       operations applied so far
 * @enabled:    a bit per task that could go on
 * @running:    the task that ran last; -1 at the start
 * @choices:    0 for a choice of task; else pick a number below it
 * @fault:      of a data choice: what 1 makes go wrong; else NULL
 * @forced_turn: @enabled lacks tasks that could go on: they went round in a circle
 *              and passed others over, whose turn it is (exec_cycle.h, I3)
 * @published:  by task id, valid for enabled tasks
 * @ret_passes: of a choice of task, false so far; set: the strategy will hardly come back
 *              to before this decision, so that no state need be kept here
 */
struct weft_view {
	unsigned int		index;
	unsigned long		step;
	uint32_t		enabled;
	int			running;
	unsigned int		choices;
	const struct weft_fault *fault;
	bool			forced_turn;
	const struct weft_published *published;
	bool			*ret_passes;
};

/* One decision of a finished execution. */
struct weft_decision {
	uint32_t	enabled;	/* choice of task: who could go on */
	uint16_t	choices;	/* data choice: how many; else 0 */
	int16_t		running;
	uint16_t	chosen;
	uint16_t	spare;
	uint32_t	step;
};

/* A decision is a preemption when the running task could have gone on. */
static inline bool weft_is_preemption(const struct weft_decision *decision,
				      unsigned int chosen)
{
	return !decision->choices && decision->running >= 0 &&
	       (decision->enabled >> decision->running & 1) &&
	       chosen != (unsigned int)decision->running;
}

/* What a strategy does when nothing asks for more: go on, else lowest id. */
static inline unsigned int weft_default_choice(uint32_t enabled, int running,
					       unsigned int choices)
{
	if (choices)
		return 0;
	if (running >= 0 && (enabled >> running & 1))
		return (unsigned int)running;
	return (unsigned int)__builtin_ctz(enabled);
}

#define WEFT_BOUND_NONE UINT32_MAX		/* no bound */
#define WEFT_PREEMPTIONS_NONE WEFT_BOUND_NONE

/**
 * struct weft_strategy_options - what a user may ask of a strategy
 * @preemptions: bound, inclusive; WEFT_BOUND_NONE for none
 * @delays:      the same for strategies that bound delays
 * @iterate:     raise the bound by one when it is exhausted, without end
 * @seed:        for the random ones
 * @probed:      executions there are in all, by random probes; 0 unknown
 * @schedule:    for replay
 * @nodes_max:   limit on remembered branches
 * @memory_max:  limit on what the search allocates for them, in bytes; 0 none
 * @image:       the code under test is a kernel image: a wait may look at more than
 *               its object
 * @careful:     see @again of struct weft_progress
 * @apart:       the search is taken apart: @explored is wanted
 * @faults:      how many operations of an execution may have fault set
 */
struct weft_strategy_options {
	uint32_t	preemptions;
	uint32_t	delays;
	bool		iterate;
	uint64_t	seed;
	double		probed;
	const struct weft_schedule *schedule;
	uint64_t	nodes_max;
	size_t		memory_max;
	bool		image;
	bool		careful;
	bool		apart;
	unsigned long	faults;
};

struct weft_progress {
	uint32_t	bound;		/* being explored, of preemptions */
	bool		delays;		/* of delays */
	uint32_t	bound_done;	/* highest bound exhausted, plus one */
	struct weft_explored explored;	/* so far; by parts of a search, too */
	double		estimate;	/* executions in all; 0 unknown */
	double		done;		/* part done, 0 to 1; negative unknown */
	size_t		memory;		/* bytes it has allocated */
	bool		table_full;	/* nodes_max was hit: not exhaustive */
	bool		memory_full;	/* memory_max was hit: the same */
	bool		again;		/* to begin again, with option careful */
	const char	*gap;		/* why it may have missed something; or NULL */
	const char	*mismatch;	/* replay: why it could not be followed */
};

#define WEFT_FROM_SNAPSHOT UINT32_MAX

enum weft_begin { WEFT_BEGIN_RUN, WEFT_BEGIN_EXHAUSTED, WEFT_BEGIN_LENT };

/*
 * Units: parts of a search that can be explored apart, by other processes or
 * another day. A strategy that can be taken apart has all of @save, @load,
 * @split, @mail and @deliver; one that cannot has none of them.
 *
 * A unit is bytes. It lives like this, always between executions (after @end,
 * before @begin):
 *
 *	state = create(options); load(state, unit); deliver(state, each mail);
 *	begin, run, end, begin, run, end … until exhausted or told to stop
 *	n = split(state, wanted, pieces);	  only when told to stop
 *	mail(state, letter);			  always
 *	save(state, rest);			  unless exhausted
 *
 * The rest goes on once all pieces and all that became of them are exhausted;
 * what they mailed is delivered to it first, in the order of the pieces and
 * for each in the order of sending. So a strategy never sees two processes:
 * it sees its own search, with some branches done by somebody else. The whole
 * search is the unit of a fresh state, and nobody reads its mail.
 *
 *  U1  The executions of a unit, in their order, are: those before the split,
 *      those of the first piece, of the second …, those of the rest. It is
 *      best when that is the order of a search that is never split: then the
 *      results are the same to the byte. At least the same executions must be
 *      counted in the end, however often and wherever it was split.
 *  U2  A unit depends on what was loaded, delivered, and on the executions
 *      run, not on the process: no addresses, no time. The same unit run twice
 *      gives the same executions, pieces, mail and rest.
 *  U3  @load and @deliver meet damaged bytes (checkpoint files). They check
 *      what they read, return false, and leave a state that @destroy takes.
 *  U4  A unit may be run by one process while a piece that comes before it in
 *      the order still runs elsewhere. Nothing flows between them: what one
 *      must know of the other is either known at the split, or is mail.
 *
 * A strategy may also have @lend: it takes out a piece that is far from being its
 * turn, at any time between executions. @begin says WEFT_BEGIN_LENT when that turn
 * has come. What is saved then is the rest, which goes on when the piece is
 * exhausted, with its mail; until then all in between is explored as if nothing
 * had been lent. The last one lent has its turn first. A piece that turns out to be
 * not worth it (@burdens) is forgotten, with all that was found in it; the rest then
 * explores it in its turn (@take_back).
 *
 * How dfs does it: a piece is a slice of the stack of schedules with the number
 * of preemptions being explored. Schedules with more preemptions are its mail.
 *
 * How the reductions do it: strategies/dpor_unit.c. A piece is a branch with the
 * sleep set and the wakeup tree it begins with; races to be reversed above it are
 * its mail.
 */

/* What a piece that is lent is likely to be. */
enum weft_lend {
	WEFT_LEND_LARGE,
	WEFT_LEND_SMALL,	/* not worth it, unless somebody has nothing to do */
	WEFT_LEND_ANY,
};

/**
 * struct weft_strategy - a row of the table
 * @create:   state for one pass; NULL without memory
 * @begin:    before each execution
 * @pick:     a task of view->enabled, or a number below view->choices
 * @end:      the decisions of the execution that has just ended
 * @progress: fills what it knows
 * @systematic: exhausting it proves something
 * @every_step: wants a decision at every step, not only at scheduling points
 * @unbounded: ignores the preemption bound
 * @delays:   bounds delays, not preemptions
 * @probe:    estimates the size of the same space by random probes; or NULL
 * @follows:  who goes on was decided before: nobody is made to give way
 *            (exec_cycle.h, I3)
 * @forced:   is asked even when only one task could go on
 * @shared:   how many leading decisions the execution that begins has in common
 *            with the last one of the same state, or WEFT_FROM_SNAPSHOT
 * @resume:   with @shared: the number of the decision the execution goes back
 *            to, at most what @shared said; or WEFT_FROM_SNAPSHOT
 * @stop:     every_step only: step before which the next decision is wanted
 * @applied:  sees each applied operation; may be NULL
 * @waits:    sees, before @end, the operation of each task that is left; may
 *            be NULL
 * @save:     all that is still to be explored, as a unit
 * @load:     replaces what @create made; false: not a unit
 * @reorders: U1: pieces keep the number of executions, but not which they are
 * @split:    takes at most @wanted pieces out, each into a buffer of its own;
 *            returns how many, 0 when there is nothing worth it
 * @lend:     takes one piece out that has its turn later, no less than @least; false:
 *            there is none. May be NULL
 * @burdens:  of a unit that is lent, or is the rest of one: would reading its mail
 *            take as long as exploring it? With @lend
 * @take_back: with @lend, of a rest that was loaded, instead of @deliver: nobody
 *            explored the piece whose turn it is; false: it is of no piece
 * @mail:     takes what the parent must know; false: nothing
 * @deliver:  one letter of a piece; false: not a letter
 */
struct weft_strategy {
	const char	*name;
	const char	*summary;
	bool		systematic;
	bool		every_step;
	bool		unbounded;
	bool		delays;
	bool		forced;
	bool		follows;
	bool		reorders;
	const struct weft_strategy *probe;
	void		*(*create)(const struct weft_strategy_options *options);
	void		(*destroy)(void *state);
	enum weft_begin	(*begin)(void *state);
	unsigned int	(*pick)(void *state, const struct weft_view *view);
	void		(*end)(void *state, const struct weft_decision *decisions,
			       unsigned int n);
	void		(*progress)(const void *state,
				    struct weft_progress *ret);
	unsigned int	(*shared)(const void *state);
	void		(*resume)(void *state, unsigned int decision);
	unsigned long	(*stop)(const void *state, unsigned long step);
	void		(*applied)(void *state, const struct weft_operation *op);
	void		(*waits)(void *state, const struct weft_operation *op);
	void		(*save)(const void *state, struct weft_buffer *to);
	bool		(*load)(void *state, struct weft_reader *from);
	unsigned int	(*split)(void *state, unsigned int wanted,
				 struct weft_buffer *pieces);
	bool		(*lend)(void *state, enum weft_lend least,
				struct weft_buffer *piece);
	bool		(*burdens)(const void *state);
	bool		(*take_back)(void *state);
	bool		(*mail)(void *state, struct weft_buffer *to);
	bool		(*deliver)(void *state, struct weft_reader *from);
};

extern const struct weft_strategy *const weft_strategies[];	/* NULL ends */
const struct weft_strategy *weft_strategy_find(const char *name);

extern const struct weft_strategy weft_strategy_dpor;
extern const struct weft_strategy weft_strategy_source;
extern const struct weft_strategy weft_strategy_sleep;
extern const struct weft_strategy weft_strategy_dfs;
extern const struct weft_strategy weft_strategy_delay;
extern const struct weft_strategy weft_strategy_random;
extern const struct weft_strategy weft_strategy_pct;
extern const struct weft_strategy weft_strategy_pos;
extern const struct weft_strategy weft_strategy_surw;
extern const struct weft_strategy weft_strategy_replay;

/* Not in the table: no search of their own. */
extern const struct weft_strategy weft_strategy_faults;
extern const struct weft_strategy weft_strategy_dfs_probe;
extern const struct weft_strategy weft_strategy_delay_probe;

#endif
