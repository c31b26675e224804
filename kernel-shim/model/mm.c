// SPDX-License-Identifier: GPL-2.0-only
/*
 * Address spaces: the one mm of the scenario's process, its counts and accounting.
 *
 * User memory is plain memory of the host process that never moves, so there are
 * no page tables and no faults here, and the mm never ends while a task runs.
 * The counts, mmap_lock and the locked-memory accounting are the kernel's own.
 * Pages can be pinned where page.c has a struct page for them; elsewhere, and for
 * follow_pte() and friends, the model is loud.
 */
#include <linux/capability.h>
#include <linux/init.h>
#include <linux/maple_tree.h>
#include <linux/mm.h>
#include <linux/mm_types.h>
#include <linux/mmap_lock.h>
#include <linux/mmu_notifier.h>
#include <linux/page_ref.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/srcu.h>
#include <linux/version.h>
#include "model.h"

/*
 * Counts start as those of a live process: one user (the process itself) and one
 * for all users together.
 */
struct mm_struct weft_user_mm = {
	.mm_users = ATOMIC_INIT(1),
	.mm_count = ATOMIC_INIT(1),
	.page_table_lock = __SPIN_LOCK_UNLOCKED(weft_user_mm.page_table_lock),
	.arg_lock = __SPIN_LOCK_UNLOCKED(weft_user_mm.arg_lock),
	MMAP_LOCK_INITIALIZER(weft_user_mm)
	.mmlist = LIST_HEAD_INIT(weft_user_mm.mmlist),
};

/**
 * get_task_mm() - @task's mm with one more user, or NULL
 *
 * MODEL of kernel/fork.c. Keeps: alloc_lock, kernel threads have none. Drops: nothing.
 */
struct mm_struct *get_task_mm(struct task_struct *task)
{
	struct mm_struct *mm = NULL;

	task_lock(task);
	if (task->mm && !(task->flags & PF_KTHREAD)) {
		mm = task->mm;
		mmget(mm);
	}
	task_unlock(task);
	return mm;
}

/**
 * mmput() - drops a user
 *
 * MODEL of kernel/fork.c. Keeps: count, may sleep. Drops: exit_mmap(): the process
 * outlives its tasks, so its own use is never dropped, and to drop the last one is
 * a defect of the caller.
 */
void mmput(struct mm_struct *mm)
{
	might_sleep();
	if (atomic_dec_and_test(&mm->mm_users))
		weft_host->fatal("mm", "mmput() dropped the last user of a live process's mm");
}

/** __mmdrop() - MODEL of kernel/fork.c. Keeps: who may call it. Drops: freeing, see mmput(). */
void __mmdrop(struct mm_struct *mm)
{
	weft_host->fatal("mm", "mmdrop() dropped the last reference on a live process's mm");
}

/**
 * __account_locked_vm() - adds to or takes from an mm's locked pages
 *
 * MODEL of mm/util.c. Keeps: limit, mmap_lock held, underflow warning. Drops: messages.
 * Units: pages.
 */
int __account_locked_vm(struct mm_struct *mm, unsigned long pages, bool inc,
			struct task_struct *task, bool bypass_rlim)
{
	mmap_assert_write_locked(mm);
	if (!inc) {
		WARN_ON_ONCE(pages > mm->locked_vm);
		mm->locked_vm -= pages;
		return 0;
	}
	if (!bypass_rlim &&
	    mm->locked_vm + pages > task_rlimit(task, RLIMIT_MEMLOCK) >> PAGE_SHIFT)
		return -ENOMEM;
	mm->locked_vm += pages;
	return 0;
}

/**
 * account_locked_vm() - the same for the running task, taking mmap_lock
 *
 * MODEL of mm/util.c. Keeps: all. Drops: nothing.
 */
int account_locked_vm(struct mm_struct *mm, unsigned long pages, bool inc)
{
	int ret;

	if (pages == 0 || !mm)
		return 0;

	mmap_write_lock(mm);
	ret = __account_locked_vm(mm, pages, inc, current, capable(CAP_IPC_LOCK));
	mmap_write_unlock(mm);
	return ret;
}

/*
 * Pinned pages. A pin counts as much as in the kernel, but the last one frees
 * nothing: user memory belongs to the scenario.
 */

unsigned long zero_pfn __read_mostly;

/* MODEL of mm/memory.c init_zero_pfn(). Keeps: all. Drops: nothing. */
static int __init weft_zero_pfn_init(void)
{
	zero_pfn = page_to_pfn(ZERO_PAGE(0));
	return 0;
}
pure_initcall(weft_zero_pfn_init);

static long pin_pages(unsigned long start, unsigned long nr_pages,
		      struct page **pages)
{
	unsigned long i, addr = start & PAGE_MASK;

	for (i = 0; i < nr_pages; i++, addr += PAGE_SIZE) {
		if (!virt_addr_valid(addr))
			weft_unmodelled("pin_user_pages() of memory without a struct page");
		pages[i] = virt_to_page(addr);
		page_ref_add(pages[i], GUP_PIN_COUNTING_BIAS);
	}
	return nr_pages;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
/**
 * pin_user_pages_remote() - pins @nr_pages of user memory
 *
 * MODEL of mm/gup.c. Keeps: mmap_lock held, count. Drops: faults, protection,
 * LONGTERM migration, retry without the lock.
 */
long pin_user_pages_remote(struct mm_struct *mm, unsigned long start,
			   unsigned long nr_pages, unsigned int gup_flags,
			   struct page **pages, int *locked)
#else
/**
 * pin_user_pages_remote() - pins @nr_pages of user memory
 *
 * MODEL of mm/gup.c. Keeps: mmap_lock held, count. Drops: faults, protection,
 * LONGTERM migration, retry without the lock, vmas (loud).
 */
long pin_user_pages_remote(struct mm_struct *mm, unsigned long start,
			   unsigned long nr_pages, unsigned int gup_flags,
			   struct page **pages, struct vm_area_struct **vmas,
			   int *locked)
#endif
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
	if (vmas)
		weft_unmodelled("pin_user_pages_remote(vmas)");
#endif
	mmap_assert_locked(mm);
	return pin_pages(start, nr_pages, pages);
}

/**
 * unpin_user_page() - takes one pin back
 *
 * MODEL of mm/gup.c. Keeps: count. Drops: freeing. An unpin too many is a finding.
 */
void unpin_user_page(struct page *page)
{
	if (atomic_sub_return(GUP_PIN_COUNTING_BIAS, &page->_refcount) < 0)
		weft_host->finding("refcount", "unpin_user_page() of a page that is not pinned");
}

/** unpin_user_pages() - MODEL of mm/gup.c. Keeps: count. Drops: freeing. */
void unpin_user_pages(struct page **pages, unsigned long npages)
{
	unsigned long i;

	for (i = 0; i < npages; i++)
		unpin_user_page(pages[i]);
}

/** unpin_user_pages_dirty_lock() - MODEL of mm/gup.c. Keeps: count. Drops: dirtying, page lock. */
void unpin_user_pages_dirty_lock(struct page **pages, unsigned long npages,
				 bool make_dirty)
{
	unpin_user_pages(pages, npages);
}

/*
 * Address space notifiers, as far as one who registers and unregisters sees them.
 * The list and its lock belong to each mm in the kernel; there is one mm here.
 */
static HLIST_HEAD(notifiers);
static DEFINE_SPINLOCK(notifiers_lock);
DEFINE_STATIC_SRCU(notifiers_srcu);

/**
 * mmu_notifier_register() - asks to be told of changes in @mm
 *
 * MODEL of mm/mmu_notifier.c. Keeps: mmap_lock for writing, reference on mm, list
 * and its lock. Drops: mm_take_all_locks(), interval notifiers, allocation of the
 * list. No change is ever told, since the mm of a scenario never changes.
 */
int mmu_notifier_register(struct mmu_notifier *subscription, struct mm_struct *mm)
{
	mmap_write_lock(mm);
	mmgrab(mm);
	subscription->mm = mm;
	subscription->users = 1;

	spin_lock(&notifiers_lock);
	hlist_add_head_rcu(&subscription->hlist, &notifiers);
	spin_unlock(&notifiers_lock);
	mmap_write_unlock(mm);
	return 0;
}

/**
 * mmu_notifier_unregister() - ends it: calls ->release, then waits for all callbacks
 *
 * MODEL of mm/mmu_notifier.c. Keeps: SRCU around ->release and the wait, locks,
 * reference. Drops: a racing exit_mmap().
 */
void mmu_notifier_unregister(struct mmu_notifier *subscription, struct mm_struct *mm)
{
	BUG_ON(atomic_read(&mm->mm_count) <= 0);

	if (!hlist_unhashed(&subscription->hlist)) {
		int id = srcu_read_lock(&notifiers_srcu);

		if (subscription->ops->release)
			subscription->ops->release(subscription, mm);
		srcu_read_unlock(&notifiers_srcu, id);

		spin_lock(&notifiers_lock);
		hlist_del_init_rcu(&subscription->hlist);
		spin_unlock(&notifiers_lock);
	}
	synchronize_srcu(&notifiers_srcu);

	BUG_ON(atomic_read(&mm->mm_count) <= 0);
	mmdrop(mm);
}
