#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include <cmocka.h>

#include "mem.h"
#include "rec.h"
#include "stream.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define BEGIN                                                                              \
	"{\"Kind\":\"Begin\",\"Stream\":\"plan\",\"Version\":1,\"Program\":\"p\","         \
	"\"Time\":\"t\"}\n"
#define ACTION "{\"Kind\":\"Action\",\"Id\":\"1\"}\n"
#define OTHER "{\"Kind\":\"Action\",\"Id\":\"2\"}\n"
#define END(n) "{\"Kind\":\"End\",\"Stream\":\"plan\",\"Count\":" #n "}\n"

/* A descriptor from which text can be read. */
static int reader(const char *text, size_t len)
{
	FILE *f = tmpfile();
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	rewind(f);
	int fd = dup(fileno(f));
	fclose(f);
	return fd;
}

/* Reads all of text as a plan: the number of records, or -1 with err filled. */
static int read_all(const char *text, size_t len, struct err *err)
{
	struct stream_in in;
	int fd = reader(text, len), n = 0, got;
	stream_open(&in, fd, "<stdin>", "idc-apply", STREAM_BIT(STREAM_PLAN));
	jv rec;
	while ((got = stream_next(&in, &rec, err)) == 1) {
		jv_free(rec);
		n++;
	}
	stream_release(&in);
	close(fd);
	return got == 0 ? n : -1;
}

static void reads_whole_streams(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int n;
	} cases[] = {
		{ BEGIN END(0), 0 },
		{ BEGIN ACTION ACTION END(2), 2 },
		{ BEGIN ACTION END(1) BEGIN OTHER ACTION OTHER END(3), 3 },
		{ BEGIN ACTION ACTION OTHER END(3) BEGIN ACTION ACTION OTHER END(3), 3 },
		{ "\n" BEGIN "\n  \n" ACTION END(1) "\n", 1 },
		{ BEGIN "{\"Kind\":\"Action\",\"New\":{\"x\":1}}\n" END(1), 1 },
		{ BEGIN ACTION "{\"Kind\":\"End\",\"Stream\":\"plan\",\"Count\":1}", 1 },
	};
	struct err err;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(
			read_all(cases[i].text, strlen(cases[i].text), &err), cases[i].n);
}

static void refuses_the_rest(void **state)
{
	(void)state;
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "", "<stdin>: error: incomplete input: empty, expected a plan stream "
		      "from idc-plan" },
		{ BEGIN ACTION, "<stdin>:2: error: incomplete input" },
		{ BEGIN ACTION END(2),
			"<stdin>:3:1: error: the End record counts 2 records, 1 came" },
		{ BEGIN ACTION END(1) ACTION,
			"<stdin>:4:1: error: a record outside of a stream" },
		{ ACTION END(1), "<stdin>:1:1: error: a record outside of a stream" },
		{ BEGIN BEGIN, "<stdin>:2:1: error: a Begin record inside" },
		{ "{\"Kind\":\"Begin\",\"Stream\":\"templates\",\"Version\":1}\n",
			"expected a plan stream, got templates: is idc-plan missing from "
			"the pipe?" },
		{ "{\"Kind\":\"Begin\",\"Stream\":\"plan\",\"Version\":2}\n",
			"of version 2" },
		{ "{\"Kind\":\"Begin\",\"Stream\":\"plan\"}\n", "of version 0" },
		{ BEGIN "{\"Kind\":\"PermissionSet\"}\n",
			"unknown Kind 'PermissionSet' in a plan" },
		{ BEGIN "{\"Kind\":\"Action\"", "ends inside of a record" },
		{ BEGIN "{\"Kind\":\"Action\"\n", "<stdin>:2:17: error: expected" },
		{ BEGIN "[]\n", "<stdin>:2:1: error: a record is a JSON object" },
		{ BEGIN "{\"Kind\":1}\n", "a record is a JSON object" },
		{ BEGIN "{\"Kind\":\"End\",\"Stream\":\"state\",\"Count\":0}\n",
			"not one of a plan" },
		{ BEGIN "{\"Kind\":\"End\",\"Stream\":\"plan\"}\n", "damaged" },
		{ BEGIN "{\"Kind\":\"End\",\"Stream\":\"plan\",\"Count\":1e300}\n",
			"damaged" },
		{ BEGIN "{\"Kind\":\"Action\",\"Kind\":\"Action\"}\n", "stands twice" },
		{ BEGIN "\xFF\n", "byte 0xff" },
	};
	struct err err;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(read_all(cases[i].text, strlen(cases[i].text), &err), -1);
		assert_int_equal(err.kind, ERR_DATA);
		if (strstr(err.text, cases[i].message) == NULL)
			fail_msg("'%s' lacks '%s'", err.text, cases[i].message);
	}
}

static void a_cut_at_any_byte_is_incomplete(void **state)
{
	(void)state;
	static const char text[] = BEGIN ACTION ACTION END(2);
	struct err err;
	/* Only the last newline may be missing. */
	for (size_t len = 0; len < strlen(text) - 1; len++)
		assert_int_equal(read_all(text, len, &err), -1);
	assert_int_equal(read_all(text, strlen(text) - 1, &err), 2);
}

static void lines_have_a_ceiling(void **state)
{
	(void)state;
	size_t len = LINES_MAX + 2;
	char *text = mem_alloc(len);
	memset(text, ' ', len);
	struct err err;
	assert_int_equal(read_all(text, len, &err), -1);
	assert_non_null(strstr(err.text, "a line of more than"));
	free(text);
}

static void writes_what_it_reads(void **state)
{
	(void)state;
	FILE *f = tmpfile();
	assert_non_null(f);
	struct out *out = mem_alloc(sizeof(*out));
	out_init(out, dup(fileno(f)));
	struct stream_out s;
	stream_begin(&s, out, STREAM_PLAN, "idc-test 0", 0);
	jv rec = rec_set_str(rec_new("Action"), "Id", "1");
	stream_write(&s, rec);
	jv_free(rec);
	stream_end(&s);
	struct err err;
	assert_int_equal(out_close(out, &err), 0);
	char text[1000] = { 0 };
	rewind(f);
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	free(out);
	assert_string_equal(text, "{\"Kind\":\"Begin\",\"Stream\":\"plan\",\"Version\":1,"
				  "\"Program\":\"idc-test 0\","
				  "\"Time\":\"1970-01-01T00:00:00Z\"}\n" ACTION END(1));
	assert_int_equal(read_all(text, n, &err), 1);
}

static void a_full_disk_is_told(void **state)
{
	(void)state;
	FILE *f = fopen("/dev/full", "w");
	assert_non_null(f);
	struct out *out = mem_alloc(sizeof(*out));
	out_init(out, dup(fileno(f)));
	fclose(f);
	out_puts(out, "text");
	struct err err;
	assert_int_equal(out_close(out, &err), -1);
	assert_string_equal(err.text, "standard output: No space left on device");
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_whole_streams),
		cmocka_unit_test(refuses_the_rest),
		cmocka_unit_test(a_cut_at_any_byte_is_incomplete),
		cmocka_unit_test(lines_have_a_ceiling),
		cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(a_full_disk_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
