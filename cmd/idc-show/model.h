/*
 * model -- what a stream says, grouped as a person reads it: by permission set, below it by
 * principal, below that by what happens where.
 */
#ifndef IDC_SHOW_MODEL_H
#define IDC_SHOW_MODEL_H

#include <stddef.h>

#include <jv.h>

#include "map.h"
#include "stream.h"

/* What happens to an assignment; HELD is one that a resolved or state stream has. */
enum what { WHAT_HELD, WHAT_GRANT, WHAT_REVOKE, WHAT_REBIND, WHATS };

/* The accounts for which one thing happens. */
struct places {
	char **names;		/* as shown: name, with marks */
	size_t n, cap;
};

struct holder {
	char *type, *name;	/* name: the principal's, or its id where it has none */
	int orphan;
	struct places where[WHATS];
};

struct set {
	char *name;
	int created, deleted, changed, adopted;
	size_t provisioned;	/* accounts it is provisioned in again; 0: none or all */
	int provisioned_all;
	jv changes;		/* object field: {From, To} */
	jv details;		/* array of strings: what a new set consists of */
	struct map holders;	/* "TYPE id" to struct holder */
};

/* One action that did not succeed. */
struct trouble {
	char *text;		/* what, where: why */
	int skipped;
};

struct model {
	enum stream_type type;
	struct map sets;	/* name to struct set */
	struct trouble *troubles;
	size_t n_troubles, troubles_cap;
	jv notices;		/* the Notice records */
	jv rules;		/* the AssignmentRule records */
	struct map accounts, principals;	/* touched, for the summary */
	size_t n_actions, n_grants, n_revokes, n_roles, n_rebinds, n_succeeded, n_failed, n_skipped;
	size_t n_assignments;
	jv kinds;		/* of a state: object kind: count */
};

void model_init(struct model *m);
void model_release(struct model *m);

/* Takes note of one record (borrowed) of a stream of this type. */
void model_add(struct model *m, enum stream_type type, jv rec);

#endif
