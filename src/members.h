/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names for the memory that steps touch: "mdev_device.active" instead of a number,
 * from the types that rules_types.c reads out of debug information.
 */
#ifndef WEFT_MEMBERS_H
#define WEFT_MEMBERS_H

#include "../framework/finding.h"

struct rules_types;
struct weft_symbols;

/**
 * weft_members_name() - set @member of all memory that the steps touch
 * @symbols: may be NULL
 *
 * Where the trace touches several objects of a structure the name says which, as with
 * locks: "kernfs_node#2.count" is of the second one. A node that a system call found by
 * its path has the name of the file: "kernfs_node(remove).count".
 */
void weft_members_name(struct rules_types *types, struct weft_symbols *symbols,
		       struct weft_evidence *evidence);

/* The same for what a finding is about, and for its evidence. */
void weft_members_name_finding(struct rules_types *types,
			       struct weft_symbols *symbols,
			       struct weft_finding *finding);

/* members_files.c: the file whose node the step looked at, if it was found by path */
bool members_file(struct weft_symbols *symbols,
		  const struct weft_evidence *evidence, size_t at, char *ret,
		  size_t size);

#endif
