/*
 * IAM Identity Center: assignments, provisioning, and the operations that take their time.
 */
#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "ops_sso.h"
#include "rec.h"

static struct account *known_account(struct call *c, const char *member)
{
	const char *id = rec_str(c->input, member);
	struct account *account = id != NULL ? sim_account(c->sim, id) : NULL;
	if (account == NULL)
		not_found(c, "Account", id != NULL ? id : "");
	return account;
}

/* The principal of PrincipalId and PrincipalType, or NULL after call_fail. */
static struct principal *known_principal(struct call *c, int or_gone)
{
	const char *id = rec_str(c->input, "PrincipalId"),
		   *type = rec_str(c->input, "PrincipalType");
	struct principal *p = sim_principal(c->sim, id);
	if (p != NULL && (!p->gone || or_gone) &&
		strcmp(principal_type_name(p->type), type) == 0)
		return p;
	not_found(c, type, id);
	return NULL;
}

/* --- lists ------------------------------------------------------------------------------
 */

/* Whether a pair is of the provisioning status that the call asks for. */
static int wanted_status(const struct call *c, const struct pair *pair)
{
	const char *wanted = rec_str(c->input, "ProvisioningStatus");
	if (pair == NULL || !pair->provisioned)
		return 0;
	return wanted == NULL ||
	       pair->outdated ==
		       (strcmp(wanted, "LATEST_PERMISSION_SET_NOT_PROVISIONED") == 0);
}

static jv pair_account_item(const struct call *c, const void *items, size_t i)
{
	struct pair *const *pairs = items;
	(void)c;
	return jv_string(pairs[i]->account->id);
}

jv list_accounts_of_set(struct call *c)
{
	const struct set *set = known_set(c);
	if (set == NULL)
		return jv_invalid();
	struct pair **pairs = mem_array(set->pairs.n, sizeof(struct pair *));
	size_t n = 0;
	for (size_t i = 0; i < set->pairs.n; i++)
		if (wanted_status(c, set->pairs.entries[i].value))
			pairs[n++] = set->pairs.entries[i].value;
	jv answer = page_answer(c, "AccountIds", pairs, n, 10, 100, pair_account_item);
	free(pairs);
	return answer;
}

static jv pair_set_item(const struct call *c, const void *items, size_t i)
{
	struct pair *const *pairs = items;
	(void)c;
	return jv_string(pairs[i]->set->arn);
}

jv list_sets_of_account(struct call *c)
{
	const struct sim *s = c->sim;
	const struct account *account =
		known_instance(c) ? known_account(c, "AccountId") : NULL;
	if (account == NULL)
		return jv_invalid();
	struct pair **pairs = mem_array(s->n_sets, sizeof(struct pair *));
	size_t n = 0;
	for (size_t i = 0; i < s->n_sets; i++) {
		struct pair *pair =
			s->sets[i]->deleted ? NULL : sim_pair(s->sets[i], account);
		if (wanted_status(c, pair))
			pairs[n++] = pair;
	}
	jv answer = page_answer(c, "PermissionSets", pairs, n, 10, 100, pair_set_item);
	free(pairs);
	return answer;
}

static jv assignment(const struct pair *pair, const struct principal *p)
{
	jv r = rec_set_str(jv_object(), "AccountId", pair->account->id);
	r = rec_set_str(r, "PermissionSetArn", pair->set->arn);
	r = rec_set_str(r, "PrincipalType", principal_type_name(p->type));
	return rec_set_str(r, "PrincipalId", p->id);
}

static jv pair_principal_item(const struct call *c, const void *items, size_t i)
{
	const struct pair *pair = items;
	(void)c;
	return assignment(pair, pair->principals[i]);
}

jv list_account_assignments(struct call *c)
{
	static const struct pair none;
	const struct set *set = known_set(c);
	const struct account *account = set != NULL ? known_account(c, "AccountId") : NULL;
	if (account == NULL)
		return jv_invalid();
	const struct pair *pair = sim_pair(set, account);
	if (pair == NULL)
		pair = &none;
	return page_answer(
		c, "AccountAssignments", pair, pair->n, 10, 100, pair_principal_item);
}

struct holding {
	const struct pair *pair;
	const struct principal *principal;
};

static jv holding_item(const struct call *c, const void *items, size_t i)
{
	const struct holding *holdings = items;
	(void)c;
	return assignment(holdings[i].pair, holdings[i].principal);
}

static size_t add_holdings(
	struct holding *to, size_t n, const struct principal *p, const char *account_id)
{
	for (size_t i = 0; i < p->n_pairs; i++)
		if (!p->pairs[i]->set->deleted &&
			(account_id == NULL ||
				strcmp(p->pairs[i]->account->id, account_id) == 0))
			to[n++] = (struct holding){ p->pairs[i], p };
	return n;
}

/* A user's own assignments, and those that come through groups: by the group's id. */
jv list_assignments_for_principal(struct call *c)
{
	const struct principal *p = known_instance(c) ? known_principal(c, 1) : NULL;
	if (p == NULL)
		return jv_invalid();
	size_t max = p->n_pairs, n;
	for (size_t i = 0; i < p->n_groups; i++)
		max += p->groups[i]->n_pairs;
	struct holding *holdings = mem_array(max, sizeof(*holdings));
	jv filter = rec_get(c->input, "Filter");
	const char *account_id = rec_str(filter, "AccountId");
	n = add_holdings(holdings, 0, p, account_id);
	for (size_t i = 0; i < p->n_groups; i++)
		n = add_holdings(holdings, n, p->groups[i], account_id);
	jv_free(filter);
	jv answer =
		page_answer(c, "AccountAssignments", holdings, n, 10, 100, holding_item);
	free(holdings);
	return answer;
}

/* --- operations -------------------------------------------------------------------------
 */

static const char *const status_names[] = { "IN_PROGRESS", "SUCCEEDED", "FAILED" };

static jv operation_status(const struct operation *o)
{
	jv r = rec_set_str(jv_object(), "Status", status_names[o->status]);
	r = rec_set_str(r, "RequestId", o->id);
	r = rec_set_str(r, "FailureReason", o->status == STATUS_FAILED_ ? o->reason : NULL);
	if (o->type == OPERATION_PROVISION) {
		r = rec_set_str(r, "AccountId", o->account != NULL ? o->account->id : NULL);
	} else {
		r = rec_set_str(r, "TargetId", o->account->id);
		r = rec_set_str(r, "TargetType", "AWS_ACCOUNT");
	}
	r = rec_set_str(r, "PermissionSetArn", o->set->arn);
	if (o->principal != NULL) {
		r = rec_set_str(
			r, "PrincipalType", principal_type_name(o->principal->type));
		r = rec_set_str(r, "PrincipalId", o->principal->id);
	}
	return rec_set_num(r, "CreatedDate", (double)o->created);
}

static const char *const answer_names[OPERATION_TYPES] = {
	"AccountAssignmentCreationStatus", "AccountAssignmentDeletionStatus",
	"PermissionSetProvisioningStatus"
};

static jv operation_answer(const struct operation *o)
{
	return rec_set(jv_object(), answer_names[o->type], operation_status(o));
}

/* Starts the operation unless another one is on the same set and account, or ten are under
 * way. */
static jv start(struct call *c, enum operation_type type, struct set *set,
	struct account *account, struct principal *principal)
{
	struct sim *s = c->sim;
	if (sim_running(s, set, account) != NULL)
		return call_fail(c, 400, "ConflictException",
			"There is a conflicting operation in progress for the permission "
			"set %s and account %s.",
			set->arn,
			account != NULL ? account->id : "ALL_PROVISIONED_ACCOUNTS");
	if (type != OPERATION_PROVISION && s->outstanding >= s->options.outstanding)
		return call_fail(c, 400, "ThrottlingException",
			"Rate exceeded: %lu account assignment operations are outstanding",
			s->options.outstanding);
	return operation_answer(sim_start(s, type, set, account, principal));
}

static jv change_assignment(struct call *c, enum operation_type type)
{
	struct set *set = known_set(c);
	struct account *account = set != NULL ? known_account(c, "TargetId") : NULL;
	struct principal *p =
		account != NULL ? known_principal(c, type == OPERATION_DELETE) : NULL;
	const struct sim *s = c->sim;
	if (p == NULL || !may_touch(c, set))
		return jv_invalid();
	if (strcmp(account->id, s->management_id) == 0 &&
		strcmp(caller(s), s->management_id) != 0)
		return call_fail(c, 400, "AccessDeniedException",
			"A delegated administrator can't change assignments of the "
			"management account");
	int there = pair_has(sim_pair(set, account), p);
	if (type == OPERATION_CREATE && there)
		return call_fail(c, 400, "ConflictException",
			"Account assignment already exists for principal %s", p->id);
	if (type == OPERATION_DELETE && !there && sim_running(s, set, account) == NULL)
		return not_found(c, "Account assignment of principal", p->id);
	return start(c, type, set, account, p);
}

jv create_assignment(struct call *c)
{
	return change_assignment(c, OPERATION_CREATE);
}

jv delete_assignment(struct call *c)
{
	return change_assignment(c, OPERATION_DELETE);
}

jv provision_set(struct call *c)
{
	struct set *set = known_set(c);
	struct account *account = NULL;
	if (set == NULL || !may_touch(c, set))
		return jv_invalid();
	if (strcmp(rec_str(c->input, "TargetType"), "AWS_ACCOUNT") == 0) {
		account = known_account(c, "TargetId");
		if (account == NULL)
			return jv_invalid();
		if (!wanted_status(c, sim_pair(set, account)))
			return not_found(
				c, "Provisioned permission set in account", account->id);
	}
	return start(c, OPERATION_PROVISION, set, account, NULL);
}

static jv describe(struct call *c, enum operation_type type, const char *member)
{
	const char *id = rec_str(c->input, member);
	const struct operation *o =
		known_instance(c) ? map_get(&c->sim->operations_by_id, id) : NULL;
	if (o == NULL || o->type != type)
		return not_found(c, "Request", id);
	return operation_answer(o);
}

jv describe_creation(struct call *c)
{
	return describe(c, OPERATION_CREATE, "AccountAssignmentCreationRequestId");
}

jv describe_deletion(struct call *c)
{
	return describe(c, OPERATION_DELETE, "AccountAssignmentDeletionRequestId");
}

jv describe_provisioning(struct call *c)
{
	return describe(c, OPERATION_PROVISION, "ProvisionPermissionSetRequestId");
}

static jv status_item(const struct call *c, const void *items, size_t i)
{
	struct operation *const *operations = items;
	const struct operation *o = operations[i];
	(void)c;
	jv r = rec_set_str(jv_object(), "Status", status_names[o->status]);
	r = rec_set_str(r, "RequestId", o->id);
	return rec_set_num(r, "CreatedDate", (double)o->created);
}

/* The newest come first. */
static jv list_operations(struct call *c, enum operation_type type, const char *key)
{
	const struct sim *s = c->sim;
	if (!known_instance(c))
		return jv_invalid();
	struct operation **list = mem_array(s->n_operations, sizeof(struct operation *));
	jv filter = rec_get(c->input, "Filter");
	const char *status = rec_str(filter, "Status");
	size_t n = 0;
	for (size_t i = s->n_operations; i-- > 0;) {
		struct operation *o = s->operations[i];
		if (o->type == type &&
			(status == NULL || strcmp(status_names[o->status], status) == 0))
			list[n++] = o;
	}
	jv_free(filter);
	jv answer = page_answer(c, key, list, n, 10, 100, status_item);
	free(list);
	return answer;
}

jv list_creations(struct call *c)
{
	return list_operations(c, OPERATION_CREATE, "AccountAssignmentsCreationStatus");
}

jv list_deletions(struct call *c)
{
	return list_operations(c, OPERATION_DELETE, "AccountAssignmentsDeletionStatus");
}

jv list_provisionings(struct call *c)
{
	return list_operations(c, OPERATION_PROVISION, "PermissionSetsProvisioningStatus");
}
