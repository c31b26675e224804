/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Watches one execution for uses after free that it foretells; contract in
 * foretold.h. Off but in such executions, which record.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exec_foretell.h"

/* Entries: frees of memory that somebody else used without order. */
#define FORETOLD_MAX	64u

void weft_exec_foretell(struct weft_exec *x, bool on)
{
	x->foretell.on = on;
}

struct weft_foretold *weft_exec_foretold(struct weft_exec *x, size_t *ret_n)
{
	struct weft_foretold *list = x->foretell.list;

	*ret_n = x->foretell.n;
	x->foretell.list = NULL;
	x->foretell.n = 0;
	return list;
}

static void clear(struct exec_foretell *f)
{
	f->uses_n = 0;
	f->sections_n = 0;
	weft_foretold_free(f->list, f->n);
	f->list = NULL;
	f->n = 0;
}

void exec__foretell_begin(struct weft_exec *x)
{
	struct exec_foretell *f = &x->foretell;
	int err;

	clear(f);
	if (!f->begun) {
		err = weft_race_shadow_create(&f->waits,
					      x->region.hot.size / 8 + 1);
		assert(!err && "out of memory for predictions");
		f->begun = true;
	}
	weft_shadow_rollback(&f->waits, 0);
	exec__foretell_races_begin(f);
}

void exec__foretell_destroy(struct weft_exec *x)
{
	clear(&x->foretell);
	if (x->foretell.begun)
		weft_shadow_destroy(&x->foretell.waits);
	free(x->foretell.uses);
	free(x->foretell.sections);
	exec__foretell_races_destroy(&x->foretell);
}

void exec__foretell_wait(struct weft_exec *x, size_t granule, bool come,
			 bool announce)
{
	if (come)
		weft_shadow_acquire(&x->foretell.waits, x->running, granule,
				    false);
	if (announce)
		weft_shadow_release(&x->foretell.waits, x->running, granule,
				    false);
}

void exec__foretell_spawn(struct weft_exec *x, int child)
{
	weft_shadow_spawn(&x->foretell.waits, x->running, child);
}

void exec__foretell_join(struct weft_exec *x, int ended)
{
	weft_shadow_join(&x->foretell.waits, x->running, ended);
}

static bool is_fed(const struct weft_exec *x)
{
	return x->foretell.on && x->race.on && !x->in_setup && !x->on_hub &&
	       !x->looking;
}

/* Return: is there room? */
static bool add_use(struct weft_exec *x, const struct foretold_use *use)
{
	struct exec_foretell *f = &x->foretell;
	struct foretold_use *to;

	if (f->uses_n == FORETOLD_USES_MAX)
		return false;
	if (f->uses_n == f->uses_max) {
		f->uses_max = f->uses_max ? 2 * f->uses_max : 1024;
		f->uses = realloc(f->uses, f->uses_max * sizeof(*f->uses));
		assert(f->uses && "out of memory for predictions");
	}
	to = &f->uses[f->uses_n++];
	*to = *use;
	to->task = x->running;
	to->time = weft_race_now(&x->race.shadow, x->running);
	to->waits_time = weft_race_now(&x->foretell.waits, x->running);
	to->access.step = x->region.hot.step;
	weft_exec_stack(x, &to->access.stack);
	return true;
}

static bool is_written(const struct exec_foretell *f,
		       const struct foretold_section *section,
		       const struct weft_foretold_access *access)
{
	size_t i;

	for (i = section->first; i < section->end; i++) {
		const struct foretold_use *use = &f->uses[i];

		if (use->task == section->task && !use->access.lock &&
		    use->access.write && foretold_overlap(&use->access, access))
			return true;
	}
	return false;
}

/* The running task has the lock of @last and reads: what others wrote before it? */
static void note_flow(struct weft_exec *x, size_t last,
		      const struct weft_foretold_access *access)
{
	struct foretold_section *sections = x->foretell.sections;
	size_t i;

	for (i = 0; i < last; i++) {
		struct foretold_section *s = &sections[i];

		if (s->granule != sections[last].granule || !s->end ||
		    s->task == x->running || s->seen[x->running] ||
		    !is_written(&x->foretell, s, access))
			continue;
		s->seen[x->running] = weft_race_now(&x->foretell.waits,
						    x->running);
	}
}

static void note_flows(struct weft_exec *x,
		       const struct weft_foretold_access *access)
{
	const struct exec_foretell *f = &x->foretell;
	size_t i;

	for (i = f->sections_n; i--; )
		if (f->sections[i].task == x->running && !f->sections[i].end)
			note_flow(x, i, access);
}

static void begin_section(struct weft_exec *x, size_t granule, bool shared)
{
	struct exec_foretell *f = &x->foretell;

	if (f->sections_n == f->sections_max) {
		f->sections_max = f->sections_max ? 2 * f->sections_max : 256;
		f->sections = realloc(f->sections, f->sections_max *
				      sizeof(*f->sections));
		assert(f->sections && "out of memory for predictions");
	}
	f->sections[f->sections_n++] = (struct foretold_section){
		.granule = granule, .task = x->running, .shared = shared,
		.first = f->uses_n, .step = x->region.hot.step,
		.begun = weft_race_now(&x->foretell.waits, x->running),
	};
}

static void end_section(struct weft_exec *x, size_t granule)
{
	struct exec_foretell *f = &x->foretell;
	size_t i;

	for (i = f->sections_n; i--; ) {
		struct foretold_section *s = &f->sections[i];

		if (s->granule != granule || s->task != x->running || s->end)
			continue;
		s->end = f->uses_n ? f->uses_n : 1;
		return;
	}
}

void exec__foretell_lock(struct weft_exec *x, enum weft_op_kind kind,
			 size_t granule, bool shared)
{
	if (kind == WEFT_OP_UNLOCK || kind == WEFT_OP_UNLOCK_SHARED)
		end_section(x, granule);
	else if (kind != WEFT_OP_DOWNGRADE)
		begin_section(x, granule, shared);
}

void exec__foretell_access(struct weft_exec *x,
			   const struct weft_shadow_access *a,
			   enum weft_shadow_kind kind)
{
	const struct weft_thread *self = &x->threads[x->running];
	struct foretold_use use = {
		.access = {
			.address = a->granule * 8 +
				   (unsigned int)__builtin_ctz(a->mask),
			.size = (unsigned int)__builtin_popcount(a->mask),
			.write = a->write,
			.marked = kind == WEFT_SHADOW_VISIBLE,
		},
		.kind = kind,
		.pc = a->pc,
	};

	if (!is_fed(x))
		return;
	use.quiet = x->foretell.aside ||
		    (kind != WEFT_SHADOW_VISIBLE && self->race_quiet);
	use.access.marked |= self->race_atomic || self->race_atomic_next;
	if (kind == WEFT_SHADOW_VISIBLE)
		use.kind = exec__attribute(x, &use.pc);
	if (!a->write || use.access.marked)
		note_flows(x, &use.access);
	if (add_use(x, &use))
		exec__foretell_race(x, x->foretell.uses_n - 1);
	/* Somebody may wait for just that, or for what was written before. */
	if (kind == WEFT_SHADOW_VISIBLE && a->write)
		weft_shadow_release(&x->race.shadow, x->running, a->granule,
				    false);
}

void exec__foretell_op(struct weft_exec *x, enum weft_op_kind kind,
		       const void *addr)
{
	struct foretold_use use = {
		.access = {
			.address = weft_region_offset(&x->region, addr),
			.size = 1, .write = true, .lock = true,
		},
	};

	if (!weft_op_changes_lock(kind) || !is_fed(x))
		return;
	use.pc = exec__program_site(x);
	add_use(x, &use);
}

/* "writes 8 bytes", "uses a lock" */
static void describe_access(const struct weft_foretold_access *access,
			    char *ret, size_t size)
{
	if (access->lock)
		snprintf(ret, size, "uses a lock");
	else
		snprintf(ret, size, "%s %u byte%s",
			 access->write ? "writes" : "reads", access->size,
			 access->size == 1 ? "" : "s");
}

static void describe(const struct weft_exec *x, struct weft_foretold *foretold,
		     const struct weft_allocation *record)
{
	char access[60], object[120] = "memory", text[360];

	describe_access(&foretold->accesses[0], access, sizeof(access));
	if (record && record->what)
		exec__memory_name(record, object, sizeof(object));
	snprintf(text, sizeof(text),
		 "use after free: %s %s at offset %llu of %s that %s frees",
		 x->threads[foretold->task].name, access,
		 (unsigned long long)foretold->accesses[0].offset, object,
		 x->threads[foretold->free_task].name);
	foretold->summary = strdup(text);
	assert(foretold->summary && "out of memory for predictions");
}

/* The entry of @task and the free that is being made. */
static struct weft_foretold *entry_for(struct weft_exec *x, int task,
				       size_t first)
{
	struct exec_foretell *f = &x->foretell;
	struct weft_foretold *entry;
	size_t i;

	for (i = first; i < f->n; i++)
		if (f->list[i].task == task)
			return &f->list[i];
	if (f->n == FORETOLD_MAX)
		return NULL;
	f->list = realloc(f->list, (f->n + 1) * sizeof(*f->list));
	assert(f->list && "out of memory for predictions");
	entry = &f->list[f->n++];
	memset(entry, 0, sizeof(*entry));
	entry->task = task;
	entry->free_task = x->running;
	entry->free_step = x->region.hot.step;
	entry->verdict = WEFT_CYCLE_UNKNOWN;
	entry->free_site = exec__program_site(x);
	weft_exec_stack(x, &entry->free_stack);
	return entry;
}

/* Looked at from the latest on: another one at the same place adds nothing. */
static void add_access(struct weft_foretold *entry,
		       const struct foretold_use *use, bool flow,
		       unsigned long step, uint64_t object, uintptr_t *pcs)
{
	struct weft_foretold_access *access;
	unsigned int i;

	for (i = 0; i < entry->accesses_n; i++)
		if (pcs[i] == use->pc)
			return;
	if (entry->accesses_n == WEFT_FORETOLD_ACCESSES) {
		entry->more = true;
		return;
	}
	pcs[entry->accesses_n] = use->pc;
	access = &entry->accesses[entry->accesses_n++];
	*access = use->access;
	access->flow = flow;
	access->step = step;
	access->site = use->pc;
	access->task = use->task;
	access->offset = access->address > object ?
			 access->address - object : 0;
}

bool exec__foretell_is_after(const struct weft_exec *x, int task,
			     uint32_t time)
{
	return task == x->running ||
	       weft_race_knows(&x->foretell.waits, x->running, task, time);
}

/* F2: its task had a lock that was taken since, before the free. That, or NULL. */
static const struct foretold_section *protector(const struct weft_exec *x,
						size_t use)
{
	const struct exec_foretell *f = &x->foretell;
	size_t i, j;

	for (i = 0; i < f->sections_n && f->sections[i].first <= use; i++) {
		const struct foretold_section *s = &f->sections[i];

		if (!foretold_had(f, s, use))
			continue;
		for (j = i + 1; j < f->sections_n; j++) {
			const struct foretold_section *t = &f->sections[j];

			if (t->granule == s->granule && t->task != s->task &&
			    t->first > use && !(t->shared && s->shared) &&
			    exec__foretell_is_after(x, t->task,
						    t->begun))
				return s;
		}
	}
	return NULL;
}

bool exec__foretell_is_by_flow(const struct weft_exec *x, size_t use)
{
	const struct exec_foretell *f = &x->foretell;
	size_t i;
	int task;

	for (i = 0; i < f->sections_n; i++) {
		const struct foretold_section *s = &f->sections[i];

		if (s->task != f->uses[use].task || s->end <= use)
			continue;
		for (task = 0; task < x->threads_n; task++)
			if (s->seen[task] &&
			    exec__foretell_is_after(x, task, s->seen[task]))
				return true;
	}
	return false;
}

/* F3 */
static bool is_by_flow(const struct weft_exec *x, size_t use)
{
	const struct foretold_use *at = &x->foretell.uses[use];

	return weft_race_knows(&x->race.shadow, x->running, at->task,
			       at->time) ||
	       exec__foretell_is_by_flow(x, use);
}

void exec__foretell_free(struct weft_exec *x, const void *addr, size_t size)
{
	const struct weft_allocation *record =
		weft_region_find(&x->region, addr);
	uint64_t object = weft_region_offset(&x->region, addr);
	uintptr_t pcs[WEFT_THREADS_MAX][WEFT_FORETOLD_ACCESSES];
	struct exec_foretell *f = &x->foretell;
	size_t first = f->n, i;

	if (!is_fed(x))
		return;
	for (i = f->uses_n; i--; ) {
		const struct foretold_use *use = &f->uses[i];
		const struct foretold_section *section;
		struct weft_foretold *entry;

		if (use->task == x->running ||
		    use->kind == WEFT_SHADOW_MODEL ||
		    use->access.address >= object + size ||
		    use->access.address + use->access.size <= object ||
		    exec__foretell_is_after(x, use->task, use->waits_time))
			continue;
		section = protector(x, i);
		entry = entry_for(x, use->task, first);
		if (entry)
			add_access(entry, use, section || is_by_flow(x, i),
				   section ? section->step : use->access.step,
				   object, pcs[use->task]);
	}
	for (; first < f->n; first++) {
		describe(x, &f->list[first], record);
		if (record && record->what)
			f->list[first].made = record->site[0];
	}
}
