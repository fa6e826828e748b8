/*
 * Writing: one compact form, members in order of insertion or sorted.
 */
#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define STRING_MAX ((size_t)1 << 30)

static int is_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

static int write_escaped(struct buf *b, const char *s, size_t len)
{
	static const char short_escapes[] = "\"\\\b\f\n\r\t";
	static const char short_letters[] = "\"\\bfnrt";
	int bad = buf_addc(b, '"');
	size_t plain = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		if (is_plain(s[i]))
			continue;
		bad |= buf_add(b, s + plain, i - plain);
		plain = i + 1;
		const char *e = c != 0 ? strchr(short_escapes, c) : NULL;
		if (e != NULL)
			bad |= buf_addf(b, "\\%c", short_letters[e - short_escapes]);
		else
			bad |= buf_addf(b, "\\u%04x", c);
	}
	bad |= buf_add(b, s + plain, len - plain);
	bad |= buf_addc(b, '"');
	return bad;
}

int json_write_string(struct buf *b, const char *s, size_t len)
{
	size_t plain = 0;
	while (plain < len && is_plain(s[plain]))
		plain++;
	if (plain < len)
		return write_escaped(b, s, len);
	char *to = buf_extend(b, len + 2);
	if (to == NULL)
		return -1;
	to[0] = to[len + 1] = '"';
	if (len > 0)
		memcpy(to + 1, s, len);
	return 0;
}

/* Most numbers are places in files, of which there are many. */
static int write_integer(struct buf *b, long long n)
{
	char digits[24];
	char *at = digits + sizeof(digits);
	unsigned long long left = n < 0 ? 0 - (unsigned long long)n : (unsigned long long)n;
	do
		*--at = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (n < 0)
		*--at = '-';
	return buf_add(b, at, (size_t)(digits + sizeof(digits) - at));
}

static int write_number(struct buf *b, double n)
{
	if (isnan(n) || isinf(n))
		return buf_adds(b, "null");
	if (n == floor(n) && fabs(n) < 1e15)
		return write_integer(b, (long long)n);
	char text[32];
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, n);
		if (fabs(strtod(text, NULL) - n) <= 0)
			break;
	}
	return buf_adds(b, text);
}

static int write_value(struct buf *b, jv v, int sorted);

/* Begins a member: a comma where one is due, the key, a colon. */
static int write_key(struct buf *b, const char *key, size_t len)
{
	int bad = b->len > 0 && b->data[b->len - 1] == '{' ? 0 : buf_addc(b, ',');
	bad |= json_write_string(b, key, len);
	return bad | buf_addc(b, ':');
}

int json_add_str(struct buf *b, const char *key, const char *s)
{
	if (s == NULL)
		return 0;
	int bad = write_key(b, key, strlen(key));
	return bad | json_write_string(b, s, strlen(s));
}

int json_add(struct buf *b, const char *key, jv v)
{
	int bad = write_key(b, key, strlen(key));
	return bad | json_write(b, v);
}

static int write_member(struct buf *b, jv key, jv value, int sorted)
{
	int bad = write_key(
		b, jv_string_value(key), (size_t)jv_string_length_bytes(jv_copy(key)));
	return bad | write_value(b, value, sorted);
}

static int write_object(struct buf *b, jv v, int sorted)
{
	int bad = buf_addc(b, '{');
	if (sorted) {
		jv keys = jv_keys(jv_copy(v));
		jv_array_foreach(keys, i, key)
		{
			jv value = jv_object_get(jv_copy(v), jv_copy(key));
			bad |= write_member(b, key, value, sorted);
			jv_free(value);
			jv_free(key);
		}
		jv_free(keys);
	} else {
		jv_object_foreach(v, key, value)
		{
			bad |= write_member(b, key, value, sorted);
			jv_free(value);
			jv_free(key);
		}
	}
	return bad | buf_addc(b, '}');
}

static int write_array(struct buf *b, jv v, int sorted)
{
	int bad = buf_addc(b, '[');
	jv_array_foreach(v, i, element)
	{
		if (i > 0)
			bad |= buf_addc(b, ',');
		bad |= write_value(b, element, sorted);
		jv_free(element);
	}
	return bad | buf_addc(b, ']');
}

static int write_value(struct buf *b, jv v, int sorted)
{
	switch (jv_get_kind(v)) {
	case JV_KIND_OBJECT:
		return write_object(b, v, sorted);
	case JV_KIND_ARRAY:
		return write_array(b, v, sorted);
	case JV_KIND_STRING:
		return json_write_string(
			b, jv_string_value(v), (size_t)jv_string_length_bytes(jv_copy(v)));
	case JV_KIND_NUMBER:
		return write_number(b, jv_number_value(v));
	case JV_KIND_TRUE:
		return buf_adds(b, "true");
	case JV_KIND_FALSE:
		return buf_adds(b, "false");
	case JV_KIND_INVALID:
	case JV_KIND_NULL:
		break;
	}
	return buf_adds(b, "null");
}

int json_write(struct buf *b, jv v)
{
	return write_value(b, v, 0) != 0 ? -1 : 0;
}

int json_write_sorted(struct buf *b, jv v)
{
	return write_value(b, v, 1) != 0 ? -1 : 0;
}

static char *to_string(jv v, int sorted)
{
	struct buf b;
	buf_init(&b, STRING_MAX);
	write_value(&b, v, sorted);
	return buf_take(&b);
}

char *json_string(jv v)
{
	return to_string(v, 0);
}

char *json_string_sorted(jv v)
{
	return to_string(v, 1);
}

int json_pointer_add(struct buf *b, const char *key)
{
	int bad = buf_addc(b, '/');
	for (; *key != '\0'; key++) {
		if (*key == '~')
			bad |= buf_adds(b, "~0");
		else if (*key == '/')
			bad |= buf_adds(b, "~1");
		else
			bad |= buf_addc(b, *key);
	}
	return bad;
}
