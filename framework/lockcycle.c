/* SPDX-License-Identifier: GPL-2.0-only */
/* Cycles of the lock graph and chains of dependencies; contract in lockcycle.h. */
#include <string.h>

#include "lockcycle.h"

#define STEPS_MAX 1000000ul

const char *weft_cycle_verdict_name(enum weft_cycle_verdict verdict)
{
	static const char *const names[] = {
		[WEFT_CYCLE_FEASIBLE] = "feasible",
		[WEFT_CYCLE_INFEASIBLE] = "infeasible",
		[WEFT_CYCLE_UNKNOWN] = "unknown",
	};

	return names[verdict];
}

/* ---- cycles of the graph ---- */

struct walk {
	const struct weft_lockgraph	*graph;
	struct weft_lock_cycle		*cycles;
	size_t				n;
	bool				more;
	struct weft_lock_cycle		path;
	unsigned long			steps;
};

static bool is_on_path(const struct walk *w, uint32_t node)
{
	unsigned int i;

	for (i = 0; i < w->path.n; i++)
		if (w->path.nodes[i] == node)
			return true;
	return false;
}

/* Edges of other modes between the same nodes make no other cycle. */
static bool is_first_between(const struct weft_lockgraph *graph, size_t edge)
{
	const struct weft_lock_edge *e = &graph->edges[edge];

	while (edge--) {
		const struct weft_lock_edge *before = &graph->edges[edge];

		if (before->from != e->from || before->to != e->to)
			break;
		if (before->in_cycle)
			return false;
	}
	return true;
}

static void extend(struct walk *w, uint32_t node)
{
	size_t i;

	for (i = 0; i < w->graph->edges_n; i++) {
		const struct weft_lock_edge *edge = &w->graph->edges[i];

		if (edge->from != node || !edge->in_cycle ||
		    edge->to < w->path.nodes[0] ||
		    !is_first_between(w->graph, i))
			continue;
		if (w->n == WEFT_CYCLES_MAX || ++w->steps > STEPS_MAX) {
			w->more = true;
			return;
		}
		w->path.edges[w->path.n - 1] = (uint32_t)i;
		if (edge->to == w->path.nodes[0]) {
			w->cycles[w->n++] = w->path;
			continue;
		}
		if (is_on_path(w, edge->to))
			continue;
		if (w->path.n == WEFT_CYCLE_MAX) {
			w->more = true;
			continue;
		}
		w->path.nodes[w->path.n++] = edge->to;
		extend(w, edge->to);
		w->path.n--;
	}
}

size_t weft_lockgraph_cycles(const struct weft_lockgraph *graph,
			     struct weft_lock_cycle *ret, bool *ret_more)
{
	struct walk w = { .graph = graph, .cycles = ret };
	uint32_t node;

	for (node = 0; node < graph->nodes_n; node++) {
		memset(&w.path, 0, sizeof(w.path));
		w.path.nodes[0] = node;
		w.path.n = 1;
		extend(&w, node);
	}
	*ret_more = w.more;
	return w.n;
}

/* ---- chains of dependencies ---- */

static const struct weft_lock_dep *dep_at(const struct weft_chains *c,
					  unsigned int depth)
{
	return &c->deps->deps[c->at[depth]];
}

/* The one of @dep's locks that is @use, or NULL. */
static const struct weft_lock_use *find_held(const struct weft_lock_dep *dep,
					     const struct weft_lock_use *use)
{
	unsigned int i;

	for (i = 0; i < dep->held_n; i++)
		if (dep->held[i].lock == use->lock)
			return &dep->held[i];
	return NULL;
}

bool weft_dep_both_read(const struct weft_lock_dep *a,
			const struct weft_lock_dep *b)
{
	const struct weft_lock_use *held = find_held(b, &a->wanted);

	return held && held->shared && a->wanted.shared;
}

bool weft_dep_is_behind(const struct weft_lock_dep *reader,
			const struct weft_lock_dep *writer)
{
	return reader->wanted.lock == writer->wanted.lock &&
	       reader->wanted.shared && !writer->wanted.shared &&
	       !reader->wanted.annotation && !writer->wanted.annotation &&
	       !find_held(writer, &writer->wanted);
}

/* Does @a have to wait for what @b holds, or is in line for? */
static bool waits_for(const struct weft_chains *c,
		      const struct weft_lock_dep *a,
		      const struct weft_lock_dep *b)
{
	const struct weft_lock_use *held = find_held(b, &a->wanted);

	if (held)
		return !held->annotation && !a->wanted.annotation &&
		       (c->readers_wait || !weft_dep_both_read(a, b));
	return weft_dep_is_behind(a, b);
}

/* A lock that keeps the two from being where they are at the same time. */
static void find_gate(const struct weft_lock_dep *a,
		      const struct weft_lock_dep *b, uint32_t *ret_class)
{
	unsigned int i;

	for (i = 0; i < a->held_n; i++) {
		const struct weft_lock_use *other = find_held(b, &a->held[i]);

		if (other && !(other->shared && a->held[i].shared) &&
		    !other->annotation)
			*ret_class = other->class;
	}
}

static bool is_of_cycle(const struct weft_chains *c, uint32_t class)
{
	unsigned int i;

	for (i = 0; i < c->classes_n; i++)
		if (c->classes[i] == class)
			return true;
	return !c->classes_n;
}

static bool holds_class(const struct weft_lock_dep *dep, uint32_t class)
{
	unsigned int i;

	for (i = 0; i < dep->held_n; i++)
		if (dep->held[i].class == class)
			return true;
	return false;
}

/* C2: from what the one before wants, along the cycle, to what it wants. */
static bool covers(const struct weft_chains *c, const struct weft_lock_dep *dep,
		   uint32_t from, unsigned int *covered)
{
	unsigned int i, n = c->classes_n;

	for (i = 0; i < n && c->classes[i] != from; i++)
		;
	if (i == n)
		return false;
	while (c->classes[i] != dep->wanted.class || !*covered) {
		if (!holds_class(dep, c->classes[i]))
			return false;
		i = (i + 1) % n;
		if (++*covered > n)
			return false;
		if (c->classes[i] == dep->wanted.class)
			return true;
	}
	return true;
}

/* The one in front of link @i. */
static unsigned int before(const struct weft_chains *c, unsigned int i)
{
	return (i + c->depth - 1) % c->depth;
}

/* Is link @i a writer in line, whom the one in front waits behind? */
static bool is_in_line(const struct weft_chains *c, unsigned int i)
{
	return weft_dep_is_behind(dep_at(c, before(c, i)), dep_at(c, i));
}

static bool makes_cycle(const struct weft_chains *c)
{
	unsigned int i, sum = 0;

	for (i = 0; i < c->depth && c->classes_n; i++) {
		unsigned int from = before(c, i), covered = 0;

		if (is_in_line(c, i))
			continue;
		if (is_in_line(c, from))
			from = before(c, from);
		if (!covers(c, dep_at(c, i), dep_at(c, from)->wanted.class,
			    &covered))
			return false;
		sum += covered;
	}
	return !c->classes_n || !(sum % c->classes_n);
}

/* C3: each writer in line waits for a reader, the first one if that is one. */
static bool lines_fit(const struct weft_chains *c)
{
	unsigned int i;

	for (i = 0; i < c->depth; i++) {
		const struct weft_lock_dep *reader = dep_at(c, before(c, i));
		const struct weft_lock_dep *next =
			dep_at(c, (i + 1) % c->depth);

		if (!is_in_line(c, i))
			continue;
		if (!weft_dep_both_read(reader, next) ||
		    (next != reader && find_held(reader, &reader->wanted)))
			return false;
	}
	return true;
}

/* May it be the link at @depth, behind those before it? */
static bool fits(const struct weft_chains *c, unsigned int depth,
		 uint32_t *ret_gate)
{
	const struct weft_lock_dep *dep = dep_at(c, depth);
	unsigned int i;

	*ret_gate = UINT32_MAX;
	/* In line one may be for another subclass. */
	if (dep->wanted.annotation ||
	    (dep->held_n && !is_of_cycle(c, dep->wanted.class)))
		return false;
	if (!depth)
		return true;
	/* Each chain once: it begins with its lowest task. */
	if (dep->task <= dep_at(c, 0)->task ||
	    !waits_for(c, dep_at(c, depth - 1), dep))
		return false;
	for (i = 0; i < depth; i++)
		if (dep_at(c, i)->task == dep->task)
			return false;
	for (i = 0; i < depth; i++)
		find_gate(dep_at(c, i), dep, ret_gate);
	return true;
}

void weft_chains_begin(struct weft_chains *chains,
		       const struct weft_lockdeps *deps,
		       const uint32_t *classes, unsigned int classes_n)
{
	memset(chains, 0, sizeof(*chains));
	chains->deps = deps;
	chains->classes = classes;
	chains->classes_n = classes_n;
	chains->gated = UINT32_MAX;
}

/* Is what stands at @depth a chain, together with those before it? */
static bool is_chain(struct weft_chains *c, unsigned int depth)
{
	c->depth = depth + 1;
	return depth && waits_for(c, dep_at(c, depth), dep_at(c, 0)) &&
	       lines_fit(c) && makes_cycle(c);
}

static void take(const struct weft_chains *c, unsigned int depth,
		 struct weft_chain *ret)
{
	unsigned int i;

	ret->n = depth + 1;
	for (i = 0; i <= depth; i++)
		ret->links[i] = dep_at(c, i);
}

/*
 * Depth first over the dependencies. Where a gate is all that keeps some from being
 * a chain, that is remembered.
 */
enum weft_chain_end weft_chains_next(struct weft_chains *c,
				     struct weft_chain *ret)
{
	unsigned int depth = c->begun ? c->depth - 1 : 0;
	uint32_t gate;

	if (c->begun)
		c->at[depth]++;
	c->begun = true;
	for (;;) {
		if (++c->steps > STEPS_MAX)
			return WEFT_CHAIN_LIMIT;
		if (c->at[depth] >= c->deps->n) {
			if (!depth)
				return WEFT_CHAIN_NONE;
			c->at[--depth]++;
			continue;
		}
		if (!fits(c, depth, &gate)) {
			c->at[depth]++;
			continue;
		}
		if (gate == UINT32_MAX && depth)
			gate = c->gates[depth - 1];
		c->gates[depth] = gate;
		if (is_chain(c, depth)) {
			if (gate == UINT32_MAX) {
				take(c, depth, ret);
				return WEFT_CHAIN_FOUND;
			}
			c->gated = gate;
			c->at[depth]++;
			continue;
		}
		if (depth + 1 < WEFT_CYCLE_MAX) {
			c->at[++depth] = 0;
			continue;
		}
		c->at[depth]++;
	}
}
