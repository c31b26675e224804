/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads that mostly stay apart: each of n takes a block for an inode of 32
 * out of 26 blocks, or a place for four words in a table of 128. 2^(n - 13)
 * traces for 13 to 26 threads, 8^(n - 11) for 11 and more.
 *
 * Source: Flanagan and Godefroid, "Dynamic partial-order reduction for model
 * checking software", POPL 2005.
 */
#include "../model.h"

#define INODES 32
#define BLOCKS 26
#define TABLE 128

static struct model_lock *inode_locks, *block_locks;
static struct model_cell *inodes, *busy;

static bool take_block(long inode, long block)
{
	struct model_lock *lock = model_mutex_at(block_locks, block);
	bool is_free;

	model_lock(lock);
	is_free = !model_read(&busy[block]);
	if (is_free) {
		model_write(&busy[block], 1);
		model_write(&inodes[inode], block + 1);
	}
	model_unlock(lock);
	return is_free;
}

static void create(long id)
{
	long inode = (id - 1) % INODES, block = inode * 2 % BLOCKS;
	struct model_lock *lock = model_mutex_at(inode_locks, inode);

	model_lock(lock);
	if (!model_read(&inodes[inode]))
		while (!take_block(inode, block))
			block = (block + 1) % BLOCKS;
	model_unlock(lock);
}

static bool take_slot(long slot, long word)
{
	struct model_lock *lock = model_mutex_at(block_locks, slot);
	bool is_free;

	model_lock(lock);
	is_free = !model_read(&busy[slot]);
	if (is_free)
		model_write(&busy[slot], word);
	model_unlock(lock);
	return is_free;
}

static void insert(long id)
{
	long i, slot;

	for (i = 1; i <= 4; i++) {
		slot = (11 * i + id - 1) * 7 % TABLE;
		while (!take_slot(slot, 11 * i + id - 1))
			slot = (slot + 1) % TABLE;
	}
}

static void spawn(void (*fn)(long id))
{
	long i, n = weft_param("n");

	for (i = 1; i <= n; i++)
		model_spawn("thread", fn, i);
	model_join_all();
}

static void filesystem(void)
{
	inode_locks = model_mutexes("inode lock", INODES);
	block_locks = model_mutexes("block lock", BLOCKS);
	inodes = model_cells("inode", INODES, 0);
	busy = model_cells("busy", BLOCKS, 0);
	spawn(create);
}

static void indexer(void)
{
	block_locks = model_mutexes("slot lock", TABLE);
	busy = model_cells("slot", TABLE, 0);
	spawn(insert);
}

MODEL(filesystem, "filesystem", "n threads take blocks for their inodes",
      filesystem,
      .params = { { "n", 1, 1, BLOCKS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(indexer, "indexer", "n threads put words into a hash table", indexer,
      .params = { { "n", 1, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });
