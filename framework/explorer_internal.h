/* SPDX-License-Identifier: GPL-2.0-only */
/* What the loop of executions and the search by units share. */
#ifndef WEFT_EXPLORER_INTERNAL_H
#define WEFT_EXPLORER_INTERNAL_H

#include "explorer.h"

void explorer__set_verdict(struct weft_result *result,
			   enum weft_verdict verdict, const char *reason);
void explorer__count_execution(struct weft_exec *x, struct weft_result *result,
			       unsigned int decisions);

/* Moves those that are new into @result, minimises and replays them. False:
 * one could not be replayed; the verdict is set. */
bool explorer__keep_findings(struct weft_exec *x,
			     const struct weft_campaign *campaign,
			     struct weft_result *result,
			     struct weft_finding *findings, size_t n);
/* Replays a finding for its evidence. False: it did not come again. */
bool explorer__confirm(struct weft_exec *x, struct weft_finding *finding);

/* Sets the verdict for outcomes that end the whole campaign. */
bool explorer__ends_campaign(struct weft_result *result,
			     enum weft_outcome outcome, const char *symbol);
/* The verdict of a search that is exhausted. */
void explorer__conclude(const struct weft_campaign *campaign,
			struct weft_result *result, bool depth_hit);
void explorer__setup_failed(struct weft_exec *x, struct weft_result *result,
			    enum weft_outcome outcome);
/* The last thing, however it ended. */
void explorer__finish(struct weft_exec *x, struct weft_result *result);

#endif
