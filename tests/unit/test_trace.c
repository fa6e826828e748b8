/*
 * trace: what is blotted out, and what the file is like.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "trace.h"

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

static char path[64];

static int begin(void **state)
{
	struct err err;

	(void)state;
	(void)snprintf(path, sizeof(path), "/tmp/idc-trace.%ld", (long)getpid());
	(void)unlink(path);
	return trace_open(path, "idc-test", &err);
}

static int end(void **state)
{
	(void)state;
	(void)trace_close();
	return unlink(path);
}

static void expect(enum trace_kind kind, const char *text, const char *want)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	trace_blot(&b, kind, text, strlen(text));
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void bodies(void **state)
{
	static const char *const same[] = { "", "{}", "{\"NextToken\":\"abc\"}",
		"{\"ClientToken\":\"abc\",\"Tokens\":\"x\"}", "Token", "the token is wrong",
		"{\"Token\":\"\"}", "<Token></Token>", "a=b&c=d", "\\", "{\"a\":\"\\\"\"}",
		"AccessKeyId" };

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		expect(TRACE_BODY, same[i], same[i]);
	expect(TRACE_BODY,
		"{\"AccessKeyId\" : \"A\", "
		"\"SecretAccessKey\":\"b/c+d=\",\n\"Token\":\"e\\/f\"}",
		"{\"AccessKeyId\" : \"[...]\", \"SecretAccessKey\":\"[...]\",\n"
		"\"Token\":\"[...]\"}");
	expect(TRACE_BODY,
		"{\"roleCredentials\":{\"accessKeyId\":\"A\",\"secretAccessKey\":\"b\","
		"\"sessionToken\":\"c\",\"expiration\":1}}",
		"{\"roleCredentials\":{\"accessKeyId\":\"[...]\",\"secretAccessKey\":\"[..."
		"]\","
		"\"sessionToken\":\"[...]\",\"expiration\":1}}");
	expect(TRACE_BODY,
		"<Credentials><SecretAccessKey>b/c=</SecretAccessKey><SessionToken>\n t"
		"</SessionToken></Credentials>",
		"<Credentials><SecretAccessKey>[...]</SecretAccessKey><SessionToken>\n "
		"[...]"
		"</SessionToken></Credentials>");
	expect(TRACE_BODY, "Action=A&WebIdentityToken=ey.J%2Fx&RoleArn=r",
		"Action=A&WebIdentityToken=[...]&RoleArn=r");
	expect(TRACE_BODY, "{\"text\":\"{\\\"Token\\\":\\\"abc\\\"}\"}",
		"{\"text\":\"{\\\"Token\\\":\\\"[...]\\\"}\"}");
	expect(TRACE_BODY, "expires_in=1&access_token=abc",
		"expires_in=1&access_token=[...]");
}

static void heads(void **state)
{
	(void)state;
	expect(TRACE_HEAD,
		"POST /a?X-Amz-Security-Token=abc&x=y HTTP/1.1\r\nHost: h\r\n"
		"authorization: AWS4-HMAC-SHA256 Credential=AKID/20261124/eu-west-1/sso/"
		"aws4_request, SignedHeaders=host;x-amz-security-token, "
		"Signature=0123abc\r\n"
		"x-amz-security-token: abc\r\nX-Amz-Target: T\r\n\r\n",
		"POST /a?X-Amz-Security-Token=[...]&x=y HTTP/1.1\nHost: h\n"
		"authorization: AWS4-HMAC-SHA256 Credential=[...]/20261124/eu-west-1/sso/"
		"aws4_request, SignedHeaders=host;x-amz-security-token, Signature=[...]\n"
		"x-amz-security-token: [...]\nX-Amz-Target: T\n\n");
	expect(TRACE_HEAD,
		"Authorization: Bearer abc\r\nCookie: a=b\r\nProxy-Authorization: c",
		"Authorization: [...]\nCookie: [...]\nProxy-Authorization: [...]");
	expect(TRACE_HEAD, "Authorization:abc\nAuthorization: AWS4-HMAC-SHA256\n",
		"Authorization: [...]\nAuthorization: [...]\n");
	expect(TRACE_CLOSED,
		"GET /v2/credentials/uuid HTTP/1.1\r\nHost: h\r\nX-Other: "
		"secret\r\nodd\r\n\r\n",
		"GET [...] HTTP/1.1\nHost: h\nX-Other: [...]\n[...]\n\n");
	expect(TRACE_CLOSED, "HTTP/1.1 200 OK\r\nDate: d\r\nX: y\r\n\r\n",
		"HTTP/1.1 200 OK\nDate: d\nX: [...]\n\n");
	expect(TRACE_CLOSED, "secret", "[...]");
	expect(TRACE_CLOSED, "GET /secret", "[...]");
}

static void known(void **state)
{
	(void)state;
	trace_hide(SECRET);
	trace_hide(SECRET);
	trace_hide(NULL);
	trace_hide("short");
	expect(TRACE_BODY, "a " SECRET "b short", "a [...]b short");
	expect(TRACE_BODY, "wJalrXUtnFEMI\\/K7MDENG+bPxRfiCYEXAMPLEKEY", "[...]");
	expect(TRACE_BODY, "x=wJalrXUtnFEMI%2FK7MDENG%2BbPxRfiCYEXAMPLEKEY&y", "x=[...]&y");
	expect(TRACE_HEAD, "X-Other: " SECRET "\r\n", "X-Other: [...]\n");
	expect(TRACE_BODY, "wJalrXUtnFEMI/K7MDENG", "wJalrXUtnFEMI/K7MDENG");
}

static char *contents(size_t *len)
{
	static char text[1 << 20];
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	*len = fread(text, 1, sizeof(text) - 1, f);
	text[*len] = '\0';
	(void)fclose(f);
	return text;
}

static void file(void **state)
{
	static char large[300000];
	struct stat st;
	struct err err;
	size_t len;
	char *text;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	trace_hide(SECRET);
	trace_block(7, "answer about " SECRET, '<', TRACE_BODY, "a\n\x1b[1m\nToken=x", 15);
	text = contents(&len);
	assert_non_null(
		strstr(text, "] #7 answer about [...]\n< a\n< \\x1b[1m\n< Token=[...]\n"));
	assert_non_null(strstr(text, " idc-test["));
	/* A secret across the place where a long body is cut does not survive by half. */
	memset(large, 'x', sizeof(large));
	memcpy(large + (256u << 10) - 20, SECRET, strlen(SECRET));
	trace_block(8, "large", '<', TRACE_BODY, large, sizeof(large));
	text = contents(&len);
	assert_null(strstr(text, "wJalr"));
	assert_non_null(strstr(text, "[...]\n< (37856 bytes more)\n"));
	/* It is appended to, and closed to others if it was not. */
	assert_int_equal(trace_close(), 0);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(trace_open(path, "idc-two", &err), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true((size_t)st.st_size == len);
	assert_int_equal(trace_close(), 0);
	assert_false(trace_on());
	trace_block(9, "nothing", '<', TRACE_BODY, "x", 1);
	assert_int_equal(trace_open("/nonexistent/trace", "idc-two", &err), -1);
	assert_int_equal(err.kind, ERR_SYS);
	/* A full disk is told of at the end. */
	if (access("/dev/full", W_OK) == 0) {
		assert_int_equal(trace_open("/dev/full", "idc-two", &err), 0);
		trace_block(1, "x", '<', TRACE_BODY, "x", 1);
		assert_int_equal(trace_close(), -1);
	}
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = { CASE(bodies), CASE(heads), CASE(known),
		CASE(file) };

	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
