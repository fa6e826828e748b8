/*
 * limits -- what texts the service takes: their length and characters.
 *
 * Source: the service model of IAM Identity Center (sso-admin 2020-07-20) and of IAM
 * (2010-05-08); lengths count characters, not bytes.
 */
#ifndef IDC_VALIDATE_LIMITS_H
#define IDC_VALIDATE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

#include "value.h"

enum limit {
	LIMIT_SET_NAME,
	LIMIT_DESCRIPTION,
	LIMIT_RELAY_STATE,
	LIMIT_POLICY_NAME,
	LIMIT_POLICY_PATH,
	LIMIT_TAG_KEY,
	LIMIT_TAG_VALUE,
	LIMIT_SID,
	LIMIT_STATEMENT_SID,
	LIMIT_GROUP,
	LIMIT_USER,
	LIMIT_TARGET,
	LIMITS
};

/*
 * Whether text keeps to the limit; the first way in which it does not is reported at x,
 * or at x's name (as_name).
 */
int limit_text(const struct value *x, enum limit limit, const char *text, int as_name);

/* The same for the string that x is. */
int limit_string(const struct value *x, enum limit limit);

/* The code point at p, which is well-formed UTF-8, and its length in bytes. */
uint32_t limit_code_point(const char *p, size_t *len);

/* Whether text may be the name of a policy, without a path. */
int limit_is_policy_name(const char *text);

/* What an ARN of a policy says. */
enum policy_arn {
	POLICY_ARN_NONE,    /* no ARN at all */
	POLICY_ARN_BAD,	    /* an ARN of something else, or no well-formed one */
	POLICY_ARN_AWS,	    /* of a policy that AWS manages */
	POLICY_ARN_CUSTOMER /* of a policy in some account */
};

/*
 * Reads an ARN. *path is set to where "/path/name" starts in it when it is of a policy.
 */
enum policy_arn policy_arn_read(const char *arn, const char **path);

#endif
