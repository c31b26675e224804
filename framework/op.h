/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations: the steps an execution is made of. The table is op.def. */
#ifndef WEFT_OP_H
#define WEFT_OP_H

#include <stdbool.h>

enum weft_op_kind {
#define OP(id, name, access, point) WEFT_OP_##id,
#include "op.def"
#undef OP
	WEFT_OP_KINDS
};

enum weft_op_access { WEFT_OP_NONE, WEFT_OP_READ, WEFT_OP_WRITE };

const char *weft_op_name(enum weft_op_kind kind);
extern const unsigned char weft_op_accesses[];	/* by kind */
static inline enum weft_op_access weft_op_access(enum weft_op_kind kind)
{
	return (enum weft_op_access)weft_op_accesses[kind];
}
/* Takes a lock, alone or shared, or lets go of it. */
static inline bool weft_op_changes_lock(enum weft_op_kind kind)
{
	return 1ul << kind &
	       (1ul << WEFT_OP_LOCK | 1ul << WEFT_OP_LOCK_SHARED |
		1ul << WEFT_OP_TRYLOCK | 1ul << WEFT_OP_TRYLOCK_SHARED |
		1ul << WEFT_OP_UNLOCK | 1ul << WEFT_OP_UNLOCK_SHARED |
		1ul << WEFT_OP_DOWNGRADE);
}

/* False for what has no number of its own: calls, log lines, starts and ends. */
bool weft_op_is_step(enum weft_op_kind kind);
/* True for operations that are published before they take effect. */
bool weft_op_is_point(enum weft_op_kind kind);

#endif
