/*
 * ops -- the table of the operations that a plan may hold: how each is waited for, what
 * its Request must have, and what AWS's errors mean for it.
 */
#ifndef IDC_APPLY_OPS_H
#define IDC_APPLY_OPS_H

#include "err.h"

/* How an operation is waited for; the asynchronous ones are rows of ops_async(). */
enum op_wait {
	OP_SYNC,
	OP_CREATION, /* of an account assignment */
	OP_DELETION, /* of an account assignment */
	OP_PROVISION,
	OP_WAITS
};

/* What a required member of a Request has to be. */
enum op_member_kind {
	OP_STRING,
	OP_ARN, /* a string, or a reference to a set that the plan creates */
	OP_ARRAY,
	OP_OBJECT
};

#define OP_MEMBERS 6

struct op {
	const char *name; /* AWS's name of the operation */
	enum op_wait wait;
	enum {
		OP_EDITS,   /* doing it again changes nothing and is no error */
		OP_CREATES, /* a permission set; one of that name may be another one */
		OP_ADDS,    /* "already there" is as good as done */
		OP_REMOVES  /* "not found" is as good as done */
	} sense;
	int looks; /* a conflict that is unclear can be cleared up by reading */
	struct {
		const char *name;
		enum op_member_kind kind;
	} members[OP_MEMBERS];
};

/* The row of an operation, or NULL: no plan may hold it. */
const struct op *ops_find(const char *name);

/* Whether op makes or removes an account assignment: these have AWS's limit of 10. */
int ops_is_assignment(const struct op *op);

/* Where the status of an asynchronous operation is asked for. */
struct op_async {
	const char
		*status; /* member of the answer and of Describe's that holds the status */
	const char *describe;	 /* operation for one request */
	const char *describe_id; /* its input member */
	const char *list;	 /* operation for all requests, 100 at a time */
};

/* wait is not OP_SYNC. */
const struct op_async *ops_async(enum op_wait wait);

/* What an error means for the action that met it. */
enum op_verdict {
	OP_FAILED,  /* it failed, for good */
	OP_ALREADY, /* what it is for is so already: it succeeded */
	OP_BUSY,    /* another operation is in its way: wait, then try again */
	OP_LOOK,    /* read how things are, then decide */
	OP_UNCLEAR  /* a conflict that says nothing: wait a little, then try again */
};

enum op_verdict ops_judge(const struct op *op, const struct err *err);

/* What an error means for the rest of the plan. */
enum op_reach {
	OP_REACHED,   /* AWS answered; this call is what was wrong */
	OP_REFUSED,   /* AWS answered that this identity may not do this */
	OP_UNREACHED, /* AWS gave no answer, or no time: the next call may do better */
	OP_LOST	      /* no call of this identity can succeed any more */
};

enum op_reach ops_reach(const struct err *err);

#endif
