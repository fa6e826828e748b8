/*
 * sig4: vectors of AWS's own signature suite by value.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"
#include "mem.h"
#include "rec.h"
#include "sig4.h"
#include "text.h"
#include "when.h"

#define DATE_2015 1440938160 /* 2015-08-30T12:36:00Z */

static char key_id[] = "AKIDEXAMPLE";
static char secret[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
static char token[] = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";

static const struct cred plain = { .access_key_id = key_id,
	.secret_access_key = secret };
static const struct cred with_token = { .access_key_id = key_id,
	.secret_access_key = secret,
	.session_token = token };

static struct sig4_request request(const struct sig4_header *headers, size_t n)
{
	return (struct sig4_request){ .method = "GET",
		.path = "/",
		.headers = headers,
		.n_headers = n,
		.region = "us-east-1",
		.service = "service",
		.normalize_path = 1 };
}

static void expect(
	const struct sig4_request *req, const struct cred *cred, const char *signature)
{
	struct sig4_result res;
	struct err err;

	assert_int_equal(sig4_sign(req, cred, DATE_2015, &res, &err), 0);
	assert_string_equal(res.amz_date, "20150830T123600Z");
	assert_string_equal(res.signature, signature);
	assert_non_null(strstr(buf_str(&res.authorization), signature));
	sig4_result_release(&res);
}

static const struct sig4_header host[] = { { "Host", "example.amazonaws.com" } };

static void vanilla(void **state)
{
	struct sig4_request req = request(host, 1);

	(void)state;
	expect(&req, &plain,
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
	req.method = "POST";
	expect(&req, &plain,
		"5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
}

/* A kept key changes no signature, and is another for another secret, service and day. */
static void kept_key(void **state)
{
	static char other_secret[] = "another";
	static const struct cred other = { .access_key_id = key_id,
		.secret_access_key = other_secret };
	static const char signature[] =
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
	struct sig4_request req = request(host, 1);
	struct sig4_key key = { 0 };
	struct sig4_result res;
	struct err err;

	(void)state;
	req.key = &key;
	for (int i = 0; i < 2; i++)
		expect(&req, &plain, signature);
	assert_string_equal(key.secret, secret);
	assert_int_equal(sig4_sign(&req, &other, DATE_2015, &res, &err), 0);
	assert_string_not_equal(res.signature, signature);
	sig4_result_release(&res);
	expect(&req, &plain, signature);
	req.service = "another";
	assert_int_equal(sig4_sign(&req, &plain, DATE_2015, &res, &err), 0);
	assert_string_equal(key.scope, "20150830/us-east-1/another/aws4_request");
	sig4_result_release(&res);
	req.service = "service";
	expect(&req, &plain, signature);
	sig4_key_wipe(&key);
	assert_string_equal(key.secret, "");
}

static void session_token(void **state)
{
	struct sig4_request req = request(host, 1);
	const struct sig4_header given[] = { { "x-amz-security-token", token },
		{ "X-Amz-Date", "20150830T123600Z" }, host[0] };
	const char want[] =
		"07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8";

	(void)state;
	expect(&req, &with_token, want);
	/* As a verifier sees it: everything is among the headers already. */
	req = request(given, 3);
	expect(&req, &with_token, want);
	expect(&req, &plain, want);
}

static void folded_headers(void **state)
{
	const struct sig4_header h[] = { host[0],
		{ "My-Header1", "value1\n  value2\n     value3" } };
	const struct sig4_header repeated[] = { { "My-Header1", "value4" },
		{ "my-header1", "value1" }, host[0], { "MY-HEADER1", "value3" },
		{ "My-Header1", " value2 " } };
	struct sig4_request req = request(h, 2);

	(void)state;
	expect(&req, &plain,
		"cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd");
	req = request(repeated, 5);
	expect(&req, &plain,
		"08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01");
}

static void any_service_and_body(void **state)
{
	const struct sig4_header h[] = { { "content-type", "application/x-amz-json-1.1" },
		{ "host", "sso.eu-central-1.amazonaws.com" },
		{ "x-amz-target", "SWBExternalService.ListInstances" } };
	struct sig4_request req = { "POST", "/", NULL, h, 3, "{}", 2, "eu-central-1", "sso",
		1, 0, NULL };
	struct sig4_result res;
	struct err err;

	(void)state;
	assert_int_equal(sig4_sign(&req, &with_token, DATE_2015, &res, &err), 0);
	assert_string_equal(res.content_sha256,
		"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
	assert_string_equal(buf_str(&res.canonical_request),
		"POST\n/\n\n"
		"content-type:application/x-amz-json-1.1\n"
		"host:sso.eu-central-1.amazonaws.com\n"
		"x-amz-date:20150830T123600Z\n"
		"x-amz-security-token:"
		"6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267\n"
		"x-amz-target:SWBExternalService.ListInstances\n\n"
		"content-type;host;x-amz-date;x-amz-security-token;x-amz-target\n"
		"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
	assert_null(strstr(buf_str(&res.authorization), secret));
	sig4_result_release(&res);
}

static void paths_and_queries(void **state)
{
	static const struct {
		const char *path, *query, *want;
		int normalize;
	} cases[] = {
		{ "", "", "GET\n/\n\n", 1 },
		{ "/a/../../..", NULL, "GET\n/\n\n", 1 },
		{ "/a/./b//c/../d/", NULL, "GET\n/a/b/d/\n\n", 1 },
		{ "/a/..b/...", NULL, "GET\n/a/..b/...\n\n", 1 },
		{ "//a//../b", NULL, "GET\n//a//../b\n\n", 0 },
		{ "/a%20b", NULL, "GET\n/a%2520b\n\n", 1 },
		{ "/", "b&a=&b=2&&a=%7e%zz%2", "GET\n/\na=&a=~%25zz%252&b=&b=2\n", 1 },
		{ "/", "x=a+b/c&=v", "GET\n/\n=v&x=a%2Bb%2Fc\n", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sig4_request req = request(host, 1);
		struct sig4_result res;
		struct err err;

		req.path = cases[i].path;
		req.query = cases[i].query;
		req.normalize_path = cases[i].normalize;
		assert_int_equal(sig4_sign(&req, &plain, DATE_2015, &res, &err), 0);
		assert_memory_equal(buf_str(&res.canonical_request), cases[i].want,
			strlen(cases[i].want));
		sig4_result_release(&res);
	}
}

static void too_large(void **state)
{
	char *big = mem_alloc(600 << 10);
	const struct sig4_header h[] = { { "X-Big", big } };
	struct sig4_request req = request(h, 1);
	struct sig4_result res;
	struct err err;

	(void)state;
	memset(big, 'x', (600 << 10) - 1);
	assert_int_equal(sig4_sign(&req, &plain, DATE_2015, &res, &err), -1);
	assert_int_equal(err.kind, ERR_DATA);
	sig4_result_release(&res);
	req = request(host, 1);
	req.query = big;
	assert_int_equal(sig4_sign(&req, &plain, DATE_2015, &res, &err), -1);
	sig4_result_release(&res);
	free(big);
}

static void encoding(void **state)
{
	struct buf b;
	char hex[65];

	(void)state;
	buf_init(&b, 20);
	assert_int_equal(sig4_encode(&b, "a/b \xc3\xa9~", 7, 0), 0);
	assert_string_equal(buf_str(&b), "a%2Fb%20%C3%A9~");
	assert_int_equal(sig4_encode(&b, "//////", 6, 0), -1);
	buf_release(&b);
	assert_int_equal(sig4_sha256_hex(hex, NULL, 0), 0);
	assert_string_equal(
		hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* --- the suite ---------------------------------------------------------------------- */

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vanilla),
		cmocka_unit_test(kept_key),
		cmocka_unit_test(session_token),
		cmocka_unit_test(folded_headers),
		cmocka_unit_test(any_service_and_body),
		cmocka_unit_test(paths_and_queries),
		cmocka_unit_test(too_large),
		cmocka_unit_test(encoding),
	};

	return cmocka_run_group_tests_name("sig4", tests, NULL, NULL);
}
