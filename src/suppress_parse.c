/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading a file of suppressions; contract in suppress.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/detector.h"
#include "suppress.h"

#define MAGIC		"weft-suppressions "
#define LINE_MAX_BYTES	1000

static const char *const key_names[SUPPRESS_KEYS] = {
	[SUPPRESS_KIND] = "kind", [SUPPRESS_REASON] = "reason",
	[SUPPRESS_LOCK] = "lock", [SUPPRESS_FUNCTION] = "function",
	[SUPPRESS_FILE] = "file", [SUPPRESS_TEXT] = "text",
	[SUPPRESS_SCENARIO] = "scenario", [SUPPRESS_KERNEL] = "kernel",
};

struct parser {
	const char		*at, *end;
	const char		*path;
	unsigned int		line;
	struct suppressions	result;
	bool			open;		/* an entry has begun */
	char			*error;
	bool			no_memory;
};

/* The first error is the one that is told. */
__attribute__((format(printf, 3, 4)))
static bool fail(struct parser *p, unsigned int line, const char *format, ...)
{
	char what[400];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	if (!p->error && asprintf(&p->error, "%s:%u: %s", p->path, line,
				  what) < 0) {
		p->error = NULL;
		p->no_memory = true;
	}
	return false;
}

static bool fail_memory(struct parser *p)
{
	p->no_memory = true;
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next line, without blanks around it. @ret is not terminated. */
static bool next_line(struct parser *p, const char **ret, size_t *ret_n)
{
	const char *end, *at = p->at;

	if (at == p->end)
		return false;
	p->line++;
	end = memchr(at, '\n', (size_t)(p->end - at));
	p->at = end ? end + 1 : p->end;
	if (!end)
		end = p->end;
	while (at < end && is_blank(*at))
		at++;
	while (at < end && is_blank(end[-1]))
		end--;
	*ret = at;
	*ret_n = (size_t)(end - at);
	return true;
}

/* Reports repeat what is written here: no control characters. */
static bool check_line(struct parser *p, const char *line, size_t n)
{
	size_t i;

	if (n > LINE_MAX_BYTES)
		return fail(p, p->line, "a line of %zu bytes; %d are allowed, break the entry into several",
			    n, LINE_MAX_BYTES);
	for (i = 0; i < n; i++)
		if ((unsigned char)line[i] < ' ' && line[i] != '\t')
			return fail(p, p->line, "byte %zu is a control character (0x%02x); remove it",
				    i + 1, (unsigned char)line[i]);
	return true;
}

static bool read_header(struct parser *p)
{
	size_t n = 0, magic = strlen(MAGIC);
	const char *line = "";
	char format[16];

	if (!next_line(p, &line, &n) || n <= magic || n - magic > 9 ||
	    memcmp(line, MAGIC, magic))
		return fail(p, 1, "not a file of suppressions; its first line must be '%s%d'",
			    MAGIC, SUPPRESS_FORMAT);
	memcpy(format, line + magic, n - magic);
	format[n - magic] = '\0';
	if (strspn(format, "0123456789") != n - magic ||
	    atoi(format) != SUPPRESS_FORMAT)
		return fail(p, 1, "format '%s', but this weft reads format %d; use a weft that fits the file",
			    format, SUPPRESS_FORMAT);
	return true;
}

static struct suppression *last_row(struct parser *p)
{
	return &p->result.rows[p->result.n - 1];
}

static bool begin_entry(struct parser *p)
{
	struct suppression *rows = reallocarray(p->result.rows, p->result.n + 1,
						sizeof(*rows));

	if (!rows)
		return fail_memory(p);
	p->result.rows = rows;
	memset(&rows[p->result.n], 0, sizeof(*rows));
	rows[p->result.n++].line = p->line;
	p->open = true;
	return true;
}

static bool has_key(const struct suppression *row, enum suppress_key key)
{
	return suppress_text(row, key) != NULL;
}

static bool end_entry(struct parser *p)
{
	const struct suppression *row;

	if (!p->open)
		return true;
	p->open = false;
	row = last_row(p);
	if (!has_key(row, SUPPRESS_KIND))
		return fail(p, row->line, "this entry has no 'kind:'; say which detector it is about ('weft list detectors')");
	if (!has_key(row, SUPPRESS_REASON))
		return fail(p, row->line, "this entry has no 'reason:'; say why the finding is known and harmless");
	if (!has_key(row, SUPPRESS_LOCK) && !has_key(row, SUPPRESS_FUNCTION) &&
	    !has_key(row, SUPPRESS_FILE) && !has_key(row, SUPPRESS_TEXT))
		return fail(p, row->line, "this entry would hide every %s finding; add a 'lock:', 'function:', 'file:' or 'text:'",
			    suppress_text(row, SUPPRESS_KIND));
	return true;
}

static bool find_key(const char *line, size_t n, enum suppress_key *ret)
{
	int i;

	for (i = 0; i < SUPPRESS_KEYS; i++)
		if (strlen(key_names[i]) == n && !memcmp(key_names[i], line, n)) {
			*ret = (enum suppress_key)i;
			return true;
		}
	return false;
}

static bool check_kind(struct parser *p, const char *kind)
{
	size_t i;

	for (i = 0; weft_detectors[i]; i++)
		if (!strcmp(weft_detectors[i]->name, kind))
			return true;
	return fail(p, p->line, "there is no detector '%.60s'; 'weft list detectors' names them",
		    kind);
}

static bool add_pattern(struct parser *p, enum suppress_key key,
			const char *text, size_t n)
{
	struct suppression *row = last_row(p);
	struct suppress_pattern *patterns;

	if ((key == SUPPRESS_KIND || key == SUPPRESS_REASON) &&
	    has_key(row, key))
		return fail(p, p->line, "a second '%s:' in the entry of line %u; begin a new entry with an empty line",
			    key_names[key], row->line);
	patterns = reallocarray(row->patterns, row->patterns_n + 1,
				sizeof(*patterns));
	if (!patterns)
		return fail_memory(p);
	row->patterns = patterns;
	patterns[row->patterns_n].key = key;
	patterns[row->patterns_n].text = strndup(text, n);
	if (!patterns[row->patterns_n].text)
		return fail_memory(p);
	text = patterns[row->patterns_n++].text;
	return key != SUPPRESS_KIND || check_kind(p, text);
}

static bool read_pattern(struct parser *p, const char *line, size_t n)
{
	const char *colon = memchr(line, ':', n);
	const char *text = colon ? colon + 1 : NULL;
	const char *end = line + n;
	enum suppress_key key;

	if (!colon)
		return fail(p, p->line, "'%.*s' is not 'key: pattern', such as 'lock: &kvm->lock'",
			    n > 60 ? 60 : (int)n, line);
	while (colon > line && is_blank(colon[-1]))
		colon--;
	if (!find_key(line, (size_t)(colon - line), &key))
		return fail(p, p->line, "unknown key '%.*s'; there are kind, reason, lock, function, file, text, scenario and kernel",
			    colon - line > 60 ? 60 : (int)(colon - line), line);
	while (text < end && is_blank(*text))
		text++;
	if (text == end)
		return fail(p, p->line, "nothing behind '%s:'; write a text, or remove the line",
			    key_names[key]);
	if (!p->open && !begin_entry(p))
		return false;
	return add_pattern(p, key, text, (size_t)(end - text));
}

static bool read_entries(struct parser *p)
{
	const char *line;
	size_t n;

	while (next_line(p, &line, &n)) {
		if (!n) {
			if (!end_entry(p))
				return false;
			continue;
		}
		if (*line == '#')
			continue;
		if (!check_line(p, line, n) || !read_pattern(p, line, n))
			return false;
	}
	return end_entry(p);
}

int suppress_parse(const char *text, size_t size, const char *path,
		   struct suppressions *ret, char **ret_error)
{
	struct parser p = { .at = text, .end = text + size, .path = path };

	*ret_error = NULL;
	p.result.path = strdup(path);
	if (p.result.path && read_header(&p) && read_entries(&p)) {
		*ret = p.result;
		return 0;
	}
	suppress_clear(&p.result);
	if (p.no_memory || !p.error) {
		free(p.error);
		return -ENOMEM;
	}
	*ret_error = p.error;
	return -EINVAL;
}

void suppress_clear(struct suppressions *suppressions)
{
	size_t i, j;

	for (i = 0; i < suppressions->n; i++) {
		for (j = 0; j < suppressions->rows[i].patterns_n; j++)
			free(suppressions->rows[i].patterns[j].text);
		free(suppressions->rows[i].patterns);
	}
	free(suppressions->rows);
	free(suppressions->path);
	memset(suppressions, 0, sizeof(*suppressions));
}

const char *suppress_text(const struct suppression *row,
			  enum suppress_key key)
{
	size_t i;

	for (i = 0; i < row->patterns_n; i++)
		if (row->patterns[i].key == key)
			return row->patterns[i].text;
	return NULL;
}

/* Where a star failed, it takes one byte more. */
bool suppress_glob(const char *pattern, const char *text)
{
	const char *star = NULL, *retry = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			retry = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
