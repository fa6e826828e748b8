/*
 * ops_sso -- what the operations on permission sets and on assignments share.
 */
#ifndef IDC_SIM_OPS_SSO_H
#define IDC_SIM_OPS_SSO_H

#include "call.h"

/* ResourceNotFoundException; returns an invalid jv. */
jv not_found(struct call *c, const char *what, const char *id);

/* Whether the call's InstanceArn (and region) is the instance's; false after call_fail. */
int known_instance(struct call *c);

/* The set of the call's PermissionSetArn, or NULL after call_fail. */
struct set *known_set(struct call *c);

/* Whether the caller may change set; false after call_fail. */
int may_touch(struct call *c, const struct set *set);

#endif
