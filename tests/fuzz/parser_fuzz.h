/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of parser_fuzz share; see parser_fuzz.c. */
#ifndef WEFT_TESTS_PARSER_FUZZ_H
#define WEFT_TESTS_PARSER_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INPUT_MAX	8192
#define CORPUS_MAX	4096

struct input {
	unsigned char	*data;
	size_t		n;
};

/**
 * struct target - a parser
 * @seeds:   valid texts, NULL ends; or @add_seeds makes them
 * @words:   what its language consists of, NULL ends
 * @try:     feeds it; true when it took the input. @data has a zero behind it
 * @cost:    how many inputs of the cheapest target one of these is worth
 */
struct target {
	const char		*name;
	const char *const	*seeds;
	const char *const	*words;
	void			(*add_seeds)(void);
	bool			(*try)(const unsigned char *data, size_t n);
	unsigned int		cost;
};

extern const struct target target_schedule;
extern const struct target target_checkpoint;
extern const struct target target_checkpoint_source;
extern const struct target target_checkpoint_dpor;
extern const struct target target_suppression;
extern const struct target target_patch;

/* parser_mutate.c: a corpus of inputs, and new ones made of them */
void corpus_clear(void);
void corpus_add(const void *data, size_t n);
size_t corpus_size(void);
void mutate_seed(uint64_t seed);
/* Writes a new input to @ret, which has room for INPUT_MAX bytes and a zero. */
size_t mutate(const char *const *words, unsigned char *ret);

/* A promise of the parser that must hold; ends the program. */
#define promised(condition)						\
	((condition) ? (void)0 : broken(#condition, __FILE__, __LINE__))
void broken(const char *promise, const char *file, int line)
	__attribute__((noreturn));

#endif
