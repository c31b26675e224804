/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Compile units of an ELF file by address: the common ground of symbols.c and
 * focus.c. Addresses are those of the file, without load bias.
 */
#ifndef WEFT_UNITS_H
#define WEFT_UNITS_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * struct weft_unit_range - a stretch of code of one compile unit
 * @name: source file, relative to the root of its tree
 */
struct weft_unit_range {
	Dwarf_Addr	low, high;
	Dwarf_Off	die;
	const char	*name;
};

/**
 * struct weft_units - the debug information of one file
 * @ranges: sorted by address, never overlapping
 * @names:  owned; one per compile unit
 */
struct weft_units {
	int			fd;
	Dwarf			*dwarf;
	struct weft_unit_range	*ranges;
	size_t			n, max;
	char			**names;
	size_t			names_n, names_max;
};

/**
 * weft_units_open() - read the compile units of @path
 * Return: 0, -errno, or -ENODATA when there is no debug information.
 */
int weft_units_open(struct weft_units *units, const char *path);
void weft_units_close(struct weft_units *units);

/* The range that contains @addr, or NULL. */
const struct weft_unit_range *weft_units_find(const struct weft_units *units,
					      Dwarf_Addr addr);

/**
 * weft_source_name() - a file name as the reader of a tree knows it
 * @comp_dir: of its compile unit, or NULL
 *
 * Takes away the compilation folder, "./", "x/../", and whatever comes before
 * the folders of this project, so that no build path reaches a report.
 * Return: allocated.
 */
char *weft_source_name(const char *file, const char *comp_dir);

/* Part of Weft itself, which reports do not show? */
bool weft_source_is_shim(const char *name);

#endif
