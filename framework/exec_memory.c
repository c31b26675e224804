/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory errors: accesses to bytes that may not be accessed, and bad frees.
 *
 * Source: Serebryany et al., "AddressSanitizer: A fast address sanity checker",
 * USENIX ATC 2012 (redzones, quarantine, a state for every 8 bytes). Here the
 * quarantine never ends and the state lies in the granule, so that the access
 * hook that feeds the race detector looks at it in passing.
 *
 *  I1  An execution ends at its first memory error: what the program does later
 *      is not defined.
 *  I2  The error is reported after the access was told to the strategy and to the
 *      shadow, so that a reduction knows what it depends on.
 *  I3  Stacks of allocations and frees are kept before the snapshot and while an
 *      execution is recorded: every finding is replayed before it is shown.
 *
 * Not looked at: the setup, and code that asks whether a wait is over (it runs on
 * any stack, and at other times than the program says).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "exec_internal.h"

/* By number of the record: the allocation's, the free's. Address space only. */
#define STACKS_SIZE	((size_t)2 * sizeof(struct exec_memory_stack) << 19)
#define STACK_ALLOC	1u
#define STACK_FREE	2u

/* @at: recorded steps so far; SIZE_MAX: none are, or it was the setup */
struct exec_memory_stack {
	struct weft_stack	stack;
	unsigned long		step;
	size_t			at;
};

int exec__memory_create(struct weft_exec *x)
{
	void *at = mmap(NULL, STACKS_SIZE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		return -ENOMEM;
	x->memory_stacks = at;
	return 0;
}

void exec__memory_destroy(struct weft_exec *x)
{
	if (x->memory_stacks)
		munmap(x->memory_stacks, STACKS_SIZE);
}

static struct exec_memory_stack *stack_of(const struct weft_exec *x,
				   const struct weft_allocation *record,
				   bool freed)
{
	size_t number = (size_t)(record - x->region.allocations);

	return &x->memory_stacks[2 * number + freed];
}

static void keep_stack(struct weft_exec *x, const struct weft_allocation *record,
		       bool freed)
{
	struct exec_memory_stack *to = stack_of(x, record, freed);

	weft_exec_stack(x, &to->stack);
	to->step = x->region.hot.step;
	to->at = x->in_setup || !x->record ? SIZE_MAX : x->evidence.steps_n;
}

static bool contains(const struct weft_text *text, uintptr_t pc)
{
	return pc - text->begin < text->end - text->begin;
}

/* Code of the program: not of the model, nor of what works for others. */
static bool is_program(const struct weft_exec *x, uintptr_t pc)
{
	return contains(&x->config.text, pc) &&
	       !contains(&x->config.model, pc) &&
	       !contains(&x->config.glass, pc);
}

/* The innermost return addresses in the program, then 0. */
static void sites(const struct weft_exec *x, uintptr_t *ret, unsigned int max)
{
	const struct weft_co *co = &x->threads[x->running].co;
	uintptr_t low = (uintptr_t)co->stack;
	uintptr_t high = low + co->size - 2 * sizeof(uintptr_t);
	uintptr_t fp = (uintptr_t)__builtin_frame_address(0);
	unsigned int n = 0;

	while (n < max && fp >= low && fp <= high && !(fp & 7)) {
		const uintptr_t *frame = (const uintptr_t *)fp;

		if (is_program(x, frame[1]))
			ret[n++] = frame[1];
		if (frame[0] <= fp)
			break;
		fp = frame[0];
	}
	if (n < max)
		ret[n] = 0;
}

void weft_exec_no_memory(struct weft_exec *x, int task, size_t size)
{
	const struct weft_arena *arena = &x->region.arenas[task];

	exec__limit(x, "task %s asks for %zu bytes, and of its %zu MiB, the limit, that much is not left (what is freed is not used again): let it allocate less",
		    x->threads[task].name, size,
		    (size_t)(arena->end - arena->begin) >> 20);
}

void *weft_exec_alloc(struct weft_exec *x, size_t size, size_t align,
		      const char *what)
{
	void *memory = weft_region_alloc(&x->region, x->running, size, align);
	struct weft_allocation *record;

	if (!memory)
		weft_exec_no_memory(x, x->running, size);
	record = weft_region_latest(&x->region);
	record->what = what;
	sites(x, record->site, WEFT_SITE_MAX);
	if (x->in_setup || x->record) {
		record->stacks |= STACK_ALLOC;
		keep_stack(x, record, false);
	}
	return memory;
}

/* Who declares what is not there means something else. */
static void report_keep(struct weft_exec *x)
{
	const struct weft_defect defect = {
		.kind = "invariant", .sort = "invariant:keep", .placed = true,
		.summary = "not true: what weft_keep() is given was allocated",
		.tasks = &x->running, .tasks_n = 1,
	};

	weft_report_defect(x, &defect);
}

void weft_exec_keep(struct weft_exec *x, const void *ptr)
{
	const struct weft_region *region = &x->region;

	if (!ptr || (uintptr_t)ptr - (uintptr_t)region->data <
		    region->data_size)
		return;
	if (!weft_region_keep(&x->region, ptr))
		report_keep(x);
}

static const char *task_name(const struct weft_exec *x, int task)
{
	return task < x->threads_n ? x->threads[task].name : "nobody";
}

/* "a 96-byte kmalloc object", "an 8-byte one" */
void exec__memory_name(const struct weft_allocation *record, char *ret,
		       size_t size)
{
	size_t leading = record->size;

	while (leading >= 10)
		leading /= 10;
	snprintf(ret, size, "%s %zu-byte %s object",
		 leading == 8 || record->size == 11 || record->size == 18 ?
		 "an" : "a", record->size,
		 record->what ? record->what : "internal");
}

uintptr_t exec__program_site(const struct weft_exec *x)
{
	uintptr_t pc[2];

	sites(x, pc, 1);
	return pc[0];
}

/* Who asked for it: so many callers, innermost first. */
static void origin_of(const struct weft_allocation *record, unsigned int callers,
		      struct weft_stack *ret)
{
	ret->n = 0;
	while (record && ret->n < callers && record->site[ret->n]) {
		ret->pc[ret->n] = record->site[ret->n];
		ret->n++;
	}
}

static void relate_free(struct weft_finding *finding, int task,
			const struct exec_memory_stack *from)
{
	struct weft_related *related = weft_finding_relate(finding, "freed", task,
							   &from->stack);

	if (from->at == SIZE_MAX)
		return;
	related->step = from->step;
	related->between = true;
	related->at = from->at;
}

/* The stacks that are known of @record, the latest first. */
static void relate(struct weft_exec *x, struct weft_finding *finding,
		   const struct weft_allocation *record)
{
	if (record->freed_by && (record->stacks & STACK_FREE))
		relate_free(finding, record->freed_by - 1,
			    stack_of(x, record, true));
	if (record->stacks & STACK_ALLOC)
		weft_finding_relate(finding, "allocated", record->task,
				    &stack_of(x, record, false)->stack);
}

/*
 * Equal findings: the same thing happened at the same place, to something that
 * was asked for at the same place.
 */
static void report(struct weft_exec *x, const char *what, const char *summary,
		   const struct weft_allocation *record)
{
	char sort[80];
	struct weft_stack origin;
	int tasks[2] = { x->running, record && record->freed_by ?
			 record->freed_by - 1 : x->running };
	const struct weft_defect defect = {
		.kind = "memory", .summary = summary, .sort = sort,
		.placed = true, .tasks = tasks,
		.tasks_n = tasks[0] == tasks[1] ? 1 : 2, .origin = &origin,
	};
	struct weft_finding *finding;

	origin_of(record, 1, &origin);
	snprintf(sort, sizeof(sort), "memory:%s", what);
	finding = weft_report_defect(x, &defect);
	if (finding && record)
		relate(x, finding, record);
	weft_exec_note(x, WEFT_OP_CALL, summary);
}

__attribute__((noreturn))
static void end_with(struct weft_exec *x, const char *what,
		     const char *summary, const struct weft_allocation *record)
{
	report(x, what, summary, record);
	weft_exec_abort(x, WEFT_OUTCOME_FATAL);
}

/* "16 bytes after the end of", of an address outside of @record. */
static void where_outside(const struct weft_allocation *record,
			  uintptr_t addr, char *ret, size_t size)
{
	uintptr_t at = (uintptr_t)record->addr, end = at + record->size;
	size_t by = addr < at ? at - addr : addr - end;
	const char *what = addr < at ? "before the start of" :
				       "after the end of";

	if (by)
		snprintf(ret, size, "%zu byte%s %s", by, by == 1 ? "" : "s",
			 what);
	else
		snprintf(ret, size, "right %s", what);
}

/* Does the access at @addr begin in @record? */
static bool begins_in(const struct weft_allocation *record, uintptr_t addr)
{
	uintptr_t at = (uintptr_t)record->addr;

	return addr >= at && addr < at + record->size;
}

/* "at offset 0 of", of an access to what was freed, or that begins inside. */
static void where_inside(const struct weft_allocation *record, uintptr_t addr,
			 char *ret, size_t size)
{
	snprintf(ret, size, "at offset %zu of",
		 (size_t)(addr - (uintptr_t)record->addr));
}

/* ", the last 3 beyond its end", of @n bytes. */
static void beyond_end(size_t n, char *ret, size_t size)
{
	if (n == 1)
		snprintf(ret, size, ", the last one beyond its end");
	else
		snprintf(ret, size, ", the last %zu beyond its end", n);
}

__attribute__((noreturn, noinline))
static void bad_access(struct weft_exec *x, uintptr_t addr, uintptr_t wrong,
		       size_t len, bool write)
{
	const struct weft_granule *g = weft_hot_granule(&x->region.hot, wrong);
	const struct weft_allocation *record =
		weft_region_around(&x->region, wrong);
	bool freed = g->state == WEFT_MEMORY_FREED;
	char summary[300], object[120] = "anything", where[60] = "";
	char rest[60] = "";

	if (record)
		exec__memory_name(record, object, sizeof(object));
	if (record && freed) {
		where_inside(record, wrong, where, sizeof(where));
		snprintf(rest, sizeof(rest), " freed by %s",
			 task_name(x, record->freed_by - 1));
	} else if (record && begins_in(record, addr)) {
		where_inside(record, addr, where, sizeof(where));
		beyond_end(addr + len - (uintptr_t)record->addr - record->size,
			   rest, sizeof(rest));
	} else if (record) {
		where_outside(record, wrong, where, sizeof(where));
	}
	snprintf(summary, sizeof(summary), "%s: %s %s %zu byte%s %s %s%s",
		 freed ? "use after free" : "out of bounds",
		 x->threads[x->running].name, write ? "writes" : "reads",
		 len, len == 1 ? "" : "s", where, object, rest);
	end_with(x, freed ? "use after free" : "out of bounds", summary,
		 record);
}

/* Everything about one allocation: the sites of its path, not of one frame. */
static void report_leak(struct weft_exec *x,
			const struct weft_allocation *record)
{
	char summary[240], object[120];
	struct weft_stack origin;
	int task = record->task;
	const struct weft_defect defect = {
		.kind = "memory", .summary = summary, .sort = "memory:leak",
		.tasks = &task, .tasks_n = 1, .origin = &origin,
	};
	struct weft_finding *finding;

	origin_of(record, WEFT_SITE_MAX, &origin);
	exec__memory_name(record, object, sizeof(object));
	snprintf(summary, sizeof(summary),
		 "leak: %s allocated by %s is left at the end, and nothing points to it",
		 object, task_name(x, task));
	finding = weft_report_defect(x, &defect);
	if (finding)
		relate(x, finding, record);
}

/* Races are told once in a campaign, and again in replays: they must not count. */
static bool found_something(const struct weft_exec *x)
{
	size_t i;

	for (i = 0; i < x->findings_n; i++)
		if (strcmp(x->findings[i].kind, "race"))
			return true;
	return false;
}

void weft_exec_report_leaks(struct weft_exec *x)
{
	const struct weft_allocation *leaks[WEFT_LEAKS_MAX];
	size_t i, n;

	if (!x->config.data || found_something(x) || weft_exec_is_ruled_out(x))
		return;
	n = weft_exec_leaks(x, leaks, WEFT_LEAKS_MAX);
	for (i = 0; i < n; i++)
		report_leak(x, leaks[i]);
}

void exec__memory_check(struct weft_exec *x, uintptr_t addr, size_t len,
			bool write, uintptr_t pc)
{
	uintptr_t wrong = weft_region_invalid(&x->region, addr, len);

	(void)pc;	/* the stack says more */
	if (!wrong || x->in_setup || x->on_hub || x->looking)
		return;
	bad_access(x, addr, wrong, len, write);
}

#define POISON(byte) ((uintptr_t)-1 / 255 * (byte))

/* Bytes of memory that was never written, or was freed: kernel-shim's slab.c. */
enum { POISON_NEVER_SET = 0x5a, POISON_WAS_FREED = 0x6b };

static void check_poison(struct weft_exec *x, const void *ptr, const char *name)
{
	bool never_set = (uintptr_t)ptr == POISON(POISON_NEVER_SET);
	char summary[160];

	if (!never_set && (uintptr_t)ptr != POISON(POISON_WAS_FREED))
		return;
	snprintf(summary, sizeof(summary), "%s: %s frees a pointer %s",
		 never_set ? "uninitialised free" : "invalid free", name,
		 never_set ? "that was never set" : "read from freed memory");
	end_with(x, never_set ? "uninitialised free" : "invalid free", summary,
		 NULL);
}

__attribute__((noreturn))
static void bad_free(struct weft_exec *x, const void *ptr)
{
	const struct weft_allocation *record =
		weft_region_around(&x->region, (uintptr_t)ptr);
	const char *name = x->threads[x->running].name;
	char summary[240], object[120], where[60];
	size_t offset;

	check_poison(x, ptr, name);
	if (!record) {
		snprintf(summary, sizeof(summary),
			 "invalid free: %s frees what was never allocated", name);
		end_with(x, "invalid free", summary, NULL);
	}
	exec__memory_name(record, object, sizeof(object));
	offset = (size_t)((uintptr_t)ptr - (uintptr_t)record->addr);
	if (offset < record->size)
		snprintf(where, sizeof(where), "at offset %zu of", offset);
	else
		where_outside(record, (uintptr_t)ptr, where, sizeof(where));
	snprintf(summary, sizeof(summary), "invalid free: %s frees %s %s", name,
		 where, object);
	end_with(x, "invalid free", summary, record);
}

__attribute__((noreturn))
static void double_free(struct weft_exec *x, const void *ptr)
{
	const struct weft_allocation *record =
		weft_region_find(&x->region, ptr);
	char summary[240], object[120];

	exec__memory_name(record, object, sizeof(object));
	snprintf(summary, sizeof(summary), "double free: %s frees %s freed by %s",
		 x->threads[x->running].name, object,
		 task_name(x, record->freed_by - 1));
	end_with(x, "double free", summary, record);
}

/*
 * For a reduction a free is a write to everything in the object that others may
 * use: each word of it whose operations are points, and locks in its second half.
 * It also looks whether these locks are held, so that their releases matter.
 */
static void tell_free(struct weft_exec *x, const void *ptr)
{
	const struct weft_allocation *record =
		weft_region_find(&x->region, ptr);
	uintptr_t at = (uintptr_t)ptr;

	if (!record || x->in_setup || !x->strategy->applied)
		return;
	for (; at < (uintptr_t)ptr + record->size; at += 8) {
		const struct weft_granule *g =
			weft_hot_granule(&x->region.hot, at);

		if (!weft_hot_is_shared(g))
			continue;
		if (weft_object_index(&x->objects, (const void *)at) ||
		    weft_object_index(&x->objects, (const void *)(at + 4)))
			exec__mark_tried(x, (const void *)at);
		exec__tell(x, WEFT_OP_FREE, (const void *)at, -1);
		exec__tell(x, WEFT_OP_FREE, (const void *)(at + 4), -1);
	}
}

void weft_exec_free_memory(struct weft_exec *x, const void *ptr, bool quiet)
{
	struct weft_allocation *record;

	tell_free(x, ptr);
	if (x->foretell.on && !quiet)
		exec__foretell_free(x, ptr,
				    weft_region_alloc_size(&x->region, ptr));
	switch (weft_region_free_by(&x->region, ptr, x->running, quiet)) {
	case WEFT_FREE_OK:
		break;
	case WEFT_FREE_TWICE:
		double_free(x, ptr);
	case WEFT_FREE_INVALID:
		bad_free(x, ptr);
	}
	if (!x->in_setup && !x->record)
		return;
	record = weft_region_find(&x->region, ptr);
	record->stacks |= STACK_FREE;
	keep_stack(x, record, true);
}
