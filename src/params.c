/* SPDX-License-Identifier: GPL-2.0-only */
/* Sizes of model programs; contract in params.h. */
#include <limits.h>
#include <string.h>

#include "options.h"
#include "output.h"
#include "params.h"

const struct weft_param *params_find(const struct weft_scenario *scenario,
				     const char *key, size_t key_n)
{
	const struct weft_param *param = scenario->params;
	const struct weft_param *end = param + 4;

	for (; param < end && param->key; param++)
		if (strlen(param->key) == key_n &&
		    !strncmp(param->key, key, key_n))
			return param;
	return NULL;
}

bool params_check(const struct weft_scenario *scenario, const char *text,
		  const char *origin)
{
	const struct weft_param *param;
	size_t key_n;
	long value;

	if (!options_split_param(text, &key_n, &value))
		return false;
	param = params_find(scenario, text, key_n);
	if (!param)
		return false;
	if (param->most == LONG_MAX && value < param->least)
		output_usage_error("%s %s: %s takes %s from %ld on", origin,
				   text, scenario->name, param->key,
				   param->least);
	if (value < param->least || value > param->most)
		output_usage_error("%s %s: %s takes %s from %ld to %ld", origin,
				   text, scenario->name, param->key,
				   param->least, param->most);
	return true;
}
