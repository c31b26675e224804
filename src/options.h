/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Options of all verbs: from the command line, else from the environment
 * (--keep-going is WEFT_KEEP_GOING), else the default.
 *
 * Whatever cannot be understood ends the program with status 64 and a message
 * that names the option.
 */
#ifndef WEFT_OPTIONS_H
#define WEFT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../framework/exec.h"
#include "../framework/strategy.h"

enum options_verb {
	VERB_LIST	= 1 << 0,
	VERB_EXPLORE	= 1 << 1,
	VERB_CHECK	= 1 << 2,
	VERB_REPLAY	= 1 << 3,
	VERB_GRAPH	= 1 << 4,
	VERB_COVERAGE	= 1 << 5,
	VERB_REPORT	= 1 << 6,
	VERB_COMPARE	= 1 << 7,
	VERB_RULES	= 1 << 8,
};

enum options_format { FORMAT_TEXT, FORMAT_KTAP, FORMAT_MAIL };

struct suppressions;

struct strings {
	const char	**at;
	size_t		n;
};

/**
 * struct options - see file comment
 * @arguments:   what is not an option: scenarios, a file, a topic
 * @preemptions: valid when @preemptions_given; else the scenario decides
 * @delays:      the same; its own @delays_iterate
 * @faults:      valid when @faults_given; else the scenario decides
 * @spin:        most accesses of a task in a row, without an operation
 * @stall:       seconds of processor time that a step may take
 * @executions:  0 without limit
 * @seconds:     for each campaign; 0 without limit
 * @max_memory:  bytes, for each process: half of it for branches, a quarter for
 *               states to return to, the rest for logs
 * @jobs:        processes that explore one campaign, at least 1
 * @checkpoint, @resume: files; NULL when not wanted
 * @suppress:    file; @suppressions: what is in it, when it has been read
 * @list_json:   "weft list --json"
 * @diff:        two tags, or none
 * @cache:       folder of images with changed files, or NULL for the default
 * @mutants:     the arguments are mutants
 * @mutants_from: folder of mutants, or NULL for those of the source
 */
struct options {
	struct strings	arguments, kernels, params, focus, patches;
	const struct weft_strategy *strategy;	/* NULL: what fits the scenario */
	bool		preemptions_given, iterate;
	uint32_t	preemptions;
	bool		delays_given, delays_iterate;
	uint32_t	delays;
	bool		faults_given;
	unsigned long	faults;
	unsigned long	executions;
	unsigned long	depth;
	unsigned long	spin;
	double		stall;
	size_t		max_memory;
	unsigned int	jobs;
	double		seconds;
	uint64_t	seed;
	bool		keep_going, symmetry, paranoid, quiet, verbose, trace, gdb, full, list_json;
	bool		new_only, mutants;
	const char	*out, *json, *junit, *sarif, *checkpoint, *resume, *suppress, *cache;
	const char	*mutants_from;
	struct strings	diff;
	struct suppressions *suppressions;
	enum options_format format;
	enum weft_races	races;
};

/**
 * struct options_usage - of one verb
 * @arguments: "[SCENARIO...]"
 * @summary, @details: text before and behind the list of options
 */
struct options_usage {
	enum options_verb verb;
	const char	*name;
	const char	*arguments;
	const char	*summary;
	const char	*details;
};

/* @argv[0] is the verb. Does not return on --help, --version and errors. */
void options_parse(struct options *ret, const struct options_usage *usage,
		   int argc, char **argv);
void options_clear(struct options *options);

void options_add_string(struct strings *strings, const char *value);

/* "WEFT_KEEP_GOING" of "keep-going"; @size of 40 is enough for all. */
void options_environment_name(const char *option, char *ret, size_t size);

/* KEY=VALUE; false when it is not. @ret_key_n is the length of KEY. */
bool options_split_param(const char *text, size_t *ret_key_n, long *ret_value);

#endif
