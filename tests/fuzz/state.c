/*
 * A state stream that answers instead of AWS: everything that may be asked, page by page.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "aws_state.h"
#include "diag.h"
#include "fuzz.h"
#include "rec.h"

/* What may be asked about. */
static const struct {
	enum aws_service service;
	const char *op;
	const char *member, *value;
} questions[] = {
	{ AWS_SSO_ADMIN, "ListInstances", NULL, NULL },
	{ AWS_ORGANIZATIONS, "DescribeOrganization", NULL, NULL },
	{ AWS_ORGANIZATIONS, "ListRoots", NULL, NULL },
	{ AWS_ORGANIZATIONS, "ListAccounts", NULL, NULL },
	{ AWS_ORGANIZATIONS, "ListOrganizationalUnitsForParent", "ParentId", "r-ab12" },
	{ AWS_ORGANIZATIONS, "ListAccountsForParent", "ParentId", "r-ab12" },
	{ AWS_ORGANIZATIONS, "ListTagsForResource", "ResourceId", "111111111111" },
	{ AWS_IDENTITYSTORE, "ListGroups", NULL, NULL },
	{ AWS_IDENTITYSTORE, "ListUsers", NULL, NULL },
	{ AWS_IDENTITYSTORE, "GetGroupId", NULL, NULL },
	{ AWS_IDENTITYSTORE, "DescribeGroup", "GroupId", "g1" },
	{ AWS_IDENTITYSTORE, "DescribeUser", "UserId", "u1" },
	{ AWS_SSO_ADMIN, "ListPermissionSets", NULL, NULL },
	{ AWS_SSO_ADMIN, "ListTagsForResource", "ResourceArn", "a1" },
	{ AWS_SSO_ADMIN, "DescribePermissionSet", "PermissionSetArn", "a1" },
	{ AWS_SSO_ADMIN, "GetInlinePolicyForPermissionSet", "PermissionSetArn", "a1" },
	{ AWS_SSO_ADMIN, "GetPermissionsBoundaryForPermissionSet", "PermissionSetArn",
		"a1" },
	{ AWS_SSO_ADMIN, "ListManagedPoliciesInPermissionSet", "PermissionSetArn", "a1" },
	{ AWS_SSO_ADMIN, "ListCustomerManagedPolicyReferencesInPermissionSet",
		"PermissionSetArn", "a1" },
	{ AWS_SSO_ADMIN, "ListAccountsForProvisionedPermissionSet", "PermissionSetArn",
		"a1" },
	{ AWS_SSO_ADMIN, "ListAccountAssignments", "PermissionSetArn", "a1" },
	{ AWS_SSO_ADMIN, "ListAccountAssignmentsForPrincipal", "PrincipalId", "g1" },
	{ AWS_SSO_ADMIN, "ListAccountAssignmentsForPrincipal", "PrincipalId", "u1" },
};

static jv input_of(size_t i)
{
	jv input = rec_set_num(jv_object(), "MaxResults", 2);
	input = rec_set_str(input, "AccountId", "111111111111");
	input = rec_set_str(input, "PrincipalType",
		questions[i].value != NULL && questions[i].value[0] == 'u' ? "USER"
									   : "GROUP");
	if (questions[i].member != NULL)
		input = rec_set_str(input, questions[i].member, questions[i].value);
	return input;
}

/* A list ends, and every answer is one or an error. */
static void ask(struct aws_state *s, size_t i)
{
	const struct aws_op *op = aws_op_find(questions[i].service, questions[i].op);
	jv input = input_of(i);
	size_t pages = 0;
	for (int more = 1; more; pages++) {
		struct err err;
		err_clear(&err);
		jv output = aws_state_answer(s, op, input, &err);
		assert(jv_is_valid(output) == (err.kind == ERR_NONE));
		const char *token = rec_str(output, "NextToken");
		more = token != NULL;
		input = rec_set_str(input, "NextToken", token);
		jv_free(output);
		assert(pages < 1000000);
	}
	jv_free(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[40];
	struct err err;
	diag_init("idc-plan");
	snprintf(path, sizeof(path), "/dev/fd/%d", fuzz_file(data, size));
	struct aws_state *s = aws_state_open(path, &err);
	for (size_t i = 0; s != NULL && i < sizeof(questions) / sizeof(questions[0]); i++)
		ask(s, i);
	aws_state_free(s);
	return 0;
}
