/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System calls in words, for recorded executions: what a call was asked, and of
 * which file.
 *
 *  I1  A number of a file never means two files within one execution (model/fd.c), so
 *      what an open of the setup or of a recorded execution gave it is its name there.
 *  I2  Looking changes nothing: names are kept on the explorer's side, outside of the
 *      memory that goes back with an execution.
 *
 * Files without a path have the names that the kernel gives them in /proc/PID/fd.
 */
#ifndef WEFT_CALL_NOTE_H
#define WEFT_CALL_NOTE_H

#include <stddef.h>

/*
 * call_note_begin() - 'ioctl(5</dev/vfio/0>, 0x3b6a)', 'write(7</sys/a/b>, "1")'
 * @nr: enum weft_syscall, with its arguments; their memory is the caller's
 */
void call_note_begin(unsigned int nr, const unsigned long arg[6], char *ret,
		     size_t size);
/* 'write = 1' */
void call_note_end(unsigned int nr, long result, char *ret, size_t size);
/* Remembers which file the call opened, if it did. */
void call_note_learn(unsigned int nr, const unsigned long arg[6], long result);
/* "write" */
const char *call_note_name(unsigned int nr);

#endif
