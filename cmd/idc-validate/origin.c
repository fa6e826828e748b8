#include "origin.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "managed.h"
#include "mem.h"
#include "rec.h"

#define POINTER_MAX ((size_t)1 << 16)

/* --- records ------------------------------------------------------------------------ */

/* "FILE:LINE:COLUMN"; owned. */
static char *source_text(jv source)
{
	return mem_format("%s:%.0f:%.0f", rec_str_or(source, "File", ""),
		rec_num(source, "Line", 0), rec_num(source, "Column", 0));
}

static void add_take(struct origins *o, struct origin x)
{
	jv source = rec_get(x.record, "Source");
	char *text = source_text(source);
	o->list[o->n++] = x;
	map_put(&o->sources, text, (void *)(uintptr_t)o->n);
	o->all = rec_push(o->all, jv_copy(x.record));
	free(text);
	jv_free(source);
}

void origins_init(struct origins *o, const struct templates *t)
{
	*o = (struct origins){ .all = jv_array() };
	map_init(&o->sources);
	o->list = mem_array(t->n_sets + t->n_rules + 1, sizeof(*o->list));
	for (size_t i = 0; i < t->n_sets; i++) {
		const struct set *s = &t->sets[i];
		if (jv_is_valid(s->record))
			add_take(o, (struct origin){ jv_copy(s->record), jv_copy(s->root),
					    s->name.file, "" });
	}
	for (size_t i = 0; i < t->n_rules; i++) {
		const struct rule *r = &t->rules[i];
		struct json_fault fault;
		if (r->line.len == 0 || r->line.over)
			continue;
		jv record = json_parse(buf_str(&r->line), r->line.len, &fault);
		add_take(o,
			(struct origin){ record, jv_invalid(), r->sid.file, r->pointer });
	}
}

void origins_release(struct origins *o)
{
	for (size_t i = 0; i < o->n; i++) {
		jv_free(o->list[i].record);
		jv_free(o->list[i].root);
	}
	free(o->list);
	map_release(&o->sources, NULL);
	jv_free(o->all);
}

const struct origin *origins_find(const struct origins *o, jv which)
{
	size_t i = 0;
	if (jv_get_kind(which) == JV_KIND_NUMBER) {
		double n = jv_number_value(which);
		i = n >= 0 && n < (double)o->n && n == floor(n) ? (size_t)n + 1 : 0;
	} else if (jv_get_kind(which) == JV_KIND_OBJECT) {
		char *text = source_text(which);
		i = (size_t)(uintptr_t)map_get(&o->sources, text);
		free(text);
	}
	return i > 0 ? &o->list[i - 1] : NULL;
}

char *origin_words(const struct origin *x)
{
	jv source = rec_get(x->record, "Source");
	char *place = source_text(source);
	int is_set = rec_is(x->record, "PermissionSet");
	char *text = mem_format("the %s '%.200s' at %s", is_set ? "permission set" : "rule",
		rec_str_or(x->record, is_set ? "Name" : "SID", ""), place);
	free(place);
	jv_free(source);
	return text;
}

/* --- paths to pointers -------------------------------------------------------------- */

/* The member or element of v that one step of a path names; owned, or invalid. */
static jv step_into(jv v, jv step)
{
	if (jv_get_kind(step) == JV_KIND_STRING)
		return rec_get(v, jv_string_value(step));
	if (jv_get_kind(step) != JV_KIND_NUMBER || jv_get_kind(v) != JV_KIND_ARRAY)
		return jv_invalid();
	double n = floor(jv_number_value(step));
	n += n < 0 ? rec_len(v) : 0;
	return n >= 0 && n < rec_len(v) ? rec_at(v, (int)n) : jv_invalid();
}

/* What v has at the end of a path, owned; or invalid. */
static jv walk(jv v, jv path)
{
	jv at = jv_copy(v);
	int n = rec_len(path);
	for (int i = 0; i < n && jv_is_valid(at); i++) {
		jv step = rec_at(path, i), next = step_into(at, step);
		jv_free(step);
		jv_free(at);
		at = next;
	}
	return at;
}

/* Adds the steps of a path into the record, but for those before from. */
static void add_steps(struct buf *b, jv record, jv path, int from)
{
	jv at = jv_copy(record);
	int n = rec_len(path);
	for (int i = 0; i < n; i++) {
		jv step = rec_at(path, i), next = step_into(at, step);
		double index = jv_get_kind(step) == JV_KIND_NUMBER
				       ? floor(jv_number_value(step))
				       : 0;
		if (i >= from && jv_get_kind(step) == JV_KIND_STRING)
			json_pointer_add(b, jv_string_value(step));
		else if (i >= from)
			buf_addf(b, "/%.0f", index < 0 ? index + rec_len(at) : index);
		jv_free(step);
		jv_free(at);
		at = next;
	}
	jv_free(at);
}

/* Which element of a list in the template the record's was made from, or -1. */
static int find_element(jv list, jv wanted, jv (*make)(jv list))
{
	int n = rec_len(list), found = -1;
	for (int i = 0; i < n && found < 0; i++) {
		jv one = rec_push(jv_array(), rec_at(list, i)), made = make(one);
		jv record = rec_at(made, 0);
		if (rec_equal(record, wanted))
			found = i;
		jv_free(record);
		jv_free(made);
		jv_free(one);
	}
	return found;
}

/* Adds the Name or Path at the end of a path, where the template has it, too. */
static void add_part(struct buf *b, jv template, jv path)
{
	const char *last = rec_str_at(path, rec_len(path) - 1);
	if (last != NULL && rec_has(template, last))
		json_pointer_add(b, last);
}

static void add_policy(
	struct buf *b, const struct origin *x, jv path, const char *member, jv (*make)(jv))
{
	jv list = rec_get(x->root, member), index = rec_at(path, 1);
	jv records = rec_get(x->record, member), wanted = step_into(records, index);
	int i = jv_is_valid(wanted) ? find_element(list, wanted, make) : -1;
	if (i >= 0) {
		jv policy = rec_at(list, i);
		buf_addf(b, "/%d", i);
		if (rec_len(path) > 2)
			add_part(b, policy, path);
		jv_free(policy);
	}
	jv_free(wanted);
	jv_free(records);
	jv_free(index);
	jv_free(list);
}

static void add_boundary(struct buf *b, jv root, jv path)
{
	jv boundary = rec_get(root, "PermissionBoundary");
	jv policy = rec_get(boundary, "Policy");
	if (rec_len(path) > 1)
		buf_adds(b, "/Policy");
	if (rec_len(path) > 2)
		add_part(b, policy, path);
	jv_free(policy);
	jv_free(boundary);
}

/* Members of records that have another name in templates. */
static const char *template_name(const char *member)
{
	if (strcmp(member, "InlinePolicy") == 0)
		return "CustomPolicy";
	return strcmp(member, "PermissionsBoundary") == 0 ? "PermissionBoundary" : member;
}

static void add_in_set(struct buf *b, const struct origin *x, const char *member, jv path)
{
	const char *name = template_name(member);
	/* The record tells also what a template leaves out. */
	if (!rec_has(x->root, name))
		return;
	json_pointer_add(b, name);
	if (strcmp(member, "ManagedPolicies") == 0)
		add_policy(b, x, path, member, managed_record);
	else if (strcmp(member, "CustomerManagedPolicies") == 0)
		add_policy(b, x, path, member, customer_managed_record);
	else if (strcmp(member, "PermissionsBoundary") == 0)
		add_boundary(b, x->root, path);
	else
		add_steps(b, x->record, path, 1);
}

char *origin_pointer(const struct origin *x, jv path)
{
	const char *member = rec_str_at(path, 0);
	jv at = walk(x->record, path);
	int leads = jv_is_valid(at) && member != NULL && strcmp(member, "Kind") != 0 &&
		    strcmp(member, "Source") != 0 && strcmp(member, "Positions") != 0;
	struct buf b;
	jv_free(at);
	buf_init(&b, POINTER_MAX);
	buf_adds(&b, x->pointer);
	if (leads && jv_is_valid(x->root))
		add_in_set(&b, x, member, path);
	else if (leads)
		add_steps(&b, x->record, path, 0);
	return buf_take(&b);
}
