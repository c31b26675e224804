/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mails: an mbox, one mail, or text that is none; contract in patch.h.
 *
 * Reads what mail programs and archives write of RFC 5322 and RFC 2045: headers,
 * parts, quoted-printable, base64, format=flowed (RFC 3676).
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "output.h"
#include "patch.h"

#define DEPTH_MAX 8	/* parts in parts */

/* What a part's header says; texts to be freed. */
struct header {
	char	*subject, *type, *encoding;
};

static char *line_end(char *at)
{
	return at + strcspn(at, "\n");
}

static char *next_line(char *at)
{
	at = line_end(at);
	return *at ? at + 1 : at;
}

static bool is_header(const char *line)
{
	size_t n = strspn(line, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	return n && line[n] == ':';
}

/* "From someone at some time", as an mbox has it in front of each mail. */
static bool is_mbox_line(const char *line)
{
	size_t n = strcspn(line, "\n");

	return !strncmp(line, "From ", 5) && line[n] &&
	       is_header(line + n + 1);
}

static void clear_header(struct header *header)
{
	free(header->subject);
	free(header->type);
	free(header->encoding);
	memset(header, 0, sizeof(*header));
}

static void take_field(struct header *header, const char *field)
{
	static const char *const names[] = {
		"Subject:", "Content-Type:", "Content-Transfer-Encoding:",
	};
	char **const to[] = {
		&header->subject, &header->type, &header->encoding,
	};
	size_t i, n;

	for (i = 0; i < 3; i++) {
		n = strlen(names[i]);
		if (!strncasecmp(field, names[i], n) && !*to[i])
			*to[i] = output_format("%s", field + n +
					       strspn(field + n, " \t"));
	}
}

/* Reads fields up to the empty line. Return: the body. */
static char *read_header(char *at, struct header *ret)
{
	memset(ret, 0, sizeof(*ret));
	while (is_header(at)) {
		char *end = line_end(at);
		char *field, *to;

		while (*end && (end[1] == ' ' || end[1] == '\t'))
			end = line_end(end + 1);
		field = output_format("%.*s", (int)(end - at), at);
		for (to = field; *to; to++)
			if (*to == '\n' || *to == '\r')
				*to = ' ';
		take_field(ret, field);
		free(field);
		at = *end ? end + 1 : end;
	}
	if (*at == '\r')
		at++;
	return *at == '\n' ? at + 1 : at;
}

static int hex(int c)
{
	return isdigit(c) ? c - '0' : isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

static void decode_quoted(char *text)
{
	char *to = text, *at = text;

	while (*at) {
		if (*at != '=') {
			*to++ = *at++;
		} else if (at[1] == '\n') {
			at += 2;
		} else if (at[1] == '\r' && at[2] == '\n') {
			at += 3;
		} else if (hex((unsigned char)at[1]) >= 0 &&
			   hex((unsigned char)at[2]) >= 0) {
			*to++ = (char)(hex((unsigned char)at[1]) * 16 +
				       hex((unsigned char)at[2]));
			at += 3;
		} else {
			*to++ = *at++;
		}
	}
	*to = '\0';
}

static void decode_base64(char *text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned int bits = 0, n = 0;
	char *to = text, *at;

	for (at = text; *at && *at != '='; at++) {
		const char *digit = strchr(digits, *at);

		if (!digit)
			continue;
		bits = bits << 6 | (unsigned int)(digit - digits);
		n += 6;
		if (n >= 8) {
			n -= 8;
			*to++ = (char)(bits >> n & 0xff);
		}
	}
	*to = '\0';
}

/* Does the text up to @end end with the line "-- "? */
static bool is_signature(const char *text, const char *end)
{
	return end - text >= 3 && !strncmp(end - 3, "-- ", 3) &&
	       (end - text == 3 || end[-4] == '\n');
}

/* A line that ends with a blank goes on in the next; a leading blank is stuffing. */
static void decode_flowed(char *text)
{
	char *to = text, *at = text;

	while (*at) {
		char *end = line_end(at);

		at += *at == ' ';
		while (at < end)
			*to++ = *at++;
		if (*end)
			at++;
		if (*end && !(to > text && to[-1] == ' ' &&
			      !is_signature(text, to)))
			*to++ = '\n';
	}
	*to = '\0';
}

/* The value of a parameter of a type, to be freed; or NULL. */
static char *parameter(const char *type, const char *name)
{
	const char *at = type ? strcasestr(type, name) : NULL;

	if (!at || at[strlen(name)] != '=')
		return NULL;
	at += strlen(name) + 1;
	if (*at == '"')
		return output_format("%.*s", (int)strcspn(at + 1, "\""),
				     at + 1);
	return output_format("%.*s", (int)strcspn(at, "; \t"), at);
}

static void decode(char *body, const struct header *header,
		   unsigned int *tolerated)
{
	const char *encoding = header->encoding ? header->encoding : "";
	char *format = parameter(header->type, "format");

	if (!strncasecmp(encoding, "quoted-printable", 16)) {
		decode_quoted(body);
		*tolerated |= PATCH_ENCODED;
	} else if (!strncasecmp(encoding, "base64", 6)) {
		decode_base64(body);
		*tolerated |= PATCH_ENCODED;
	}
	if (format && !strcasecmp(format, "flowed")) {
		decode_flowed(body);
		*tolerated |= PATCH_FLOWED;
	}
	free(format);
}

static void write_body(FILE *out, char *body, const struct header *header,
		       unsigned int *tolerated, unsigned int depth);

/* Each part lies between two lines of the boundary. */
static void write_parts(FILE *out, char *body, const char *boundary,
			unsigned int *tolerated, unsigned int depth)
{
	char *mark = output_format("--%s", boundary);
	size_t n = strlen(mark);
	char *at = body, *part = NULL;

	while (*at) {
		char *next = next_line(at);

		if (!strncmp(at, mark, n)) {
			if (part) {
				struct header header;
				char *inner;

				*at = '\0';
				inner = read_header(part, &header);
				write_body(out, inner, &header, tolerated,
					   depth + 1);
				clear_header(&header);
				fputc('\n', out);
			}
			part = next;
		}
		at = next;
	}
	free(mark);
}

static void write_body(FILE *out, char *body, const struct header *header,
		       unsigned int *tolerated, unsigned int depth)
{
	const char *type = header->type ? header->type : "text/plain";
	char *boundary = parameter(type, "boundary");

	if (!strncasecmp(type, "multipart/", 10) && boundary &&
	    depth < DEPTH_MAX) {
		write_parts(out, body, boundary, tolerated, depth);
	} else if (strncasecmp(type, "text/html", 9)) {
		decode(body, header, tolerated);
		fputs(body, out);
	}
	free(boundary);
}

static bool is_reply(const char *subject)
{
	return subject && !strncasecmp(subject, "re:", 3);
}

static struct patch_mail *add(struct patch_mails *mails)
{
	struct patch_mail *at = reallocarray(mails->at, mails->n + 1,
					     sizeof(*at));

	if (!at)
		output_usage_error("out of memory for a patch");
	mails->at = at;
	at += mails->n++;
	memset(at, 0, sizeof(*at));
	return at;
}

static void add_mail(struct patch_mails *mails, char *text, unsigned long line)
{
	struct patch_mail *mail = add(mails);
	unsigned int tolerated = 0;
	struct header header;
	char *body = read_header(text, &header), *at;
	size_t size;
	FILE *out = open_memstream(&mail->body, &size);

	if (!out)
		output_usage_error("out of memory for a patch");
	for (at = text; at < body; at++)
		line += *at == '\n';
	write_body(out, body, &header, &tolerated, 0);
	fclose(out);
	mail->line = tolerated || strcasestr(header.type ? header.type : "",
					     "multipart") ? 0 : line;
	mail->subject = header.subject;
	header.subject = NULL;
	mail->reply = is_reply(mail->subject);
	mails->tolerated |= tolerated;
	clear_header(&header);
}

/* A mail begins with fields, and one of them is the sender or the subject. */
static bool is_mail(char *text)
{
	char *at;

	if (!is_header(text))
		return false;
	for (at = text; is_header(at) || *at == ' ' || *at == '\t';
	     at = next_line(at))
		if (!strncasecmp(at, "From:", 5) ||
		    !strncasecmp(at, "Subject:", 8))
			return true;
	return false;
}

static void split_mbox(struct patch_mails *mails, char *text)
{
	unsigned long line = 1, begin_line = 0;
	char *begin = NULL, *at = text;
	bool empty = true;

	while (*at) {
		char *next = next_line(at);

		if (empty && is_mbox_line(at)) {
			if (begin) {
				*at = '\0';
				add_mail(mails, begin, begin_line);
			}
			begin = next;
			begin_line = line + 1;
		}
		empty = *at == '\n' || (*at == '\r' && at[1] == '\n');
		at = next;
		line++;
	}
	if (begin)
		add_mail(mails, begin, begin_line);
}

void patch_mails_read(char *text, struct patch_mails *ret)
{
	char *at = text + strspn(text, " \t\r\n");
	unsigned long line = 1;
	char *to;

	memset(ret, 0, sizeof(*ret));
	for (to = text; to < at; to++)
		line += *to == '\n';
	if (is_mbox_line(at)) {
		split_mbox(ret, at);
	} else if (is_mail(at)) {
		add_mail(ret, at, line);
	} else {
		struct patch_mail *mail = add(ret);

		mail->body = output_format("%s", text);
		mail->line = 1;
	}
}

void patch_mail_clear(struct patch_mail *mail)
{
	free(mail->subject);
	free(mail->body);
	memset(mail, 0, sizeof(*mail));
}

void patch_mails_clear(struct patch_mails *mails)
{
	size_t i;

	for (i = 0; i < mails->n; i++)
		patch_mail_clear(&mails->at[i]);
	free(mails->at);
	memset(mails, 0, sizeof(*mails));
}
