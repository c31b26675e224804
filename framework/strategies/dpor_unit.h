/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of units have of each other; contract in dpor_unit.c. */
#ifndef WEFT_DPOR_UNIT_H
#define WEFT_DPOR_UNIT_H

#include "dpor_internal.h"
#include "dpor_wire.h"

/* dpor_save.c: what one unit is to be written with. @leaf: below @branch of the last
 * node, which is followed then; WAKEUP_NONE: the one that is */
struct dpor_outline {
	uint32_t	own, n, inherited, branch, leaf, way;
	bool		begun, unsettled;
	double		weight, behind, settled;
};

void dpor__put_tree(struct dpor_writer *w, const struct dpor *dpor,
		    uint32_t tree);
void dpor__put_unit(const struct dpor *dpor, const struct dpor_outline *outline,
		    struct weft_buffer *to);
/* The step of node @i, if it has been seen; or NULL. */
const struct dpor_step *dpor__step_of(const struct dpor *dpor, uint32_t i);

/* Behind the last node comes what is left of the branch that is followed. */
static inline uint32_t dpor__tree_at(const struct dpor *dpor, uint32_t node)
{
	return node < dpor->n ? dpor->nodes[node].tree : dpor->inherited;
}

/* dpor_load.c: effects, to be freed; letters, to where they belong. */
struct dpor_effect *dpor__get_effects(struct dpor_parser *p, size_t *ret_n);
void dpor__get_letters(struct dpor_parser *p, struct dpor *dpor);

/* dpor_mail.c: does a sleeper of the node cover the sequence? */
bool dpor__starts_asleep(const struct dpor *dpor, const struct node *node,
			 struct dpor_sequence *seq);

#endif
