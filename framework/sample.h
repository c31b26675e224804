/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sample before a systematic search: few executions that find most of what
 * is easy to find, wherever the search would have come to it.
 *
 * One default execution, and what it foretells (witness.h); then POS and SURW in
 * turn (strategies/), and where faults may happen every other time one of each kind of
 * them (strategies/faults.c); last, for a quarter of the executions, random probes of
 * the space to be searched, where its strategy has any: their findings count, and they
 * tell how large it is.
 *
 *  I1  The number of executions is fixed before it begins.
 *  I2  Sampled executions count as sampled and as nothing else: what the
 *      search says of its executions and bounds is about the search.
 *  I3  Sharing met in the sample stays known to the search (explorer.h I1).
 */
#ifndef WEFT_SAMPLE_H
#define WEFT_SAMPLE_H

#include "explorer_internal.h"

/**
 * weft_sample() - campaign->sample executions before the search
 * @ret_probed: executions the search will have in all; 0 unknown
 *
 * Return: EXPLORER_STOPPED with a verdict in @result; else EXPLORER_ON.
 */
enum explorer_end weft_sample(struct weft_exec *x,
			      const struct weft_campaign *campaign,
			      struct weft_result *result, double *ret_probed);

#endif
