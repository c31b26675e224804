/* SPDX-License-Identifier: GPL-2.0-only */
/* Patches applied to copies; contract in patch_apply.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../framework/verdict.h"
#include "folder.h"
#include "output.h"
#include "patch.h"
#include "patch_apply.h"
#include "spawn.h"

/* How much a patch is allowed to be off; each is tried when the one before failed. */
static const struct trial {
	const char *options[3];
	const char *told;
} trials[] = {
	{ { "--fuzz=0" }, NULL },
	{ { "--fuzz=0", "--ignore-whitespace" },
	  "applies only when blanks are ignored: its tabs or spaces are not those of the tree" },
	{ { "--fuzz=2", "--ignore-whitespace" },
	  "applies only when lines of context are left out (fuzz): make sure that it is meant for this kernel" },
};

#define TRIALS (sizeof(trials) / sizeof(*trials))

struct applying {
	const char		*name;		/* of the file with patches */
	const struct origin	*origin;
	const char		*work;
	const struct patch_file	*file;
	char			*from, *to, *diff, *log;	/* paths */
};

static const char *subject_of(const struct applying *a,
			      const struct patch_diff *diff)
{
	const char *subject = a->file->subjects[diff->patch];

	return subject ? subject : "";
}

/* "fix.mbox (2/3 vfio: …): drivers/vfio/group.c" */
static char *where(const struct applying *a, const struct patch_diff *diff)
{
	const char *subject = subject_of(a, diff);

	if (a->file->patches_n < 2)
		return output_format("%s: %s", a->name, diff->path);
	return output_format("%s: patch %zu of %zu (%.60s): %s", a->name,
			     diff->patch + 1, a->file->patches_n, subject,
			     diff->path);
}

static bool is_deleted(const struct applying *a, const char *path)
{
	char *name = output_format("%s/deleted", a->work);
	char *line = output_format("%s\n", path);
	size_t n;
	char *text = folder_read_file(name, &n), *at = text;
	bool found = false;

	while (at && (at = strstr(at, line)) && !found) {
		found = at == text || at[-1] == '\n';
		at++;
	}
	free(text);
	free(line);
	free(name);
	return found;
}

static int add_deleted(const struct applying *a, const char *path)
{
	char *name = output_format("%s/deleted", a->work);
	FILE *out = fopen(name, "ae");
	int err = out ? 0 : -errno;

	free(name);
	if (err)
		return err;
	fprintf(out, "%s\n", path);
	return output_close(out);
}

/* The file as the patches before left it; or NULL. */
static char *find_file(const struct applying *a, const char *path)
{
	char *changed = output_format("%s/changed/%s", a->work, path);
	char *tree;

	if (!access(changed, F_OK))
		return changed;
	free(changed);
	if (is_deleted(a, path))
		return NULL;
	tree = output_format("%s/tree/%s", a->origin->folder, path);
	if (!access(tree, R_OK))
		return tree;
	free(tree);
	return NULL;
}

/* No name of a patch may lead out of the tree. */
static bool is_inside(const char *path)
{
	char *slashed = output_format("/%s/", path);
	bool inside = *path && *path != '/' && !strstr(slashed, "/../") &&
		      !strpbrk(path, "\n\\\"'$ ");

	free(slashed);
	return inside;
}

/*
 * Only the folders an image can need are unpacked of a tarball, and of some only C
 * files: what is missing may be in the tarball all the same.
 */
static bool may_be_packed(const struct origin *origin, const char *path)
{
	const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
	char *folder = output_format("%s/tree/%.*s", origin->folder,
				     slash ? (int)(slash - path) : 0, path);
	bool is_c = dot && (!strcmp(dot, ".c") || !strcmp(dot, ".h"));
	bool is_looked_at = is_c && !access(folder, F_OK);
	struct stat st;

	free(folder);
	return !is_looked_at &&
	       (stat(origin->kernel, &st) || !S_ISDIR(st.st_mode));
}

static int write_diff(const struct applying *a, const struct patch_diff *diff)
{
	FILE *out = fopen(a->diff, "we");
	size_t i;

	if (!out)
		return -errno;
	fputs("--- file\n+++ file\n", out);
	for (i = 0; i < diff->n; i++)
		fprintf(out, "@@ -%lu,%lu +%lu,%lu @@\n%s",
			diff->hunks[i].old_at, diff->hunks[i].old_n,
			diff->hunks[i].new_at, diff->hunks[i].new_n,
			diff->hunks[i].lines);
	return output_close(out);
}

/* Return: 0; -EIO: it does not fit; another errno. */
static int run_patch(const struct applying *a, const struct trial *trial,
		     bool reverse)
{
	char *rejects = output_format("%s/rejects", a->work);
	const char *argv[16] = {
		"patch", "--batch", reverse ? "--reverse" : "--forward",
		"--output", a->to, "--reject-file", rejects,
	};
	size_t n = 7, i;
	int err;

	for (i = 0; i < 3 && trial->options[i]; i++)
		argv[n++] = trial->options[i];
	if (reverse)
		argv[n++] = "--force";
	argv[n++] = a->from;
	argv[n++] = a->diff;
	unlink(a->to);
	err = weft_spawn(argv, NULL, a->log);
	unlink(rejects);
	free(rejects);
	return err;
}

/* "Hunk #2 succeeded at 30 with fuzz 1 (offset 2 lines)." */
static void tell_hunks(const struct applying *a, const char *prefix)
{
	FILE *in = fopen(a->log, "re");
	char line[300];
	unsigned int hunk;

	while (in && fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "Hunk #%u succeeded", &hunk) == 1)
			fprintf(stderr, "weft: %s: hunk %u%s\n", prefix, hunk,
				strstr(line, " succeeded") + 10);
	}
	if (in)
		fclose(in);
}

/* The first hunk that patch(1) could not place, from 0; or @n. */
static size_t failed_hunk(const struct applying *a, size_t n)
{
	FILE *in = fopen(a->log, "re");
	size_t first = n;
	char line[300];
	unsigned int hunk;

	while (in && first == n && fgets(line, sizeof(line), in))
		if (sscanf(line, "Hunk #%u FAILED", &hunk) == 1 && hunk &&
		    hunk <= n)
			first = hunk - 1;
	if (in)
		fclose(in);
	return first;
}

static int refuse(const struct applying *a, const struct patch_diff *diff,
		  const char *what)
{
	char *prefix = where(a, diff);

	output_error("--patch: %s %s", prefix, what);
	free(prefix);
	return WEFT_EXIT_USAGE;
}

static int does_not_apply(const struct applying *a,
			  const struct patch_diff *diff)
{
	size_t hunk = failed_hunk(a, diff->n), n;
	char *prefix = where(a, diff), *text, *why;
	const struct patch_hunk *h;

	if (!run_patch(a, &trials[0], true)) {
		free(prefix);
		return refuse(a, diff, "is in the tree already: it would apply in reverse");
	}
	if (hunk == diff->n)
		hunk = 0;
	h = &diff->hunks[hunk];
	text = folder_read_file(a->from, &n);
	why = patch_explain(diff, hunk, text ? text : "");
	output_error("--patch: %s: does not apply to %s:\n"
		     "hunk %zu of %zu (@@ -%lu,%lu +%lu,%lu @@%s): %s",
		     prefix, a->origin->kernel, hunk + 1, diff->n, h->old_at,
		     h->old_n, h->new_at, h->new_n,
		     diff->patch ? ", behind earlier patches" : "", why);
	free(prefix);
	free(text);
	free(why);
	return WEFT_EXIT_USAGE;
}

static int run_trials(const struct applying *a, const struct patch_diff *diff)
{
	char *prefix = where(a, diff);
	int err = -EIO;
	size_t i;

	for (i = 0; i < TRIALS && err == -EIO; i++) {
		err = run_patch(a, &trials[i], false);
		if (!err && trials[i].told)
			fprintf(stderr, "weft: %s: %s\n", prefix,
				trials[i].told);
		if (!err)
			tell_hunks(a, prefix);
	}
	free(prefix);
	if (err == -ENOENT) {
		output_error("--patch: patch is not installed (Debian: apt install patch)");
		return WEFT_EXIT_USAGE;
	}
	if (err == -EIO)
		return does_not_apply(a, diff);
	if (err)
		output_error("--patch: cannot run patch: %s", strerror(-err));
	return err ? WEFT_VERDICT_INTERNAL : 0;
}

static int cannot_write(const struct applying *a, int err)
{
	output_error("--patch: cannot write in %s: %s", a->work,
		     strerror(-err));
	return WEFT_EXIT_USAGE;
}

/* What patch(1) made of the file becomes the file. */
static int keep_result(const struct applying *a, const struct patch_diff *diff)
{
	char *path = output_format("%s/changed/%s", a->work, diff->path);
	size_t n;
	char *text = folder_read_file(a->to, &n);
	int err = text ? 0 : -errno;

	if (!err && diff->removes && !n) {
		unlink(path);
		err = add_deleted(a, diff->path);
	} else if (!err) {
		err = folder_write_file(path, text, n);
	}
	free(text);
	free(path);
	return err ? cannot_write(a, err) : 0;
}

static int apply_to(struct applying *a, const struct patch_diff *diff)
{
	int err, status;

	a->to = output_format("%s/result", a->work);
	a->diff = output_format("%s/diff", a->work);
	a->log = output_format("%s/patch.log", a->work);
	err = write_diff(a, diff);
	status = err ? cannot_write(a, err) : run_trials(a, diff);
	if (!status)
		status = keep_result(a, diff);
	free(a->to);
	free(a->diff);
	free(a->log);
	return status;
}

static int create_from_nothing(struct applying *a,
			       const struct patch_diff *diff)
{
	int err, status;

	a->from = find_file(a, diff->path);
	if (a->from) {
		free(a->from);
		return refuse(a, diff, "is new in the patch, but is in the tree already: is it applied?");
	}
	a->from = output_format("%s/nothing", a->work);
	err = folder_write_file(a->from, "", 0);
	status = err ? cannot_write(a, err) : apply_to(a, diff);
	free(a->from);
	return status;
}

static int apply_diff(struct applying *a, struct patch_diff *diff)
{
	int status;

	if (!is_inside(diff->path))
		return refuse(a, diff, "is no path inside a kernel tree");
	if (diff->creates)
		return create_from_nothing(a, diff);
	a->from = find_file(a, diff->path);
	if (!a->from && is_inside(diff->plain) &&
	    (a->from = find_file(a, diff->plain))) {
		free(diff->path);	/* made without prefixes */
		diff->path = output_format("%s", diff->plain);
	}
	if (!a->from && may_be_packed(a->origin, diff->path)) {
		fprintf(stderr, "weft: %s: %s is not among the files that were unpacked of %s, since no image needs it: left out\n",
			a->name, diff->path, a->origin->kernel);
		return 0;
	}
	if (!a->from)
		return refuse(a, diff, "is not in the tree");
	status = apply_to(a, diff);
	free(a->from);
	return status;
}

static void tell_tolerated(const char *name, const struct patch_file *file)
{
	static const struct { unsigned int bit; const char *text; } told[] = {
		{ PATCH_CRLF, "its line ends are those of DOS (CR LF): removed" },
		{ PATCH_ENCODED, "the mail was encoded (quoted-printable or base64): decoded" },
		{ PATCH_FLOWED, "the mail was flowed text (format=flowed): undone; long lines may suffer" },
		{ PATCH_QUOTED, "the diff is quoted ('> '): quoting and the reader's own lines removed" },
		{ PATCH_ENTITIES, "it is the source of an HTML page (&gt;): undone" },
		{ PATCH_EMPTY_CONTEXT, "blanks at line ends or line starts are lost: lines without a mark taken as context" },
		{ PATCH_WRAPPED, "long lines were broken: put together again" },
	};
	size_t i;

	for (i = 0; i < sizeof(told) / sizeof(*told); i++)
		if (file->tolerated & told[i].bit)
			fprintf(stderr, "weft: %s: tolerated: %s\n", name,
				told[i].text);
	if (file->replies)
		fprintf(stderr, "weft: %s: %zu repl%s left out\n", name,
			file->replies, file->replies == 1 ? "y" : "ies");
	if (file->reordered)
		fprintf(stderr, "weft: %s: patches put in the order of their numbers\n",
			name);
}

static char *read_text(const char *name)
{
	struct stat st;
	size_t n;
	char *text;

	if (!stat(name, &st) && S_ISDIR(st.st_mode)) {
		output_error("--patch: %s is a directory; give a file", name);
		return NULL;
	}
	text = folder_read_file(name, &n);
	if (!text) {
		output_error("--patch: cannot read %s: %m", name);
		return NULL;
	}
	if (strlen(text) != n) {
		output_error("--patch: %s is no text: %s", name,
			     !strncmp(text, "\037\213", 2) ||
			     !strncmp(text, "\375" "7zXZ", 5) ?
			     "decompress it first" : "it contains a zero byte");
		free(text);
		return NULL;
	}
	return text;
}

static int apply_file(struct applying *a)
{
	char *text = read_text(a->name), *error;
	struct patch_file file;
	int status = 0;
	size_t i;

	if (!text)
		return WEFT_EXIT_USAGE;
	error = patch_read(text, &file);
	free(text);
	if (error) {
		output_error("--patch: %s is no patch that can be used: %s",
			     a->name, error);
		free(error);
		return WEFT_EXIT_USAGE;
	}
	tell_tolerated(a->name, &file);
	a->file = &file;
	for (i = 0; i < file.n && !status; i++)
		status = apply_diff(a, &file.diffs[i]);
	patch_clear(&file);
	return status;
}

int patch_apply(const struct strings *files, const struct origin *origin,
		const char *work)
{
	int status = 0;
	size_t i;

	setenv("LC_ALL", "C", 1);	/* what patch says is read */
	for (i = 0; i < files->n && !status; i++) {
		struct applying a = {
			.name = files->at[i], .origin = origin, .work = work,
		};

		status = apply_file(&a);
	}
	return status;
}
