// SPDX-License-Identifier: GPL-2.0-only
/*
 * weft rules: explore, note who holds what at each access, and say the rules.
 *
 * Scenarios of one kernel share a table: what one of them does not do, another
 * does. Paths of reports: rules-TAG.txt, .json and .html in the output folder, and a
 * folder rules-TAG of schedules for the places that break a rule.
 */
#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "json.h"
#include "output.h"
#include "rules.h"
#include "source.h"
#include "summary.h"
#include "verbs.h"

#define FRAMES_MAX 24
/* Of each campaign, where nothing else is said: rules need variety, not proof. */
#define EXECUTIONS 500

struct rules {
	struct rules_collection	*collection;	/* of the running campaign */
	struct rules_wakeups	*wakeups;
	struct rules_table	*tables;
	size_t			n;
};

static void *add_element(void *at, size_t *n, size_t size)
{
	at = realloc(at, (*n + 1) * size);
	assert(at && "out of memory for locking rules");
	memset((char *)at + *n * size, 0, size);
	(*n)++;
	return at;
}

static struct rules_table *table_of(struct rules *rules, const struct weft_run *run)
{
	struct rules_table *table;
	size_t i;

	for (i = 0; i < rules->n; i++)
		if (!strcmp(rules->tables[i].kernel, run->kernel))
			return &rules->tables[i];
	rules->tables = add_element(rules->tables, &rules->n,
				    sizeof(*rules->tables));
	table = &rules->tables[rules->n - 1];
	table->kernel = output_format("%s", run->kernel);
	table->release = output_format("%s", run->release ? run->release :
						run->kernel);
	return table;
}

static struct rules_members *member_of(struct rules_table *table,
				       const char *name)
{
	size_t i;

	for (i = 0; i < table->n; i++)
		if (!strcmp(table->members[i].name, name))
			return &table->members[i];
	table->members = add_element(table->members, &table->n,
				     sizeof(*table->members));
	table->members[i].name = output_format("%s", name);
	return &table->members[i];
}

/* The line of an access: of helpers in headers, that of who called them. */
static char *site_of(struct weft_symbols *symbols, uintptr_t pc)
{
	struct weft_frame frames[FRAMES_MAX];
	unsigned int i, n = weft_symbols_resolve(symbols, pc, frames,
						 FRAMES_MAX);

	for (i = 0; i + 1 < n && (!frames[i].file || frames[i].shim ||
				  !strncmp(frames[i].file, "include/",
					   strlen("include/"))); i++)
		;
	if (!frames[i].file)
		return output_format("%s()", frames[i].function);
	return output_format("%s() %s:%d", frames[i].function, frames[i].file,
			     frames[i].line);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the locks that can protect it, each once, in the order of taking. */
static size_t lock_names(const struct campaign *c,
			 const struct rules_collection *collection,
			 const struct seen *seen, char **ret)
{
	size_t n = 0, kept = 0, j;
	unsigned int i;

	for (i = 0; i < seen->locks_n; i++)
		if (rules_is_bound(collection, seen, &seen->locks[i]))
			ret[n++] = output_format("%s%s",
				weft_exec_class_name(c->x,
						     seen->locks[i].class),
				seen->locks[i].shared ? " (shared)" : "");
	for (i = 0; i < n; i++) {
		for (j = i + 1; j < n && strcmp(ret[i], ret[j]); j++)
			;
		if (j < n)
			free(ret[i]);
		else
			ret[kept++] = ret[i];
	}
	return kept;
}

/* Length of a lock's name without " (shared)". */
static size_t bare(const char *lock)
{
	const char *shared = strstr(lock, " (shared)");

	return shared ? (size_t)(shared - lock) : strlen(lock);
}

static bool same_lock(const char *a, const char *b)
{
	return bare(a) == bare(b) && !strncmp(a, b, bare(a));
}

/* Leaves what is in both; held shared by one of them is held shared. */
static void intersect(struct rules_place *place, char **locks, size_t n)
{
	size_t i, j, kept = 0;

	for (i = 0; i < place->locks_n; i++) {
		char *mine = place->locks[i];

		for (j = 0; j < n && !same_lock(locks[j], mine); j++)
			;
		if (j == n) {
			free(mine);
			continue;
		}
		if (strlen(locks[j]) > strlen(mine)) {
			free(mine);
			mine = output_format("%s", locks[j]);
		}
		place->locks[kept++] = mine;
	}
	place->locks_n = kept;
}

static struct rules_place *place_of(struct rules_members *member,
				    const struct seen *seen, const char *site)
{
	struct rules_place *place;
	size_t i;

	for (i = 0; i < member->places_n; i++)
		if (member->places[i].write == seen->write &&
		    !strcmp(member->places[i].site, site))
			return &member->places[i];
	member->places = add_element(member->places, &member->places_n,
				     sizeof(*member->places));
	place = &member->places[member->places_n - 1];
	place->site = output_format("%s", site);
	place->write = seen->write;
	place->marked = true;
	return place;
}

static void keep_schedule(struct campaign *c, struct rules_place *place,
			  const struct seen *seen)
{
	weft_schedule_clear(&place->schedule);
	free(place->scenario);
	if (weft_schedule_copy(&place->schedule, &seen->schedule))
		assert(!"out of memory for locking rules");
	campaign_name_schedule(c, &place->schedule);
	place->scenario = output_format("%s", c->scenario->name);
}

static void add_access(struct campaign *c, struct rules_table *table,
		       const struct rules_collection *collection,
		       const struct seen *seen, const char *name)
{
	char *locks[RULES_LOCKS_MAX], *site;
	struct rules_place *place;
	size_t i, n, before;

	site = site_of(c->run.symbols, seen->pc);
	place = place_of(member_of(table, name), seen, site);
	n = lock_names(c, collection, seen, locks);
	before = place->locks_n;
	if (!place->count) {
		place->locks = calloc(n + 1, sizeof(*place->locks));
		assert(place->locks && "out of memory for locking rules");
		for (i = 0; i < n; i++)
			place->locks[place->locks_n++] =
				output_format("%s", locks[i]);
	} else {
		intersect(place, locks, n);
	}
	if (!place->count || place->locks_n < before)
		keep_schedule(c, place, seen);
	place->count += seen->count;
	place->marked &= seen->marked;
	for (i = 0; i < n; i++)
		free(locks[i]);
	free(site);
}

static void add_pair(char ***pairs, size_t *n, const char *a, const char *b)
{
	char *pair = output_format("%s\t%s", a, b);
	size_t i;

	for (i = 0; i < *n; i++)
		if (!strcmp((*pairs)[i], pair)) {
			free(pair);
			return;
		}
	*pairs = add_element(*pairs, n, sizeof(**pairs));
	(*pairs)[*n - 1] = pair;
}

static void add_graph(struct rules_table *table,
		      const struct weft_lockgraph *graph)
{
	size_t i;

	for (i = 0; i < graph->edges_n; i++) {
		const struct weft_lock_edge *edge = &graph->edges[i];
		const char *from = graph->nodes[edge->from].name;
		const char *to = graph->nodes[edge->to].name;

		if (graph->nodes[edge->to].is_wait)
			add_pair(&table->waits, &table->waits_n, from, to);
		else
			add_pair(&table->orders, &table->orders_n, from, to);
	}
}

/* "(96 bytes of f()).8": made where no variable says of what type it is */
static char *unnamed(struct campaign *c, const struct seen *seen)
{
	struct weft_stack stack = { .n = 1, .pc = { seen->site[0] } };
	struct weft_frame frame;

	if (!seen->object_size ||
	    !weft_symbols_site(c->run.symbols, &stack, &frame))
		return output_format("(unknown memory).%zu", seen->offset);
	return output_format("(%zu bytes of %s()).%zu", seen->object_size,
			     frame.function, seen->offset);
}

static char *name_of(struct rules_types *types, const struct seen *seen,
		     struct rules_inside *ret)
{
	struct weft_memory memory = {
		.place = seen->object_size ? WEFT_PLACE_HEAP : WEFT_PLACE_DATA,
		.offset = seen->offset, .size = seen->object_size,
	};

	memcpy(memory.site, seen->site, sizeof(memory.site));
	return rules_member(types, &memory, ret);
}

static void prepare(struct batch *batch, struct campaign *c, void *arg)
{
	struct rules *rules = arg;

	(void)batch;
	/* Findings are not what is asked for. */
	c->plan.minimise_max = 0;
	c->plan.causality_max = 0;
	c->plan.witness_max = 0;
	rules->collection = c->has_kernel ? rules_collect_begin(c) : NULL;
	rules->wakeups = c->has_kernel ? rules_wakeups_begin(c) : NULL;
}

/* That it stopped is what was asked for, and bugs are told elsewhere. */
static int status_of(const struct campaign *c)
{
	return c->result.verdict == WEFT_VERDICT_BUG ||
	       c->result.verdict == WEFT_VERDICT_INCOMPLETE ? 0 :
	       (int)c->result.verdict;
}

static int visit(struct batch *batch, struct campaign *c, void *arg)
{
	struct rules *rules = arg;
	struct rules_table *table;
	struct rules_types *types;
	const struct seen *seen;
	size_t i, n;

	summary_write_line(batch->out, &c->run);
	if (!rules->collection) {
		fputs("  rules     none: there is no kernel source in a model program\n",
		      batch->out);
		return status_of(c);
	}
	types = campaign_types(c);
	if (!types)
		output_usage_error("%s has no debug information: rules need the names of structures",
				   c->kernel.path);
	table = table_of(rules, &c->run);
	table->campaigns++;
	table->executions += weft_result_runs(&c->result);
	seen = rules_collected(rules->collection, &n);
	for (i = 0; i < n; i++) {
		struct rules_inside inside;
		char *name = name_of(types, &seen[i], &inside);
		struct rules_members *member;

		if (name) {
			member = member_of(table, name);
			if (!member->file)
				member->file = rules_declaration(types, &inside,
							&member->line);
		} else {
			name = unnamed(c, &seen[i]);
		}
		add_access(c, table, rules->collection, &seen[i], name);
		free(name);
	}
	add_graph(table, &c->result.graph);
	rules_collect_end(c, rules->collection);
	rules_wakeups_end(c, rules->wakeups, table);
	return status_of(c);
}

/* --- reports --- */

static int compare_members(const void *a, const void *b)
{
	const struct rules_members *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int compare_places(const void *a, const void *b)
{
	const struct rules_place *x = a, *y = b;

	return x->write != y->write ? y->write - x->write :
				      strcmp(x->site, y->site);
}

struct comparison {
	struct rules_table		*table;
	const struct rules_place	*place;
};

static void add_assert(void *arg, const char *lock, bool held)
{
	struct comparison *comparison = arg;
	struct rules_table *table = comparison->table;

	if (held)
		add_pair(&table->asserts, &table->asserts_n, lock,
			 comparison->place->site);
	else
		add_pair(&table->denied, &table->denied_n, lock,
			 comparison->place->site);
}

static void compare_with_source(struct rules_table *table,
				struct weft_source *source)
{
	struct comparison comparison = { .table = table };
	size_t i, j;

	for (i = 0; i < table->n; i++)
		for (j = 0; j < table->members[i].places_n; j++) {
			comparison.place = &table->members[i].places[j];
			rules_compare_asserts(source, comparison.place,
					      add_assert, &comparison);
		}
	if (table->asserts_n)
		qsort(table->asserts, table->asserts_n, sizeof(*table->asserts),
		      compare_names);
	if (table->denied_n)
		qsort(table->denied, table->denied_n, sizeof(*table->denied),
		      compare_names);
}

static void sort_table(struct rules_table *table)
{
	size_t i;

	if (table->n)
		qsort(table->members, table->n, sizeof(*table->members),
		      compare_members);
	for (i = 0; i < table->n; i++)
		qsort(table->members[i].places, table->members[i].places_n,
		      sizeof(*table->members[i].places), compare_places);
	if (table->orders_n)
		qsort(table->orders, table->orders_n, sizeof(*table->orders),
		      compare_names);
	rules_sort_wakeups(table);
	if (table->waits_n)
		qsort(table->waits, table->waits_n, sizeof(*table->waits),
		      compare_names);
}

static int failed(const char *path, int err)
{
	output_error("cannot write %s: %s", path, strerror(-err));
	return WEFT_VERDICT_INTERNAL;
}

static int write_table(const struct options *options, FILE *out,
		       const struct rules_table *table)
{
	char *text = output_format("%s/rules-%s.txt", options->out,
				   table->kernel);
	char *json = output_format("%s/rules-%s.json", options->out,
				   table->kernel);
	char *html = output_format("%s/rules-%s.html", options->out,
				   table->kernel);
	FILE *file = fopen(text, "we");
	int status = 0, err;

	err = file ? 0 : -errno;
	if (file) {
		rules_write_text(file, table, true);
		err = output_close(file);
	}
	if (err)
		status = failed(text, err);
	err = json_write_path(rules_to_json(table), json);
	if (err)
		status = failed(json, err);
	err = rules_write_html(html, options->out, table);
	if (err)
		status = failed(html, err);
	fputc('\n', out);
	rules_write_text(out, table, options->full);
	fprintf(out, "\nAll of it: %s\nAs a page:  %s\n", text, html);
	free(text);
	free(json);
	free(html);
	return status;
}

static void clear_pairs(char **pairs, size_t n)
{
	while (n)
		free(pairs[--n]);
	free(pairs);
}

static void clear_table(struct rules_table *table)
{
	size_t i, j;

	for (i = 0; i < table->n; i++) {
		struct rules_members *member = &table->members[i];

		for (j = 0; j < member->places_n; j++) {
			struct rules_place *place = &member->places[j];

			free(place->site);
			clear_pairs(place->locks, place->locks_n);
			free(place->scenario);
			weft_schedule_clear(&place->schedule);
		}
		free(member->places);
		free(member->file);
		free(member->name);
	}
	free(table->members);
	rules_clear_comments(table);
	rules_clear_wakeups(table);
	clear_pairs(table->asserts, table->asserts_n);
	clear_pairs(table->denied, table->denied_n);
	clear_pairs(table->orders, table->orders_n);
	clear_pairs(table->waits, table->waits_n);
	free(table->kernel);
	free(table->release);
}

/**
 * verb_rules() - weft rules
 */
int verb_rules(const struct options *options)
{
	struct options all = *options;
	struct rules rules = { 0 };
	struct batch batch = {
		.options = &all,
		.prepare = prepare,
		.visit = visit,
		.arg = &rules,
	};
	const struct image *image;
	struct weft_source *source;
	int status;
	size_t i;

	all.keep_going = true;
	all.jobs = 1;	/* what other processes see is not told */
	if (!all.executions)
		all.executions = EXECUTIONS;
	batch_open(&batch, BATCH_BANK);
	status = batch_run(&batch);
	for (i = 0; i < rules.n; i++) {
		sort_table(&rules.tables[i]);
		image = images_by_tag(&batch.images, rules.tables[i].kernel);
		source = weft_source_open(image ? image->path : NULL);
		compare_with_source(&rules.tables[i], source);
		rules_compare_comments(source, &rules.tables[i]);
		weft_source_close(source);
		if (write_table(options, batch.out, &rules.tables[i]))
			status = WEFT_VERDICT_INTERNAL;
		clear_table(&rules.tables[i]);
	}
	free(rules.tables);
	return batch_close(&batch, status);
}
