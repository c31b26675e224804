/* SPDX-License-Identifier: GPL-2.0-only */
/* Checkpoint files; contract in checkpoint.h. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checkpoint.h"
#include "output.h"
#include "version.h"

#define MAGIC "weft-checkpoint "
#define HASH_BYTES 8

/* What must be the same, with the name a message gives it. */
struct identity {
	const char	*name;
	char		*value;
};

#define IDENTITIES 14

static uint64_t fnv1a(const void *data, size_t n)
{
	const unsigned char *at = data;
	uint64_t hash = 0xcbf29ce484222325ull;

	while (n--)
		hash = (hash ^ *at++) * 0x100000001b3ull;
	return hash;
}

static int read_file(const char *path, struct weft_buffer *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	char block[65536];
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, block, sizeof(block))) > 0)
		weft_buffer_put_bytes(ret, block, (size_t)n);
	if (n < 0)
		err = -errno;
	close(fd);
	return err;
}

/* Addresses and the order of everything belong to one build. */
static char *own_hash(void)
{
	static uint64_t hash;
	struct weft_buffer bytes = { 0 };

	if (!hash && !read_file("/proc/self/exe", &bytes))
		hash = fnv1a(bytes.data, bytes.n);
	weft_buffer_clear(&bytes);
	return output_format("%016" PRIx64, hash);
}

static void identify(const struct campaign *c, struct identity *ret)
{
	const struct weft_region *region = weft_exec_region(c->x);
	const struct weft_strategy_options *o = &c->plan.options;
	const struct identity all[IDENTITIES] = {
		{ "scenario", output_format("%s", c->scenario->name) },
		{ "kernel", output_format("%s", c->has_kernel ? c->kernel.tag :
								"none") },
		{ "--param", output_format("%s", c->params ? c->params :
							     "none") },
		{ "--strategy", output_format("%s", c->plan.strategy->name) },
		{ "--preemptions", o->iterate ? output_format("iterate") :
		  o->preemptions == WEFT_PREEMPTIONS_NONE ?
		  output_format("none") : output_format("%u", o->preemptions) },
		{ "--delays", o->delays == WEFT_BOUND_NONE ?
		  output_format("none") : output_format("%u", o->delays) },
		{ "--faults", output_format("%lu", c->options->faults_given ?
					    c->options->faults :
					    c->scenario->faults) },
		{ "--depth", output_format("%lu", c->options->depth) },
		{ "--seed", output_format("%" PRIu64, o->seed) },
		{ "--keep-going", output_format("%s", c->plan.keep_going ?
						"yes" : "no") },
		{ "--focus", output_format("%s", c->focus_text ?
					   c->focus_text : "none") },
		{ "kernel image", output_format("%016" PRIx64, c->has_kernel ?
						c->kernel.hash : 0) },
		{ "build of weft", own_hash() },
		{ "place of the watched memory",
		  output_format("%lx", region->hot.base) },
	};

	memcpy(ret, all, sizeof(all));
}

static void clear_identity(struct identity *identity)
{
	int i;

	for (i = 0; i < IDENTITIES; i++)
		free(identity[i].value);
}

static void put_everything(const struct campaign *c,
			   struct weft_search *search, struct weft_buffer *to)
{
	struct identity identity[IDENTITIES];
	char line[40];
	uint64_t hash;
	int i;

	weft_buffer_put_bytes(to, line, (size_t)
			      snprintf(line, sizeof(line), MAGIC "%d\n",
				       WEFT_CHECKPOINT_FORMAT));
	identify(c, identity);
	for (i = 0; i < IDENTITIES; i++) {
		weft_buffer_put_text(to, identity[i].name);
		weft_buffer_put_text(to, identity[i].value);
	}
	clear_identity(identity);
	weft_search_save(search, to);
	hash = fnv1a(to->data, to->n);
	for (i = 0; i < HASH_BYTES; i++, hash >>= 8) {
		unsigned char byte = (unsigned char)hash;

		weft_buffer_put_bytes(to, &byte, 1);
	}
}

static int write_all(const char *path, const struct weft_buffer *bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	size_t done = 0;
	int err = 0;

	if (fd < 0)
		return -errno;
	while (!err && done < bytes->n) {
		ssize_t n = write(fd, bytes->data + done, bytes->n - done);

		if (n > 0)
			done += (size_t)n;
		else if (n < 0 && errno != EINTR)
			err = -errno;
	}
	if (!err && fsync(fd) && errno != EINVAL)
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

int checkpoint_write(const struct campaign *c, struct weft_search *search)
{
	const char *path = c->options->checkpoint;
	char *fresh = output_format("%s.new", path);
	struct weft_buffer bytes = { 0 };
	int err;

	put_everything(c, search, &bytes);
	err = write_all(fresh, &bytes);
	if (!err && rename(fresh, path))
		err = -errno;
	if (err)
		unlink(fresh);
	weft_buffer_clear(&bytes);
	free(fresh);
	return err;
}

void checkpoint_remove(const struct campaign *c)
{
	unlink(c->options->checkpoint);
}

/* Leaves @from behind the first line. Return: 64 after a message, or 0. */
static int check_frame(const char *path, const struct weft_buffer *bytes,
		       struct weft_reader *from)
{
	size_t n = strlen(MAGIC);
	uint64_t hash = 0;
	long format;
	char *end;
	int i;

	if (bytes->n < n || memcmp(bytes->data, MAGIC, n)) {
		output_error("--resume: %s is not a weft checkpoint", path);
		return WEFT_EXIT_USAGE;
	}
	/* read_whole() has put a zero byte behind it. */
	format = strtol((const char *)bytes->data + n, &end, 10);
	if (*end == '\n' && format != WEFT_CHECKPOINT_FORMAT) {
		output_error("--resume: %s has checkpoint format %ld, but this weft reads format %d",
			     path, format, WEFT_CHECKPOINT_FORMAT);
		return WEFT_EXIT_USAGE;
	}
	n = (size_t)((unsigned char *)end + 1 - bytes->data);
	if (*end == '\n' && bytes->n >= n + HASH_BYTES) {
		for (i = HASH_BYTES; i--; )
			hash = hash << 8 |
			       bytes->data[bytes->n - HASH_BYTES + (size_t)i];
		weft_reader_init(from, bytes->data + n,
				 bytes->n - n - HASH_BYTES);
		if (fnv1a(bytes->data, bytes->n - HASH_BYTES) == hash)
			return 0;
	}
	output_error("--resume: %s is damaged: not what weft wrote", path);
	return WEFT_EXIT_USAGE;
}

/* The whole file, and a zero byte behind it. */
static int read_whole(const char *path, struct weft_buffer *ret)
{
	int err = read_file(path, ret);

	if (err) {
		output_error("--resume: cannot read %s: %s", path,
			     strerror(-err));
		return WEFT_EXIT_USAGE;
	}
	weft_buffer_put_bytes(ret, "", 1);
	ret->n--;
	return 0;
}

static int check_identity(const struct campaign *c, struct weft_reader *from)
{
	const char *path = c->options->resume;
	struct identity identity[IDENTITIES];
	int i, status = 0;

	identify(c, identity);
	for (i = 0; i < IDENTITIES && !status; i++) {
		char *name = weft_reader_get_text(from);
		char *value = weft_reader_get_text(from);

		if (!name || !value || strcmp(name, identity[i].name)) {
			output_error("--resume: %s is damaged: what it belongs to cannot be read",
				     path);
			status = WEFT_EXIT_USAGE;
		} else if (strcmp(value, identity[i].value)) {
			output_error("--resume: %s belongs to another campaign: its %s is %s, here it is %s",
				     path, name, value, identity[i].value);
			status = WEFT_EXIT_USAGE;
		}
		free(name);
		free(value);
	}
	clear_identity(identity);
	return status;
}

/* Reads it and finds where the search begins. */
static int open_resume(const struct campaign *c, struct weft_buffer *bytes,
		       struct weft_reader *ret)
{
	int status = read_whole(c->options->resume, bytes);

	if (!status)
		status = check_frame(c->options->resume, bytes, ret);
	if (!status)
		status = check_identity(c, ret);
	return status;
}

static int check_writable(const char *path)
{
	char *fresh = output_format("%s.new", path);
	struct weft_buffer nothing = { 0 };
	struct stat there;
	int err = write_all(fresh, &nothing);

	if (!err)
		unlink(fresh);
	if (!err && !stat(path, &there) && !S_ISREG(there.st_mode))
		err = S_ISDIR(there.st_mode) ? -EISDIR : -EEXIST;
	free(fresh);
	if (!err)
		return 0;
	output_error("--checkpoint: cannot write %s: %s", path,
		     strerror(-err));
	return WEFT_EXIT_USAGE;
}

int checkpoint_check(const struct campaign *c)
{
	struct weft_buffer bytes = { 0 };
	struct weft_reader from;
	int status = 0;

	if (c->options->resume)
		status = open_resume(c, &bytes, &from);
	weft_buffer_clear(&bytes);
	if (!status && c->options->checkpoint)
		status = check_writable(c->options->checkpoint);
	return status;
}

bool checkpoint_load(struct campaign *c, struct weft_search *search)
{
	struct weft_buffer bytes = { 0 };
	struct weft_reader from;
	bool good = !open_resume(c, &bytes, &from) &&
		    weft_search_load(search, from);

	weft_buffer_clear(&bytes);
	if (!good)
		weft_search_fail(search, "the checkpoint cannot be resumed: its search makes no sense");
	return good;
}
