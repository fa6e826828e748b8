/*
 * The token of an SSO login: in the cache that 'aws sso login' writes, and refreshed there.
 *
 * Sources: "IAM Identity Center credential provider", AWS SDKs and Tools Reference Guide,
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html; IAM
 * Identity Center OIDC API Reference, CreateToken,
 * https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html;
 * the members of the cache are those that botocore 1.43 reads and writes (tokens.py).
 */
#include "cred_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "aws_wire.h"
#include "buf.h"
#include "cred_json.h"
#include "mem.h"
#include "profile.h"
#include "secret.h"
#include "text.h"
#include "when.h"

#define CACHE_MAX (256u << 10)
#define EXPIRES_MAX_S 31536000
#define TRIES 2
#define PAUSE_MS 500
#define TIMEOUT_MS 15000
#define CONNECT_TIMEOUT_MS 5000

/* What the cache has of a login. */
struct login {
	char *access_token;
	char *refresh_token;
	char *client_id;
	char *client_secret;
	char *registration_expires; /* of these two */
	time_t expires;
};

static void login_release(struct login *l)
{
	secret_free(&l->access_token);
	secret_free(&l->refresh_token);
	secret_free(&l->client_id);
	secret_free(&l->client_secret);
	secret_free(&l->registration_expires);
}

int cred_sso_log_in(const struct cred_sso *sso, const char *what, struct err *err)
{
	return err_set(err, ERR_CRED, "%s: run 'aws sso login --profile %.64s'", what,
		sso->profile);
}

/* --- the cache ---------------------------------------------------------------------- */

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

/* Old versions of the AWS CLI wrote "...UTC" for "...Z". 0, or -1. */
static int read_time(const char *s, time_t *out)
{
	char *text = mem_string(s);
	int status = -1;

	if (text && text_ends(text, "UTC"))
		memcpy(text + strlen(text) - 3, "Z", 2);
	if (text)
		status = when_parse_rfc3339(text, out);
	free(text);
	return status;
}

static int read_login(
	const struct cred_sso *sso, const char *path, struct login *l, struct err *err)
{
	size_t len = 0;
	char *text = secret_file(path, CACHE_MAX, &len, err);
	char *expires;
	int status = 0;

	*l = (struct login){ 0 };
	if (!text)
		return err->kind == ERR_SYS
			       ? cred_sso_log_in(
					 sso, "there is no SSO login in the cache", err)
			       : -1;
	l->access_token = cred_json_string(text, len, "accessToken");
	l->refresh_token = cred_json_string(text, len, "refreshToken");
	l->client_id = cred_json_string(text, len, "clientId");
	l->client_secret = cred_json_string(text, len, "clientSecret");
	l->registration_expires = cred_json_string(text, len, "registrationExpiresAt");
	expires = cred_json_string(text, len, "expiresAt");
	if (!l->access_token || read_time(expires, &l->expires) != 0)
		status = cred_sso_log_in(
			sso, "the SSO login in the cache can't be read", err);
	free(expires);
	OPENSSL_cleanse(text, len);
	free(text);
	return status;
}

/* --- writing JSON that may be secret ------------------------------------------------ */

static void add_string(struct buf *b, const char *s)
{
	buf_addc(b, '"');
	for (; *s; s++)
		if ((unsigned char)*s < ' ')
			buf_addf(b, "\\u%04x", (unsigned)*s);
		else
			buf_addf(b, "%s%c", strchr("\"\\", *s) ? "\\" : "", *s);
	buf_addc(b, '"');
}

static void add_member(struct buf *b, const char *name, const char *value)
{
	if (!value)
		return;
	buf_addf(b, "%s\"%s\": ", b->len ? ", " : "{", name);
	add_string(b, value);
}

static void write_cache_text(
	struct buf *b, const struct cred_sso *sso, const struct login *l)
{
	char expires[WHEN_RFC3339_SIZE];

	when_rfc3339(expires, l->expires);
	add_member(b, "startUrl", sso->start_url);
	add_member(b, "region", sso->region);
	add_member(b, "accessToken", l->access_token);
	add_member(b, "expiresAt", expires);
	add_member(b, "clientId", l->client_id);
	add_member(b, "clientSecret", l->client_secret);
	add_member(b, "registrationExpiresAt", l->registration_expires);
	add_member(b, "refreshToken", l->refresh_token);
	buf_addc(b, '}');
}

/* All or nothing, and for its owner only. Where nothing can be written, the next one has to
 * refresh it, too. */
static void write_cache(const char *path, const struct cred_sso *sso, const struct login *l)
{
	char *temporary = mem_format("%s.XXXXXX", path);
	int fd = mkstemp(temporary);
	struct buf b;
	int good;

	buf_init(&b, CACHE_MAX);
	write_cache_text(&b, sso, l);
	good = fd >= 0 && !b.over && write(fd, buf_str(&b), b.len) == (ssize_t)b.len &&
	       fsync(fd) == 0;
	if (fd >= 0 && close(fd) != 0)
		good = 0;
	if (fd >= 0 && (!good || rename(temporary, path) != 0))
		(void)unlink(temporary);
	buf_wipe(&b);
	free(temporary);
}

/* --- refreshing --------------------------------------------------------------------- */

struct refresh {
	const struct cred_look *look;
	struct login *login;
};

/* The old login with what the answer has in its place. */
static enum cred_verdict take_answer(
	struct refresh *r, const char *text, size_t len, struct err *err)
{
	char *token = cred_json_string(text, len, "accessToken");
	int64_t seconds = cred_json_number(text, len, "expiresIn");
	struct login *l = r->login;

	if (!token || seconds < 0 || seconds > EXPIRES_MAX_S) {
		secret_free(&token);
		err_set(err, ERR_CRED, "an answer without accessToken or expiresIn");
		return CRED_FAILED;
	}
	secret_free(&l->access_token);
	secret_free(&l->refresh_token);
	l->access_token = token;
	l->refresh_token = cred_json_string(text, len, "refreshToken");
	l->expires = r->look->start + (time_t)seconds;
	return CRED_DONE;
}

static enum cred_verdict judge(
	void *ctx, const struct http_response *res, int64_t *wait_ms, struct err *err)
{
	char *code;

	(void)wait_ms;
	if (res->err) {
		*err = *res->err;
		return CRED_AGAIN;
	}
	if (res->status == 200)
		return take_answer(ctx, res->body, res->body_len, err);
	/* A word such as invalid_grant; what is said besides may repeat a token. */
	code = cred_json_string(res->body, res->body_len, "error");
	err_set(err, ERR_CRED, "status %ld%s%.60s", res->status, code ? ", " : "",
		code ? code : "");
	secret_free(&code);
	return res->status >= 500 || res->status == 429 ? CRED_AGAIN : CRED_FAILED;
}

static int create_token(const struct cred_look *look, const struct aws_endpoint *e,
	struct login *l, struct err *err)
{
	static const struct http_header headers[] = { { "Accept", "application/json" },
		{ "Content-Type", "application/json" } };
	char *url = mem_format("%s/token", e->url);
	struct refresh r = { look, l };
	struct buf body;
	struct http_request req = { .method = "POST",
		.url = url,
		.headers = headers,
		.n_headers = 2,
		.connect_timeout_ms = CONNECT_TIMEOUT_MS,
		.timeout_ms = TIMEOUT_MS };
	const struct cred_exchange x = {
		.req = &req, .tries = TRIES, .pause_ms = PAUSE_MS, .judge = judge, .ctx = &r
	};
	int status;

	buf_init(&body, CACHE_MAX);
	add_member(&body, "clientId", l->client_id);
	add_member(&body, "clientSecret", l->client_secret);
	add_member(&body, "grantType", "refresh_token");
	add_member(&body, "refreshToken", l->refresh_token);
	buf_addc(&body, '}');
	req.body = buf_str(&body);
	req.body_len = body.len;
	status = cred_fetch(look, &x, err);
	buf_wipe(&body);
	free(url);
	return status;
}

static int refresh(const struct cred_look *look, const struct cred_sso *sso,
	const char *path, struct login *l, struct err *err)
{
	struct aws_endpoint e = { 0 };
	int status = aws_endpoint_find(
		AWS_SSO_OIDC, sso->region, look->wanted->settings, &e, err);

	if (status == 0)
		status = create_token(look, &e, l, err);
	if (status == 0)
		write_cache(path, sso, l);
	aws_endpoint_release(&e);
	return status;
}

/* Only logins of an sso-session have what that takes. */
static int can_refresh(
	const struct cred_look *look, const struct cred_sso *sso, const struct login *l)
{
	time_t registered;

	return sso->session && l->refresh_token && l->client_id && l->client_secret &&
	       read_time(l->registration_expires, &registered) == 0 &&
	       registered > look->start;
}

/* l, which has expired, becomes a good one. */
static int replace(const struct cred_look *look, const struct cred_sso *sso,
	const char *path, struct login *l, struct err *err)
{
	char why[200];

	if (!can_refresh(look, sso, l))
		return cred_sso_log_in(sso, "the SSO login has expired", err);
	if (refresh(look, sso, path, l, err) == 0)
		return 0;
	(void)snprintf(why, sizeof(why),
		"the SSO login has expired, and was not refreshed (%.120s)", err->text);
	/* Another program of the pipe may have done so meanwhile. */
	login_release(l);
	if (read_login(sso, path, l, err) == 0 && l->expires > look->start)
		return 0;
	return cred_sso_log_in(sso, why, err);
}

char *cred_sso_token(
	const struct cred_look *look, const struct cred_sso *sso, struct err *err)
{
	char *path = cache_path(sso, err);
	struct login l = { 0 };
	char *token = NULL;
	int status = path ? read_login(sso, path, &l, err) : -1;

	if (status == 0 && l.expires <= look->start)
		status = replace(look, sso, path, &l, err);
	if (status == 0) {
		token = l.access_token;
		l.access_token = NULL;
	}
	login_release(&l);
	free(path);
	return token;
}
