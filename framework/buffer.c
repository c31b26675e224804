/* SPDX-License-Identifier: GPL-2.0-only */
/* Byte buffers; contract in buffer.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"

/* Further from here than any program is large, and nearer than any other. */
#define NEAR ((int64_t)1 << 31)

/* Bytes of one. */
#define NUMBER_MAX 10

static const char anchor;

void weft_buffer_clear(struct weft_buffer *buffer)
{
	free(buffer->data);
	memset(buffer, 0, sizeof(*buffer));
}

static void reserve(struct weft_buffer *buffer, size_t n)
{
	if (buffer->max - buffer->n >= n)
		return;
	buffer->max = 2 * buffer->max + n + 64;
	buffer->data = realloc(buffer->data, buffer->max);
	assert(buffer->data && "out of memory for a buffer");
}

void weft_buffer_put_bytes(struct weft_buffer *buffer, const void *bytes,
			   size_t n)
{
	if (!n)
		return;
	reserve(buffer, n);
	memcpy(buffer->data + buffer->n, bytes, n);
	buffer->n += n;
}

void weft_buffer_put(struct weft_buffer *buffer, uint64_t number)
{
	unsigned char *at;

	reserve(buffer, NUMBER_MAX);
	at = buffer->data + buffer->n;
	for (; number >= 0x80; number >>= 7)
		*at++ = (unsigned char)(number | 0x80);
	*at++ = (unsigned char)number;
	buffer->n = (size_t)(at - buffer->data);
}

/* Small numbers of either sign are short: 0, -1, 1, -2, 2 … */
void weft_buffer_put_signed(struct weft_buffer *buffer, int64_t number)
{
	weft_buffer_put(buffer, (uint64_t)number << 1 ^
				(number < 0 ? UINT64_MAX : 0));
}

void weft_buffer_put_text(struct weft_buffer *buffer, const char *text)
{
	size_t n = text ? strlen(text) : 0;

	weft_buffer_put(buffer, text ? n + 1 : 0);
	weft_buffer_put_bytes(buffer, text, n);
}

void weft_buffer_put_blob(struct weft_buffer *buffer,
			  const struct weft_buffer *blob)
{
	weft_buffer_put(buffer, blob->n);
	weft_buffer_put_bytes(buffer, blob->data, blob->n);
}

void weft_buffer_put_address(struct weft_buffer *buffer, uintptr_t address)
{
	int64_t distance = (int64_t)(address - (uintptr_t)&anchor);
	bool near = distance > -NEAR && distance < NEAR;

	weft_buffer_put(buffer, near);
	if (near)
		weft_buffer_put_signed(buffer, distance);
	else
		weft_buffer_put(buffer, address);
}

void weft_reader_init(struct weft_reader *reader, const void *data, size_t n)
{
	reader->at = data;
	reader->end = reader->at + n;
	reader->bad = false;
}

static void spoil(struct weft_reader *reader)
{
	reader->bad = true;
	reader->at = reader->end;
}

uint64_t weft_reader_get(struct weft_reader *reader)
{
	uint64_t number = 0;
	unsigned int shift;

	/* Most are small. */
	if (reader->at < reader->end && !(*reader->at & 0x80))
		return *reader->at++;
	for (shift = 0; shift < 64 && reader->at < reader->end; shift += 7) {
		unsigned char byte = *reader->at++;

		if (shift == 63 && byte > 1)
			break;
		number |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return number;
	}
	spoil(reader);
	return 0;
}

int64_t weft_reader_get_signed(struct weft_reader *reader)
{
	uint64_t number = weft_reader_get(reader);

	return (int64_t)(number >> 1 ^ (number & 1 ? UINT64_MAX : 0));
}

uint64_t weft_reader_get_most(struct weft_reader *reader, uint64_t max)
{
	uint64_t number = weft_reader_get(reader);

	if (number <= max)
		return number;
	spoil(reader);
	return 0;
}

size_t weft_reader_get_count(struct weft_reader *reader, size_t size)
{
	uint64_t n = weft_reader_get(reader);

	if (n <= (size_t)(reader->end - reader->at) / size)
		return (size_t)n;
	spoil(reader);
	return 0;
}

const void *weft_reader_get_bytes(struct weft_reader *reader, size_t n)
{
	const unsigned char *at = reader->at;

	if (reader->bad || n > (size_t)(reader->end - at)) {
		spoil(reader);
		return NULL;
	}
	reader->at += n;
	return at;
}

char *weft_reader_get_text(struct weft_reader *reader)
{
	uint64_t n = weft_reader_get(reader);
	const char *bytes;
	char *text;

	if (!n || reader->bad)
		return NULL;
	bytes = weft_reader_get_bytes(reader, (size_t)n - 1);
	if (!bytes || memchr(bytes, 0, (size_t)n - 1)) {
		spoil(reader);
		return NULL;
	}
	text = malloc((size_t)n);
	assert(text && "out of memory for a text");
	memcpy(text, bytes, (size_t)n - 1);
	text[n - 1] = '\0';
	return text;
}

struct weft_reader weft_reader_get_blob(struct weft_reader *reader)
{
	size_t n = weft_reader_get_count(reader, 1);
	const void *bytes = weft_reader_get_bytes(reader, n);
	struct weft_reader part;

	weft_reader_init(&part, bytes ? bytes : (const void *)&anchor,
			 bytes ? n : 0);
	part.bad = !bytes;
	return part;
}

void weft_reader_copy_blob(struct weft_reader *reader,
			   struct weft_buffer *ret)
{
	struct weft_reader part = weft_reader_get_blob(reader);

	memset(ret, 0, sizeof(*ret));
	weft_buffer_put_bytes(ret, part.at, (size_t)(part.end - part.at));
}

uintptr_t weft_reader_get_address(struct weft_reader *reader)
{
	if (weft_reader_get_most(reader, 1))
		return (uintptr_t)&anchor +
		       (uintptr_t)weft_reader_get_signed(reader);
	return (uintptr_t)weft_reader_get(reader);
}

bool weft_reader_is_at_end(const struct weft_reader *reader)
{
	return !reader->bad && reader->at == reader->end;
}
