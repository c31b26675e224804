/* SPDX-License-Identifier: GPL-2.0-only */
/* No user registers. */
#ifndef WEFT_UAPI_ASM_PTRACE_H
#define WEFT_UAPI_ASM_PTRACE_H


#endif
