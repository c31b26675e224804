/* SPDX-License-Identifier: GPL-2.0-only */
/* The version of Weft: from configure, or of the source when built without. */
#ifndef WEFT_VERSION_H
#define WEFT_VERSION_H

#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#ifdef PACKAGE_VERSION
#define WEFT_VERSION PACKAGE_VERSION
#else
#define WEFT_VERSION "0.1.0"
#endif

#endif
