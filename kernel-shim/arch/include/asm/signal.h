/* SPDX-License-Identifier: GPL-2.0-only */
/* Signals: the generic ABI. */
#ifndef WEFT_ASM_SIGNAL_H
#define WEFT_ASM_SIGNAL_H

#include <asm-generic/signal.h>

#endif
