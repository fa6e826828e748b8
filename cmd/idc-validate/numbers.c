#include "numbers.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "target.h"

#define OUS_DEEP_MAX 8 /* more than AWS allows */

void numbers_init(struct numbers *x)
{
	*x = (struct numbers){ 0 };
	map_init(&x->names);
}

void numbers_release(struct numbers *x)
{
	for (size_t i = 0; x->wider != NULL && i <= x->names.n; i++)
		free(x->wider[i].refs);
	free(x->wider);
	map_release(&x->names, NULL);
}

/* --- lists of numbers --------------------------------------------------------------- */

void list_add(struct list *l, size_t *cap, uint32_t id, size_t index)
{
	mem_grow(&l->refs, cap, l->n + 1, sizeof(*l->refs));
	l->refs[l->n++] = (struct ref){ id, (uint32_t)index };
}

static int compare_refs(const void *a, const void *b)
{
	const struct ref *r = a, *s = b;
	if (r->id != s->id)
		return r->id < s->id ? -1 : 1;
	return (r->index > s->index) - (r->index < s->index);
}

void list_sort(struct list *l)
{
	if (l->n > 1)
		qsort(l->refs, l->n, sizeof(*l->refs), compare_refs);
}

const struct ref *list_find(const struct list *l, uint32_t id)
{
	size_t low = 0, high = l->n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (l->refs[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < l->n && l->refs[low].id == id ? &l->refs[low] : NULL;
}

int list_has_all(const struct list *l, const struct list *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (list_find(l, all->refs[i].id) == NULL)
			return 0;
	return 1;
}

void list_unique(struct list *l)
{
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++)
		if (n == 0 || l->refs[n - 1].id != l->refs[i].id)
			l->refs[n++] = l->refs[i];
	l->n = n;
}

/* --- names to numbers --------------------------------------------------------------- */

uint32_t numbers_name(struct numbers *x, char kind, const char *text)
{
	char *key = mem_format("%c%s", kind, text);
	void **slot = map_slot(&x->names, key);
	if (*slot == NULL)
		*slot = (void *)(uintptr_t)x->names.n;
	free(key);
	return (uint32_t)(uintptr_t)*slot;
}

uint32_t numbers_target(struct numbers *x, const char *text)
{
	struct target t;
	uint32_t id = 0;
	if (target_parse(&t, text, NULL) != 0)
		return numbers_name(x, '?', text);
	switch (t.kind) {
	case TARGET_ROOT:
		id = numbers_name(x, 'R', "");
		break;
	case TARGET_OU:
		id = numbers_name(x, t.below ? 'U' : 'O', t.value);
		break;
	case TARGET_PATH:
		id = numbers_name(x, t.below ? 'B' : 'P', t.value);
		break;
	case TARGET_ACCOUNT:
		id = numbers_name(x, 'A', t.value);
		break;
	case TARGET_NAME:
		/* Every account has a name. */
		id = strcmp(t.value, "*") == 0 ? numbers_name(x, 'R', "")
					       : numbers_name(x, 'N', t.value);
		break;
	case TARGET_TAG: {
		char *tag = mem_format("%s=%s", t.value, t.pattern);
		id = numbers_name(x, 'T', tag);
		free(tag);
		break;
	}
	}
	target_release(&t);
	return id;
}

/* Adds a target that is known by that name to those that another one is in. */
static void add_wider(struct numbers *x, struct list *l, size_t *cap, const char *key)
{
	uint32_t id = (uint32_t)(uintptr_t)map_get(&x->names, key);
	if (id != 0)
		list_add(l, cap, id, 0);
}

/* A path ("P/Prod/Payments"): each on the way to it with all below, and itself so
 * (with_self). */
static void find_above(
	struct numbers *x, struct list *l, size_t *cap, char *key, int with_self)
{
	key[0] = 'B';
	if (with_self)
		add_wider(x, l, cap, key);
	for (int i = 0; i < OUS_DEEP_MAX; i++) {
		char *end = strrchr(key, '/');
		if (end == NULL || end == key + 1)
			return;
		*end = '\0';
		add_wider(x, l, cap, key);
	}
}

static void find_wider(struct numbers *x, uint32_t id)
{
	struct list *l = &x->wider[id];
	size_t cap = 0;
	char *key = mem_string(x->names.entries[id - 1].key);
	char kind = key[0];
	list_add(l, &cap, id, 0);
	if (kind == 'O') {
		key[0] = 'U';
		add_wider(x, l, &cap, key);
	}
	if (kind == 'P' || kind == 'B')
		find_above(x, l, &cap, key, kind == 'P');
	if (strchr("OUPBANT", kind) != NULL)
		add_wider(x, l, &cap, "R");
	free(key);
}

void numbers_nest(struct numbers *x)
{
	x->wider = mem_array(x->names.n + 1, sizeof(*x->wider));
	for (size_t i = 0; i < x->names.n; i++)
		find_wider(x, (uint32_t)i + 1);
}

const struct ref *targets_around(
	const struct numbers *x, const struct list *l, uint32_t target)
{
	const struct list *wider = &x->wider[target];
	const struct ref *found = NULL;
	for (size_t i = 0; i < wider->n && found == NULL; i++)
		found = list_find(l, wider->refs[i].id);
	return found;
}

int targets_all_around(
	const struct numbers *x, const struct list *l, const struct list *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (targets_around(x, l, all->refs[i].id) == NULL)
			return 0;
	return 1;
}
