/*
 * aws: the engine against a scripted server, and its pure parts by value.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws.h"
#include "aws_engine.h"
#include "aws_pace.h"
#include "aws_retry.h"
#include "aws_wire.h"
#include "json.h"
#include "loopback.h"
#include "rec.h"
#include "when.h"

#define JSON_TYPE "Content-Type: application/x-amz-json-1.1\r\n"
#define XML_TYPE "Content-Type: text/xml\r\n"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define TOKEN "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"

static const char *const variables[] = { "AWS_REGION", "AWS_DEFAULT_REGION",
	"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL_ORGANIZATIONS",
	"AWS_MAX_ATTEMPTS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
	"AWS_SESSION_TOKEN", "AWS_CA_BUNDLE", "AWS_USE_FIPS_ENDPOINT",
	"AWS_USE_DUALSTACK_ENDPOINT", "AWS_RETRY_MODE", "IDC_TPS", "IDC_TIMEOUT",
	"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
	"https_proxy", "HTTPS_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "no_proxy",
	"NO_PROXY" };

static int clean(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		unsetenv(variables[i]);
	setenv("AWS_CONFIG_FILE", "/nonexistent/config", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials", 1);
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
	setenv("AWS_REGION", "eu-central-1", 1);
	setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
	setenv("AWS_SECRET_ACCESS_KEY", SECRET, 1);
	setenv("AWS_SESSION_TOKEN", TOKEN, 1);
	return 0;
}

/* A client of a server that follows script. */
static struct aws *client(struct loopback *s, const struct loopback_reply *script, size_t n)
{
	struct err err;
	struct aws *a;

	loopback_start(s, script, n);
	setenv("AWS_ENDPOINT_URL", s->url, 1);
	a = aws_new("idc-test", &err);
	assert_non_null(a);
	return a;
}

static void done_with(struct loopback *s, struct aws *a)
{
	aws_free(a);
	loopback_stop(s);
}

#define SCRIPT(...)                                                                        \
	static const struct loopback_reply script[] = { __VA_ARGS__ };                     \
	struct loopback s;                                                                 \
	struct aws *a = client(&s, script, sizeof(script) / sizeof(script[0]))

static jv object(const char *text)
{
	struct json_fault fault;
	jv v = json_parse(text, strlen(text), &fault);

	assert_true(jv_is_valid(v));
	return v;
}

static void expect_json(jv got, const char *want)
{
	char *text = json_string_sorted(got);

	assert_string_equal(text, want);
	free(text);
	jv_free(got);
}

static void no_secret(const struct err *err)
{
	assert_null(strstr(err->text, "wJalr"));
	assert_null(strstr(err->text, "6e86291e"));
	assert_null(strchr(err->text, '\n'));
}

/* Calls op without input and expects it to fail. */
static void expect_fault(struct aws *a, enum aws_service service, const char *op,
	enum err_kind kind, const char *code, const char *text)
{
	struct err err;
	jv none = jv_object();
	jv got = aws_get(a, service, op, none, &err);

	assert_false(jv_is_valid(got));
	jv_free(got);
	jv_free(none);
	if (err.kind != kind || !strstr(err.text, text))
		print_error("# %d %s: %s\n", (int)err.kind, err.code, err.text);
	assert_int_equal(err.kind, kind);
	assert_string_equal(err.code, code);
	assert_non_null(strstr(err.text, text));
	no_secret(&err);
}

/* --- requests ----------------------------------------------------------------------- */

static void has(const char *request, const char *part)
{
	if (!strstr(request, part))
		print_error("# lacks '%s':\n%s\n", part, request);
	assert_non_null(strstr(request, part));
}

static void json_request(void **state)
{
	jv input = object("{\"InstanceArn\":\"arn:aws:sso:::instance/ssoins-1\","
			  "\"Description\":\"\xc3\xa9\"}");
	struct err err;
	SCRIPT({ 200, JSON_TYPE, "{\"PermissionSet\":{\"Name\":\"A\"}}", 0 });

	(void)state;
	expect_json(aws_get(a, AWS_SSO_ADMIN, "DescribePermissionSet", input, &err),
		"{\"PermissionSet\":{\"Name\":\"A\"}}");
	assert_int_equal(s.n, 1);
	assert_memory_equal(s.requests[0], "POST / HTTP/1.1\r\n", 17);
	has(s.requests[0],
		"\r\nX-Amz-Target: SWBExternalService.DescribePermissionSet\r\n");
	has(s.requests[0], "\r\nContent-Type: application/x-amz-json-1.1\r\n");
	has(s.requests[0], "\r\nX-Amz-Security-Token: " TOKEN "\r\n");
	has(s.requests[0], "\r\nUser-Agent: idc-test/" IDC_VERSION "\r\n");
	has(s.requests[0],
		"/eu-central-1/sso/aws4_request, SignedHeaders="
		"content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "
		"Signature=");
	has(s.requests[0], "\r\n\r\n{\"InstanceArn\":\"arn:aws:sso:::instance/ssoins-1\","
			   "\"Description\":\"\xc3\xa9\"}");
	assert_null(strstr(s.requests[0], SECRET));
	jv_free(input);
	done_with(&s, a);
}

static void query_request(void **state)
{
	jv input = object("{\"PolicyArn\":\"arn:aws:iam::aws:policy/A b\","
			  "\"Tags\":[{\"Key\":\"k&1\",\"Value\":true},{\"Key\":\"2\"}]}");
	struct err err;
	SCRIPT({ 200, XML_TYPE,
		"<?xml version=\"1.0\"?><GetPolicyResponse xmlns=\"https://iam/\">"
		"<GetPolicyResult><Policy><Arn>arn:aws:iam::aws:policy/A</Arn>"
		"<Description>a &lt; b\n</Description><Path>/</Path><Tags><member>"
		"<Key>k</Key></member></Tags></Policy></GetPolicyResult>"
		"<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>"
		"</GetPolicyResponse>",
		0 });

	(void)state;
	expect_json(aws_get(a, AWS_IAM, "GetPolicy", input, &err),
		"{\"Policy\":{\"Arn\":\"arn:aws:iam::aws:policy/A\","
		"\"Description\":\"a < b\\n\",\"Path\":\"/\",\"Tags\":[{\"Key\":\"k\"}]}}");
	has(s.requests[0],
		"\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8");
	has(s.requests[0], "/us-east-1/iam/aws4_request");
	has(s.requests[0],
		"\r\n\r\nAction=GetPolicy&Version=2010-05-08&"
		"PolicyArn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FA%20b&"
		"Tags.member.1.Key=k%261&Tags.member.1.Value=true&Tags.member.2.Key=2");
	assert_null(strstr(s.requests[0], "X-Amz-Target"));
	jv_free(input);
	done_with(&s, a);
}

static void rest_request(void **state)
{
	jv input = object("{\"policyDocument\":\"{}\",\"policyType\":\"IDENTITY_POLICY\"}");
	struct err err;
	SCRIPT({ 200, "Content-Type: application/json\r\n",
		       "{\"findings\":[{\"issueCode\":\"A\"}],\"nextToken\":\"t/1\"}", 0 },
		{ 200, "Content-Type: application/json\r\n",
			"{\"findings\":[],\"nextToken\":null}", 0 });

	(void)state;
	expect_json(aws_get_all(a, AWS_ACCESSANALYZER, "ValidatePolicy", input, &err),
		"[{\"issueCode\":\"A\"}]");
	has(s.requests[0], "POST /policy/validation?maxResults=100 HTTP/1.1\r\n");
	has(s.requests[0], "\r\nContent-Type: application/json\r\n");
	has(s.requests[0],
		"\r\n\r\n{\"policyDocument\":\"{}\",\"policyType\":\"IDENTITY_POLICY\"}");
	has(s.requests[1],
		"POST /policy/validation?maxResults=100&nextToken=t%2F1 HTTP/1.1");
	jv_free(input);
	done_with(&s, a);
}

static void base_path(void **state)
{
	struct loopback s;
	struct err err;
	struct aws *a;
	jv none = jv_object();
	char url[80];
	static const struct loopback_reply script[] = { { 200, JSON_TYPE, "{}", 0 } };

	(void)state;
	loopback_start(&s, script, 1);
	(void)snprintf(url, sizeof(url), "%s/a/b/", s.url);
	setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1", 1);
	setenv("AWS_ENDPOINT_URL_ORGANIZATIONS", url, 1);
	a = aws_new("idc-test", &err);
	assert_non_null(a);
	expect_json(
		aws_get(a, AWS_ORGANIZATIONS, "DescribeOrganization", none, &err), "{}");
	has(s.requests[0], "POST /a/b/ HTTP/1.1\r\n");
	jv_free(none);
	done_with(&s, a);
}

/* --- lists -------------------------------------------------------------------------- */

static void pages(void **state)
{
	jv none = jv_object();
	struct err err;
	SCRIPT({ 200, JSON_TYPE,
		       "{\"Accounts\":[{\"Id\":\"1\"},{\"Id\":\"2\"}],"
		       "\"NextToken\":\"a\"}",
		       0 },
		{ 200, JSON_TYPE, "{\"Accounts\":[],\"NextToken\":\"b\"}", 0 },
		{ 200, JSON_TYPE, "{\"Accounts\":[{\"Id\":\"3\"}]}", 0 });

	(void)state;
	expect_json(aws_get_all(a, AWS_ORGANIZATIONS, "ListAccounts", none, &err),
		"[{\"Id\":\"1\"},{\"Id\":\"2\"},{\"Id\":\"3\"}]");
	has(s.requests[0], "\r\n\r\n{\"MaxResults\":20}");
	has(s.requests[0], "/us-east-1/organizations/aws4_request");
	has(s.requests[1], "\"NextToken\":\"a\"");
	has(s.requests[2], "\"NextToken\":\"b\"");
	assert_int_equal(s.connections, 1);
	expect_json(aws_counts(a), "{\"ListAccounts\":3}");
	jv_free(none);
	done_with(&s, a);
}

static void xml_pages(void **state)
{
	jv none = jv_object();
	struct err err;
	SCRIPT({ 200, XML_TYPE,
		       "<ListPoliciesResponse><ListPoliciesResult><IsTruncated>true</"
		       "IsTruncated>"
		       "<Policies><member><PolicyName>A</PolicyName></member></Policies>"
		       "<Marker>m</Marker></ListPoliciesResult></ListPoliciesResponse>",
		       0 },
		{ 200, XML_TYPE,
			"<ListPoliciesResponse><ListPoliciesResult><IsTruncated>false"
			"</IsTruncated><Policies/></ListPoliciesResult></"
			"ListPoliciesResponse>",
			0 });

	(void)state;
	expect_json(aws_get_all(a, AWS_IAM, "ListPolicies", none, &err),
		"[{\"PolicyName\":\"A\"}]");
	has(s.requests[0], "&MaxItems=1000");
	has(s.requests[1], "&Marker=m");
	jv_free(none);
	done_with(&s, a);
}

static int stop_at_first(void *ctx, jv items)
{
	(void)items;
	return ++*(int *)ctx;
}

static void on_stopped(void *ctx, const struct aws_result *res)
{
	assert_null(res->err);
	assert_int_equal(res->attempts, 1);
	*(int *)ctx += 10;
}

static void stopped_list(void **state)
{
	int seen = 0;
	struct err err;
	jv none = jv_object();
	SCRIPT({ 200, JSON_TYPE, "{\"Roots\":[1],\"NextToken\":\"a\"}", 0 });

	(void)state;
	aws_list(a, AWS_ORGANIZATIONS, "ListRoots", none, stop_at_first, on_stopped, &seen);
	assert_int_equal(aws_pending(a), 1);
	assert_int_equal(aws_run(a, NULL, &err), 0);
	assert_int_equal(seen, 11);
	assert_int_equal(s.n, 1);
	jv_free(none);
	done_with(&s, a);
}

/* Lists op and expects ERR_DATA with text. */
static void expect_bad_list(struct aws *a, const char *text)
{
	struct err err;
	jv none = jv_object();
	jv got = aws_get_all(a, AWS_IDENTITYSTORE, "ListGroups", none, &err);

	assert_false(jv_is_valid(got));
	jv_free(got);
	jv_free(none);
	assert_int_equal(err.kind, ERR_DATA);
	assert_non_null(strstr(err.text, text));
}

static void repeated_token(void **state)
{
	SCRIPT({ 200, JSON_TYPE, "{\"Groups\":[],\"NextToken\":\"a\"}", 0 },
		{ 200, JSON_TYPE, "{\"Groups\":[],\"NextToken\":\"b\"}", 0 },
		{ 200, JSON_TYPE, "{\"Groups\":[],\"NextToken\":\"a\"}", 0 });

	(void)state;
	expect_bad_list(a, "same page token twice");
	assert_int_equal(s.n, 3);
	done_with(&s, a);
}

static void missing_list(void **state)
{
	SCRIPT({ 200, JSON_TYPE, "{}", 0 }, { 200, JSON_TYPE, "{\"Groups\":null}", 0 },
		{ 200, JSON_TYPE, "{\"Groups\":[],\"NextToken\":7}", 0 });

	(void)state;
	expect_bad_list(a, "ListGroups: the answer has no list 'Groups'");
	expect_bad_list(a, "ListGroups: the answer has no list 'Groups'");
	expect_bad_list(a, "'NextToken' is no string");
	done_with(&s, a);
}

/* --- failures and retries ----------------------------------------------------------- */

static void retried(void **state)
{
	jv none = jv_object();
	struct err err;
	SCRIPT({ 503, "", "busy", 0 },
		{ 500, JSON_TYPE, "{\"__type\":\"InternalServerException\"}", 0 },
		{ 200, JSON_TYPE, "{\"a\":[1,2,3,4,5,6,7,8]}", LOOPBACK_CUT },
		{ 200, "", "", LOOPBACK_RESET },
		{ 200, JSON_TYPE, "{\"Instances\":[]}", 0 });

	(void)state;
	expect_json(aws_get_all(a, AWS_SSO_ADMIN, "ListInstances", none, &err), "[]");
	assert_true(s.n >= 5);
	expect_json(aws_counts(a), "{\"ListInstances\":5}");
	jv_free(none);
	done_with(&s, a);
}

static void given_up(void **state)
{
	SCRIPT({ 500, JSON_TYPE "x-amzn-RequestId: r-1\r\n",
		"{\"__type\":\"InternalServerException\",\"message\":\"oops.\"}", 0 });

	(void)state;
	expect_fault(a, AWS_SSO_ADMIN, "ListInstances", ERR_AWS, "InternalServerException",
		"ListInstances: oops (5 attempts)");
	assert_int_equal(s.n, 5);
	done_with(&s, a);
}

static void throttled(void **state)
{
	jv none = jv_object();
	struct err err;
	int64_t before = when_ms();
	SCRIPT({ 400, JSON_TYPE,
		       "{\"__type\":\"com.example#ThrottlingException:http://x/\"}", 0 },
		{ 429, JSON_TYPE "Retry-After: 1\r\n", "{}", 0 },
		{ 400, JSON_TYPE, "{\"__type\":\"TooManyRequestsException\"}", 0 },
		{ 200, JSON_TYPE, "{\"Roots\":[]}", 0 });

	(void)state;
	expect_json(aws_get_all(a, AWS_ORGANIZATIONS, "ListRoots", none, &err), "[]");
	assert_int_equal(s.n, 4);
	assert_true(when_ms() - before >= 1000);
	jv_free(none);
	done_with(&s, a);
}

static void throttled_out(void **state)
{
	setenv("AWS_MAX_ATTEMPTS", "3", 1);
	SCRIPT({ 400, JSON_TYPE,
		"{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}", 0 });

	(void)state;
	expect_fault(a, AWS_ORGANIZATIONS, "ListRoots", ERR_THROTTLED,
		"ThrottlingException", "ListRoots: Rate exceeded (3 attempts)");
	assert_int_equal(s.n, 3);
	done_with(&s, a);
}

/* Failures that are not throttling take from a budget, which throttling leaves alone. */
static void budget(void **state)
{
	jv none = jv_object();
	struct err err;
	SCRIPT({ 400, JSON_TYPE, "{\"__type\":\"ThrottlingException\"}", 0 },
		{ 500, JSON_TYPE, "{\"__type\":\"InternalServerException\"}", 0 },
		{ 200, JSON_TYPE, "{\"Roots\":[]}", 0 },
		{ 200, JSON_TYPE, "{\"Roots\":[]}", 0 },
		{ 500, JSON_TYPE, "{\"__type\":\"InternalServerException\"}", 0 });

	(void)state;
	a->budgets[AWS_PACE_ORGANIZATIONS] = 7;
	expect_json(aws_get_all(a, AWS_ORGANIZATIONS, "ListRoots", none, &err), "[]");
	/* The retry's 5 came back; another success gives 1. */
	assert_int_equal(a->budgets[AWS_PACE_ORGANIZATIONS], 7);
	expect_json(aws_get_all(a, AWS_ORGANIZATIONS, "ListRoots", none, &err), "[]");
	assert_int_equal(a->budgets[AWS_PACE_ORGANIZATIONS], 8);
	expect_fault(a, AWS_ORGANIZATIONS, "ListRoots", ERR_AWS, "InternalServerException",
		"(attempt 2, and none more: too many requests fail)");
	assert_int_equal(a->budgets[AWS_PACE_ORGANIZATIONS], 3);
	assert_int_equal(a->budgets[AWS_PACE_SSO], AWS_RETRY_BUDGET);
	jv_free(none);
	done_with(&s, a);
}

/* In the directory, the time to wait is in the body. */
static void retry_after(void **state)
{
	jv none = jv_object();
	struct err err;
	int64_t before = when_ms();
	SCRIPT({ 400, JSON_TYPE,
		       "{\"__type\":\"ThrottlingException\",\"RetryAfterSeconds\":1}", 0 },
		{ 503,
			"Date: Tue, 24 Nov 2026 02:00:00 GMT\r\n"
			"Retry-After: Tue, 24 Nov 2026 02:00:01 GMT\r\n",
			"", 0 },
		{ 500, JSON_TYPE,
			"{\"__type\":\"InternalServerException\",\"RetryAfterSeconds\":1}",
			0 },
		{ 200, JSON_TYPE, "{\"Groups\":[]}", 0 });

	(void)state;
	expect_json(aws_get_all(a, AWS_IDENTITYSTORE, "ListGroups", none, &err), "[]");
	assert_int_equal(s.n, 4);
	assert_true(when_ms() - before >= 3000);
	jv_free(none);
	done_with(&s, a);
}

/* What is announced as JSON and is none was damaged on its way, whatever its status. */
static void damaged_errors(void **state)
{
	jv none = jv_object();
	struct err err;
	SCRIPT({ 400, JSON_TYPE, "{\"__type\":\"Conf", 0 },
		{ 200, JSON_TYPE, "{\"Groups\":[]}", 0 });

	(void)state;
	expect_json(aws_get_all(a, AWS_IDENTITYSTORE, "ListGroups", none, &err), "[]");
	assert_int_equal(s.n, 2);
	jv_free(none);
	done_with(&s, a);
}

static void count_throttled(void *ctx, const struct aws_result *res)
{
	*(int *)ctx += res->err && res->err->kind == ERR_THROTTLED;
}

/* Who was told to stop does not wait for a storm to pass. */
static void hurried(void **state)
{
	jv none = jv_object();
	struct err err;
	int64_t before = when_ms();
	int n = 0;
	SCRIPT({ 400, JSON_TYPE "Retry-After: 200\r\n",
		       "{\"__type\":\"ThrottlingException\"}", 0 },
		{ 400, JSON_TYPE, "{\"__type\":\"ThrottlingException\"}", 0 });

	(void)state;
	/* One that writes, and was to wait for minutes, ends; another does with its answer.
	 */
	aws_call(a, AWS_SSO_ADMIN, "CreatePermissionSet", none, count_throttled, &n);
	while (a->later.n == 0)
		assert_int_equal(aws_step(a, 100, &err), 0);
	aws_hurry(a);
	aws_call(a, AWS_SSO_ADMIN, "DeletePermissionSet", none, count_throttled, &n);
	assert_int_equal(aws_run(a, NULL, &err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(s.n, 2);
	a->buckets[AWS_PACE_ORGANIZATIONS].limit = 1000;
	a->buckets[AWS_PACE_ORGANIZATIONS].rate = 1000;
	expect_fault(a, AWS_ORGANIZATIONS, "ListRoots", ERR_THROTTLED,
		"ThrottlingException", "(5 attempts)");
	assert_int_equal(s.n, 7);
	assert_true(when_ms() - before < 60000);
	jv_free(none);
	done_with(&s, a);
}

/* --- clocks ------------------------------------------------------------------------- */

static void keep_note(void *ctx, const char *text)
{
	struct buf *notes = ctx;

	buf_addf(notes, "%s\n", text);
}

#define LATE                                                                               \
	"{\"__type\":\"InvalidSignatureException\",\"message\":"                           \
	"\"Signature expired: 20261124T015000Z is now earlier than ...\"}"

static void count_ends(void *ctx, const struct aws_result *res)
{
	*(int *)ctx += res->err ? 100 : 1;
}

/* All that was signed by the wrong clock is signed again; the clock is set once. */
static void skewed_clock(void **state)
{
	static struct loopback_reply script[] = { { 403, NULL, LATE, 0 },
		{ 200, JSON_TYPE, "{}", 0 }, { 403, NULL, LATE, 0 },
		{ 200, JSON_TYPE, "{}", 0 }, { 403, NULL, LATE, 0 } };
	time_t far = time(NULL) + 7200;
	char headers[128];
	char stamp[2][WHEN_BASIC_SIZE];
	struct loopback s;
	struct buf notes;
	struct err err;
	jv none = jv_object();
	int ended = 0;
	long offset_s;
	struct call *c;
	struct aws *a;
	struct tm tm;

	(void)state;
	gmtime_r(&far, &tm);
	strftime(headers, sizeof(headers), JSON_TYPE "Date: %a, %d %b %Y %H:%M:%S GMT\r\n",
		&tm);
	script[0].headers = script[2].headers = script[4].headers = headers;
	a = client(&s, script, 5);
	buf_init(&notes, 4096);
	aws_set_note(a, keep_note, &notes);
	aws_call(a, AWS_ORGANIZATIONS, "DescribeOrganization", none, count_ends, &ended);
	assert_int_equal(aws_run(a, NULL, &err), 0);
	/* In flight when the clocks are compared. */
	aws_call(a, AWS_ORGANIZATIONS, "DescribeOrganization", none, count_ends, &ended);
	c = a->ready[AWS_PACE_ORGANIZATIONS].first;
	queue_remove(&a->ready[AWS_PACE_ORGANIZATIONS], c);
	offset_s = a->clock_offset_s;
	a->clock_offset_s = 0;
	call_send(c, when_ms());
	a->clock_offset_s = offset_s;
	assert_int_equal(aws_run(a, NULL, &err), 0);
	assert_int_equal(ended, 2);
	assert_int_equal(s.n, 4);
	when_basic(stamp[0], far);
	when_basic(stamp[1], far + 100);
	stamp[0][11] = stamp[1][11] = '\0';
	for (int i = 1; i < 4; i += 2) {
		const char *at = strstr(s.requests[i], "\r\nX-Amz-Date: ") + 14;

		assert_true(
			strncmp(at, stamp[0], 11) == 0 || strncmp(at, stamp[1], 11) == 0);
	}
	assert_non_null(strstr(buf_str(&notes), " s behind AWS's: requests are signed by"));
	assert_ptr_equal(strchr(buf_str(&notes), '\n'), notes.data + notes.len - 1);
	/* By now a refusal has another reason. */
	expect_fault(a, AWS_ORGANIZATIONS, "ListRoots", ERR_AWS,
		"InvalidSignatureException", "AWS refused the signature");
	assert_int_equal(s.n, 5);
	jv_free(none);
	buf_release(&notes);
	done_with(&s, a);
}

static void not_retried(void **state)
{
	SCRIPT({ 400, JSON_TYPE "x-amzn-ErrorType: ValidationException:http://x/\r\n",
		       "{\"message\":\"1 validation error\\nin x\"}", 0 },
		{ 400, JSON_TYPE,
			"{\"__type\":\"ConflictException\",\"Message\":\"exists\"}", 0 },
		{ 400, JSON_TYPE,
			"{\"__type\":\"ExpiredTokenException\",\"message\":\"x\"}", 0 },
		{ 400, JSON_TYPE, "{\"__type\":\"UnrecognizedClientException\"}", 0 },
		{ 403, JSON_TYPE,
			"{\"__type\":\"InvalidSignatureException\",\"message\":"
			"\"should have been x-amz-security-token:" TOKEN "\"}",
			0 },
		{ 400, JSON_TYPE,
			"{\"__type\":\"AccessDeniedException\",\"Message\":"
			"\"You don't have permissions to access this resource.\"}",
			0 },
		{ 400, JSON_TYPE,
			"{\"__type\":\"OtherException\",\"message\":"
			"\"key " SECRET " x\"}",
			0 });

	(void)state;
	expect_fault(a, AWS_SSO_ADMIN, "ListInstances", ERR_AWS, "ValidationException",
		"ListInstances: 1 validation error in x");
	expect_fault(a, AWS_SSO_ADMIN, "CreatePermissionSet", ERR_AWS, "ConflictException",
		"exists");
	expect_fault(a, AWS_SSO_ADMIN, "ListInstances", ERR_AWS, "ExpiredTokenException",
		"the credentials have expired");
	expect_fault(a, AWS_SSO_ADMIN, "ListInstances", ERR_AWS,
		"UnrecognizedClientException", "AWS does not know these credentials");
	expect_fault(a, AWS_SSO_ADMIN, "ListInstances", ERR_AWS,
		"InvalidSignatureException",
		"check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY");
	expect_fault(a, AWS_ORGANIZATIONS, "ListRoots", ERR_AWS, "AccessDeniedException",
		"this resource: the role needs 'organizations:ListRoots'");
	expect_fault(
		a, AWS_SSO_ADMIN, "ListInstances", ERR_AWS, "OtherException", "key ****");
	assert_int_equal(s.n, 7);
	done_with(&s, a);
}

static void xml_errors(void **state)
{
	SCRIPT({ 404, XML_TYPE,
		       "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code>"
		       "<Message>Policy x does not exist.</Message></Error>"
		       "<RequestId>r-9</RequestId></ErrorResponse>",
		       0 },
		{ 403, XML_TYPE,
			"<ErrorResponse><Error><Code>SignatureDoesNotMatch</"
			"Code><Message>" TOKEN "</Message></Error></ErrorResponse>",
			0 },
		{ 200, XML_TYPE, "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", 0 },
		{ 200, XML_TYPE, "<OtherResponse/>", 0 });

	(void)state;
	expect_fault(a, AWS_IAM, "GetPolicy", ERR_AWS, "NoSuchEntity",
		"GetPolicy: Policy x does not exist");
	expect_fault(a, AWS_IAM, "GetPolicy", ERR_AWS, "SignatureDoesNotMatch",
		"AWS refused the signature");
	expect_fault(a, AWS_IAM, "GetPolicy", ERR_NET, "", "not as AWS does");
	expect_fault(a, AWS_IAM, "GetPolicy", ERR_NET, "", "not as AWS does");
	done_with(&s, a);
}

static void foreign_pages(void **state)
{
	SCRIPT({ 403, "Content-Type: text/html; charset=utf-8\r\n", "<html>Blocked</html>",
		       0 },
		{ 200, "Content-Type: text/html\r\n", "<html>Log in</html>", 0 },
		{ 302, "Location: https://login.example.com/\r\n", "", 0 },
		{ 200, JSON_TYPE, "[]", 0 });

	(void)state;
	expect_fault(a, AWS_SSO_ADMIN, "ListInstances", ERR_NET, "",
		"answered with status 403 and text/html, not as AWS does: is a proxy");
	expect_fault(
		a, AWS_SSO_ADMIN, "ListInstances", ERR_NET, "", "status 200 and text/html");
	expect_fault(a, AWS_SSO_ADMIN, "ListInstances", ERR_NET, "", "status 302");
	expect_fault(a, AWS_SSO_ADMIN, "ListInstances", ERR_NET, "", "status 200");
	assert_int_equal(s.n, 4);
	done_with(&s, a);
}

static void damaged_json(void **state)
{
	setenv("AWS_MAX_ATTEMPTS", "2", 1);
	SCRIPT({ 200, JSON_TYPE, "{\"a\":", 0 });

	(void)state;
	expect_fault(
		a, AWS_SSO_ADMIN, "ListInstances", ERR_NET, "", "a damaged answer from");
	assert_int_equal(s.n, 2);
	done_with(&s, a);
}

static void nobody_there(void **state)
{
	int64_t before = when_ms();
	struct err err;
	struct aws *a;

	(void)state;
	setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1", 1);
	a = aws_new("idc-test", &err);
	assert_non_null(a);
	expect_fault(a, AWS_SSO_ADMIN, "ListInstances", ERR_NET, "",
		"nobody is listening at '127.0.0.1:1'");
	expect_json(aws_counts(a), "{\"ListInstances\":1}");
	assert_true(when_ms() - before < 1000);
	aws_free(a);
}

static void timeout(void **state)
{
	setenv("IDC_TIMEOUT", "200ms", 1);
	setenv("AWS_MAX_ATTEMPTS", "2", 1);
	SCRIPT({ 200, JSON_TYPE, "{}", LOOPBACK_STALL });

	(void)state;
	expect_fault(
		a, AWS_SSO_ADMIN, "ListInstances", ERR_NET, "", "no answer in time from");
	assert_int_equal(s.n, 2);
	done_with(&s, a);
}

/* --- credentials that end ----------------------------------------------------------- */

#define CREDENTIALS(id, expiration)                                                        \
	"{\"AccessKeyId\":\"" id "\",\"SecretAccessKey\":\"" SECRET                        \
	"\",\"Token\":\"" TOKEN "\",\"Expiration\":\"" expiration "\"}"
#define EXPIRING CREDENTIALS("AKIDOLD", "2100-01-01T00:00:00Z")

/* A client whose credentials come from the server's first answer. */
static struct aws *container_client(
	struct loopback *s, const struct loopback_reply *script, size_t n)
{
	struct err err;
	struct aws *a;

	loopback_start(s, script, n);
	unsetenv("AWS_ACCESS_KEY_ID");
	unsetenv("AWS_SECRET_ACCESS_KEY");
	setenv("AWS_ENDPOINT_URL", s->url, 1);
	setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", s->url, 1);
	a = aws_new("idc-test", &err);
	assert_non_null(a);
	return a;
}

static void renewed_in_time(void **state)
{
	static struct loopback_reply script[] = { { 200, JSON_TYPE, NULL, 0 },
		{ 200, JSON_TYPE, CREDENTIALS("AKIDNEW", "2100-01-01T00:00:00Z"), 0 },
		{ 200, JSON_TYPE, "{\"Roots\":[]}", 0 } };
	char stamp[WHEN_RFC3339_SIZE];
	struct loopback s;
	struct err err;
	jv none = jv_object();
	struct aws *a;
	char *soon;

	(void)state;
	when_rfc3339(stamp, time(NULL) + 60);
	soon = mem_format("{\"AccessKeyId\":\"AKIDOLD\",\"SecretAccessKey\":\"s\","
			  "\"Expiration\":\"%s\"}",
		stamp);
	script[0].body = soon;
	a = container_client(&s, script, 3);
	expect_json(aws_get_all(a, AWS_ORGANIZATIONS, "ListRoots", none, &err), "[]");
	has(s.requests[2], "Credential=AKIDNEW/");
	jv_free(none);
	done_with(&s, a);
	free(soon);
}

static void renewed_when_refused(void **state)
{
	static const struct loopback_reply script[] = { { 200, JSON_TYPE, EXPIRING, 0 },
		{ 400, JSON_TYPE, "{\"__type\":\"ExpiredTokenException\"}", 0 },
		{ 200, JSON_TYPE, CREDENTIALS("AKIDNEW", "2100-01-01T00:00:00Z"), 0 },
		{ 200, JSON_TYPE, "{\"Roots\":[]}", 0 } };
	struct loopback s;
	struct err err;
	jv none = jv_object();
	struct aws *a = container_client(&s, script, 4);

	(void)state;
	expect_json(aws_get_all(a, AWS_ORGANIZATIONS, "ListRoots", none, &err), "[]");
	has(s.requests[1], "Credential=AKIDOLD/");
	has(s.requests[3], "Credential=AKIDNEW/");
	jv_free(none);
	done_with(&s, a);
}

/* A list of nothing; whether that took less than limit_s seconds. */
static int lists_within(struct aws *a, time_t limit_s)
{
	time_t start = time(NULL);
	struct err err;
	jv none = jv_object();

	expect_json(aws_get_all(a, AWS_ORGANIZATIONS, "ListRoots", none, &err), "[]");
	jv_free(none);
	return time(NULL) - start < limit_s;
}

/* Whoever gives credentials stalls while the old ones are good: it costs little, and once.
 */
static void renewal_stalls(void **state)
{
	static struct loopback_reply script[] = { { 200, JSON_TYPE, NULL, 0 },
		{ 200, "", "", LOOPBACK_STALL }, { 200, JSON_TYPE, "{\"Roots\":[]}", 0 } };
	char stamp[WHEN_RFC3339_SIZE];
	struct loopback s;
	struct buf notes;
	struct aws *a;
	char *soon;

	(void)state;
	when_rfc3339(stamp, time(NULL) + 200);
	soon = mem_format(CREDENTIALS("AKIDOLD", "%s"), stamp);
	script[0].body = soon;
	a = container_client(&s, script, 3);
	buf_init(&notes, 4096);
	aws_set_note(a, keep_note, &notes);
	assert_true(lists_within(a, 6));
	assert_true(lists_within(a, 2));
	assert_int_equal(s.n, 4);
	has(s.requests[3], "Credential=AKIDOLD/");
	has(buf_str(&notes),
		"credentials can't be renewed yet: no credentials: container: ");
	/* The pause counts from the end of the attempt, and the next is longer. */
	assert_in_range(a->keys.next_ms - when_ms(), 11000, 15000);
	assert_int_equal(a->keys.failures, 1);
	buf_release(&notes);
	done_with(&s, a);
	free(soon);
}

/* Refused for expired credentials between two attempts: the next one is waited for. */
static void renewal_waited_for(void **state)
{
	static const struct loopback_reply script[] = { { 200, JSON_TYPE, EXPIRING, 0 },
		{ 400, JSON_TYPE, "{\"__type\":\"ExpiredTokenException\"}", 0 },
		{ 403, JSON_TYPE, "", 0 },
		{ 200, JSON_TYPE, CREDENTIALS("AKIDNEW", "2100-01-01T00:00:00Z"), 0 },
		{ 200, JSON_TYPE, "{\"Roots\":[]}", 0 } };
	struct loopback s;
	struct err err;
	jv none = jv_object();
	int ended = 0;
	struct aws *a = container_client(&s, script, 5);

	(void)state;
	aws_call(a, AWS_ORGANIZATIONS, "DescribeOrganization", none, count_ends, &ended);
	while (a->keys.failures == 0)
		assert_int_equal(aws_step(a, 100, &err), 0);
	/* Nothing is signed with the old ones any more. */
	for (int i = 0; i < 5; i++)
		assert_int_equal(aws_step(a, 10, &err), 0);
	assert_int_equal(s.n, 3);
	a->keys.next_ms = 0;
	assert_int_equal(aws_run(a, NULL, &err), 0);
	assert_int_equal(ended, 1);
	has(s.requests[4], "Credential=AKIDNEW/");
	jv_free(none);
	done_with(&s, a);
}

static void keep_error(void *ctx, const struct aws_result *res)
{
	*(struct err *)ctx = *res->err;
}

/* After a minute without new ones, the reason is told. */
static void renewal_given_up(void **state)
{
	static const struct loopback_reply script[] = { { 200, JSON_TYPE, EXPIRING, 0 },
		{ 400, JSON_TYPE, "{\"__type\":\"ExpiredTokenException\"}", 0 },
		{ 403, JSON_TYPE, "", 0 } };
	struct loopback s;
	struct err err = { 0 };
	struct err engine;
	jv none = jv_object();
	struct aws *a = container_client(&s, script, 3);

	(void)state;
	aws_call(a, AWS_ORGANIZATIONS, "DescribeOrganization", none, keep_error, &err);
	while (a->keys.failures == 0)
		assert_int_equal(aws_step(a, 100, &engine), 0);
	a->keys.ended_ms -= 60000;
	assert_int_equal(aws_run(a, NULL, &engine), 0);
	assert_int_equal(err.kind, ERR_CRED);
	has(err.text, "no credentials: container: ");
	assert_int_equal(s.n, 3);
	jv_free(none);
	done_with(&s, a);
}

/* What looks expired by this clock is for AWS to judge; by its own clock it is good. */
static void unjudged(void **state)
{
	static struct loopback_reply script[] = {
		{ 200, JSON_TYPE, CREDENTIALS("AKIDOLD", "2026-01-01T00:00:00Z"), 0 },
		{ 200, JSON_TYPE, "{\"Roots\":[]}", 0 }, { 403, NULL, LATE, 0 },
		{ 200, JSON_TYPE, "{\"Roots\":[]}", 0 }
	};
	time_t then = 1767222000; /* an hour before that */
	char headers[128];
	struct loopback s;
	struct aws *a;
	struct tm tm;

	(void)state;
	gmtime_r(&then, &tm);
	strftime(headers, sizeof(headers), JSON_TYPE "Date: %a, %d %b %Y %H:%M:%S GMT\r\n",
		&tm);
	script[2].headers = headers;
	a = container_client(&s, script, 4);
	assert_true(lists_within(a, 3));
	assert_true(a->keys.unjudged);
	assert_true(lists_within(a, 3));
	assert_false(a->keys.unjudged);
	assert_int_equal(s.n, 4);
	done_with(&s, a);
}

/* --- many at once ------------------------------------------------------------------- */

struct tally {
	struct aws *a;
	int ended;
	int failed;
	int more; /* calls still to start from the callback */
};

static void on_tally(void *ctx, const struct aws_result *res)
{
	struct tally *t = ctx;
	jv none = jv_object();

	t->ended++;
	t->failed += res->err != NULL;
	if (t->more-- > 0)
		aws_call(
			t->a, AWS_ORGANIZATIONS, "DescribeOrganization", none, on_tally, t);
	jv_free(none);
}

static void parallel(void **state)
{
	struct tally t = { .more = 20 };
	struct err err;
	jv none = jv_object();
	SCRIPT({ 200, JSON_TYPE, "{}", 0 });

	(void)state;
	t.a = a;
	for (int i = 0; i < 40; i++)
		aws_call(a, AWS_ORGANIZATIONS, "DescribeOrganization", none, on_tally, &t);
	assert_int_equal(aws_run(a, NULL, &err), 0);
	assert_int_equal(t.ended, 60);
	assert_int_equal(t.failed, 0);
	assert_int_equal(s.n, 60);
	assert_true(s.connections <= 32);
	jv_free(none);
	done_with(&s, a);
}

static void paced(void **state)
{
	struct tally t = { 0 };
	struct err err;
	jv none = jv_object();
	int64_t before = when_ms();

	setenv("IDC_TPS", "10", 1);
	SCRIPT({ 200, JSON_TYPE, "{}", 0 });
	(void)state;
	t.a = a;
	for (int i = 0; i < 15; i++)
		aws_call(a, i % 2 ? AWS_SSO_ADMIN : AWS_IDENTITYSTORE,
			i % 2 ? "DescribePermissionSet" : "DescribeGroup", none, on_tally,
			&t);
	assert_int_equal(aws_run(a, NULL, &err), 0);
	/* Ten at once, then one each tenth of a second. */
	assert_true(when_ms() - before >= 450);
	assert_int_equal(t.ended, 15);
	jv_free(none);
	done_with(&s, a);
}

static void interrupted(void **state)
{
	struct tally t = { 0 };
	volatile sig_atomic_t stop = 1;
	struct err err;
	jv none = jv_object();
	SCRIPT({ 200, JSON_TYPE, "{}", 0 });

	(void)state;
	t.a = a;
	aws_call(a, AWS_ORGANIZATIONS, "DescribeOrganization", none, on_tally, &t);
	assert_int_equal(aws_run(a, &stop, &err), 0);
	assert_int_equal(t.failed, 1);
	assert_int_equal(s.n, 0);
	/* What is in flight is waited for, what it starts is not sent. */
	t = (struct tally){ .a = a, .more = 1 };
	aws_call(a, AWS_ORGANIZATIONS, "DescribeOrganization", none, on_tally, &t);
	assert_int_equal(aws_step(a, 0, &err), 0);
	assert_int_equal(aws_run(a, &stop, &err), 0);
	assert_int_equal(t.ended, 2);
	assert_int_equal(t.failed, 1);
	assert_int_equal(s.n, 1);
	jv_free(none);
	done_with(&s, a);
}

/* --- set-up ------------------------------------------------------------------------- */

static void expect_no_client(enum err_kind kind, const char *text)
{
	struct err err;

	assert_null(aws_new("idc-test", &err));
	if (!strstr(err.text, text))
		print_error("# %s\n", err.text);
	assert_int_equal(err.kind, kind);
	assert_non_null(strstr(err.text, text));
	no_secret(&err);
}

static void bad_environment(void **state)
{
	static const char *const endpoints[] = { "http://sso.example.com",
		"ftp://localhost", "http://127.0.0.1.example.com",
		"https://user:pw@example.com", "https://example.com/?a=b",
		"::", "http://128.0.0.1" };

	(void)state;
	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
		setenv("AWS_ENDPOINT_URL", endpoints[i], 1);
		expect_no_client(ERR_DATA, "AWS_ENDPOINT_URL ");
	}
	setenv("AWS_ENDPOINT_URL_IAM", "http://iam.example.com", 1);
	setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1", 1);
	expect_no_client(ERR_DATA, "AWS_ENDPOINT_URL_IAM must be https");
	unsetenv("AWS_ENDPOINT_URL_IAM");
	setenv("AWS_USE_DUALSTACK_ENDPOINT", "yes", 1);
	expect_no_client(ERR_DATA, "AWS_USE_DUALSTACK_ENDPOINT must be 'true' or 'false'");
	unsetenv("AWS_USE_DUALSTACK_ENDPOINT");
	setenv("AWS_USE_FIPS_ENDPOINT", "true", 1);
	setenv("AWS_ENDPOINT_URL", "https://vpce.example.com", 1);
	expect_no_client(ERR_DATA, "so AWS_USE_FIPS_ENDPOINT can't choose: unset one");
	unsetenv("AWS_USE_FIPS_ENDPOINT");
	setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1", 1);
	setenv("AWS_RETRY_MODE", "legacy", 1);
	expect_no_client(
		ERR_DATA, "AWS_RETRY_MODE 'legacy' is not spoken here: 'standard'");
	setenv("AWS_RETRY_MODE", "adaptive", 1);
	setenv("IDC_TPS", "fast", 1);
	expect_no_client(ERR_DATA, "IDC_TPS must be a number from 0");
	unsetenv("IDC_TPS");
	setenv("AWS_MAX_ATTEMPTS", "0", 1);
	expect_no_client(ERR_DATA, "AWS_MAX_ATTEMPTS must be");
	unsetenv("AWS_MAX_ATTEMPTS");
	setenv("AWS_REGION", "eu-central-1.evil.example.com/", 1);
	expect_no_client(ERR_DATA, "AWS_REGION is no name of a region");
	unsetenv("AWS_REGION");
	expect_no_client(ERR_DATA, "no region: set AWS_REGION");
	setenv("AWS_DEFAULT_REGION", "eu-central-1", 1);
	unsetenv("AWS_SECRET_ACCESS_KEY");
	expect_no_client(ERR_CRED, "AWS_SECRET_ACCESS_KEY is not");
	unsetenv("AWS_ACCESS_KEY_ID");
	expect_no_client(ERR_CRED, "no credentials: environment: AWS_ACCESS_KEY_ID is ");
}

static void hosts(void **state)
{
	static const struct {
		enum aws_service service;
		const char *region, *url, *signing;
	} cases[] = {
		{ AWS_SSO_ADMIN, "eu-central-1", "https://sso.eu-central-1.amazonaws.com",
			"eu-central-1" },
		{ AWS_IDENTITYSTORE, "us-gov-west-1",
			"https://identitystore.us-gov-west-1.amazonaws.com",
			"us-gov-west-1" },
		{ AWS_ACCESSANALYZER, "cn-north-1",
			"https://access-analyzer.cn-north-1.amazonaws.com.cn",
			"cn-north-1" },
		{ AWS_STS, "ap-south-1", "https://sts.ap-south-1.amazonaws.com",
			"ap-south-1" },
		{ AWS_ORGANIZATIONS, "eu-central-1",
			"https://organizations.us-east-1.amazonaws.com", "us-east-1" },
		{ AWS_ORGANIZATIONS, "cn-north-1",
			"https://organizations.cn-northwest-1.amazonaws.com.cn",
			"cn-northwest-1" },
		{ AWS_ORGANIZATIONS, "us-gov-east-1",
			"https://organizations.us-gov-west-1.amazonaws.com",
			"us-gov-west-1" },
		{ AWS_IAM, "eu-west-3", "https://iam.amazonaws.com", "us-east-1" },
		{ AWS_IAM, "cn-northwest-1", "https://iam.cn-north-1.amazonaws.com.cn",
			"cn-north-1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct aws_endpoint e;
		struct err err;

		assert_int_equal(aws_endpoint_find(
					 cases[i].service, cases[i].region, NULL, &e, &err),
			0);
		assert_string_equal(e.url, cases[i].url);
		assert_string_equal(e.region, cases[i].signing);
		assert_string_equal(e.host, strstr(e.url, "//") + 2);
		aws_endpoint_release(&e);
	}
}

/* The host of a service, asked for with FIPS and dual-stack or not. */
static void expect_variant(enum aws_service service, const char *region, int fips, int dual,
	const char *host, const char *signing)
{
	struct aws_endpoint e;
	struct err err;

	setenv("AWS_USE_FIPS_ENDPOINT", fips ? "True" : "false", 1);
	setenv("AWS_USE_DUALSTACK_ENDPOINT", dual ? "true" : "", 1);
	assert_int_equal(aws_endpoint_find(service, region, NULL, &e, &err), 0);
	assert_string_equal(e.host, host);
	assert_string_equal(e.region, signing);
	assert_int_equal(e.variant, fips || dual);
	aws_endpoint_release(&e);
}

static void variants(void **state)
{
	static const char *const regions[][2] = { { "cn-north-1", "aws-cn" },
		{ "us-gov-east-1", "aws-us-gov" }, { "eu-central-1", "aws" },
		{ "us-iso-west-1", "aws-iso" }, { "us-isob-east-1", "aws-iso-b" },
		{ "eu-isoe-west-1", "aws-iso-e" }, { "us-isof-south-1", "aws-iso-f" },
		{ "eusc-de-east-1", "aws-eusc" } };

	char partition[24];

	(void)state;
	assert_int_equal(
		aws_arn_partition("arn:aws-cn:iam::aws:policy/A", partition, 24), 0);
	assert_string_equal(partition, "aws-cn");
	assert_int_equal(aws_arn_partition("arn:aws", partition, 24), -1);
	assert_int_equal(aws_arn_partition("arn::iam", partition, 24), -1);
	assert_int_equal(
		aws_arn_partition("arn:a-partition-that-is-too-long:", partition, 24), -1);
	for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++)
		assert_string_equal(aws_partition_of(regions[i][0]), regions[i][1]);
	expect_variant(AWS_SSO_ADMIN, "us-east-2", 1, 0, "sso-fips.us-east-2.amazonaws.com",
		"us-east-2");
	expect_variant(AWS_SSO_ADMIN, "us-gov-west-1", 1, 0,
		"sso.us-gov-west-1.amazonaws.com", "us-gov-west-1");
	expect_variant(AWS_STS, "us-gov-west-1", 1, 1, "sts-fips.us-gov-west-1.api.aws",
		"us-gov-west-1");
	expect_variant(AWS_IDENTITYSTORE, "cn-north-1", 0, 1,
		"identitystore.cn-north-1.api.amazonwebservices.com.cn", "cn-north-1");
	expect_variant(AWS_ORGANIZATIONS, "eu-central-1", 1, 0,
		"organizations-fips.us-east-1.amazonaws.com", "us-east-1");
	expect_variant(AWS_ORGANIZATIONS, "eu-central-1", 0, 1,
		"organizations.eu-central-1.api.aws", "eu-central-1");
	expect_variant(
		AWS_IAM, "eu-central-1", 1, 0, "iam-fips.amazonaws.com", "us-east-1");
	expect_variant(
		AWS_IAM, "eu-central-1", 1, 1, "iam-fips.global.api.aws", "us-east-1");
	expect_variant(AWS_IAM, "eu-isoe-west-1", 0, 0, "iam.eu-isoe-west-1.cloud.adc-e.uk",
		"eu-isoe-west-1");
	expect_variant(
		AWS_IAM, "cn-north-1", 1, 0, "iam-fips.amazonaws.com.cn", "cn-northwest-1");
}

/* --- pure parts --------------------------------------------------------------------- */

static void buckets(void **state)
{
	struct aws_bucket b;

	(void)state;
	aws_pace_init(&b, 20, 1000);
	for (int i = 0; i < 17; i++)
		assert_true(aws_pace_take(&b, 1000));
	assert_false(aws_pace_take(&b, 1000));
	assert_int_equal(aws_pace_wait_ms(&b, 1000, 1), 50);
	/* Of many, those of a quarter of a second go together. */
	assert_int_equal(aws_pace_wait_ms(&b, 1000, 3), 150);
	assert_int_equal(aws_pace_wait_ms(&b, 1000, 30), 250);
	assert_int_equal(aws_pace_wait_ms(&b, 1100, 30), 150);
	assert_true(aws_pace_take(&b, 1100));
	/* One cut a second, however many answers complain. */
	aws_pace_throttled(&b, 1100, 0);
	aws_pace_throttled(&b, 1200, 0);
	assert_true(fabs(b.rate - 14.1) < 0.2);
	aws_pace_throttled(&b, 2200, 0);
	assert_true(b.rate < 11);
	assert_int_equal(aws_pace_wait_ms(&b, 2200, 1) > 80, 1);
	/* Nothing but refusals: no recovery, and less and less, down to one in 5 s. */
	(void)aws_pace_wait_ms(&b, 30000, 1);
	assert_true(b.rate < 11);
	for (int64_t t = 31000; t < 60000; t += 1000)
		aws_pace_throttled(&b, t, 0);
	assert_true(fabs(b.rate - 0.2) < 0.01);
	assert_true(aws_pace_wait_ms(&b, 60000, 9) <= 5000);
	aws_pace_answered(&b, 60000);
	(void)aws_pace_wait_ms(&b, 90000, 1);
	assert_true(b.rate > 19.9 && b.rate <= 20);
	assert_true(b.tokens <= 20);
	/* Without a limit nothing waits, until there are complaints. */
	aws_pace_init(&b, 0, 0);
	for (int i = 0; i < 100; i++)
		assert_true(aws_pace_take(&b, i));
	aws_pace_throttled(&b, 100, 0);
	assert_true(b.rate > 30 && b.rate < 100);
	assert_false(aws_pace_take(&b, 100));
	aws_pace_answered(&b, 100);
	for (int64_t t = 1000; t < 200000; t += 1000)
		(void)aws_pace_wait_ms(&b, t, 1);
	assert_true(b.rate == 0.0);
	/* A time that AWS gives holds everything back. */
	aws_pace_throttled(&b, 300000, 7000);
	aws_pace_answered(&b, 300000);
	assert_false(aws_pace_take(&b, 306999));
	assert_int_equal(aws_pace_wait_ms(&b, 306999, 1), 1);
	assert_true(aws_pace_take(&b, 307000));
}

static void backoff(void **state)
{
	int64_t longest = 0;

	(void)state;
	for (int i = 0; i < 200; i++) {
		int64_t wait = aws_retry_wait_ms(3, -1);

		assert_true(aws_retry_wait_ms(1, -1) <= 200);
		assert_true(wait <= 800);
		longest = wait > longest ? wait : longest;
		assert_true(aws_retry_wait_ms(50, -1) <= 20000);
	}
	assert_true(longest > 100);
	assert_int_equal(aws_retry_wait_ms(1, 7), 7000);
	assert_int_equal(aws_retry_wait_ms(1, 86400), 300000);
}

static void hints(void **state)
{
	const struct aws_op *op = aws_op_find(AWS_SSO_ADMIN, "ListInstances");
	struct http_response res = {
		.fault = HTTP_RESOLVE, .content_type = "", .date = ""
	};
	struct aws_endpoint e = { 0 };
	struct cred cred = { 0 };
	struct err err;

	(void)state;
	err_set(&err, ERR_NET, "can't find the host 'sso.eu-cental-1.amazonaws.com'");
	aws_retry_explain(&err, op, "eu-cental-1", &e, &res, 0, &cred);
	assert_string_equal(err.text,
		"ListInstances: can't find the host 'sso.eu-cental-1.amazonaws.com': "
		"is AWS_REGION 'eu-cental-1' right?");
	e.variant = 1;
	err_set(&err, ERR_NET, "can't find the host 'x'");
	aws_retry_explain(&err, op, "eu-west-9", &e, &res, 0, &cred);
	assert_non_null(strstr(err.text, "AWS may have none for this service in "
					 "'eu-west-9'"));
	err_set(&err, ERR_AWS, "Signature expired");
	memcpy(err.code, "InvalidSignatureException", sizeof("InvalidSignatureException"));
	res.fault = HTTP_FINE;
	res.date = "Tue, 24 Nov 2026 02:00:00 GMT";
	aws_retry_explain(&err, op, "eu-central-1", &e, &res, 1795485600 + 3600, &cred);
	assert_string_equal(err.text, "ListInstances: this machine's clock is 3600 s ahead "
				      "of AWS's: set it, and try "
				      "again");
}

static void deep_xml(void **state)
{
	struct buf b;
	struct err err;
	jv v;

	(void)state;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 64; i++)
		buf_adds(&b, "<a>");
	for (int i = 0; i < 64; i++)
		buf_adds(&b, "</a>");
	v = aws_xml_parse(buf_str(&b), b.len, &err);
	assert_true(jv_is_valid(v));
	jv_free(v);
	buf_clear(&b);
	for (int i = 0; i < 1000; i++)
		buf_adds(&b, "<a>");
	v = aws_xml_parse(buf_str(&b), b.len, &err);
	assert_false(jv_is_valid(v));
	assert_non_null(strstr(err.text, "nested too deeply"));
	jv_free(v);
	v = aws_xml_parse("<a><b/><b/></a>", 15, &err);
	assert_false(jv_is_valid(v));
	jv_free(v);
	v = aws_xml_parse("", 0, &err);
	assert_false(jv_is_valid(v));
	jv_free(v);
	buf_release(&b);
}

static void table(void **state)
{
	size_t n = 0;

	(void)state;
	for (; aws_op_at(n); n++) {
		const struct aws_op *op = aws_op_at(n);

		assert_int_equal(aws_op_index(op), n);
		assert_ptr_equal(aws_op_find(op->service, op->name), op);
		assert_int_equal(op->items != NULL, op->token_in != NULL);
		assert_int_equal(op->max_name != NULL, op->max > 0);
	}
	assert_int_equal(n, 52);
	assert_ptr_equal(aws_op_find(AWS_SERVICES, "ListTagsForResource"),
		aws_op_find(AWS_SSO_ADMIN, "ListTagsForResource"));
	assert_null(aws_op_find(AWS_IAM, "ListInstances"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, clean)
	const struct CMUnitTest tests[] = { CASE(json_request), CASE(query_request),
		CASE(rest_request), CASE(base_path), CASE(pages), CASE(xml_pages),
		CASE(stopped_list), CASE(repeated_token), CASE(missing_list), CASE(retried),
		CASE(given_up), CASE(throttled), CASE(throttled_out), CASE(budget),
		CASE(retry_after), CASE(damaged_errors), CASE(hurried), CASE(skewed_clock),
		CASE(not_retried), CASE(xml_errors), CASE(foreign_pages),
		CASE(damaged_json), CASE(nobody_there), CASE(timeout),
		CASE(renewed_in_time), CASE(renewed_when_refused), CASE(renewal_stalls),
		CASE(renewal_waited_for), CASE(renewal_given_up), CASE(unjudged),
		CASE(parallel), CASE(paced), CASE(interrupted), CASE(bad_environment),
		CASE(hosts), CASE(variants), CASE(buckets), CASE(backoff), CASE(hints),
		CASE(deep_xml), CASE(table) };

	return cmocka_run_group_tests_name("aws", tests, NULL, NULL);
}
