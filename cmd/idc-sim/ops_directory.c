/*
 * Identity Store: groups and users.
 */
#include "call.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"
#include "rec.h"

static int known_store(struct call *c)
{
	const char *id = rec_str(c->input, "IdentityStoreId");
	if (strcmp(id, c->sim->identity_store_id) == 0 &&
		strcmp(c->region, c->sim->region) == 0)
		return 1;
	call_fail(c, 400, "ResourceNotFoundException", "IDENTITY_STORE not found: %s", id);
	return 0;
}

static jv principal_answer(const struct call *c, const struct principal *p)
{
	int group = p->type == PRINCIPAL_GROUP;
	jv r = rec_set_str(jv_object(), "IdentityStoreId", c->sim->identity_store_id);
	r = rec_set_str(r, group ? "GroupId" : "UserId", p->id);
	if (!group)
		r = rec_set_str(r, "UserName", p->name);
	r = rec_set_str(r, "DisplayName", group ? p->name : p->display);
	return r;
}

static jv principal_item(const struct call *c, const void *items, size_t i)
{
	struct principal *const *principals = items;
	return principal_answer(c, principals[i]);
}

/* Whether p is what the call's Filters ask for: the one attribute that its kind is found
 * by. */
static int passes_filters(struct call *c, const struct principal *p)
{
	jv filters = rec_get(c->input, "Filters");
	int passes = 1;
	for (int i = 0; i < rec_len(filters); i++) {
		jv filter = rec_at(filters, i);
		const char *path = rec_str(filter, "AttributePath");
		const char *value = rec_str(filter, "AttributeValue");
		if (strcasecmp(path,
			    p->type == PRINCIPAL_GROUP ? "DisplayName" : "UserName") != 0)
			call_fail(c, 400, "ValidationException",
				"Unsupported attribute path: %s", path);
		passes &= strcmp(value, p->name) == 0;
		jv_free(filter);
	}
	jv_free(filters);
	return passes;
}

static jv list_principals(struct call *c, enum principal_type type, const char *key)
{
	const struct sim *s = c->sim;
	if (!known_store(c))
		return jv_invalid();
	struct principal **list = mem_array(s->n_principals, sizeof(struct principal *));
	size_t n = 0;
	for (size_t i = 0; i < s->n_principals; i++) {
		struct principal *p = s->principals[i];
		if (p->type == type && !p->gone && passes_filters(c, p))
			list[n++] = p;
	}
	jv answer = c->status == 0 ? page_answer(c, key, list, n, 50, 100, principal_item)
				   : jv_invalid();
	free(list);
	return answer;
}

jv list_groups(struct call *c)
{
	return list_principals(c, PRINCIPAL_GROUP, "Groups");
}

jv list_users(struct call *c)
{
	return list_principals(c, PRINCIPAL_USER, "Users");
}

static jv get_id(
	struct call *c, enum principal_type type, const char *attribute, const char *key)
{
	if (!known_store(c))
		return jv_invalid();
	jv alternate = rec_get(c->input, "AlternateIdentifier");
	jv unique = rec_get(alternate, "UniqueAttribute");
	const char *path = rec_str_or(unique, "AttributePath", "");
	const char *value = rec_str_or(unique, "AttributeValue", "");
	const struct principal *p = sim_principal_named(c->sim, type, value);
	jv answer = jv_invalid();
	if (strcasecmp(path, attribute) != 0)
		call_fail(c, 400, "ValidationException", "Unsupported attribute path: %s",
			path);
	else if (p == NULL || p->gone)
		call_fail(c, 400, "ResourceNotFoundException", "%s not found.",
			principal_type_name(type));
	else
		answer = rec_set_str(rec_set_str(jv_object(), "IdentityStoreId",
					     c->sim->identity_store_id),
			key, p->id);
	jv_free(unique);
	jv_free(alternate);
	return answer;
}

jv get_group_id(struct call *c)
{
	return get_id(c, PRINCIPAL_GROUP, "displayName", "GroupId");
}

jv get_user_id(struct call *c)
{
	return get_id(c, PRINCIPAL_USER, "userName", "UserId");
}

static jv describe(struct call *c, enum principal_type type, const char *member)
{
	const char *id = rec_str(c->input, member);
	if (!known_store(c))
		return jv_invalid();
	const struct principal *p = sim_principal(c->sim, id);
	if (p == NULL || p->gone || p->type != type)
		return call_fail(c, 400, "ResourceNotFoundException", "%s not found.",
			principal_type_name(type));
	return principal_answer(c, p);
}

jv describe_group(struct call *c)
{
	return describe(c, PRINCIPAL_GROUP, "GroupId");
}

jv describe_user(struct call *c)
{
	return describe(c, PRINCIPAL_USER, "UserId");
}
