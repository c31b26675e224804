/* SPDX-License-Identifier: GPL-2.0-only */
/* The change that a part of a search makes; contract in segment.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "segment.h"
#include "segment_internal.h"

void weft_base_clear(struct weft_base *base)
{
	free(base->uses);
	free(base->counts);
	free(base->counted);
	memset(base, 0, sizeof(*base));
}

/* So that the counters hold all that was executed. */
static void settle(const struct weft_base *base)
{
	size_t n;

	weft_exec_counts(base->x, &n);
}

void weft_base_take(struct weft_base *base)
{
	size_t size = base->counters_n * sizeof(*base->counters);
	const struct weft_probe *probes = weft_probes(&base->probes_n);

	settle(base);
	memcpy(base->probes, probes, base->probes_n * sizeof(*probes));
	base->plain = weft_exec_plain_known(base->x);
	base->deps_n = weft_exec_lockdeps(base->x)->n;
	base->reads_n = weft_exec_reads_from(base->x)->n;
	base->reads_lost = weft_exec_reads_from(base->x)->lost;
	segment__graph_take(base);
	if (!size)
		return;
	if (!base->counted)
		base->counted = malloc(size);
	assert(base->counted && "out of memory for counters");
	memcpy(base->counted, base->counters, size);
}

static void put_probes(const struct weft_base *base, struct weft_buffer *to)
{
	const struct weft_probe *probes;
	size_t n, i;

	probes = weft_probes(&n);
	weft_buffer_put(to, n);
	for (i = 0; i < n; i++) {
		weft_buffer_put_text(to, probes[i].name);
		weft_buffer_put(to, probes[i].count - (i < base->probes_n ?
				base->probes[i].count : 0));
	}
}

static bool add_probes(struct weft_reader *from)
{
	size_t n = weft_reader_get_count(from, 2);

	while (n--) {
		char *name = weft_reader_get_text(from);
		bool added = name && weft_probe_add(name,
						    weft_reader_get(from));

		free(name);
		if (!added)
			return false;
	}
	return !from->bad;
}

static void put_counters(const struct weft_base *base, struct weft_buffer *to)
{
	struct weft_buffer list = { 0 };
	size_t i, last = 0, n = 0;

	for (i = 0; i < base->counters_n; i++) {
		if (base->counters[i] == base->counted[i])
			continue;
		weft_buffer_put(&list, i - last);
		weft_buffer_put(&list, base->counters[i] - base->counted[i]);
		last = i;
		n++;
	}
	weft_buffer_put(to, n);
	weft_buffer_put_bytes(to, list.data, list.n);
	weft_buffer_clear(&list);
}

static bool add_counters(struct weft_base *base, struct weft_reader *from)
{
	size_t n = weft_reader_get_count(from, 2), i = 0;

	while (n--) {
		i += (size_t)weft_reader_get_most(from, base->counters_n);
		if (from->bad || i >= base->counters_n)
			return false;
		base->counters[i] += weft_reader_get(from);
	}
	return !from->bad;
}

/* Sharing comes first, so that weft_base_is_hidden() finds it. */
void weft_base_leave(struct weft_base *base, struct weft_buffer *to)
{
	weft_sharing_take(base->sharing, to);
	weft_exec_put_races(base->x, base->plain, to);
	weft_exec_forget_races(base->x, base->plain);
	segment__deps_put(base, to);
	weft_lockdeps_cut(weft_exec_lockdeps(base->x), base->deps_n);
	segment__graph_put(base, to);
	segment__graph_restore(base);
	segment__reads_put(base, to);
	segment__reads_restore(base);
	put_probes(base, to);
	weft_probes_set(base->probes, base->probes_n);
	settle(base);
	put_counters(base, to);
	if (base->counters_n)
		memcpy(base->counters, base->counted,
		       base->counters_n * sizeof(*base->counters));
}

/* Granules that become RACY are SHARED from now on. */
static bool add_races(struct weft_base *base, struct weft_reader *from)
{
	bool good = weft_exec_add_races(base->x, from);

	weft_sharing_adopt(base->sharing);
	return good;
}

bool weft_base_add(struct weft_base *base, struct weft_reader *from,
		   unsigned long executions)
{
	return weft_sharing_join(base->sharing, from, true, NULL) &&
	       add_races(base, from) && segment__deps_add(base, from) &&
	       segment__graph_add(base, from, executions) &&
	       segment__reads_add(base, from) && add_probes(from) && add_counters(base, from);
}

bool weft_base_is_hidden(struct weft_base *base, struct weft_reader from)
{
	bool hidden;

	return weft_sharing_join(base->sharing, &from, false, &hidden) &&
	       hidden;
}

/* A base of nothing: everything has changed since. */
static void nothing(struct weft_base *base, const struct weft_base *like)
{
	memset(base, 0, sizeof(*base));
	base->x = like->x;
	base->graph = like->graph;
	base->sharing = like->sharing;
	base->counters = like->counters;
	base->counters_n = like->counters_n;
	base->uses = calloc(1, sizeof(*base->uses));
	base->counts = calloc(1, sizeof(*base->counts));
	base->counted = calloc(base->counters_n + 1, sizeof(*base->counted));
	assert(base->uses && base->counts && base->counted);
}

void weft_base_save(struct weft_base *base, struct weft_buffer *to)
{
	struct weft_base empty;

	settle(base);
	nothing(&empty, base);
	weft_buffer_put(to, base->counters_n);
	weft_sharing_save(base->sharing, to);
	weft_exec_put_races(base->x, empty.plain, to);
	segment__deps_put(&empty, to);
	segment__graph_put(&empty, to);
	segment__reads_put(&empty, to);
	put_probes(&empty, to);
	put_counters(&empty, to);
	weft_base_clear(&empty);
}

/* Replays of findings may have found some already, in another order. */
static bool load_races(struct weft_base *base, struct weft_reader *from)
{
	struct weft_plain_known none = { .wanted = base->plain.wanted };
	unsigned long *promotions =
		&weft_exec_region(base->x)->hot.promotions;

	*promotions -= base->plain.races;
	weft_exec_forget_races(base->x, none);
	return add_races(base, from);
}

bool weft_base_load(struct weft_base *base, struct weft_reader *from)
{
	size_t i;

	/* What the setup and replays have counted is in the file too. */
	weft_base_take(base);
	weft_lockdeps_cut(weft_exec_lockdeps(base->x), 0);
	weft_reads_from_cut(weft_exec_reads_from(base->x), 0);
	for (i = 0; i < base->probes_n; i++)
		base->probes[i].count = 0;
	weft_probes_set(base->probes, base->probes_n);
	for (i = 0; i < base->counters_n; i++)
		base->counters[i] = 0;
	return weft_reader_get(from) == base->counters_n &&
	       weft_sharing_load(base->sharing, from) &&
	       load_races(base, from) && segment__deps_add(base, from) &&
	       segment__graph_add(base, from, 0) &&
	       segment__reads_add(base, from) && add_probes(from) &&
	       add_counters(base, from);
}
