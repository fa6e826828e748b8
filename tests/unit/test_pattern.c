/*
 * The patterns of policies: every small one against every other, by what they take in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/idc-validate/policy_pattern.h"
#include "text.h"

#define PATTERN_LEN 4
#define TEXT_LEN 6
#define PATTERNS 341 /* of the lengths 0 to 4, over 4 characters */
#define TEXTS 1093   /* of the lengths 0 to 6, over 3 characters */

/* The i-th of all texts over an alphabet, the shorter ones first. */
static void nth(char *out, size_t i, const char *alphabet)
{
	size_t base = strlen(alphabet), len = 0, count = 1;
	while (i >= count) {
		i -= count;
		count *= base;
		len++;
	}
	for (size_t k = 0; k < len; k++, i /= base)
		out[k] = alphabet[i % base];
	out[len] = '\0';
}

static void every_small_pattern(void **state)
{
	static unsigned char fits[PATTERNS][TEXTS];
	static struct pattern patterns[PATTERNS];
	char pattern[PATTERN_LEN + 1], text[TEXT_LEN + 1];
	size_t covers = 0;
	(void)state;
	for (size_t i = 0; i < PATTERNS; i++) {
		nth(pattern, i, "ab*?");
		pattern_init(&patterns[i], pattern, 0);
		for (size_t k = 0; k < TEXTS; k++) {
			nth(text, k, "abc");
			fits[i][k] = (unsigned char)text_glob(pattern, text);
		}
	}
	for (size_t i = 0; i < PATTERNS; i++)
		for (size_t k = 0; k < PATTERNS; k++) {
			int all = 1, some = 0;
			for (size_t t = 0; t < TEXTS; t++) {
				all &= fits[i][t] || !fits[k][t];
				some |= fits[i][t] && fits[k][t];
			}
			int yes = pattern_covers(&patterns[i], &patterns[k]);
			covers += (size_t)yes;
			assert_true(all || !yes);
			assert_true(yes || i != k);
			/* Of such small patterns, those that meet do so in a text as small.
			 */
			assert_int_equal(pattern_meets(&patterns[i], &patterns[k]), some);
		}
	assert_true(covers > PATTERNS);
	for (size_t i = 0; i < PATTERNS; i++)
		pattern_release(&patterns[i]);
}

static int covers(const char *by, const char *p, unsigned flags)
{
	struct pattern a, b;
	pattern_init(&a, by, flags);
	pattern_init(&b, p, flags);
	int result = pattern_covers(&a, &b);
	pattern_release(&a);
	pattern_release(&b);
	return result;
}

static int meets(const char *x, const char *y, unsigned flags)
{
	struct pattern a, b;
	pattern_init(&a, x, flags);
	pattern_init(&b, y, flags);
	int result = pattern_meets(&a, &b);
	pattern_release(&a);
	pattern_release(&b);
	return result;
}

static void letter_case(void **state)
{
	(void)state;
	assert_true(covers("S3:Get*", "s3:getobject", PATTERN_FOLD));
	assert_false(covers("S3:Get*", "s3:getobject", 0));
}

static void variables(void **state)
{
	const unsigned v = PATTERN_VARIABLES;
	(void)state;
	assert_true(covers("a/*", "a/${aws:username}", v));
	assert_true(covers("a/${aws:username}/*", "a/${aws:username}/x", v));
	assert_false(covers("a/${aws:username}", "a/${aws:userid}", v));
	assert_false(covers("a/${aws:username}", "a/*", v));
	assert_false(covers("????????", "${a:b}", v));
	assert_false(covers("$*", "${a:b}", v));
	assert_true(covers("$*", "${a:b}", 0));
	assert_true(meets("a/${a:b}/c", "a/x/c", v));
	assert_false(meets("a/${a:b}/c", "b/x/c", v));
	assert_false(covers("${*}", "x", v));
	assert_true(covers("?", "${*}", v));
	/* Not closed: characters as they are. */
	assert_true(covers("${a", "${a", v));
}

static void characters(void **state)
{
	(void)state;
	assert_true(covers("?", "\xC3\xA9", 0));
	assert_false(covers("??", "\xC3\xA9", 0));
}

static void arns(void **state)
{
	const unsigned a = PATTERN_ARN;
	(void)state;
	assert_true(covers("arn:aws:sqs", "arn:aws:sqs:*:*:x", a));
	assert_false(covers("arn:aws:sqs:*:*:x", "arn:aws:sqs", a));
	assert_true(covers("arn:aws:sqs:*", "arn:aws:sqs:eu-west-1:111122223333:x", a));
	/* A * within a part may end with it; as it is written, it still covers itself. */
	assert_false(covers("arn:aws:sqs:eu*1:*:x", "arn:aws:sqs:eu-west-1:*:x", a));
	assert_true(covers("arn:aws:sqs:eu*1:*:x", "arn:aws:sqs:eu*1:*:x", a));
	assert_true(covers("*", "arn:aws:sqs:eu*1:*:x", a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_small_pattern),
		cmocka_unit_test(letter_case),
		cmocka_unit_test(variables),
		cmocka_unit_test(characters),
		cmocka_unit_test(arns),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
