/*
 * live_principals -- assignments by principal; behind live.h.
 */
#ifndef PLAN_LIVE_PRINCIPALS_H
#define PLAN_LIVE_PRINCIPALS_H

#include "live.h"

/* {"InstanceArn": ...}, owned: the beginning of an input. */
jv live_input(const struct live *l);

/* Owned, or to be adopted. */
int live_is_ours(const struct set *s);

/*
 * The assignments of all principals of the model. 0, with l->unfit set when AWS does not
 * let us, or when that would take more than l->limit requests; or -1 after a failure.
 */
int live_read_holders(struct live *l);

/*
 * Lists the directory for as long as reading by principal may take no more than limit
 * requests. 1 when it does; 0 when it does not; -1 after a failure.
 */
int live_directory_is_small(struct live *l, size_t limit);

#endif
