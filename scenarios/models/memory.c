/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory errors without a kernel, and their right twins: a reference put too
 * early, a free nobody agreed on, a free before the removal.
 */
#include "../model.h"

static struct model_cell *object, *refs, *owner, *listed;
static struct model_lock *lock;

static void put(void)
{
	if (model_fetch_add(refs, -1) == 1)
		model_free(object);		/* AT last-put */
}

/* WRONG: uses the object after its reference is gone. */
static void put_use(long id)
{
	(void)id;
	put();					/* AT put */
	model_read(object);			/* AT use */
}

static void use_put(long id)
{
	(void)id;
	model_read(object);
	put();
}

static void two(const char *a, void (*first)(long id), const char *b,
		void (*second)(long id))
{
	object = model_cell("object", 1);
	refs = model_cell("refs", 2);
	owner = model_cell("owner", 1);
	listed = model_cell("listed", 1);
	lock = model_mutex("list lock");
	model_spawn(a, first, 0);
	model_spawn(b, second, 0);
	model_join_all();
}

static void put_use_program(void)
{
	two("hasty", put_use, "careful", use_put);
}

static void use_put_program(void)
{
	two("one", use_put, "other", use_put);
}

/* WRONG: both may see that there is an owner. */
static void free_seen(long id)
{
	(void)id;
	if (!model_read(owner))
		return;
	model_write(owner, 0);
	model_free(object);			/* AT free-seen */
}

static void free_taken(long id)
{
	(void)id;
	if (model_cmpxchg(owner, 1, 0) == 1)
		model_free(object);
}

static void free_seen_program(void)
{
	two("one", free_seen, "other", free_seen);
}

static void free_taken_program(void)
{
	two("one", free_taken, "other", free_taken);
}

static void walk(long id)
{
	(void)id;
	model_lock(lock);
	if (model_plain_read(listed))
		model_plain_read(object);	/* AT walk */
	model_unlock(lock);
}

static void unlist(void)
{
	model_lock(lock);
	model_plain_write(listed, 0);
	model_unlock(lock);
}

/* WRONG: in between it is listed and freed. */
static void free_unlist(long id)
{
	(void)id;
	model_free(object);			/* AT free-early */
	unlist();
}

static void unlist_free(long id)
{
	(void)id;
	unlist();
	model_free(object);
}

static void free_unlist_program(void)
{
	two("walker", walk, "remover", free_unlist);
}

static void unlist_free_program(void)
{
	two("walker", walk, "remover", unlist_free);
}

#define MEMORY(text)	.expect = { { NULL, "bug", "memory", text, NULL } }
#define CLEAN		.expect = { { NULL, "exhausted", NULL, NULL, NULL } }

MODEL(put_use, "put-use", "a reference put before the last use",
      put_use_program,
      MEMORY("use after free: hasty reads object, which "));
MODEL(use_put, "use-put", "a reference put after the last use",
      use_put_program, CLEAN);
MODEL(free_seen, "free-seen", "two threads free what both have seen",
      free_seen_program, MEMORY("double free: "));
MODEL(free_taken, "free-taken", "two threads free what one has taken",
      free_taken_program, CLEAN);
MODEL(free_unlist, "free-unlist", "an object freed before it leaves the list",
      free_unlist_program,
      MEMORY("use after free: walker reads object, which remover has freed"));
MODEL(unlist_free, "unlist-free", "an object freed after it left the list",
      unlist_free_program, CLEAN);
