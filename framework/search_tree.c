/* SPDX-License-Identifier: GPL-2.0-only */
/* The tree of units; contract in search_internal.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "search_internal.h"

/* Far more than any search is split, few enough for the stack. */
#define DEPTH_MAX 20000

static void clear_letters(struct letters *letters)
{
	size_t i;

	for (i = 0; i < letters->n; i++)
		weft_buffer_clear(&letters->at[i]);
	free(letters->at);
	memset(letters, 0, sizeof(*letters));
}

static struct weft_buffer *add_letter(struct letters *letters)
{
	letters->at = realloc(letters->at, (letters->n + 1) *
			      sizeof(*letters->at));
	assert(letters->at && "out of memory for mail");
	memset(&letters->at[letters->n], 0, sizeof(*letters->at));
	return &letters->at[letters->n++];
}

void search__send(struct letters *letters, struct weft_reader letter)
{
	weft_buffer_put_bytes(add_letter(letters), letter.at,
			      (size_t)(letter.end - letter.at));
}

/* Moves all letters behind those that are there. */
static void move_letters(struct letters *to, struct letters *from)
{
	size_t i;

	for (i = 0; i < from->n; i++)
		*add_letter(to) = from->at[i];
	free(from->at);
	memset(from, 0, sizeof(*from));
}

struct unit *search__new_unit(struct weft_search *search, struct unit *up)
{
	struct unit *unit = calloc(1, sizeof(*unit));
	struct unit **at;

	assert(unit && "out of memory for the search");
	unit->number = ++search->numbers;
	unit->up = up;
	if (!up)
		return unit;
	for (at = &up->list; *at; at = &(*at)->next)
		;
	*at = unit;
	return unit;
}

void search__drop_list(struct weft_search *search, struct unit *unit)
{
	while (unit->list) {
		struct unit *first = unit->list;

		unit->list = first->next;
		search__free_unit(search, first);
	}
}

/* All that it is about, and what was found below it. */
static void empty_unit(struct weft_search *search, struct unit *unit)
{
	search__drop_list(search, unit);
	if (unit->state == UNIT_ANSWERED)
		search->ahead--;
	weft_buffer_clear(&unit->bytes);
	weft_buffer_clear(&unit->change);
	clear_letters(&unit->outbox);
}

void search__free_unit(struct weft_search *search, struct unit *unit)
{
	if (!unit)
		return;
	empty_unit(search, unit);
	clear_letters(&unit->inbox);
	free(unit);
}

struct unit *search__find(struct unit *unit, uint64_t number)
{
	struct unit *found = NULL;

	if (!unit || unit->number == number)
		return unit;
	for (unit = unit->list; unit && !found; unit = unit->next)
		found = search__find(unit, number);
	return found;
}

static const struct unit *rest_of(const struct unit *unit)
{
	const struct unit *at = unit->list;

	while (at && !at->is_rest)
		at = at->next;
	return at;
}

static bool is_exhausted(const struct unit *unit)
{
	while (unit->state >= UNIT_ANSWERED && unit->end != UNIT_DONE)
		unit = rest_of(unit);
	return unit->state >= UNIT_ANSWERED;
}

/* T6 */
static bool is_ahead(const struct unit *unit)
{
	return unit->state == UNIT_ANSWERED && unit->end == UNIT_LENT;
}

/* T6: the piece where the unit ended; NULL: there is none. */
static const struct unit *awaited_by(const struct unit *unit)
{
	const struct unit *rest = unit->list, *at;
	unsigned int passed = 0;

	while (rest && rest->is_rest) {
		for (at = rest->next; at && passed; at = at->next)
			passed--;
		if (at)
			return at;
		/* It was lent by one whose rest the unit is. */
		rest = unit;
		unit = unit->up;
		passed += unit && is_ahead(unit);
	}
	return NULL;
}

/* T3, T6: the rest of a unit; @before: are all pieces before it exhausted? */
static bool is_ready(const struct unit *unit, bool before)
{
	const struct unit *lent;

	if (!is_ahead(unit))
		return before && (unit->end == UNIT_BUDGET ||
				  unit->state == UNIT_COMMITTED);
	lent = awaited_by(unit);
	return lent && (lent->given_back || is_exhausted(lent));
}

struct unit *search__ready(struct unit *unit)
{
	bool before = true;
	struct unit *at;

	if (!unit || unit->given_back)
		return NULL;
	if (unit->state == UNIT_WAITING)
		return unit;
	for (at = unit->list; at; at = at->next) {
		bool waits = at->is_rest && at->state == UNIT_WAITING;
		struct unit *ready = waits && !is_ready(unit, before) ? NULL :
				     search__ready(at);

		if (ready)
			return ready;
		before = before && is_exhausted(at);
	}
	return NULL;
}

struct unit *search__first(struct unit *root)
{
	while (root && root->state == UNIT_COMMITTED)
		root = root->list;
	return root;
}

static bool is_only_rest(const struct unit *list)
{
	return list->is_rest && !list->next;
}

/* Makes the rest what its unit was. */
static void inherit(struct unit *unit, struct unit *rest)
{
	rest->up = unit->up;
	rest->is_rest = unit->is_rest;
	rest->letters += unit->outbox.n;
	move_letters(&unit->outbox, &rest->outbox);
	rest->outbox = unit->outbox;
	memset(&unit->outbox, 0, sizeof(unit->outbox));
	unit->list = NULL;
}

/* Puts the rest in the place of a unit whose pieces are all gone. */
static void replace_by_rest(struct weft_search *search, struct unit *unit)
{
	struct unit *rest = unit->list, **at = &search->root;

	assert(rest->is_rest && !rest->next);
	if (unit->up)
		for (at = &unit->up->list; *at != unit; at = &(*at)->next)
			;
	*at = rest;
	rest->next = unit->next;
	inherit(unit, rest);
	search__free_unit(search, unit);
}

/* An exhausted piece goes, and leaves its mail to the rest. */
static void remove_piece(struct weft_search *search, struct unit *unit)
{
	struct unit *up = unit->up;

	assert(up->list == unit && unit->next);
	up->list = unit->next;
	move_letters(&((struct unit *)rest_of(up))->inbox, &unit->outbox);
	search__free_unit(search, unit);
	if (is_only_rest(up->list))
		replace_by_rest(search, up);
}

/* T5: it is the turn of the piece, and the rest behind it explores it. */
static void take_back(struct weft_search *search, struct unit *piece)
{
	struct unit *up = piece->up, *rest = piece->next;

	assert(up->list == piece && rest->is_rest);
	rest->takes_back = true;
	up->list = rest;
	search__free_unit(search, piece);
	if (is_only_rest(up->list))
		replace_by_rest(search, up);
}

/* T4, in the list of a unit, which begins with its rest. */
static void let_first(struct weft_search *search, struct unit *unit)
{
	struct unit *rest = unit->list, *lent = rest->next;

	unit->list = lent;
	rest->next = lent->next;
	lent->next = rest;
	if (lent->given_back)
		take_back(search, lent);
}

/* T4 */
static bool put_behind_lent(struct weft_search *search, struct unit *unit)
{
	struct unit *up = unit->up, *rest = unit->list, *lent = unit->next;

	/* It was lent by this very unit. */
	if (rest->next) {
		if (!rest->is_rest || rest->next->is_rest)
			return false;
		let_first(search, unit);
		return true;
	}
	if (!up || !lent || !unit->is_rest || lent->is_rest ||
	    up->list != unit)
		return false;
	up->list = rest;
	rest->next = lent;
	inherit(unit, rest);
	search__free_unit(search, unit);
	let_first(search, up);
	return true;
}

/* Executions of a piece that is waited for: more of them are not thrown away. */
#define GIVEN_BACK_MAX	1024

static unsigned long executions_of(const struct unit *unit)
{
	unsigned long n = unit->state >= UNIT_ANSWERED ? unit->executions : 0;

	for (unit = unit->list; unit; unit = unit->next)
		n += executions_of(unit);
	return n;
}

/* Has its turn come? Then the rest is behind it. */
static bool is_awaited(const struct unit *piece)
{
	return piece->up->list == piece && piece->next && piece->next->is_rest;
}

struct unit *search__lent(struct unit *unit)
{
	while (unit->up && unit->is_rest)
		unit = unit->up;
	/* What is committed has been added to the result. */
	if (!unit->up || unit->state == UNIT_COMMITTED || unit->letters)
		return NULL;
	return !is_awaited(unit) || executions_of(unit) <= GIVEN_BACK_MAX ?
	       unit : NULL;
}

void search__give_back(struct weft_search *search, struct unit *piece)
{
	empty_unit(search, piece);
	piece->state = UNIT_WAITING;
	piece->executions = 0;
	piece->given_back = true;
	if (is_awaited(piece))
		take_back(search, piece);
}

/* It never came to what was lent: the pieces lead nowhere. */
static void drop_lent(struct weft_search *search, struct unit *unit)
{
	while (unit->next) {
		struct unit *lent = unit->next;

		unit->next = lent->next;
		search__free_unit(search, lent);
	}
	replace_by_rest(search, unit->up);
}

bool search__settle(struct weft_search *search, struct unit *unit)
{
	assert(unit->state == UNIT_COMMITTED);
	if (unit->end == UNIT_LENT)
		return put_behind_lent(search, unit);
	if (unit->list) {
		if (is_only_rest(unit->list))
			replace_by_rest(search, unit);
	} else if (unit->is_rest && unit->next) {
		drop_lent(search, unit);
		return search__settle(search, unit);
	} else if (unit->up) {
		remove_piece(search, unit);
	} else {
		search__free_unit(search, unit);
		search->root = NULL;
	}
	return true;
}

static void put_letters(const struct letters *letters, struct weft_buffer *to)
{
	size_t i;

	for (i = 0; i < letters->n; i++) {
		weft_buffer_put(to, 1);
		weft_buffer_put_blob(to, &letters->at[i]);
	}
}

/* What a unit and all that its rest became have sent. */
static void put_outbox(const struct unit *unit, struct weft_buffer *to)
{
	for (; unit; unit = rest_of(unit))
		put_letters(&unit->outbox, to);
}

void search__put_inbox(const struct unit *unit, struct weft_buffer *to)
{
	const struct unit *at = unit->is_rest ? unit->up->list : unit;
	bool is_early = unit->is_rest && is_ahead(unit->up);

	put_letters(&unit->inbox, to);
	if (is_early)
		put_outbox(awaited_by(unit->up), to);
	for (; at != unit; at = at->next)
		put_outbox(at, to);
	weft_buffer_put(to, 0);
}

bool search__takes_back(const struct unit *unit)
{
	const struct unit *lent = unit->is_rest && is_ahead(unit->up) ?
				  awaited_by(unit->up) : NULL;

	return unit->takes_back || (lent && lent->given_back);
}

static bool get_letters(struct letters *letters, struct weft_reader *from)
{
	while (weft_reader_get_most(from, 1))
		weft_reader_copy_blob(from, add_letter(letters));
	return !from->bad;
}

static void save_unit(const struct unit *unit, struct weft_buffer *to)
{
	bool answered = unit->state >= UNIT_ANSWERED;
	const struct unit *at;

	weft_buffer_put(to, unit->whole);
	weft_buffer_put(to, unit->is_rest);
	weft_buffer_put(to, unit->given_back);
	weft_buffer_put(to, unit->takes_back);
	weft_buffer_put(to, answered ? unit->state : UNIT_WAITING);
	weft_buffer_put(to, unit->end);
	weft_buffer_put(to, unit->executions);
	weft_buffer_put(to, unit->budget);
	weft_buffer_put(to, unit->letters);
	weft_buffer_put_blob(to, &unit->bytes);
	weft_buffer_put_blob(to, &unit->change);
	put_letters(&unit->inbox, to);
	weft_buffer_put(to, 0);
	put_letters(&unit->outbox, to);
	weft_buffer_put(to, 0);
	/* What a unit lends that did not end is forgotten. */
	for (at = answered ? unit->list : NULL; at; at = at->next) {
		weft_buffer_put(to, 1);
		save_unit(at, to);
	}
	weft_buffer_put(to, 0);
}

void search__save_tree(const struct weft_search *search,
		       struct weft_buffer *to)
{
	weft_buffer_put(to, search->root != NULL);
	if (search->root)
		save_unit(search->root, to);
}

/* T2, and that what was not yet answered has nothing below it and no answer. */
static bool is_sound(const struct unit *unit)
{
	const struct unit *rest = rest_of(unit);
	bool stopped = unit->state >= UNIT_ANSWERED && unit->end != UNIT_DONE;

	if (unit->change.n && unit->state != UNIT_ANSWERED)
		return false;
	/* T5 */
	if (unit->given_back && (unit->state != UNIT_WAITING || !unit->up ||
				 unit->is_rest || !rest_of(unit->up)))
		return false;
	return stopped ? rest && !(unit->state == UNIT_COMMITTED &&
				   is_only_rest(unit->list)) :
			 !unit->list && unit->state != UNIT_COMMITTED;
}

static bool load_unit(struct weft_search *search, struct unit *unit,
		      struct weft_reader *from, unsigned int depth)
{
	unit->whole = weft_reader_get_most(from, 1);
	unit->is_rest = weft_reader_get_most(from, 1);
	unit->given_back = weft_reader_get_most(from, 1);
	unit->takes_back = weft_reader_get_most(from, 1);
	unit->state = (enum unit_state)weft_reader_get_most(from,
							    UNIT_COMMITTED);
	unit->end = (enum unit_end)weft_reader_get_most(from, UNIT_ENDS - 1);
	unit->executions = weft_reader_get(from);
	unit->budget = weft_reader_get(from);
	unit->letters = (size_t)weft_reader_get(from);
	weft_reader_copy_blob(from, &unit->bytes);
	weft_reader_copy_blob(from, &unit->change);
	if (unit->state == UNIT_ANSWERED)
		search->ahead++;
	if (!get_letters(&unit->inbox, from) ||
	    !get_letters(&unit->outbox, from) ||
	    unit->state == UNIT_RUNNING || depth == DEPTH_MAX ||
	    (unit->is_rest && !unit->up))
		return false;
	while (weft_reader_get_most(from, 1))
		if (!load_unit(search, search__new_unit(search, unit), from,
			       depth + 1))
			return false;
	return !from->bad && is_sound(unit);
}

bool search__load_tree(struct weft_search *search, struct weft_reader *from)
{
	search__free_unit(search, search->root);
	search->root = NULL;
	if (!weft_reader_get_most(from, 1))
		return !from->bad;
	search->root = search__new_unit(search, NULL);
	return load_unit(search, search->root, from, 0);
}
