/*
 * AWS Organizations: the organization, its tree and its accounts.
 */
#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"

#define JOINED 1577836800 /* 2020-01-01 */

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
	free(arn);
	return rec_set(jv_object(), "Organization", r);
}

jv list_roots(struct call *c)
{
	const struct unit *root = c->sim->root;
	jv r = rec_set_str(jv_object(), "Id", root->id);
	r = rec_set_str(r, "Arn", root->arn);
	r = rec_set_str(r, "Name", root->name);
	r = rec_set(r, "PolicyTypes", jv_array());
	return rec_set(jv_object(), "Roots", rec_push(jv_array(), r));
}

static jv account_item(const struct call *c, const void *items, size_t i)
{
	struct account *const *accounts = items;
	const struct account *a = accounts[i];
	jv r = rec_set_str(jv_object(), "Id", a->id);
	r = rec_set_str(r, "Arn", a->arn);
	r = rec_set_str(r, "Email", a->email);
	r = rec_set_str(r, "Name", a->name);
	if (c->sim->options.legacy) {
		int active = strcmp(a->state, "ACTIVE") == 0;
		int closing = strcmp(a->state, "PENDING_CLOSURE") == 0;
		r = rec_set_str(r, "Status",
			active	  ? "ACTIVE"
			: closing ? a->state
				  : "SUSPENDED");
	} else {
		char *path = sim_path(c->sim, a);
		r = rec_set_str(r, "State", a->state);
		r = rec_set(r, "Paths", rec_push_str(jv_array(), path));
		free(path);
	}
	r = rec_set_str(r, "JoinedMethod", "CREATED");
	return rec_set_num(r, "JoinedTimestamp", JOINED);
}

/* The accounts directly below parent (NULL: all). */
static jv answer_accounts(struct call *c, const struct unit *parent)
{
	const struct sim *s = c->sim;
	struct account **list = mem_array(s->n_accounts, sizeof(struct account *));
	size_t n = 0;
	for (size_t i = 0; i < s->n_accounts; i++)
		if (parent == NULL || s->accounts[i]->parent == parent)
			list[n++] = s->accounts[i];
	jv answer = page_answer(c, "Accounts", list, n, 20, 20, account_item);
	free(list);
	return answer;
}

jv list_accounts(struct call *c)
{
	return answer_accounts(c, NULL);
}

static const struct unit *known_parent(struct call *c)
{
	const char *id = rec_str(c->input, "ParentId");
	const struct unit *parent = sim_unit(c->sim, id);
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

static jv unit_item(const struct call *c, const void *items, size_t i)
{
	struct unit *const *units = items;
	(void)c;
	jv r = rec_set_str(jv_object(), "Id", units[i]->id);
	r = rec_set_str(r, "Arn", units[i]->arn);
	return rec_set_str(r, "Name", units[i]->name);
}

jv list_units_for_parent(struct call *c)
{
	const struct sim *s = c->sim;
	const struct unit *parent = known_parent(c);
	if (parent == NULL)
		return jv_invalid();
	struct unit **list = mem_array(s->n_units, sizeof(struct unit *));
	size_t n = 0;
	for (size_t i = 0; i < s->n_units; i++)
		if (s->units[i]->parent == parent)
			list[n++] = s->units[i];
	jv answer = page_answer(c, "OrganizationalUnits", list, n, 20, 20, unit_item);
	free(list);
	return answer;
}

jv list_organization_tags(struct call *c)
{
	const char *id = rec_str(c->input, "ResourceId");
	const struct account *account = sim_account(c->sim, id);
	if (account == NULL && sim_unit(c->sim, id) == NULL)
		return call_fail(c, 400, "TargetNotFoundException",
			"You specified a target that doesn't exist.");
	jv tags = account != NULL ? jv_copy(account->tags) : jv_object(), list = jv_array();
	jv keys = jv_keys(jv_copy(tags));
	for (int i = 0; i < rec_len(keys); i++) {
		const char *key = rec_str_at(keys, i);
		jv tag = rec_set_str(jv_object(), "Key", key);
		list = rec_push(list, rec_set_str(tag, "Value", rec_str(tags, key)));
	}
	jv_free(keys);
	jv_free(tags);
	return rec_set(jv_object(), "Tags", list);
}
