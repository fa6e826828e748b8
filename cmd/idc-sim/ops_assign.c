/*
 * IAM Identity Center: assignments, provisioning, and the operations that take their time.
 */
#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
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

/* Which pairs the call's ProvisioningStatus asks for: bits of whether they are outdated. */
enum { CURRENT = 1, OUTDATED = 2 };

static unsigned wanted_statuses(const struct call *c)
{
	const char *wanted = rec_str(c->input, "ProvisioningStatus");
	if (wanted == NULL)
		return CURRENT | OUTDATED;
	return strcmp(wanted, "LATEST_PERMISSION_SET_NOT_PROVISIONED") == 0 ? OUTDATED
									    : CURRENT;
}

static int is_wanted(const struct pair *pair, unsigned statuses)
{
	return pair->provisioned && (statuses & (pair->outdated ? OUTDATED : CURRENT)) != 0;
}

/* Those of the pairs that the call asks for. */
static jv pairs_answer(
	struct call *c, const char *key, const struct list *pairs, page_writer *item)
{
	struct pair **wanted = mem_array(pairs->n, sizeof(struct pair *));
	unsigned statuses = wanted_statuses(c);
	size_t n = 0;
	for (size_t i = 0; i < pairs->n; i++)
		if (is_wanted(pairs->items[i], statuses))
			wanted[n++] = pairs->items[i];
	jv answer = page_write(c, key, wanted, n, &page_sso, item);
	free(wanted);
	return answer;
}

static void pair_account_item(
	const struct call *c, const void *items, size_t i, struct buf *to)
{
	struct pair *const *pairs = items;
	const char *id = pairs[i]->account->id;
	(void)c;
	json_write_string(to, id, strlen(id));
}

jv list_accounts_of_set(struct call *c)
{
	const struct set *set = known_set(c);
	if (set == NULL)
		return jv_invalid();
	return pairs_answer(c, "AccountIds", &set->pairs, pair_account_item);
}

static void pair_set_item(const struct call *c, const void *items, size_t i, struct buf *to)
{
	struct pair *const *pairs = items;
	const char *arn = pairs[i]->set->arn;
	(void)c;
	json_write_string(to, arn, strlen(arn));
}

jv list_sets_of_account(struct call *c)
{
	const struct account *account =
		known_instance(c) ? known_account(c, "AccountId") : NULL;
	if (account == NULL)
		return jv_invalid();
	return pairs_answer(c, "PermissionSets", &account->pairs, pair_set_item);
}

static void write_assignment(
	struct buf *to, const struct pair *pair, const struct principal *p)
{
	buf_addc(to, '{');
	page_member(to, "AccountId", pair->account->id);
	page_member(to, "PermissionSetArn", pair->set->arn);
	page_member(to, "PrincipalType", principal_type_name(p->type));
	page_member(to, "PrincipalId", p->id);
	buf_addc(to, '}');
}

static void pair_principal_item(
	const struct call *c, const void *items, size_t i, struct buf *to)
{
	const struct pair *pair = items;
	(void)c;
	write_assignment(to, pair, pair->principals.items[i]);
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
	return page_write(c, "AccountAssignments", pair, pair->principals.n, &page_sso,
		pair_principal_item);
}

struct holding {
	const struct pair *pair;
	const struct principal *principal;
};

static void holding_item(const struct call *c, const void *items, size_t i, struct buf *to)
{
	const struct holding *holdings = items;
	(void)c;
	write_assignment(to, holdings[i].pair, holdings[i].principal);
}

static size_t add_holdings(
	struct holding *to, size_t n, const struct principal *p, const char *account_id)
{
	for (size_t i = 0; i < p->pairs.n; i++) {
		const struct pair *pair = p->pairs.items[i];
		if (account_id == NULL || strcmp(pair->account->id, account_id) == 0)
			to[n++] = (struct holding){ pair, p };
	}
	return n;
}

/* A user's own assignments, and those that come through groups: by the group's id. */
jv list_assignments_for_principal(struct call *c)
{
	const struct principal *p = known_instance(c) ? known_principal(c, 1) : NULL;
	if (p == NULL)
		return jv_invalid();
	size_t max = p->pairs.n, n;
	for (size_t i = 0; i < p->groups.n; i++)
		max += ((const struct principal *)p->groups.items[i])->pairs.n;
	struct holding *holdings = mem_array(max, sizeof(*holdings));
	jv filter = rec_get(c->input, "Filter");
	const char *account_id = rec_str(filter, "AccountId");
	n = add_holdings(holdings, 0, p, account_id);
	for (size_t i = 0; i < p->groups.n; i++)
		n = add_holdings(holdings, n, p->groups.items[i], account_id);
	jv_free(filter);
	jv answer =
		page_write(c, "AccountAssignments", holdings, n, &page_sso, holding_item);
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
	r = rec_set_str(
		r, "FailureReason", o->status == OPERATION_FAILED ? o->reason : NULL);
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
	if (type != OPERATION_PROVISION && !c->at_once &&
		s->outstanding >= s->options.outstanding)
		return call_fail(c, 400, "ThrottlingException",
			"Rate exceeded: %lu account assignment operations are outstanding",
			s->options.outstanding);
	struct operation *o = sim_start(s, type, set, account, principal, c->async_reason);
	if (c->at_once)
		sim_end(s, o);
	return operation_answer(o);
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
		strcmp(c->account, s->management_id) != 0)
		return call_fail(c, 400, "AccessDeniedException",
			"A delegated administrator can't change assignments of the "
			"management account");
	const struct pair *pair = sim_pair(set, account);
	int there = pair_has(pair, p);
	if (type == OPERATION_DELETE && !there && sim_running(s, set, account) == NULL)
		return not_found(c, "Account assignment", p->id);
	if (type == OPERATION_CREATE && (pair == NULL || !pair->provisioned) &&
		account->provisioned >= s->options.max_sets_per_account)
		return call_fail(c, 400, "ServiceQuotaExceededException",
			"You have exceeded the maximum number of permission sets "
			"provisioned in "
			"the account %s: %lu",
			account->id, s->options.max_sets_per_account);
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
		if (!rec_has(c->input, "TargetId"))
			return call_fail(c, 400, "ValidationException",
				"TargetId is required for the target type AWS_ACCOUNT");
		account = known_account(c, "TargetId");
		if (account == NULL)
			return jv_invalid();
		const struct pair *pair = sim_pair(set, account);
		if (pair == NULL || !pair->provisioned)
			return not_found(c, "Provisioned permission set", account->id);
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
	jv answer = page_answer(c, key, list, n, &page_sso, status_item);
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
