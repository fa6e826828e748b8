#include "aws_retry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <openssl/rand.h>

#include "text.h"

#define BASE_MS 200
#define CAP_MS 20000
#define RETRY_AFTER_MAX_S 300
#define COST 5
#define COST_OF_TIMEOUT 10
#define SKEW_S 240

enum code_class {
	CODE_OTHER,
	CODE_THROTTLED,
	CODE_TRANSIENT,
	CODE_EXPIRED, /* credentials that were good once */
	CODE_UNKNOWN, /* credentials that AWS does not know */
	CODE_SIGNATURE,
	CODE_DENIED
};

static const struct {
	const char *code;
	enum code_class class;
} codes[] = {
	{ "Throttling", CODE_THROTTLED },
	{ "ThrottlingException", CODE_THROTTLED },
	{ "ThrottledException", CODE_THROTTLED },
	{ "TooManyRequestsException", CODE_THROTTLED },
	{ "RequestThrottled", CODE_THROTTLED },
	{ "RequestThrottledException", CODE_THROTTLED },
	{ "RequestLimitExceeded", CODE_THROTTLED },
	{ "BandwidthLimitExceeded", CODE_THROTTLED },
	{ "SlowDown", CODE_THROTTLED },
	{ "PriorRequestNotComplete", CODE_THROTTLED },
	{ "RequestTimeout", CODE_TRANSIENT },
	{ "RequestTimeoutException", CODE_TRANSIENT },
	{ "InternalError", CODE_TRANSIENT },
	{ "InternalFailure", CODE_TRANSIENT },
	{ "InternalServerException", CODE_TRANSIENT },
	{ "InternalServerError", CODE_TRANSIENT },
	{ "ServiceUnavailable", CODE_TRANSIENT },
	{ "ServiceUnavailableException", CODE_TRANSIENT },
	{ "ServiceException", CODE_TRANSIENT },
	{ "ServiceFailure", CODE_TRANSIENT },
	{ "ServiceFailureException", CODE_TRANSIENT },
	{ "IDPCommunicationError", CODE_TRANSIENT },
	{ "ExpiredToken", CODE_EXPIRED },
	{ "ExpiredTokenException", CODE_EXPIRED },
	{ "RequestExpired", CODE_EXPIRED },
	{ "UnrecognizedClientException", CODE_UNKNOWN },
	{ "InvalidClientTokenId", CODE_UNKNOWN },
	{ "InvalidAccessKeyId", CODE_UNKNOWN },
	{ "InvalidToken", CODE_UNKNOWN },
	{ "AuthFailure", CODE_UNKNOWN },
	{ "InvalidSignatureException", CODE_SIGNATURE },
	{ "SignatureDoesNotMatch", CODE_SIGNATURE },
	{ "IncompleteSignature", CODE_SIGNATURE },
	{ "IncompleteSignatureException", CODE_SIGNATURE },
	{ "MissingAuthenticationToken", CODE_SIGNATURE },
	{ "MissingAuthenticationTokenException", CODE_SIGNATURE },
	{ "RequestTimeTooSkewed", CODE_SIGNATURE },
	{ "AccessDenied", CODE_DENIED },
	{ "AccessDeniedException", CODE_DENIED },
	{ "UnauthorizedOperation", CODE_DENIED },
};

static enum code_class class_of(const struct err *err)
{
	if (err->kind != ERR_AWS)
		return CODE_OTHER;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].code, err->code) == 0)
			return codes[i].class;
	return CODE_OTHER;
}

static enum aws_verdict fault_verdict(const struct http_response *res,
	const struct err *err, const struct aws_endpoint *endpoint)
{
	switch (res->fault) {
	case HTTP_TLS:
	case HTTP_TOO_LARGE:
		return AWS_FINAL;
	case HTTP_REFUSED:
		/* On this machine nobody is going to start listening by himself. */
		return endpoint->loopback ? AWS_FINAL : AWS_TRANSIENT;
	case HTTP_PROXY:
		return err->http_status >= 300 && err->http_status < 500 ? AWS_FINAL
									 : AWS_TRANSIENT;
	default:
		return AWS_TRANSIENT;
	}
}

enum aws_verdict aws_retry_verdict(const struct http_response *res, const struct err *err,
	const struct aws_endpoint *endpoint)
{
	enum code_class class = class_of(err);

	if (res->err)
		return fault_verdict(res, err, endpoint);
	if (class == CODE_THROTTLED || res->status == 429)
		return AWS_THROTTLE;
	if (class != CODE_OTHER)
		return class == CODE_TRANSIENT ? AWS_TRANSIENT : AWS_FINAL;
	if (res->status >= 500)
		return AWS_TRANSIENT;
	/* A success whose body was damaged on the way; a proxy's page has a status. */
	return err->kind == ERR_NET && err->http_status == 0 ? AWS_TRANSIENT : AWS_FINAL;
}

int aws_retry_is_expired(const struct err *err)
{
	return class_of(err) == CODE_EXPIRED;
}

int aws_retry_is_signature(const struct err *err)
{
	return class_of(err) == CODE_SIGNATURE || strcmp(err->code, "RequestExpired") == 0;
}

int64_t aws_retry_after_ms(long retry_after_s)
{
	if (retry_after_s < 0)
		return 0;
	return 1000 * (int64_t)(retry_after_s < RETRY_AFTER_MAX_S ? retry_after_s
								  : RETRY_AFTER_MAX_S);
}

int64_t aws_retry_wait_ms(int n, long retry_after_s)
{
	int64_t cap = BASE_MS;
	int64_t least = aws_retry_after_ms(retry_after_s);
	uint32_t random = 0;
	int64_t wait;

	for (int i = 1; i < n && cap < CAP_MS; i++)
		cap *= 2;
	if (cap > CAP_MS)
		cap = CAP_MS;
	if (RAND_bytes((unsigned char *)&random, sizeof(random)) != 1)
		random = UINT32_MAX / 2;
	wait = (int64_t)random % (cap + 1);
	return least > wait ? least : wait;
}

int aws_retry_cost(const struct http_response *res)
{
	return res->fault == HTTP_TIMEOUT ? COST_OF_TIMEOUT : COST;
}

/* --- texts -------------------------------------------------------------------------- */

static void append(struct err *err, const char *s)
{
	size_t len = strlen(err->text);

	(void)snprintf(err->text + len, sizeof(err->text) - len, "%s", s);
}

static void prepend(struct err *err, const char *name)
{
	char text[sizeof(err->text)];
	int len = snprintf(text, sizeof(text), "%s: ", name);

	(void)snprintf(text + len, sizeof(text) - (size_t)len, "%s", err->text);
	memcpy(err->text, text, sizeof(text));
}

/* Overwrites up to the next blank; the last byte overwritten. */
static char *star_out(char *p)
{
	for (*p = '*'; p[1] && p[1] != ' '; p++)
		p[1] = '*';
	return p;
}

/* Overwrites secret wherever it stands in text, and what follows up to the next blank. */
static void cut_out(char *text, const char *secret)
{
	/* What is cut at the end of the text may be the start of a secret. */
	size_t len = secret ? strlen(secret) : 0;
	size_t known = len < 16 ? len : 16;

	for (char *p = text; known >= 8 && *p; p++)
		if (strncmp(p, secret, known) == 0)
			p = star_out(p);
}

long aws_retry_skew_s(const struct http_response *res, time_t now)
{
	time_t date = *res->date ? curl_getdate(res->date, NULL) : -1;
	long skew = date == -1 ? 0 : (long)(date - now);

	return labs(skew) > SKEW_S ? skew : 0;
}

/* Where the credentials came from, and what of it is to be looked at. */
static const char *origin_of(const struct cred *cred)
{
	static const char *const origins[] = {
		[CRED_ANY] = "where they come from",
		[CRED_ENVIRONMENT] =
			"AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN",
		[CRED_PROFILE] = "the profile",
		[CRED_WEB_IDENTITY] = "AWS_ROLE_ARN",
		[CRED_CONTAINER] = "the container's role",
		[CRED_INSTANCE] = "the instance's role",
	};
	return origins[cred->source];
}

static void explain_signature(struct err *err, const struct http_response *res, time_t now,
	const struct cred *cred)
{
	long skew = aws_retry_skew_s(res, now);

	if (skew != 0)
		(void)snprintf(err->text, sizeof(err->text),
			"this machine's clock is %ld s %s AWS's: set it, and try again",
			labs(skew), skew < 0 ? "ahead of" : "behind");
	else
		(void)snprintf(err->text, sizeof(err->text),
			"AWS refused the signature of these credentials: check %s",
			origin_of(cred));
}

static void explain_denied(struct err *err, const struct aws_op *op)
{
	if (strstr(err->text, op->name))
		return;
	append(err, ": the role needs '");
	append(err, aws_services[op->service].prefix);
	append(err, ":");
	append(err, op->name);
	append(err, "', and may have to be of the management or delegated account");
}

static void explain_code(struct err *err, const struct aws_op *op,
	const struct http_response *res, time_t now, const struct cred *cred)
{
	switch (class_of(err)) {
	case CODE_EXPIRED:
		(void)snprintf(err->text, sizeof(err->text),
			"the credentials have expired: get new ones");
		break;
	case CODE_UNKNOWN:
		(void)snprintf(err->text, sizeof(err->text),
			"AWS does not know these credentials: check %s, and that "
			"AWS_REGION is of the same partition",
			origin_of(cred));
		break;
	case CODE_SIGNATURE:
		explain_signature(err, res, now, cred);
		break;
	case CODE_DENIED:
		explain_denied(err, op);
		break;
	default:
		break;
	}
}

void aws_retry_explain(struct err *err, const struct aws_op *op, const char *region,
	const struct aws_endpoint *endpoint, const struct http_response *res, time_t now,
	const struct cred *cred)
{
	if (res->fault == HTTP_RESOLVE && endpoint->variant) {
		append(err, ": AWS_USE_FIPS_ENDPOINT or AWS_USE_DUALSTACK_ENDPOINT asks "
			    "for it, and AWS may have none for this service in '");
		append(err, region);
		append(err, "'");
	} else if (res->fault == HTTP_RESOLVE && !endpoint->custom) {
		append(err, ": is AWS_REGION '");
		append(err, region);
		append(err, "' right?");
	}
	if (res->fault == HTTP_TLS)
		append(err, ": behind a proxy that opens TLS, AWS_CA_BUNDLE names its "
			    "certificate");
	explain_code(err, op, res, now, cred);
	cut_out(err->text, cred->secret_access_key);
	cut_out(err->text, cred->session_token);
	if (!op->writes)
		prepend(err, op->name);
}
