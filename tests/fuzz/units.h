/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Strategies by units, in one process: "dpor-units" is dpor that is written down
 * and split at random again and again (framework/strategy.h, U1 to U4), the
 * pieces run one after the other. To whoever runs it, it is a strategy.
 * "careful-units" is dpor as it is with steps of many effects (I4 of dpor.c).
 */
#ifndef FUZZ_UNITS_H
#define FUZZ_UNITS_H

#include "framework/strategy.h"

extern const struct weft_strategy *const fuzz_units[];	/* NULL ends */
/* As weft_strategy_find(), with these. */
const struct weft_strategy *fuzz_strategy_find(const char *name);

#endif
