/*
 * aws -- AWS operations: one signed call, and lists page by page.
 *
 * A struct aws is one identity in one region. Calls are started, wait their turn at their
 * service's token bucket, are signed at the moment they are sent, and retried here and
 * nowhere else (throttling, 5xx, timeouts, connections that fail; exponential backoff
 * with full jitter, Retry-After honoured). Failures other than throttling take from a
 * budget for each rate, which successes fill up again: when it is spent, they are final.
 * Each call ends in exactly one callback, from within aws_step or aws_run, never from
 * within the starting call. A callback may start further calls.
 *
 * When AWS refuses a signature for its date, the difference of the clocks is taken from the
 * answer's Date, once, and all further requests are signed by AWS's clock.
 *
 * Credentials that end within five minutes are renewed, from where they came; a failure is
 * tried again after a pause, and is no matter while the old ones are good. When those have
 * ended, by the clock or because AWS said so, calls wait for new ones, about a minute.
 *
 * Input and output are jv objects with the operation's own member names, whatever
 * the protocol (JSON 1.1, REST-JSON, query with XML answers; in the latter's output numbers
 * and booleans are strings).
 *
 * Errors: ERR_AWS with AWS's code and message; ERR_THROTTLED when patience ran out; ERR_NET
 * when no answer of AWS's came; ERR_DATA when one can't be read; ERR_CRED when credentials
 * ended and there are no new ones. The text of an operation that only reads starts with its
 * name; of one that writes it does not. No text has a secret.
 *
 * Settings, of the environment or else of the profile (setting.h), by their variables:
 * AWS_REGION, AWS_DEFAULT_REGION (else the profile's region), AWS_ENDPOINT_URL,
 * AWS_ENDPOINT_URL_<SERVICE> (SSO_ADMIN, IDENTITYSTORE, ORGANIZATIONS, ACCESSANALYZER, IAM,
 * STS, SSO, SSO_OIDC), AWS_CA_BUNDLE, AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT,
 * AWS_RETRY_MODE ("standard" or "adaptive", which are the same here), AWS_MAX_ATTEMPTS (of
 * a request, whatever it fails of; without it 5 failures, and throttling is waited out for
 * as long as it takes), IDC_TPS (requests a second for all Identity Center calls together,
 * 20; 0: no pacing), IDC_TIMEOUT (of one request, 60s).
 */
#ifndef IDC_AWS_H
#define IDC_AWS_H

#include <stddef.h>
#include <signal.h>

#include <jv.h>

#include "err.h"

struct aws; /* opaque */

enum aws_service {
	AWS_SSO_ADMIN,
	AWS_IDENTITYSTORE,
	AWS_ORGANIZATIONS,
	AWS_ACCESSANALYZER,
	AWS_IAM,
	AWS_STS,
	AWS_SSO,      /* the access portal, for credentials only */
	AWS_SSO_OIDC, /* for the logins to it */
	AWS_SERVICES
};

/* One row of the table of operations, lib/aws_ops.c. */
struct aws_op {
	const char *name; /* "ListPermissionSets" */
	enum aws_service service;
	const char *uri;       /* REST-JSON only: "/policy/validation" */
	const char *token_in;  /* input member of the page token, or NULL: not paged */
	const char *token_out; /* output member of the next token */
	const char *items;     /* output member that holds the page's items */
	const char *max_name;  /* input member of the page size, or NULL */
	int max;	       /* the largest page size allowed; always asked for */
	int writes;	       /* changes something */
};

/* The row of an operation, or NULL. service AWS_SERVICES: any (the first by that name). */
const struct aws_op *aws_op_find(enum aws_service service, const char *name);

/* How one call ended. Borrowed by the callback. */
struct aws_result {
	const struct aws_op *op;
	jv output;		/* borrowed; valid object on success, else invalid */
	const struct err *err;	/* NULL on success */
	int attempts;		/* requests sent, 1 and up */
	double seconds;		/* from the start of the call to its end */
	const char *request_id; /* of the last answer, or "" */
};

typedef void aws_done(void *ctx, const struct aws_result *res);

/* One page of a list: its items (borrowed array). Returning non-zero stops the list. */
typedef int aws_page(void *ctx, jv items);

/* Whose calls they are; borrowed for as long as the client lives. */
struct aws_options {
	const char *prog;	 /* names the caller in User-Agent */
	const char *profile;	 /* --profile, or NULL: AWS_PROFILE */
	const char *assume_role; /* --assume-role, or NULL */
	/*
	 * How many signals came, counted by a handler; NULL: signals end the program. When
	 * one comes, waiting for credentials ends at once.
	 */
	const volatile sig_atomic_t *signals;
};

/*
 * A client that is answered from a state stream, lib/aws_state.h: of what reads, and of what
 * the stream has. It needs no environment, no credentials and no network, and waits for
 * nothing; requests are not counted. NULL with err filled, as stream_fail takes it.
 */
struct aws *aws_open_state(const char *path, struct err *err);

/* Whether it is such a one. */
int aws_is_offline(const struct aws *a);

/*
 * A client configured from the environment and options, or NULL with err filled (ERR_DATA:
 * no region, an endpoint that is no URL; ERR_CRED). Blocks, two minutes at most, unless
 * credentials come from the environment or stand in a file; cred.h has the sources.
 */
struct aws *aws_open(const struct aws_options *options, struct err *err);

/* aws_open without options. */
struct aws *aws_new(const char *prog, struct err *err);
void aws_free(struct aws *a);

const char *aws_region(const struct aws *a);
const char *aws_partition(const struct aws *a); /* "aws", "aws-cn", ... */

/*
 * The partition that an ARN is of ("aws-cn"), into out, of which size bytes are there; 0,
 * or -1 when it is no ARN.
 */
int aws_arn_partition(const char *arn, char *out, size_t size);

/* The name of the i-th partition that AWS has, or NULL when there are not so many. */
const char *aws_partition_name(size_t i);

/*
 * Starts op with input (borrowed; copied). That service has such an op is asserted.
 */
void aws_call(struct aws *a, enum aws_service service, const char *op, jv input,
	aws_done *done, void *ctx);

/*
 * Starts a list: op is called with input and its largest page size until no token comes
 * back; page is called for every page in order, done once at the end (its output is the
 * last page's). A list that page stopped goes on with the token of that output in another's
 * input. A token that repeats ends the list as ERR_DATA, and so does an answer without the
 * list: it is not an empty one.
 */
void aws_list(struct aws *a, enum aws_service service, const char *op, jv input,
	aws_page *page, aws_done *done, void *ctx);

/* Calls not yet ended. */
size_t aws_pending(const struct aws *a);

/*
 * Moves everything on, waiting at most timeout_ms (-1: no limit) for something to happen:
 * an answer, a part of one, a retry or a request that falls due, a signal. So callers loop;
 * with nothing pending, -1 returns at once. Not to be called from a callback (asserted).
 * When credentials are to be renewed it may take longer than timeout_ms: 3 s, and after
 * failures up to 12 s, while the old ones are good; 30 s when they have ended. A signal
 * ends that, see struct aws_options; answers to what is in flight are taken meanwhile.
 *
 * 0, or -1 with err filled: the engine itself failed, and every call has ended with err.
 */
int aws_step(struct aws *a, int timeout_ms, struct err *err);

/*
 * aws_step until nothing is pending. *stop (may be NULL) becoming non-zero ends it early:
 * calls not in flight are ended with ERR_NET "interrupted", those in flight are waited for.
 */
int aws_run(struct aws *a, volatile sig_atomic_t *stop, struct err *err);

/* One call, waited for: its output, owned; or invalid with err filled. */
jv aws_get(
	struct aws *a, enum aws_service service, const char *op, jv input, struct err *err);

/* A whole list, waited for: an array, owned; or invalid with err filled. */
jv aws_get_all(
	struct aws *a, enum aws_service service, const char *op, jv input, struct err *err);

/* Whether err (may be NULL) is AWS's error of that name ("ResourceNotFoundException"). */
int aws_is(const struct err *err, const char *code);

/*
 * For a program that was told to stop: from now on, what writes and is throttled is not
 * sent again, and for what reads, throttling is a failure like any other. What else failed is not
 * sent again if it writes, and once if it reads.
 */
void aws_hurry(struct aws *a);

/*
 * Requests sent so far, retries and throttled answers among them; by operation as an
 * object {"ListInstances": n, ...} (owned), for -v and the benchmarks.
 */
jv aws_counts(const struct aws *a);

/*
 * The milliseconds, so far, in which AWS throttled every request of service's rate. Who
 * waits for something to pass does not count them: nothing could be seen to pass.
 */
int64_t aws_throttled_ms(const struct aws *a, enum aws_service service);

/* The time by AWS's clock, as far as it is known. */
time_t aws_now(const struct aws *a);

/*
 * log is called with a line for each answer: service, operation, attempt, milliseconds,
 * status or what came instead, request id. It has no line break and no secret.
 */
void aws_set_log(struct aws *a, void (*log)(void *ctx, const char *line), void *ctx);

/*
 * note is called with a sentence about what a person should know while it works: that
 * clocks differ, that AWS has been throttling everything for a while, and no longer does.
 */
void aws_set_note(struct aws *a, void (*note)(void *ctx, const char *text), void *ctx);

#endif
