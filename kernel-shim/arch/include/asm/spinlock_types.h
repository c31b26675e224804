/* SPDX-License-Identifier: GPL-2.0-only */
/* The word inside a lock; the model keeps who holds it. */
#ifndef WEFT_ASM_SPINLOCK_TYPES_H
#define WEFT_ASM_SPINLOCK_TYPES_H

typedef struct {
	volatile unsigned int locked;
} arch_spinlock_t;

typedef struct {
	volatile int count;
} arch_rwlock_t;

#define __ARCH_SPIN_LOCK_UNLOCKED	{ 0 }
#define __ARCH_RW_LOCK_UNLOCKED		{ 0 }

#endif
