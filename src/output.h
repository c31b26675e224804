/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the command line's words go: messages, files, directories.
 *
 * Every write is checked; a report that could not be written is an error, not
 * a shorter report.
 */
#ifndef WEFT_OUTPUT_H
#define WEFT_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

/* "weft: …" on standard error; a progress line is cleared first. */
void output_error(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* The same, then exit status 64. */
void output_usage_error(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

/* Allocated text, as for printf; ends the program when memory is out. */
char *output_format(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

int output_make_directories(const char *path);
int output_write_file(const char *path, const char *text);
/* Closes @file; 0 or negative errno if any write to it failed. */
int output_close(FILE *file);

/* May @out get colours? (NO_COLOR, FORCE_COLOR, tty) */
bool output_is_colored(FILE *out);

/* "1 step", "2 steps" */
static inline const char *output_plural(unsigned long n)
{
	return n == 1 ? "" : "s";
}

/* The power of ten nearest to an estimate of at least 1, which promises no more. */
int output_magnitude(double estimate);

/* The command as the user typed it, for commands to be copied. */
extern const char *output_program;

#endif
