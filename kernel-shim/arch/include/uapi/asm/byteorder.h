/* SPDX-License-Identifier: GPL-2.0-only */
/* Byte order of the host. */
#ifndef WEFT_UAPI_ASM_BYTEORDER_H
#define WEFT_UAPI_ASM_BYTEORDER_H

#include <linux/byteorder/little_endian.h>

#endif
