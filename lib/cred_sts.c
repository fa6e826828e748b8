/*
 * Credentials of roles, by STS.
 *
 * Source: AWS STS API Reference (2011-06-15), AssumeRole and AssumeRoleWithWebIdentity,
 * https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 */
#include "cred_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws_retry.h"
#include "aws_wire.h"
#include "buf.h"
#include "cred_xml.h"
#include "mem.h"
#include "profile.h"
#include "secret.h"
#include "setting.h"
#include "sig4.h"
#include "text.h"

#define BODY_MAX (128u << 10)
#define TOKEN_MAX (20u << 10)
#define TIMEOUT_MS 15000
#define CONNECT_TIMEOUT_MS 5000
#define TRIES 4
#define DURATION_MIN_S 900
#define DURATION_MAX_S 43200

static const char form[] = "application/x-www-form-urlencoded; charset=utf-8";

/* One call, from the question to the answer. */
struct call {
	const struct cred_look *look;
	const struct aws_op *op;
	struct aws_endpoint endpoint;
	struct buf body;
	const struct cred *by; /* who signs, and whose secrets no message may have */
	struct cred *out;
	int failures;
	int dated_anew; /* AWS's time was taken from its answer */
	/* The latest try: */
	time_t signed_at;
	struct sig4_result signature;
	struct http_header headers[5];
	char *url;
	struct http_request req;
};

static int is_signed(const struct call *c)
{
	return c->by->access_key_id != NULL;
}

static void add(struct buf *b, const char *name, const char *value)
{
	if (!value)
		return;
	buf_addf(b, "&%s=", name);
	sig4_encode(b, value, strlen(value), 0);
}

static int add_duration(struct buf *b, const char *text, struct err *err)
{
	unsigned long n;

	if (text && (text_number(text, DURATION_MAX_S, &n) != 0 || n < DURATION_MIN_S))
		return err_set(err, ERR_CRED, "duration_seconds is no number from %d to %d",
			DURATION_MIN_S, DURATION_MAX_S);
	add(b, "DurationSeconds", text);
	return 0;
}

static int write_body(
	struct call *c, const struct cred_role *role, const char *token, struct err *err)
{
	const char *prog = c->look->wanted->prog;
	const char *name =
		role->session_name ? role->session_name : cred_env("AWS_ROLE_SESSION_NAME");
	char *made = mem_format("%s-%lld", prog ? prog : "idc", (long long)c->look->start);
	int status;

	buf_addf(&c->body, "Action=%s&Version=2011-06-15", c->op->name);
	add(&c->body, "RoleArn", role->arn);
	add(&c->body, "RoleSessionName", name ? name : made);
	add(&c->body, "ExternalId", role->external_id);
	add(&c->body, "WebIdentityToken", token);
	status = add_duration(&c->body, role->duration_s, err);
	free(made);
	if (status == 0 && c->body.over)
		status = err_set(err, ERR_CRED, "the request is over %u bytes", BODY_MAX);
	return status;
}

/* --- the answer --------------------------------------------------------------------- */

static void add_code(struct err *err)
{
	size_t len = strlen(err->text);

	if (*err->code && !strstr(err->text, err->code))
		(void)snprintf(
			err->text + len, sizeof(err->text) - len, " (%s)", err->code);
}

/* Whether the signature was refused for its date, and AWS's own is known now. */
static int dated_anew(
	struct call *c, const struct http_response *res, const struct err *err)
{
	long skew_s = 0;

	if (is_signed(c) && !c->dated_anew && aws_retry_is_signature(err))
		skew_s = aws_retry_skew_s(res, c->signed_at);
	*c->look->skew_s += skew_s;
	c->dated_anew |= skew_s != 0;
	return skew_s != 0;
}

static enum cred_verdict judge(
	void *ctx, const struct http_response *res, int64_t *wait_ms, struct err *err)
{
	struct call *c = ctx;
	enum aws_verdict verdict;

	if (!res->err && res->status == 200) {
		cred_release(c->out);
		return cred_xml_read(res->body, res->body_len, c->out, err) == 0
			       ? CRED_DONE
			       : CRED_AGAIN;
	}
	if (res->err)
		*err = *res->err;
	else
		/* An error has no credentials in it, and becomes no output. */
		jv_free(aws_wire_decode(c->op, res, c->endpoint.host, err));
	if (dated_anew(c, res, err))
		return CRED_ANEW;
	verdict = aws_retry_verdict(res, err, &c->endpoint);
	aws_retry_explain(err, c->op, c->look->wanted->region, &c->endpoint, res,
		cred_now(c->look), c->by);
	add_code(err);
	*wait_ms = aws_retry_wait_ms(++c->failures, res->retry_after_s);
	return verdict == AWS_FINAL ? CRED_FAILED : CRED_AGAIN;
}

/* --- the request -------------------------------------------------------------------- */

static int tries(const struct cred_look *look)
{
	const char *s = settings_get(look->wanted->settings, SETTING_MAX_ATTEMPTS, NULL);
	unsigned long n;

	return s && text_number(s, TRIES, &n) == 0 && n > 0 ? (int)n : TRIES;
}

static int sign(struct call *c, struct err *err)
{
	const struct aws_endpoint *e = &c->endpoint;
	char *path = mem_format("%s/", e->path);
	const struct sig4_header headers[] = { { "Host", e->host },
		{ "Content-Type", form } };
	const struct sig4_request req = { .method = "POST",
		.path = path,
		.headers = headers,
		.n_headers = 2,
		.body = buf_str(&c->body),
		.body_len = c->body.len,
		.region = e->region,
		.service = aws_services[AWS_STS].signing,
		.normalize_path = 1 };
	int status;

	c->signed_at = cred_now(c->look);
	sig4_result_release(&c->signature);
	status = sig4_sign(&req, c->by, c->signed_at, &c->signature, err);
	free(path);
	return status;
}

/* Each try has a signature of its own: AWS takes none that is older than some minutes. */
static const struct http_request *write_request(void *ctx, struct err *err)
{
	struct call *c = ctx;
	size_t n = 0;

	if (is_signed(c) && sign(c, err) != 0)
		return NULL;
	c->headers[n++] = (struct http_header){ "Host", c->endpoint.host };
	c->headers[n++] = (struct http_header){ "Content-Type", form };
	if (is_signed(c)) {
		c->headers[n++] =
			(struct http_header){ "X-Amz-Date", c->signature.amz_date };
		c->headers[n++] = (struct http_header){ "Authorization",
			buf_str(&c->signature.authorization) };
	}
	if (is_signed(c) && c->by->session_token)
		c->headers[n++] = (struct http_header){ "X-Amz-Security-Token",
			c->by->session_token };
	c->req = (struct http_request){ .method = "POST",
		.url = c->url,
		.headers = c->headers,
		.n_headers = n,
		.body = buf_str(&c->body),
		.body_len = c->body.len,
		.connect_timeout_ms = CONNECT_TIMEOUT_MS,
		.timeout_ms = TIMEOUT_MS };
	return &c->req;
}

static int send_body(struct call *c, struct err *err)
{
	const struct cred_exchange x = {
		.write = write_request, .tries = tries(c->look), .judge = judge, .ctx = c
	};
	int status;

	c->url = mem_format("%s/", c->endpoint.url);
	status = cred_fetch(c->look, &x, err);
	free(c->url);
	sig4_result_release(&c->signature);
	return status;
}

static int call(
	struct call *c, const struct cred_role *role, const char *token, struct err *err)
{
	int status;

	if (!cred_is_role(role->arn))
		return err_set(err, ERR_CRED, "'%.200s' is no ARN of a role", role->arn);
	buf_init(&c->body, BODY_MAX);
	status = aws_endpoint_find(AWS_STS, c->look->wanted->region,
		c->look->wanted->settings, &c->endpoint, err);
	if (status == 0)
		status = write_body(c, role, token, err);
	if (status == 0)
		status = send_body(c, err);
	aws_endpoint_release(&c->endpoint);
	buf_wipe(&c->body);
	return status;
}

int cred_assume(const struct cred_look *look, const struct cred_role *role,
	const struct cred *by, struct cred *out, struct err *err)
{
	struct call c = { .look = look, .by = by, .out = out };

	c.op = aws_op_find(AWS_STS, "AssumeRole");
	return call(&c, role, NULL, err);
}

int cred_assume_web(const struct cred_look *look, const struct cred_role *role,
	struct cred *out, struct err *err)
{
	char *path = profile_path(role->token_file);
	struct cred by = { .session_token = secret_token_file(path, TOKEN_MAX, err) };
	struct call c = { .look = look, .by = &by, .out = out };
	int status;

	c.op = aws_op_find(AWS_STS, "AssumeRoleWithWebIdentity");
	status = by.session_token
			 ? call(&c, role, by.session_token, err)
			 : cred_blame(err, "the token file '%.200s'", role->token_file);
	secret_free(&by.session_token);
	free(path);
	return status;
}

int cred_web_identity(const struct cred_look *look, struct cred *out, struct err *err)
{
	const struct cred_role role = { .arn = cred_env("AWS_ROLE_ARN"),
		.token_file = cred_env("AWS_WEB_IDENTITY_TOKEN_FILE") };

	if (!role.token_file)
		return cred_none(err, "AWS_WEB_IDENTITY_TOKEN_FILE is not set");
	if (!role.arn)
		return err_set(err, ERR_CRED,
			"AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not");
	return cred_assume_web(look, &role, out, err);
}
