#include "targets.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

void selectors_init(struct selectors *s)
{
	memset(s, 0, sizeof(*s));
	map_init(&s->by_text);
}

void selectors_release(struct selectors *s)
{
	for (size_t i = 0; i < s->n; i++) {
		target_release(&s->list[i].target);
		free(s->list[i].text);
		free(s->list[i].message);
		free(s->list[i].label_message);
		free(s->list[i].bits);
	}
	free(s->list);
	free(s->left_out);
	map_release(&s->by_text, NULL);
}

int selectors_add(struct selectors *s, const char *text, int is_target, uint32_t *ref,
	struct err *err)
{
	uintptr_t at = (uintptr_t)map_get(&s->by_text, text);
	if (at == 0) {
		struct selector x = { .node = ORG_NONE };
		if (target_parse(&x.target, text, err) != 0)
			return -1;
		x.text = mem_string(text);
		mem_grow(&s->list, &s->cap, s->n + 1, sizeof(*s->list));
		s->list[s->n++] = x;
		at = s->n;
		map_put(&s->by_text, text, (void *)at);
	}
	s->list[at - 1].is_target |= is_target;
	*ref = (uint32_t)(at - 1);
	return 0;
}

/* --- asking ------------------------------------------------------------------------- */

/* In a walked organization, the accounts of an OU (and of those below it) are asked for. */
static int ask_members(const struct selector *x, struct org *org)
{
	int waiting = 0;
	if (!org->walk || x->node == ORG_NONE)
		return 0;
	for (uint32_t i = 0; i < org->n_nodes; i++)
		if (i == x->node || (x->target.below && org_is_under(org, i, x->node)))
			waiting |= org_want_accounts_of(org, i);
	return waiting;
}

/*
 * An OU that no account's path goes through is empty or does not exist: listing its
 * accounts tells which. For the label, the name comes with the children of the parent.
 */
static int ask_ou(struct selector *x, struct org *org)
{
	if (org->walk && org_want_tree(org))
		return 1;
	x->node = org_node(org, x->target.value);
	if (org->walk)
		return ask_members(x, org);
	if (x->node == ORG_NONE) {
		x->node = org_node_add(org, x->target.value);
		return org_want_accounts_of(org, x->node);
	}
	const struct org_node *n = &org->nodes[x->node];
	if (n->accounts == ORG_ASKED)
		return 1;
	if (x->target.label == NULL || n->name != NULL || n->parent == ORG_NONE)
		return 0;
	return org_want_children(org, n->parent);
}

static int ask_path(struct selector *x, struct org *org)
{
	if (org->walk ? org_want_tree(org) : org_want_root(org))
		return 1;
	uint32_t last;
	x->node = org_follow(org, x->target.value, &last, NULL);
	if (x->node != ORG_NONE)
		return ask_members(x, org);
	return org_want_children(org, last);
}

static int ask(struct selector *x, struct org *org)
{
	switch (x->target.kind) {
	case TARGET_ROOT:
		return x->target.value != NULL && org_want_root(org);
	case TARGET_OU:
		return ask_ou(x, org);
	case TARGET_PATH:
		return ask_path(x, org);
	case TARGET_TAG:
		return org_want_tags(org, 0);
	case TARGET_ACCOUNT:
	case TARGET_NAME:
		break;
	}
	return 0;
}

int selectors_ask(struct selectors *s, struct org *org)
{
	int waiting = 0;
	for (size_t i = 0; i < s->n; i++)
		waiting |= ask(&s->list[i], org);
	return waiting;
}
