/* From records to the model. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "model.h"
#include "rec.h"
#include "text.h"

/* Replaces *text by a copy of s, unless s is NULL. */
static void keep(char **text, const char *s)
{
	if (s == NULL)
		return;
	free(*text);
	*text = mem_string(s);
}

/* "templates/a.json:12", owned, or NULL. */
static char *source_of(jv rec)
{
	jv source = rec_get(rec, "Source");
	const char *file = rec_str(source, "File");
	double line = rec_num(source, "Line", 0);
	char *text = file == NULL ? NULL
		     : line >= 1  ? mem_format("%s:%.0f", file, line)
				  : mem_string(file);
	jv_free(source);
	return text;
}

/* The account and the principal that a record names; NULL where it names none. */
static struct account *account_of(struct model *m, jv rec)
{
	const char *id = rec_str(rec, "AccountId");
	return id != NULL ? model_account(m, id, rec_str(rec, "AccountName")) : NULL;
}

static struct principal *principal_of(struct model *m, jv rec)
{
	const char *id = rec_str(rec, "PrincipalId");
	return id == NULL
		       ? NULL
		       : model_principal(m, rec_str_or(rec, "PrincipalType", "principal"),
				 id, rec_str(rec, "PrincipalName"));
}

static struct set *set_of(struct model *m, jv rec)
{
	return model_set(m, rec_str(rec, "PermissionSetName"));
}

/* --- assignments -------------------------------------------------------------------- */

static struct holder *holder_of(struct set *set, const struct principal *who)
{
	const char *const texts[] = { who->type, who->id };
	char *key = model_key(texts, 2);
	void **slot = map_slot(&set->holders, key);
	free(key);
	if (*slot == NULL) {
		struct holder *h = mem_alloc(sizeof(*h));
		h->who = who;
		*slot = h;
	}
	return *slot;
}

static void touch(
	struct model *m, const struct account *account, const struct principal *who)
{
	const char *const texts[] = { who->type, who->id };
	char *key = model_key(texts, 2);
	map_put(&m->touched_accounts, account->id, NULL);
	map_put(&m->touched_principals, key, NULL);
	free(key);
}

static void add_rules(struct holder *h, jv rec)
{
	jv rules = rec_get(rec, "Rules");
	for (int i = 0; i < rec_len(rules); i++)
		if (rec_str_at(rules, i) != NULL)
			map_put(&h->rules, rec_str_at(rules, i), NULL);
	jv_free(rules);
}

static void add_assignment(struct model *m, jv rec, enum what what)
{
	struct account *account = account_of(m, rec);
	struct principal *who = principal_of(m, rec);
	/* See model_missing. */
	assert(account != NULL && who != NULL);
	int role_goes = rec_true(rec, "RoleRemoved");
	struct holder *h = holder_of(set_of(m, rec), who);
	places_add(&h->where[what], account, role_goes);
	add_rules(h, rec);
	who->orphan |= rec_true(rec, "Orphan");
	m->n_what[what]++;
	m->n_roles += role_goes != 0;
	touch(m, account, who);
}

/* A rebind is two actions, and one thing: which one this is half of. Owned. */
static char *rebind_key(jv rec)
{
	jv rebind = rec_get(rec, "Rebind");
	const char *const texts[] = { rec_str(rec, "PermissionSetName"),
		rec_str(rec, "AccountId"), rec_str(rec, "PrincipalType"),
		rec_str(rebind, "From"), rec_str(rebind, "To") };
	char *key = model_key(texts, sizeof(texts) / sizeof(texts[0]));
	jv_free(rebind);
	return key;
}

static void add_grant(struct model *m, jv rec)
{
	if (!rec_has(rec, "Rebind")) {
		add_assignment(m, rec, WHAT_GRANT);
		return;
	}
	char *key = rebind_key(rec);
	map_put(&m->rebinds, key, NULL);
	free(key);
	add_assignment(m, rec, WHAT_REBIND);
}

static void add_revoke(struct model *m, jv rec)
{
	if (rec_has(rec, "Rebind"))
		m->halves = rec_push(m->halves, jv_copy(rec));
	else
		add_assignment(m, rec, WHAT_REVOKE);
}

/* --- permission sets ---------------------------------------------------------------- */

/* The value at key of an operation's input joins the content of a new set. */
static void take_field(
	struct set *set, jv request, const char *key, const char *field, int list)
{
	jv value = rec_get(request, key);
	if (jv_is_valid(value) && list) {
		jv all = rec_get(set->content, field);
		all = rec_push(jv_is_valid(all) ? all : jv_array(), value);
		set->content = rec_set(set->content, field, all);
	} else if (jv_is_valid(value)) {
		set->content = rec_set(set->content, field, value);
	} else {
		jv_free(value);
	}
}

/* Tags, as operations take them, join those of a new set. */
static void take_tags(struct set *set, jv request)
{
	jv list = rec_get(request, "Tags"), tags = rec_get(set->content, "Tags");
	if (jv_get_kind(tags) != JV_KIND_OBJECT) {
		jv_free(tags);
		tags = jv_object();
	}
	for (int i = 0; i < rec_len(list) && jv_get_kind(list) == JV_KIND_ARRAY; i++) {
		jv tag = rec_at(list, i);
		if (rec_str(tag, "Key") != NULL)
			tags = rec_set_str(
				tags, rec_str(tag, "Key"), rec_str_or(tag, "Value", ""));
		jv_free(tag);
	}
	set->content = rec_set(set->content, "Tags", tags);
	jv_free(list);
}

/* What the inputs of operations on a new set say about it. */
static void add_content(struct set *set, jv rec)
{
	static const struct {
		const char *key, *field;
		int list;
	} parts[] = {
		{ "Description", "Description", 0 },
		{ "SessionDuration", "SessionDuration", 0 },
		{ "RelayState", "RelayState", 0 },
		{ "ManagedPolicyArn", "ManagedPolicies", 1 },
		{ "CustomerManagedPolicyReference", "CustomerManagedPolicies", 1 },
		{ "PermissionsBoundary", "PermissionsBoundary", 0 },
		{ "InlinePolicy", "InlinePolicy", 0 },
	};
	jv request = rec_get(rec, "Request");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		take_field(set, request, parts[i].key, parts[i].field, parts[i].list);
	take_tags(set, request);
	jv_free(request);
}

static void add_change(struct set *set, const char *field, jv change)
{
	jv one = rec_set_str(jv_object(), "Field", field);
	one = rec_set_from(one, "From", change);
	one = rec_set_from(one, "To", change);
	set->changes = rec_push(set->changes, one);
}

static void add_edit(struct model *m, jv rec)
{
	struct set *set = set_of(m, rec);
	jv changes = rec_get(rec, "Changes");
	set->changed = 1;
	if (set->created) {
		add_content(set, rec);
	} else if (jv_get_kind(changes) == JV_KIND_OBJECT) {
		jv_object_foreach(changes, field, change)
		{
			add_change(set, jv_string_value(field), change);
			jv_free(field);
			jv_free(change);
		}
	}
	jv_free(changes);
}

static void add_creation(struct model *m, jv rec)
{
	struct set *set = set_of(m, rec);
	set->created = 1;
	keep(&set->reason, rec_str(rec, "Reason"));
	add_content(set, rec);
}

/* The ownership tag is in no template, so only the reason tells that it comes. */
static void add_tags(struct model *m, jv rec)
{
	jv request = rec_get(rec, "Request"), changes = rec_get(rec, "Changes");
	jv tags = rec_get(request, "Tags"), change = rec_get(changes, "Tags");
	jv told = rec_get(change, "To");
	if (rec_len(tags) > rec_len(told))
		keep(&set_of(m, rec)->reason, rec_str(rec, "Reason"));
	jv_free(told);
	jv_free(change);
	jv_free(tags);
	jv_free(changes);
	jv_free(request);
	add_edit(m, rec);
}

static void add_deletion(struct model *m, jv rec)
{
	struct set *set = set_of(m, rec);
	set->deleted = 1;
	keep(&set->reason, rec_str(rec, "Reason"));
}

static void add_provisioning(struct model *m, jv rec)
{
	struct set *set = set_of(m, rec);
	keep(&set->provisioned, rec_str_or(rec, "Reason", ""));
}

/* What an Action, or a Result that succeeded, does. Other operations edit a set. */
static void add_operation(struct model *m, jv rec)
{
	static const struct {
		const char *operation;
		void (*add)(struct model *m, jv rec);
	} operations[] = {
		{ "CreateAccountAssignment", add_grant },
		{ "DeleteAccountAssignment", add_revoke },
		{ "CreatePermissionSet", add_creation },
		{ "DeletePermissionSet", add_deletion },
		{ "ProvisionPermissionSet", add_provisioning },
		{ "TagResource", add_tags },
	};
	const char *name = rec_str_or(rec, "Operation", "");
	void (*add)(struct model *, jv) = add_edit;
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (strcmp(operations[i].operation, name) == 0)
			add = operations[i].add;
	add(m, rec);
	struct set *set = set_of(m, rec);
	if (set->source == NULL && add != add_grant && add != add_revoke)
		set->source = source_of(rec);
}

/* --- remarks ------------------------------------------------------------------------ */

/* Joins rec to the remark that says the same of other accounts. Takes source. */
static void add_remark(struct model *m, enum remark_kind kind, jv rec, const char *what,
	const char *reason, const char *code, char *source)
{
	static const char *const kinds[REMARKS] = { "failed", "skipped", "notice" };
	struct account *account = account_of(m, rec);
	struct principal *who = principal_of(m, rec);
	const char *set = rec_str(rec, "PermissionSetName");
	const char *const texts[] = { kinds[kind], set, who != NULL ? who->type : "",
		who != NULL ? who->id : "", what, reason, code };
	char *key = model_key(texts, sizeof(texts) / sizeof(texts[0]));
	void **slot = map_slot(&m->remarks, key);
	free(key);
	if (*slot == NULL) {
		struct remark *r = mem_alloc(sizeof(*r));
		*r = (struct remark){ .kind = kind,
			.what = mem_string(what),
			.set = mem_string(set),
			.who = who,
			.reason = mem_string(reason),
			.code = mem_string(code),
			.source = source };
		*slot = r;
		source = NULL;
	}
	struct remark *r = *slot;
	if (account != NULL)
		places_add(&r->where, account, 0);
	free(source);
	m->n_remarks[kind]++;
}

static void add_notice(struct model *m, jv rec)
{
	const char *code = rec_str_or(rec, "Code", "");
	add_remark(m, REMARK_NOTICE, rec, code, rec_str_or(rec, "Reason", code), NULL,
		source_of(rec));
}

static void add_result(struct model *m, jv rec)
{
	const char *status = rec_str(rec, "Status");
	m->n_actions++;
	if (strcmp(status, "Succeeded") == 0) {
		add_operation(m, rec);
		return;
	}
	jv error = rec_get(rec, "Error");
	add_remark(m, strcmp(status, "Skipped") == 0 ? REMARK_SKIPPED : REMARK_FAILED, rec,
		rec_str(rec, "Operation"),
		rec_str_or(error, "Message", "no reason was given"), rec_str(error, "Code"),
		source_of(rec));
	jv_free(error);
}

/* --- the other records -------------------------------------------------------------- */

static void add_instance(struct model *m, jv rec)
{
	const char *arn = rec_str_or(rec, "InstanceArn", "?"), *slash = strrchr(arn, '/');
	const char *region = rec_str(rec, "Region");
	free(m->instance);
	m->instance = mem_format("%s%s%s", slash != NULL ? slash + 1 : arn,
		region != NULL ? " in " : "", region != NULL ? region : "");
}

static void add_set(struct model *m, jv rec)
{
	struct set *set = model_set(m, rec_str(rec, "Name"));
	set->unmanaged = rec_has(rec, "Managed") && !rec_true(rec, "Managed");
	jv_free(set->content);
	set->content = jv_copy(rec);
	free(set->source);
	set->source = source_of(rec);
}

/* One rule may be for several permission sets: it is shown with each. */
static void add_rule(struct model *m, jv rec)
{
	jv names = rec_get(rec, "PermissionSetName");
	if (jv_get_kind(names) == JV_KIND_STRING)
		names = rec_push(jv_array(), names);
	for (int i = 0; i < rec_len(names); i++) {
		if (rec_str_at(names, i) == NULL)
			continue;
		struct set *set = model_set(m, rec_str_at(names, i));
		set->rules = rec_push(set->rules, jv_copy(rec));
	}
	jv_free(names);
	m->n_rules++;
}

static void add_account(struct model *m, jv rec)
{
	model_account(m, rec_str(rec, "Id"), rec_str(rec, "Name"));
	m->n_members[MEMBER_ACCOUNT]++;
}

static void add_ou(struct model *m, jv rec)
{
	(void)rec;
	m->n_members[MEMBER_OU]++;
}

static void add_group(struct model *m, jv rec)
{
	model_principal(m, "GROUP", rec_str(rec, "GroupId"), rec_str(rec, "DisplayName"));
	m->n_members[MEMBER_GROUP]++;
}

static void add_user(struct model *m, jv rec)
{
	model_principal(m, "USER", rec_str(rec, "UserId"), rec_str(rec, "UserName"));
	m->n_members[MEMBER_USER]++;
}

static void add_action(struct model *m, jv rec)
{
	m->n_actions++;
	add_operation(m, rec);
}

static void add_held(struct model *m, jv rec)
{
	add_assignment(m, rec, WHAT_HELD);
}

#define NEEDS_MAX 4

static const struct {
	const char *kind;
	void (*add)(struct model *m, jv rec);
	const char *needs[NEEDS_MAX]; /* strings that it must have */
} kinds[] = {
	{ "Instance", add_instance, { "InstanceArn" } },
	{ "Action", add_action, { "Operation", "PermissionSetName" } },
	{ "Result", add_result, { "Operation", "Status", "PermissionSetName" } },
	{ "Notice", add_notice, { "Code" } },
	{ "PermissionSet", add_set, { "Name" } },
	{ "AssignmentRule", add_rule, { "SID", "PrincipalType" } },
	{ "AccountAssignment", add_held,
		{ "AccountId", "PermissionSetName", "PrincipalType", "PrincipalId" } },
	{ "OrganizationalUnit", add_ou, { "Id" } },
	{ "Account", add_account, { "Id" } },
	{ "Group", add_group, { "GroupId" } },
	{ "User", add_user, { "UserId" } },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const char *first_missing(jv rec, const char *const *needs, size_t n)
{
	for (size_t i = 0; i < n && needs[i] != NULL; i++)
		if (rec_str(rec, needs[i]) == NULL)
			return needs[i];
	return NULL;
}

const char *model_missing(jv rec)
{
	static const char *const of_assignments[] = { "AccountId", "PrincipalType",
		"PrincipalId" };
	const char *missing = NULL;
	for (size_t i = 0; i < KINDS; i++)
		if (rec_is(rec, kinds[i].kind))
			missing = first_missing(rec, kinds[i].needs, NEEDS_MAX);
	if (missing == NULL &&
		text_ends(rec_str_or(rec, "Operation", ""), "AccountAssignment"))
		missing = first_missing(rec, of_assignments, 3);
	return missing;
}

void model_add(struct model *m, enum stream_type type, jv rec)
{
	m->type = type;
	for (size_t i = 0; i < KINDS; i++)
		if (rec_is(rec, kinds[i].kind))
			kinds[i].add(m, rec);
}

/* The revoke half of a rebind whose other half is not in the plan is a revoke. */
void model_end(struct model *m)
{
	for (int i = 0; i < rec_len(m->halves); i++) {
		jv rec = rec_at(m->halves, i);
		char *key = rebind_key(rec);
		if (!map_has(&m->rebinds, key))
			add_assignment(m, rec, WHAT_REVOKE);
		free(key);
		jv_free(rec);
	}
}
