/*
 * last_applied -- what the last run wanted, from a file that it left behind.
 */
#ifndef PLAN_LAST_APPLIED_H
#define PLAN_LAST_APPLIED_H

#include "model.h"

struct last_applied {
	int given;	  /* --last-applied: compare three sides */
	int knows_sets;	  /* the file says which permission sets there were */
	int is_one;	  /* of one run: what is in it has been done */
	jv state;	  /* a Terraform state, or invalid */
	const char *file; /* borrowed */
};

/*
 * Reads file: a resolved stream, or a Terraform state (version 4) with
 * aws_ssoadmin_account_assignment resources. The input must have been read into m. 0 or an
 * exit status after saying why.
 */
int last_applied_read(struct last_applied *last, struct model *m, const char *file);

/*
 * A Terraform state knows permission sets by ARN only: once the live ones are known, adds
 * its assignments to m. 0 or an exit status after saying why.
 */
int last_applied_bind(struct last_applied *last, struct model *m);

void last_applied_release(struct last_applied *last);

#endif
