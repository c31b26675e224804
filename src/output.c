/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages, files and directories; contract in output.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../framework/verdict.h"
#include "output.h"
#include "progress.h"

const char *output_program = "weft";

static void print_message(const char *format, va_list args)
{
	progress_clear();
	fflush(stdout);
	fputs("weft: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

/**
 * output_error() - tell the user, on standard error
 * @format: one or two lines that name what is wrong and what to do
 */
void output_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_message(format, args);
	va_end(args);
}

/**
 * output_usage_error() - tell the user what to do differently, and exit
 * @format: as for output_error()
 */
void output_usage_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_message(format, args);
	va_end(args);
	exit(WEFT_EXIT_USAGE);
}

/**
 * output_format() - printf into allocated memory
 * @format: as for printf
 *
 * Return: never NULL; to be freed by the caller.
 */
char *output_format(const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0) {
		fputs("weft: out of memory\n", stderr);
		exit(WEFT_VERDICT_INTERNAL);
	}
	return text;
}

static int make_directory(const char *path)
{
	struct stat st;

	if (!mkdir(path, 0777))
		return 0;
	if (errno != EEXIST)
		return -errno;
	if (stat(path, &st))
		return -errno;
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

/**
 * output_make_directories() - mkdir -p
 * @path: with or without a slash at its end
 *
 * Return: 0, or negative errno; -ENOTDIR when something else is in the way.
 */
int output_make_directories(const char *path)
{
	char *copy = output_format("%s", path);
	char *at = copy;
	int err = 0;

	while (!err && *at) {
		char saved;

		at += strspn(at, "/");
		at += strcspn(at, "/");
		saved = *at;
		*at = '\0';
		err = make_directory(copy);
		*at = saved;
		at += strspn(at, "/");
	}
	if (!err && access(path, W_OK | X_OK))
		err = -errno;
	free(copy);
	return err;
}

/**
 * output_close() - close a file and learn whether all of it was written
 * @file: standard streams are flushed only
 *
 * Return: 0 or negative errno.
 */
int output_close(FILE *file)
{
	bool failed = ferror(file);
	int err = 0;

	errno = 0;
	if (file == stdout || file == stderr ? fflush(file) : fclose(file))
		err = errno ? -errno : -EIO;
	return !err && failed ? -EIO : err;
}

/**
 * output_write_file() - make @text the contents of the file @path
 *
 * Return: 0 or negative errno.
 */
int output_write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return -errno;
	fputs(text, file);
	return output_close(file);
}

/**
 * output_is_colored() - may colours be written to @out?
 */
bool output_is_colored(FILE *out)
{
	const char *no = getenv("NO_COLOR");
	const char *force = getenv("FORCE_COLOR");

	if (no && *no)
		return false;
	if (force && *force && strcmp(force, "0"))
		return true;
	return isatty(fileno(out));
}

int output_magnitude(double estimate)
{
	int power = 0;

	/* 3.16 is half way. */
	for (estimate /= 3.1623; estimate >= 1; estimate /= 10)
		power++;
	return power;
}
