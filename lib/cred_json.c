#include "cred_json.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "buf.h"
#include "json.h"
#include "when.h"

#define VALUE_MAX (64u << 10)

/* The text passed json_check: these only have to find their way. */

static const char *skip_blank(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* p is at a quote; the place behind the closing one. */
static const char *skip_string(const char *p)
{
	for (p++; *p && *p != '"'; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : p;
}

/* The place behind the value at p, whatever it is. */
static const char *skip_value(const char *p)
{
	int depth = 0;

	do {
		if (*p == '"') {
			p = skip_string(p);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if (*p == '}' || *p == ']')
			depth--;
		p++;
	} while (*p && (depth > 0 || !strchr(",}] \t\r\n", *p)));
	return p;
}

/* The value of a four digit escape of ASCII, or -1. */
static int ascii_escape(const char *p)
{
	char digits[5] = { p[0], p[1], p[2], p[3], '\0' };
	long n = strtol(digits, NULL, 16);

	return n > ' ' && n < 0x7f ? (int)n : -1;
}

/*
 * The string at p (at its quote), owned; NULL when it is empty or has anything but visible
 * ASCII, which no key and no token has.
 */
static char *visible_string(const char *p)
{
	struct buf b;
	int bad = 0;

	buf_init(&b, VALUE_MAX);
	for (p++; *p && *p != '"'; p++) {
		int c = (unsigned char)*p;

		if (c == '\\' && p[1] == 'u' && strlen(p) > 5) {
			c = ascii_escape(p + 2);
			p += 5;
		} else if (c == '\\') {
			p++;
			c = strchr("\"\\/", *p) ? *p : -1;
		}
		bad |= c <= ' ' || c >= 0x7f || buf_addc(&b, (char)c) != 0;
	}
	if (bad || b.len == 0) {
		buf_wipe(&b);
		return NULL;
	}
	return buf_take(&b);
}

/* A copy of the string member key of the object at text, or NULL. */
static char *member(const char *text, const char *key)
{
	const char *p = skip_blank(text);
	size_t len = strlen(key);

	while (*p == '{' || *p == ',') {
		const char *name = skip_blank(p + 1);
		const char *value;

		if (*name != '"')
			return NULL;
		value = skip_blank(skip_blank(skip_string(name)) + 1);
		if (strncmp(name + 1, key, len) == 0 && name[len + 1] == '"')
			return *value == '"' ? visible_string(value) : NULL;
		p = skip_blank(skip_value(value));
	}
	return NULL;
}

int cred_json_read(const char *text, size_t len, struct cred *out, struct err *err)
{
	struct json_fault fault;
	char *expires;
	int status = 0;

	if (json_check(text, len, &fault) != 0 || *skip_blank(text) != '{')
		return err_set(err, ERR_CRED, "its answer is no JSON object");
	out->access_key_id = member(text, "AccessKeyId");
	out->secret_access_key = member(text, "SecretAccessKey");
	out->session_token = member(text, "Token");
	if (!out->access_key_id || !out->secret_access_key)
		return err_set(err, ERR_CRED,
			"its answer has no AccessKeyId or no SecretAccessKey");
	expires = member(text, "Expiration");
	if (expires && when_parse_rfc3339(expires, &out->expires) != 0)
		status = err_set(err, ERR_CRED, "its answer has an unreadable Expiration");
	free(expires);
	return status;
}
