/*
 * cred: where credentials come from, what is refused, and that no secret shows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cred.h"
#include "cred_json.h"
#include "http.h"
#include "loopback.h"

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define GOOD                                                                               \
	"{\"Code\": \"Success\", \"Nested\": {\"AccessKeyId\": [\"x}\\\"\", 1.5, "         \
	"null]},\n"                                                                        \
	" \"AccessKeyId\" : \"AKIDEXAMPLE\", "                                             \
	"\"SecretAccessKey\":\"wJalrXUtnFEMI\\/K7MDENG"                                    \
	"\\u002bbPxRfiCYEXAMPLEKEY\",\"Token\":\"IQoJb3==\",\"Expiration\":\""             \
	"2026-11-24T08:00:00Z\"}"
#define T_2026 1795485600 /* 2026-11-24T02:00:00Z */

static const char *const variables[] = { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
	"AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
	"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
	"AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
	"http_proxy" };

static int clean(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		unsetenv(variables[i]);
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
	setenv("AWS_CONFIG_FILE", "/nonexistent/config", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials", 1);
	return 0;
}

static int find(struct cred *cred, struct err *err)
{
	const struct cred_wanted wanted = { .prog = "idc-test", .region = "eu-central-1" };
	struct http *http = http_new("idc-test", err);
	int status;

	assert_non_null(http);
	status = cred_find(http, &wanted, T_2026, cred, err);
	http_free(http);
	return status;
}

static void expect_none(const char *text)
{
	struct cred cred;
	struct err err;

	assert_int_equal(find(&cred, &err), -1);
	if (!strstr(err.text, text))
		print_error("# %s\n", err.text);
	assert_int_equal(err.kind, ERR_CRED);
	assert_non_null(strstr(err.text, text));
	assert_null(strstr(err.text, "wJalr"));
	assert_null(strstr(err.text, "s3cr3t"));
	assert_null(cred.secret_access_key);
}

static void environment(void **state)
{
	struct cred cred;
	struct err err;

	(void)state;
	expect_none("no credentials: environment: AWS_ACCESS_KEY_ID is not set; profile: "
		    "there is no profile 'default' in /nonexistent/config (no such file) "
		    "or /nonexistent/credentials (no such file); web identity: "
		    "AWS_WEB_IDENTITY_TOKEN_FILE is not set; container: neither "
		    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor "
		    "AWS_CONTAINER_CREDENTIALS_FULL_URI is set; EC2 instance: "
		    "AWS_EC2_METADATA_DISABLED is true");
	setenv("AWS_SECRET_ACCESS_KEY", SECRET, 1);
	expect_none("AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not");
	setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
	assert_int_equal(find(&cred, &err), 0);
	assert_string_equal(cred.access_key_id, "AKIDEXAMPLE");
	assert_string_equal(cred.secret_access_key, SECRET);
	assert_null(cred.session_token);
	assert_int_equal(cred.source, CRED_ENVIRONMENT);
	assert_false(cred_is_renewable(&cred));
	assert_false(cred_expiring(&cred, T_2026, 1000000));
	cred_release(&cred);
	assert_null(cred.secret_access_key);
	setenv("AWS_SESSION_TOKEN", "s3cr3t\r\nX-Evil: 1", 1);
	expect_none("AWS_SESSION_TOKEN holds a blank or a control character");
	unsetenv("AWS_SESSION_TOKEN");
	setenv("AWS_SECRET_ACCESS_KEY", "", 1);
	/* Not asked: half an identity does not make us someone else. */
	setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/", 1);
	expect_none("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not");
}

static void container(void **state)
{
	static const struct loopback_reply script[] = { { 500, "", "busy", 0 },
		{ 200, "", GOOD, 0 } };
	struct loopback s;
	struct cred cred;
	struct err err;
	char url[128];

	(void)state;
	loopback_start(&s, script, 2);
	(void)snprintf(url, sizeof(url), "%s/v2/credentials/1?a=b", s.url);
	setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", url, 1);
	setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Bearer s3cr3t", 1);
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	assert_int_equal(find(&cred, &err), 0);
	assert_int_equal(s.n, 2);
	assert_memory_equal(s.requests[1], "GET /v2/credentials/1?a=b HTTP/1.1\r\n", 36);
	assert_non_null(strstr(s.requests[1], "\r\nAuthorization: Bearer s3cr3t\r\n"));
	assert_string_equal(cred.access_key_id, "AKIDEXAMPLE");
	assert_string_equal(cred.secret_access_key, SECRET);
	assert_string_equal(cred.session_token, "IQoJb3==");
	assert_int_equal(cred.expires, T_2026 + 6 * 3600);
	assert_false(cred_expiring(&cred, T_2026, 300));
	assert_true(cred_expiring(&cred, T_2026 + 6 * 3600 - 300, 300));
	cred_release(&cred);
	loopback_stop(&s);
}

/* Writes text to a new file whose name is put into path. */
static void token_file(char *path, const char *text)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path, 1);
}

static void container_token_file(void **state)
{
	static const struct loopback_reply script[] = { { 200, "", GOOD, 0 } };
	char path[] = "/tmp/idc-token.XXXXXX";
	char evil[] = "/tmp/idc-token.XXXXXX";
	struct loopback s;
	struct cred cred;
	struct err err;

	(void)state;
	loopback_start(&s, script, 1);
	setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", s.url, 1);
	setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "other", 1);
	token_file(path, "s3cr3t-file\n");
	assert_int_equal(find(&cred, &err), 0);
	assert_non_null(strstr(s.requests[0], "\r\nAuthorization: s3cr3t-file\r\n"));
	cred_release(&cred);
	token_file(evil, "s3cr3t\r\nX-Evil: 1");
	expect_none("the authorization token is too long or holds a control character");
	setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/nonexistent/token", 1);
	expect_none("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: No such file");
	assert_int_equal(s.n, 1);
	(void)unlink(path);
	(void)unlink(evil);
	loopback_stop(&s);
}

static void container_hosts(void **state)
{
	static const char *const refused[] = { "http://169.254.169.254/latest",
		"http://example.com/", "http://127.0.0.1.example.com/",
		"http://169.254.170.3/", "ftp://127.0.0.1/", "nonsense://",
		"http://user@127.0.0.1:1/" };

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", refused[i], 1);
		expect_none("no credentials: container: "
			    "AWS_CONTAINER_CREDENTIALS_FULL_URI: can't use the URL");
	}
	assert_true(http_is_container("169.254.170.2"));
	assert_true(http_is_container("169.254.170.23"));
	assert_true(http_is_container("[fd00:ec2::23]"));
	assert_false(http_is_container("169.254.169.254"));
}

static void container_refuses(void **state)
{
	static const struct loopback_reply script[] = {
		{ 403, "", "{\"message\":\"s3cr3t\"}", 0 },
		{ 200, "", "<html>s3cr3t</html>", 0 },
		{ 200, "", "{\"AccessKeyId\":\"A\",\"Token\":\"s3cr3t\"}", 0 },
		{ 200, "", "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s3cr3t\\n\"}", 0 },
		{ 200, "",
			"{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s3cr3t\","
			"\"Expiration\":\"x\"}",
			0 },
		{ 200, "",
			"{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s3cr3t\","
			"\"Expiration\":\"2026-11-24T01:00:00Z\"}",
			0 },
		{ 200, "", "[]", 0 }
	};
	struct loopback s;
	struct cred cred;
	struct err err;

	(void)state;
	loopback_start(&s, script, sizeof(script) / sizeof(script[0]));
	setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", s.url, 1);
	expect_none("no credentials: container: AWS_CONTAINER_CREDENTIALS_FULL_URI: "
		    "status 403");
	expect_none("its answer is no JSON object");
	expect_none("its answer has no AccessKeyId or no SecretAccessKey");
	expect_none("its answer has no AccessKeyId or no SecretAccessKey");
	expect_none("its answer has an unreadable Expiration");
	/* By our clock, which may be the wrong one. */
	assert_int_equal(find(&cred, &err), 0);
	assert_int_equal(cred.expires, T_2026 - 3600);
	cred_release(&cred);
	expect_none("its answer is no JSON object");
	loopback_stop(&s);
	expect_none("nobody is listening at '127.0.0.1:");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, clean)
	const struct CMUnitTest tests[] = { CASE(environment), CASE(container),
		CASE(container_token_file), CASE(container_hosts),
		CASE(container_refuses) };

	return cmocka_run_group_tests_name("cred", tests, NULL, NULL);
}
