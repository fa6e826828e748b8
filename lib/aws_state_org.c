/*
 * Answers about the instance, the organization and the directory.
 */
#include <stdlib.h>
#include <string.h>

#include "aws_state_answer.h"
#include "buf.h"
#include "mem.h"
#include "rec.h"

/* --- the instance and the organization ---------------------------------------------- */

jv state_list_instances(struct question *q)
{
	jv r = jv_object();
	static const char *const members[] = { "InstanceArn", "IdentityStoreId",
		"OwnerAccountId" };
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		r = rec_set_from(r, members[i], q->s->instance);
	return rec_set(jv_object(), q->op->items, rec_push(jv_array(), r));
}

jv state_describe_organization(struct question *q)
{
	jv r = rec_set_str(jv_object(), "MasterAccountId",
		rec_str(q->s->instance, "ManagementAccountId"));
	const char *id = rec_str(q->s->instance, "OrganizationId");
	return rec_set(jv_object(), "Organization", rec_set_str(r, "Id", id));
}

static int is_root(const struct state_item *unit)
{
	return rec_is(unit->rec, state_kinds[STATE_ROOT]);
}

/* Whether the way up from a unit ends at a root. */
static int is_in_tree(const struct state *s, uint32_t unit)
{
	for (size_t i = 0; i <= s->units.n && unit != STATE_NONE; i++) {
		const struct state_item *u = &s->units.list[unit];
		if (!jv_is_valid(u->rec))
			return 0;
		if (is_root(u))
			return 1;
		unit = u->parent;
	}
	return 0;
}

static int hangs_together(const struct state *s)
{
	size_t roots = 0, accounts = 0;
	for (uint32_t i = 0; i < s->units.n; i++) {
		if (!is_in_tree(s, i))
			return 0;
		roots += (size_t)is_root(&s->units.list[i]);
	}
	for (size_t i = 0; i < s->accounts.n; i++)
		accounts += (size_t)jv_is_valid(s->accounts.list[i].rec);
	return roots == 1 && accounts > 0;
}

/* A damaged organization answers nothing: an account could be where it is not. */
static int check_organization(struct question *q)
{
	if (q->of->org_checked == 0)
		q->of->org_checked = hangs_together(q->s) ? 1 : -1;
	if (q->of->org_checked > 0)
		return 0;
	return err_set(q->err, ERR_DATA,
		"%s: not a whole organization: it needs a Root, accounts, and every parent "
		"that is mentioned",
		q->s->file);
}

/* Id, Name and Arn as records and answers have them. */
static jv described(jv rec)
{
	jv r = rec_set_from(jv_object(), "Id", rec);
	r = rec_set_from(r, "Arn", rec);
	return rec_set_from(r, "Name", rec);
}

static void add_path(const struct state *s, uint32_t unit, struct buf *to)
{
	const struct state_item *u = &s->units.list[unit];
	if (u->parent != STATE_NONE)
		add_path(s, u->parent, to);
	buf_addf(to, "%s/", u->id);
}

static jv account_answer(const struct state *s, const struct state_item *a)
{
	struct buf path;
	buf_init(&path, 4096);
	buf_addf(&path, "%s/", rec_str_or(s->instance, "OrganizationId", "o-state"));
	add_path(s, a->parent, &path);
	buf_addf(&path, "%s/", a->id);
	jv r = rec_set_from(described(a->rec), "Email", a->rec);
	r = rec_set_str(r, "State", rec_str_or(a->rec, "State", "ACTIVE"));
	r = rec_set(r, "Paths", rec_push_str(jv_array(), buf_str(&path)));
	buf_release(&path);
	return r;
}

/* The items whose parent it is; or all that have records, for STATE_NONE. Owned. */
static uint32_t *below(const struct state_items *items, uint32_t parent, size_t *n)
{
	uint32_t *list = mem_array(items->n + 1, sizeof(*list));
	*n = 0;
	for (uint32_t i = 0; i < items->n; i++)
		if (jv_is_valid(items->list[i].rec) &&
			(parent == STATE_NONE || items->list[i].parent == parent))
			list[(*n)++] = i;
	return list;
}

static jv accounts_answer(struct question *q, uint32_t parent)
{
	size_t n;
	uint32_t *list = below(&q->s->accounts, parent, &n);
	struct page p = state_page_of(q, n);
	for (size_t i = p.from; i < p.to; i++)
		p.items = rec_push(
			p.items, account_answer(q->s, &q->s->accounts.list[list[i]]));
	free(list);
	return state_page_answer(q, p);
}

jv state_list_accounts(struct question *q)
{
	return check_organization(q) == 0 ? accounts_answer(q, STATE_NONE) : jv_invalid();
}

/* The unit that ParentId names; STATE_NONE with err filled. */
static uint32_t parent_of(struct question *q)
{
	if (check_organization(q) != 0)
		return STATE_NONE;
	uint32_t unit = state_find(&q->s->units.index, rec_str(q->input, "ParentId"));
	if (unit == STATE_NONE)
		state_refuse(q, "ParentNotFoundException", "there is no such parent");
	return unit;
}

jv state_list_accounts_for_parent(struct question *q)
{
	uint32_t parent = parent_of(q);
	return parent != STATE_NONE ? accounts_answer(q, parent) : jv_invalid();
}

static jv units_answer(const struct question *q, const uint32_t *list, size_t n)
{
	struct page p = state_page_of(q, n);
	for (size_t i = p.from; i < p.to; i++)
		p.items = rec_push(p.items, described(q->s->units.list[list[i]].rec));
	return state_page_answer(q, p);
}

jv state_list_units_for_parent(struct question *q)
{
	uint32_t parent = parent_of(q);
	if (parent == STATE_NONE)
		return jv_invalid();
	size_t n;
	uint32_t *list = below(&q->s->units, parent, &n);
	jv answer = units_answer(q, list, n);
	free(list);
	return answer;
}

jv state_list_roots(struct question *q)
{
	uint32_t root = 0;
	if (check_organization(q) != 0)
		return jv_invalid();
	while (!is_root(&q->s->units.list[root]))
		root++;
	return units_answer(q, &root, 1);
}

jv state_list_organization_tags(struct question *q)
{
	const char *id = rec_str(q->input, "ResourceId");
	uint32_t account = state_find(&q->s->accounts.index, id);
	return account != STATE_NONE
		       ? state_tags_answer(q, q->s->accounts.list[account].rec)
		       : state_refuse(
				 q, "TargetNotFoundException", "there is no such target");
}

/* --- the directory ------------------------------------------------------------------ */

static enum principal_type type_of(const struct question *q, const char *group_op)
{
	return strcmp(q->op->name, group_op) == 0 ? PRINCIPAL_GROUP : PRINCIPAL_USER;
}

static jv principal_answer(enum principal_type type, const struct state_principal *p)
{
	const struct directory_words *w = &directory_words[type];
	jv r = rec_set_str(jv_object(), w->id, p->id);
	r = rec_set_str(r, w->name, p->name);
	return rec_set_str(r, "DisplayName", p->display);
}

jv state_list_principals(struct question *q)
{
	enum principal_type type = type_of(q, "ListGroups");
	const struct state_principals *all = &q->s->principals[type];
	if (!state_knows_all(q->s, type))
		return state_refuse(
			q, "AccessDeniedException", "the directory is not all there");
	size_t n = 0;
	for (size_t i = 0; i < all->n; i++)
		n += all->list[i].listed != 0;
	struct page p = state_page_of(q, n);
	for (size_t i = 0, at = 0; i < all->n && at < p.to; i++)
		if (all->list[i].listed && at++ >= p.from)
			p.items = rec_push(p.items, principal_answer(type, &all->list[i]));
	return state_page_answer(q, p);
}

jv state_get_principal(struct question *q)
{
	enum principal_type type = type_of(q, "GetGroupId");
	const struct state_principals *all = &q->s->principals[type];
	jv alternate = rec_get(q->input, "AlternateIdentifier");
	jv unique = rec_get(alternate, "UniqueAttribute");
	char *name = mem_string(rec_str_or(unique, "AttributeValue", ""));
	jv_free(unique);
	jv_free(alternate);
	uint32_t at = state_find(&all->by_name, name);
	jv answer;
	if (at != STATE_NONE)
		answer = rec_set_str(
			jv_object(), directory_words[type].id, all->list[at].id);
	else
		answer = state_knows_all(q->s, type) ? state_not_found(q)
						     : state_lacks_principal(q, type, name);
	free(name);
	return answer;
}

/*
 * Whose assignments are there without a record and without a name: idc-dump looked, and
 * there is nobody of that id.
 */
jv state_describe_principal(struct question *q)
{
	enum principal_type type = type_of(q, "DescribeGroup");
	const struct state_principals *all = &q->s->principals[type];
	const char *id = rec_str_or(q->input, directory_words[type].id, "");
	uint32_t at = state_find(&all->index, id);
	const struct state_principal *p = at != STATE_NONE ? &all->list[at] : NULL;
	if (p != NULL && (p->listed || (p->name != NULL && !state_knows_all(q->s, type))))
		return principal_answer(type, p);
	if (p != NULL || state_knows_all(q->s, type))
		return state_not_found(q);
	return state_lacks_principal(q, type, id);
}
