#include "managed.h"

#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "limits.h"
#include "map.h"
#include "mem.h"
#include "rec.h"
#include "text.h"

/* --- policies of AWS ---------------------------------------------------------------- */

static void check_arn(const struct value *x, void *ctx)
{
	struct map *seen = ctx;
	const char *path;
	if (!fields_is(x, KIND_STRING))
		return;
	const char *arn = value_string(x);
	switch (policy_arn_read(arn, &path)) {
	case POLICY_ARN_NONE:
		if (limit_is_policy_name(arn))
			value_report(x, CODE_MANAGED_ARN,
				"'%.200s' is no ARN\nwrite "
				"'arn:aws:iam::aws:policy/%.200s' if "
				"AWS manages it, or name it in CustomerManagedPolicies",
				arn, arn);
		else
			value_report(x, CODE_MANAGED_ARN,
				"'%.200s' is no ARN\nwrite 'arn:aws:iam::aws:policy/NAME', "
				"or "
				"name a policy of your own in CustomerManagedPolicies",
				arn);
		break;
	case POLICY_ARN_BAD:
		value_report(x, CODE_MANAGED_ARN,
			"'%.200s' is no ARN of a policy of AWS\nexpected the form "
			"'arn:aws:iam::aws:policy/NAME'",
			arn);
		break;
	case POLICY_ARN_CUSTOMER:
		value_report(x, CODE_MANAGED_ARN,
			"'%.200s' is not managed by AWS\nwrite '%.200s' in "
			"CustomerManagedPolicies",
			arn, strchr(path + 1, '/') != NULL ? path : path + 1);
		break;
	case POLICY_ARN_AWS:
		if (map_has(seen, arn))
			value_report(
				x, CODE_TWICE, "'%.200s' is there twice\nremove one", arn);
		map_slot(seen, arn);
		break;
	}
}

static void check_list(
	const struct value *list, void (*check)(const struct value *element, void *ctx))
{
	struct map seen;
	map_init(&seen);
	value_each(list, check, &seen);
	map_release(&seen, NULL);
}

void managed_check(const struct value *list, void *ctx)
{
	(void)ctx;
	check_list(list, check_arn);
}

/* --- policies of the customer ------------------------------------------------------- */

/*
 * Splits "name" or "/path/name" into a name (within text) and a path that ends in '/',
 * owned.
 */
static const char *split(const char *text, char **path)
{
	const char *slash = strrchr(text, '/');
	if (slash == NULL) {
		*path = mem_string("/");
		return text;
	}
	*path = mem_bytes(text, (size_t)(slash + 1 - text));
	return slash + 1;
}

/* Whether the path and the name of a reference keep to their limits; reported at x. */
static int check_path(const struct value *x, const char *path)
{
	if (!limit_text(x, LIMIT_POLICY_PATH, path, 0))
		return 0;
	if (path[0] == '/' && text_ends(path, "/") && strstr(path, "//") == NULL)
		return 1;
	value_report(x, CODE_CUSTOMER_POLICY,
		"'%s' is no path of a policy\nit starts and ends with '/', and no part of "
		"it "
		"is empty",
		path);
	return 0;
}

static void check_reference_name(const struct value *x, void *ctx)
{
	(void)ctx;
	const char *path;
	switch (policy_arn_read(value_string(x), &path)) {
	case POLICY_ARN_NONE:
		limit_string(x, LIMIT_POLICY_NAME);
		break;
	case POLICY_ARN_CUSTOMER:
		value_report(x, CODE_CUSTOMER_POLICY,
			"an ARN where a name is expected\nwrite Name '%s' and Path '%.*s'",
			strrchr(path, '/') + 1, (int)(strrchr(path, '/') + 1 - path), path);
		break;
	case POLICY_ARN_AWS:
		value_report(x, CODE_CUSTOMER_POLICY,
			"'%.200s' is managed by AWS\nwrite it in ManagedPolicies",
			value_string(x));
		break;
	case POLICY_ARN_BAD:
		value_report(x, CODE_CUSTOMER_POLICY,
			"an ARN where a name is expected\nwrite only its last part");
		break;
	}
}

static void check_reference_path(const struct value *x, void *ctx)
{
	(void)ctx;
	check_path(x, value_string(x));
}

static const struct field reference_fields[] = {
	{ "Name", KIND_STRING, "the name of the policy", check_reference_name },
	{ "Path", KIND_STRING, NULL, check_reference_path },
};

/* A customer managed policy: "name", "/path/name" or {Name, Path}. */
static void check_reference(const struct value *x)
{
	const char *text = value_string(x), *arn_path;
	if (!fields_is(x, KIND_STRING | KIND_OBJECT))
		return;
	if (text == NULL) {
		fields_check(x, reference_fields,
			sizeof(reference_fields) / sizeof(reference_fields[0]), NULL);
		return;
	}
	enum policy_arn kind = policy_arn_read(text, &arn_path);
	if (kind == POLICY_ARN_AWS) {
		value_report(x, CODE_CUSTOMER_POLICY,
			"'%.200s' is managed by AWS\nwrite it in ManagedPolicies", text);
	} else if (kind == POLICY_ARN_CUSTOMER) {
		int has_path = strchr(arn_path + 1, '/') != NULL;
		value_report(x, CODE_CUSTOMER_POLICY,
			"an ARN where a name is expected, as each account has its "
			"own\nwrite '%.200s'",
			has_path ? arn_path : arn_path + 1);
	} else {
		char *path;
		const char *name = split(text, &path);
		if (check_path(x, path))
			limit_text(x, LIMIT_POLICY_NAME, name, 0);
		free(path);
	}
}

/* {Name, Path} of a reference without a finding; owned. */
static jv reference_record(jv reference)
{
	const char *name = rec_str(reference, "Name");
	char *path = NULL;
	if (jv_get_kind(reference) == JV_KIND_STRING)
		name = split(jv_string_value(reference), &path);
	else
		path = mem_string(rec_str_or(reference, "Path", "/"));
	jv rec = rec_set_str(rec_set_str(jv_object(), "Name", name), "Path", path);
	free(path);
	return rec;
}

/* "/path/name", owned; NULL for what is no reference. */
static char *reference_key(jv reference)
{
	if (jv_get_kind(reference) != JV_KIND_STRING && rec_str(reference, "Name") == NULL)
		return NULL;
	jv rec = reference_record(reference);
	char *key = mem_format("%s%s", rec_str(rec, "Path"), rec_str(rec, "Name"));
	jv_free(rec);
	return key;
}

static void check_customer_managed(const struct value *x, void *ctx)
{
	struct map *seen = ctx;
	check_reference(x);
	char *key = reference_key(x->v);
	if (key != NULL && map_has(seen, key))
		value_report(x, CODE_TWICE, "'%.200s' is there twice\nremove one", key);
	if (key != NULL)
		map_slot(seen, key);
	free(key);
}

void customer_managed_check(const struct value *list, void *ctx)
{
	(void)ctx;
	check_list(list, check_customer_managed);
}

void managed_check_both(const struct value *set)
{
	static const char *const lists[] = { "ManagedPolicies", "CustomerManagedPolicies" };
	int n = 0, len[2] = { 0, 0 };
	for (int i = 0; i < 2; i++) {
		jv list = rec_get(set->v, lists[i]);
		len[i] = jv_get_kind(list) == JV_KIND_ARRAY ? rec_len(list) : 0;
		n += len[i];
		jv_free(list);
	}
	/* The place is the list with which there are too many. */
	struct value x;
	if (n <= MANAGED_POLICIES_MAX ||
		!value_member(&x, set, lists[len[0] <= MANAGED_POLICIES_MAX]))
		return;
	value_report(&x, CODE_POLICY_COUNT,
		"%d managed policies\nManagedPolicies and CustomerManagedPolicies "
		"hold at most %d together",
		n, MANAGED_POLICIES_MAX);
	value_close(&x);
}

/* --- the permissions boundary ------------------------------------------------------- */

static void check_policy_type(const struct value *x, void *ctx)
{
	(void)ctx;
	static const char *const types[] = { "AWS", "CUSTOMER" };
	fields_word(x, types);
}

static const struct field boundary_fields[] = {
	{ "PolicyType", KIND_STRING, "'AWS' or 'CUSTOMER': who manages the policy",
		check_policy_type },
	{ "Policy", KIND_STRING | KIND_OBJECT,
		"the policy's ARN (AWS), or its name (CUSTOMER)", NULL },
};

static void check_aws_boundary(const struct value *x)
{
	const char *text = value_string(x), *path = NULL;
	enum policy_arn kind =
		text != NULL ? policy_arn_read(text, &path) : POLICY_ARN_NONE;
	if (kind == POLICY_ARN_AWS)
		return;
	if (kind == POLICY_ARN_CUSTOMER)
		value_report(x, CODE_BOUNDARY,
			"'%.200s' is not managed by AWS\nwrite PolicyType 'CUSTOMER' and "
			"Policy '%.200s'",
			text, strchr(path + 1, '/') != NULL ? path : path + 1);
	else if (text != NULL && limit_is_policy_name(text))
		value_report(x, CODE_BOUNDARY,
			"with PolicyType 'AWS', Policy is the ARN of a policy of "
			"AWS\nwrite 'arn:aws:iam::aws:policy/%.200s'",
			text);
	else
		value_report(x, CODE_BOUNDARY,
			"with PolicyType 'AWS', Policy is the ARN of a policy of "
			"AWS\nwrite 'arn:aws:iam::aws:policy/NAME'");
}

static void check_customer_boundary(const struct value *x)
{
	const char *text = value_string(x), *path = NULL;
	enum policy_arn kind =
		text != NULL ? policy_arn_read(text, &path) : POLICY_ARN_NONE;
	if (kind == POLICY_ARN_CUSTOMER)
		value_report(x, CODE_BOUNDARY,
			"with PolicyType 'CUSTOMER', Policy is a name and no ARN\nwrite "
			"'%.200s'",
			strchr(path + 1, '/') != NULL ? path : path + 1);
	else if (kind == POLICY_ARN_AWS)
		value_report(x, CODE_BOUNDARY,
			"with PolicyType 'CUSTOMER', Policy is a name and no ARN\nfor this "
			"policy of AWS, write PolicyType 'AWS'");
	else if (kind == POLICY_ARN_BAD)
		value_report(x, CODE_BOUNDARY,
			"with PolicyType 'CUSTOMER', Policy is a name and no ARN\nwrite "
			"'name' or '/path/name'");
	else
		check_reference(x);
}

void boundary_check(const struct value *x, void *ctx)
{
	(void)ctx;
	/* As in the templates that spell out every field: none. */
	if (rec_len(x->v) == 0)
		return;
	fields_check(x, boundary_fields,
		sizeof(boundary_fields) / sizeof(boundary_fields[0]), NULL);
	struct value policy;
	const char *type = rec_str_or(x->v, "PolicyType", "");
	if (!value_member(&policy, x, "Policy"))
		return;
	int known =
		value_string(&policy) != NULL || jv_get_kind(policy.v) == JV_KIND_OBJECT;
	if (known && strcmp(type, "AWS") == 0)
		check_aws_boundary(&policy);
	else if (known && strcmp(type, "CUSTOMER") == 0)
		check_customer_boundary(&policy);
	value_close(&policy);
}

/* --- records ------------------------------------------------------------------------ */

jv managed_record(jv list)
{
	return rec_sorted_unique(list);
}

jv customer_managed_record(jv list)
{
	int n = rec_len(list);
	jv keys = jv_array(), records = jv_array();
	for (int i = 0; i < n; i++) {
		jv reference = rec_at(list, i);
		char *key = reference_key(reference);
		keys = rec_push_str(keys, key);
		free(key);
		jv_free(reference);
	}
	jv sorted = rec_sorted_unique(keys);
	n = rec_len(sorted);
	for (int i = 0; i < n; i++) {
		jv key = rec_at(sorted, i);
		records = rec_push(records, reference_record(key));
		jv_free(key);
	}
	jv_free(keys);
	jv_free(sorted);
	return records;
}

jv boundary_record(jv boundary)
{
	if (rec_len(boundary) == 0)
		return jv_invalid();
	jv policy = rec_get(boundary, "Policy"), rec;
	if (strcmp(rec_str_or(boundary, "PolicyType", ""), "AWS") == 0)
		rec = rec_set(jv_object(), "ManagedPolicyArn", jv_copy(policy));
	else
		rec = rec_set(jv_object(), "CustomerManagedPolicyReference",
			reference_record(policy));
	jv_free(policy);
	return rec;
}
