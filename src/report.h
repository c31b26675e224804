/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reports: what a finished campaign looks like to people and machines.
 *
 * One writer per file; each gets the same read-only struct weft_run and writes
 * to a stream or into run->dir. Writers never print to the terminal by
 * themselves and return 0 or negative errno.
 */
#ifndef WEFT_REPORT_H
#define WEFT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "../framework/explorer.h"
#include "../framework/foretold.h"
#include "../framework/probe.h"
#include "../scenarios/scenario.h"

struct json_t;

struct suppressions;
struct weft_kernel;
struct weft_symbols;

/**
 * struct weft_run - one finished campaign
 * @kernel:    tag, or NULL for model programs
 * @release:   "6.1.192", or NULL
 * @focus:     colon-separated prefixes, or NULL
 * @dir:       reports/<scenario>-<tag> (exists); slashes in names become '-'
 * @schedules: paths of the schedule files, one per finding
 * @firsts:    likewise, of the schedules they were first found with
 * @steps:     likewise, of the files with all their steps
 * @seconds:   wall clock of the campaign, for people only
 * @resumed:   executions that a checkpoint came with, and took no time
 * @probes:    a copy of the probe table
 * @symbols:   for program counters of this image; NULL for model programs
 * @params:    "n=3 m=2", or NULL
 * @faults:    bound on faults of one execution
 * @depth:     limit on the steps of one execution
 * @suppressions: of --suppress, or NULL
 * @skipped:   what the kernel lacks, so that nothing was run; or NULL
 */
struct weft_run {
	const struct weft_scenario	*scenario;
	const char			*kernel;
	const char			*release;
	const char			*focus;
	const char			*params;
	const char			*dir;
	char				**schedules;
	char				**firsts;
	char				**steps;
	double				seconds;
	unsigned long			resumed;
	const struct weft_campaign	*campaign;
	struct weft_result		*result;
	struct weft_probe		*probes;
	size_t				probes_n;
	struct weft_symbols		*symbols;
	const char			*graph;		/* path of the SVG, or NULL */
	const char			*coverage;	/* path of its index, or NULL */
	unsigned long			faults;
	unsigned long			depth;
	size_t				memory_max;
	bool				symmetry;
	uintptr_t			data;		/* of the image, or 0 */
	struct suppressions		*suppressions;
	const char			*skipped;
};

/* All executions, with those spent on findings. */
static inline unsigned long weft_run_executions(const struct weft_result *result)
{
	return weft_result_runs(result) + result->executions_aside;
}

/* Executions per second */
static inline double weft_run_rate(const struct weft_run *run)
{
	unsigned long n = weft_run_executions(run->result);

	return run->seconds > 0 && n > run->resumed ?
	       (double)(n - run->resumed) / run->seconds : 0;
}

/* symbols.c: program counters → function(), file:line, through libdw */
struct weft_frame {
	const char	*function;	/* "vfio_group_fops_open"; never NULL */
	const char	*file;		/* "drivers/vfio/vfio_main.c", or NULL */
	int		line;
	bool		inlined;	/* into the next outer frame */
	bool		shim;		/* kernel-shim/, framework/ or scenarios/run.c: not shown */
};

/**
 * weft_symbols_open() - read the debug information of an image and of weft
 * @kernel: NULL: of the program itself only
 * Return: NULL when there is none (frames then are "??").
 */
struct weft_symbols *weft_symbols_open(const struct weft_kernel *kernel);
void weft_symbols_close(struct weft_symbols *symbols);

/**
 * weft_symbols_resolve() - the frames of one return address, innermost first
 * @ret: room for @max frames; strings live as long as @symbols
 * Return: number of frames, at least 1. Results are cached by address.
 */
unsigned int weft_symbols_resolve(struct weft_symbols *symbols, uintptr_t pc,
				  struct weft_frame *ret, unsigned int max);

/**
 * weft_symbols_data() - the variable of the image that covers an address
 * @ret_offset: of the address in it
 * Return: NULL when there is none.
 */
const char *weft_symbols_data(struct weft_symbols *symbols, uintptr_t addr,
			      size_t *ret_offset);

/**
 * weft_symbols_callee() - the function that a call calls, by its return address
 * Return: NULL when that is not known; lives as long as @symbols.
 */
const char *weft_symbols_callee(struct weft_symbols *symbols, uintptr_t pc);

/* First frame of a stack that is not shim; false when there is none. */
bool weft_symbols_site(struct weft_symbols *symbols,
		       const struct weft_stack *stack, struct weft_frame *ret);

/*
 * place.c: the site of a stack as "f() file.c:12", for signatures; false when
 * it is unknown. And memory by what it belongs to, to be freed.
 */
bool weft_place_name(struct weft_symbols *symbols,
		     const struct weft_stack *stack, char *ret, size_t size);
char *weft_memory_name(const struct weft_run *run, enum weft_place place,
		       int task, size_t offset, size_t bytes);
/* The same, with the member it is, where that is known, and the names of tasks. */
char *weft_object_text(const struct weft_run *run,
		       const struct weft_evidence *evidence,
		       const struct weft_memory *memory);
/* The same, with who asked for it and where. */
char *weft_memory_text(const struct weft_run *run,
		       const struct weft_evidence *evidence,
		       const struct weft_memory *memory);

/*
 * focus.c: --focus as a predicate on stacks. Prefixes are compared with the
 * compile unit's name ("drivers/vfio/vfio_main.c") of the innermost frame that
 * is not shim. Must be fast (called at every decision): sorted address ranges.
 */
struct weft_focus;
struct weft_focus *weft_focus_create(const struct weft_kernel *kernel,
				     const char *prefixes,
				     const char **ret_error);
void weft_focus_destroy(struct weft_focus *focus);
bool weft_focus_contains(void *focus, const struct weft_stack *stack);

/* bounds_text.c: one line, e.g. "≤2 preemptions, 2 tasks, SC, 812 executions" */
void weft_write_bounds(FILE *out, const struct weft_run *run);
/* Its own ones; 0 of a model program, which starts its tasks itself. */
unsigned int weft_scenario_tasks(const struct weft_scenario *scenario);

/*
 * finding_text.c: a finding for people (terminal) or for a reply by mail. Its table
 * is of finding_columns.c, its steps of finding_steps.c.
 */
struct weft_text_style {
	bool	color;
	int	width;		/* columns; at most 75 for mail */
	bool	stacks;		/* full stacks below the table */
	bool	interleaving;	/* every recorded step, not only those that matter */
	size_t	steps_max;	/* of these the last ones; 0: all */
};
int weft_write_finding(FILE *out, const struct weft_run *run, size_t finding,
		       const struct weft_text_style *style);
/* Its steps, a line each, with their places and what they touch. */
int weft_write_finding_steps(FILE *out, const struct weft_run *run,
			     size_t finding);
/* "deadlock of a and b", "memory: use after free": the kind is said once. */
void weft_finding_head(const struct weft_finding *finding, char *ret,
		       size_t size);
/* The interleaving of a replay without a finding. */
int weft_write_interleaving(FILE *out, const struct weft_run *run,
			    const struct weft_evidence *evidence,
			    const struct weft_text_style *style);

/* races.c: where plain accesses race, and so are scheduling points */
void weft_write_races(FILE *out, const struct weft_run *run);
/* cycles.c: cycles of the lock graph, each with its verdict; texts to be freed */
char *weft_cycle_text(const struct weft_run *run,
		      const struct weft_lock_cycle *cycle);
char *weft_cycle_verdict_text(const struct weft_run *run,
			      const struct weft_lock_cycle *cycle);
/*
 * What is predicted: its verdict in words, to be freed, and as members of @object;
 * @finding: number of the finding that shows it, from 1; 0: none
 */
char *weft_judged_text(const struct weft_run *run,
		       enum weft_cycle_verdict verdict, const char *signature,
		       const char *reason, unsigned long directed);
void weft_judged_to_json(struct json_t *object, enum weft_cycle_verdict verdict,
			 size_t finding, const char *reason,
			 unsigned long directed);
size_t weft_finding_number(const struct weft_run *run, const char *signature);
/* { "function": …, "file": …, "line": … } */
struct json_t *weft_site_to_json(const struct weft_run *run,
				 const struct weft_stack *stack);
/* meetings.c: how many data races, and how many both of whose sides met */
void weft_write_meetings(FILE *out, const struct weft_result *result);
struct json_t *weft_meetings_to_json(const struct weft_result *result);
/* foretold.c: uses after free and data races that were foretold, each with its verdict */
void weft_write_foretold(FILE *out, const struct weft_run *run);
struct json_t *weft_foretold_to_json(const struct weft_run *run);
void weft_write_cycles(FILE *out, const struct weft_run *run, bool edges);
struct json_t *weft_cycles_to_json(const struct weft_run *run);
struct json_t *weft_races_to_json(const struct weft_run *run);
/*
 * reads_from.c: {"pairs": [[where written, where read]], "lost"}; null where plain
 * accesses are not followed (model programs without them)
 */
struct json_t *weft_reads_from_to_json(const struct weft_run *run);
/*
 * finding_why.c: the links of a causality chain in words
 *
 * weft_why_text() - "open took &group->group_lock"; the second end of a link
 *                   says "it" where it is the same thing
 * weft_why_object() - "&group->group_lock", "balance = 20"
 * weft_why_stack() - where, or NULL
 * weft_why_fault() - "open: kmalloc(64) = NULL ← injected failure in f() f.c:1"
 *
 * finding_causes.c:
 * weft_why_rank()  - first what both sides do to named memory, last orders of locks
 * weft_why_then()  - "remove then read kernfs_node(remove).active, which create had
 *                    written": what came to the second of two holders of a lock;
 *                    false where it is not known
 */
void weft_why_rank(struct weft_symbols *symbols, struct weft_finding *finding);
bool weft_why_then(const struct weft_finding *finding,
		   const struct weft_cause *cause, char *ret, size_t size);
void weft_why_text(const struct weft_finding *finding,
		   const struct weft_cause *cause, bool after, char *ret,
		   size_t size);
const char *weft_why_task(const struct weft_finding *finding,
			  const struct weft_cause_end *end);
void weft_why_object(const struct weft_finding *finding,
		     const struct weft_cause_end *end, char *ret, size_t size);
void weft_why_fault(const struct weft_run *run,
		    const struct weft_finding *finding,
		    const struct weft_step *step, char *ret, size_t size);
const struct weft_stack *weft_why_stack(const struct weft_finding *finding,
					const struct weft_cause_end *end);

/* lockgraph_json.c: the lock graph with names and places, no addresses */
struct json_t *weft_lock_graph_to_json(const struct weft_run *run, bool full);

/* coverage.c: gcda files of everything executed since the image was loaded,
 * gcovr HTML below run->dir/coverage/ (when gcovr is present). *ret_path is the
 * path of its start page; what the program that failed said; or NULL. */
int weft_write_coverage(const struct weft_run *run, struct weft_exec *x,
			const struct weft_kernel *kernel, char **ret_path);

/* json.c: one campaign object as in cli.md */
struct json_t *weft_run_to_json(const struct weft_run *run);

/* html.c: out_dir/index.html from the run.json files found below out_dir */
int weft_write_index(const char *out_dir);

#endif
