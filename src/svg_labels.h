/* SPDX-License-Identifier: GPL-2.0-only */
/* Labels of arrows in a picture of dot(1). */
#ifndef WEFT_SVG_LABELS_H
#define WEFT_SVG_LABELS_H

/*
 * dot puts a label beside its line, where another line may be nearer. Here each one
 * is moved onto its own line, and gets a plate behind it. Rewrites the file @path.
 * Return: 0, or a negative errno.
 */
int svg_settle_labels(const char *path);

#endif
