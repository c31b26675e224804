/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Signals: the first Ctrl-C ends the campaign and keeps its reports, the
 * second ends the program. An assertion that fails ends it with status 5.
 */
#ifndef WEFT_INTERRUPT_H
#define WEFT_INTERRUPT_H

#include <stdbool.h>

void interrupt_install(void);
bool interrupt_came(void);

#endif
