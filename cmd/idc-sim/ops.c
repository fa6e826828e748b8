/*
 * The operations, with the members of their inputs as the service models have them: names,
 * bounds and patterns are facts of botocore's copies of the models (Apache-2.0). What the
 * models say of operations that only Terraform or a person's edits need is left out where the
 * simulator has no use for it.
 */
#include "call.h"

#include <string.h>

#define ARN "arn:aws(-[a-z]{1,5}){0,3}:"
#define INSTANCE "(sso)?ins-[a-zA-Z0-9-.]{16}"
#define HEX4 "[0-9a-f]{4}"
#define UUID "[0-9a-f]{8}-" HEX4 "-" HEX4 "-" HEX4 "-[0-9a-f]{12}"
#define ANY_HEX4 "[A-Fa-f0-9]{4}"
#define ANY_UUID "[A-Fa-f0-9]{8}-" ANY_HEX4 "-" ANY_HEX4 "-" ANY_HEX4 "-[A-Fa-f0-9]{12}"
#define POLICY_PATH "((/[A-Za-z0-9\\.,\\+@=_-]+)*)/"
#define TAG_TEXT "([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)"
#define ROOT "r-[0-9a-z]{4,32}"
#define UNIT "ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}"
#define DOCUMENT "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"
#define ARN_TEXT                                                                           \
	"[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+"

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
static const char *const resource_types[] = { "AWS::S3::Bucket", "AWS::S3::AccessPoint",
	"AWS::S3::MultiRegionAccessPoint", "AWS::S3ObjectLambda::AccessPoint",
	"AWS::IAM::AssumeRolePolicyDocument", "AWS::DynamoDB::Table", NULL };
static const char *const policy_scopes[] = { "All", "AWS", "Local", NULL };
static const char *const policy_usages[] = { "PermissionsPolicy", "PermissionsBoundary", NULL };

static const struct shape text = STRING(0, 0, NULL), number = NUMBER(0, 0),
			  boolean = { .kind = JV_KIND_TRUE },
			  document = { .kind = JV_KIND_INVALID };

/* --- IAM Identity Center --- */

static const struct shape
	instance_arn = STRING(10, 1224, ARN "sso:::instance/" INSTANCE),
	set_arn = STRING(10, 1224, ARN "sso:::permissionSet/" INSTANCE "/ps-[a-zA-Z0-9-./]{16}"),
	taggable_arn = STRING(10, 2048,
		ARN "sso::((:instance/" INSTANCE ")|(:permissionSet/" INSTANCE
		    "/ps-[a-zA-Z0-9-./]{16})|(\\d{12}:application/" INSTANCE
		    "/apl-[a-zA-Z0-9]{16})|(\\d{12}:trustedTokenIssuer/" INSTANCE "/tti-" UUID "))"),
	set_name = STRING(1, 32, "[\\w+=,.@-]+"),
	description = STRING(1, 700, "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*"),
	duration = STRING(1, 100,
		"(-?)P(?=\\d|T\\d)(?:(\\d+)Y)?(?:(\\d+)M)?(?:(\\d+)([DW]))?"
		"(?:T(?:(\\d+)H)?(?:(\\d+)M)?(?:(\\d+(?:\\.\\d+)?)S)?)?"),
	relay_state = STRING(1, 240,
		"[a-zA-Z0-9&$@#\\\\\\/%?=~\\-_'\"|!:,.;*+\\[\\]\\ \\(\\)\\{\\}]+"),
	tag_key = STRING(1, 128, TAG_TEXT), tag_value = STRING(0, 256, TAG_TEXT),
	managed_arn = STRING(20, 2048,
		ARN "iam::aws:policy" POLICY_PATH "([A-Za-z0-9\\.,\\+=@_-]+)"),
	managed_name = STRING(1, 128, "[\\w+=,.@-]+"),
	policy_path = STRING(1, 512, POLICY_PATH), inline_policy = STRING(1, 32768, DOCUMENT),
	account_id = STRING(12, 12, "\\d{12}"),
	principal_id = STRING(1, 47, "([0-9a-f]{10}-|)" ANY_UUID),
	token = STRING(0, 2048, "[-a-zA-Z0-9+=/_]*"),
	request_id = STRING(36, 36, "\\b" UUID "\\b"), max_100 = NUMBER(1, 100),
	principal_type = ENUM(principal_types), target_type = ENUM(target_types),
	provision_type = ENUM(provision_types), provisioning_status = ENUM(provisioning_statuses),
	status = ENUM(statuses);

static const struct member tag_members[] = { { "Key", &tag_key, 1 }, { "Value", &tag_value, 1 },
	{ 0 } };
static const struct shape tag = STRUCTURE(tag_members);
static const struct shape tags = LIST(0, 75, &tag), tag_keys = LIST(1, 75, &tag_key),
			  any_tags = LIST(0, 0, &tag), any_tag_keys = LIST(0, 0, &tag_key);

static const struct member reference_members[] = { { "Name", &managed_name, 1 },
	{ "Path", &policy_path, 0 }, { 0 } };
static const struct shape reference = STRUCTURE(reference_members);
static const struct member boundary_members[] = {
	{ "CustomerManagedPolicyReference", &reference, 0 }, { "ManagedPolicyArn", &managed_arn, 0 },
	{ 0 } };
static const struct shape boundary = STRUCTURE(boundary_members);
static const struct member account_filter_members[] = { { "AccountId", &account_id, 0 }, { 0 } };
static const struct shape account_filter = STRUCTURE(account_filter_members);
static const struct member status_filter_members[] = { { "Status", &status, 0 }, { 0 } };
static const struct shape status_filter = STRUCTURE(status_filter_members);

/* --- its directory --- */

static const struct shape
	store_id = STRING(1, 36, "d-[0-9a-f]{10}$|^" UUID),
	store_token = STRING(1, 65535, "[-a-zA-Z0-9+=/:_]*"),
	attribute_path = STRING(1, 255,
		"(?:\\p{L}+:\\p{L}+:\\p{L}+(?:\\.\\p{L}+){0,3}|\\p{L}+(?:\\.\\p{L}+){0,2})"),
	sensitive = STRING(1, 1024, "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r \\u00A0\\u3000]+"),
	group_name = STRING(1, 1024, "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r \\u00A0]+"),
	user_name = STRING(1, 128, "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"),
	external = STRING(1, 256, "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"),
	extension = STRING(1, 50, "aws:identitystore:[a-z]{1,20}"),
	extensions = LIST(1, 10, &extension);

static const struct member filter_members[] = { { "AttributePath", &attribute_path, 1 },
	{ "AttributeValue", &sensitive, 1 }, { 0 } };
static const struct shape filter = STRUCTURE(filter_members);
static const struct shape filters = LIST(0, 1, &filter);
static const struct member unique_members[] = { { "AttributePath", &attribute_path, 1 },
	{ "AttributeValue", &document, 1 }, { 0 } };
static const struct shape unique = STRUCTURE(unique_members);
static const struct member external_members[] = { { "Issuer", &external, 1 },
	{ "Id", &external, 1 }, { 0 } };
static const struct shape external_id = STRUCTURE(external_members);
static const struct member alternate_members[] = { { "ExternalId", &external_id, 0 },
	{ "UniqueAttribute", &unique, 0 }, { 0 } };
static const struct shape alternate = STRUCTURE(alternate_members);
static const struct member member_members[] = { { "UserId", &principal_id, 0 }, { 0 } };
static const struct shape member_id = STRUCTURE(member_members);

/* --- Organizations --- */

static const struct shape
	max_20 = NUMBER(1, 20),
	parent_id = STRING(0, 100, "^(" ROOT ")|(" UNIT ")$"),
	resource_id = STRING(0, 130,
		"^(" ROOT ")|(\\d{12})|(" UNIT ")|(^p-[0-9a-zA-Z_]{8,128})|"
		"(^rp-[0-9a-zA-Z_]{4,128})|(^rt-[0-9a-zA-Z_]{8,32})$"),
	member_account = STRING(0, 12, "^\\d{12}$"), unit_id = STRING(0, 68, "^" UNIT "$"),
	child_id = STRING(0, 100, "^(\\d{12})|(" UNIT ")$"),
	unit_name = STRING(1, 128, "[\\s\\S]*"),
	new_account_name = STRING(1, 50, "[\\u0020-\\u007E]+"),
	email = STRING(6, 64, "[^\\s@]+@[^\\s@]+\\.[^\\s@]+"),
	service_principal = STRING(1, 128, "[\\w+=,.@-]*"),
	organization_token = STRING(0, 100000, "[\\s\\S]*");

/* --- IAM, IAM Access Analyzer, STS --- */

static const struct shape
	policy_type = ENUM(policy_types), locale = ENUM(locales), resource_type = ENUM(resource_types),
	policy_arn = STRING(20, 2048, NULL), policy_scope = ENUM(policy_scopes),
	policy_usage = ENUM(policy_usages), max_1000 = NUMBER(1, 1000),
	marker = STRING(1, 320, "[\\u0020-\\u00FF]+"), role_arn = STRING(20, 2048, ARN_TEXT),
	session_name = STRING(2, 64, "[\\w+=,.@-]*"), session_policy = STRING(1, 0, DOCUMENT),
	small_session_policy = STRING(1, 2048, DOCUMENT), session_seconds = NUMBER(900, 43200),
	external_text = STRING(2, 1224, "[\\w+=,.@:\\/-]*"),
	serial_number = STRING(9, 256, "[\\w+=/:,.@-]*"), token_code = STRING(6, 6, "[\\d]*"),
	source_identity = STRING(2, 64, "[\\w+=,.@-]*"),
	context_assertion = STRING(4, 2048, NULL), web_token = STRING(4, 20000, NULL),
	provider_id = STRING(4, 2048, NULL),
	session_tag_key = STRING(1, 128, "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"),
	session_tag_value = STRING(0, 256, "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

static const struct member session_tag_members[] = { { "Key", &session_tag_key, 1 },
	{ "Value", &session_tag_value, 1 }, { 0 } };
static const struct shape session_tag = STRUCTURE(session_tag_members);
static const struct shape session_tags = LIST(0, 50, &session_tag),
			  session_tag_keys = LIST(0, 50, &session_tag_key);
static const struct member descriptor_members[] = { { "arn", &role_arn, 0 }, { 0 } };
static const struct shape descriptor = STRUCTURE(descriptor_members);
static const struct shape policy_arns = LIST(0, 0, &descriptor);
static const struct member context_members[] = { { "ProviderArn", &role_arn, 0 },
	{ "ContextAssertion", &context_assertion, 0 }, { 0 } };
static const struct shape context = STRUCTURE(context_members);
static const struct shape contexts = LIST(1, 5, &context);

/* --- the table --- */

#define INSTANCE_ARN { "InstanceArn", &instance_arn, 1 }
#define SET INSTANCE_ARN, { "PermissionSetArn", &set_arn, 1 }
#define PAGES { "MaxResults", &max_100, 0 }, { "NextToken", &token, 0 }
#define ASSIGNMENT SET, { "TargetId", &account_id, 1 }, { "TargetType", &target_type, 1 }, \
	{ "PrincipalType", &principal_type, 1 }, { "PrincipalId", &principal_id, 1 }
#define STORE { "IdentityStoreId", &store_id, 1 }
#define STORE_PAGES { "MaxResults", &max_100, 0 }, { "NextToken", &store_token, 0 }
#define ORGANIZATION_PAGES { "MaxResults", &max_20, 0 }, { "NextToken", &organization_token, 0 }

#define SSO(name, effect, run, ...) { "sso", name, PROTOCOL_JSON, EFFECT_##effect, run, { __VA_ARGS__ } }
#define STORE_OP(name, effect, run, ...) \
	{ "identitystore", name, PROTOCOL_JSON, EFFECT_##effect, run, { __VA_ARGS__ } }
#define ORGANIZATIONS(name, effect, run, ...) \
	{ "organizations", name, PROTOCOL_JSON, EFFECT_##effect, run, { __VA_ARGS__ } }
#define QUERY(service, name, effect, run, ...) \
	{ service, name, PROTOCOL_QUERY, EFFECT_##effect, run, { __VA_ARGS__ } }

const struct op ops[] = {
	SSO("ListInstances", READ, list_instances, PAGES),
	SSO("ListPermissionSets", READ, list_permission_sets, INSTANCE_ARN, PAGES),
	SSO("DescribePermissionSet", READ, describe_permission_set, SET),
	SSO("ListTagsForResource", READ, list_tags, { "InstanceArn", &instance_arn, 0 },
		{ "ResourceArn", &taggable_arn, 1 }, { "NextToken", &token, 0 }),
	SSO("GetInlinePolicyForPermissionSet", READ, get_inline_policy, SET),
	SSO("ListManagedPoliciesInPermissionSet", READ, list_managed_policies, SET, PAGES),
	SSO("ListCustomerManagedPolicyReferencesInPermissionSet", READ, list_customer_policies, SET,
		PAGES),
	SSO("GetPermissionsBoundaryForPermissionSet", READ, get_boundary, SET),
	SSO("ListAccountsForProvisionedPermissionSet", READ, list_accounts_of_set, SET, PAGES,
		{ "ProvisioningStatus", &provisioning_status, 0 }),
	SSO("ListPermissionSetsProvisionedToAccount", READ, list_sets_of_account, INSTANCE_ARN,
		{ "AccountId", &account_id, 1 }, PAGES,
		{ "ProvisioningStatus", &provisioning_status, 0 }),
	SSO("ListAccountAssignments", READ, list_account_assignments, SET,
		{ "AccountId", &account_id, 1 }, PAGES),
	SSO("ListAccountAssignmentsForPrincipal", READ, list_assignments_for_principal, INSTANCE_ARN,
		{ "PrincipalId", &principal_id, 1 }, { "PrincipalType", &principal_type, 1 },
		{ "Filter", &account_filter, 0 }, PAGES),
	SSO("CreatePermissionSet", WRITE, create_permission_set, INSTANCE_ARN, { "Name", &set_name, 1 },
		{ "Description", &description, 0 }, { "SessionDuration", &duration, 0 },
		{ "RelayState", &relay_state, 0 }, { "Tags", &tags, 0 }),
	SSO("UpdatePermissionSet", WRITE, update_permission_set, SET, { "Description", &description, 0 },
		{ "SessionDuration", &duration, 0 }, { "RelayState", &relay_state, 0 }),
	SSO("DeletePermissionSet", WRITE, delete_permission_set, SET),
	SSO("TagResource", WRITE, tag_resource, { "InstanceArn", &instance_arn, 0 },
		{ "ResourceArn", &taggable_arn, 1 }, { "Tags", &tags, 1 }),
	SSO("UntagResource", WRITE, untag_resource, { "InstanceArn", &instance_arn, 0 },
		{ "ResourceArn", &taggable_arn, 1 }, { "TagKeys", &tag_keys, 1 }),
	SSO("PutInlinePolicyToPermissionSet", WRITE, put_inline_policy, SET,
		{ "InlinePolicy", &inline_policy, 1 }),
	SSO("DeleteInlinePolicyFromPermissionSet", WRITE, delete_inline_policy, SET),
	SSO("AttachManagedPolicyToPermissionSet", WRITE, attach_managed_policy, SET,
		{ "ManagedPolicyArn", &managed_arn, 1 }),
	SSO("DetachManagedPolicyFromPermissionSet", WRITE, detach_managed_policy, SET,
		{ "ManagedPolicyArn", &managed_arn, 1 }),
	SSO("AttachCustomerManagedPolicyReferenceToPermissionSet", WRITE, attach_customer_policy, SET,
		{ "CustomerManagedPolicyReference", &reference, 1 }),
	SSO("DetachCustomerManagedPolicyReferenceFromPermissionSet", WRITE, detach_customer_policy, SET,
		{ "CustomerManagedPolicyReference", &reference, 1 }),
	SSO("PutPermissionsBoundaryToPermissionSet", WRITE, put_boundary, SET,
		{ "PermissionsBoundary", &boundary, 1 }),
	SSO("DeletePermissionsBoundaryFromPermissionSet", WRITE, delete_boundary, SET),
	SSO("ProvisionPermissionSet", WRITE, provision_set, SET, { "TargetId", &account_id, 0 },
		{ "TargetType", &provision_type, 1 }),
	SSO("DescribePermissionSetProvisioningStatus", NOW, describe_provisioning, INSTANCE_ARN,
		{ "ProvisionPermissionSetRequestId", &request_id, 1 }),
	SSO("ListPermissionSetProvisioningStatus", NOW, list_provisionings, INSTANCE_ARN, PAGES,
		{ "Filter", &status_filter, 0 }),
	SSO("CreateAccountAssignment", WRITE, create_assignment, ASSIGNMENT),
	SSO("DescribeAccountAssignmentCreationStatus", NOW, describe_creation, INSTANCE_ARN,
		{ "AccountAssignmentCreationRequestId", &request_id, 1 }),
	SSO("ListAccountAssignmentCreationStatus", NOW, list_creations, INSTANCE_ARN, PAGES,
		{ "Filter", &status_filter, 0 }),
	SSO("DeleteAccountAssignment", WRITE, delete_assignment, ASSIGNMENT),
	SSO("DescribeAccountAssignmentDeletionStatus", NOW, describe_deletion, INSTANCE_ARN,
		{ "AccountAssignmentDeletionRequestId", &request_id, 1 }),
	SSO("ListAccountAssignmentDeletionStatus", NOW, list_deletions, INSTANCE_ARN, PAGES,
		{ "Filter", &status_filter, 0 }),

	STORE_OP("ListGroups", READ, list_groups, STORE, STORE_PAGES, { "Filters", &filters, 0 }),
	STORE_OP("ListUsers", READ, list_users, STORE, STORE_PAGES, { "Filters", &filters, 0 },
		{ "Extensions", &extensions, 0 }),
	STORE_OP("GetGroupId", READ, get_group_id, STORE, { "AlternateIdentifier", &alternate, 1 }),
	STORE_OP("GetUserId", READ, get_user_id, STORE, { "AlternateIdentifier", &alternate, 1 }),
	STORE_OP("DescribeGroup", READ, describe_group, STORE, { "GroupId", &principal_id, 1 }),
	STORE_OP("DescribeUser", READ, describe_user, STORE, { "UserId", &principal_id, 1 },
		{ "Extensions", &extensions, 0 }),
	STORE_OP("CreateGroup", WRITE, create_group, STORE, { "DisplayName", &group_name, 0 },
		{ "Description", &sensitive, 0 }),
	STORE_OP("DeleteGroup", WRITE, delete_group, STORE, { "GroupId", &principal_id, 1 }),
	STORE_OP("CreateUser", WRITE, create_user, STORE, { "UserName", &user_name, 0 },
		{ "DisplayName", &sensitive, 0 }),
	STORE_OP("DeleteUser", WRITE, delete_user, STORE, { "UserId", &principal_id, 1 }),
	STORE_OP("CreateGroupMembership", WRITE, create_membership, STORE,
		{ "GroupId", &principal_id, 1 }, { "MemberId", &member_id, 1 }),
	STORE_OP("DeleteGroupMembership", WRITE, delete_membership, STORE,
		{ "MembershipId", &principal_id, 1 }),
	STORE_OP("ListGroupMemberships", READ, list_memberships, STORE,
		{ "GroupId", &principal_id, 1 }, STORE_PAGES),

	ORGANIZATIONS("DescribeOrganization", READ, describe_organization, { 0 }),
	ORGANIZATIONS("ListRoots", READ, list_roots, ORGANIZATION_PAGES),
	ORGANIZATIONS("ListAccounts", READ, list_accounts, ORGANIZATION_PAGES),
	ORGANIZATIONS("ListAccountsForParent", READ, list_accounts_for_parent,
		{ "ParentId", &parent_id, 1 }, ORGANIZATION_PAGES),
	ORGANIZATIONS("ListOrganizationalUnitsForParent", READ, list_units_for_parent,
		{ "ParentId", &parent_id, 1 }, ORGANIZATION_PAGES),
	ORGANIZATIONS("ListTagsForResource", READ, list_organization_tags,
		{ "ResourceId", &resource_id, 1 }, { "NextToken", &organization_token, 0 }),
	ORGANIZATIONS("DescribeAccount", READ, describe_account, { "AccountId", &member_account, 1 }),
	ORGANIZATIONS("DescribeOrganizationalUnit", READ, describe_unit,
		{ "OrganizationalUnitId", &unit_id, 1 }),
	ORGANIZATIONS("ListParents", READ, list_parents, { "ChildId", &child_id, 1 },
		ORGANIZATION_PAGES),
	ORGANIZATIONS("ListAWSServiceAccessForOrganization", READ, list_service_access,
		ORGANIZATION_PAGES),
	ORGANIZATIONS("ListDelegatedAdministrators", READ, list_administrators,
		{ "ServicePrincipal", &service_principal, 0 }, ORGANIZATION_PAGES),

	ORGANIZATIONS("MoveAccount", WRITE, move_account, { "AccountId", &member_account, 1 },
		{ "SourceParentId", &parent_id, 1 }, { "DestinationParentId", &parent_id, 1 }),
	ORGANIZATIONS("CloseAccount", WRITE, close_account, { "AccountId", &member_account, 1 }),
	ORGANIZATIONS("CreateAccount", WRITE, create_account, { "Email", &email, 1 },
		{ "AccountName", &new_account_name, 1 }, { "Tags", &any_tags, 0 }),
	ORGANIZATIONS("CreateOrganizationalUnit", WRITE, create_unit,
		{ "ParentId", &parent_id, 1 }, { "Name", &unit_name, 1 }, { "Tags", &any_tags, 0 }),
	ORGANIZATIONS("UpdateOrganizationalUnit", WRITE, update_unit,
		{ "OrganizationalUnitId", &unit_id, 1 }, { "Name", &unit_name, 0 }),
	ORGANIZATIONS("DeleteOrganizationalUnit", WRITE, delete_unit,
		{ "OrganizationalUnitId", &unit_id, 1 }),
	ORGANIZATIONS("TagResource", WRITE, tag_organization, { "ResourceId", &resource_id, 1 },
		{ "Tags", &any_tags, 1 }),
	ORGANIZATIONS("UntagResource", WRITE, untag_organization,
		{ "ResourceId", &resource_id, 1 }, { "TagKeys", &any_tag_keys, 1 }),

	{ "access-analyzer", "ValidatePolicy", PROTOCOL_REST_JSON, EFFECT_READ, validate_policy,
		{ { "policyDocument", &text, 1 }, { "policyType", &policy_type, 1 },
			{ "locale", &locale, 0 }, { "maxResults", &number, 0 },
			{ "nextToken", &text, 0 },
			{ "validatePolicyResourceType", &resource_type, 0 } } },
	QUERY("iam", "GetPolicy", READ, get_policy, { "PolicyArn", &policy_arn, 1 }),
	QUERY("iam", "ListPolicies", READ, list_policies, { "Scope", &policy_scope, 0 },
		{ "OnlyAttached", &boolean, 0 }, { "PathPrefix", &policy_path, 0 },
		{ "PolicyUsageFilter", &policy_usage, 0 }, { "Marker", &marker, 0 },
		{ "MaxItems", &max_1000, 0 }),
	QUERY("sts", "GetCallerIdentity", NOW, get_caller_identity, { 0 }),
	QUERY("sts", "AssumeRole", NOW, assume_role, { "RoleArn", &role_arn, 1 },
		{ "RoleSessionName", &session_name, 1 }, { "PolicyArns", &policy_arns, 0 },
		{ "Policy", &session_policy, 0 }, { "DurationSeconds", &session_seconds, 0 },
		{ "Tags", &session_tags, 0 }, { "TransitiveTagKeys", &session_tag_keys, 0 },
		{ "ExternalId", &external_text, 0 }, { "SerialNumber", &serial_number, 0 },
		{ "TokenCode", &token_code, 0 }, { "SourceIdentity", &source_identity, 0 },
		{ "ProvidedContexts", &contexts, 0 }),
	QUERY("sts", "AssumeRoleWithWebIdentity", NOW, assume_role_with_web_identity,
		{ "RoleArn", &role_arn, 1 }, { "RoleSessionName", &session_name, 1 },
		{ "WebIdentityToken", &web_token, 1 }, { "ProviderId", &provider_id, 0 },
		{ "PolicyArns", &policy_arns, 0 }, { "Policy", &small_session_policy, 0 },
		{ "DurationSeconds", &session_seconds, 0 }),
};
const size_t n_ops = sizeof(ops) / sizeof(ops[0]);

const struct op *op_find(const char *service, const char *name)
{
	for (size_t i = 0; i < n_ops; i++)
		if (strcmp(ops[i].service, service) == 0 && strcmp(ops[i].name, name) == 0)
			return &ops[i];
	return NULL;
}
