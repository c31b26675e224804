/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * weft check --mutants: every mutant on every kernel it fits, one KTAP result each.
 * docs/mutants-table.awk reads these lines.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "interrupt.h"
#include "ktap.h"
#include "mutant_run.h"
#include "output.h"
#include "variant.h"

static const char *const search_names[MUTANT_SEARCHES] = {
	[MUTANT_DEFAULT] = "default",
	[MUTANT_DPOR] = "dpor",
	[MUTANT_RANDOM] = "random",
};

struct item {
	const struct mutant	*mutant;
	const struct image	*image;
	const struct origin	*origin;
};

/**
 * struct check - one run of the verb
 * @origins: of the images in @images, where they were read
 * @counts:  of what was killed: executions for each search
 */
struct check {
	const struct options	*options;
	struct images		images;
	const struct image	**kernels;
	struct origin		*origins;
	size_t			kernels_n;
	struct mutants		mutants;
	struct item		*items;
	size_t			n, passed, failed;
	char			*cache;
	unsigned long		*counts[MUTANT_SEARCHES];
	size_t			counts_n[MUTANT_SEARCHES];
};

/* --- what to run --- */

static void refuse(const void *given, const char *option)
{
	if (given)
		output_usage_error("%s: not with --mutants, whose results are KTAP on standard output",
				   option);
}

static void choose_kernels(struct check *check)
{
	const struct strings *kernels = &check->options->kernels;
	size_t i, n;

	images_find(&check->images);
	if (!check->images.n)
		batch_find_image(&check->images, "", "--kernel");
	n = kernels->n ? kernels->n : check->images.n;
	check->kernels = calloc(n, sizeof(*check->kernels));
	check->origins = calloc(n, sizeof(*check->origins));
	if (!check->kernels || !check->origins)
		output_usage_error("out of memory for kernels");
	for (i = 0; i < n; i++)
		check->kernels[i] = kernels->n ?
			batch_find_image(&check->images, kernels->at[i],
					 "--kernel") : &check->images.at[i];
	check->kernels_n = n;
}

static int read_origins(struct check *check)
{
	int status = 0;
	size_t i;

	for (i = 0; !status && i < check->kernels_n; i++)
		status = origin_read(check->kernels[i], &check->origins[i]);
	return status;
}

static int find_mutants(struct check *check)
{
	const char *given = check->options->mutants_from;
	char *folder = given ? output_format("%s", given) :
		       output_format("%s/scenarios/mutants",
				     check->origins[0].source);
	int status = mutants_find(folder, &check->mutants);

	free(folder);
	return status;
}

static size_t add_items(struct check *check, const struct mutant *mutant)
{
	size_t i, before = check->n;

	for (i = 0; i < check->kernels_n; i++) {
		struct item *item;

		if (!mutant_fits(mutant, check->kernels[i]->tag))
			continue;
		check->items = reallocarray(check->items, check->n + 1,
					    sizeof(*check->items));
		if (!check->items)
			output_usage_error("out of memory for mutants");
		item = &check->items[check->n++];
		item->mutant = mutant;
		item->image = check->kernels[i];
		item->origin = &check->origins[i];
	}
	return check->n - before;
}

static int add_named(struct check *check, const char *name)
{
	const struct mutant *mutant = mutants_by_name(&check->mutants, name);

	if (mutant && add_items(check, mutant))
		return 0;
	if (mutant)
		output_error("mutant %s: none of the kernels is one it is for; %s names them",
			     name, mutant->path);
	else
		output_error("no mutant '%s'; they are the files NAME.cocci next to %s",
			     name, check->mutants.at[0].path);
	return WEFT_EXIT_USAGE;
}

static int choose_items(struct check *check)
{
	const struct strings *names = &check->options->arguments;
	int status = 0;
	size_t i;

	for (i = 0; !status && i < names->n; i++)
		status = add_named(check, names->at[i]);
	for (i = 0; !names->n && i < check->mutants.n; i++)
		add_items(check, &check->mutants.at[i]);
	if (!status && !check->n) {
		output_error("no mutant is for any of these kernels");
		status = WEFT_EXIT_USAGE;
	}
	return status;
}

static int open_check(struct check *check)
{
	const struct options *options = check->options;
	int status;

	refuse(options->json, "--json");
	refuse(options->junit, "--junit");
	refuse(options->suppress, "--suppress");
	choose_kernels(check);
	status = mutant_check_tools();
	if (!status)
		status = read_origins(check);
	if (!status)
		status = find_mutants(check);
	if (!status)
		status = choose_items(check);
	if (!status)
		check->cache = variant_cache(options->cache);
	return status;
}

static void close_check(struct check *check)
{
	size_t i;

	for (i = 0; i < check->kernels_n; i++)
		origin_clear(&check->origins[i]);
	for (i = 0; i < MUTANT_SEARCHES; i++)
		free(check->counts[i]);
	free(check->origins);
	free(check->kernels);
	free(check->items);
	free(check->cache);
	mutants_clear(&check->mutants);
	images_clear(&check->images);
}

/* --- what came out --- */

static char *count_text(const struct mutant_count *count, const char *name)
{
	if (!count->tried)
		return output_format("%s does not apply", name);
	if (count->found)
		return output_format("%s %lu", name, count->executions);
	return output_format("%s nothing in %lu%s", name, count->executions,
			     count->exhausted ? " (all)" : "");
}

static void tell_counts(const struct mutant_kill *kill)
{
	char *texts[MUTANT_SEARCHES];
	double seconds = 0;
	size_t i;

	for (i = 0; i < MUTANT_SEARCHES; i++) {
		texts[i] = count_text(&kill->counts[i], search_names[i]);
		seconds += kill->counts[i].seconds;
	}
	ktap_note(stdout, "executions to the first failure: %s, %s, %s",
		  texts[0], texts[1], texts[2]);
	ktap_note(stdout, "seconds of CPU: default %.2f, all three %.2f",
		  kill->counts[MUTANT_DEFAULT].seconds, seconds);
	for (i = 0; i < MUTANT_SEARCHES; i++)
		free(texts[i]);
}

/* What finds nothing is later than anything. */
static unsigned long rank(const struct mutant_count *count)
{
	return count->found ? count->executions : ULONG_MAX;
}

static void tell_later(const struct mutant *mutant,
		       const struct mutant_kill *kill)
{
	const struct mutant_count *dpor = &kill->counts[MUTANT_DPOR];

	if (!dpor->tried || rank(dpor) <= rank(&kill->counts[MUTANT_RANDOM]))
		return;
	ktap_note(stdout, "dpor is later than random: %s", mutant->dpor ?
		  mutant->dpor : "not explained");
}

static void keep_counts(struct check *check, const struct mutant_kill *kill)
{
	size_t i;

	for (i = 0; i < MUTANT_SEARCHES; i++) {
		unsigned long *counts = check->counts[i];

		if (!kill->counts[i].tried)
			continue;
		counts = reallocarray(counts, check->counts_n[i] + 1,
				      sizeof(*counts));
		if (!counts)
			output_usage_error("out of memory for results");
		counts[check->counts_n[i]++] = rank(&kill->counts[i]);
		check->counts[i] = counts;
	}
}

static int compare_counts(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a;
	unsigned long y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

/* The lower of the two in the middle where there are two. */
static char *median_text(struct check *check, enum mutant_search search)
{
	size_t n = check->counts_n[search];
	unsigned long *counts = check->counts[search];

	if (!n)
		return output_format("%s none", search_names[search]);
	qsort(counts, n, sizeof(*counts), compare_counts);
	if (counts[(n - 1) / 2] == ULONG_MAX)
		return output_format("%s more than its limit",
				     search_names[search]);
	return output_format("%s %lu", search_names[search],
			     counts[(n - 1) / 2]);
}

static void tell_totals(struct check *check)
{
	char *texts[MUTANT_SEARCHES];
	size_t i;

	for (i = 0; i < MUTANT_SEARCHES; i++)
		texts[i] = median_text(check, i);
	ktap_note(stdout, "median executions to the first failure: %s, %s, %s; seed %" PRIu64,
		  texts[0], texts[1], texts[2], check->options->seed);
	ktap_note(stdout, "Totals: pass:%zu fail:%zu xfail:0 xpass:0 skip:0 error:0",
		  check->passed, check->failed);
	for (i = 0; i < MUTANT_SEARCHES; i++)
		free(texts[i]);
}

/* --- running --- */

static int build(struct check *check, const struct item *item,
		 struct variant *ret)
{
	const struct mutant *m = item->mutant;
	char *changes = output_format("%s/mutants/%s-%s", check->options->out,
				      m->name, item->image->tag);
	int status = mutant_apply(m, item->image->tag, item->origin, changes);

	if (!status)
		status = variant_make(item->image, item->origin, m->name,
				      changes, check->cache,
				      check->options->jobs, ret);
	free(changes);
	return status;
}

static int tell_kill(struct check *check, const struct item *item,
		     const struct mutant_kill *kill)
{
	bool killed = kill->scenario;

	if (killed) {
		ktap_note(stdout, "killed by %s, %s: %s", kill->scenario->name,
			  kill->detector, kill->summary);
		tell_counts(kill);
		tell_later(item->mutant, kill);
		keep_counts(check, kill);
		check->passed++;
	} else {
		ktap_note(stdout, "survives %zu scenarios: what they find is known of the unmodified kernel",
			  kill->tried);
		check->failed++;
	}
	ktap_line(stdout, check->passed + check->failed, killed,
		  item->mutant->name, item->image->tag, NULL);
	return killed ? 0 : WEFT_VERDICT_BUG;
}

static int run_item(struct check *check, const struct item *item)
{
	const struct mutant *m = item->mutant;
	struct mutant_kill kill = { 0 };
	struct variant variant = { 0 };
	int status = build(check, item, &variant);

	ktap_note(stdout, "mutant: %s", m->summary);
	ktap_note(stdout, "stands for: %s", m->stands_for);
	if (!status)
		status = mutant_run(check->options, m, item->image,
				    &variant.image, &kill);
	if (status) {
		check->failed++;
		ktap_line(stdout, check->passed + check->failed, false,
			  m->name, item->image->tag, NULL);
	} else if (!interrupt_came()) {
		status = tell_kill(check, item, &kill);
	}
	mutant_kill_clear(&kill);
	variant_clear(&variant);
	return status;
}

static int run_all(struct check *check)
{
	int status = 0, one;
	size_t i;

	ktap_begin(stdout, check->n);
	for (i = 0; i < check->n && !interrupt_came(); i++) {
		one = run_item(check, &check->items[i]);
		if (one > status)
			status = one;
	}
	tell_totals(check);
	if (!interrupt_came())
		return status;
	output_error("interrupted: %zu of %zu mutants were not tried",
		     check->n - check->passed - check->failed, check->n);
	return status ? status : WEFT_VERDICT_INCOMPLETE;
}

int mutant_check(const struct options *options)
{
	struct check check = { .options = options };
	int status = open_check(&check);

	if (!status)
		status = run_all(&check);
	close_check(&check);
	return status;
}
