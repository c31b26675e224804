// SPDX-License-Identifier: GPL-2.0-only
/*
 * Program counters to functions and lines, inlined calls included.
 *
 * Two files are known: the image, loaded at its bias, and the program itself
 * (scenarios are part of it). Addresses are looked up minus one, because a
 * return address may already belong to the next statement.
 */
#include <assert.h>
#include <dwarf.h>
#include <gelf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include "../kernel-shim/kernel.h"
#include "report.h"
#include "units.h"

#define FRAMES_MAX 24		/* inlined calls at one address */
#define CACHE_BUCKETS 4096

struct module {
	bool			present;
	uintptr_t		bias;
	struct weft_units	units;
};

struct cached {
	struct cached		*next;
	uintptr_t		pc;
	unsigned int		n;
	struct weft_frame	frames[];
};

enum { MODULE_IMAGE, MODULE_PROGRAM, MODULES };

/* @names: interned strings of frames, owned */
struct weft_symbols {
	struct module		modules[MODULES];
	struct cached		*cache[CACHE_BUCKETS];
	char			**names;
	size_t			names_n, names_max;
};

static void open_module(struct module *module, const char *path,
			uintptr_t bias)
{
	module->bias = bias;
	module->present = !weft_units_open(&module->units, path);
}

/* The first entry of the loader's list is the program. */
static int take_program_bias(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	*(uintptr_t *)arg = info->dlpi_addr;
	return 1;
}

/**
 * weft_symbols_open() - see report.h
 */
struct weft_symbols *weft_symbols_open(const struct weft_kernel *kernel)
{
	struct weft_symbols *symbols = calloc(1, sizeof(*symbols));
	uintptr_t bias = 0;

	assert(symbols && "out of memory for symbols");
	dl_iterate_phdr(take_program_bias, &bias);
	open_module(&symbols->modules[MODULE_PROGRAM], "/proc/self/exe", bias);
	if (kernel)
		open_module(&symbols->modules[MODULE_IMAGE], kernel->path,
			    kernel->load_bias);
	if (symbols->modules[MODULE_PROGRAM].present ||
	    symbols->modules[MODULE_IMAGE].present)
		return symbols;
	weft_symbols_close(symbols);
	return NULL;
}

/**
 * weft_symbols_close() - NULL is accepted; frames die with it
 */
void weft_symbols_close(struct weft_symbols *symbols)
{
	size_t i;

	if (!symbols)
		return;
	for (i = 0; i < MODULES; i++)
		if (symbols->modules[i].present)
			weft_units_close(&symbols->modules[i].units);
	for (i = 0; i < CACHE_BUCKETS; i++)
		while (symbols->cache[i]) {
			struct cached *next = symbols->cache[i]->next;

			free(symbols->cache[i]);
			symbols->cache[i] = next;
		}
	for (i = 0; i < symbols->names_n; i++)
		free(symbols->names[i]);
	free(symbols->names);
	free(symbols);
}

/* Keeps @name (allocated) for as long as the frames live. */
static const char *keep_name(struct weft_symbols *symbols, char *name)
{
	if (symbols->names_n == symbols->names_max) {
		symbols->names_max = symbols->names_max ?
				     2 * symbols->names_max : 256;
		symbols->names = realloc(symbols->names, symbols->names_max *
					 sizeof(*symbols->names));
		assert(symbols->names && "out of memory for symbols");
	}
	symbols->names[symbols->names_n++] = name;
	return name;
}

static void set_file(struct weft_symbols *symbols, Dwarf_Die *unit,
		     const char *file, struct weft_frame *frame)
{
	Dwarf_Attribute attribute;
	const char *dir;

	if (!file)
		return;
	dir = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
	frame->file = keep_name(symbols, weft_source_name(file, dir));
	frame->shim = weft_source_is_shim(frame->file);
}

static void set_call_site(struct weft_symbols *symbols, Dwarf_Die *unit,
			  Dwarf_Die *inlined, struct weft_frame *frame)
{
	Dwarf_Attribute attribute;
	Dwarf_Word file = 0, line = 0;
	Dwarf_Files *files;
	size_t n;

	dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute),
			&file);
	dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute),
			&line);
	if (!dwarf_getsrcfiles(unit, &files, &n) && file < n)
		set_file(symbols, unit, dwarf_filesrc(files, file, NULL, NULL),
			 frame);
	frame->line = (int)line;
}

/* GCC's clones (foo.isra.0, foo.part.0) are foo to a reader. */
static const char *plain_name(struct weft_symbols *symbols, const char *name)
{
	char *copy = strdup(name ? name : "??");

	assert(copy && "out of memory for symbols");
	copy[strcspn(copy, ".")] = '\0';
	return keep_name(symbols, copy);
}

static unsigned int walk_scopes(struct weft_symbols *symbols, Dwarf_Die *unit,
				Dwarf_Die *scopes, int scopes_n,
				struct weft_frame *frames)
{
	unsigned int n = 0;
	int i;

	for (i = 0; i < scopes_n && n < FRAMES_MAX - 1; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag != DW_TAG_inlined_subroutine &&
		    tag != DW_TAG_subprogram)
			continue;
		frames[n].function = plain_name(symbols,
						dwarf_diename(&scopes[i]));
		frames[n].inlined = tag == DW_TAG_inlined_subroutine;
		n++;
		if (tag == DW_TAG_subprogram)
			break;
		set_call_site(symbols, unit, &scopes[i], &frames[n]);
	}
	return n;
}

static unsigned int resolve_in(struct weft_symbols *symbols,
			       struct module *module, Dwarf_Addr addr,
			       struct weft_frame *frames)
{
	const struct weft_unit_range *range;
	Dwarf_Die unit, *scopes = NULL, *chain = NULL;
	Dwarf_Line *line;
	unsigned int n = 0;
	int scopes_n;

	range = weft_units_find(&module->units, addr);
	if (!range || !dwarf_offdie(module->units.dwarf, range->die, &unit))
		return 0;
	line = dwarf_getsrc_die(&unit, addr);
	if (line) {
		set_file(symbols, &unit, dwarf_linesrc(line, NULL, NULL),
			 &frames[0]);
		dwarf_lineno(line, &frames[0].line);
	}
	/* The innermost scope knows its real parents, inlined ones too. */
	if (dwarf_getscopes(&unit, addr, &scopes) > 0) {
		scopes_n = dwarf_getscopes_die(&scopes[0], &chain);
		n = walk_scopes(symbols, &unit, chain, scopes_n, frames);
	}
	free(scopes);
	free(chain);
	if (!n)
		frames[n++].function = "??";
	return n;
}

static unsigned int resolve(struct weft_symbols *symbols, uintptr_t pc,
			    struct weft_frame *frames)
{
	unsigned int n = 0, i;

	memset(frames, 0, FRAMES_MAX * sizeof(*frames));
	for (i = 0; i < MODULES && !n; i++) {
		struct module *module = &symbols->modules[i];

		if (module->present)
			n = resolve_in(symbols, module, pc - 1 - module->bias,
				       frames);
	}
	if (n)
		return n;
	/* The C library, or code without debug information. */
	frames[0].function = "??";
	frames[0].shim = true;
	return 1;
}

static const struct cached *look_up(struct weft_symbols *symbols, uintptr_t pc)
{
	size_t bucket = (pc >> 1) % CACHE_BUCKETS;
	struct weft_frame frames[FRAMES_MAX];
	struct cached *entry;
	unsigned int n;

	for (entry = symbols->cache[bucket]; entry; entry = entry->next)
		if (entry->pc == pc)
			return entry;
	n = resolve(symbols, pc, frames);
	entry = malloc(sizeof(*entry) + n * sizeof(*frames));
	assert(entry && "out of memory for symbols");
	entry->next = symbols->cache[bucket];
	entry->pc = pc;
	entry->n = n;
	memcpy(entry->frames, frames, n * sizeof(*frames));
	symbols->cache[bucket] = entry;
	return entry;
}

/**
 * weft_symbols_resolve() - see report.h
 */
unsigned int weft_symbols_resolve(struct weft_symbols *symbols, uintptr_t pc,
				  struct weft_frame *ret, unsigned int max)
{
	const struct cached *entry = look_up(symbols, pc);
	unsigned int n = entry->n < max ? entry->n : max;

	memcpy(ret, entry->frames, n * sizeof(*ret));
	return n;
}

/* The entry of a call that returns to @pc, in @die or below; at any depth. */
static bool find_call(Dwarf_Die *die, Dwarf_Addr pc, Dwarf_Die *ret)
{
	Dwarf_Attribute attribute;
	Dwarf_Addr at;
	Dwarf_Die child;

	if (dwarf_tag(die) == DW_TAG_call_site &&
	    !dwarf_formaddr(dwarf_attr(die, DW_AT_call_return_pc, &attribute),
			    &at) && at == pc) {
		*ret = *die;
		return true;
	}
	if (dwarf_child(die, &child))
		return false;
	do {
		if (find_call(&child, pc, ret))
			return true;
	} while (!dwarf_siblingof(&child, &child));
	return false;
}

static const char *callee_in(const struct module *module, Dwarf_Addr pc)
{
	const struct weft_unit_range *range;
	Dwarf_Die unit, *scopes = NULL, call, callee;
	Dwarf_Attribute attribute;
	const char *name = NULL;
	int i, n;

	range = weft_units_find(&module->units, pc - 1);
	if (!range || !dwarf_offdie(module->units.dwarf, range->die, &unit))
		return NULL;
	n = dwarf_getscopes(&unit, pc - 1, &scopes);
	for (i = 0; i < n && !name; i++)
		if (dwarf_tag(&scopes[i]) != DW_TAG_compile_unit &&
		    find_call(&scopes[i], pc, &call) &&
		    dwarf_formref_die(dwarf_attr(&call, DW_AT_call_origin,
						 &attribute), &callee))
			name = dwarf_diename(&callee);
	free(scopes);
	return name;
}

/**
 * weft_symbols_callee() - see report.h
 */
const char *weft_symbols_callee(struct weft_symbols *symbols, uintptr_t pc)
{
	const char *name = NULL;
	unsigned int i;

	for (i = 0; i < MODULES && !name; i++)
		if (symbols->modules[i].present)
			name = callee_in(&symbols->modules[i],
					 pc - symbols->modules[i].bias);
	return name;
}

/* spin_lock() of a header says little; the function that calls it does. */
static bool is_wrapper(const struct weft_frame *frame)
{
	if (!frame->file)
		return false;
	return (frame->inlined && !strncmp(frame->file, "include/", 8)) ||
	       !strcmp(frame->file, "lib/refcount.c");
}

/**
 * weft_symbols_site() - where in the kernel (or the scenario) a stack is
 * @symbols: may be NULL
 * @ret:     the innermost frame that is neither shim nor an inline function of
 *           a kernel header, nor what warns of reference counts
 */
bool weft_symbols_site(struct weft_symbols *symbols,
		       const struct weft_stack *stack, struct weft_frame *ret)
{
	bool found = false;
	unsigned int i, j;

	for (i = 0; symbols && i < stack->n; i++) {
		const struct cached *entry = look_up(symbols, stack->pc[i]);

		for (j = 0; j < entry->n; j++) {
			const struct weft_frame *frame = &entry->frames[j];

			if (frame->shim || (found && is_wrapper(frame)))
				continue;
			*ret = *frame;
			found = true;
			if (!is_wrapper(frame))
				return true;
		}
	}
	return found;
}

static const char *data_in_table(Elf *elf, Elf_Scn *section,
				 const GElf_Shdr *header, GElf_Addr addr,
				 size_t *ret_offset)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Sym symbol;
	int i, n = (int)(header->sh_size / header->sh_entsize);

	for (i = 0; i < n; i++) {
		if (!gelf_getsym(data, i, &symbol) ||
		    GELF_ST_TYPE(symbol.st_info) != STT_OBJECT ||
		    addr - symbol.st_value >= symbol.st_size)
			continue;
		*ret_offset = addr - symbol.st_value;
		return elf_strptr(elf, header->sh_link, symbol.st_name);
	}
	return NULL;
}

/**
 * weft_symbols_data() - see report.h
 */
const char *weft_symbols_data(struct weft_symbols *symbols, uintptr_t addr,
			      size_t *ret_offset)
{
	struct module *module = symbols ? &symbols->modules[MODULE_IMAGE] : NULL;
	Elf_Scn *section = NULL;
	const char *name = NULL;
	GElf_Shdr header;
	Elf *elf;

	if (!module || !module->present)
		return NULL;
	elf = dwarf_getelf(module->units.dwarf);
	while (!name && (section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) &&
		    header.sh_type == SHT_SYMTAB)
			name = data_in_table(elf, section, &header,
					     addr - module->bias, ret_offset);
	return name;
}
