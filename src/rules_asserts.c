// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the source says by itself: lockdep_assert_held() in the function of a
 * place, before its line, against what was held there. A lock is known by the
 * last word of its name: "&device->dev_set->lock" is "&new_dev_set->lock".
 */
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "rules.h"
#include "source.h"

/* Of "lockdep_assert_held_write(&group->group_lock);" the part in brackets. */
static char *asserted(const char *line)
{
	const char *at = strstr(line, "lockdep_assert_held"), *end;

	at = at ? strchr(at, '(') : NULL;
	end = at ? strrchr(at, ')') : NULL;
	return end ? output_format("%.*s", (int)(end - at - 1), at + 1) : NULL;
}

/* "f() drivers/vfio/group.c:12": the file and line, false where there are none */
static bool split_site(const char *site, char **ret_file, int *ret_line)
{
	const char *file = strstr(site, "() "), *colon = strrchr(site, ':');

	if (!file || !colon || colon < file)
		return false;
	file += strlen("() ");
	*ret_file = output_format("%.*s", (int)(colon - file), file);
	*ret_line = atoi(colon + 1);
	return true;
}

const char *rules_last_word(const char *name)
{
	const char *at = name + strlen(name);

	while (at > name && at[-1] != '>' && at[-1] != '.' && at[-1] != '&')
		at--;
	return at;
}

/* Is it among the locks that the place always holds? "lock (shared)" counts. */
static bool is_held(const struct rules_place *place, const char *lock)
{
	const char *wanted = rules_last_word(lock);
	size_t i, n = strlen(wanted);

	/* The lock of a wait queue is named after the queue. */
	if (!strcmp(wanted, "lock") && wanted > lock && wanted[-1] == '.') {
		n = (size_t)(wanted - lock) - 1;
		for (i = 0; i < place->locks_n; i++)
			if (!strncmp(place->locks[i], lock, n) &&
			    !place->locks[i][n])
				return true;
		n = strlen(wanted);
	}
	for (i = 0; i < place->locks_n; i++) {
		const char *word = rules_last_word(place->locks[i]);

		if (!strncmp(word, wanted, n) && (!word[n] || word[n] == ' '))
			return true;
		/* kernfs_active(kn) is noted as "kn->active". */
		if (!strncmp(place->locks[i], lock, strlen(lock)) &&
		    !strncmp(place->locks[i] + strlen(lock), "->active", 8))
			return true;
	}
	return false;
}

void rules_compare_asserts(struct weft_source *source,
			   const struct rules_place *place,
			   void (*told)(void *arg, const char *lock, bool held),
			   void *arg)
{
	const char *text;
	char *file, *lock;
	int line;

	if (!split_site(place->site, &file, &line))
		return;
	for (; (text = weft_source_line(source, file, line)) && *text != '{';
	     line--) {
		lock = asserted(text);
		if (lock)
			told(arg, lock, is_held(place, lock));
		free(lock);
	}
	free(file);
}
