/* SPDX-License-Identifier: GPL-2.0-only */
/* Completions and wait queues by the names of their locks; see wait_name.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>

#include "wait_name.h"

#define LOCK	".lock"
#define STATIC	").wait" LOCK	/* COMPLETION_INITIALIZER() has its argument in () */
#define DYNAMIC	"&x->wait"	/* x is the parameter of init_completion() */

struct told {
	char	*lock, *text;
};

static struct told *told;
static size_t told_n;

/* How much of @text comes before @end; 0 when it does not end like this. */
static size_t before(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len > end_len && !strcmp(text + len - end_len, end) ?
	       len - end_len : 0;
}

static char *text_of(const char *lock)
{
	size_t n = before(lock, STATIC);
	char *text = NULL;
	int len;

	if (n > 1 && *lock == '(')
		len = asprintf(&text, "completion %.*s", (int)n - 1, lock + 1);
	else if (!strcmp(lock, DYNAMIC))
		len = asprintf(&text, "completion %s", lock);
	else if ((n = before(lock, LOCK)))
		len = asprintf(&text, "%.*s", (int)n, lock);
	else
		len = asprintf(&text, "%s", lock);
	assert(len >= 0 && "out of memory for what tasks wait for");
	return text;
}

const char *wait_name(const char *lock)
{
	size_t i;

	for (i = 0; i < told_n; i++)
		if (!strcmp(told[i].lock, lock))
			return told[i].text;
	told = realloc(told, (told_n + 1) * sizeof(*told));
	assert(told && "out of memory for what tasks wait for");
	told[told_n].lock = strdup(lock);
	assert(told[told_n].lock && "out of memory for what tasks wait for");
	told[told_n].text = text_of(lock);
	return told[told_n++].text;
}
