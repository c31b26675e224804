/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The first screen of a finding's page: who does what, where, and why; from its
 * story (story.h). Needs no script.
 */
#ifndef WEFT_HTML_STORY_H
#define WEFT_HTML_STORY_H

#include <stdio.h>

struct json_t;

/**
 * struct page - what the parts of the page are made from
 * @story: or NULL: of an older Weft
 * @row:   id of its row in the overview
 */
struct page {
	FILE		*out;
	struct json_t	*campaign, *finding;
	struct json_t	*story;
	const char	*row;
};

/* What the scenario does, and whom its own drivers stand for. */
void html_write_scene(const struct page *page);
/* Who waits for whom; both sides of a race; where it was noticed; what failed. */
void html_write_cards(const struct page *page);
/* The place of a stack's number, with its line of source */
void html_write_site(const struct page *page, struct json_t *stack);
/* "in f() file.c:12", with the line of source where it is at hand */
void html_write_place(const struct page *page, const char *function,
		      const char *file, long line);
/* An invariant's check; NULL, too, where the page does not know where that is */
struct json_t *html_check_of(const struct page *page);
/* html_calls.c: the system calls of a task, with what they took away */
void html_write_calls(const struct page *page, struct json_t *task);
/* html_why.c: the causality chain */
void html_write_why(const struct page *page);
/* "open", of a task's number in the story; "" where there is none */
const char *html_task_name(const struct page *page, struct json_t *number);
/* " t1", a class: each task has a tint, locks have strong colours */
void html_write_tint(const struct page *page, struct json_t *number);

#endif
