/*
 * managed_policies -- which managed policies AWS has.
 */
#ifndef IDC_SIM_MANAGED_POLICIES_H
#define IDC_SIM_MANAGED_POLICIES_H

#include <stddef.h>

/* What follows "policy/" in their ARNs: "ReadOnlyAccess", "job-function/Billing". */
extern const char *const managed_policies[];
extern const size_t n_managed_policies;

/* The place of name, or n_managed_policies. */
size_t managed_policy_find(const char *name);

#endif
