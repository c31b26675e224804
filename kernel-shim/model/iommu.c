// SPDX-License-Identifier: GPL-2.0-only
/*
 * IOMMU groups of a machine that has no IOMMU.
 *
 * Groups are real objects (kobject, sysfs files and links, mutex, members),
 * because vfio's lifetimes and lock order depend on them. Domains do not exist:
 * what the kernel answers when no IOMMU driver is bound is what is answered here,
 * and that is all that emulated (mediated) devices need. Whatever only a domain
 * could be used for is left to a loud stub.
 * Group ids are the lowest free ones, from 0, as the real allocator gives them.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/init.h>
#include <linux/iommu.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/version.h>
#include "model.h"

/*
 * @mutex protects @members, @owner_cnt and @owner. References are those of
 * @devices_kobj, which itself holds one on @kobj, as in the kernel.
 */
struct iommu_group {
	struct kobject kobj;
	struct kobject *devices_kobj;
	struct list_head members;
	struct mutex mutex;
	void *iommu_data;
	void (*iommu_data_release)(void *iommu_data);
	char *name;
	int id;
	unsigned int owner_cnt;
	void *owner;
};

struct group_member {
	struct list_head list;
	struct device *dev;
	char *name;
};

static struct kset *group_kset;
static DEFINE_IDA(group_ida);

static ssize_t group_name_show(struct kobject *kobj, struct kobj_attribute *attr,
			       char *buf)
{
	struct iommu_group *group = container_of(kobj, struct iommu_group, kobj);

	return sysfs_emit(buf, "%s\n", group->name);
}

/* No IOMMU driver is there to reserve anything. */
static ssize_t group_resv_show(struct kobject *kobj, struct kobj_attribute *attr,
			       char *buf)
{
	struct iommu_group *group = container_of(kobj, struct iommu_group, kobj);

	mutex_lock(&group->mutex);
	mutex_unlock(&group->mutex);
	return 0;
}

static ssize_t group_type_show(struct kobject *kobj, struct kobj_attribute *attr,
			       char *buf)
{
	struct iommu_group *group = container_of(kobj, struct iommu_group, kobj);

	mutex_lock(&group->mutex);
	mutex_unlock(&group->mutex);
	return sysfs_emit(buf, "unknown\n");
}

static ssize_t group_type_store(struct kobject *kobj, struct kobj_attribute *attr,
				const char *buf, size_t count)
{
	weft_unmodelled("iommu_group_store_type");
}

static struct kobj_attribute group_attr_name =
	__ATTR(name, 0444, group_name_show, NULL);
static struct kobj_attribute group_attr_resv =
	__ATTR(reserved_regions, 0444, group_resv_show, NULL);
static struct kobj_attribute group_attr_type =
	__ATTR(type, 0644, group_type_show, group_type_store);

/* MODEL of drivers/iommu/iommu.c. Keeps: order of freeing. Drops: domains. */
static void group_release(struct kobject *kobj)
{
	struct iommu_group *group = container_of(kobj, struct iommu_group, kobj);

	if (group->iommu_data_release)
		group->iommu_data_release(group->iommu_data);
	ida_free(&group_ida, group->id);
	kfree(group->name);
	kfree(group);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
static const struct kobj_type group_ktype = {
#else
static struct kobj_type group_ktype = {
#endif
	.sysfs_ops = &kobj_sysfs_ops,
	.release = group_release,
};

/*
 * MODEL of drivers/iommu/iommu.c iommu_init(). Keeps: /sys/kernel/iommu_groups.
 * Drops: debugfs, buses and their notifiers.
 */
static int __init weft_iommu_init(void)
{
	group_kset = kset_create_and_add("iommu_groups", NULL, kernel_kobj);
	return group_kset ? 0 : -ENOMEM;
}
core_initcall(weft_iommu_init);

/* Creates the "devices" folder and the files of a group that is in sysfs. */
static int group_populate(struct iommu_group *group)
{
	int ret;

	group->devices_kobj = kobject_create_and_add("devices", &group->kobj);
	if (!group->devices_kobj) {
		kobject_put(&group->kobj);
		return -ENOMEM;
	}
	/* The devices folder holds a reference on the group: count there from now on. */
	kobject_put(&group->kobj);

	ret = sysfs_create_file(&group->kobj, &group_attr_resv.attr);
	if (!ret)
		ret = sysfs_create_file(&group->kobj, &group_attr_type.attr);
	if (ret)
		kobject_put(group->devices_kobj);
	return ret;
}

/**
 * iommu_group_alloc() - a new group with one reference
 *
 * MODEL of drivers/iommu/iommu.c. Keeps: id, kobjects, files, error paths.
 * Drops: domains, pasids.
 * Errors: ERR_PTR(-ENOMEM) and whatever kobject and sysfs report.
 */
struct iommu_group *iommu_group_alloc(void)
{
	struct iommu_group *group;
	int ret;

	group = kzalloc(sizeof(*group), GFP_KERNEL);
	if (!group)
		return ERR_PTR(-ENOMEM);

	group->kobj.kset = group_kset;
	mutex_init(&group->mutex);
	INIT_LIST_HEAD(&group->members);

	ret = ida_alloc(&group_ida, GFP_KERNEL);
	if (ret < 0) {
		kfree(group);
		return ERR_PTR(ret);
	}
	group->id = ret;

	ret = kobject_init_and_add(&group->kobj, &group_ktype, NULL, "%d", group->id);
	if (ret) {
		kobject_put(&group->kobj);
		return ERR_PTR(ret);
	}
	ret = group_populate(group);
	return ret ? ERR_PTR(ret) : group;
}

/** iommu_group_get() - MODEL of drivers/iommu/iommu.c. Keeps: all. Drops: nothing. */
struct iommu_group *iommu_group_get(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (group)
		kobject_get(group->devices_kobj);
	return group;
}

/** iommu_group_ref_get() - MODEL of drivers/iommu/iommu.c. Keeps: all. Drops: nothing. */
struct iommu_group *iommu_group_ref_get(struct iommu_group *group)
{
	kobject_get(group->devices_kobj);
	return group;
}

/** iommu_group_put() - MODEL of drivers/iommu/iommu.c. Keeps: all. Drops: nothing. */
void iommu_group_put(struct iommu_group *group)
{
	if (group)
		kobject_put(group->devices_kobj);
}

/** iommu_group_id() - MODEL of drivers/iommu/iommu.c. Keeps: all. Drops: nothing. */
int iommu_group_id(struct iommu_group *group)
{
	return group->id;
}

/** iommu_group_get_iommudata() - MODEL of drivers/iommu/iommu.c. Keeps: all. Drops: nothing. */
void *iommu_group_get_iommudata(struct iommu_group *group)
{
	return group->iommu_data;
}

/** iommu_group_set_iommudata() - MODEL of drivers/iommu/iommu.c. Keeps: all. Drops: nothing. */
void iommu_group_set_iommudata(struct iommu_group *group, void *iommu_data,
			       void (*release)(void *iommu_data))
{
	group->iommu_data = iommu_data;
	group->iommu_data_release = release;
}

/**
 * iommu_group_set_name() - sets, or with NULL clears, a group's name file
 *
 * MODEL of drivers/iommu/iommu.c. Keeps: file and string. Drops: nothing.
 */
int iommu_group_set_name(struct iommu_group *group, const char *name)
{
	int ret;

	if (group->name) {
		sysfs_remove_file(&group->kobj, &group_attr_name.attr);
		kfree(group->name);
		group->name = NULL;
		if (!name)
			return 0;
	}

	group->name = kstrdup(name, GFP_KERNEL);
	if (!group->name)
		return -ENOMEM;

	ret = sysfs_create_file(&group->kobj, &group_attr_name.attr);
	if (ret) {
		kfree(group->name);
		group->name = NULL;
	}
	return ret;
}

/* Links @member into the group's devices folder under the first free name. */
static int member_link(struct iommu_group *group, struct group_member *member)
{
	const char *base = kobject_name(&member->dev->kobj);
	int ret, i = 0;

	member->name = kasprintf(GFP_KERNEL, "%s", base);
	while (member->name) {
		ret = sysfs_create_link_nowarn(group->devices_kobj,
					       &member->dev->kobj, member->name);
		if (ret != -EEXIST)
			break;
		kfree(member->name);
		member->name = kasprintf(GFP_KERNEL, "%s.%d", base, i++);
	}
	if (!member->name)
		return -ENOMEM;
	if (ret)
		kfree(member->name);
	return ret;
}

/* A member with its two links, not yet in the list. */
static struct group_member *member_create(struct iommu_group *group,
					  struct device *dev)
{
	struct group_member *member;
	int ret;

	member = kzalloc(sizeof(*member), GFP_KERNEL);
	if (!member)
		return ERR_PTR(-ENOMEM);
	member->dev = dev;

	ret = sysfs_create_link(&dev->kobj, &group->kobj, "iommu_group");
	if (ret)
		goto err_free;
	ret = member_link(group, member);
	if (ret)
		goto err_unlink;
	dev_info(dev, "Adding to iommu group %d\n", group->id);
	return member;

err_unlink:
	sysfs_remove_link(&dev->kobj, "iommu_group");
err_free:
	kfree(member);
	dev_err(dev, "Failed to add to iommu group %d: %d\n", group->id, ret);
	return ERR_PTR(ret);
}

static void member_free(struct iommu_group *group, struct group_member *member)
{
	sysfs_remove_link(group->devices_kobj, member->name);
	sysfs_remove_link(&member->dev->kobj, "iommu_group");
	kfree(member->name);
	kfree(member);
}

/**
 * iommu_group_add_device() - makes @dev a member, with a reference on the group
 *
 * MODEL of drivers/iommu/iommu.c. Keeps: links, order, mutex. Drops: attaching to a domain.
 */
int iommu_group_add_device(struct iommu_group *group, struct device *dev)
{
	struct group_member *member = member_create(group, dev);

	if (IS_ERR(member))
		return PTR_ERR(member);

	kobject_get(group->devices_kobj);
	dev->iommu_group = group;

	mutex_lock(&group->mutex);
	list_add_tail(&member->list, &group->members);
	mutex_unlock(&group->mutex);
	return 0;
}

/* Takes @dev's entry off the list. Context: group->mutex. */
static struct group_member *member_take(struct iommu_group *group, struct device *dev)
{
	struct group_member *member;

	list_for_each_entry(member, &group->members, list) {
		if (member->dev != dev)
			continue;
		list_del(&member->list);
		return member;
	}
	return NULL;
}

/**
 * iommu_group_remove_device() - ends what iommu_group_add_device() did
 *
 * MODEL of drivers/iommu/iommu.c. Keeps: links, order, and that the links go
 * under the mutex since 6.6 and after it before. Drops: domains.
 */
void iommu_group_remove_device(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;
	struct group_member *member;

	if (!group)
		return;
	dev_info(dev, "Removing from iommu group %d\n", group->id);

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	mutex_lock(&group->mutex);
	member = member_take(group, dev);
	if (member) {
		member_free(group, member);
		if (list_empty(&group->members))
			WARN_ON(group->owner_cnt);
		dev->iommu_group = NULL;
	}
	mutex_unlock(&group->mutex);
#else
	mutex_lock(&group->mutex);
	member = member_take(group, dev);
	mutex_unlock(&group->mutex);
	if (!member)
		return;
	member_free(group, member);
	dev->iommu_group = NULL;
#endif
	iommu_group_put(group);
}

/** iommu_group_for_each_dev() - MODEL of drivers/iommu/iommu.c. Keeps: all. Drops: nothing. */
int iommu_group_for_each_dev(struct iommu_group *group, void *data,
			     int (*fn)(struct device *, void *))
{
	struct group_member *member;
	int ret = 0;

	mutex_lock(&group->mutex);
	list_for_each_entry(member, &group->members, list) {
		ret = fn(member->dev, data);
		if (ret)
			break;
	}
	mutex_unlock(&group->mutex);
	return ret;
}

/**
 * iommu_group_claim_dma_owner() - asks for user ownership of a group
 *
 * MODEL of drivers/iommu/iommu.c. Keeps: mutex, refusal of a second owner, and
 * that without an IOMMU no blocking domain can be had. Drops: domains.
 */
int iommu_group_claim_dma_owner(struct iommu_group *group, void *owner)
{
	int ret;

	if (WARN_ON(!owner))
		return -EINVAL;

	mutex_lock(&group->mutex);
	ret = group->owner_cnt ? -EPERM : -EINVAL;
	mutex_unlock(&group->mutex);
	return ret;
}

/** iommu_group_release_dma_owner() - MODEL of drivers/iommu/iommu.c. Keeps: mutex, check. Drops: domains. */
void iommu_group_release_dma_owner(struct iommu_group *group)
{
	mutex_lock(&group->mutex);
	if (!WARN_ON(!group->owner_cnt || !group->owner)) {
		group->owner_cnt = 0;
		group->owner = NULL;
	}
	mutex_unlock(&group->mutex);
}

/** iommu_group_dma_owner_claimed() - MODEL of drivers/iommu/iommu.c. Keeps: all. Drops: nothing. */
bool iommu_group_dma_owner_claimed(struct iommu_group *group)
{
	unsigned int user;

	mutex_lock(&group->mutex);
	user = group->owner_cnt;
	mutex_unlock(&group->mutex);
	return user;
}

/** iommu_device_use_default_domain() - MODEL of drivers/iommu/iommu.c. Keeps: no group, no claim. Drops: groups (loud). */
int iommu_device_use_default_domain(struct device *dev)
{
	if (dev->iommu_group)
		weft_unmodelled("iommu_device_use_default_domain");
	return 0;
}

/** iommu_device_unuse_default_domain() - MODEL of drivers/iommu/iommu.c. Keeps: no group, no claim. Drops: groups (loud). */
void iommu_device_unuse_default_domain(struct device *dev)
{
	if (dev->iommu_group)
		weft_unmodelled("iommu_device_unuse_default_domain");
}

/*
 * A device without an IOMMU: no capability, no domain. These are the answers of
 * the real functions when dev->iommu is not set, which is asserted.
 */

/** device_iommu_capable() - MODEL of drivers/iommu/iommu.c. Keeps: answer without IOMMU. Drops: drivers. */
bool device_iommu_capable(struct device *dev, enum iommu_cap cap)
{
	if (dev->iommu)
		weft_unmodelled("device_iommu_capable");
	return false;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
/** iommu_paging_domain_alloc() - MODEL of drivers/iommu/iommu.c. Keeps: answer without IOMMU. Drops: drivers. */
struct iommu_domain *iommu_paging_domain_alloc(struct device *dev)
{
	if (dev->iommu)
		weft_unmodelled("iommu_paging_domain_alloc");
	return ERR_PTR(-ENODEV);
}
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
/** iommu_domain_alloc() - MODEL of drivers/iommu/iommu.c. Keeps: answer without IOMMU. Drops: drivers. */
struct iommu_domain *iommu_domain_alloc(struct bus_type *bus)
{
	if (bus->iommu_ops)
		weft_unmodelled("iommu_domain_alloc");
	return NULL;
}
#endif
