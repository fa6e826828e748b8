#include "policy_model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"

/* --- reading ------------------------------------------------------------------------ */

static void read_texts(struct items *items)
{
	int is_list = jv_get_kind(items->x.v) == JV_KIND_ARRAY;
	items->n = is_list ? (size_t)rec_len(items->x.v) : 1;
	items->texts = mem_array(items->n + 1, sizeof(*items->texts));
	for (size_t i = 0; i < items->n; i++)
		items->texts[i] =
			is_list ? rec_str_at(items->x.v, (int)i) : value_string(&items->x);
}

static void items_read(struct items *items, const struct value *statement, const char *name,
	const char *negated, unsigned flags)
{
	if (!value_member(&items->x, statement, name)) {
		items->negated = value_member(&items->x, statement, negated);
		if (!items->negated)
			items->x = (struct value){ .up = statement,
				.file = statement->file,
				.key = name,
				.v = jv_array() };
	}
	read_texts(items);
	items->patterns = mem_array(items->n + 1, sizeof(*items->patterns));
	for (size_t i = 0; i < items->n; i++)
		pattern_init(&items->patterns[i], items->texts[i], flags);
}

static void items_release(struct items *items)
{
	for (size_t i = 0; i < items->n; i++)
		pattern_release(&items->patterns[i]);
	free(items->patterns);
	free(items->texts);
	value_close(&items->x);
}

void action_pattern(struct pattern *p, const char *action)
{
	pattern_init(p, strcmp(action, "*:*") == 0 ? "*" : action, PATTERN_FOLD);
}

static void statement_read(struct statement *s, size_t number, int old)
{
	s->number = number;
	s->allow = strcmp(rec_str_or(s->x.v, "Effect", ""), "Allow") == 0;
	s->conditional = rec_has(s->x.v, "Condition");
	items_read(&s->actions, &s->x, "Action", "NotAction", PATTERN_FOLD);
	for (size_t i = 0; i < s->actions.n; i++)
		if (strcmp(s->actions.texts[i], "*:*") == 0) {
			pattern_release(&s->actions.patterns[i]);
			action_pattern(&s->actions.patterns[i], "*");
		}
	items_read(&s->resources, &s->x, "Resource", "NotResource",
		PATTERN_ARN | (old ? 0 : PATTERN_VARIABLES));
}

void policy_read(struct policy *p, const struct value *x)
{
	*p = (struct policy){ 0 };
	p->old = strcmp(rec_str_or(x->v, "Version", ""), "2012-10-17") != 0;
	if (!value_member(&p->list, x, "Statement"))
		p->list = (struct value){ .up = x, .file = x->file, .v = jv_array() };
	int is_list = jv_get_kind(p->list.v) == JV_KIND_ARRAY;
	p->n = is_list ? (size_t)rec_len(p->list.v) : 1;
	p->statements = mem_array(p->n + 1, sizeof(*p->statements));
	for (size_t i = 0; i < p->n; i++) {
		struct statement *s = &p->statements[i];
		if (is_list)
			value_element(&s->x, &p->list, (int)i);
		else
			value_member(&s->x, x, "Statement");
		statement_read(s, i + 1, p->old);
	}
}

void policy_release(struct policy *p)
{
	for (size_t i = 0; i < p->n; i++) {
		items_release(&p->statements[i].actions);
		items_release(&p->statements[i].resources);
		value_close(&p->statements[i].x);
	}
	free(p->statements);
	value_close(&p->list);
}

/* --- what items take in ------------------------------------------------------------- */

size_t items_find(const struct items *items, const struct pattern *p)
{
	for (size_t i = 0; !items->negated && i < items->n; i++)
		if (pattern_covers(&items->patterns[i], p))
			return i + 1;
	return 0;
}

int items_include(const struct items *items, const struct pattern *p)
{
	if (items->n == 0)
		return 0;
	if (!items->negated)
		return items_find(items, p) > 0;
	for (size_t i = 0; i < items->n; i++)
		if (pattern_meets(&items->patterns[i], p))
			return 0;
	return 1;
}

/* Whether all but items are part of what by stands for. */
static int rest_covered(const struct items *items, const struct items *by)
{
	if (!by->negated) {
		for (size_t i = 0; i < by->n; i++)
			if (by->patterns[i].any)
				return 1;
		return 0;
	}
	for (size_t i = 0; i < by->n; i++) {
		int found = 0;
		for (size_t k = 0; !found && k < items->n; k++)
			found = pattern_covers(&items->patterns[k], &by->patterns[i]);
		if (!found)
			return 0;
	}
	return 1;
}

int items_covered(const struct items *items, const struct items *by)
{
	if (items->n == 0 || by->n == 0)
		return 0;
	if (items->negated)
		return rest_covered(items, by);
	for (size_t i = 0; i < items->n; i++)
		if (!items_include(by, &items->patterns[i]))
			return 0;
	return 1;
}

/* --- messages ----------------------------------------------------------------------- */

void items_report(const struct items *items, size_t i, enum code code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	if (jv_get_kind(items->x.v) == JV_KIND_ARRAY) {
		struct value x;
		value_element(&x, &items->x, (int)i);
		value_vreport(&x, code, fmt, ap);
		value_close(&x);
	} else {
		value_vreport(&items->x, code, fmt, ap);
	}
	va_end(ap);
}

char *statement_name(const struct statement *s)
{
	const char *sid = rec_str(s->x.v, "Sid");
	return sid != NULL ? mem_format("'%.80s'", sid)
			   : mem_format("statement %zu", s->number);
}

/* --- conditions --------------------------------------------------------------------- */

/* Calls check for each key of one operator. */
static int each_key(const struct value *operator,
	int (*check)(const struct condition *c, void *ctx), void *ctx)
{
	int result = 0;
	jv_object_foreach(operator->v, key, v)
	{
		struct value x = { .up = operator, .file = operator->file, .v = v };
		x.key = jv_string_value(key);
		struct condition c = { .operator= operator->key, .key = x.key, .x = &x };
		if (result == 0)
			result = check(&c, ctx);
		jv_free(key);
		jv_free(v);
	}
	return result;
}

int statement_conditions(const struct statement *s,
	int (*check)(const struct condition *c, void *ctx), void *ctx)
{
	struct value all;
	int result = 0;
	if (!value_member(&all, &s->x, "Condition"))
		return 0;
	jv_object_foreach(all.v, key, v)
	{
		struct value operator= { .up = &all, .file = all.file, .v = v };
		operator.key = jv_string_value(key);
		if (result == 0)
			result = each_key(&operator, check, ctx);
		jv_free(key);
		jv_free(v);
	}
	value_close(&all);
	return result;
}
