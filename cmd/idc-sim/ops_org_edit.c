/*
 * AWS Organizations: what the management account changes.
 */
#include "ops_org.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"
#include "rec.h"

static int may_change(struct call *c)
{
	if (strcmp(c->account, c->sim->management_id) == 0)
		return 1;
	call_fail(c, 400, "AccessDeniedException",
		"You don't have permissions to access this resource.");
	return 0;
}

static struct account *changeable_account(struct call *c)
{
	const char *id = rec_str(c->input, "AccountId");
	struct account *account = may_change(c) ? sim_account(c->sim, id) : NULL;
	if (account == NULL)
		call_fail(c, 400, "AccountNotFoundException",
			"You specified an account that doesn't exist.");
	return account;
}

jv move_account(struct call *c)
{
	struct account *account = changeable_account(c);
	struct unit *from = sim_unit(c->sim, rec_str(c->input, "SourceParentId"));
	struct unit *to = sim_unit(c->sim, rec_str(c->input, "DestinationParentId"));
	if (account == NULL)
		return jv_invalid();
	if (from == NULL || account->parent != from)
		return call_fail(c, 400, "SourceParentNotFoundException",
			"The account is not in the parent that you specified.");
	if (to == NULL)
		return call_fail(c, 400, "DestinationParentNotFoundException",
			"You specified a destination parent that doesn't exist.");
	if (to == from)
		return call_fail(c, 400, "DuplicateAccountException",
			"The account is in the destination already.");
	account->parent = to;
	return jv_object();
}

jv close_account(struct call *c)
{
	struct account *account = changeable_account(c);
	if (account == NULL)
		return jv_invalid();
	if (strcmp(account->id, c->sim->management_id) == 0)
		return call_fail(c, 400, "ConstraintViolationException",
			"You can't close the management account.");
	if (strcmp(account->state, "ACTIVE") != 0)
		return call_fail(c, 400, "AccountAlreadyClosedException",
			"The account is closed already.");
	free(account->state);
	account->state = mem_string("CLOSED");
	return jv_object();
}

/* An id of twelve digits that no account has. */
static void make_account_id(struct sim *s, char id[13])
{
	char hex[17];
	do {
		sim_make_id(s, hex, 16, "account");
		snprintf(id, 13, "%012llu", strtoull(hex, NULL, 16) % 1000000000000u);
	} while (sim_account(s, id) != NULL);
}

static int is_used(const struct sim *s, const char *email)
{
	for (size_t i = 0; i < s->accounts.n; i++)
		if (strcasecmp(((const struct account *)s->accounts.items[i])->email,
			    email) == 0)
			return 1;
	return 0;
}

/* An account that can't be made is one that fails: AWS sees it later. */
static jv create_failed(struct sim *s, const char *name)
{
	char request[37];
	sim_make_id(s, request, 32, "create");
	char *id = mem_format("car-%s", request);
	jv r = rec_set_str(jv_object(), "Id", id);
	r = rec_set_str(r, "AccountName", name);
	r = rec_set_str(r, "State", "FAILED");
	free(id);
	return rec_set(jv_object(), "CreateAccountStatus",
		rec_set_str(r, "FailureReason", "EMAIL_ALREADY_EXISTS"));
}

jv create_account(struct call *c)
{
	struct sim *s = c->sim;
	const char *name = rec_str(c->input, "AccountName");
	char id[13], request[33];
	jv none = jv_object(), tags = may_change(c) ? tags_merged(c, none) : jv_invalid();
	jv_free(none);
	if (!jv_is_valid(tags))
		return tags;
	if (is_used(s, rec_str(c->input, "Email"))) {
		jv_free(tags);
		return create_failed(s, name);
	}
	make_account_id(s, id);
	sim_make_id(s, request, 32, "create");
	struct account *account =
		sim_add_account(s, id, name, rec_str(c->input, "Email"), NULL, s->root);
	sim_complete(s);
	jv_free(account->tags);
	account->tags = tags;
	char *request_id = mem_format("car-%s", request);
	jv r = rec_set_str(jv_object(), "Id", request_id);
	r = rec_set_str(r, "AccountName", name);
	r = rec_set_str(r, "State", "SUCCEEDED");
	r = rec_set_num(r, "RequestedTimestamp", (double)s->now);
	r = rec_set_num(r, "CompletedTimestamp", (double)s->now);
	free(request_id);
	return rec_set(jv_object(), "CreateAccountStatus", rec_set_str(r, "AccountId", id));
}

/* Whether parent has a unit of that name; then call_fail. */
static int is_taken(struct call *c, const struct unit *parent, const char *name)
{
	for (size_t i = 0; i < c->sim->units.n; i++) {
		const struct unit *u = c->sim->units.items[i];
		if (u->parent != parent || name == NULL || strcmp(u->name, name) != 0)
			continue;
		call_fail(c, 400, "DuplicateOrganizationalUnitException",
			"An OU with the same name already exists.");
		return 1;
	}
	return 0;
}

jv create_unit(struct call *c)
{
	struct sim *s = c->sim;
	struct unit *parent = sim_unit(s, rec_str(c->input, "ParentId"));
	const char *name = rec_str(c->input, "Name");
	if (!may_change(c))
		return jv_invalid();
	if (parent == NULL)
		return call_fail(c, 400, "ParentNotFoundException",
			"You specified parent that doesn't exist.");
	if (is_taken(c, parent, name))
		return jv_invalid();
	jv none = jv_object(), tags = tags_merged(c, none);
	jv_free(none);
	if (!jv_is_valid(tags))
		return tags;
	char digits[9];
	sim_make_id(s, digits, 8, name);
	char *id = mem_format("ou-%s-%s", s->root->id + strlen("r-"), digits);
	struct unit *u = sim_add_unit(s, id, name, parent);
	free(id);
	sim_complete(s);
	jv_free(u->tags);
	u->tags = tags;
	return rec_set(jv_object(), "OrganizationalUnit", unit_answer(s, u));
}

static struct unit *changeable_unit(struct call *c)
{
	struct unit *u =
		may_change(c) ? sim_unit(c->sim, rec_str(c->input, "OrganizationalUnitId"))
			      : NULL;
	if (u == NULL)
		call_fail(c, 400, "OrganizationalUnitNotFoundException",
			"You specified an organizational unit that doesn't exist.");
	return u;
}

jv update_unit(struct call *c)
{
	struct unit *u = changeable_unit(c);
	const char *name = rec_str(c->input, "Name");
	if (u == NULL || is_taken(c, u->parent, name))
		return jv_invalid();
	if (name != NULL) {
		free(u->name);
		u->name = mem_string(name);
	}
	return rec_set(jv_object(), "OrganizationalUnit", unit_answer(c->sim, u));
}

jv delete_unit(struct call *c)
{
	struct sim *s = c->sim;
	struct unit *u = changeable_unit(c);
	int empty = 1;
	if (u == NULL)
		return jv_invalid();
	for (size_t i = 0; i < s->units.n; i++)
		empty &= ((const struct unit *)s->units.items[i])->parent != u;
	for (size_t i = 0; i < s->accounts.n; i++)
		empty &= ((const struct account *)s->accounts.items[i])->parent != u;
	if (!empty)
		return call_fail(c, 400, "OrganizationalUnitNotEmptyException",
			"The specified OU is not empty.");
	sim_remove_unit(s, u);
	return jv_object();
}

jv tag_organization(struct call *c)
{
	jv *tags = may_change(c) ? organization_tags(c) : NULL;
	return tags != NULL && tags_add(c, tags) == 0 ? jv_object() : jv_invalid();
}

jv untag_organization(struct call *c)
{
	jv *tags = may_change(c) ? organization_tags(c) : NULL;
	if (tags == NULL)
		return jv_invalid();
	tags_remove(c, tags);
	return jv_object();
}
