/*
 * look -- what is read to clear things up for one action. look.c has assignments and the
 * end of permission sets, look_set.c their beginning.
 */
#ifndef IDC_APPLY_LOOK_H
#define IDC_APPLY_LOOK_H

#include <jv.h>

#include "run.h"

/* One action's look at things; the action's, from look_new until look_conclude. */
struct look {
	struct run *run;
	struct action *a;
	struct err conflict; /* which made it look */
	jv request;
	int found;
	jv accounts;	    /* where a permission set is provisioned */
	int n_asked;	    /* of these */
	jv set;		    /* DescribePermissionSet's of the name */
	jv tags;	    /* of the set, [{Key, Value}] */
	const char *member; /* of the Request, which is compared before it is sent */
	struct look *next;  /* waits for the names, too */
};

/* err is the conflict, or NULL: it looks before it does anything. */
struct look *look_new(struct run *r, struct action *a, const struct err *err);

/* Forgets the look; the action is as it was. */
void look_drop(struct look *l);

/* Ends the look, and the action by verdict; text (or NULL) replaces the conflict's. */
void look_conclude(struct look *l, enum op_verdict verdict, const char *text);

/*
 * Hears of an answer. Whether it is an error, upon which the look has ended: it says
 * nothing, and the conflict is waited out.
 */
int look_failed(struct look *l, const struct aws_result *res);

/* Whether a and b have the same string at key. */
int look_same(jv a, jv b, const char *key);

/* Looks for the permission set that l's action was to create. */
void look_for_name(struct look *l);

struct names;
void names_free(struct names *n);

#endif
