/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does a deadlock that was found go round a cycle of lock classes? Read from its
 * evidence: what each task holds and waits for at the end.
 *
 *  S1  It does when it can be followed round: a task holds a class of the cycle, may
 *      hold those that come next, each taken behind the one before, and is blocked at
 *      the one behind them because of a task that holds that, and so on, back to the
 *      first task and class. Tasks that are blocked for anything else do not count.
 *  S2  Blocked at a lock is who waits for it, because of whoever holds the same lock
 *      and not for reading both, but behind a writer in line.
 *  S3  An annotation is noted as held before the wait that it stands for is over. So
 *      a task that waits for something that is no lock is blocked at an annotation
 *      that it took, when a task (he himself, too) had taken the same one before, and
 *      not for reading both: nobody is through that. An earlier wait behind it, or
 *      two readers, say nothing. The newest one is told as a lock that is waited for
 *      instead (weft_task_state.wait_since), so S2 goes for it.
 *  S4  Some waits have the name of the annotation they stand for (flushes of work,
 *      grace periods), and are over when it is let go. What is held under that name
 *      may be a copy of it; so this counts only where all holds are of one instance.
 *  S5  Classes are compared by name, as signatures of findings are; the class of a
 *      lock waited for is known without its subclass.
 */
#ifndef WEFT_SHOWN_H
#define WEFT_SHOWN_H

#include "finding.h"

/**
 * struct weft_shown_class - of a cycle
 * @lock_n: length of @name without the subclass
 */
struct weft_shown_class {
	const char	*name;
	size_t		lock_n;
	bool		annotation;
};

#define WEFT_SHOWN_MAX 8	/* classes of a cycle */

/* weft_shows_cycle() - @evidence of a deadlock; @n: at most WEFT_SHOWN_MAX */
bool weft_shows_cycle(const struct weft_evidence *evidence,
		      const struct weft_shown_class *classes, unsigned int n);

/* Does @task hold a lock of that class? */
bool weft_shown_holds(const struct weft_task_state *task,
		      const struct weft_shown_class *class);

#endif
