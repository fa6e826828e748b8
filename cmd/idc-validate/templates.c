#include "templates.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

void templates_init(struct templates *t)
{
	*t = (struct templates){ 0 };
}

static void name_release(struct name *n)
{
	free(n->text);
	free(n->pointer);
}

void templates_release(struct templates *t)
{
	for (size_t i = 0; i < t->n_sets; i++) {
		name_release(&t->sets[i].name);
		name_release(&t->sets[i].was);
		jv_free(t->sets[i].record);
		jv_free(t->sets[i].root);
	}
	for (size_t i = 0; i < t->n_rules; i++) {
		struct rule *r = &t->rules[i];
		name_release(&r->sid);
		for (size_t k = 0; k < r->n_sets; k++)
			name_release(&r->sets[k]);
		free(r->sets);
		buf_release(&r->line);
		free(r->pointer);
	}
	free(t->sets);
	free(t->rules);
}

struct name name_of(const struct value *x)
{
	return (struct name){ mem_string(value_string(x)), x->file, value_pos(x, 0),
		value_pointer(x) };
}

void templates_add_set_take(struct templates *t, struct set set)
{
	t->sets_missing |= set.name.text == NULL;
	mem_grow(&t->sets, &t->cap_sets, t->n_sets + 1, sizeof(*t->sets));
	t->sets[t->n_sets++] = set;
}

void templates_add_rule_take(struct templates *t, struct rule rule)
{
	mem_grow(&t->rules, &t->cap_rules, t->n_rules + 1, sizeof(*t->rules));
	t->rules[t->n_rules++] = rule;
}

/* --- across files ------------------------------------------------------------------- */

static void complain(const struct name *n, enum code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void complain(const struct name *n, enum code code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *text = report_text(fmt, ap);
	va_end(ap);
	file_report(n->file, code, n->pointer, 0, text);
	free(text);
}

/*
 * Reports a name (of what) that another had before; both point into the templates, which
 * do not grow any more.
 */
static void check_unique(
	struct map *names, struct name *n, enum code code, const char *what)
{
	if (n->text == NULL)
		return;
	const struct name *first = map_get(names, n->text);
	if (first == NULL)
		map_put(names, n->text, n);
	else
		complain(n, code,
			"%s '%.200s' is at %s:%zu:%zu already\nit can be there only once",
			what, n->text, first->file->path, first->pos.line,
			first->pos.column);
}

/* Former names: none may be in use, nor be that of two. */
static void check_former(struct templates *t, const struct map *names, struct map *former)
{
	for (size_t i = 0; i < t->n_sets; i++) {
		struct name *was = &t->sets[i].was;
		if (was->text == NULL)
			continue;
		const struct name *user = map_get(names, was->text);
		if (user != NULL)
			complain(was, CODE_FORMER_NAME,
				"'%.200s' is no former name\nit is that of the permission "
				"set "
				"at %s:%zu:%zu",
				was->text, user->file->path, user->pos.line,
				user->pos.column);
		check_unique(former, was, CODE_FORMER_NAME, "the former name");
	}
}

static void unknown_set(const struct templates *t, const struct name *n,
	const struct map *former, const char *const *names)
{
	const struct name *was = map_get(former, n->text);
	if (file_is_full(n->file))
		return;
	const char *near = text_nearest(n->text, names, t->n_sets);
	for (size_t i = 0; was != NULL && i < t->n_sets; i++)
		if (&t->sets[i].was == was && t->sets[i].name.text != NULL)
			near = t->sets[i].name.text;
	if (near != NULL)
		complain(n, CODE_UNDEFINED_SET,
			"no template defines the permission set '%.200s'\ndid you mean "
			"'%s'?",
			n->text, near);
	else
		complain(n, CODE_UNDEFINED_SET,
			"no template defines the permission set '%.200s'\nadd a file with "
			"that Name, or name another one",
			n->text);
}

static void check_references(
	const struct templates *t, const struct map *names, const struct map *former)
{
	const char **list = mem_array(t->n_sets + 1, sizeof(*list));
	for (size_t i = 0; i < t->n_sets; i++)
		list[i] = t->sets[i].name.text != NULL ? t->sets[i].name.text : "";
	for (size_t i = 0; i < t->n_rules; i++)
		for (size_t k = 0; k < t->rules[i].n_sets; k++)
			if (!map_has(names, t->rules[i].sets[k].text))
				unknown_set(t, &t->rules[i].sets[k], former, list);
	free(list);
}

/*
 * Whether all rules were read to their last name: without one of them, or with a name that
 * is misspelt, a permission set may only seem to be of no use.
 */
static int are_rules_whole(const struct templates *t, const struct map *names)
{
	if (t->rules_missing || t->n_rules == 0)
		return 0;
	for (size_t i = 0; i < t->n_rules; i++) {
		if (t->rules[i].line.len == 0)
			return 0;
		for (size_t k = 0; k < t->rules[i].n_sets; k++)
			if (!map_has(names, t->rules[i].sets[k].text))
				return 0;
	}
	return 1;
}

static void check_used(const struct templates *t, const struct map *names)
{
	struct map used;
	if (!are_rules_whole(t, names))
		return;
	map_init(&used);
	for (size_t i = 0; i < t->n_rules; i++)
		for (size_t k = 0; k < t->rules[i].n_sets; k++)
			map_slot(&used, t->rules[i].sets[k].text);
	for (size_t i = 0; i < t->n_sets; i++) {
		const struct name *n = &t->sets[i].name;
		if (n->text != NULL && !map_has(&used, n->text))
			complain(n, CODE_UNUSED_SET,
				"no rule assigns the permission set '%.200s'\n"
				"add a rule for it, or remove it",
				n->text);
	}
	map_release(&used, NULL);
}

void templates_check(struct templates *t)
{
	struct map names, former, sids;
	map_init(&names);
	map_init(&former);
	map_init(&sids);
	for (size_t i = 0; i < t->n_sets; i++)
		check_unique(
			&names, &t->sets[i].name, CODE_SET_TWICE, "the permission set");
	check_former(t, &names, &former);
	for (size_t i = 0; i < t->n_rules; i++)
		check_unique(&sids, &t->rules[i].sid, CODE_SID_TWICE, "the SID");
	/* What seems to be missing may be in what could not be read. */
	if (!t->sets_missing)
		check_references(t, &names, &former);
	check_used(t, &names);
	map_release(&names, NULL);
	map_release(&former, NULL);
	map_release(&sids, NULL);
}

static int compare(const void *a, const void *b)
{
	const struct set *x = a, *y = b;
	return strcmp(x->name.text, y->name.text);
}

void templates_sort(struct templates *t)
{
	if (t->n_sets > 1)
		qsort(t->sets, t->n_sets, sizeof(*t->sets), compare);
}
