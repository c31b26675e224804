/* SPDX-License-Identifier: GPL-2.0-only */
/* States of one execution, and whether it repeats them; contract in exec_cycle.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

/* As much as calls between two operations leave behind, and more. */
#define CLEARED_BYTES 8192

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
	hash ^= hash >> 29;
	hash *= 0xbf58476d1ce4e5b9ull;
	return hash ^ hash >> 32;
}

static uint64_t mix_bytes(uint64_t hash, const void *bytes, size_t n)
{
	const char *at = bytes;
	uint64_t word;

	for (; n >= sizeof(word); n -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		hash = mix(hash, word);
	}
	for (; n; n--, at++)
		hash = mix(hash, (unsigned char)*at);
	return hash;
}

static bool is_unhooked(const struct weft_exec *x, uintptr_t addr)
{
	unsigned int i;

	for (i = 0; i < x->unhooked_n; i++)
		if (addr + 8 > (uintptr_t)x->unhooked[i].addr &&
		    addr < (uintptr_t)x->unhooked[i].addr + x->unhooked[i].len)
			return true;
	return false;
}

/* Stacks, unhooked memory and what lies outside are looked at as they are. */
static bool is_watched(const struct weft_exec *x, uintptr_t addr)
{
	return addr - x->region.hot.base < x->region.hot.size &&
	       addr < (uintptr_t)x->region.stacks && !is_unhooked(x, addr);
}

/*
 * A sum over granules, so that it follows from what was written since the last
 * visit alone. Between two visits no granule is logged twice.
 */
static void note_memory(struct weft_exec *x)
{
	const struct weft_undo_entry *undo = x->region.hot.undo;
	struct exec_cycle *cycle = &x->cycle;
	size_t i;

	for (i = cycle->noted; i < x->region.hot.undo_n; i++) {
		uint64_t addr = undo[i].addr;

		if (!is_watched(x, addr))
			continue;
		cycle->memory -= mix(addr, undo[i].old);
		cycle->memory += mix(addr, *(const unsigned long *)addr);
	}
	cycle->noted = weft_region_checkpoint(&x->region);
}

static uint64_t hash_published(const struct weft_exec *x, uint64_t hash,
			       const struct weft_thread *t)
{
	const struct weft_pending *op = t->op;
	bool is_spin;

	if (!t->has_op)
		return mix(hash, 1);
	is_spin = op->kind == WEFT_OP_AWAIT && op->wait == WEFT_WAIT_SPIN;
	hash = mix(hash, (uint64_t)op->kind << 40 |
		   (uint64_t)op->choices << 16 | (uint64_t)op->mode << 8 |
		   op->wait);
	hash = mix(hash, (uint64_t)op->queued << 2 | (uint64_t)op->until << 1 |
		   (is_spin && x->region.hot.step > t->since));
	hash = mix(hash, (uintptr_t)op->addr);
	hash = mix(hash, (uintptr_t)op->what);
	hash = mix(hash, (uintptr_t)op->ready);
	return mix(hash, (uintptr_t)op->arg);
}

static uint64_t hash_task(const struct weft_exec *x, uint64_t hash, int task)
{
	const struct weft_thread *t = &x->threads[task];
	const char *stack;
	unsigned int i;
	size_t len;

	hash = mix(hash, (uint64_t)t->state << 32 | t->held_n);
	if (t->state == WEFT_THREAD_ENDED)
		return hash;
	hash = hash_published(x, hash, t);
	hash = mix(hash, (uintptr_t)t->cookie);
	for (i = 0; i < t->held_n; i++) {
		const struct weft_held *held = &x->held[task][i];

		hash = mix(hash, (uintptr_t)held->addr);
		hash = mix(hash, (uint64_t)held->class << 8 | held->shared);
	}
	stack = weft_co_live(&t->co, &len);
	return mix_bytes(mix(hash, len), stack, len);
}

static uint64_t hash_state(const struct weft_exec *x)
{
	uint64_t hash = mix(x->cycle.memory, x->cycle.overdue);
	unsigned int i;
	int task;

	hash = mix(hash, (uint64_t)x->running << 32 | (uint64_t)x->threads_n);
	hash = mix(hash, (uint64_t)x->joining);
	for (task = 0; task < x->threads_n; task++) {
		hash = mix(hash, (uintptr_t)x->region.arenas[task].next);
		hash = hash_task(x, hash, task);
	}
	for (i = 0; i < x->objects.n; i++) {
		const struct weft_object *object = &x->objects.objects[i];

		hash = mix(hash, (uint64_t)(uint16_t)object->writer << 48 |
			   (uint64_t)object->readers << 32 | object->class);
		hash = mix(hash, object->queued);
	}
	for (i = 0; i < x->unhooked_n; i++)
		hash = mix_bytes(hash, x->unhooked[i].addr, x->unhooked[i].len);
	return hash;
}

/* --- the visits so far, found by their hash --- */

static uint32_t *slot_of(const struct exec_cycle *cycle, uint64_t hash)
{
	uint32_t mask = cycle->slots_n - 1, slot = (uint32_t)hash & mask;

	while (cycle->slots[slot] &&
	       cycle->visits[cycle->slots[slot] - 1].hash != hash)
		slot = (slot + 1) & mask;
	return &cycle->slots[slot];
}

/* Of visits with the same hash the first one counts. */
static void index_visits(struct exec_cycle *cycle)
{
	uint32_t i, *slot;

	memset(cycle->slots, 0, cycle->slots_n * sizeof(*cycle->slots));
	for (i = 0; i < cycle->n; i++) {
		slot = slot_of(cycle, cycle->visits[i].hash);
		if (!*slot)
			*slot = i + 1;
	}
}

static void make_room(struct exec_cycle *cycle)
{
	if (cycle->n < cycle->max)
		return;
	cycle->max = cycle->max ? 2 * cycle->max : 256;
	cycle->slots_n = 4 * cycle->max;
	cycle->visits = realloc(cycle->visits, cycle->max *
				sizeof(*cycle->visits));
	cycle->slots = realloc(cycle->slots, cycle->slots_n *
			       sizeof(*cycle->slots));
	assert(cycle->visits && cycle->slots && "out of memory for visits");
	index_visits(cycle);
}

/* I2: tasks passed over between visits @first and @last. */
static uint32_t passed_over(const struct exec_cycle *cycle, uint32_t first,
			    uint32_t last, bool *ret_choice)
{
	uint32_t could = 0, ran = 0, i;

	*ret_choice = false;
	for (i = first; i < last; i++) {
		could |= cycle->visits[i].enabled;
		ran |= 1u << cycle->visits[i].next;
		*ret_choice |= cycle->visits[i].choice;
	}
	return could & ~ran;
}

/*
 * What deeper calls have left below a suspended stack would show in dead slots
 * of later frames, and hang on whether the execution has returned here or run.
 */
static void clear_dead(struct weft_exec *x, int task)
{
	const struct weft_co *co = &x->threads[task].co;
	size_t len, dead;
	char *sp;

	if (x->threads[task].state == WEFT_THREAD_ENDED)
		return;
	sp = weft_co_used(co, &len);
	dead = (size_t)(sp - co->stack);
	if (dead > CLEARED_BYTES)
		dead = CLEARED_BYTES;
	memset(sp - dead, 0, dead);
}

static void clear_all_dead(struct weft_exec *x)
{
	int task;

	for (task = 0; task < x->threads_n; task++)
		clear_dead(x, task);
}

bool exec__cycle_visit(struct weft_exec *x, uint32_t enabled)
{
	struct exec_cycle *cycle = &x->cycle;
	struct exec_visit *visit;
	uint32_t *slot, passed;
	bool choice;

	if (cycle->n)
		clear_dead(x, x->running);
	else
		clear_all_dead(x);
	note_memory(x);
	make_room(cycle);
	visit = &cycle->visits[cycle->n++];
	memset(visit, 0, sizeof(*visit));
	visit->hash = hash_state(x);
	visit->memory = cycle->memory;
	visit->undo = cycle->noted;
	visit->step = x->region.hot.step;
	visit->enabled = enabled;
	slot = slot_of(cycle, visit->hash);
	if (!*slot) {
		*slot = cycle->n;
		return true;
	}
	passed = passed_over(cycle, *slot - 1, cycle->n - 1, &choice);
	if (choice)
		return true;
	cycle->first = *slot - 1;
	cycle->last = cycle->n - 1;
	cycle->overdue |= passed;
	return passed != 0;
}

void exec__cycle_chosen(struct weft_exec *x, int task)
{
	struct exec_cycle *cycle = &x->cycle;
	struct exec_visit *visit;

	if (!cycle->on || !cycle->n)
		return;
	visit = &cycle->visits[cycle->n - 1];
	if (task < 0) {
		visit->choice = true;
		return;
	}
	if (cycle->overdue >> task & 1)
		cycle->overdue = 0;
	visit->next = task;
	visit->kind = x->threads[task].op->kind;
	visit->addr = x->threads[task].op->addr;
	visit->overdue = cycle->overdue;
}

/* The same from the task's own stack, between two of its operations. */
static void __attribute__((noinline)) clear_below(void)
{
	char below[CLEARED_BYTES / 2];

	memset(below, 0, sizeof(below));
	__asm__ volatile("" : : "r" (below) : "memory");
}

bool weft_exec_watched;

void weft_exec_scrub(const struct weft_exec *x)
{
	if (x->cycle.on)
		clear_below();
}

/* --- where watching begins and ends --- */

static void set_limit(struct weft_exec *x)
{
	unsigned long from = x->config.every_access_shared ? CYCLE_FROM_MODEL :
							     CYCLE_FROM;

	x->step_limit = x->config.depth_max;
	if (!x->cycle.on && x->step_limit > from)
		x->step_limit = from;
}

void exec__cycle_watch(struct weft_exec *x)
{
	struct exec_cycle *cycle = &x->cycle;

	if (cycle->on || x->in_setup)
		return;
	cycle->on = true;
	weft_exec_watched = true;
	cycle->since = x->region.hot.step;
	cycle->memory = 0;
	cycle->base = weft_region_checkpoint(&x->region);
	cycle->noted = cycle->base;
	set_limit(x);
}

void exec__cycle_begin(struct weft_exec *x)
{
	struct exec_cycle *cycle = &x->cycle;

	cycle->on = false;
	weft_exec_watched = false;
	cycle->overdue = 0;
	cycle->n = 0;
	if (cycle->slots_n)
		index_visits(cycle);
	set_limit(x);
}

void exec__cycle_return(struct weft_exec *x, unsigned long step)
{
	struct exec_cycle *cycle = &x->cycle;
	const struct exec_visit *last;

	if (!cycle->on)
		return;
	if (step < cycle->since) {
		exec__cycle_begin(x);
		return;
	}
	clear_all_dead(x);
	while (cycle->n && cycle->visits[cycle->n - 1].step >= step)
		cycle->n--;
	index_visits(cycle);
	last = cycle->n ? &cycle->visits[cycle->n - 1] : NULL;
	cycle->memory = last ? last->memory : 0;
	cycle->overdue = last ? last->overdue : 0;
	cycle->noted = last ? last->undo : cycle->base;
}

void exec__cycle_destroy(struct weft_exec *x)
{
	free(x->cycle.visits);
	free(x->cycle.slots);
}

/* --- what was found --- */

static bool is_lock_op(enum weft_op_kind kind)
{
	return kind == WEFT_OP_LOCK || kind == WEFT_OP_LOCK_SHARED ||
	       kind == WEFT_OP_TRYLOCK || kind == WEFT_OP_TRYLOCK_SHARED ||
	       kind == WEFT_OP_LOCK_LOOK;
}

/* Each class once, in the order of names, which no schedule changes. */
static void add_class(const struct weft_exec *x, struct weft_cycle *cycle,
		      uint32_t class)
{
	const unsigned int max = sizeof(cycle->classes) /
				 sizeof(cycle->classes[0]);
	unsigned int i, at = 0;

	for (i = 0; i < cycle->classes_n; i++) {
		if (cycle->classes[i] == class)
			return;
		if (strcmp(weft_exec_class_name(x, cycle->classes[i]),
			   weft_exec_class_name(x, class)) < 0)
			at = i + 1;
	}
	if (cycle->classes_n == max)
		return;
	for (i = cycle->classes_n++; i > at; i--)
		cycle->classes[i] = cycle->classes[i - 1];
	cycle->classes[at] = class;
}

struct weft_cycle weft_exec_cycle(const struct weft_exec *x)
{
	const struct exec_cycle *found = &x->cycle;
	struct weft_cycle cycle = {
		.from = found->visits[found->first].step + 1,
		.to = found->visits[found->last].step,
	};
	uint32_t i;

	for (i = found->first; i < found->last; i++) {
		const struct exec_visit *visit = &found->visits[i];
		const struct weft_object *object = NULL;

		cycle.tasks |= 1u << visit->next;
		if (is_lock_op(visit->kind))
			object = weft_object_find((struct weft_objects *)
						  &x->objects, visit->addr);
		if (object)
			add_class(x, &cycle, object->class);
	}
	return cycle;
}
