// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory → structure and member; contract in rules.h.
 *
 * An allocator gives bytes. What they are meant for is read where it was called:
 * the function there, or one it is inlined into, has a variable that points to a
 * structure of just that size. Where there is none, its caller is asked.
 */
#include <assert.h>
#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "rules.h"
#include "units.h"

/* Members up to this size are named as a whole: counters, lists, locks. */
#define LEAF_SIZE 16

struct variable {
	uint64_t	addr, size;
	Dwarf_Off	type;
	const char	*name;
};

/* What an allocation site makes. */
struct made {
	uintptr_t	site[WEFT_SITE_MAX];
	size_t		size;
	Dwarf_Off	type;		/* 0: not known */
};

struct rules_types {
	struct weft_units	units;
	uintptr_t		bias;
	uint64_t		data;		/* address in the file */
	struct variable		*variables;	/* by address */
	size_t			variables_n, variables_max;
	struct made		*made;
	size_t			made_n, made_max;
};

/* The type without names and qualifiers; false where there is none. */
static bool peel(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	int tag;

	while (tag = dwarf_tag(die), tag == DW_TAG_typedef ||
	       tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_restrict_type) {
		Dwarf_Die next;

		if (!dwarf_attr_integrate(die, DW_AT_type, &attr) ||
		    !dwarf_formref_die(&attr, &next))
			return false;
		*die = next;
	}
	return true;
}

static bool type_of(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attr;

	return dwarf_attr_integrate(die, DW_AT_type, &attr) &&
	       dwarf_formref_die(&attr, ret) && peel(ret);
}

static bool is_structure(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);

	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

static uint64_t size_of(Dwarf_Die *die)
{
	Dwarf_Word size;

	return dwarf_aggregate_size(die, &size) ? 0 : size;
}

/* --- variables of the image --- */

static void add_variable(struct rules_types *types, Dwarf_Die *die)
{
	struct variable *variable;
	Dwarf_Attribute attr;
	Dwarf_Die type;
	Dwarf_Op *ops;
	size_t n;

	if (!dwarf_attr_integrate(die, DW_AT_location, &attr) ||
	    dwarf_getlocation(&attr, &ops, &n) || n != 1 ||
	    ops[0].atom != DW_OP_addr || !type_of(die, &type) ||
	    !dwarf_diename(die))
		return;
	if (types->variables_n == types->variables_max) {
		types->variables_max = types->variables_max ?
				       2 * types->variables_max : 1024;
		types->variables = realloc(types->variables,
					   types->variables_max *
					   sizeof(*types->variables));
		assert(types->variables && "out of memory for locking rules");
	}
	variable = &types->variables[types->variables_n++];
	variable->addr = ops[0].number;
	variable->size = size_of(&type);
	variable->type = dwarf_dieoffset(&type);
	variable->name = dwarf_diename(die);
}

static int compare_variables(const void *a, const void *b)
{
	const struct variable *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr ? 1 :
	       strcmp(x->name, y->name);
}

static void read_variables(struct rules_types *types)
{
	Dwarf_Off at = 0, next;
	Dwarf_Die unit, die;
	size_t header;

	while (!dwarf_nextcu(types->units.dwarf, at, &next, &header, NULL,
			     NULL, NULL)) {
		if (dwarf_offdie(types->units.dwarf, at + header, &unit) &&
		    !dwarf_child(&unit, &die))
			do {
				if (dwarf_tag(&die) == DW_TAG_variable)
					add_variable(types, &die);
			} while (!dwarf_siblingof(&die, &die));
		at = next;
	}
	if (types->variables_n)
		qsort(types->variables, types->variables_n,
		      sizeof(*types->variables), compare_variables);
}

struct rules_types *rules_types_open(const struct weft_kernel *kernel)
{
	struct rules_types *types = calloc(1, sizeof(*types));

	assert(types && "out of memory for locking rules");
	types->bias = kernel->load_bias;
	types->data = (uint64_t)(uintptr_t)kernel->data - kernel->load_bias;
	if (weft_units_open(&types->units, kernel->path)) {
		free(types);
		return NULL;
	}
	read_variables(types);
	return types;
}

void rules_types_close(struct rules_types *types)
{
	if (!types)
		return;
	weft_units_close(&types->units);
	free(types->variables);
	free(types->made);
	free(types);
}

/* --- what an allocation is --- */

static Dwarf_Off pointed_to(Dwarf_Die *variable, size_t size)
{
	Dwarf_Die type, target;

	if (!type_of(variable, &type) ||
	    dwarf_tag(&type) != DW_TAG_pointer_type ||
	    !type_of(&type, &target) || !is_structure(&target) ||
	    size_of(&target) != size)
		return 0;
	return dwarf_dieoffset(&target);
}

static Dwarf_Off find_in_scope(Dwarf_Die *scope, size_t size)
{
	Dwarf_Die child;
	Dwarf_Off found;

	if (dwarf_child(scope, &child))
		return 0;
	do {
		if (dwarf_tag(&child) != DW_TAG_variable &&
		    dwarf_tag(&child) != DW_TAG_formal_parameter)
			continue;
		found = pointed_to(&child, size);
		if (found)
			return found;
	} while (!dwarf_siblingof(&child, &child));
	return 0;
}

static Dwarf_Off find_at(struct rules_types *types, uintptr_t pc, size_t size)
{
	Dwarf_Addr addr = pc - 1 - types->bias;
	const struct weft_unit_range *range = weft_units_find(&types->units,
							      addr);
	Dwarf_Die unit, *inner = NULL, *scopes = NULL;
	Dwarf_Off found = 0;
	int i, n;

	if (!range || !dwarf_offdie(types->units.dwarf, range->die, &unit))
		return 0;
	/* Behind an inlined function come its own scopes, not its caller's. */
	n = dwarf_getscopes(&unit, addr, &inner);
	if (n > 0)
		n = dwarf_getscopes_die(&inner[0], &scopes);
	for (i = 0; i < n && !found; i++)
		if (dwarf_tag(&scopes[i]) != DW_TAG_compile_unit)
			found = find_in_scope(&scopes[i], size);
	free(inner);
	free(scopes);
	return found;
}

static Dwarf_Off made_by(struct rules_types *types,
			 const struct weft_memory *memory)
{
	struct made *made;
	size_t i;

	for (i = 0; i < types->made_n; i++)
		if (types->made[i].size == memory->size &&
		    !memcmp(types->made[i].site, memory->site,
			    sizeof(memory->site)))
			return types->made[i].type;
	if (types->made_n == types->made_max) {
		types->made_max = types->made_max ? 2 * types->made_max : 64;
		types->made = realloc(types->made, types->made_max *
				      sizeof(*types->made));
		assert(types->made && "out of memory for locking rules");
	}
	made = &types->made[types->made_n++];
	memcpy(made->site, memory->site, sizeof(made->site));
	made->size = memory->size;
	made->type = 0;
	for (i = 0; i < WEFT_SITE_MAX && memory->site[i] && !made->type; i++)
		made->type = find_at(types, memory->site[i], memory->size);
	return made->type;
}

/* --- members --- */

static bool member_offset(Dwarf_Die *member, uint64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;

	if (dwarf_attr(member, DW_AT_data_member_location, &attr) &&
	    !dwarf_formudata(&attr, &value)) {
		*ret = value;
		return true;
	}
	if (dwarf_attr(member, DW_AT_data_bit_offset, &attr) &&
	    !dwarf_formudata(&attr, &value)) {
		*ret = value / 8;
		return true;
	}
	*ret = 0;
	return true;	/* of a union */
}

static bool is_in_bits(Dwarf_Die *member, uint64_t byte)
{
	Dwarf_Attribute attr;
	Dwarf_Word at, size;

	return dwarf_attr(member, DW_AT_data_bit_offset, &attr) &&
	       !dwarf_formudata(&attr, &at) &&
	       dwarf_attr(member, DW_AT_bit_size, &attr) &&
	       !dwarf_formudata(&attr, &size) &&
	       at < 8 * byte + 8 && at + size > 8 * byte;
}

/* The member of @structure at @offset; its own offset and type. */
static bool find_member(Dwarf_Die *structure, uint64_t offset, Dwarf_Die *ret,
			Dwarf_Die *ret_type, uint64_t *ret_at)
{
	Dwarf_Die member;

	if (dwarf_child(structure, &member))
		return false;
	do {
		uint64_t at, size;

		if (dwarf_tag(&member) != DW_TAG_member ||
		    !member_offset(&member, &at) ||
		    !type_of(&member, ret_type))
			continue;
		size = size_of(ret_type);
		if (dwarf_hasattr(&member, DW_AT_bit_size) ?
		    !is_in_bits(&member, offset) :
		    offset < at || offset >= at + (size ? size : 1))
			continue;
		*ret = member;
		*ret_at = at;
		return true;
	} while (!dwarf_siblingof(&member, &member));
	return false;
}

/*
 * Bit-fields in the byte at @offset of @structure, "a/b/…": an access to one of them
 * is one to all. To be freed; NULL where there are none.
 */
static char *bit_fields(Dwarf_Die *structure, uint64_t offset)
{
	char text[160] = "";
	Dwarf_Die member;
	size_t used = 0;

	if (dwarf_child(structure, &member))
		return NULL;
	do {
		if (dwarf_tag(&member) != DW_TAG_member ||
		    !dwarf_diename(&member) || !is_in_bits(&member, offset))
			continue;
		if (used + strlen(dwarf_diename(&member)) + 6 > sizeof(text)) {
			snprintf(text + used, sizeof(text) - used, "/…");
			break;
		}
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s", used ? "/" : "",
					 dwarf_diename(&member));
	} while (!dwarf_siblingof(&member, &member));
	return *text ? output_format("%s", text) : NULL;
}

/* From an array to the element; false where there is no telling. */
static bool enter_array(Dwarf_Die *type, uint64_t *offset)
{
	while (dwarf_tag(type) == DW_TAG_array_type) {
		Dwarf_Die element;
		uint64_t size;

		if (!type_of(type, &element))
			return false;
		size = size_of(&element);
		if (!size)
			return false;
		*offset %= size;
		*type = element;
	}
	return true;
}

/* "vfio_device.open_count": the innermost structure that has a name */
static char *member_path(struct rules_types *types, Dwarf_Off type,
			 uint64_t offset, struct rules_inside *ret)
{
	const char *outer = NULL, *name = NULL;
	Dwarf_Die structure, member, inner;
	uint64_t at, into;
	char *bits, *path;

	ret->declared = 0;
	if (!dwarf_offdie(types->units.dwarf, type, &structure) ||
	    !enter_array(&structure, &offset) || !is_structure(&structure))
		return NULL;
	outer = dwarf_diename(&structure);
	into = offset;
	while (find_member(&structure, offset, &member, &inner, &at)) {
		bits = bit_fields(&structure, offset);
		if (bits) {
			ret->structure = into;
			ret->member = 0;
			ret->declared = dwarf_dieoffset(&member);
			path = outer ? output_format("%s.%s", outer, bits) :
				       NULL;
			free(bits);
			return path;
		}
		offset -= at;
		if (!enter_array(&inner, &offset))
			break;
		if (dwarf_diename(&member)) {
			name = dwarf_diename(&member);
			ret->declared = dwarf_dieoffset(&member);
		}
		if (!is_structure(&inner) ||
		    (dwarf_diename(&member) && size_of(&inner) <= LEAF_SIZE))
			break;
		if (dwarf_diename(&inner)) {
			outer = dwarf_diename(&inner);
			into = offset;
			name = NULL;
		}
		structure = inner;
	}
	ret->structure = into;
	ret->member = offset;
	return outer && name ? output_format("%s.%s", outer, name) : NULL;
}

static char *variable_path(struct rules_types *types, uint64_t addr,
			   struct rules_inside *ret)
{
	size_t low = 0, high = types->variables_n;
	const struct variable *variable;
	char *path;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (types->variables[middle].addr <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	variable = &types->variables[low - 1];
	if (addr >= variable->addr + variable->size)
		return NULL;
	path = member_path(types, variable->type, addr - variable->addr, ret);
	if (path)
		return path;
	ret->structure = ret->member = addr - variable->addr;
	ret->declared = 0;
	return output_format("%s", variable->name);
}

char *rules_member(struct rules_types *types, const struct weft_memory *memory,
		   struct rules_inside *ret)
{
	Dwarf_Off type;

	memset(ret, 0, sizeof(*ret));
	if (memory->place == WEFT_PLACE_DATA)
		return variable_path(types, types->data + memory->offset,
				     ret);
	if (memory->place != WEFT_PLACE_HEAP || !memory->size)
		return NULL;
	type = made_by(types, memory);
	return type ? member_path(types, type, memory->offset, ret) :
		      NULL;
}

char *rules_structure(struct rules_types *types,
		      const struct weft_memory *memory)
{
	Dwarf_Off type = memory->place == WEFT_PLACE_HEAP && memory->size ?
			 made_by(types, memory) : 0;
	Dwarf_Die structure;

	if (!type || !dwarf_offdie(types->units.dwarf, type, &structure) ||
	    !dwarf_diename(&structure))
		return NULL;
	return output_format("struct %s", dwarf_diename(&structure));
}

char *rules_declaration(struct rules_types *types,
			const struct rules_inside *inside, int *ret_line)
{
	Dwarf_Attribute attribute;
	Dwarf_Die member, unit;
	const char *file, *dir;

	if (!inside->declared ||
	    !dwarf_offdie(types->units.dwarf, inside->declared, &member) ||
	    dwarf_decl_line(&member, ret_line) ||
	    !dwarf_diecu(&member, &unit, NULL, NULL))
		return NULL;
	file = dwarf_decl_file(&member);
	dir = dwarf_formstring(dwarf_attr(&unit, DW_AT_comp_dir, &attribute));
	return file ? weft_source_name(file, dir) : NULL;
}
