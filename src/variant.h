/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Variants of an image: the same tree with some files changed.
 *
 * Only the objects that a changed file is part of are compiled; the user's tree is
 * read and never written to. What was built once is kept in a cache folder and found
 * again by its contents: base image, changed files and name.
 *
 *  I1  A variant is used only when its image is whole: it is moved into place last,
 *      and who builds holds a lock on its folder.
 *  I2  A variant of the cache is used only when the changed files it was made of are
 *      byte for byte those that are wanted, and the base image is the same.
 */
#ifndef WEFT_VARIANT_H
#define WEFT_VARIANT_H

#include <stdbool.h>

#include "images.h"
#include "origin.h"

/**
 * struct variant - one that is ready to be used
 * @image:  its tag and path
 * @folder: where it was built; has the file effect.txt
 * @compiled: number of objects that had a changed file in them
 * @reused: it came from the cache
 */
struct variant {
	struct image	image;
	char		*folder;
	size_t		compiled;
	bool		reused;
};

/**
 * variant_make() - an image of a tree with changed files
 * @base:    image to start from
 * @origin:  of @base, from origin_read()
 * @name:    "fix": the tag becomes "6.12+fix"; letters, digits, '.', '_', '-'
 * @changes: folder with changed/PATH for every file that changes or is new, and the
 *           file deleted with the paths of those that go (may be missing)
 * @cache:   folder of all variants; see variant_cache()
 * @jobs:    compilers at a time
 *
 * The tree to read originals from is origin->folder/tree.
 *
 * Return: 0 (@ret to be cleared), or the exit status after an error message.
 */
int variant_make(const struct image *base, const struct origin *origin,
		 const char *name, const char *changes, const char *cache,
		 unsigned int jobs, struct variant *ret);
/*
 * Moves changed/ and deleted, as far as they are there, from @work to the new folder
 * @changes. Return: 0, or the exit status after an error message.
 */
int variant_collect(const char *work, const char *changes);
void variant_clear(struct variant *variant);

/*
 * The folder variants are kept in: @given, else $XDG_CACHE_HOME/weft, else
 * $HOME/.cache/weft; made if it is missing. To be freed; does not return when there
 * is none that can be written to.
 */
char *variant_cache(const char *given);

/*
 * Adds the image of a variant that the cache has to @images, if there is one; of
 * several with that tag the one built last. Makes nothing.
 */
void variant_look_up(const char *given, const char *tag,
		     struct images *images);

#endif
