/*
 * policy_risk -- what a security reviewer asks about: everything on everything, roles that
 * can be passed, ways to give oneself more rights, the forms with Not, missing MFA.
 *
 * What a Deny without a Condition in the same policy takes away is not reported. Each
 * statement has at most one finding of a code.
 */
#ifndef IDC_VALIDATE_POLICY_RISK_H
#define IDC_VALIDATE_POLICY_RISK_H

#include "policy_model.h"

/* mfa: n patterns of actions that are to be allowed with MFA only. */
void risk_check(const struct policy *p, const char *const *mfa, size_t n);

#endif
