/* SPDX-License-Identifier: GPL-2.0-only */
/* Probes; contract in probe.h. */
#include <assert.h>
#include <string.h>

#include "probe.h"

static struct weft_probe probes[WEFT_PROBES_MAX];
static size_t probes_n;

static struct weft_probe *find(const char *name)
{
	size_t i;

	for (i = 0; i < probes_n; i++)
		if (!strcmp(probes[i].name, name))
			return &probes[i];
	assert(probes_n < WEFT_PROBES_MAX && "too many probes in a scenario");
	probes[probes_n].name = name;
	return &probes[probes_n++];
}

void weft_probe_declare(const char *name)
{
	find(name);
}

void weft_probe_hit(const char *name, bool reached)
{
	struct weft_probe *probe = find(name);

	if (reached)
		probe->count++;
}

const struct weft_probe *weft_probes(size_t *ret_n)
{
	*ret_n = probes_n;
	return probes;
}

void weft_probes_reset(void)
{
	memset(probes, 0, sizeof(probes));
	probes_n = 0;
}
