#include <string.h>

#include "policy_forms.h"

#define KEY_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/+=@"
#define SHOWN "%.*s"

int has_variable(const char *text)
{
	return strstr(text, "${") != NULL;
}

/* Behind a default value, "'it''s'" at s; or NULL when its last quote is missing. */
static const char *skip_quoted(const char *s)
{
	for (s++; *s != '\0'; s++) {
		if (*s != '\'')
			continue;
		if (s[1] != '\'')
			return s + 1;
		s++;
	}
	return NULL;
}

struct fault {
	const char *is, *todo;
};

#define EXAMPLE "${aws:PrincipalTag/team}"
static const struct fault unclosed = { "is not closed", "write '}' behind its name" };
static const struct fault unquoted = { "has a default value without quotes",
	"write it like ${aws:PrincipalTag/team, 'none'}" };
static const struct fault nameless = { "names no key",
	"write one between the braces, such as " EXAMPLE };
static const struct fault odd = { "is no variable",
	"write a condition key between the braces, such as " EXAMPLE };
static const struct fault no_service = { "names no key",
	"keys are written SERVICE:KEY, such as " EXAMPLE };
static const struct fault too_old = { "is no variable in a policy of Version 2008-10-17",
	"write Version '2012-10-17'" };

/* The first of the faults of a variable, which starts at s, or NULL. *end: behind it. */
static const struct fault *fault_of(const char *s, const char **end)
{
	const char *p = s + 2, *name;
	*end = s + strlen(s);
	if (*p != '\0' && strchr("*?$", *p) != NULL && p[1] == '}') {
		*end = p + 2;
		return NULL;
	}
	p += strspn(p, " ");
	name = p;
	p += strspn(p, KEY_CHARS);
	size_t len = (size_t)(p - name);
	const char *tail = p + strspn(p, " ");
	if (*tail == ',') {
		tail += 1 + strspn(tail + 1, " ");
		tail = *tail == '\'' ? skip_quoted(tail) : NULL;
		if (tail == NULL)
			return &unquoted;
		tail += strspn(tail, " ");
	}
	const char *brace = strchr(tail, '}');
	if (brace == NULL)
		return &unclosed;
	*end = brace + 1;
	if (len == 0 && brace == tail)
		return &nameless;
	if (brace != tail)
		return &odd;
	if (memchr(name, ':', len) == NULL)
		return &no_service;
	return NULL;
}

void variable_check(const struct value *x, int old)
{
	const char *text = value_string(x), *end;
	const char *s = text != NULL ? strstr(text, "${") : NULL;
	for (; s != NULL; s = strstr(end, "${")) {
		const struct fault *fault = fault_of(s, &end);
		int len = end - s > 80 ? 80 : (int)(end - s);
		if (old)
			fault = &too_old;
		if (fault == NULL)
			continue;
		value_report(x, CODE_VARIABLE, "'" SHOWN "' %s\n%s", len, s, fault->is,
			fault->todo);
		return;
	}
}
