#include "codes.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

static const struct code_info table[] = {
	{ CODE_UNREADABLE, DIAG_ERROR, "A file or folder can't be read",
		"What can't be read may ask for something. Without it, idc-plan would take "
		"away "
		"what the file asks for.",
		"templates/assignments/prod.json, mode 000",
		"chmod u+r templates/assignments/prod.json" },
	{ CODE_NOT_READ, DIAG_WARNING, "A file looks like a template but is not read",
		"Only files whose names end in .json are templates, in small letters.",
		"templates/permissionsets/Admin.JSON",
		"templates/permissionsets/Admin.json" },
	{ CODE_SYNTAX, DIAG_ERROR, "The file is no JSON",
		"Templates are JSON as RFC 8259 has it: no comments, no comma before a "
		"closing "
		"bracket, keys and strings in double quotes.",
		"{ \"Name\": \"Admin\", }", "{ \"Name\": \"Admin\" }" },
	{ CODE_DOUBLE_KEY, DIAG_ERROR, "A name comes twice in one object",
		"Programs differ in which of the two they take, so one of them is lost "
		"without a "
		"word.",
		"{ \"Name\": \"A\", \"SessionDuration\": \"PT1H\", \"SessionDuration\": "
		"\"PT8H\" }",
		"{ \"Name\": \"A\", \"SessionDuration\": \"PT8H\" }" },
	{ CODE_ENCODING, DIAG_ERROR, "The file is no UTF-8",
		"Templates are UTF-8 without a byte order mark, and hold no NUL.",
		"a file saved as \"UTF-8 with BOM\" or as Latin-1",
		"the same file saved as UTF-8" },
	{ CODE_TOO_LARGE, DIAG_ERROR, "More than can be handled",
		"A file has at most 4 MiB and 128 levels, a rule fits in a line of a "
		"stream, and of "
		"one file the first 1,000 findings are listed.",
		"one file with 60,000 rules", "some files with a part of them each" },
	{ CODE_NO_TEMPLATE, DIAG_ERROR, "The file is no template",
		"A template is an object: a permission set, which has a Name, or "
		"{\"Assignments\": [...]}.",
		"[ { \"Name\": \"Admin\" } ]", "{ \"Name\": \"Admin\" }" },

	{ CODE_UNKNOWN_FIELD, DIAG_ERROR, "A field that is not known here",
		"A field with a misspelled name would have no effect: a SessionDuration "
		"that is not "
		"set, an Exclude that does not exclude.",
		"{ \"Name\": \"Admin\", \"SesionDuration\": \"PT2H\" }",
		"{ \"Name\": \"Admin\", \"SessionDuration\": \"PT2H\" }" },
	{ CODE_MISSING_FIELD, DIAG_ERROR, "A field that must be there is missing",
		"Without it what the template asks for is not complete.",
		"{ \"SID\": \"Dev\", \"Target\": [\"111122223333\"], \"PrincipalType\": "
		"\"GROUP\", "
		"\"PrincipalId\": \"devs\" }",
		"{ \"SID\": \"Dev\", \"Target\": [\"111122223333\"], \"PrincipalType\": "
		"\"GROUP\", "
		"\"PrincipalId\": \"devs\", \"PermissionSetName\": \"Developer\" }" },
	{ CODE_WRONG_KIND, DIAG_ERROR, "A value of the wrong kind",
		"Account ids are strings, for instance: as a number, 012345678901 would "
		"lose its "
		"first digit.",
		"\"Target\": [111122223333]", "\"Target\": [\"111122223333\"]" },
	{ CODE_LIMIT, DIAG_ERROR,
		"A text that is too long, too short or has characters that AWS does not "
		"take",
		"AWS would refuse it in the middle of an apply. The name of a permission "
		"set has at "
		"most 32 characters, since AWS makes the name of a role of it.",
		"\"Name\": \"Billing and cost management readers\"",
		"\"Name\": \"BillingReader\"" },
	{ CODE_EMPTY, DIAG_ERROR, "Nothing where something has to be",
		"An empty list or text says nothing that could be carried out.",
		"\"Target\": []", "\"Target\": [\"111122223333\"]" },
	{ CODE_TWICE, DIAG_WARNING, "The same comes twice in one list",
		"It has no effect, and often one of the two was meant to be another.",
		"\"Target\": [\"111122223333\", \"111122223333\"]",
		"\"Target\": [\"111122223333\"]" },
	{ CODE_WORD, DIAG_ERROR, "A word that is none of those which can be there",
		"There are only these words, spelled exactly so.",
		"\"PrincipalType\": \"group\"", "\"PrincipalType\": \"GROUP\"" },

	{ CODE_SESSION, DIAG_ERROR, "SessionDuration is no duration from 1 to 12 hours",
		"AWS takes ISO 8601 durations from PT1H to PT12H.",
		"\"SessionDuration\": \"30m\"", "\"SessionDuration\": \"PT1H\"" },
	{ CODE_POLICY_COUNT, DIAG_ERROR, "Too many managed policies",
		"A permission set has at most 20 managed policies, those of AWS and your "
		"own "
		"together.",
		"\"ManagedPolicies\": [ 21 of them ]",
		"a policy of your own that joins some of them" },
	{ CODE_MANAGED_ARN, DIAG_ERROR, "No ARN of a policy that AWS manages",
		"ManagedPolicies holds ARNs of AWS's policies. Those of your own go by "
		"name, in "
		"CustomerManagedPolicies, since each account has its own.",
		"\"ManagedPolicies\": [\"ReadOnlyAccess\"]",
		"\"ManagedPolicies\": [\"arn:aws:iam::aws:policy/ReadOnlyAccess\"]" },
	{ CODE_CUSTOMER_POLICY, DIAG_ERROR, "No name of a policy of your own",
		"A policy of your own is named by its name, with its path before it when "
		"it has one, "
		"and must be in every account to which the permission set is assigned.",
		"\"CustomerManagedPolicies\": "
		"[\"arn:aws:iam::111122223333:policy/deploy\"]",
		"\"CustomerManagedPolicies\": [\"deploy\"]" },
	{ CODE_BOUNDARY, DIAG_ERROR, "A permissions boundary that can't be read",
		"With PolicyType AWS, Policy is an ARN; with CUSTOMER, it is a name.",
		"\"PermissionBoundary\": { \"PolicyType\": \"AWS\", \"Policy\": "
		"\"PowerUserAccess\" }",
		"\"PermissionBoundary\": { \"PolicyType\": \"AWS\", \"Policy\": "
		"\"arn:aws:iam::aws:policy/PowerUserAccess\" }" },
	{ CODE_TAGS, DIAG_ERROR, "Tags that AWS does not take",
		"A permission set has at most 50 tags, and keys that start with aws: are "
		"AWS's own.",
		"\"Tags\": { \"aws:owner\": \"platform\" }",
		"\"Tags\": { \"owner\": \"platform\" }" },
	{ CODE_TAG_ROOM, DIAG_WARNING, "No room for the tag that tells who manages the set",
		"idc-plan tags what it owns; 50 tags of your own leave no room for that "
		"one.",
		"50 tags", "49 tags" },

	{ CODE_TARGET, DIAG_ERROR, "A target that means nothing",
		"A target is an account id, an id of an organizational unit or of the "
		"root, a path of "
		"units, \"Account:NAME\", or one of the other forms in idc-templates(5).",
		"\"Target\": [\"11112222333\"]", "\"Target\": [\"111122223333\"]" },
	{ CODE_EXPIRES, DIAG_ERROR, "Expires is no date with time",
		"It is written as RFC 3339 has it, so that nobody has to guess a time "
		"zone.",
		"\"Expires\": \"31.12.2026\"", "\"Expires\": \"2026-12-31T18:00:00Z\"" },
	{ CODE_EXPIRED, DIAG_WARNING, "A rule that has expired",
		"It grants nothing any more.", "a rule whose Expires is past",
		"the file without that rule" },
	{ CODE_SAME_GRANT, DIAG_WARNING, "The same grant twice",
		"Who takes one of the two rules away believes that access ends, and it "
		"does not.",
		"two rules that give the group devs Developer in 111122223333",
		"one of them" },
	{ CODE_COVERED_RULE, DIAG_WARNING, "A rule that another covers wholly",
		"Everything that it grants is granted by another rule, so it changes "
		"nothing, and "
		"taking it away would not take access away.",
		"a rule for [\"111122223333\"] beside one for [\"111122223333\", "
		"\"222233334444\"], all "
		"else being the same",
		"the second of them alone" },
	{ CODE_EXCLUDES_ALL, DIAG_WARNING, "A rule whose Exclude leaves nothing",
		"All of its targets are excluded, so that it grants nothing.",
		"\"Target\": [\"111122223333\"], \"Exclude\": [\"111122223333\"]",
		"\"Target\": [\"111122223333\"]" },

	{ CODE_SET_TWICE, DIAG_ERROR, "Two permission sets of one name",
		"A name is what rules, plans and AWS know a permission set by.",
		"two files with \"Name\": \"Admin\"", "one of them under another name" },
	{ CODE_SID_TWICE, DIAG_ERROR, "Two rules with one SID",
		"The SID is what plans and messages call a rule.",
		"two rules with \"SID\": \"Developers\"",
		"\"Developers\" and \"Contractors\"" },
	{ CODE_FORMER_NAME, DIAG_ERROR, "A former name that is still in use",
		"Was tells idc-plan which permission set to rename. One that still has the "
		"name "
		"stays, and no set can have been two.",
		"\"Was\": \"Admin\" in one file, \"Name\": \"Admin\" in another",
		"one file with \"Name\": \"Administrator\", \"Was\": \"Admin\"" },
	{ CODE_UNDEFINED_SET, DIAG_ERROR, "A permission set that no template defines",
		"A rule can only assign what is there.",
		"\"PermissionSetName\": \"Developr\"",
		"\"PermissionSetName\": \"Developer\"" },
	{ CODE_UNUSED_SET, DIAG_WARNING, "A permission set that no rule assigns",
		"It is made and kept up to date, and nobody has it. Perhaps a rule was "
		"forgotten.",
		"Auditor.json, and no rule with \"PermissionSetName\": \"Auditor\"",
		"a rule for it; or \"$idc-ignore\": [\"IDC044\"] in the file" },
	{ CODE_NOTHING, DIAG_ERROR, "Templates that ask for nothing",
		"idc-plan would delete everything that it manages. Mostly the folder was "
		"the wrong "
		"one.",
		"idc-validate an-empty-folder",
		"idc-validate templates; or --allow-empty if that is meant" },

	{ CODE_PRINCIPAL, DIAG_ERROR, "A principal in the policy of a permission set",
		"The policy applies to whoever has the permission set; AWS refuses a "
		"Principal "
		"there.",
		"{ \"Effect\": \"Allow\", \"Principal\": \"*\", ... }",
		"{ \"Effect\": \"Allow\", ... }" },
	{ CODE_STATEMENT_SID, DIAG_ERROR, "Two statements of a policy with one Sid",
		"AWS refuses it: a Sid is there once in a policy.",
		"\"Sid\": \"Read\" in two statements",
		"\"Sid\": \"ReadS3\" and \"Sid\": \"ReadEC2\"" },
	{ CODE_EITHER_OR, DIAG_ERROR, "Two fields of which only one can be there",
		"A statement has Action or NotAction, and Resource or NotResource.",
		"\"Action\": \"s3:*\", \"NotAction\": \"s3:DeleteBucket\"",
		"one statement with \"Allow\", one with \"Deny\"" },
	{ CODE_POLICY_SIZE, DIAG_ERROR, "An inline policy that is too large",
		"AWS counts characters without white space, at most 10,240, and takes at "
		"most 32,768 "
		"bytes.",
		"an inline policy of 11,000 characters",
		"a part of it in a policy of your own (CustomerManagedPolicies)" },
	{ CODE_POLICY_CHARACTERS, DIAG_ERROR,
		"A character that can't be in an inline policy",
		"IAM takes characters up to U+00FF.", "\"Sid\": \"Caf\\u0113\"",
		"\"Sid\": \"Cafe\"" },
	{ CODE_NO_STATEMENT, DIAG_ERROR, "A policy without a statement",
		"It says nothing, and AWS refuses it.",
		"\"CustomPolicy\": { \"Version\": \"2012-10-17\", \"Statement\": [] }",
		"no CustomPolicy at all" },
	{ CODE_EMPTY_LIST, DIAG_WARNING, "A statement that does nothing",
		"A list without an element matches nothing.", "\"Action\": []",
		"\"Action\": [\"s3:GetObject\"]" },
	{ CODE_OPERATOR, DIAG_ERROR, "An operator that conditions do not have",
		"AWS refuses the policy. Operators are those of the IAM User Guide, with "
		"ForAllValues: "
		"or ForAnyValue: before them and IfExists behind, where these fit.",
		"\"Condition\": { \"StringEqual\": ... }",
		"\"Condition\": { \"StringEquals\": ... }" },
	{ CODE_CONDITION_VALUE, DIAG_ERROR, "A value that its operator can't compare",
		"A date, a number, an address or a truth value has its form; what has "
		"another never "
		"matches, or AWS refuses the policy.",
		"\"IpAddress\": { \"aws:SourceIp\": \"10.0.0.0/33\" }",
		"\"IpAddress\": { \"aws:SourceIp\": \"10.0.0.0/24\" }" },
	{ CODE_ARN, DIAG_ERROR, "A resource that is no ARN",
		"A resource is \"*\" or an ARN, "
		"arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE.",
		"\"Resource\": \"my-bucket\"", "\"Resource\": \"arn:aws:s3:::my-bucket\"" },
	{ CODE_PARTITION, DIAG_ERROR,
		"A partition that AWS does not have, or two of them in one template",
		"An ARN of another partition matches nothing here.",
		"\"Resource\": \"arn:asw:s3:::my-bucket\"",
		"\"Resource\": \"arn:aws:s3:::my-bucket\"" },
	{ CODE_VARIABLE, DIAG_WARNING, "A policy variable that is not one",
		"${...} is replaced by AWS only in policies of version 2012-10-17, and "
		"only where it "
		"names a key.",
		"\"Resource\": \"arn:aws:s3:::home/${aws:username\"",
		"\"Resource\": \"arn:aws:s3:::home/${aws:username}\"" },
	{ CODE_ACTION_FORM, DIAG_ERROR, "An action that is not SERVICE:ACTION",
		"AWS refuses it. An action is a service's prefix, a colon and a name, in "
		"which * and ? "
		"stand for any characters; or \"*\".",
		"\"Action\": \"s3.GetObject\"", "\"Action\": \"s3:GetObject\"" },
	{ CODE_DEAD_STATEMENT, DIAG_WARNING, "A statement that a Deny covers wholly",
		"A Deny is stronger than any Allow, so the statement allows nothing.",
		"Allow s3:GetObject on *; Deny s3:* on *", "one of the two" },
	{ CODE_COVERED_STATEMENT, DIAG_WARNING, "A statement that another covers wholly",
		"It adds nothing. Who takes it away believes that access ends, and it does "
		"not.",
		"Allow s3:* on *; Allow s3:GetObject on *", "the first of them alone" },

	{ CODE_SHORT_ARN, DIAG_WARNING, "An ARN that is not whole",
		"AWS takes * for the parts that a resource lacks, which may be more than "
		"was meant; in a condition, such an ARN equals none.",
		"\"Resource\": \"arn:aws:sqs\"", "\"Resource\": \"arn:aws:sqs:*:*:*\"" },

	{ CODE_UNKNOWN_SERVICE, DIAG_WARNING, "A service prefix that AWS does not have",
		"Nothing has such actions, so the statement does less than it says. "
		"Prefixes are those "
		"of the Service Authorization Reference.",
		"\"Action\": \"cloudwatchlogs:PutLogEvents\"",
		"\"Action\": \"logs:PutLogEvents\"" },
	{ CODE_UNKNOWN_ACTION, DIAG_WARNING, "An action that the service does not have",
		"It matches nothing, so that an Allow allows less, and a Deny denies less, "
		"than it "
		"says.",
		"\"Action\": \"s3:ListBuckets\"", "\"Action\": \"s3:ListAllMyBuckets\"" },
	{ CODE_UNKNOWN_CONDITION_KEY, DIAG_WARNING, "A condition key that no service has",
		"A key that is never there makes a condition that is never met, or with "
		"IfExists always "
		"met.",
		"\"aws:MultiFactorAuth\"", "\"aws:MultiFactorAuthPresent\"" },
	{ CODE_RESOURCE_UNFIT, DIAG_WARNING,
		"Actions that never work on the statement's resources",
		"An action that takes no resource of that kind is not allowed by the "
		"statement, "
		"whatever it says.",
		"Allow s3:ListAllMyBuckets on arn:aws:s3:::my-bucket",
		"Allow s3:ListAllMyBuckets on *" },

	{ CODE_ADMINISTRATOR, DIAG_WARNING, "Everything is allowed on everything",
		"Action * on Resource * is an administrator's policy in an inline policy, "
		"where nobody "
		"looks for it. AWS's AdministratorAccess says the same by its name.",
		"\"Action\": \"*\", \"Resource\": \"*\"",
		"\"ManagedPolicies\": [\"arn:aws:iam::aws:policy/AdministratorAccess\"]" },
	{ CODE_PASS_ROLE, DIAG_WARNING, "iam:PassRole on every role",
		"Who may pass any role to a service may do what the mightiest role may. A "
		"Condition on iam:PassedToService narrows it.",
		"\"Action\": \"iam:PassRole\", \"Resource\": \"*\"",
		"\"Action\": \"iam:PassRole\", \"Resource\": "
		"\"arn:aws:iam::*:role/app/*\"" },
	{ CODE_ESCALATION, DIAG_WARNING, "Actions by which one can give oneself more",
		"Who may write policies, or make code run under any role, may do "
		"everything, "
		"whatever else the policy says. Ways that need a role to be passed count "
		"where iam:PassRole is allowed on every role.",
		"\"Action\": [\"iam:CreatePolicyVersion\"], \"Resource\": \"*\"",
		"the same on the policies it is meant for, or with a permissions "
		"boundary" },
	{ CODE_NOT_ACTION, DIAG_WARNING, "NotAction with Allow",
		"On any resource, it allows all that is not listed, also the services that "
		"AWS adds next year.",
		"\"Effect\": \"Allow\", \"NotAction\": \"iam:*\"",
		"\"Effect\": \"Allow\", \"Action\": [\"s3:*\", \"sqs:*\"]" },
	{ CODE_NOT_RESOURCE, DIAG_WARNING, "NotResource with Allow",
		"It allows the actions on all that is not listed, also on what is made "
		"tomorrow.",
		"\"Effect\": \"Allow\", \"NotResource\": \"arn:aws:s3:::logs/*\"",
		"the resources that are meant" },
	{ CODE_NO_MFA, DIAG_WARNING, "Allowed without a second factor",
		"--require-mfa asks for a condition on aws:MultiFactorAuthPresent (or "
		"aws:MultiFactorAuthAge) where such actions are allowed. BoolIfExists is "
		"met, too, when nothing is known of MFA.",
		"\"Action\": \"iam:*\" with --require-mfa 'iam:*'",
		"the same with \"Condition\": { \"Bool\": { "
		"\"aws:MultiFactorAuthPresent\": \"true\" } }" },

	{ CODE_NO_SUCH_POLICY, DIAG_ERROR, "AWS has no such managed policy",
		"The name is misspelled, or AWS has retired the policy.",
		"\"arn:aws:iam::aws:policy/ReadOnly\"",
		"\"arn:aws:iam::aws:policy/ReadOnlyAccess\"" },
	{ CODE_NOT_ATTACHABLE, DIAG_ERROR, "AWS does not let the policy be attached",
		"Some of AWS's policies are for its own roles only.",
		"\"arn:aws:iam::aws:policy/aws-service-role/...\"", "another policy" },
	{ CODE_ELSEWHERE, DIAG_ERROR, "A policy of another partition",
		"The region is in one partition, the ARN is of another.",
		"\"arn:aws-cn:iam::aws:policy/ReadOnlyAccess\" in eu-west-1",
		"\"arn:aws:iam::aws:policy/ReadOnlyAccess\"" },
	{ CODE_ANALYZER_ERROR, DIAG_ERROR, "IAM Access Analyzer: an error",
		"AWS would refuse the policy, or it does not work. The message ends in the "
		"address of "
		"AWS's page about it.",
		"what the message says", "what the page says" },
	{ CODE_ANALYZER_SECURITY, DIAG_WARNING, "IAM Access Analyzer: a security warning",
		"AWS considers the access too wide. The message ends in the address of "
		"AWS's page about "
		"it.",
		"what the message says", "what the page says" },
	{ CODE_ANALYZER_WARNING, DIAG_WARNING, "IAM Access Analyzer: a warning",
		"AWS's best practice is another. The message ends in the address of AWS's "
		"page about "
		"it.",
		"what the message says", "what the page says" },
	{ CODE_ANALYZER_SUGGESTION, DIAG_WARNING, "IAM Access Analyzer: a suggestion",
		"The same can be said more simply. The message ends in the address of "
		"AWS's page about "
		"it.",
		"what the message says", "what the page says" },

	{ CODE_IGNORE, DIAG_ERROR, "$idc-ignore names what can't be ignored",
		"It is a list of codes of warnings. Errors would come back in the middle "
		"of an apply, "
		"so they are not to be ignored.",
		"\"$idc-ignore\": [\"IDC012\"]", "\"$idc-ignore\": [\"IDC044\"]" },
	{ CODE_IDLE_IGNORE, DIAG_WARNING, "$idc-ignore ignores nothing",
		"What it names is not found there (any more): it would hide the next one.",
		"\"$idc-ignore\": [\"IDC080\"] where nothing is allowed on *",
		"the file without it" },
};

#define N_CODES (sizeof(table) / sizeof(table[0]))

const struct code_info *codes_all(size_t *n)
{
	*n = N_CODES;
	return table;
}

const struct code_info *codes_find(enum code code)
{
	for (size_t i = 0; i < N_CODES; i++)
		if (table[i].code == code)
			return &table[i];
	return NULL;
}

enum code codes_parse(const char *text)
{
	unsigned long n;
	if (strncasecmp(text, "IDC", 3) == 0)
		text += 3;
	if (text_number(text, CODES - 1, &n) != 0 || codes_find((enum code)n) == NULL)
		return CODE_NONE;
	return (enum code)n;
}

int codes_is_own(const char *text)
{
	size_t n = 0;
	while (isupper((unsigned char)text[n]) ||
		(n > 0 && (isdigit((unsigned char)text[n]) || text[n] == '-' ||
				  text[n] == '_')))
		n++;
	return text[n] == '\0' && n >= 3 && n < CODE_MAX && !text_starts(text, "IDC");
}

void codes_name(enum code code, char text[CODE_TEXT_SIZE])
{
	(void)snprintf(text, CODE_TEXT_SIZE, "IDC%03u", (unsigned)code % 1000);
}

static const char *level_word(enum diag_level level)
{
	return level == DIAG_ERROR ? "error" : "warning";
}

/* Prints text with lines of at most WIDTH characters, each behind indent. */
static void print_filled(const char *text, const char *indent)
{
	enum { WIDTH = 76 };
	while (*text != '\0') {
		size_t len = strlen(text);
		if (len > WIDTH) {
			for (len = WIDTH; len > 0 && text[len] != ' '; len--)
				continue;
			len = len > 0 ? len : strcspn(text, " ");
		}
		printf("%s%.*s\n", indent, (int)len, text);
		text += len;
		text += strspn(text, " ");
	}
}

void codes_explain(enum code code)
{
	const struct code_info *c = codes_find(code);
	char name[CODE_TEXT_SIZE];
	if (c == NULL)
		return;
	codes_name(code, name);
	printf("%s (%s): %s.\n\n", name, level_word(c->level), c->title);
	print_filled(c->why, "");
	printf("\nBad:\n");
	print_filled(c->bad, "    ");
	printf("\nGood:\n");
	print_filled(c->good, "    ");
}

void codes_list(void)
{
	char name[CODE_TEXT_SIZE];
	for (size_t i = 0; i < N_CODES; i++) {
		codes_name(table[i].code, name);
		printf("%s  %-7s  %s\n", name, level_word(table[i].level), table[i].title);
	}
}
