/*
 * The operations, with the members of their inputs as the service models have them (botocore's service
 * models, Apache-2.0: facts).
 */
#include "call.h"

#include <string.h>

#define ARN_PREFIX "arn:aws(-[a-z]{1,5}){0,3}:"
#define INSTANCE "(sso)?ins-[a-zA-Z0-9.-]{16}"
#define POLICY_PATH "((/[A-Za-z0-9.,+@=_-]+)*)"
#define UUID "[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}"
#define STRING(lo, hi, re) { .kind = JV_KIND_STRING, .min = (lo), .max = (hi), .pattern = (re) }
#define ENUM(list) { .kind = JV_KIND_STRING, .values = (list) }
#define NUMBER(lo, hi) { .kind = JV_KIND_NUMBER, .min = (lo), .max = (hi) }
#define STRUCTURE(list) { .kind = JV_KIND_OBJECT, .members = (list) }
#define LIST(lo, hi, of) { .kind = JV_KIND_ARRAY, .min = (lo), .max = (hi), .element = (of) }

static const char *const principal_types[] = { "USER", "GROUP", NULL };
static const char *const target_types[] = { "AWS_ACCOUNT", NULL };
static const char *const provision_types[] = { "AWS_ACCOUNT", "ALL_PROVISIONED_ACCOUNTS", NULL };
static const char *const provisioning_statuses[] = { "LATEST_PERMISSION_SET_PROVISIONED",
	"LATEST_PERMISSION_SET_NOT_PROVISIONED", NULL };
static const char *const statuses[] = { "IN_PROGRESS", "FAILED", "SUCCEEDED", NULL };
static const char *const policy_types[] = { "IDENTITY_POLICY", "RESOURCE_POLICY",
	"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", NULL };
static const char *const locales[] = { "DE", "EN", "ES", "FR", "IT", "JA", "KO", "PT_BR", "ZH_CN",
	"ZH_TW", NULL };
static const char *const policy_scopes[] = { "All", "AWS", "Local", NULL };

static const struct shape
	instance_arn = STRING(10, 1224, ARN_PREFIX "sso:::instance/" INSTANCE),
	set_arn = STRING(10, 1224, ARN_PREFIX "sso:::permissionSet/" INSTANCE "/ps-[a-zA-Z0-9./-]{16}"),
	taggable_arn = STRING(10, 2048,
		ARN_PREFIX "sso::(:instance/" INSTANCE "|:permissionSet/" INSTANCE
			   "/ps-[a-zA-Z0-9./-]{16}|[0-9]{12}:(application|trustedTokenIssuer)/" INSTANCE
			   "/(apl|tti)-[a-zA-Z0-9-]+)"),
	set_name = STRING(1, 32, "[A-Za-z0-9_+=,.@-]+"),
	description = STRING(1, 700, NULL),
	duration = STRING(1, 100, "-?P([0-9]+Y)?([0-9]+M)?([0-9]+[DW])?(T([0-9]+H)?([0-9]+M)?([0-9.]+S)?)?"),
	relay_state = STRING(1, 240, "[][a-zA-Z0-9&$@#\\/%?=~_'\"|!:,.;*+ (){}-]+"),
	tag_key = STRING(1, 128, NULL), tag_value = STRING(0, 256, NULL),
	managed_arn = STRING(20, 2048, ARN_PREFIX "iam::aws:policy" POLICY_PATH "/[A-Za-z0-9.,+=@_-]+"),
	managed_name = STRING(1, 128, "[A-Za-z0-9_+=,.@-]+"),
	managed_path = STRING(1, 512, POLICY_PATH "/"), document = STRING(1, 32768, NULL),
	account_id = STRING(12, 12, "[0-9]{12}"),
	principal_id = STRING(1, 47, "([0-9a-f]{10}-)?" UUID),
	token = STRING(0, 2048, "[-a-zA-Z0-9+=/_]*"),
	request_id = STRING(36, 36, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
	max_100 = NUMBER(1, 100), max_20 = NUMBER(1, 20), max_1000 = NUMBER(1, 1000),
	principal_type = ENUM(principal_types), target_type = ENUM(target_types),
	provision_type = ENUM(provision_types), provisioning_status = ENUM(provisioning_statuses),
	status = ENUM(statuses), text = STRING(0, 0, NULL),
	store_id = STRING(1, 36, "d-[0-9a-f]{10}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
	store_token = STRING(1, 65535, "[-a-zA-Z0-9+=/:_]*"),
	attribute_path = STRING(1, 255, NULL), attribute_value = STRING(1, 1024, NULL),
	parent_id = STRING(0, 100, "r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}"),
	resource_id = STRING(0, 130, "r-[0-9a-z]{4,32}|[0-9]{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}|p-[0-9a-zA-Z_]{8,128}"),
	member_account = STRING(0, 12, "[0-9]{12}"),
	unit_id = STRING(0, 68, "ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}"),
	child_id = STRING(0, 100, "[0-9]{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}"),
	service_principal = STRING(1, 128, "[A-Za-z0-9_+=,.@-]*"),
	organization_token = STRING(0, 100000, NULL), policy_type = ENUM(policy_types),
	locale = ENUM(locales), arn = STRING(20, 2048, NULL), policy_scope = ENUM(policy_scopes),
	marker = STRING(1, 320, NULL);

static const struct member tag_members[] = { { "Key", &tag_key, 1 }, { "Value", &tag_value, 1 },
	{ 0 } };
static const struct shape tag = STRUCTURE(tag_members);
static const struct shape tags = LIST(0, 75, &tag), tag_keys = LIST(1, 75, &tag_key);

static const struct member reference_members[] = { { "Name", &managed_name, 1 },
	{ "Path", &managed_path, 0 }, { 0 } };
static const struct shape reference = STRUCTURE(reference_members);
static const struct member boundary_members[] = {
	{ "CustomerManagedPolicyReference", &reference, 0 }, { "ManagedPolicyArn", &managed_arn, 0 },
	{ 0 } };
static const struct shape boundary = STRUCTURE(boundary_members);
static const struct member account_filter_members[] = { { "AccountId", &account_id, 0 }, { 0 } };
static const struct shape account_filter = STRUCTURE(account_filter_members);
static const struct member status_filter_members[] = { { "Status", &status, 0 }, { 0 } };
static const struct shape status_filter = STRUCTURE(status_filter_members);

static const struct member filter_members[] = { { "AttributePath", &attribute_path, 1 },
	{ "AttributeValue", &attribute_value, 1 }, { 0 } };
static const struct shape filter = STRUCTURE(filter_members);
static const struct shape filters = LIST(0, 0, &filter);
static const struct member unique_members[] = { { "AttributePath", &attribute_path, 1 },
	{ "AttributeValue", &attribute_value, 1 }, { 0 } };
static const struct shape unique = STRUCTURE(unique_members);
static const struct member alternate_members[] = { { "UniqueAttribute", &unique, 0 }, { 0 } };
static const struct shape alternate = STRUCTURE(alternate_members);

#define INSTANCE_ARN { "InstanceArn", &instance_arn, 1 }
#define SET INSTANCE_ARN, { "PermissionSetArn", &set_arn, 1 }
#define PAGES { "MaxResults", &max_100, 0 }, { "NextToken", &token, 0 }
#define ASSIGNMENT SET, { "TargetId", &account_id, 1 }, { "TargetType", &target_type, 1 }, \
	{ "PrincipalType", &principal_type, 1 }, { "PrincipalId", &principal_id, 1 }
#define STORE { "IdentityStoreId", &store_id, 1 }
#define STORE_PAGES { "MaxResults", &max_100, 0 }, { "NextToken", &store_token, 0 }
#define ORGANIZATION_PAGES { "MaxResults", &max_20, 0 }, { "NextToken", &organization_token, 0 }

#define SSO(name, writes, run, ...) { "sso", name, PROTOCOL_JSON, writes, run, { __VA_ARGS__ } }
#define STORE_OP(name, run, ...) \
	{ "identitystore", name, PROTOCOL_JSON, 0, run, { __VA_ARGS__ } }
#define ORGANIZATIONS(name, run, ...) \
	{ "organizations", name, PROTOCOL_JSON, 0, run, { __VA_ARGS__ } }
#define QUERY(service, name, run, ...) { service, name, PROTOCOL_QUERY, 0, run, { __VA_ARGS__ } }

const struct op ops[] = {
	SSO("ListInstances", 0, list_instances, PAGES),
	SSO("ListPermissionSets", 0, list_permission_sets, INSTANCE_ARN, PAGES),
	SSO("DescribePermissionSet", 0, describe_permission_set, SET),
	SSO("ListTagsForResource", 0, list_tags, { "InstanceArn", &instance_arn, 0 },
		{ "ResourceArn", &taggable_arn, 1 }, { "NextToken", &token, 0 }),
	SSO("GetInlinePolicyForPermissionSet", 0, get_inline_policy, SET),
	SSO("ListManagedPoliciesInPermissionSet", 0, list_managed_policies, SET, PAGES),
	SSO("ListCustomerManagedPolicyReferencesInPermissionSet", 0, list_customer_policies, SET,
		PAGES),
	SSO("GetPermissionsBoundaryForPermissionSet", 0, get_boundary, SET),
	SSO("ListAccountsForProvisionedPermissionSet", 0, list_accounts_of_set, SET, PAGES,
		{ "ProvisioningStatus", &provisioning_status, 0 }),
	SSO("ListPermissionSetsProvisionedToAccount", 0, list_sets_of_account, INSTANCE_ARN,
		{ "AccountId", &account_id, 1 }, PAGES,
		{ "ProvisioningStatus", &provisioning_status, 0 }),
	SSO("ListAccountAssignments", 0, list_account_assignments, SET,
		{ "AccountId", &account_id, 1 }, PAGES),
	SSO("ListAccountAssignmentsForPrincipal", 0, list_assignments_for_principal, INSTANCE_ARN,
		{ "PrincipalId", &principal_id, 1 }, { "PrincipalType", &principal_type, 1 },
		{ "Filter", &account_filter, 0 }, PAGES),
	SSO("CreatePermissionSet", 1, create_permission_set, INSTANCE_ARN, { "Name", &set_name, 1 },
		{ "Description", &description, 0 }, { "SessionDuration", &duration, 0 },
		{ "RelayState", &relay_state, 0 }, { "Tags", &tags, 0 }),
	SSO("UpdatePermissionSet", 1, update_permission_set, SET, { "Description", &description, 0 },
		{ "SessionDuration", &duration, 0 }, { "RelayState", &relay_state, 0 }),
	SSO("DeletePermissionSet", 1, delete_permission_set, SET),
	SSO("TagResource", 1, tag_resource, { "InstanceArn", &instance_arn, 0 },
		{ "ResourceArn", &taggable_arn, 1 }, { "Tags", &tags, 1 }),
	SSO("UntagResource", 1, untag_resource, { "InstanceArn", &instance_arn, 0 },
		{ "ResourceArn", &taggable_arn, 1 }, { "TagKeys", &tag_keys, 1 }),
	SSO("PutInlinePolicyToPermissionSet", 1, put_inline_policy, SET,
		{ "InlinePolicy", &document, 1 }),
	SSO("DeleteInlinePolicyFromPermissionSet", 1, delete_inline_policy, SET),
	SSO("AttachManagedPolicyToPermissionSet", 1, attach_managed_policy, SET,
		{ "ManagedPolicyArn", &managed_arn, 1 }),
	SSO("DetachManagedPolicyFromPermissionSet", 1, detach_managed_policy, SET,
		{ "ManagedPolicyArn", &managed_arn, 1 }),
	SSO("AttachCustomerManagedPolicyReferenceToPermissionSet", 1, attach_customer_policy, SET,
		{ "CustomerManagedPolicyReference", &reference, 1 }),
	SSO("DetachCustomerManagedPolicyReferenceFromPermissionSet", 1, detach_customer_policy, SET,
		{ "CustomerManagedPolicyReference", &reference, 1 }),
	SSO("PutPermissionsBoundaryToPermissionSet", 1, put_boundary, SET,
		{ "PermissionsBoundary", &boundary, 1 }),
	SSO("DeletePermissionsBoundaryFromPermissionSet", 1, delete_boundary, SET),
	SSO("ProvisionPermissionSet", 1, provision_set, SET, { "TargetId", &account_id, 0 },
		{ "TargetType", &provision_type, 1 }),
	SSO("DescribePermissionSetProvisioningStatus", 0, describe_provisioning, INSTANCE_ARN,
		{ "ProvisionPermissionSetRequestId", &request_id, 1 }),
	SSO("ListPermissionSetProvisioningStatus", 0, list_provisionings, INSTANCE_ARN, PAGES,
		{ "Filter", &status_filter, 0 }),
	SSO("CreateAccountAssignment", 1, create_assignment, ASSIGNMENT),
	SSO("DescribeAccountAssignmentCreationStatus", 0, describe_creation, INSTANCE_ARN,
		{ "AccountAssignmentCreationRequestId", &request_id, 1 }),
	SSO("ListAccountAssignmentCreationStatus", 0, list_creations, INSTANCE_ARN, PAGES,
		{ "Filter", &status_filter, 0 }),
	SSO("DeleteAccountAssignment", 1, delete_assignment, ASSIGNMENT),
	SSO("DescribeAccountAssignmentDeletionStatus", 0, describe_deletion, INSTANCE_ARN,
		{ "AccountAssignmentDeletionRequestId", &request_id, 1 }),
	SSO("ListAccountAssignmentDeletionStatus", 0, list_deletions, INSTANCE_ARN, PAGES,
		{ "Filter", &status_filter, 0 }),

	STORE_OP("ListGroups", list_groups, STORE, STORE_PAGES, { "Filters", &filters, 0 }),
	STORE_OP("ListUsers", list_users, STORE, STORE_PAGES, { "Filters", &filters, 0 }),
	STORE_OP("GetGroupId", get_group_id, STORE, { "AlternateIdentifier", &alternate, 1 }),
	STORE_OP("GetUserId", get_user_id, STORE, { "AlternateIdentifier", &alternate, 1 }),
	STORE_OP("DescribeGroup", describe_group, STORE, { "GroupId", &principal_id, 1 }),
	STORE_OP("DescribeUser", describe_user, STORE, { "UserId", &principal_id, 1 }),

	ORGANIZATIONS("DescribeOrganization", describe_organization, { 0 }),
	ORGANIZATIONS("ListRoots", list_roots, ORGANIZATION_PAGES),
	ORGANIZATIONS("ListAccounts", list_accounts, ORGANIZATION_PAGES),
	ORGANIZATIONS("ListAccountsForParent", list_accounts_for_parent,
		{ "ParentId", &parent_id, 1 }, ORGANIZATION_PAGES),
	ORGANIZATIONS("ListOrganizationalUnitsForParent", list_units_for_parent,
		{ "ParentId", &parent_id, 1 }, ORGANIZATION_PAGES),
	ORGANIZATIONS("ListTagsForResource", list_organization_tags,
		{ "ResourceId", &resource_id, 1 }, { "NextToken", &organization_token, 0 }),
	ORGANIZATIONS("DescribeAccount", describe_account, { "AccountId", &member_account, 1 }),
	ORGANIZATIONS("DescribeOrganizationalUnit", describe_unit,
		{ "OrganizationalUnitId", &unit_id, 1 }),
	ORGANIZATIONS("ListParents", list_parents, { "ChildId", &child_id, 1 },
		ORGANIZATION_PAGES),
	ORGANIZATIONS("ListAWSServiceAccessForOrganization", list_service_access,
		ORGANIZATION_PAGES),
	ORGANIZATIONS("ListDelegatedAdministrators", list_administrators,
		{ "ServicePrincipal", &service_principal, 0 }, ORGANIZATION_PAGES),

	{ "access-analyzer", "ValidatePolicy", PROTOCOL_REST_JSON, 0, validate_policy,
		{ { "policyDocument", &text, 1 }, { "policyType", &policy_type, 1 },
			{ "locale", &locale, 0 }, { "validatePolicyResourceType", &text, 0 } } },
	QUERY("iam", "GetPolicy", get_policy, { "PolicyArn", &arn, 1 }),
	QUERY("iam", "ListPolicies", list_policies, { "Scope", &policy_scope, 0 },
		{ "Marker", &marker, 0 }, { "MaxItems", &max_1000, 0 }),
	QUERY("sts", "GetCallerIdentity", get_caller_identity, { 0 }),
};
const size_t n_ops = sizeof(ops) / sizeof(ops[0]);

const struct op *op_find(const char *service, const char *name)
{
	for (size_t i = 0; i < n_ops; i++)
		if (strcmp(ops[i].service, service) == 0 && strcmp(ops[i].name, name) == 0)
			return &ops[i];
	return NULL;
}
