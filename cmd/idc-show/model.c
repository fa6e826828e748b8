#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"
#include "text.h"

void model_init(struct model *m)
{
	memset(m, 0, sizeof(*m));
	m->notices = jv_array();
	m->rules = jv_array();
	m->kinds = jv_object();
}

static void holder_free(void *p)
{
	struct holder *h = p;
	for (int w = 0; w < WHATS; w++) {
		for (size_t i = 0; i < h->where[w].n; i++)
			free(h->where[w].names[i]);
		free(h->where[w].names);
	}
	free(h->type);
	free(h->name);
	free(h);
}

static void set_free(void *p)
{
	struct set *set = p;
	map_release(&set->holders, holder_free);
	jv_free(set->changes);
	jv_free(set->details);
	free(set->name);
	free(set);
}

void model_release(struct model *m)
{
	map_release(&m->sets, set_free);
	map_release(&m->accounts, NULL);
	map_release(&m->principals, NULL);
	for (size_t i = 0; i < m->n_troubles; i++)
		free(m->troubles[i].text);
	free(m->troubles);
	jv_free(m->notices);
	jv_free(m->rules);
	jv_free(m->kinds);
}

static struct set *set_of(struct model *m, jv rec, const char *key)
{
	const char *name = rec_str_or(rec, key, "(no permission set)");
	void **slot = map_slot(&m->sets, name);
	if (*slot == NULL) {
		struct set *set = mem_alloc(sizeof(*set));
		set->name = mem_string(name);
		set->changes = jv_object();
		set->details = jv_array();
		*slot = set;
	}
	return *slot;
}

static struct holder *holder_of(struct model *m, struct set *set, jv rec)
{
	const char *id = rec_str_or(rec, "PrincipalId", "");
	const char *type = rec_str_or(rec, "PrincipalType", "");
	char *key = mem_format("%s %s", type, id);
	void **slot = map_slot(&set->holders, key);
	map_slot(&m->principals, key);
	free(key);
	if (*slot == NULL) {
		struct holder *h = mem_alloc(sizeof(*h));
		h->type = mem_string(type);
		h->name = mem_string(rec_str_or(rec, "PrincipalName", id));
		*slot = h;
	}
	return *slot;
}

static void add_place(struct model *m, struct places *p, jv rec, const char *mark)
{
	const char *id = rec_str_or(rec, "AccountId", "");
	const char *name = rec_str_or(rec, "AccountName", id);
	map_slot(&m->accounts, id);
	mem_grow(&p->names, &p->cap, p->n + 1, sizeof(char *));
	p->names[p->n++] = mem_format("%s%s", name, mark);
}

/* The last part of an ARN or path. */
static const char *last_part(const char *s)
{
	const char *slash = strrchr(s, '/');
	return slash != NULL && slash[1] != '\0' ? slash + 1 : s;
}

static void add_detail(struct set *set, const char *what, const char *which)
{
	char *text = mem_format("%s%s", what, which);
	set->details = rec_push_str(set->details, text);
	free(text);
}

/* What an action's request says about the content of a new permission set. */
static void describe_part(struct set *set, jv rec)
{
	jv request = rec_get(rec, "Request");
	const char *arn = rec_str(request, "ManagedPolicyArn");
	jv reference = rec_get(request, "CustomerManagedPolicyReference");
	jv boundary = rec_get(request, "PermissionsBoundary");
	jv inner = rec_get(boundary, "CustomerManagedPolicyReference");
	if (rec_has(request, "SessionDuration"))
		add_detail(set, "sessions of ", rec_str_or(request, "SessionDuration", "?"));
	if (arn != NULL)
		add_detail(set, "managed policy ", last_part(arn));
	if (rec_str(reference, "Name") != NULL)
		add_detail(set, "customer managed policy ", rec_str(reference, "Name"));
	if (rec_str(boundary, "ManagedPolicyArn") != NULL)
		add_detail(set, "boundary ", last_part(rec_str(boundary, "ManagedPolicyArn")));
	if (rec_str(inner, "Name") != NULL)
		add_detail(set, "boundary ", rec_str(inner, "Name"));
	if (rec_has(request, "InlinePolicy"))
		add_detail(set, "an inline policy", "");
	jv_free(inner);
	jv_free(boundary);
	jv_free(reference);
	jv_free(request);
}

/* Merges Changes; several actions may speak of one field (a policy attached, another detached). */
static void add_changes(struct set *set, jv rec)
{
	jv changes = rec_get(rec, "Changes");
	if (jv_get_kind(changes) == JV_KIND_OBJECT) {
		jv_object_foreach(changes, key, value)
		{
			set->changes = jv_object_set(set->changes, key, value);
		}
	}
	jv_free(changes);
}

static void add_provisioning(struct set *set, jv rec)
{
	jv request = rec_get(rec, "Request");
	if (rec_has(request, "TargetId"))
		set->provisioned++;
	else
		set->provisioned_all = 1;
	jv_free(request);
}

static void add_assignment(struct model *m, struct set *set, jv rec, const char *operation)
{
	struct holder *h = holder_of(m, set, rec);
	int grant = strcmp(operation, "CreateAccountAssignment") == 0;
	int rebind = rec_has(rec, "Rebind"), role_goes = rec_true(rec, "RoleRemoved");
	h->orphan |= rec_true(rec, "Orphan");
	if (rebind) {
		/* Shown once, at the principal that takes over. */
		m->n_rebinds += grant != 0;
		if (grant)
			add_place(m, &h->where[WHAT_REBIND], rec, "");
		return;
	}
	m->n_grants += grant != 0;
	m->n_revokes += !grant;
	m->n_roles += role_goes != 0;
	add_place(m, &h->where[grant ? WHAT_GRANT : WHAT_REVOKE], rec, role_goes ? "*" : "");
}

/* What an action or a result does, by its operation. */
static void add_operation(struct model *m, jv rec)
{
	const char *operation = rec_str_or(rec, "Operation", "");
	struct set *set = set_of(m, rec, "PermissionSetName");
	if (text_ends(operation, "AccountAssignment")) {
		add_assignment(m, set, rec, operation);
		return;
	}
	if (strcmp(operation, "CreatePermissionSet") == 0)
		set->created = 1;
	else if (strcmp(operation, "DeletePermissionSet") == 0)
		set->deleted = 1;
	else if (strcmp(operation, "ProvisionPermissionSet") == 0)
		add_provisioning(set, rec);
	else
		set->changed = 1;
	if (set->created)
		describe_part(set, rec);
	else
		add_changes(set, rec);
}

static void add_trouble(struct model *m, jv rec, int skipped)
{
	jv error = rec_get(rec, "Error");
	const char *name = rec_str(rec, "PrincipalName"), *account = rec_str(rec, "AccountName");
	if (name == NULL)
		name = rec_str(rec, "PrincipalId");
	if (account == NULL)
		account = rec_str(rec, "AccountId");
	mem_grow(&m->troubles, &m->troubles_cap, m->n_troubles + 1, sizeof(*m->troubles));
	m->troubles[m->n_troubles++] = (struct trouble) {
		mem_format("%s %s%s%s%s%s: %s%s%s", rec_str_or(rec, "Operation", "?"),
			rec_str_or(rec, "PermissionSetName", ""), name != NULL ? " for " : "",
			name != NULL ? name : "", account != NULL ? " in " : "",
			account != NULL ? account : "", rec_str_or(error, "Message", "no reason was given"),
			rec_str(error, "Code") != NULL ? ", " : "", rec_str_or(error, "Code", "")),
		skipped };
	jv_free(error);
}

static void add_result(struct model *m, jv rec)
{
	const char *status = rec_str_or(rec, "Status", "");
	if (strcmp(status, "Succeeded") == 0) {
		m->n_succeeded++;
		add_operation(m, rec);
		return;
	}
	int skipped = strcmp(status, "Skipped") == 0;
	m->n_failed += !skipped;
	m->n_skipped += skipped != 0;
	add_trouble(m, rec, skipped);
}

static void count_kind(struct model *m, jv rec)
{
	const char *kind = rec_str_or(rec, "Kind", "");
	m->kinds = rec_set_num(m->kinds, kind, rec_num(m->kinds, kind, 0) + 1);
}

void model_add(struct model *m, enum stream_type type, jv rec)
{
	m->type = type;
	count_kind(m, rec);
	if (rec_is(rec, "Action")) {
		m->n_actions++;
		add_operation(m, rec);
	} else if (rec_is(rec, "Result")) {
		m->n_actions++;
		add_result(m, rec);
	} else if (rec_is(rec, "Notice")) {
		m->notices = rec_push(m->notices, jv_copy(rec));
	} else if (rec_is(rec, "AssignmentRule")) {
		m->rules = rec_push(m->rules, jv_copy(rec));
	} else if (rec_is(rec, "PermissionSet")) {
		set_of(m, rec, "Name");
	} else if (rec_is(rec, "AccountAssignment")) {
		struct set *set = set_of(m, rec, "PermissionSetName");
		m->n_assignments++;
		add_place(m, &holder_of(m, set, rec)->where[WHAT_HELD], rec, "");
	}
}
