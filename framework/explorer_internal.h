/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of the explorer, for explorer.c and sample.c only. */
#ifndef WEFT_EXPLORER_INTERNAL_H
#define WEFT_EXPLORER_INTERNAL_H

#include "explorer.h"

/* After an execution: begin the search again, go on, or end the campaign. */
enum explorer_end { EXPLORER_RESTART, EXPLORER_ON, EXPLORER_STOPPED };

/**
 * explorer__execute() - one execution, its findings and its limits
 * @campaign: with the strategy that @state belongs to, which has begun
 * @depth_hit: set when the depth limit was reached
 *
 * EXPLORER_STOPPED leaves a verdict in @result.
 */
enum explorer_end explorer__execute(struct weft_exec *x,
				    const struct weft_campaign *campaign,
				    void *state, struct weft_result *result,
				    bool *depth_hit);

#endif
