/*
 * aws_retry -- which failures pass, how long to wait, and what to tell people.
 *
 * Behind aws.h. Sources: "Retry behavior", AWS SDKs and Tools Reference Guide,
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
#ifndef IDC_AWS_RETRY_H
#define IDC_AWS_RETRY_H

#include <stdint.h>
#include <time.h>

#include "aws_wire.h"
#include "cred.h"

enum aws_verdict {
	AWS_FINAL,    /* trying again gives the same */
	AWS_THROTTLE, /* too many requests: wait, and be slower */
	AWS_TRANSIENT /* may be gone at the next try */
};

/* res is what came, err what was made of it. */
enum aws_verdict aws_retry_verdict(const struct http_response *res, const struct err *err,
	const struct aws_endpoint *endpoint);

/*
 * Milliseconds before the n-th retry (from 1): exponential with full jitter, at most 20 s;
 * not less than Retry-After (-1: none; taken as five minutes at most).
 */
int64_t aws_retry_wait_ms(int n, long retry_after_s);

/* The part of Retry-After (seconds, or -1) that is waited for, in milliseconds. */
int64_t aws_retry_after_ms(long retry_after_s);

/* Whether err says that the credentials have expired. */
int aws_retry_is_expired(const struct err *err);

/* Whether err is a refusal of the signature: wrong, or of a date that AWS does not take. */
int aws_retry_is_signature(const struct err *err);

/*
 * How far AWS's clock, by res, is ahead of now (negative: behind it), in seconds; 0 when
 * that is less than AWS puts up with in a signature, or can't be known.
 */
long aws_retry_skew_s(const struct http_response *res, time_t now);

/*
 * What a try that failed otherwise than by throttling takes from the budget of such
 * failures, AWS_RETRY_BUDGET at first: more when it took long.
 */
#define AWS_RETRY_BUDGET 500
int aws_retry_cost(const struct http_response *res);

/*
 * Makes the final text of err: the operation's name where it only reads (a result of one
 * that writes has it anyway), a hint where there is one. What AWS says of a refused
 * signature is replaced, since it repeats the request with its token; and cred's secrets
 * are cut out of any text.
 */
void aws_retry_explain(struct err *err, const struct aws_op *op, const char *region,
	const struct aws_endpoint *endpoint, const struct http_response *res, time_t now,
	const struct cred *cred);

#endif
