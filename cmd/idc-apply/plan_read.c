/*
 * One record after the other, checked and put aside.
 */
#include "plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "ops.h"
#include "plan_order.h"
#include "rec.h"
#include "text.h"

struct reader {
	struct plan *p;
	const struct stream_in *in;
	uint32_t round;	 /* which stream of the input is read */
	uint32_t before; /* the actions of those before it are those below this index */
	int late;	 /* something depends on what was not read before it */
	struct err *err;
};

/* Fills r->err with a message about a line. Returns -1. */
__attribute__((format(printf, 3, 4))) static int bad_line(
	struct reader *r, size_t line, const char *fmt, ...)
{
	char text[sizeof(r->err->text)];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(r->err, ERR_DATA, "%s:%zu:1: error: %.500s", r->in->file, line, text);
	return -1;
}

/* --- the Request -------------------------------------------------------------------- */

/* Looks for a {"Ref": ...} in v of another kind: it is nothing AWS could take. */
static int check_refs(struct reader *r, jv v, size_t line)
{
	jv_kind kind = jv_get_kind(v);
	int bad = 0;
	if (plan_ref(v) != NULL)
		return 0;
	if (rec_has(v, "Ref"))
		return bad_line(r, line,
			"a Ref in the Request is not {\"Ref\":\"PermissionSet/NAME\"}");
	for (int i = 0; kind == JV_KIND_ARRAY && bad == 0 && i < rec_len(v); i++) {
		jv element = rec_at(v, i);
		bad = check_refs(r, element, line);
		jv_free(element);
	}
	jv keys = kind == JV_KIND_OBJECT ? jv_keys(jv_copy(v)) : jv_array();
	for (int i = 0; bad == 0 && i < rec_len(keys); i++) {
		jv member = rec_get(v, rec_str_at(keys, i));
		bad = check_refs(r, member, line);
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
		return kind == JV_KIND_STRING || plan_ref(v) != NULL;
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
			return bad_line(r, line, "the Request of a %s %s '%s'", op->name,
				there ? "has a wrong" : "lacks its", op->members[i].name);
	}
	if (strcmp(rec_str(request, "InstanceArn"), r->p->instance_arn) != 0)
		return bad_line(r, line, "the Request is for another instance: '%s'",
			rec_str(request, "InstanceArn"));
	if (ops_is_assignment(op) && !text_is_account_id(rec_str(request, "TargetId")))
		return bad_line(r, line, "the TargetId '%s' is no account id",
			rec_str(request, "TargetId"));
	return 0;
}

/* Notes that the action now read creates a permission set. 0 or -1. */
static int add_set(struct reader *r, jv request, size_t line)
{
	struct plan *p = r->p;
	const char *name = rec_str(request, "Name");
	if (plan_set(p, name) != PLAN_NONE)
		return bad_line(
			r, line, "a second action that creates permission set '%s'", name);
	mem_grow(&p->sets, &p->cap_sets, p->n_sets + 1, sizeof(*p->sets));
	p->sets[p->n_sets++] =
		(struct plan_set){ .name = mem_string(name), .creator = (uint32_t)p->n };
	map_put(&p->set_names, name, (void *)(uintptr_t)p->n_sets);
	return 0;
}

static int check_request(struct reader *r, const struct op *op, jv rec, size_t line)
{
	jv request = rec_get(rec, "Request");
	int bad = 0;
	if (jv_get_kind(request) != JV_KIND_OBJECT)
		bad = bad_line(r, line, "an Action whose Request is no object");
	else if ((bad = check_members(r, op, request, line)) == 0)
		bad = check_refs(r, request, line);
	jv_free(request);
	return bad;
}

/* --- the rest of an Action ---------------------------------------------------------- */

static int check_depends(struct reader *r, jv rec, size_t line)
{
	jv list = rec_get(rec, "DependsOn");
	int bad = 0;
	if (jv_get_kind(list) != JV_KIND_ARRAY)
		bad = bad_line(r, line, "an Action whose DependsOn is no list of Ids");
	for (int i = 0; bad == 0 && i < rec_len(list); i++)
		if (rec_str_at(list, i) == NULL)
			bad = bad_line(r, line, "an Id in DependsOn is no string");
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

/* rec as it is put aside. The instance is the same in all: graph_request puts it back. */
static jv without_instance(jv rec, size_t line)
{
	jv request = jv_object_delete(rec_get(rec, "Request"), jv_string("InstanceArn"));
	return rec_set_num(rec_set(jv_copy(rec), "Request", request), "Line", (double)line);
}

/* Puts rec aside, as the next action. 0 or -1. */
static int keep(struct reader *r, jv rec, size_t line)
{
	struct plan *p = r->p;
	jv kept = without_instance(rec, line);
	mem_grow(&p->places, &p->cap, p->n + 1, sizeof(*p->places));
	int bad = store_add(&p->store, rec_str(rec, "Id"), kept, &p->places[p->n], r->err);
	jv_free(kept);
	return bad;
}

/* Whether all that rec depends on was read before. 0 or -1. */
static int find_late(struct reader *r, jv rec)
{
	struct depends d = { .n = 0 };
	int bad = r->late ? 0 : plan_depends(r->p, rec, &d, r->err);
	r->late |= d.missing != NULL;
	depends_release(&d);
	return bad;
}

/* Whether rec says the same as the action that was read before. 1, 0 or -1. */
static int is_same(struct reader *r, jv rec, uint32_t action)
{
	jv old = plan_record(r->p, action, r->err);
	jv new = without_instance(rec, (size_t)rec_num(old, "Line", 0));
	int same = jv_is_valid(old) ? rec_equal(old, new) : -1;
	jv_free(old);
	jv_free(new);
	return same;
}

/*
 * Whether rec is new: 1; or 0 when it is the same as an action of an earlier stream: a plan
 * behind itself is one plan. Or -1: another has its Id.
 */
static int is_new(struct reader *r, jv rec, size_t line)
{
	const char *id = rec_str(rec, "Id");
	uint32_t other;
	int same = 0;
	int found = ids_find(&r->p->ids, &r->p->store, r->p->places, id, &other, r->err);
	if (found <= 0)
		return found < 0 ? -1 : 1;
	if (other < r->before && (same = is_same(r, rec, other)) != 0)
		return same < 0 ? -1 : 0;
	return bad_line(
		r, line, "a second Action with the Id '%s': is this two plans?", id);
}

/* Checks Id, Operation and Effect. The operation, or NULL. */
static const struct op *check_head(struct reader *r, jv rec, size_t line)
{
	const char *id = rec_str(rec, "Id");
	const char *operation = rec_str(rec, "Operation");
	const struct op *op = operation != NULL ? ops_find(operation) : NULL;
	if (r->p->instance_arn == NULL)
		bad_line(r, line, "an Action before the plan's Instance");
	else if (id == NULL || id[0] == '\0')
		bad_line(r, line, "an Action without Id");
	else if (operation == NULL)
		bad_line(r, line, "an Action without Operation");
	else if (op == NULL)
		bad_line(r, line, "'%s' is no operation of a plan", operation);
	else if (!is_effect(rec_str(rec, "Effect")))
		bad_line(r, line, "the Effect is none of grant, revoke, change and none");
	else if (r->p->n == PLAN_MAX)
		bad_line(r, line, "more than %u Actions", PLAN_MAX);
	else
		return op;
	return NULL;
}

static int read_action(struct reader *r, jv rec, size_t line)
{
	struct plan *p = r->p;
	const struct op *op = check_head(r, rec, line);
	if (op == NULL || check_request(r, op, rec, line) != 0 ||
		check_depends(r, rec, line) != 0)
		return -1;
	int new = is_new(r, rec, line);
	if (new != 1 || find_late(r, rec) != 0)
		return new == 0 ? 0 : -1;
	jv request = rec_get(rec, "Request");
	int bad = op->sense == OP_CREATES ? add_set(r, request, line) : 0;
	jv_free(request);
	if (bad != 0 || keep(r, rec, line) != 0)
		return -1;
	ids_add(&p->ids, rec_str(rec, "Id"), (uint32_t)p->n++);
	p->assigns |= ops_is_assignment(op);
	p->removes |= op->sense == OP_REMOVES;
	return 0;
}

/* --- the whole ---------------------------------------------------------------------- */

static int read_instance(struct reader *r, jv rec, size_t line)
{
	struct plan *p = r->p;
	const char *arn = rec_str(rec, "InstanceArn");
	if (arn == NULL)
		return bad_line(r, line, "an Instance without InstanceArn");
	if (p->instance_arn != NULL && !rec_equal(p->instance, rec))
		return bad_line(r, line, "a second Instance: this is two plans");
	if (p->instance_arn != NULL)
		return 0;
	jv_free(p->instance);
	p->instance = jv_copy(rec);
	p->instance_arn = mem_string(arn);
	return 0;
}

/* Notices are for people. */
static int read_record(struct reader *r, jv rec, size_t line)
{
	if (rec_is(rec, "Instance"))
		return read_instance(r, rec, line);
	if (r->round != r->in->round)
		r->before = (uint32_t)r->p->n;
	r->round = r->in->round;
	return rec_is(rec, "Action") ? read_action(r, rec, line) : 0;
}

int plan_read(struct plan *p, struct stream_in *in, struct err *err)
{
	*p = (struct plan){ .instance = jv_invalid() };
	struct reader r = { .p = p, .in = in, .err = err };
	ids_init(&p->ids);
	map_init(&p->set_names);
	store_init(&p->store);
	in->repeats = 1;
	jv rec;
	int got;
	while ((got = stream_next(in, &rec, err)) == 1) {
		int bad = read_record(&r, rec, in->lines.number);
		jv_free(rec);
		if (bad != 0)
			return -1;
	}
	/* Plans mostly have what is depended on first. */
	return got == 0 && r.late ? plan_order(p, in->file, err) : got;
}
