/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Schedules: which task ran for how many steps, and what was chosen.
 *
 * Text form, made to be read and edited:
 *
 *	weft-schedule 1
 *	scenario open-vs-kvm-release
 *	kernel 6.1
 *	image 0123456789abcdef
 *	run 1x12 2x40 1x3
 *	choose 1 0
 *	faults 1
 *	racy 2a40f8
 *
 * "run", "choose" and "racy" may be repeated; '#' starts a comment. "racy" names
 * memory (hexadecimal offsets in the watched region) of which plain accesses
 * count as steps. After the last run
 * the execution goes on by itself: the running task as long as it can, then
 * the one with the lowest number.
 */
#ifndef WEFT_SCHEDULE_H
#define WEFT_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

#define WEFT_SCHEDULE_FORMAT 1

struct weft_schedule_run {
	uint32_t task;
	uint32_t steps;
};

/**
 * struct weft_schedule - see file comment
 * @scenario, @kernel: what it belongs to; NULL when not known yet
 * @image: hash of the image it was recorded on; 0 none
 * @params: "KEY=VALUE KEY=VALUE", or NULL
 * @faults: bound on faults it was recorded with; the choices depend on it
 * @racy: granules of which plain accesses are steps, see exec_plain.c
 */
struct weft_schedule {
	char				*scenario;
	char				*kernel;
	char				*params;
	uint64_t			image;
	unsigned long			faults;
	struct weft_schedule_run	*runs;
	size_t				runs_n, runs_max;
	unsigned int			*choices;
	size_t				choices_n, choices_max;
	uint64_t			*racy;
	size_t				racy_n;
};

void weft_schedule_clear(struct weft_schedule *schedule);
int weft_schedule_copy(struct weft_schedule *to,
		       const struct weft_schedule *from);
/* Steps of its first @runs runs. */
unsigned long weft_schedule_steps(const struct weft_schedule *schedule,
				  size_t runs);

/* Appends @steps steps of @task, joined with the last run where possible. */
int weft_schedule_add(struct weft_schedule *schedule, uint32_t task,
		      uint32_t steps);
int weft_schedule_add_choice(struct weft_schedule *schedule,
			     unsigned int choice);

/* Leaves its first @steps steps, and @choices of its choices. */
void weft_schedule_cut(struct weft_schedule *schedule, unsigned long steps,
		       size_t choices);

int weft_schedule_set_racy(struct weft_schedule *schedule, const uint64_t *racy,
			   size_t n);

/**
 * weft_schedule_encode() - the text form
 *
 * Return: allocated text, to be freed by the caller; NULL without memory.
 */
char *weft_schedule_encode(const struct weft_schedule *schedule);

/**
 * weft_schedule_decode() - parse the text form
 * @text:      not necessarily from us; anything may be in it
 * @ret_error: on error, one line that names the line number; static storage
 *
 * Return: 0, -EINVAL (with *ret_error), or -ENOMEM. @schedule is filled only
 * on success.
 */
int weft_schedule_decode(const char *text, struct weft_schedule *schedule,
			 const char **ret_error);

#endif
