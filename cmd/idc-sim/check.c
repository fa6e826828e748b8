/*
 * Input against the service model: required members, kinds, sizes, patterns, enums. All
 * that is wrong is said at once, in AWS's own words.
 */
#include "call.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "pattern.h"
#include "rec.h"

#define VALUE_SHOWN 200 /* bytes of a refused value that the message repeats */

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

int is_administrator(struct call *c)
{
	if (strcmp(c->account, c->sim->management_id) == 0 ||
		strcmp(c->account, c->sim->owner_id) == 0)
		return 1;
	call_fail(c, 400, "AccessDeniedException",
		"User: %s is not authorized to perform: %s:%s", c->arn, c->op->service,
		c->op->name);
	return 0;
}

const char *validation_code(const struct call *c)
{
	if (strcmp(c->op->service, "organizations") == 0)
		return "InvalidInputException";
	return c->op->protocol == PROTOCOL_QUERY ? "ValidationError"
						 : "ValidationException";
}

/* What was found so far. */
struct check {
	struct call *call;
	struct buf errors; /* "Value ... constraint: ...; Value ..." */
	size_t n;
	const char *reason, *advice; /* Organizations' for the first one */
};

/* Organizations has a reason and a sentence for each, and does not name the member. */
static const struct reason {
	const char *reason, *advice;
} required = { "INPUT_REQUIRED", "You must provide a value for every required parameter." },
  too_short = { "MIN_LENGTH_EXCEEDED",
	  "You provided a value with fewer characters than required." },
  too_long = { "MAX_LENGTH_EXCEEDED",
	  "You provided a value with more characters than allowed." },
  too_small = { "MIN_VALUE_EXCEEDED",
	  "You provided a value that is less than the minimum." },
  too_large = { "MAX_VALUE_EXCEEDED",
	  "You provided a value that is greater than the maximum." },
  no_value = { "INVALID_ENUM", "You specified an invalid value." },
  no_match = { "INVALID_PATTERN",
	  "You provided a value that does not match the required pattern." };

static void refuse(struct check *k, const struct reason *reason, const char *path,
	const char *value, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static void refuse(struct check *k, const struct reason *reason, const char *path,
	const char *value, const char *fmt, ...)
{
	char constraint[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(constraint, sizeof(constraint), fmt, ap);
	va_end(ap);
	const char *quote = value != NULL ? "'" : "";
	buf_addf(&k->errors, "%sValue %s%.*s%s at '%s' failed to satisfy constraint: %s",
		k->n++ > 0 ? "; " : "", quote, VALUE_SHOWN, value != NULL ? value : "null",
		quote, path, constraint);
	if (k->n == 1) {
		k->reason = reason->reason;
		k->advice = reason->advice;
	}
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

static void refuse_enum(
	struct check *k, const char *path, const char *s, const char *const *values)
{
	struct buf b;
	buf_init(&b, 900);
	for (size_t i = 0; values[i] != NULL; i++)
		buf_addf(&b, "%s%s", i > 0 ? ", " : "", values[i]);
	refuse(k, &no_value, path, s, "Member must satisfy enum value set: [%s]",
		buf_str(&b));
	buf_release(&b);
}

/* Strings and lists alike have a length. 0, or -1 when it is refused. */
static int check_length(struct check *k, const char *path, const char *value, size_t n,
	const struct shape *shape)
{
	if (n < shape->min)
		refuse(k, &too_short, path, value,
			"Member must have length greater than or equal to %zu", shape->min);
	else if (shape->max > 0 && n > shape->max)
		refuse(k, &too_long, path, value,
			"Member must have length less than or equal to %zu", shape->max);
	else
		return 0;
	return -1;
}

static void check_string(
	struct check *k, const char *path, const char *s, const struct shape *shape)
{
	int bounded = check_length(k, path, s, characters(s), shape) == 0;
	if (shape->values != NULL && !is_one_of(shape->values, s))
		refuse_enum(k, path, s, shape->values);
	/* The pattern is not asked of what is too long: that may be any length. */
	if (shape->pattern != NULL && (bounded || shape->max == 0 || *s == '\0') &&
		!pattern_matches(shape->pattern, s))
		refuse(k, &no_match, path, s,
			"Member must satisfy regular expression pattern: %s",
			shape->pattern);
}

static void check_number(
	struct check *k, const char *path, double n, const struct shape *shape)
{
	char value[320];
	snprintf(value, sizeof(value), "%.0f", n);
	if (n < (double)shape->min)
		refuse(k, &too_small, path, value,
			"Member must have value greater than or equal to %zu", shape->min);
	else if (shape->max > 0 && n > (double)shape->max)
		refuse(k, &too_large, path, value,
			"Member must have value less than or equal to %zu", shape->max);
}

static int check_members(
	struct check *k, const char *path, jv v, const struct member *members, size_t n);
static int check_value(struct check *k, const char *path, jv v, const struct shape *shape);

static int check_list(struct check *k, const char *path, jv v, const struct shape *shape)
{
	int status = 0;
	check_length(k, path, "[...]", (size_t)rec_len(v), shape);
	for (int i = 0; status == 0 && i < rec_len(v); i++) {
		char *at = mem_format("%s.%d.member", path, i + 1);
		jv element = rec_at(v, i);
		if (jv_get_kind(element) == JV_KIND_NULL)
			refuse(k, &required, at, NULL, "Member must not be null");
		else
			status = check_value(k, at, element, shape->element);
		jv_free(element);
		free(at);
	}
	return status;
}

static int has_kind(jv v, jv_kind kind)
{
	jv_kind given = jv_get_kind(v);
	if (kind == JV_KIND_TRUE)
		return given == JV_KIND_TRUE || given == JV_KIND_FALSE;
	if (kind == JV_KIND_NUMBER && given == kind)
		return fabs(fmod(jv_number_value(v), 1)) < 1e-9;
	return given == kind || kind == JV_KIND_INVALID;
}

/* -1 after call_fail: a kind that can't be read at all ends everything. */
static int check_value(struct check *k, const char *path, jv v, const struct shape *shape)
{
	if (!has_kind(v, shape->kind)) {
		call_fail(k->call, 400, "SerializationException",
			"Unexpected type of the value at '%s'", path);
		return -1;
	}
	if (shape->kind == JV_KIND_STRING)
		check_string(k, path, jv_string_value(v), shape);
	else if (shape->kind == JV_KIND_NUMBER)
		check_number(k, path, jv_number_value(v), shape);
	else if (shape->kind == JV_KIND_ARRAY)
		return check_list(k, path, v, shape);
	else if (shape->kind == JV_KIND_OBJECT)
		return check_members(k, path, v, shape->members, SIZE_MAX);
	return 0;
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
	struct check *k, const char *path, jv v, const struct member *members, size_t n)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < n && members[i].name != NULL; i++) {
		jv value = rec_get(v, members[i].name);
		jv_kind kind = jv_get_kind(value);
		if (kind != JV_KIND_INVALID && kind != JV_KIND_NULL) {
			char *at = member_path(path, members[i].name);
			status = check_value(k, at, value, members[i].shape);
			free(at);
		} else if (members[i].required) {
			char *at = member_path(path, members[i].name);
			refuse(k, &required, at, NULL, "Member must not be null");
			free(at);
		}
		jv_free(value);
	}
	return status;
}

/* v (taken) without members that are null, at any depth of objects: they are not given. */
static jv without_nulls(jv v)
{
	jv kept = jv_object();
	if (jv_get_kind(v) != JV_KIND_OBJECT) {
		jv_free(kept);
		return v;
	}
	jv_object_foreach(v, key, value)
	{
		if (jv_get_kind(value) == JV_KIND_NULL)
			jv_free(value);
		else
			kept = jv_object_set(kept, jv_copy(key), without_nulls(value));
		jv_free(key);
	}
	jv_free(v);
	return kept;
}

int check_input(struct call *c)
{
	struct check k = { .call = c };
	c->input = without_nulls(c->input);
	buf_init(&k.errors, sizeof(c->message));
	int status = check_members(&k, "", c->input, c->op->members,
		sizeof(c->op->members) / sizeof(c->op->members[0]));
	if (k.n > 0 && strcmp(c->op->service, "organizations") == 0) {
		c->reason = k.reason;
		call_fail(c, 400, validation_code(c), "%s", k.advice);
	} else if (k.n > 0) {
		call_fail(c, 400, validation_code(c), "%zu validation error%s detected: %s",
			k.n, k.n > 1 ? "s" : "", buf_str(&k.errors));
	}
	buf_release(&k.errors);
	return status != 0 || k.n > 0 ? -1 : 0;
}
