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

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "aws_retry.h"
#include "aws_wire.h"
#include "buf.h"
#include "cred_json.h"
#include "mem.h"
#include "profile.h"
#include "secret.h"
#include "sig4.h"
#include "text.h"
#include "when.h"

#define CACHE_MAX (256u << 10)
#define URL_MAX 4096
#define TRIES 3
#define TIMEOUT_MS 15000
#define CONNECT_TIMEOUT_MS 5000

static const struct aws_op get_role_credentials = { .name = "GetRoleCredentials",
	.service = AWS_SSO };

/* Always -1: what is wrong, and that logging in helps. */
static int log_in(const struct cred_sso *sso, const char *what, struct err *err)
{
	return err_set(err, ERR_CRED, "%s: run 'aws sso login --profile %.64s'", what,
		sso->profile);
}

/* --- the token ---------------------------------------------------------------------- */

/* The file that the token is in, owned; NULL with err filled when SHA-1 is not to be had.
 */
static char *cache_path(const struct cred_sso *sso, struct err *err)
{
	const char *key = sso->session ? sso->session : sso->start_url;
	unsigned char hash[20];
	char hex[41];
	char *home;
	char *path;

	if (EVP_Digest(key, strlen(key), hash, NULL, EVP_sha1(), NULL) != 1) {
		err_set(err, ERR_CRED, "can't compute SHA-1");
		return NULL;
	}
	text_hex(hex, hash, sizeof(hash));
	home = profile_path("~/.aws/sso/cache");
	path = mem_format("%s/%s.json", home, hex);
	free(home);
	return path;
}

/* The token in the cache's text, owned, or NULL with err filled. */
static char *read_token(const struct cred_look *look, const struct cred_sso *sso,
	const char *text, size_t len, struct err *err)
{
	char *token = cred_json_string(text, len, "accessToken");
	char *expires = cred_json_string(text, len, "expiresAt");
	time_t t;

	/* Old versions of the AWS CLI wrote "...UTC" for "...Z". */
	if (expires && text_ends(expires, "UTC"))
		memcpy(expires + strlen(expires) - 3, "Z", 2);
	if (!token || !expires || when_parse_rfc3339(expires, &t) != 0) {
		log_in(sso, "the SSO login in the cache can't be read", err);
		secret_free(&token);
	} else if (t <= look->start) {
		log_in(sso, "the SSO login has expired", err);
		secret_free(&token);
	}
	free(expires);
	return token;
}

static char *find_token(
	const struct cred_look *look, const struct cred_sso *sso, struct err *err)
{
	char *path = cache_path(sso, err);
	size_t len = 0;
	char *text = path ? secret_file(path, CACHE_MAX, &len, err) : NULL;
	char *token = NULL;

	if (text)
		token = read_token(look, sso, text, len, err);
	else if (path && err->kind == ERR_SYS)
		log_in(sso, "there is no SSO login in the cache", err);
	if (text)
		OPENSSL_cleanse(text, len);
	free(text);
	free(path);
	return token;
}

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
		log_in(c->sso, "the SSO login has expired or was ended", err);
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
		token = find_token(look, sso, err);
	status = token ? ask(look, sso, &endpoint, token, out, err) : -1;
	secret_free(&token);
	aws_endpoint_release(&endpoint);
	return status;
}
