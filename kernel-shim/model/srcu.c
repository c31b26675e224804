// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleepable RCU: each domain's readers by task, grace periods that wait for them.
 *
 *  G1  A grace period ends after every task that was inside the domain when it
 *      began has left its outermost section there.
 *  G2  Entering outermost reads, synchronize_srcu() writes srcu_idx with marked
 *      accesses, as the real code does: the explorer tries both orders.
 *  G3  Leaving happens in the task that entered.
 *  G4  As G5 of rcu.c: a task that enters or leaves changes what a beginning grace
 *      period looks at, known by &left[0] of the domain; one that leaves, what a
 *      grace period waits for, known by &slots[i][0].
 *
 * Drops: the real counters in struct srcu_struct; srcu_down_read() and its like.
 */
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/version.h>
#include "tasks.h"

#define DOMAINS_MAX	64

/**
 * struct weft_domain - what a struct srcu_struct is here
 * @ssp:     the kernel's object; NULL when unused
 * @nesting: of each task of weft_tasks[]
 * @left:    how often each task left its outermost section
 * @slots:   stand for the latest of these sections, in turn
 */
struct weft_domain {
	struct srcu_struct	*ssp;
	unsigned int		nesting[WEFT_TASKS_MAX];
	unsigned int		left[WEFT_TASKS_MAX];
	unsigned long		slots[WEFT_TASKS_MAX][WEFT_RCU_SLOTS];
};

static struct weft_domain domains[DOMAINS_MAX];

WEFT_QUIET static struct weft_domain *domain_get(struct srcu_struct *ssp)
{
	struct weft_domain *d;

	for (d = domains; d < domains + DOMAINS_MAX && d->ssp; d++)
		if (d->ssp == ssp)
			return d;
	if (d == domains + DOMAINS_MAX)
		weft_unmodelled("more than DOMAINS_MAX srcu domains");
	weft_set(d->ssp, ssp);
	return d;
}

WEFT_QUIET static unsigned int domain_nesting(struct srcu_struct *ssp)
{
	return domain_get(ssp)->nesting[weft_self()->index];
}

WEFT_QUIET static void domain_enter(struct srcu_struct *ssp)
{
	struct weft_domain *d = domain_get(ssp);
	unsigned int *nesting = &d->nesting[weft_self()->index];

	if (!*nesting)
		weft_host->state(WEFT_STATE_ADD, &d->left[0]);
	weft_set(*nesting, *nesting + 1);
}

WEFT_QUIET static void domain_leave(struct srcu_struct *ssp)
{
	struct weft_domain *d = domain_get(ssp);
	unsigned int i = weft_self()->index;

	weft_set(d->nesting[i], d->nesting[i] - 1);
	if (d->nesting[i])
		return;
	weft_host->state(WEFT_STATE_ADD, &d->left[0]);
	weft_state_write(&d->slots[i][0]);
	weft_host->order(WEFT_ORDER_LEFT, &d->slots[i][d->left[i] %
						       WEFT_RCU_SLOTS],
			 sizeof(d->slots[i][0]));
	weft_set(d->left[i], d->left[i] + 1);
}

/* A grace period of one domain. */
struct weft_srcu_wait {
	struct weft_domain	*domain;
	struct weft_readers	readers;
};

WEFT_QUIET static void wait_note(struct weft_srcu_wait *wait,
				 struct srcu_struct *ssp)
{
	struct weft_domain *d = domain_get(ssp);
	unsigned int i;

	weft_state_read(&d->left[0]);
	weft_host->save(wait, sizeof(*wait));
	wait->domain = d;
	wait->readers.inside = 0;
	for (i = 0; i < WEFT_TASKS_MAX; i++) {
		wait->readers.left[i] = d->left[i];
		if (d->nesting[i])
			wait->readers.inside |= 1ull << i;
	}
}

WEFT_QUIET static int wait_over(void *arg)
{
	const struct weft_srcu_wait *wait = arg;
	const struct weft_domain *d = wait->domain;
	unsigned int i;

	for (i = 0; i < WEFT_TASKS_MAX; i++)
		if (wait->readers.inside >> i & 1 && d->nesting[i] &&
		    d->left[i] == wait->readers.left[i])
			return 0;
	return 1;
}

/* What wait_over() reads: of those inside then, the only ones looked at. */
WEFT_QUIET static unsigned int wait_reads(void *arg, const void **ret)
{
	const struct weft_srcu_wait *wait = arg;
	unsigned int i, n = 0;

	for (i = 0; i < WEFT_TASKS_MAX; i++)
		if (wait->readers.inside >> i & 1)
			ret[n++] = &wait->domain->slots[i][0];
	return n;
}

/* What its readers did comes before what is done now. */
WEFT_QUIET static void wait_order(const struct weft_srcu_wait *wait)
{
	struct weft_domain *d = wait->domain;
	unsigned int i;

	for (i = 0; i < WEFT_TASKS_MAX; i++)
		weft_rcu_order(d->slots[i], WEFT_RCU_SLOTS, d->left[i],
			       wait->readers.left[i],
			       wait->readers.inside >> i & 1);
}

static const char *domain_name(struct srcu_struct *ssp)
{
	return ssp->dep_map.name ? ssp->dep_map.name : "srcu";
}

/* MODEL of kernel/rcu/srcutree.c. Keeps: class. Drops: the tree, -ENOMEM. */
int __init_srcu_struct(struct srcu_struct *ssp, const char *name,
		       struct lock_class_key *key)
{
	memset(ssp, 0, sizeof(*ssp));
	lockdep_init_map(&ssp->dep_map, name, key, 0);
	return 0;
}

WEFT_QUIET static bool domain_busy(struct srcu_struct *ssp)
{
	struct weft_domain *d = domain_get(ssp);
	unsigned int i;

	weft_state_read(&d->left[0]);
	for (i = 0; i < WEFT_TASKS_MAX; i++)
		if (d->nesting[i])
			return true;
	return false;
}

/* MODEL of kernel/rcu/srcutree.c. Keeps: no readers left. Drops: pending callbacks (there are none). */
void cleanup_srcu_struct(struct srcu_struct *ssp)
{
	if (domain_busy(ssp))
		weft_context_finding("cleanup_srcu_struct(%s) with readers inside",
				     domain_name(ssp));
}

/* MODEL of kernel/rcu/srcutree.c. Keeps: G1 to G3. Drops: the index, always 0. */
int __srcu_read_lock(struct srcu_struct *ssp)
{
	if (!domain_nesting(ssp))
		READ_ONCE(ssp->srcu_idx);
	domain_enter(ssp);
	return 0;
}

/* MODEL of kernel/rcu/srcutree.c. Keeps: G1 to G3. Drops: leaving by another task. */
void __srcu_read_unlock(struct srcu_struct *ssp, int idx)
{
	if (idx)
		weft_context_finding("srcu_read_unlock(%s) with a wrong index",
				     domain_name(ssp));
	if (!domain_nesting(ssp))
		weft_unmodelled("srcu_read_unlock by a task that did not enter");
	domain_leave(ssp);
}

#ifdef CONFIG_NEED_SRCU_NMI_SAFE
/* MODEL of kernel/rcu/srcutree.c. Keeps: as __srcu_read_lock(). Drops: NMI. */
int __srcu_read_lock_nmisafe(struct srcu_struct *ssp)
{
	return __srcu_read_lock(ssp);
}

void __srcu_read_unlock_nmisafe(struct srcu_struct *ssp, int idx)
{
	__srcu_read_unlock(ssp, idx);
}
#endif

static void grace_period(struct srcu_struct *ssp, const char *what)
{
	struct weft_srcu_wait wait;

	weft_check_sleep(what, domain_name(ssp));
	lock_sync(&ssp->dep_map, 0, 0, 1, NULL, _RET_IP_);
	WRITE_ONCE(ssp->srcu_idx, ssp->srcu_idx + 1);
	wait_note(&wait, ssp);
	weft_host->await(WEFT_WAIT_SRCU, &ssp->srcu_idx, domain_name(ssp),
			 wait_over, &wait, wait_reads);
	wait_order(&wait);
}

/* MODEL of kernel/rcu/srcutree.c. Keeps: G1, its own reader waits for ever. Drops: batching. */
void synchronize_srcu(struct srcu_struct *ssp)
{
	grace_period(ssp, "synchronize_srcu");
}

/* MODEL of kernel/rcu/srcutree.c. Keeps: as synchronize_srcu(). Drops: speed. */
void synchronize_srcu_expedited(struct srcu_struct *ssp)
{
	grace_period(ssp, "synchronize_srcu_expedited");
}

#if defined(CONFIG_PROVE_RCU) && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
/* MODEL of kernel/rcu/srcutree.c. Keeps: nothing. Drops: mixing normal and NMI-safe readers. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
void __srcu_check_read_flavor(struct srcu_struct *ssp, int read_flavor)
{
}
#else
void srcu_check_nmi_safety(struct srcu_struct *ssp, bool nmi_safe)
{
}
#endif
#endif
