/* SPDX-License-Identifier: GPL-2.0-only */
/* Verdicts: names and order. */
#include "verdict.h"

static const struct {
	const char *name;
	int badness;
} verdicts[] = {
	[WEFT_VERDICT_EXHAUSTED]	= { "exhausted", 0 },
	[WEFT_VERDICT_INCOMPLETE]	= { "incomplete", 1 },
	[WEFT_VERDICT_BUG]		= { "bug", 2 },
	[WEFT_VERDICT_NONDETERMINISM]	= { "nondeterminism", 3 },
	[WEFT_VERDICT_UNMODELLED]	= { "unmodelled", 4 },
	[WEFT_VERDICT_INTERNAL]		= { "internal", 5 },
};

const char *weft_verdict_name(enum weft_verdict verdict)
{
	return verdicts[verdict].name;
}

enum weft_verdict weft_verdict_worst(enum weft_verdict a, enum weft_verdict b)
{
	return verdicts[a].badness >= verdicts[b].badness ? a : b;
}
