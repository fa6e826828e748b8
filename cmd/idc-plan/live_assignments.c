/*
 * Assignments, by pair or by principal, whichever takes fewer requests.
 */
#include "live_principals.h"

#include <stdint.h>
#include <stdlib.h>

#include "mem.h"
#include "rec.h"

/*
 * By pair, everything is seen; by principal, only what principals have that are known. So
 * the latter must save this many requests.
 */
#define WORTH 20

jv live_input(const struct live *l)
{
	return rec_set_str(jv_object(), "InstanceArn", model_instance(l->m, "InstanceArn"));
}

/* --- where a set is provisioned ----------------------------------------------------- */

struct provisioned {
	struct live *live;
	uint32_t set;
	int outdated;
};

static int read_account(void *ctx, jv item)
{
	struct provisioned *p = ctx;
	if (jv_get_kind(item) != JV_KIND_STRING)
		return ask_bad(p->live->ask, "ListAccountsForProvisionedPermissionSet",
			"an account that is no id");
	uint32_t account = model_account(p->live->m, jv_string_value(item), NULL);
	struct set *s = &p->live->m->sets[p->set];
	if (p->outdated)
		account_list_add(&s->outdated, &s->n_outdated, &s->cap_outdated, account);
	else
		account_list_add(&s->accounts, &s->n_accounts, &s->cap_accounts, account);
	return 0;
}

static int accounts_page(void *ctx, jv items)
{
	struct provisioned *p = ctx;
	return ask_each(p->live->ask, "ListAccountsForProvisionedPermissionSet", items,
		read_account, p);
}

/* A set that was deleted meanwhile is provisioned nowhere, and assigned to nobody. */
static int is_failure(const struct aws_result *res)
{
	return res->err != NULL && !aws_is(res->err, "ResourceNotFoundException");
}

static void accounts_done(void *ctx, const struct aws_result *res)
{
	struct provisioned *p = ctx;
	struct set *s = &p->live->m->sets[p->set];
	if (is_failure(res))
		ask_fail(p->live->ask, res, "can't see where '%.100s' is provisioned",
			s->name);
	else if (p->outdated)
		s->checked = 1;
	else
		s->counted = 1;
	free(p);
}

static void ask_provisioned(struct live *l, uint32_t set, int outdated)
{
	struct provisioned *p = mem_alloc(sizeof(*p));
	*p = (struct provisioned){ l, set, outdated };
	jv input =
		rec_set_str(live_input(l), "PermissionSetArn", set_arn(&l->m->sets[set]));
	if (outdated)
		input = rec_set_str(input, "ProvisioningStatus",
			"LATEST_PERMISSION_SET_NOT_PROVISIONED");
	aws_list(l->ask->aws, AWS_SSO_ADMIN, "ListAccountsForProvisionedPermissionSet",
		input, accounts_page, accounts_done, p);
	jv_free(input);
}

void live_ask_accounts(struct live *l, uint32_t set)
{
	ask_provisioned(l, set, 0);
}

void live_ask_outdated(struct live *l, uint32_t set)
{
	ask_provisioned(l, set, 1);
}

int live_is_ours(const struct set *s)
{
	return s->owned || s->adopt;
}

/* --- by pair ------------------------------------------------------------------------ */

/* Pairs still to be asked for; principals likewise, below. */
struct pairs {
	struct live *live;
	struct entries todo; /* without principal */
	size_t next;
};

struct pair {
	struct pairs *pairs;
	struct entry at;
};

static void next_pair(struct pairs *p);

static int read_pair_item(void *ctx, jv item)
{
	struct pair *p = ctx;
	struct live *l = p->pairs->live;
	enum principal_type type;
	const char *id = rec_str(item, "PrincipalId");
	if (id == NULL || directory_type_read(rec_str(item, "PrincipalType"), &type) != 0)
		return ask_bad(l->ask, "ListAccountAssignments",
			"an assignment without PrincipalId or PrincipalType");
	struct entry e = p->at;
	e.principal = model_principal(l->m, type, id, NULL);
	entries_add(&l->m->live, e);
	return 0;
}

static int pair_page(void *ctx, jv items)
{
	struct pair *p = ctx;
	return ask_each(
		p->pairs->live->ask, "ListAccountAssignments", items, read_pair_item, p);
}

static void pair_done(void *ctx, const struct aws_result *res)
{
	struct pair *p = ctx;
	struct live *l = p->pairs->live;
	if (is_failure(res))
		ask_fail(l->ask, res, "can't list the assignments of '%.100s' in %s",
			l->m->sets[p->at.set].name, l->m->accounts[p->at.account].id);
	next_pair(p->pairs);
	free(p);
}

static void next_pair(struct pairs *pairs)
{
	struct live *l = pairs->live;
	if (pairs->next == pairs->todo.n || ask_failed(l->ask))
		return;
	struct pair *p = mem_alloc(sizeof(*p));
	*p = (struct pair){ pairs, pairs->todo.list[pairs->next++] };
	jv input = rec_set_str(
		live_input(l), "PermissionSetArn", set_arn(&l->m->sets[p->at.set]));
	input = rec_set_str(input, "AccountId", l->m->accounts[p->at.account].id);
	aws_list(l->ask->aws, AWS_SSO_ADMIN, "ListAccountAssignments", input, pair_page,
		pair_done, p);
	jv_free(input);
}

static void add_pair(struct pairs *p, uint32_t set, uint32_t account)
{
	entries_add(
		&p->todo, (struct entry){ .set = set, .account = account, .origin = NONE });
}

/* Asks for all of p->todo, each pair once. */
static int read_pairs(struct pairs *p)
{
	entries_sort(p->live->m, &p->todo);
	for (size_t i = 0; i < LIVE_WINDOW; i++)
		next_pair(p);
	int bad = ask_wait(p->live->ask, NULL);
	free(p->todo.list);
	return bad;
}

/* Every account of sets: all of ours, or only those that no template wants. */
static void add_pairs_of_sets(struct pairs *p, int unwanted_only)
{
	const struct model *m = p->live->m;
	for (size_t i = 0; i < m->n_sets; i++)
		for (size_t k = 0; k < m->sets[i].n_accounts; k++)
			if (!unwanted_only || !jv_is_valid(m->sets[i].want))
				add_pair(p, (uint32_t)i, m->sets[i].accounts[k]);
}

/* --- the choice --------------------------------------------------------------------- */

/* Lists where our sets are provisioned, or only the sets that nobody wants any more. */
static int count_accounts(struct live *l, int unwanted_only)
{
	const struct model *m = l->m;
	for (size_t i = 0; i < m->n_sets; i++)
		if (live_is_ours(&m->sets[i]) && !m->sets[i].counted &&
			(!unwanted_only || !jv_is_valid(m->sets[i].want)))
			live_ask_accounts(l, (uint32_t)i);
	return ask_wait(l->ask, NULL);
}

/* Pairs of wanted sets: those that need not be read one by one. */
static size_t count_pairs(const struct model *m)
{
	size_t n = 0;
	for (size_t i = 0; i < m->n_sets; i++)
		if (jv_is_valid(m->sets[i].want))
			n += m->sets[i].n_accounts;
	return n;
}

static size_t count_ours(const struct model *m)
{
	size_t n = 0;
	for (size_t i = 0; i < m->n_sets; i++)
		n += live_is_ours(&m->sets[i]) && jv_is_valid(m->sets[i].want);
	return n;
}

/* 0 with l->way set, or -1. */
static int choose(struct live *l)
{
	const struct model *m = l->m;
	l->way = LIVE_BY_PAIR;
	if (l->only_known && 2 * count_ours(m) > m->n_principals + WORTH) {
		l->way = LIVE_BY_PRINCIPAL;
		l->limit = SIZE_MAX;
		return count_accounts(l, 1);
	}
	if (count_accounts(l, 0) != 0)
		return -1;
	size_t pairs = l->limit = count_pairs(m);
	if (m->n_principals + WORTH >= pairs)
		return 0;
	int small = l->only_known ? 1 : live_directory_is_small(l, pairs - WORTH);
	if (small > 0)
		l->way = LIVE_BY_PRINCIPAL;
	return small < 0 ? -1 : 0;
}

/* Pairs where somebody must have something, yet nobody who was asked for has. */
static void add_unexplained(struct pairs *p)
{
	struct model *m = p->live->m;
	entries_sort(m, &m->live);
	for (size_t i = 0; i < m->n_sets; i++)
		for (size_t k = 0; k < m->sets[i].n_accounts; k++) {
			struct entry from = { .set = (uint32_t)i,
				.account = m->sets[i].accounts[k] };
			size_t low = 0, high = m->live.n;
			while (low < high) {
				size_t mid = low + (high - low) / 2;
				if (entry_compare(&m->live.list[mid], &from) < 0)
					low = mid + 1;
				else
					high = mid;
			}
			if (low == m->live.n || m->live.list[low].set != from.set ||
				m->live.list[low].account != from.account)
				add_pair(p, from.set, from.account);
		}
}

/* Pairs of the last run's principals that AWS no longer knows. */
static void add_pairs_of_gone(struct pairs *p)
{
	const struct model *m = p->live->m;
	for (size_t i = 0; i < m->applied.n; i++) {
		const struct entry *e = &m->applied.list[i];
		if (m->principals[e->principal].gone && live_is_ours(&m->sets[e->set]))
			add_pair(p, e->set, e->account);
	}
}

int live_read_assignments(struct live *l)
{
	struct pairs pairs = { .live = l };
	if (choose(l) != 0)
		return -1;
	if (l->way == LIVE_BY_PRINCIPAL && live_read_holders(l) != 0)
		return -1;
	if (l->way == LIVE_BY_PRINCIPAL && l->unfit) {
		l->way = LIVE_BY_PAIR;
		l->m->live.n = 0;
		if (count_accounts(l, 0) != 0)
			return -1;
	}
	if (l->way == LIVE_BY_PAIR) {
		add_pairs_of_sets(&pairs, 0);
	} else {
		add_pairs_of_sets(&pairs, 1);
		add_pairs_of_gone(&pairs);
		if (!l->only_known)
			add_unexplained(&pairs);
	}
	int bad = read_pairs(&pairs);
	entries_sort(l->m, &l->m->live);
	return bad;
}
