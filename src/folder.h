/* SPDX-License-Identifier: GPL-2.0-only */
/* Folders and whole files: read, compare, copy, remove. No output, no messages. */
#ifndef WEFT_FOLDER_H
#define WEFT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* Paths of files below a folder, relative to it, by name. */
struct folder {
	char	**at;
	size_t	n;
};

/* Return: 0 (@ret to be cleared) or negative errno. A missing folder is empty. */
int folder_list(const char *path, struct folder *ret);
void folder_clear(struct folder *folder);

/* Return: the bytes of a file, with a zero behind them; to be freed. NULL: errno. */
char *folder_read_file(const char *path, size_t *ret_n);
/* Writes @n bytes; makes the folders on the way. Return: 0 or negative errno. */
int folder_write_file(const char *path, const char *text, size_t n);
/* Are they two files of the same bytes (or one file)? */
bool folder_same_file(const char *a, const char *b);
/* Do two folders hold the same files? */
bool folder_same(const char *a, const char *b);
/* Copies all files of @from. Return: 0 or negative errno. */
int folder_copy(const char *from, const char *to);
/* Removes what is in a folder, not the folder. Return: 0 or negative errno. */
int folder_empty(const char *path);

#endif
