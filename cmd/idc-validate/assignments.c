#include "assignments.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "fields.h"
#include "limits.h"
#include "lines.h"
#include "map.h"
#include "mem.h"
#include "rec.h"
#include "suppress.h"
#include "target.h"
#include "text.h"
#include "when.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What the checks of a rule's fields need to know. */
struct rule_check {
	time_t now;
	struct rule *rule;
	int for_users; /* PrincipalType is USER */
};

struct assignments_check {
	time_t now;
	struct templates *templates;
};

int assignments_is(jv root)
{
	static const char *const names[] = { "Assignments" };
	if (rec_has(root, names[0]))
		return 1;
	/* A permission set has a name. */
	if (jv_get_kind(root) != JV_KIND_OBJECT || rec_has(root, "Name"))
		return 0;
	int near = 0;
	jv_object_foreach(root, key, v)
	{
		near |= text_nearest(jv_string_value(key), names, 1) != NULL;
		jv_free(key);
		jv_free(v);
	}
	return near;
}

/* --- lists of names ----------------------------------------------------------------- */

/* One element of a list being checked, with those before it. */
struct list_check {
	struct map seen;
	void (*check)(const struct value *x, struct rule_check *c);
	struct rule_check *ctx;
};

static void check_element(const struct value *x, void *ctx)
{
	struct list_check *list = ctx;
	if (!fields_is(x, KIND_STRING))
		return;
	const char *text = value_string(x);
	list->check(x, list->ctx);
	if (map_has(&list->seen, text))
		value_report(x, CODE_TWICE, "'%.200s' is there twice\nremove one", text);
	map_slot(&list->seen, text);
}

/* Checks a list of strings, or a string alone. */
static void check_list(const struct value *x,
	void (*check)(const struct value *x, struct rule_check *c), struct rule_check *ctx)
{
	struct list_check list = { .check = check, .ctx = ctx };
	map_init(&list.seen);
	value_each_or_self(x, check_element, &list);
	map_release(&list.seen, NULL);
}

static void check_not_empty(const struct value *x, const char *what)
{
	if (jv_get_kind(x->v) == JV_KIND_ARRAY && rec_len(x->v) == 0)
		value_report(x, CODE_EMPTY, "%s is an empty list\nname at least one %s",
			x->key, what);
}

/* --- fields of a rule --------------------------------------------------------------- */

static void check_sid(const struct value *x, void *ctx)
{
	(void)ctx;
	limit_string(x, LIMIT_SID);
}

static void check_target(const struct value *x, struct rule_check *c)
{
	struct target t;
	struct err err;
	(void)c;
	if (!limit_string(x, LIMIT_TARGET))
		return;
	if (target_parse(&t, value_string(x), &err) != 0)
		value_report(x, CODE_TARGET, "%s", err.text);
	else
		target_release(&t);
}

static void check_targets(const struct value *x, void *ctx)
{
	check_not_empty(x, "target");
	check_list(x, check_target, ctx);
}

static void check_exclude(const struct value *x, void *ctx)
{
	check_list(x, check_target, ctx);
}

static void check_principal_type(const struct value *x, void *ctx)
{
	static const char *const types[] = { "GROUP", "USER" };
	(void)ctx;
	fields_word(x, types);
}

static void check_principal(const struct value *x, struct rule_check *c)
{
	limit_string(x, c->for_users ? LIMIT_USER : LIMIT_GROUP);
}

static void check_principals(const struct value *x, void *ctx)
{
	check_not_empty(x, "group or user");
	check_list(x, check_principal, ctx);
}

/* Whether a template defines it is seen when all of them are known. */
static void check_set(const struct value *x, struct rule_check *c)
{
	struct rule *r = c->rule;
	mem_grow(&r->sets, &r->cap_sets, r->n_sets + 1, sizeof(*r->sets));
	r->sets[r->n_sets++] = name_of(x);
}

static void check_sets(const struct value *x, void *ctx)
{
	check_not_empty(x, "permission set");
	check_list(x, check_set, ctx);
}

static void check_expires(const struct value *x, void *ctx)
{
	const struct rule_check *c = ctx;
	const char *text = value_string(x);
	time_t expires;
	if (when_parse_rfc3339(text, &expires) != 0)
		value_report(x, CODE_EXPIRES,
			"Expires '%.80s' is no RFC 3339 date and time\nwrite it like "
			"'2026-12-31T18:00:00Z'",
			text);
	else if (expires <= c->now)
		value_report(x, CODE_EXPIRED,
			"expired at %s: the rule grants nothing\nremove it", text);
}

static const struct field rule_fields[] = {
	{ "SID", KIND_STRING, "the rule's name, which messages and plans refer to",
		check_sid },
	{ "Target", KIND_LIST, "the accounts and organizational units to grant access to",
		check_targets },
	{ "Exclude", KIND_LIST, NULL, check_exclude },
	{ "PrincipalType", KIND_STRING, "'GROUP' or 'USER': what PrincipalId names",
		check_principal_type },
	{ "PrincipalId", KIND_STRING | KIND_LIST,
		"the group's display name or the user's user name", check_principals },
	{ "PermissionSetName", KIND_STRING | KIND_LIST, "the permission set to assign",
		check_sets },
	{ "Expires", KIND_STRING, NULL, check_expires },
	{ IGNORE_KEY, KIND_LIST, NULL, NULL },
};

/* --- its record --------------------------------------------------------------------- */

static void add_position(const struct value *x, void *ctx)
{
	jv *list = ctx;
	struct json_pos pos = value_pos(x, 0);
	jv pair = rec_push(jv_array(), jv_number((double)pos.line));
	*list = rec_push(*list, rec_push(pair, jv_number((double)pos.column)));
}

static jv positions_record(const struct value *rule)
{
	static const char *const members[] = { "Target", "Exclude", "PrincipalId",
		"PermissionSetName", "Expires" };
	jv positions = jv_object();
	for (size_t i = 0; i < COUNT(members); i++) {
		struct value x;
		jv list = jv_array();
		if (value_member(&x, rule, members[i])) {
			value_each_or_self(&x, add_position, &list);
			value_close(&x);
		}
		if (rec_len(list) > 0)
			positions = rec_set(positions, members[i], list);
		else
			jv_free(list);
	}
	return positions;
}

static jv make_record(const struct value *rule)
{
	jv v = rule->v, rec = rec_new("AssignmentRule");
	jv exclude = rec_get(v, "Exclude");
	rec = rec_set_from(rec, "SID", v);
	rec = rec_set_from(rec, "Target", v);
	if (rec_len(exclude) > 0)
		rec = rec_set(rec, "Exclude", jv_copy(exclude));
	jv_free(exclude);
	rec = rec_set_from(rec, "PrincipalType", v);
	rec = rec_set_from(rec, "PrincipalId", v);
	rec = rec_set_from(rec, "PermissionSetName", v);
	rec = rec_set_from(rec, "Expires", v);
	rec = rec_set(rec, "Source", value_source(rule));
	return rec_set(rec, "Positions", positions_record(rule));
}

/* Its line. It has a ceiling, and a reader refuses what passes it. */
static struct buf make_line(const struct value *rule)
{
	struct buf line;
	jv record = make_record(rule);
	buf_init(&line, LINES_MAX - 1);
	if (json_write(&line, record) != 0)
		value_report(rule, CODE_TOO_LARGE,
			"a rule too large for a line of a stream\nsplit it");
	jv_free(record);
	return line;
}

/* --- the file ----------------------------------------------------------------------- */

static void read_rule(const struct value *x, void *ctx)
{
	const struct assignments_check *file = ctx;
	/* Nothing is left to say, and nothing will be written. */
	if (file_is_full(x->file))
		return;
	struct rule rule = { 0 };
	const char *type = rec_str_or(x->v, "PrincipalType", "");
	struct rule_check check = { file->now, &rule, strcmp(type, "USER") == 0 };
	size_t before = x->file->report->errors;
	struct value sid;
	ignores_read(x);
	fields_check(x, rule_fields, COUNT(rule_fields), &check);
	if (value_member(&sid, x, "SID")) {
		if (value_string(&sid) != NULL)
			rule.sid = name_of(&sid);
		value_close(&sid);
	}
	if (x->file->report->errors == before) {
		rule.line = make_line(x);
		rule.pointer = value_pointer(x);
	}
	templates_add_rule_take(file->templates, rule);
}

static void read_rules(const struct value *list, void *ctx)
{
	value_each(list, read_rule, ctx);
}

static const struct field file_fields[] = {
	{ "Assignments", KIND_LIST, "the list of rules", read_rules },
	{ "$schema", KIND_ANY, NULL, NULL },
	{ IGNORE_KEY, KIND_LIST, NULL, NULL },
};

void assignments_read(const struct value *root, struct templates *t, time_t now)
{
	struct assignments_check check = { now, t };
	fields_check(root, file_fields, COUNT(file_fields), &check);
	jv list = rec_get(root->v, "Assignments");
	t->rules_missing |= jv_get_kind(list) != JV_KIND_ARRAY;
	jv_free(list);
}
