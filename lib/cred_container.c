/*
 * Credentials of the container: ECS, EKS Pod Identity, CodeBuild.
 *
 * Source: "Container credential provider", AWS SDKs and Tools Reference Guide,
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
#include "cred_source.h"

#include <stdlib.h>
#include <string.h>

#include "cred_json.h"
#include "mem.h"
#include "secret.h"

#define HOST "http://169.254.170.2"
#define TRIES 3
#define PAUSE_MS 500
#define TIMEOUT_MS 5000
#define TOKEN_MAX (16u << 10)
#define RELATIVE_URI "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL_URI "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define TOKEN_FILE "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"

static enum cred_verdict judge(
	void *ctx, const struct http_response *res, int64_t *wait_ms, struct err *err)
{
	(void)wait_ms;
	if (res->err)
		*err = *res->err;
	else if (res->status != 200)
		err_set(err, ERR_CRED, "status %ld", res->status);
	else
		return cred_json_read(res->body, res->body_len, &cred_json_container, ctx,
			       err) == 0
			       ? CRED_DONE
			       : CRED_FAILED;
	return res->err || res->status >= 500 || res->status == 429 ? CRED_AGAIN
								    : CRED_FAILED;
}

/* A token may have blanks inside, but nothing that breaks out of its header. */
static int token_is_clean(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return 0;
	return 1;
}

/* The token for the Authorization header in *out, owned, or NULL. 0, or -1 with err. */
static int read_token(char **out, struct err *err)
{
	const char *path = cred_env(TOKEN_FILE);
	size_t len;

	*out = path ? secret_file(path, TOKEN_MAX, &len, err) : mem_string(cred_env(TOKEN));
	if (!path && !*out)
		return 0;
	if (!*out)
		return cred_blame(err, TOKEN_FILE);
	if (!path)
		len = strlen(*out);
	while (path && len > 0 && strchr("\r\n", (*out)[len - 1]))
		(*out)[--len] = '\0';
	if (len == 0)
		return err_set(err, ERR_CRED, TOKEN_FILE ": empty");
	if (len > TOKEN_MAX || strlen(*out) != len || !token_is_clean(*out))
		return err_set(err, ERR_CRED,
			"the authorization token is too long or holds a control character");
	return 0;
}

/* The endpoint's URL, owned, or NULL when the environment names none. */
static char *endpoint(void)
{
	const char *relative = cred_env(RELATIVE_URI);

	if (relative)
		return mem_format("%s%s%s", HOST, *relative == '/' ? "" : "/", relative);
	return mem_string(cred_env(FULL_URI));
}

static int fetch(const struct cred_look *look, const char *url, const char *token,
	struct cred *out, struct err *err)
{
	const struct http_header headers[] = { { "Accept", "application/json" },
		{ "Authorization", token } };
	const struct http_request req = { .method = "GET",
		.url = url,
		.headers = headers,
		.n_headers = token ? 2 : 1,
		.connect_timeout_ms = TIMEOUT_MS,
		.timeout_ms = TIMEOUT_MS,
		.container_host = 1 };
	const struct cred_exchange x = { .req = &req,
		.tries = TRIES,
		.pause_ms = PAUSE_MS,
		.judge = judge,
		.ctx = out };

	return cred_fetch(look, &x, err);
}

int cred_container(const struct cred_look *look, struct cred *out, struct err *err)
{
	char *url = endpoint();
	char *token;
	int status;

	if (!url)
		return cred_none(err, "neither " RELATIVE_URI " nor " FULL_URI " is set");
	status = read_token(&token, err);
	if (status == 0)
		status = fetch(look, url, token, out, err);
	if (status != 0)
		cred_blame(err, "%s", cred_env(RELATIVE_URI) ? RELATIVE_URI : FULL_URI);
	secret_free(&token);
	free(url);
	return status;
}
