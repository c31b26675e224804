/* SPDX-License-Identifier: GPL-2.0-only */
/* Members of JSON objects, for those who read what json.c has written. */
#ifndef WEFT_JSON_READ_H
#define WEFT_JSON_READ_H

struct json_t;

/* Its text, or "" where it is none; its number, or 0. */
const char *json_text_of(const struct json_t *object, const char *key);
long json_number_of(const struct json_t *object, const char *key);

#endif
