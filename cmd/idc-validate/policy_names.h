/*
 * policy_names -- whether AWS knows what a policy names: services, actions, condition keys;
 * and whether actions work on the resources of their statement.
 */
#ifndef IDC_VALIDATE_POLICY_NAMES_H
#define IDC_VALIDATE_POLICY_NAMES_H

#include "iam_data.h"
#include "policy_model.h"

void names_check(const struct policy *p, const struct iam_data *d);

#endif
