/* SPDX-License-Identifier: GPL-2.0-only */
/* drivers/s390/crypto/ap_bus.h includes it and uses nothing of it. */
