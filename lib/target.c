#include "target.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"
#include "text.h"

#define ID_PART_MAX 32 /* letters and digits in one part of an id */
#define ROOT_PART_MIN 4
#define OU_PART_MIN 8
#define NAME_MAX_BYTES 512 /* an OU name of 128 characters, in UTF-8 */

/* Length of the run of lower case letters and digits at s. */
static size_t id_run(const char *s)
{
	return strspn(s, "0123456789abcdefghijklmnopqrstuvwxyz");
}

int target_is_root_id(const char *s)
{
	if (!text_starts(s, "r-"))
		return 0;
	size_t n = id_run(s + 2);
	return n >= ROOT_PART_MIN && n <= ID_PART_MAX && s[2 + n] == '\0';
}

int target_is_ou_id(const char *s)
{
	if (!text_starts(s, "ou-"))
		return 0;
	s += 3;
	size_t n = id_run(s);
	if (n < ROOT_PART_MIN || n > ID_PART_MAX || s[n] != '-')
		return 0;
	s += n + 1;
	n = id_run(s);
	return n >= OU_PART_MIN && n <= ID_PART_MAX && s[n] == '\0';
}

static int is_digits(const char *s)
{
	return s[0] != '\0' && s[strspn(s, "0123456789")] == '\0';
}

static int holds_root(const char *s)
{
	for (; *s != '\0'; s++)
		if (strncasecmp(s, "root", 4) == 0)
			return 1;
	return 0;
}

/* Takes a ":*" off the end of s. */
static int take_below(char *s)
{
	size_t len = strlen(s);
	if (len < 2 || strcmp(s + len - 2, ":*") != 0)
		return 0;
	s[len - 2] = '\0';
	return 1;
}

/* --- the forms that reach to the end of the text ------------------------------------ */

static int parse_path(struct target *t, char *s, struct err *err)
{
	t->kind = TARGET_PATH;
	t->below = take_below(s);
	if (strcmp(s, "/") == 0)
		return err_set(
			err, ERR_DATA, "'/' is no OU: write 'Root' for every account");
	for (const char *p = s; *p == '/';) {
		size_t n = strcspn(++p, "/");
		if (n == 0 || n > NAME_MAX_BYTES)
			return err_set(err, ERR_DATA,
				"'%s' is no OU path: write the names on the way to it, "
				"like '/Prod/Payments'",
				s);
		p += n;
	}
	t->value = mem_string(s);
	return 0;
}

static int parse_name(struct target *t, char *s, struct err *err)
{
	t->kind = TARGET_NAME;
	const char *pattern = s + strlen("name=");
	if (pattern[0] == '\0')
		return err_set(
			err, ERR_DATA, "'name=' without a name: write 'name=prod-*'");
	t->value = mem_string(pattern);
	return 0;
}

static int parse_tag(struct target *t, char *s, struct err *err)
{
	t->kind = TARGET_TAG;
	const char *key = s + strlen("tag="), *equals = strchr(key, '=');
	if (equals == NULL || equals == key)
		return err_set(err, ERR_DATA, "'%s' is no tag: write 'tag=KEY=VALUE'", s);
	t->value = mem_bytes(key, (size_t)(equals - key));
	t->pattern = mem_string(equals + 1);
	return 0;
}

static const struct form {
	const char *start;
	int (*parse)(struct target *t, char *s, struct err *err);
} forms[] = {
	{ "/", parse_path },
	{ "name=", parse_name },
	{ "tag=", parse_tag },
};

/* The first of them, at the start of text or after a colon; NULL when there is none. */
static const struct form *find_form(char *text, char **start)
{
	char *p = text;
	for (;;) {
		*start = p;
		for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
			if (text_starts(p, forms[i].start))
				return &forms[i];
		p = strchr(p, ':');
		if (p == NULL)
			return NULL;
		p++;
	}
}

/* --- ids ---------------------------------------------------------------------------- */

/* Whether s is an account id with blanks or dashes between; its digits in out then. */
static int is_spaced_account(const char *s, char out[13])
{
	size_t n = 0;
	for (; *s != '\0'; s++) {
		if (*s >= '0' && *s <= '9' && n < 12)
			out[n++] = *s;
		else if (*s != ' ' && *s != '-')
			return 0;
	}
	out[n] = '\0';
	return n == 12;
}

/* Says how a text that looks familiar is written here: -1; or 0 when it does not. */
static int nearly(const char *text, const char *s, struct err *err)
{
	char account[13];
	const char *slash = strrchr(text, '/');
	if (strspn(s, "0123456789") < 12 && is_spaced_account(s, account))
		return err_set(
			err, ERR_DATA, "'%s' is no account id: write '%s'", s, account);
	if (strcmp(text, "*") == 0 || strcasecmp(text, "all") == 0)
		return err_set(err, ERR_DATA,
			"unknown target '%s': for every account, write 'Root'", text);
	if (text_starts(text, "arn:"))
		return err_set(err, ERR_DATA,
			"unknown target '%s': write the id that it ends in, '%s'", text,
			slash != NULL ? slash + 1 : s);
	if (text_starts(text, "name:") || text_starts(text, "tag:"))
		return err_set(err, ERR_DATA, "unknown target '%s': write '%.*s=%s'", text,
			(int)strcspn(text, ":"), text, strchr(text, ':') + 1);
	if (strncasecmp(s, "ou-", 3) == 0 && !text_starts(s, "ou-"))
		return err_set(err, ERR_DATA,
			"'%s' is no OU id: expected the form 'ou-xxxx-yyyyyyyy', in small "
			"letters",
			s);
	if (text_starts(s, "ou-") && text_ends(s, "*"))
		return err_set(err, ERR_DATA,
			"'%s' is no OU id: for an OU and all below it, write "
			"'ou-xxxx-yyyyyyyy:*'",
			s);
	if (slash != NULL && strspn(s, "0123456789") < 12 && !text_starts(s, "ou-"))
		return err_set(err, ERR_DATA,
			"unknown target '%s': a path of OUs starts with '/', write '/%s'",
			text, s);
	return 0;
}

/* Says what the text was probably meant to be. */
static int unknown(const char *text, const char *s, struct err *err)
{
	static const char *const root = "Root";
	if (nearly(text, s, err) != 0)
		return -1;
	if (is_digits(s))
		return err_set(err, ERR_DATA,
			"'%s' is no account id: it has %zu digits, not 12", s, strlen(s));
	if (strspn(s, "0123456789") == 12)
		return err_set(err, ERR_DATA,
			"'%s' is no account id: something follows its 12 digits", s);
	if (text_starts(s, "ou-"))
		return err_set(err, ERR_DATA,
			"'%s' is no OU id: expected the form 'ou-xxxx-yyyyyyyy'", s);
	if (text_starts(s, "r-"))
		return err_set(
			err, ERR_DATA, "'%s' is no root id: expected the form 'r-xxxx'", s);
	if (holds_root(s) || text_nearest(s, &root, 1) != NULL)
		return err_set(err, ERR_DATA,
			"unknown target '%s': for every account, write 'Root' or "
			"'Root:r-xxxx'",
			text);
	return err_set(err, ERR_DATA,
		"unknown target '%s': expected 'Root' or, after an optional label, an "
		"account id, an OU id ('ou-xxxx-yyyyyyyy') or path ('/Prod/Payments'), "
		"'name=PATTERN' or 'tag=KEY=VALUE'",
		text);
}

static int parse_id(struct target *t, const char *text, const char *s, struct err *err)
{
	if (text_is_account_id(s) && t->below)
		return err_set(err, ERR_DATA,
			"an account has nothing below it: write '%s' without ':*'", s);
	if (text_is_account_id(s))
		t->kind = TARGET_ACCOUNT;
	else if (target_is_ou_id(s))
		t->kind = TARGET_OU;
	else if (target_is_root_id(s) || strcmp(text, "Root") == 0)
		t->kind = TARGET_ROOT;
	else
		return unknown(text, s, err);
	if (strcmp(text, "Root") != 0)
		t->value = mem_string(s);
	return 0;
}

static int parse(struct target *t, const char *text, char *copy, struct err *err)
{
	char *s = copy;
	const struct form *form = find_form(copy, &s);
	int bad;
	if (form != NULL) {
		bad = form->parse(t, s, err);
	} else {
		t->below = take_below(copy);
		char *colon = strrchr(copy, ':');
		s = colon != NULL ? colon + 1 : copy;
		bad = parse_id(t, text, s, err);
	}
	if (!bad && s > copy + 1)
		t->label = mem_bytes(copy, (size_t)(s - 1 - copy));
	return bad;
}

int target_parse(struct target *t, const char *text, struct err *err)
{
	memset(t, 0, sizeof(*t));
	char *copy = mem_string(text);
	int bad = parse(t, text, copy, err);
	free(copy);
	if (bad)
		target_release(t);
	return bad;
}

void target_release(struct target *t)
{
	free(t->label);
	free(t->value);
	free(t->pattern);
	memset(t, 0, sizeof(*t));
}
