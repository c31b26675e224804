/* SPDX-License-Identifier: GPL-2.0-only */
/* The verbs: one file each. All return the exit status. */
#ifndef WEFT_VERBS_H
#define WEFT_VERBS_H

#include "options.h"

int verb_list(const struct options *options);
int verb_explore(const struct options *options);
int verb_check(const struct options *options);
int verb_replay(const struct options *options);
int verb_graph(const struct options *options);
int verb_coverage(const struct options *options);
int verb_compare(const struct options *options);
int verb_report(const struct options *options);

#endif
