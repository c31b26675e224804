/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bank account: a withdrawal looks at the balance under the lock, lets go,
 * and takes the money under the lock again. Two of them overdraw. The twin
 * keeps the lock.
 */
#include "../model.h"

static struct model_lock *lock;
static struct model_cell *balance;

static void withdraw_broken(long amount)
{
	bool enough;

	model_lock(lock);
	enough = model_read(balance) >= amount;
	model_unlock(lock);
	if (!enough)
		return;
	model_lock(lock);
	model_write(balance, model_read(balance) - amount);
	model_unlock(lock);
}

static void withdraw(long amount)
{
	model_lock(lock);
	if (model_read(balance) >= amount)
		model_write(balance, model_read(balance) - amount);
	model_unlock(lock);
}

static void run(void (*fn)(long amount))
{
	lock = model_mutex("account");
	balance = model_cell("balance", 100);
	model_spawn("withdraw", fn, 80);
	model_spawn("withdraw", fn, 70);
	model_join_all();
	WEFT_CHECK_VALUES(model_read(balance), >=, 0,	/* AT overdrawn */
			  "the account is not overdrawn");
}

static void broken(void)
{
	run(withdraw_broken);			/* AT broken */
}

static void fixed(void)
{
	run(withdraw);
}

MODEL(account, "account", "look and take under one lock, but not at once",
      broken,
      .expect = { { NULL, "bug", "invariant", "not overdrawn" } });

MODEL(account_ok, "account-ok", "look and take at once", fixed,
      .expect = { { NULL, "exhausted", NULL, NULL } });
