/*
 * The whole plan: read, then tied together.
 */
#include "graph_read.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"

/* The line and the Id of an action, and what is wrong with it. Returns -1. */
static int bad_action(struct reader *r, uint32_t i, const char *what, const char *key)
{
	const struct action *a = &r->g->actions[i];
	jv record = graph_record(r->g, a, r->err);
	if (jv_is_valid(record))
		graph_bad(r, a->line, "action '%s' %s%s", rec_str(record, "Id"), what, key);
	jv_free(record);
	return -1;
}

/* Makes an edge of l. 0, or -1 with r->err filled. */
static int find_target(struct reader *r, const struct late *l)
{
	const struct graph *g = r->g;
	uintptr_t i = (uintptr_t)map_get(l->is_set ? &g->set_names : &r->ids, l->key);
	char *quoted;
	if (i > 0) {
		graph_edge(r, l->is_set ? g->sets[i - 1].creator : (uint32_t)(i - 1),
			l->action);
		return 0;
	}
	quoted = mem_format(l->is_set ? "'%s', which no action creates"
				      : "'%s', which is not in the plan",
		l->key);
	(void)bad_action(r, l->action,
		l->is_set ? "refers to permission set " : "depends on ", quoted);
	free(quoted);
	return -1;
}

/* Edges as one array, grouped by the action they start from. */
static void build_edges(struct reader *r)
{
	struct graph *g = r->g;
	g->edges = mem_array(r->n_edges, sizeof(*g->edges));
	for (size_t i = 0; i < r->n_edges; i++)
		g->actions[r->edges[i].from].n_edges++;
	uint32_t end = 0;
	for (size_t i = 0; i < g->n; i++) {
		g->actions[i].edges = end;
		end += g->actions[i].n_edges;
		g->actions[i].n_edges = 0;
	}
	for (size_t i = 0; i < r->n_edges; i++) {
		struct action *a = &g->actions[r->edges[i].from];
		g->edges[a->edges + a->n_edges++] = r->edges[i].to;
		g->actions[r->edges[i].to].n_waiting++;
	}
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
	return bad_action(
		r, (uint32_t)stuck, "waits for actions that wait for each other", "");
}

int graph_link(struct reader *r)
{
	for (size_t i = 0; i < r->n_late; i++)
		if (find_target(r, &r->late[i]) != 0)
			return -1;
	build_edges(r);
	return find_cycle(r);
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
	map_init(&g->set_names);
	map_init(&g->groups);
	map_init(&g->lane_ids);
	map_init(&g->set_ids);
	store_init(&g->store);
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
	free(r.edges);
	map_release(&r.ids, NULL);
	return got;
}
