/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names for the memory that steps touch: "mdev_device.active" instead of a number,
 * from the types that rules_types.c reads out of debug information.
 */
#ifndef WEFT_MEMBERS_H
#define WEFT_MEMBERS_H

#include "../framework/finding.h"

struct rules_types;

/**
 * weft_members_name() - set @member of all memory that the steps touch
 *
 * Where the trace touches several objects of a structure the name says which, as with
 * locks: "kernfs_node#2.count" is of the second one.
 */
void weft_members_name(struct rules_types *types,
		       struct weft_evidence *evidence);

/* The same for what a finding is about, and for its evidence. */
void weft_members_name_finding(struct rules_types *types,
			       struct weft_finding *finding);

#endif
