/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A corpus of inputs, and new ones made of them.
 *
 * Deterministic: the same seed and the same additions give the same inputs.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser_fuzz.h"

static struct input corpus[CORPUS_MAX];
static size_t corpus_n;
static uint64_t state;

void mutate_seed(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15ull + 1;
}

static uint64_t random_bits(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static size_t below(size_t n)
{
	return n ? (size_t)(random_bits() % n) : 0;
}

void corpus_clear(void)
{
	while (corpus_n)
		free(corpus[--corpus_n].data);
}

/* A full corpus forgets any one of its members. */
void corpus_add(const void *data, size_t n)
{
	unsigned char *copy;
	size_t at = corpus_n;

	if (n > INPUT_MAX)
		return;
	copy = malloc(n + 1);
	assert(copy && "out of memory for the corpus");
	memcpy(copy, data, n);
	if (corpus_n == CORPUS_MAX) {
		at = below(corpus_n);
		free(corpus[at].data);
	} else {
		corpus_n++;
	}
	corpus[at].data = copy;
	corpus[at].n = n;
}

size_t corpus_size(void)
{
	return corpus_n;
}

/* Replaces @old bytes at @at by @new_n others. */
static size_t splice(unsigned char *data, size_t n, size_t at, size_t old,
		     const void *new, size_t new_n)
{
	if (n - old + new_n > INPUT_MAX)
		return n;
	memmove(data + at + new_n, data + at + old, n - at - old);
	memcpy(data + at, new, new_n);
	return n - old + new_n;
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* Numbers at which something may end. */
static size_t change_number(unsigned char *data, size_t n)
{
	static const uint64_t edges[] = {
		0, 1, 2, 9, 127, 128, 255, 256, 32767, 65535, 65536,
		0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
		0x7fffffffffffffff, 0xffffffffffffffff,
	};
	size_t at = below(n), end;
	char text[32];

	while (at < n && !is_digit(data[at]))
		at++;
	for (end = at; end < n && is_digit(data[end]); end++)
		;
	if (at == end)
		return n;
	snprintf(text, sizeof(text), "%" PRIu64,
		 edges[below(sizeof(edges) / sizeof(*edges))]);
	return splice(data, n, at, end - at, text, strlen(text));
}

static size_t insert_word(const char *const *words, unsigned char *data,
			  size_t n)
{
	size_t count = 0;
	const char *word;

	while (words && words[count])
		count++;
	if (!count)
		return n;
	word = words[below(count)];
	return splice(data, n, below(n + 1), 0, word, strlen(word));
}

static size_t insert_other(unsigned char *data, size_t n)
{
	const struct input *other = &corpus[below(corpus_n)];
	size_t at = below(other->n), len = below(other->n - at + 1);

	return splice(data, n, below(n + 1), 0, other->data + at, len);
}

static size_t repeat(unsigned char *data, size_t n)
{
	unsigned char part[256];
	size_t at = below(n), len = below(n - at + 1);

	if (len > sizeof(part))
		len = sizeof(part);
	memcpy(part, data + at, len);
	return splice(data, n, below(n + 1), 0, part, len);
}

static size_t change_once(const char *const *words, unsigned char *data,
			  size_t n)
{
	unsigned char byte = (unsigned char)random_bits();
	size_t at = below(n);

	switch (below(10)) {
	case 0:
		if (n)
			data[at] ^= (unsigned char)(1u << below(8));
		return n;
	case 1:
		if (n)
			data[at] = byte;
		return n;
	case 2:
		return splice(data, n, at, 0, &byte, 1);
	case 3:
		return splice(data, n, at, below(n - at + 1), "", 0);
	case 4:
		return n ? splice(data, n, at, 1, "", 0) : n;
	case 5:
		return change_number(data, n);
	case 6:
		return insert_other(data, n);
	case 7:
		return repeat(data, n);
	case 8:
		return below(n + 1);
	default:
		return insert_word(words, data, n);
	}
}

size_t mutate(const char *const *words, unsigned char *ret)
{
	const struct input *from = &corpus[below(corpus_n)];
	size_t n = from->n, changes = 1 + below(below(4) ? 3 : 12);

	memcpy(ret, from->data, n);
	while (changes--)
		n = change_once(words, ret, n);
	ret[n] = '\0';
	return n;
}
