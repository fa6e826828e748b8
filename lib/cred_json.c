#include "cred_json.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "when.h"

#define VALUE_MAX (64u << 10)

const struct cred_json_names cred_json_container = { NULL, "AccessKeyId", "SecretAccessKey",
	"Token", "Expiration", NULL };
const struct cred_json_names cred_json_process = { NULL, "AccessKeyId", "SecretAccessKey",
	"SessionToken", "Expiration", NULL };
const struct cred_json_names cred_json_sso = { "roleCredentials", "accessKeyId",
	"secretAccessKey", "sessionToken", NULL, "expiration" };

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

/* The value of member key of the object at text, or NULL. */
static const char *member(const char *text, const char *key)
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
			return value;
		p = skip_blank(skip_value(value));
	}
	return NULL;
}

/* The same as a string, owned, or NULL. */
static char *string(const char *text, const char *key)
{
	const char *value = key ? member(text, key) : NULL;

	return value && *value == '"' ? visible_string(value) : NULL;
}

/* Whether there is something at key: neither null nor an empty string. */
static int is_there(const char *text, const char *key)
{
	const char *value = key ? member(text, key) : NULL;

	return value && strncmp(value, "null", 4) != 0 && strncmp(value, "\"\"", 2) != 0;
}

/* The same as a whole number, or -1. */
static int64_t number(const char *text, const char *key)
{
	const char *value = member(text, key);
	size_t n = value ? strspn(value, "0123456789") : 0;

	if (n == 0 || n > 18 || !strchr(",}] \t\r\n", value[n]))
		return -1;
	return strtoll(value, NULL, 10);
}

static int is_object(const char *text, size_t len)
{
	struct json_fault fault;

	return json_check(text, len, &fault) == 0 && *skip_blank(text) == '{';
}

char *cred_json_string(const char *text, size_t len, const char *name)
{
	return is_object(text, len) ? string(text, name) : NULL;
}

int64_t cred_json_number(const char *text, size_t len, const char *name)
{
	return is_object(text, len) ? number(text, name) : -1;
}

static int read_expires(const char *text, const struct cred_json_names *names, time_t *out)
{
	const char *value = names->expires ? member(text, names->expires) : NULL;
	int status = 0;

	if (names->expires_ms) {
		int64_t ms = number(text, names->expires_ms);

		*out = (time_t)(ms / 1000);
		return ms > 0 ? 0 : -1;
	}

	if (value && strncmp(value, "null", 4) != 0) {
		char *s = string(text, names->expires);

		status = s && when_parse_rfc3339(s, out) == 0 ? 0 : -1;
		free(s);
	}
	return status;
}

int cred_json_read(const char *text, size_t len, const struct cred_json_names *names,
	struct cred *out, struct err *err)
{
	if (!is_object(text, len))
		return err_set(err, ERR_CRED, "its answer is no JSON object");
	if (names->inside)
		text = member(text, names->inside);
	if (text) {
		out->access_key_id = string(text, names->access_key_id);
		out->secret_access_key = string(text, names->secret_access_key);
		out->session_token = string(text, names->session_token);
	}
	if (!out->access_key_id || !out->secret_access_key)
		return err_set(err, ERR_CRED, "its answer has no %s or no %s",
			names->access_key_id, names->secret_access_key);
	if (!out->session_token && is_there(text, names->session_token))
		return err_set(err, ERR_CRED, "its answer has an unreadable %s",
			names->session_token);
	if (read_expires(text, names, &out->expires) != 0)
		return err_set(err, ERR_CRED, "its answer has an unreadable %s",
			names->expires ? names->expires : names->expires_ms);
	return 0;
}
