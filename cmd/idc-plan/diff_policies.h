/*
 * diff_policies -- one permission set on its way into the plan, and what it permits.
 */
#ifndef PLAN_DIFF_POLICIES_H
#define PLAN_DIFF_POLICIES_H

#include "plan.h"

struct diff {
	struct plan *p;
	uint32_t set;
	jv want; /* borrowed */
	jv live; /* borrowed; invalid for a new one */
	struct edits *edits;
	char *place; /* of its template, or "" */
};

/* The input of an operation on this set, as far as all have it. Owned. */
jv diff_input(const struct diff *d, const char *arn_member);

/* {field: {From, To}}, taking from and to; an invalid one is left out. Owned. */
jv diff_change(const char *field, jv from, jv to);

/* "WHAT (templates/a.json:1)", owned. */
char *diff_because(const struct diff *d, const char *what);

/*
 * Adds an action, which waits for the set to be made or adopted. Takes request, changes
 * (dropped for a new set) and reason. Its number.
 */
uint32_t diff_add(struct diff *d, enum operation op, jv request, jv changes, char *reason);

/* Adds what makes the inline policy, the managed ones and the boundary as they are wanted.
 */
void diff_policies(struct diff *d);

#endif
