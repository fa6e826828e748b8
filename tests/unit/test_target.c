#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "target.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void same(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(got != NULL ? got : "(null)", want);
}

static void reads_every_form(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum target_kind kind;
		int below;
		const char *label, *value, *pattern;
	} cases[] = {
		{ "Root", TARGET_ROOT, 0, NULL, NULL, NULL },
		{ "Root:r-ab12", TARGET_ROOT, 0, "Root", "r-ab12", NULL },
		{ "Root:r-ab12:*", TARGET_ROOT, 1, "Root", "r-ab12", NULL },
		{ "account-name:123456789012", TARGET_ACCOUNT, 0, "account-name",
			"123456789012", NULL },
		{ "123456789012", TARGET_ACCOUNT, 0, NULL, "123456789012", NULL },
		{ ":123456789012", TARGET_ACCOUNT, 0, NULL, "123456789012", NULL },
		{ "a: b:c:123456789012", TARGET_ACCOUNT, 0, "a: b:c", "123456789012",
			NULL },
		{ "ou-name-1:ou-xxxx-yyyyyyyy", TARGET_OU, 0, "ou-name-1",
			"ou-xxxx-yyyyyyyy", NULL },
		{ "ou:ou-xxxx-yyyyyyyy:*", TARGET_OU, 1, "ou", "ou-xxxx-yyyyyyyy", NULL },
		{ "ou-xxxx-yyyyyyyy:*", TARGET_OU, 1, NULL, "ou-xxxx-yyyyyyyy", NULL },
		{ "pay:/Prod/Payments", TARGET_PATH, 0, "pay", "/Prod/Payments", NULL },
		{ "/Prod/Pay: ments:*", TARGET_PATH, 1, NULL, "/Prod/Pay: ments", NULL },
		{ "a:b:name=prod-*", TARGET_NAME, 0, "a:b", "prod-*", NULL },
		{ "name=team:*", TARGET_NAME, 0, NULL, "team:*", NULL },
		{ "env:tag=Env=prod", TARGET_TAG, 0, "env", "Env", "prod" },
		{ "tag=aws:env=a=b", TARGET_TAG, 0, NULL, "aws:env", "a=b" },
		{ "tag=Env=", TARGET_TAG, 0, NULL, "Env", "" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct target t;
		struct err err;
		assert_int_equal(target_parse(&t, cases[i].text, &err), 0);
		assert_int_equal(t.kind, cases[i].kind);
		assert_int_equal(t.below, cases[i].below);
		same(t.label, cases[i].label);
		same(t.value, cases[i].value);
		same(t.pattern, cases[i].pattern);
		target_release(&t);
	}
}

static void refuses_the_rest_and_says_why(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "unknown target" },
		{ "root", "write 'Root'" },
		{ "Root:", "unknown target" },
		{ "Root:*", "write 'Root'" },
		{ "Root:rot-ab12", "unknown target" },
		{ "Root:root-ab12", "write 'Root'" },
		{ "Root:r-ab", "no root id" },
		{ "x:1234567890123", "13 digits" },
		{ "x:123456789012 ", "follows its 12 digits" },
		{ "x:123456789012abc", "follows its 12 digits" },
		{ "Rooot", "write 'Root'" },
		{ "x:123456789012:*", "without ':*'" },
		{ "x:ou-XXXX-yyyyyyyy", "no OU id" },
		{ "x:ou-xxxx-yyy", "no OU id" },
		{ "x:ou-xxxx-yyyyyyyy:**", "unknown target" },
		{ "/", "write 'Root'" },
		{ "/Prod//Payments", "no OU path" },
		{ "/Prod/", "no OU path" },
		{ "name=", "without a name" },
		{ "tag=Env", "tag=KEY=VALUE" },
		{ "tag==prod", "tag=KEY=VALUE" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct target t;
		struct err err;
		assert_int_equal(target_parse(&t, cases[i].text, &err), -1);
		assert_int_equal(err.kind, ERR_DATA);
		if (strstr(err.text, cases[i].why) == NULL)
			fail_msg("'%s': %s", cases[i].text, err.text);
	}
}

static void knows_ids(void **state)
{
	(void)state;
	assert_true(target_is_ou_id("ou-ab12-cdef3456"));
	assert_false(target_is_ou_id("ou-ab12-cdef345"));
	assert_false(target_is_ou_id("ou-ab12-cdef3456x!"));
	assert_false(target_is_ou_id("ou-ab12-0123456789012345678901234567890123"));
	assert_true(target_is_root_id("r-ab12"));
	assert_false(target_is_root_id("r-ab1"));
	assert_false(target_is_root_id("r-AB12"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_form),
		cmocka_unit_test(refuses_the_rest_and_says_why),
		cmocka_unit_test(knows_ids),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
