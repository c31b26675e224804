/* SPDX-License-Identifier: GPL-2.0-only */
/* Small programs under test; contract in program.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/program.h"
#include "tests/unit/unit.h"

struct weft_exec *program_exec;

static struct weft_scenario scenario;
static struct weft_scenario_run run;
static const struct program *current;

struct weft_exec *program_create(const struct program *program)
{
	struct weft_exec_config config = {
		.main = weft_scenario_main,
		.main_arg = &run,
		.main_concurrent = true,
		.every_access_shared = !program->learn,
		.races = program->races,
		.depth_max = program->depth_max ? program->depth_max :
						  PROGRAM_DEPTH_MAX,
		.counting = program->counting,
		.counters = program->counters,
		.counters_n = program->counters_n,
		.memory_max = program->marks_max,
		.symmetry = program->symmetry,
		.accesses_max = program->accesses_max,
		.faults_max = program->faults || !program->scenario ?
			      program->faults : program->scenario->faults,
	};
	int i;

	ck_assert_ptr_null(program_exec);
	memset(&scenario, 0, sizeof(scenario));
	memset(&run, 0, sizeof(run));
	scenario.name = "model/test";
	scenario.model = program->main;
	run.scenario = program->scenario ? program->scenario : &scenario;
	for (i = 0; i < 4; i++)
		run.params[i] = program->params[i] ? program->params[i] :
				run.scenario->params[i].value;
	program_exec = weft_exec_create(&config);
	ck_assert_ptr_nonnull(program_exec);
	run.exec = program_exec;
	return program_exec;
}

void program_destroy(void)
{
	weft_exec_destroy(program_exec);
	program_exec = NULL;
}

static bool keep_running(void *arg, const struct weft_result *so_far,
			 const char **ret_reason)
{
	(void)arg;
	(void)ret_reason;
	if (current->each)
		current->each(program_exec);
	if (current->watch)
		current->watch(so_far);
	return true;
}

static unsigned int share_nothing(const void *state)
{
	(void)state;
	return WEFT_FROM_SNAPSHOT;
}

/* Lifetime: until the next call. */
static const struct weft_strategy *choose_strategy(const struct program *program)
{
	static struct weft_strategy alone;
	const struct weft_strategy *strategy =
		weft_strategy_find(program->strategy ? program->strategy :
						       "dfs");

	if (!program->alone)
		return strategy;
	alone = *strategy;
	alone.shared = share_nothing;
	return &alone;
}

void program_explore_open(const struct program *program,
			  struct weft_result *ret)
{
	struct weft_campaign campaign = {
		.strategy = choose_strategy(program),
		.options = {
			.preemptions = program->preemptions - 1,
			.delays = program->delays - 1,
			.iterate = program->iterate,
			.seed = program->seed,
			.nodes_max = 1 << 22,
			.memory_max = program->memory_max,
		},
		.sample = program->sample,
		.executions_max = program->executions_max,
		.keep_going = !program->stop_early,
		.minimise_max = program->minimise_max,
		.causality_max = program->causality_max,
		.witness_max = program->witness,
		.keep_running = program->each || program->watch ?
				keep_running : NULL,
	};

	current = program;
	program_create(program);
	weft_explore(program_exec, &campaign, ret);
}

void program_explore(const struct program *program, struct weft_result *ret)
{
	program_explore_open(program, ret);
	program_destroy();
}

struct weft_result program_result_by(const char *strategy, void (*fn)(void))
{
	struct program program = { .main = fn, .strategy = strategy };
	struct weft_result result;

	program_explore(&program, &result);
	return result;
}

struct weft_result program_result(void (*fn)(void))
{
	return program_result_by(NULL, fn);
}

void assert_exhausted(struct weft_result *result, unsigned long executions)
{
	ck_assert_msg(result->verdict == WEFT_VERDICT_EXHAUSTED,
		      "verdict %s: %s", weft_verdict_name(result->verdict),
		      result->findings_n ? result->findings[0].summary :
					   result->reason);
	ck_assert_uint_eq(result->executions, executions);
	weft_result_clear(result);
}

const struct weft_finding *assert_finding(const struct weft_result *result,
					  const char *kind, const char *summary)
{
	size_t i;

	ck_assert_str_eq(weft_verdict_name(result->verdict), "bug");
	for (i = 0; i < result->findings_n; i++)
		if (!strcmp(result->findings[i].kind, kind) &&
		    strstr(result->findings[i].summary, summary))
			return &result->findings[i];
	ck_abort_msg("no finding of kind %s with \"%s\", but %zu others, first: %s",
		     kind, summary, result->findings_n, result->findings_n ?
		     result->findings[0].summary : "-");
}

void assert_locks(const struct weft_finding *finding, const char *names)
{
	char joined[512] = "";
	size_t i;

	for (i = 0; i < finding->locks_n; i++) {
		strcat(joined, i ? "," : "");
		strcat(joined, finding->locks[i]);
	}
	ck_assert_str_eq(joined, names);
}

void assert_tasks(const struct weft_finding *finding, const char *ids)
{
	char joined[256] = "";
	size_t i, n = 0;

	for (i = 0; i < finding->tasks_n; i++)
		n += (size_t)snprintf(joined + n, sizeof(joined) - n, "%s%d",
				      i ? "," : "", finding->tasks[i]);
	ck_assert_str_eq(joined, ids);
}

void assert_sole_finding(void (*fn)(void), const char *kind,
			 const char *summary, const char *locks,
			 const char *tasks)
{
	struct weft_result result = program_result(fn);
	const struct weft_finding *f = assert_finding(&result, kind, summary);

	ck_assert_uint_eq(result.findings_n, 1);
	if (locks)
		assert_locks(f, locks);
	if (tasks)
		assert_tasks(f, tasks);
	weft_result_clear(&result);
}

char *schedule_digits(const struct weft_schedule *schedule)
{
	size_t i, n = 0;
	char *digits;

	for (i = 0; i < schedule->runs_n; i++)
		n += schedule->runs[i].steps;
	digits = malloc(n + 1);
	ck_assert_ptr_nonnull(digits);
	n = 0;
	for (i = 0; i < schedule->runs_n; i++) {
		memset(digits + n, '0' + (int)schedule->runs[i].task,
		       schedule->runs[i].steps);
		n += schedule->runs[i].steps;
	}
	digits[n] = '\0';
	return digits;
}

void texts_add(struct texts *texts, const char *text)
{
	if (texts->n == texts->max) {
		texts->max = texts->max ? 2 * texts->max : 64;
		texts->text = realloc(texts->text,
				      texts->max * sizeof(*texts->text));
		ck_assert_ptr_nonnull(texts->text);
	}
	texts->text[texts->n] = strdup(text);
	ck_assert_ptr_nonnull(texts->text[texts->n]);
	texts->n++;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

size_t texts_sort(struct texts *texts)
{
	size_t i, different = 0;

	if (texts->n)
		qsort(texts->text, texts->n, sizeof(*texts->text),
		      compare_texts);
	for (i = 0; i < texts->n; i++)
		different += !i || strcmp(texts->text[i - 1], texts->text[i]);
	return different;
}

void texts_clear(struct texts *texts)
{
	size_t i;

	for (i = 0; i < texts->n; i++)
		free(texts->text[i]);
	free(texts->text);
	memset(texts, 0, sizeof(*texts));
}

void note_smallest(struct smallest *smallest, const struct weft_finding *f)
{
	if (f->preemptions > smallest->preemptions ||
	    (f->preemptions == smallest->preemptions &&
	     f->steps >= smallest->steps))
		return;
	smallest->preemptions = f->preemptions;
	smallest->steps = f->steps;
}
