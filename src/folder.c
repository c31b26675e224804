/* SPDX-License-Identifier: GPL-2.0-only */
/* Folders and whole files; contract in folder.h. */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "output.h"

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static FTS *open_folder(const char *path)
{
	char *const paths[] = { (char *)path, NULL };

	return fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add(struct folder *folder, const char *path)
{
	char **at = reallocarray(folder->at, folder->n + 1, sizeof(*at));

	if (!at)
		return -ENOMEM;
	folder->at = at;
	at[folder->n++] = output_format("%s", path);
	return 0;
}

int folder_list(const char *path, struct folder *ret)
{
	size_t n = strlen(path) + 1;
	FTSENT *entry;
	FTS *fts;
	int err = 0;

	memset(ret, 0, sizeof(*ret));
	if (access(path, F_OK))
		return errno == ENOENT ? 0 : -errno;
	fts = open_folder(path);
	if (!fts)
		return -errno;
	while (!err && (entry = fts_read(fts))) {
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
			err = -entry->fts_errno;
		else if (entry->fts_info == FTS_F)
			err = add(ret, entry->fts_path + n);
	}
	fts_close(fts);
	if (err)
		folder_clear(ret);
	else if (ret->n)
		qsort(ret->at, ret->n, sizeof(*ret->at), by_text);
	return err;
}

void folder_clear(struct folder *folder)
{
	size_t i;

	for (i = 0; i < folder->n; i++)
		free(folder->at[i]);
	free(folder->at);
	memset(folder, 0, sizeof(*folder));
}

char *folder_read_file(const char *path, size_t *ret_n)
{
	FILE *in = fopen(path, "re");
	char *text = NULL;
	size_t n = 0, max = 0, got;
	int err;

	if (!in)
		return NULL;
	do {
		if (n + 4096 > max) {
			char *more = realloc(text, max = 2 * max + 8192);

			if (!more)
				goto failed;
			text = more;
		}
		got = fread(text + n, 1, max - n - 1, in);
		n += got;
	} while (got);
	if (ferror(in))
		goto failed;
	fclose(in);
	text[n] = '\0';
	*ret_n = n;
	return text;
failed:
	err = errno;
	fclose(in);
	free(text);
	errno = err;
	return NULL;
}

int folder_write_file(const char *path, const char *text, size_t n)
{
	char *above = output_format("%s", path);
	char *slash = strrchr(above, '/');
	FILE *out;
	int err = 0;

	if (slash && slash != above) {
		*slash = '\0';
		err = output_make_directories(above);
	}
	free(above);
	if (err)
		return err;
	out = fopen(path, "we");
	if (!out)
		return -errno;
	fwrite(text, 1, n, out);
	return output_close(out);
}

bool folder_same_file(const char *a, const char *b)
{
	size_t a_n, b_n;
	char *a_text = folder_read_file(a, &a_n);
	char *b_text = folder_read_file(b, &b_n);
	bool same = a_text && b_text && a_n == b_n &&
		    !memcmp(a_text, b_text, a_n);

	free(a_text);
	free(b_text);
	return same;
}

bool folder_same(const char *a, const char *b)
{
	struct folder in_a, in_b;
	bool same;
	size_t i;

	if (folder_list(a, &in_a))
		return false;
	if (folder_list(b, &in_b)) {
		folder_clear(&in_a);
		return false;
	}
	same = in_a.n == in_b.n;
	for (i = 0; same && i < in_a.n; i++) {
		char *one = output_format("%s/%s", a, in_a.at[i]);
		char *other = output_format("%s/%s", b, in_b.at[i]);

		same = !strcmp(in_a.at[i], in_b.at[i]) &&
		       folder_same_file(one, other);
		free(one);
		free(other);
	}
	folder_clear(&in_a);
	folder_clear(&in_b);
	return same;
}

static int copy_file(const char *from, const char *to)
{
	size_t n;
	char *text = folder_read_file(from, &n);
	int err = text ? folder_write_file(to, text, n) : -errno;

	free(text);
	return err;
}

int folder_copy(const char *from, const char *to)
{
	struct folder files;
	int err = folder_list(from, &files);
	size_t i;

	for (i = 0; !err && i < files.n; i++) {
		char *one = output_format("%s/%s", from, files.at[i]);
		char *other = output_format("%s/%s", to, files.at[i]);

		err = copy_file(one, other);
		free(one);
		free(other);
	}
	folder_clear(&files);
	return err;
}

int folder_empty(const char *path)
{
	FTS *fts = open_folder(path);
	FTSENT *entry;
	int err = 0;

	if (!fts)
		return -errno;
	while (!err && (entry = fts_read(fts))) {
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
			err = -entry->fts_errno;
		else if (entry->fts_info == FTS_D || !entry->fts_level)
			continue;
		else if (entry->fts_info == FTS_DP ? rmdir(entry->fts_path) :
						     unlink(entry->fts_path))
			err = -errno;
	}
	fts_close(fts);
	return err;
}
