/*
 * STS: who asks, and credentials of roles. Every role of an account of the organization can
 * be assumed: what trusts whom is not simulated.
 */
#include "call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jv.h>

#include "json.h"
#include "mem.h"
#include "rec.h"
#include "text.h"
#include "when.h"

jv get_caller_identity(struct call *c)
{
	jv r = rec_set_str(jv_object(), "UserId", c->user_id);
	r = rec_set_str(r, "Account", c->account);
	return rec_set_str(r, "Arn", c->arn);
}

/* The account of arn:PARTITION:iam::ACCOUNT:role/NAME, and NAME without its path; 0 or -1.
 */
static int read_role(const char *arn, char account[13], const char **name)
{
	const char *at = text_starts(arn, "arn:") ? strstr(arn, ":iam::") : NULL;
	if (at == NULL || strlen(at) < strlen(":iam::111122223333:role/x"))
		return -1;
	snprintf(account, 13, "%.12s", at + strlen(":iam::"));
	at += strlen(":iam::111122223333");
	*name = strrchr(arn, '/');
	if (!text_is_account_id(account) || !text_starts(at, ":role/") ||
		(*name)[1] == '\0')
		return -1;
	++*name;
	return 0;
}

static jv credentials(const struct session *s)
{
	char expires[WHEN_RFC3339_SIZE];
	when_rfc3339(expires, s->expires);
	jv r = rec_set_str(jv_object(), "AccessKeyId", s->access_key_id);
	r = rec_set_str(r, "SecretAccessKey", s->secret_access_key);
	r = rec_set_str(r, "SessionToken", s->session_token);
	return rec_set_str(r, "Expiration", expires);
}

static jv denied(struct call *c, const char *action, const char *role)
{
	return call_fail(c, 403, "AccessDenied",
		"User: %s is not authorized to perform: sts:%s on resource: %.400s",
		c->arn != NULL ? c->arn : "anonymous", action, role);
}

static jv give(struct call *c, const char *action)
{
	const char *role = rec_str(c->input, "RoleArn");
	const char *name, *session_name = rec_str(c->input, "RoleSessionName");
	char account[13];
	if (read_role(role, account, &name) != 0)
		return call_fail(c, 400, "ValidationError", "%.400s is invalid", role);
	if (sim_account(c->sim, account) == NULL)
		return denied(c, action, role);
	char *arn = mem_format(
		"arn:aws:sts::%s:assumed-role/%s/%s", account, name, session_name);
	time_t expires = c->sim->now + (time_t)rec_num(c->input, "DurationSeconds", 3600);
	const struct session *s = sessions_add(c->sessions, account, arn, expires);
	jv user = rec_set_str(jv_object(), "AssumedRoleId", s->user_id);
	user = rec_set_str(user, "Arn", arn);
	free(arn);
	jv r = rec_set(jv_object(), "Credentials", credentials(s));
	r = rec_set(r, "AssumedRoleUser", user);
	r = rec_set_num(r, "PackedPolicySize", 0);
	return rec_set_str(r, "SourceIdentity", rec_str(c->input, "SourceIdentity"));
}

jv assume_role(struct call *c)
{
	return give(c, "AssumeRole");
}

/* Whether s is three parts of base64url with dots between them, as a JSON web token is. */
static int is_web_token(const char *s)
{
	size_t dots = 0;
	for (const char *part = s; *s != '\0'; s++) {
		if (*s == '.') {
			dots += s > part;
			part = s + 1;
		} else if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				  "0123456789-_=",
				   *s) == NULL) {
			return 0;
		}
	}
	return dots == 2 && s[-1] != '.';
}

jv assume_role_with_web_identity(struct call *c)
{
	if (!is_web_token(rec_str(c->input, "WebIdentityToken")))
		return call_fail(c, 400, "InvalidIdentityToken",
			"The ID Token provided is not a valid JWT.");
	jv r = give(c, "AssumeRoleWithWebIdentity");
	if (!jv_is_valid(r))
		return r;
	r = rec_set_str(r, "SubjectFromWebIdentityToken", "simulated-subject");
	r = rec_set_str(r, "Audience", "sts.amazonaws.com");
	return rec_set_str(
		r, "Provider", rec_str_or(c->input, "ProviderId", "simulated-provider"));
}
