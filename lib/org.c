#include "org.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"
#include "text.h"

void org_init(struct org *org, struct ask *ask)
{
	memset(org, 0, sizeof(*org));
	org->ask = ask;
	org->root = ORG_NONE;
	map_init(&org->nodes_by_id);
}

static void account_release(struct org_account *a)
{
	free(a->name);
	free(a->state);
	free(a->arn);
	free(a->email);
	jv_free(a->paths);
	jv_free(a->tags);
}

void org_release(struct org *org)
{
	for (size_t i = 0; i < org->n_accounts; i++)
		account_release(&org->accounts[i]);
	for (size_t i = 0; i < org->n_nodes; i++) {
		free(org->nodes[i].id);
		free(org->nodes[i].name);
		free(org->nodes[i].arn);
	}
	free(org->accounts);
	free(org->nodes);
	free(org->places);
	map_release(&org->nodes_by_id, NULL);
}

/* --- nodes -------------------------------------------------------------------------- */

uint32_t org_node(const struct org *org, const char *id)
{
	uintptr_t at = (uintptr_t)map_get(&org->nodes_by_id, id);
	return at != 0 ? (uint32_t)(at - 1) : ORG_NONE;
}

uint32_t org_node_add(struct org *org, const char *id)
{
	void **slot = map_slot(&org->nodes_by_id, id);
	if (*slot == NULL) {
		mem_grow(&org->nodes, &org->cap_nodes, org->n_nodes + 1,
			sizeof(*org->nodes));
		struct org_node node = { .id = mem_string(id), .parent = ORG_NONE };
		org->nodes[org->n_nodes++] = node;
		*slot = (void *)(uintptr_t)org->n_nodes;
	}
	return (uint32_t)((uintptr_t)*slot - 1);
}

void org_set_name(struct org *org, uint32_t node, const char *name)
{
	free(org->nodes[node].name);
	org->nodes[node].name = mem_string(name);
}

int org_is_under(const struct org *org, uint32_t node, uint32_t top)
{
	while (node != ORG_NONE && node != top)
		node = org->nodes[node].parent;
	return node == top;
}

/* The child with the name that is the first len bytes of name, or ORG_NONE. */
static uint32_t find_child(
	const struct org *org, uint32_t parent, const char *name, size_t len)
{
	for (uint32_t i = 0; i < org->n_nodes; i++) {
		const struct org_node *n = &org->nodes[i];
		if (n->parent == parent && n->name != NULL && strlen(n->name) == len &&
			memcmp(n->name, name, len) == 0)
			return i;
	}
	return ORG_NONE;
}

uint32_t org_follow(
	const struct org *org, const char *path, uint32_t *last, const char **rest)
{
	*last = org->root;
	while (*path == '/') {
		size_t len = strcspn(path + 1, "/");
		uint32_t child = find_child(org, *last, path + 1, len);
		if (child == ORG_NONE) {
			if (rest != NULL)
				*rest = path + 1;
			return ORG_NONE;
		}
		*last = child;
		path += 1 + len;
	}
	return *last;
}

int org_set_parent(struct org *org, const char *op, uint32_t child, uint32_t parent)
{
	struct org_node *n = &org->nodes[child];
	if (n->parent == parent)
		return 0;
	if (n->parent != ORG_NONE || org_is_under(org, parent, child))
		return ask_bad(org->ask, op,
			"'%s' has two parents; was it just moved? run again", n->id);
	n->parent = parent;
	return 0;
}

void org_place(struct org *org, uint32_t account, uint32_t node)
{
	mem_grow(&org->places, &org->cap_places, org->n_places + 1, sizeof(*org->places));
	org->places[org->n_places++] = (struct org_place){ account, node };
}

/* --- accounts ----------------------------------------------------------------------- */

static int compare_accounts(const void *a, const void *b)
{
	return strcmp(
		((const struct org_account *)a)->id, ((const struct org_account *)b)->id);
}

uint32_t org_account(const struct org *org, const char *id)
{
	size_t low = 0, high = org->n_accounts;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int c = strcmp(org->accounts[middle].id, id);
		if (c == 0)
			return (uint32_t)middle;
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return ORG_NONE;
}

struct org_account *org_add_account(
	struct org *org, const char *id, const char *name, const char *state)
{
	mem_grow(&org->accounts, &org->cap_accounts, org->n_accounts + 1,
		sizeof(*org->accounts));
	struct org_account *a = &org->accounts[org->n_accounts++];
	*a = (struct org_account){ .name = mem_string(name), .state = mem_string(state) };
	memcpy(a->id, id, sizeof(a->id));
	a->active = strcmp(state, "ACTIVE") == 0;
	a->paths = jv_invalid();
	a->tags = jv_invalid();
	return a;
}

static int read_account(void *ctx, jv item)
{
	struct org *org = ctx;
	const char *id = rec_str(item, "Id"), *name = rec_str(item, "Name");
	/* Status is what State was called before; AWS has retired it. */
	const char *state = rec_str_or(item, "State", rec_str(item, "Status"));
	if (id == NULL || !text_is_account_id(id))
		return ask_bad(org->ask, "ListAccounts", "an account without a valid Id");
	if (name == NULL || state == NULL)
		return ask_bad(org->ask, "ListAccounts", "account %s has no %s", id,
			name == NULL ? "Name" : "State");
	struct org_account *a = org_add_account(org, id, name, state);
	a->arn = mem_string(rec_str(item, "Arn"));
	a->email = mem_string(rec_str(item, "Email"));
	a->paths = rec_get(item, "Paths");
	if (a->active && !jv_is_valid(a->paths))
		org->walk = 1;
	return 0;
}

static int accounts_page(void *ctx, jv items)
{
	struct org *org = ctx;
	return ask_each(org->ask, "ListAccounts", items, read_account, org);
}

/* A page may repeat an account that was moved while the pages were read. */
void org_index(struct org *org)
{
	size_t n = 0;
	if (org->n_accounts > 1)
		qsort(org->accounts, org->n_accounts, sizeof(*org->accounts),
			compare_accounts);
	for (size_t i = 0; i < org->n_accounts; i++) {
		if (n > 0 && strcmp(org->accounts[n - 1].id, org->accounts[i].id) == 0)
			account_release(&org->accounts[i]);
		else
			org->accounts[n++] = org->accounts[i];
	}
	org->n_accounts = n;
}

static int bad_path(struct org *org, const char *path)
{
	return ask_bad(org->ask, "ListAccounts", "an account's path is '%.200s'", path);
}

/*
 * Places an account by "o-abc/r-def/ou-def-123/ou-def-456/111122223333/". The account id at
 * the end may be missing.
 */
static int read_path(struct org *org, uint32_t account, const char *path)
{
	uint32_t node = ORG_NONE;
	char part[80];
	size_t level = 0;
	for (const char *p = path; *p != '\0'; level++) {
		size_t len = strcspn(p, "/");
		if (len == 0 || len >= sizeof(part))
			return bad_path(org, path);
		memcpy(part, p, len);
		part[len] = '\0';
		p += len + (p[len] == '/');
		if (level == 0 ? !text_starts(part, "o-")
			       : level == 1 && !text_starts(part, "r-"))
			return bad_path(org, path);
		if (level == 0)
			continue;
		if (level > 1 && strcmp(part, org->accounts[account].id) == 0 && *p == '\0')
			break;
		if (level > 1 && !text_starts(part, "ou-"))
			return bad_path(org, path);
		uint32_t below = org_node_add(org, part);
		if (level > 1 && org_set_parent(org, "ListAccounts", below, node) != 0)
			return -1;
		if (level == 1 && org->root != ORG_NONE && org->root != below)
			return bad_path(org, path);
		if (level == 1)
			org->root = below;
		node = below;
	}
	if (node == ORG_NONE)
		return bad_path(org, path);
	org_place(org, account, node);
	return 0;
}

static void place_account(struct org *org, uint32_t account)
{
	jv paths = org->accounts[account].paths;
	org->accounts[account].paths = jv_invalid();
	int n = rec_len(paths), bad = 0;
	if (jv_is_valid(paths) && jv_get_kind(paths) != JV_KIND_ARRAY)
		bad = ask_bad(org->ask, "ListAccounts", "Paths is no list");
	if (n == 0 && org->accounts[account].active)
		org->walk = 1;
	for (int i = 0; i < n && !bad; i++) {
		const char *path = rec_str_at(paths, i);
		bad = path != NULL ? read_path(org, account, path)
				   : ask_bad(org->ask, "ListAccounts",
					     "Paths is no list of strings");
	}
	jv_free(paths);
}

static void accounts_done(void *ctx, const struct aws_result *res)
{
	struct org *org = ctx;
	org->pending--;
	if (res->err != NULL)
		ask_fail(org->ask, res, "can't list the accounts");
	if (ask_failed(org->ask))
		return;
	if (org->n_accounts == 0) {
		ask_bad(org->ask, "ListAccounts", "an organization without any account");
		return;
	}
	org_index(org);
	for (uint32_t i = 0; i < org->n_accounts; i++)
		if (!org->walk)
			place_account(org, i);
	/* One ACTIVE account without a path and the paths can't be trusted for any. */
	if (org->walk)
		org->n_places = 0;
}

void org_want_accounts(struct org *org)
{
	jv input = jv_object();
	org->pending++;
	aws_list(org->ask->aws, AWS_ORGANIZATIONS, "ListAccounts", input, accounts_page,
		accounts_done, org);
	jv_free(input);
}
