/*
 * Credentials of an SSO login: the token that 'aws sso login' left, and what the access
 * portal gives for it.
 *
 * Sources: "IAM Identity Center credential provider", AWS SDKs and Tools Reference Guide,
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html; IAM
 * Identity Center Portal API Reference, GetRoleCredentials,
 * https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/welcome.html
 */
#include "cred_source.h"

#include <string.h>

#include "aws_retry.h"
#include "aws_wire.h"
#include "buf.h"
#include "cred_json.h"
#include "secret.h"
#include "sig4.h"
#include "text.h"

#define URL_MAX 4096
#define TRIES 3
#define TIMEOUT_MS 15000
#define CONNECT_TIMEOUT_MS 5000

static const struct aws_op get_role_credentials = { .name = "GetRoleCredentials",
	.service = AWS_SSO };

/* --- the portal --------------------------------------------------------------------- */

struct call {
	const struct cred_sso *sso;
	const struct aws_endpoint *endpoint;
	struct cred *out;
	int failures;
};

static enum cred_verdict judge(
	void *ctx, const struct http_response *res, int64_t *wait_ms, struct err *err)
{
	struct call *c = ctx;

	*wait_ms = aws_retry_wait_ms(++c->failures, res->retry_after_s);
	if (!res->err && res->status == 200) {
		cred_release(c->out);
		return cred_json_read(
			       res->body, res->body_len, &cred_json_sso, c->out, err) == 0
			       ? CRED_DONE
			       : CRED_FAILED;
	}
	if (!res->err && res->status == 401) {
		cred_sso_log_in(c->sso, "the SSO login has expired or was ended", err);
		return CRED_FAILED;
	}
	if (res->err)
		*err = *res->err;
	else
		jv_free(aws_wire_decode(
			&get_role_credentials, res, c->endpoint->host, err));
	if (err->kind == ERR_AWS && *err->code)
		cred_blame(err, "%s", err->code);
	return aws_retry_verdict(res, err, c->endpoint) == AWS_FINAL ? CRED_FAILED
								     : CRED_AGAIN;
}

static int ask(const struct cred_look *look, const struct cred_sso *sso,
	const struct aws_endpoint *e, const char *token, struct cred *out, struct err *err)
{
	const struct http_header headers[] = { { "Accept", "application/json" },
		{ "x-amz-sso_bearer_token", token } };
	struct call c = { sso, e, out, 0 };
	struct http_request req = { .method = "GET",
		.headers = headers,
		.n_headers = 2,
		.connect_timeout_ms = CONNECT_TIMEOUT_MS,
		.timeout_ms = TIMEOUT_MS };
	const struct cred_exchange x = {
		.req = &req, .tries = TRIES, .judge = judge, .ctx = &c
	};
	struct buf url;
	int status;

	buf_init(&url, URL_MAX);
	buf_addf(&url, "%s/federation/credentials?role_name=", e->url);
	sig4_encode(&url, sso->role_name, strlen(sso->role_name), 0);
	buf_adds(&url, "&account_id=");
	sig4_encode(&url, sso->account_id, strlen(sso->account_id), 0);
	req.url = buf_str(&url);
	status = url.over ? err_set(err, ERR_CRED, "sso_role_name is too long")
			  : cred_fetch(look, &x, err);
	buf_release(&url);
	return status;
}

int cred_sso(const struct cred_look *look, const struct cred_sso *sso, struct cred *out,
	struct err *err)
{
	struct aws_endpoint endpoint = { 0 };
	char *token = NULL;
	int status;

	if (!text_is_region(sso->region))
		return err_set(err, ERR_CRED, "sso_region is no name of a region");
	if (!text_is_account_id(sso->account_id))
		return err_set(err, ERR_CRED, "sso_account_id is not 12 digits");
	status = aws_endpoint_find(
		AWS_SSO, sso->region, look->wanted->settings, &endpoint, err);
	if (status == 0)
		token = cred_sso_token(look, sso, err);
	status = token ? ask(look, sso, &endpoint, token, out, err) : -1;
	secret_free(&token);
	aws_endpoint_release(&endpoint);
	return status;
}
