/*
 * resolved -- a resolved stream, read whole into the model.
 */
#ifndef PLAN_RESOLVED_H
#define PLAN_RESOLVED_H

#include "model.h"
#include "stream.h"

enum resolved_role {
	RESOLVED_WANTED, /* the input: what is to be */
	RESOLVED_APPLIED /* --last-applied: what the last run wanted */
};

/*
 * Reads s (opened by the caller for resolved streams, released by it) to its end.
 * STATUS_OK; STATUS_INCOMPLETE when it is no complete stream or has a record that
 * idc-resolve would not write; STATUS_FAILED when streams that were put together
 * contradict each other or s can't be read. What is wrong has been said.
 */
int resolved_read(struct model *m, struct stream_in *s, enum resolved_role role);

/* Whether two PermissionSet records (borrowed) say the same, wherever they were written. */
int resolved_same(jv a, jv b);

#endif
