/*
 * AWS Organizations: the organization, its tree and its accounts.
 */
#include "ops_org.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"

#define SSO_PRINCIPAL "sso.amazonaws.com"

jv describe_organization(struct call *c)
{
	const struct sim *s = c->sim;
	const struct account *management = sim_account(s, s->management_id);
	char *arn = mem_format("arn:aws:organizations::%s:organization/%s",
		s->management_id, s->organization_id);
	jv r = rec_set_str(jv_object(), "Id", s->organization_id);
	r = rec_set_str(r, "Arn", arn);
	r = rec_set_str(r, "FeatureSet", "ALL");
	r = rec_set_str(r, "MasterAccountArn", management->arn);
	r = rec_set_str(r, "MasterAccountId", s->management_id);
	r = rec_set_str(r, "MasterAccountEmail", management->email);
	/* Said of every organization with all features; the roots' PolicyTypes tell the
	 * truth. */
	jv type = rec_set_str(jv_object(), "Type", "SERVICE_CONTROL_POLICY");
	type = rec_set_str(type, "Status", "ENABLED");
	r = rec_set(r, "AvailablePolicyTypes", rec_push(jv_array(), type));
	free(arn);
	return rec_set(jv_object(), "Organization", r);
}

static jv root_item(const struct call *c, const void *items, size_t i)
{
	const struct unit *root = items;
	(void)c;
	(void)i;
	jv r = rec_set_str(jv_object(), "Id", root->id);
	r = rec_set_str(r, "Arn", root->arn);
	r = rec_set_str(r, "Name", root->name);
	return rec_set(r, "PolicyTypes", jv_array());
}

jv list_roots(struct call *c)
{
	return is_administrator(c) ? page_answer(c, "Roots", c->sim->root, 1,
					     &page_organizations, root_item)
				   : jv_invalid();
}

/* What Status says where State is not known yet, or was not. */
static const char *legacy_status(const char *state)
{
	if (strcmp(state, "ACTIVE") == 0 || strcmp(state, "PENDING_CLOSURE") == 0)
		return state;
	/* CLOSED is what SUSPENDED was; who has not confirmed yet counts as active. */
	return strcmp(state, "PENDING_ACTIVATION") == 0 ? "ACTIVE" : "SUSPENDED";
}

/* The members of an account, but for its end: there may be more. */
static void write_members(const struct sim *s, const struct account *a, struct buf *to)
{
	page_member(to, "Id", a->id);
	page_member(to, "Arn", a->arn);
	page_member(to, "Email", a->email);
	page_member(to, "Name", a->name);
	if (s->options.legacy)
		page_member(to, "Status", legacy_status(a->state));
	else
		page_member(to, "State", a->state);
	page_member(to, "JoinedMethod", "CREATED");
	buf_addf(to, ",\"JoinedTimestamp\":%d", SIM_LONG_AGO);
}

static void write_account(const struct sim *s, const struct account *a, struct buf *to)
{
	buf_addc(to, '{');
	write_members(s, a, to);
	if (!s->options.legacy) {
		char *path = sim_path(s, a->parent, a);
		buf_addf(to, ",\"Paths\":[\"%s\"]", path); /* ids and slashes */
		free(path);
	}
	buf_addc(to, '}');
}

static void account_item(const struct call *c, const void *items, size_t i, struct buf *to)
{
	struct account *const *accounts = items;
	write_account(c->sim, accounts[i], to);
}

jv describe_account(struct call *c)
{
	const struct account *a = sim_account(c->sim, rec_str(c->input, "AccountId"));
	if (a == NULL)
		return call_fail(c, 400, "AccountNotFoundException",
			"You specified an account that doesn't exist.");
	buf_adds(&c->body, "{\"Account\":");
	write_account(c->sim, a, &c->body);
	buf_addc(&c->body, '}');
	return jv_null();
}

/* The accounts directly below parent (NULL: all). */
static jv answer_accounts(struct call *c, const struct unit *parent)
{
	const struct sim *s = c->sim;
	struct account **list = mem_array(s->accounts.n, sizeof(struct account *));
	size_t n = 0;
	for (size_t i = 0; i < s->accounts.n; i++) {
		struct account *a = s->accounts.items[i];
		if (parent == NULL || a->parent == parent)
			list[n++] = a;
	}
	jv answer = page_write(c, "Accounts", list, n, &page_organizations, account_item);
	free(list);
	return answer;
}

jv list_accounts(struct call *c)
{
	return is_administrator(c) ? answer_accounts(c, NULL) : jv_invalid();
}

static const struct unit *known_parent(struct call *c)
{
	const char *id = rec_str(c->input, "ParentId");
	const struct unit *parent = is_administrator(c) ? sim_unit(c->sim, id) : NULL;
	if (parent == NULL)
		call_fail(c, 400, "ParentNotFoundException",
			"You specified parent that doesn't exist.");
	return parent;
}

jv list_accounts_for_parent(struct call *c)
{
	const struct unit *parent = known_parent(c);
	return parent != NULL ? answer_accounts(c, parent) : jv_invalid();
}

jv unit_answer(const struct sim *s, const struct unit *u)
{
	jv r = rec_set_str(jv_object(), "Id", u->id);
	r = rec_set_str(r, "Arn", u->arn);
	r = rec_set_str(r, "Name", u->name);
	if (s->options.legacy)
		return r;
	char *path = sim_path(s, u, NULL);
	r = rec_set_str(r, "Path", path);
	free(path);
	return r;
}

static jv unit_item(const struct call *c, const void *items, size_t i)
{
	struct unit *const *units = items;
	return unit_answer(c->sim, units[i]);
}

jv describe_unit(struct call *c)
{
	const struct unit *u = sim_unit(c->sim, rec_str(c->input, "OrganizationalUnitId"));
	if (u == NULL || u->parent == NULL)
		return call_fail(c, 400, "OrganizationalUnitNotFoundException",
			"You specified an organizational unit that doesn't exist.");
	return rec_set(jv_object(), "OrganizationalUnit", unit_answer(c->sim, u));
}

static jv parent_item(const struct call *c, const void *items, size_t i)
{
	const struct unit *parent = items;
	(void)c;
	(void)i;
	jv r = rec_set_str(jv_object(), "Id", parent->id);
	return rec_set_str(
		r, "Type", parent->parent == NULL ? "ROOT" : "ORGANIZATIONAL_UNIT");
}

jv list_parents(struct call *c)
{
	const char *id = rec_str(c->input, "ChildId");
	const struct account *account = sim_account(c->sim, id);
	const struct unit *unit = sim_unit(c->sim, id);
	const struct unit *parent = account != NULL ? account->parent
				    : unit != NULL  ? unit->parent
						    : NULL;
	if (!is_administrator(c))
		return jv_invalid();
	if (parent == NULL)
		return call_fail(c, 400, "ChildNotFoundException",
			"You specified a child that doesn't exist.");
	return page_answer(c, "Parents", parent, 1, &page_organizations, parent_item);
}

jv list_units_for_parent(struct call *c)
{
	const struct sim *s = c->sim;
	const struct unit *parent = known_parent(c);
	if (parent == NULL)
		return jv_invalid();
	struct unit **list = mem_array(s->units.n, sizeof(struct unit *));
	size_t n = 0;
	for (size_t i = 0; i < s->units.n; i++) {
		struct unit *u = s->units.items[i];
		if (u->parent == parent)
			list[n++] = u;
	}
	jv answer = page_answer(
		c, "OrganizationalUnits", list, n, &page_organizations, unit_item);
	free(list);
	return answer;
}

/* The tags of the call's resource, or NULL after call_fail. */
jv *organization_tags(struct call *c)
{
	const char *id = rec_str(c->input, "ResourceId");
	struct account *account = sim_account(c->sim, id);
	struct unit *unit = sim_unit(c->sim, id);
	if (!is_administrator(c))
		return NULL;
	if (account != NULL || unit != NULL)
		return account != NULL ? &account->tags : &unit->tags;
	call_fail(c, 400, "TargetNotFoundException",
		"You specified a target that doesn't exist.");
	return NULL;
}

jv list_organization_tags(struct call *c)
{
	static const struct page page = { "NextToken", "MaxResults", 50, 50 };
	const jv *tags = organization_tags(c);
	return tags != NULL ? page_tags(c, *tags, &page) : jv_invalid();
}

/* --- what the organization trusts -------------------------------------------------------
 */

static jv principal_item(const struct call *c, const void *items, size_t i)
{
	const char *const *principals = items;
	(void)c;
	jv r = rec_set_str(jv_object(), "ServicePrincipal", principals[i]);
	return rec_set_num(r, "DateEnabled", SIM_LONG_AGO);
}

/* An organization with an Identity Center instance has let it in. */
jv list_service_access(struct call *c)
{
	static const char *const principals[] = { SSO_PRINCIPAL };
	return page_answer(c, "EnabledServicePrincipals", principals, 1,
		&page_organizations, principal_item);
}

static void administrator_item(
	const struct call *c, const void *items, size_t i, struct buf *to)
{
	struct account *const *accounts = items;
	buf_addc(to, '{');
	write_members(c->sim, accounts[i], to);
	buf_addf(to, ",\"DelegationEnabledDate\":%d}", SIM_LONG_AGO);
}

/* The instance's owner, when it is not the management account itself. */
jv list_administrators(struct call *c)
{
	const struct sim *s = c->sim;
	const char *service = rec_str_or(c->input, "ServicePrincipal", SSO_PRINCIPAL);
	const struct account *owner = sim_account(s, s->owner_id);
	size_t n = owner != NULL && strcmp(s->owner_id, s->management_id) != 0 &&
		   strcmp(service, SSO_PRINCIPAL) == 0;
	return page_write(c, "DelegatedAdministrators", &owner, n, &page_organizations,
		administrator_item);
}
