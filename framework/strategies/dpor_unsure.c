/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What becomes of a branch that may lead nowhere, or of which it is not known what it will
 * do, when its turn has come: I5 of dpor.c.
 */
#include "dpor_internal.h"

/* A branch has @effect: it covers what it would have covered, had that been known. */
void dpor__be_sure(struct dpor *dpor, uint32_t first,
		   const struct dpor_effect *effect)
{
	struct wakeup_branch *branch = dpor__branch(dpor, first);

	branch->move.effect = *effect;
	branch->move.effect.unsure = false;
	wakeup_prune(&dpor->forest, &branch->next, &branch->move);
}

/*
 * A loose operation may turn out to be disabled where it is moved to, and a task
 * where another one is forced to have its turn; and a careful search may follow a
 * branch to a task that sleeps: all that begins with it there has been explored.
 */
void dpor__drop_futile_from(struct dpor *dpor, struct node *node)
{
	while (node->tree != WAKEUP_NONE) {
		uint32_t first = node->tree;
		struct dpor_move move = dpor__branch(dpor, first)->move;

		if ((node->enabled >> move.task & 1) &&
		    !(node->asleep.tasks >> move.task & 1 &&
		      dpor_sleeps(&dpor->sleep, &node->asleep, move.task,
				  move.choice))) {
			/* What a wait does is told before it is done. */
			if (move.effect.unsure && move.effect.loose)
				dpor__be_sure(dpor, first, &move.effect);
			return;
		}
		if (move.effect.unsure && dpor->loaded &&
		    dpor->n <= dpor->kept) {
			dpor->looks = true;
			return;
		}
		node->tree = dpor__branch(dpor, first)->next;
		wakeup_free_tree(&dpor->forest, dpor__branch(dpor, first)->child);
		wakeup_free_branch(&dpor->forest, first);
		if (move.effect.unsure)
			dpor__reverse_wait(dpor, node, &move);
	}
}

/*
 * In a unit that was just loaded, the effects of the steps before the last node are known
 * only now. False: nothing is left to be explored there.
 */
bool dpor__look_at_node(struct dpor *dpor, struct node *node)
{
	wakeup_free_tree(&dpor->forest, dpor->inherited);
	dpor->inherited = WAKEUP_NONE;
	dpor->looks = false;
	dpor->loaded = false;
	/* Of the branch that may have to go; it is the only one on the way. */
	dpor->is_wanted = false;
	dpor__drop_futile(dpor, node);
	if (node->tree == WAKEUP_NONE) {
		dpor_sleep_pop(&dpor->sleep, &node->asleep);
		dpor->kept = --dpor->n;
		dpor->impossible = true;
		return false;
	}
	node->chosen_anew = false;
	dpor__follow(dpor, node);
	return true;
}
