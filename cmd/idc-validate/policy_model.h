/*
 * policy_model -- an inline policy that has the right form, as the checks that look at more
 * than one value want it: statements with the patterns of their actions and resources.
 */
#ifndef IDC_VALIDATE_POLICY_MODEL_H
#define IDC_VALIDATE_POLICY_MODEL_H

#include <stddef.h>

#include "policy_pattern.h"
#include "value.h"

/* Action or NotAction, Resource or NotResource. */
struct items {
	struct value x; /* the list, or the one string */
	int negated;	/* the one that starts with Not */
	const char **texts;
	struct pattern *patterns; /* of the texts */
	size_t n;
};

struct statement {
	struct value x;
	size_t number; /* from 1 */
	int allow;
	int conditional; /* it has a Condition, and be it an empty one */
	struct items actions, resources;
	int dead; /* a Deny covers it, which was reported */
};

struct policy {
	struct value list; /* the value of Statement */
	int old;	   /* of a version without variables */
	struct statement *statements;
	size_t n;
};

/*
 * Reads a policy without an error. It borrows x, whose place and that of p must not change
 * until policy_release.
 */
void policy_read(struct policy *p, const struct value *x);
void policy_release(struct policy *p);

/* Patterns of what is no part of the policy, for comparison. */
void action_pattern(struct pattern *p, const char *action);

/* Whether one of the items, which are not negated, takes in the pattern: its index + 1. */
size_t items_find(const struct items *items, const struct pattern *p);

/* Whether the items, negated or not, take in the pattern wholly. */
int items_include(const struct items *items, const struct pattern *p);

/* Whether what the items, negated or not, stand for is part of what by stands for. */
int items_covered(const struct items *items, const struct items *by);

/* Reports something about an item; about the name of the field when the items are negated.
 */
void items_report(const struct items *items, size_t i, enum code code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* What a statement is called in a message, with its quotes: "'Sid'", "statement 2". Owned.
 */
char *statement_name(const struct statement *s);

/* What is known of a condition of a statement. */
struct condition {
	const char *operator; /* as it is written */
	const char *key;
	const struct value *x; /* the value or the list of them */
};

/* Calls check for each key of each operator, until it returns non-zero, which is returned.
 */
int statement_conditions(const struct statement *s,
	int (*check)(const struct condition *c, void *ctx), void *ctx);

#endif
