/* SPDX-License-Identifier: GPL-2.0-only */
/* Model programs on top of an execution; contract in model.h. */
#include <stdio.h>
#include <string.h>

#include "../framework/exec.h"
#define MODEL_IS_NO_PROGRAM
#include "model.h"

_Static_assert(MODEL_THREADS == WEFT_THREADS_MAX - 1,
	       "all tasks but the first can be started");

/* Where the program makes an access, for reports. */
#define CALLER ((uintptr_t)__builtin_return_address(0))

/* A lock and the reference that names it, which must live as long. */
struct model_lock {
	long			word;
	struct weft_lock_ref	ref;
	char			name[48];
};

/* What a thread needs to start. */
struct start {
	void	(*fn)(long id);
	long	id;
};

/* What a thread waits for; on the stack of that thread. */
struct condition {
	const struct model_cell	*cell;
	long			value;
};

static struct weft_exec *exec(void)
{
	if (weft_exec_watched)
		weft_exec_scrub(weft_exec_current);
	return weft_exec_current;
}

static void *exec_alloc(size_t size)
{
	struct weft_region *region = weft_exec_region(exec());
	void *memory = weft_region_alloc(region, weft_exec_self(exec()), size,
					 16);

	if (!memory)
		weft_exec_no_memory(exec(), weft_exec_self(exec()), size);
	weft_region_save(region, memory, size);
	return memory;
}

/* A defect of the model program itself, before there is anything to explore. */
static void __attribute__((noreturn)) fail(const char *what)
{
	weft_report(exec(), "invariant", what, what, NULL, 0, NULL, 0);
	weft_exec_abort(exec(), WEFT_OUTCOME_FATAL);
}

static void set_name(char *to, size_t size, const char *name, long i, bool many)
{
	if (many)
		snprintf(to, size, "%.24s[%ld]", name, i);
	else
		snprintf(to, size, "%s", name);
}

static struct model_cell *make_cells(const char *name, long n, long value,
				     bool many)
{
	struct model_cell *cells;
	long i;

	if (n < 0)
		fail("a model asks for a negative number of cells");
	cells = exec_alloc((size_t)n * sizeof(*cells) + 1);
	for (i = 0; i < n; i++) {
		cells[i].value = value;
		set_name(cells[i].name, sizeof(cells[i].name), name, i, many);
	}
	return cells;
}

struct model_cell *model_cell(const char *name, long value)
{
	return make_cells(name, 1, value, false);
}

struct model_cell *model_cells(const char *name, long n, long value)
{
	return make_cells(name, n, value, true);
}

/* Shows names and values in traces; costs nothing unless recording. */
static void __attribute__((noinline))
note_text(enum weft_op_kind kind, const struct model_cell *cell,
	  const char *how, long value)
{
	char text[80];

	snprintf(text, sizeof(text), "%s %s %ld", cell->name, how, value);
	weft_exec_note(exec(), kind, text);
}

static void note(enum weft_op_kind kind, const struct model_cell *cell,
		 const char *how, long value)
{
	if (!weft_exec_is_recording(exec()))
		return;
	note_text(kind, cell, how, value);
}

static void set_value(struct model_cell *cell, long value)
{
	weft_region_save(weft_exec_region(exec()), &cell->value,
			 sizeof(cell->value));
	cell->value = value;
}

/* What the access just made did, for the reductions. */
static void tell(const struct model_cell *cell, bool wrote, long after,
		 bool compares, long expected)
{
	weft_exec_values(exec(), wrote, (uint64_t)cell->value, (uint64_t)after,
			 compares, (uint64_t)expected);
}

static void report_dead(const struct model_cell *cell, const char *what,
			const char *verb)
{
	int tasks[2] = { weft_exec_self(exec()), cell->freed_by - 1 };
	char summary[240], signature[120];
	struct weft_finding *finding;

	snprintf(summary, sizeof(summary), "%s: %s %s %s, which %s has freed",
		 what, weft_exec_task(exec(), tasks[0]).name, verb, cell->name,
		 weft_exec_task(exec(), tasks[1]).name);
	snprintf(signature, sizeof(signature), "memory:%s:%s", what,
		 cell->name);
	finding = weft_report(exec(), "memory", summary, signature, NULL, 0,
			      tasks, tasks[0] == tasks[1] ? 1 : 2);
	if (finding && cell->freed_at)
		weft_finding_relate(finding, "freed", tasks[1],
				    cell->freed_at)->step = cell->freed_step;
}

/* After the operation was picked: before that, who came first is open. */
static void look_alive(const struct model_cell *cell, const char *verb)
{
	if (cell->freed_by)
		report_dead(cell, "use after free", verb);
}

long model_read(struct model_cell *cell)
{
	weft_exec_access(exec(), WEFT_ACCESS_READ, &cell->value,
			 sizeof(cell->value), CALLER);
	look_alive(cell, "reads");
	tell(cell, false, cell->value, false, 0);
	note(WEFT_OP_ACCESS_READ, cell, "→", cell->value);
	return cell->value;
}

void model_write(struct model_cell *cell, long value)
{
	weft_exec_access(exec(), WEFT_ACCESS_WRITE, &cell->value,
			 sizeof(cell->value), CALLER);
	look_alive(cell, "writes");
	tell(cell, true, value, false, 0);
	note(WEFT_OP_ACCESS_WRITE, cell, "=", value);
	set_value(cell, value);
}

static void order(const struct model_cell *cell, enum weft_order_kind kind)
{
	weft_exec_order(exec(), kind, &cell->value, sizeof(cell->value));
}

long model_load_acquire(struct model_cell *cell)
{
	long value = model_read(cell);

	order(cell, WEFT_ORDER_ACQUIRE);
	return value;
}

void model_store_release(struct model_cell *cell, long value)
{
	model_write(cell, value);
	order(cell, WEFT_ORDER_RELEASE);
}

long model_fetch_add(struct model_cell *cell, long by)
{
	long old;

	weft_exec_access(exec(), WEFT_ACCESS_RMW, &cell->value,
			 sizeof(cell->value), CALLER);
	look_alive(cell, "updates");
	old = cell->value;
	tell(cell, true, old + by, false, 0);
	order(cell, WEFT_ORDER_FULL);
	note(WEFT_OP_ACCESS_RMW, cell, "+=", by);
	set_value(cell, old + by);
	return old;
}

long model_cmpxchg(struct model_cell *cell, long expected, long value)
{
	long old;

	weft_exec_access(exec(), WEFT_ACCESS_RMW, &cell->value,
			 sizeof(cell->value), CALLER);
	look_alive(cell, "updates");
	old = cell->value;
	tell(cell, old == expected, old == expected ? value : old, true,
	     expected);
	if (old != expected) {
		note(WEFT_OP_ACCESS_READ, cell, "→", old);
		return old;
	}
	order(cell, WEFT_ORDER_FULL);
	note(WEFT_OP_ACCESS_RMW, cell, "=", value);
	set_value(cell, value);
	return old;
}

static void report_count(const struct model_cell *count, const char *what)
{
	int task = weft_exec_self(exec());
	char text[160];

	snprintf(text, sizeof(text), "%s: %s", count->name, what);
	weft_report(exec(), "refcount", text, text, NULL, 0, &task, 1);
}

void model_ref_get(struct model_cell *count)
{
	if (model_fetch_add(count, 1) > 0)
		return;
	report_count(count, "reference taken from zero");
	model_fetch_add(count, -1);
}

bool model_ref_get_unless_zero(struct model_cell *count)
{
	long old = model_read(count), seen;

	while (old > 0) {
		seen = model_cmpxchg(count, old, old + 1);
		if (seen == old)
			return true;
		old = seen;
	}
	return false;
}

bool model_ref_put(struct model_cell *count)
{
	long old = model_fetch_add(count, -1);

	if (old > 0)
		return old == 1;
	report_count(count, "reference put below zero");
	model_fetch_add(count, 1);
	return false;
}

void model_add(struct model_cell *cell, long by)
{
	weft_exec_add(exec(), &cell->value);
	look_alive(cell, "updates");
	tell(cell, true, cell->value + by, false, 0);
	note(WEFT_OP_ACCESS_ADD, cell, "+=", by);
	set_value(cell, cell->value + by);
}

void model_free(struct model_cell *cell)
{
	weft_exec_free(exec(), &cell->value);
	tell(cell, true, cell->value, false, 0);
	if (cell->freed_by) {
		report_dead(cell, "double free", "frees");
		return;
	}
	weft_region_save(weft_exec_region(exec()), cell, sizeof(*cell));
	cell->freed_by = weft_exec_self(exec()) + 1;
	cell->freed_step = (unsigned int)weft_exec_region(exec())->hot.step;
	if (!weft_exec_is_recording(exec()))
		return;
	weft_exec_note(exec(), WEFT_OP_FREE, cell->name);
	cell->freed_at = exec_alloc(sizeof(*cell->freed_at));
	weft_exec_stack(exec(), cell->freed_at);
}

long model_plain_read(struct model_cell *cell)
{
	if (weft_exec_plain(exec(), &cell->value, sizeof(cell->value), false,
			    CALLER)) {
		tell(cell, false, cell->value, false, 0);
		note(WEFT_OP_ACCESS_READ, cell, "→", cell->value);
	}
	look_alive(cell, "reads");
	return cell->value;
}

void model_plain_write(struct model_cell *cell, long value)
{
	if (weft_exec_plain(exec(), &cell->value, sizeof(cell->value), true,
			    CALLER)) {
		tell(cell, true, value, false, 0);
		note(WEFT_OP_ACCESS_WRITE, cell, "=", value);
	}
	look_alive(cell, "writes");
	set_value(cell, value);
}

static int is_equal(void *arg)
{
	const struct condition *condition = arg;

	return condition->cell->value == condition->value;
}

static int is_different(void *arg)
{
	return !is_equal(arg);
}

static int is_positive(void *arg)
{
	const struct condition *condition = arg;

	return condition->cell->value > 0;
}

static void await(enum weft_wait_kind kind, struct model_cell *cell,
		  long value, int (*ready)(void *arg))
{
	struct condition condition = { .cell = cell, .value = value };

	weft_exec_await(exec(), kind, &cell->value, cell->name, ready,
			&condition);
	look_alive(cell, "waits for");
}

void model_await(struct model_cell *cell, long value)
{
	await(WEFT_WAIT_QUEUE, cell, value, is_equal);
}

void model_await_not(struct model_cell *cell, long value)
{
	await(WEFT_WAIT_QUEUE, cell, value, is_different);
}

void model_spin_until(struct model_cell *cell, long value)
{
	struct condition condition = { .cell = cell, .value = value };

	weft_exec_spin_until(exec(), &cell->value, cell->name, is_equal,
			     &condition);
	look_alive(cell, "spins on");
}

void model_relax(void)
{
	weft_exec_relax(exec());
}

struct model_cell *model_completion(const char *name)
{
	return model_cell(name, 0);
}

void model_complete(struct model_cell *completion)
{
	weft_exec_notify(exec(), WEFT_EVENT_COMPLETE, &completion->value,
			 completion->name);
	look_alive(completion, "completes");
	tell(completion, true, completion->value + 1, false, 0);
	set_value(completion, completion->value + 1);
}

/* Waiting and taking are one step, as under the kernel's wait queue lock. */
void model_wait(struct model_cell *completion)
{
	await(WEFT_WAIT_COMPLETION, completion, 0, is_positive);
	tell(completion, true, completion->value - 1, false, 0);
	set_value(completion, completion->value - 1);
}

static struct model_lock *make_locks(const char *name, long n, bool many,
				     enum weft_lock_kind kind)
{
	struct model_lock *locks;
	long i;

	if (n < 0)
		fail("a model asks for a negative number of locks");
	locks = exec_alloc((size_t)n * sizeof(*locks) + 1);
	for (i = 0; i < n; i++) {
		struct model_lock *lock = &locks[i];

		set_name(lock->name, sizeof(lock->name), name, i, many);
		lock->ref.addr = &lock->word;
		lock->ref.name = lock->name;
		lock->ref.kind = (unsigned char)kind;
		weft_exec_lock_init(exec(), &lock->ref);
	}
	return locks;
}

struct model_lock *model_mutex(const char *name)
{
	return make_locks(name, 1, false, WEFT_LOCK_MUTEX);
}

struct model_lock *model_rwsem(const char *name)
{
	return make_locks(name, 1, false, WEFT_LOCK_RWSEM);
}

struct model_lock *model_mutexes(const char *name, long n)
{
	return make_locks(name, n, true, WEFT_LOCK_MUTEX);
}

struct model_lock *model_mutex_at(struct model_lock *first, long i)
{
	return first + i;
}

void model_lock(struct model_lock *lock)
{
	weft_exec_lock(exec(), &lock->ref, WEFT_EXCLUSIVE);
}

bool model_trylock(struct model_lock *lock)
{
	return weft_exec_trylock(exec(), &lock->ref, WEFT_EXCLUSIVE);
}

void model_unlock(struct model_lock *lock)
{
	weft_exec_unlock(exec(), &lock->ref, WEFT_EXCLUSIVE);
}

bool model_is_locked(const struct model_lock *lock)
{
	return weft_exec_lock_busy(exec(), &lock->ref);
}

void model_lock_shared(struct model_lock *lock)
{
	weft_exec_lock(exec(), &lock->ref, WEFT_SHARED);
}

bool model_trylock_shared(struct model_lock *lock)
{
	return weft_exec_trylock(exec(), &lock->ref, WEFT_SHARED);
}

void model_unlock_shared(struct model_lock *lock)
{
	weft_exec_unlock(exec(), &lock->ref, WEFT_SHARED);
}

void model_downgrade(struct model_lock *lock)
{
	weft_exec_downgrade(exec(), &lock->ref);
}

/* I1: the first spawn is where each execution begins. */
static void begin(void)
{
	uint32_t class;

	if (!weft_exec_is_setup(exec()))
		return;
	if (weft_exec_holds_any(exec(), &class))
		fail("a model must not hold a lock when it spawns its first thread");
	weft_exec_snapshot_here(exec());
}

static void thread_main(void *arg)
{
	const struct start *start = arg;

	start->fn(start->id);
}

/* "name-id"; by hand, as every execution makes its threads anew. */
static void name_thread(char *to, const char *name, long id)
{
	unsigned long rest = id < 0 ? -(unsigned long)id : (unsigned long)id;
	char digits[24], *at = digits + sizeof(digits);
	size_t n = strnlen(name, 20);

	memcpy(to, name, n);
	to += n;
	*--at = '\0';
	for (; rest; rest /= 10)
		*--at = (char)('0' + rest % 10);
	if (id < 0)
		*--at = '-';
	*to++ = '-';
	memcpy(to, at, (size_t)(digits + sizeof(digits) - at));
}

int model_spawn(const char *name, void (*fn)(long id), long id)
{
	struct start *start;
	char full[20 + 1 + 21];

	begin();
	start = exec_alloc(sizeof(*start));
	start->fn = fn;
	start->id = id;
	if (id)
		name_thread(full, name, id);
	else
		snprintf(full, sizeof(full), "%s", name);
	return weft_exec_spawn_alike(exec(), full, thread_main, start,
				     (void *)(uintptr_t)fn, id);
}

void model_join(int thread)
{
	weft_exec_join(exec(), thread);
}

void model_join_all(void)
{
	weft_exec_join_all(exec());
}

long model_choose(long n, const char *what)
{
	return (long)weft_exec_choose(exec(), (unsigned int)n, what);
}

bool model_may_fail(const char *what)
{
	const struct weft_fault fault = { .what = what };

	return weft_exec_inject(exec(), &fault);
}

static int never(void *arg)
{
	(void)arg;
	return 0;
}

void model_assume(bool condition)
{
	if (!condition)
		weft_exec_await(exec(), WEFT_WAIT_ASSUME, NULL,
				"an assumption that does not hold", never,
				NULL);
}
