/* SPDX-License-Identifier: GPL-2.0-only */
/* --suppress: the file, and what became of its entries. */
#ifndef WEFT_SUPPRESS_FILE_H
#define WEFT_SUPPRESS_FILE_H

#include "suppress.h"

/*
 * suppress_open() - read @path; nothing when it is NULL
 *
 * Ends the program with status 64 after a message when it makes no sense.
 */
void suppress_open(const char *path, struct suppressions *ret);

/* A message for each entry that suppressed nothing. */
void suppress_tell_unused(const struct suppressions *suppressions);

/* The entry that suppresses a finding, or NULL. */
const struct suppression *suppress_of(const struct suppressions *suppressions,
				      const struct weft_finding *finding);
const struct suppression *
suppress_of_cycle(const struct suppressions *suppressions,
		  const struct weft_lock_cycle *cycle);

#endif
