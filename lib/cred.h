/*
 * cred -- AWS credentials: where they come from, and that they leave no trace.
 *
 * Sources, in order: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with
 * AWS_SESSION_TOKEN); the container endpoint (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, or
 * _FULL_URI with AWS_CONTAINER_AUTHORIZATION_TOKEN or _TOKEN_FILE), as CodeBuild gives it.
 * Secrets never enter a jv that is not wiped, a message, or a stream; cred_release
 * overwrites them.
 */
#ifndef IDC_CRED_H
#define IDC_CRED_H

#include <time.h>

#include "err.h"

struct http;

struct cred {
	char *access_key_id;
	char *secret_access_key;
	char *session_token; /* NULL for long-term keys */
	time_t expires;	     /* 0: not known to expire */
};

void cred_release(struct cred *cred);

/*
 * Finds credentials. http is used (and blocked on) only for the container endpoint.
 * 0 with *out filled, or -1 with err filled: ERR_CRED, the text naming every source
 * tried and why it gave none.
 * Source: "Container credential provider", AWS SDKs and Tools Reference Guide,
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
int cred_find(struct http *http, time_t now, struct cred *out, struct err *err);

/* Whether cred ends within margin_s seconds of now. */
int cred_expiring(const struct cred *cred, time_t now, long margin_s);

#endif
