/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What drivers/s390/crypto/vfio_ap_*.c need of s390: the AP instructions as calls
 * of model/s390_ap.c, and bits counted from the left.
 *
 * Only members and functions that those files use are here. They differ between
 * 6.1 and 6.12; sources/s390.list asks for these two only. Structures that the
 * hardware reads keep no layout: there is none.
 */
#ifndef WEFT_ASM_AP_H
#define WEFT_ASM_AP_H

#include <linux/bitops.h>
#include <linux/types.h>
#include <linux/version.h>

/* Card and queue within it. */
typedef unsigned int ap_qid_t;

#define AP_MKQID(card, queue)	((((card) & 0xff) << 8) | ((queue) & 0xff))
#define AP_QID_CARD(qid)	(((qid) >> 8) & 0xff)
#define AP_QID_QUEUE(qid)	((qid) & 0xff)

struct ap_queue_status {
	unsigned int	queue_empty:1;
	unsigned int	irq_enabled:1;
	unsigned int	response_code:8;
};

struct ap_config_info {
	unsigned int	apxa:1;
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
	unsigned char	Na, Nd;
#else
	unsigned char	na, nd;
#endif
	/* The drivers take these for arrays of unsigned long. */
	unsigned int	apm[8] __aligned(8);
	unsigned int	aqm[8] __aligned(8);
	unsigned int	adm[8] __aligned(8);
};

/* For drivers/s390/crypto/ap_bus.h; the model looks into none of it. */
struct ap_tapq_hwinfo {
	unsigned long	value;
	unsigned char	at;
};

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define WEFT_AP_INFO		unsigned long
struct ap_qirq_ctrl {
#else
#define WEFT_AP_INFO		struct ap_tapq_hwinfo
union ap_qirq_ctrl {
	unsigned long value;
	struct {
#endif
	unsigned int	zone:8;
	unsigned int	ir:1;
	unsigned int	gisc:3;
	unsigned int	gf:2;
	unsigned int	isc:3;
	unsigned int	gisa:27;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	};
#endif
};

bool ap_instructions_available(void);
int ap_qci(struct ap_config_info *config);
struct ap_queue_status ap_tapq(ap_qid_t qid, WEFT_AP_INFO *info);
struct ap_queue_status ap_test_queue(ap_qid_t qid, int tbit, WEFT_AP_INFO *info);
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
struct ap_queue_status ap_zapq(ap_qid_t qid);
struct ap_queue_status ap_aqic(ap_qid_t qid, struct ap_qirq_ctrl control,
			       phys_addr_t indicator);
#else
struct ap_queue_status ap_zapq(ap_qid_t qid, int fbit);
struct ap_queue_status ap_aqic(ap_qid_t qid, union ap_qirq_ctrl control,
			       phys_addr_t indicator);
#endif

/* Bit 0 is the leftmost one of the first word. */
#define WEFT_BIT_INV(nr)	((nr) ^ (BITS_PER_LONG - 1))

static inline bool test_bit_inv(unsigned long nr, const volatile unsigned long *map)
{
	return test_bit(WEFT_BIT_INV(nr), map);
}

static inline void set_bit_inv(unsigned long nr, volatile unsigned long *map)
{
	set_bit(WEFT_BIT_INV(nr), map);
}

static inline void clear_bit_inv(unsigned long nr, volatile unsigned long *map)
{
	clear_bit(WEFT_BIT_INV(nr), map);
}

unsigned long find_next_bit_inv(const unsigned long *map, unsigned long size,
				unsigned long from);

#define find_first_bit_inv(map, size)	find_next_bit_inv(map, size, 0)
#define for_each_set_bit_inv(bit, map, size)			\
	for ((bit) = find_first_bit_inv(map, size);		\
	     (bit) < (size);					\
	     (bit) = find_next_bit_inv(map, size, (bit) + 1))

#endif
