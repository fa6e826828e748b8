/*
 * Policies: IAM Access Analyzer's ValidatePolicy, IAM's managed policies.
 */
#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "managed_policies.h"
#include "mem.h"
#include "rec.h"
#include "text.h"

/* --- ValidatePolicy ---------------------------------------------------------------------
 */

struct findings {
	jv list;
	const char *text;
	size_t len;
	struct json_index *places; /* of the text, when it is JSON */
};

/* path: alternating keys and indices, as text: "Statement/0/Action". */
static jv location_path(const char *pointer)
{
	jv path = jv_array();
	while (*pointer == '/') {
		size_t len = strcspn(++pointer, "/");
		char *token = mem_bytes(pointer, len);
		unsigned long index;
		if (text_number(token, 1000000, &index) == 0)
			path = rec_push(
				path, rec_set_num(jv_object(), "index", (double)index));
		else
			path = rec_push(path, rec_set_str(jv_object(), "value", token));
		free(token);
		pointer += len;
	}
	return path;
}

static jv position(struct json_pos pos, const char *text)
{
	size_t offset = 0;
	for (size_t line = 1; line < pos.line && text[offset] != '\0'; offset++)
		line += text[offset] == '\n';
	jv r = rec_set_num(jv_object(), "line", (double)pos.line);
	r = rec_set_num(r, "column", (double)pos.column - 1);
	return rec_set_num(r, "offset", (double)(offset + pos.column - 1));
}

/* A finding at pos, which is where pointer leads. */
static void add_finding_at(struct findings *f, const char *type, const char *code,
	const char *pointer, struct json_pos pos, const char *details)
{
	jv span = rec_set(jv_object(), "start", position(pos, f->text));
	span = rec_set(span, "end", position(pos, f->text));
	jv location =
		rec_set(rec_set(jv_object(), "path", location_path(pointer)), "span", span);
	jv r = rec_set_str(jv_object(), "findingDetails", details);
	r = rec_set_str(r, "findingType", type);
	r = rec_set_str(r, "issueCode", code);
	r = rec_set_str(r, "learnMoreLink",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/"
		"access-analyzer-reference-policy-checks.html");
	f->list =
		rec_push(f->list, rec_set(r, "locations", rec_push(jv_array(), location)));
}

static void add_finding(struct findings *f, const char *type, const char *code,
	const char *pointer, const char *details)
{
	struct json_pos pos = json_index_find(f->places, pointer, 0);
	add_finding_at(f, type, code, pointer, pos, details);
}

/* Whether v is "*" or a list that holds it. */
static int has_star(jv v)
{
	if (jv_get_kind(v) == JV_KIND_STRING)
		return strcmp(jv_string_value(v), "*") == 0;
	int star = 0;
	for (int i = 0; i < rec_len(v); i++)
		star |= strcmp(rec_str_at(v, i) != NULL ? rec_str_at(v, i) : "", "*") == 0;
	return star;
}

/* Actions are "service:name" or "*". */
static void check_actions(struct findings *f, jv actions, const char *pointer)
{
	int is_list = jv_get_kind(actions) == JV_KIND_ARRAY;
	for (int i = 0; i < (is_list ? rec_len(actions) : 1); i++) {
		jv one = is_list ? rec_at(actions, i) : jv_copy(actions);
		const char *s =
			jv_get_kind(one) == JV_KIND_STRING ? jv_string_value(one) : "";
		char *at = is_list ? mem_format("%s/%d", pointer, i) : mem_string(pointer);
		if (strcmp(s, "*") != 0 && strchr(s, ':') == NULL)
			add_finding(f, "ERROR", "INVALID_ACTION", at,
				"The action is not valid: use the form service:action.");
		free(at);
		jv_free(one);
	}
}

static void check_statement(struct findings *f, jv statement, const char *pointer)
{
	const char *effect = rec_str_or(statement, "Effect", "");
	char *at = mem_format("%s/Effect", pointer);
	if (strcmp(effect, "Allow") != 0 && strcmp(effect, "Deny") != 0)
		add_finding(
			f, "ERROR", "INVALID_EFFECT", at, "Effect must be Allow or Deny.");
	free(at);
	if (!rec_has(statement, "Action") && !rec_has(statement, "NotAction"))
		add_finding(f, "ERROR", "MISSING_ACTION", pointer,
			"Add an Action or NotAction element to the policy statement.");
	if (!rec_has(statement, "Resource") && !rec_has(statement, "NotResource"))
		add_finding(f, "ERROR", "MISSING_RESOURCE", pointer,
			"Add a Resource or NotResource element to the policy statement.");
	jv action = rec_get(statement, "Action"), resource = rec_get(statement, "Resource");
	at = mem_format("%s/Action", pointer);
	if (jv_is_valid(action))
		check_actions(f, action, at);
	if (strcmp(effect, "Allow") == 0 && has_star(action) && has_star(resource))
		add_finding(f, "SECURITY_WARNING",
			"PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", at,
			"Using wildcards (*) in the action and the resource can be overly "
			"permissive.");
	free(at);
	if (rec_has(statement, "NotAction") && strcmp(effect, "Allow") == 0)
		add_finding(f, "WARNING", "ALLOW_WITH_NOT_ACTION", pointer,
			"Allow with NotAction can be overly permissive.");
	if (rec_len(action) == 0 && jv_get_kind(action) == JV_KIND_ARRAY)
		add_finding(f, "SUGGESTION", "EMPTY_ARRAY_ACTION", pointer,
			"This statement includes no actions and does not affect the "
			"policy.");
	jv_free(action);
	jv_free(resource);
}

static void check_policy(struct findings *f, jv policy)
{
	if (!rec_has(policy, "Version"))
		add_finding(f, "WARNING", "MISSING_VERSION", "",
			"We recommend that you specify the Version element to help you "
			"with debugging.");
	jv statements = rec_get(policy, "Statement");
	if (!jv_is_valid(statements))
		add_finding(f, "ERROR", "MISSING_STATEMENT", "",
			"Add a Statement element to the policy.");
	if (jv_get_kind(statements) == JV_KIND_OBJECT)
		check_statement(f, statements, "/Statement");
	for (int i = 0; jv_get_kind(statements) == JV_KIND_ARRAY && i < rec_len(statements);
		i++) {
		jv statement = rec_at(statements, i);
		char *at = mem_format("/Statement/%d", i);
		check_statement(f, statement, at);
		free(at);
		jv_free(statement);
	}
	jv_free(statements);
}

static jv finding_item(const struct call *c, const void *items, size_t i)
{
	const jv *list = items;
	(void)c;
	return rec_at(*list, (int)i);
}

jv validate_policy(struct call *c)
{
	const char *text = rec_str(c->input, "policyDocument");
	struct findings f = { jv_array(), text, strlen(text), NULL };
	struct json_fault fault;
	jv policy = json_parse(text, f.len, &fault);
	if (jv_is_valid(policy)) {
		f.places = json_index_new(text, f.len);
		check_policy(&f, policy);
		json_index_free(f.places);
	} else
		add_finding_at(&f, "ERROR", "JSON_SYNTAX_ERROR", "", fault.pos,
			"Fix the JSON syntax error.");
	jv_free(policy);
	size_t first, count;
	char *token;
	static const struct page page_findings = { "nextToken", "maxResults", 100, 100 };
	jv answer = jv_invalid();
	if (page_slice(c, &page_findings, (size_t)rec_len(f.list), &first, &count,
		    &token) == 0) {
		jv page = jv_array();
		for (size_t i = first; i < first + count; i++)
			page = rec_push(page, finding_item(c, &f.list, i));
		answer = rec_set_str(
			rec_set(jv_object(), "findings", page), "nextToken", token);
		free(token);
	}
	jv_free(f.list);
	return answer;
}

/* --- IAM --------------------------------------------------------------------------------
 */

static jv policy_record(size_t i)
{
	const char *name = strrchr(managed_policies[i], '/');
	size_t path_len = name != NULL ? (size_t)(name + 1 - managed_policies[i]) : 0;
	char *arn = mem_format("arn:aws:iam::aws:policy/%s", managed_policies[i]);
	char *path = mem_format("/%.*s", (int)path_len, managed_policies[i]);
	char *id = mem_format("ANPASIMULATED%08zu", i);
	jv r = rec_set_str(jv_object(), "PolicyName", managed_policies[i] + path_len);
	r = rec_set_str(r, "PolicyId", id);
	r = rec_set_str(r, "Arn", arn);
	r = rec_set_str(r, "Path", path);
	r = rec_set_str(r, "DefaultVersionId", "v1");
	r = rec_set_num(r, "AttachmentCount", 0);
	r = rec_set_num(r, "PermissionsBoundaryUsageCount", 0);
	r = rec_set(r, "IsAttachable", jv_true());
	r = rec_set_str(r, "CreateDate", "2015-02-06T18:39:46Z");
	r = rec_set_str(r, "UpdateDate", "2015-02-06T18:39:46Z");
	free(id);
	free(path);
	free(arn);
	return r;
}

jv get_policy(struct call *c)
{
	static const char prefix[] = "arn:aws:iam::aws:policy/";
	const char *arn = rec_str(c->input, "PolicyArn");
	if (!text_starts(arn, "arn:") || strchr(arn, '/') == NULL)
		return call_fail(c, 400, "InvalidInput", "ARN %s is not valid.", arn);
	size_t i = text_starts(arn, prefix) ? managed_policy_find(arn + strlen(prefix))
					    : n_managed_policies;
	if (i < n_managed_policies)
		return rec_set(jv_object(), "Policy", policy_record(i));
	return call_fail(c, 404, "NoSuchEntity",
		"Policy %s does not exist or is not attachable.", arn);
}

/* Whether the call asks for the policy at i: of AWS's, below a path, attached to nothing.
 */
static int is_asked(const struct call *c, size_t i)
{
	const char *path = rec_str_or(c->input, "PathPrefix", "/");
	return strcmp(rec_str_or(c->input, "Scope", "All"), "Local") != 0 &&
	       !rec_true(c->input, "OnlyAttached") &&
	       strcmp(rec_str_or(c->input, "PolicyUsageFilter", ""),
		       "PermissionsBoundary") != 0 &&
	       text_starts(managed_policies[i], path + 1);
}

jv list_policies(struct call *c)
{
	static const struct page page = { "Marker", "MaxItems", 100, 1000 };
	size_t *asked = mem_array(n_managed_policies, sizeof(*asked));
	size_t n = 0, first, count;
	char *marker;
	for (size_t i = 0; i < n_managed_policies; i++)
		if (is_asked(c, i))
			asked[n++] = i;
	jv answer = jv_invalid();
	if (page_slice(c, &page, n, &first, &count, &marker) == 0) {
		jv list = jv_array();
		for (size_t i = first; i < first + count; i++)
			list = rec_push(list, policy_record(asked[i]));
		answer = rec_set(jv_object(), "Policies", list);
		answer = rec_set(
			answer, "IsTruncated", marker != NULL ? jv_true() : jv_false());
		answer = rec_set_str(answer, "Marker", marker);
		free(marker);
	}
	free(asked);
	return answer;
}
