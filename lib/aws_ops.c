/*
 * The operations that the programs call. Figures: AWS's public API models (botocore 1.43).
 */
#include "aws.h"

#include <string.h>

#include "aws_wire.h"

#define READ(service, op)                                                                  \
	{                                                                                  \
		.name = #op, service                                                       \
	}
#define WRITE(service, op)                                                                 \
	{                                                                                  \
		.name = #op, service, .writes = 1                                          \
	}
#define UNSIZED(service, op, items)                                                        \
	{                                                                                  \
		.name = #op, service, NULL, "NextToken", "NextToken", items, NULL, 0, 0    \
	}
#define LIST(service, op, items, max)                                                      \
	{                                                                                  \
		.name = #op, service, NULL, "NextToken", "NextToken", items, "MaxResults", \
		max, 0                                                                     \
	}

static const struct aws_op ops[] = {
	LIST(AWS_SSO_ADMIN, ListInstances, "Instances", 100),
	LIST(AWS_SSO_ADMIN, ListPermissionSets, "PermissionSets", 100),
	READ(AWS_SSO_ADMIN, DescribePermissionSet),
	UNSIZED(AWS_SSO_ADMIN, ListTagsForResource, "Tags"),
	READ(AWS_SSO_ADMIN, GetInlinePolicyForPermissionSet),
	LIST(AWS_SSO_ADMIN, ListManagedPoliciesInPermissionSet, "AttachedManagedPolicies",
		100),
	LIST(AWS_SSO_ADMIN, ListCustomerManagedPolicyReferencesInPermissionSet,
		"CustomerManagedPolicyReferences", 100),
	READ(AWS_SSO_ADMIN, GetPermissionsBoundaryForPermissionSet),
	LIST(AWS_SSO_ADMIN, ListAccountsForProvisionedPermissionSet, "AccountIds", 100),
	LIST(AWS_SSO_ADMIN, ListPermissionSetsProvisionedToAccount, "PermissionSets", 100),
	LIST(AWS_SSO_ADMIN, ListAccountAssignments, "AccountAssignments", 100),
	LIST(AWS_SSO_ADMIN, ListAccountAssignmentsForPrincipal, "AccountAssignments", 100),
	WRITE(AWS_SSO_ADMIN, CreatePermissionSet),
	WRITE(AWS_SSO_ADMIN, UpdatePermissionSet),
	WRITE(AWS_SSO_ADMIN, DeletePermissionSet),
	WRITE(AWS_SSO_ADMIN, TagResource),
	WRITE(AWS_SSO_ADMIN, UntagResource),
	WRITE(AWS_SSO_ADMIN, PutInlinePolicyToPermissionSet),
	WRITE(AWS_SSO_ADMIN, DeleteInlinePolicyFromPermissionSet),
	WRITE(AWS_SSO_ADMIN, AttachManagedPolicyToPermissionSet),
	WRITE(AWS_SSO_ADMIN, DetachManagedPolicyFromPermissionSet),
	WRITE(AWS_SSO_ADMIN, AttachCustomerManagedPolicyReferenceToPermissionSet),
	WRITE(AWS_SSO_ADMIN, DetachCustomerManagedPolicyReferenceFromPermissionSet),
	WRITE(AWS_SSO_ADMIN, PutPermissionsBoundaryToPermissionSet),
	WRITE(AWS_SSO_ADMIN, DeletePermissionsBoundaryFromPermissionSet),
	WRITE(AWS_SSO_ADMIN, ProvisionPermissionSet),
	READ(AWS_SSO_ADMIN, DescribePermissionSetProvisioningStatus),
	LIST(AWS_SSO_ADMIN, ListPermissionSetProvisioningStatus,
		"PermissionSetsProvisioningStatus", 100),
	WRITE(AWS_SSO_ADMIN, CreateAccountAssignment),
	READ(AWS_SSO_ADMIN, DescribeAccountAssignmentCreationStatus),
	LIST(AWS_SSO_ADMIN, ListAccountAssignmentCreationStatus,
		"AccountAssignmentsCreationStatus", 100),
	WRITE(AWS_SSO_ADMIN, DeleteAccountAssignment),
	READ(AWS_SSO_ADMIN, DescribeAccountAssignmentDeletionStatus),
	LIST(AWS_SSO_ADMIN, ListAccountAssignmentDeletionStatus,
		"AccountAssignmentsDeletionStatus", 100),
	LIST(AWS_IDENTITYSTORE, ListGroups, "Groups", 100),
	LIST(AWS_IDENTITYSTORE, ListUsers, "Users", 100),
	READ(AWS_IDENTITYSTORE, GetGroupId),
	READ(AWS_IDENTITYSTORE, GetUserId),
	READ(AWS_IDENTITYSTORE, DescribeGroup),
	READ(AWS_IDENTITYSTORE, DescribeUser),
	READ(AWS_ORGANIZATIONS, DescribeOrganization),
	LIST(AWS_ORGANIZATIONS, ListRoots, "Roots", 20),
	LIST(AWS_ORGANIZATIONS, ListAccounts, "Accounts", 20),
	LIST(AWS_ORGANIZATIONS, ListAccountsForParent, "Accounts", 20),
	LIST(AWS_ORGANIZATIONS, ListOrganizationalUnitsForParent, "OrganizationalUnits",
		20),
	UNSIZED(AWS_ORGANIZATIONS, ListTagsForResource, "Tags"),
	{ "ValidatePolicy", AWS_ACCESSANALYZER, "/policy/validation", "nextToken",
		"nextToken", "findings", "maxResults", 100, 0 },
	READ(AWS_IAM, GetPolicy),
	{ "ListPolicies", AWS_IAM, NULL, "Marker", "Marker", "Policies", "MaxItems", 1000,
		0 },
	READ(AWS_STS, GetCallerIdentity),
	READ(AWS_STS, AssumeRole),
	READ(AWS_STS, AssumeRoleWithWebIdentity),
};

const struct aws_service_info aws_services[AWS_SERVICES] = {
	[AWS_SSO_ADMIN] = { "sso", "SSO_ADMIN", "sso", "SWBExternalService", NULL, AWS_JSON,
		AWS_PACE_SSO },
	[AWS_IDENTITYSTORE] = { "identitystore", "IDENTITYSTORE", "identitystore",
		"AWSIdentityStore", NULL, AWS_JSON, AWS_PACE_SSO },
	[AWS_ORGANIZATIONS] = { "organizations", "ORGANIZATIONS", "organizations",
		"AWSOrganizationsV20161128", NULL, AWS_JSON, AWS_PACE_ORGANIZATIONS },
	[AWS_ACCESSANALYZER] = { "access-analyzer", "ACCESSANALYZER", "access-analyzer",
		NULL, NULL, AWS_REST_JSON, AWS_PACE_ACCESSANALYZER },
	[AWS_IAM] = { "iam", "IAM", "iam", NULL, "2010-05-08", AWS_QUERY, AWS_PACE_IAM },
	[AWS_STS] = { "sts", "STS", "sts", NULL, "2011-06-15", AWS_QUERY, AWS_PACE_STS },
	[AWS_SSO] = { "portal.sso", "SSO", "awsssoportal", NULL, NULL, AWS_REST_JSON,
		AWS_PACE_STS },
	[AWS_SSO_OIDC] = { "oidc", "SSO_OIDC", "sso-oauth", NULL, NULL, AWS_REST_JSON,
		AWS_PACE_STS },
};

const struct aws_op *aws_op_find(enum aws_service service, const char *name)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if ((service == AWS_SERVICES || ops[i].service == service) &&
			strcmp(ops[i].name, name) == 0)
			return &ops[i];
	return NULL;
}

size_t aws_op_index(const struct aws_op *op)
{
	return (size_t)(op - ops);
}

const struct aws_op *aws_op_at(size_t i)
{
	return i < sizeof(ops) / sizeof(ops[0]) ? &ops[i] : NULL;
}
