/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mutants: historical bugs, put back into a kernel tree by semantic patches.
 *
 * scenarios/mutants/NAME.cocci begins with lines "// KEY: value":
 *
 *   mutant     what it does, in one sentence
 *   stands for the historical bug, or the class of bugs
 *   file       PATH [TAG...]: what it is applied to, on which kernels (default: all)
 *   kill       SCENARIO...: what should notice it, tried first
 *   dpor       why DPOR needs more executions than random schedules, where it does
 *
 * All but dpor are needed, file may be repeated. A line "//   text" goes on.
 */
#ifndef WEFT_MUTANT_H
#define WEFT_MUTANT_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"
#include "origin.h"

/* A file a mutant changes; @kernels are tags, none: all. */
struct mutant_file {
	const char	*path;
	struct strings	kernels;
};

/**
 * struct mutant - see file comment
 * @name:  of the file, without .cocci
 * @path:  of the file
 */
struct mutant {
	char			*name;
	char			*path;
	char			*text;		/* strings below point into it */
	const char		*summary, *stands_for, *dpor;
	struct mutant_file	*files;
	size_t			files_n;
	struct strings		kill;
};

struct mutants {
	struct mutant	*at;
	size_t		n;
};

/**
 * mutants_find() - those of a folder, by name
 *
 * Return: 0 (@ret to be cleared), or the exit status after an error message.
 */
int mutants_find(const char *folder, struct mutants *ret);
void mutants_clear(struct mutants *mutants);
const struct mutant *mutants_by_name(const struct mutants *mutants,
				     const char *name);

/* Does it change a file of the kernel with that tag? */
bool mutant_fits(const struct mutant *mutant, const char *tag);

/* Is spatch there? Return: 0, or the exit status after an error message. */
int mutant_check_tools(void);

/**
 * mutant_apply() - the changed files of a mutant, as variant_make() wants them
 * @origin:  of the image; the originals are in origin->folder/tree
 * @changes: folder that gets changed/PATH for each file; emptied first
 *
 * A file that the semantic patch leaves as it is, is an error that names mutant and
 * tag.
 *
 * Return: 0, or the exit status after an error message.
 */
int mutant_apply(const struct mutant *mutant, const char *tag,
		 const struct origin *origin, const char *changes);

/* weft check --mutants. Return: the exit status. */
int mutant_check(const struct options *options);

#endif
