/* SPDX-License-Identifier: GPL-2.0-only */
/* Which instructions s390 has; see model/s390_ap.c. */
#ifndef WEFT_ASM_FACILITY_H
#define WEFT_ASM_FACILITY_H

#include <linux/types.h>

bool test_facility(unsigned long nr);

#endif
