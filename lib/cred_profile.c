/*
 * Credentials of a profile: what it says, and whom it refers to.
 *
 * Source: "Assume role credential provider" and the others of its chapter, AWS SDKs and
 * Tools Reference Guide,
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
 */
#include "cred_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"
#include "profile.h"
#include "secret.h"

#define CHAIN_MAX 16
#define PROCESS_TIMEOUT_MS 60000

/* From the profile that was asked for to the one that has something to begin with. */
struct chain {
	const struct cred_look *look;
	const struct profiles *profiles;
	const char *names[CHAIN_MAX];
	size_t n;
};

static int resolve(struct chain *c, const char *name, struct cred *out, struct err *err);

/* --- one profile's own -------------------------------------------------------------- */

static int has_keys(const struct profile *p)
{
	return profile_get(p, "aws_access_key_id") ||
	       profile_get(p, "aws_secret_access_key");
}

static int keys(const struct profile *p, struct cred *out, struct err *err)
{
	static const char *const names[] = { "aws_access_key_id", "aws_secret_access_key",
		"aws_session_token" };
	char **const members[] = { &out->access_key_id, &out->secret_access_key,
		&out->session_token };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = profile_get(p, names[i]);

		if (!value && i < 2)
			return err_set(err, ERR_CRED, "it has %s, but no %s", names[1 - i],
				names[i]);
		if (value && !secret_is_clean(value))
			return err_set(err, ERR_CRED,
				"%s holds a blank or a control character", names[i]);
		*members[i] = mem_string(value);
	}
	return 0;
}

/* A setting of the SSO session where there is one, or of the profile. */
static const char *sso_get(
	const struct profile *p, const struct profile *session, const char *name)
{
	const char *value = session ? profile_get(session, name) : NULL;

	return value ? value : profile_get(p, name);
}

static int sso(const struct chain *c, const char *name, const struct profile *p,
	struct cred *out, struct err *err)
{
	const char *session_name = profile_get(p, "sso_session");
	const struct profile *session =
		session_name ? profiles_session(c->profiles, session_name) : NULL;
	const struct cred_sso s = { .profile = name,
		.session = session_name,
		.start_url = sso_get(p, session, "sso_start_url"),
		.region = sso_get(p, session, "sso_region"),
		.account_id = profile_get(p, "sso_account_id"),
		.role_name = profile_get(p, "sso_role_name") };
	const char *const needed[][2] = { { "sso_start_url", s.start_url },
		{ "sso_region", s.region }, { "sso_account_id", s.account_id },
		{ "sso_role_name", s.role_name } };

	if (session_name && !session)
		return err_set(
			err, ERR_CRED, "there is no [sso-session %.64s]", session_name);
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!needed[i][1])
			return err_set(err, ERR_CRED, "it is for SSO, but has no %s",
				needed[i][0]);
	return cred_sso(c->look, &s, out, err);
}

static int process(const struct cred_look *look, const char *command, struct cred *out,
	struct err *err)
{
	if (cred_process(look, command, PROCESS_TIMEOUT_MS, out, err) == 0)
		return 0;
	/* The command itself may have a secret in it. */
	return cred_blame(err, "its credential_process");
}

/* --- roles -------------------------------------------------------------------------- */

static int from_credential_source(
	const struct cred_look *look, const char *source, struct cred *out, struct err *err)
{
	int status;

	if (strcasecmp(source, "Environment") == 0)
		status = cred_environment(out, err);
	else if (strcasecmp(source, "EcsContainer") == 0)
		status = cred_container(look, out, err);
	else if (strcasecmp(source, "Ec2InstanceMetadata") == 0)
		status = cred_instance(look, out, err);
	else
		return err_set(err, ERR_CRED,
			"credential_source is none of Environment, EcsContainer and "
			"Ec2InstanceMetadata");
	return status == 0 ? 0 : cred_blame(err, "credential_source %.40s", source);
}

/* Whom the role is assumed by. */
static int role_source(struct chain *c, const char *name, const struct profile *p,
	struct cred *out, struct err *err)
{
	const char *source = profile_get(p, "credential_source");
	const char *other = profile_get(p, "source_profile");

	if (source && other)
		return err_set(
			err, ERR_CRED, "it has both source_profile and credential_source");
	if (source)
		return from_credential_source(c->look, source, out, err);
	if (!other)
		return err_set(err, ERR_CRED,
			"it has role_arn, but neither source_profile nor "
			"credential_source");
	/* A profile may name itself, and means its own keys. */
	if (strcmp(other, name) == 0 && !has_keys(p))
		return err_set(err, ERR_CRED,
			"its source_profile is the profile itself, which has no keys");
	if (strcmp(other, name) == 0)
		return keys(p, out, err);
	return resolve(c, other, out, err);
}

static int role(struct chain *c, const char *name, const struct profile *p,
	struct cred *out, struct err *err)
{
	const struct cred_role r = { .arn = profile_get(p, "role_arn"),
		.session_name = profile_get(p, "role_session_name"),
		.external_id = profile_get(p, "external_id"),
		.duration_s = profile_get(p, "duration_seconds"),
		.token_file = profile_get(p, "web_identity_token_file") };
	struct cred by = { 0 };
	int status;

	if (r.token_file && !r.arn)
		return err_set(
			err, ERR_CRED, "it has web_identity_token_file, but no role_arn");
	if (r.token_file)
		return cred_assume_web(c->look, &r, out, err);
	if (profile_get(p, "mfa_serial"))
		return err_set(err, ERR_CRED,
			"it has mfa_serial, and nobody can be asked for a code here: 'aws "
			"configure export-credentials --format env --profile %.64s' asks, "
			"and gives variables",
			name);
	status = role_source(c, name, p, &by, err);
	if (status == 0)
		status = cred_assume(c->look, &r, &by, out, err);
	cred_release(&by);
	return status;
}

/* --- the chain ---------------------------------------------------------------------- */

static int is_source(const struct chain *c)
{
	return c->n > 1;
}

static int own(struct chain *c, const char *name, const struct profile *p, struct cred *out,
	struct err *err)
{
	const char *command = profile_get(p, "credential_process");

	/* The role comes first, except where another profile wants what it is assumed by.
	 */
	if (has_keys(p) && is_source(c))
		return keys(p, out, err);
	if (profile_get(p, "role_arn") || profile_get(p, "web_identity_token_file"))
		return role(c, name, p, out, err);
	if (profile_get(p, "sso_account_id") || profile_get(p, "sso_role_name"))
		return sso(c, name, p, out, err);
	if (has_keys(p))
		return keys(p, out, err);
	if (command)
		return process(c->look, command, out, err);
	if (profile_get(p, "login_session"))
		return err_set(err, ERR_CRED,
			"a login_session is not read: 'aws configure export-credentials "
			"--format env --profile %.64s' gives variables",
			name);
	return cred_none(err, "'%.64s' has no credentials", name);
}

static int resolve(struct chain *c, const char *name, struct cred *out, struct err *err)
{
	const struct profile *p = profiles_find(c->profiles, name);
	int status;

	if (!p)
		return profiles_absent(c->profiles, name, err);
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->names[i], name) == 0)
			return err_set(err, ERR_CRED,
				"source_profile leads back to '%.64s'", name);
	if (c->n == CHAIN_MAX)
		return err_set(err, ERR_CRED, "source_profile leads on and on");
	c->names[c->n++] = name;
	status = own(c, name, p, out, err);
	if (status == CRED_NONE)
		return is_source(c) ? -1 : CRED_NONE;
	return status != 0 ? cred_blame(err, "'%.64s'", name) : 0;
}

/* What is asked for by name has to be there; what is asked for by option, to have some. */
static int resolve_first(struct chain *c, struct cred *out, struct err *err)
{
	const char *name = profile_name(c->look->wanted->profile);
	int named = profile_asked(c->look->wanted->profile) != NULL;
	int status;

	if (!named && !profiles_find(c->profiles, name)) {
		profiles_absent(c->profiles, name, err);
		return CRED_NONE;
	}
	status = resolve(c, name, out, err);
	return status == CRED_NONE && c->look->wanted->profile ? -1 : status;
}

int cred_profile(const struct cred_look *look, struct cred *out, struct err *err)
{
	struct profiles *profiles = profiles_read(err);
	struct chain c = { .look = look, .profiles = profiles };
	int status = profiles ? resolve_first(&c, out, err) : -1;

	profiles_free(profiles);
	return status;
}
