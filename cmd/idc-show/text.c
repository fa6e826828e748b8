#include "show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "changes.h"
#include "mem.h"
#include "rec.h"

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static int by_key(const void *a, const void *b)
{
	const struct map_entry *x = a, *y = b;
	return strcmp(x->key, y->key);
}

static int by_holder(const void *a, const void *b)
{
	const struct map_entry *x = a, *y = b;
	const struct holder *h = x->value, *g = y->value;
	int c = strcmp(h->type, g->type);
	return c != 0 ? c : strcmp(h->name, g->name);
}

/* The entries of a map in another order: a copy, owned by the caller. */
static struct map_entry *sorted(const struct map *m, int (*order)(const void *, const void *))
{
	struct map_entry *copy = mem_array(m->n, sizeof(*copy));
	if (m->n > 0) {
		memcpy(copy, m->entries, m->n * sizeof(*copy));
		qsort(copy, m->n, sizeof(*copy), order);
	}
	return copy;
}

static void show_places(struct page *page, struct holder *h)
{
	static const struct {
		enum colour colour;
		const char *symbol;
	} looks[WHATS] = { [WHAT_HELD] = { COLOUR_NONE, " " }, [WHAT_GRANT] = { COLOUR_GRANT, "+" },
		[WHAT_REVOKE] = { COLOUR_REVOKE, "-" }, [WHAT_REBIND] = { COLOUR_CHANGE, "~" } };
	for (int w = 0; w < WHATS; w++)
		if (h->where[w].n > 0)
			page_list(page, 6, looks[w].colour, looks[w].symbol, h->where[w].names, h->where[w].n);
}

static void show_holders(struct page *page, const struct set *set)
{
	struct map_entry *entries = sorted(&set->holders, by_holder);
	for (size_t i = 0; i < set->holders.n; i++) {
		struct holder *h = entries[i].value;
		size_t n = 0;
		for (int w = 0; w < WHATS; w++)
			n += h->where[w].n;
		if (n == 0)
			continue;
		page_line(page, 4, COLOUR_NONE, NULL, "%s %s%s%s", strcmp(h->type, "USER") == 0 ? "user" : "group",
			h->name, h->orphan ? " (no longer exists)" : "",
			h->where[WHAT_REBIND].n > 0 ? " (made again under the same name: rebind)" : "");
		show_places(page, h);
	}
	free(entries);
}

/* "sessions of PT4H, managed policy ViewOnlyAccess, an inline policy" */
static void show_details(struct page *page, const struct set *set)
{
	size_t n = (size_t)rec_len(set->details);
	char **texts = mem_array(n, sizeof(*texts));
	for (size_t i = 0; i < n; i++)
		texts[i] = mem_string(rec_str_at(set->details, (int)i));
	if (n > 0)
		page_list(page, 2, COLOUR_FAINT, " ", texts, n);
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	free(texts);
}

static void show_set(struct page *page, const struct model *m, const struct set *set)
{
	if (set->created)
		page_line(page, 0, COLOUR_GRANT, "+", "%s (new permission set)", set->name);
	else if (set->deleted)
		page_line(page, 0, COLOUR_REVOKE, "-", "%s (permission set deleted)", set->name);
	else if (set->changed)
		page_line(page, 0, COLOUR_CHANGE, "~", "%s (permission set changed)", set->name);
	else
		page_line(page, 0, COLOUR_HEAD, " ", "%s", set->name);
	show_details(page, set);
	changes_show(page, set->changes);
	if (set->provisioned_all)
		page_line(page, 4, COLOUR_NONE, NULL, "provisioned again in every account that has it");
	else if (set->provisioned > 0)
		page_line(page, 4, COLOUR_NONE, NULL, "provisioned again in %zu account%s", set->provisioned,
			plural(set->provisioned));
	show_holders(page, set);
	(void)m;
}

static void show_sets(struct page *page, const struct model *m)
{
	struct map_entry *entries = sorted(&m->sets, by_key);
	for (size_t i = 0; i < m->sets.n; i++) {
		if (i > 0)
			page_blank(page);
		show_set(page, m, entries[i].value);
	}
	free(entries);
}

static void show_notices(struct page *page, const struct model *m)
{
	int n = rec_len(m->notices);
	if (n == 0)
		return;
	page_blank(page);
	page_line(page, 0, COLOUR_HEAD, NULL, "Not touched, but worth knowing:");
	for (int i = 0; i < n; i++) {
		jv notice = rec_at(m->notices, i);
		const char *name = rec_str(notice, "PrincipalName");
		const char *who = name != NULL ? name : rec_str_or(notice, "PrincipalId", "");
		const char *account = rec_str_or(notice, "AccountName", rec_str_or(notice, "AccountId", ""));
		page_line(page, 2, COLOUR_NONE, NULL, "%s%s%s%s%s%s%s",
			rec_str_or(notice, "PermissionSetName", ""), *who != '\0' ? ", " : "", who,
			*account != '\0' ? ", " : "", account,
			rec_has(notice, "PermissionSetName") || *who != '\0' || *account != '\0' ? ": " : "",
			rec_str_or(notice, "Reason", rec_str_or(notice, "Code", "")));
		jv_free(notice);
	}
}

static void show_troubles(struct page *page, const struct model *m, int skipped, const char *head)
{
	int first = 1;
	for (size_t i = 0; i < m->n_troubles; i++) {
		if (m->troubles[i].skipped != skipped)
			continue;
		if (first) {
			page_blank(page);
			page_line(page, 0, skipped ? COLOUR_CHANGE : COLOUR_REVOKE, NULL, "%s", head);
			first = 0;
		}
		page_line(page, 2, COLOUR_NONE, NULL, "%s", m->troubles[i].text);
	}
}

/* --- the summary ------------------------------------------------------------------------ */

static void add_part(struct buf *b, size_t n, const char *one, const char *many)
{
	if (n > 0)
		buf_addf(b, "%s%zu %s", b->len > 0 ? ", " : "", n, n == 1 ? one : many);
}

static void count_sets(const struct model *m, size_t *created, size_t *changed, size_t *deleted)
{
	*created = *changed = *deleted = 0;
	for (size_t i = 0; i < m->sets.n; i++) {
		const struct set *set = m->sets.entries[i].value;
		*created += set->created != 0;
		*deleted += set->deleted != 0 && !set->created;
		*changed += set->changed && !set->created && !set->deleted;
	}
}

static void show_changes_summary(struct page *page, const struct model *m)
{
	struct buf b;
	size_t created, changed, deleted;
	buf_init(&b, 2000);
	count_sets(m, &created, &changed, &deleted);
	add_part(&b, created, "permission set created", "permission sets created");
	add_part(&b, changed, "permission set changed", "permission sets changed");
	add_part(&b, deleted, "permission set deleted", "permission sets deleted");
	add_part(&b, m->n_grants, "grant", "grants");
	add_part(&b, m->n_revokes, "revoke", "revokes");
	add_part(&b, m->n_rebinds, "rebind", "rebinds");
	if (m->n_grants + m->n_revokes + m->n_rebinds > 0)
		buf_addf(&b, "; %zu principal%s in %zu account%s", m->principals.n, plural(m->principals.n),
			m->accounts.n, plural(m->accounts.n));
	page_blank(page);
	if (m->n_roles > 0)
		page_line(page, 0, COLOUR_CHANGE, NULL,
			"* the last assignment of its permission set there: AWS deletes the role, a later one has another ARN");
	page_line(page, 0, COLOUR_HEAD, NULL, "%s", b.len > 0 ? buf_str(&b) : "nothing was changed");
	if (m->type == STREAM_RESULTS)
		page_line(page, 0, m->n_failed > 0 ? COLOUR_REVOKE : COLOUR_HEAD, NULL,
			"%zu of %zu actions succeeded, %zu failed, %zu skipped", m->n_succeeded, m->n_actions,
			m->n_failed, m->n_skipped);
	buf_release(&b);
}

static void show_plan(struct page *page, const struct model *m)
{
	if (m->n_actions == 0) {
		page_line(page, 0, COLOUR_HEAD, NULL, m->type == STREAM_PLAN ? "No changes." : "Nothing was done.");
		show_notices(page, m);
		return;
	}
	show_sets(page, m);
	show_troubles(page, m, 0, "Failed:");
	show_troubles(page, m, 1, "Skipped:");
	show_notices(page, m);
	show_changes_summary(page, m);
}

/* --- the other streams ------------------------------------------------------------------ */

/* A string, or a list of strings joined with commas; owned. */
static char *joined(jv v)
{
	struct buf b;
	if (jv_get_kind(v) == JV_KIND_STRING)
		return mem_string(jv_string_value(v));
	buf_init(&b, 1u << 20);
	for (int i = 0; i < rec_len(v); i++) {
		const char *s = rec_str_at(v, i);
		buf_addf(&b, "%s%s", i > 0 ? ", " : "", s != NULL ? s : "?");
	}
	return buf_take(&b);
}

static void show_rule(struct page *page, jv rule)
{
	static const char *const keys[] = { "PermissionSetName", "PrincipalId", "Target", "Exclude" };
	char *texts[4];
	for (int i = 0; i < 4; i++) {
		jv v = rec_get(rule, keys[i]);
		texts[i] = joined(v);
		jv_free(v);
	}
	page_line(page, 2, COLOUR_NONE, NULL, "%s: %s for %s %s in %s%s%s", rec_str_or(rule, "SID", "?"),
		texts[0], strcmp(rec_str_or(rule, "PrincipalType", ""), "USER") == 0 ? "user" : "group", texts[1],
		texts[2], *texts[3] != '\0' ? " except " : "", texts[3]);
	for (int i = 0; i < 4; i++)
		free(texts[i]);
}

static void show_templates(struct page *page, const struct model *m)
{
	struct map_entry *entries = sorted(&m->sets, by_key);
	page_line(page, 0, COLOUR_HEAD, NULL, "%zu permission set%s", m->sets.n, plural(m->sets.n));
	for (size_t i = 0; i < m->sets.n; i++)
		page_line(page, 2, COLOUR_NONE, NULL, "%s", entries[i].key);
	free(entries);
	size_t n = (size_t)rec_len(m->rules);
	page_line(page, 0, COLOUR_HEAD, NULL, "%zu rule%s", n, plural(n));
	for (size_t i = 0; i < n; i++) {
		jv rule = rec_at(m->rules, (int)i);
		show_rule(page, rule);
		jv_free(rule);
	}
}

static void show_holdings(struct page *page, const struct model *m)
{
	show_sets(page, m);
	page_blank(page);
	page_line(page, 0, COLOUR_HEAD, NULL, "%zu assignment%s of %zu permission set%s for %zu principal%s in %zu account%s",
		m->n_assignments, plural(m->n_assignments), m->sets.n, plural(m->sets.n), m->principals.n,
		plural(m->principals.n), m->accounts.n, plural(m->accounts.n));
}

void show_text(struct page *page, const struct model *m)
{
	switch (m->type) {
	case STREAM_TEMPLATES:
		show_templates(page, m);
		break;
	case STREAM_RESOLVED:
	case STREAM_STATE:
		show_holdings(page, m);
		break;
	case STREAM_PLAN:
	case STREAM_RESULTS:
	case STREAM_TYPES:
		show_plan(page, m);
		break;
	}
}
