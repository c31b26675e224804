/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Findings as SARIF 2.1.0, for code hosts and editors: a rule for each detector,
 * a result for each finding, its schedule as a code flow with a thread for each
 * task. Files are named relative to the kernel tree.
 *
 * Source: "Static Analysis Results Interchange Format (SARIF) Version 2.1.0",
 * OASIS standard, 2020; sections 3.14 (run), 3.27 (result), 3.36 (codeFlow).
 */
#ifndef WEFT_SARIF_H
#define WEFT_SARIF_H

#include <stdio.h>

#include "report.h"

struct sarif;

struct sarif *sarif_create(void);
void sarif_destroy(struct sarif *sarif);
/* @sarif may be NULL. */
void sarif_add(struct sarif *sarif, const struct weft_run *run);
/* 0 or negative errno. */
int sarif_write(struct sarif *sarif, FILE *out);

#endif
