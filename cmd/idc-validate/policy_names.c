#include "policy_names.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "text.h"

#define SHOWN "%.120s"
#define WILDCARDS "*?"
#define ANY_PARTITION "arn:*:" /* how ARNs in the data start */
#define TYPES_SHOWN 3
#define TYPES_SIZE 2048
#define KIND_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"

/* In small letters, owned. */
static char *lower(const char *text)
{
	char *copy = mem_string(text);
	for (char *p = copy; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

static char *field_text(struct iam_field f)
{
	return mem_bytes(f.s, f.len);
}

/* Whether pattern, in small letters, fits a key; its * is one that stands in either. */
static int fits(const char *pattern, struct iam_field key)
{
	char *text = field_text(key);
	int fit = text_glob(pattern, text);
	free(text);
	return fit;
}

/* --- services and actions ----------------------------------------------------------- */

/* The one service that has an action of this name, owned; NULL: none or several have. */
static char *find_owner(const struct iam_data *d, const char *name)
{
	struct iam_line line, found = { .key = { .s = NULL } };
	size_t at = 0, n = 0, len = strlen(name);
	while (iam_data_next(d, 'a', "", &at, &line))
		if (line.key.len > len && line.key.s[line.key.len - len - 1] == ':' &&
			memcmp(line.key.s + line.key.len - len, name, len) == 0) {
			found = line;
			n++;
		}
	return n == 1 ? mem_bytes(found.name.s, found.name.len - len - 1) : NULL;
}

static void report_service(const struct iam_data *d, const struct items *items, size_t i,
	const char *service, const char *name)
{
	char *near = strpbrk(name, WILDCARDS) == NULL ? find_owner(d, name) : NULL;
	if (near == NULL)
		near = iam_data_nearest(d, 's', "", service);
	if (near != NULL)
		items_report(items, i, CODE_UNKNOWN_SERVICE,
			"AWS has no service '" SHOWN "'\ndid you mean '%s'?", service,
			near);
	else
		items_report(items, i, CODE_UNKNOWN_SERVICE,
			"AWS has no service '" SHOWN
			"'\nthe statement does nothing for it: see the Service "
			"Authorization Reference",
			service);
	free(near);
}

static void report_action(const struct iam_data *d, const struct items *items, size_t i,
	const char *service, int wild)
{
	const char *text = items->texts[i];
	char *prefix = mem_format("%s:", service);
	char *near = iam_data_nearest(d, 'a', prefix, text);
	if (wild)
		items_report(items, i, CODE_UNKNOWN_ACTION,
			"no action of '%s' fits '" SHOWN
			"'\nit does nothing: remove it, or "
			"mend it",
			service, text);
	else if (near != NULL)
		items_report(items, i, CODE_UNKNOWN_ACTION,
			"AWS has no action '" SHOWN "'\ndid you mean '%s'?", text, near);
	else
		items_report(items, i, CODE_UNKNOWN_ACTION,
			"AWS has no action '" SHOWN "'\nit does nothing: remove it", text);
	free(near);
	free(prefix);
}

/* --- actions and resources ---------------------------------------------------------- */

/* What stands behind the fifth colon of an ARN, or NULL: there are fewer. */
static const char *resource_part(const char *arn)
{
	for (int colons = 0; colons < 5 && arn != NULL; colons++) {
		arn = strchr(arn, ':');
		arn = arn != NULL ? arn + 1 : NULL;
	}
	return arn;
}

/*
 * Whether a resource may stand for all: such as an action wants that is on no resource.
 * Some of those ask for "arn:aws:iam::111122223333:role/" or the like in fact, so all of a
 * kind will do.
 */
static int stands_for_all(const char *resource)
{
	resource = resource_part(resource);
	/* "*", or too short: AWS takes * for the rest. */
	if (resource == NULL)
		return 1;
	resource += strspn(resource, KIND_CHARS);
	return strchr(resource, '*') != NULL && resource[strspn(resource, "*?/:")] == '\0';
}

/*
 * Whether names of this type have no slash, though the data does not say so: what is meant
 * for the objects in a bucket is not meant for the bucket.
 */
static int is_without_slash(const char *service, const char *type)
{
	static const char *const types[][2] = { { "s3", "bucket" }, { "sns", "topic" },
		{ "sqs", "queue" } };
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i][0], service) == 0 && strcmp(types[i][1], type) == 0)
			return 1;
	return 0;
}

static int meets(const char *a, const char *b, unsigned flags)
{
	struct pattern x, y;
	pattern_init(&x, a, flags);
	pattern_init(&y, b, flags | PATTERN_VARIABLES);
	int met = pattern_meets(&x, &y);
	pattern_release(&x);
	pattern_release(&y);
	return met;
}

/* Whether a resource may be one of those that arn, of a type, stands for. */
static int resource_fits(const char *arn, const char *resource)
{
	const char *a = resource_part(arn), *b = resource_part(resource);
	if (!meets(arn, resource, PATTERN_ARN))
		return 0;
	/* A * before it may reach into it, so what is behind the colons is no part of its
	 * own. */
	if (a == NULL || b == NULL || memchr(resource, '*', (size_t)(b - resource)) != NULL)
		return 1;
	return meets(a, b, 0);
}

/* Whether a resource of this type can be one of the statement's. */
static int type_fits(const struct iam_data *d, const char *service, const char *type,
	const struct items *resources)
{
	struct iam_line line;
	char *key = mem_format("%s/%s", service, type);
	int fit = !iam_data_find(d, 'r', key, &line);
	free(key);
	if (fit)
		return 1;
	char *arn = field_text(line.name);
	int plain = is_without_slash(service, type);
	for (size_t i = 0; !fit && i < resources->n; i++)
		fit = !(plain && strchr(resources->texts[i], '/') != NULL) &&
		      resource_fits(arn, resources->texts[i]);
	free(arn);
	return fit;
}

/* Whether an action, as the line of it has it, works on one of the resources. */
static int action_fits(const struct iam_data *d, const char *service,
	const struct iam_line *action, const struct items *resources)
{
	char *types = field_text(action->more), *save = NULL;
	int fit = strcmp(types, "?") == 0;
	if (types[0] == '\0')
		for (size_t i = 0; !fit && i < resources->n; i++)
			fit = stands_for_all(resources->texts[i]);
	for (char *type = strtok_r(types, ",", &save); !fit && type != NULL;
		type = strtok_r(NULL, ",", &save))
		fit = type_fits(d, service, type, resources);
	free(types);
	return fit;
}

/* Whether the resources of a statement are such that some action may not work on them. */
static int is_limited(const struct statement *s)
{
	if (s->actions.negated || s->resources.negated || s->resources.n == 0)
		return 0;
	for (size_t i = 0; i < s->resources.n; i++)
		if (s->resources.patterns[i].any)
			return 0;
	return 1;
}

/* The types of resources that an action works on, each with its form of ARN; owned. */
static char *types_text(
	const struct iam_data *d, const char *service, const struct iam_line *action)
{
	char *types = field_text(action->more), *save = NULL;
	struct iam_line line;
	struct buf text;
	size_t n = 0;
	buf_init(&text, TYPES_SIZE);
	for (char *type = strtok_r(types, ",", &save); type != NULL && n < TYPES_SHOWN;
		type = strtok_r(NULL, ",", &save)) {
		char *key = mem_format("%s/%s", service, type);
		buf_addf(&text, "%s%.80s", n++ > 0 ? " or " : "", type);
		if (iam_data_find(d, 'r', key, &line)) {
			char *arn = field_text(line.name);
			int any = text_starts(arn, ANY_PARTITION);
			buf_addf(&text, " (%s%.200s%s)", any ? "arn:aws:" : "",
				any ? arn + strlen(ANY_PARTITION) : arn,
				is_without_slash(service, type) ? " without '/'" : "");
			free(arn);
		}
		free(key);
	}
	free(types);
	char *copy = mem_string(buf_str(&text));
	buf_release(&text);
	return copy;
}

static void report_unfit(const struct iam_data *d, const struct statement *s, size_t i,
	const char *service, const struct iam_line *action, int wild)
{
	if (wild)
		items_report(&s->actions, i, CODE_RESOURCE_UNFIT,
			"none of the actions that fit '" SHOWN
			"' works on a resource of this statement\nput them into one with "
			"their own resources",
			s->actions.texts[i]);
	else if (action->more.len == 0)
		items_report(&s->actions, i, CODE_RESOURCE_UNFIT,
			"'" SHOWN "' works on no single resource\nput it into a statement "
			"with Resource '*'",
			s->actions.texts[i]);
	else {
		char *types = types_text(d, service, action);
		items_report(&s->actions, i, CODE_RESOURCE_UNFIT,
			"'" SHOWN "' works on no resource of this statement\nit takes %s",
			s->actions.texts[i], types);
		free(types);
	}
}

/* --- an item ------------------------------------------------------------------------ */

/* The lines of the actions that a pattern in small letters fits. */
struct matches {
	size_t n;
	int fit; /* one of them works on the resources, or all are limited to none */
	struct iam_line last;
};

static struct matches find_matches(const struct iam_data *d, const struct statement *s,
	const char *service, const char *pattern)
{
	struct matches m = { .fit = !is_limited(s) };
	struct iam_line line;
	size_t at = 0;
	char *start = mem_bytes(pattern, strcspn(pattern, WILDCARDS));
	if (strpbrk(pattern, WILDCARDS) == NULL) {
		m.n = (size_t)iam_data_find(d, 'a', pattern, &m.last);
		m.fit |= m.n > 0 && action_fits(d, service, &m.last, &s->resources);
	} else {
		while ((m.n == 0 || !m.fit) && iam_data_next(d, 'a', start, &at, &line)) {
			if (!fits(pattern, line.key))
				continue;
			m.n++;
			m.last = line;
			m.fit |= action_fits(d, service, &line, &s->resources);
		}
	}
	free(start);
	return m;
}

static void check_action(const struct iam_data *d, const struct statement *s, size_t i)
{
	struct iam_line line;
	if (s->actions.patterns[i].any)
		return;
	char *action = lower(s->actions.texts[i]);
	char *service = mem_bytes(action, strcspn(action, ":"));
	int wild = strpbrk(action, WILDCARDS) != NULL;
	struct matches m = find_matches(d, s, service, action);
	if (m.n > 0 && !m.fit)
		report_unfit(d, s, i, service, &m.last, wild);
	else if (m.n == 0 && iam_data_find(d, 's', service, &line))
		report_action(d, &s->actions, i, service, wild);
	else if (m.n == 0)
		report_service(d, &s->actions, i, service, action + strlen(service) + 1);
	free(service);
	free(action);
}

/* --- condition keys ----------------------------------------------------------------- */

static int is_known_key(const struct iam_data *d, const char *key)
{
	struct iam_line line;
	size_t at = 0;
	if (iam_data_find(d, 'k', key, &line))
		return 1;
	while (iam_data_next(d, 'p', "", &at, &line)) {
		char *pattern = field_text(line.key);
		int fit = text_glob(pattern, key);
		free(pattern);
		if (fit)
			return 1;
	}
	return 0;
}

/* A key that is meant, such as one with a tag's name behind it. Owned, or NULL. */
static char *near_key(const struct iam_data *d, const char *key)
{
	struct iam_line line;
	size_t at = 0;
	char *with = mem_format("%s/*", key);
	int found = 0;
	while (!found && iam_data_next(d, 'p', with, &at, &line))
		found = line.key.len == strlen(with);
	free(with);
	if (found)
		return field_text(line.name);
	char *prefix = mem_bytes(key, strcspn(key, ":"));
	char *near = iam_data_nearest(d, 'k', prefix, key);
	if (near == NULL)
		near = iam_data_nearest(d, 'k', "", key);
	free(prefix);
	return near;
}

static int check_key(const struct condition *c, void *ctx)
{
	const struct iam_data *d = ctx;
	char *key = lower(c->key);
	/* Of an identity provider, which is named by its host, anything may be a key. */
	const char *colon = strchr(key, ':'), *dot = strchr(key, '.');
	int foreign = colon != NULL && dot != NULL && dot < colon;
	if (!foreign && !is_known_key(d, key)) {
		char *near = near_key(d, key);
		if (near != NULL)
			value_report_name(c->x, CODE_UNKNOWN_CONDITION_KEY,
				"AWS has no condition key '" SHOWN "'\ndid you mean '%s'?",
				c->key, near);
		else
			value_report_name(c->x, CODE_UNKNOWN_CONDITION_KEY,
				"AWS has no condition key '" SHOWN
				"'\nit is never there: see the Service Authorization "
				"Reference",
				c->key);
		free(near);
	}
	free(key);
	return 0;
}

void names_check(const struct policy *p, const struct iam_data *d)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct statement *s = &p->statements[i];
		for (size_t k = 0; k < s->actions.n; k++)
			check_action(d, s, k);
		statement_conditions(s, check_key, (void *)(uintptr_t)d);
	}
}
