#include "ops.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define INSTANCE                                                                           \
	{                                                                                  \
		"InstanceArn", OP_STRING                                                   \
	}
#define SET                                                                                \
	{                                                                                  \
		"PermissionSetArn", OP_ARN                                                 \
	}
#define ASSIGNMENT                                                                         \
	{                                                                                  \
		INSTANCE, SET, { "TargetId", OP_STRING }, { "TargetType", OP_STRING },     \
			{ "PrincipalType", OP_STRING },                                    \
		{                                                                          \
			"PrincipalId", OP_STRING                                           \
		}                                                                          \
	}

static const struct op ops[] = {
	{ "CreatePermissionSet", OP_SYNC, OP_CREATES, 1,
		{ INSTANCE, { "Name", OP_STRING } } },
	{ "UpdatePermissionSet", OP_SYNC, OP_EDITS, 0, { INSTANCE, SET } },
	{ "DeletePermissionSet", OP_SYNC, OP_REMOVES, 1, { INSTANCE, SET } },
	{ "TagResource", OP_SYNC, OP_EDITS, 0,
		{ INSTANCE, { "ResourceArn", OP_ARN }, { "Tags", OP_ARRAY } } },
	{ "UntagResource", OP_SYNC, OP_EDITS, 0,
		{ INSTANCE, { "ResourceArn", OP_ARN }, { "TagKeys", OP_ARRAY } } },
	{ "PutInlinePolicyToPermissionSet", OP_SYNC, OP_EDITS, 0,
		{ INSTANCE, SET, { "InlinePolicy", OP_STRING } } },
	{ "DeleteInlinePolicyFromPermissionSet", OP_SYNC, OP_REMOVES, 0,
		{ INSTANCE, SET } },
	{ "AttachManagedPolicyToPermissionSet", OP_SYNC, OP_ADDS, 0,
		{ INSTANCE, SET, { "ManagedPolicyArn", OP_STRING } } },
	{ "DetachManagedPolicyFromPermissionSet", OP_SYNC, OP_REMOVES, 0,
		{ INSTANCE, SET, { "ManagedPolicyArn", OP_STRING } } },
	{ "AttachCustomerManagedPolicyReferenceToPermissionSet", OP_SYNC, OP_ADDS, 0,
		{ INSTANCE, SET, { "CustomerManagedPolicyReference", OP_OBJECT } } },
	{ "DetachCustomerManagedPolicyReferenceFromPermissionSet", OP_SYNC, OP_REMOVES, 0,
		{ INSTANCE, SET, { "CustomerManagedPolicyReference", OP_OBJECT } } },
	{ "PutPermissionsBoundaryToPermissionSet", OP_SYNC, OP_EDITS, 0,
		{ INSTANCE, SET, { "PermissionsBoundary", OP_OBJECT } } },
	{ "DeletePermissionsBoundaryFromPermissionSet", OP_SYNC, OP_REMOVES, 0,
		{ INSTANCE, SET } },
	{ "ProvisionPermissionSet", OP_PROVISION, OP_EDITS, 0,
		{ INSTANCE, SET, { "TargetType", OP_STRING } } },
	{ "CreateAccountAssignment", OP_CREATION, OP_ADDS, 1, ASSIGNMENT },
	{ "DeleteAccountAssignment", OP_DELETION, OP_REMOVES, 1, ASSIGNMENT },
};

static const struct op_async asyncs[OP_WAITS] = {
	[OP_CREATION] = { "AccountAssignmentCreationStatus",
		"DescribeAccountAssignmentCreationStatus",
		"AccountAssignmentCreationRequestId",
		"ListAccountAssignmentCreationStatus" },
	[OP_DELETION] = { "AccountAssignmentDeletionStatus",
		"DescribeAccountAssignmentDeletionStatus",
		"AccountAssignmentDeletionRequestId",
		"ListAccountAssignmentDeletionStatus" },
	[OP_PROVISION] = { "PermissionSetProvisioningStatus",
		"DescribePermissionSetProvisioningStatus",
		"ProvisionPermissionSetRequestId", "ListPermissionSetProvisioningStatus" },
};

const struct op *ops_find(const char *name)
{
	for (size_t i = 0; i < COUNT(ops); i++)
		if (strcmp(ops[i].name, name) == 0)
			return &ops[i];
	return NULL;
}

int ops_is_assignment(const struct op *op)
{
	return op->wait == OP_CREATION || op->wait == OP_DELETION;
}

const struct op_async *ops_async(enum op_wait wait)
{
	return &asyncs[wait];
}

/* Whether text has words (lower case), letter case ignored. */
static int has(const char *text, const char *words)
{
	char lower[sizeof(((struct err *)NULL)->text)];
	size_t n = 0;
	for (; text[n] != '\0' && n + 1 < sizeof(lower); n++)
		lower[n] = (char)tolower((unsigned char)text[n]);
	lower[n] = '\0';
	return strstr(lower, words) != NULL;
}

/* Words of AWS's that tell an operation under way; they are looked for first. */
static int tells_busy(const char *text)
{
	static const char *const words[] = { "in progress", "in process", "pending",
		"outstanding", "concurrent", "being provisioned", "try again", "retry" };
	for (size_t i = 0; i < COUNT(words); i++)
		if (has(text, words[i]))
			return 1;
	return 0;
}

/*
 * AWS has one name, ConflictException, for what passes and for what does not; only its
 * words differ: "PermissionSet with name X already exists", "already has a typed link
 * attachment", "There is a conflicting operation in process". Its model advises a retry for
 * all.
 */
static enum op_verdict judge_conflict(const struct op *op, const char *text)
{
	if (tells_busy(text))
		return OP_BUSY;
	if (op->sense == OP_ADDS && has(text, "already"))
		return OP_ALREADY;
	return op->looks ? OP_LOOK : OP_UNCLEAR;
}

enum op_verdict ops_judge(const struct op *op, const struct err *err)
{
	if (err->kind != ERR_AWS)
		return OP_FAILED;
	if (strcmp(err->code, "ConflictException") == 0)
		return judge_conflict(op, err->text);
	if (strcmp(err->code, "ResourceNotFoundException") == 0 && op->sense == OP_REMOVES)
		return OP_ALREADY;
	/* The limit of outstanding operations, met because someone else has some, too. */
	if (strcmp(err->code, "ServiceQuotaExceededException") == 0 &&
		op->wait != OP_SYNC && tells_busy(err->text))
		return OP_BUSY;
	return OP_FAILED;
}

enum op_reach ops_reach(const struct err *err)
{
	static const char *const lost[] = { "ExpiredToken", "ExpiredTokenException",
		"RequestExpired", "UnrecognizedClientException", "InvalidClientTokenId",
		"InvalidAccessKeyId", "InvalidToken", "AuthFailure",
		"InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature",
		"IncompleteSignatureException", "MissingAuthenticationToken",
		"MissingAuthenticationTokenException", "RequestTimeTooSkewed" };
	if (err->kind == ERR_CRED)
		return OP_LOST;
	if (err->kind == ERR_NET || err->kind == ERR_THROTTLED)
		return OP_UNREACHED;
	if (err->kind != ERR_AWS)
		return OP_REACHED;
	for (size_t i = 0; i < COUNT(lost); i++)
		if (strcmp(err->code, lost[i]) == 0)
			return OP_LOST;
	return strcmp(err->code, "AccessDeniedException") == 0 ? OP_REFUSED : OP_REACHED;
}
