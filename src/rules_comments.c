/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What comments of the source say of locking, against what was seen. They are read
 * from the reader's own tree when the rules are written; nothing of them is kept
 * here.
 *
 *  I1  A sentence of a comment counts when it names a lock that was seen, and says
 *      that it protects: by one of the words of @verbs.
 *  I2  It is about the member at whose declaration it stands, or about those members
 *      touched in its file that it, or the line of code behind it, names; else it
 *      cannot be decided.
 *  I3  It agrees when every place that writes the member holds the lock; a place
 *      that does not is named. Where several locks have the name that the comment
 *      uses, it cannot be decided.
 */
#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "rules.h"
#include "source.h"

#define TEXT_MAX 1000
#define QUOTE_MAX 220

/* Of "protected by", "under the lock", "must hold", "serializes". */
static const char *const verbs[] = {
	"protect", "guard", "serializ", "serialis", "under ", "hold", "held",
	"locked by", "synchroniz",
};

struct comment {
	const char	*file;
	int		begin, end;	/* lines */
	bool		behind_code;	/* on its first line */
	char		text[TEXT_MAX];
};

struct reader {
	struct rules_table	*table;
	struct weft_source	*source;
	char			**locks;	/* that were seen, each once */
	size_t			locks_n;
};

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Where @word stands as a whole word, without regard to what is around it. */
static const char *find_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	const char *at;

	for (at = strstr(text, word); at; at = strstr(at + 1, word))
		if ((at == text || !is_word_char(at[-1])) &&
		    !is_word_char(at[n]))
			return at;
	return NULL;
}

/* --- locks --- */

/*
 * Names like "lock" and "mutex" are words of English as well. The comment has to say
 * "dev->mutex" then, which rules_last_word() cannot tell from others.
 */
static bool is_telling(const char *word)
{
	return strchr(word, '_') != NULL;
}

/* Length of "&kvm->lock" in "&kvm->lock (shared)" and "&kvm->lock #2". */
static size_t bare(const char *lock)
{
	return strcspn(lock, " #");
}

static bool is_lock(const char *name, const char *lock)
{
	return bare(name) == bare(lock) && !strncmp(name, lock, bare(lock));
}

static void add_lock(struct reader *reader, const char *name)
{
	char *copy = output_format("%.*s", (int)bare(name), name);
	size_t i;

	for (i = 0; i < reader->locks_n && strcmp(reader->locks[i], copy); i++)
		;
	if (i < reader->locks_n || !is_telling(rules_last_word(copy))) {
		free(copy);
		return;
	}
	reader->locks = realloc(reader->locks, (reader->locks_n + 1) *
				sizeof(*reader->locks));
	assert(reader->locks && "out of memory for locking rules");
	reader->locks[reader->locks_n++] = copy;
}

static void collect_locks(struct reader *reader)
{
	const struct rules_table *table = reader->table;
	size_t i, j, k;

	for (i = 0; i < table->n; i++)
		for (j = 0; j < table->members[i].places_n; j++)
			for (k = 0; k < table->members[i].places[j].locks_n; k++)
				add_lock(reader, table->members[i].places[j].locks[k]);
}

/* Where the comment names a lock that was seen for the first time; or NULL. */
static const char *find_lock(const struct reader *reader, const char *text)
{
	const char *where = NULL, *at;
	size_t i;

	for (i = 0; i < reader->locks_n; i++) {
		at = find_word(text, rules_last_word(reader->locks[i]));
		if (at && (!where || at < where))
			where = at;
	}
	return where;
}

/**
 * lock_in() - the lock that a comment speaks of, which find_lock() has found
 * @ret_spelled: as it is written there, to be freed
 *
 * Return: its full name; NULL where several have that last word, and what stands
 * in front of it is the name of none.
 */
static const char *lock_in(const struct reader *reader, const char *text,
			   char **ret_spelled)
{
	const char *word = find_lock(reader, text), *begin = word;
	const char *only = NULL;
	size_t i, n = 0, length = 0;

	while (is_word_char(word[length]))
		length++;
	while (begin > text && (is_word_char(begin[-1]) ||
				strchr(".->&", begin[-1])))
		begin--;
	while (begin < word && !is_word_char(*begin))
		begin++;
	*ret_spelled = output_format("%.*s", (int)(word + length - begin),
				     begin);
	for (i = 0; i < reader->locks_n; i++) {
		const char *lock = reader->locks[i];
		const char *last = rules_last_word(lock);

		if (!strcmp(lock + (*lock == '&'), *ret_spelled))
			return lock;
		if (strlen(last) == length && !strncmp(last, word, length)) {
			only = lock;
			n++;
		}
	}
	return n == 1 ? only : NULL;
}

static bool has_verb(const char *text)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (strcasestr(text, verbs[i]))
			return true;
	return false;
}

/* I1: the first sentence that does; false where there is none */
static bool speaks_of_locking(const struct reader *reader, const char *text,
			      char *ret, size_t size)
{
	while (*text) {
		const char *end = text;

		while ((end = strchr(end, '.')) && end[1] && end[1] != ' ')
			end++;
		snprintf(ret, size, "%.*s",
			 (int)(end ? end + 1 - text : (long)strlen(text)),
			 text);
		if (has_verb(ret) && find_lock(reader, ret))
			return true;
		text = end ? end + 1 : text + strlen(text);
		text += strspn(text, " ");
	}
	return false;
}

/* --- verdicts --- */

static bool holds(const struct rules_place *place, const char *lock)
{
	size_t i;

	for (i = 0; i < place->locks_n; i++)
		if (is_lock(place->locks[i], lock))
			return true;
	return false;
}

static const struct rules_place *breaks(const struct rules_members *member,
					const char *lock, size_t *ret_writes)
{
	const struct rules_place *first = NULL;
	size_t i;

	*ret_writes = 0;
	for (i = 0; i < member->places_n; i++) {
		if (!member->places[i].write)
			continue;
		(*ret_writes)++;
		if (!first && !holds(&member->places[i], lock))
			first = &member->places[i];
	}
	return first;
}

static void judge(struct rules_comment *comment, const char *lock,
		  const struct rules_members *member)
{
	const struct rules_place *place;
	size_t writes;

	if (!lock) {
		comment->reason = output_format("several locks are called so");
		return;
	}
	if (!member) {
		comment->reason = output_format("it names no member that was seen");
		return;
	}
	place = breaks(member, lock, &writes);
	if (!writes) {
		comment->reason = output_format("no scenario writes it");
	} else if (place) {
		comment->agreement = RULES_DISAGREES;
		comment->reason = output_format("written without it in %s",
						place->site);
	} else {
		comment->agreement = RULES_AGREES;
		comment->reason = output_format("held in %zu place%s that write%s it",
						writes, writes == 1 ? "" : "s",
						writes == 1 ? "s" : "");
	}
}

static bool is_known(const struct rules_table *table, const char *file,
		     int line, const char *member)
{
	size_t i;

	for (i = 0; i < table->comments_n; i++) {
		const struct rules_comment *c = &table->comments[i];

		if (c->line == line && !strcmp(c->file, file) &&
		    !strcmp(c->member ? c->member : "", member ? member : ""))
			return true;
	}
	return false;
}

static void add(struct reader *reader, const struct comment *from,
		const char *text, const struct rules_members *member)
{
	struct rules_table *table = reader->table;
	struct rules_comment *comment;
	const char *lock;

	if (is_known(table, from->file, from->begin,
		     member ? member->name : NULL))
		return;
	table->comments = realloc(table->comments, (table->comments_n + 1) *
				  sizeof(*table->comments));
	assert(table->comments && "out of memory for locking rules");
	comment = &table->comments[table->comments_n++];
	memset(comment, 0, sizeof(*comment));
	comment->file = output_format("%s", from->file);
	comment->line = from->begin;
	comment->text = output_format("%.*s%s", QUOTE_MAX, text,
				      strlen(text) > QUOTE_MAX ? "…" : "");
	lock = lock_in(reader, text, &comment->lock);
	comment->member = member ? output_format("%s", member->name) : NULL;
	comment->agreement = RULES_UNDECIDED;
	judge(comment, lock, member);
}

/* --- comments of a file --- */

static void append(struct comment *comment, const char *text, size_t n)
{
	size_t used = strlen(comment->text);

	while (n && used + 2 < sizeof(comment->text)) {
		bool blank = isspace((unsigned char)*text);

		if (!blank || (used && comment->text[used - 1] != ' '))
			comment->text[used++] = blank ? ' ' : *text;
		text++;
		n--;
	}
	if (used && comment->text[used - 1] != ' ' &&
	    used + 1 < sizeof(comment->text))
		comment->text[used++] = ' ';
	comment->text[used] = '\0';
}

/* The stars that begin the lines of a block are no text. */
static const char *skip_margin(const char *line)
{
	line += strspn(line, " \t");
	while (*line == '*' && line[1] != '/')
		line++;
	return line;
}

/**
 * next_comment() - the first one that begins at @line or behind it
 *
 * Return: the line to go on with; 0 at the end of the file.
 */
static int next_comment(struct weft_source *source, const char *file, int line,
			struct comment *ret)
{
	const char *text, *begin, *end;

	for (; (text = weft_source_line(source, file, line)); line++) {
		begin = strstr(text, "/*");
		if (begin)
			break;
	}
	if (!text)
		return 0;
	memset(ret, 0, sizeof(*ret));
	ret->file = file;
	ret->begin = line;
	ret->behind_code = text[strspn(text, " \t")] != '/';
	for (begin += 2; text; ) {
		begin = skip_margin(begin);
		end = strstr(begin, "*/");
		append(ret, begin, end ? (size_t)(end - begin) : strlen(begin));
		ret->end = line;
		if (end)
			break;
		text = weft_source_line(source, file, ++line);
		begin = text;
	}
	return line + 1;
}

/* --- at declarations --- */

static const char *short_name(const struct rules_members *member)
{
	const char *dot = strchr(member->name, '.');

	return dot ? dot + 1 : member->name;
}

/* Of kernel-doc, what it says of one member: from "@name:" to the next one. */
static bool section_of(const char *text, const char *name, char *ret,
		       size_t size)
{
	char key[120];
	const char *at, *end;

	snprintf(key, sizeof(key), "@%s:", name);
	at = strstr(text, key);
	if (!at)
		return false;
	at += strlen(key);
	end = strchr(at, '@');
	snprintf(ret, size, "%.*s", (int)(end ? end - at : (long)strlen(at)),
		 at + strspn(at, " "));
	return true;
}

/* Is the comment the description of the structure that the member is in? */
static bool describes(const struct comment *comment,
		      const struct rules_members *member)
{
	char key[140];

	snprintf(key, sizeof(key), "struct %.*s ",
		 (int)strcspn(member->name, "."), member->name);
	return comment->end < member->line && strstr(comment->text, key) &&
	       strchr(comment->text, '@');
}

static void look_at_declaration(struct reader *reader,
				const struct rules_members *member,
				const struct comment *comment)
{
	char section[TEXT_MAX], sentence[TEXT_MAX];

	if (!member->file || strcmp(member->file, comment->file))
		return;
	if (describes(comment, member) &&
	    section_of(comment->text, short_name(member), section,
		       sizeof(section))) {
		if (speaks_of_locking(reader, section, sentence,
				      sizeof(sentence)))
			add(reader, comment, sentence, member);
		return;
	}
	if (comment->begin != member->line &&
	    (comment->behind_code || comment->end + 1 != member->line))
		return;
	if (speaks_of_locking(reader, comment->text, sentence,
			      sizeof(sentence)))
		add(reader, comment, sentence, member);
}

/* --- in code --- */

static bool touches(const struct rules_members *member, const char *file)
{
	size_t i, n = strlen(file);

	for (i = 0; i < member->places_n; i++) {
		const char *at = strstr(member->places[i].site, "() ");

		if (at && !strncmp(at + 3, file, n) && at[3 + n] == ':')
			return true;
	}
	return false;
}

/* The sentence itself, or the line of code behind it, names the member. */
static void look_at_code(struct reader *reader, const struct comment *comment)
{
	const struct rules_table *table = reader->table;
	const char *code = weft_source_line(reader->source, comment->file,
					    comment->end + 1);
	char sentence[TEXT_MAX];
	bool found = false;
	size_t i;

	if (!rules_is_our_file(comment->file) ||
	    !speaks_of_locking(reader, comment->text, sentence,
			       sizeof(sentence)))
		return;
	for (i = 0; i < table->n; i++) {
		const struct rules_members *member = &table->members[i];
		const char *name = short_name(member);

		if (!rules_is_ours(member) || !strchr(member->name, '.') ||
		    *member->name == '(' || !touches(member, comment->file) ||
		    strlen(name) < 4)
			continue;
		if (!find_word(sentence, name) &&
		    !(code && find_word(code, name)))
			continue;
		add(reader, comment, sentence, member);
		found = true;
	}
	if (!found && !is_known(table, comment->file, comment->begin, NULL))
		add(reader, comment, sentence, NULL);
}

/* At the declaration it is about that member, and about nothing else (I2). */
static void read_file(struct reader *reader, const char *file)
{
	struct comment comment;
	int line = 1;
	size_t i;

	while ((line = next_comment(reader->source, file, line, &comment))) {
		size_t before = reader->table->comments_n;

		for (i = 0; i < reader->table->n; i++)
			look_at_declaration(reader, &reader->table->members[i],
					    &comment);
		if (reader->table->comments_n == before)
			look_at_code(reader, &comment);
	}
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_file(char ***files, size_t *n, char *file)
{
	size_t i;

	for (i = 0; i < *n && strcmp((*files)[i], file); i++)
		;
	if (i < *n) {
		free(file);
		return;
	}
	*files = realloc(*files, (*n + 1) * sizeof(**files));
	assert(*files && "out of memory for locking rules");
	(*files)[(*n)++] = file;
}

/* Where members of the code under test are declared and touched. */
static void collect_files(const struct rules_table *table, char ***files,
			  size_t *n)
{
	size_t i, j;

	for (i = 0; i < table->n; i++) {
		const struct rules_members *member = &table->members[i];

		if (!rules_is_ours(member))
			continue;
		if (member->file)
			add_file(files, n, output_format("%s", member->file));
		for (j = 0; j < member->places_n; j++) {
			const char *at = strstr(member->places[j].site, "() ");

			if (at)
				add_file(files, n, output_format("%.*s",
					(int)strcspn(at + 3, ":"), at + 3));
		}
	}
	if (*n)
		qsort(*files, *n, sizeof(**files), compare_text);
}

void rules_compare_comments(struct weft_source *source,
			    struct rules_table *table)
{
	struct reader reader = { .table = table, .source = source };
	char **files = NULL;
	size_t i, n = 0;

	collect_locks(&reader);
	collect_files(table, &files, &n);
	for (i = 0; i < n; i++) {
		read_file(&reader, files[i]);
		free(files[i]);
	}
	free(files);
	for (i = 0; i < reader.locks_n; i++)
		free(reader.locks[i]);
	free(reader.locks);
}

void rules_clear_comments(struct rules_table *table)
{
	while (table->comments_n) {
		struct rules_comment *c = &table->comments[--table->comments_n];

		free(c->file);
		free(c->text);
		free(c->member);
		free(c->lock);
		free(c->reason);
	}
	free(table->comments);
}
