#include "cred.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "buf.h"
#include "cred_json.h"
#include "http.h"
#include "mem.h"
#include "when.h"

#define CONTAINER_HOST "http://169.254.170.2"
#define CONTAINER_TRIES 3
#define CONTAINER_PAUSE_MS 500
#define CONTAINER_TIMEOUT_MS 5000
#define TOKEN_MAX (16u << 10)
#define RELATIVE_URI "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL_URI "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN_FILE "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"

static const char profile_hint[] = "; profiles are not read: 'aws configure "
				   "export-credentials --format env' turns one "
				   "into variables";

static void wipe_string(char **s)
{
	if (*s)
		OPENSSL_cleanse(*s, strlen(*s));
	free(*s);
	*s = NULL;
}

void cred_release(struct cred *cred)
{
	wipe_string(&cred->access_key_id);
	wipe_string(&cred->secret_access_key);
	wipe_string(&cred->session_token);
	cred->expires = 0;
}

int cred_expiring(const struct cred *cred, time_t now, long margin_s)
{
	return cred->expires != 0 && cred->expires - now <= margin_s;
}

/* A variable's value, or NULL when it is unset or empty. */
static const char *env(const char *name)
{
	const char *s = getenv(name);

	return s && *s ? s : NULL;
}

/* Whether s can stand in a header: no blank, no control character. */
static int is_clean(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f)
			return 0;
	return 1;
}

/* --- the environment ---------------------------------------------------------------- */

/* 0, or -1; err's kind is ERR_NONE when there is nothing there at all. */
static int from_env(struct cred *out, struct err *err)
{
	static const char *const names[] = { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
		"AWS_SESSION_TOKEN" };
	char **const members[] = { &out->access_key_id, &out->secret_access_key,
		&out->session_token };

	err_clear(err);
	if (!env(names[0]) && !env(names[1]))
		return -1;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = env(names[i]);

		if (!value && i < 2)
			return err_set(err, ERR_CRED, "%s is set, but %s is not",
				names[1 - i], names[i]);
		if (value && !is_clean(value))
			return err_set(err, ERR_CRED,
				"%s holds a blank or a control character: set it again",
				names[i]);
		*members[i] = mem_string(value);
	}
	return 0;
}

/* --- the container endpoint --------------------------------------------------------- */

/* What one request to the endpoint came to. */
struct answer {
	int ended;
	int retry;
	struct cred *cred;
	struct err err;
};

static void on_answer(void *ctx, const struct http_response *res)
{
	struct answer *a = ctx;

	a->ended = 1;
	a->retry = res->err || res->status >= 500 || res->status == 429;
	if (res->err)
		a->err = *res->err;
	else if (res->status != 200)
		err_set(&a->err, ERR_CRED, "status %ld", res->status);
	else if (cred_json_read(res->body, res->body_len, a->cred, &a->err) == 0)
		err_clear(&a->err);
}

/* The token for the Authorization header in *out (empty: none). 0, or -1 with err. */
static int read_token(struct buf *out, struct err *err)
{
	const char *path = env(TOKEN_FILE);
	const char *token = env("AWS_CONTAINER_AUTHORIZATION_TOKEN");
	char part[1024];
	ssize_t n = 1;
	int fd;

	if (!path)
		return token ? buf_adds(out, token) : 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, ERR_CRED, "%s: %s", TOKEN_FILE, strerror(errno));
	while (n > 0 && !out->over) {
		n = read(fd, part, sizeof(part));
		buf_add(out, part, n > 0 ? (size_t)n : 0);
	}
	OPENSSL_cleanse(part, sizeof(part));
	close(fd);
	while (out->len > 0 && strchr("\r\n", out->data[out->len - 1]))
		out->data[--out->len] = '\0';
	if (n < 0 || out->len == 0)
		return err_set(err, ERR_CRED, "%s can't be read or is empty", TOKEN_FILE);
	return 0;
}

/* The endpoint's URL, owned, or NULL when the environment names none. */
static char *endpoint(void)
{
	const char *relative = env(RELATIVE_URI);

	if (relative)
		return mem_format(
			"%s%s%s", CONTAINER_HOST, *relative == '/' ? "" : "/", relative);
	return mem_string(env(FULL_URI));
}

/* A token that might break out of its header is refused, not sent. */
static int token_is_clean(const struct buf *token)
{
	if (token->over || strlen(buf_str(token)) != token->len)
		return 0;
	for (size_t i = 0; i < token->len; i++)
		if ((unsigned char)token->data[i] < ' ' || token->data[i] == 0x7f)
			return 0;
	return 1;
}

static int pause_ms(struct http *http, int64_t ms, struct err *err)
{
	int64_t end = when_ms() + ms;

	for (int64_t left = ms; left > 0; left = end - when_ms())
		if (http_step(http, (int)left, -1, err) != 0)
			return -1;
	return 0;
}

static int fetch(struct http *http, const char *url, const struct buf *token,
	struct cred *out, struct err *err)
{
	const struct http_header headers[] = { { "Accept", "application/json" },
		{ "Authorization", buf_str(token) } };
	const struct http_request req = { .method = "GET",
		.url = url,
		.headers = headers,
		.n_headers = token->len ? 2 : 1,
		.connect_timeout_ms = CONTAINER_TIMEOUT_MS,
		.timeout_ms = CONTAINER_TIMEOUT_MS,
		.container_host = 1 };
	struct answer a = { .cred = out, .retry = 1 };

	for (int i = 0; i < CONTAINER_TRIES && a.retry; i++) {
		if (i > 0 && pause_ms(http, CONTAINER_PAUSE_MS, err) != 0)
			return -1;
		a.ended = 0;
		if (http_start(http, &req, on_answer, &a, err) != 0)
			return -1;
		while (!a.ended)
			if (http_step(http, CONTAINER_TIMEOUT_MS, -1, err) != 0)
				return -1;
	}
	*err = a.err;
	return a.err.kind == ERR_NONE ? 0 : -1;
}

static int from_container(struct http *http, struct cred *out, struct err *err)
{
	char *url = endpoint();
	struct buf token;
	int status;

	err_clear(err);
	if (!url)
		return -1;
	buf_init(&token, TOKEN_MAX);
	status = read_token(&token, err);
	if (status == 0 && !token_is_clean(&token))
		status = err_set(err, ERR_CRED,
			"the authorization token is too long or holds a control character");
	if (status == 0)
		status = fetch(http, url, &token, out, err);
	buf_wipe(&token);
	free(url);
	return status;
}

/* ------------------------------------------------------------------------------------ */

int cred_find(struct http *http, time_t now, struct cred *out, struct err *err)
{
	struct err env_err;
	struct err container_err;

	memset(out, 0, sizeof(*out));
	if (from_env(out, &env_err) == 0)
		return 0;
	cred_release(out);
	if (env_err.kind != ERR_NONE) {
		/* Half an identity is a mistake, not a reason to act as another one. */
		return err_set(err, ERR_CRED, "no usable credentials: %s", env_err.text);
	}
	if (from_container(http, out, &container_err) == 0) {
		if (!cred_expiring(out, now, 0))
			return 0;
		err_set(&container_err, ERR_CRED, "its credentials have expired");
	}
	cred_release(out);
	if (container_err.kind == ERR_NONE)
		return err_set(err, ERR_CRED,
			"no credentials: neither %s nor %s or %s is set%s",
			"AWS_ACCESS_KEY_ID", RELATIVE_URI, FULL_URI, profile_hint);
	return err_set(err, ERR_CRED,
		"no credentials: AWS_ACCESS_KEY_ID is not set, and the container endpoint "
		"(%s) "
		"gave none: %s",
		env(RELATIVE_URI) ? RELATIVE_URI : FULL_URI, container_err.text);
}
