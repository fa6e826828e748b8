#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "fields.h"
#include "mem.h"
#include "policy_forms.h"
#include "text.h"

#define NUMBER_SIZE 40
#define IF_EXISTS "IfExists"
#define DIGITS "0123456789"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* --- what can be compared ----------------------------------------------------------- */

/* A sign, digits, and digits behind a point. */
static int is_number(const char *s)
{
	s += *s == '-' || *s == '+';
	size_t whole = strspn(s, DIGITS), part = 0;
	s += whole;
	if (*s == '.') {
		part = strspn(s + 1, DIGITS);
		s += 1 + part;
	}
	return whole + part > 0 && *s == '\0';
}

static int is_boolean(const char *s)
{
	return strcasecmp(s, "true") == 0 || strcasecmp(s, "false") == 0;
}

static int is_base64(const char *s)
{
	size_t n = strspn(
		s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "+/");
	size_t padding = strspn(s + n, "=");
	return s[n + padding] == '\0' && padding <= 2 && (n + padding) % 4 == 0;
}

/* Moves *s behind n digits that are a number from low to high, behind the character first.
 */
static int take(const char **s, char first, size_t n, int low, int high)
{
	const char *p = *s;
	int value = 0;
	if (first != '\0' && *p++ != first)
		return 0;
	if (strspn(p, DIGITS) < n)
		return 0;
	for (size_t i = 0; i < n; i++)
		value = value * 10 + (p[i] - '0');
	if (value < low || value > high)
		return 0;
	*s = p + n;
	return 1;
}

/* hh:mm, seconds and a zone may follow. */
static int is_time(const char *s)
{
	if (!take(&s, '\0', 2, 0, 23) || !take(&s, ':', 2, 0, 59))
		return 0;
	if (*s == ':') {
		if (!take(&s, ':', 2, 0, 60))
			return 0;
		if (*s == '.') {
			size_t n = strspn(s + 1, DIGITS);
			if (n == 0)
				return 0;
			s += 1 + n;
		}
	}
	if (*s == '\0' || strcasecmp(s, "z") == 0)
		return 1;
	char sign = *s;
	return (sign == '+' || sign == '-') && take(&s, sign, 2, 0, 23) &&
	       take(&s, ':', 2, 0, 59) && *s == '\0';
}

/* A date as the W3C's note on ISO 8601 has it, or seconds since 1970. */
static int is_date(const char *s)
{
	if (*s != '\0' && s[strspn(s, DIGITS)] == '\0')
		return 1;
	if (!take(&s, '\0', 4, 0, 9999) || !take(&s, '-', 2, 1, 12))
		return 0;
	if (*s == '\0')
		return 1;
	if (!take(&s, '-', 2, 1, 31))
		return 0;
	return *s == '\0' || ((*s == 'T' || *s == 't') && is_time(s + 1));
}

/* An address, or a range of them as CIDR has it. */
static int is_address(const char *s)
{
	char text[INET6_ADDRSTRLEN + 1];
	unsigned char bytes[16];
	const char *slash = strchr(s, '/');
	size_t len = slash != NULL ? (size_t)(slash - s) : strlen(s);
	unsigned long bits = 0;
	if (len >= sizeof(text))
		return 0;
	memcpy(text, s, len);
	text[len] = '\0';
	if (inet_pton(AF_INET, text, bytes) == 1)
		return slash == NULL || text_number(slash + 1, 32, &bits) == 0;
	if (inet_pton(AF_INET6, text, bytes) == 1)
		return slash == NULL || text_number(slash + 1, 128, &bits) == 0;
	return 0;
}

/* --- operators ---------------------------------------------------------------------- */

struct kind {
	int (*fits)(const char *text); /* NULL: whatever it is */
	int variables;		       /* a value may have variables */
	int arn;		       /* it is an ARN */
	const char *what;
	const char *form;
};

static const struct kind texts = { NULL, 1, 0, NULL, NULL };
static const struct kind arns = { NULL, 1, 1, NULL, NULL };
static const struct kind numbers = { is_number, 0, 0, "number",
	"write it like '10' or '0.5'" };
static const struct kind dates = { is_date, 0, 0, "date",
	"write it like '2026-12-31T18:00:00Z'" };
static const struct kind booleans = { is_boolean, 1, 0, "truth value",
	"write 'true' or 'false'" };
static const struct kind nulls = { is_boolean, 0, 0, "truth value",
	"write 'true' for a key that is not there, 'false' for one that is" };
static const struct kind binaries = { is_base64, 0, 0, "base64 text",
	"write the bytes in base64" };
static const struct kind addresses = { is_address, 0, 0, "address",
	"write it like '203.0.113.0/24' or '2001:db8::/32'" };

static const struct operator
{
	const char *name;
	const struct kind *kind;
}
operators[] = {
	{ "StringEquals", &texts },
	{ "StringNotEquals", &texts },
	{ "StringEqualsIgnoreCase", &texts },
	{ "StringNotEqualsIgnoreCase", &texts },
	{ "StringLike", &texts },
	{ "StringNotLike", &texts },
	{ "NumericEquals", &numbers },
	{ "NumericNotEquals", &numbers },
	{ "NumericLessThan", &numbers },
	{ "NumericLessThanEquals", &numbers },
	{ "NumericGreaterThan", &numbers },
	{ "NumericGreaterThanEquals", &numbers },
	{ "DateEquals", &dates },
	{ "DateNotEquals", &dates },
	{ "DateLessThan", &dates },
	{ "DateLessThanEquals", &dates },
	{ "DateGreaterThan", &dates },
	{ "DateGreaterThanEquals", &dates },
	{ "Bool", &booleans },
	{ "BinaryEquals", &binaries },
	{ "IpAddress", &addresses },
	{ "NotIpAddress", &addresses },
	{ "ArnEquals", &arns },
	{ "ArnLike", &arns },
	{ "ArnNotEquals", &arns },
	{ "ArnNotLike", &arns },
	{ "Null", &nulls },
};

static const char *const sets[] = { "ForAllValues", "ForAnyValue" };

/* An operator's name in its parts. */
struct name {
	char *set;  /* what stands before the colon, or NULL */
	char *base; /* without IfExists */
	int if_exists;
};

static void name_read(struct name *name, const char *text)
{
	const char *colon = strchr(text, ':');
	name->set = colon != NULL ? mem_bytes(text, (size_t)(colon - text)) : NULL;
	text = colon != NULL ? colon + 1 : text;
	size_t len = strlen(text), end = strlen(IF_EXISTS);
	name->if_exists = len > end && strcasecmp(text + len - end, IF_EXISTS) == 0;
	name->base = mem_bytes(text, name->if_exists ? len - end : len);
}

static void name_release(struct name *name)
{
	free(name->set);
	free(name->base);
}

static const struct operator* find(const char *base)
{
	for (size_t i = 0; i < COUNT(operators); i++)
		if (strcmp(operators[i].name, base) == 0)
			return &operators[i];
	return NULL;
}

/* The nearest name of an operator, or NULL. */
static const char *nearest(const char *base)
{
	const char *names[COUNT(operators)];
	for (size_t i = 0; i < COUNT(operators); i++)
		names[i] = operators[i].name;
	return text_nearest(base, names, COUNT(operators));
}

/* Reports a name that is no operator's: what it is probably meant to be is said. */
static void report_operator(const struct value *x, const struct name *name)
{
	const char *set =
		name->set != NULL ? text_nearest(name->set, sets, COUNT(sets)) : "";
	const char *base = nearest(name->base);
	if (name->set != NULL && set == NULL)
		value_report_name(x, CODE_OPERATOR,
			"'%.80s' where an operator is expected\nput it into one: "
			"\"StringEquals\": {\"%.80s\": ...}",
			x->key, x->key);
	else if (base != NULL && set != NULL)
		value_report_name(x, CODE_OPERATOR,
			"conditions have no operator '%.80s'\ndid you mean '%s%s%s%s'?",
			x->key, set, name->set != NULL ? ":" : "", base,
			name->if_exists && strcmp(base, "Null") != 0 ? IF_EXISTS : "");
	else
		value_report_name(x, CODE_OPERATOR,
			"conditions have no operator '%.80s'\nthey are those of "
			"idc-validate(1), such as 'StringEquals'",
			x->key);
}

/* The kind of values of the operator that is x's name; NULL when there is none such. */
static const struct kind *read_operator(const struct value *x)
{
	struct name name;
	name_read(&name, x->key);
	const struct operator* found = find(name.base);
	int set_known = name.set == NULL || strcmp(name.set, sets[0]) == 0 ||
			strcmp(name.set, sets[1]) == 0;
	int suffix_right = !name.if_exists || text_ends(x->key, IF_EXISTS);
	if (found == NULL || !set_known || !suffix_right)
		report_operator(x, &name);
	else if (name.if_exists && found->kind == &nulls)
		value_report_name(x, CODE_OPERATOR,
			"'%.80s' is no operator\nNull asks itself whether the key is "
			"there: write it without IfExists",
			x->key);
	name_release(&name);
	return found != NULL ? found->kind : NULL;
}

/* --- values ------------------------------------------------------------------------- */

struct context {
	const struct kind *kind; /* NULL: of an operator that there is not */
	int old;
};

/* The text of a string, or what a number or truth value is as one, in buffer. */
static const char *text_of(const struct value *x, char buffer[NUMBER_SIZE])
{
	if (jv_get_kind(x->v) == JV_KIND_NUMBER)
		(void)snprintf(buffer, NUMBER_SIZE, "%.17g", jv_number_value(x->v));
	else
		(void)snprintf(buffer, NUMBER_SIZE, "%s",
			jv_get_kind(x->v) == JV_KIND_TRUE ? "true" : "false");
	return value_string(x) != NULL ? value_string(x) : buffer;
}

static void check_operand(const struct value *x, void *ctx)
{
	const struct context *c = ctx;
	char buffer[NUMBER_SIZE];
	if (!fields_is(x, KIND_STRING | KIND_NUMBER | KIND_BOOLEAN) || c->kind == NULL)
		return;
	const char *text = text_of(x, buffer);
	int variable = has_variable(text);
	if (c->kind->arn)
		arn_operand_check(x);
	else if (variable && !c->kind->variables)
		value_report(x, CODE_CONDITION_VALUE,
			"'%.80s' has a variable, which this operator does not take\n%s",
			text, c->kind->form);
	else if (!variable && c->kind->fits != NULL && !c->kind->fits(text))
		value_report(x, CODE_CONDITION_VALUE, "'%.80s' is no %s\n%s", text,
			c->kind->what, c->kind->form);
	if (variable && c->kind->variables)
		variable_check(x, c->old);
}

static void check_key(const struct value *x, struct context *c)
{
	if (fields_is(x, KIND_STRING | KIND_NUMBER | KIND_BOOLEAN | KIND_LIST))
		value_each_or_self(x, check_operand, c);
}

static void check_operator(const struct value *x, int old)
{
	struct context c = { .kind = read_operator(x), .old = old };
	/* Where a key stands for an operator, its values are no second mistake. */
	if ((c.kind == NULL && jv_get_kind(x->v) != JV_KIND_OBJECT) ||
		!fields_is(x, KIND_OBJECT))
		return;
	jv_object_foreach(x->v, key, v)
	{
		struct value member = { .up = x, .file = x->file, .v = v };
		member.key = jv_string_value(key);
		check_key(&member, &c);
		jv_free(key);
		jv_free(v);
	}
}

void condition_check(const struct value *x, int old)
{
	jv_object_foreach(x->v, key, v)
	{
		struct value member = { .up = x, .file = x->file, .v = v };
		member.key = jv_string_value(key);
		check_operator(&member, old);
		jv_free(key);
		jv_free(v);
	}
}
