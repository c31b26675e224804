// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine with crypto cards, as far as vfio-ap looks at it.
 *
 * The machine has one card with two queues, 00.0000 and 00.0001. All are given to
 * vfio-ap (an administrator writes 0 to apmask and aqmask for that), so they are
 * bound to it when it registers. The instructions answer like hardware that is done
 * before it is asked: a reset is never in progress.
 *
 * Drops: other drivers of the bus, scans and changes of the machine's configuration,
 * messages, interrupts of queues (PQAP(AQIC) is a loud stub), reserving queues
 * (apmask, aqmask) and the check for those in use that goes with it.
 */
#ifdef CONFIG_VFIO_AP
#include <linux/bitmap.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kvm_host.h>
#include <linux/mod_devicetable.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <asm/debug.h>
#include <asm/facility.h>
#include <drivers/s390/crypto/ap_bus.h>
#include "model.h"

#define QUEUES		2
#define FACILITY_QCI	12

debug_info_t weft_debug_info = { "vfio_ap" };
struct debug_view debug_sprintf_view = { "sprintf" };

/* What is reserved for drivers of the kernel itself: nothing, see above. */
DEFINE_MUTEX(ap_perms_mutex);
struct ap_perms ap_perms;

/* @ap_queues_lock protects @ap_queues: the queues that have a driver. */
DEFINE_HASHTABLE(ap_queues, 8);
DEFINE_SPINLOCK(ap_queues_lock);

/*
 * Instructions.
 */

/** find_next_bit_inv() - MODEL of arch/s390/include/asm/bitops.h. Keeps: all. Drops: nothing. */
unsigned long find_next_bit_inv(const unsigned long *map, unsigned long size,
				unsigned long from)
{
	while (from < size) {
		unsigned long left = map[from / BITS_PER_LONG] << (from % BITS_PER_LONG);

		if (left)
			return min(from + __builtin_clzl(left), size);
		from = round_down(from, BITS_PER_LONG) + BITS_PER_LONG;
	}
	return size;
}

/** test_facility() - MODEL of arch/s390/include/asm/facility.h. Keeps: PQAP(QCI) is there. Drops: others, loudly. */
bool test_facility(unsigned long nr)
{
	if (nr != FACILITY_QCI)
		weft_unmodelled("test_facility");
	return true;
}

/** ap_instructions_available() - MODEL of arch/s390/include/asm/ap.h. Keeps: they are. Drops: machines without. */
bool ap_instructions_available(void)
{
	return true;
}

/** ap_qci() - MODEL of arch/s390/include/asm/ap.h. Keeps: the masks, of one card. Drops: flags nobody reads. */
int ap_qci(struct ap_config_info *config)
{
	unsigned long i;

	memset(config, 0, sizeof(*config));
	config->apxa = 1;
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
	config->Na = 0;
	config->Nd = QUEUES - 1;
#else
	config->na = 0;
	config->nd = QUEUES - 1;
#endif
	set_bit_inv(0, (unsigned long *)config->apm);
	for (i = 0; i < QUEUES; i++) {
		set_bit_inv(i, (unsigned long *)config->aqm);
		set_bit_inv(i, (unsigned long *)config->adm);
	}
	return 0;
}

static struct ap_queue_status queue_status(ap_qid_t qid)
{
	struct ap_queue_status status = { .queue_empty = 1 };

	if (AP_QID_CARD(qid) || AP_QID_QUEUE(qid) >= QUEUES)
		status.response_code = AP_RESPONSE_Q_NOT_AVAIL;
	return status;
}

/** ap_tapq() - MODEL of arch/s390/include/asm/ap.h. Keeps: an idle queue. Drops: what it says about the card, loudly. */
struct ap_queue_status ap_tapq(ap_qid_t qid, WEFT_AP_INFO *info)
{
	if (info)
		weft_unmodelled("ap_tapq");
	return queue_status(qid);
}

/** ap_zapq() - MODEL of arch/s390/include/asm/ap.h. Keeps: the queue is empty afterwards. Drops: the time it takes. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
struct ap_queue_status ap_zapq(ap_qid_t qid)
#else
struct ap_queue_status ap_zapq(ap_qid_t qid, int fbit)
#endif
{
	return queue_status(qid);
}

/*
 * The guest's share. There is no vCPU that would have to be stopped for it.
 */

/** kvm_arch_crypto_set_masks() - MODEL of arch/s390/kvm/kvm-s390.c. Keeps: the masks. Drops: stopping vCPUs. */
void kvm_arch_crypto_set_masks(struct kvm *kvm, unsigned long *apm,
			       unsigned long *aqm, unsigned long *adm)
{
	bitmap_copy(kvm->arch.crypto.apm, apm, AP_DEVICES);
	bitmap_copy(kvm->arch.crypto.aqm, aqm, AP_DOMAINS);
	bitmap_copy(kvm->arch.crypto.adm, adm, AP_DOMAINS);
}

/** kvm_arch_crypto_clear_masks() - MODEL of arch/s390/kvm/kvm-s390.c. Keeps: the masks. Drops: stopping vCPUs. */
void kvm_arch_crypto_clear_masks(struct kvm *kvm)
{
	bitmap_zero(kvm->arch.crypto.apm, AP_DEVICES);
	bitmap_zero(kvm->arch.crypto.aqm, AP_DOMAINS);
	bitmap_zero(kvm->arch.crypto.adm, AP_DOMAINS);
}

/*
 * The bus.
 */

static bool has_default_driver(ap_qid_t qid)
{
	return test_bit_inv(AP_QID_CARD(qid), ap_perms.apm) &&
	       test_bit_inv(AP_QID_QUEUE(qid), ap_perms.aqm);
}

/* MODEL of drivers/s390/crypto/ap_bus.c. Keeps: types of queues. Drops: cards. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
static int bus_match(struct device *dev, struct device_driver *driver)
#else
static int bus_match(struct device *dev, const struct device_driver *driver)
#endif
{
	const struct ap_device_id *id = to_ap_drv(driver)->ids;

	for (; id->match_flags; id++)
		if ((id->match_flags & AP_DEVICE_ID_MATCH_QUEUE_TYPE) &&
		    id->dev_type == to_ap_dev(dev)->device_type)
			return 1;
	return 0;
}

static void queue_unlist(struct ap_queue *queue)
{
	spin_lock_bh(&ap_queues_lock);
	hash_del(&queue->hnode);
	spin_unlock_bh(&ap_queues_lock);
}

/*
 * MODEL of drivers/s390/crypto/ap_bus.c. Keeps: references, locks, the list, who may
 * have the queue. Drops: the completion of all bindings.
 */
static int bus_probe(struct device *dev)
{
	struct ap_driver *driver = to_ap_drv(dev->driver);
	struct ap_queue *queue = to_ap_queue(dev);
	bool reserved;
	int err;

	get_device(dev);
	mutex_lock(&ap_perms_mutex);
	reserved = has_default_driver(queue->qid);
	mutex_unlock(&ap_perms_mutex);
	if (reserved != !!(driver->flags & AP_DRIVER_FLAG_DEFAULT)) {
		put_device(dev);
		return -ENODEV;
	}

	spin_lock_bh(&ap_queues_lock);
	hash_add(ap_queues, &queue->hnode, queue->qid);
	spin_unlock_bh(&ap_queues_lock);
	err = driver->probe(&queue->ap_dev);
	if (err) {
		queue_unlist(queue);
		put_device(dev);
	}
	return err;
}

/* MODEL of drivers/s390/crypto/ap_bus.c. Keeps: order, references. Drops: messages under way. */
static void bus_remove(struct device *dev)
{
	struct ap_driver *driver = to_ap_drv(dev->driver);

	driver->remove(to_ap_dev(dev));
	queue_unlist(to_ap_queue(dev));
	put_device(dev);
}

static struct bus_type ap_bus = {
	.name = "ap",
	.match = bus_match,
	.probe = bus_probe,
	.remove = bus_remove,
};

static void queue_release(struct device *dev)
{
	kfree(to_ap_queue(dev));
}

static int queue_register(struct device *parent, ap_qid_t qid)
{
	struct ap_queue *queue = kzalloc(sizeof(*queue), GFP_KERNEL);
	struct device *dev;
	int err;

	if (!queue)
		return -ENOMEM;
	queue->qid = qid;
	queue->ap_dev.device_type = AP_DEVICE_TYPE_CEX4;
	dev = &queue->ap_dev.device;
	dev->bus = &ap_bus;
	dev->parent = parent;
	dev->release = queue_release;
	device_initialize(dev);
	err = dev_set_name(dev, "%02x.%04x", AP_QID_CARD(qid), AP_QID_QUEUE(qid));
	if (!err)
		err = device_add(dev);
	if (err)
		put_device(dev);
	return err;
}

/* With the first driver and not at boot: scenarios without one need no bus. */
static int bus_create(void)
{
	static bool created;
	struct device *root;
	ap_qid_t queue;
	int err;

	if (created)
		return 0;
	created = true;
	err = bus_register(&ap_bus);
	if (err)
		return err;
	root = root_device_register("ap");
	if (IS_ERR(root))
		return PTR_ERR(root);
	for (queue = 0; queue < QUEUES && !err; queue++)
		err = queue_register(root, AP_MKQID(0, queue));
	return err;
}

/** ap_driver_register() - MODEL of drivers/s390/crypto/ap_bus.c. Keeps: the driver core. Drops: bindings complete. */
int ap_driver_register(struct ap_driver *driver, struct module *owner, char *name)
{
	int err = bus_create();

	if (err)
		return err;
	driver->driver.bus = &ap_bus;
	driver->driver.owner = owner;
	driver->driver.name = name;
	return driver_register(&driver->driver);
}

/** ap_driver_unregister() - MODEL of drivers/s390/crypto/ap_bus.c. Keeps: all. Drops: nothing. */
void ap_driver_unregister(struct ap_driver *driver)
{
	driver_unregister(&driver->driver);
}

/** ap_get_qdev() - MODEL of drivers/s390/crypto/ap_bus.c. Keeps: lock, reference. Drops: nothing. */
struct ap_queue *ap_get_qdev(ap_qid_t qid)
{
	struct ap_queue *queue, *found = NULL;

	spin_lock_bh(&ap_queues_lock);
	hash_for_each_possible(ap_queues, queue, hnode, qid)
		if (queue->qid == qid) {
			get_device(&queue->ap_dev.device);
			found = queue;
			break;
		}
	spin_unlock_bh(&ap_queues_lock);
	return found;
}

/** ap_apqn_in_matrix_owned_by_def_drv() - MODEL of drivers/s390/crypto/ap_bus.c. Keeps: all. Drops: nothing. */
int ap_apqn_in_matrix_owned_by_def_drv(unsigned long *apm, unsigned long *aqm)
{
	return bitmap_intersects(apm, ap_perms.apm, AP_DEVICES) &&
	       bitmap_intersects(aqm, ap_perms.aqm, AP_DOMAINS);
}
#endif
