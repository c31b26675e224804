/* SPDX-License-Identifier: GPL-2.0-only */
/* Probes; contract in probe.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exec.h"
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
	struct weft_exec *x = weft_exec_current;

	if (!reached)
		return;
	if (!x || weft_exec_is_setup(x)) {
		probe->count++;
		return;
	}
	weft_region_log_word(weft_exec_region(x), &probe->now);
	probe->now++;
}

void weft_probes_end(void)
{
	size_t i;

	for (i = 0; i < probes_n; i++)
		probes[i].count += probes[i].now;
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

/* Names live as long as the scenario that declares them: keep these for ever. */
static const char *keep_name(const char *name)
{
	static char **kept;
	static size_t kept_n;
	size_t i;

	for (i = 0; i < kept_n; i++)
		if (!strcmp(kept[i], name))
			return kept[i];
	kept = realloc(kept, (kept_n + 1) * sizeof(*kept));
	assert(kept && "out of memory for probes");
	kept[kept_n] = strdup(name);
	assert(kept[kept_n] && "out of memory for probes");
	return kept[kept_n++];
}

bool weft_probe_add(const char *name, unsigned long count)
{
	size_t i;

	for (i = 0; i < probes_n; i++)
		if (!strcmp(probes[i].name, name))
			break;
	if (i == probes_n) {
		if (probes_n == WEFT_PROBES_MAX)
			return false;
		probes[probes_n].count = 0;
		probes[probes_n++].name = keep_name(name);
	}
	probes[i].count += count;
	return true;
}

void weft_probes_set(const struct weft_probe *from, size_t n)
{
	size_t i;

	/* What the execution in progress has hit is undone by itself. */
	for (i = 0; i < n; i++) {
		probes[i].now = i < probes_n ? probes[i].now : 0;
		probes[i].name = from[i].name;
		probes[i].count = from[i].count;
	}
	memset(probes + n, 0, (WEFT_PROBES_MAX - n) * sizeof(*probes));
	probes_n = n;
}
