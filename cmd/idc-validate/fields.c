#include "fields.h"

#include <string.h>

#include "buf.h"
#include "rec.h"
#include "text.h"

/* An object with more members than that is not looked at: no template has them. */
#define MEMBERS_MAX 100
#define FIELDS_MAX 16
#define LIST_MAX 512

static unsigned kind_of(jv v)
{
	switch (jv_get_kind(v)) {
	case JV_KIND_STRING:
		return KIND_STRING;
	case JV_KIND_ARRAY:
		return KIND_LIST;
	case JV_KIND_OBJECT:
		return KIND_OBJECT;
	case JV_KIND_NUMBER:
		return KIND_NUMBER;
	case JV_KIND_TRUE:
	case JV_KIND_FALSE:
		return KIND_BOOLEAN;
	case JV_KIND_NULL:
	case JV_KIND_INVALID:
		break;
	}
	return 0;
}

/* What to do about x, which is of none of the kinds; or NULL where that is not known. */
static const char *hint_for(const struct value *x, unsigned kinds)
{
	unsigned kind = kind_of(x->v);
	const char *text = value_string(x);
	if (kind == 0)
		return x->key != NULL ? NULL : "remove it";
	if ((kinds & KIND_STRING) != 0 && (kind & (KIND_NUMBER | KIND_BOOLEAN)) != 0)
		return "write it in double quotes";
	if (kinds == KIND_LIST && text != NULL)
		return "write it in brackets, as a list of one";
	if (kinds == KIND_STRING && kind == KIND_LIST)
		return "write one, without brackets";
	if ((kinds & KIND_OBJECT) != 0 && text != NULL && text[0] == '{')
		return "write it without the quotes around it and within it the "
		       "backslashes";
	if (kinds == KIND_OBJECT && x->key != NULL && strcmp(x->key, "Tags") == 0)
		return "write it like {\"Owner\": \"platform\"}";
	if (kinds == KIND_OBJECT && x->key != NULL &&
		strcmp(x->key, "PermissionBoundary") == 0)
		return "write it like {\"PolicyType\": \"AWS\", \"Policy\": "
		       "\"arn:aws:iam::aws:policy/PowerUserAccess\"}";
	return NULL;
}

int fields_is(const struct value *x, unsigned kinds)
{
	static const struct {
		unsigned kind;
		const char *name;
	} names[] = {
		{ KIND_STRING, "a string" },
		{ KIND_LIST, "a list" },
		{ KIND_OBJECT, "an object" },
		{ KIND_NUMBER, "a number" },
		{ KIND_BOOLEAN, "true or false" },
	};
	if ((kind_of(x->v) & kinds) != 0)
		return 1;
	struct buf expected;
	buf_init(&expected, LIST_MAX);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((kinds & names[i].kind) != 0)
			buf_addf(&expected, "%s%s", expected.len > 0 ? " or " : "",
				names[i].name);
	const char *hint = hint_for(x, kinds);
	if (hint != NULL)
		value_report(x, CODE_WRONG_KIND, "%s%sexpected %s, found %s\n%s",
			x->key != NULL ? x->key : "", x->key != NULL ? ": " : "",
			buf_str(&expected), value_kind_name(x->v), hint);
	else
		value_report(x, CODE_WRONG_KIND, "%s%sexpected %s, found %s",
			x->key != NULL ? x->key : "", x->key != NULL ? ": " : "",
			buf_str(&expected), value_kind_name(x->v));
	buf_release(&expected);
	return 0;
}

/* Reports a member whose name is none of the names. */
static void unknown_field(
	const struct value *x, const char *near, const char *const *names, size_t n)
{
	if (near != NULL) {
		value_report_name(x, CODE_UNKNOWN_FIELD,
			"unknown field '%s'\ndid you mean '%s'?", x->key, near);
		return;
	}
	struct buf all;
	buf_init(&all, LIST_MAX);
	for (size_t i = 0; i < n; i++)
		buf_addf(&all, "%s%s", i > 0 ? ", " : "", names[i]);
	value_report_name(x, CODE_UNKNOWN_FIELD,
		"unknown field '%.80s'\nthe fields here are %s", x->key, buf_str(&all));
	buf_release(&all);
}

/*
 * Reports the unknown members. Which of the names each is probably meant to be is noted
 * in meant, so that it is not reported as missing too.
 */
static void check_unknown(
	const struct value *x, const char *const *names, size_t n, int *meant)
{
	jv_object_foreach(x->v, key, v)
	{
		struct value member = { .up = x, .file = x->file, .v = v };
		member.key = jv_string_value(key);
		size_t i = 0;
		while (i < n && strcmp(names[i], member.key) != 0)
			i++;
		if (i == n) {
			const char *near = text_nearest(member.key, names, n);
			unknown_field(&member, near, names, n);
			for (i = 0; near != NULL && i < n; i++)
				meant[i] |= strcmp(names[i], near) == 0;
		}
		jv_free(key);
		jv_free(v);
	}
}

int fields_check(const struct value *x, const struct field *fields, size_t n, void *ctx)
{
	const char *names[FIELDS_MAX];
	int meant[FIELDS_MAX] = { 0 };
	if (!fields_is(x, KIND_OBJECT))
		return -1;
	if (rec_len(x->v) > MEMBERS_MAX) {
		value_report(x, CODE_TOO_LARGE,
			"%d fields where at most %zu are known\nis this a template?",
			rec_len(x->v), n);
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		names[i] = fields[i].name;
	check_unknown(x, names, n, meant);
	for (size_t i = 0; i < n; i++) {
		struct value member;
		if (value_member(&member, x, fields[i].name)) {
			if (fields_is(&member, fields[i].kinds) && fields[i].check != NULL)
				fields[i].check(&member, ctx);
			value_close(&member);
		} else if (fields[i].required != NULL && !meant[i]) {
			value_report(x, CODE_MISSING_FIELD, "missing field '%s'\n%s",
				fields[i].name, fields[i].required);
		}
	}
	return 0;
}

void fields_word(const struct value *x, const char *const words[2])
{
	const char *text = value_string(x);
	if (strcmp(text, words[0]) == 0 || strcmp(text, words[1]) == 0)
		return;
	const char *near = text_nearest(text, words, 2);
	if (near != NULL)
		value_report(
			x, CODE_WORD, "unknown %s '%s'\nwrite '%s'", x->key, text, near);
	else
		value_report(x, CODE_WORD, "unknown %s '%.80s'\nwrite '%s' or '%s'", x->key,
			text, words[0], words[1]);
}
