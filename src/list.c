/* SPDX-License-Identifier: GPL-2.0-only */
/* weft list: scenarios, kernels, strategies, detectors, probes. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../framework/detector.h"
#include "../framework/strategy.h"
#include "../scenarios/scenario.h"
#include "finding_table.h"
#include "images.h"
#include "json.h"
#include "output.h"
#include "verbs.h"
#include "version.h"

/* Each topic is built as JSON and printed from it: one truth, two forms. */
static json_t *pair(const char *name, const char *summary)
{
	return json_pack("{s:s, s:s}", "name", name, "summary", summary);
}

static json_t *parameters(const struct weft_scenario *scenario)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < 4 && scenario->params[i].key; i++)
		json_object_set_new(object, scenario->params[i].key,
				    json_integer(scenario->params[i].value));
	return object;
}

static json_t *list_scenarios(void)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; weft_scenarios[i]; i++) {
		const struct weft_scenario *scenario = weft_scenarios[i];
		json_t *object = pair(scenario->name, scenario->summary);

		json_object_set_new(object, "default",
				    json_boolean(scenario->is_default));
		json_object_set_new(object, "model",
			json_boolean(weft_scenario_is_model(scenario)));
		json_object_set_new(object, "params", parameters(scenario));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *list_kernels(void)
{
	json_t *array = json_array();
	struct images images;
	size_t i;

	images_find(&images);
	for (i = 0; i < images.n; i++)
		json_array_append_new(array, pair(images.at[i].tag,
						  images.at[i].path));
	images_clear(&images);
	return array;
}

static json_t *list_strategies(void)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; weft_strategies[i]; i++) {
		json_t *object;

		if (weft_strategies[i] == &weft_strategy_replay)
			continue;	/* a verb of its own */
		object = pair(weft_strategies[i]->name,
			      weft_strategies[i]->summary);
		json_object_set_new(object, "systematic",
				json_boolean(weft_strategies[i]->systematic));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *list_detectors(void)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; weft_detectors[i]; i++) {
		const struct weft_detector *detector = weft_detectors[i];
		json_t *object = pair(detector->name, detector->finds);

		json_object_set_new(object, "misses",
				    json_string(detector->misses));
		json_object_set_new(object, "false_alarms",
				    json_string(detector->false_alarms));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *list_probes(void)
{
	json_t *array = json_array();
	size_t i, j;

	for (i = 0; weft_scenarios[i]; i++)
		for (j = 0; j < WEFT_SCENARIO_PROBES_MAX &&
		     weft_scenarios[i]->probes[j]; j++)
			json_array_append_new(array,
				pair(weft_scenarios[i]->probes[j],
				     weft_scenarios[i]->name));
	return array;
}

static const struct {
	const char *name;
	json_t *(*list)(void);
	const char *empty;
	const char *legend;
} topics[] = {
	{ "scenarios", list_scenarios, "none are built in",
	  " (*: explored when none is named)" },
	{ "kernels", list_kernels,
	  "none found: configure with kernel sources and run make, or set WEFT_IMAGES" },
	{ "strategies", list_strategies, "none" },
	{ "detectors", list_detectors, "none" },
	{ "probes", list_probes, "none" },
};

#define TERMINAL_WIDTH 80

static int name_width(json_t *array)
{
	size_t i, longest = 0;
	json_t *object;

	json_array_foreach(array, i, object) {
		size_t n = strlen(json_string_value(json_object_get(object,
								    "name")));
		if (n > longest)
			longest = n;
	}
	return (int)longest;
}

/*
 * What is said of a name, in lines that fit a terminal; elsewhere in one, for
 * programs that read lines.
 */
static void print_words(const char *text, int indent)
{
	bool wraps = isatty(STDOUT_FILENO) && indent < TERMINAL_WIDTH - 20;

	weft_text_block(stdout, text, (unsigned int)indent, wraps ?
			TERMINAL_WIDTH : (unsigned int)indent +
			weft_text_width(text) + 1);
}

static void print_extra(json_t *object, const char *key, const char *label,
			int width)
{
	const char *text = json_string_value(json_object_get(object, key));
	char *line;

	if (!text)
		return;
	line = output_format("%s: %s", label, text);
	printf("  %-*s  ", width, "");
	print_words(line, width + 4);
	free(line);
}

static void print_topic(json_t *array, const char *empty)
{
	int width = name_width(array);
	json_t *object;
	size_t i;

	if (!json_array_size(array))
		printf("  (%s)\n", empty);
	json_array_foreach(array, i, object) {
		bool marked = json_is_true(json_object_get(object, "default"));

		printf("  %-*s %c ", width,
		       json_string_value(json_object_get(object, "name")),
		       marked ? '*' : ' ');
		print_words(json_string_value(json_object_get(object, "summary")),
			    width + 5);
		print_extra(object, "misses", "misses", width);
		print_extra(object, "false_alarms", "false alarms", width);
	}
}

static int print_json(json_t *document)
{
	int err;

	json_object_set_new(document, "format", json_integer(WEFT_JSON_FORMAT));
	json_object_set_new(document, "weft", json_string(WEFT_VERSION));
	err = json_write(document, stdout);
	if (!err)
		return 0;
	output_error("--json: cannot write: %s", strerror(-err));
	return WEFT_VERDICT_INTERNAL;
}

/**
 * verb_list() - weft list
 */
int verb_list(const struct options *options)
{
	const char *wanted = options->arguments.n ?
			     options->arguments.at[0] : NULL;
	size_t i, n = sizeof(topics) / sizeof(topics[0]), shown = 0;
	json_t *document = json_object();

	if (options->arguments.n > 1)
		output_usage_error("list takes one topic, not %zu",
				   options->arguments.n);
	for (i = 0; i < n; i++) {
		json_t *array;

		if (wanted && strcmp(wanted, topics[i].name))
			continue;
		array = topics[i].list();
		if (!options->list_json) {
			printf("%s%s%s\n", shown ? "\n" : "", topics[i].name,
			       topics[i].legend ? topics[i].legend : "");
			print_topic(array, topics[i].empty);
		}
		json_object_set_new(document, topics[i].name, array);
		shown++;
	}
	if (!shown)
		output_usage_error("list: no topic '%s'; there are scenarios, kernels, strategies, detectors and probes",
				   wanted);
	if (options->list_json)
		return print_json(document);
	json_decref(document);
	return 0;
}
