// SPDX-License-Identifier: GPL-2.0-only
/* Members of JSON objects; contract in json_read.h. */
#include <jansson.h>

#include "json_read.h"

const char *json_text_of(const struct json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

long json_number_of(const struct json_t *object, const char *key)
{
	return (long)json_integer_value(json_object_get(object, key));
}
