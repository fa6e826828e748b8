#include "policy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "limits.h"
#include "map.h"
#include "policy_cover.h"
#include "policy_forms.h"
#include "policy_model.h"
#include "policy_names.h"
#include "policy_risk.h"
#include "rec.h"
#include "text.h"

#define VERSION_OLD "2008-10-17"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What the statements of one policy share. */
struct language {
	struct map sids;
	int old; /* a version without variables */
};

/* --- parts of a statement ----------------------------------------------------------- */

static void check_effect(const struct value *x, void *ctx)
{
	static const char *const words[] = { "Allow", "Deny" };
	(void)ctx;
	fields_word(x, words);
}

static void check_sid(const struct value *x, void *ctx)
{
	struct map *sids = &((struct language *)ctx)->sids;
	const char *sid = value_string(x);
	/* An empty Sid is as none: many generators write one into each statement. */
	if (sid[0] == '\0' || !limit_string(x, LIMIT_STATEMENT_SID))
		return;
	if (map_has(sids, sid))
		value_report(x, CODE_STATEMENT_SID,
			"another statement of this policy has the Sid '%.80s' already",
			sid);
	map_slot(sids, sid);
}

static void check_principal(const struct value *x, void *ctx)
{
	(void)ctx;
	value_report_name(x, CODE_PRINCIPAL,
		"%s can't be in the policy of a permission set\nremove it, as the policy "
		"applies to whoever has the permission set",
		x->key);
}

/* Whether x is a string that is not empty; if not, that is reported. */
static int check_item(const struct value *x)
{
	if (!fields_is(x, KIND_STRING))
		return 0;
	if (value_string(x)[0] == '\0')
		value_report(
			x, CODE_EMPTY, "an empty string\nname something, or remove it");
	return value_string(x)[0] != '\0';
}

static void check_action(const struct value *x, void *ctx)
{
	(void)ctx;
	if (check_item(x))
		action_check(x);
}

static void check_resource(const struct value *x, void *ctx)
{
	const struct language *language = ctx;
	if (!check_item(x))
		return;
	resource_check(x);
	variable_check(x, language->old);
}

static void check_list(const struct value *x,
	void (*check)(const struct value *element, void *ctx), void *ctx)
{
	if (jv_get_kind(x->v) == JV_KIND_ARRAY && rec_len(x->v) == 0)
		value_report(x, CODE_EMPTY_LIST,
			"%s is an empty list\nthe statement does nothing", x->key);
	value_each_or_self(x, check, ctx);
}

static void check_actions(const struct value *x, void *ctx)
{
	check_list(x, check_action, ctx);
}

static void check_resources(const struct value *x, void *ctx)
{
	check_list(x, check_resource, ctx);
}

static void check_condition(const struct value *x, void *ctx)
{
	const struct language *language = ctx;
	condition_check(x, language->old);
}

/* --- statements --------------------------------------------------------------------- */

static const struct field statement_fields[] = {
	{ "Sid", KIND_STRING, NULL, check_sid },
	{ "Effect", KIND_STRING, "'Allow' or 'Deny'", check_effect },
	{ "Action", KIND_STRING | KIND_LIST, NULL, check_actions },
	{ "NotAction", KIND_STRING | KIND_LIST, NULL, check_actions },
	{ "Resource", KIND_STRING | KIND_LIST, NULL, check_resources },
	{ "NotResource", KIND_STRING | KIND_LIST, NULL, check_resources },
	{ "Condition", KIND_OBJECT, NULL, check_condition },
	{ "Principal", KIND_ANY, NULL, check_principal },
	{ "NotPrincipal", KIND_ANY, NULL, check_principal },
};

/* Whether some member is not known: it may be what seems to be missing. */
static int has_unknown(const struct value *x)
{
	int known = 0;
	for (size_t i = 0; i < COUNT(statement_fields); i++)
		known += rec_has(x->v, statement_fields[i].name);
	return rec_len(x->v) > known;
}

static void check_exactly_one(
	const struct value *x, const char *one, const char *other, const char *what)
{
	struct value second;
	if (!rec_has(x->v, one) && !rec_has(x->v, other)) {
		if (!has_unknown(x))
			value_report(x, CODE_MISSING_FIELD,
				"missing field '%s' (or '%s')\n%s", one, other, what);
	} else if (rec_has(x->v, one) && value_member(&second, x, other)) {
		value_report_name(&second, CODE_EITHER_OR,
			"'%s' and '%s' in one statement\nkeep one, or make two statements",
			one, other);
		value_close(&second);
	}
}

static void check_statement(const struct value *x, void *ctx)
{
	if (fields_check(x, statement_fields, COUNT(statement_fields), ctx) != 0)
		return;
	check_exactly_one(x, "Action", "NotAction", "which actions it is about");
	check_exactly_one(x, "Resource", "NotResource", "which resources it is about");
}

static void check_statements(const struct value *x, void *ctx)
{
	(void)ctx;
	if (jv_get_kind(x->v) == JV_KIND_ARRAY && rec_len(x->v) == 0)
		value_report(x, CODE_NO_STATEMENT,
			"a policy without a statement\nleave the policy out instead");
	struct language language;
	language.old = strcmp(rec_str_or(x->up->v, "Version", ""), VERSION_OLD) == 0;
	map_init(&language.sids);
	value_each_or_self(x, check_statement, &language);
	map_release(&language.sids, NULL);
}

/* --- the policy --------------------------------------------------------------------- */

static void check_version(const struct value *x, void *ctx)
{
	static const char *const words[] = { "2012-10-17", VERSION_OLD };
	(void)ctx;
	fields_word(x, words);
}

static const struct field policy_fields[] = {
	{ "Version", KIND_STRING, "the version of the policy language, '2012-10-17'",
		check_version },
	{ "Id", KIND_STRING, NULL, NULL },
	{ "Statement", KIND_LIST | KIND_OBJECT, "what is allowed or denied",
		check_statements },
};

/* Reports a policy that is too large; -1 then. */
static int check_size(const struct value *x, const char *text)
{
	size_t bytes = strlen(text), characters = 0, len;
	for (const char *p = text; *p != '\0'; p += len)
		characters += strchr(" \t\r\n", (int)limit_code_point(p, &len)) == NULL;
	if (bytes > POLICY_BYTES_MAX)
		value_report(x, CODE_POLICY_SIZE,
			"a policy of %zu bytes without white space around its values\nan "
			"inline policy has at most %d",
			bytes, POLICY_BYTES_MAX);
	else if (characters > POLICY_CHARACTERS_MAX)
		value_report(x, CODE_POLICY_SIZE,
			"a policy of %zu characters without white space\nan inline policy "
			"has at most %d; move statements to a customer managed policy",
			characters, POLICY_CHARACTERS_MAX);
	return bytes > POLICY_BYTES_MAX ? -1 : 0;
}

/* The first character that the API has no room for. */
static void check_characters(const struct value *x, const char *text)
{
	size_t len;
	for (const char *p = text; *p != '\0'; p += len) {
		uint32_t c = limit_code_point(p, &len);
		if (c <= 0xFF)
			continue;
		value_report(x, CODE_POLICY_CHARACTERS,
			"'%.*s' (U+%04X) can't be in an inline policy\nit may hold "
			"characters up to U+00FF",
			(int)len, p, (unsigned)c);
		return;
	}
}

/* What can be said of a policy as a whole, when all of it has its form. */
static void check_meaning(const struct value *x, const struct policy_settings *settings)
{
	struct policy p;
	policy_read(&p, x);
	cover_check(&p);
	risk_check(&p, settings->mfa, settings->n_mfa);
	if (settings->data.text != NULL)
		names_check(&p, &settings->data);
	policy_release(&p);
}

void policy_check(const struct value *x, void *ctx)
{
	static struct policy_settings none;
	struct policy_settings *settings = ctx != NULL ? ctx : &none;
	size_t before = x->file->findings[DIAG_ERROR];
	if (rec_len(x->v) == 0)
		return;
	settings->seen++;
	char *text = json_string(x->v);
	if (check_size(x, text) == 0) {
		check_characters(x, text);
		fields_check(x, policy_fields, COUNT(policy_fields), NULL);
	}
	if (x->file->findings[DIAG_ERROR] == before && !file_is_full(x->file))
		check_meaning(x, settings);
	free(text);
}
