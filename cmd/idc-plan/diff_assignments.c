#include "diff_assignments.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"
#include "status.h"

/* --- what is on both sides ---------------------------------------------------------- */

/* Sets flags in the entries that a and b (both sorted) share. */
static void mark_common(
	struct entries *a, unsigned a_flags, struct entries *b, unsigned b_flags)
{
	size_t i = 0, k = 0;
	while (i < a->n && k < b->n) {
		int c = entry_compare(&a->list[i], &b->list[k]);
		if (c == 0) {
			a->list[i].flags |= a_flags;
			b->list[k].flags |= b_flags;
		}
		i += c <= 0;
		k += c >= 0;
	}
}

void diff_mark(struct plan *p)
{
	struct model *m = p->m;
	mark_common(&m->wanted, ENTRY_LIVE, &m->live, ENTRY_WANTED);
	mark_common(&m->applied, 0, &m->live, ENTRY_APPLIED);
}

void diff_need_names(
	const struct plan *p, unsigned char *principals, unsigned char *accounts)
{
	const struct model *m = p->m;
	for (size_t i = 0; i < m->live.n; i++) {
		const struct entry *e = &m->live.list[i];
		if (e->flags & ENTRY_WANTED)
			continue;
		accounts[e->account] = 1;
		if (!m->principals[e->principal].exists)
			principals[e->principal] = 1;
	}
}

/* --- what is left alone ------------------------------------------------------------- */

/* A live assignment, as a state stream has it. */
static jv live_record(const struct model *m, const struct entry *e)
{
	const struct principal *who = &m->principals[e->principal];
	jv rec = rec_new("AccountAssignment");
	rec = rec_set_str(rec, "AccountId", m->accounts[e->account].id);
	rec = rec_set_str(rec, "AccountName", m->accounts[e->account].name);
	rec = rec_set_str(rec, "PermissionSetName", m->sets[e->set].name);
	rec = rec_set_str(rec, "PrincipalType", directory_type_name(who->type));
	rec = rec_set_str(rec, "PrincipalId", who->id);
	return rec_set_str(rec, "PrincipalName", who->name);
}

static void notice_about(struct plan *p, const struct entry *e, const char *code,
	const char *reason, jv source)
{
	plan_notice(p, (struct notice){ code, e->set, e->account, e->principal,
			       mem_string(reason), source });
}

/* Leaves a live assignment alone and says why. */
static void keep(struct plan *p, struct entry *e, const char *code, const char *reason)
{
	e->flags |= ENTRY_KEPT;
	notice_about(p, e, code, reason, jv_invalid());
}

static int judge(struct plan *p, const struct last_applied *last, struct ignore *ignore,
	struct entry *e)
{
	const struct principal *who = &p->m->principals[e->principal];
	if (is_spared(p, e->account)) {
		keep(p, e, "ManagementAccount",
			"no template asks for it, but it is in the management account, "
			"which is only changed with --include-management-account");
		return STATUS_OK;
	}
	if (last->given && !(e->flags & ENTRY_APPLIED)) {
		if (who->gone)
			keep(p, e, "OrphanAssignment",
				"the principal does not exist any more; not made here, so "
				"it is left alone");
		else
			keep(p, e, "UnmanagedAssignment",
				"made by hand: no template asks for it, and the last run "
				"did not make it");
		return STATUS_OK;
	}
	if (ignore == NULL)
		return STATUS_OK;
	jv rec = live_record(p->m, e);
	int yes = ignore_test(ignore, rec);
	jv_free(rec);
	if (yes > 0)
		keep(p, e, "IgnoredAssignment",
			"no template asks for it, but --ignore leaves it alone");
	return yes < 0 ? STATUS_USAGE : STATUS_OK;
}

/* Wanted assignments in the management account are not made. */
static void skip_management(struct plan *p)
{
	const struct model *m = p->m;
	for (size_t i = 0; i < m->wanted.n; i++) {
		struct entry *e = &m->wanted.list[i];
		if ((e->flags & ENTRY_LIVE) || !is_spared(p, e->account))
			continue;
		e->flags |= ENTRY_SKIPPED;
		notice_about(p, e, "ManagementAccount",
			"asked for, but the management account is only changed with "
			"--include-management-account",
			jv_copy(m->origins[e->origin].source));
	}
}

int diff_judge(struct plan *p, const struct last_applied *last, struct ignore *ignore)
{
	int status = STATUS_OK;
	for (size_t i = 0; status == STATUS_OK && i < p->m->live.n; i++)
		if (!(p->m->live.list[i].flags & ENTRY_WANTED))
			status = judge(p, last, ignore, &p->m->live.list[i]);
	if (status == STATUS_OK)
		skip_management(p);
	return status;
}

static int goes(const struct entry *e)
{
	return !(e->flags & (ENTRY_WANTED | ENTRY_KEPT));
}

static int comes(const struct entry *e)
{
	return !(e->flags & (ENTRY_LIVE | ENTRY_SKIPPED));
}

/* --- principals that were made again ------------------------------------------------ */

/* An orphan's revoke next to a grant that may be the same principal under its new id. */
struct match {
	uint32_t gone;
	uint32_t made;
};

static int compare_matches(const void *a, const void *b)
{
	const struct match *x = a, *y = b;
	int c = (x->gone > y->gone) - (x->gone < y->gone);
	return c != 0 ? c : (x->made > y->made) - (x->made < y->made);
}

/*
 * Orphans' revokes per principal. Where the orphan's name is known, its namesake is the
 * one; else it is one who has nothing yet and gets all that the orphan had.
 */
struct rebinds {
	struct plan *p;
	struct match *list;
	size_t n, cap;
	size_t *revokes;      /* by principal: of the orphan */
	unsigned char *holds; /* by principal: has something live */
};

static int same_name(const struct principal *a, const struct principal *b)
{
	return a->name != NULL && b->name != NULL && strcmp(a->name, b->name) == 0;
}

static void match_pair(struct rebinds *r, const struct entry *gone, size_t first_wanted)
{
	const struct model *m = r->p->m;
	const struct principal *x = &m->principals[gone->principal];
	for (size_t k = first_wanted; k < m->wanted.n; k++) {
		const struct entry *e = &m->wanted.list[k];
		const struct principal *y = &m->principals[e->principal];
		if (e->set != gone->set || e->account != gone->account)
			return;
		if (!comes(e) || y->type != x->type)
			continue;
		if (x->name != NULL ? !same_name(x, y) : r->holds[e->principal])
			continue;
		mem_grow(&r->list, &r->cap, r->n + 1, sizeof(*r->list));
		r->list[r->n++] = (struct match){ gone->principal, e->principal };
	}
}

static void collect_matches(struct rebinds *r)
{
	const struct model *m = r->p->m;
	size_t k = 0;
	for (size_t i = 0; i < m->live.n; i++) {
		const struct entry *e = &m->live.list[i];
		if (!goes(e) || !m->principals[e->principal].gone)
			continue;
		r->revokes[e->principal]++;
		struct entry pair = *e;
		pair.principal = 0;
		while (k < m->wanted.n && entry_compare(&m->wanted.list[k], &pair) < 0)
			k++;
		match_pair(r, e, k);
	}
}

/* Of each orphan, the only candidate that fits wherever it must. */
static void choose_matches(struct rebinds *r)
{
	struct principal *all = r->p->m->principals;
	size_t fits = 0;
	for (size_t i = 0, n; i < r->n; i += n) {
		const struct match *at = &r->list[i];
		struct principal *x = &all[at->gone];
		for (n = 1; i + n < r->n && compare_matches(at, &at[n]) == 0;)
			n++;
		if (i == 0 || at[-1].gone != at->gone)
			fits = 0;
		if (x->name == NULL && n < r->revokes[at->gone])
			continue;
		x->rebound = ++fits == 1 ? at->made : NONE;
	}
}

void diff_rebinds(struct plan *p)
{
	const struct model *m = p->m;
	struct rebinds r = { .p = p };
	r.revokes = mem_array(m->n_principals, sizeof(*r.revokes));
	r.holds = mem_array(m->n_principals, sizeof(*r.holds));
	for (size_t i = 0; i < m->live.n; i++)
		r.holds[m->live.list[i].principal] = 1;
	collect_matches(&r);
	if (r.n > 1)
		qsort(r.list, r.n, sizeof(*r.list), compare_matches);
	choose_matches(&r);
	free(r.revokes);
	free(r.holds);
	free(r.list);
}

/* --- grants ------------------------------------------------------------------------- */

/* Grants, to be found by who gets them where. */
struct grant {
	uint32_t principal;
	uint32_t account;
	uint32_t action;
};

struct grants {
	struct grant *list;
	size_t n, cap;
	size_t first; /* action of the first; they are in the order of wanted */
};

static int compare_grants(const void *a, const void *b)
{
	const struct grant *x = a, *y = b;
	int c = (x->principal > y->principal) - (x->principal < y->principal);
	if (c == 0)
		c = (x->account > y->account) - (x->account < y->account);
	return c != 0 ? c : (x->action > y->action) - (x->action < y->action);
}

/* Waits for the set to be as the template says; tags do not matter, if it is ours. */
static void depend_on_edits(struct plan *p, uint32_t set)
{
	const struct edits *e = &p->edits[set];
	size_t before = p->n_deps;
	for (uint32_t i = 0; i < e->n; i++) {
		enum operation op = p->actions[e->first + i].op;
		if (op != CREATE_SET && op != TAG && op != UNTAG)
			plan_depend(p, e->first + i);
	}
	if (p->n_deps == before)
		plan_depend(p, e->gate);
}

static void add_grants(struct plan *p, struct grants *g)
{
	const struct model *m = p->m;
	for (size_t i = 0; i < m->wanted.n; i++) {
		const struct entry *e = &m->wanted.list[i];
		if (!comes(e))
			continue;
		struct action a = action_of(CREATE_ASSIGNMENT, e->set);
		a.account = e->account;
		a.principal = e->principal;
		a.origin = e->origin;
		uint32_t number = plan_add(p, a);
		depend_on_edits(p, e->set);
		mem_grow(&g->list, &g->cap, g->n + 1, sizeof(*g->list));
		g->list[g->n++] = (struct grant){ e->principal, e->account, number };
	}
	if (g->n > 1)
		qsort(g->list, g->n, sizeof(*g->list), compare_grants);
}

/* --- revokes ------------------------------------------------------------------------ */

/* What a person gets in the same account comes before what is taken away. */
static void depend_on_moves(struct plan *p, const struct grants *g, const struct entry *e)
{
	const struct grant key = { e->principal, e->account, 0 };
	size_t low = 0, high = g->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (compare_grants(&g->list[mid], &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < g->n && g->list[low].principal == e->principal &&
		g->list[low].account == e->account;
		low++)
		plan_depend(p, g->list[low].action);
}

/* One permission set in one account: its live assignments, and the grants. */
struct pair {
	const struct entry *live;
	size_t n_live;
	size_t going;	      /* of these */
	uint32_t first_grant; /* action; the others follow */
	uint32_t n_grants;
};

/* The revoke that a rebind is, tied to its grant. */
static void bind_again(struct plan *p, const struct pair *pair, uint32_t gone)
{
	uint32_t made = p->m->principals[gone].rebound;
	for (uint32_t i = 0; made != NONE && i < pair->n_grants; i++) {
		struct action *grant = &p->actions[pair->first_grant + i];
		struct action *revoke = &p->actions[p->n_actions - 1];
		if (grant->principal != made)
			continue;
		grant->rebind_from = revoke->rebind_from = gone;
		grant->rebind_to = revoke->rebind_to = made;
		plan_depend(p, pair->first_grant + i);
	}
}

/*
 * AWS deletes a pair's role with its last assignment, and a new one has another ARN: so the
 * last revoke waits for the grants in the pair, if nothing else stays there.
 */
static void add_pair_revokes(
	struct plan *p, const struct grants *g, const struct pair *pair)
{
	size_t left = pair->going;
	for (size_t i = 0; i < pair->n_live; i++) {
		const struct entry *e = &pair->live[i];
		if (!goes(e))
			continue;
		struct action a = action_of(DELETE_ASSIGNMENT, e->set);
		a.account = e->account;
		a.principal = e->principal;
		if (p->m->principals[e->principal].gone)
			a.flags |= ACTION_ORPHAN;
		int last = --left == 0 && pair->going == pair->n_live;
		if (last && pair->n_grants == 0)
			a.flags |= ACTION_ROLE_REMOVED;
		plan_add(p, a);
		p->n_revokes++;
		plan_depend(p, p->edits[e->set].gate);
		depend_on_moves(p, g, e);
		bind_again(p, pair, e->principal);
		for (uint32_t k = 0; last && k < pair->n_grants; k++)
			plan_depend(p, pair->first_grant + k);
	}
}

static int same_pair(const struct entry *a, const struct entry *b)
{
	return a->set == b->set && a->account == b->account;
}

/* Walks live assignments and wanted ones side by side, pair by pair. */
static void add_revokes(struct plan *p, const struct grants *g, uint32_t first_grant)
{
	const struct model *m = p->m;
	uint32_t grant = first_grant;
	size_t k = 0;
	for (size_t i = 0; i < m->live.n;) {
		struct pair pair = { .live = &m->live.list[i] };
		struct entry from = *pair.live;
		from.principal = 0;
		for (; k < m->wanted.n && entry_compare(&m->wanted.list[k], &from) < 0; k++)
			grant += (uint32_t)comes(&m->wanted.list[k]);
		pair.first_grant = grant;
		for (; k < m->wanted.n && same_pair(&m->wanted.list[k], &from); k++)
			pair.n_grants += (uint32_t)comes(&m->wanted.list[k]);
		grant += pair.n_grants;
		for (; i < m->live.n && same_pair(&m->live.list[i], &from); i++) {
			pair.going += (size_t)goes(&m->live.list[i]);
			pair.n_live++;
		}
		add_pair_revokes(p, g, &pair);
	}
}

/* --- sets that nobody wants --------------------------------------------------------- */

/* Why an unwanted set stays, or NULL: kept is how many assignments stay. */
static const char *why_kept(
	const struct set *s, const struct last_applied *last, size_t kept)
{
	if (last->given && last->knows_sets && !s->applied && s->now == NONE)
		return "no template has it, and the last run did not either: left alone";
	if (kept > 0)
		return "no template has it, but it stays: assignments to it are left alone";
	return NULL;
}

static void remove_set(struct plan *p, uint32_t set, uint32_t first, uint32_t n)
{
	const struct set *s = &p->m->sets[set];
	struct action a = action_of(DELETE_SET, set);
	a.request = rec_set_str(
		jv_object(), "InstanceArn", model_instance(p->m, "InstanceArn"));
	a.request = rec_set(a.request, "PermissionSetArn", set_reference(p->m, set));
	a.reason = s->now != NONE ? mem_format("it is now '%s'", p->m->sets[s->now].name)
				  : mem_string("no template has this permission set");
	plan_add(p, a);
	for (uint32_t i = 0; i < n; i++)
		plan_depend(p, first + i);
	/* The one that takes its place is there before it goes. */
	if (s->now != NONE)
		depend_on_edits(p, s->now);
}

static void remove_sets(struct plan *p, const struct last_applied *last, uint32_t first)
{
	const struct model *m = p->m;
	const uint32_t end = (uint32_t)p->n_actions;
	size_t i = 0;
	for (uint32_t set = 0; set < m->n_sets; set++) {
		const struct set *s = &m->sets[set];
		size_t kept = 0;
		uint32_t revokes = first;
		for (; i < m->live.n && m->live.list[i].set == set; i++)
			kept += !goes(&m->live.list[i]);
		while (first < end && p->actions[first].set == set)
			first++;
		if (!s->owned || jv_is_valid(s->want))
			continue;
		const char *why = why_kept(s, last, kept);
		if (why == NULL)
			remove_set(p, set, revokes, first - revokes);
		else
			plan_notice(p, (struct notice){ "KeptPermissionSet", set, NONE,
					       NONE, mem_string(why), jv_invalid() });
	}
}

static void notice_renames(struct plan *p)
{
	const struct model *m = p->m;
	for (uint32_t i = 0; i < m->n_sets; i++) {
		const struct set *s = &m->sets[i];
		if (s->was == NONE)
			continue;
		plan_notice(p,
			(struct notice){ "RoleArnChanged", i, NONE, NONE,
				mem_format("'%s' is renamed to '%s': AWS makes new roles, "
					   "whose ARNs differ from those of the old ones",
					m->sets[s->was].name, s->name),
				rec_get(s->want, "Source") });
	}
}

void diff_assignments(struct plan *p, const struct last_applied *last)
{
	struct grants g = { .n = 0 };
	uint32_t first_grant = (uint32_t)p->n_actions;
	add_grants(p, &g);
	uint32_t first_revoke = (uint32_t)p->n_actions;
	add_revokes(p, &g, first_grant);
	remove_sets(p, last, first_revoke);
	notice_renames(p);
	free(g.list);
}
