/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the kernel images are: $WEFT_IMAGES, else images/ next to the program,
 * else the installed directory. In each, kernel-TAG.so or any/kernel-TAG.so.
 */
#ifndef WEFT_IMAGES_H
#define WEFT_IMAGES_H

#include <stddef.h>

struct image {
	char	*tag;
	char	*path;
};

/**
 * struct images - the images found, by version
 * @where: directories looked into, for messages
 */
struct images {
	struct image	*at;
	size_t		n;
	char		*where;
};

void images_find(struct images *ret);
void images_add(struct images *images, const char *path);
void images_clear(struct images *images);
const struct image *images_by_tag(const struct images *images,
				  const char *tag);
/* "6.1, 6.12", to be freed; NULL when there is none. */
char *images_names(const struct images *images);

#endif
