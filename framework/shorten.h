/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fewer preemptions in a failing schedule, cheaply: two runs of one task with
 * others between them are tried as one, in either place, as long as the same
 * finding comes with fewer preemptions. What is left need not be the least.
 */
#ifndef WEFT_SHORTEN_H
#define WEFT_SHORTEN_H

#include "explorer_internal.h"

/**
 * weft_shorten() - replace a finding by one with fewer preemptions, if there is
 * @finding: of this program, on its last or an earlier execution
 */
void weft_shorten(struct weft_exec *x, struct weft_finding *finding);

#endif
