/*
 * cred -- AWS credentials: where they come from, and that they leave no trace.
 *
 * Sources, in order:
 *  1. AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with AWS_SESSION_TOKEN); left out when a
 *     profile is asked for by --profile
 *  2. the profile (--profile, AWS_PROFILE, or "default") of the shared files: role_arn with
 *     source_profile or credential_source, web_identity_token_file, an SSO login, keys,
 *     credential_process
 *  3. AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN
 *  4. the container endpoint (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, or _FULL_URI with
 *     AWS_CONTAINER_AUTHORIZATION_TOKEN or _TOKEN_FILE), as CodeBuild gives it
 *  5. the EC2 instance's role, by its metadata service, version 2
 *
 * A source that is not set up is passed over; one that is set up and fails ends the search:
 * a mistake is no reason to act as somebody else. With a role to assume, that is a second
 * hop, by what was found.
 *
 * Secrets never enter a jv that is not wiped, a message, or a stream; cred_release
 * overwrites them.
 */
#ifndef IDC_CRED_H
#define IDC_CRED_H

#include <signal.h>
#include <stdint.h>
#include <time.h>

#include "err.h"

struct http;
struct settings;

enum cred_source {
	CRED_ANY,
	CRED_ENVIRONMENT,
	CRED_PROFILE,
	CRED_WEB_IDENTITY,
	CRED_CONTAINER,
	CRED_INSTANCE
};

struct cred {
	char *access_key_id;
	char *secret_access_key;
	char *session_token;	 /* NULL for long-term keys */
	time_t expires;		 /* 0: not known to expire */
	enum cred_source source; /* the first hop's */
	int assumed;		 /* by a second hop */
	long skew_s; /* how far AWS's clock turned out to be ahead of the one given */
};

/* Whose credentials are wanted. All borrowed. */
struct cred_wanted {
	const char *prog;	 /* part of the names of role sessions */
	const char *region;	 /* whose STS is asked */
	const char *profile;	 /* --profile, or NULL */
	const struct settings
		*settings;	 /* how to speak to AWS; NULL: as the environment says */
	const char *assume_role; /* an ARN for a second hop, or NULL */
	enum cred_source source; /* only this one: that which the old ones were from */
	int64_t limit_ms; /* how long the look may take, of the machine's time; 0: 2 min */
	const volatile sig_atomic_t *signals; /* NULL, or how many came: one more ends it */
};

void cred_release(struct cred *cred);

/*
 * Finds credentials, reading everything anew. For roles, SSO, container, instance and a
 * credential_process that blocks, for wanted's limit at most, and not after a signal that
 * it counts; meanwhile http is moved on, so that what else is in flight there calls back.
 *
 * now is the time as far as it is known. When STS refuses a signature for its date, AWS's
 * time is taken from its answer, and the difference is in out->skew_s. Credentials that
 * have expired by that time are given nevertheless: the clock may be wrong, and those of an
 * instance may be good for longer than they say. AWS is to judge.
 *
 * 0 with *out filled, or -1 with err filled: ERR_CRED, the text naming every source
 * tried and why it gave none, or the one that failed and why. Nothing in it is secret.
 * Source: "Credential providers", AWS SDKs and Tools Reference Guide,
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
int cred_find(struct http *http, const struct cred_wanted *wanted, time_t now,
	struct cred *out, struct err *err);

/* Whether cred ends within margin_s seconds of now. */
int cred_expiring(const struct cred *cred, time_t now, long margin_s);

/* Whether looking again may give others: not so for the environment's. */
int cred_is_renewable(const struct cred *cred);

/* Whether s can be the ARN of an IAM role. */
int cred_is_role(const char *s);

#endif
