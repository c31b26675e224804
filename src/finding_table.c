// SPDX-License-Identifier: GPL-2.0-only
/* Tables of tasks; contract in finding_table.h. */
#include <string.h>

#include "finding_table.h"

#define CELL_MIN 16		/* narrower columns cannot be read */
#define SEPARATOR " | "
#define RED "\033[1;31m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

static bool continues_character(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/**
 * weft_text_width() - number of characters of UTF-8 text
 */
unsigned int weft_text_width(const char *text)
{
	unsigned int n = 0;

	for (; *text; text++)
		n += !continues_character(*text);
	return n;
}

static size_t bytes_of(const char *text, unsigned int width)
{
	size_t i = 0;

	while (text[i] && width) {
		for (i++; continues_character(text[i]); i++)
			;
		width--;
	}
	return i;
}

/**
 * weft_text_fit() - bytes of @text to put on a line of @width characters
 *
 * Prefers to cut after a space, then after punctuation of C and of paths.
 */
size_t weft_text_fit(const char *text, unsigned int width)
{
	size_t n = bytes_of(text, width), i;

	if (!text[n])
		return n;
	for (i = n; i > n / 3; i--)
		if (text[i - 1] == ' ' || text[i] == ' ')
			return i;
	for (i = n; i > n / 3; i--)
		if (strchr("/,(>:_.-", text[i - 1]) && text[i] != '>')
			return i;
	return n;
}

static void put(FILE *out, char c, unsigned int n)
{
	while (n--)
		fputc(c, out);
}

/* The margin: two blanks, behind a number where rows have one. */
static void write_number(struct weft_table *table)
{
	if (table->number)
		fprintf(table->out, "%*lu", (int)table->number_width,
			table->number);
	else
		put(table->out, ' ', table->number_width);
	fputs("  ", table->out);
	table->number = 0;
}

/* The separators before @column and the blanks between them. */
static void lead_in(struct weft_table *table, unsigned int column)
{
	unsigned int i;

	write_number(table);
	for (i = 0; i < column; i++) {
		put(table->out, ' ', table->cell);
		fputs(SEPARATOR, table->out);
	}
}

/* The separators after a column that has @used characters in it. */
static void lead_out(const struct weft_table *table, unsigned int column,
		     unsigned int used)
{
	unsigned int i;

	for (i = column + 1; i < table->columns; i++) {
		put(table->out, ' ', table->cell - used);
		fputs(i + 1 < table->columns ? SEPARATOR : " |", table->out);
		used = 0;
	}
	fputc('\n', table->out);
}

static void write_head(struct weft_table *table)
{
	unsigned int i;

	write_number(table);
	for (i = 0; i < table->columns; i++) {
		char name[80];
		size_t n;

		snprintf(name, sizeof(name), "CPU%u %s", i, table->names[i]);
		n = bytes_of(name, table->cell);
		fprintf(table->out, "%s%.*s%s", table->color ? BOLD : "",
			(int)n, name, table->color ? PLAIN : "");
		if (i + 1 == table->columns)
			break;
		name[n] = '\0';
		put(table->out, ' ', table->cell - weft_text_width(name));
		fputs(SEPARATOR, table->out);
	}
	fputc('\n', table->out);
	write_number(table);
	for (i = 0; i < table->columns; i++) {
		put(table->out, '-', table->cell);
		fputs(i + 1 < table->columns ? "-+-" : "\n", table->out);
	}
}

/**
 * weft_table_begin() - compute the columns and write the head
 * @width: of the whole table, in characters
 */
void weft_table_begin(struct weft_table *table, unsigned int width)
{
	unsigned int gaps = 3 * (table->columns - 1) + 2 + table->number_width;

	table->cell = width > gaps ? (width - gaps) / table->columns : 0;
	table->narrow = table->cell < CELL_MIN && table->columns > 1;
	if (table->narrow) {
		unsigned int i;

		table->cell = width - 10 - table->number_width;
		for (i = 0; i < table->columns; i++)
			fprintf(table->out, "  CPU%-3u %s\n", i,
				table->names[i]);
		fputc('\n', table->out);
		return;
	}
	write_head(table);
}

static void write_cell(struct weft_table *table, unsigned int column,
		       unsigned int indent, const char *text, size_t n,
		       bool alarm)
{
	char line[400];

	snprintf(line, sizeof(line), "%.*s", (int)n, text);
	if (table->narrow) {
		write_number(table);
		fprintf(table->out, "CPU%-3u ", column);
	} else {
		lead_in(table, column);
	}
	put(table->out, ' ', indent);
	fprintf(table->out, "%s%s%s", alarm && table->color ? RED : "", line,
		alarm && table->color ? PLAIN : "");
	if (table->narrow)
		fputc('\n', table->out);
	else
		lead_out(table, column, indent + weft_text_width(line));
}

/**
 * weft_table_add() - see finding_table.h
 */
void weft_table_add(struct weft_table *table, unsigned int column,
		    unsigned int indent, const char *text, bool alarm)
{
	while (*text) {
		size_t n = weft_text_fit(text, table->cell - indent), end = n;

		while (end && text[end - 1] == ' ')
			end--;
		write_cell(table, column, indent, text, end, alarm);
		text += n;
		while (*text == ' ')
			text++;
		if (indent < 4)
			indent += 2;
	}
}

/**
 * weft_table_gap() - see finding_table.h
 */
void weft_table_gap(struct weft_table *table, unsigned int column,
		    const char *text)
{
	write_cell(table, column, 0, text, bytes_of(text, table->cell), false);
}

/* Where there is less room for words, lines are longer than they should be. */
#define WORDS_MIN 20

static unsigned int room(unsigned int width, unsigned int taken)
{
	return width >= taken + WORDS_MIN ? width - taken : WORDS_MIN;
}

/**
 * weft_text_hanging() - see finding_table.h
 */
void weft_text_hanging(FILE *out, const char *text, unsigned int column,
		       unsigned int width, unsigned int indent)
{
	while (*text) {
		size_t n = weft_text_fit(text, room(width, column)), end = n;

		while (end && text[end - 1] == ' ')
			end--;
		fprintf(out, "%.*s\n", (int)end, text);
		text += n;
		text += strspn(text, " ");
		if (*text)
			fprintf(out, "%*s", (int)indent, "");
		column = indent;
	}
}

/**
 * weft_text_paragraph() - see finding_table.h
 */
void weft_text_paragraph(FILE *out, const char *text, unsigned int width,
			 unsigned int indent)
{
	weft_text_hanging(out, text, 0, width, indent);
}

/**
 * weft_text_block() - see finding_table.h
 */
void weft_text_block(FILE *out, const char *text, unsigned int column,
		     unsigned int width)
{
	weft_text_hanging(out, text, column, width, column);
}
