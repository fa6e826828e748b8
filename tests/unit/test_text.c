#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "map.h"
#include "text.h"
#include "when.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void finds_the_nearest_name(void **state)
{
	(void)state;
	static const char *const names[] = { "Name", "Description", "SessionDuration",
		"ManagedPolicies", "RelayState" };
	static const struct {
		const char *word, *want;
	} cases[] = {
		{ "Nmae", "Name" },
		{ "name", "Name" },
		{ "SesionDuration", "SessionDuration" },
		{ "ManagedPolicy", "ManagedPolicies" },
		{ "Colour", NULL },
		{ "", NULL },
		{ "X", NULL },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *got = text_nearest(cases[i].word, names, COUNT(names));
		if (cases[i].want == NULL)
			assert_null(got);
		else
			assert_string_equal(got, cases[i].want);
	}
}

static void matches_globs(void **state)
{
	(void)state;
	assert_true(text_glob("prod-*", "prod-eu"));
	assert_true(text_glob("*", ""));
	assert_true(text_glob("a*b*c", "aXbXbYc"));
	assert_true(text_glob("?x", "ax"));
	assert_false(text_glob("prod-*", "nonprod-eu"));
	assert_false(text_glob("a*b", "aXc"));
	assert_false(text_glob("", "a"));
	/* A matcher that backtracks over every star would not come back from this. */
	char s[2001];
	memset(s, 'a', 2000);
	s[2000] = '\0';
	assert_false(text_glob("a*a*a*a*a*a*a*a*a*a*b", s));
}

static void knows_utf8(void **state)
{
	(void)state;
	assert_int_equal(text_utf8("a", 1), 1);
	assert_int_equal(text_utf8("\xC3\xA4", 2), 2);
	assert_int_equal(text_utf8("\xC3", 1), 0);
	assert_int_equal(text_utf8("\xC0\x80", 2), 0);
	assert_int_equal(text_utf8("\xE0\x80\x80", 3), 0);
	assert_int_equal(text_utf8("\xED\xA0\x80", 3), 0);
	assert_int_equal(text_utf8("\xF4\x8F\xBF\xBF", 4), 4);
	assert_int_equal(text_utf8("\xF4\x90\x80\x80", 4), 0);
	assert_int_equal(text_utf8("\xFF", 1), 0);
}

static void makes_text_safe(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
		size_t columns;
	} cases[] = {
		{ "", "", 0 },
		{ "prod \xC3\xA4", "prod \xC3\xA4", 6 },
		{ "a\nb\x1B[2J\x7F", "a\\x0ab\\x1b[2J\\x7f", 17 },
		{ "\xC2\x9B", "\\xc2\\x9b", 8 },
		{ "\xC2\xA0", "\xC2\xA0", 1 },
		{ "\xE2\x80\xAE", "\\xe2\\x80\\xae", 12 },
		{ "\xE2\x81\xA6", "\\xe2\\x81\\xa6", 12 },
		{ "\xE2\x86\x92", "\xE2\x86\x92", 1 },
		{ "\xC3", "\\xc3", 4 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b;
		buf_init(&b, 100);
		assert_int_equal(text_safe(&b, cases[i].in), cases[i].columns);
		assert_string_equal(buf_str(&b), cases[i].out);
		buf_release(&b);
	}
}

static void reads_numbers(void **state)
{
	(void)state;
	unsigned long n;
	assert_int_equal(text_number("42", 100, &n), 0);
	assert_int_equal(n, 42);
	static const char *const bad[] = { "101", "-1", "", "1x",
		"99999999999999999999999" };
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(text_number(bad[i], 100, &n), -1);
	assert_true(text_is_account_id("123456789012"));
	assert_false(text_is_account_id("1234567890123"));
	assert_false(text_is_account_id("12345678901x"));
}

static void reads_and_writes_time(void **state)
{
	(void)state;
	static const struct {
		const char *s, *want;
	} cases[] = {
		{ "2026-11-24T02:00:00Z", "2026-11-24T02:00:00Z" },
		{ "2026-11-24T02:00:00.5+02:00", "2026-11-24T00:00:00Z" },
		{ "2024-02-29T23:59:60-00:30", "2024-03-01T00:30:00Z" },
		{ "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z" },
		{ "0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z" },
		{ "0000-02-29T12:00:00Z", "0000-02-29T12:00:00Z" },
		{ "0999-12-31T23:59:59Z", "0999-12-31T23:59:59Z" },
		{ "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z" },
	};
	time_t t;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char out[WHEN_RFC3339_SIZE];
		assert_int_equal(when_parse_rfc3339(cases[i].s, &t), 0);
		when_rfc3339(out, t);
		assert_string_equal(out, cases[i].want);
	}
	static const char *const bad[] = { "", "2026-11-24", "2026-13-01T00:00:00Z",
		"2026-02-29T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T02:00:00",
		"2026-11-24T02:00:00Zx", "2026-11-24T02:00:00.Z", "26-11-24T02:00:00Z",
		"0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01" };
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(when_parse_rfc3339(bad[i], &t), -1);
	char basic[WHEN_BASIC_SIZE];
	when_basic(basic, 1440938160);
	assert_string_equal(basic, "20150830T123600Z");
	/* What no four digits can write. */
	when_basic(basic, (time_t)INT64_MAX);
	assert_string_equal(basic, "99991231T235959Z");
	when_basic(basic, (time_t)INT64_MIN);
	assert_string_equal(basic, "00000101T000000Z");
}

static void reads_durations(void **state)
{
	(void)state;
	static const struct {
		const char *s;
		long want;
	} cases[] = { { "PT1H", 3600 }, { "PT12H", 43200 }, { "PT1H30M", 5400 },
		{ "PT60M", 3600 }, { "P1D", 86400 }, { "P1DT1S", 86401 }, { "PT", -1 },
		{ "P", -1 }, { "1H", -1 }, { "PT1", -1 }, { "PT1M1H", -1 },
		{ "PT99999999999H", -1 }, { "pt1h", -1 }, { "PT-1H", -1 }, { "P1DT", -1 } };
	for (size_t i = 0; i < COUNT(cases); i++) {
		long s = -1;
		int status = when_parse_iso_duration(cases[i].s, &s);
		assert_int_equal(status, cases[i].want < 0 ? -1 : 0);
		assert_int_equal(s, cases[i].want);
	}
	int64_t ms;
	assert_int_equal(when_parse_span("50ms", &ms), 0);
	assert_int_equal(ms, 50);
	assert_int_equal(when_parse_span("3s", &ms), 0);
	assert_int_equal(ms, 3000);
	assert_int_equal(when_parse_span("0", &ms), 0);
	assert_int_equal(ms, 0);
	assert_int_equal(when_parse_span("3", &ms), -1);
	assert_int_equal(when_parse_span("s", &ms), -1);
}

static void map_remembers_in_order(void **state)
{
	(void)state;
	struct map m;
	map_init(&m);
	assert_null(map_get(&m, "a"));
	static int values[1000];
	for (int i = 0; i < 1000; i++) {
		char key[16];
		snprintf(key, sizeof(key), "key-%d", i);
		assert_null(map_put(&m, key, &values[i]));
	}
	assert_ptr_equal(map_get(&m, "key-777"), &values[777]);
	assert_false(map_has(&m, "key-1000"));
	assert_ptr_equal(map_put(&m, "key-5", NULL), &values[5]);
	assert_true(map_has(&m, "key-5"));
	assert_int_equal(m.n, 1000);
	assert_string_equal(m.entries[999].key, "key-999");
	map_release(&m, NULL);
}

static void buf_has_a_ceiling(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 10);
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(buf_adds(&b, "12345"), 0);
	assert_int_equal(buf_addf(&b, "%d", 67890), 0);
	assert_int_equal(buf_addc(&b, 'x'), -1);
	assert_true(b.over);
	assert_string_equal(buf_str(&b), "1234567890");
	char *s = buf_take(&b);
	assert_string_equal(s, "1234567890");
	free(s);
	assert_int_equal(buf_adds(&b, "again"), 0);
	buf_wipe(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_nearest_name),
		cmocka_unit_test(matches_globs),
		cmocka_unit_test(knows_utf8),
		cmocka_unit_test(makes_text_safe),
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(reads_and_writes_time),
		cmocka_unit_test(reads_durations),
		cmocka_unit_test(map_remembers_in_order),
		cmocka_unit_test(buf_has_a_ceiling),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
