/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For drivers of scenarios: what is kept on purpose.
 *
 * Memory is a leak when it was allocated after the setup, lives at the end, and
 * nothing that is looked at points to it. Where a driver hands the only pointer to
 * something that is not looked at (a device, a word in which it is encoded), it says so:
 *
 *	desc->cookie = (unsigned long)obj ^ SALT;
 *	weft_keep(obj);
 */
#ifndef _ASM_WEFT_KEEP_H
#define _ASM_WEFT_KEEP_H

/**
 * weft_keep() - the object @ptr points into is no leak, nor is what it points to
 * @ptr: NULL: none. What was never allocated is a finding.
 *
 * Ends when the object is freed: what only a freed object points to is lost.
 * Context: any.
 */
void weft_keep(const void *ptr);

#endif
