// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time: virtual. It passes only when nothing else can run, and then just far
 * enough for the next timer, which runs in the one clock service.
 *
 *  Z1  timers[] is ordered by expiry, then by the order in which they were armed.
 *  Z2  entry.pprev is set exactly while a timer is pending, for timer_pending().
 *  Z3  Timer functions run one at a time, in softirq context, in the clock task.
 *
 * Drops: timers that fire while other tasks could still run; CPUs of timers.
 */
#include <linux/bottom_half.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/sched/debug.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>
#include "tasks.h"

u64 jiffies_64 = INITIAL_JIFFIES;
extern unsigned long volatile jiffies __attribute__((alias("jiffies_64")));

/* 2026-01-01 00:00:00 UTC: when every execution begins. */
#define EPOCH_SECONDS	1767225600LL

static struct hlist_head timers;
static struct timer_list *timer_running;

/*
 * T3: &timers stands for the list, what it holds, its order and when each expires;
 * &timer_running for the timer whose function runs.
 */
WEFT_QUIET static bool timer_is_pending(const struct timer_list *timer)
{
	weft_state_read(&timers);
	return timer->entry.pprev != NULL;
}

WEFT_QUIET static void timer_unlink(struct timer_list *timer)
{
	struct hlist_node *next = timer->entry.next;

	weft_state_write(&timers);
	weft_set(*timer->entry.pprev, next);
	if (next)
		weft_set(next->pprev, timer->entry.pprev);
	weft_set(timer->entry.pprev, NULL);
}

WEFT_QUIET static void timer_link(struct timer_list *timer,
				  unsigned long expires)
{
	struct hlist_node **link = &timers.first, *next;

	weft_state_write(&timers);
	while (*link && !time_before(expires, hlist_entry(*link,
					struct timer_list, entry)->expires))
		link = &(*link)->next;
	next = *link;
	weft_set(timer->expires, expires);
	weft_set(timer->entry.next, next);
	weft_set(timer->entry.pprev, link);
	if (next)
		weft_set(next->pprev, &timer->entry.next);
	weft_set(*link, &timer->entry);
}

/* Ready callback of the idle clock: it reads the list, the object of the wait. */
WEFT_QUIET static int clock_needed(void *arg)
{
	return timers.first != NULL;
}

WEFT_QUIET static struct timer_list *timer_first(void)
{
	return hlist_entry_safe(timers.first, struct timer_list, entry);
}

WEFT_QUIET static void clock_advance(struct timer_list *timer)
{
	if (time_after(timer->expires, (unsigned long)jiffies_64))
		weft_set(jiffies_64, jiffies_64 + (timer->expires -
						   (unsigned long)jiffies_64));
	weft_state_write(&timer_running);
	weft_set(timer_running, timer);
}

WEFT_QUIET static void clock_rest(void)
{
	weft_set(timer_running, NULL);
}

WEFT_QUIET static u64 jiffies_passed(void)
{
	return jiffies_64 - INITIAL_JIFFIES;
}

/* The function may free its timer: the map it runs under is a copy. */
static void timer_call(struct timer_list *timer,
		       void (*function)(struct timer_list *timer))
{
	struct lockdep_map map;
	unsigned int before;

	lockdep_copy_map(&map, &timer->lockdep_map);
	local_bh_disable();
	lock_map_acquire(&map);
	before = preempt_count();
	function(timer);
	weft_check_balance(before, "a timer");
	lock_map_release(&map);
	local_bh_enable();
}

static void clock_service(void *arg)
{
	void (*function)(struct timer_list *timer);
	struct timer_list *timer;

	for (;;) {
		weft_host->await(WEFT_WAIT_IDLE, &timers, "clock", clock_needed,
				 NULL, weft_reads_nothing);
		weft_host->await(WEFT_WAIT_TIME, &timers, "clock", weft_always,
				 NULL, NULL);
		timer = timer_first();
		if (!timer)
			continue;	/* deleted meanwhile */
		/* Whoever armed it comes before. */
		weft_host->order(WEFT_ORDER_WAITED, timer, sizeof(*timer));
		function = timer->function;	/* notices freed timers */
		clock_advance(timer);
		timer_unlink(timer);
		timer_call(timer, function);
		weft_host->event(WEFT_EVENT_COMPLETE, &timer_running, "timer");
		clock_rest();
	}
}

void weft_timer_init(void)
{
	weft_service_start("clock", clock_service, NULL);
}

/* MODEL of kernel/time/timer.c. Keeps: function, flags, class. Drops: bases. */
void init_timer_key(struct timer_list *timer, void (*func)(struct timer_list *),
		    unsigned int flags, const char *name,
		    struct lock_class_key *key)
{
	timer->entry.pprev = NULL;
	timer->function = func;
	timer->flags = flags;
	lockdep_init_map(&timer->lockdep_map, name, key, 0);
}

static int timer_set(struct timer_list *timer, unsigned long expires)
{
	bool pending = timer_is_pending(timer);

	if (!timer->function)
		return 0;	/* shut down */
	if (pending)
		timer_unlink(timer);
	timer_link(timer, expires);
	return pending;
}

/* Arming and deleting by several tasks is tried in every order. */
static void timer_announce(struct timer_list *timer)
{
	weft_host->event(WEFT_EVENT_QUEUE_WORK, timer,
			 timer->lockdep_map.name ?: "timer");
}

/* MODEL of kernel/time/timer.c. Keeps: (re)arms, 1 if it was pending, dead after shutdown. Drops: slack. */
int mod_timer(struct timer_list *timer, unsigned long expires)
{
	timer_announce(timer);
	return timer_set(timer, expires);
}

/* MODEL of kernel/time/timer.c. Keeps: only a pending timer. Drops: slack. */
int mod_timer_pending(struct timer_list *timer, unsigned long expires)
{
	timer_announce(timer);
	return timer_is_pending(timer) ? timer_set(timer, expires) : 0;
}

/* MODEL of kernel/time/timer.c. Keeps: only to an earlier time. Drops: slack. */
int timer_reduce(struct timer_list *timer, unsigned long expires)
{
	timer_announce(timer);
	if (timer_is_pending(timer) && !time_before(expires, timer->expires))
		return 1;
	return timer_set(timer, expires);
}

/* MODEL of kernel/time/timer.c. Keeps: must not be pending. Drops: slack. */
void add_timer(struct timer_list *timer)
{
	timer_announce(timer);
	WARN_ON_ONCE(timer_is_pending(timer));
	timer_set(timer, timer->expires);
}

/* MODEL of kernel/time/timer.c. Keeps: as add_timer(). Drops: the CPU. */
void add_timer_on(struct timer_list *timer, int cpu)
{
	add_timer(timer);
}

static int timer_unset(struct timer_list *timer)
{
	if (!timer_is_pending(timer))
		return 0;
	timer_unlink(timer);
	return 1;
}

/* MODEL of kernel/time/timer.c. Keeps: 1 if it was pending; its function may still run. Drops: nothing. */
int timer_delete(struct timer_list *timer)
{
	timer_announce(timer);
	return timer_unset(timer);
}

/* Ready callback: reads timer_running, the object of the wait. */
WEFT_QUIET static int timer_is_quiet(void *arg)
{
	return timer_running != arg;
}

static bool timer_looks_quiet(struct timer_list *timer)
{
	weft_state_read(&timer_running);
	return timer_is_quiet(timer);
}

/* MODEL of kernel/time/timer.c. Keeps: -1 if its function runs. Drops: nothing. */
int try_to_del_timer_sync(struct timer_list *timer)
{
	timer_announce(timer);
	return timer_looks_quiet(timer) ? timer_unset(timer) : -1;
}

static int timer_end(struct timer_list *timer)
{
	int pending = timer_unset(timer);

	while (!timer_looks_quiet(timer)) {
		weft_host->await(WEFT_WAIT_WORK, &timer_running,
				 timer->lockdep_map.name ?: "timer",
				 timer_is_quiet, timer, weft_reads_nothing);
		pending |= timer_unset(timer);
	}
	return pending;
}

/* MODEL of kernel/time/timer.c. Keeps: its function has ended; class order with what it takes. Drops: nothing. */
int timer_delete_sync(struct timer_list *timer)
{
	timer_announce(timer);
	lock_map_acquire(&timer->lockdep_map);
	lock_map_release(&timer->lockdep_map);
	return timer_end(timer);
}

/* MODEL of kernel/time/timer.c. Keeps: cannot be armed again. Drops: nothing. */
int timer_shutdown(struct timer_list *timer)
{
	int pending = timer_delete(timer);

	timer->function = NULL;
	return pending;
}

/* MODEL of kernel/time/timer.c. Keeps: cannot be armed again, its function has ended. Drops: nothing. */
int timer_shutdown_sync(struct timer_list *timer)
{
	int pending = timer_shutdown(timer);

	timer_delete_sync(timer);
	return pending;
}

/* A sleeping task and the timer that ends its sleep. */
struct weft_sleep {
	struct timer_list	timer;
	struct task_struct	*task;
};

static void sleep_over(struct timer_list *timer)
{
	wake_up_process(container_of(timer, struct weft_sleep, timer)->task);
}

static signed long sleep_until(unsigned long expires)
{
	static const struct weft_fault early = { .what = "a timeout" };
	struct weft_sleep sleep = { .task = current };

	timer_setup_on_stack(&sleep.timer, sleep_over, 0);
	timer_set(&sleep.timer, expires);
	/* As if it rang at once; whoever can go on may come first all the same. */
	if (expires != jiffies && weft_host->inject(&early)) {
		sleep_over(&sleep.timer);
		expires = jiffies;
	}
	schedule();
	timer_end(&sleep.timer);
	destroy_timer_on_stack(&sleep.timer);
	return max_t(signed long, expires - jiffies, 0);
}

/* MODEL of kernel/time/timer.c. Keeps: returns when woken or after @timeout, the rest of it. Drops: real time. */
signed long __sched schedule_timeout(signed long timeout)
{
	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	if (timeout < 0) {
		WARN(1, "schedule_timeout: wrong timeout value %lx\n", timeout);
		__set_current_state(TASK_RUNNING);
		return 0;
	}
	return sleep_until(jiffies + timeout);
}

/* MODEL of kernel/time/timer.c, these four. Keeps: the state. Drops: nothing. */
signed long __sched schedule_timeout_interruptible(signed long timeout)
{
	__set_current_state(TASK_INTERRUPTIBLE);
	return schedule_timeout(timeout);
}

signed long __sched schedule_timeout_killable(signed long timeout)
{
	__set_current_state(TASK_KILLABLE);
	return schedule_timeout(timeout);
}

signed long __sched schedule_timeout_uninterruptible(signed long timeout)
{
	__set_current_state(TASK_UNINTERRUPTIBLE);
	return schedule_timeout(timeout);
}

signed long __sched schedule_timeout_idle(signed long timeout)
{
	__set_current_state(TASK_IDLE);
	return schedule_timeout(timeout);
}

/* MODEL of kernel/time/time.c. Keeps: rounding up. Drops: nothing that fits in a long. */
unsigned long __msecs_to_jiffies(const unsigned int m)
{
	if ((int)m < 0)
		return MAX_JIFFY_OFFSET;
	return DIV_ROUND_UP_ULL((u64)m * HZ, MSEC_PER_SEC);
}

unsigned long __usecs_to_jiffies(const unsigned int u)
{
	return DIV_ROUND_UP_ULL((u64)u * HZ, USEC_PER_SEC);
}

unsigned int jiffies_to_msecs(const unsigned long j)
{
	return (u64)j * MSEC_PER_SEC / HZ;
}

unsigned int jiffies_to_usecs(const unsigned long j)
{
	return (u64)j * USEC_PER_SEC / HZ;
}

unsigned long nsecs_to_jiffies(u64 n)
{
	return n / (NSEC_PER_SEC / HZ);
}

/* MODEL of kernel/time/timer.c. Keeps: sleeps at least that long. Drops: real time. */
void msleep(unsigned int msecs)
{
	unsigned long timeout = msecs_to_jiffies(msecs) + 1;

	weft_check_sleep("msleep", NULL);
	while (timeout)
		timeout = schedule_timeout_uninterruptible(timeout);
}

/* MODEL of kernel/time/timer.c. Keeps: ends early for a signal. Drops: real time. */
unsigned long msleep_interruptible(unsigned int msecs)
{
	unsigned long timeout = msecs_to_jiffies(msecs) + 1;

	weft_check_sleep("msleep_interruptible", NULL);
	while (timeout && !signal_pending(current))
		timeout = schedule_timeout_interruptible(timeout);
	return jiffies_to_msecs(timeout);
}

/* MODEL of kernel/time/timer.c. Keeps: sleeps one jiffy or more. Drops: high resolution. */
void __sched usleep_range_state(unsigned long min, unsigned long max,
				unsigned int state)
{
	unsigned long timeout = usecs_to_jiffies(min) + 1;

	weft_check_sleep("usleep_range", NULL);
	while (timeout) {
		__set_current_state(state);
		timeout = schedule_timeout(timeout);
	}
}

/* MODEL of arch delay. Keeps: nothing, a busy wait changes nothing. Drops: time. */
void __udelay(unsigned long usecs) { }
void __ndelay(unsigned long nsecs) { }
void __const_udelay(unsigned long xloops) { }

static u64 nanoseconds(void)
{
	return jiffies_passed() * (NSEC_PER_SEC / HZ);
}

/* MODEL of kernel/time/timekeeping.c, these. Keeps: monotonic, the same in every run. Drops: progress while code runs. */
ktime_t ktime_get(void)
{
	return ns_to_ktime(nanoseconds());
}

ktime_t ktime_get_with_offset(enum tk_offsets offs)
{
	if (offs == TK_OFFS_REAL)
		return ktime_add(ktime_get(), ktime_set(EPOCH_SECONDS, 0));
	return ktime_get();
}

u64 ktime_get_mono_fast_ns(void)
{
	return nanoseconds();
}

u64 sched_clock(void)
{
	return nanoseconds();
}

void ktime_get_ts64(struct timespec64 *ts)
{
	*ts = ktime_to_timespec64(ktime_get());
}

void ktime_get_real_ts64(struct timespec64 *ts)
{
	*ts = ktime_to_timespec64(ktime_get_with_offset(TK_OFFS_REAL));
}

void ktime_get_coarse_real_ts64(struct timespec64 *ts)
{
	ktime_get_real_ts64(ts);
}

time64_t ktime_get_seconds(void)
{
	return nanoseconds() / NSEC_PER_SEC;
}

time64_t ktime_get_real_seconds(void)
{
	return EPOCH_SECONDS + ktime_get_seconds();
}

struct timespec64 ns_to_timespec64(s64 nsec)
{
	struct timespec64 ts = { .tv_sec = nsec / NSEC_PER_SEC,
				 .tv_nsec = nsec % NSEC_PER_SEC };

	if (ts.tv_nsec < 0) {
		ts.tv_sec--;
		ts.tv_nsec += NSEC_PER_SEC;
	}
	return ts;
}
