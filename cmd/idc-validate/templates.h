/*
 * templates -- all that the files define, permission sets and rules, and what must fit
 * together across files.
 */
#ifndef IDC_VALIDATE_TEMPLATES_H
#define IDC_VALIDATE_TEMPLATES_H

#include <stddef.h>

#include <jv.h>

#include "buf.h"
#include "map.h"
#include "value.h"

/* A name in a template, and where it stands. */
struct name {
	char *text;
	struct file *file;
	struct json_pos pos;
	char *pointer; /* to it in the file */
};

struct set {
	struct name name; /* text NULL: it lacks one */
	struct name was;  /* text NULL: it had no other name */
	jv record;
	jv root; /* what the file holds */
};

struct rule {
	struct name sid;   /* text NULL: it lacks one */
	struct name *sets; /* the permission sets that it names */
	size_t n_sets, cap_sets;
	struct buf line; /* the record; empty when there are findings */
	char *pointer;	 /* to the rule in the file of its sid */
};

struct templates {
	struct set *sets;
	size_t n_sets, cap_sets;
	struct rule *rules;
	size_t n_rules, cap_rules;
	int sets_missing;  /* not all permission sets could be read: others may be meant */
	int rules_missing; /* nor all rules */
	struct policy_settings *policies; /* for inline policies, borrowed; or NULL */
};

void templates_init(struct templates *t);
void templates_release(struct templates *t);

/* The string that x is, and its place. */
struct name name_of(const struct value *x);

/*
 * Adds a permission set, or a rule; what it holds is taken. The record is an invalid jv,
 * or an empty line, when there are findings.
 */
void templates_add_set_take(struct templates *t, struct set set);
void templates_add_rule_take(struct templates *t, struct rule rule);

/*
 * Reports names that are there twice, names that nothing defines and former names that are
 * still in use.
 */
void templates_check(struct templates *t);

/* Sorts the permission sets by name, for the output. */
void templates_sort(struct templates *t);

#endif
