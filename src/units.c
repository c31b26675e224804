// SPDX-License-Identifier: GPL-2.0-only
/* Compile units by address; contract in units.h. */
#include <assert.h>
#include <dwarf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "units.h"

/* Folders of this project that appear in debug information. */
static const char *const own_folders[] = {
	"/kernel-shim/", "/framework/", "/scenarios/", "/src/", "/tests/",
};

static const char *const shim_prefixes[] = {
	"kernel-shim/", "framework/", "src/", "scenarios/run.c", "scenarios/model.c",
};

/* Resolves "." and ".." in place; the text never grows. */
static void collapse_dots(char *path)
{
	char *from = path, *to = path;

	while (*from) {
		size_t n = strcspn(from, "/");
		size_t slash = from[n] == '/';

		if (n == 1 && from[0] == '.') {
			from += n + slash;
			continue;
		}
		if (n == 2 && !strncmp(from, "..", 2) && to > path + 1) {
			for (to--; to > path && to[-1] != '/'; to--)
				;
			from += n + slash;
			continue;
		}
		memmove(to, from, n + slash);
		to += n + slash;
		from += n + slash;
	}
	*to = '\0';
}

static const char *skip_prefix(const char *name, const char *dir)
{
	size_t n = dir ? strlen(dir) : 0;

	if (n && !strncmp(name, dir, n) && name[n] == '/')
		return name + n + 1;
	return name;
}

char *weft_source_name(const char *file, const char *comp_dir)
{
	char *copy = strdup(file), *result;
	const char *name;
	size_t i;

	assert(copy && "out of memory for names");
	collapse_dots(copy);
	name = skip_prefix(copy, comp_dir);
	for (i = 0; *name == '/' &&
	     i < sizeof(own_folders) / sizeof(*own_folders); i++) {
		const char *at = strstr(name, own_folders[i]);

		if (at)
			name = at + 1;
	}
	result = strdup(name);
	assert(result && "out of memory for names");
	free(copy);
	return result;
}

bool weft_source_is_shim(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(shim_prefixes) / sizeof(*shim_prefixes); i++)
		if (!strncmp(name, shim_prefixes[i], strlen(shim_prefixes[i])))
			return true;
	return false;
}

static char *unit_name(Dwarf_Die *die)
{
	const char *name = dwarf_diename(die), *dir;
	Dwarf_Attribute attribute;

	dir = dwarf_formstring(dwarf_attr(die, DW_AT_comp_dir, &attribute));
	return weft_source_name(name ? name : "??", dir);
}

static void add_range(struct weft_units *units, Dwarf_Addr low,
		      Dwarf_Addr high, Dwarf_Off die, const char *name)
{
	if (low >= high)
		return;
	if (units->n == units->max) {
		units->max = units->max ? 2 * units->max : 256;
		units->ranges = realloc(units->ranges, units->max *
					sizeof(*units->ranges));
		assert(units->ranges && "out of memory for debug information");
	}
	units->ranges[units->n++] = (struct weft_unit_range){
		.low = low, .high = high, .die = die, .name = name,
	};
}

static void add_unit(struct weft_units *units, Dwarf_Die *die)
{
	Dwarf_Addr base, low, high;
	ptrdiff_t at = 0;
	char *name = unit_name(die);

	if (units->names_n == units->names_max) {
		units->names_max = units->names_max ? 2 * units->names_max : 64;
		units->names = realloc(units->names, units->names_max *
				       sizeof(*units->names));
		assert(units->names && "out of memory for debug information");
	}
	units->names[units->names_n++] = name;
	while ((at = dwarf_ranges(die, at, &base, &low, &high)) > 0)
		add_range(units, low, high, dwarf_dieoffset(die), name);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct weft_unit_range *x = a, *y = b;

	return x->low < y->low ? -1 : x->low > y->low;
}

static void read_units(struct weft_units *units)
{
	Dwarf_Off at = 0, next;
	size_t header;
	Dwarf_Die die;

	while (!dwarf_nextcu(units->dwarf, at, &next, &header, NULL, NULL,
			     NULL)) {
		if (dwarf_offdie(units->dwarf, at + header, &die))
			add_unit(units, &die);
		at = next;
	}
	if (units->n)
		qsort(units->ranges, units->n, sizeof(*units->ranges),
		      compare_ranges);
}

/**
 * weft_units_open() - see units.h
 */
int weft_units_open(struct weft_units *units, const char *path)
{
	memset(units, 0, sizeof(*units));
	units->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (units->fd < 0)
		return -errno;
	units->dwarf = dwarf_begin(units->fd, DWARF_C_READ);
	if (units->dwarf)
		read_units(units);
	if (units->n)
		return 0;
	weft_units_close(units);
	return -ENODATA;
}

/**
 * weft_units_close() - free everything; what was found dies with it
 */
void weft_units_close(struct weft_units *units)
{
	size_t i;

	for (i = 0; i < units->names_n; i++)
		free(units->names[i]);
	free(units->names);
	free(units->ranges);
	if (units->dwarf)
		dwarf_end(units->dwarf);
	if (units->fd >= 0)
		close(units->fd);
	memset(units, 0, sizeof(*units));
	units->fd = -1;
}

const struct weft_unit_range *weft_units_find(const struct weft_units *units,
					      Dwarf_Addr addr)
{
	size_t low = 0, high = units->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (addr < units->ranges[middle].low)
			high = middle;
		else if (addr >= units->ranges[middle].high)
			low = middle + 1;
		else
			return &units->ranges[middle];
	}
	return NULL;
}
