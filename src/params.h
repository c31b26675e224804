/* SPDX-License-Identifier: GPL-2.0-only */
/* Sizes of model programs (--param): which one is meant, and is it one? */
#ifndef WEFT_PARAMS_H
#define WEFT_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "../scenarios/scenario.h"

/* NULL: the scenario has none of this name. */
const struct weft_param *params_find(const struct weft_scenario *scenario,
				     const char *key, size_t key_n);

/**
 * params_check() - is KEY=VALUE for this scenario?
 * @origin: where it is from, for the error
 * Return: false when the scenario has no such parameter, or the text is none.
 * Errors: a value that the program is not written for is an error in usage, and ends
 *         the process.
 */
bool params_check(const struct weft_scenario *scenario, const char *text,
		  const char *origin);

#endif
