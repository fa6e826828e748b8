#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "rec.h"

const char *principal_label(const struct principal *p)
{
	return p->name != NULL ? p->name : p->id;
}

const char *model_instance(const struct model *m, const char *member)
{
	return rec_str_or(m->instance, member, "");
}

const char *set_arn(const struct set *s)
{
	return rec_str(s->live, "PermissionSetArn");
}

void account_list_add(uint32_t **list, size_t *n, size_t *cap, uint32_t account)
{
	mem_grow(list, cap, *n + 1, sizeof(**list));
	(*list)[(*n)++] = account;
}

/* --- life --------------------------------------------------------------------------- */

void model_init(struct model *m)
{
	memset(m, 0, sizeof(*m));
	m->instance = jv_invalid();
	map_init(&m->set_index);
	map_init(&m->account_index);
	map_init(&m->origin_index);
	for (int i = 0; i < PRINCIPAL_TYPES; i++)
		map_init(&m->principal_index[i]);
}

void model_release(struct model *m)
{
	for (size_t i = 0; i < m->n_sets; i++) {
		free(m->sets[i].name);
		free(m->sets[i].accounts);
		free(m->sets[i].outdated);
		jv_free(m->sets[i].want);
		jv_free(m->sets[i].live);
		jv_free(m->sets[i].last);
	}
	for (size_t i = 0; i < m->n_accounts; i++) {
		free(m->accounts[i].id);
		free(m->accounts[i].name);
	}
	for (size_t i = 0; i < m->n_principals; i++) {
		free(m->principals[i].id);
		free(m->principals[i].name);
	}
	for (size_t i = 0; i < m->n_origins; i++) {
		jv_free(m->origins[i].rules);
		jv_free(m->origins[i].source);
	}
	free(m->sets);
	free(m->accounts);
	free(m->principals);
	free(m->origins);
	free(m->wanted.list);
	free(m->live.list);
	free(m->applied.list);
	map_release(&m->set_index, NULL);
	map_release(&m->account_index, NULL);
	map_release(&m->origin_index, NULL);
	for (int i = 0; i < PRINCIPAL_TYPES; i++)
		map_release(&m->principal_index[i], NULL);
	jv_free(m->instance);
}

/* --- interning ---------------------------------------------------------------------- */

/* Index of key, and whether the caller has to make what belongs there. */
static uint32_t intern(struct map *index, const char *key, size_t *n, int *fresh)
{
	void **slot = map_slot(index, key);
	*fresh = *slot == NULL;
	if (*fresh)
		*slot = (void *)(uintptr_t)++ * n;
	return (uint32_t)((uintptr_t)*slot - 1);
}

uint32_t model_set(struct model *m, const char *name)
{
	int fresh;
	uint32_t i = intern(&m->set_index, name, &m->n_sets, &fresh);
	if (!fresh)
		return i;
	mem_grow(&m->sets, &m->cap_sets, m->n_sets, sizeof(*m->sets));
	m->sets[i] = (struct set){ .name = mem_string(name),
		.want = jv_invalid(),
		.live = jv_invalid(),
		.last = jv_invalid(),
		.was = NONE,
		.now = NONE };
	return i;
}

uint32_t model_find_set(const struct model *m, const char *name)
{
	uintptr_t at = (uintptr_t)map_get(&m->set_index, name);
	return at != 0 ? (uint32_t)(at - 1) : NONE;
}

uint32_t model_account(struct model *m, const char *id, const char *name)
{
	int fresh;
	uint32_t i = intern(&m->account_index, id, &m->n_accounts, &fresh);
	if (fresh) {
		mem_grow(&m->accounts, &m->cap_accounts, m->n_accounts,
			sizeof(*m->accounts));
		m->accounts[i] = (struct account){ mem_string(id), NULL };
	}
	if (m->accounts[i].name == NULL)
		m->accounts[i].name = mem_string(name);
	return i;
}

uint32_t model_principal(
	struct model *m, enum principal_type type, const char *id, const char *name)
{
	int fresh;
	uint32_t i = intern(&m->principal_index[type], id, &m->n_principals, &fresh);
	if (fresh) {
		mem_grow(&m->principals, &m->cap_principals, m->n_principals,
			sizeof(*m->principals));
		m->principals[i] = (struct principal){
			.id = mem_string(id), .type = type, .rebound = NONE
		};
	}
	if (m->principals[i].name == NULL)
		m->principals[i].name = mem_string(name);
	return i;
}

/* Takes rules and source. */
static uint32_t intern_origin(struct model *m, jv rules, jv source)
{
	int fresh;
	jv both = rec_push(rec_push(jv_array(), rules), source);
	char *key = json_string(both);
	uint32_t i = intern(&m->origin_index, key, &m->n_origins, &fresh);
	free(key);
	if (fresh) {
		mem_grow(&m->origins, &m->cap_origins, m->n_origins, sizeof(*m->origins));
		m->origins[i] = (struct origin){ rec_at(both, 0), rec_at(both, 1) };
	}
	jv_free(both);
	return i;
}

/* The value at key when it is of that kind, else null: something that can be stored. */
static jv member_or_null(jv rec, const char *key, jv_kind kind)
{
	jv v = rec_get(rec, key);
	if (jv_get_kind(v) == kind)
		return v;
	jv_free(v);
	return jv_null();
}

uint32_t model_origin(struct model *m, jv rec)
{
	return intern_origin(m, member_or_null(rec, "Rules", JV_KIND_ARRAY),
		member_or_null(rec, "Source", JV_KIND_OBJECT));
}

uint32_t model_merge_origins(struct model *m, uint32_t a, uint32_t b)
{
	if (a == b || a == NONE || b == NONE)
		return a != NONE ? a : b;
	jv all = jv_array();
	const uint32_t both[2] = { a, b };
	for (int k = 0; k < 2; k++) {
		jv rules = m->origins[both[k]].rules;
		for (int i = 0; i < rec_len(rules); i++)
			all = rec_push(all, rec_at(rules, i));
	}
	jv rules = rec_sorted_unique(all);
	jv_free(all);
	return intern_origin(m, rules, jv_copy(m->origins[a].source));
}

/* --- assignments -------------------------------------------------------------------- */

void entries_add(struct entries *e, struct entry entry)
{
	mem_grow(&e->list, &e->cap, e->n + 1, sizeof(*e->list));
	e->list[e->n++] = entry;
}

static int compare_u32(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

int entry_compare(const struct entry *a, const struct entry *b)
{
	int c = compare_u32(a->set, b->set);
	c = c != 0 ? c : compare_u32(a->account, b->account);
	return c != 0 ? c : compare_u32(a->principal, b->principal);
}

static int compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = entry_compare(x, y);
	return c != 0 ? c : compare_u32(x->origin, y->origin);
}

/* What a stream of ours had is in order already: to see that costs less than sorting. */
static int is_sorted(const struct entries *e)
{
	size_t i = 1;
	while (i < e->n && compare(&e->list[i - 1], &e->list[i]) <= 0)
		i++;
	return i >= e->n;
}

void entries_sort(struct model *m, struct entries *e)
{
	size_t kept = 0;
	if (!is_sorted(e))
		qsort(e->list, e->n, sizeof(*e->list), compare);
	for (size_t i = 0; i < e->n; i++) {
		struct entry *last = kept > 0 ? &e->list[kept - 1] : NULL;
		if (last == NULL || entry_compare(last, &e->list[i]) != 0) {
			e->list[kept++] = e->list[i];
			continue;
		}
		last->origin = model_merge_origins(m, last->origin, e->list[i].origin);
		last->flags |= e->list[i].flags;
	}
	e->n = kept;
}

size_t entries_from(const struct entries *e, const struct entry *entry)
{
	size_t low = 0, high = e->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (entry_compare(&e->list[mid], entry) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

int entries_has(const struct entries *e, const struct entry *entry)
{
	size_t at = entries_from(e, entry);
	return at < e->n && entry_compare(&e->list[at], entry) == 0;
}

/* --- order -------------------------------------------------------------------------- */

static int compare_sets(const void *a, const void *b)
{
	const struct set *x = a, *y = b;
	return strcmp(x->name, y->name);
}

static int compare_accounts(const void *a, const void *b)
{
	const struct account *x = a, *y = b;
	return strcmp(x->id, y->id);
}

static int compare_principals(const void *a, const void *b)
{
	const struct principal *x = a, *y = b;
	int c = (int)x->type - (int)y->type;
	c = c != 0 ? c : strcmp(principal_label(x), principal_label(y));
	return c != 0 ? c : strcmp(x->id, y->id);
}

/* qsort of an array that may be empty, and then no array at all. */
#define SORT(array, n, compare_two)                                                        \
	do {                                                                               \
		if ((n) > 1)                                                               \
			qsort(array, n, sizeof(*(array)), compare_two);                    \
	} while (0)

/* Tells index that what key names is at a new place; returns the old one. */
static uint32_t place(struct map *index, const char *key, size_t at)
{
	void *old = map_put(index, key, (void *)(uintptr_t)(at + 1));
	return (uint32_t)((uintptr_t)old - 1);
}

static void renumber_list(uint32_t *list, size_t n, const uint32_t *accounts)
{
	for (size_t i = 0; i < n; i++)
		list[i] = accounts[list[i]];
}

static void renumber_entries(struct model *m, struct entries *e, const uint32_t *sets,
	const uint32_t *accounts, const uint32_t *principals)
{
	for (size_t i = 0; i < e->n; i++) {
		struct entry *x = &e->list[i];
		x->set = sets[x->set];
		x->account = accounts[x->account];
		x->principal = principals[x->principal];
	}
	entries_sort(m, e);
}

void model_sort(struct model *m)
{
	uint32_t *sets = mem_array(m->n_sets, sizeof(*sets));
	uint32_t *accounts = mem_array(m->n_accounts, sizeof(*accounts));
	uint32_t *principals = mem_array(m->n_principals, sizeof(*principals));
	SORT(m->sets, m->n_sets, compare_sets);
	SORT(m->accounts, m->n_accounts, compare_accounts);
	SORT(m->principals, m->n_principals, compare_principals);
	for (size_t i = 0; i < m->n_sets; i++)
		sets[place(&m->set_index, m->sets[i].name, i)] = (uint32_t)i;
	for (size_t i = 0; i < m->n_accounts; i++)
		accounts[place(&m->account_index, m->accounts[i].id, i)] = (uint32_t)i;
	for (size_t i = 0; i < m->n_principals; i++) {
		struct principal *p = &m->principals[i];
		principals[place(&m->principal_index[p->type], p->id, i)] = (uint32_t)i;
	}
	for (size_t i = 0; i < m->n_sets; i++) {
		struct set *s = &m->sets[i];
		renumber_list(s->accounts, s->n_accounts, accounts);
		renumber_list(s->outdated, s->n_outdated, accounts);
		s->was = s->was != NONE ? sets[s->was] : NONE;
		s->now = s->now != NONE ? sets[s->now] : NONE;
	}
	renumber_entries(m, &m->wanted, sets, accounts, principals);
	renumber_entries(m, &m->live, sets, accounts, principals);
	renumber_entries(m, &m->applied, sets, accounts, principals);
	free(sets);
	free(accounts);
	free(principals);
}
