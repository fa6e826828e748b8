/*
 * policy_forms -- the form of single values in an inline policy: actions, ARNs, conditions
 * and variables.
 *
 * Sources: IAM User Guide, "IAM JSON policy elements" (Action, Resource, Condition
 * operators, Variables and tags) and "IAM policy validation check reference".
 */
#ifndef IDC_VALIDATE_POLICY_FORMS_H
#define IDC_VALIDATE_POLICY_FORMS_H

#include "value.h"

/* Whether text is an action: "*", or "service:Action" with * and ? in the second part. */
int action_is(const char *text);

/* Reports an action that has not its form. */
void action_check(const struct value *x);

/* Reports a string of Resource or NotResource that is no ARN and not "*". */
void resource_check(const struct value *x);

/* The same for what an Arn... operator compares with. */
void arn_operand_check(const struct value *x);

/*
 * Reports the first ARN among the managed policies, the boundary and the resources of a
 * permission set, which root is, that is of another partition than the one before it.
 */
void partitions_check(const struct value *root);

/* Reports a policy variable that is not one; old: the policy's version has none. */
void variable_check(const struct value *x, int old);

/* Whether text has something that starts a variable. */
int has_variable(const char *text);

/* Reports operators that there are not, and values that they can't compare. old as above.
 */
void condition_check(const struct value *x, int old);

#endif
