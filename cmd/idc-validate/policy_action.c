#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "policy_forms.h"

#define SERVICE_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."
#define ACTION_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_*?"
#define SEPARATORS "./|;,= "
#define FORM "write it like 's3:GetObject'"
#define SHOWN "%.120s"

/* The text without blanks at its ends. Owned. */
static char *trim(const char *text)
{
	text += strspn(text, " \t\r\n");
	size_t len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	return mem_bytes(text, len);
}

static int is_action(const char *text)
{
	size_t service = strspn(text, SERVICE_CHARS);
	size_t name = text[service] == ':' ? strspn(text + service + 1, ACTION_CHARS) : 0;
	return service > 0 && name > 0 && text[service + 1 + name] == '\0';
}

/*
 * What was probably meant: the same without blanks around the text and its parts, or with a
 * colon in the place of one other separator. Owned, or NULL.
 */
static char *guess(const char *action)
{
	char *text = trim(action), *to = text;
	for (const char *from = text; *from != '\0'; from++)
		if (*from != ' ' ||
			(from[1] != ' ' && from[1] != ':' && to > text && to[-1] != ':'))
			*to++ = *from;
	*to = '\0';
	char *separator = strpbrk(text, SEPARATORS);
	if (!is_action(text) && strchr(text, ':') == NULL && separator != NULL)
		*separator = ':';
	if (is_action(text))
		return text;
	char *colons = strstr(text, "::");
	if (colons != NULL)
		memmove(colons, colons + 1, strlen(colons));
	if (is_action(text))
		return text;
	free(text);
	return NULL;
}

int action_is(const char *text)
{
	return strcmp(text, "*") == 0 || strcmp(text, "*:*") == 0 || is_action(text);
}

/* Reports what is wrong with what is no action. */
static void report_fault(const struct value *x, const char *action)
{
	char *meant = guess(action);
	const char *colon = strchr(action, ':');
	if (meant != NULL)
		value_report(x, CODE_ACTION_FORM,
			"'" SHOWN "' is no action\ndid you mean '" SHOWN "'?", action,
			meant);
	else if (colon != NULL && strcspn(action, "*?") < (size_t)(colon - action))
		value_report(x, CODE_ACTION_FORM,
			"a wildcard in the service of '" SHOWN
			"'\nname the service, as AWS takes none there",
			action);
	else if (strstr(action, "${") != NULL)
		value_report(x, CODE_ACTION_FORM,
			"a variable in the action '" SHOWN
			"'\nactions have none: name the action",
			action);
	else if (colon == NULL)
		value_report(
			x, CODE_ACTION_FORM, "'" SHOWN "' names no service\n" FORM, action);
	else if (colon[1] == '\0')
		value_report(x, CODE_ACTION_FORM,
			"'" SHOWN "' names no action\nwrite '" SHOWN "*' if all are meant",
			action, action);
	else
		value_report(
			x, CODE_ACTION_FORM, "'" SHOWN "' is no action\n" FORM, action);
	free(meant);
}

void action_check(const struct value *x)
{
	if (!action_is(value_string(x)))
		report_fault(x, value_string(x));
}
