// SPDX-License-Identifier: GPL-2.0-only
/*
 * Twins of the detector "refcount": counts that leave their range, and correct
 * ones that look alike. Documentation/core-api/refcount-vs-atomic.rst and
 * kref.rst; include/linux/refcount.h says what saturates.
 *
 * HERE marks the line that must be reported, THERE who counted before.
 */
#include <linux/kobject.h>
#include <linux/kref.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "litmus.h"

struct ref_object {
	struct kref	kref;
	int		alive;
};

static refcount_t ref_count = REFCOUNT_INIT(1);
static struct ref_object ref_object;
static struct ref_object *ref_found;
static DEFINE_SPINLOCK(ref_lock);

static void ref_release(struct kref *kref)
{
	WRITE_ONCE(container_of(kref, struct ref_object, kref)->alive, 0);
}

static long ref_setup(void)
{
	kref_init(&ref_object.kref);
	ref_object.alive = 1;
	ref_found = &ref_object;
	return 0;
}

/* Two tasks give back the one reference there is. */
static long ref_put(void)
{
	kref_put(&ref_object.kref, ref_release);	/* HERE ref_put_twice THERE ref_put_twice */
	return 0;
}
const struct litmus litmus_ref_put_twice = {
	.setup = ref_setup, .role = { ref_put, ref_put },
};

static long ref_overflow(void)
{
	refcount_set(&ref_count, REFCOUNT_MAX);
	refcount_inc(&ref_count);			/* HERE ref_overflow */
	return 0;
}
const struct litmus litmus_ref_overflow = { .role = { ref_overflow } };

static long ref_dec_to_zero(void)
{
	refcount_dec(&ref_count);			/* HERE ref_dec_to_zero */
	return 0;
}
const struct litmus litmus_ref_dec_to_zero = { .role = { ref_dec_to_zero } };

/* kobject_get() of what has been released. */
static void ref_kobject_release(struct kobject *kobject)
{
}

static const struct kobj_type ref_ktype = { .release = ref_kobject_release };

static long ref_kobject_dead(void)
{
	static struct kobject kobject;

	kobject_init(&kobject, (void *)&ref_ktype);
	kobject_put(&kobject);				/* THERE ref_kobject_dead */
	kobject_get(&kobject);				/* HERE ref_kobject_dead */
	return 0;
}
const struct litmus litmus_ref_kobject_dead = { .role = { ref_kobject_dead } };

/* Near misses: the last reference is taken by who may, and given back once. */
static long ref_lookup_ok(void)
{
	struct ref_object *o;

	spin_lock(&ref_lock);
	o = ref_found;
	if (o && !kref_get_unless_zero(&o->kref))
		o = NULL;
	spin_unlock(&ref_lock);
	if (!o)
		return SEEN(1);
	promise(READ_ONCE(o->alive), "a reference keeps the object");
	kref_put(&o->kref, ref_release);
	return SEEN(0);
}

static long ref_remove_ok(void)
{
	struct ref_object *o;

	spin_lock(&ref_lock);
	o = ref_found;
	ref_found = NULL;
	spin_unlock(&ref_lock);
	if (o)
		kref_put(&o->kref, ref_release);
	return 0;
}
const struct litmus litmus_ref_lookup_ok = {
	.setup = ref_setup, .role = { ref_lookup_ok, ref_remove_ok },
};

static long ref_dance_ok(void)
{
	refcount_inc(&ref_count);
	if (refcount_dec_and_lock(&ref_count, &ref_lock)) {
		promise(false, "the first reference is still there");
		spin_unlock(&ref_lock);
	}
	promise(!refcount_dec_not_one(&ref_count) || refcount_read(&ref_count),
		"refcount_dec_not_one() leaves one");
	return 0;
}
const struct litmus litmus_ref_dance_ok = { .role = { ref_dance_ok } };

static long ref_kobject_ok(void)
{
	struct kobject *kobject = kzalloc(sizeof(*kobject), GFP_KERNEL);

	if (!kobject)
		return -ENOMEM;
	kobject_init(kobject, (void *)&ref_ktype);
	promise(kobject_get_unless_zero(kobject), "a live kobject can be found");
	kobject_put(kobject);
	kobject_put(kobject);
	promise(!kobject_get_unless_zero(kobject), "a dead kobject cannot");
	kfree(kobject);
	return 0;
}
const struct litmus litmus_ref_kobject_ok = {
	.role = { ref_kobject_ok, ref_kobject_ok },
};
