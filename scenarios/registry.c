/* SPDX-License-Identifier: GPL-2.0-only */
/* The scenarios there are; the table is registry.def. */
#include <string.h>

#include "scenario.h"

#define SCENARIO(symbol) extern const struct weft_scenario symbol;
#include "registry.def"
#undef SCENARIO

const struct weft_scenario *const weft_scenarios[] = {
#define SCENARIO(symbol) &symbol,
#include "registry.def"
#undef SCENARIO
	NULL
};

/* Papers write the names of model programs with underscores. */
static bool is_same_name(const char *name, const char *asked)
{
	bool is_model = !strncmp(name, "model/", 6);

	while (*name && (*name == *asked ||
			 (is_model && *name == '-' && *asked == '_'))) {
		name++;
		asked++;
	}
	return !*name && !*asked;
}

const struct weft_scenario *weft_scenario_find(const char *name)
{
	size_t i;

	for (i = 0; weft_scenarios[i]; i++)
		if (is_same_name(weft_scenarios[i]->name, name))
			return weft_scenarios[i];
	return NULL;
}

bool weft_scenario_is_model(const struct weft_scenario *scenario)
{
	return !strncmp(scenario->name, "model/", 6);
}
