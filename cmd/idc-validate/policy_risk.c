#include "policy_risk.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"
#include "policy_cover.h"
#include "rec.h"
#include "text.h"

#define PASS_ROLE "iam:PassRole"
#define MFA_PRESENT "aws:MultiFactorAuthPresent"
#define MFA_AGE "aws:MultiFactorAuthAge"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Sources: the public research on privilege escalation in IAM (Rhino Security Labs, "AWS
 * IAM privilege escalation methods"), and what writes in IAM Identity Center do.
 */

/* Each alone gives oneself, or somebody that one can be, more rights. */
static const char *const direct[] = {
	"iam:CreatePolicyVersion",
	"iam:SetDefaultPolicyVersion",
	"iam:AttachUserPolicy",
	"iam:AttachGroupPolicy",
	"iam:AttachRolePolicy",
	"iam:PutUserPolicy",
	"iam:PutGroupPolicy",
	"iam:PutRolePolicy",
	"iam:AddUserToGroup",
	"iam:UpdateAssumeRolePolicy",
	"iam:CreateAccessKey",
	"iam:CreateLoginProfile",
	"iam:UpdateLoginProfile",
	"iam:DeleteRolePermissionsBoundary",
	"iam:DeleteUserPermissionsBoundary",
	"iam:PutRolePermissionsBoundary",
	"iam:PutUserPermissionsBoundary",
	"lambda:UpdateFunctionCode",
	"glue:UpdateDevEndpoint",
	"sso:CreateAccountAssignment",
	"sso:PutInlinePolicyToPermissionSet",
	"sso:AttachManagedPolicyToPermissionSet",
	"sso:AttachCustomerManagedPolicyReferenceToPermissionSet",
	"sso:DeletePermissionsBoundaryFromPermissionSet",
	"sso:PutPermissionsBoundaryToPermissionSet",
	"sso-directory:AddMemberToGroup",
	"sso-directory:UpdatePassword",
	"identitystore:CreateGroupMembership",
};

/* Each makes code run under a role that is passed to it. */
static const char *const with_role[] = {
	"lambda:CreateFunction",
	"ec2:RunInstances",
	"autoscaling:CreateLaunchConfiguration",
	"cloudformation:CreateStack",
	"cloudformation:UpdateStack",
	"cloudformation:CreateChangeSet",
	"codebuild:CreateProject",
	"codebuild:UpdateProject",
	"codepipeline:CreatePipeline",
	"datapipeline:CreatePipeline",
	"ecs:RegisterTaskDefinition",
	"ecs:RunTask",
	"glue:CreateDevEndpoint",
	"glue:CreateJob",
	"glue:UpdateJob",
	"sagemaker:CreateNotebookInstance",
	"sagemaker:CreateProcessingJob",
	"sagemaker:CreateTrainingJob",
	"states:CreateStateMachine",
	"states:UpdateStateMachine",
	"apprunner:CreateService",
	"batch:RegisterJobDefinition",
	"elasticmapreduce:RunJobFlow",
	"ssm:StartAutomationExecution",
};

/* A condition on one of these keys (or those that start so) narrows what a role or policy
 * may be. */
static const char *const narrowing[] = {
	"iam:PassedToService",
	"iam:AssociatedResourceArn",
	"iam:PermissionsBoundary",
	"iam:PolicyARN",
	"iam:ResourceTag/",
	"aws:ResourceTag/",
};

/* --- what a statement grants -------------------------------------------------------- */

static int is_narrowing(const struct condition *c, void *ctx)
{
	(void)ctx;
	for (size_t i = 0; i < COUNT(narrowing); i++) {
		size_t len = strlen(narrowing[i]);
		int prefix = narrowing[i][len - 1] == '/';
		if (prefix ? strncasecmp(c->key, narrowing[i], len) == 0
			   : strcasecmp(c->key, narrowing[i]) == 0)
			return 1;
	}
	return 0;
}

/*
 * Whether an ARN is of all resources of a kind of a service, which the action names:
 * "arn:aws:iam::*:role/" and a *, for any account or just one.
 */
static int is_wide(const char *resource, const char *action)
{
	size_t len = strcspn(action, ":");
	if (strcmp(resource, "*") == 0)
		return 1;
	const char *service = strchr(resource, ':');
	service = service != NULL ? strchr(service + 1, ':') : NULL;
	if (service == NULL || strncmp(service + 1, action, len) != 0)
		return 0;
	const char *part = service + 1 + len;
	for (int colons = 0; colons < 3; colons++) {
		if (*part == '\0')
			return 1; /* AWS adds ":*" */
		if (*part != ':')
			return 0;
		part++;
		if (colons < 2)
			part += strcspn(part, ":");
	}
	part += strspn(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
	return strchr(part, '*') != NULL && part[strspn(part, "*/:")] == '\0';
}

static int is_wide_for(const struct items *resources, const char *action)
{
	if (resources->negated)
		return 1;
	for (size_t i = 0; i < resources->n; i++)
		if (is_wide(resources->texts[i], action))
			return 1;
	return 0;
}

/* Whether a Deny without a Condition denies the action wherever it matters. */
static int is_denied(const struct policy *p, const struct statement *s,
	const struct pattern *pattern, const char *action)
{
	if (cover_denied(p, pattern, s))
		return 1;
	for (size_t i = 0; i < p->n; i++) {
		const struct statement *by = &p->statements[i];
		if (!by->allow && !by->conditional && !by->resources.negated &&
			items_include(&by->actions, pattern) &&
			is_wide_for(&by->resources, action))
			return 1;
	}
	return 0;
}

/* Which item of an Allow allows the action: its index + 1, or 0 when none does. */
static size_t granted(
	const struct policy *p, const struct statement *s, const char *action, int wide)
{
	struct pattern pattern;
	if (!s->allow || s->dead || (wide && !is_wide_for(&s->resources, action)))
		return 0;
	action_pattern(&pattern, action);
	size_t at = items_find(&s->actions, &pattern);
	if (at > 0 && is_denied(p, s, &pattern, action))
		at = 0;
	pattern_release(&pattern);
	return at;
}

/* --- everything on everything ------------------------------------------------------- */

/* The index + 1 of an item that stands for all; 0: there is none. */
static size_t find_any(const struct items *items)
{
	for (size_t i = 0; !items->negated && i < items->n; i++)
		if (items->patterns[i].any)
			return i + 1;
	return 0;
}

static int is_administrator(const struct statement *s)
{
	return s->allow && !s->dead && find_any(&s->actions) > 0 &&
	       find_any(&s->resources) > 0;
}

static void check_administrator(const struct statement *s)
{
	if (is_administrator(s))
		items_report(&s->actions, find_any(&s->actions) - 1, CODE_ADMINISTRATOR,
			"everything is allowed on everything\nname what is needed, or use "
			"AWS's AdministratorAccess, which says what it is");
}

/* --- more rights -------------------------------------------------------------------- */

/* The actions of a table that a statement grants. */
struct grants {
	size_t n;
	size_t at;	   /* the item that grants the first of them */
	const char *first; /* the one that this item grants */
};

static struct grants find_grants(const struct policy *p, const struct statement *s,
	const char *const *table, size_t n, int wide)
{
	struct grants g = { 0 };
	for (size_t i = 0; i < n; i++) {
		size_t at = granted(p, s, table[i], wide);
		if (at == 0)
			continue;
		if (g.n == 0 || at - 1 < g.at) {
			g.at = at - 1;
			g.first = table[i];
		}
		g.n++;
	}
	return g;
}

/* " (and 3 more in this statement)", or nothing. Owned. */
static char *and_more(size_t n)
{
	return n > 1 ? mem_format(" (and %zu more in this statement)", n - 1)
		     : mem_string("");
}

/* The statement that lets any role be passed, or NULL. */
static const struct statement *find_pass_role(const struct policy *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct statement *s = &p->statements[i];
		if (!is_administrator(s) && granted(p, s, PASS_ROLE, 1) > 0 &&
			!statement_conditions(s, is_narrowing, NULL))
			return s;
	}
	return NULL;
}

/* Whether the finding was made. */
static int check_direct(const struct policy *p, const struct statement *s)
{
	struct grants g = find_grants(p, s, direct, COUNT(direct), 1);
	if (g.n == 0 || statement_conditions(s, is_narrowing, NULL))
		return 0;
	char *more = and_more(g.n);
	items_report(&s->actions, g.at, CODE_ESCALATION,
		"'%.120s' lets its holder get more rights, by %s%s\nname the resources it "
		"is meant for, or ask for a permissions boundary in a Condition",
		s->actions.texts[g.at], g.first, more);
	free(more);
	return 1;
}

static void check_with_role(
	const struct policy *p, const struct statement *s, const struct statement *pass)
{
	struct grants g = find_grants(p, s, with_role, COUNT(with_role), 0);
	if (g.n == 0)
		return;
	char *more = and_more(g.n), *name = statement_name(pass);
	items_report(&s->actions, g.at, CODE_ESCALATION,
		"'%.120s' makes code run under any role, by %s%s: %s lets every role be "
		"passed\nname the roles that " PASS_ROLE " is meant for",
		s->actions.texts[g.at], g.first, more, s == pass ? "this statement" : name);
	free(more);
	free(name);
}

static void check_escalation(
	const struct policy *p, const struct statement *s, const struct statement *pass)
{
	if (is_administrator(s))
		return;
	size_t at = granted(p, s, PASS_ROLE, 1);
	int found = check_direct(p, s);
	if (!found && pass != NULL)
		check_with_role(p, s, pass);
	/* "iam:*" is a worse thing than passing roles, and was reported as that. */
	int worse = found && at > 0 && strpbrk(s->actions.texts[at - 1], "*?") != NULL;
	if (at > 0 && !worse && !statement_conditions(s, is_narrowing, NULL))
		items_report(&s->actions, at - 1, CODE_PASS_ROLE,
			"'%.120s' lets any role be passed to a service\nname the roles, or "
			"ask for iam:PassedToService in a Condition",
			s->actions.texts[at - 1]);
}

/* --- the forms with Not ------------------------------------------------------------- */

static int has_any_resource(const struct statement *s)
{
	return s->resources.negated || find_any(&s->resources) > 0;
}

static void check_negated(const struct statement *s)
{
	if (!s->allow || s->dead)
		return;
	if (s->actions.negated && has_any_resource(s))
		value_report_name(&s->actions.x, CODE_NOT_ACTION,
			"NotAction with Allow allows all that is not listed, whatever AWS "
			"adds\nlist what is needed as Action");
	if (s->resources.negated)
		value_report_name(&s->resources.x, CODE_NOT_RESOURCE,
			"NotResource with Allow allows all that is not listed, whatever is "
			"made\nlist what is needed as Resource");
}

/* --- MFA ---------------------------------------------------------------------------- */

/* Whether all values of a condition are the truth value that is named. */
static int is_all(const struct value *x, const char *wanted)
{
	jv v = x->v;
	if (jv_get_kind(v) == JV_KIND_TRUE || jv_get_kind(v) == JV_KIND_FALSE)
		return (jv_get_kind(v) == JV_KIND_TRUE) == (strcmp(wanted, "true") == 0);
	if (jv_get_kind(v) != JV_KIND_ARRAY)
		return value_string(x) != NULL && strcasecmp(value_string(x), wanted) == 0;
	int n = rec_len(v), all = n > 0;
	for (int i = 0; all && i < n; i++) {
		struct value element;
		value_element(&element, x, i);
		all = jv_get_kind(element.v) != JV_KIND_ARRAY && is_all(&element, wanted);
		value_close(&element);
	}
	return all;
}

/*
 * Whether a condition is met with MFA only. BoolIfExists is not: it is met, too, when
 * nothing is known of MFA.
 */
static int asks_for_mfa(const struct condition *c, void *ctx)
{
	(void)ctx;
	if (strcasecmp(c->key, MFA_PRESENT) == 0)
		return strcmp(c->operator, "Bool") == 0 && is_all(c->x, "true");
	return strcasecmp(c->key, MFA_AGE) == 0 &&
	       (strcmp(c->operator, "NumericLessThan") == 0 ||
		       strcmp(c->operator, "NumericLessThanEquals") == 0);
}

/* Counts the conditions in *ctx; stops at one that is not "BoolIfExists ... false". */
static int is_other_than_no_mfa(const struct condition *c, void *ctx)
{
	*(int *)ctx += 1;
	return strcmp(c->operator, "BoolIfExists") != 0 ||
	       strcasecmp(c->key, MFA_PRESENT) != 0 || !is_all(c->x, "false");
}

/* Whether a statement denies things to whoever is without MFA. */
static int denies_without_mfa(const struct statement *s)
{
	int n = 0;
	return !s->allow && s->conditional &&
	       !statement_conditions(s, is_other_than_no_mfa, &n) && n == 1;
}

/* Whether a statement denies what both an item and the pattern are about. */
static int denies_both(const struct statement *by, const struct statement *s,
	const struct pattern *item, const struct pattern *wanted)
{
	return ((item != NULL && items_include(&by->actions, item)) ||
		       items_include(&by->actions, wanted)) &&
	       items_covered(&s->resources, &by->resources);
}

static int is_safe(const struct policy *p, const struct statement *s,
	const struct pattern *item, const struct pattern *wanted)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct statement *by = &p->statements[i];
		if (!by->allow && (!by->conditional || denies_without_mfa(by)) &&
			denies_both(by, s, item, wanted))
			return 1;
	}
	return 0;
}

/* The index + 1 of an item that allows what wants MFA without it; 0: there is none. */
static size_t find_without_mfa(
	const struct policy *p, const struct statement *s, const struct pattern *wanted)
{
	const struct items *actions = &s->actions;
	if (actions->negated) {
		for (size_t i = 0; i < actions->n; i++)
			if (pattern_covers(&actions->patterns[i], wanted))
				return 0;
		return !is_safe(p, s, NULL, wanted);
	}
	for (size_t i = 0; i < actions->n; i++)
		if (pattern_meets(&actions->patterns[i], wanted) &&
			!is_safe(p, s, &actions->patterns[i], wanted))
			return i + 1;
	return 0;
}

#define NO_MFA                                                                             \
	"'%.120s' is allowed without MFA, which --require-mfa '%.120s' asks for\nadd "     \
	"\"Bool\": {\"" MFA_PRESENT "\": \"true\"} to the Condition"

static void check_mfa(
	const struct policy *p, const struct statement *s, const char *const *mfa, size_t n)
{
	if (!s->allow || s->dead || statement_conditions(s, asks_for_mfa, NULL))
		return;
	size_t at = 0;
	for (size_t i = 0; at == 0 && i < n; i++) {
		struct pattern wanted;
		action_pattern(&wanted, mfa[i]);
		at = find_without_mfa(p, s, &wanted);
		pattern_release(&wanted);
		if (at > 0 && s->actions.negated)
			value_report_name(
				&s->actions.x, CODE_NO_MFA, NO_MFA, "NotAction", mfa[i]);
		else if (at > 0)
			items_report(&s->actions, at - 1, CODE_NO_MFA, NO_MFA,
				s->actions.texts[at - 1], mfa[i]);
	}
}

void risk_check(const struct policy *p, const char *const *mfa, size_t n)
{
	const struct statement *pass = find_pass_role(p);
	for (size_t i = 0; i < p->n; i++) {
		const struct statement *s = &p->statements[i];
		check_administrator(s);
		check_escalation(p, s, pass);
		check_negated(s);
		check_mfa(p, s, mfa, n);
	}
}
