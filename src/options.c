/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line (argp) and the environment; contract in options.h. */
#include <argp.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs.h"
#include "options_table.h"
#include "output.h"

#define ROWS_MAX 64

/* While parsing: which rows the command line has set. */
struct parsing {
	struct options	*options;
	unsigned int	verb;
	bool		seen[ROWS_MAX];
};

static const struct options_row *row_of_key(unsigned int verb, int key,
					    size_t *ret_index)
{
	size_t i;

	for (i = 0; options_rows[i].name; i++)
		if (options_rows[i].key == key && options_rows[i].verbs & verb) {
			*ret_index = i;
			return &options_rows[i];
		}
	return NULL;
}

/* The only option of two values: the second is the next word. */
static error_t parse_diff(struct parsing *parsing, const char *value,
			  struct argp_state *state, bool *ret_seen)
{
	if (state->next >= state->argc || state->argv[state->next][0] == '-')
		output_usage_error("--diff: two kernels are needed, such as --diff 6.1 6.12");
	if (parsing->options->diff.n)
		output_usage_error("--diff: may be given once");
	*ret_seen = true;
	options_set(parsing->options, KEY_DIFF, value, "--diff");
	options_set(parsing->options, KEY_DIFF, state->argv[state->next++],
		    "--diff");
	return 0;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct parsing *parsing = state->input;
	const struct options_row *row;
	char origin[40];
	size_t i;

	if (key == ARGP_KEY_ARG) {
		options_add_string(&parsing->options->arguments, value);
		return 0;
	}
	row = row_of_key(parsing->verb, key, &i);
	if (!row)
		return ARGP_ERR_UNKNOWN;
	if (key == KEY_DIFF)
		return parse_diff(parsing, value, state, &parsing->seen[i]);
	snprintf(origin, sizeof(origin), "--%s", row->name);
	parsing->seen[i] = true;
	options_set(parsing->options, key, value, origin);
	return 0;
}

void options_environment_name(const char *option, char *ret, size_t size)
{
	size_t i;

	snprintf(ret, size, "WEFT_%s", option);
	for (i = 0; ret[i]; i++)
		ret[i] = ret[i] == '-' ? '_' : (char)toupper(
						(unsigned char)ret[i]);
}

/* A list in one variable is separated by commas. */
static void set_list(struct options *options, int key, const char *value,
		     const char *origin)
{
	char *copy = output_format("%s", value);	/* lives on in options */
	char *word, *rest = NULL;

	for (word = strtok_r(copy, ", ", &rest); word;
	     word = strtok_r(NULL, ", ", &rest))
		options_set(options, key, word, origin);
}

static bool is_off(const char *value)
{
	return !strcmp(value, "0") || !strcasecmp(value, "no") ||
	       !strcasecmp(value, "false");
}

static void parse_environment(struct parsing *parsing)
{
	const struct options_row *row = options_rows;
	char origin[40];
	size_t i;

	for (i = 0; row[i].name; i++) {
		const char *value;

		if (!(row[i].verbs & parsing->verb) || parsing->seen[i])
			continue;
		options_environment_name(row[i].name, origin, sizeof(origin));
		value = getenv(origin);
		if (!value || !*value || (!row[i].argument && is_off(value)))
			continue;
		if (row[i].key == KEY_KERNEL || row[i].key == KEY_PARAM ||
		    row[i].key == KEY_DIFF || row[i].key == KEY_PATCH)
			set_list(parsing->options, row[i].key, value, origin);
		else
			options_set(parsing->options, row[i].key, value,
				    origin);
	}
}

static size_t argp_rows(struct argp_option *ret, unsigned int verb)
{
	const struct options_row *row;
	size_t n = 0;

	for (row = options_rows; row->name; row++) {
		if (!(row->verbs & verb))
			continue;
		ret[n].name = row->name;
		ret[n].key = row->key;
		ret[n].arg = row->argument;
		ret[n++].doc = row->doc;
	}
	return n;
}

void options_parse(struct options *ret, const struct options_usage *usage,
		   int argc, char **argv)
{
	struct parsing parsing = { .options = ret, .verb = usage->verb };
	struct argp_option rows[ROWS_MAX] = { 0 };
	struct argp argp = {
		.options = rows,
		.parser = parse_option,
		.args_doc = usage->arguments,
	};
	char *doc = output_format("%s\v%s%sEach option has a twin in the environment: WEFT_KEEP_GOING=1 is --keep-going.",
				  usage->summary,
				  usage->details ? usage->details : "",
				  usage->details ? "\n\n" : "");
	char *name = output_format("weft %s", usage->name);

	memset(ret, 0, sizeof(*ret));
	ret->out = "reports";
	ret->depth = 200000;
	ret->max_memory = (size_t)2048 << 20;
	ret->races = WEFT_RACES_REPORT;
	ret->seed = 1;
	ret->jobs = jobs_default();
	argp_rows(rows, usage->verb);
	argp.doc = doc;
	argv[0] = name;
	argp_parse(&argp, argc, argv, 0, NULL, &parsing);
	parse_environment(&parsing);
	free(doc);
	argv[0] = (char *)usage->name;
	free(name);
}

void options_clear(struct options *options)
{
	free(options->arguments.at);
	free(options->kernels.at);
	free(options->params.at);
	free(options->focus.at);
	free(options->patches.at);
	free(options->diff.at);
	memset(options, 0, sizeof(*options));
}
