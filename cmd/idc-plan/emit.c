#include "emit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "rec.h"

#define RULES_NAMED 3

static const struct {
	const char *name;
	const char *effect; /* on a live permission set; none on one that is being made */
} operations[OPERATIONS] = {
	[CREATE_SET] = { "CreatePermissionSet", "none" },
	[UPDATE_SET] = { "UpdatePermissionSet", "change" },
	[TAG] = { "TagResource", "none" },
	[UNTAG] = { "UntagResource", "none" },
	[PUT_INLINE] = { "PutInlinePolicyToPermissionSet", "change" },
	[DELETE_INLINE] = { "DeleteInlinePolicyFromPermissionSet", "change" },
	[ATTACH_MANAGED] = { "AttachManagedPolicyToPermissionSet", "change" },
	[DETACH_MANAGED] = { "DetachManagedPolicyFromPermissionSet", "change" },
	[ATTACH_CUSTOMER] = { "AttachCustomerManagedPolicyReferenceToPermissionSet",
		"change" },
	[DETACH_CUSTOMER] = { "DetachCustomerManagedPolicyReferenceFromPermissionSet",
		"change" },
	[PUT_BOUNDARY] = { "PutPermissionsBoundaryToPermissionSet", "change" },
	[DELETE_BOUNDARY] = { "DeletePermissionsBoundaryFromPermissionSet", "change" },
	[PROVISION] = { "ProvisionPermissionSet", "none" },
	[CREATE_ASSIGNMENT] = { "CreateAccountAssignment", "grant" },
	[DELETE_ASSIGNMENT] = { "DeleteAccountAssignment", "revoke" },
	[DELETE_SET] = { "DeletePermissionSet", "none" },
};

const char *operation_name(enum operation op)
{
	return operations[op].name;
}

/* "12": the Id of an action. */
static jv id_of(uint32_t action)
{
	char text[16];
	snprintf(text, sizeof(text), "%u", action + 1u);
	return jv_string(text);
}

static int compare_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static jv depends_on(const struct plan *p, const struct action *a)
{
	jv ids = jv_array();
	if (a->n_deps == 0)
		return ids;
	uint32_t *deps = &p->deps[a->first_dep];
	qsort(deps, a->n_deps, sizeof(*deps), compare_u32);
	for (size_t i = 0; i < a->n_deps; i++)
		if (i == 0 || deps[i] != deps[i - 1])
			ids = rec_push(ids, id_of(deps[i]));
	return ids;
}

/* CreateAccountAssignment and DeleteAccountAssignment take the same. */
static jv assignment_request(const struct plan *p, const struct action *a)
{
	const struct principal *who = &p->m->principals[a->principal];
	jv r = rec_set_str(jv_object(), "InstanceArn", model_instance(p->m, "InstanceArn"));
	r = rec_set_str(r, "TargetId", p->m->accounts[a->account].id);
	r = rec_set_str(r, "TargetType", "AWS_ACCOUNT");
	r = rec_set(r, "PermissionSetArn", set_reference(p->m, a->set));
	r = rec_set_str(r, "PrincipalType", directory_type_name(who->type));
	return rec_set_str(r, "PrincipalId", who->id);
}

static jv set_account(const struct model *m, jv rec, uint32_t account)
{
	if (account == NONE)
		return rec;
	rec = rec_set_str(rec, "AccountId", m->accounts[account].id);
	return rec_set_str(rec, "AccountName", m->accounts[account].name);
}

static jv set_principal(const struct model *m, jv rec, uint32_t principal)
{
	if (principal == NONE)
		return rec;
	const struct principal *who = &m->principals[principal];
	rec = rec_set_str(rec, "PrincipalType", directory_type_name(who->type));
	rec = rec_set_str(rec, "PrincipalId", who->id);
	return rec_set_str(rec, "PrincipalName", who->name);
}

/* --- reasons ------------------------------------------------------------------------ */

static const char *type_word(const struct principal *who)
{
	return who->type == PRINCIPAL_GROUP ? "group" : "user";
}

/* "rules A, B and 2 more ask for it (templates/a.json:12)". */
static void add_rules(struct buf *b, const struct origin *o)
{
	int n = rec_len(o->rules);
	int named = n > RULES_NAMED ? RULES_NAMED - 1 : n;
	buf_adds(b, n == 0 ? "the templates" : n == 1 ? "rule " : "rules ");
	for (int i = 0; i < named; i++) {
		const char *rule = rec_str_at(o->rules, i);
		const char *between = i == 0 ? "" : i == n - 1 ? " and " : ", ";
		buf_addf(b, "%s%s", between, rule != NULL ? rule : "?");
	}
	if (named < n)
		buf_addf(b, " and %d more", n - named);
	char *place = source_text(o->source);
	buf_addf(b, " %s for it%s%s%s", n == 1 ? "asks" : "ask",
		place[0] != '\0' ? " (" : "", place, place[0] != '\0' ? ")" : "");
	free(place);
}

static void grant_reason(struct buf *b, const struct plan *p, const struct action *a)
{
	const struct principal *who = &p->m->principals[a->principal];
	if (a->rebind_to != NONE)
		buf_addf(b, "the %s was deleted and made again under a new id; ",
			type_word(who));
	add_rules(b, &p->m->origins[a->origin]);
}

static void revoke_reason(
	struct buf *b, const struct plan *p, const struct action *a, int three_sided)
{
	const struct set *s = &p->m->sets[a->set];
	const struct principal *who = &p->m->principals[a->principal];
	if (a->rebind_from != NONE)
		buf_addf(b, "the %s '%s' was deleted and made again under a new id",
			type_word(who), principal_label(&p->m->principals[a->rebind_to]));
	else if (a->flags & ACTION_ORPHAN)
		buf_addf(b, "the %s does not exist any more", type_word(who));
	else if (s->now != NONE)
		buf_addf(b, "permission set '%s' is now '%s'", s->name,
			p->m->sets[s->now].name);
	else if (!jv_is_valid(s->want))
		buf_addf(b, "no template has permission set '%s'", s->name);
	else
		buf_addf(b, "no template asks for it%s", three_sided ? " any more" : "");
	if (a->flags & ACTION_ROLE_REMOVED)
		buf_adds(b, "; nobody else has it there, so AWS deletes the role");
}

static jv reason_of(const struct plan *p, const struct action *a, int three_sided)
{
	if (a->reason != NULL)
		return jv_string(a->reason);
	struct buf b;
	buf_init(&b, 8192);
	if (a->op == CREATE_ASSIGNMENT)
		grant_reason(&b, p, a);
	else
		revoke_reason(&b, p, a, three_sided);
	jv text = jv_string(buf_str(&b));
	buf_release(&b);
	return text;
}

/* --- records ------------------------------------------------------------------------ */

static const char *effect_of(const struct plan *p, const struct action *a)
{
	const char *effect = operations[a->op].effect;
	int is_new = !jv_is_valid(p->m->sets[a->set].live);
	return is_new && strcmp(effect, "change") == 0 ? "none" : effect;
}

static jv set_rebind(const struct plan *p, jv rec, const struct action *a)
{
	if (a->rebind_from == NONE)
		return rec;
	jv both = rec_set_str(jv_object(), "From", p->m->principals[a->rebind_from].id);
	both = rec_set_str(both, "To", p->m->principals[a->rebind_to].id);
	return rec_set(rec, "Rebind", both);
}

/* Rules of an assignment; Source of it, or of the template of a permission set. */
static jv set_origin(const struct plan *p, jv rec, const struct action *a, jv reason)
{
	const struct origin *o = a->origin != NONE ? &p->m->origins[a->origin] : NULL;
	if (o != NULL && rec_len(o->rules) > 0)
		rec = rec_set(rec, "Rules", jv_copy(o->rules));
	rec = rec_set(rec, "Reason", reason);
	if (o == NULL)
		return a->op < CREATE_ASSIGNMENT
			       ? rec_set_from(rec, "Source", p->m->sets[a->set].want)
			       : rec;
	return rec_len(o->source) > 0 ? rec_set(rec, "Source", jv_copy(o->source)) : rec;
}

static jv action_record(const struct plan *p, uint32_t number, int three_sided)
{
	const struct action *a = &p->actions[number];
	jv rec = rec_set(rec_new("Action"), "Id", id_of(number));
	rec = rec_set_str(rec, "Operation", operation_name(a->op));
	rec = rec_set(rec, "Request",
		jv_is_valid(a->request) ? jv_copy(a->request) : assignment_request(p, a));
	rec = rec_set(rec, "DependsOn", depends_on(p, a));
	rec = rec_set_str(rec, "Effect", effect_of(p, a));
	rec = set_account(p->m, rec, a->account);
	rec = rec_set_str(rec, "PermissionSetName", p->m->sets[a->set].name);
	rec = set_principal(p->m, rec, a->principal);
	if (jv_is_valid(a->changes))
		rec = rec_set(rec, "Changes", jv_copy(a->changes));
	if (a->flags & ACTION_ROLE_REMOVED)
		rec = rec_set(rec, "RoleRemoved", jv_true());
	rec = set_rebind(p, rec, a);
	if (a->flags & ACTION_ORPHAN)
		rec = rec_set(rec, "Orphan", jv_true());
	return set_origin(p, rec, a, reason_of(p, a, three_sided));
}

static jv notice_record(const struct plan *p, const struct notice *n)
{
	jv rec = rec_set_str(rec_new("Notice"), "Code", n->code);
	rec = set_account(p->m, rec, n->account);
	if (n->set != NONE)
		rec = rec_set_str(rec, "PermissionSetName", p->m->sets[n->set].name);
	rec = set_principal(p->m, rec, n->principal);
	rec = rec_set_str(rec, "Reason", n->reason);
	return rec_len(n->source) > 0 ? rec_set(rec, "Source", jv_copy(n->source)) : rec;
}

void emit(struct plan *p, int three_sided, struct stream_out *out)
{
	stream_write(out, p->m->instance);
	for (size_t i = 0; i < p->n_actions; i++) {
		jv rec = action_record(p, (uint32_t)i, three_sided);
		stream_write(out, rec);
		jv_free(rec);
	}
	for (size_t i = 0; i < p->n_notices; i++) {
		jv rec = notice_record(p, &p->notices[i]);
		stream_write(out, rec);
		jv_free(rec);
	}
}
