/* SPDX-License-Identifier: GPL-2.0-only */
/* Locks of an execution and their classes; contract in object.h. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"

int weft_objects_create(struct weft_objects *objects,
			struct weft_region *region)
{
	memset(objects, 0, sizeof(*objects));
	objects->region = region;
	objects->slots_n = 1024;
	objects->slots = calloc(objects->slots_n, sizeof(*objects->slots));
	objects->class_slots_n = 256;
	objects->class_slots = calloc(objects->class_slots_n,
				      sizeof(*objects->class_slots));
	return objects->slots && objects->class_slots ? 0 : -ENOMEM;
}

void weft_objects_destroy(struct weft_objects *objects)
{
	uint32_t i;

	for (i = 0; i < objects->classes_n; i++)
		free(objects->classes[i].name);
	free(objects->classes);
	free(objects->objects);
	free(objects->undo);
	free(objects->slots);
	free(objects->class_slots);
	memset(objects, 0, sizeof(*objects));
}

static uint32_t hash_slot(const struct weft_objects *objects, const void *addr)
{
	uint64_t key = (uintptr_t)addr >> 2;

	return (uint32_t)((key * 0x9e3779b97f4a7c15ull) >> 32) &
	       (objects->slots_n - 1);
}

static uint32_t find_slot(const struct weft_objects *objects, const void *addr)
{
	uint32_t slot = hash_slot(objects, addr);

	while (objects->slots[slot] &&
	       objects->objects[objects->slots[slot] - 1].addr != addr)
		slot = (slot + 1) & (objects->slots_n - 1);
	return slot;
}

static void rehash(struct weft_objects *objects)
{
	uint32_t i;

	objects->slots_n *= 2;
	free(objects->slots);
	objects->slots = calloc(objects->slots_n, sizeof(*objects->slots));
	assert(objects->slots && "out of memory for the object table");
	for (i = 0; i < objects->n; i++) {
		uint32_t slot = find_slot(objects, objects->objects[i].addr);

		objects->slots[slot] = i + 1;
		objects->objects[i].slot = slot;
	}
}

static void grow(struct weft_objects *objects)
{
	uint32_t max = objects->max ? 2 * objects->max : 256;

	objects->objects = realloc(objects->objects,
				   max * sizeof(*objects->objects));
	assert(objects->objects && "out of memory for the object table");
	objects->max = max;
}

static struct weft_object *make(struct weft_objects *objects,
				const struct weft_lock_ref *ref)
{
	struct weft_object *object;

	if (objects->n == objects->max)
		grow(objects);
	if (2 * (objects->n + 1) > objects->slots_n)
		rehash(objects);
	object = &objects->objects[objects->n];
	memset(object, 0, sizeof(*object));
	object->addr = ref->addr;
	object->class = weft_class_get(objects, ref);
	object->kind = ref->kind;
	object->writer = -1;
	object->epoch = objects->epoch;	/* new: dropped, not restored */
	object->slot = find_slot(objects, ref->addr);
	objects->slots[object->slot] = ++objects->n;
	return object;
}

uint32_t weft_object_index(const struct weft_objects *objects,
			   const void *addr)
{
	return objects->slots[find_slot(objects, addr)];
}

struct weft_object *weft_object_find(struct weft_objects *objects,
				     const void *addr)
{
	uint32_t index = weft_object_index(objects, addr);

	return index ? &objects->objects[index - 1] : NULL;
}

static void __attribute__((noinline)) grow_log(struct weft_objects *objects)
{
	objects->undo_max = objects->undo_max ? 2 * objects->undo_max : 256;
	objects->undo = realloc(objects->undo, objects->undo_max *
				sizeof(*objects->undo));
	assert(objects->undo && "out of memory for the object log");
}

static void log_object(struct weft_objects *objects,
		       struct weft_object *object)
{
	struct weft_object_undo *undo;

	object->epoch = objects->epoch;
	if (objects->undo_n == objects->undo_max)
		grow_log(objects);
	undo = &objects->undo[objects->undo_n++];
	undo->index = (uint32_t)(object - objects->objects);
	undo->class = object->class;
	undo->queued = object->queued;
	undo->writer = object->writer;
	undo->readers = object->readers;
	undo->kind = object->kind;
}

struct weft_object *weft_object_at(struct weft_objects *objects,
				   uint32_t index)
{
	struct weft_object *object = &objects->objects[index - 1];

	if (object->epoch != objects->epoch)
		log_object(objects, object);
	return object;
}

struct weft_object *weft_object_get(struct weft_objects *objects,
				    const struct weft_lock_ref *ref)
{
	uint32_t index = weft_object_index(objects, ref->addr);

	return index ? weft_object_at(objects, index) : make(objects, ref);
}

struct weft_object *weft_object_init(struct weft_objects *objects,
				     const struct weft_lock_ref *ref)
{
	struct weft_object *object = weft_object_get(objects, ref);

	object->class = weft_class_get(objects, ref);
	object->kind = ref->kind;
	object->writer = -1;
	object->readers = 0;
	object->queued = 0;
	return object;
}

static uint32_t class_slot(const struct weft_objects *objects, const void *key,
			   unsigned char subclass)
{
	uint64_t hash = ((uintptr_t)key + subclass) * 0x9e3779b97f4a7c15ull;
	uint32_t slot = (uint32_t)(hash >> 32) & (objects->class_slots_n - 1);
	const struct weft_class *class;

	for (; objects->class_slots[slot];
	     slot = (slot + 1) & (objects->class_slots_n - 1)) {
		class = &objects->classes[objects->class_slots[slot] - 1];
		if (class->key == key && class->subclass == subclass)
			break;
	}
	return slot;
}

static void grow_classes(struct weft_objects *objects)
{
	uint32_t max = objects->classes_max ? 2 * objects->classes_max : 64;
	uint32_t i;

	objects->classes = realloc(objects->classes,
				   max * sizeof(*objects->classes));
	if (4 * max > objects->class_slots_n) {
		objects->class_slots_n = 4 * max;
		free(objects->class_slots);
		objects->class_slots = calloc(objects->class_slots_n,
					      sizeof(*objects->class_slots));
	}
	assert(objects->classes && objects->class_slots &&
	       "out of memory for lock classes");
	objects->classes_max = max;
	memset(objects->class_slots, 0,
	       objects->class_slots_n * sizeof(*objects->class_slots));
	for (i = 0; i < objects->classes_n; i++)
		objects->class_slots[class_slot(objects, objects->classes[i].key,
				objects->classes[i].subclass)] = i + 1;
}

uint32_t weft_class_get(struct weft_objects *objects,
			const struct weft_lock_ref *ref)
{
	const void *key = ref->key ? ref->key : ref->addr;
	uint32_t slot = class_slot(objects, key, ref->subclass);
	struct weft_class *class;
	char name[256];

	if (objects->class_slots[slot])
		return objects->class_slots[slot] - 1;
	if (objects->classes_n == objects->classes_max) {
		grow_classes(objects);
		slot = class_slot(objects, key, ref->subclass);
	}
	snprintf(name, sizeof(name), ref->subclass ? "%s/%u" : "%s",
		 ref->name ? ref->name : "(unnamed lock)", ref->subclass);
	class = &objects->classes[objects->classes_n];
	class->key = key;
	class->subclass = ref->subclass;
	class->kind = ref->kind;
	class->name = strdup(name);
	assert(class->name && "out of memory for lock classes");
	objects->class_slots[slot] = ++objects->classes_n;
	return objects->classes_n - 1;
}

size_t weft_class_lock_n(const struct weft_class *class)
{
	char suffix[8];
	size_t n = strlen(class->name);

	if (!class->subclass)
		return n;
	return n - (size_t)snprintf(suffix, sizeof(suffix), "/%u",
				    class->subclass);
}

void object__first_epoch(struct weft_objects *objects)
{
	uint32_t i;

	for (i = 0; i < objects->n; i++)
		objects->objects[i].epoch = 0;
	objects->epoch = 1;
}

void weft_objects_mark(struct weft_objects *objects)
{
	objects->undo_n = 0;
	weft_objects_checkpoint(objects);
	objects->marked_n = objects->n;
}

void weft_objects_return(struct weft_objects *objects,
			 struct weft_objects_position position)
{
	while (objects->undo_n > position.undo_n) {
		const struct weft_object_undo *undo =
			&objects->undo[--objects->undo_n];
		struct weft_object *object = &objects->objects[undo->index];

		object->class = undo->class;
		object->queued = undo->queued;
		object->writer = undo->writer;
		object->readers = undo->readers;
		object->kind = undo->kind;
	}
	/* Newest first: with linear probing that leaves every chain whole. */
	while (objects->n > position.n)
		objects->slots[objects->objects[--objects->n].slot] = 0;
	weft_objects_checkpoint(objects);
}

void weft_objects_rollback(struct weft_objects *objects)
{
	struct weft_objects_position mark = { .n = objects->marked_n };

	weft_objects_return(objects, mark);
}
