/*
 * The stream: by kind, and within a kind in an order that does not depend on AWS's.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "dump.h"
#include "mem.h"
#include "rec.h"
#include "stream.h"
#include "text.h"

static void put(struct stream_out *to, jv rec)
{
	stream_write(to, rec);
	jv_free(rec);
}

/* --- the organization --------------------------------------------------------------- */

static void write_instance(const struct dump *d, struct stream_out *to)
{
	jv rec = instance_record(&d->instance);
	put(to, rec_set_str(rec, "OrganizationId", d->instance.organization));
}

/* Nodes by parent, then by id: the children of one stand together. */
static int compare_nodes(const void *a, const void *b)
{
	const struct org_node *x = *(const struct org_node *const *)a;
	const struct org_node *y = *(const struct org_node *const *)b;
	int c = (x->parent > y->parent) - (x->parent < y->parent);
	return c != 0 ? c : strcmp(x->id, y->id);
}

struct units {
	const struct dump *d;
	struct stream_out *to;
	const struct org_node **sorted; /* those that have a parent */
	size_t *first;			/* in sorted, by parent; n + 1 of them */
};

static void write_node(const struct units *u, uint32_t node)
{
	const struct org_node *n = &u->d->org.nodes[node];
	int root = node == u->d->org.root;
	if (!dump_wants(u->d, STATE_BIT(root ? STATE_ROOT : STATE_UNIT)))
		return;
	jv rec = rec_new(state_kinds[root ? STATE_ROOT : STATE_UNIT]);
	rec = rec_set_str(rec, "Id", n->id);
	rec = rec_set_str(rec, "Arn", n->arn);
	rec = rec_set_str(rec, "Name", n->name);
	if (!root)
		rec = rec_set_str(rec, "ParentId", u->d->org.nodes[n->parent].id);
	put(u->to, rec);
}

/* Parents before their children. A tree of AWS's is six levels deep at most. */
static void write_below(const struct units *u, uint32_t node)
{
	write_node(u, node);
	for (size_t i = u->first[node]; i < u->first[node + 1]; i++)
		write_below(u, (uint32_t)(u->sorted[i] - u->d->org.nodes));
}

static void write_units(const struct dump *d, struct stream_out *to)
{
	const struct org *org = &d->org;
	size_t n = 0, k = 0;
	struct units u = { d, to, mem_array(org->n_nodes, sizeof(struct org_node *)),
		mem_array(org->n_nodes + 1, sizeof(*u.first)) };
	for (size_t i = 0; i < org->n_nodes; i++)
		if (org->nodes[i].parent != ORG_NONE)
			u.sorted[n++] = &org->nodes[i];
	if (n > 1)
		qsort(u.sorted, n, sizeof(struct org_node *), compare_nodes);
	for (size_t i = 0; i <= org->n_nodes; i++) {
		while (k < n && u.sorted[k]->parent < i)
			k++;
		u.first[i] = k;
	}
	if (org->root != ORG_NONE)
		write_below(&u, org->root);
	free(u.sorted);
	free(u.first);
}

/* {"key": "value"} of [{Key, Value}], by key. */
static jv tags_object(jv list)
{
	jv by_key = jv_object(), tags = jv_object();
	for (int i = 0; i < rec_len(list); i++) {
		jv tag = rec_at(list, i);
		by_key = rec_set_str(
			by_key, rec_str_or(tag, "Key", ""), rec_str_or(tag, "Value", ""));
		jv_free(tag);
	}
	jv keys = jv_keys(jv_copy(by_key));
	for (int i = 0; i < rec_len(keys); i++)
		tags = rec_set_from(tags, rec_str_at(keys, i), by_key);
	jv_free(keys);
	jv_free(by_key);
	return tags;
}

static void write_accounts(const struct dump *d, struct stream_out *to)
{
	const struct org *org = &d->org;
	uint32_t *parents = mem_array(org->n_accounts + 1, sizeof(*parents));
	for (size_t i = 0; i < org->n_places; i++)
		parents[org->places[i].account] = org->places[i].node;
	for (size_t i = 0; i < org->n_accounts; i++) {
		const struct org_account *a = &org->accounts[i];
		jv rec = rec_new("Account");
		rec = rec_set_str(rec, "Id", a->id);
		rec = rec_set_str(rec, "Arn", a->arn);
		rec = rec_set_str(rec, "Name", a->name);
		rec = rec_set_str(rec, "Email", a->email);
		rec = rec_set_str(rec, "State", a->state);
		rec = rec_set_str(rec, "ParentId", org->nodes[parents[i]].id);
		jv tags = tags_object(a->tags);
		if (rec_len(tags) > 0)
			rec = rec_set(rec, "Tags", jv_copy(tags));
		jv_free(tags);
		put(to, rec);
	}
	free(parents);
}

/* --- the directory ------------------------------------------------------------------ */

static int compare_principals(const void *a, const void *b)
{
	const struct principal *x = *(struct principal *const *)a;
	const struct principal *y = *(struct principal *const *)b;
	int c = (int)x->type - (int)y->type;
	c = c != 0 ? c
		   : strcmp(x->name != NULL ? x->name : x->id,
			     y->name != NULL ? y->name : y->id);
	return c != 0 ? c : strcmp(x->id, y->id);
}

/* Ranks them; the array of them in order is owned by the caller. */
static struct principal **sort_principals(struct dump *d)
{
	struct principal **sorted =
		mem_array(d->n_principals + 1, sizeof(struct principal *));
	for (size_t i = 0; i < d->n_principals; i++)
		sorted[i] = &d->principals[i];
	if (d->n_principals > 1)
		qsort(sorted, d->n_principals, sizeof(struct principal *),
			compare_principals);
	for (size_t i = 0; i < d->n_principals; i++)
		sorted[i]->rank = (uint32_t)i;
	return sorted;
}

static size_t write_principals(
	const struct dump *d, struct principal *const *sorted, struct stream_out *to)
{
	static const enum state_kind kinds[PRINCIPAL_TYPES] = { STATE_GROUP, STATE_USER };
	size_t n = 0;
	for (size_t i = 0; i < d->n_principals; i++) {
		const struct principal *p = sorted[i];
		const struct directory_words *w = &directory_words[p->type];
		if (!p->exists || !dump_wants(d, STATE_BIT(kinds[p->type])))
			continue;
		jv rec = rec_new(w->kind);
		rec = rec_set_str(rec, w->id, p->id);
		rec = rec_set_str(rec, w->name, p->name);
		put(to, rec_set_str(rec, "DisplayName", p->display));
		n++;
	}
	return n;
}

/* --- permission sets ---------------------------------------------------------------- */

static void write_sets(const struct dump *d, struct stream_out *to)
{
	for (size_t i = 0; i < d->n_sets; i++) {
		const struct set *s = &d->sets[i];
		jv rec = permset_record(s->live);
		rec = rec_set(rec, "Managed", s->live->owned ? jv_true() : jv_false());
		rec = rec_set_num(rec, "ProvisionedAccounts", (double)s->n_accounts);
		if (s->n_outdated > 0) {
			jv ids = jv_array();
			for (size_t k = 0; k < s->n_outdated; k++)
				ids = rec_push_str(ids, s->outdated[k]);
			rec = rec_set(rec, "OutdatedAccounts", rec_sorted_unique(ids));
			jv_free(ids);
		}
		put(to, rec);
	}
}

/* --- assignments -------------------------------------------------------------------- */

static int compare_assignments(const void *a, const void *b)
{
	const struct assignment *x = a, *y = b;
	int c = (x->set > y->set) - (x->set < y->set);
	c = c != 0 ? c : (x->account > y->account) - (x->account < y->account);
	return c != 0 ? c : (x->principal > y->principal) - (x->principal < y->principal);
}

/* Ranks of the accounts by their ids, which are numbered as they came. */
static uint32_t *rank_accounts(const struct dump *d, const char ***by_rank)
{
	uint32_t *ranks = mem_array(d->n_accounts + 1, sizeof(*ranks));
	const char **ids = mem_array(d->n_accounts + 1, sizeof(*ids));
	for (size_t i = 0; i < d->n_accounts; i++)
		ids[i] = d->accounts[i];
	if (d->n_accounts > 1)
		qsort(ids, d->n_accounts, sizeof(*ids), text_compare);
	for (size_t i = 0; i < d->n_accounts; i++) {
		uintptr_t at = (uintptr_t)map_get(&d->account_index, ids[i]);
		ranks[at - 1] = (uint32_t)i;
	}
	*by_rank = ids;
	return ranks;
}

/* Puts the numbers of the output into the assignments, and sorts by them. */
static void sort_assignments(struct dump *d, const uint32_t *account_ranks)
{
	for (size_t i = 0; i < d->n_assignments; i++) {
		struct assignment *a = &d->assignments[i];
		a->account = account_ranks[a->account];
		a->principal = d->principals[a->principal].rank;
	}
	if (d->n_assignments > 1)
		qsort(d->assignments, d->n_assignments, sizeof(*d->assignments),
			compare_assignments);
}

static jv assignment_record(const struct dump *d, const struct assignment *a,
	const char *account_id, const struct principal *p)
{
	/* One that left the organization has no name any more. */
	uint32_t account = org_account(&d->org, account_id);
	jv rec = rec_new("AccountAssignment");
	rec = rec_set_str(rec, "AccountId", account_id);
	rec = rec_set_str(rec, "AccountName",
		account != ORG_NONE ? d->org.accounts[account].name : NULL);
	rec = rec_set_str(rec, "PermissionSetName",
		rec_str(d->sets[a->set].live->description, "Name"));
	rec = rec_set_str(rec, "PrincipalType", directory_type_name(p->type));
	rec = rec_set_str(rec, "PrincipalId", p->id);
	return rec_set_str(rec, "PrincipalName", p->name);
}

/* A page may repeat what moved while it was read: that is written once. */
static size_t write_assignments(
	struct dump *d, struct principal *const *sorted, struct stream_out *to)
{
	const char **ids;
	uint32_t *ranks = rank_accounts(d, &ids);
	size_t n = 0;
	sort_assignments(d, ranks);
	for (size_t i = 0; i < d->n_assignments; i++) {
		const struct assignment *a = &d->assignments[i];
		if (i > 0 && compare_assignments(a, a - 1) == 0)
			continue;
		put(to, assignment_record(d, a, ids[a->account], sorted[a->principal]));
		n++;
	}
	free(ranks);
	free(ids);
	return n;
}

/* --- all of it ---------------------------------------------------------------------- */

/* The kinds of which the stream has all there are; invalid when that is every kind. */
static jv complete_kinds(const struct settings *s)
{
	jv kinds = jv_array();
	for (int i = 0; i < STATE_KINDS; i++)
		if ((s->kinds & STATE_BIT(i)) != 0 &&
			(s->all_principals || (i != STATE_GROUP && i != STATE_USER)))
			kinds = rec_push_str(kinds, state_kinds[i]);
	if (rec_len(kinds) < STATE_KINDS)
		return kinds;
	jv_free(kinds);
	return jv_invalid();
}

struct dump_counts dump_write(struct dump *d, struct out *out, time_t now)
{
	struct stream_out stream;
	struct dump_counts n = { 0 };
	struct principal **sorted = sort_principals(d);
	jv kinds = complete_kinds(d->settings);
	stream_begin_with(&stream, out, STREAM_STATE, cmd_version(), now,
		jv_is_valid(kinds) ? STATE_COMPLETE : NULL, kinds);
	jv_free(kinds);
	if (dump_wants(d, STATE_BIT(STATE_INSTANCE)))
		write_instance(d, &stream);
	if (dump_wants(d, STATE_BIT(STATE_ROOT) | STATE_BIT(STATE_UNIT)))
		write_units(d, &stream);
	if (dump_wants(d, STATE_BIT(STATE_ACCOUNT))) {
		write_accounts(d, &stream);
		n.accounts = d->org.n_accounts;
	}
	n.principals = write_principals(d, sorted, &stream);
	if (dump_wants(d, STATE_BIT(STATE_SET))) {
		write_sets(d, &stream);
		n.sets = d->n_sets;
	}
	if (dump_wants(d, STATE_BIT(STATE_ASSIGNMENT)))
		n.assignments = write_assignments(d, sorted, &stream);
	stream_end(&stream);
	free(sorted);
	return n;
}
