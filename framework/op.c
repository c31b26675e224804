/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations: the table of op.def, readable at run time. */
#include <assert.h>

#include "op.h"

enum { EVENT, POINT };

static const struct {
	const char *name;
	unsigned char point;
} ops[] = {
#define OP(id, name, access, point) { name, point },
#include "op.def"
#undef OP
};

const unsigned char weft_op_accesses[] = {
#define OP(id, name, access, point) WEFT_OP_##access,
#include "op.def"
#undef OP
};

const char *weft_op_name(enum weft_op_kind kind)
{
	assert(kind < WEFT_OP_KINDS);
	return ops[kind].name;
}

bool weft_op_is_point(enum weft_op_kind kind)
{
	assert(kind < WEFT_OP_KINDS);
	return ops[kind].point == POINT;
}

bool weft_op_is_step(enum weft_op_kind kind)
{
	return kind != WEFT_OP_START && kind != WEFT_OP_EXIT &&
	       kind != WEFT_OP_SPAWN && kind != WEFT_OP_STATE &&
	       kind != WEFT_OP_CALL &&
	       kind != WEFT_OP_RETURN;
}
