/* SPDX-License-Identifier: GPL-2.0-only */
/* Diffs in the bodies of mails; contract in patch.h. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "patch.h"
#include "patch_lines.h"

struct reader {
	struct patch_lines	lines;
	size_t			at;
	size_t			patch;
	struct patch_file	*file;
	char			*error;
};

__attribute__((format(printf, 2, 3)))
static bool fail(struct reader *r, const char *format, ...)
{
	unsigned long line = patch_line_number(&r->lines, r->at);
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	free(r->error);
	if (line)
		r->error = output_format("line %lu: %s", line,
					 text ? text : "out of memory");
	else
		r->error = output_format("patch %zu: %s", r->patch + 1,
					 text ? text : "out of memory");
	free(text);
	return false;
}

static const char *line(const struct reader *r, size_t ahead)
{
	return r->at + ahead < r->lines.n ? r->lines.at[r->at + ahead] : NULL;
}

static bool begins(const char *text, const char *with)
{
	return text && !strncmp(text, with, strlen(with));
}

/* The name behind "--- ", up to a blank; kernel files have none in their names. */
static char *name_of(const char *line)
{
	line += 4 + strspn(line + 4, " \t");
	return output_format("%.*s", (int)strcspn(line, " \t"), line);
}

/* "a/x" and "linux-6.1/x" are x. */
static const char *without_prefix(const char *name)
{
	const char *slash = strchr(name, '/');

	return slash ? slash + 1 : name;
}

static struct patch_diff *add_diff(struct reader *r)
{
	struct patch_file *file = r->file;
	struct patch_diff *at = reallocarray(file->diffs, file->n + 1,
					     sizeof(*at));

	if (!at)
		output_usage_error("out of memory for a patch");
	file->diffs = at;
	at += file->n++;
	memset(at, 0, sizeof(*at));
	at->patch = r->patch;
	return at;
}

static struct patch_hunk *add_hunk(struct patch_diff *diff)
{
	struct patch_hunk *at = reallocarray(diff->hunks, diff->n + 1,
					     sizeof(*at));

	if (!at)
		output_usage_error("out of memory for a patch");
	diff->hunks = at;
	at += diff->n++;
	memset(at, 0, sizeof(*at));
	return at;
}

/* "12,3" or "12"; Return: what follows, or NULL. */
static const char *read_range(const char *at, unsigned long *ret_at,
			      unsigned long *ret_n)
{
	char *end;

	if (!isdigit((unsigned char)*at))
		return NULL;
	*ret_at = strtoul(at, &end, 10);
	*ret_n = 1;
	if (*end == ',') {
		if (!isdigit((unsigned char)end[1]))
			return NULL;
		*ret_n = strtoul(end + 1, &end, 10);
	}
	return end;
}

static bool read_hunk_header(struct reader *r, struct patch_hunk *hunk)
{
	const char *at = line(r, 0);

	at = at ? at + 2 + strspn(at + 2, " ") : "";
	at = *at == '-' ? read_range(at + 1, &hunk->old_at, &hunk->old_n) :
			  NULL;
	if (at)
		at += strspn(at, " ");
	at = at && *at == '+' ? read_range(at + 1, &hunk->new_at,
					   &hunk->new_n) : NULL;
	if (!at || !begins(at + strspn(at, " "), "@@") ||
	    hunk->old_n > 1000000 || hunk->new_n > 1000000)
		return fail(r, "expected '@@ -LINE,COUNT +LINE,COUNT @@', not '%.60s'",
			    line(r, 0));
	hunk->line = patch_line_number(&r->lines, r->at);
	r->at++;
	return true;
}

static bool is_next_file(const struct reader *r)
{
	return begins(line(r, 0), "diff --git ") ||
	       (begins(line(r, 0), "--- ") && begins(line(r, 1), "+++ ") &&
		begins(line(r, 2), "@@ "));
}

/*
 * One line of a hunk, written as it should have been. What has no mark in front, while
 * lines are missing, is the rest of a line that some mail program has broken.
 */
static bool read_hunk_line(struct reader *r, FILE *out, unsigned long *old_n,
			   unsigned long *new_n)
{
	const char *text = line(r, 0);
	unsigned int *tolerated = &r->file->tolerated;

	if (!text || is_next_file(r) || begins(text, "@@ -"))
		return fail(r, "the hunk ends too early: %lu old and %lu new lines of it are missing; the patch is cut off, or was edited",
			    *old_n, *new_n);
	if ((*text == ' ' || *text == '\t' || !*text) && *old_n && *new_n) {
		if (*text != ' ')
			*tolerated |= PATCH_EMPTY_CONTEXT;
		fprintf(out, "\n%s%s", *text == ' ' ? "" : " ", text);
		--*old_n;
		--*new_n;
	} else if (*text == '-' && *old_n) {
		fprintf(out, "\n%s", text);
		--*old_n;
	} else if (*text == '+' && *new_n) {
		fprintf(out, "\n%s", text);
		--*new_n;
	} else if (*text == '\\') {
		fprintf(out, "\n%s", text);
	} else if (*text == '-' || *text == '+' || *text == ' ' || !*text) {
		return fail(r, "the hunk has more lines than its header says: was it edited by hand?");
	} else {
		/* In front of the first line it is the rest of the header. */
		*tolerated |= PATCH_WRAPPED;
		if (ftell(out))
			fprintf(out, " %s", text);
	}
	r->at++;
	return true;
}

/* Right behind the last line of a hunk: its rest, not the next thing. */
static bool is_rest(const char *text)
{
	static const char *const others[] = {
		" ", "-", "+", "\\", "@@", "diff ", "Index: ", "===", "From ",
		"commit ", "Only in ", "___",
	};
	size_t i;

	if (!text || !text[strspn(text, " \t")])
		return false;
	for (i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (begins(text, others[i]))
			return false;
	return true;
}

static bool read_hunk(struct reader *r, struct patch_diff *diff)
{
	struct patch_hunk *hunk = add_hunk(diff);
	unsigned long old_n, new_n;
	size_t size;
	bool good;
	FILE *out;

	if (!read_hunk_header(r, hunk))
		return false;
	old_n = hunk->old_n;
	new_n = hunk->new_n;
	out = open_memstream(&hunk->lines, &size);
	if (!out)
		output_usage_error("out of memory for a patch");
	for (good = true; good && (old_n || new_n);)
		good = read_hunk_line(r, out, &old_n, &new_n);
	if (good && is_rest(line(r, 0)))
		good = read_hunk_line(r, out, &old_n, &new_n);
	if (good && begins(line(r, 0), "\\")) {
		fprintf(out, "\n%s", line(r, 0));
		r->at++;
	}
	fputc('\n', out);
	fclose(out);
	if (!good)
		return false;
	/* The first line end came too early. */
	if (*hunk->lines == '\n')
		memmove(hunk->lines, hunk->lines + 1, strlen(hunk->lines));
	if ((begins(line(r, 0), "+") && !begins(line(r, 0), "+++ ")) ||
	    (begins(line(r, 0), "-") && !begins(line(r, 0), "--")))
		return fail(r, "more lines than the hunk's header says: was it edited by hand?");
	return true;
}

static bool read_diff(struct reader *r, bool created, bool deleted)
{
	struct patch_diff *diff = add_diff(r);
	char *old = name_of(line(r, 0)), *new = name_of(line(r, 1));

	diff->creates = created || !strcmp(old, "/dev/null");
	diff->removes = deleted || !strcmp(new, "/dev/null");
	diff->plain = output_format("%s", !strcmp(new, "/dev/null") ? old :
									new);
	diff->path = output_format("%s", without_prefix(diff->plain));
	free(old);
	free(new);
	if (diff->creates && diff->removes)
		return fail(r, "a file that neither was nor is there");
	r->at += 2;
	if (!begins(line(r, 0), "@@ "))
		return fail(r, "expected a hunk ('@@ ...') behind the names of the files");
	while (begins(line(r, 0), "@@ "))
		if (!read_hunk(r, diff))
			return false;
	return true;
}

/* What git says in front of a diff; hunks may follow or not. */
static bool read_git_header(struct reader *r, bool *ret_new, bool *ret_deleted)
{
	const char *text;

	*ret_new = *ret_deleted = false;
	for (r->at++; (text = line(r, 0)); r->at++) {
		if (begins(text, "new file mode"))
			*ret_new = true;
		else if (begins(text, "deleted file mode"))
			*ret_deleted = true;
		else if (begins(text, "rename ") || begins(text, "copy "))
			return fail(r, "it renames or copies a file ('%.60s'); make it with git format-patch --no-renames",
				    text);
		else if (begins(text, "GIT binary patch") ||
			 begins(text, "Binary files "))
			return fail(r, "it changes a binary file");
		else if (!begins(text, "index ") && !begins(text, "old mode") &&
			 !begins(text, "new mode") &&
			 !begins(text, "similarity ") &&
			 !begins(text, "dissimilarity "))
			return true;
	}
	return true;
}

static bool read_body(struct reader *r)
{
	bool created = false, deleted = false;
	const char *text;

	while ((text = line(r, 0))) {
		if (begins(text, "diff --git ")) {
			if (!read_git_header(r, &created, &deleted))
				return false;
		} else if (begins(text, "--- ") && begins(line(r, 1), "+++ ")) {
			if (!read_diff(r, created, deleted))
				return false;
			created = deleted = false;
		} else if (begins(text, "diff --cc ") || begins(text, "@@@ ")) {
			return fail(r, "this is the diff of a merge; give those of its parents");
		} else if (begins(text, "@@ -")) {
			return fail(r, "a hunk without '--- FILE' and '+++ FILE' in front of it");
		} else {
			r->at++;
		}
	}
	return true;
}

/* "[PATCH v2 3/7] …" → 3; 0: it has no number */
static unsigned int number_of(const char *subject, unsigned int *ret_of)
{
	const char *end = subject ? strchr(subject, ']') : NULL;
	const char *slash = subject ? strchr(subject, '/') : NULL;
	const char *at = slash;

	if (!end || !slash || slash > end)
		return 0;
	while (at > subject && isdigit((unsigned char)at[-1]))
		at--;
	*ret_of = (unsigned int)atoi(slash + 1);
	return at == slash ? 0 : (unsigned int)atoi(at);
}

static int by_number(const void *a, const void *b)
{
	unsigned int of;
	unsigned int x = number_of(((const struct patch_mail *)a)->subject,
				   &of);
	unsigned int y = number_of(((const struct patch_mail *)b)->subject,
				   &of);

	return (x > y) - (x < y);
}

/* Archives have mails in the order they came in. Only a whole series is sorted. */
static char *sort_mails(struct patch_mails *mails, struct patch_file *file)
{
	unsigned int of, first_of = 0;
	bool sorted = true;
	size_t i, n = 0;

	for (i = 0; i < mails->n; i++) {
		if (mails->at[i].reply && mails->n > 1) {
			file->replies++;
			patch_mail_clear(&mails->at[i]);
			continue;
		}
		mails->at[n++] = mails->at[i];
	}
	mails->n = n;
	for (i = 0; i < n; i++) {
		if (!number_of(mails->at[i].subject, &of))
			continue;
		if (first_of && of != first_of)
			return output_format("it has patches of several series ('%u/%u' and '/%u'): give one",
					     number_of(mails->at[i].subject,
						       &of), of, first_of);
		first_of = of;
	}
	for (i = 0; first_of && i + 1 < n; i++)
		sorted &= by_number(&mails->at[i], &mails->at[i + 1]) <= 0;
	if (!sorted)
		qsort(mails->at, n, sizeof(*mails->at), by_number);
	for (i = 0; first_of && i + 1 < n; i++)
		if (number_of(mails->at[i].subject, &of) &&
		    !by_number(&mails->at[i], &mails->at[i + 1]))
			return output_format("patch %u/%u is in it twice: several versions of a series? Give one",
					     number_of(mails->at[i].subject,
						       &of), of);
	file->reordered = !sorted;
	return NULL;
}

static bool read_mail(struct reader *r, const struct patch_mail *mail)
{
	bool good;

	r->at = 0;
	patch_lines_open(&r->lines, mail->body, mail->line,
			 &r->file->tolerated);
	good = read_body(r);
	patch_lines_close(&r->lines);
	return good;
}

static void keep_subject(struct patch_file *file, const char *subject)
{
	char **at = reallocarray(file->subjects, file->patches_n + 1,
				 sizeof(*at));

	if (!at)
		output_usage_error("out of memory for a patch");
	file->subjects = at;
	at[file->patches_n++] = subject ? output_format("%s", subject) : NULL;
}

char *patch_read(char *text, struct patch_file *ret)
{
	struct reader r = { .file = ret };
	struct patch_mails mails;
	size_t i, n;

	memset(ret, 0, sizeof(*ret));
	patch_mails_read(text, &mails);
	ret->tolerated = mails.tolerated;
	r.error = sort_mails(&mails, ret);
	for (i = 0; i < mails.n && !r.error; i++) {
		n = ret->n;
		if (!read_mail(&r, &mails.at[i]) || ret->n == n)
			continue;
		keep_subject(ret, mails.at[i].subject);
		r.patch++;
	}
	patch_mails_clear(&mails);
	if (!r.error && !ret->n)
		r.error = output_format("there is no diff in it");
	if (r.error)
		patch_clear(ret);
	return r.error;
}

void patch_clear(struct patch_file *file)
{
	size_t i, j;

	for (i = 0; i < file->n; i++) {
		for (j = 0; j < file->diffs[i].n; j++)
			free(file->diffs[i].hunks[j].lines);
		free(file->diffs[i].hunks);
		free(file->diffs[i].path);
		free(file->diffs[i].plain);
	}
	for (i = 0; i < file->patches_n; i++)
		free(file->subjects[i]);
	free(file->subjects);
	free(file->diffs);
	memset(file, 0, sizeof(*file));
}
