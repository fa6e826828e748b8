#include "assigned.h"

#include <stdlib.h>

#include "mem.h"
#include "rec.h"

static const char list_accounts[] = "ListAccountsForProvisionedPermissionSet";
static const char list_assignments[] = "ListAccountAssignments";

static int is_failure(const struct aws_result *res)
{
	return res->err != NULL && !aws_is(res->err, "ResourceNotFoundException");
}

static jv set_input(const char *instance_arn, const char *set_arn)
{
	jv input = rec_set_str(jv_object(), "InstanceArn", instance_arn);
	return rec_set_str(input, "PermissionSetArn", set_arn);
}

/* --- accounts ----------------------------------------------------------------------- */

static int read_account(void *ctx, jv item)
{
	const struct assigned_accounts *a = ctx;
	if (jv_get_kind(item) != JV_KIND_STRING)
		return ask_bad(a->ask, list_accounts, "an account that is no id");
	a->account(a->ctx, a, jv_string_value(item));
	return 0;
}

static int accounts_page(void *ctx, jv items)
{
	const struct assigned_accounts *a = ctx;
	return ask_each(a->ask, list_accounts, items, read_account, ctx);
}

static void accounts_done(void *ctx, const struct aws_result *res)
{
	struct assigned_accounts *a = ctx;
	if (is_failure(res))
		ask_fail(a->ask, res, "can't see where '%.100s' is provisioned",
			a->set_name);
	else
		a->done(a->ctx, a);
	free(a);
}

void assigned_ask_accounts(const struct assigned_accounts *accounts)
{
	struct assigned_accounts *a = mem_alloc(sizeof(*a));
	*a = *accounts;
	jv input = set_input(a->instance_arn, a->set_arn);
	if (a->outdated)
		input = rec_set_str(input, "ProvisioningStatus",
			"LATEST_PERMISSION_SET_NOT_PROVISIONED");
	aws_list(a->ask->aws, AWS_SSO_ADMIN, list_accounts, input, accounts_page,
		accounts_done, a);
	jv_free(input);
}

/* --- assignments -------------------------------------------------------------------- */

struct pair {
	struct assigned_pairs *of;
	struct assigned_pair at;
};

static void next_pair(struct assigned_pairs *p);

static int read_assignment(void *ctx, jv item)
{
	const struct pair *pair = ctx;
	const struct assigned_pairs *p = pair->of;
	enum principal_type type;
	const char *id = rec_str(item, "PrincipalId");
	if (id == NULL || directory_type_read(rec_str(item, "PrincipalType"), &type) != 0)
		return ask_bad(p->ask, list_assignments,
			"an assignment without PrincipalId or PrincipalType");
	p->found(p->ctx, pair->at, type, id);
	return 0;
}

static int pair_page(void *ctx, jv items)
{
	const struct pair *pair = ctx;
	return ask_each(pair->of->ask, list_assignments, items, read_assignment, ctx);
}

static void pair_done(void *ctx, const struct aws_result *res)
{
	struct pair *pair = ctx;
	struct assigned_pairs *p = pair->of;
	if (is_failure(res))
		ask_fail(p->ask, res, "can't list the assignments of '%.100s' in %s",
			p->set_name(p->ctx, pair->at.set),
			p->account_id(p->ctx, pair->at.account));
	next_pair(p);
	free(pair);
}

static void next_pair(struct assigned_pairs *p)
{
	if (p->next == p->n || ask_failed(p->ask))
		return;
	struct pair *pair = mem_alloc(sizeof(*pair));
	*pair = (struct pair){ p, p->list[p->next++] };
	jv input = set_input(p->instance_arn, p->set_arn(p->ctx, pair->at.set));
	input = rec_set_str(input, "AccountId", p->account_id(p->ctx, pair->at.account));
	aws_list(p->ask->aws, AWS_SSO_ADMIN, list_assignments, input, pair_page, pair_done,
		pair);
	jv_free(input);
}

int assigned_read_pairs(struct assigned_pairs *p)
{
	for (size_t i = 0; i < ASSIGNED_WINDOW; i++)
		next_pair(p);
	return ask_wait(p->ask, NULL);
}
