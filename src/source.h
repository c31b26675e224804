/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines of source code, read from the user's own trees.
 *
 * File names are those of the debug information: below the kernel tree that an
 * image was built from (the link tree/ next to it), or below our own.
 */
#ifndef WEFT_SOURCE_H
#define WEFT_SOURCE_H

#include <stdbool.h>

struct weft_source;

/**
 * weft_source_open() - to be closed with weft_source_close()
 * @image: path of the kernel image, or NULL
 */
struct weft_source *weft_source_open(const char *image);
void weft_source_close(struct weft_source *source);

/**
 * weft_source_line() - one line without its end, valid until the close
 * @file: "drivers/vfio/vfio_main.c"
 * @line: from 1
 *
 * Return: NULL when there is no such line, or the tree is gone.
 */
const char *weft_source_line(struct weft_source *source, const char *file,
			     int line);

/* Is it a program of the bank? They only ask; their drivers are as good as kernel code. */
bool weft_source_is_scenario(const char *file);

#endif
