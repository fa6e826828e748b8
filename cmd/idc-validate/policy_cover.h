/*
 * policy_cover -- statements of one policy that make others idle.
 *
 * Only what is certain is said: a statement with a Condition covers nothing, and patterns
 * are compared as policy_pattern.h does.
 */
#ifndef IDC_VALIDATE_POLICY_COVER_H
#define IDC_VALIDATE_POLICY_COVER_H

#include "policy_model.h"

/*
 * Reports statements that a Deny or another statement of the same effect covers wholly, and
 * notes which are dead.
 */
void cover_check(struct policy *p);

/* Whether a Deny without a Condition denies what fits action on all resources of s. */
int cover_denied(
	const struct policy *p, const struct pattern *action, const struct statement *s);

#endif
