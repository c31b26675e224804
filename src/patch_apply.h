/* SPDX-License-Identifier: GPL-2.0-only */
/* Patches applied to copies of the files of a tree, by patch(1). */
#ifndef WEFT_PATCH_APPLY_H
#define WEFT_PATCH_APPLY_H

#include "options.h"
#include "origin.h"

/**
 * patch_apply() - apply files with patches, one after the other
 * @files:  names of the files
 * @origin: where the tree is; it is only read
 * @work:   an empty folder; gets changed/PATH and deleted (see variant.h)
 *
 * Says on standard error what was tolerated. Each hunk has to fit exactly; if it does
 * not, blanks may differ; at last, context may (fuzz).
 *
 * Return: 0, or the exit status after an error message that names file and hunk.
 */
int patch_apply(const struct strings *files, const struct origin *origin,
		const char *work);

struct patch_diff;
/*
 * patch_explain.c: why a hunk does not fit: the line of @text (the file as it is) that
 * is not as it should be, where most of the others are. To be freed.
 * @hunk: from 0
 */
char *patch_explain(const struct patch_diff *diff, size_t hunk,
		    const char *text);

#endif
