/* SPDX-License-Identifier: GPL-2.0-only */
/* The lowest lock layer: reached only by code that goes below the lock API. */
#ifndef WEFT_ASM_SPINLOCK_H
#define WEFT_ASM_SPINLOCK_H

#include <asm/spinlock_types.h>

void arch_spin_lock(arch_spinlock_t *lock);
int arch_spin_trylock(arch_spinlock_t *lock);
void arch_spin_unlock(arch_spinlock_t *lock);
void arch_read_lock(arch_rwlock_t *lock);
int arch_read_trylock(arch_rwlock_t *lock);
void arch_read_unlock(arch_rwlock_t *lock);
void arch_write_lock(arch_rwlock_t *lock);
int arch_write_trylock(arch_rwlock_t *lock);
void arch_write_unlock(arch_rwlock_t *lock);

#define arch_spin_is_locked(l)		((l)->locked != 0)
#define arch_spin_value_unlocked(l)	((l).locked == 0)
#define arch_spin_is_contended(l)	0

/* Taking a lock orders nothing that came before. */
#define smp_mb__after_spinlock()	smp_mb()

#endif
