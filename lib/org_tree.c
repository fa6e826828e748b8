/*
 * What the listing of the accounts does not tell: the root, the children and the accounts
 * of a parent, and tags.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "org.h"
#include "rec.h"
#include "text.h"

/* A listing about one node or account. */
struct listing {
	struct org *org;
	uint32_t index;
};

static void list_about(struct org *org, const char *op, const char *member, const char *id,
	uint32_t index, aws_page *page, aws_done *done)
{
	struct listing *l = mem_alloc(sizeof(*l));
	l->org = org;
	l->index = index;
	jv input = rec_set_str(jv_object(), member, id);
	org->pending++;
	aws_list(org->ask->aws, AWS_ORGANIZATIONS, op, input, page, done, l);
	jv_free(input);
}

/* Name and Arn of a node, as item has them. */
static void describe(struct org *org, uint32_t node, jv item)
{
	if (rec_str(item, "Name") != NULL)
		org_set_name(org, node, rec_str(item, "Name"));
	free(org->nodes[node].arn);
	org->nodes[node].arn = mem_string(rec_str(item, "Arn"));
}

/* --- root --------------------------------------------------------------------------- */

static int read_root(void *ctx, jv item)
{
	struct listing *l = ctx;
	const char *id = rec_str(item, "Id");
	struct org *org = l->org;
	if (id == NULL || !text_starts(id, "r-") ||
		(org->root != ORG_NONE && strcmp(org->nodes[org->root].id, id) != 0))
		return ask_bad(org->ask, "ListRoots", "not one root with an Id");
	org->root = org_node_add(org, id);
	describe(org, org->root, item);
	return 0;
}

static int roots_page(void *ctx, jv items)
{
	struct listing *l = ctx;
	return ask_each(l->org->ask, "ListRoots", items, read_root, l);
}

static void roots_done(void *ctx, const struct aws_result *res)
{
	struct listing *l = ctx;
	struct org *org = l->org;
	free(l);
	org->pending--;
	org->roots = ORG_ANSWERED;
	if (res->err != NULL)
		ask_fail(org->ask, res, "can't find the root");
	else if (org->root == ORG_NONE)
		ask_bad(org->ask, "ListRoots", "no root");
}

int org_want_roots(struct org *org)
{
	if (org->roots == ORG_NOT_ASKED) {
		org->roots = ORG_ASKED;
		list_about(org, "ListRoots", NULL, NULL, 0, roots_page, roots_done);
	}
	return org->roots != ORG_ANSWERED;
}

int org_want_root(struct org *org)
{
	return org->root == ORG_NONE && org_want_roots(org);
}

/* --- children ----------------------------------------------------------------------- */

static const char list_children[] = "ListOrganizationalUnitsForParent";

static int read_child(void *ctx, jv item)
{
	struct listing *l = ctx;
	struct org *org = l->org;
	const char *id = rec_str(item, "Id"), *name = rec_str(item, "Name");
	if (id == NULL || name == NULL || !text_starts(id, "ou-"))
		return ask_bad(org->ask, list_children,
			"an organizational unit without Id or Name");
	uint32_t child = org_node_add(org, id);
	describe(org, child, item);
	return org_set_parent(org, list_children, child, l->index);
}

static int children_page(void *ctx, jv items)
{
	struct listing *l = ctx;
	return ask_each(l->org->ask, list_children, items, read_child, l);
}

static void children_done(void *ctx, const struct aws_result *res)
{
	struct listing *l = ctx;
	struct org *org = l->org;
	org->pending--;
	org->nodes[l->index].children = ORG_ANSWERED;
	if (res->err != NULL)
		ask_fail(
			org->ask, res, "can't list the OUs in %s", org->nodes[l->index].id);
	free(l);
}

int org_want_children(struct org *org, uint32_t node)
{
	if (org->nodes[node].children == ORG_NOT_ASKED) {
		org->nodes[node].children = ORG_ASKED;
		list_about(org, list_children, "ParentId", org->nodes[node].id, node,
			children_page, children_done);
	}
	return org->nodes[node].children != ORG_ANSWERED;
}

int org_want_tree(struct org *org)
{
	if (org_want_root(org))
		return 1;
	int waiting = 0;
	for (uint32_t i = 0; i < org->n_nodes; i++)
		if (org_is_under(org, i, org->root))
			waiting |= org_want_children(org, i);
	return waiting;
}

/* --- accounts of a parent ----------------------------------------------------------- */

static const char list_accounts[] = "ListAccountsForParent";

static int read_member(void *ctx, jv item)
{
	struct listing *l = ctx;
	struct org *org = l->org;
	const char *id = rec_str(item, "Id");
	if (id == NULL || !text_is_account_id(id))
		return ask_bad(org->ask, list_accounts, "an account without a valid Id");
	uint32_t account = org_account(org, id);
	/* One that is not known was created a moment ago: the next run's business. */
	if (account != ORG_NONE)
		org_place(org, account, l->index);
	return 0;
}

static int members_page(void *ctx, jv items)
{
	struct listing *l = ctx;
	return ask_each(l->org->ask, list_accounts, items, read_member, l);
}

static void members_done(void *ctx, const struct aws_result *res)
{
	struct listing *l = ctx;
	struct org *org = l->org;
	struct org_node *n = &org->nodes[l->index];
	free(l);
	org->pending--;
	n->accounts = ORG_ANSWERED;
	if (res->err != NULL && aws_is(res->err, "ParentNotFoundException"))
		n->missing = 1;
	else if (res->err != NULL)
		ask_fail(org->ask, res, "can't list the accounts in %s", n->id);
}

int org_want_accounts_of(struct org *org, uint32_t node)
{
	if (org->nodes[node].accounts == ORG_NOT_ASKED) {
		org->nodes[node].accounts = ORG_ASKED;
		list_about(org, list_accounts, "ParentId", org->nodes[node].id, node,
			members_page, members_done);
	}
	return org->nodes[node].accounts != ORG_ANSWERED;
}

/* --- tags --------------------------------------------------------------------------- */

static const char list_tags[] = "ListTagsForResource";

static int read_tag(void *ctx, jv item)
{
	struct listing *l = ctx;
	struct org_account *a = &l->org->accounts[l->index];
	if (rec_str(item, "Key") == NULL || rec_str(item, "Value") == NULL)
		return ask_bad(
			l->org->ask, list_tags, "a tag of %s has no Key or Value", a->id);
	a->tags = rec_push(a->tags, jv_copy(item));
	return 0;
}

static int tags_page(void *ctx, jv items)
{
	struct listing *l = ctx;
	return ask_each(l->org->ask, list_tags, items, read_tag, l);
}

static void tags_done(void *ctx, const struct aws_result *res)
{
	struct listing *l = ctx;
	l->org->pending--;
	if (res->err != NULL)
		ask_fail(l->org->ask, res, "can't read the tags of account %s",
			l->org->accounts[l->index].id);
	free(l);
}

int org_want_tags(struct org *org, int inactive)
{
	if (org->tags == ORG_ASKED && org->pending == 0)
		org->tags = ORG_ANSWERED;
	if (org->tags == ORG_NOT_ASKED) {
		org->tags = ORG_ASKED;
		for (uint32_t i = 0; i < org->n_accounts; i++) {
			struct org_account *a = &org->accounts[i];
			if (!a->active && !inactive)
				continue;
			a->tags = jv_array();
			list_about(org, list_tags, "ResourceId", a->id, i, tags_page,
				tags_done);
		}
	}
	return org->tags != ORG_ANSWERED;
}
