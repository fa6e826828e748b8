/*
 * Identity Store: groups and users.
 */
#include "call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"
#include "rec.h"

static int known_store(struct call *c)
{
	const char *id = rec_str(c->input, "IdentityStoreId");
	if (!is_administrator(c))
		return 0;
	if (strcmp(id, c->sim->identity_store_id) == 0 &&
		strcmp(c->region, c->sim->region) == 0)
		return 1;
	call_fail(c, 400, "ResourceNotFoundException", "IDENTITY_STORE not found: %s", id);
	return 0;
}

static void write_principal(const struct call *c, const struct principal *p, struct buf *to)
{
	int group = p->type == PRINCIPAL_GROUP;
	buf_addc(to, '{');
	page_member(to, "IdentityStoreId", c->sim->identity_store_id);
	page_member(to, group ? "GroupId" : "UserId", p->id);
	page_member(to, "UserName", group ? NULL : p->name);
	page_member(to, "DisplayName", group ? p->name : p->display);
	buf_addc(to, '}');
}

static void principal_item(
	const struct call *c, const void *items, size_t i, struct buf *to)
{
	struct principal *const *principals = items;
	write_principal(c, principals[i], to);
}

/* The name that the call's Filters ask for: by the one attribute that a principal is found
 * by. *name is NULL without a filter. 0, or -1 after call_fail. */
static int read_filter(struct call *c, enum principal_type type, char **name)
{
	jv filters = rec_get(c->input, "Filters");
	jv filter = rec_at(filters, 0);
	const char *path = rec_str(filter, "AttributePath");
	*name = mem_string(rec_str(filter, "AttributeValue"));
	if (path != NULL &&
		strcasecmp(path, type == PRINCIPAL_GROUP ? "DisplayName" : "UserName") != 0)
		call_fail(c, 400, "ValidationException", "Unsupported attribute path: %s",
			path);
	jv_free(filter);
	jv_free(filters);
	return c->status == 0 ? 0 : -1;
}

static jv list_principals(struct call *c, enum principal_type type, const char *key)
{
	const struct sim *s = c->sim;
	char *name = NULL;
	if (!known_store(c) || read_filter(c, type, &name) != 0) {
		free(name);
		return jv_invalid();
	}
	struct principal **list = mem_array(s->principals.n, sizeof(struct principal *));
	size_t n = 0;
	for (size_t i = 0; i < s->principals.n; i++) {
		struct principal *p = s->principals.items[i];
		if (p->type == type && !p->gone &&
			(name == NULL || strcmp(name, p->name) == 0))
			list[n++] = p;
	}
	jv answer = page_write(c, key, list, n, &page_store, principal_item);
	free(list);
	free(name);
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

static jv not_there(struct call *c, enum principal_type type)
{
	return call_fail(c, 400, "ResourceNotFoundException", "%s not found.",
		principal_type_name(type));
}

/* The principal that the call's AlternateIdentifier names; NULL after call_fail. */
static const struct principal *identified(
	struct call *c, enum principal_type type, const char *attribute)
{
	jv alternate = rec_get(c->input, "AlternateIdentifier");
	jv unique = rec_get(alternate, "UniqueAttribute");
	const char *path = rec_str_or(unique, "AttributePath", "");
	const char *value = rec_str(unique, "AttributeValue");
	const struct principal *p = NULL;
	if (rec_len(alternate) != 1)
		call_fail(c, 400, "ValidationException",
			"Exactly one of ExternalId and UniqueAttribute is required");
	else if (jv_is_valid(unique) && (strcasecmp(path, attribute) != 0 || value == NULL))
		call_fail(c, 400, "ValidationException", "Unsupported attribute path: %s",
			path);
	else if (value != NULL) /* nobody here has an ExternalId */
		p = sim_principal_named(c->sim, type, value);
	if (p == NULL)
		not_there(c, type); /* unless something else was wrong */
	jv_free(unique);
	jv_free(alternate);
	return p;
}

static jv get_id(
	struct call *c, enum principal_type type, const char *attribute, const char *key)
{
	const struct principal *p = known_store(c) ? identified(c, type, attribute) : NULL;
	if (p == NULL)
		return jv_invalid();
	jv r = rec_set_str(jv_object(), "IdentityStoreId", c->sim->identity_store_id);
	return rec_set_str(r, key, p->id);
}

jv get_group_id(struct call *c)
{
	return get_id(c, PRINCIPAL_GROUP, "displayName", "GroupId");
}

jv get_user_id(struct call *c)
{
	return get_id(c, PRINCIPAL_USER, "userName", "UserId");
}

/* The principal of that type whose id the member has; NULL after call_fail. */
static struct principal *known(struct call *c, enum principal_type type, const char *id)
{
	struct principal *p =
		known_store(c) && id != NULL ? sim_principal(c->sim, id) : NULL;
	if (p != NULL && !p->gone && p->type == type)
		return p;
	not_there(c, type);
	return NULL;
}

static jv describe(struct call *c, enum principal_type type, const char *member)
{
	const struct principal *p = known(c, type, rec_str(c->input, member));
	if (p == NULL)
		return jv_invalid();
	write_principal(c, p, &c->body);
	return jv_null();
}

jv describe_group(struct call *c)
{
	return describe(c, PRINCIPAL_GROUP, "GroupId");
}

jv describe_user(struct call *c)
{
	return describe(c, PRINCIPAL_USER, "UserId");
}

/* --- changes ----------------------------------------------------------------------------
 */

static jv create(struct call *c, enum principal_type type, const char *name_member,
	const char *id_member)
{
	const char *name = rec_str(c->input, name_member);
	if (!known_store(c))
		return jv_invalid();
	if (name == NULL)
		return call_fail(
			c, 400, "ValidationException", "%s is required", name_member);
	if (sim_principal_named(c->sim, type, name) != NULL)
		return call_fail(c, 400, "ConflictException", "Duplicate %s", name_member);
	/* One that is made again has another id. */
	char id[37];
	sim_make_uuid(c->sim, id, name);
	const struct principal *p =
		sim_add_principal(c->sim, type, id, name, rec_str(c->input, "DisplayName"));
	jv r = rec_set_str(jv_object(), id_member, p->id);
	return rec_set_str(r, "IdentityStoreId", c->sim->identity_store_id);
}

jv create_group(struct call *c)
{
	return create(c, PRINCIPAL_GROUP, "DisplayName", "GroupId");
}

jv create_user(struct call *c)
{
	return create(c, PRINCIPAL_USER, "UserName", "UserId");
}

static jv delete (struct call *c, enum principal_type type, const char *member)
{
	struct principal *p = known(c, type, rec_str(c->input, member));
	if (p == NULL)
		return jv_invalid();
	sim_remove_principal(c->sim, p);
	return jv_object();
}

jv delete_group(struct call *c)
{
	return delete (c, PRINCIPAL_GROUP, "GroupId");
}

jv delete_user(struct call *c)
{
	return delete (c, PRINCIPAL_USER, "UserId");
}

/* --- who is in a group ------------------------------------------------------------------
 */

struct membership {
	struct principal *user, *group;
	char id[37];
};

/* A membership's id follows from the two: the first half of one's, the second of the
 * other's. */
static struct membership membership(struct principal *user, struct principal *group)
{
	struct membership m = { .user = user, .group = group };
	const char *u = user->id + strlen(user->id) - 36,
		   *g = group->id + strlen(group->id) - 36;
	snprintf(m.id, sizeof(m.id), "%.18s%s", u, g + 18);
	return m;
}

jv create_membership(struct call *c)
{
	struct principal *group = known(c, PRINCIPAL_GROUP, rec_str(c->input, "GroupId"));
	jv member = rec_get(c->input, "MemberId");
	struct principal *user =
		group != NULL ? known(c, PRINCIPAL_USER, rec_str(member, "UserId")) : NULL;
	jv_free(member);
	if (user == NULL)
		return jv_invalid();
	size_t before = user->groups.n;
	sim_join_group(user, group);
	if (user->groups.n == before)
		return call_fail(c, 400, "ConflictException",
			"Member and Group relationship exists.");
	jv r = rec_set_str(jv_object(), "MembershipId", membership(user, group).id);
	return rec_set_str(r, "IdentityStoreId", c->sim->identity_store_id);
}

/* Every membership, or those of a group; n of them, the array owned by the caller. */
static struct membership *memberships(
	const struct sim *s, const struct principal *group, size_t *n)
{
	struct membership *list = NULL;
	size_t cap = 0;
	*n = 0;
	for (size_t i = 0; i < s->principals.n; i++) {
		struct principal *user = s->principals.items[i];
		for (size_t k = 0; k < user->groups.n; k++) {
			if (group != NULL && user->groups.items[k] != group)
				continue;
			mem_grow(&list, &cap, *n + 1, sizeof(*list));
			list[(*n)++] = membership(user, user->groups.items[k]);
		}
	}
	return list;
}

jv delete_membership(struct call *c)
{
	const char *id = rec_str(c->input, "MembershipId");
	if (!known_store(c))
		return jv_invalid();
	size_t n, i = 0;
	struct membership *list = memberships(c->sim, NULL, &n);
	while (i < n && strcmp(list[i].id, id) != 0)
		i++;
	if (i < n)
		sim_leave_group(list[i].user, list[i].group);
	else
		call_fail(c, 400, "ResourceNotFoundException", "MEMBERSHIP not found.");
	free(list);
	return i < n ? jv_object() : jv_invalid();
}

static jv membership_item(const struct call *c, const void *items, size_t i)
{
	const struct membership *m = (const struct membership *)items + i;
	jv r = rec_set_str(jv_object(), "IdentityStoreId", c->sim->identity_store_id);
	r = rec_set_str(r, "MembershipId", m->id);
	r = rec_set_str(r, "GroupId", m->group->id);
	return rec_set(r, "MemberId", rec_set_str(jv_object(), "UserId", m->user->id));
}

jv list_memberships(struct call *c)
{
	const struct principal *group =
		known(c, PRINCIPAL_GROUP, rec_str(c->input, "GroupId"));
	if (group == NULL)
		return jv_invalid();
	size_t n;
	struct membership *list = memberships(c->sim, group, &n);
	jv answer =
		page_answer(c, "GroupMemberships", list, n, &page_store, membership_item);
	free(list);
	return answer;
}
