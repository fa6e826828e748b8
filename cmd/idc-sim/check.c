/*
 * Input against the service model: required members, kinds, sizes, patterns, enums.
 */
#include "call.h"

#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "map.h"
#include "mem.h"
#include "rec.h"
#include "text.h"

jv call_fail(struct call *c, int status, const char *code, const char *fmt, ...)
{
	if (c->status != 0)
		return jv_invalid();
	c->status = status;
	c->code = code;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(c->message, sizeof(c->message), fmt, ap);
	va_end(ap);
	return jv_invalid();
}

/* What each service calls an input that its model refuses. */
static const char *validation_code(const struct call *c)
{
	if (strcmp(c->op->service, "organizations") == 0)
		return "InvalidInputException";
	return c->op->protocol == PROTOCOL_QUERY ? "ValidationError"
						 : "ValidationException";
}

static int refuse(
	struct call *c, const char *path, const char *value, const char *constraint)
{
	call_fail(c, 400, validation_code(c),
		"1 validation error detected: Value %s%.80s%s at '%s' failed to satisfy "
		"constraint: %s",
		value != NULL ? "'" : "", value != NULL ? value : "null",
		value != NULL ? "'" : "", path, constraint);
	return -1;
}

/* Compiled patterns, by their text. */
static struct map patterns;

static int matches(const char *pattern, const char *s)
{
	void **slot = map_slot(&patterns, pattern);
	if (*slot == NULL) {
		regex_t *re = mem_alloc(sizeof(*re));
		char *anchored = mem_format("^(%s)$", pattern);
		if (regcomp(re, anchored, REG_EXTENDED | REG_NOSUB) != 0)
			abort();
		free(anchored);
		*slot = re;
	}
	return regexec(*slot, s, 0, NULL, 0) == 0;
}

static size_t characters(const char *s)
{
	size_t n = 0;
	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

static int is_one_of(const char *const *values, const char *s)
{
	for (; *values != NULL; values++)
		if (strcmp(*values, s) == 0)
			return 1;
	return 0;
}

static int check_string(struct call *c, const char *path, jv v, const struct shape *shape)
{
	const char *s = jv_string_value(v);
	char text[2200];
	size_t n = characters(s);
	if (shape->values != NULL && !is_one_of(shape->values, s)) {
		struct buf b;
		buf_init(&b, 300);
		for (size_t i = 0; shape->values[i] != NULL; i++)
			buf_addf(&b, "%s%s", i > 0 ? ", " : "", shape->values[i]);
		snprintf(text, sizeof(text), "Member must satisfy enum value set: [%s]",
			buf_str(&b));
		buf_release(&b);
		return refuse(c, path, s, text);
	}
	if (n < shape->min) {
		snprintf(text, sizeof(text),
			"Member must have length greater than or equal to %zu", shape->min);
		return refuse(c, path, s, text);
	}
	if (shape->max > 0 && n > shape->max) {
		snprintf(text, sizeof(text),
			"Member must have length less than or equal to %zu", shape->max);
		return refuse(c, path, s, text);
	}
	if (shape->pattern != NULL && !matches(shape->pattern, s)) {
		snprintf(text, sizeof(text),
			"Member must satisfy regular expression pattern: %s",
			shape->pattern);
		return refuse(c, path, s, text);
	}
	return 0;
}

static int check_members(
	struct call *c, const char *path, jv v, const struct member *members, size_t n);

static int check_list(struct call *c, const char *path, jv v, const struct shape *shape);

static int check_value(struct call *c, const char *path, jv v, const struct shape *shape)
{
	char text[100];
	if (jv_get_kind(v) != shape->kind) {
		call_fail(c, 400, "SerializationException",
			"Unexpected type for member '%s'", path);
		return -1;
	}
	switch (shape->kind) {
	case JV_KIND_STRING:
		return check_string(c, path, v, shape);
	case JV_KIND_NUMBER:
		if (jv_number_value(v) < (double)shape->min ||
			jv_number_value(v) > (double)shape->max) {
			snprintf(text, sizeof(text),
				"Member must have value between %zu and %zu", shape->min,
				shape->max);
			return refuse(c, path, "number", text);
		}
		return 0;
	case JV_KIND_ARRAY:
		return check_list(c, path, v, shape);
	case JV_KIND_OBJECT: {
		size_t n = 0;
		while (shape->members[n].name != NULL)
			n++;
		return check_members(c, path, v, shape->members, n);
	}
	case JV_KIND_INVALID:
	case JV_KIND_NULL:
	case JV_KIND_FALSE:
	case JV_KIND_TRUE:
		break;
	}
	return 0;
}

static int check_list(struct call *c, const char *path, jv v, const struct shape *shape)
{
	size_t n = (size_t)rec_len(v);
	if (n < shape->min || (shape->max > 0 && n > shape->max))
		return refuse(
			c, path, "list", "Member must have a length within its bounds");
	int status = 0;
	for (int i = 0; status == 0 && i < (int)n; i++) {
		char *at = mem_format("%s.%d.member", path, i + 1);
		jv element = rec_at(v, i);
		status = check_value(c, at, element, shape->element);
		jv_free(element);
		free(at);
	}
	return status;
}

/* "InstanceArn" as AWS's messages have it: "instanceArn". */
static char *member_path(const char *path, const char *name)
{
	char *whole = mem_format("%s%s%s", path, *path != '\0' ? "." : "", name);
	char *last = whole + strlen(path) + (*path != '\0');
	if (*last >= 'A' && *last <= 'Z')
		*last = (char)(*last + ('a' - 'A'));
	return whole;
}

static int check_members(
	struct call *c, const char *path, jv v, const struct member *members, size_t n)
{
	for (size_t i = 0; i < n && members[i].name != NULL; i++) {
		jv value = rec_get(v, members[i].name);
		jv_kind kind = jv_get_kind(value);
		char *at = member_path(path, members[i].name);
		int status = 0;
		if (kind != JV_KIND_INVALID && kind != JV_KIND_NULL)
			status = check_value(c, at, value, members[i].shape);
		else if (members[i].required)
			status = refuse(c, at, NULL, "Member must not be null");
		free(at);
		jv_free(value);
		if (status != 0)
			return -1;
	}
	return 0;
}

int check_input(struct call *c)
{
	return check_members(c, "", c->input, c->op->members,
		sizeof(c->op->members) / sizeof(c->op->members[0]));
}

/* --- pages ---------------------------------------------------------------------------- */

/* A token names the place and what was asked, so that it fits no other question. */
static unsigned long question(
	const struct call *c, const char *token_name, const char *max_name)
{
	jv rest = jv_object_delete(jv_copy(c->input), jv_string(token_name));
	rest = jv_object_delete(rest, jv_string(max_name));
	char *text = json_string_sorted(rest);
	unsigned long hash = 5381;
	for (const char *p = c->op->name; *p != '\0'; p++)
		hash = hash * 33 + (unsigned char)*p;
	for (const char *p = text; *p != '\0'; p++)
		hash = hash * 33 + (unsigned char)*p;
	free(text);
	jv_free(rest);
	return hash & 0xffffffffu;
}

int page_slice(struct call *c, const char *token_name, const char *max_name,
	size_t fallback, size_t max, size_t n, size_t *first, size_t *count,
	char **next_token)
{
	const char *token = rec_str(c->input, token_name);
	unsigned long asked = question(c, token_name, max_name);
	size_t size = (size_t)rec_num(c->input, max_name, (double)fallback);
	*next_token = NULL;
	*first = 0;
	if (size > max)
		size = max;
	if (c->sim->options.page > 0 && size > c->sim->options.page)
		size = c->sim->options.page;
	if (token != NULL && *token != '\0') {
		unsigned long hash = 0, at = 0;
		char *end;
		hash = strtoul(token, &end, 16);
		at = *end == '-' ? strtoul(end + 1, &end, 16) : 0;
		if (*end != '\0' || hash != asked || at == 0) {
			call_fail(c, 400, validation_code(c), "Invalid pagination token");
			return -1;
		}
		*first = at < n ? at : n;
	}
	*count = n - *first < size ? n - *first : size;
	if (*first + *count < n)
		*next_token = mem_format("%lx-%zx", asked, *first + *count);
	return 0;
}

jv page_answer(struct call *c, const char *key, const void *items, size_t n,
	size_t fallback, size_t max, page_item *item)
{
	size_t first, count;
	char *token;
	if (page_slice(c, "NextToken", "MaxResults", fallback, max, n, &first, &count,
		    &token) != 0)
		return jv_invalid();
	jv list = jv_array();
	for (size_t i = first; i < first + count; i++)
		list = rec_push(list, item(c, items, i));
	jv answer = rec_set_str(rec_set(jv_object(), key, list), "NextToken", token);
	free(token);
	return answer;
}
