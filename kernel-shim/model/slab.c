// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel memory: kmalloc and slab caches.
 *
 *  I1  Every allocation comes from weft_host->alloc() with its exact size, so
 *      that its end is known, and no address is used twice in an execution.
 *  I2  Every allocation goes through weft_alloc(), the one place where it may
 *      sleep or fail.
 *  I3  Memory is filled with the kernel's poison values before it is given out
 *      without __GFP_ZERO and after it was freed, up to WEFT_POISON_MAX bytes.
 *
 * Not handled: sizes are not rounded up to a bucket (a write into the rounding
 * is reported where the kernel would let it pass); kfree() of vmalloc() memory
 * and the reverse are not told apart; SLAB_TYPESAFE_BY_RCU memory may be accessed
 * after kmem_cache_free() for ever, not for a grace period.
 */
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/poison.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/version.h>
#include <asm/weft_keep.h>
#include "memory.h"
#include "tasks.h"

#define SINCE_6_10	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0))
#define SINCE_6_12	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0))

/* mm/slab.h is private to mm/; nobody else looks inside. */
struct kmem_cache {
	const char	*name;
	unsigned int	size;
	unsigned int	align;
	slab_flags_t	flags;
	void		(*ctor)(void *object);
	long		live;
	struct kmem_cache *next;
};

static struct kmem_cache *caches;	/* all that there are */

/* Only their addresses are passed around; the model goes by the size. */
#if SINCE_6_10
kmem_buckets kmalloc_caches[NR_KMALLOC_TYPES];
#else
struct kmem_cache *kmalloc_caches[NR_KMALLOC_TYPES][KMALLOC_SHIFT_HIGH + 1];
#endif

/**
 * weft_alloc() - every allocation of the image
 * @size: bytes, not 0
 * @align: power of two
 * @gfp: decides whether it may sleep, is zeroed, may fail
 * @what: text for fault injection
 *
 * Returns: the memory, or NULL.
 */
void *weft_alloc(size_t size, size_t align, gfp_t gfp, const char *what)
{
	void *object;

	if (gfpflags_allow_blocking(gfp))
		weft_check_sleep(what, NULL);
	if (!(gfp & __GFP_NOFAIL) && weft_fault(WEFT_FAULT_ALLOC, what, size))
		return NULL;
	object = weft_host->alloc(size, align, what);
	if (object && !(gfp & __GFP_ZERO) && size <= WEFT_POISON_MAX)
		weft_fill(object, POISON_INUSE, size);
	return object;
}

/* @readable: it may be accessed until the end of the execution */
static void end_life(const void *ptr, bool readable)
{
	unsigned long size = weft_host->alloc_size(ptr);
	struct weft_held held = weft_held_within(ptr, size);

	/* Whoever used it might have been later: that order is tried too. */
	weft_host->plain(ptr, size, 1, _RET_IP_);
	if (size && size <= WEFT_POISON_MAX && !readable)
		weft_fill((void *)ptr, POISON_FREE, size);
	weft_host->free(ptr, readable);
	/* Now that the free is known: what it races with is tried, too. */
	if (unlikely(held.name))
		weft_report_held_freed(&held);
}

/**
 * weft_free() - ends every allocation of the image
 * @ptr: start of a live allocation; anything else becomes a finding
 */
void weft_free(const void *ptr)
{
	end_life(ptr, false);
}

/**
 * weft_alloc_sized() - kmalloc(): weft_alloc() with the alignment it promises
 * @size: bytes; 0 and too many are treated as kmalloc() does
 * @gfp: as weft_alloc()
 * @what: as weft_alloc()
 */
void *weft_alloc_sized(size_t size, gfp_t gfp, const char *what)
{
	size_t align = 16;

	if (!size)
		return ZERO_SIZE_PTR;
	if (size > KMALLOC_MAX_SIZE)
		return NULL;
	/* kmalloc() promises that powers of two are aligned to their size. */
	if (is_power_of_2(size))
		align = clamp_t(size_t, size, 16, PAGE_SIZE);
	return weft_alloc(size, align, gfp, what);
}

#if SINCE_6_10
/* MODEL of mm/slub.c. Keeps: size, alignment, gfp. Drops: buckets, nodes. */
void *__kmalloc_noprof(size_t size, gfp_t flags)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

/* MODEL of mm/slub.c. Keeps: as __kmalloc_noprof(). Drops: likewise. */
void *__kmalloc_node_noprof(DECL_BUCKET_PARAMS(size, b), gfp_t flags, int node)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

#if SINCE_6_12 || LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
/* MODEL of mm/slub.c. Keeps: as __kmalloc_noprof(). Drops: likewise. */
void *__kmalloc_cache_noprof(struct kmem_cache *s, gfp_t flags, size_t size)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

/* MODEL of mm/slub.c. Keeps: as __kmalloc_noprof(). Drops: likewise. */
void *__kmalloc_cache_node_noprof(struct kmem_cache *s, gfp_t flags, int node,
				  size_t size)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

/* MODEL of mm/slub.c. Keeps: as __kmalloc_noprof(). Drops: likewise. */
void *__kmalloc_large_noprof(size_t size, gfp_t flags)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

/* MODEL of mm/slub.c. Keeps: as __kmalloc_noprof(). Drops: likewise. */
void *__kmalloc_large_node_noprof(size_t size, gfp_t flags, int node)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

/* MODEL of mm/slub.c. Keeps: as __kmalloc_noprof(). Drops: likewise. */
void *__kmalloc_node_track_caller_noprof(DECL_BUCKET_PARAMS(size, b),
					 gfp_t flags, int node,
					 unsigned long caller)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

/* MODEL of mm/util.c. Keeps: as __kmalloc_noprof(). Drops: likewise. */
void *__kvmalloc_node_noprof(DECL_BUCKET_PARAMS(size, b), gfp_t flags, int node)
{
	return weft_alloc_sized(size, flags, "kvmalloc");
}
#endif
#else
/* MODEL of mm/slab_common.c. Keeps: size, alignment, gfp. Drops: buckets, nodes. */
void *__kmalloc(size_t size, gfp_t flags)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

/* MODEL of mm/slab_common.c. Keeps: as __kmalloc(). Drops: likewise. */
void *__kmalloc_node(size_t size, gfp_t flags, int node)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

/* MODEL of mm/slab_common.c. Keeps: as __kmalloc(). Drops: likewise. */
void *__kmalloc_node_track_caller(size_t size, gfp_t flags, int node,
				  unsigned long caller)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

/* MODEL of mm/slab_common.c. Keeps: as __kmalloc(). Drops: likewise. */
void *kmalloc_trace(struct kmem_cache *s, gfp_t flags, size_t size)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

/* MODEL of mm/slab_common.c. Keeps: as __kmalloc(). Drops: likewise. */
void *kmalloc_node_trace(struct kmem_cache *s, gfp_t flags, int node,
			 size_t size)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

/* MODEL of mm/slab_common.c. Keeps: as __kmalloc(). Drops: likewise. */
void *kmalloc_large(size_t size, gfp_t flags)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

/* MODEL of mm/slab_common.c. Keeps: as __kmalloc(). Drops: likewise. */
void *kmalloc_large_node(size_t size, gfp_t flags, int node)
{
	return weft_alloc_sized(size, flags, "kmalloc");
}

/* MODEL of mm/util.c. Keeps: as __kmalloc(). Drops: likewise. */
void *kvmalloc_node(size_t size, gfp_t flags, int node)
{
	return weft_alloc_sized(size, flags, "kvmalloc");
}
#endif

/* MODEL of mm/slub.c. Keeps: end of life, poison. Drops: who may free what. */
void kfree(const void *objp)
{
	if (!ZERO_OR_NULL_PTR(objp))
		weft_free(objp);
}

/* MODEL of mm/slab_common.c. Keeps: as kfree(). Drops: nothing more. */
void kfree_sensitive(const void *objp)
{
	kfree(objp);
}

/* MODEL of mm/util.c. Keeps: as kfree(). Drops: .rodata strings are never shared. */
void kfree_const(const void *x)
{
	kfree(x);
}

/* MODEL of mm/util.c. Keeps: as kfree(). Drops: vmalloc is no different. */
void kvfree(const void *addr)
{
	kfree(addr);
}

/* MODEL of mm/util.c. Keeps: as kfree(). Drops: vmalloc is no different. */
void kvfree_sensitive(const void *addr, size_t len)
{
	kfree(addr);
}

/* MODEL of mm/slub.c. Keeps: size of a live object. Drops: rounding. */
size_t __ksize(const void *objp)
{
	return ZERO_OR_NULL_PTR(objp) ? 0 : weft_host->alloc_size(objp);
}

/* MODEL of mm/slab_common.c. Keeps: as __ksize(). Drops: likewise. */
size_t ksize(const void *objp)
{
	return __ksize(objp);
}

/* MODEL of mm/slab_common.c. Keeps: promise that the size is usable. Drops: rounding. */
size_t kmalloc_size_roundup(size_t size)
{
	return size;
}

static void *reweft_alloc_sized(const void *old, size_t size, gfp_t gfp,
			   const char *what)
{
	size_t keep;
	void *new;

	if (!size) {
		kfree(old);
		return ZERO_SIZE_PTR;
	}
	keep = min(__ksize(old), size);
	/* The kernel grows an object in place only inside its bucket. */
	if (keep == size)
		return (void *)old;
	new = weft_alloc_sized(size, gfp, what);
	if (!new)
		return NULL;
	memcpy(new, old, keep);
	kfree(old);
	return new;
}

#if SINCE_6_10
/* MODEL of mm/slab_common.c. Keeps: content, in place if not larger. Drops: buckets. */
void *krealloc_noprof(const void *objp, size_t new_size, gfp_t flags)
{
	return reweft_alloc_sized(objp, new_size, flags, "krealloc");
}

/* MODEL of mm/util.c. Keeps: as krealloc_noprof(). Drops: likewise. */
#if SINCE_6_12
void *kvrealloc_noprof(const void *p, size_t size, gfp_t flags)
{
	return reweft_alloc_sized(p, size, flags, "kvrealloc");
}
#endif
#else
/* MODEL of mm/slab_common.c. Keeps: content, in place if not larger. Drops: buckets. */
void *krealloc(const void *objp, size_t new_size, gfp_t flags)
{
	return reweft_alloc_sized(objp, new_size, flags, "krealloc");
}

/* MODEL of mm/util.c. Keeps: content, in place if not larger. Drops: nothing. */
void *kvrealloc(const void *p, size_t oldsize, size_t newsize, gfp_t flags)
{
	void *new;

	if (oldsize >= newsize)
		return (void *)p;
	new = weft_alloc_sized(newsize, flags, "kvrealloc");
	if (!new)
		return NULL;
	memcpy(new, p, oldsize);
	kvfree(p);
	return new;
}
#endif

/*
 * Caches
 */
WEFT_QUIET static void cache_link(struct kmem_cache *s)
{
	weft_set(s->next, caches);
	weft_set(caches, s);
}

WEFT_QUIET static void cache_unlink(struct kmem_cache *s)
{
	struct kmem_cache **at = &caches;

	while (*at != s)
		at = &(*at)->next;
	weft_set(*at, s->next);
}

/* An allocation of a cache is told under its name, by address. */
WEFT_QUIET static struct kmem_cache *cache_named(const char *name)
{
	struct kmem_cache *s = caches;

	while (s && s->name != name)
		s = s->next;
	return s;
}

static struct kmem_cache *cache_create(const char *name, unsigned int size,
				       unsigned int align, slab_flags_t flags,
				       void (*ctor)(void *))
{
	struct kmem_cache *s;

	s = weft_alloc(sizeof(*s), 16, GFP_KERNEL | __GFP_ZERO,
		       "kmem_cache_create");
	if (!s)
		return NULL;
	s->name = name;
	s->size = size;
	s->align = max_t(unsigned int, align, 16);
	if (flags & SLAB_HWCACHE_ALIGN)
		s->align = max_t(unsigned int, s->align, L1_CACHE_BYTES);
	s->flags = flags;
	s->ctor = ctor;
	cache_link(s);
	return s;
}

#if SINCE_6_12
/* MODEL of mm/slab_common.c. Keeps: size, alignment, constructor. Drops: merging. */
struct kmem_cache *__kmem_cache_create_args(const char *name,
					    unsigned int object_size,
					    struct kmem_cache_args *args,
					    slab_flags_t flags)
{
	return cache_create(name, object_size, args->align, flags, args->ctor);
}
#else
/* MODEL of mm/slab_common.c. Keeps: size, alignment, constructor. Drops: merging. */
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size,
				     unsigned int align, slab_flags_t flags,
				     void (*ctor)(void *))
{
	return cache_create(name, size, align, flags, ctor);
}

/* MODEL of mm/slab_common.c. Keeps: as kmem_cache_create(). Drops: copy regions. */
struct kmem_cache *kmem_cache_create_usercopy(const char *name,
					      unsigned int size,
					      unsigned int align,
					      slab_flags_t flags,
					      unsigned int useroffset,
					      unsigned int usersize,
					      void (*ctor)(void *))
{
	return cache_create(name, size, align, flags, ctor);
}
#endif

/* MODEL of mm/slab_common.c. Keeps: the check for live objects. Drops: nothing. */
void kmem_cache_destroy(struct kmem_cache *s)
{
	if (!s)
		return;
	WARN(s->live, "kmem_cache_destroy: %s still has objects", s->name);
	cache_unlink(s);
	weft_free(s);
}

/* MODEL of mm/slub.c. Keeps: nothing is kept back, so nothing shrinks. Drops: nothing. */
int kmem_cache_shrink(struct kmem_cache *s)
{
	return 0;
}

/* MODEL of mm/slab_common.c. Keeps: object size. Drops: nothing. */
unsigned int kmem_cache_size(struct kmem_cache *s)
{
	return s->size;
}

/* MODEL of mm/slab_common.c. Keeps: the truth, there is no earlier time. Drops: nothing. */
bool slab_is_available(void)
{
	return true;
}

static void *cache_alloc(struct kmem_cache *s, gfp_t gfp)
{
	void *object = weft_alloc(s->size, s->align, gfp, s->name);

	if (!object)
		return NULL;
	if (s->ctor)
		s->ctor(object);
	weft_quiet_add(&s->live, 1);
	return object;
}

#if SINCE_6_10
/* MODEL of mm/slub.c. Keeps: constructor, gfp. Drops: reuse of objects. */
void *kmem_cache_alloc_noprof(struct kmem_cache *cachep, gfp_t flags)
{
	return cache_alloc(cachep, flags);
}

/* MODEL of mm/slub.c. Keeps: as kmem_cache_alloc_noprof(). Drops: lru. */
void *kmem_cache_alloc_lru_noprof(struct kmem_cache *s, struct list_lru *lru,
				  gfp_t gfpflags)
{
	return cache_alloc(s, gfpflags);
}

/* MODEL of mm/slub.c. Keeps: as kmem_cache_alloc_noprof(). Drops: nodes. */
void *kmem_cache_alloc_node_noprof(struct kmem_cache *s, gfp_t flags, int node)
{
	return cache_alloc(s, flags);
}
#else
/* MODEL of mm/slub.c. Keeps: constructor, gfp. Drops: reuse of objects. */
void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)
{
	return cache_alloc(s, flags);
}

/* MODEL of mm/slub.c. Keeps: as kmem_cache_alloc(). Drops: lru. */
void *kmem_cache_alloc_lru(struct kmem_cache *s, struct list_lru *lru,
			   gfp_t gfpflags)
{
	return cache_alloc(s, gfpflags);
}

/* MODEL of mm/slub.c. Keeps: as kmem_cache_alloc(). Drops: nodes. */
void *kmem_cache_alloc_node(struct kmem_cache *s, gfp_t flags, int node)
{
	return cache_alloc(s, flags);
}
#endif

/*
 * MODEL of mm/slub.c. Keeps: the check, and that an object goes back to its own cache.
 * Drops: telling caches apart that were given one and the same string as their name.
 */
static struct kmem_cache *cache_from_obj(struct kmem_cache *s, const void *objp)
{
	const char *name = weft_host->alloc_what(objp);

	/* What is not live end_life() tells of. */
	if (!name || name == s->name)
		return s;
	WARN(1, "cache_from_obj: Wrong slab cache. %s but object is from %s",
	     s->name, name);
	return cache_named(name);
}

/* MODEL of mm/slub.c. Keeps: cache, end of life, poison. Drops: delay of typesafe caches. */
void kmem_cache_free(struct kmem_cache *s, void *objp)
{
	struct kmem_cache *own;

	if (!objp)
		return;
	own = cache_from_obj(s, objp);
	if (own)
		weft_quiet_add(&own->live, -1);
	end_life(objp, own && own->flags & SLAB_TYPESAFE_BY_RCU);
}

/* MODEL of mm/slub.c. Keeps: as kmem_cache_free(). Drops: nothing more. */
void kmem_cache_free_bulk(struct kmem_cache *s, size_t size, void **p)
{
	while (size--) {
		if (s)
			kmem_cache_free(s, p[size]);
		else
			kfree(p[size]);
	}
}

void weft_keep(const void *ptr)
{
	weft_host->keep(ptr);
}

/*
 * MODEL of mm/page_alloc.c. Keeps: nothing. Drops: the fs_reclaim lockdep map:
 * there is no reclaim, so an allocation never waits for a lock another task holds.
 */
void fs_reclaim_acquire(gfp_t gfp_mask)
{
}

/* MODEL of mm/page_alloc.c. Keeps: nothing. Drops: see fs_reclaim_acquire(). */
void fs_reclaim_release(gfp_t gfp_mask)
{
}
