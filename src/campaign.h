/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One campaign: a scenario on a kernel image, from loading to reports.
 *
 * One image is loaded at a time, and stays loaded until the reports are
 * written: coverage counters and program counters live in it.
 */
#ifndef WEFT_SRC_CAMPAIGN_H
#define WEFT_SRC_CAMPAIGN_H

#include "../framework/explorer.h"
#include "../kernel-shim/kernel.h"
#include "../scenarios/run.h"
#include "images.h"
#include "options.h"
#include "progress.h"
#include "report.h"

/* What to write when it has ended. */
enum campaign_reports {
	REPORT_SCHEDULES	= 1 << 0,	/* and the findings as text */
	REPORT_GRAPH		= 1 << 1,
	REPORT_COVERAGE		= 1 << 2,
	REPORT_RUN		= 1 << 3,	/* run.json */
};

/**
 * struct campaign - see file comment
 * @name:    "open-vs-kvm-release 6.1"
 * @run:     what report writers get; valid after campaign_explore()
 * @params:  "n=3 m=2", or NULL
 * @enough:  asked after each execution: has it shown what was looked for? The
 *           caller sets it behind campaign_open(), with @enough_arg; may be NULL
 */
struct campaign {
	const struct options		*options;
	const struct weft_scenario	*scenario;
	struct weft_kernel		kernel;
	bool				has_kernel;
	struct weft_scenario_run	program;
	struct weft_exec		*x;
	struct weft_focus		*focus;
	struct weft_campaign		plan;
	struct weft_result		result;
	struct weft_run			run;
	struct progress			progress;
	struct rules_types		*types;		/* campaign_types() */
	char				*name;
	char				*params;
	char				*focus_text;
	char				*dir;
	char				*graph;
	char				*coverage;
	bool				(*enough)(struct campaign *c,
					const struct weft_result *so_far);
	void				*enough_arg;
};

/**
 * campaign_open() - load the image and prepare an execution
 * @image: NULL for model programs
 * @log:   gets lines of the kernel log; may be NULL
 *
 * Return: 0, or the exit status after an error message. To be closed in any
 * case.
 */
int campaign_open(struct campaign *c, const struct options *options,
		  const struct weft_scenario *scenario,
		  const struct image *image,
		  void (*log)(int task, const char *line));
void campaign_close(struct campaign *c);

/* Explores, with progress; fills in @c->result and @c->run. */
void campaign_explore(struct campaign *c);

/* For names of places before the campaign is over. */
struct weft_symbols *campaign_symbols(struct campaign *c);

/* For names of members; NULL where there is no debug information. */
struct rules_types *campaign_types(struct campaign *c);

/* Fills in @c->run from what is known; @seconds of wall clock. */
void campaign_describe(struct campaign *c, double seconds);

/**
 * campaign_report() - write what is wanted of enum campaign_reports
 *
 * With REPORT_RUN also a lock graph and coverage that the folder has of an earlier run.
 *
 * Return: 0, or the exit status after an error message.
 */
int campaign_report(struct campaign *c, unsigned int wanted);

/* Says in a schedule what it belongs to. */
void campaign_name_schedule(const struct campaign *c,
			    struct weft_schedule *schedule);

/* "reports/open-vs-kvm-release-6.1", to be freed. @tag may be NULL. */
char *campaign_directory(const char *out, const char *scenario,
			 const char *tag);

#endif
