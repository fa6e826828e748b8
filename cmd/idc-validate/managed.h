/*
 * managed -- the managed policies of a permission set and its permissions boundary: by ARN
 * those of AWS, by name and path those of the customer.
 */
#ifndef IDC_VALIDATE_MANAGED_H
#define IDC_VALIDATE_MANAGED_H

#include <jv.h>

#include "value.h"

/* Of both kinds together, on one permission set (quotas of IAM Identity Center). */
#define MANAGED_POLICIES_MAX 20

/* Checks for the fields of a permission set; ctx is not used. */
void managed_check(const struct value *list, void *ctx);
void customer_managed_check(const struct value *list, void *ctx);
void boundary_check(const struct value *x, void *ctx);

/* Checks a permission set for what concerns both lists. */
void managed_check_both(const struct value *set);

/*
 * What the records of streams hold instead, from values (borrowed) without a finding: lists
 * sorted and without duplicates; of a boundary an object, or an invalid jv where there is
 * none. Owned.
 */
jv managed_record(jv list);
jv customer_managed_record(jv list);
jv boundary_record(jv boundary);

#endif
