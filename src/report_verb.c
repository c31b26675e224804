/* SPDX-License-Identifier: GPL-2.0-only */
/* weft report: rebuild the index from the run directories that are there. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "output.h"
#include "report.h"
#include "coverage.h"
#include "verbs.h"

/**
 * verb_report() - weft report
 */
int verb_report(const struct options *options)
{
	struct stat st;
	int err;

	if (options->arguments.n)
		output_usage_error("report takes no argument; name the directory with --out");
	if (stat(options->out, &st) || !S_ISDIR(st.st_mode))
		output_usage_error("--out: no directory %s; 'weft explore' makes it",
				   options->out);
	if (coverage_merge(options->out, NULL))
		output_error("--out: gcovr failed in %s: the coverage of all scenarios is not up to date",
			     options->out);
	err = weft_write_index(options->out);
	if (err) {
		output_error("--out: cannot write %s/index.html: %s",
			     options->out, strerror(-err));
		return WEFT_VERDICT_INTERNAL;
	}
	printf("%s/index.html\n", options->out);
	return 0;
}
