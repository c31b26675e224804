/* SPDX-License-Identifier: GPL-2.0-only */
/* One campaign by several processes; contract in jobs.h. */
#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "checkpoint.h"
#include "jobs.h"
#include "jobs_worker.h"
#include "output.h"

#define POLL_MS		100

/* Somebody has nothing to do: how long the others are left alone. Longer, up to the
 * second one, as long as it is in vain. */
#define ASK_MS		2
#define ASK_MS_MAX	64
#define LOST_MAX	2	/* deaths on one unit before we give up */

/* First after so many seconds, then at growing intervals. */
#define CHECKPOINT_SECONDS	1.0
#define CHECKPOINT_SECONDS_MAX	60.0

struct jobs {
	struct campaign		*c;
	struct weft_search	*search;
	struct worker		*workers;
	struct pollfd		*polled;
	unsigned int		n;
	struct weft_buffer	message;
	const char		*reason;	/* why it is to stop; or NULL */
	double			saved, interval;
	double			asked, patience;	/* ms */
	unsigned int		looked;		/* executions of this process */
	unsigned int		pause, left;	/* executions from question to question */
	double			asked_at;	/* whether to stop */
	bool			was_split;
};

/* What wish() needs while a unit is run in this process. */
static struct jobs *current;

unsigned int jobs_default(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return CPU_COUNT(&set) > 0 ? (unsigned int)CPU_COUNT(&set) : 1;
}

bool jobs_are_wanted(const struct campaign *c)
{
	return weft_search_is_possible(c->plan.strategy) &&
	       (c->options->jobs > 1 || c->plan.strategy->reorders ||
		c->options->checkpoint || c->options->resume);
}

/* Asks what weft_explore() asks after each execution. */
static bool is_to_stop(struct jobs *jobs)
{
	struct weft_result so_far = jobs->c->result;

	so_far.executions_total += weft_search_waiting(jobs->search);
	if (!jobs->reason)
		jobs->c->plan.keep_running(jobs->c->plan.arg, &so_far,
					   &jobs->reason);
	return jobs->reason;
}

/*
 * Of a short execution the clock takes a hundredth. So it is not asked more often than
 * the user could notice, nor after more executions than this. What else decides, the
 * results so far, changes between units only.
 */
#define ASK_SECONDS	0.001
#define ASK_PAUSE_MAX	32u

static bool is_to_stop_now_and_then(struct jobs *jobs)
{
	double now;

	if (jobs->left) {
		jobs->left--;
		return jobs->reason;
	}
	now = progress_clock();
	if (now - jobs->asked_at > ASK_SECONDS)
		jobs->pause /= 2;
	else if (jobs->pause < ASK_PAUSE_MAX)
		jobs->pause++;
	jobs->asked_at = now;
	jobs->left = jobs->pause;
	return is_to_stop(jobs);
}

/* While the others have nothing to do: executions between two looks for something to
 * be lent. */
#define LOOK_EVERY	512

static enum weft_search_wish wish(void)
{
	if (is_to_stop_now_and_then(current))
		return WEFT_SEARCH_STOP;
	return current->n > 1 && weft_search_lends(current->search) &&
	       !(++current->looked % LOOK_EVERY) ? WEFT_SEARCH_LEND :
						   WEFT_SEARCH_GO_ON;
}

static void save(struct jobs *jobs)
{
	double began = progress_clock(), took;
	int err = checkpoint_write(jobs->c, jobs->search);

	if (err)
		output_error("--checkpoint: cannot write %s: %s",
			     jobs->c->options->checkpoint, strerror(-err));
	jobs->saved = progress_clock();
	took = jobs->saved - began;
	/* Never more than a twentieth of the time. */
	jobs->interval = 2 * jobs->interval > CHECKPOINT_SECONDS_MAX ?
			 CHECKPOINT_SECONDS_MAX : 2 * jobs->interval;
	if (jobs->interval < 20 * took)
		jobs->interval = 20 * took;
}

static void save_if_due(struct jobs *jobs)
{
	if (jobs->c->options->checkpoint &&
	    !weft_search_is_over(jobs->search) &&
	    progress_clock() - jobs->saved >= jobs->interval)
		save(jobs);
}

static struct weft_reader reader_of(const struct weft_buffer *buffer)
{
	struct weft_reader reader;

	weft_reader_init(&reader, buffer->data, buffer->n);
	return reader;
}

static void fail(struct jobs *jobs)
{
	weft_search_fail(jobs->search,
			 "the answer of a worker makes no sense");
}

static void answer(struct jobs *jobs, uint64_t number)
{
	if (!weft_search_answer(jobs->search, number,
				reader_of(&jobs->message)))
		fail(jobs);
}

/* One unit in this process. False: there is none. */
static bool work_here(struct jobs *jobs)
{
	static const struct weft_search_calls calls = { .wish = wish };
	struct weft_buffer request = { 0 };
	uint64_t number = weft_search_next(jobs->search, &request);

	if (number) {
		jobs->left = 0;
		weft_search_run(jobs->search, reader_of(&request),
				&jobs->message, &calls);
		answer(jobs, number);
	}
	weft_buffer_clear(&request);
	return number;
}

static void describe_death(int status, char *ret, size_t size)
{
	if (WIFSIGNALED(status))
		snprintf(ret, size,
			 "two worker processes died on the same unit of the search, the last by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		snprintf(ret, size,
			 "two worker processes ended on the same unit of the search, the last with status %d",
			 WEXITSTATUS(status));
}

/* Its unit goes to somebody else, once. */
static void bury(struct jobs *jobs, struct worker *worker)
{
	uint64_t number = worker->number;
	int status;
	char text[160];

	/* It is gone or of no use: what it died of is in its status. */
	status = worker_end(worker);
	if (weft_search_lost(jobs->search, number) < LOST_MAX)
		return;
	describe_death(status, text, sizeof(text));
	weft_search_fail(jobs->search, text);
}

static void hand_out(struct jobs *jobs, struct worker *worker)
{
	struct weft_buffer request = { 0 };
	uint64_t number = weft_search_next(jobs->search, &request);

	if (number) {
		worker->number = number;
		jobs->patience = ASK_MS;
		if (worker_send(worker->fd, number, &request))
			bury(jobs, worker);
	}
	weft_buffer_clear(&request);
}

/* Parts of what was given back. */
static void hurry_unwanted(struct jobs *jobs)
{
	unsigned int i;

	for (i = 0; i < jobs->n; i++)
		if (jobs->workers[i].number &&
		    !weft_search_wants(jobs->search, jobs->workers[i].number))
			worker_hurry(&jobs->workers[i]);
}

static void receive(struct jobs *jobs, struct worker *worker)
{
	uint64_t number;

	if (worker_receive(worker->fd, &number, &jobs->message)) {
		bury(jobs, worker);
		hurry_unwanted(jobs);
		return;
	}
	if (number & WORKER_LENDS) {
		if (!weft_search_lent(jobs->search, number & ~WORKER_LENDS,
				      reader_of(&jobs->message)))
			fail(jobs);
		return;
	}
	worker->number = 0;
	answer(jobs, number);
	hurry_unwanted(jobs);
}

/* Waits for answers. Return: how many workers are busy. */
static unsigned int receive_some(struct jobs *jobs)
{
	unsigned int i, busy = 0;

	for (i = 0; i < jobs->n; i++) {
		jobs->polled[i].fd = jobs->workers[i].pid ?
				     jobs->workers[i].fd : -1;
		jobs->polled[i].events = POLLIN;
		jobs->polled[i].revents = 0;
		busy += jobs->workers[i].number != 0;
	}
	if (poll(jobs->polled, jobs->n, busy < jobs->n &&
		 weft_search_lends(jobs->search) ? ASK_MS : POLL_MS) <= 0)
		return busy;
	for (i = 0; i < jobs->n; i++)
		if (jobs->polled[i].revents && jobs->workers[i].pid)
			receive(jobs, &jobs->workers[i]);
	return busy;
}

static void end_workers(struct jobs *jobs)
{
	unsigned int i;

	for (i = 0; i < jobs->n; i++)
		worker_end(&jobs->workers[i]);
}

/* Those of an earlier pass know too little. False: no process can be had. */
static bool provide_workers(struct jobs *jobs)
{
	unsigned int i, pass = weft_search_pass(jobs->search), alive = 0;

	for (i = 0; i < jobs->n; i++) {
		struct worker *worker = &jobs->workers[i];

		if (worker->pid && worker->pass != pass)
			worker_end(worker);
		if (worker->pid || !worker_start(worker, jobs->search,
						 jobs->workers, jobs->n))
			alive++;
	}
	return alive;
}

/* Those who are busy are to leave something to those who are not. */
static void ask_for_pieces(struct jobs *jobs)
{
	double now = progress_clock();
	unsigned int i;

	if (!weft_search_lends(jobs->search) ||
	    (now - jobs->asked) * 1000 < jobs->patience)
		return;
	for (i = 0; i < jobs->n; i++)
		if (jobs->workers[i].number)
			worker_ask(&jobs->workers[i]);
	jobs->asked = now;
	if (jobs->patience < ASK_MS_MAX)
		jobs->patience *= 2;
}

static void work_there(struct jobs *jobs)
{
	bool is_idle = false;
	unsigned int i;

	for (i = 0; i < jobs->n; i++) {
		if (!jobs->workers[i].pid || jobs->workers[i].number)
			continue;
		hand_out(jobs, &jobs->workers[i]);
		is_idle |= !jobs->workers[i].number;
	}
	if (is_idle)
		ask_for_pieces(jobs);
	receive_some(jobs);
}

/* What has been begun is taken in; what was found is not lost. */
static void let_finish(struct jobs *jobs)
{
	unsigned int i;

	do {
		for (i = 0; i < jobs->n; i++)
			worker_hurry(&jobs->workers[i]);
	} while (!weft_search_is_over(jobs->search) && receive_some(jobs));
}

/* Who lends stays there: to move a large search takes time. */
static bool is_for_workers(struct jobs *jobs)
{
	jobs->was_split |= weft_search_is_split(jobs->search);
	return jobs->n > 1 && jobs->was_split &&
	       (weft_search_is_split(jobs->search) ||
		weft_search_lends(jobs->search));
}

static void work(struct jobs *jobs)
{
	while (!weft_search_is_over(jobs->search) && !is_to_stop(jobs)) {
		if (is_for_workers(jobs) && provide_workers(jobs))
			work_there(jobs);
		else if (!work_here(jobs))
			weft_search_fail(jobs->search,
					 "nothing can be run, and the search is not over");
		save_if_due(jobs);
	}
	let_finish(jobs);
}

/* The checkpoint of a search that has come to its end is of no use. */
static void conclude(struct jobs *jobs)
{
	struct campaign *c = jobs->c;
	bool unfinished = jobs->reason ? !weft_search_is_over(jobs->search) :
			  c->result.verdict == WEFT_VERDICT_INCOMPLETE;

	if (c->options->checkpoint && unfinished)
		save(jobs);
	else if (c->options->checkpoint)
		checkpoint_remove(c);
	if (jobs->reason)
		weft_search_stop(jobs->search, jobs->reason);
}

static bool resume(struct jobs *jobs)
{
	if (!jobs->c->options->resume)
		return true;
	if (!checkpoint_load(jobs->c, jobs->search))
		return false;
	jobs->c->run.resumed = weft_run_executions(&jobs->c->result);
	return true;
}

/* Units are written, sent, read and run again and again: what is free now is of use
 * soon, and to get it anew takes long. */
#define KEPT_FREE	(256 << 20)
#define MAPPED_MIN	(16 << 20)

static void keep_free_memory(void)
{
	mallopt(M_TRIM_THRESHOLD, KEPT_FREE);
	mallopt(M_MMAP_THRESHOLD, MAPPED_MIN);
}

void jobs_explore(struct campaign *c)
{
	struct weft_search_plan plan = weft_search_plan_default;
	struct jobs jobs = {
		.c = c, .n = c->options->jobs, .patience = ASK_MS, .saved = progress_clock(),
		.interval = CHECKPOINT_SECONDS,
	};

	if (jobs.n > 1)
		keep_free_memory();
	/* With two at a time, there is one while the other is explored. */
	if (jobs.n > 1)
		plan.lent = jobs.n < WEFT_PIECES_MAX ? jobs.n : WEFT_PIECES_MAX;
	jobs.search = weft_search_begin(c->x, &c->plan, &plan, &c->result);
	if (!jobs.search)
		return;
	jobs.workers = calloc(jobs.n, sizeof(*jobs.workers));
	jobs.polled = calloc(jobs.n, sizeof(*jobs.polled));
	assert(jobs.workers && jobs.polled && "out of memory for workers");
	current = &jobs;
	if (resume(&jobs)) {
		weft_search_sample(jobs.search);
		work(&jobs);
		conclude(&jobs);
	}
	end_workers(&jobs);
	weft_search_finish(jobs.search);
	weft_buffer_clear(&jobs.message);
	free(jobs.workers);
	free(jobs.polled);
}
