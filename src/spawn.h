/* SPDX-License-Identifier: GPL-2.0-only */
/* Other programs, run without a shell. */
#ifndef WEFT_SPAWN_H
#define WEFT_SPAWN_H

/**
 * weft_spawn() - run a program and wait for its end
 * @argv: NULL-terminated; argv[0] is looked up in PATH
 * @dir:  folder to run it in; NULL: here
 * @log:  file that gets both of its outputs; NULL drops them
 *
 * Return: 0 when it succeeded, -ENOENT when there is no such program, -EIO
 * when it failed, or another negative errno.
 */
int weft_spawn(const char *const *argv, const char *dir, const char *log);

#endif
