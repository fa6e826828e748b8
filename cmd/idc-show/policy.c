#include "policy.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "map.h"
#include "mem.h"
#include "rec.h"

/* Members of a statement in the order in which it is read; others follow, sorted. */
static const char *const members[] = { "Effect", "Action", "NotAction", "Resource",
	"NotResource", "Principal", "NotPrincipal", "Condition" };
#define MEMBERS_KNOWN (sizeof(members) / sizeof(members[0]))

/* --- values ------------------------------------------------------------------------- */

void policy_item(struct page *page, enum colour colour, const char *s, const char *end)
{
	if (*s != '\0' && strpbrk(s, " ,;\"'") == NULL) {
		page_word(page, colour, s, end);
		return;
	}
	jv string = jv_string(s);
	char *quoted = json_string(string);
	page_word(page, colour, quoted, end);
	free(quoted);
	jv_free(string);
}

static int is_strings(jv v)
{
	int all = jv_get_kind(v) == JV_KIND_ARRAY;
	for (int i = 0; all && i < rec_len(v); i++)
		all = rec_str_at(v, i) != NULL;
	return all;
}

static int is_list(jv v)
{
	return jv_get_kind(v) == JV_KIND_STRING || is_strings(v);
}

void policy_value(struct page *page, enum colour colour, jv value, const char *end)
{
	int n = rec_len(value);
	if (jv_get_kind(value) == JV_KIND_STRING) {
		policy_item(page, colour, jv_string_value(value), end);
	} else if (is_strings(value) && n > 0) {
		for (int i = 0; i < n; i++)
			policy_item(
				page, colour, rec_str_at(value, i), i + 1 < n ? "," : end);
	} else {
		char *text = json_string(value);
		page_word(page, colour, text, end);
		free(text);
	}
}

/* Whether v is {operator: {key: strings}}, as conditions are. */
static int is_condition(jv v)
{
	int good = jv_get_kind(v) == JV_KIND_OBJECT && rec_len(v) > 0;
	jv_object_foreach(v, operator, tests)
	{
		good = good && jv_get_kind(tests) == JV_KIND_OBJECT && rec_len(tests) > 0;
		if (good) {
			jv_object_foreach(tests, key, value)
			{
				good = good && is_list(value);
				jv_free(key);
				jv_free(value);
			}
		}
		jv_free(operator);
		jv_free(tests);
	}
	return good;
}

/* "StringEquals aws:RequestedRegion eu-west-1, eu-west-2 and ..." */
static void put_condition(
	struct page *page, enum colour colour, jv condition, const char *end)
{
	jv operators = jv_keys(jv_copy(condition));
	int n = rec_len(operators);
	for (int i = 0; i < n; i++) {
		jv tests = rec_get(condition, rec_str_at(operators, i));
		jv keys = jv_keys(jv_copy(tests));
		int n_keys = rec_len(keys);
		for (int k = 0; k < n_keys; k++) {
			int last = i + 1 == n && k + 1 == n_keys;
			jv value = rec_get(tests, rec_str_at(keys, k));
			policy_item(page, colour, rec_str_at(operators, i), "");
			policy_item(page, colour, rec_str_at(keys, k), "");
			policy_value(page, colour, value, last ? end : "");
			if (!last)
				page_word(page, colour, "and", "");
			jv_free(value);
		}
		jv_free(keys);
		jv_free(tests);
	}
	jv_free(operators);
}

static void put_member(
	struct page *page, enum colour colour, const char *name, jv value, const char *end)
{
	if (strcmp(name, "Effect") != 0)
		policy_item(page, colour, name, "");
	if (strcmp(name, "Condition") == 0 && is_condition(value))
		put_condition(page, colour, value, end);
	else
		policy_value(page, colour, value, end);
}

/* --- statements --------------------------------------------------------------------- */

/* The policy as an object where it is one, also inside of a string. Owned. */
static jv unfold(jv policy)
{
	struct json_fault fault;
	if (jv_get_kind(policy) != JV_KIND_STRING)
		return jv_copy(policy);
	const char *text = jv_string_value(policy);
	jv inner = json_parse(text, strlen(text), &fault);
	if (jv_get_kind(inner) == JV_KIND_OBJECT)
		return inner;
	jv_free(inner);
	return jv_copy(policy);
}

/* Its statements, all of them objects, as an owned array; or invalid. */
static jv statements_of(jv policy)
{
	jv all = rec_get(policy, "Statement");
	if (jv_get_kind(all) == JV_KIND_OBJECT)
		return rec_push(jv_array(), all);
	int good = jv_get_kind(all) == JV_KIND_ARRAY;
	for (int i = 0; good && i < rec_len(all); i++) {
		jv one = rec_at(all, i);
		good = jv_get_kind(one) == JV_KIND_OBJECT;
		jv_free(one);
	}
	if (good)
		return all;
	jv_free(all);
	return jv_invalid();
}

static int is_known(const char *name)
{
	for (size_t i = 0; i < MEMBERS_KNOWN; i++)
		if (strcmp(members[i], name) == 0)
			return 1;
	return strcmp(name, "Sid") == 0;
}

/* The names of the members of two statements (one may be invalid), but Sid. Owned array. */
static jv member_names(jv a, jv b)
{
	jv names = jv_array(), others = jv_array();
	for (size_t i = 0; i < MEMBERS_KNOWN; i++)
		if (rec_has(a, members[i]) || rec_has(b, members[i]))
			names = rec_push_str(names, members[i]);
	const jv both[] = { a, b };
	for (size_t i = 0; i < 2; i++) {
		jv keys = jv_is_valid(both[i]) ? jv_keys(jv_copy(both[i])) : jv_array();
		for (int k = 0; k < rec_len(keys); k++)
			if (!is_known(rec_str_at(keys, k)))
				others = rec_push_str(others, rec_str_at(keys, k));
		jv_free(keys);
	}
	jv sorted = rec_sorted_unique(others);
	jv_free(others);
	return jv_array_concat(names, sorted);
}

static void put_name(
	struct page *page, enum colour colour, jv statement, int number, const char *end)
{
	const char *sid = rec_str(statement, "Sid");
	if (sid != NULL && *sid != '\0')
		page_word(page, colour, sid, end);
	else
		page_put(page, colour, "statement %d%s", number + 1, end);
}

static void show_statement(struct page *page, size_t indent, enum colour colour,
	const char *symbol, jv statement, int number)
{
	jv names = member_names(statement, jv_invalid());
	int n = rec_len(names);
	page_begin(page, indent, 2, colour, symbol);
	put_name(page, colour, statement, number, ":");
	for (int i = 0; i < n; i++) {
		jv value = rec_get(statement, rec_str_at(names, i));
		put_member(page, colour, rec_str_at(names, i), value, i + 1 < n ? ";" : "");
		jv_free(value);
	}
	page_end(page);
	jv_free(names);
}

/* What has no statements as we know them: the whole of it. */
static void show_raw(
	struct page *page, size_t indent, enum colour colour, const char *symbol, jv v)
{
	char *text = json_string(v);
	page_line(page, indent, colour, symbol, "%s", text);
	free(text);
}

/* The version that all policies have is not worth a line. */
static int is_usual(const char *name, jv value)
{
	return strcmp(name, "Version") == 0 && jv_get_kind(value) == JV_KIND_STRING &&
	       strcmp(jv_string_value(value), "2012-10-17") == 0;
}

/* What stands beside the statements. */
static void show_frame(struct page *page, size_t indent, jv policy)
{
	jv names = member_names(policy, jv_invalid());
	for (int i = 0; i < rec_len(names); i++) {
		const char *name = rec_str_at(names, i);
		jv value = rec_get(policy, name);
		if (strcmp(name, "Statement") != 0 && !is_usual(name, value)) {
			page_begin(page, indent, 2, COLOUR_NONE, NULL);
			put_member(page, COLOUR_NONE, name, value, "");
			page_end(page);
		}
		jv_free(value);
	}
	jv_free(names);
}

void policy_show(struct page *page, size_t indent, jv policy)
{
	jv whole = unfold(policy), all = statements_of(whole);
	if (jv_is_valid(all))
		show_frame(page, indent, whole);
	else
		show_raw(page, indent, COLOUR_NONE, NULL, whole);
	for (int i = 0; i < rec_len(all); i++) {
		jv one = rec_at(all, i);
		show_statement(page, indent, COLOUR_NONE, NULL, one, i);
		jv_free(one);
	}
	jv_free(all);
	jv_free(whole);
}

/* --- differences -------------------------------------------------------------------- */

static void add_strings(struct map *set, jv v)
{
	if (jv_get_kind(v) == JV_KIND_STRING)
		map_put(set, jv_string_value(v), NULL);
	for (int i = 0; i < rec_len(v); i++)
		if (rec_str_at(v, i) != NULL)
			map_put(set, rec_str_at(v, i), NULL);
}

/* One line with the strings of a that b has not; 1, or 0 when there are none. */
static int show_beyond(struct page *page, size_t indent, enum colour colour,
	const char *symbol, const char *name, const struct map *a, const struct map *b)
{
	size_t n = 0, left;
	for (size_t i = 0; i < a->n; i++)
		n += !map_has(b, a->entries[i].key);
	if (n == 0)
		return 0;
	left = n;
	page_begin(page, indent, 2, colour, symbol);
	policy_item(page, colour, name, "");
	for (size_t i = 0; i < a->n; i++)
		if (!map_has(b, a->entries[i].key))
			policy_item(page, colour, a->entries[i].key, --left > 0 ? "," : "");
	page_end(page);
	return 1;
}

int policy_list_changes(struct page *page, size_t indent, const char *name, jv from, jv to)
{
	struct map a, b;
	map_init(&a);
	map_init(&b);
	add_strings(&a, from);
	add_strings(&b, to);
	int n = show_beyond(page, indent, COLOUR_REVOKE, "-", name, &a, &b);
	n += show_beyond(page, indent, COLOUR_GRANT, "+", name, &b, &a);
	map_release(&a, NULL);
	map_release(&b, NULL);
	return n;
}

static void show_side(struct page *page, size_t indent, enum colour colour,
	const char *symbol, const char *name, jv value)
{
	if (!jv_is_valid(value))
		return;
	page_begin(page, indent, 2, colour, symbol);
	put_member(page, colour, name, value, "");
	page_end(page);
}

/* How many lines it took. */
static int show_member_change(
	struct page *page, size_t indent, const char *name, jv from, jv to)
{
	if ((!jv_is_valid(from) || is_list(from)) && (!jv_is_valid(to) || is_list(to)) &&
		strcmp(name, "Effect") != 0)
		return policy_list_changes(page, indent, name, from, to);
	if (jv_is_valid(from) && jv_is_valid(to) && rec_equal(from, to))
		return 0;
	show_side(page, indent, COLOUR_REVOKE, "-", name, from);
	show_side(page, indent, COLOUR_GRANT, "+", name, to);
	return 1;
}

static void show_statement_change(
	struct page *page, size_t indent, jv from, jv to, int number)
{
	jv names = member_names(from, to);
	int lines = 0;
	page_begin(page, indent, 2, COLOUR_CHANGE, "~");
	put_name(page, COLOUR_CHANGE, to, number, "");
	page_end(page);
	for (int i = 0; i < rec_len(names); i++) {
		jv a = rec_get(from, rec_str_at(names, i)),
		   b = rec_get(to, rec_str_at(names, i));
		lines += show_member_change(page, indent + 2, rec_str_at(names, i), a, b);
		jv_free(a);
		jv_free(b);
	}
	if (lines == 0)
		page_line(page, indent + 2, COLOUR_FAINT, NULL,
			"only its order or form changes");
	jv_free(names);
}

#define PAIRS_MAX                                                                          \
	1000000 /* comparisons of statements; AWS's limit of a policy allows far fewer */

enum { UNPAIRED = -1, SAME = -2 };

/* Which statement of from one of to was before. */
struct pairs {
	jv from, to; /* borrowed arrays of objects */
	int n_from, n_to;
	int *before; /* by index of to: index of from, UNPAIRED, or SAME */
	char *used;  /* by index of from */
};

static int same_statement(jv a, jv b)
{
	return rec_equal(a, b);
}

static int same_sid(jv a, jv b)
{
	const char *s = rec_str(a, "Sid"), *t = rec_str(b, "Sid");
	return s != NULL && t != NULL && *s != '\0' && strcmp(s, t) == 0;
}

static int same_effect(jv a, jv b)
{
	const char *s = rec_str_or(a, "Effect", ""), *t = rec_str_or(b, "Effect", "");
	return strcmp(rec_str_or(a, "Sid", ""), "") == 0 &&
	       strcmp(rec_str_or(b, "Sid", ""), "") == 0 && strcmp(s, t) == 0;
}

static void pair(struct pairs *p, int (*like)(jv, jv), int same)
{
	for (int i = 0; i < p->n_to; i++) {
		jv to = rec_at(p->to, i);
		for (int k = 0; k < p->n_from && p->before[i] == UNPAIRED; k++) {
			jv from = rec_at(p->from, k);
			if (!p->used[k] && like(from, to)) {
				p->before[i] = same ? SAME : k;
				p->used[k] = 1;
			}
			jv_free(from);
		}
		jv_free(to);
	}
}

static void show_pairs(struct page *page, size_t indent, const struct pairs *p)
{
	for (int k = 0; k < p->n_from; k++) {
		jv from = rec_at(p->from, k);
		if (!p->used[k])
			show_statement(page, indent, COLOUR_REVOKE, "-", from, k);
		jv_free(from);
	}
	for (int i = 0; i < p->n_to; i++) {
		jv to = rec_at(p->to, i), from = rec_at(p->from, p->before[i]);
		if (p->before[i] == UNPAIRED)
			show_statement(page, indent, COLOUR_GRANT, "+", to, i);
		else if (p->before[i] != SAME)
			show_statement_change(page, indent, from, to, i);
		jv_free(from);
		jv_free(to);
	}
}

/* Whether anything was shown. */
static int show_statement_changes(struct page *page, size_t indent, jv from, jv to)
{
	struct pairs p = {
		.from = from, .to = to, .n_from = rec_len(from), .n_to = rec_len(to)
	};
	int shown = 0;
	p.before = mem_array((size_t)p.n_to + 1, sizeof(*p.before));
	p.used = mem_alloc((size_t)p.n_from + 1);
	for (int i = 0; i < p.n_to; i++)
		p.before[i] = UNPAIRED;
	pair(&p, same_statement, 1);
	pair(&p, same_sid, 0);
	pair(&p, same_effect, 0);
	for (int k = 0; k < p.n_from; k++)
		shown |= !p.used[k];
	for (int i = 0; i < p.n_to; i++)
		shown |= p.before[i] != SAME;
	show_pairs(page, indent, &p);
	free(p.before);
	free(p.used);
	return shown;
}

/* Version and whatever else stands beside the statements. */
static int show_frame_changes(struct page *page, size_t indent, jv from, jv to)
{
	jv names = member_names(from, to);
	int shown = 0;
	for (int i = 0; i < rec_len(names); i++) {
		const char *name = rec_str_at(names, i);
		jv a = rec_get(from, name), b = rec_get(to, name);
		int usual = (!jv_is_valid(from) && is_usual(name, b)) ||
			    (!jv_is_valid(to) && is_usual(name, a));
		if (strcmp(name, "Statement") != 0 && !usual)
			shown |= show_member_change(page, indent, name, a, b) > 0;
		jv_free(a);
		jv_free(b);
	}
	jv_free(names);
	return shown;
}

void policy_changes(struct page *page, size_t indent, jv from, jv to)
{
	jv before = unfold(from), now = unfold(to);
	jv a = jv_is_valid(from) ? statements_of(before) : jv_array();
	jv b = jv_is_valid(to) ? statements_of(now) : jv_array();
	if (!jv_is_valid(a) || !jv_is_valid(b) ||
		(double)rec_len(a) * (double)rec_len(b) > PAIRS_MAX) {
		if (jv_is_valid(from))
			show_raw(page, indent, COLOUR_REVOKE, "-", before);
		if (jv_is_valid(to))
			show_raw(page, indent, COLOUR_GRANT, "+", now);
	} else {
		int shown = show_frame_changes(page, indent, before, now);
		shown |= show_statement_changes(page, indent, a, b);
		if (!shown)
			page_line(page, indent, COLOUR_FAINT, NULL,
				"only its order or form changes");
	}
	jv_free(a);
	jv_free(b);
	jv_free(before);
	jv_free(now);
}
