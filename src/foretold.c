/* SPDX-License-Identifier: GPL-2.0-only */
/* Uses after free and data races that were foretold, and what became of each. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "report.h"
#include "summary.h"

/* "accessed in f(), file.c:12", and more; nothing where that is not known. */
static void write_site(FILE *out, const struct weft_run *run, const char *what,
		       const struct weft_stack *stack, const char *more)
{
	struct weft_frame site;
	char *text;

	if (!weft_symbols_site(run->symbols, stack, &site))
		return;
	text = site.file ? output_format("%s in %s(), %s:%d%s", what,
					 site.function, site.file, site.line,
					 more) :
			   output_format("%s in %s()%s", what, site.function,
					 more);
	fprintf(out, "%*s", SUMMARY_INDENT, "");
	summary_wrap(out, text, SUMMARY_INDENT);
	free(text);
}

static void write_sites(FILE *out, const struct weft_run *run,
			const struct weft_foretold *f)
{
	unsigned int others = f->accesses_n - 1;
	char more[64] = "";

	if (others)
		snprintf(more, sizeof(more), ", and in %s%u place%s before",
			 f->more ? "more than " : "", others,
			 others == 1 ? "" : "s");
	write_site(out, run, "accessed", &f->accesses[0].stack, more);
	write_site(out, run, "freed", &f->free_stack, "");
}

/* Uses after free, from @from to @to, that the same finding shows as @f */
static size_t count_alike(const struct weft_result *result,
			  const struct weft_foretold *f, size_t from, size_t to)
{
	size_t n = 0;

	for (; f->signature && from < to; from++) {
		const struct weft_foretold *other = &result->foretold[from];

		n += !other->race && other->signature &&
		     !strcmp(other->signature, f->signature);
	}
	return n;
}

/* One finding often shows several: of these the first is told in full. */
static void write_others(FILE *out, const struct weft_run *run, size_t i)
{
	const struct weft_result *result = run->result;
	size_t n = count_alike(result, &result->foretold[i], i + 1,
			       result->foretold_n);

	if (n)
		fprintf(out, "%*sand %zu other%s that it shows: see the JSON\n",
			SUMMARY_INDENT, "", n, n == 1 ? "" : "s");
}

/* Of a data race the text names both places; those confirmed are told as races. */
void weft_write_foretold(FILE *out, const struct weft_run *run)
{
	size_t i;

	for (i = 0; i < run->result->foretold_n; i++) {
		const struct weft_foretold *f = &run->result->foretold[i];
		char *verdict;

		if (f->signature &&
		    (f->race || count_alike(run->result, f, 0, i)))
			continue;
		verdict = weft_judged_text(run, f->verdict, f->signature,
					   f->reason, f->directed);
		fprintf(out, "  %-9s ", "predicted");
		summary_wrap(out, f->summary, SUMMARY_INDENT);
		if (!f->race)
			write_sites(out, run, f);
		fprintf(out, "%*s", SUMMARY_INDENT, "");
		summary_wrap(out, verdict, SUMMARY_INDENT);
		write_others(out, run, i);
		free(verdict);
	}
}

static json_t *access_to_json(const struct weft_run *run,
			      const struct weft_foretold_access *access)
{
	json_t *object = weft_site_to_json(run, &access->stack);

	json_object_set_new(object, "kind",
			    json_string(access->lock ? "lock" :
					access->write ? "write" : "read"));
	json_object_set_new(object, "task", json_integer(access->task));
	json_object_set_new(object, "marked", json_boolean(access->marked));
	json_object_set_new(object, "offset",
			    json_integer((json_int_t)access->offset));
	json_object_set_new(object, "size", json_integer(access->size));
	return object;
}

struct json_t *weft_foretold_to_json(const struct weft_run *run)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < run->result->foretold_n; i++) {
		const struct weft_foretold *f = &run->result->foretold[i];
		size_t finding = weft_finding_number(run, f->signature);
		json_t *object = json_object(), *accesses = json_array();
		unsigned int j;

		for (j = 0; j < f->accesses_n; j++)
			json_array_append_new(accesses, access_to_json(run,
							&f->accesses[j]));
		json_object_set_new(object, "kind",
				    json_string(f->race ? "data race" :
						"use after free"));
		json_object_set_new(object, "summary",
				    json_string(f->summary));
		json_object_set_new(object, "task", json_integer(f->task));
		json_object_set_new(object, "accesses", accesses);
		json_object_set_new(object, "more", json_boolean(f->more));
		json_object_set_new(object, "freed_by", f->race ? json_null() :
				    json_integer(f->free_task));
		json_object_set_new(object, "freed_at", f->race ? json_null() :
				    weft_site_to_json(run, &f->free_stack));
		weft_judged_to_json(object, f->verdict, finding, f->reason,
				    f->directed);
		json_array_append_new(array, object);
	}
	return array;
}
