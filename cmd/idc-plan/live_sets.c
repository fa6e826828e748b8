/*
 * Permission sets. Whose they are is asked first, since only what is ours is read.
 */
#include "live.h"

#include <string.h>

#include "diag.h"
#include "live_few.h"
#include "rec.h"

void live_init(struct live *l, struct ask *ask, struct model *m)
{
	memset(l, 0, sizeof(*l));
	l->ask = ask;
	l->m = m;
	map_init(&l->adopt);
	map_init(&l->foreign);
}

void live_release(struct live *l)
{
	permsets_release(&l->sets);
	map_release(&l->adopt, NULL);
	map_release(&l->foreign, NULL);
}

/* --- one, as it is heard of --------------------------------------------------------- */

/* A set that is ours, or is to be. */
static void enter(struct live *l, struct permset *s, int adopt)
{
	s->index = model_set(l->m, rec_str(s->description, "Name"));
	struct set *set = &l->m->sets[s->index];
	set->owned = s->owned;
	set->adopt = adopt;
	if (jv_is_valid(set->want) && !set->same)
		permset_ask_policies(s);
}

static void tagged(void *ctx, struct permset *s)
{
	(void)ctx;
	if (s->owned)
		permset_describe(s);
}

static void described(void *ctx, struct permset *s)
{
	struct live *l = ctx;
	const char *name = rec_str(s->description, "Name");
	/* Others come up when few are looked for. */
	if (l->quick && !live_differs(l->m, model_find_set(l->m, name)))
		return;
	if (s->owned)
		enter(l, s, 0);
	else if (map_has(&l->adopt, name))
		enter(l, s, 1);
	else if (model_find_set(l->m, name) != NONE)
		map_put(&l->foreign, name, NULL);
}

static void lost(void *ctx, struct permset *s)
{
	const struct live *l = ctx;
	if (s->index != PERMSET_NONE)
		l->m->sets[s->index].owned = l->m->sets[s->index].adopt = 0;
}

/* --- all of them -------------------------------------------------------------------- */

/* Whether every permission set that the input names is one of ours. */
static int all_found(const struct live *l)
{
	for (size_t i = 0; i < l->m->n_sets; i++) {
		const struct set *s = &l->m->sets[i];
		if (!s->owned && (jv_is_valid(s->want) || !s->applied))
			return 0;
	}
	return 1;
}

/*
 * What was read comes into the model, and what is gone does not: should it be needed,
 * idc-apply finds it by then.
 */
static void take_sets(struct live *l)
{
	for (struct permset *s = l->sets.list; s != NULL; s = s->next) {
		if (!s->gone)
			continue;
		diag_note("permission set %s is listed, and not found: left out", s->arn);
		lost(l, s);
	}
	for (struct permset *s = l->sets.list; s != NULL; s = s->next) {
		if (s->index == PERMSET_NONE || s->gone)
			continue;
		struct set *set = &l->m->sets[s->index];
		set->owned = s->owned;
		set->adopt = !s->owned;
		jv_free(set->live);
		set->live = permset_record(s);
	}
}

static void prepare(struct live *l)
{
	l->sets = (struct permsets){ .ask = l->ask,
		.instance_arn = model_instance(l->m, "InstanceArn"),
		.tag_key = l->tag_key,
		.tag_value = l->tag_value,
		.tagged = tagged,
		.described = described,
		.lost = lost,
		.ctx = l };
}

static int read_rest(struct live *l)
{
	if (permsets_read(&l->sets) != 0)
		return -1;
	int missing = !all_found(l);
	for (struct permset *s = l->sets.list; missing && s != NULL; s = s->next)
		if (!s->owned && !s->gone)
			permset_describe(s);
	if (ask_wait(l->ask, NULL) != 0)
		return -1;
	take_sets(l);
	return 0;
}

int live_read_sets(struct live *l)
{
	prepare(l);
	return read_rest(l);
}

/* --- few of them -------------------------------------------------------------------- */

/* All are read but what was read already, which now counts whether it differs or not. */
static int read_all(struct live *l, const char *why)
{
	diag_note("--quick: permission set '%s' is not found where the last run left it: "
		  "reading everything",
		why);
	l->quick = 0;
	for (struct permset *s = l->sets.list; s != NULL; s = s->next)
		if (s->index != PERMSET_NONE && l->m->sets[s->index].same && !s->gone)
			permset_ask_policies(s);
	for (size_t i = 0; i < l->m->n_sets; i++)
		l->m->sets[i].same = l->m->sets[i].assumed = 0;
	for (struct permset *s = l->sets.list; s != NULL; s = s->next)
		if (jv_is_valid(s->description) && s->index == PERMSET_NONE && !s->gone)
			described(l, s);
	return read_rest(l);
}

int live_read_few_sets(struct live *l)
{
	struct model *m = l->m;
	struct map arns;
	map_init(&arns);
	prepare(l);
	live_mark_differences(m);
	int bad = live_find_arns(l, &arns);
	for (size_t i = 0; i < arns.n && !bad; i++)
		permset_begin(&l->sets, arns.entries[i].key);
	map_release(&arns, NULL);
	if (bad || ask_wait(l->ask, NULL) != 0)
		return -1;
	for (size_t i = 0; i < m->n_sets; i++)
		if (m->sets[i].applied && !m->sets[i].assumed && !m->sets[i].owned)
			return read_all(l, m->sets[i].name);
	for (size_t i = 0; i < m->n_sets; i++)
		m->sets[i].owned |= m->sets[i].assumed;
	take_sets(l);
	return 0;
}
