/*
 * profile: the two files as the AWS CLI and SDKs read them, and what is said of those that
 * can't be read.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "mem.h"
#include "profile.h"

static char config[] = "/tmp/idc-config.XXXXXX";
static char credentials[] = "/tmp/idc-credentials.XXXXXX";

static void write_bytes(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	close(fd);
}

static int clean(void **state)
{
	(void)state;
	unsetenv("AWS_PROFILE");
	setenv("AWS_CONFIG_FILE", config, 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", credentials, 1);
	write_bytes(config, "", 0);
	write_bytes(credentials, "", 0);
	return 0;
}

static int temporary(void **state)
{
	(void)state;
	close(mkstemp(config));
	close(mkstemp(credentials));
	return 0;
}

static int remove_files(void **state)
{
	(void)state;
	(void)unlink(config);
	(void)unlink(credentials);
	return 0;
}

static struct profiles *both(const char *c, const char *k)
{
	struct err err;
	struct profiles *p;

	write_bytes(config, c, strlen(c));
	write_bytes(credentials, k, strlen(k));
	p = profiles_read(&err);
	if (!p)
		print_error("# %s\n", err.text);
	assert_non_null(p);
	return p;
}

static void expect(
	const struct profiles *p, const char *name, const char *setting, const char *value)
{
	const struct profile *s = profiles_find(p, name);

	assert_non_null(s);
	if (value)
		assert_string_equal(profile_get(s, setting), value);
	else
		assert_null(profile_get(s, setting));
}

static void sections(void **state)
{
	struct profiles *p = both("# comment\n; another\n"
				  "[default]\nregion=eu-west-1\n"
				  "[profile a]\nREGION = eu-central-1\n"
				  "[ profile\t\"two words\" ]  # why\nregion = x\n"
				  "[profile 'q']\nregion = q\n"
				  "[sso-session corp]\nsso_region = us-east-1\n"
				  "[plain]\nregion = no\n"
				  "[services s]\nsts =\n  endpoint_url = http://x\n"
				  "[profile a]\nrole_arn = r\n",
		"[a]\naws_access_key_id = K\n[profile b]\nregion = odd\n");

	(void)state;
	expect(p, "default", "region", "eu-west-1");
	expect(p, "a", "region", "eu-central-1");
	expect(p, "a", "role_arn", "r");
	expect(p, "a", "aws_access_key_id", "K");
	expect(p, "two words", "region", "x");
	expect(p, "q", "region", "q");
	expect(p, "profile b", "region", "odd");
	assert_string_equal(
		profile_nested(profiles_services(p, "s"), "sts", "endpoint_url"),
		"http://x");
	assert_null(profile_get(profiles_services(p, "s"), "sts"));
	assert_null(profile_get(profiles_services(p, "s"), "endpoint_url"));
	assert_null(profiles_services(p, "a"));
	assert_null(profiles_find(p, "plain"));
	assert_null(profiles_find(p, "corp"));
	assert_null(profiles_find(p, "b"));
	assert_string_equal(
		profile_get(profiles_session(p, "corp"), "sso_region"), "us-east-1");
	profiles_free(p);
}

static void values(void **state)
{
	struct profiles *p = both("[default]\r\n"
				  "  region = eu-west-1   # here\r\n"
				  "  output=json\n"
				  "  # comment\n"
				  "  hash = a#b;c\n"
				  "  empty =\n"
				  "  s3 =\n"
				  "    region = nested\n"
				  "    no equals sign here\n"
				  "  none = ; all comment\n"
				  "  twice = 1\n"
				  "  twice = 2\n"
				  "  equals = a=b=c\n"
				  "  credential_process = one 'two # three' \\\n"
				  "      four\n"
				  "      # not this\n"
				  "\n"
				  "      five\n"
				  "  last = end",
		"[default]\nregion = of the credentials file\n");

	(void)state;
	expect(p, "default", "region", "of the credentials file");
	expect(p, "default", "output", "json");
	expect(p, "default", "hash", "a#b;c");
	expect(p, "default", "empty", NULL);
	expect(p, "default", "s3", NULL);
	assert_string_equal(
		profile_nested(profiles_find(p, "default"), "s3", "region"), "nested");
	assert_null(profile_nested(profiles_find(p, "default"), "empty", "region"));
	expect(p, "default", "none", NULL);
	expect(p, "default", "twice", "2");
	expect(p, "default", "equals", "a=b=c");
	expect(p, "default", "last", "end");
	expect(p, "default", "absent", NULL);
	/* Lines that go on: whatever was between is blank. */
	assert_memory_equal(profile_get(profiles_find(p, "default"), "credential_process"),
		"one 'two # three' \\ ", 20);
	assert_non_null(strstr(
		profile_get(profiles_find(p, "default"), "credential_process"), " four "));
	assert_null(strstr(
		profile_get(profiles_find(p, "default"), "credential_process"), "not"));
	profiles_free(p);
}

static void missing(void **state)
{
	struct profiles *p;
	struct err err;
	char *region;

	(void)state;
	setenv("AWS_CONFIG_FILE", "/nonexistent/config", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null/credentials", 1);
	p = profiles_read(&err);
	assert_non_null(p);
	assert_null(profiles_find(p, "default"));
	assert_int_equal(profiles_absent(p, "x", &err), -1);
	assert_string_equal(err.text,
		"there is no profile 'x' in /nonexistent/config (no such file) or "
		"/dev/null/credentials (no such file)");
	profiles_free(p);
	assert_int_equal(profile_region(NULL, &region, &err), 0);
	assert_null(region);
	assert_int_equal(profile_region("x", &region, &err), -1);
	setenv("AWS_PROFILE", "x", 1);
	assert_int_equal(profile_region(NULL, &region, &err), -1);
}

static void names(void **state)
{
	struct profiles *p = both("[profile production]\nregion = r\n[staging]\n", "");
	struct err err;
	char *region;

	(void)state;
	profiles_absent(p, "prodution", &err);
	assert_non_null(strstr(err.text, ": did you mean 'production'?"));
	profiles_absent(p, "staging", &err);
	assert_non_null(strstr(err.text, ": in the former it has to be [profile staging]"));
	profiles_free(p);
	assert_string_equal(profile_name(NULL), "default");
	assert_int_equal(profile_region(NULL, &region, &err), 0);
	assert_null(region);
	setenv("AWS_PROFILE", "production", 1);
	assert_string_equal(profile_name(NULL), "production");
	setenv("AWS_DEFAULT_PROFILE", "other", 1);
	assert_string_equal(profile_name(NULL), "production");
	unsetenv("AWS_PROFILE");
	assert_string_equal(profile_name(NULL), "other");
	setenv("AWS_PROFILE", "production", 1);
	unsetenv("AWS_DEFAULT_PROFILE");
	assert_string_equal(profile_name("x"), "x");
	assert_int_equal(profile_region(NULL, &region, &err), 0);
	assert_string_equal(region, "r");
	free(region);
}

static void expect_bad(const char *text, size_t len, const char *why)
{
	struct err err;
	char *want;

	write_bytes(config, text, len);
	assert_null(profiles_read(&err));
	assert_int_equal(err.kind, ERR_CRED);
	want = mem_format("%s:%s", config, why);
	assert_string_equal(err.text, want);
	free(want);
}

static void bad(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} cases[] = {
		{ "[default]\ns3cr3t\n", "2: neither a [section], nor 'name = value'" },
		{ "a = s3cr3t\n", "1: a setting before the first [section]" },
		{ "\n[default\n", "2: a '[' without its ']'" },
		{ "[default] s3cr3t\n", "1: something stands after the ']'" },
		{ "[ ]\n", "1: a section without a name" },
		{ "[default]\n\n = s3cr3t\n", "3: a value without a name" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_bad(cases[i].text, strlen(cases[i].text), cases[i].why);
	expect_bad("[a]\nb = \0c\n", 12, " holds a NUL byte");
}

static void unreadable(void **state)
{
	static char large[(1 << 20) + 2];
	struct err err;

	(void)state;
	memset(large, '\n', sizeof(large));
	expect_bad(large, sizeof(large), " larger than 1048576 bytes");
	setenv("AWS_CONFIG_FILE", "/", 1);
	assert_null(profiles_read(&err));
	assert_string_equal(err.text, "/: Is a directory");
}

static void home(void **state)
{
	char dir[] = "/tmp/idc-home.XXXXXX";
	struct profiles *p;
	struct err err;
	char path[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	setenv("HOME", dir, 1);
	unsetenv("AWS_CONFIG_FILE");
	setenv("AWS_SHARED_CREDENTIALS_FILE", "~/keys", 1);
	(void)snprintf(path, sizeof(path), "%s/keys", dir);
	write_bytes(path, "[default]\na=k\n", 14);
	p = profiles_read(&err);
	expect(p, "default", "a", "k");
	profiles_absent(p, "x", &err);
	assert_string_equal(err.text,
		"there is no profile 'x' in ~/.aws/config (no such file) or ~/keys");
	profiles_free(p);
	(void)unlink(path);
	(void)rmdir(dir);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, clean)
	const struct CMUnitTest tests[] = { CASE(sections), CASE(values), CASE(missing),
		CASE(names), CASE(bad), CASE(unreadable), CASE(home) };

	return cmocka_run_group_tests_name("profile", tests, temporary, remove_files);
}
