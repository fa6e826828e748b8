#include "overlap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "numbers.h"
#include "rec.h"
#include "when.h"

#define NEVER ((time_t)INT64_MAX)

/* A rule that has not expired. */
struct view {
	const struct rule *rule;
	jv record;
	time_t until;
	struct list targets; /* without those that grant nothing more */
	struct list excludes, principals, sets;
	int redundant;	/* another rule grants all of it */
	size_t overlap; /* its index + 1 in the overlaps of the rule being looked at */
};

/* A permission set for a principal in a target. */
struct grant {
	uint32_t principal, set, target; /* numbers */
	uint32_t view, place;		 /* of the target in its rule */
};

/* What a rule shares with another one. */
struct shared {
	struct view *other;
	uint32_t target, principal, set; /* of the first, in the rule: indices */
	uint32_t place;			 /* of that target in the other one */
	size_t n;
};

struct overlap {
	struct numbers numbers;
	struct view *views;
	size_t n_views;
	struct grant *grants; /* sorted */
	size_t n_grants, cap_grants;
	struct view *same; /* an earlier rule that grants what the one looked at does */
	struct shared *shared;
	size_t n_shared, cap_shared;
};

/* --- rules to numbers --------------------------------------------------------------- */

/* The i-th text of a list, or the text that stands instead of one. */
static const char *text_at(jv record, const char *key, size_t i)
{
	const char *one = rec_str(record, key);
	if (one != NULL)
		return i == 0 ? one : NULL;
	jv list = rec_get(record, key);
	const char *text = rec_str_at(list, (int)i);
	jv_free(list); /* the record holds it */
	return text;
}

static struct list read_list(struct overlap *o, jv record, const char *key, char kind)
{
	struct list l = { 0 };
	size_t cap = 0;
	const char *text;
	for (size_t i = 0; (text = text_at(record, key, i)) != NULL; i++) {
		uint32_t id = kind == NUMBER_TARGET ? numbers_target(&o->numbers, text)
						    : numbers_name(&o->numbers, kind, text);
		list_add(&l, &cap, id, i);
	}
	list_sort(&l);
	return l;
}

static void read_rule(struct overlap *o, const struct rule *rule, time_t now)
{
	struct json_fault fault;
	struct view v = { .rule = rule, .until = NEVER };
	v.record = json_parse(buf_str(&rule->line), rule->line.len, &fault);
	const char *expires = rec_str(v.record, "Expires");
	if (expires != NULL && when_parse_rfc3339(expires, &v.until) == 0 &&
		v.until <= now) {
		jv_free(v.record);
		return;
	}
	char type =
		strcmp(rec_str_or(v.record, "PrincipalType", ""), "USER") == 0 ? 'u' : 'g';
	v.targets = read_list(o, v.record, "Target", NUMBER_TARGET);
	v.excludes = read_list(o, v.record, "Exclude", NUMBER_TARGET);
	v.principals = read_list(o, v.record, "PrincipalId", type);
	v.sets = read_list(o, v.record, "PermissionSetName", 's');
	list_unique(&v.excludes);
	list_unique(&v.principals);
	list_unique(&v.sets);
	o->views[o->n_views++] = v;
}

/* --- messages ----------------------------------------------------------------------- */

/* Reports something at a value of a rule: at its index-th, or at all of it (NO_INDEX). */
#define NO_INDEX UINT32_MAX
static void say(const struct view *v, enum code code, const char *member, uint32_t index,
	const char *text)
{
	char *pointer = index == NO_INDEX
				? mem_format("%s/%s", v->rule->pointer, member)
				: mem_format("%s/%s/%u", v->rule->pointer, member, index);
	file_report(v->rule->sid.file, code, pointer, 0, text);
	free(pointer);
}

/* "file:line:column" of a target; owned. */
static char *place_of(const struct view *v, uint32_t index)
{
	jv positions = rec_get(v->record, "Positions"), list = rec_get(positions, "Target");
	jv pos = rec_at(list, (int)index), line = rec_at(pos, 0), column = rec_at(pos, 1);
	char *text = mem_format("%s:%.0f:%.0f", v->rule->sid.file->path,
		jv_number_value(line), jv_number_value(column));
	jv_free(column);
	jv_free(line);
	jv_free(pos);
	jv_free(list);
	jv_free(positions);
	return text;
}

/* --- one rule ----------------------------------------------------------------------- */

/* Whether all targets of a rule are excluded; that is reported. */
static int check_excluded(const struct overlap *o, const struct view *v)
{
	if (!targets_all_around(&o->numbers, &v->excludes, &v->targets))
		return 0;
	char *place = place_of(v, 0);
	char *text = mem_format("every target is excluded: the rule grants nothing\n"
				"remove it, or exclude less than all of the target at %s",
		place);
	say(v, CODE_EXCLUDES_ALL, "Exclude",
		v->excludes.n == 1 ? v->excludes.refs[0].index : NO_INDEX, text);
	free(text);
	free(place);
	return 1;
}

/* Another target of the rule that t is in, or NULL; of those that are the same the first.
 */
static const struct ref *find_other(
	const struct overlap *o, const struct list *targets, const struct ref *t)
{
	const struct list *wider = &o->numbers.wider[t->id];
	for (size_t i = 0; i < wider->n; i++) {
		const struct ref *found = list_find(targets, wider->refs[i].id);
		if (found != NULL && (found->id != t->id || found->index < t->index))
			return found;
	}
	return NULL;
}

static void say_within(const struct view *v, const struct ref *t, const struct ref *other)
{
	const char *text = text_at(v->record, "Target", t->index);
	const char *other_text = text_at(v->record, "Target", other->index);
	/* The same text has been found to be there twice. */
	if (text == NULL || other_text == NULL || strcmp(text, other_text) == 0)
		return;
	char *place = place_of(v, other->index);
	const char *how = t->id == other->id ? "the same as" : "part of";
	char *message = mem_format(
		"'%.200s' is %s '%.200s' at %s\nremove it", text, how, other_text, place);
	say(v, CODE_SAME_GRANT, "Target", t->index, message);
	free(message);
	free(place);
}

/* Takes out the targets that are excluded, or in another one, which is reported. */
static void narrow(const struct overlap *o, struct view *v)
{
	struct list all = v->targets;
	size_t cap = 0;
	v->targets = (struct list){ 0 };
	for (size_t i = 0; i < all.n; i++) {
		const struct ref *t = &all.refs[i], *other;
		if (targets_around(&o->numbers, &v->excludes, t->id) != NULL)
			continue;
		other = find_other(o, &all, t);
		if (other != NULL)
			say_within(v, t, other);
		else
			list_add(&v->targets, &cap, t->id, t->index);
	}
	free(all.refs);
}

/* --- grants ------------------------------------------------------------------------- */

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* What is granted; nothing of by whom. */
static int compare_keys(const struct grant *x, const struct grant *y)
{
	int c = compare_numbers(x->principal, y->principal);
	if (c == 0)
		c = compare_numbers(x->set, y->set);
	return c != 0 ? c : compare_numbers(x->target, y->target);
}

static int compare_grants(const void *a, const void *b)
{
	const struct grant *x = a, *y = b;
	int c = compare_keys(x, y);
	if (c == 0)
		c = compare_numbers(x->view, y->view);
	return c != 0 ? c : compare_numbers(x->place, y->place);
}

/* Calls f for every grant of a rule, until it returns other than 0; returns that. */
static int each_grant(struct overlap *o, struct view *v,
	int (*f)(struct overlap *o, struct view *v, const struct shared *at))
{
	struct shared at = { .other = v, .n = 1 };
	int stop = 0;
	for (size_t t = 0; t < v->targets.n && !stop; t++)
		for (size_t p = 0; p < v->principals.n && !stop; p++)
			for (size_t s = 0; s < v->sets.n && !stop; s++) {
				at.target = (uint32_t)t;
				at.principal = (uint32_t)p;
				at.set = (uint32_t)s;
				stop = f(o, v, &at);
			}
	return stop;
}

static struct grant grant_of(
	const struct overlap *o, const struct view *v, const struct shared *at)
{
	return (struct grant){ v->principals.refs[at->principal].id,
		v->sets.refs[at->set].id, v->targets.refs[at->target].id,
		(uint32_t)(v - o->views), v->targets.refs[at->target].index };
}

static int add_grant(struct overlap *o, struct view *v, const struct shared *at)
{
	mem_grow(&o->grants, &o->cap_grants, o->n_grants + 1, sizeof(*o->grants));
	o->grants[o->n_grants++] = grant_of(o, v, at);
	return 0;
}

static void collect_grants(struct overlap *o)
{
	size_t left = OVERLAP_GRANTS_MAX;
	for (size_t i = 0; i < o->n_views; i++) {
		struct view *v = &o->views[i];
		size_t n = v->targets.n;
		if (v->principals.n == 0 || v->sets.n == 0 || n > left ||
			v->principals.n > left / (n + 1) ||
			v->sets.n > left / (n + 1) / v->principals.n) {
			v->targets.n = 0;
			continue;
		}
		left -= n * v->principals.n * v->sets.n;
		each_grant(o, v, add_grant);
	}
	if (o->n_grants > 1)
		qsort(o->grants, o->n_grants, sizeof(*o->grants), compare_grants);
}

/* The first grant of that key, or the end. */
static const struct grant *find_grants(const struct overlap *o, const struct grant *key)
{
	size_t low = 0, high = o->n_grants;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (compare_keys(&o->grants[mid], key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return o->grants + low;
}

/* --- what another rule grants, too -------------------------------------------------- */

/* Whether what b grants in a target is granted by a rule of the same target like a. */
static int lasts(const struct overlap *o, const struct view *a, const struct view *b)
{
	return a->until >= b->until &&
	       targets_all_around(&o->numbers, &b->excludes, &a->excludes);
}

static int covers(const struct overlap *o, const struct view *a, const struct view *b)
{
	return lasts(o, a, b) && list_has_all(&a->principals, &b->principals) &&
	       list_has_all(&a->sets, &b->sets) &&
	       targets_all_around(&o->numbers, &a->targets, &b->targets);
}

/*
 * Calls f for the grants of other rules that may cover that grant of v, until it returns
 * other than 0; returns that.
 */
static int each_like(struct overlap *o, struct view *v, const struct shared *at,
	int (*f)(struct overlap *o, struct view *v, const struct shared *at,
		const struct grant *like))
{
	struct grant key = grant_of(o, v, at);
	const struct list *wider = &o->numbers.wider[key.target];
	int stop = 0;
	for (size_t i = 0; i < wider->n && !stop; i++) {
		key.target = wider->refs[i].id;
		const struct grant *g = find_grants(o, &key),
				   *end = o->grants + o->n_grants;
		for (size_t n = 0; !stop && g < end && n < OVERLAP_LOOK_MAX; n++, g++) {
			if (compare_keys(g, &key) != 0)
				break;
			if (&o->views[g->view] != v)
				stop = f(o, v, at, g);
		}
	}
	return stop;
}

/* "'Developer' for the group 'devs' in '111122223333'"; owned. */
static char *words_of(const struct view *v, const struct shared *at)
{
	jv r = v->record;
	return mem_format("'%.200s' for the %s '%.200s' in '%.200s'",
		text_at(r, "PermissionSetName", v->sets.refs[at->set].index),
		strcmp(rec_str_or(r, "PrincipalType", ""), "USER") == 0 ? "user" : "group",
		text_at(r, "PrincipalId", v->principals.refs[at->principal].index),
		text_at(r, "Target", v->targets.refs[at->target].index));
}

static void say_shared(const struct view *v, const struct shared *x)
{
	char *what = words_of(v, x), *place = place_of(x->other, x->place);
	char *more = x->n > 1 ? mem_format(" (and %zu more of this rule)", x->n - 1)
			      : mem_string("");
	char *text = mem_format("%s%s is granted by the rule '%.200s' at %s, too\n"
				"keep one of the two",
		what, more, x->other->rule->sid.text, place);
	say(v, CODE_SAME_GRANT, "Target", v->targets.refs[x->target].index, text);
	free(text);
	free(more);
	free(place);
	free(what);
}

static void say_covered(const struct view *v, const struct view *by)
{
	const struct name *sid = &by->rule->sid;
	char *text = mem_format("the rule '%.200s' at %s:%zu:%zu grants all that '%.200s' "
				"does\nremove this one, or narrow that one",
		sid->text, sid->file->path, sid->pos.line, sid->pos.column,
		v->rule->sid.text);
	say(v, CODE_COVERED_RULE, "SID", NO_INDEX, text);
	free(text);
}

/* Reports a rule that grants what another one does, at its first target. */
static void say_same(const struct overlap *o, const struct view *v, struct view *other,
	const struct shared *at)
{
	struct shared all = *at;
	const struct ref *targets = v->targets.refs;
	for (uint32_t i = 0; i < v->targets.n; i++)
		if (targets[i].index < targets[all.target].index)
			all.target = i;
	all.other = other;
	const struct ref *place =
		targets_around(&o->numbers, &other->targets, targets[all.target].id);
	all.place = place != NULL ? place->index : 0;
	all.n = v->targets.n * v->principals.n * v->sets.n;
	say_shared(v, &all);
}

/*
 * Whether the rule of a grant grants all that v does, and more: that is reported. When it
 * grants just the same, it is remembered: of such rules the later ones are too many.
 */
static int check_cover(struct overlap *o, struct view *v, const struct shared *at,
	const struct grant *like)
{
	struct view *other = &o->views[like->view];
	(void)at;
	if (!covers(o, other, v))
		return 0;
	if (!covers(o, v, other)) {
		say_covered(v, other);
		return 1;
	}
	if (other < v && o->same == NULL)
		o->same = other;
	return 0;
}

static int check_whole(struct overlap *o, struct view *v, const struct shared *first)
{
	o->same = NULL;
	v->redundant = each_like(o, v, first, check_cover);
	if (v->redundant || o->same == NULL)
		return 1;
	say_same(o, v, o->same, first);
	v->redundant = 1;
	return 1;
}

/* Takes out what rules grant that another one covers. */
static void drop_redundant(struct overlap *o)
{
	size_t n = 0;
	for (size_t i = 0; i < o->n_grants; i++)
		if (!o->views[o->grants[i].view].redundant)
			o->grants[n++] = o->grants[i];
	o->n_grants = n;
}

/* Counts a grant that another rule grants too. */
static int check_share(struct overlap *o, struct view *v, const struct shared *at,
	const struct grant *like)
{
	struct view *other = &o->views[like->view];
	if (!lasts(o, other, v) ||
		(other > v && like->target == v->targets.refs[at->target].id &&
			lasts(o, v, other)))
		return 0;
	if (other->overlap == 0) {
		mem_grow(&o->shared, &o->cap_shared, o->n_shared + 1, sizeof(*o->shared));
		o->shared[o->n_shared++] = (struct shared){ .other = other };
		other->overlap = o->n_shared;
	}
	struct shared *x = &o->shared[other->overlap - 1];
	size_t n = x->n + 1;
	if (n == 1 ||
		v->targets.refs[at->target].index < v->targets.refs[x->target].index) {
		*x = *at;
		x->other = other;
		x->place = like->place;
	}
	x->n = n;
	return 1;
}

static int check_part(struct overlap *o, struct view *v, const struct shared *at)
{
	each_like(o, v, at, check_share);
	return 0;
}

static void check_shared(struct overlap *o, struct view *v)
{
	o->n_shared = 0;
	each_grant(o, v, check_part);
	for (size_t i = 0; i < o->n_shared; i++) {
		say_shared(v, &o->shared[i]);
		o->shared[i].other->overlap = 0;
	}
}

static void check(struct overlap *o)
{
	numbers_nest(&o->numbers);
	for (size_t i = 0; i < o->n_views; i++)
		if (check_excluded(o, &o->views[i]))
			o->views[i].targets.n = 0;
		else
			narrow(o, &o->views[i]);
	collect_grants(o);
	for (size_t i = 0; i < o->n_views; i++)
		(void)each_grant(o, &o->views[i], check_whole);
	drop_redundant(o);
	for (size_t i = 0; i < o->n_views; i++)
		if (!o->views[i].redundant)
			check_shared(o, &o->views[i]);
}

/* --- all of it ---------------------------------------------------------------------- */

static void release(struct overlap *o)
{
	for (size_t i = 0; i < o->n_views; i++) {
		struct view *v = &o->views[i];
		free(v->targets.refs);
		free(v->excludes.refs);
		free(v->principals.refs);
		free(v->sets.refs);
		jv_free(v->record);
	}
	free(o->views);
	free(o->grants);
	free(o->shared);
	numbers_release(&o->numbers);
}

void overlap_check(const struct templates *t, time_t now)
{
	struct overlap o = { .views = mem_array(t->n_rules + 1, sizeof(*o.views)) };
	numbers_init(&o.numbers);
	for (size_t i = 0; i < t->n_rules; i++)
		if (t->rules[i].line.len > 0 && !t->rules[i].line.over)
			read_rule(&o, &t->rules[i], now);
	check(&o);
	release(&o);
}
