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

/* Plans mostly have what is depended on first: then no key is kept. */
static void add_late(struct reader *r, int is_set, const char *key)
{
	const struct graph *g = r->g;
	uintptr_t i = (uintptr_t)map_get(is_set ? &g->set_names : &r->ids, key);
	struct late l = {
		.action = (uint32_t)g->n, .target = GRAPH_NONE, .is_set = is_set
	};
	if (i == 0)
		l.key = mem_string(key);
	else
		l.target = is_set ? g->sets[i - 1].creator : (uint32_t)(i - 1);
	mem_grow(&r->late, &r->cap_late, r->n_late + 1, sizeof(*r->late));
	r->late[r->n_late++] = l;
}

/* v as text that takes no more memory than it needs: there is one for every action. */
static char *tight(jv v)
{
	char *text = json_string(v);
	char *copy = mem_string(text);
	free(text);
	return copy;
}

/* --- the Request -------------------------------------------------------------------- */

/* Notes the references in v. A {"Ref": ...} of another kind is nothing AWS could take. */
static int find_refs(struct reader *r, jv v, size_t line)
{
	jv_kind kind = jv_get_kind(v);
	const char *name = graph_ref(v);
	int bad = 0;
	if (name != NULL) {
		add_late(r, 1, name);
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

static uint32_t find_lane(struct reader *r, const struct op *op, jv request)
{
	struct graph *g = r->g;
	char *key = set_key(op, request);
	uint32_t group = 0;
	int is_new;
	if (ops_is_assignment(op)) {
		const char *account = rec_str(request, "TargetId");
		char *pair = mem_format("%s %s", account, key);
		free(key);
		key = pair;
		group = intern(&r->groups, account, &g->n_groups, &is_new);
	}
	size_t n = g->n_lanes;
	uint32_t lane = intern(&g->lane_keys, key, &n, &is_new);
	free(key);
	if (is_new) {
		mem_grow(&g->lanes, &g->cap_lanes, n, sizeof(*g->lanes));
		g->lanes[g->n_lanes++] = group;
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
	if (bad == 0) {
		a->lane = find_lane(r, a->op, request);
		/* It is the same in all: graph_request puts it back. */
		request = jv_object_delete(request, jv_string("InstanceArn"));
		a->request = tight(request);
	}
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
			add_late(r, 0, id);
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

static char *keep_names(jv rec)
{
	static const char *const keys[] = { "Effect", "AccountId", "AccountName",
		"PermissionSetName", "PrincipalType", "PrincipalId", "PrincipalName",
		"Source" };
	jv names = jv_object();
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		names = rec_set_from(names, keys[i], rec);
	char *text = tight(names);
	jv_free(names);
	return text;
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
		read_depends(r, &a, rec) != 0) {
		free(a.request);
		return -1;
	}
	a.id = mem_string(rec_str(rec, "Id"));
	a.names = keep_names(rec);
	mem_grow(&g->actions, &g->cap, g->n + 1, sizeof(*g->actions));
	g->actions[g->n++] = a;
	map_put(&r->ids, a.id, (void *)(uintptr_t)g->n);
	return 0;
}
