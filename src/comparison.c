/* SPDX-License-Identifier: GPL-2.0-only */
/* Before and after; contract in comparison.h. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "comparison.h"
#include "diff.h"
#include "json.h"
#include "output.h"
#include "spawn.h"
#include "svg_labels.h"

static json_t *bounds_text(const struct weft_run *run)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	json_t *bounds;

	if (!out)
		return json_null();
	weft_write_bounds(out, run);
	fclose(out);
	bounds = json_text(text);
	free(text);
	return bounds;
}

struct json_t *comparison_side(const struct campaign *c)
{
	const struct weft_run *run = &c->run;
	json_t *side = json_object();

	json_object_set_new(side, "campaign", weft_run_to_json(run));
	json_object_set_new(side, "lock_graph",
			    weft_lock_graph_to_json(run, c->options->full));
	json_object_set_new(side, "bounds", bounds_text(run));
	json_object_set_new(side, "exhausted",
			    json_boolean(run->result->exhausted));
	json_object_set_new(side, "report", json_text(run->dir));
	return side;
}

static json_t *summary_of(json_t *side)
{
	static const char *const keys[] = {
		"kernel", "release", "verdict", "exit", "reason",
		"executions", "sampled",
	};
	json_t *campaign = json_object_get(side, "campaign");
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		json_object_set(object, keys[i],
				json_object_get(campaign, keys[i]));
	json_object_set(object, "bounds", json_object_get(side, "bounds"));
	json_object_set(object, "exhausted",
			json_object_get(side, "exhausted"));
	json_object_set(object, "report", json_object_get(side, "report"));
	return object;
}

struct json_t *comparison_make(struct json_t *before, struct json_t *after,
			       struct json_t *patches)
{
	json_t *a = json_object_get(before, "campaign");
	json_t *b = json_object_get(after, "campaign");
	json_t *comparison = json_object();

	json_object_set(comparison, "scenario", json_object_get(b, "scenario"));
	json_object_set_new(comparison, "patches", patches);
	json_object_set_new(comparison, "before", summary_of(before));
	json_object_set_new(comparison, "after", summary_of(after));
	json_object_set_new(comparison, "findings", diff_findings(a, b));
	json_object_set_new(comparison, "lock_graph",
			    diff_graphs(json_object_get(before, "lock_graph"),
					json_object_get(after, "lock_graph")));
	json_decref(before);
	json_decref(after);
	return comparison;
}

static bool is_bug(json_t *finding)
{
	return !diff_is(finding, "advisory") &&
	       !json_is_object(json_object_get(finding, "suppressed"));
}

static bool has_new_bug(json_t *comparison)
{
	json_t *findings = json_object_get(comparison, "findings"), *finding;
	size_t i;

	json_array_foreach(json_object_get(findings, "new"), i, finding)
		if (is_bug(finding))
			return true;
	return false;
}

int comparison_exit(struct json_t *comparison, bool new_only)
{
	json_t *after = json_object_get(comparison, "after");
	int status = (int)json_integer_value(json_object_get(after, "exit"));

	if (!new_only || status != WEFT_VERDICT_BUG || has_new_bug(comparison))
		return status;
	return diff_is(after, "exhausted") ? WEFT_VERDICT_EXHAUSTED :
					     WEFT_VERDICT_INCOMPLETE;
}

static bool was_run(json_t *side)
{
	return json_integer_value(json_object_get(side, "executions")) ||
	       json_integer_value(json_object_get(side, "sampled"));
}

const char *comparison_missing(struct json_t *comparison)
{
	static const char *const sides[] = { "before", "after" };
	size_t i;

	for (i = 0; i < 2; i++)
		if (!was_run(json_object_get(comparison, sides[i])))
			return sides[i];
	return NULL;
}

const char *comparison_tag(struct json_t *comparison, const char *side)
{
	return json_text_of(json_object_get(comparison, side), "kernel");
}

const char *comparison_cycle(struct json_t *edge)
{
	const char *cycle = json_text_of(edge, "cycle");

	if (!strcmp(cycle, "before"))
		return "was on a cycle";
	if (!strcmp(cycle, "after") && strcmp(json_text_of(edge, "change"), "new"))
		return "now on a cycle";
	return *cycle ? "on a cycle" : "";
}

char *comparison_through(struct json_t *names)
{
	char *text = output_format("%s", json_array_size(names) ? "through " :
								  "directly");
	json_t *name;
	size_t i;

	json_array_foreach(names, i, name) {
		char *longer = output_format("%s%s%s", text, i ? ", " : "",
					     json_string_value(name));

		free(text);
		text = longer;
	}
	return text;
}

static char *site_text(json_t *site)
{
	if (!*json_text_of(site, "function"))
		return output_format("?");
	if (!*json_text_of(site, "file"))
		return output_format("%s()", json_text_of(site, "function"));
	return output_format("%s() %s:%lld", json_text_of(site, "function"),
		json_text_of(site, "file"),
		(long long)json_integer_value(json_object_get(site, "line")));
}

char *comparison_way(struct json_t *way)
{
	char *taken = site_text(json_object_get(way, "taken_at"));
	char *held = site_text(json_object_get(way, "held_at"));
	char *text = output_format("%s in %s, held%s since %s",
				   json_text_of(way, "mode"), taken,
				   diff_is(way, "held_shared") ? " shared" : "",
				   held);

	free(taken);
	free(held);
	return text;
}

/* "out/compare-SCENARIO-BEFORE-AFTER" */
static char *directory_of(json_t *comparison, const char *out_dir)
{
	char *name = output_format("compare-%s-%s",
				   json_text_of(comparison, "scenario"),
				   comparison_tag(comparison, "before"));
	char *dir = campaign_directory(out_dir, name,
				       comparison_tag(comparison, "after"));

	free(name);
	return dir;
}

/* Without dot(1) there is only what it would have read. */
static char *write_picture(json_t *comparison, const char *dir, bool full,
			   int *ret_err)
{
	char *dot = output_format("%s/lock-graph.dot", dir);
	char *svg = output_format("%s/lock-graph.svg", dir);
	const char *const argv[] = { "dot", "-Tsvg", "-o", svg, dot, NULL };

	unlink(svg);
	*ret_err = comparison_write_dot(comparison, dot, full);
	if (!*ret_err)
		*ret_err = weft_spawn(argv, NULL, NULL);
	if (!*ret_err)
		*ret_err = svg_settle_labels(svg);
	if (*ret_err == -ENOENT) {
		*ret_err = 0;
		free(svg);
		return dot;
	}
	free(dot);
	return svg;
}

int comparison_write(struct json_t *comparison, const char *out_dir, bool full)
{
	char *dir = directory_of(comparison, out_dir);
	char *page = output_format("%s.html", dir);
	char *data = output_format("%s/comparison.json", dir);
	char *picture = NULL;
	json_t *document;
	int err = output_make_directories(dir);

	if (!err)
		picture = write_picture(comparison, dir, full, &err);
	json_object_set_new(comparison, "reports",
			    json_pack("{s:s, s:s?}", "html", page, "graph",
				      picture));
	if (!err)
		err = comparison_write_html(comparison, page);
	if (!err) {
		document = json_document(NULL, json_array());
		json_object_set_new(document, "comparisons",
				    json_pack("[O]", comparison));
		err = json_write_path(document, data);
	}
	free(dir);
	free(page);
	free(data);
	free(picture);
	return err;
}
