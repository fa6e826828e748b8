/*
 * One Action after the other, checked and taken into the graph.
 */
#include "graph_read.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "rec.h"
#include "text.h"

int graph_bad(struct reader *r, size_t line, const char *fmt, ...)
{
	char text[sizeof(r->err->text)];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(r->err, ERR_DATA, "%s:%zu:1: error: %.500s", r->file, line, text);
	return -1;
}

/* The index of key in m, which counts entries from 1; *n is raised when it is new. */
static uint32_t intern(struct map *m, const char *key, size_t *n, int *is_new)
{
	void **slot = map_slot(m, key);
	*is_new = *slot == NULL;
	if (*is_new)
		*slot = (void *)(uintptr_t)++ * n;
	assert(*n < GRAPH_NONE);
	return (uint32_t)((uintptr_t)*slot - 1);
}

void graph_edge(struct reader *r, uint32_t from, uint32_t to)
{
	mem_grow(&r->edges, &r->cap_edges, r->n_edges + 1, sizeof(*r->edges));
	r->edges[r->n_edges++] = (struct edge){ .from = from, .to = to };
}

/* Plans mostly have what is depended on first: then no key is kept. */
static void add_dependency(struct reader *r, int is_set, const char *key)
{
	const struct graph *g = r->g;
	uint32_t action = (uint32_t)g->n;
	uintptr_t i = (uintptr_t)map_get(is_set ? &g->set_names : &r->ids, key);
	if (i > 0) {
		graph_edge(r, is_set ? g->sets[i - 1].creator : (uint32_t)(i - 1), action);
		return;
	}
	mem_grow(&r->late, &r->cap_late, r->n_late + 1, sizeof(*r->late));
	r->late[r->n_late++] =
		(struct late){ .action = action, .is_set = is_set, .key = mem_string(key) };
}

/* --- the Request -------------------------------------------------------------------- */

/* Notes the references in v. A {"Ref": ...} of another kind is nothing AWS could take. */
static int find_refs(struct reader *r, jv v, size_t line)
{
	jv_kind kind = jv_get_kind(v);
	const char *name = graph_ref(v);
	int bad = 0;
	if (name != NULL) {
		add_dependency(r, 1, name);
		return 0;
	}
	if (rec_has(v, "Ref"))
		return graph_bad(r, line,
			"a Ref in the Request is not {\"Ref\":\"PermissionSet/NAME\"}");
	for (int i = 0; kind == JV_KIND_ARRAY && bad == 0 && i < rec_len(v); i++) {
		jv element = rec_at(v, i);
		bad = find_refs(r, element, line);
		jv_free(element);
	}
	jv keys = kind == JV_KIND_OBJECT ? jv_keys(jv_copy(v)) : jv_array();
	for (int i = 0; bad == 0 && i < rec_len(keys); i++) {
		jv member = rec_get(v, rec_str_at(keys, i));
		bad = find_refs(r, member, line);
		jv_free(member);
	}
	jv_free(keys);
	return bad;
}

static int is_kind(jv v, enum op_member_kind want)
{
	jv_kind kind = jv_get_kind(v);
	switch (want) {
	case OP_STRING:
		return kind == JV_KIND_STRING;
	case OP_ARN:
		return kind == JV_KIND_STRING || graph_ref(v) != NULL;
	case OP_ARRAY:
		return kind == JV_KIND_ARRAY;
	case OP_OBJECT:
		break;
	}
	return kind == JV_KIND_OBJECT;
}

static int check_members(struct reader *r, const struct op *op, jv request, size_t line)
{
	for (size_t i = 0; i < OP_MEMBERS && op->members[i].name != NULL; i++) {
		jv v = rec_get(request, op->members[i].name);
		int right = is_kind(v, op->members[i].kind);
		int there = jv_is_valid(v);
		jv_free(v);
		if (!right)
			return graph_bad(r, line, "the Request of a %s %s '%s'", op->name,
				there ? "has a wrong" : "lacks its", op->members[i].name);
	}
	if (strcmp(rec_str(request, "InstanceArn"), r->g->instance_arn) != 0)
		return graph_bad(r, line, "the Request is for another instance: '%s'",
			rec_str(request, "InstanceArn"));
	if (ops_is_assignment(op) && !text_is_account_id(rec_str(request, "TargetId")))
		return graph_bad(r, line, "the TargetId '%s' is no account id",
			rec_str(request, "TargetId"));
	return 0;
}

/* What a permission set is called in lane keys: its ARN, or PermissionSet/NAME. Owned. */
static char *set_key(const struct op *op, jv request)
{
	if (op->sense == OP_CREATES)
		return mem_format("%s%s", GRAPH_REF, rec_str(request, "Name"));
	jv v = rec_get(request,
		rec_has(request, "PermissionSetArn") ? "PermissionSetArn" : "ResourceArn");
	const char *name = graph_ref(v);
	char *key = name != NULL ? mem_format("%s%s", GRAPH_REF, name)
				 : mem_string(jv_string_value(v));
	jv_free(v);
	return key;
}

/* The number of the set that request is about. */
static uint32_t find_set(struct graph *g, const struct op *op, jv request)
{
	char *key = set_key(op, request);
	size_t n = g->set_ids.n;
	int is_new;
	uint32_t set = intern(&g->set_ids, key, &n, &is_new);
	free(key);
	if (is_new) {
		mem_grow(&g->set_lanes, &g->cap_set_lanes, n, sizeof(*g->set_lanes));
		g->set_lanes[set] = GRAPH_NONE;
	}
	return set;
}

static uint32_t find_lane(struct graph *g, const struct op *op, jv request)
{
	struct graph_lane l = { .group = 0, .set = find_set(g, op, request) };
	char id[GRAPH_LANE_ID];
	int is_new;
	if (ops_is_assignment(op))
		l.group = intern(
			&g->groups, rec_str(request, "TargetId"), &g->n_groups, &is_new);
	graph_lane_id(id, sizeof(id), l.group, l.set);
	size_t n = g->n_lanes;
	uint32_t lane = intern(&g->lane_ids, id, &n, &is_new);
	if (is_new) {
		mem_grow(&g->lanes, &g->cap_lanes, n, sizeof(*g->lanes));
		g->lanes[g->n_lanes++] = l;
		if (l.group == 0)
			g->set_lanes[l.set] = lane;
	}
	return lane;
}

static int add_set(struct reader *r, struct action *a, jv request)
{
	struct graph *g = r->g;
	const char *name = rec_str(request, "Name");
	int is_new;
	size_t n = g->n_sets;
	a->creates = intern(&g->set_names, name, &n, &is_new);
	if (!is_new)
		return graph_bad(r, a->line,
			"a second action that creates permission set '%s'", name);
	mem_grow(&g->sets, &g->cap_sets, n, sizeof(*g->sets));
	g->sets[g->n_sets++] =
		(struct graph_set){ .name = mem_string(name), .creator = (uint32_t)g->n };
	return 0;
}

static int read_request(struct reader *r, struct action *a, jv rec)
{
	jv request = rec_get(rec, "Request");
	int bad = 0;
	if (jv_get_kind(request) != JV_KIND_OBJECT)
		bad = graph_bad(r, a->line, "an Action whose Request is no object");
	else if ((bad = check_members(r, a->op, request, a->line)) == 0)
		bad = find_refs(r, request, a->line);
	if (bad == 0 && a->op->sense == OP_CREATES)
		bad = add_set(r, a, request);
	if (bad == 0)
		a->lane = find_lane(r->g, a->op, request);
	jv_free(request);
	return bad;
}

/* --- the rest of an Action ---------------------------------------------------------- */

static int read_depends(struct reader *r, const struct action *a, jv rec)
{
	jv list = rec_get(rec, "DependsOn");
	int bad = 0;
	if (jv_get_kind(list) != JV_KIND_ARRAY)
		bad = graph_bad(r, a->line, "an Action whose DependsOn is no list of Ids");
	for (int i = 0; bad == 0 && i < rec_len(list); i++) {
		const char *id = rec_str_at(list, i);
		if (id != NULL)
			add_dependency(r, 0, id);
		else
			bad = graph_bad(r, a->line, "an Id in DependsOn is no string");
	}
	jv_free(list);
	return bad;
}

static int is_effect(const char *s)
{
	static const char *const effects[] = { "grant", "revoke", "change", "none" };
	for (size_t i = 0; s != NULL && i < sizeof(effects) / sizeof(effects[0]); i++)
		if (strcmp(s, effects[i]) == 0)
			return 1;
	return 0;
}

/* Puts what the run needs of rec aside. 0 or -1. */
static int keep(struct reader *r, struct action *a, jv rec)
{
	static const char *const keys[] = { "Id", "Effect", "AccountId", "AccountName",
		"PermissionSetName", "PrincipalType", "PrincipalId", "PrincipalName",
		"Source" };
	/* The instance is the same in all: graph_request puts it back. */
	jv kept = rec_set(jv_object(), "Request",
		jv_object_delete(rec_get(rec, "Request"), jv_string("InstanceArn")));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		kept = rec_set_from(kept, keys[i], rec);
	int bad = store_add(&r->g->store, kept, &a->record, r->err);
	jv_free(kept);
	return bad;
}

/* Checks Id, Operation and Effect. The operation, or NULL. */
static const struct op *read_head(struct reader *r, jv rec, size_t line)
{
	const char *id = rec_str(rec, "Id");
	const char *operation = rec_str(rec, "Operation");
	const struct op *op = operation != NULL ? ops_find(operation) : NULL;
	if (r->g->instance_arn == NULL)
		graph_bad(r, line, "an Action before the plan's Instance");
	else if (id == NULL || id[0] == '\0')
		graph_bad(r, line, "an Action without Id");
	else if (map_has(&r->ids, id))
		graph_bad(r, line, "a second Action with the Id '%s': is this two plans?",
			id);
	else if (operation == NULL)
		graph_bad(r, line, "an Action without Operation");
	else if (op == NULL)
		graph_bad(r, line, "'%s' is no operation of a plan", operation);
	else if (!is_effect(rec_str(rec, "Effect")))
		graph_bad(r, line, "the Effect is none of grant, revoke, change and none");
	else
		return op;
	return NULL;
}

int graph_add(struct reader *r, jv rec, size_t line)
{
	struct graph *g = r->g;
	struct action a = { .op = read_head(r, rec, line),
		.line = (uint32_t)line,
		.creates = GRAPH_NONE,
		.next = GRAPH_NONE };
	if (a.op == NULL || read_request(r, &a, rec) != 0 ||
		read_depends(r, &a, rec) != 0 || keep(r, &a, rec) != 0)
		return -1;
	mem_grow(&g->actions, &g->cap, g->n + 1, sizeof(*g->actions));
	g->actions[g->n++] = a;
	map_put(&r->ids, rec_str(rec, "Id"), (void *)(uintptr_t)g->n);
	return 0;
}
