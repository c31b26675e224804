/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes a program that shows a defect smaller; contract in compare.h. */
#include "tests/fuzz/compare.h"

/* What is to be kept while the program shrinks. */
struct shrinking {
	struct fuzz_program	*p;
	struct fuzz_complaint	complaint;
	bool			strict;
	bool			has_changed;
};

static bool still_complains(struct shrinking *s)
{
	struct fuzz_jury jury = {
		.strategies = { s->complaint.strategy }, .n = 1,
		.strict = s->strict,
	};
	struct fuzz_complaint now;

	if (s->complaint.strategy == &weft_strategy_sleep)
		jury.n = 0;
	now = fuzz_compare(&jury, s->p);
	return now.strategy == s->complaint.strategy &&
	       now.what == s->complaint.what;
}

/* Keeps the change just made only if the complaint stays. */
static bool keep_or(struct shrinking *s, const struct fuzz_program *old)
{
	if (still_complains(s)) {
		s->has_changed = true;
		return true;
	}
	*s->p = *old;
	return false;
}

static void drop_threads(struct shrinking *s)
{
	struct fuzz_program old;
	int t, i;

	for (t = 1; t < s->p->threads; t++) {
		if (s->p->creator[t] == FUZZ_ABSENT)
			continue;
		old = *s->p;
		s->p->creator[t] = FUZZ_ABSENT;
		for (i = 0; i < s->p->ops_n[t]; i++)
			s->p->ops[t][i].kind = FUZZ_NOP;
		if (keep_or(s, &old) || old.creator[t] == FUZZ_AT_ONCE)
			continue;
		s->p->creator[t] = FUZZ_AT_ONCE;
		keep_or(s, &old);
	}
}

static void simplify_op(struct shrinking *s, struct fuzz_op *op)
{
	struct fuzz_program old = *s->p;

	op->kind = FUZZ_NOP;
	if (keep_or(s, &old))
		return;
	if (op->guard >= 0) {
		op->guard = -1;
		keep_or(s, &old);
		old = *s->p;
	}
	if (op->value > 1) {
		op->value = 1;
		keep_or(s, &old);
		old = *s->p;
	}
	if (op->expected) {
		op->expected = 0;
		keep_or(s, &old);
		old = *s->p;
	}
	if (op->object) {
		op->object = 0;
		keep_or(s, &old);
	}
}

void fuzz_shrink(struct fuzz_program *p, struct fuzz_complaint complaint,
		 bool strict)
{
	struct shrinking s = { .p = p, .complaint = complaint,
			       .strict = strict };
	struct fuzz_program old = *p;
	int t, i;

	p->idle = 0;
	keep_or(&s, &old);
	do {
		s.has_changed = false;
		drop_threads(&s);
		for (t = 0; t < p->threads; t++)
			for (i = 0; i < p->ops_n[t]; i++)
				if (p->ops[t][i].kind != FUZZ_NOP)
					simplify_op(&s, &p->ops[t][i]);
	} while (s.has_changed);
}
