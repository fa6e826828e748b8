/*
 * Assignments, by pair or by principal, whichever takes fewer requests.
 */
#include "live.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"

/*
 * By pair, everything is seen; by principal, only what principals have that are known. So
 * the latter must save this many requests.
 */
#define WORTH 20

/* Calls started at a time: enough to keep lib/aws busy, few enough to be kept in memory. */
#define WINDOW 128

static jv input_of(const struct live *l)
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

static void accounts_done(void *ctx, const struct aws_result *res)
{
	struct provisioned *p = ctx;
	struct set *s = &p->live->m->sets[p->set];
	if (res->err != NULL)
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
	*p = (struct provisioned){l, set, outdated};
	jv input = rec_set_str(input_of(l), "PermissionSetArn", set_arn(&l->m->sets[set]));
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

static int is_ours(const struct set *s)
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
	if (id == NULL || principal_type_read(rec_str(item, "PrincipalType"), &type) != 0)
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
	if (res->err != NULL)
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
	*p = (struct pair){pairs, pairs->todo.list[pairs->next++]};
	jv input = rec_set_str(
		input_of(l), "PermissionSetArn", set_arn(&l->m->sets[p->at.set]));
	input = rec_set_str(input, "AccountId", l->m->accounts[p->at.account].id);
	aws_list(l->ask->aws, AWS_SSO_ADMIN, "ListAccountAssignments", input, pair_page,
		pair_done, p);
	jv_free(input);
}

static void add_pair(struct pairs *p, uint32_t set, uint32_t account)
{
	entries_add(
		&p->todo, (struct entry){.set = set, .account = account, .origin = NONE});
}

/* Asks for all of p->todo, each pair once. */
static int read_pairs(struct pairs *p)
{
	entries_sort(p->live->m, &p->todo);
	for (size_t i = 0; i < WINDOW; i++)
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

/* --- by principal ------------------------------------------------------------------- */

struct holders {
	struct live *live;
	struct map sets; /* ours: index + 1 by ARN */
	size_t next;
	size_t n; /* principals to ask for: the model's first n */
};

struct holder {
	struct holders *holders;
	uint32_t principal;
};

static void next_holder(struct holders *h);

static int read_holding(void *ctx, jv item)
{
	struct holder *h = ctx;
	struct live *l = h->holders->live;
	const struct principal *who = &l->m->principals[h->principal];
	const char *arn = rec_str(item, "PermissionSetArn");
	const char *account = rec_str(item, "AccountId");
	const char *id = rec_str(item, "PrincipalId");
	enum principal_type type;
	if (arn == NULL || account == NULL)
		return ask_bad(l->ask, "ListAccountAssignmentsForPrincipal",
			"an assignment without AccountId or PermissionSetArn");
	/* Without these, what a user has through groups looks like the user's own. */
	if (id == NULL || principal_type_read(rec_str(item, "PrincipalType"), &type) != 0)
		return l->unfit = 1;
	uintptr_t at = (uintptr_t)map_get(&h->holders->sets, arn);
	if (at == 0 || type != who->type || strcmp(id, who->id) != 0)
		return 0;
	entries_add(&l->m->live, (struct entry){.set = (uint32_t)(at - 1),
					 .account = model_account(l->m, account, NULL),
					 .principal = h->principal,
					 .origin = NONE});
	return 0;
}

static int holder_page(void *ctx, jv items)
{
	struct holder *h = ctx;
	return ask_each(h->holders->live->ask, "ListAccountAssignmentsForPrincipal", items,
		read_holding, h);
}

static void holder_done(void *ctx, const struct aws_result *res)
{
	struct holder *h = ctx;
	struct live *l = h->holders->live;
	struct principal *who = &l->m->principals[h->principal];
	if (aws_is(res->err, "AccessDeniedException"))
		l->unfit = 1;
	else if (aws_is(res->err, "ResourceNotFoundException"))
		who->gone = 1;
	else if (res->err != NULL)
		ask_fail(l->ask, res, "can't list the assignments of '%.100s'",
			principal_label(who));
	next_holder(h->holders);
	free(h);
}

static void next_holder(struct holders *holders)
{
	struct live *l = holders->live;
	if (holders->next == holders->n || l->unfit || ask_failed(l->ask))
		return;
	struct holder *h = mem_alloc(sizeof(*h));
	*h = (struct holder){holders, (uint32_t)holders->next++};
	const struct principal *who = &l->m->principals[h->principal];
	jv input = rec_set_str(input_of(l), "PrincipalId", who->id);
	input = rec_set_str(input, "PrincipalType", principal_type_name(who->type));
	aws_list(l->ask->aws, AWS_SSO_ADMIN, "ListAccountAssignmentsForPrincipal", input,
		holder_page, holder_done, h);
	jv_free(input);
}

/* Asks for one, to see whether AWS lets us, then for all. */
static int read_holders(struct live *l)
{
	struct model *m = l->m;
	struct holders h = {.live = l, .n = m->n_principals};
	map_init(&h.sets);
	for (size_t i = 0; i < m->n_sets; i++)
		if (is_ours(&m->sets[i]))
			map_put(&h.sets, set_arn(&m->sets[i]), (void *)(uintptr_t)(i + 1));
	size_t n = h.n;
	h.n = n > 0 ? 1 : 0;
	next_holder(&h);
	int bad = ask_wait(l->ask, NULL);
	h.n = n;
	for (size_t i = 0; !bad && i < WINDOW; i++)
		next_holder(&h);
	if (!bad)
		bad = ask_wait(l->ask, NULL);
	map_release(&h.sets, NULL);
	return bad;
}

/* --- the directory ------------------------------------------------------------------ */

struct directory {
	struct live *live;
	size_t requests; /* what reading by principal takes, as far as is known */
	size_t limit;
	enum principal_type type; /* of the page being read */
};

static const struct {
	const char *op, *id, *name;
} listings[PRINCIPAL_TYPES] = {
	[PRINCIPAL_GROUP] = {"ListGroups", "GroupId", "DisplayName"},
	[PRINCIPAL_USER] = {"ListUsers", "UserId", "UserName"},
};

static int read_member(void *ctx, jv item)
{
	struct directory *d = ctx;
	const char *id = rec_str(item, listings[d->type].id);
	if (id == NULL)
		return ask_bad(d->live->ask, listings[d->type].op, "one without %s",
			listings[d->type].id);
	struct model *m = d->live->m;
	uint32_t at =
		model_principal(m, d->type, id, rec_str(item, listings[d->type].name));
	m->principals[at].exists = 1;
	return 0;
}

static int directory_page(struct directory *d, enum principal_type type, jv items)
{
	d->type = type;
	if (ask_each(d->live->ask, listings[type].op, items, read_member, d))
		return 1;
	d->requests++;
	return d->requests + d->live->m->n_principals > d->limit;
}

static int groups_page(void *ctx, jv items)
{
	return directory_page(ctx, PRINCIPAL_GROUP, items);
}

static int users_page(void *ctx, jv items)
{
	return directory_page(ctx, PRINCIPAL_USER, items);
}

static void directory_done(void *ctx, const struct aws_result *res)
{
	struct directory *d = ctx;
	if (aws_is(res->err, "AccessDeniedException"))
		d->live->unfit = 1;
	else if (res->err != NULL)
		ask_fail(d->live->ask, res, "can't list the directory");
}

/*
 * Lists the directory for as long as reading by principal may still be the cheaper way.
 * 1 when it is; 0 when it is not; -1 after a failure.
 */
static int directory_is_small(struct live *l, size_t limit)
{
	struct directory d = {.live = l, .limit = limit};
	aws_page *const pages[PRINCIPAL_TYPES] = {groups_page, users_page};
	jv input = rec_set_str(
		jv_object(), "IdentityStoreId", model_instance(l->m, "IdentityStoreId"));
	for (int i = 0; i < PRINCIPAL_TYPES; i++)
		aws_list(l->ask->aws, AWS_IDENTITYSTORE, listings[i].op, input, pages[i],
			directory_done, &d);
	jv_free(input);
	if (ask_wait(l->ask, NULL) != 0)
		return -1;
	return !l->unfit && d.requests + l->m->n_principals <= limit;
}

/* --- the choice --------------------------------------------------------------------- */

/* Lists where our sets are provisioned, or only the sets that nobody wants any more. */
static int count_accounts(struct live *l, int unwanted_only)
{
	const struct model *m = l->m;
	for (size_t i = 0; i < m->n_sets; i++)
		if (is_ours(&m->sets[i]) && !m->sets[i].counted &&
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
		n += is_ours(&m->sets[i]) && jv_is_valid(m->sets[i].want);
	return n;
}

/* 0 with l->way set, or -1. */
static int choose(struct live *l)
{
	const struct model *m = l->m;
	l->way = LIVE_BY_PAIR;
	if (l->only_known && 2 * count_ours(m) > m->n_principals + WORTH) {
		l->way = LIVE_BY_PRINCIPAL;
		return count_accounts(l, 1);
	}
	if (count_accounts(l, 0) != 0)
		return -1;
	size_t pairs = count_pairs(m);
	if (m->n_principals + WORTH >= pairs)
		return 0;
	int small = l->only_known ? 1 : directory_is_small(l, pairs - WORTH);
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
			struct entry from = {
				.set = (uint32_t)i, .account = m->sets[i].accounts[k]};
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
		if (m->principals[e->principal].gone && is_ours(&m->sets[e->set]))
			add_pair(p, e->set, e->account);
	}
}

int live_read_assignments(struct live *l)
{
	struct pairs pairs = {.live = l};
	if (choose(l) != 0)
		return -1;
	if (l->way == LIVE_BY_PRINCIPAL && read_holders(l) != 0)
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
