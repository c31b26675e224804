/* SPDX-License-Identifier: GPL-2.0-only */
/* weft: the command. Finds the verb and runs it. */
#include <argp.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/verdict.h"
#include "finding_table.h"
#include "interrupt.h"
#include "output.h"
#include "verbs.h"
#include "version.h"

#define EXIT_STATUS							\
	"Exit status: 0 exhausted, 1 bug, 2 incomplete, 3 nondeterminism, 4 unmodelled, 5 internal, 64 usage; of several campaigns the worst, in the order internal, unmodelled, nondeterminism, bug, incomplete, exhausted."

static const struct verb {
	struct options_usage usage;
	int (*run)(const struct options *options);
} verbs[] = {
	{ { VERB_LIST, "list",
	    "[scenarios|kernels|strategies|detectors|probes]",
	    "List what there is.", NULL }, verb_list },
	{ { VERB_EXPLORE, "explore", "[SCENARIO...]",
	    "Explore scenarios on kernel images; without a name, every scenario marked default, on every image.",
	    EXIT_STATUS }, verb_explore },
	{ { VERB_CHECK, "check", "[SCENARIO...]\n--mutants [MUTANT...]",
	    "Compare scenarios with what is expected of them; KTAP on standard output.",
	    "Exit status: 0 when every expectation was met, 77 when there was none, else that of the worst campaign that failed." },
	  verb_check },
	{ { VERB_REPLAY, "replay", "SCHEDULE-FILE",
	    "Run one schedule again and print what it shows.", EXIT_STATUS },
	  verb_replay },
	{ { VERB_GRAPH, "graph", "SCENARIO...",
	    "Draw the lock graph of scenarios.", EXIT_STATUS }, verb_graph },
	{ { VERB_COVERAGE, "coverage", "[SCENARIO...]",
	    "Show which kernel source scenarios reach.", EXIT_STATUS },
	  verb_coverage },
	{ { VERB_RULES, "rules", "[SCENARIO...]",
	    "Learn which locks protect which members of structures; without a name, from the whole bank.",
	    "Each scenario is explored with 500 executions, unless --executions says otherwise. Exit status: 0, or that of the worst campaign, of which neither bug nor incomplete counts." },
	  verb_rules },
	{ { VERB_COMPARE, "compare",
	    "SCENARIO... --kernel A --kernel B\nSCENARIO... --kernel A --patch FILE...",
	    "Compare scenarios on two kernels, or on one with and without patches.",
	    "Searches do not stop at a finding, so that those of both can be compared. The exit status is that of the second kernel: " EXIT_STATUS },
	  verb_compare },
	{ { VERB_REPORT, "report", "",
	    "Rebuild reports/index.html from what is there.", NULL },
	  verb_report },
};

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))
#define VERB_COLUMN 13
#define HELP_WIDTH 77

static void print_version(FILE *out, struct argp_state *state)
{
	(void)state;
	fprintf(out, "weft (Weft) %s\n"
		"License GPL-2.0-only: GNU GPL version 2 <https://gnu.org/licenses/gpl-2.0.html>\n"
		"This is free software: you are free to change and redistribute it.\n"
		"There is NO WARRANTY, to the extent permitted by law.\n",
		WEFT_VERSION);
}

/* Stops at the verb: what follows is the verb's own. */
static error_t parse_top(int key, char *value, struct argp_state *state)
{
	int *verb_at = state->input;

	(void)value;
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	*verb_at = state->next - 1;
	state->next = state->argc;
	return 0;
}

static char *top_help(void)
{
	char *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs("Explore every thread interleaving of a scenario, deterministically, on real kernel source.\vVerbs:\n",
	      out);
	for (i = 0; i < VERBS; i++) {
		fprintf(out, "  %-10s ", verbs[i].usage.name);
		weft_text_block(out, verbs[i].usage.summary, VERB_COLUMN,
				HELP_WIDTH);
	}
	fputs("\n'weft VERB --help' tells more about each.\n\n" EXIT_STATUS,
	      out);
	fclose(out);
	return text;
}

/* Return: index of the verb in @argv. */
static int find_verb(int argc, char **argv)
{
	struct argp argp = {
		.parser = parse_top,
		.args_doc = "VERB [OPTION...] [ARGUMENT...]",
	};
	char *doc = top_help();
	int verb_at = 0;

	argp.doc = doc;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &verb_at);
	free(doc);
	if (!verb_at)
		output_usage_error("name a verb; 'weft --help' lists them");
	return verb_at;
}

static const struct verb *verb_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < VERBS; i++)
		if (!strcmp(verbs[i].usage.name, name))
			return &verbs[i];
	output_usage_error("no verb '%s'; 'weft --help' names them", name);
}

/* A full disk must not look like success. */
static int close_stdout(int status)
{
	int err = output_close(stdout);

	if (!err)
		return status;
	output_error("cannot write standard output: %s", strerror(-err));
	return WEFT_VERDICT_INTERNAL;
}

int main(int argc, char **argv)
{
	struct options options;
	const struct verb *verb;
	int verb_at, status;

	setlocale(LC_CTYPE, "");
	argp_program_version_hook = print_version;
	argp_err_exit_status = WEFT_EXIT_USAGE;
	if (argc)
		output_program = argv[0];
	verb_at = find_verb(argc, argv);
	verb = verb_by_name(argv[verb_at]);
	options_parse(&options, &verb->usage, argc - verb_at, argv + verb_at);
	interrupt_install();
	status = verb->run(&options);
	options_clear(&options);
	return close_stdout(status);
}
