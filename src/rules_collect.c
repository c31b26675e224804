// SPDX-License-Identifier: GPL-2.0-only
/* Accesses of one campaign and the locks held at each; contract in rules.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rules.h"

/* Which lock of a class goes with an object (I2). */
struct binding {
	uint64_t	key;		/* member and class */
	uintptr_t	object, lock;
	bool		broken;
};

struct rules_collection {
	struct weft_exec	*x;
	const char		*data;
	struct seen		*seen;
	size_t			n, max;
	uint32_t		*index;		/* of @seen, plus one */
	size_t			index_n;
	struct binding		*bindings;
	size_t			bindings_n, bindings_max;	/* open addressing */
};

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
	return hash ^ hash >> 29;
}

/* Of the member: where the object was made, and the offset in it. */
static uint64_t member_key(const struct seen *seen)
{
	uint64_t hash = mix(seen->object_size, seen->offset);
	size_t i;

	for (i = 0; i < WEFT_SITE_MAX && seen->site[i]; i++)
		hash = mix(hash, seen->site[i]);
	return hash;
}

static uint64_t hash_of(const struct seen *seen)
{
	uint64_t hash = mix(seen->key, seen->pc);
	unsigned int i;

	hash = mix(hash, seen->size << 2 | seen->write << 1 | seen->marked);
	for (i = 0; i < seen->locks_n; i++)
		hash = mix(hash, (uint64_t)seen->locks[i].class << 2 |
			   seen->locks[i].shared << 1 | seen->locks[i].own);
	return hash;
}

static bool same_locks(const struct seen *a, const struct seen *b)
{
	unsigned int i;

	for (i = 0; i < a->locks_n && i < b->locks_n; i++)
		if (a->locks[i].class != b->locks[i].class ||
		    a->locks[i].shared != b->locks[i].shared ||
		    a->locks[i].own != b->locks[i].own)
			return false;
	return a->locks_n == b->locks_n;
}

static bool same(const struct seen *a, const struct seen *b)
{
	return a->pc == b->pc && a->offset == b->offset &&
	       a->size == b->size && a->object_size == b->object_size &&
	       a->write == b->write && a->marked == b->marked &&
	       !memcmp(a->site, b->site, sizeof(a->site)) && same_locks(a, b);
}

static void *grow(void *at, size_t n, size_t *max, size_t size)
{
	if (n < *max)
		return at;
	*max = *max ? 2 * *max : 1024;
	at = realloc(at, *max * size);
	assert(at && "out of memory for locking rules");
	return at;
}

static void rebuild_index(struct rules_collection *c)
{
	size_t i, at;

	free(c->index);
	c->index_n = 4 * c->max;
	c->index = calloc(c->index_n, sizeof(*c->index));
	assert(c->index && "out of memory for locking rules");
	for (i = 0; i < c->n; i++) {
		at = hash_of(&c->seen[i]) % c->index_n;
		while (c->index[at])
			at = (at + 1) % c->index_n;
		c->index[at] = (uint32_t)i + 1;
	}
}

static void add(struct rules_collection *c, const struct seen *seen)
{
	size_t at;

	if (c->n == c->max) {
		c->seen = grow(c->seen, c->n, &c->max, sizeof(*c->seen));
		rebuild_index(c);
	}
	at = hash_of(seen) % c->index_n;
	for (; c->index[at]; at = (at + 1) % c->index_n)
		if (same(&c->seen[c->index[at] - 1], seen)) {
			c->seen[c->index[at] - 1].count++;
			return;
		}
	c->seen[c->n] = *seen;
	c->seen[c->n].count = 1;
	if (weft_schedule_copy(&c->seen[c->n].schedule,
			       weft_exec_schedule_now(c->x)))
		assert(!"out of memory for locking rules");
	c->index[at] = (uint32_t)++c->n;
}

static void rehash_bindings(struct rules_collection *c)
{
	struct binding *old = c->bindings;
	size_t i, at, n = c->bindings_max;

	c->bindings_max = n ? 2 * n : 4096;
	c->bindings = calloc(c->bindings_max, sizeof(*c->bindings));
	assert(c->bindings && "out of memory for locking rules");
	for (i = 0; i < n; i++) {
		if (!old[i].key)
			continue;
		at = old[i].key % c->bindings_max;
		while (c->bindings[at].key)
			at = (at + 1) % c->bindings_max;
		c->bindings[at] = old[i];
	}
	free(old);
}

static struct binding *binding_of(const struct rules_collection *c,
				  uint64_t key)
{
	size_t at = key % c->bindings_max;

	while (c->bindings[at].key && c->bindings[at].key != key)
		at = (at + 1) % c->bindings_max;
	return &c->bindings[at];
}

static uint64_t binding_key(const struct seen *seen, uint32_t class)
{
	return mix(seen->key, class + 1) | 1;
}

/* The same object with another lock of the class: it protects nothing (I2). */
static void bind(struct rules_collection *c, const struct seen *seen,
		 const struct weft_usage *usage)
{
	unsigned int i;

	for (i = 0; i < usage->locks_n; i++) {
		const struct weft_usage_lock *lock = &usage->locks[i];
		struct binding *binding;

		if (lock->own)
			continue;
		if (4 * (c->bindings_n + 1) > 3 * c->bindings_max)
			rehash_bindings(c);
		binding = binding_of(c, binding_key(seen, lock->class));
		if (!binding->key)
			c->bindings_n++;
		else if (binding->object == usage->addr &&
			 binding->lock != lock->addr)
			binding->broken = true;
		binding->key = binding_key(seen, lock->class);
		binding->object = usage->addr;
		binding->lock = lock->addr;
	}
}

static void take(void *arg, const struct weft_usage *usage)
{
	struct rules_collection *c = arg;
	struct seen seen = {
		.pc = usage->pc, .size = usage->size, .write = usage->write,
		.marked = usage->marked, .locks_n = usage->locks_n,
	};
	unsigned int i;

	if (usage->record) {
		memcpy(seen.site, usage->record->site, sizeof(seen.site));
		seen.object_size = usage->record->size;
		seen.offset = usage->offset;
	} else {
		seen.offset = usage->addr - (uintptr_t)c->data;
	}
	for (i = 0; i < usage->locks_n; i++) {
		seen.locks[i].class = usage->locks[i].class;
		seen.locks[i].shared = usage->locks[i].shared;
		seen.locks[i].own = usage->locks[i].own;
	}
	seen.key = member_key(&seen);
	bind(c, &seen, usage);
	add(c, &seen);
}

struct rules_collection *rules_collect_begin(struct campaign *c)
{
	struct rules_collection *collection = calloc(1, sizeof(*collection));

	assert(collection && "out of memory for locking rules");
	collection->x = c->x;
	collection->data = c->has_kernel ? c->kernel.data : NULL;
	rehash_bindings(collection);
	weft_exec_watch_usage(c->x, take, collection);
	return collection;
}

const struct seen *rules_collected(const struct rules_collection *collection,
				   size_t *ret_n)
{
	*ret_n = collection->n;
	return collection->seen;
}

bool rules_is_bound(const struct rules_collection *collection,
		    const struct seen *seen, const struct seen_lock *lock)
{
	return lock->own ||
	       !binding_of(collection, binding_key(seen, lock->class))->broken;
}

void rules_collect_end(struct campaign *c, struct rules_collection *collection)
{
	size_t i;

	weft_exec_watch_usage(c->x, NULL, NULL);
	for (i = 0; i < collection->n; i++)
		weft_schedule_clear(&collection->seen[i].schedule);
	free(collection->seen);
	free(collection->index);
	free(collection->bindings);
	free(collection);
}
