/* SPDX-License-Identifier: GPL-2.0-only */
/* What a part of a search has learnt about sharing; contract in sharing.h. */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "hot.h"
#include "sharing.h"

#define POINT (WEFT_GRANULE_SHARED | WEFT_GRANULE_TRIED)

/* Of the coordinator; see weft_sharing_note_aside(). */
static struct weft_sharing *current;

static struct weft_hot *hot_of(const struct weft_sharing *sharing)
{
	return &weft_exec_region(sharing->x)->hot;
}

/* RACY is of an execution: exec_racy.c. */
static uint16_t state_of(const struct weft_granule *g)
{
	unsigned int flags = g->flags & ~(unsigned int)WEFT_GRANULE_RACY;

	return (uint16_t)(g->owner | flags << 8);
}

static void set_state(struct weft_granule *g, uint16_t state)
{
	g->owner = (unsigned char)state;
	g->flags = (unsigned char)(state >> 8 | (g->flags & WEFT_GRANULE_RACY));
}

static bool is_shared(uint16_t state)
{
	return (state >> 8 & WEFT_GRANULE_SHARED) == WEFT_GRANULE_SHARED;
}

/* How often hot.promotions grows on the way from one state to the other. */
static unsigned int promotions_between(uint16_t from, uint16_t to)
{
	return (is_shared(to) && !is_shared(from)) +
	       ((to & ~from) >> 8 & WEFT_GRANULE_TRIED ? 1u : 0u);
}

static uint16_t join(uint16_t a, uint16_t b)
{
	unsigned int flags = (a | b) >> 8;
	unsigned int x = a & 0xff, y = b & 0xff;
	unsigned int owner = x ? x : y;

	if (x && y && x != y) {
		owner = WEFT_OWNER_MANY;
		flags |= WEFT_GRANULE_MULTI;
	}
	return (uint16_t)(owner | flags << 8);
}

int weft_sharing_create(struct weft_sharing *sharing, struct weft_exec *x)
{
	const struct weft_region *region = weft_exec_region(x);
	void *map;
	int i;

	memset(sharing, 0, sizeof(*sharing));
	sharing->base_size = (region->hot.size / 8 + 1) *
			     sizeof(*sharing->base);
	map = mmap(NULL, sharing->base_size, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		return -ENOMEM;
	sharing->x = x;
	sharing->base = map;
	for (i = 0; i < WEFT_THREADS_MAX; i++)
		sharing->used[i] = region->arenas[i].next;
	current = sharing;
	weft_sharing_note(sharing);
	weft_sharing_adopt(sharing);
	return 0;
}

void weft_sharing_destroy(struct weft_sharing *sharing)
{
	if (sharing->base)
		munmap(sharing->base, sharing->base_size);
	if (current == sharing)
		current = NULL;
	memset(sharing, 0, sizeof(*sharing));
}

void weft_sharing_note(struct weft_sharing *sharing)
{
	const struct weft_region *region = weft_exec_region(sharing->x);
	int i, tasks = weft_exec_tasks(sharing->x);

	/* Only tasks that are there have memory of their own. */
	for (i = 0; i < tasks; i++)
		if (region->arenas[i].next > sharing->used[i])
			sharing->used[i] = region->arenas[i].next;
	if (tasks > sharing->tasks)
		sharing->tasks = tasks;
}

void weft_sharing_note_aside(void)
{
	if (current)
		weft_sharing_note(current);
}

typedef void each_fn(struct weft_sharing *sharing, size_t i, void *arg);

#define STRETCH 8u	/* granules looked at together */

/* Nothing is known of any of them, neither now nor in the base. */
static bool is_untouched(const struct weft_granule *g, const uint16_t *base)
{
	static const struct weft_granule known = {
		.owner = 0xff, .flags = 0xff,
	};
	uint64_t words[STRETCH], based[STRETCH * sizeof(*base) / 8], mask;
	unsigned int i;

	_Static_assert(sizeof(*g) == sizeof(mask), "a granule is a word");
	memcpy(&mask, &known, sizeof(mask));
	memcpy(words, g, sizeof(words));
	memcpy(based, base, sizeof(based));
	for (i = 1; i < STRETCH; i++)
		words[0] |= words[i];
	return !(words[0] & mask) && !(based[0] | based[1]);
}

/* Calls @fn for granules of a range that are not as the base has them. */
static void visit_range(struct weft_sharing *sharing, const char *begin,
			const char *end, each_fn *fn, void *arg)
{
	const struct weft_granule *granules = hot_of(sharing)->granules;
	uintptr_t base = hot_of(sharing)->base;
	size_t i = ((uintptr_t)begin - base) / 8;
	size_t last = ((uintptr_t)end - base + 7) / 8, stop;

	while (begin < end && i < last) {
		stop = last - i < STRETCH ? last : i + STRETCH;
		if (stop - i == STRETCH &&
		    is_untouched(&granules[i], &sharing->base[i]))
			i = stop;
		for (; i < stop; i++)
			if (state_of(&granules[i]) != sharing->base[i])
				fn(sharing, i, arg);
	}
}

/* In order of addresses, but for the image's data: it may lie anywhere. */
static void visit(struct weft_sharing *sharing, each_fn *fn, void *arg)
{
	const struct weft_region *region = weft_exec_region(sharing->x);
	int i;

	visit_range(sharing, region->data, region->data + region->data_size,
		    fn, arg);
	for (i = 0; i < sharing->tasks; i++)
		visit_range(sharing, region->arenas[i].begin,
			    sharing->used[i], fn, arg);
	for (i = 0; i < sharing->tasks; i++) {
		const char *stack = weft_region_stack(region, i);

		visit_range(sharing, stack, stack + WEFT_STACK_BYTES, fn, arg);
	}
}

static void adopt_one(struct weft_sharing *sharing, size_t i, void *arg)
{
	(void)arg;
	sharing->base[i] = state_of(&hot_of(sharing)->granules[i]);
}

void weft_sharing_adopt(struct weft_sharing *sharing)
{
	visit(sharing, adopt_one, NULL);
	sharing->promotions = hot_of(sharing)->promotions;
}

/* A list of granules on its way to a buffer. */
struct list {
	struct weft_buffer	bytes;
	size_t			n, last;
};

static void list_add(struct list *list, size_t i, uint16_t base,
		     uint16_t state)
{
	weft_buffer_put_signed(&list->bytes, (int64_t)(i - list->last));
	weft_buffer_put(&list->bytes, base);
	weft_buffer_put(&list->bytes, state);
	list->last = i;
	list->n++;
}

static void take_one(struct weft_sharing *sharing, size_t i, void *arg)
{
	struct weft_granule *g = &hot_of(sharing)->granules[i];

	list_add(arg, i, sharing->base[i], state_of(g));
	set_state(g, sharing->base[i]);
}

static void list_put(struct list *list, struct weft_buffer *to)
{
	weft_buffer_put(to, list->n);
	weft_buffer_put_bytes(to, list->bytes.data, list->bytes.n);
	weft_buffer_clear(&list->bytes);
}

void weft_sharing_take(struct weft_sharing *sharing, struct weft_buffer *to)
{
	struct list list = { 0 };

	visit(sharing, take_one, &list);
	hot_of(sharing)->promotions = sharing->promotions;
	list_put(&list, to);
}

bool weft_sharing_join(struct weft_sharing *sharing, struct weft_reader *from,
		       bool apply, bool *ret_hidden)
{
	struct weft_hot *hot = hot_of(sharing);
	size_t n = weft_reader_get_count(from, 3), i = 0;
	bool hidden = false;

	while (n--) {
		uint16_t base, state, joined;

		i += (size_t)weft_reader_get_signed(from);
		base = (uint16_t)weft_reader_get_most(from, UINT16_MAX);
		state = (uint16_t)weft_reader_get_most(from, UINT16_MAX);
		if (from->bad || i >= hot->size / 8)
			return false;
		joined = join(sharing->base[i], state);
		/* Who began with less notices late, or never. */
		if (is_shared(joined) && !is_shared(sharing->base[i]) &&
		    (!is_shared(state) || base != sharing->base[i]))
			hidden = true;
		if (!apply)
			continue;
		hot->promotions += promotions_between(sharing->base[i],
						      joined);
		sharing->base[i] = joined;
		set_state(&hot->granules[i], joined);
	}
	if (apply)
		sharing->promotions = hot->promotions;
	if (ret_hidden)
		*ret_hidden = hidden;
	return !from->bad;
}

static void save_one(struct weft_sharing *sharing, size_t i, void *arg)
{
	list_add(arg, i, 0, state_of(&hot_of(sharing)->granules[i]));
}

void weft_sharing_save(struct weft_sharing *sharing, struct weft_buffer *to)
{
	const struct weft_region *region = weft_exec_region(sharing->x);
	uint16_t *base = sharing->base;
	struct list list = { 0 };
	void *empty = mmap(NULL, sharing->base_size, PROT_READ,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int i;

	assert(empty != MAP_FAILED && "out of memory for a checkpoint");
	sharing->base = empty;
	visit(sharing, save_one, &list);
	sharing->base = base;
	munmap(empty, sharing->base_size);
	list_put(&list, to);
	for (i = 0; i < WEFT_THREADS_MAX; i++)
		weft_buffer_put(to, (size_t)(sharing->used[i] -
					     region->arenas[i].begin));
	weft_buffer_put(to, (uint64_t)sharing->tasks);
}

bool weft_sharing_load(struct weft_sharing *sharing, struct weft_reader *from)
{
	const struct weft_region *region = weft_exec_region(sharing->x);
	int i;

	if (!weft_sharing_join(sharing, from, true, NULL))
		return false;
	for (i = 0; i < WEFT_THREADS_MAX; i++) {
		const struct weft_arena *arena = &region->arenas[i];
		size_t used = (size_t)weft_reader_get_most(from,
				(size_t)(arena->end - arena->begin));

		if (arena->begin + used > sharing->used[i])
			sharing->used[i] = arena->begin + used;
	}
	i = (int)weft_reader_get_most(from, WEFT_THREADS_MAX);
	if (i > sharing->tasks)
		sharing->tasks = i;
	return !from->bad;
}
