/*
 * input -- the templates stream, read whole: permission sets and rules.
 *
 * Records that came twice (streams can be concatenated) are there once. Every name
 * that a rule mentions is a struct value that knows its place in the template.
 */
#ifndef RESOLVE_INPUT_H
#define RESOLVE_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <jv.h>

#include "diag.h"
#include "map.h"

enum rule_list { RULE_TARGET, RULE_EXCLUDE, RULE_PRINCIPAL, RULE_SET, RULE_LISTS };

struct value {
	const char *text;    /* borrowed from the rule's record */
	size_t line, column; /* in the rule's file */
	uint32_t ref;	     /* index of the selector, principal or permission set */
};

struct list {
	struct value *values;
	size_t n;
};

struct rule {
	jv rec;
	const char *sid; /* borrowed from rec, as is file */
	const char *file;
	size_t line, column; /* of the rule itself */
	int for_users;	     /* PrincipalType USER, else GROUP */
	int expired;	     /* grants nothing, and nothing in it is looked up */
	struct list lists[RULE_LISTS];
};

struct input {
	jv *sets; /* PermissionSet records, sorted by Name */
	size_t n_sets, cap_sets;
	struct rule *rules; /* in the order of the stream */
	size_t n_rules, cap_rules;
	struct map sets_by_name; /* index + 1 */
	struct map rules_by_sid; /* index + 1 */
};

/*
 * Reads fd to its end; name is what messages call it. STATUS_OK; STATUS_INCOMPLETE when it
 * is no complete templates stream; STATUS_FAILED when it can't be read or its records are
 * wrong or contradict each other. What is wrong has been said. now decides what has
 * expired. input_release() is due in every case.
 */
int input_read(struct input *in, int fd, const char *name, time_t now);
void input_release(struct input *in);

/* Rules that have not expired. */
size_t input_live_rules(const struct input *in);

/* A message about a value, or about the rule itself. */
void rule_diag(enum diag_level level, const struct rule *r, const struct value *v,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
