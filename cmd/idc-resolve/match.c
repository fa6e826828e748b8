/*
 * Selectors against an organization that is known: which accounts, and what to say when
 * there are none.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"
#include "targets.h"
#include "text.h"

int bits_has(const uint64_t *bits, uint32_t i)
{
	return (bits[i / 64] >> (i % 64) & 1) != 0;
}

static void bits_add(uint64_t *bits, uint32_t i)
{
	bits[i / 64] |= (uint64_t)1 << (i % 64);
}

size_t bits_count(const uint64_t *bits, size_t words)
{
	size_t n = 0;
	for (size_t i = 0; i < words; i++)
		for (uint64_t w = bits[i]; w != 0; w &= w - 1)
			n++;
	return n;
}

/* One selector being matched. */
struct match {
	struct selectors *s;
	struct selector *x;
	const struct org *org;
	size_t inactive; /* accounts that match but for their state */
};

static void finish(struct match *m, enum verdict verdict, char *message)
{
	m->x->verdict = verdict;
	m->x->message = message;
}

/* An account that the selector is about, whatever its state. */
static void found(struct match *m, uint32_t account)
{
	if (m->org->accounts[account].active) {
		bits_add(m->x->bits, account);
		return;
	}
	m->inactive++;
	if (m->x->is_target)
		bits_add(m->s->left_out, account);
}

static int is_empty(const struct match *m)
{
	return bits_count(m->x->bits, m->s->words) == 0;
}

/* --- accounts by id ----------------------------------------------------------------- */

/* Whether two ids differ by one digit or by two neighbours that changed places. */
static int slip(const char *a, const char *b)
{
	size_t i = 0;
	while (a[i] != '\0' && a[i] == b[i])
		i++;
	if (a[i] == '\0' || strlen(a) != strlen(b))
		return 0;
	if (strcmp(a + i + 1, b + i + 1) == 0)
		return 1;
	return a[i] == b[i + 1] && a[i + 1] == b[i] && strcmp(a + i + 2, b + i + 2) == 0;
}

static const struct org_account *near_account(const struct org *org, const struct target *t)
{
	for (size_t i = 0; i < org->n_accounts && t->label != NULL; i++)
		if (strcmp(org->accounts[i].name, t->label) == 0)
			return &org->accounts[i];
	for (size_t i = 0; i < org->n_accounts; i++)
		if (slip(org->accounts[i].id, t->value))
			return &org->accounts[i];
	return NULL;
}

static void match_account(struct match *m)
{
	const struct target *t = &m->x->target;
	uint32_t at = org_account(m->org, t->value);
	if (at == ORG_NONE) {
		const struct org_account *near = near_account(m->org, t);
		char *hint = near != NULL ? mem_format(": did you mean %s ('%s')?",
						    near->id, near->name)
					  : mem_string("");
		finish(m, NOT_FOUND,
			mem_format(
				"account %s is not in the organization%s", t->value, hint));
		free(hint);
		return;
	}
	const struct org_account *a = &m->org->accounts[at];
	if (!a->active) {
		finish(m, NOT_ACTIVE,
			mem_format("account %s ('%s') is %s: only ACTIVE accounts can be "
				   "targets",
				a->id, a->name, a->state));
		return;
	}
	bits_add(m->x->bits, at);
	if (t->label != NULL && strcmp(t->label, a->name) != 0)
		m->x->label_message = mem_format(
			"account %s is named '%s', not '%s'", a->id, a->name, t->label);
}

/* --- the root and organizational units ---------------------------------------------- */

static void match_root(struct match *m)
{
	const char *id = m->x->target.value;
	if (id != NULL && strcmp(id, m->org->nodes[m->org->root].id) != 0) {
		finish(m, NOT_FOUND,
			mem_format("the root of this organization is '%s', not '%s'",
				m->org->nodes[m->org->root].id, id));
		return;
	}
	for (uint32_t i = 0; i < m->org->n_accounts; i++)
		found(m, i);
}

/* The child of parent whose name is nearest to the first len bytes of name. */
static const char *near_child(
	const struct org *org, uint32_t parent, const char *name, size_t len)
{
	const char **names = mem_array(org->n_nodes + 1, sizeof(*names));
	size_t n = 0;
	for (size_t i = 0; i < org->n_nodes; i++)
		if (org->nodes[i].parent == parent && org->nodes[i].name != NULL)
			names[n++] = org->nodes[i].name;
	char *word = mem_bytes(name, len);
	const char *near = text_nearest(word, names, n);
	free(word);
	free(names);
	return near;
}

static void no_such_path(struct match *m)
{
	const char *path = m->x->target.value, *rest = path;
	uint32_t last;
	org_follow(m->org, path, &last, &rest);
	size_t len = strcspn(rest, "/");
	const char *near = near_child(m->org, last, rest, len);
	char *hint =
		near != NULL ? mem_format(": did you mean '%s'?", near) : mem_string("");
	char *where = rest - 1 > path ? mem_format("'%.*s'", (int)(rest - 1 - path), path)
				      : mem_string("the root");
	finish(m, NOT_FOUND,
		mem_format("no OU '%s': %s has no '%.*s'%s", path, where, (int)len, rest,
			hint));
	free(where);
	free(hint);
}

static void nothing_in_ou(struct match *m, size_t below)
{
	const char *what = m->x->target.value;
	if (m->inactive > 0)
		finish(m, SELECTS_NONE,
			mem_format("OU '%s' holds no ACTIVE account", what));
	else if (below > 0)
		finish(m, SELECTS_NONE,
			mem_format("OU '%s' holds no account itself: '%s:*' takes those of "
				   "the OUs below it",
				what, m->x->text));
	else
		finish(m, SELECTS_NONE, mem_format("OU '%s' is empty", what));
}

static void match_ou(struct match *m)
{
	const struct target *t = &m->x->target;
	const struct org *org = m->org;
	uint32_t node = m->x->node;
	size_t below = 0;
	if (node == ORG_NONE && t->kind == TARGET_PATH) {
		no_such_path(m);
		return;
	}
	if (node == ORG_NONE || org->nodes[node].missing) {
		finish(m, NOT_FOUND,
			mem_format("OU '%s' is not in the organization", t->value));
		return;
	}
	for (size_t i = 0; i < org->n_places; i++) {
		const struct org_place *p = &org->places[i];
		if (p->node == node || (t->below && org_is_under(org, p->node, node)))
			found(m, p->account);
		else
			below += (size_t)org_is_under(org, p->node, node);
	}
	const char *name = org->nodes[node].name;
	if (t->kind == TARGET_OU && t->label != NULL && name != NULL &&
		strcmp(t->label, name) != 0)
		m->x->label_message = mem_format(
			"OU %s is named '%s', not '%s'", t->value, name, t->label);
	if (is_empty(m))
		nothing_in_ou(m, below);
}

/* --- accounts by name and by tag ---------------------------------------------------- */

static const char *near_name(const struct org *org, const char *pattern)
{
	if (strpbrk(pattern, "*?") != NULL)
		return NULL;
	const char **names = mem_array(org->n_accounts + 1, sizeof(*names));
	for (size_t i = 0; i < org->n_accounts; i++)
		names[i] = org->accounts[i].name;
	const char *near = text_nearest(pattern, names, org->n_accounts);
	free(names);
	return near;
}

static void match_name(struct match *m)
{
	const char *pattern = m->x->target.value;
	for (uint32_t i = 0; i < m->org->n_accounts; i++)
		if (text_glob(pattern, m->org->accounts[i].name))
			found(m, i);
	if (!is_empty(m))
		return;
	const char *near = m->inactive == 0 ? near_name(m->org, pattern) : NULL;
	char *hint =
		near != NULL ? mem_format(": did you mean '%s'?", near) : mem_string("");
	finish(m, NOT_FOUND,
		mem_format("no ACTIVE account is named '%s'%s", pattern, hint));
	free(hint);
}

static int has_tag(const struct org_account *a, const struct target *t)
{
	for (int i = 0, n = rec_len(a->tags); i < n; i++) {
		jv tag = rec_at(a->tags, i);
		int has = strcmp(rec_str_or(tag, "Key", ""), t->value) == 0 &&
			  text_glob(t->pattern, rec_str_or(tag, "Value", ""));
		jv_free(tag);
		if (has)
			return 1;
	}
	return 0;
}

static void match_tag(struct match *m)
{
	const struct target *t = &m->x->target;
	for (uint32_t i = 0; i < m->org->n_accounts; i++)
		if (has_tag(&m->org->accounts[i], t))
			found(m, i);
	if (is_empty(m))
		finish(m, NOT_FOUND,
			mem_format("no ACTIVE account has the tag '%s' with the value '%s'",
				t->value, t->pattern));
}

void selectors_match(struct selectors *s, const struct org *org)
{
	static void (*const kinds[])(struct match *) = {
		[TARGET_ROOT] = match_root,
		[TARGET_OU] = match_ou,
		[TARGET_PATH] = match_ou,
		[TARGET_ACCOUNT] = match_account,
		[TARGET_NAME] = match_name,
		[TARGET_TAG] = match_tag,
	};
	s->words = org->n_accounts / 64 + 1;
	s->left_out = mem_array(s->words, sizeof(*s->left_out));
	for (size_t i = 0; i < s->n; i++) {
		struct match m = { .s = s, .x = &s->list[i], .org = org };
		m.x->bits = mem_array(s->words, sizeof(*m.x->bits));
		kinds[m.x->target.kind](&m);
	}
}
