#include "assign.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"

/* --- order of principals ------------------------------------------------------------ */

struct ranked {
	const struct principal *who;
	uint32_t index;
};

static int by_id(const void *a, const void *b)
{
	const struct principal *x = ((const struct ranked *)a)->who;
	const struct principal *y = ((const struct ranked *)b)->who;
	int c = x->type - y->type;
	c = c != 0 ? c : strcmp(x->id, y->id);
	return c != 0 ? c : strcmp(x->name, y->name);
}

static int by_name(const void *a, const void *b)
{
	const struct principal *x = ((const struct ranked *)a)->who;
	const struct principal *y = ((const struct ranked *)b)->who;
	int c = strcmp(directory_words[x->type].type, directory_words[y->type].type);
	c = c != 0 ? c : strcmp(x->name, y->name);
	return c != 0 ? c : strcmp(x->id, y->id);
}

static int same_principal(const struct principal *x, const struct principal *y)
{
	return x->type == y->type && strcmp(x->id, y->id) == 0;
}

/*
 * Puts ranks in place of the indices of principals. AWS may know one principal by several
 * spellings of its name: the first speaks for all.
 */
static void rank_principals(struct assignments *a, const struct principals *p)
{
	struct ranked *all = mem_array(p->n + 1, sizeof(*all));
	uint32_t *first = mem_array(p->n + 1, sizeof(*first));
	uint32_t *rank = mem_array(p->n + 1, sizeof(*rank));
	a->by_rank = mem_array(p->n + 1, sizeof(*a->by_rank));
	for (uint32_t i = 0; i < p->n; i++)
		all[i] = (struct ranked){ &p->list[i], i };
	qsort(all, p->n, sizeof(*all), by_id);
	for (size_t i = 0; i < p->n; i++) {
		int repeated = i > 0 && same_principal(all[i].who, all[i - 1].who);
		first[all[i].index] = repeated ? first[all[i - 1].index] : all[i].index;
	}
	qsort(all, p->n, sizeof(*all), by_name);
	for (uint32_t i = 0, n = 0; i < p->n; i++) {
		uint32_t index = all[i].index;
		if (first[index] != index)
			continue;
		a->by_rank[n] = index;
		rank[index] = n++;
	}
	for (size_t i = 0; i < a->n; i++)
		a->list[i].principal = rank[first[a->list[i].principal]];
	free(rank);
	free(first);
	free(all);
}

void assignments_release(struct assignments *a)
{
	free(a->list);
	free(a->by_rank);
}

void assignments_add(struct assignments *a, uint32_t set, uint32_t account,
	uint32_t principal, uint32_t rule)
{
	mem_grow(&a->list, &a->cap, a->n + 1, sizeof(*a->list));
	a->list[a->n++] = (struct assignment){ set, account, principal, rule };
}

/* --- writing ------------------------------------------------------------------------ */

static int compare_u32(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_pairs(const struct assignment *x, const struct assignment *y)
{
	int c = compare_u32(x->set, y->set);
	c = c != 0 ? c : compare_u32(x->account, y->account);
	return c != 0 ? c : compare_u32(x->principal, y->principal);
}

static int compare(const void *a, const void *b)
{
	const struct assignment *x = a, *y = b;
	int c = compare_pairs(x, y);
	return c != 0 ? c : compare_u32(x->rule, y->rule);
}

struct writer {
	const struct assignments *a;
	const struct input *in;
	const struct org *org;
	const struct principals *p;
	struct buf line;
	char **origins; /* by rule: that of what it alone gives; or NULL */
	struct assign_counts counts;
	unsigned char *account_seen, *principal_seen;
};

/* Counts an index that comes for the first time. */
static size_t once(unsigned char *seen, uint32_t index)
{
	size_t fresh = !seen[index];
	seen[index] = 1;
	return fresh;
}

/* The last members of a record: where it comes from. */
static void make_origin(struct writer *w, const struct assignment *first, size_t n)
{
	jv sids = jv_array();
	for (size_t i = 0; i < n; i++)
		sids = rec_push_str(sids, w->in->rules[first[i].rule].sid);
	jv rules = rec_sorted_unique(sids);
	jv source = rec_get(w->in->rules[first->rule].rec, "Source");
	json_add(&w->line, "Rules", rules);
	json_add(&w->line, "Source", source);
	jv_free(source);
	jv_free(rules);
	jv_free(sids);
}

/* What one rule gives has the same origin in many records, which are not side by side. */
static void add_origin(struct writer *w, const struct assignment *first, size_t n)
{
	char **kept = n == 1 ? &w->origins[first->rule] : NULL;
	size_t start = w->line.len;
	if (kept != NULL && *kept != NULL) {
		buf_adds(&w->line, *kept);
		return;
	}
	make_origin(w, first, n);
	if (kept != NULL && !w->line.over)
		*kept = mem_string(buf_str(&w->line) + start);
}

static void write_one(
	struct writer *w, const struct assignment *first, size_t n, struct stream_out *out)
{
	const struct org_account *account = &w->org->accounts[first->account];
	const struct principal *who = &w->p->list[w->a->by_rank[first->principal]];
	struct buf *line = &w->line;
	buf_clear(line);
	buf_addc(line, '{');
	json_add_str(line, "Kind", "AccountAssignment");
	json_add_str(line, "AccountId", account->id);
	json_add_str(line, "AccountName", account->name);
	json_add_str(line, "PermissionSetName", rec_str(w->in->sets[first->set], "Name"));
	json_add_str(line, "PrincipalType", directory_words[who->type].type);
	json_add_str(line, "PrincipalId", who->id);
	json_add_str(line, "PrincipalName", who->name);
	add_origin(w, first, n);
	buf_addc(line, '}');
	stream_write_text(out, line);
}

struct assign_counts assignments_write(struct assignments *a, const struct input *in,
	const struct org *org, const struct principals *p, struct stream_out *out)
{
	struct writer w = { .a = a, .in = in, .org = org, .p = p };
	buf_init(&w.line, LINES_MAX);
	w.account_seen = mem_alloc(org->n_accounts + 1);
	w.principal_seen = mem_alloc(p->n + 1);
	w.origins = mem_array(in->n_rules, sizeof(*w.origins));
	rank_principals(a, p);
	if (a->n > 1)
		qsort(a->list, a->n, sizeof(*a->list), compare);
	for (size_t i = 0, n; i < a->n; i += n) {
		for (n = 1;
			i + n < a->n && compare_pairs(&a->list[i], &a->list[i + n]) == 0;)
			n++;
		write_one(&w, &a->list[i], n, out);
		w.counts.assignments++;
		w.counts.accounts += once(w.account_seen, a->list[i].account);
		w.counts.principals += once(w.principal_seen, a->list[i].principal);
	}
	for (size_t i = 0; i < in->n_rules; i++)
		free(w.origins[i]);
	free(w.origins);
	free(w.account_seen);
	free(w.principal_seen);
	buf_release(&w.line);
	return w.counts;
}
