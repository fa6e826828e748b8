/*
 * Who signed: the signature is made again from the request as it came and compared.
 */
#include "serve.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "mem.h"
#include "sig4.h"
#include "when.h"

#define SKEW_S 300
#define HEADERS_MAX 32

static int refuse(struct identity *who, int status, const char *code, const char *message)
{
	who->status = status;
	who->code = code;
	snprintf(who->message, sizeof(who->message), "%s", message);
	return -1;
}

/* The value behind "Name=" in an Authorization header, up to a comma; owned, or NULL. */
static char *parameter(const char *authorization, const char *name)
{
	const char *at = strstr(authorization, name);
	if (at == NULL)
		return NULL;
	at += strlen(name);
	return mem_bytes(at, strcspn(at, ", "));
}

/* Cuts "key/date/region/service/aws4_request" at its slashes. 0 or -1. */
static int cut_scope(char *scope, char *parts[5])
{
	for (int i = 0; i < 5; i++) {
		parts[i] = scope;
		scope = i < 4 && scope != NULL ? strchr(scope, '/') : NULL;
		if (i < 4 && scope == NULL)
			return -1;
		if (scope != NULL)
			*scope++ = '\0';
	}
	return strcmp(parts[4], "aws4_request") == 0 ? 0 : -1;
}

/* "20261124T020000Z" as seconds. 0 or -1. */
static int parse_basic(const char *s, time_t *t)
{
	if (s == NULL || strlen(s) != 16)
		return -1;
	char *text = mem_format(
		"%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", s, s + 4, s + 6, s + 9, s + 11, s + 13);
	int status = when_parse_rfc3339(text, t);
	free(text);
	return status;
}

/* Signs the request again and compares. names is cut up. */
static int same_signature(const struct request *req, const struct identity *who,
	char *names, time_t signed_at, const char *signature)
{
	struct sig4_header headers[HEADERS_MAX];
	size_t n = 0;
	char *rest = NULL;
	for (char *name = strtok_r(names, ";", &rest); name != NULL && n < HEADERS_MAX;
		name = strtok_r(NULL, ";", &rest)) {
		headers[n].name = name;
		headers[n].value = req->header(req->ctx, name);
		if (headers[n++].value == NULL)
			return 0;
	}
	const char *query = strchr(req->uri, '?');
	char *path = mem_bytes(
		req->uri, query != NULL ? (size_t)(query - req->uri) : strlen(req->uri));
	struct cred cred = { .access_key_id = mem_string(SIM_ACCESS_KEY_ID),
		.secret_access_key = mem_string(SIM_SECRET_ACCESS_KEY) };
	struct sig4_request r = { .method = req->method,
		.path = path,
		.query = query != NULL ? query + 1 : "",
		.headers = headers,
		.n_headers = n,
		.body = req->body,
		.body_len = req->body_len,
		.region = who->region,
		.service = who->service,
		.normalize_path = 1 };
	struct sig4_result result;
	struct err err;
	int same = sig4_sign(&r, &cred, signed_at, &result, &err) == 0 &&
		   strlen(signature) == strlen(result.signature) &&
		   CRYPTO_memcmp(signature, result.signature, strlen(signature)) == 0;
	sig4_result_release(&result);
	cred_release(&cred);
	free(path);
	return same;
}

static int check_token(
	const struct request *req, const struct sim_options *options, struct identity *who)
{
	const char *token = req->header(req->ctx, "X-Amz-Security-Token");
	if (options->expired)
		return refuse(who, 403, "ExpiredTokenException",
			"The security token included in the request is expired");
	if (token == NULL || strcmp(token, SIM_SESSION_TOKEN) != 0)
		return refuse(who, 403, "UnrecognizedClientException",
			"The security token included in the request is invalid.");
	return 0;
}

int auth_check(const struct request *req, const struct sim_options *options, time_t now,
	struct identity *who)
{
	memset(who, 0, sizeof(*who));
	const char *authorization = req->header(req->ctx, "Authorization");
	if (authorization == NULL)
		return refuse(who, 403, "MissingAuthenticationTokenException",
			"Missing Authentication Token");
	char *scope = parameter(authorization, "Credential=");
	char *names = parameter(authorization, "SignedHeaders=");
	char *signature = parameter(authorization, "Signature=");
	char *parts[5];
	time_t signed_at = 0;
	int status = 0;
	if (scope == NULL || names == NULL || signature == NULL ||
		cut_scope(scope, parts) != 0 ||
		parse_basic(req->header(req->ctx, "X-Amz-Date"), &signed_at) != 0) {
		status = refuse(who, 403, "IncompleteSignatureException",
			"Authorization header requires 'Credential', 'Signature', "
			"'SignedHeaders' and a date");
	} else {
		snprintf(who->region, sizeof(who->region), "%s", parts[2]);
		snprintf(who->service, sizeof(who->service), "%s", parts[3]);
		if (strcmp(parts[0], SIM_ACCESS_KEY_ID) != 0)
			status = refuse(who, 403, "UnrecognizedClientException",
				"The security token included in the request is invalid.");
		else if (signed_at > now + SKEW_S || signed_at < now - SKEW_S)
			status = refuse(who, 403, "InvalidSignatureException",
				"Signature expired: the time of the request is too far "
				"from the server's");
		else if (!same_signature(req, who, names, signed_at, signature))
			status = refuse(who, 403, "InvalidSignatureException",
				"The request signature we calculated does not match the "
				"signature you provided.");
		else
			status = check_token(req, options, who);
	}
	free(scope);
	free(names);
	free(signature);
	return status;
}
