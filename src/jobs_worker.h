/* SPDX-License-Identifier: GPL-2.0-only */
/* Worker processes and what goes between them and the coordinator. */
#ifndef WEFT_JOBS_WORKER_H
#define WEFT_JOBS_WORKER_H

#include <sys/types.h>

#include "../framework/search.h"

/**
 * struct worker - one process
 * @pid:    0: none
 * @fd:     the coordinator's end of its socket
 * @number: of the unit it works on; 0: idle
 * @pass:   of the search, when it was forked
 */
struct worker {
	pid_t		pid;
	int		fd;
	uint64_t	number;
	unsigned int	pass;
};

/* With the number of a unit: what it lends, before its answer. */
#define WORKER_LENDS	((uint64_t)1 << 63)

/* A message is the number of a unit, a length and so many bytes. */
/* Return: 0 or -EPIPE: the other side is gone. */
int worker_send(int fd, uint64_t number, const struct weft_buffer *message);
int worker_receive(int fd, uint64_t *ret_number, struct weft_buffer *ret);

/**
 * worker_start() - fork a worker
 * @all, @n: all workers, whose sockets the new one must not keep open
 * Return: 0 or negative errno.
 */
int worker_start(struct worker *worker, struct weft_search *search,
		 const struct worker *all, unsigned int n);

/* Asks it to end its unit at once and answer. */
void worker_hurry(const struct worker *worker);
/* Asks it to lend something, if it can. */
void worker_ask(const struct worker *worker);

/* Kills it, if need be, and waits for its end. Return: as waitpid() has it. */
int worker_end(struct worker *worker);

#endif
