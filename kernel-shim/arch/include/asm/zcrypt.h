/* SPDX-License-Identifier: GPL-2.0-only */
/* All queues that can be: 256 cards with 256 domains each. */
#ifndef WEFT_ASM_ZCRYPT_H
#define WEFT_ASM_ZCRYPT_H

#define MAX_ZDEV_ENTRIES_EXT	(256 * 256)

#endif
