/*
 * numbers -- names and targets as numbers, so that many of them can be compared: two have
 * the same number when they mean the same; and which targets are in which, as far as that
 * is so in every organization.
 */
#ifndef IDC_VALIDATE_NUMBERS_H
#define IDC_VALIDATE_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

#include "map.h"

/* Something by its number, and where it stands in its list. */
struct ref {
	uint32_t id, index;
};

/* Zeroed, it is empty. Its owner frees refs. */
struct list {
	struct ref *refs; /* once sorted: by id, then index */
	size_t n;
};

struct numbers {
	/*
	 * Each behind a letter that says of what it is; the number of one is its place in
	 * the order in which they came, from 1.
	 */
	struct map names;
	struct list
		*wider; /* by the number of a target: those that it is in, itself first */
};

void numbers_init(struct numbers *x);
void numbers_release(struct numbers *x);

/* The number of a name, which is one among those of its kind: a lower case letter. */
#define NUMBER_TARGET 'R'
uint32_t numbers_name(struct numbers *x, char kind, const char *text);

/* The number of a target, whatever its label; all forms of the root, and name=*, have the
 * same. */
uint32_t numbers_target(struct numbers *x, const char *text);

/* Finds out which targets are in which, once all have their numbers. */
void numbers_nest(struct numbers *x);

void list_add(struct list *l, size_t *cap, uint32_t id, size_t index);
void list_sort(struct list *l);
void list_unique(struct list *l); /* sorted before: leaves the first of each number */

/* Of sorted lists: the first of that number, or NULL; whether l has all of another one. */
const struct ref *list_find(const struct list *l, uint32_t id);
int list_has_all(const struct list *l, const struct list *all);

/* The first of l that a target is in, or NULL; whether each of all is in one of l. */
const struct ref *targets_around(
	const struct numbers *x, const struct list *l, uint32_t target);
int targets_all_around(
	const struct numbers *x, const struct list *l, const struct list *all);

#endif
