/* SPDX-License-Identifier: GPL-2.0-only */
/* Applying mutants with Coccinelle; contract in mutant.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/verdict.h"
#include "folder.h"
#include "mutant.h"
#include "output.h"
#include "spawn.h"

#define LOG_LINES 6

static bool file_fits(const struct mutant_file *file, const char *tag)
{
	size_t i;

	for (i = 0; i < file->kernels.n; i++)
		if (!strcmp(file->kernels.at[i], tag))
			return true;
	return !file->kernels.n;
}

bool mutant_fits(const struct mutant *mutant, const char *tag)
{
	size_t i;

	for (i = 0; i < mutant->files_n; i++)
		if (file_fits(&mutant->files[i], tag))
			return true;
	return false;
}

int mutant_check_tools(void)
{
	const char *argv[] = { "spatch", "--version", NULL };

	if (weft_spawn(argv, NULL, NULL) != -ENOENT)
		return 0;
	output_error("spatch is not installed: it applies the mutants (Debian: apt install coccinelle)");
	return WEFT_EXIT_USAGE;
}

static void tell_log(const char *path)
{
	FILE *in = fopen(path, "re");
	char line[400];
	int told = 0;

	while (in && told++ < LOG_LINES && fgets(line, sizeof(line), in))
		fprintf(stderr, "  %s", line);
	if (in)
		fclose(in);
}

static int check_changed(const struct mutant *m, const char *tag,
			 const char *path, const char *from, const char *to)
{
	if (!folder_same_file(from, to))
		return 0;
	output_error("mutant %s on %s: the semantic patch matches nothing in %s; adapt %s",
		     m->name, tag, path, m->path);
	return WEFT_EXIT_USAGE;
}

static int copy_file(const char *from, const char *to)
{
	size_t n;
	char *text = folder_read_file(from, &n);
	int err = text ? folder_write_file(to, text, n) : -errno;

	if (err)
		output_error("cannot copy %s to %s: %s", from, to,
			     strerror(-err));
	free(text);
	return err ? WEFT_EXIT_USAGE : 0;
}

/*
 * Loops need not be followed back: what is matched stands behind one another. Without
 * headers spatch needs no flags of the compiler.
 */
static int run_spatch(const struct mutant *m, const char *tag,
		      const char *path, const char *to, const char *log)
{
	const char *argv[] = { "spatch", "--very-quiet", "--no-includes",
			       "--no-loops", "--in-place", "--sp-file",
			       m->path, to, NULL };

	if (!weft_spawn(argv, NULL, log))
		return 0;
	output_error("mutant %s on %s: spatch failed on %s; %s says:", m->name,
		     tag, path, log);
	tell_log(log);
	return WEFT_EXIT_USAGE;
}

static int change_file(const struct mutant *m, const char *tag,
		       const char *path, const char *tree, const char *changes)
{
	char *from = output_format("%s/%s", tree, path);
	char *to = output_format("%s/changed/%s", changes, path);
	char *log = output_format("%s.spatch.log", changes);
	int status = copy_file(from, to);

	if (!status)
		status = run_spatch(m, tag, path, to, log);
	if (!status)
		status = check_changed(m, tag, path, from, to);
	free(from);
	free(to);
	free(log);
	return status;
}

int mutant_apply(const struct mutant *mutant, const char *tag,
		 const struct origin *origin, const char *changes)
{
	char *tree = output_format("%s/tree", origin->folder);
	int err = output_make_directories(changes), status = 0;
	size_t i;

	if (!err)
		err = folder_empty(changes);
	if (err) {
		output_error("--out: cannot write to %s: %s", changes,
			     strerror(-err));
		status = WEFT_EXIT_USAGE;
	}
	for (i = 0; !status && i < mutant->files_n; i++)
		if (file_fits(&mutant->files[i], tag))
			status = change_file(mutant, tag,
					     mutant->files[i].path, tree,
					     changes);
	free(tree);
	return status;
}
