#include "input.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"
#include "status.h"
#include "stream.h"
#include "text.h"
#include "when.h"

#define RULES_MAX 10000000u

/* The members of a rule that hold names, and what they are worth. */
static const struct {
	const char *member;
	int required;
	int string_allowed; /* a single name instead of a list */
} members[RULE_LISTS] = {
	[RULE_TARGET] = { "Target", 1, 0 },
	[RULE_EXCLUDE] = { "Exclude", 0, 0 },
	[RULE_PRINCIPAL] = { "PrincipalId", 1, 1 },
	[RULE_SET] = { "PermissionSetName", 1, 1 },
};

void rule_diag(enum diag_level level, const struct rule *r, const struct value *v,
	const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_at(level, r->file, v != NULL ? v->line : r->line,
		v != NULL ? v->column : r->column, "%s", text);
}

/* Says that a record is one that idc-validate would not have written; always -1. */
static int bad_record(const struct stream_in *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int bad_record(const struct stream_in *s, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_at(DIAG_ERROR, s->file, s->lines.number, 1, "%s", text);
	return -1;
}

static size_t whole(double n)
{
	return n >= 1 && n < 1e9 ? (size_t)n : 0;
}

/* Where the i-th value of a member stands: Positions has it, else the rule's own place. */
static void locate(
	const struct rule *r, jv positions, const char *member, int i, struct value *v)
{
	jv list = rec_get(positions, member);
	jv pair = rec_at(list, i);
	jv line = rec_at(pair, 0), column = rec_at(pair, 1);
	int known = jv_get_kind(line) == JV_KIND_NUMBER &&
		    jv_get_kind(column) == JV_KIND_NUMBER;
	v->line = known ? whole(jv_number_value(line)) : r->line;
	v->column = known ? whole(jv_number_value(column)) : r->column;
	jv_free(line);
	jv_free(column);
	jv_free(pair);
	jv_free(list);
}

static int read_list(struct rule *r, enum rule_list which, jv positions)
{
	const char *member = members[which].member;
	struct list *list = &r->lists[which];
	if (!rec_has(r->rec, member))
		return members[which].required ? -1 : 0;
	jv v = rec_get(r->rec, member);
	int single = jv_get_kind(v) == JV_KIND_STRING && members[which].string_allowed;
	int n = single ? 1 : rec_len(v), bad = 0;
	if (n < 1 || (!single && jv_get_kind(v) != JV_KIND_ARRAY))
		bad = -1;
	list->values = mem_array((size_t)n + 1, sizeof(*list->values));
	for (int i = 0; !bad && i < n; i++) {
		struct value *value = &list->values[list->n++];
		value->text = single ? rec_str(r->rec, member) : rec_str_at(v, i);
		if (value->text == NULL || value->text[0] == '\0')
			bad = -1;
		locate(r, positions, member, i, value);
	}
	jv_free(v);
	return bad;
}

static void rule_release(struct rule *r)
{
	for (size_t i = 0; i < RULE_LISTS; i++)
		free(r->lists[i].values);
	jv_free(r->rec);
}

static int read_source(struct rule *r)
{
	jv source = rec_get(r->rec, "Source");
	r->file = rec_str(source, "File");
	r->line = whole(rec_num(source, "Line", 0));
	r->column = whole(rec_num(source, "Column", 0));
	jv_free(source);
	return r->file != NULL ? 0 : -1;
}

static int read_expires(struct rule *r, time_t now)
{
	time_t expires;
	const char *text = rec_str(r->rec, "Expires");
	if (!rec_has(r->rec, "Expires"))
		return 0;
	if (text == NULL || when_parse_rfc3339(text, &expires) != 0)
		return -1;
	r->expired = expires <= now;
	return 0;
}

/* Reads the members of r->rec into the rest of r. */
static int read_rule(struct rule *r, const struct stream_in *s, time_t now)
{
	const char *type = rec_str(r->rec, "PrincipalType");
	r->sid = rec_str(r->rec, "SID");
	if (r->sid == NULL)
		return bad_record(s, "an AssignmentRule without SID");
	if (type == NULL || (strcmp(type, "GROUP") != 0 && strcmp(type, "USER") != 0))
		return bad_record(
			s, "rule '%s': PrincipalType is neither GROUP nor USER", r->sid);
	r->for_users = strcmp(type, "USER") == 0;
	if (read_source(r) != 0)
		return bad_record(
			s, "rule '%s': Source does not say which file it is from", r->sid);
	if (read_expires(r, now) != 0)
		return bad_record(
			s, "rule '%s': Expires is no RFC 3339 date and time", r->sid);
	jv positions = rec_get(r->rec, "Positions");
	int bad = 0;
	for (size_t i = 0; !bad && i < RULE_LISTS; i++) {
		bad = read_list(r, (enum rule_list)i, positions);
		if (bad)
			bad_record(s, "rule '%s': %s is missing or no list of names",
				r->sid, members[i].member);
	}
	jv_free(positions);
	/* They are in the lists now, and would be most of what a rule takes. */
	r->rec = jv_object_delete(r->rec, jv_string("Positions"));
	return bad;
}

/* Whether two records say the same, wherever they were written. */
static int same_meaning(jv a, jv b)
{
	jv x = rec_set(jv_copy(a), "Source", jv_null());
	jv y = rec_set(jv_copy(b), "Source", jv_null());
	x = rec_set(x, "Positions", jv_null());
	y = rec_set(y, "Positions", jv_null());
	int same = rec_equal(x, y);
	jv_free(x);
	jv_free(y);
	return same;
}

static int add_rule(struct input *in, const struct stream_in *s, jv rec, time_t now)
{
	struct rule r = { .rec = jv_copy(rec) };
	if (read_rule(&r, s, now) != 0) {
		rule_release(&r);
		return -1;
	}
	void **slot = map_slot(&in->rules_by_sid, r.sid);
	if (*slot != NULL) {
		int same = same_meaning(rec, in->rules[(uintptr_t)*slot - 1].rec);
		if (!same)
			rule_diag(DIAG_ERROR, &r, NULL,
				"rule '%s' is there twice, and the two differ: give one "
				"of them another SID",
				r.sid);
		rule_release(&r);
		return same ? 0 : -1;
	}
	if (in->n_rules == RULES_MAX) {
		rule_release(&r);
		return bad_record(s, "more than %u rules", RULES_MAX);
	}
	mem_grow(&in->rules, &in->cap_rules, in->n_rules + 1, sizeof(*in->rules));
	in->rules[in->n_rules++] = r;
	*slot = (void *)(uintptr_t)in->n_rules;
	if (r.expired)
		rule_diag(DIAG_NOTE, &r, NULL, "rule '%s' expired at %s and grants nothing",
			r.sid, rec_str(r.rec, "Expires"));
	return 0;
}

static int add_set(struct input *in, const struct stream_in *s, jv rec)
{
	const char *name = rec_str(rec, "Name");
	if (name == NULL)
		return bad_record(s, "a PermissionSet without Name");
	void **slot = map_slot(&in->sets_by_name, name);
	if (*slot != NULL) {
		if (same_meaning(rec, in->sets[(uintptr_t)*slot - 1]))
			return 0;
		return bad_record(
			s, "permission set '%s' is there twice, and the two differ", name);
	}
	mem_grow(&in->sets, &in->cap_sets, in->n_sets + 1, sizeof(*in->sets));
	in->sets[in->n_sets++] = jv_copy(rec);
	*slot = (void *)(uintptr_t)in->n_sets;
	return 0;
}

static int compare_sets(const void *a, const void *b)
{
	const jv *x = a, *y = b;
	return strcmp(rec_str_or(*x, "Name", ""), rec_str_or(*y, "Name", ""));
}

static void sort_sets(struct input *in)
{
	if (in->n_sets > 1)
		qsort(in->sets, in->n_sets, sizeof(*in->sets), compare_sets);
	for (size_t i = 0; i < in->n_sets; i++)
		map_put(&in->sets_by_name, rec_str(in->sets[i], "Name"),
			(void *)(uintptr_t)(i + 1));
}

/* Turns the permission set names of the rules into indices. */
static int refer_sets(struct input *in)
{
	const char **names = mem_array(in->n_sets + 1, sizeof(*names));
	int bad = 0;
	for (size_t i = 0; i < in->n_sets; i++)
		names[i] = rec_str(in->sets[i], "Name");
	for (size_t i = 0; i < in->n_rules; i++) {
		struct rule *r = &in->rules[i];
		for (size_t k = 0; !r->expired && k < r->lists[RULE_SET].n; k++) {
			struct value *v = &r->lists[RULE_SET].values[k];
			uintptr_t at = (uintptr_t)map_get(&in->sets_by_name, v->text);
			if (at != 0) {
				v->ref = (uint32_t)(at - 1);
				continue;
			}
			const char *near = text_nearest(v->text, names, in->n_sets);
			rule_diag(DIAG_ERROR, r, v,
				"no permission set '%s' in the templates%s%s%s", v->text,
				near != NULL ? ": did you mean '" : "",
				near != NULL ? near : "", near != NULL ? "'?" : "");
			bad = -1;
		}
	}
	free(names);
	return bad;
}

int input_read(struct input *in, int fd, const char *name, time_t now)
{
	struct stream_in s;
	struct err err;
	jv rec;
	int bad = 0, got;
	memset(in, 0, sizeof(*in));
	map_init(&in->sets_by_name);
	map_init(&in->rules_by_sid);
	stream_open(&s, fd, name, diag_prog(), STREAM_BIT(STREAM_TEMPLATES));
	while ((got = stream_next(&s, &rec, &err)) > 0) {
		bad |= rec_is(rec, "PermissionSet") ? add_set(in, &s, rec)
						    : add_rule(in, &s, rec, now);
		jv_free(rec);
	}
	stream_release(&s);
	if (got < 0)
		return stream_fail(&err);
	sort_sets(in);
	bad |= refer_sets(in);
	return bad ? STATUS_FAILED : STATUS_OK;
}

void input_release(struct input *in)
{
	for (size_t i = 0; i < in->n_rules; i++)
		rule_release(&in->rules[i]);
	for (size_t i = 0; i < in->n_sets; i++)
		jv_free(in->sets[i]);
	free(in->rules);
	free(in->sets);
	map_release(&in->rules_by_sid, NULL);
	map_release(&in->sets_by_name, NULL);
}

size_t input_live_rules(const struct input *in)
{
	size_t n = 0;
	for (size_t i = 0; i < in->n_rules; i++)
		n += !in->rules[i].expired;
	return n;
}
