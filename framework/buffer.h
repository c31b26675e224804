/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Byte buffers, and reading them again: what units of a search, messages
 * between processes and checkpoint files are made of.
 *
 *  I1  What was put is got back by the same calls in the same order.
 *  I2  A reader never reads outside its bytes and never asks for more memory
 *      than they can justify, whatever they are. The first thing that makes no
 *      sense sets @bad; from then on every get gives 0 or NULL.
 *
 * Numbers take 7 bits a byte, low ones first. Integers only: no byte order, no
 * padding, no pointer but through weft_buffer_put_address().
 */
#ifndef WEFT_BUFFER_H
#define WEFT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weft_buffer {
	unsigned char	*data;
	size_t		n, max;
};

struct weft_reader {
	const unsigned char	*at, *end;
	bool			bad;
};

void weft_buffer_clear(struct weft_buffer *buffer);
void weft_buffer_put(struct weft_buffer *buffer, uint64_t number);
void weft_buffer_put_signed(struct weft_buffer *buffer, int64_t number);
void weft_buffer_put_bytes(struct weft_buffer *buffer, const void *bytes,
			   size_t n);
/* A length and the bytes. @text may be NULL, and comes back so. */
void weft_buffer_put_text(struct weft_buffer *buffer, const char *text);
void weft_buffer_put_blob(struct weft_buffer *buffer,
			  const struct weft_buffer *blob);

/**
 * weft_buffer_put_address() - an address of code or of a static object
 *
 * Addresses within this program are kept relative to it, so that they still
 * hold in another process into which it was loaded elsewhere. Others (of a
 * kernel image, of the watched region) are the same in every process.
 */
void weft_buffer_put_address(struct weft_buffer *buffer, uintptr_t address);

void weft_reader_init(struct weft_reader *reader, const void *data, size_t n);
uint64_t weft_reader_get(struct weft_reader *reader);
int64_t weft_reader_get_signed(struct weft_reader *reader);
/* A number that must be at most @max. */
uint64_t weft_reader_get_most(struct weft_reader *reader, uint64_t max);
/* How many things follow that take at least @size bytes each. */
size_t weft_reader_get_count(struct weft_reader *reader, size_t size);
const void *weft_reader_get_bytes(struct weft_reader *reader, size_t n);
/* Allocated; NULL for NULL, and when @bad. */
char *weft_reader_get_text(struct weft_reader *reader);
/* A part with a length of its own, as a reader; nothing is copied. */
struct weft_reader weft_reader_get_blob(struct weft_reader *reader);
/* The same, copied into @ret, which is overwritten. */
void weft_reader_copy_blob(struct weft_reader *reader,
			   struct weft_buffer *ret);
uintptr_t weft_reader_get_address(struct weft_reader *reader);
bool weft_reader_is_at_end(const struct weft_reader *reader);

#endif
