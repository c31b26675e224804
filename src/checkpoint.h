/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checkpoint files: a campaign that is not finished, to be gone on with.
 *
 * "weft-checkpoint 6\n", what it belongs to (names and values), the search
 * (weft_search_save()), and a hash of all that. Written to FILE.new first, and
 * renamed: there is always a whole one. It can be resumed by the same build of
 * weft only, on the same image, with the same options but limits and --jobs.
 */
#ifndef WEFT_CHECKPOINT_H
#define WEFT_CHECKPOINT_H

#include "../framework/search.h"
#include "campaign.h"

#define WEFT_CHECKPOINT_FORMAT 8

/* Writes --checkpoint. Return: 0 or negative errno. */
int checkpoint_write(const struct campaign *c, struct weft_search *search);
/* Takes it away: the campaign is finished. */
void checkpoint_remove(const struct campaign *c);

/**
 * checkpoint_check() - can the options' checkpoint and resume files be used?
 *
 * Return: 0, or exit status 64 after a message that says what is wrong.
 */
int checkpoint_check(const struct campaign *c);

/* Goes on where --resume was. False: it cannot; verdict and reason are set. */
bool checkpoint_load(struct campaign *c, struct weft_search *search);

#endif
