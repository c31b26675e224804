/* SPDX-License-Identifier: GPL-2.0-only */
/* System calls for people: names of requests and of errors instead of numbers. */
#ifndef WEFT_CALL_TEXT_H
#define WEFT_CALL_TEXT_H

#include <stddef.h>

/*
 * "ioctl(5, 0x3b6a)" → "ioctl(5, VFIO_GROUP_GET_DEVICE_FD)"; of a long path of a file the
 * last part: "close(7<…/remove>)"
 */
void call_text_begin(const char *recorded, char *ret, size_t size);
/* "write = -11" → "write = -EAGAIN"; "open = 7" → "open = fd 7" */
void call_text_end(const char *recorded, char *ret, size_t size);
/* "…/83b8f4f2-509f-382f-3c1e-e6bfe0fa1003" → "…/83b8f4f2-…": one is like another */
void call_text_shorten(char *text);
/* 'open("/sys/a/b/remove")' → 'open("…/remove")', and of a file as above; a short path stays.
 * Names in it are shortened, too. */
void call_text_shorten_path(char *text);
/* What is from @from to @to becomes "…", which must be shorter. */
void call_text_cut(char *from, char *to);

#endif
