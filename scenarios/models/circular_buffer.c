/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A buffer between two threads that take turns under a lock, n rounds each;
 * C(2n, n) traces.
 *
 * Source: SV-COMP, ring buffer; SCTBench.
 */
#include "../model.h"

static struct model_lock *m;
static struct model_cell *send, *receive, *sent, *received;

static void sender(long n)
{
	while (n--) {
		model_lock(m);
		if (model_read(send)) {
			model_write(sent, model_read(sent) + 1);
			model_write(send, 0);
			model_write(receive, 1);
		}
		model_unlock(m);
	}
}

static void receiver(long n)
{
	while (n--) {
		model_lock(m);
		if (model_read(receive)) {
			long next = model_read(received) + 1;

			WEFT_CHECK(next == model_read(sent),
				   "what is removed was the last inserted");
			model_write(received, next);
			model_write(receive, 0);
			model_write(send, 1);
		}
		model_unlock(m);
	}
}

static void program(void)
{
	long n = weft_param("n");

	m = model_mutex("m");
	send = model_cell("send", 1);
	receive = model_cell("receive", 0);
	sent = model_cell("sent", 0);
	received = model_cell("received", 0);
	model_spawn("sender", sender, n);
	model_spawn("receiver", receiver, n);
	model_join_all();
}

MODEL(circular_buffer, "circular-buffer", "a buffer between two threads",
      program,
      .params = { { "n", 3, 1, MODEL_ROUNDS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });
