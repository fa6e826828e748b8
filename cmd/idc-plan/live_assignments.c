/*
 * Assignments, by pair or by principal, whichever takes fewer requests.
 */
#include "live_few.h"
#include "live_principals.h"

#include <stdint.h>
#include <stdlib.h>

#include "assigned.h"
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

static void add_account(void *ctx, const struct assigned_accounts *a, const char *id)
{
	struct live *l = ctx;
	uint32_t account = model_account(l->m, id, NULL);
	struct set *s = &l->m->sets[a->set];
	if (a->outdated)
		account_list_add(&s->outdated, &s->n_outdated, &s->cap_outdated, account);
	else
		account_list_add(&s->accounts, &s->n_accounts, &s->cap_accounts, account);
}

static void accounts_done(void *ctx, const struct assigned_accounts *a)
{
	struct live *l = ctx;
	if (a->outdated)
		l->m->sets[a->set].checked = 1;
	else
		l->m->sets[a->set].counted = 1;
}

static void ask_provisioned(struct live *l, uint32_t set, int outdated)
{
	const struct assigned_accounts a = { .ask = l->ask,
		.instance_arn = model_instance(l->m, "InstanceArn"),
		.set_arn = set_arn(&l->m->sets[set]),
		.set_name = l->m->sets[set].name,
		.outdated = outdated,
		.set = set,
		.account = add_account,
		.done = accounts_done,
		.ctx = l };
	assigned_ask_accounts(&a);
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
	return (s->owned || s->adopt) && !s->assumed;
}

/* --- by pair ------------------------------------------------------------------------ */

/* Pairs to be asked for. */
struct pairs {
	struct live *live;
	struct entries todo; /* without principal */
};

static const char *pair_set_arn(void *ctx, uint32_t set)
{
	return set_arn(&((struct live *)ctx)->m->sets[set]);
}

static const char *pair_set_name(void *ctx, uint32_t set)
{
	return ((struct live *)ctx)->m->sets[set].name;
}

static const char *pair_account_id(void *ctx, uint32_t account)
{
	return ((struct live *)ctx)->m->accounts[account].id;
}

static void add_assignment(
	void *ctx, struct assigned_pair at, enum principal_type type, const char *id)
{
	struct live *l = ctx;
	entries_add(&l->m->live, (struct entry){ .set = at.set,
					 .account = at.account,
					 .principal = model_principal(l->m, type, id, NULL),
					 .origin = NONE });
}

static void add_pair(struct pairs *p, uint32_t set, uint32_t account)
{
	entries_add(
		&p->todo, (struct entry){ .set = set, .account = account, .origin = NONE });
}

/* Asks for all of p->todo, which is sorted. */
static int read_pairs(struct pairs *p)
{
	struct live *l = p->live;
	struct assigned_pair *list = mem_array(p->todo.n, sizeof(*list));
	for (size_t i = 0; i < p->todo.n; i++)
		list[i] = (struct assigned_pair){ p->todo.list[i].set,
			p->todo.list[i].account };
	struct assigned_pairs pairs = { .ask = l->ask,
		.instance_arn = model_instance(l->m, "InstanceArn"),
		.list = list,
		.n = p->todo.n,
		.set_arn = pair_set_arn,
		.set_name = pair_set_name,
		.account_id = pair_account_id,
		.found = add_assignment,
		.ctx = l };
	free(p->todo.list);
	int bad = assigned_read_pairs(&pairs);
	free(list);
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

/* Requests that it takes to read by principal, as far as the last run's file tells: of all,
 * or of those whose assignments differ. */
static size_t count_pages(const struct model *m, int differing_only)
{
	size_t *holds = mem_array(m->n_principals, sizeof(*holds));
	size_t pages = 0;
	for (size_t i = 0; i < m->applied.n; i++)
		holds[m->applied.list[i].principal]++;
	for (size_t i = 0; i < m->n_principals; i++)
		if (!differing_only || m->principals[i].differs)
			pages += 1 + holds[i] / 100;
	free(holds);
	return pages;
}

/* Requests that it takes by pair, as far as the last run's file tells. */
static size_t count_applied_pairs(const struct model *m)
{
	size_t n = count_ours(m);
	for (size_t i = 0; i < m->applied.n; i++) {
		const struct entry *e = &m->applied.list[i];
		n += i == 0 || e[-1].set != e->set || e[-1].account != e->account;
	}
	return n;
}

/* 0 with l->way set, or -1. */
static int choose(struct live *l)
{
	const struct model *m = l->m;
	l->way = LIVE_BY_PAIR;
	if (l->only_known && count_pages(m, 0) + WORTH <= count_applied_pairs(m)) {
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
			size_t at = entries_from(&m->live, &from);
			if (at == m->live.n || m->live.list[at].set != from.set ||
				m->live.list[at].account != from.account)
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

/* --- few ---------------------------------------------------------------------------- */

static void add_pair_of(void *ctx, const struct entry *e)
{
	struct pairs *p = ctx;
	if (live_is_ours(&p->live->m->sets[e->set]))
		add_pair(p, e->set, e->account);
}

/* Pairs in which somebody has something by one of the files only. */
static void add_differing_pairs(struct pairs *p)
{
	live_each_difference(p->live->m, add_pair_of, p);
}

/* 0 with l->way set, or -1. */
static int choose_few(struct live *l)
{
	struct pairs pairs = { .live = l };
	add_differing_pairs(&pairs);
	entries_sort(l->m, &pairs.todo);
	size_t pages = count_pages(l->m, 1);
	l->way = pages < pairs.todo.n ? LIVE_BY_PRINCIPAL : LIVE_BY_PAIR;
	l->limit = SIZE_MAX;
	free(pairs.todo.list);
	return count_accounts(l, 1);
}

static int is_read(const struct live *l, const struct entries *pairs, const struct entry *e)
{
	const struct model *m = l->m;
	struct entry pair = { .set = e->set, .account = e->account };
	return live_is_ours(&m->sets[e->set]) &&
	       ((l->way == LIVE_BY_PRINCIPAL && m->principals[e->principal].differs) ||
		       entries_has(pairs, &pair));
}

/* What is the same in both files, and was not read, is there. */
static void assume(struct live *l, const struct entries *pairs)
{
	struct model *m = l->m;
	for (size_t i = 0; i < m->wanted.n; i++) {
		struct entry e = m->wanted.list[i];
		if (!entries_has(&m->applied, &e) || is_read(l, pairs, &e))
			continue;
		e.origin = NONE;
		entries_add(&m->live, e);
	}
}

/* --- all ---------------------------------------------------------------------------- */

int live_read_assignments(struct live *l)
{
	struct pairs pairs = { .live = l };
	if ((l->quick ? choose_few(l) : choose(l)) != 0)
		return -1;
	if (l->way == LIVE_BY_PRINCIPAL && live_read_holders(l) != 0)
		return -1;
	if (l->way == LIVE_BY_PRINCIPAL && l->unfit) {
		l->way = LIVE_BY_PAIR;
		l->m->live.n = 0;
		if (!l->quick && count_accounts(l, 0) != 0)
			return -1;
	}
	if (l->way == LIVE_BY_PAIR && !l->quick) {
		add_pairs_of_sets(&pairs, 0);
	} else {
		add_pairs_of_sets(&pairs, 1);
		add_pairs_of_gone(&pairs);
		if (l->way == LIVE_BY_PAIR)
			add_differing_pairs(&pairs);
		if (!l->only_known)
			add_unexplained(&pairs);
	}
	entries_sort(l->m, &pairs.todo);
	if (l->quick)
		assume(l, &pairs.todo);
	int bad = read_pairs(&pairs);
	entries_sort(l->m, &l->m->live);
	return bad;
}
