#include "auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "mem.h"
#include "sig4.h"
#include "text.h"
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
	/* Without a token of its own: where the request signed one, it is among the
	 * headers. */
	struct cred cred = { .access_key_id = who->session->access_key_id,
		.secret_access_key = who->session->secret_access_key };
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
	free(path);
	return same;
}

static int check_token(const struct request *req, time_t now, struct identity *who)
{
	const char *token = req->header(req->ctx, "X-Amz-Security-Token");
	if (token == NULL || strcmp(token, who->session->session_token) != 0)
		return refuse(who, 403, "UnrecognizedClientException",
			"The security token included in the request is invalid.");
	if (who->session->expires != 0 && now >= who->session->expires)
		return refuse(who, 403, "ExpiredTokenException",
			"The security token included in the request is expired");
	return 0;
}

/* AWS takes five minutes either way. */
static int check_date(time_t signed_at, time_t now, struct identity *who)
{
	char given[WHEN_BASIC_SIZE], here[WHEN_BASIC_SIZE], bound[WHEN_BASIC_SIZE];
	if (signed_at <= now + SKEW_S && signed_at >= now - SKEW_S)
		return 0;
	int late = signed_at < now;
	when_basic(given, signed_at);
	when_basic(here, now);
	when_basic(bound, late ? now - SKEW_S : now + SKEW_S);
	refuse(who, 403, "InvalidSignatureException", "");
	snprintf(who->message, sizeof(who->message),
		late ? "Signature expired: %s is now earlier than %s (%s - 5 min.)"
		     : "Signature not yet current: %s is still later than %s (%s + 5 min.)",
		given, bound, here);
	return -1;
}

/* The service that a request is for, whatever its signature says; NULL where that is not to
 * be seen. */
static const char *service_called(const struct request *req)
{
	static const char *const services[][2] = { { "SWBExternalService.", "sso" },
		{ "AWSIdentityStore.", "identitystore" },
		{ "AWSOrganizationsV20161128.", "organizations" } };
	const char *target = req->header(req->ctx, "X-Amz-Target");
	for (size_t i = 0; target != NULL && i < sizeof(services) / sizeof(services[0]);
		i++)
		if (text_starts(target, services[i][0]))
			return services[i][1];
	if (target != NULL)
		return NULL;
	if (strstr(req->body, "Version=2010-05-08") != NULL)
		return "iam";
	if (strstr(req->body, "Version=2011-06-15") != NULL)
		return "sts";
	return text_starts(req->uri, "/policy/validation") ? "access-analyzer" : NULL;
}

/* Whether names ("host;x-amz-date") has name. */
static int is_signed(const char *names, const char *name)
{
	size_t len = strlen(name);
	for (; *names != '\0'; names += strcspn(names, ";"), names += *names == ';')
		if (strncmp(names, name, len) == 0 &&
			(names[len] == ';' || names[len] == '\0'))
			return 1;
	return 0;
}

/* What AWS wants signed: the host, and its own headers as far as they came. */
static int check_signed_headers(
	const struct request *req, const char *names, struct identity *who)
{
	static const char *const wanted[] = { "host", "x-amz-date", "x-amz-target",
		"x-amz-security-token", "x-amz-content-sha256" };
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (req->header(req->ctx, wanted[i]) == NULL || is_signed(names, wanted[i]))
			continue;
		refuse(who, 403, "InvalidSignatureException", "");
		snprintf(who->message, sizeof(who->message),
			"'%s' must be a 'SignedHeader' in the AWS Authorization.",
			wanted[i]);
		return -1;
	}
	return 0;
}

/* Organizations and IAM are in one place of a partition; clients that were given an
 * endpoint sign for the region they are in, and here that is taken, too. */
static int check_region(const char *home, struct identity *who)
{
	int global = strcmp(who->service, "organizations") == 0 ||
		     strcmp(who->service, "iam") == 0;
	const char *place = text_starts(home, "cn-")	   ? "cn-northwest-1"
			    : text_starts(home, "us-gov-") ? "us-gov-west-1"
							   : "us-east-1";
	if (!global || strcmp(who->region, place) == 0 || strcmp(who->region, home) == 0 ||
		(strcmp(who->service, "iam") == 0 &&
			strcmp(who->region, "cn-north-1") == 0))
		return 0;
	refuse(who, 403, "InvalidSignatureException", "");
	snprintf(who->message, sizeof(who->message),
		"Credential should be scoped to a valid region, not '%s'.", who->region);
	return -1;
}

static int check_scope(const struct request *req, struct identity *who)
{
	const char *service = service_called(req);
	if (service == NULL || strcmp(service, who->service) == 0)
		return 0;
	refuse(who, 403, "InvalidSignatureException", "");
	snprintf(who->message, sizeof(who->message),
		"Credential should be scoped to correct service: '%s'. ", service);
	/* The answer is in the words of the service that was called. */
	snprintf(who->service, sizeof(who->service), "%s", service);
	return -1;
}

/* Only a web identity's token is taken for a signature. */
static int check_unsigned(const struct request *req, struct identity *who)
{
	const char *service = service_called(req);
	snprintf(who->service, sizeof(who->service), "%s", service != NULL ? service : "");
	if (strcmp(who->service, "sts") == 0 &&
		strstr(req->body, "Action=AssumeRoleWithWebIdentity") != NULL)
		return 0;
	return refuse(who, 403, "MissingAuthenticationTokenException",
		"Missing Authentication Token");
}

int auth_check(const struct request *req, const struct sessions *sessions, const char *home,
	time_t signed_now, time_t now, struct identity *who)
{
	memset(who, 0, sizeof(*who));
	const char *authorization = req->header(req->ctx, "Authorization");
	if (authorization == NULL)
		return check_unsigned(req, who);
	char *scope = parameter(authorization, "Credential=");
	char *names = parameter(authorization, "SignedHeaders=");
	char *signature = parameter(authorization, "Signature=");
	char *parts[5];
	time_t signed_at = 0;
	int status = 0;
	if (!text_starts(authorization, "AWS4-HMAC-SHA256 ") || scope == NULL ||
		names == NULL || signature == NULL || cut_scope(scope, parts) != 0 ||
		parse_basic(req->header(req->ctx, "X-Amz-Date"), &signed_at) != 0) {
		const char *service = service_called(req);
		snprintf(who->service, sizeof(who->service), "%s",
			service != NULL ? service : "");
		status = refuse(who, 403, "IncompleteSignatureException",
			"Authorization header requires 'Credential', 'Signature', "
			"'SignedHeaders' and a date");
	} else {
		snprintf(who->region, sizeof(who->region), "%s", parts[2]);
		snprintf(who->service, sizeof(who->service), "%s", parts[3]);
		who->session = sessions_find(sessions, parts[0]);
		status = check_scope(req, who);
		if (status == 0)
			status = check_region(home, who);
		if (status == 0)
			status = check_signed_headers(req, names, who);
		if (status == 0 &&
			strncmp(parts[1], req->header(req->ctx, "X-Amz-Date"), 8) != 0)
			status = refuse(who, 403, "InvalidSignatureException",
				"Date in Credential scope does not match YYYYMMDD from "
				"ISO-8601 "
				"version of date from HTTP");
		if (status == 0 && who->session == NULL)
			status = refuse(who, 403, "UnrecognizedClientException",
				"The security token included in the request is invalid.");
		if (status == 0)
			status = check_date(signed_at, signed_now, who);
		if (status == 0 && !same_signature(req, who, names, signed_at, signature))
			status = refuse(who, 403, "InvalidSignatureException",
				"The request signature we calculated does not match the "
				"signature you provided.");
		if (status == 0)
			status = check_token(req, now, who);
	}
	free(scope);
	free(names);
	free(signature);
	return status;
}
