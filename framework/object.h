/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Objects: the locks of an execution, and their classes.
 *
 * An object is found by its address and named by its offset in the watched
 * region, which does not depend on the interleaving. A class is what lockdep
 * calls a class: key plus subclass; it outlives executions.
 *
 *  I1  writer >= 0 implies readers == 0.
 *  I2  weft_objects_return() gives back exactly the state at the checkpoint.
 */
#ifndef WEFT_OBJECT_H
#define WEFT_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "port.h"
#include "region.h"

/**
 * struct weft_class - a lock class
 * @key, @subclass: identity; never printed, never compared but for equality
 * @name:     lockdep's name, with "/N" for subclass N
 * @kind:     enum weft_lock_kind
 */
struct weft_class {
	const void	*key;
	char		*name;
	unsigned char	subclass;
	unsigned char	kind;
};

/**
 * struct weft_object - the state of one lock
 * @addr:    identity within an execution
 * @class:   index in weft_objects.classes
 * @writer:  task that holds it exclusively; -1 none
 * @readers: number of shared holds, over all tasks
 * @queued:  tasks waiting to write, a bit each (fair kinds)
 * @wanted:  tasks that have published that they take it, a bit each; not logged, whoever
 *           goes back sets it anew (exec_publish.c)
 */
struct weft_object {
	const void	*addr;
	uint32_t	class;
	int16_t		writer;
	uint16_t	readers;
	uint32_t	queued;
	uint32_t	wanted;
	uint32_t	slot;
	uint32_t	epoch;		/* in which it was logged */
	uint8_t		kind;
};

/* What may change of a lock, before it changed. */
struct weft_object_undo {
	uint32_t	index;
	uint32_t	class;
	uint32_t	queued;
	int16_t		writer;
	uint16_t	readers;
	uint8_t		kind;
};

struct weft_objects {
	struct weft_region	*region;
	struct weft_object	*objects;
	uint32_t		n, max;
	uint32_t		*slots;		/* object index plus one; 0 free */
	uint32_t		slots_n;	/* power of two */
	struct weft_object_undo	*undo;		/* oldest first */
	size_t			undo_n, undo_max;
	uint32_t		epoch;
	uint32_t		marked_n;
	struct weft_class	*classes;
	uint32_t		classes_n, classes_max;
	uint32_t		*class_slots;	/* class plus one; 0 free */
	uint32_t		class_slots_n;	/* power of two */
};

int weft_objects_create(struct weft_objects *objects,
			struct weft_region *region);
void weft_objects_destroy(struct weft_objects *objects);

/**
 * weft_object_get() - the object a reference names, made on first use
 *
 * Marks it as changed, so that rollback restores it. The pointer is valid
 * until the next call.
 */
struct weft_object *weft_object_get(struct weft_objects *objects,
				    const struct weft_lock_ref *ref);

/* The same by its index plus one, which is not 0. */
struct weft_object *weft_object_at(struct weft_objects *objects,
				   uint32_t index);

/* weft_object_find() - NULL when no lock at @addr was used yet */
struct weft_object *weft_object_find(struct weft_objects *objects,
				     const void *addr);

/* Index of the lock at @addr plus one; 0 when none was used yet. It stays. */
uint32_t weft_object_index(const struct weft_objects *objects,
			   const void *addr);

/* weft_object_init() - forget the state and take class and kind from @ref */
struct weft_object *weft_object_init(struct weft_objects *objects,
				     const struct weft_lock_ref *ref);

/* weft_class_get() - index of the class of @ref, made on first use */
uint32_t weft_class_get(struct weft_objects *objects,
			const struct weft_lock_ref *ref);

/* Length of the name without "/N": the lock, not how it is taken. */
size_t weft_class_lock_n(const struct weft_class *class);

/* object.c: the numbers of epochs are used up; begins with 1 again */
void object__first_epoch(struct weft_objects *objects);

/* A state of the table; see weft_objects_checkpoint(). */
struct weft_objects_position {
	size_t		undo_n;
	uint32_t	n;
};

/**
 * weft_objects_checkpoint() - a place to return to, after weft_objects_mark()
 *
 * Checkpoints nest: going back to one ends all later ones.
 */
static inline struct weft_objects_position
weft_objects_checkpoint(struct weft_objects *objects)
{
	struct weft_objects_position position = {
		.undo_n = objects->undo_n, .n = objects->n,
	};

	if (!++objects->epoch)
		object__first_epoch(objects);
	return position;
}
void weft_objects_return(struct weft_objects *objects,
			 struct weft_objects_position position);

void weft_objects_mark(struct weft_objects *objects);
void weft_objects_rollback(struct weft_objects *objects);

/* Queued writers block later readers of these kinds. */
static inline bool weft_lock_is_fair(unsigned char kind)
{
	return kind == WEFT_LOCK_RWSEM || kind == WEFT_LOCK_RWLOCK;
}

static inline bool weft_object_is_fair(const struct weft_object *object)
{
	return weft_lock_is_fair(object->kind);
}

/* Could a task take it now? */
static inline bool weft_object_is_free(const struct weft_object *object,
				       enum weft_lock_mode mode)
{
	if (object->writer >= 0)
		return false;
	return mode == WEFT_SHARED ? !object->queued : !object->readers;
}

#endif
