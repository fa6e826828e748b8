/*
 * policy -- the form of an IAM policy: what can be known of it without knowing any action.
 *
 * Source: "Grammar of the IAM JSON policy language", IAM User Guide,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html;
 * sizes: "IAM Identity Center quotas", IAM Identity Center User Guide,
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
 */
#ifndef IDC_VALIDATE_POLICY_H
#define IDC_VALIDATE_POLICY_H

#include "value.h"

#define POLICY_BYTES_MAX 32768	    /* as compact JSON, as it is sent */
#define POLICY_CHARACTERS_MAX 10240 /* of these, not counting white space */

/* Checks an inline policy, an object; {} stands for none. ctx is not used. */
void policy_check(const struct value *x, void *ctx);

#endif
