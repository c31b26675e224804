/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a sleeping task waits for, by the name of the spinlock under which it went to
 * sleep (W3 of model/sched.c). That lock is part of the completion or wait queue, which
 * the kernel names nowhere else:
 *
 *   (done).wait.lock  DECLARE_COMPLETION(done)       completion done
 *   &x->wait          init_completion()              completion &x->wait
 *   queue.lock        DECLARE_WAIT_QUEUE_HEAD(queue) queue
 *   &dev->queue       init_waitqueue_head()          as it is
 *
 *  I1  The text lives as long as the process, and one name has one text: executions
 *      keep it, and tell waits apart by its address.
 */
#ifndef WEFT_WAIT_NAME_H
#define WEFT_WAIT_NAME_H

const char *wait_name(const char *lock);

#endif
