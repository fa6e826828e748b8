/*
 * Credentials of the role of this EC2 instance, by the metadata service, version 2.
 *
 * Source: "IMDS credential provider", AWS SDKs and Tools Reference Guide,
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html
 */
#include "cred_source.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "cred_json.h"
#include "mem.h"
#include "secret.h"
#include "setting.h"
#include "text.h"

#define ENDPOINT "http://169.254.169.254"
#define ENDPOINT_IPV6 "http://[fd00:ec2::254]"
#define ROLES "/latest/meta-data/iam/security-credentials/"
#define TOKEN_TTL_S "300"
#define TIMEOUT_S 1
#define TIMEOUT_MAX_S 60
#define TRIES 2
#define TRIES_MAX 10
#define PAUSE_MS 200
#define TEXT_MAX 4096

/* What one of the three requests is for. */
struct question {
	struct buf *text;  /* the answer is this text, or */
	struct cred *cred; /* these credentials */
};

/* "Code" says why there are none, with status 200. */
static int read_credentials(
	const struct http_response *res, struct cred *out, struct err *err)
{
	char *code = cred_json_string(res->body, res->body_len, "Code");
	int status =
		cred_json_read(res->body, res->body_len, &cred_json_container, out, err);

	if (status != 0 && code && strcmp(code, "Success") != 0)
		err_set(err, ERR_CRED, "'%.100s'", code);
	secret_free(&code);
	return status;
}

static enum cred_verdict judge(
	void *ctx, const struct http_response *res, int64_t *wait_ms, struct err *err)
{
	const struct question *q = ctx;

	(void)wait_ms;
	if (res->err) {
		*err = *res->err;
		/* On this machine nobody is going to start listening by himself. */
		return res->fault == HTTP_REFUSED ? CRED_FAILED : CRED_AGAIN;
	}
	if (res->status != 200) {
		err_set(err, ERR_CRED, "status %ld", res->status);
		return res->status >= 500 ? CRED_AGAIN : CRED_FAILED;
	}
	if (q->cred)
		return read_credentials(res, q->cred, err) == 0 ? CRED_DONE : CRED_FAILED;
	buf_clear(q->text);
	if (buf_add(q->text, res->body, strcspn(res->body, "\r\n")) == 0 &&
		secret_is_clean(buf_str(q->text)))
		return CRED_DONE;
	err_set(err, ERR_CRED, "an answer that is no word");
	return CRED_FAILED;
}

/* A whole number of the settings, or fallback. 0, or -1 with err filled. */
static int number(const struct cred_look *look, enum setting what, unsigned long max,
	unsigned long fallback, unsigned long *out, struct err *err)
{
	const char *where;
	const char *s = settings_get(look->wanted->settings, what, &where);

	*out = fallback;
	if (!s || (text_number(s, max, out) == 0 && *out > 0))
		return 0;
	return err_set(err, ERR_CRED, "%s must be a number from 1 to %lu", where, max);
}

/* Where the service is: as set, or by its address of the wanted kind. */
static const char *endpoint_of(const struct cred_look *look)
{
	const struct settings *settings = look->wanted->settings;
	const char *endpoint = settings_get(settings, SETTING_IMDS_ENDPOINT, NULL);
	const char *mode = settings_get(settings, SETTING_IMDS_MODE, NULL);

	if (endpoint)
		return endpoint;
	return mode && strcasecmp(mode, "IPv6") == 0 ? ENDPOINT_IPV6 : ENDPOINT;
}

static int ask(const struct cred_look *look, const char *method, const char *path,
	const struct http_header *header, struct question *q, struct err *err)
{
	const char *endpoint = endpoint_of(look);
	char *url = mem_format(
		"%.*s%s", (int)strlen(endpoint) - text_ends(endpoint, "/"), endpoint, path);
	struct http_request req = { .method = method,
		.url = url,
		.headers = header,
		.n_headers = 1,
		.metadata_host = 1 };
	struct cred_exchange x = {
		.req = &req, .pause_ms = PAUSE_MS, .judge = judge, .ctx = q
	};
	unsigned long timeout_s;
	unsigned long tries;
	int status = number(
		look, SETTING_IMDS_TIMEOUT, TIMEOUT_MAX_S, TIMEOUT_S, &timeout_s, err);

	if (status == 0)
		status = number(look, SETTING_IMDS_ATTEMPTS, TRIES_MAX, TRIES, &tries, err);
	if (status == 0) {
		req.connect_timeout_ms = req.timeout_ms = 1000 * (long)timeout_s;
		x.tries = (int)tries;
		status = cred_fetch(look, &x, err);
	}
	free(url);
	return status;
}

/* The role's name, then its credentials. */
static int ask_role(
	const struct cred_look *look, const char *token, struct cred *out, struct err *err)
{
	const struct http_header header = { "x-aws-ec2-metadata-token", token };
	struct buf role;
	struct question q = { &role, NULL };
	char *path = NULL;
	int status;

	buf_init(&role, TEXT_MAX);
	status = ask(look, "GET", ROLES, &header, &q, err);
	if (status != 0) {
		cred_blame(err, "it has no role");
	} else {
		path = mem_format("%s%s", ROLES, buf_str(&role));
		q.cred = out;
		status = ask(look, "GET", path, &header, &q, err);
		if (status != 0)
			cred_blame(err, "role '%.100s'", buf_str(&role));
	}
	free(path);
	buf_release(&role);
	return status;
}

int cred_instance(const struct cred_look *look, struct cred *out, struct err *err)
{
	static const struct http_header ttl = { "x-aws-ec2-metadata-token-ttl-seconds",
		TOKEN_TTL_S };
	const char *disabled = cred_env("AWS_EC2_METADATA_DISABLED");
	struct buf token;
	struct question q = { &token, NULL };
	int status;

	if (disabled && strcasecmp(disabled, "true") == 0)
		return cred_none(err, "AWS_EC2_METADATA_DISABLED is %s", disabled);
	buf_init(&token, TEXT_MAX);
	status = ask(look, "PUT", "/latest/api/token", &ttl, &q, err);
	if (status == 0)
		status = ask_role(look, buf_str(&token), out, err);
	buf_wipe(&token);
	/* Most machines are no instances, and not every instance has a role. */
	return status == 0 ? 0 : CRED_NONE;
}
