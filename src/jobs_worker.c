/* SPDX-License-Identifier: GPL-2.0-only */
/* Worker processes; contract in jobs_worker.h. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jobs_worker.h"
#include "watchdog.h"

static volatile sig_atomic_t stopped, asked;

static void on_stop(int signo)
{
	(void)signo;
	stopped = 1;
}

static void on_ask(int signo)
{
	(void)signo;
	asked = 1;
}

/* Who asks for pieces in vain asks again later. */
static enum weft_search_wish wish(void)
{
	if (stopped)
		return WEFT_SEARCH_STOP;
	if (!asked)
		return WEFT_SEARCH_GO_ON;
	asked = 0;
	return WEFT_SEARCH_LEND;
}

static int send_all(int fd, const void *data, size_t n)
{
	const char *at = data;

	while (n) {
		ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return -EPIPE;
		at += sent;
		n -= (size_t)sent;
	}
	return 0;
}

static int receive_all(int fd, void *data, size_t n)
{
	char *at = data;

	while (n) {
		ssize_t got = recv(fd, at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -EPIPE;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

int worker_send(int fd, uint64_t number, const struct weft_buffer *message)
{
	uint64_t head[2] = { number, message->n };
	int err = send_all(fd, head, sizeof(head));

	return err ? err : send_all(fd, message->data, message->n);
}

int worker_receive(int fd, uint64_t *ret_number, struct weft_buffer *ret)
{
	uint64_t head[2];
	int err = receive_all(fd, head, sizeof(head));

	ret->n = 0;
	if (err)
		return err;
	if (ret->max < head[1]) {
		weft_buffer_clear(ret);
		ret->data = malloc(head[1]);
		if (!ret->data)
			return -EPIPE;	/* as good as gone */
		ret->max = head[1];
	}
	*ret_number = head[0];
	ret->n = head[1];
	return receive_all(fd, ret->data, ret->n);
}

/* Ctrl-C reaches all processes of a terminal: the coordinator decides. */
static void set_signals(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	sigemptyset(&action.sa_mask);
	action.sa_handler = SIG_IGN;
	sigaction(SIGINT, &action, NULL);
	action.sa_handler = on_stop;
	action.sa_flags = SA_RESTART;
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = on_ask;
	sigaction(SIGUSR1, &action, NULL);
	stopped = 0;
	asked = 0;
	watchdog_go_on();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* Of the process: what it works on. */
static struct {
	int		fd;
	uint64_t	number;
} now;

/* Who reads the answer will notice when this cannot be sent. */
static void lend(const struct weft_buffer *pieces)
{
	worker_send(now.fd, now.number | WORKER_LENDS, pieces);
}

/* No way back: the coordinator's buffers and files are not ours to flush. */
static void __attribute__((noreturn)) work(struct weft_search *search, int fd)
{
	static const struct weft_search_calls calls = {
		.wish = wish, .lend = lend,
	};
	struct weft_buffer request = { 0 }, answer = { 0 };
	struct weft_reader reader;

	now.fd = fd;
	while (!worker_receive(fd, &now.number, &request)) {
		weft_reader_init(&reader, request.data, request.n);
		weft_search_run(search, reader, &answer, &calls);
		if (worker_send(fd, now.number, &answer))
			break;
		stopped = 0;	/* whoever was in a hurry has the answer */
		asked = 0;
	}
	_exit(0);
}

int worker_start(struct worker *worker, struct weft_search *search,
		 const struct worker *all, unsigned int n)
{
	pid_t parent = getpid();
	int fds[2], err;
	unsigned int i;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds))
		return -errno;
	/* A child that is asked before it listens is asked again. */
	signal(SIGUSR1, SIG_IGN);
	worker->number = 0;
	worker->pass = weft_search_pass(search);
	worker->pid = fork();
	if (!worker->pid) {
		for (i = 0; i < n; i++)
			if (all[i].pid && all + i != worker)
				close(all[i].fd);
		close(fds[0]);
		set_signals();
		if (getppid() != parent)
			_exit(0);
		work(search, fds[1]);
	}
	err = errno;
	close(fds[1]);
	worker->fd = fds[0];
	if (worker->pid > 0)
		return 0;
	worker->pid = 0;
	close(fds[0]);
	return -err;
}

void worker_hurry(const struct worker *worker)
{
	if (worker->pid)
		kill(worker->pid, SIGTERM);
}

void worker_ask(const struct worker *worker)
{
	if (worker->pid)
		kill(worker->pid, SIGUSR1);
}

int worker_end(struct worker *worker)
{
	int status = 0;

	if (!worker->pid)
		return 0;
	kill(worker->pid, SIGKILL);
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(worker->fd);
	memset(worker, 0, sizeof(*worker));
	return status;
}
