/*
 * Members of an object as they stand in its text. What is scanned is known to be JSON, so
 * nothing here is checked but the end.
 */
#include <string.h>

#include "json.h"

struct cursor {
	char *p, *end;
};

static void skip_space(struct cursor *c)
{
	while (c->p < c->end &&
		(*c->p == ' ' || *c->p == '\t' || *c->p == '\n' || *c->p == '\r'))
		c->p++;
}

/* From a quote to behind the closing one. Whether there is an escape in between. */
static int skip_string(struct cursor *c)
{
	int escaped = 0;
	for (c->p++; c->p < c->end && *c->p != '"'; c->p++)
		if (*c->p == '\\') {
			escaped = 1;
			c->p++;
		}
	c->p = c->p < c->end ? c->p + 1 : c->end;
	return escaped;
}

/* An array or an object. */
static void skip_nested(struct cursor *c)
{
	size_t depth = 0;
	while (c->p < c->end) {
		char at = *c->p;
		if (at == '"') {
			skip_string(c);
			continue;
		}
		c->p++;
		if (at == '{' || at == '[')
			depth++;
		else if ((at == '}' || at == ']') && --depth == 0)
			return;
	}
}

static void skip_word(struct cursor *c)
{
	while (c->p < c->end && strchr(",}] \t\r\n", *c->p) == NULL)
		c->p++;
}

/* Skips a value, which out then is. Whether it is a string with an escape. */
static int skip_value(struct cursor *c, struct json_span *out)
{
	char *from = c->p;
	int escaped = 0;
	out->first = *from;
	if (*from == '"')
		escaped = skip_string(c);
	else if (*from == '{' || *from == '[')
		skip_nested(c);
	else
		skip_word(c);
	int quotes = *from == '"';
	out->text = from + quotes;
	out->len = (size_t)(c->p - from) - 2 * (size_t)quotes;
	return escaped;
}

/* Which of the names it is; n when none. */
static size_t find(const char *key, size_t len, const char *const *names, size_t n)
{
	size_t i = 0;
	while (i < n && (strncmp(names[i], key, len) != 0 || names[i][len] != '\0'))
		i++;
	return i;
}

int json_members(
	char *text, size_t len, const char *const *names, size_t n, struct json_span *out)
{
	struct cursor c = { text, text + len };
	memset(out, 0, n * sizeof(*out));
	skip_space(&c);
	if (c.p == c.end || *c.p != '{')
		return -1;
	for (;;) {
		struct json_span key, value;
		c.p++;
		skip_space(&c);
		if (c.p >= c.end || *c.p != '"')
			break;
		/* What it is called can't be seen. */
		if (skip_value(&c, &key))
			return -1;
		skip_space(&c);
		c.p++;
		skip_space(&c);
		if (c.p >= c.end)
			break;
		int escaped = skip_value(&c, &value);
		size_t i = find(key.text, key.len, names, n);
		if (i < n && escaped)
			return -1;
		if (i < n)
			out[i] = value;
		skip_space(&c);
	}
	for (size_t i = 0; i < n; i++)
		if (out[i].text != NULL)
			out[i].text[out[i].len] = '\0';
	return 0;
}
