#include "graph.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"

/*
 * What graph.ends says of an action: one of these, or its slot (below FAILED), or FAILED
 * and the index of the action that failed: itself, or one it depended on.
 */
#define AHEAD UINT32_MAX
#define DONE (UINT32_MAX - 1)
#define FAILED ((uint32_t)1 << 31)

void graph_init(struct graph *g, struct plan *plan, size_t window)
{
	*g = (struct graph){ .plan = plan,
		.window = window < plan->n ? window : plan->n,
		.free_slots = GRAPH_NONE,
		.free_edges = GRAPH_NONE };
	g->actions = mem_array(g->window, sizeof(*g->actions));
	g->ends = mem_array(plan->n, sizeof(*g->ends));
	for (size_t i = 0; i < plan->n; i++)
		g->ends[i] = AHEAD;
	map_init(&g->accounts);
	map_init(&g->sets);
}

void graph_release(struct graph *g)
{
	free(g->actions);
	free(g->ends);
	free(g->edges);
	map_release(&g->accounts, NULL);
	map_release(&g->sets, NULL);
}

/* --- what a record says ------------------------------------------------------------- */

jv graph_record(struct graph *g, const struct action *a, struct err *err)
{
	return plan_record(g->plan, a->index, err);
}

/* v, taken, with every reference in it replaced. Depth is bounded by json_parse. */
static jv resolve(const struct plan *p, jv v)
{
	jv_kind kind = jv_get_kind(v);
	const char *name = plan_ref(v);
	if (name != NULL) {
		uint32_t set = plan_set(p, name);
		jv_free(v);
		return jv_string(p->sets[set].arn);
	}
	if (kind == JV_KIND_ARRAY)
		for (int i = 0; i < rec_len(v); i++)
			v = jv_array_set(v, i, resolve(p, rec_at(v, i)));
	if (kind == JV_KIND_OBJECT) {
		jv keys = jv_keys(jv_copy(v));
		for (int i = 0; i < rec_len(keys); i++) {
			const char *key = rec_str_at(keys, i);
			v = rec_set(v, key, resolve(p, rec_get(v, key)));
		}
		jv_free(keys);
	}
	return v;
}

jv graph_request(struct graph *g, const struct action *a, struct err *err)
{
	jv record = graph_record(g, a, err);
	jv request = rec_get(record, "Request");
	jv_free(record);
	if (!jv_is_valid(request))
		return request;
	return rec_set_str(resolve(g->plan, request), "InstanceArn", g->plan->instance_arn);
}

static uint32_t number(struct map *m, const char *key)
{
	void **slot = map_slot(m, key);
	if (*slot == NULL)
		*slot = (void *)(uintptr_t)m->n;
	return (uint32_t)(uintptr_t)*slot;
}

uint32_t graph_account(struct graph *g, const char *account)
{
	return number(&g->accounts, account);
}

uint32_t graph_set(struct graph *g, const char *set_arn)
{
	return number(&g->sets, set_arn) - 1;
}

/* The number of the set that request is about. One that is created has no ARN yet. */
static uint32_t set_of(struct graph *g, const struct op *op, jv request)
{
	jv v = rec_get(request,
		rec_has(request, "PermissionSetArn") ? "PermissionSetArn" : "ResourceArn");
	const char *name = op->sense == OP_CREATES ? rec_str(request, "Name") : plan_ref(v);
	char *key = name != NULL ? mem_format("%s%s", PLAN_REF, name)
				 : mem_string(jv_string_value(v));
	uint32_t set = graph_set(g, key);
	free(key);
	jv_free(v);
	return set;
}

int graph_awaits_account(struct graph *g, const struct action *a, const char *account)
{
	struct depends d = { .n = 0 };
	struct err err;
	int found = 0;
	jv record = graph_record(g, a, &err);
	(void)plan_depends(g->plan, record, &d, &err);
	jv_free(record);
	for (size_t i = 0; i < d.n && !found; i++) {
		record = plan_record(g->plan, d.on[i], &err);
		jv request = rec_get(record, "Request");
		found = strcmp(rec_str_or(request, "TargetId", ""), account) == 0;
		jv_free(request);
		jv_free(record);
	}
	depends_release(&d);
	return found;
}

/* --- edges -------------------------------------------------------------------------- */

static void add_edge(struct graph *g, struct action *from, uint32_t to)
{
	uint32_t e = g->free_edges;
	if (e != GRAPH_NONE) {
		g->free_edges = g->edges[e].next;
	} else {
		mem_grow(&g->edges, &g->cap_edges, g->n_edges + 1, sizeof(*g->edges));
		e = (uint32_t)g->n_edges++;
	}
	g->edges[e] = (struct edge){ .to = to, .next = from->dependents };
	from->dependents = e;
}

/* The action for whose failure what depends on d can't be done any more, or PLAN_NONE. */
static uint32_t failure_of(const struct graph *g, const struct depends *d)
{
	for (size_t i = 0; i < d->n; i++) {
		uint32_t end = g->ends[d->on[i]];
		assert(end != AHEAD);
		if (end >= FAILED && end != DONE)
			return end - FAILED;
	}
	return PLAN_NONE;
}

/* Edges to a from all that it waits for. */
static void tie(struct graph *g, struct action *a, const struct depends *d)
{
	for (size_t i = 0; i < d->n; i++) {
		uint32_t end = g->ends[d->on[i]];
		if (end >= FAILED)
			continue;
		add_edge(g, &g->actions[end], a->index);
		a->n_waiting++;
	}
}

uint32_t graph_dependent(struct graph *g, struct action *a)
{
	while (a->dependents != GRAPH_NONE) {
		uint32_t e = a->dependents, end = g->ends[g->edges[e].to];
		a->dependents = g->edges[e].next;
		g->edges[e].next = g->free_edges;
		g->free_edges = e;
		if (end < FAILED)
			return end;
	}
	return GRAPH_NONE;
}

/* --- the window --------------------------------------------------------------------- */

int graph_wants_more(const struct graph *g)
{
	return g->taken < g->plan->n && g->n_open <= g->window / 2;
}

static uint32_t take_slot(struct graph *g)
{
	uint32_t slot = g->free_slots;
	if (slot != GRAPH_NONE)
		g->free_slots = g->actions[slot].next;
	else
		slot = (uint32_t)g->n_slots++;
	g->n_open++;
	return slot;
}

/* What is kept of the action at index, of which record was put aside. */
static struct action read_action(struct graph *g, uint32_t index, jv record)
{
	struct action a = { .op = ops_find(rec_str_or(record, "Operation", "")),
		.index = index,
		.creates = PLAN_NONE,
		.dependents = GRAPH_NONE,
		.next = GRAPH_NONE,
		.state = ACTION_WAITING };
	jv request = rec_get(record, "Request");
	assert(a.op != NULL);
	if (ops_is_assignment(a.op))
		a.account = graph_account(g, rec_str_or(request, "TargetId", ""));
	if (a.op->sense == OP_CREATES)
		a.creates = plan_set(g->plan, rec_str_or(request, "Name", ""));
	a.set = set_of(g, a.op, request);
	jv_free(request);
	return a;
}

/* The next action, of which record was put aside: its slot, or GRAPH_NONE. */
static uint32_t enter(
	struct graph *g, uint32_t index, jv record, uint32_t *failed, struct err *err)
{
	struct depends d = { .n = 0 };
	uint32_t slot = GRAPH_NONE;
	if (plan_depends(g->plan, record, &d, err) == 0) {
		slot = take_slot(g);
		g->actions[slot] = read_action(g, index, record);
		*failed = failure_of(g, &d);
		/* What can't be done leaves at once, and must leave no edges. */
		if (*failed == PLAN_NONE)
			tie(g, &g->actions[slot], &d);
		g->ends[index] = slot;
		g->taken++;
	}
	depends_release(&d);
	return slot;
}

uint32_t graph_take(struct graph *g, uint32_t *failed, struct err *err)
{
	const struct plan *p = g->plan;
	err_clear(err);
	*failed = PLAN_NONE;
	if (g->taken == p->n || g->n_open == g->window)
		return GRAPH_NONE;
	uint32_t index = p->order != NULL ? p->order[g->taken] : (uint32_t)g->taken;
	jv record = plan_record(g->plan, index, err);
	uint32_t slot =
		jv_is_valid(record) ? enter(g, index, record, failed, err) : GRAPH_NONE;
	jv_free(record);
	return slot;
}

void graph_end(struct graph *g, struct action *a, uint32_t failed)
{
	a->state = ACTION_ENDED;
	g->ends[a->index] = failed == PLAN_NONE ? DONE : FAILED + failed;
}

void graph_leave(struct graph *g, struct action *a)
{
	assert(a->state == ACTION_ENDED && a->dependents == GRAPH_NONE);
	a->state = ACTION_FREE;
	a->next = g->free_slots;
	g->free_slots = (uint32_t)(a - g->actions);
	g->n_open--;
}
