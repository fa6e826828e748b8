#include "content.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "policy.h"
#include "rec.h"

#define USUAL_RELAY_STATE "https://console.aws.amazon.com/"

enum form { FORM_TEXT, FORM_LIST, FORM_TAGS, FORM_POLICY };

/* In the order in which they are shown; any other field is FORM_TEXT. */
static const struct {
	const char *name;
	enum form form;
} fields[] = {
	{ "Description", FORM_TEXT },
	{ "SessionDuration", FORM_TEXT },
	{ "RelayState", FORM_TEXT },
	{ "ManagedPolicies", FORM_LIST },
	{ "CustomerManagedPolicies", FORM_LIST },
	{ "PermissionsBoundary", FORM_TEXT },
	{ "InlinePolicy", FORM_POLICY },
	{ "Tags", FORM_TAGS },
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

/* --- values in a few words ---------------------------------------------------------- */

/* AWS's own policies are known by what stands behind this part of their ARN. */
static const char *short_arn(const char *arn)
{
	static const char aws[] = ":iam::aws:policy/";
	const char *at = strstr(arn, aws);
	return strncmp(arn, "arn:aws", 7) == 0 && at != NULL ? at + strlen(aws) : arn;
}

/* A string, a policy by ARN or by path and name, or anything as JSON. Owned. */
static char *text_of(jv v)
{
	if (jv_get_kind(v) == JV_KIND_STRING)
		return mem_string(short_arn(jv_string_value(v)));
	jv inner = rec_get(v, "CustomerManagedPolicyReference");
	const char *name = rec_str(jv_is_valid(inner) ? inner : v, "Name");
	const char *arn = rec_str(v, "ManagedPolicyArn"), *path;
	path = rec_str_or(jv_is_valid(inner) ? inner : v, "Path", "/");
	char *text = arn != NULL    ? mem_string(short_arn(arn))
		     : name != NULL ? mem_format("%s%s", path, name)
				    : json_string(v);
	jv_free(inner);
	return text;
}

/* Appends the elements of v, or v itself, to a list of texts. Takes list. */
static jv add_texts(jv list, jv v)
{
	int n = jv_get_kind(v) == JV_KIND_ARRAY ? rec_len(v) : 1;
	for (int i = 0; i < n && jv_is_valid(v); i++) {
		jv one = jv_get_kind(v) == JV_KIND_ARRAY ? rec_at(v, i) : jv_copy(v);
		char *text = text_of(one);
		list = rec_push_str(list, text);
		free(text);
		jv_free(one);
	}
	return list;
}

/* The same for tags: "key=value". */
static jv add_tags(jv list, jv tags)
{
	jv keys = jv_get_kind(tags) == JV_KIND_OBJECT ? jv_keys(jv_copy(tags)) : jv_array();
	for (int i = 0; i < rec_len(keys); i++) {
		const char *key = rec_str_at(keys, i);
		char *text = mem_format("%s=%s", key, rec_str_or(tags, key, ""));
		list = rec_push_str(list, text);
		free(text);
	}
	jv_free(keys);
	return list;
}

static jv add_all(jv list, enum form form, jv v)
{
	return form == FORM_TAGS ? add_tags(list, v) : add_texts(list, v);
}

/* --- what it is --------------------------------------------------------------------- */

static void show_field(
	struct page *page, size_t indent, const char *name, enum form form, jv v)
{
	jv texts = add_all(jv_array(), form, v);
	int n = rec_len(texts);
	if (n > 0) {
		page_begin(page, indent, 2, COLOUR_NONE, NULL);
		page_word(page, COLOUR_NONE, name, ":");
		for (int i = 0; i < n && form != FORM_TEXT; i++)
			page_word(page, COLOUR_NONE, rec_str_at(texts, i),
				i + 1 < n ? "," : "");
		if (form == FORM_TEXT)
			page_put(page, COLOUR_NONE, "%s", rec_str_at(texts, 0));
		page_end(page);
	}
	jv_free(texts);
}

static int is_usual(const char *name, jv v)
{
	return strcmp(name, "RelayState") == 0 && jv_get_kind(v) == JV_KIND_STRING &&
	       strcmp(jv_string_value(v), USUAL_RELAY_STATE) == 0;
}

void content_show(struct page *page, size_t indent, jv content)
{
	for (size_t i = 0; i < FIELDS; i++) {
		jv v = rec_get(content, fields[i].name);
		if (jv_is_valid(v) && fields[i].form == FORM_POLICY) {
			page_line(page, indent, COLOUR_NONE, NULL, "%s:", fields[i].name);
			policy_show(page, indent + 2, v);
		} else if (jv_is_valid(v) && !is_usual(fields[i].name, v)) {
			show_field(page, indent, fields[i].name, fields[i].form, v);
		}
		jv_free(v);
	}
}

/* --- what changes ------------------------------------------------------------------- */

static void show_text_change(
	struct page *page, size_t indent, const char *name, jv from, jv to)
{
	char *a = text_of(from), *b = text_of(to);
	if (!jv_is_valid(from))
		page_line(page, indent, COLOUR_GRANT, "+", "%s: %s", name, b);
	else if (!jv_is_valid(to))
		page_line(page, indent, COLOUR_REVOKE, "-", "%s: %s", name, a);
	else
		page_line(page, indent, COLOUR_CHANGE, "~", "%s: %s \u2192 %s", name, a, b);
	free(a);
	free(b);
}

static void show_policy_change(
	struct page *page, size_t indent, const char *name, jv from, jv to)
{
	if (!jv_is_valid(from))
		page_line(page, indent, COLOUR_GRANT, "+", "%s:", name);
	else if (!jv_is_valid(to))
		page_line(page, indent, COLOUR_REVOKE, "-", "%s:", name);
	else
		page_line(page, indent, COLOUR_CHANGE, "~", "%s:", name);
	policy_changes(page, indent + 4, from, to);
}

/* The changes of one field, of which there may be several: policies come one by one. */
static void show_field_changes(
	struct page *page, size_t indent, const char *name, enum form form, jv changes)
{
	int is_list = form == FORM_LIST || form == FORM_TAGS;
	jv gone = jv_array(), come = jv_array();
	for (int i = 0; i < rec_len(changes); i++) {
		jv change = rec_at(changes, i);
		jv from = rec_get(change, "From"), to = rec_get(change, "To");
		if (strcmp(rec_str_or(change, "Field", ""), name) == 0) {
			gone = is_list ? add_all(gone, form, from) : gone;
			come = is_list ? add_all(come, form, to) : come;
			if (form == FORM_TEXT)
				show_text_change(page, indent, name, from, to);
			if (form == FORM_POLICY)
				show_policy_change(page, indent, name, from, to);
		}
		jv_free(from);
		jv_free(to);
		jv_free(change);
	}
	if (is_list) {
		char *head = mem_format("%s:", name);
		policy_list_changes(page, indent, head, gone, come);
		free(head);
	}
	jv_free(gone);
	jv_free(come);
}

static int is_field(const char *name)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (strcmp(fields[i].name, name) == 0)
			return 1;
	return 0;
}

void content_changes(struct page *page, size_t indent, jv changes)
{
	jv others = jv_array();
	for (size_t i = 0; i < FIELDS; i++)
		show_field_changes(page, indent, fields[i].name, fields[i].form, changes);
	for (int i = 0; i < rec_len(changes); i++) {
		jv change = rec_at(changes, i);
		const char *name = rec_str_or(change, "Field", "");
		if (!is_field(name))
			others = rec_push_str(others, name);
		jv_free(change);
	}
	jv names = rec_sorted_unique(others);
	for (int i = 0; i < rec_len(names); i++)
		show_field_changes(page, indent, rec_str_at(names, i), FORM_TEXT, changes);
	jv_free(names);
	jv_free(others);
}
