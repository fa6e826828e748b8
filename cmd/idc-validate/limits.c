#include "limits.h"

#include <string.h>

#include "buf.h"
#include "text.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define NAME_CHARS LETTERS DIGITS "_+=,.@-"
#define PRINTABLE LETTERS DIGITS "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

#define ARN_MIN 20
#define ARN_MAX 2048
#define IS_MAX 80

static const struct {
	const char *what;
	size_t min, max;      /* characters */
	const char *ascii;    /* allowed below U+0080 */
	uint32_t first, last; /* allowed above; 0, 0: none */
	const char *allowed;  /* in words, for a message */
} limits[LIMITS] = {
	[LIMIT_SET_NAME] = { "a permission set's name", 1, 32, NAME_CHARS, 0, 0,
		"allowed are letters, digits and _+=,.@-" },
	[LIMIT_DESCRIPTION] = { "a description", 1, 700, PRINTABLE " \t\r\n", 0xA1, 0xFF,
		"allowed are the printable characters of Latin-1, tab and line breaks" },
	[LIMIT_RELAY_STATE] = { "a relay state", 1, 240,
		LETTERS DIGITS "&$@#\\/%?=~-_'\"|!:,.;*+[] (){}", 0, 0,
		"allowed are those of a URL" },
	[LIMIT_POLICY_NAME] = { "a policy's name", 1, 128, NAME_CHARS, 0, 0,
		"allowed are letters, digits and _+=,.@-" },
	[LIMIT_POLICY_PATH] = { "a policy's path", 1, 512, NAME_CHARS "/", 0, 0,
		"allowed are letters, digits, _+=,.@- and /" },
	[LIMIT_TAG_KEY] = { "a tag's key", 1, 128, LETTERS DIGITS " _.:/=+-@", 0xA0,
		0x10FFFF, "allowed are letters, digits, spaces and _.:/=+-@" },
	[LIMIT_TAG_VALUE] = { "a tag's value", 0, 256, LETTERS DIGITS " _.:/=+-@", 0xA0,
		0x10FFFF, "allowed are letters, digits, spaces and _.:/=+-@" },
	[LIMIT_SID] = { "a SID", 1, 256, PRINTABLE " ", 0xA0, 0x10FFFF,
		"allowed are printable characters" },
	[LIMIT_STATEMENT_SID] = { "the Sid of a statement", 0, 2048, LETTERS DIGITS, 0, 0,
		"allowed are letters and digits" },
	[LIMIT_GROUP] = { "a group's name", 1, 1024, PRINTABLE " \t\r\n", 0xA0, 0x10FFFF,
		"allowed are printable characters" },
	[LIMIT_USER] = { "a user's name", 1, 128, PRINTABLE, 0xA1, 0x10FFFF,
		"it is the name to sign in with, without spaces" },
	[LIMIT_TARGET] = { "a target", 1, 2048, PRINTABLE " ", 0xA0, 0x10FFFF,
		"allowed are printable characters" },
};

uint32_t limit_code_point(const char *p, size_t *len)
{
	static const unsigned char first_bits[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	const unsigned char *b = (const unsigned char *)p;
	size_t n = text_utf8(p, strnlen(p, 4));
	*len = n > 0 ? n : 1;
	uint32_t c = b[0] & first_bits[*len];
	for (size_t i = 1; i < n; i++)
		c = c << 6 | (b[i] & 0x3F);
	return c;
}

/* Reports what is wrong, and what to do, at x or at its name; 0. Releases is. */
static int complain(const struct value *x, int as_name, const char *what, struct buf *is,
	const char *todo)
{
	if (as_name)
		value_report_name(x, CODE_LIMIT, "%s %s\n%s", what, buf_str(is), todo);
	else
		value_report(x, CODE_LIMIT, "%s %s\n%s", what, buf_str(is), todo);
	buf_release(is);
	return 0;
}

int limit_text(const struct value *x, enum limit limit, const char *text, int as_name)
{
	const char *what = limits[limit].what;
	struct buf is;
	size_t n = 0, len;
	buf_init(&is, IS_MAX);
	for (const char *p = text; *p != '\0'; p += len, n++) {
		uint32_t c = limit_code_point(p, &len);
		int allowed = c < 0x80
				      ? strchr(limits[limit].ascii, (int)c) != NULL
				      : c >= limits[limit].first && c <= limits[limit].last;
		if (allowed)
			continue;
		buf_addf(&is, "can't have '%.*s' (U+%04X) in it", (int)len, p, (unsigned)c);
		return complain(x, as_name, what, &is, limits[limit].allowed);
	}
	if (n >= limits[limit].min && n <= limits[limit].max)
		return 1;
	if (n == 0) {
		buf_adds(&is, "can't be empty");
		return complain(x, as_name, what, &is, "write one");
	}
	buf_addf(&is, "has at most %zu characters, not %zu", limits[limit].max, n);
	return complain(x, as_name, what, &is, "shorten it");
}

int limit_string(const struct value *x, enum limit limit)
{
	return limit_text(x, limit, value_string(x), 0);
}

int limit_is_policy_name(const char *text)
{
	return text[0] != '\0' && text[strspn(text, NAME_CHARS)] == '\0';
}

/* --- ARNs --------------------------------------------------------------------------- */

/* Moves *s behind "aws" and up to three parts like "-us". 0 or -1. */
static int skip_partition(const char **s)
{
	if (!text_starts(*s, "aws"))
		return -1;
	*s += 3;
	for (int parts = 0; **s == '-' && parts < 3; parts++) {
		size_t n = strspn(*s + 1, "abcdefghijklmnopqrstuvwxyz");
		if (n < 1 || n > 5)
			return -1;
		*s += 1 + n;
	}
	return 0;
}

/* Whether s is "/name" or "/path/name" with no part empty. */
static int is_path_and_name(const char *s)
{
	while (*s == '/') {
		size_t n = strspn(s + 1, NAME_CHARS);
		if (n == 0)
			return 0;
		s += 1 + n;
	}
	return *s == '\0';
}

enum policy_arn policy_arn_read(const char *arn, const char **path)
{
	enum policy_arn kind = POLICY_ARN_AWS;
	const char *s = arn + strlen("arn:");
	*path = NULL;
	if (!text_starts(arn, "arn:"))
		return POLICY_ARN_NONE;
	if (strlen(arn) < ARN_MIN || strlen(arn) > ARN_MAX || skip_partition(&s) != 0 ||
		!text_starts(s, ":iam::"))
		return POLICY_ARN_BAD;
	s += strlen(":iam::");
	if (strspn(s, DIGITS) == 12) {
		kind = POLICY_ARN_CUSTOMER;
		s += 12;
	} else if (text_starts(s, "aws:")) {
		s += 3;
	} else {
		return POLICY_ARN_BAD;
	}
	if (!text_starts(s, ":policy/") || !is_path_and_name(s + strlen(":policy")))
		return POLICY_ARN_BAD;
	*path = s + strlen(":policy");
	return kind;
}
