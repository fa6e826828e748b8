/* Permission sets, who has them, and where. */
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "mem.h"
#include "rec.h"
#include "show.h"
#include "text.h"

#define FEW 3 /* so many names are seen at a glance, without their number */

struct map_entry *show_sorted(const struct map *m, int (*order)(const void *, const void *))
{
	struct map_entry *copy = mem_array(m->n + 1, sizeof(*copy));
	if (m->n > 0) {
		memcpy(copy, m->entries, m->n * sizeof(*copy));
		qsort(copy, m->n, sizeof(*copy), order);
	}
	return copy;
}

char *show_count(size_t n, const char *one, const char *many)
{
	return mem_format("%zu %s", n, n == 1 ? one : many);
}

static int by_key(const void *a, const void *b)
{
	const struct map_entry *x = a, *y = b;
	return strcmp(x->key, y->key);
}

/* --- assignments -------------------------------------------------------------------- */

void show_places(struct page *page, enum colour colour, const struct places *places)
{
	char **names = mem_array(places->n + 1, sizeof(*names));
	for (size_t i = 0; i < places->n; i++) {
		char *label = account_label(places->at[i].account);
		names[i] = mem_format("%s%s", label, places->at[i].role_goes ? "*" : "");
		free(label);
	}
	qsort(names, places->n, sizeof(*names), text_compare);
	if (places->n > FEW)
		page_put(page, colour, "%zu accounts:", places->n);
	for (size_t i = 0; i < places->n; i++) {
		page_word(page, colour, names[i], i + 1 < places->n ? "," : "");
		free(names[i]);
	}
	free(names);
}

/* "(rules A, B)" */
static void show_rule_names(struct page *page, const struct holder *h)
{
	struct map_entry *rules = show_sorted(&h->rules, by_key);
	if (h->rules.n > 0)
		page_word(page, COLOUR_FAINT, h->rules.n == 1 ? "(rule" : "(rules", "");
	for (size_t i = 0; i < h->rules.n; i++)
		page_word(page, COLOUR_FAINT, rules[i].key, i + 1 < h->rules.n ? "," : ")");
	free(rules);
}

static void show_holder(struct page *page, const struct holder *h)
{
	static const struct {
		enum colour colour;
		const char *symbol;
	} looks[WHATS] = {
		[WHAT_HELD] = { COLOUR_NONE, NULL },
		[WHAT_GRANT] = { COLOUR_GRANT, "+" },
		[WHAT_REVOKE] = { COLOUR_REVOKE, "-" },
		[WHAT_REBIND] = { COLOUR_CHANGE, "~" },
	};
	char *label = principal_label(h->who);
	page_begin(page, 4, 2, COLOUR_NONE, NULL);
	page_put(page, COLOUR_NONE, "%s", label);
	if (h->who->orphan)
		page_put(page, COLOUR_CHANGE, "(no longer exists)");
	if (h->where[WHAT_REBIND].n > 0)
		page_put(page, COLOUR_CHANGE, "(deleted and made again: new id)");
	show_rule_names(page, h);
	page_end(page);
	free(label);
	for (int w = 0; w < WHATS; w++) {
		if (h->where[w].n == 0)
			continue;
		page_begin(
			page, 6, w == WHAT_HELD ? 2 : 0, looks[w].colour, looks[w].symbol);
		show_places(page, looks[w].colour, &h->where[w]);
		page_end(page);
	}
}

static int by_holder(const void *a, const void *b)
{
	const struct map_entry *x = a, *y = b;
	const struct principal *p = ((const struct holder *)x->value)->who;
	const struct principal *q = ((const struct holder *)y->value)->who;
	int c = strcmp(p->type, q->type);
	if (c == 0)
		c = strcmp(p->name != NULL ? p->name : "", q->name != NULL ? q->name : "");
	return c != 0 ? c : strcmp(p->id, q->id);
}

static void show_holders(struct page *page, const struct set *set)
{
	struct map_entry *entries = show_sorted(&set->holders, by_holder);
	for (size_t i = 0; i < set->holders.n; i++)
		show_holder(page, entries[i].value);
	free(entries);
}

/* --- rules of templates ------------------------------------------------------------- */

/* Puts the strings of a member, which is a string or an array of them. */
static void put_strings(struct page *page, enum colour colour, jv rule, const char *key)
{
	jv v = rec_get(rule, key);
	if (jv_get_kind(v) == JV_KIND_STRING)
		v = rec_push(jv_array(), v);
	int n = rec_len(v);
	for (int i = 0; i < n; i++) {
		const char *s = rec_str_at(v, i);
		page_word(page, colour, s != NULL ? s : "?", i + 1 < n ? "," : "");
	}
	jv_free(v);
}

static void show_rule(struct page *page, jv rule)
{
	int user = strcmp(rec_str(rule, "PrincipalType"), "USER") == 0;
	jv names = rec_get(rule, "PrincipalId");
	int several = rec_len(names) > 1;
	jv_free(names);
	page_begin(page, 4, 2, COLOUR_NONE, NULL);
	page_put(page, COLOUR_NONE, "%s%s", user ? "user" : "group", several ? "s" : "");
	put_strings(page, COLOUR_NONE, rule, "PrincipalId");
	page_put(page, COLOUR_FAINT, "(rule %s)", rec_str(rule, "SID"));
	page_end(page);
	page_begin(page, 6, 2, COLOUR_NONE, NULL);
	put_strings(page, COLOUR_NONE, rule, "Target");
	if (rec_has(rule, "Exclude"))
		page_put(page, COLOUR_CHANGE, "but not");
	put_strings(page, COLOUR_NONE, rule, "Exclude");
	if (rec_str(rule, "Expires") != NULL)
		page_put(page, COLOUR_CHANGE, "until %s", rec_str(rule, "Expires"));
	page_end(page);
}

/* --- permission sets ---------------------------------------------------------------- */

static void show_head(struct page *page, const struct set *set)
{
	enum colour colour = COLOUR_NONE;
	const char *symbol = " ", *what = NULL;
	if (set->created)
		colour = COLOUR_GRANT, symbol = "+", what = "new permission set";
	else if (set->deleted)
		colour = COLOUR_REVOKE, symbol = "-", what = "permission set deleted";
	else if (set->changed)
		colour = COLOUR_CHANGE, symbol = "~", what = "permission set changed";
	else if (set->unmanaged)
		colour = COLOUR_FAINT, what = "not managed";
	page_begin(page, 0, 2, colour, symbol);
	page_word(page, COLOUR_HEAD, set->name, what != NULL ? ":" : "");
	if (what != NULL)
		page_put(page, colour, "%s", what);
	if (set->source != NULL && set->reason == NULL)
		page_word(page, COLOUR_FAINT, set->source, "");
	page_end(page);
	if (set->reason != NULL)
		page_line(page, 4, COLOUR_NONE, NULL, "%s", set->reason);
}

static void show_set(struct page *page, enum stream_type type, const struct set *set)
{
	page_blank(page);
	show_head(page, set);
	if (set->created || type == STREAM_TEMPLATES)
		content_show(page, 4, set->content);
	content_changes(page, 4, set->changes);
	if (set->provisioned != NULL)
		page_line(page, 4, COLOUR_NONE, NULL, "roles updated%s%s",
			*set->provisioned != '\0' ? ": " : "", set->provisioned);
	for (int i = 0; i < rec_len(set->rules); i++) {
		jv rule = rec_at(set->rules, i);
		show_rule(page, rule);
		jv_free(rule);
	}
	show_holders(page, set);
	int is_list = type != STREAM_PLAN && type != STREAM_RESULTS;
	if (is_list && set->holders.n == 0 && rec_len(set->rules) == 0)
		page_line(page, 4, COLOUR_FAINT, NULL, "nobody has it");
}

static void show_title(struct page *page, const struct model *m)
{
	static const char *const titles[STREAM_TYPES] = {
		[STREAM_TEMPLATES] = "Templates",
		[STREAM_RESOLVED] = "What the templates ask for",
		[STREAM_STATE] = "What is live",
		[STREAM_PLAN] = "Plan",
		[STREAM_RESULTS] = "Results",
	};
	page_line(page, 0, COLOUR_HEAD, NULL, "%s%s%s", titles[m->type],
		m->instance != NULL ? ": " : "", m->instance != NULL ? m->instance : "");
}

void show_text(struct page *page, const struct model *m)
{
	struct map_entry *sets = show_sorted(&m->sets, by_key);
	show_title(page, m);
	for (size_t i = 0; i < m->sets.n; i++)
		show_set(page, m->type, sets[i].value);
	free(sets);
	show_remarks(page, m);
	show_summary(page, m);
}
