#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"
#include "rec.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *check(const char *text, struct json_fault *fault)
{
	fault->text[0] = '\0';
	return json_check(text, strlen(text), fault) == 0 ? "good" : fault->text;
}

static void accepts_json(void **state)
{
	(void)state;
	static const char *const good[] = { "{}", "[]",
		" [1, -0.5e+3, true, null, \"\\u00e4\"] ",
		"{\"a\":{\"b\":[{}]},\"c\":\"\\ud83d\\ude00\"}",
		"\"\xC3\xA4\xF0\x9F\x98\x80\"", "0", "[[],{},[{}]]\n" };
	struct json_fault fault;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_string_equal(check(good[i], &fault), "good");
}

/* Strings are scanned by words: what does not stand for itself is seen wherever it is. */
static void sees_every_byte_of_a_string(void **state)
{
	(void)state;
	struct json_fault fault;
	char text[32];
	for (size_t len = 1; len < 20; len++)
		for (size_t at = 0; at < len; at++)
			for (int c = 0; c < 256; c++) {
				int plain = c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
				memset(text, 'a', len + 2);
				text[0] = text[len + 1] = '"';
				text[1 + at] = (char)c;
				int bad = json_check(text, len + 2, &fault);
				assert_int_equal(bad == 0, plain);
			}
}

static void refuses_what_is_not_json(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t line, column;
	} bad[] = {
		{ "", 1, 1 },
		{ "{\"a\":1,}", 1, 7 },
		{ "{\n \"a\" 1}", 2, 6 },
		{ "[1 2]", 1, 4 },
		{ "nan", 1, 1 },
		{ "NaN", 1, 1 },
		{ "[01]", 1, 2 },
		{ "1e999", 1, 1 },
		{ "{} {}", 1, 4 },
		{ "{\"a\":1,\n\"a\":2}", 2, 1 },
		{ "{\"a\":1,\"\\u0061\":2}", 1, 8 },
		{ "\"\xC0\xAF\"", 1, 2 },
		{ "\"\xED\xA0\x80\"", 1, 2 },
		{ "\"\\ud800\"", 1, 2 },
		{ "\"\\u0000\"", 1, 2 },
		{ "\xEF\xBB\xBF{}", 1, 1 },
		{ "\xFF\xFE{", 1, 1 },
		{ "\"a\nb\"", 1, 1 },
		{ "\"a\tb\"", 1, 3 },
		{ "{'a':1}", 1, 2 },
		{ "[1", 1, 3 },
		{ "\"abc", 1, 1 },
		{ "[.5]", 1, 2 },
		{ "[1.]", 1, 2 },
		{ "tru", 1, 1 },
		{ "{\"a\":}", 1, 6 },
		{ "]", 1, 1 },
		{ "// c\n{}", 1, 1 },
	};
	struct json_fault fault;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_string_not_equal(check(bad[i].text, &fault), "good");
		assert_int_equal(fault.pos.line, bad[i].line);
		assert_int_equal(fault.pos.column, bad[i].column);
	}
}

static void bounds_depth(void **state)
{
	(void)state;
	static char text[2 * 10000 + 1];
	struct json_fault fault;
	memset(text, '[', 10000);
	memset(text + 10000, ']', 10000);
	assert_int_equal(json_check(text, 20000, &fault), -1);
	assert_int_equal(fault.pos.column, JSON_DEPTH_MAX + 1);
	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_int_equal(json_check(text, (size_t)2 * JSON_DEPTH_MAX, &fault), 0);
}

static void finds_duplicates_among_many_keys(void **state)
{
	(void)state;
	static const char text[] =
		"{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,"
		"\"i\":1,\"j\":1,\"k\":1,\n\"j\":1}";
	struct json_fault fault;
	assert_int_equal(json_check(text, strlen(text), &fault), -1);
	assert_int_equal(fault.pos.line, 2);
}

static void assert_pos(
	const char *text, const char *pointer, int key, size_t line, size_t column)
{
	struct json_pos pos = json_locate(text, strlen(text), pointer, key);
	assert_int_equal(pos.line, line);
	assert_int_equal(pos.column, column);
}

static void locates(void **state)
{
	(void)state;
	static const char text[] = "{\n  \"a/b\": [1, {\"x~y\": \"}]\\\"\"},\n   true],\n"
				   "  \"c\": {}\n}\n";
	assert_pos(text, "", 0, 1, 1);
	assert_pos(text, "/a~1b", 0, 2, 10);
	assert_pos(text, "/a~1b", 1, 2, 3);
	assert_pos(text, "/a~1b/1/x~0y", 0, 2, 22);
	assert_pos(text, "/a~1b/1/x~0y", 1, 2, 15);
	assert_pos(text, "/a~1b/2", 0, 3, 4);
	assert_pos(text, "/c", 0, 4, 8);
	/* What is missing is reported where it is missing from. */
	assert_pos(text, "/c/nothing", 1, 4, 8);
	assert_pos(text, "/a~1b/3", 0, 2, 10);
	assert_pos(text, "/a~1b/1/x~0y/z", 0, 2, 22);
	assert_pos("7", "/a", 0, 1, 1);
}

static void writes_what_it_read(void **state)
{
	(void)state;
	static const char text[] = "{\"b\":[1,-2.5,1e+100,0.1,12345678901234],"
				   "\"a\":\"\\u0001\\\"\\\\\\n\xC3\xA4\",\"e\":{},\"f\":[],"
				   "\"t\":true,\"n\":null}";
	struct json_fault fault;
	jv v = json_parse(text, strlen(text), &fault);
	char *same = json_string(v), *sorted = json_string_sorted(v);
	assert_string_equal(same, text);
	assert_true(strncmp(sorted, "{\"a\":", 5) == 0);
	free(same);
	free(sorted);
	jv_free(v);
}

static void keeps_the_order_of_members(void **state)
{
	(void)state;
	jv rec = rec_new("PermissionSet");
	static const char *const keys[] = { "Name", "Description", "Zebra", "Apple",
		"Mango", "Kiwi", "Fig", "Date", "Cherry", "Banana" };
	for (size_t i = 0; i < COUNT(keys); i++)
		rec = rec_set_num(rec, keys[i], (double)i);
	char *s = json_string(rec);
	assert_string_equal(s,
		"{\"Kind\":\"PermissionSet\",\"Name\":0,\"Description\":1,\"Zebra\":2,"
		"\"Apple\":3,"
		"\"Mango\":4,\"Kiwi\":5,\"Fig\":6,\"Date\":7,\"Cherry\":8,\"Banana\":9}");
	free(s);
	jv_free(rec);
}

static void accessors_do_not_mind_kinds(void **state)
{
	(void)state;
	jv n = jv_number(1);
	assert_null(rec_str(n, "a"));
	assert_int_equal(rec_len(n), 0);
	assert_false(rec_has(n, "a"));
	assert_null(rec_str_at(n, 0));
	jv_free(rec_get(n, "a"));
	jv list = rec_push_str(rec_push_str(rec_push_str(jv_array(), "b"), "a"), "b");
	jv sorted = rec_sorted_unique(list);
	assert_int_equal(rec_len(sorted), 2);
	assert_string_equal(rec_str_at(sorted, 0), "a");
	jv_free(sorted);
	jv_free(list);
	jv_free(n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_json),
		cmocka_unit_test(sees_every_byte_of_a_string),
		cmocka_unit_test(refuses_what_is_not_json),
		cmocka_unit_test(bounds_depth),
		cmocka_unit_test(finds_duplicates_among_many_keys),
		cmocka_unit_test(locates),
		cmocka_unit_test(writes_what_it_read),
		cmocka_unit_test(keeps_the_order_of_members),
		cmocka_unit_test(accessors_do_not_mind_kinds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
