/* SPDX-License-Identifier: GPL-2.0-only */
/* Finding mutants and reading their headers; contract in mutant.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/verdict.h"
#include "folder.h"
#include "mutant.h"
#include "output.h"

#define SUFFIX ".cocci"

static int is_bad(const struct mutant *m, const char *what, const char *detail)
{
	output_error("%s: %s%s", m->path, what, detail);
	return WEFT_EXIT_USAGE;
}

static void add_words(struct strings *strings, char *words)
{
	char *word, *rest = NULL;

	for (word = strtok_r(words, " \t", &rest); word;
	     word = strtok_r(NULL, " \t", &rest))
		options_add_string(strings, word);
}

static void add_file(struct mutant *m, char *value)
{
	struct mutant_file *file;
	size_t n = strcspn(value, " \t");

	m->files = reallocarray(m->files, m->files_n + 1, sizeof(*m->files));
	if (!m->files)
		output_usage_error("out of memory for mutants");
	file = &m->files[m->files_n++];
	memset(file, 0, sizeof(*file));
	file->path = value;
	if (value[n]) {
		value[n] = '\0';
		add_words(&file->kernels, value + n + 1);
	}
}

static int set_field(struct mutant *m, const char *key, char *value)
{
	if (!strcmp(key, "mutant"))
		m->summary = value;
	else if (!strcmp(key, "stands for"))
		m->stands_for = value;
	else if (!strcmp(key, "dpor"))
		m->dpor = value;
	else if (!strcmp(key, "kill"))
		add_words(&m->kill, value);
	else if (!strcmp(key, "file"))
		add_file(m, value);
	else
		return is_bad(m, "no such line in a mutant's header: ", key);
	return 0;
}

/* Joins lines "//   text" to the one before; moves the rest of the text up. */
static void join_lines(char *text)
{
	char *at;

	while ((at = strstr(text, "\n//   "))) {
		char *from = at + strlen("\n//   ");

		*at = ' ';
		memmove(at + 1, from, strlen(from) + 1);
	}
}

static int read_header(struct mutant *m)
{
	char *line = m->text, *end, *colon;
	int status = 0;

	join_lines(m->text);
	for (; !status && !strncmp(line, "// ", 3); line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			return is_bad(m, "nothing but a header", "");
		*end = '\0';
		colon = strstr(line, ": ");
		if (!strncmp(line, "// SPDX", 7) || !colon)
			continue;
		*colon = '\0';
		status = set_field(m, line + 3, colon + 2);
	}
	return status;
}

static int check_header(const struct mutant *m)
{
	const char *missing = !m->summary ? "mutant" :
			      !m->stands_for ? "stands for" :
			      !m->files_n ? "file" :
			      !m->kill.n ? "kill" : NULL;

	return missing ? is_bad(m, "the header lacks the line ", missing) : 0;
}

static void clear_mutant(struct mutant *m)
{
	size_t i;

	for (i = 0; i < m->files_n; i++)
		free(m->files[i].kernels.at);
	free(m->files);
	free(m->kill.at);
	free(m->name);
	free(m->path);
	free(m->text);
}

static int add_mutant(struct mutants *mutants, const char *folder,
		      const char *file)
{
	struct mutant *m;
	size_t n;

	mutants->at = reallocarray(mutants->at, mutants->n + 1, sizeof(*m));
	if (!mutants->at)
		output_usage_error("out of memory for mutants");
	m = &mutants->at[mutants->n++];
	memset(m, 0, sizeof(*m));
	m->path = output_format("%s/%s", folder, file);
	m->name = output_format("%.*s", (int)(strlen(file) - strlen(SUFFIX)),
				file);
	m->text = folder_read_file(m->path, &n);
	if (!m->text)
		return is_bad(m, "cannot read it: ", strerror(errno));
	return read_header(m) ?: check_header(m);
}

static bool is_cocci(const char *file)
{
	size_t n = strlen(file);

	return n > strlen(SUFFIX) && !strchr(file, '/') &&
	       !strcmp(file + n - strlen(SUFFIX), SUFFIX);
}

int mutants_find(const char *folder, struct mutants *ret)
{
	struct folder files;
	size_t i;
	int err = folder_list(folder, &files), status = 0;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; !err && !status && i < files.n; i++)
		if (is_cocci(files.at[i]))
			status = add_mutant(ret, folder, files.at[i]);
	if (!err)
		folder_clear(&files);
	if (!status && !ret->n) {
		output_error("no mutants in %s", folder);
		status = WEFT_EXIT_USAGE;
	}
	if (status)
		mutants_clear(ret);
	return status;
}

void mutants_clear(struct mutants *mutants)
{
	size_t i;

	for (i = 0; i < mutants->n; i++)
		clear_mutant(&mutants->at[i]);
	free(mutants->at);
	memset(mutants, 0, sizeof(*mutants));
}

const struct mutant *mutants_by_name(const struct mutants *mutants,
				     const char *name)
{
	size_t i;

	for (i = 0; i < mutants->n; i++)
		if (!strcmp(mutants->at[i].name, name))
			return &mutants->at[i];
	return NULL;
}
