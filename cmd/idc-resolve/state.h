/*
 * state -- the organization and the directory from a state stream (idc-dump(1)) instead of
 * from AWS.
 */
#ifndef RESOLVE_STATE_H
#define RESOLVE_STATE_H

#include "instance.h"
#include "org.h"
#include "principals.h"

/* What is filled: all of it, so that nothing is left to be asked. */
struct state {
	struct instance *instance;
	struct org *org;
	struct principals *principals; /* names were added before */
};

/*
 * Reads path; its instance has to be instance_arn (unless that is NULL). STATUS_OK;
 * STATUS_INCOMPLETE when it is no complete state stream; STATUS_FAILED when it can't be
 * read or does not describe an organization. What is wrong has been said.
 */
int state_read(const struct state *to, const char *path, const char *instance_arn);

#endif
