#include "changes.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "mem.h"
#include "rec.h"

#define INDENT 4
#define DIFF_MAX 600	/* lines of a policy that are compared one by one */
#define CONTEXT 1

struct lines {
	char *text;
	char **line;
	size_t n;
};

/* A value as indented lines. */
static struct lines to_lines(jv v)
{
	struct lines l = { 0 };
	jv text = jv_dump_string(jv_copy(v), JV_PRINT_PRETTY | JV_PRINT_SORTED | JV_PRINT_INDENT_FLAGS(2));
	l.text = mem_string(jv_is_valid(v) && jv_get_kind(v) != JV_KIND_NULL ? jv_string_value(text) : "");
	jv_free(text);
	size_t cap = 0;
	char *rest = NULL;
	for (char *s = strtok_r(l.text, "\n", &rest); s != NULL; s = strtok_r(NULL, "\n", &rest)) {
		mem_grow(&l.line, &cap, l.n + 1, sizeof(char *));
		l.line[l.n++] = s;
	}
	return l;
}

static void lines_free(struct lines *l)
{
	free(l->text);
	free(l->line);
}

/* Which lines the two texts have in common: the longest common subsequence, marked in keep. */
static void find_common(const struct lines *a, const struct lines *b, char *keep_a, char *keep_b)
{
	size_t width = b->n + 1;
	unsigned short *longest = mem_array((a->n + 1) * width, sizeof(*longest));
	for (size_t i = a->n; i-- > 0;)
		for (size_t j = b->n; j-- > 0;) {
			unsigned short down = longest[(i + 1) * width + j], right = longest[i * width + j + 1];
			if (strcmp(a->line[i], b->line[j]) == 0)
				longest[i * width + j] = (unsigned short)(longest[(i + 1) * width + j + 1] + 1);
			else
				longest[i * width + j] = down > right ? down : right;
		}
	for (size_t i = 0, j = 0; i < a->n && j < b->n;) {
		if (strcmp(a->line[i], b->line[j]) == 0)
			keep_a[i++] = keep_b[j++] = 1;
		else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1])
			i++;
		else
			j++;
	}
	free(longest);
}

/* Whether a kept line stands near one that is not. */
static int near_change(const char *keep, size_t n, size_t i)
{
	size_t from = i > CONTEXT ? i - CONTEXT : 0, to = i + CONTEXT < n ? i + CONTEXT : n - 1;
	for (size_t k = from; k <= to; k++)
		if (!keep[k])
			return 1;
	return 0;
}

static void show_diff(struct page *page, const struct lines *a, const struct lines *b)
{
	char *keep_a = mem_alloc(a->n + 1), *keep_b = mem_alloc(b->n + 1);
	find_common(a, b, keep_a, keep_b);
	size_t i = 0, j = 0;
	while (i < a->n || j < b->n) {
		if (i < a->n && !keep_a[i]) {
			page_line(page, INDENT + 2, COLOUR_REVOKE, "-", "%s", a->line[i++]);
		} else if (j < b->n && !keep_b[j]) {
			page_line(page, INDENT + 2, COLOUR_GRANT, "+", "%s", b->line[j++]);
		} else {
			if (near_change(keep_a, a->n, i) || near_change(keep_b, b->n, j))
				page_line(page, INDENT + 2, COLOUR_FAINT, " ", "%s", b->line[j]);
			i++;
			j++;
		}
	}
	free(keep_a);
	free(keep_b);
}

/* A policy, or anything else with an inside: the lines that differ. */
static void show_document(struct page *page, const char *field, jv from, jv to)
{
	struct lines a = to_lines(from), b = to_lines(to);
	if (a.n == 0 || b.n == 0) {
		page_line(page, INDENT, COLOUR_NONE, NULL, "%s: %s (%zu lines)", field,
			a.n == 0 ? "added" : "removed", a.n + b.n);
	} else if (a.n > DIFF_MAX || b.n > DIFF_MAX) {
		page_line(page, INDENT, COLOUR_NONE, NULL, "%s: changed (%zu lines, now %zu)", field, a.n, b.n);
	} else {
		page_line(page, INDENT, COLOUR_NONE, NULL, "%s:", field);
		show_diff(page, &a, &b);
	}
	lines_free(&a);
	lines_free(&b);
}

static int holds(jv list, jv v)
{
	for (int i = 0; i < rec_len(list); i++) {
		jv element = rec_at(list, i);
		int same = rec_equal(element, v);
		jv_free(element);
		if (same)
			return 1;
	}
	return 0;
}

/* An element of a list in a few words. */
static char *element_text(jv v)
{
	const char *name = rec_str(v, "Name"), *path = rec_str(v, "Path");
	if (jv_get_kind(v) == JV_KIND_STRING)
		return mem_string(jv_string_value(v));
	if (name != NULL)
		return mem_format("%s%s", path != NULL ? path : "/", name);
	return json_string(v);
}

/* The elements of list that are not in other. */
static void show_missing(struct page *page, jv list, jv other, enum colour colour, const char *symbol)
{
	for (int i = 0; i < rec_len(list); i++) {
		jv element = rec_at(list, i);
		char *text = element_text(element);
		if (!holds(other, element))
			page_line(page, INDENT + 2, colour, symbol, "%s", text);
		free(text);
		jv_free(element);
	}
}

static void show_list(struct page *page, const char *field, jv from, jv to)
{
	page_line(page, INDENT, COLOUR_NONE, NULL, "%s:", field);
	show_missing(page, from, to, COLOUR_REVOKE, "-");
	show_missing(page, to, from, COLOUR_GRANT, "+");
}

static char *scalar_text(jv v)
{
	if (jv_get_kind(v) == JV_KIND_STRING)
		return mem_string(jv_string_value(v));
	if (!jv_is_valid(v) || jv_get_kind(v) == JV_KIND_NULL)
		return mem_string("(none)");
	return json_string(v);
}

static void show_field(struct page *page, const char *field, jv from, jv to)
{
	jv_kind kind = jv_get_kind(jv_is_valid(to) && jv_get_kind(to) != JV_KIND_NULL ? to : from);
	if (kind == JV_KIND_ARRAY) {
		show_list(page, field, from, to);
	} else if (kind == JV_KIND_OBJECT && strcmp(field, "PermissionsBoundary") != 0) {
		show_document(page, field, from, to);
	} else {
		char *a = scalar_text(from), *b = scalar_text(to);
		page_line(page, INDENT, COLOUR_NONE, NULL, "%s: %s -> %s", field, a, b);
		free(a);
		free(b);
	}
}

void changes_show(struct page *page, jv changes)
{
	jv keys = jv_keys(jv_copy(changes));
	for (int i = 0; i < rec_len(keys); i++) {
		const char *field = rec_str_at(keys, i);
		jv change = rec_get(changes, field);
		jv from = rec_get(change, "From"), to = rec_get(change, "To");
		show_field(page, field, from, to);
		jv_free(from);
		jv_free(to);
		jv_free(change);
	}
	jv_free(keys);
}
