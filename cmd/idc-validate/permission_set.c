#include "permission_set.h"

#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "limits.h"
#include "managed.h"
#include "mem.h"
#include "policy.h"
#include "policy_forms.h"
#include "rec.h"
#include "suppress.h"
#include "text.h"
#include "when.h"

#define SESSION_MIN_S 3600L
#define SESSION_MAX_S (12 * 3600L)
#define SESSION_DEFAULT "PT1H" /* the service's own */
#define RELAY_STATE_DEFAULT "https://console.aws.amazon.com/"
#define TAGS_MAX 50
#define OWNERSHIP_TAG "SSOPipeline" /* that idc-plan adds by default */

static void check_name(const struct value *x, void *ctx)
{
	(void)ctx;
	limit_string(x, LIMIT_SET_NAME);
}

static void check_description(const struct value *x, void *ctx)
{
	(void)ctx;
	if (value_string(x)[0] == '\0')
		value_report(x, CODE_EMPTY, "Description is empty\nleave it out instead");
	else
		limit_string(x, LIMIT_DESCRIPTION);
}

static void check_session(const struct value *x, void *ctx)
{
	long seconds;
	(void)ctx;
	if (when_parse_iso_duration(value_string(x), &seconds) != 0)
		value_report(x, CODE_SESSION,
			"SessionDuration '%.80s' is no ISO 8601 duration\nwrite it like "
			"'PT4H' or 'PT1H30M'",
			value_string(x));
	else if (seconds < SESSION_MIN_S || seconds > SESSION_MAX_S)
		value_report(x, CODE_SESSION,
			"SessionDuration '%.80s' is out of range\nit is from 'PT1H' to "
			"'PT12H'",
			value_string(x));
}

static void check_relay_state(const struct value *x, void *ctx)
{
	(void)ctx;
	if (value_string(x)[0] == '\0')
		value_report(x, CODE_EMPTY,
			"RelayState is empty\nleave it out for '" RELAY_STATE_DEFAULT "'");
	else
		limit_string(x, LIMIT_RELAY_STATE);
}

static void check_tag(const struct value *x)
{
	if (limit_text(x, LIMIT_TAG_KEY, x->key, 1) && text_starts(x->key, "aws:"))
		value_report_name(x, CODE_TAGS,
			"a tag's key can't start with 'aws:', which is AWS's own");
	if (fields_is(x, KIND_STRING))
		limit_string(x, LIMIT_TAG_VALUE);
}

static void check_tags(const struct value *x, void *ctx)
{
	(void)ctx;
	int n = rec_len(x->v);
	if (n > TAGS_MAX) {
		value_report(x, CODE_TAGS, "%d tags\na permission set has at most %d", n,
			TAGS_MAX);
		return;
	}
	if (n == TAGS_MAX && !rec_has(x->v, OWNERSHIP_TAG))
		value_report(x, CODE_TAG_ROOM,
			"%d tags\nwith the one that idc-plan adds to what it owns there "
			"are too many",
			n);
	jv_object_foreach(x->v, key, v)
	{
		struct value tag = { .up = x, .file = x->file, .v = v };
		tag.key = jv_string_value(key);
		check_tag(&tag);
		jv_free(key);
		jv_free(v);
	}
}

static const struct field fields[] = {
	{ "Name", KIND_STRING, "the permission set's name, which rules refer to",
		check_name },
	{ "Was", KIND_STRING, NULL, check_name },
	{ "Description", KIND_STRING, NULL, check_description },
	{ "SessionDuration", KIND_STRING, NULL, check_session },
	{ "RelayState", KIND_STRING, NULL, check_relay_state },
	{ "ManagedPolicies", KIND_LIST, NULL, managed_check },
	{ "CustomerManagedPolicies", KIND_LIST, NULL, customer_managed_check },
	{ "PermissionBoundary", KIND_OBJECT, NULL, boundary_check },
	{ "CustomPolicy", KIND_OBJECT, NULL, policy_check },
	{ "Tags", KIND_OBJECT, NULL, check_tags },
	{ "$schema", KIND_ANY, NULL, NULL },
	{ IGNORE_KEY, KIND_LIST, NULL, NULL },
};

/* --- its record --------------------------------------------------------------------- */

static jv tags_record(jv tags)
{
	jv sorted = jv_object(), keys = jv_keys(jv_copy(tags));
	int n = rec_len(keys);
	for (int i = 0; i < n; i++)
		sorted = rec_set_from(sorted, rec_str_at(keys, i), tags);
	jv_free(keys);
	return sorted;
}

/* Sets key to what make makes of a member of root, of an empty one where there is none. */
static jv set_made(jv rec, const char *key, jv root, const char *member, jv (*make)(jv))
{
	jv from = rec_has(root, member) ? rec_get(root, member) : jv_array();
	jv made = make(from);
	jv_free(from);
	if (jv_is_valid(made))
		return rec_set(rec, key, made);
	jv_free(made);
	return rec;
}

static jv inline_record(jv policy)
{
	return rec_len(policy) > 0 ? jv_copy(policy) : jv_invalid();
}

static jv make_record(const struct value *root)
{
	jv v = root->v, rec = rec_new("PermissionSet");
	rec = rec_set_from(rec, "Name", v);
	rec = rec_set_from(rec, "Was", v);
	rec = rec_set_from(rec, "Description", v);
	rec = rec_set_str(
		rec, "SessionDuration", rec_str_or(v, "SessionDuration", SESSION_DEFAULT));
	rec = rec_set_str(
		rec, "RelayState", rec_str_or(v, "RelayState", RELAY_STATE_DEFAULT));
	rec = set_made(rec, "ManagedPolicies", v, "ManagedPolicies", managed_record);
	rec = set_made(rec, "CustomerManagedPolicies", v, "CustomerManagedPolicies",
		customer_managed_record);
	rec = set_made(
		rec, "PermissionsBoundary", v, "PermissionBoundary", boundary_record);
	rec = set_made(rec, "InlinePolicy", v, "CustomPolicy", inline_record);
	jv tags = rec_has(v, "Tags") ? rec_get(v, "Tags") : jv_object();
	rec = rec_set(rec, "Tags", tags_record(tags));
	jv_free(tags);
	return rec_set(rec, "Source", value_source(root));
}

void permission_set_read(const struct value *root, struct templates *t)
{
	struct set set = { .record = jv_invalid(), .root = jv_copy(root->v) };
	struct value x;
	size_t before = root->file->report->errors;
	fields_check(root, fields, sizeof(fields) / sizeof(fields[0]), t->policies);
	partitions_check(root);
	managed_check_both(root);
	if (value_member(&x, root, "Name")) {
		if (value_string(&x) != NULL)
			set.name = name_of(&x);
		value_close(&x);
	}
	if (value_member(&x, root, "Was")) {
		if (value_string(&x) != NULL)
			set.was = name_of(&x);
		value_close(&x);
	}
	if (root->file->report->errors == before && !file_is_full(root->file)) {
		jv_free(set.record);
		set.record = make_record(root);
	}
	templates_add_set_take(t, set);
}
