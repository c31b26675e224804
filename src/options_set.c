/* SPDX-License-Identifier: GPL-2.0-only */
/* What each option means; contract in options.h. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options_table.h"
#include "output.h"

#define SEARCH (VERB_EXPLORE | VERB_CHECK | VERB_GRAPH | VERB_COVERAGE | \
		VERB_RULES | VERB_COMPARE)

const struct options_row options_rows[] = {
	{ "kernel", KEY_KERNEL, "TAG", SEARCH,
	  "Kernel image to run on, such as 6.1; may be repeated (default: all)" },
	{ "strategy", KEY_STRATEGY, "NAME", SEARCH,
	  "How to search; 'weft list strategies' names them" },
	{ "preemptions", KEY_PREEMPTIONS, "N|none|iterate", SEARCH,
	  "Most preemptions in a schedule; 'iterate' raises the bound 0, 1, 2, ... (default: the scenario's)" },
	{ "delays", KEY_DELAYS, "N|none|iterate", SEARCH,
	  "Most delays in a schedule; implies --strategy delay (default of that: the bound on preemptions, or iterate where there is none)" },
	{ "executions", KEY_EXECUTIONS, "N", SEARCH,
	  "Stop a campaign after N executions" },
	{ "time", KEY_TIME, "SECONDS", SEARCH,
	  "Stop each campaign after so many seconds" },
	{ "depth", KEY_DEPTH, "N", SEARCH,
	  "Most steps in one execution (default 200000)" },
	{ "spin", KEY_SPIN, "N", SEARCH | VERB_REPLAY,
	  "Most memory accesses of a task in a row without an operation; more is a finding (default 20000000)" },
	{ "stall", KEY_STALL, "SECONDS", SEARCH | VERB_REPLAY,
	  "Most processor time without a step; then the campaign ends as incomplete (default 60)" },
	{ "max-memory", KEY_MAX_MEMORY, "MIB", SEARCH,
	  "Most memory a search takes for branches and states to return to, in each process (default 2048)" },
	{ "seed", KEY_SEED, "N", SEARCH,
	  "Seed of the random strategies and of samples (default 1)" },
	{ "jobs", KEY_JOBS, "N", SEARCH,
	  "Processes that explore a campaign; the results are the same (default: one for each processor)" },
	{ "checkpoint", KEY_CHECKPOINT, "FILE", VERB_EXPLORE,
	  "Keep what is needed to go on with a campaign that is not finished" },
	{ "resume", KEY_RESUME, "FILE", VERB_EXPLORE,
	  "Go on with the campaign of a checkpoint; limits and --jobs may differ" },
	{ "param", KEY_PARAM, "KEY=VALUE", SEARCH,
	  "Size of a model program; may be repeated" },
	{ "faults", KEY_FAULTS, "N", SEARCH,
	  "Most faults in a schedule: failing allocations and copies, signals, timeouts (default: the scenario's)" },
	{ "races", KEY_RACES, "report|bug|off", SEARCH | VERB_REPLAY,
	  "Data races: told, but no reason for the verdict bug (default); like any other finding; or not looked for" },
	{ "keep-going", KEY_KEEP_GOING, NULL, SEARCH,
	  "Do not stop a campaign at its first finding" },
	{ "focus", KEY_FOCUS, "PATH-PREFIX", SEARCH,
	  "Preempt only inside these source folders; may be repeated, or separated by colons; 'all': everywhere" },
	{ "symmetry", KEY_SYMMETRY, NULL, VERB_EXPLORE,
	  "Let the first steps of tasks that are alike come in one order only (dfs, and scenarios that declare it)" },
	{ "suppress", KEY_SUPPRESS, "FILE", SEARCH,
	  "Findings that are known and are no bugs, each with a reason (see README)" },
	{ "out", KEY_OUT, "DIR", SEARCH | VERB_REPORT,
	  "Where reports go (default reports)" },
	{ "json", KEY_JSON, "FILE|-", VERB_EXPLORE | VERB_CHECK | VERB_COMPARE,
	  "Write results as JSON; with '-' standard output carries nothing else" },
	{ "json", KEY_LIST_JSON, NULL, VERB_LIST, "Print JSON" },
	{ "junit", KEY_JUNIT, "FILE", VERB_EXPLORE | VERB_CHECK | VERB_COMPARE,
	  "Write results as JUnit XML" },
	{ "sarif", KEY_SARIF, "FILE", VERB_EXPLORE | VERB_CHECK,
	  "Write findings as SARIF 2.1.0" },
	{ "format", KEY_FORMAT, "text|ktap|mail", VERB_EXPLORE | VERB_COMPARE,
	  "What to print when a campaign or comparison ends (default text)" },
	{ "patch", KEY_PATCH, "FILE", VERB_COMPARE,
	  "Compare with an image of the same tree and this patch, a diff or a mail; may be repeated: applied in this order" },
	{ "mutants", KEY_MUTANTS, NULL, VERB_CHECK,
	  "Put historical bugs back into the kernels, one at a time, and see whether the bank finds them; names are those of mutants (default: all)" },
	{ "mutants-from", KEY_MUTANTS_FROM, "DIR", VERB_CHECK,
	  "Where mutants are: semantic patches NAME.cocci (default: scenarios/mutants of the source)" },
	{ "cache", KEY_CACHE, "DIR", VERB_COMPARE | VERB_REPLAY | VERB_CHECK,
	  "Where images with changed files are kept (default $XDG_CACHE_HOME/weft, else ~/.cache/weft)" },
	{ "new-only", KEY_NEW_ONLY, NULL, VERB_COMPARE,
	  "Exit status 1 only for findings that the first kernel does not have" },
	{ "full", KEY_FULL, NULL, VERB_GRAPH | VERB_COMPARE | VERB_RULES,
	  "All locks, not only those that matter (rules: members of all subsystems)" },
	{ "diff", KEY_DIFF, "TAG1 TAG2", VERB_GRAPH,
	  "Compare the lock graphs of two kernels" },
	{ "trace", KEY_TRACE, NULL, VERB_REPLAY,
	  "Print every step of the execution" },
	{ "gdb", KEY_GDB, NULL, VERB_REPLAY,
	  "Run it in gdb, which stops at the finding" },
	{ "paranoid", KEY_PARANOID, NULL, SEARCH,
	  "Compare hashes of the state whenever the search goes back (slow)" },
	{ "quiet", KEY_QUIET, NULL, SEARCH,
	  "No progress, and one line for each campaign" },
	{ "verbose", KEY_VERBOSE, NULL, SEARCH | VERB_REPLAY,
	  "Print findings in full, and the kernel log of the setup (replay: all of it)" },
	{ NULL, 0, NULL, 0, NULL },
};

void options_add_string(struct strings *strings, const char *value)
{
	const char **at = reallocarray(strings->at, strings->n + 1,
				       sizeof(*at));

	if (!at)
		output_usage_error("out of memory for the arguments");
	strings->at = at;
	at[strings->n++] = value;
}

static uint64_t parse_number(const char *value, const char *origin,
			     uint64_t min, uint64_t max)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(value, &end, 10);
	if (errno || *end || !isdigit((unsigned char)*value) || number < min ||
	    number > max)
		output_usage_error("%s: '%s' is not a number from %llu to %llu",
				   origin, value, (unsigned long long)min,
				   (unsigned long long)max);
	return number;
}

static double parse_seconds(const char *value, const char *origin)
{
	double seconds;
	char *end;

	errno = 0;
	seconds = strtod(value, &end);
	if (errno || *end || end == value || !isfinite(seconds) ||
	    seconds <= 0 || seconds > 1e9)
		output_usage_error("%s: '%s' is not a number of seconds above 0, such as 60",
				   origin, value);
	return seconds;
}

static uint32_t parse_bound(const char *value, const char *origin,
			    bool *ret_iterate)
{
	*ret_iterate = !strcmp(value, "iterate");
	if (*ret_iterate || !strcmp(value, "none"))
		return WEFT_BOUND_NONE;
	if (!isdigit((unsigned char)*value))
		output_usage_error("%s: '%s' is neither a number nor 'none' nor 'iterate'",
				   origin, value);
	return (uint32_t)parse_number(value, origin, 0, 1000);
}

static void set_preemptions(struct options *options, const char *value,
			    const char *origin)
{
	options->preemptions_given = true;
	options->preemptions = parse_bound(value, origin, &options->iterate);
}

static void set_delays(struct options *options, const char *value,
		       const char *origin)
{
	options->delays_given = true;
	options->delays = parse_bound(value, origin, &options->delays_iterate);
}

static void set_strategy(struct options *options, const char *value,
			 const char *origin)
{
	options->strategy = weft_strategy_find(value);
	if (!options->strategy)
		output_usage_error("%s: no strategy '%s'; 'weft list strategies' names them",
				   origin, value);
	if (options->strategy == &weft_strategy_replay)
		output_usage_error("%s: to follow a schedule use 'weft replay SCHEDULE-FILE'",
				   origin);
}

static void set_format(struct options *options, const char *value,
		       const char *origin)
{
	if (!strcmp(value, "text"))
		options->format = FORMAT_TEXT;
	else if (!strcmp(value, "ktap"))
		options->format = FORMAT_KTAP;
	else if (!strcmp(value, "mail"))
		options->format = FORMAT_MAIL;
	else
		output_usage_error("%s: no format '%s'; there are text, ktap and mail",
				   origin, value);
}

bool options_split_param(const char *text, size_t *ret_key_n, long *ret_value)
{
	const char *equals = strchr(text, '=');
	char *end;

	if (!equals || equals == text || !isdigit((unsigned char)equals[1]))
		return false;
	errno = 0;
	*ret_value = strtol(equals + 1, &end, 10);
	*ret_key_n = (size_t)(equals - text);
	return !errno && !*end;
}

static void add_param(struct options *options, const char *value,
		      const char *origin)
{
	size_t key_n;
	long number;

	if (!options_split_param(value, &key_n, &number))
		output_usage_error("%s: '%s' is not KEY=NUMBER, such as n=3",
				   origin, value);
	options_add_string(&options->params, value);
}

static const char *not_empty(const char *value, const char *origin)
{
	if (!*value)
		output_usage_error("%s: a name is needed, not an empty text",
				   origin);
	return value;
}

static void set_faults(struct options *options, const char *value,
		       const char *origin)
{
	options->faults = parse_number(value, origin, 0, 1000);
	options->faults_given = true;
}

static void set_races(struct options *options, const char *value,
		      const char *origin)
{
	if (!strcmp(value, "report"))
		options->races = WEFT_RACES_REPORT;
	else if (!strcmp(value, "bug"))
		options->races = WEFT_RACES_BUG;
	else if (!strcmp(value, "off"))
		options->races = WEFT_RACES_OFF;
	else
		output_usage_error("%s: '%s' is none of report, bug and off",
				   origin, value);
}

static void set_flag(struct options *options, int key, const char *origin)
{
	switch (key) {
	case KEY_KEEP_GOING:
		options->keep_going = true;
		break;
	case KEY_SYMMETRY:
		options->symmetry = true;
		break;
	case KEY_NEW_ONLY:
		options->new_only = true;
		break;
	case KEY_MUTANTS:
		options->mutants = true;
		break;
	case KEY_LIST_JSON:
		options->list_json = true;
		break;
	case KEY_FULL:
		options->full = true;
		break;
	case KEY_TRACE:
		options->trace = true;
		break;
	case KEY_PARANOID:
		options->paranoid = true;
		break;
	case KEY_QUIET:
		options->quiet = true;
		break;
	case KEY_VERBOSE:
		options->verbose = true;
		break;
	case KEY_GDB:
		options->gdb = true;
		break;
	}
}

void options_set(struct options *options, int key, const char *value,
		 const char *origin)
{
	switch (key) {
	case KEY_KERNEL:
		options_add_string(&options->kernels, not_empty(value, origin));
		break;
	case KEY_STRATEGY:
		set_strategy(options, value, origin);
		break;
	case KEY_PREEMPTIONS:
		set_preemptions(options, value, origin);
		break;
	case KEY_DELAYS:
		set_delays(options, value, origin);
		break;
	case KEY_EXECUTIONS:
		options->executions = parse_number(value, origin, 1,
						   1000000000000000);
		break;
	case KEY_TIME:
		options->seconds = parse_seconds(value, origin);
		break;
	case KEY_DEPTH:
		options->depth = parse_number(value, origin, 1, 100000000);
		break;
	case KEY_SPIN:
		options->spin = parse_number(value, origin, 1000,
					     1000000000000);
		break;
	case KEY_STALL:
		options->stall = parse_seconds(value, origin);
		break;
	case KEY_MAX_MEMORY:
		options->max_memory = parse_number(value, origin, 4,
						   1 << 20) << 20;
		break;
	case KEY_SEED:
		options->seed = parse_number(value, origin, 0, UINT64_MAX);
		break;
	case KEY_JOBS:
		options->jobs = (unsigned int)parse_number(value, origin, 1,
							   1024);
		break;
	case KEY_CHECKPOINT:
		options->checkpoint = not_empty(value, origin);
		break;
	case KEY_RESUME:
		options->resume = not_empty(value, origin);
		break;
	case KEY_PARAM:
		add_param(options, value, origin);
		break;
	case KEY_FAULTS:
		set_faults(options, value, origin);
		break;
	case KEY_RACES:
		set_races(options, value, origin);
		break;
	case KEY_FOCUS:
		options_add_string(&options->focus, not_empty(value, origin));
		break;
	case KEY_SUPPRESS:
		options->suppress = not_empty(value, origin);
		break;
	case KEY_OUT:
		options->out = not_empty(value, origin);
		break;
	case KEY_JSON:
		options->json = not_empty(value, origin);
		break;
	case KEY_JUNIT:
		options->junit = not_empty(value, origin);
		break;
	case KEY_SARIF:
		options->sarif = not_empty(value, origin);
		break;
	case KEY_FORMAT:
		set_format(options, value, origin);
		break;
	case KEY_DIFF:
		options_add_string(&options->diff, not_empty(value, origin));
		break;
	case KEY_PATCH:
		options_add_string(&options->patches, not_empty(value, origin));
		break;
	case KEY_CACHE:
		options->cache = not_empty(value, origin);
		break;
	case KEY_MUTANTS_FROM:
		options->mutants_from = not_empty(value, origin);
		break;
	default:
		set_flag(options, key, origin);
	}
}
