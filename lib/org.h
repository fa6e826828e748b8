/*
 * org -- the organization as far as it is asked about: accounts, and where they are.
 *
 * ListAccounts tells everything about accounts and, by their Paths, of every organizational
 * unit that holds one. What else is needed is asked for once: the children of a parent
 * (their names), the accounts of a parent (whether an empty one exists). Where an ACTIVE
 * account came without Paths, the tree of OUs is walked instead, and accounts are listed
 * for the OUs that are targets.
 *
 * Source: AWS Organizations API Reference, ListAccounts, ListRoots,
 * ListOrganizationalUnitsForParent, ListAccountsForParent, ListTagsForResource.
 */
#ifndef IDC_ORG_H
#define IDC_ORG_H

#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "ask.h"
#include "map.h"

#define ORG_NONE UINT32_MAX

struct org_account {
	char id[13];
	int active;
	char *name;
	char *state; /* "SUSPENDED", ... */
	char *arn;   /* or NULL, as the next */
	char *email;
	jv paths; /* until placed, then invalid */
	jv tags;  /* [{Key, Value}] once org_want_tags() is answered */
};

enum org_asked { ORG_NOT_ASKED, ORG_ASKED, ORG_ANSWERED };

/* The root or an organizational unit. */
struct org_node {
	char *id;
	char *name;	 /* NULL: not known */
	char *arn;	 /* likewise */
	uint32_t parent; /* ORG_NONE: the root, or not known */
	enum org_asked children;
	enum org_asked accounts;
	int missing; /* AWS says that there is no such parent */
};

/* An account stands directly in a node. */
struct org_place {
	uint32_t account, node;
};

struct org {
	struct ask *ask;
	struct org_account *accounts; /* sorted by id once listed */
	size_t n_accounts, cap_accounts;
	struct org_node *nodes;
	size_t n_nodes, cap_nodes;
	struct map nodes_by_id; /* index + 1 */
	struct org_place *places;
	size_t n_places, cap_places;
	uint32_t root; /* ORG_NONE: not known yet */
	enum org_asked roots;
	enum org_asked tags;
	int walk;	/* there are no Paths: the OUs come from a walk */
	size_t pending; /* listings of the organization under way */
};

void org_init(struct org *org, struct ask *ask);
void org_release(struct org *org);

/* Starts ListAccounts; accounts and places are there when pending is 0 again. */
void org_want_accounts(struct org *org);

/*
 * The following start what has not been asked yet, and are free when it has. They return 1
 * when the answer is still to come, 0 when it is there.
 */
int org_want_root(struct org *org);  /* its id */
int org_want_roots(struct org *org); /* its name too */
int org_want_tree(struct org *org);  /* all OUs, with their names */
int org_want_children(struct org *org, uint32_t node);
int org_want_accounts_of(struct org *org, uint32_t node);
int org_want_tags(struct org *org, int inactive); /* of ACTIVE accounts, or of all */

/* The node with that id, or ORG_NONE; org_node_add makes an unknown one. */
uint32_t org_node(const struct org *org, const char *id);
uint32_t org_node_add(struct org *org, const char *id);

/* Adds an account of which nothing else is known yet; good until the next is added. */
struct org_account *org_add_account(
	struct org *org, const char *id, const char *name, const char *state);

/* To be called when all accounts were added: sorts them, drops what came twice. */
void org_index(struct org *org);

/* Gives a node its name. */
void org_set_name(struct org *org, uint32_t node, const char *name);

/*
 * Says that child is in parent, which op told. 0, or -1 when it is in another one: the tree
 * changed while it was read.
 */
int org_set_parent(struct org *org, const char *op, uint32_t child, uint32_t parent);

/* Says that an account stands in a node. */
void org_place(struct org *org, uint32_t account, uint32_t node);

/*
 * The node at the end of a path of names ("/Prod/Payments") through children that are
 * known, or ORG_NONE; *last is then how far it led, and *rest (unless NULL) the first name
 * that is not there.
 */
uint32_t org_follow(
	const struct org *org, const char *path, uint32_t *last, const char **rest);

/* Whether node is top or below it. */
int org_is_under(const struct org *org, uint32_t node, uint32_t top);

/* Index of the account with that id, or ORG_NONE. */
uint32_t org_account(const struct org *org, const char *id);

#endif
