/* SPDX-License-Identifier: GPL-2.0-only */
/* No signal frames. */
#ifndef WEFT_UAPI_ASM_SIGCONTEXT_H
#define WEFT_UAPI_ASM_SIGCONTEXT_H

struct sigcontext {
	unsigned long weft_unused;
};

#endif
