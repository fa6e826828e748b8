/*
 * policy -- inline policies: their form, checked against the grammar of IAM's policy
 * language, and what the other policy_ modules say of those that have it.
 *
 * Source: "Grammar of the IAM JSON policy language", IAM User Guide,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html;
 * sizes: "IAM Identity Center quotas", IAM Identity Center User Guide,
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
 */
#ifndef IDC_VALIDATE_POLICY_H
#define IDC_VALIDATE_POLICY_H

#include "iam_data.h"
#include "value.h"

#define POLICY_BYTES_MAX 32768	    /* as compact JSON, as it is sent */
#define POLICY_CHARACTERS_MAX 10240 /* of these, not counting white space */

struct policy_settings {
	struct iam_data data; /* may be none */
	const char *const
		*mfa; /* patterns of actions that are to be allowed with MFA only */
	size_t n_mfa;
	size_t seen; /* how many policies were checked */
};

/*
 * Checks an inline policy, an object; {} stands for none. ctx: the struct policy_settings,
 * or NULL.
 */
void policy_check(const struct value *x, void *ctx);

#endif
