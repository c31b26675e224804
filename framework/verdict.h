/* SPDX-License-Identifier: GPL-2.0-only */
/* Verdicts of a campaign and their exit codes (cli.md, architecture.md). */
#ifndef WEFT_VERDICT_H
#define WEFT_VERDICT_H

enum weft_verdict {
	WEFT_VERDICT_EXHAUSTED = 0,
	WEFT_VERDICT_BUG = 1,
	WEFT_VERDICT_INCOMPLETE = 2,
	WEFT_VERDICT_NONDETERMINISM = 3,
	WEFT_VERDICT_UNMODELLED = 4,
	WEFT_VERDICT_INTERNAL = 5,
};

#define WEFT_EXIT_USAGE 64

const char *weft_verdict_name(enum weft_verdict verdict);

/* The worse of two: internal, unmodelled, nondeterminism, bug, incomplete. */
enum weft_verdict weft_verdict_worst(enum weft_verdict a, enum weft_verdict b);

#endif
