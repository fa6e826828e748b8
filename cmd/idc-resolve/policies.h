/*
 * policies -- whether the managed policies of permission sets are of the partition that
 * IAM Identity Center is in: those of another one can't be attached there.
 */
#ifndef RESOLVE_POLICIES_H
#define RESOLVE_POLICIES_H

#include "input.h"

/*
 * Says of every ARN in in's permission sets that is not of the partition of the instance
 * with that ARN so, at the permission set's place. 0, or -1 when there was one.
 */
int policies_check(const struct input *in, const char *instance_arn);

#endif
