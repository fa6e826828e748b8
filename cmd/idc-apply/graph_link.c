/*
 * The whole plan: read, then tied together.
 */
#include "graph_read.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"

/* The action that l waits for, or GRAPH_NONE with r->err filled. */
static uint32_t target_of(struct reader *r, const struct late *l)
{
	const struct graph *g = r->g;
	const struct action *a = &g->actions[l->action];
	if (l->target != GRAPH_NONE)
		return l->target;
	uintptr_t i = (uintptr_t)map_get(l->is_set ? &g->set_names : &r->ids, l->key);
	if (i == 0 && l->is_set)
		graph_bad(r, a->line,
			"action '%s' refers to permission set '%s', which no "
			"action creates",
			a->id, l->key);
	else if (i == 0)
		graph_bad(r, a->line,
			"action '%s' depends on '%s', which is not in the plan", a->id,
			l->key);
	if (i == 0)
		return GRAPH_NONE;
	return l->is_set ? g->sets[i - 1].creator : (uint32_t)(i - 1);
}

/* Edges as one array, grouped by the action they start from. */
static int build_edges(struct reader *r)
{
	struct graph *g = r->g;
	uint32_t *from = mem_array(r->n_late, sizeof(*from));
	int bad = 0;
	for (size_t i = 0; bad == 0 && i < r->n_late; i++) {
		from[i] = target_of(r, &r->late[i]);
		if (from[i] == GRAPH_NONE)
			bad = -1;
		else
			g->actions[from[i]].n_edges++;
	}
	g->edges = mem_array(r->n_late, sizeof(*g->edges));
	uint32_t end = 0;
	for (size_t i = 0; i < g->n; i++) {
		g->actions[i].edges = end;
		end += g->actions[i].n_edges;
		g->actions[i].n_edges = 0;
	}
	for (size_t i = 0; bad == 0 && i < r->n_late; i++) {
		struct action *a = &g->actions[from[i]];
		g->edges[a->edges + a->n_edges++] = r->late[i].action;
		g->actions[r->late[i].action].n_waiting++;
	}
	free(from);
	return bad;
}

/* Takes away what waits for nothing until nothing is left, or only cycles. */
static int find_cycle(struct reader *r)
{
	const struct graph *g = r->g;
	uint32_t *waiting = mem_array(g->n, sizeof(*waiting));
	uint32_t *ready = mem_array(g->n, sizeof(*ready));
	size_t n_ready = 0;
	for (size_t i = 0; i < g->n; i++) {
		waiting[i] = g->actions[i].n_waiting;
		if (waiting[i] == 0)
			ready[n_ready++] = (uint32_t)i;
	}
	for (size_t i = 0; i < n_ready; i++) {
		const struct action *a = &g->actions[ready[i]];
		for (uint32_t e = 0; e < a->n_edges; e++) {
			uint32_t next = g->edges[a->edges + e];
			if (--waiting[next] == 0)
				ready[n_ready++] = next;
		}
	}
	size_t stuck = 0;
	while (stuck < g->n && waiting[stuck] == 0)
		stuck++;
	free(waiting);
	free(ready);
	if (stuck == g->n)
		return 0;
	return graph_bad(r, g->actions[stuck].line,
		"action '%s' waits for actions that wait for each other",
		g->actions[stuck].id);
}

int graph_link(struct reader *r)
{
	return build_edges(r) != 0 ? -1 : find_cycle(r);
}

static int read_instance(struct reader *r, jv rec, size_t line)
{
	struct graph *g = r->g;
	const char *arn = rec_str(rec, "InstanceArn");
	if (arn == NULL)
		return graph_bad(r, line, "an Instance without InstanceArn");
	if (g->instance_arn != NULL && !rec_equal(g->instance, rec))
		return graph_bad(r, line, "a second Instance: this is two plans");
	if (g->instance_arn != NULL)
		return 0;
	jv_free(g->instance);
	g->instance = jv_copy(rec);
	g->instance_arn = mem_string(arn);
	return 0;
}

/* Notices are for people. */
static int read_record(struct reader *r, jv rec, size_t line)
{
	if (rec_is(rec, "Instance"))
		return read_instance(r, rec, line);
	return rec_is(rec, "Action") ? graph_add(r, rec, line) : 0;
}

int graph_read(struct graph *g, struct stream_in *in, struct err *err)
{
	*g = (struct graph){ .instance = jv_invalid(), .n_groups = 1 };
	struct reader r = { .g = g, .file = in->file, .err = err };
	map_init(&r.ids);
	map_init(&r.groups);
	map_init(&g->set_names);
	map_init(&g->lane_keys);
	jv rec;
	int got;
	while ((got = stream_next(in, &rec, err)) == 1) {
		int bad = read_record(&r, rec, in->lines.number);
		jv_free(rec);
		if (bad != 0) {
			got = -1;
			break;
		}
	}
	if (got == 0)
		got = graph_link(&r);
	for (size_t i = 0; i < r.n_late; i++)
		free(r.late[i].key);
	free(r.late);
	map_release(&r.ids, NULL);
	map_release(&r.groups, NULL);
	return got;
}
