#include "aws_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws_state_answer.h"
#include "buf.h"
#include "mem.h"
#include "rec.h"
#include "text.h"

static const char *const answer_members[ANSWERS] = { "AccountId", "PermissionSetArn",
	"PrincipalType", "PrincipalId" };

struct aws_state *aws_state_open(const char *path, struct err *err)
{
	struct aws_state *of = mem_alloc(sizeof(*of));
	for (int i = 0; i < ANSWERS; i++)
		of->keys[i] = jv_string(answer_members[i]);
	for (int i = 0; i < PRINCIPAL_TYPES; i++)
		of->types[i] = jv_string(directory_type_name((enum principal_type)i));
	if (state_read(&of->s, path, err) != 0) {
		aws_state_free(of);
		return NULL;
	}
	/* The one record that every answer is about can't be made up for. */
	if (!jv_is_valid(of->s.instance))
		of->s.complete &= ~STATE_BIT(STATE_INSTANCE);
	return of;
}

static void strings_release(struct strings *x)
{
	for (size_t i = 0; i < x->n; i++)
		jv_free(x->list[i]);
	free(x->list);
}

void aws_state_free(struct aws_state *of)
{
	if (of == NULL)
		return;
	for (int i = 0; i < ANSWERS; i++)
		jv_free(of->keys[i]);
	for (int i = 0; i < PRINCIPAL_TYPES; i++) {
		jv_free(of->types[i]);
		strings_release(&of->principal_ids[i]);
		free(of->first_held[i]);
	}
	strings_release(&of->account_ids);
	strings_release(&of->set_arns);
	free(of->held);
	state_release(&of->s);
	free(of);
}

const char *aws_state_region(const struct aws_state *of)
{
	return rec_str(of->s.instance, "Region");
}

/* --- answers that are none ---------------------------------------------------------- */

jv state_refuse(struct question *q, const char *code, const char *text)
{
	err_set(q->err, ERR_AWS, "%s: %s", q->op->name, text);
	(void)snprintf(q->err->code, sizeof(q->err->code), "%s", code);
	q->err->http_status = 400;
	return jv_invalid();
}

jv state_not_found(struct question *q)
{
	return state_refuse(q, "ResourceNotFoundException", "there is none");
}

/* "Root, OrganizationalUnit": the kinds that are needed and not all there. */
static jv state_lacks(struct question *q, unsigned needed)
{
	struct buf names;
	buf_init(&names, 200);
	for (int i = 0; i < STATE_KINDS; i++)
		if ((needed & STATE_BIT(i)) != 0 && !state_has(q->s, STATE_BIT(i)))
			buf_addf(&names, "%s%s", names.len > 0 ? "," : "", state_kinds[i]);
	err_set(q->err, ERR_DATA,
		"%s does not have all records of kind %s: dump it without --only, or with "
		"these kinds too",
		q->s->file, buf_str(&names));
	buf_release(&names);
	return jv_invalid();
}

/* A principal that has no record, where not all have one. */
jv state_lacks_principal(struct question *q, enum principal_type type, const char *name)
{
	err_set(q->err, ERR_DATA,
		"%s has no %s '%.100s', but not all %ss either: dump it with "
		"--all-principals",
		q->s->file, directory_words[type].word, name, directory_words[type].word);
	return jv_invalid();
}

int state_knows_all(const struct state *s, enum principal_type type)
{
	return state_has(s, STATE_BIT(type == PRINCIPAL_GROUP ? STATE_GROUP : STATE_USER));
}

/* --- pages -------------------------------------------------------------------------- */

struct page state_page_of(const struct question *q, size_t n)
{
	struct page p = { .items = jv_array(), .n = n };
	size_t size = (size_t)rec_num(q->input, "MaxResults", 100);
	unsigned long from = 0;
	text_number(rec_str_or(q->input, "NextToken", "0"), UINT32_MAX, &from);
	p.from = from < n ? from : n;
	p.to = n - p.from > size ? p.from + size : n;
	return p;
}

/* Takes the page. */
jv state_page_answer(const struct question *q, struct page p)
{
	jv out = rec_set(jv_object(), q->op->items, p.items);
	if (p.to == p.n)
		return out;
	char *token = mem_format("%zu", p.to);
	out = rec_set_str(out, "NextToken", token);
	free(token);
	return out;
}

/* {"key": "value"} as lists of tags are answered. */
jv state_tags_answer(const struct question *q, jv rec)
{
	jv tags = rec_get(rec, "Tags"), list = jv_array();
	if (jv_get_kind(tags) == JV_KIND_OBJECT)
		jv_object_foreach(tags, key, value)
		{
			jv tag = rec_set(jv_object(), "Key", key);
			list = rec_push(list, rec_set(tag, "Value", value));
		}
	jv_free(tags);
	return rec_set(jv_object(), q->op->items, list);
}

/* --- the table ---------------------------------------------------------------------- */

#define NEEDS_ORG (STATE_BIT(STATE_ROOT) | STATE_BIT(STATE_UNIT) | STATE_BIT(STATE_ACCOUNT))
#define NEEDS_SETS STATE_BIT(STATE_SET)
#define NEEDS_ASSIGNMENTS (STATE_BIT(STATE_SET) | STATE_BIT(STATE_ASSIGNMENT))

/* The kinds of records that operations need all of, and how they are answered. */
static const struct {
	enum aws_service service;
	unsigned needs;
	const char *op;
	jv (*answer)(struct question *q);
} answers[] = {
	{ AWS_SSO_ADMIN, STATE_BIT(STATE_INSTANCE), "ListInstances", state_list_instances },
	{ AWS_ORGANIZATIONS, STATE_BIT(STATE_INSTANCE), "DescribeOrganization",
		state_describe_organization },
	{ AWS_ORGANIZATIONS, NEEDS_ORG, "ListRoots", state_list_roots },
	{ AWS_ORGANIZATIONS, NEEDS_ORG, "ListOrganizationalUnitsForParent",
		state_list_units_for_parent },
	{ AWS_ORGANIZATIONS, NEEDS_ORG, "ListAccounts", state_list_accounts },
	{ AWS_ORGANIZATIONS, NEEDS_ORG, "ListAccountsForParent",
		state_list_accounts_for_parent },
	{ AWS_ORGANIZATIONS, STATE_BIT(STATE_ACCOUNT), "ListTagsForResource",
		state_list_organization_tags },
	{ AWS_IDENTITYSTORE, 0, "ListGroups", state_list_principals },
	{ AWS_IDENTITYSTORE, 0, "ListUsers", state_list_principals },
	{ AWS_IDENTITYSTORE, 0, "GetGroupId", state_get_principal },
	{ AWS_IDENTITYSTORE, 0, "GetUserId", state_get_principal },
	{ AWS_IDENTITYSTORE, 0, "DescribeGroup", state_describe_principal },
	{ AWS_IDENTITYSTORE, 0, "DescribeUser", state_describe_principal },
	{ AWS_SSO_ADMIN, NEEDS_SETS, "ListPermissionSets", state_list_sets },
	{ AWS_SSO_ADMIN, NEEDS_SETS, "ListTagsForResource", state_list_set_tags },
	{ AWS_SSO_ADMIN, NEEDS_SETS, "DescribePermissionSet", state_about_set },
	{ AWS_SSO_ADMIN, NEEDS_SETS, "GetInlinePolicyForPermissionSet", state_about_set },
	{ AWS_SSO_ADMIN, NEEDS_SETS, "GetPermissionsBoundaryForPermissionSet",
		state_about_set },
	{ AWS_SSO_ADMIN, NEEDS_SETS, "ListManagedPoliciesInPermissionSet",
		state_about_set },
	{ AWS_SSO_ADMIN, NEEDS_SETS, "ListCustomerManagedPolicyReferencesInPermissionSet",
		state_about_set },
	{ AWS_SSO_ADMIN, NEEDS_ASSIGNMENTS, "ListAccountsForProvisionedPermissionSet",
		state_list_provisioned },
	{ AWS_SSO_ADMIN, NEEDS_ASSIGNMENTS, "ListAccountAssignments",
		state_list_assignments },
	{ AWS_SSO_ADMIN, NEEDS_ASSIGNMENTS, "ListAccountAssignmentsForPrincipal",
		state_list_assignments_for_principal },
};

/* What a request names must be what the file is of. */
static int check_identity(struct question *q)
{
	static const char *const members[] = { "InstanceArn", "IdentityStoreId" };
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const char *asked = rec_str(q->input, members[i]);
		const char *is = rec_str(q->s->instance, members[i]);
		if (asked != NULL && is != NULL && strcmp(asked, is) != 0)
			return err_set(q->err, ERR_DATA, "%s is of %s '%s', not of '%s'",
				q->s->file, i == 0 ? "instance" : "identity store", is,
				asked);
	}
	return 0;
}

jv aws_state_answer(
	struct aws_state *of, const struct aws_op *op, jv input, struct err *err)
{
	struct question q = { of, &of->s, op, input, err };
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (answers[i].service != op->service ||
			strcmp(answers[i].op, op->name) != 0)
			continue;
		if (!state_has(&of->s, answers[i].needs))
			return state_lacks(&q, answers[i].needs);
		return check_identity(&q) == 0 ? answers[i].answer(&q) : jv_invalid();
	}
	err_set(err, ERR_DATA, "%s: a dump can't answer this", op->name);
	return jv_invalid();
}
