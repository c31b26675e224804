/* SPDX-License-Identifier: GPL-2.0-only */
/* What an image was built from: kernel-TAG.build, which image.mk writes next to it. */
#ifndef WEFT_ORIGIN_H
#define WEFT_ORIGIN_H

#include "images.h"

/**
 * struct origin - see file comment
 * @source:     of weft, with kernel-shim/
 * @folder:     where it was built, with obj/ and tree/
 * @kernel:     the directory or tarball that was configured
 * @base:       the folder of the image this one is a variant of; or ""
 * @compiler, @nm, @instrument, @coverage: as image.mk was called
 */
struct origin {
	char	*source;
	char	*folder;
	char	*kernel;
	char	*base;
	char	*compiler;
	char	*nm;
	char	*instrument;
	char	*coverage;
};

/**
 * origin_read() - read it, and make sure that the image can be built on
 *
 * Return: 0 (@ret to be cleared), or the exit status after an error message that
 * says what to do.
 */
int origin_read(const struct image *image, struct origin *ret);
void origin_clear(struct origin *origin);

#endif
