/*
 * aws_engine -- the insides of a struct aws, shared by aws.c, aws_call.c and aws_cred.c.
 *
 * A call is in one of three places: ready (a queue for every request rate, first come first
 * served), later (waiting out a retry), or in flight (in flying, its request with http).
 */
#ifndef IDC_AWS_ENGINE_H
#define IDC_AWS_ENGINE_H

#include <stdint.h>
#include <time.h>

#include "aws.h"
#include "aws_pace.h"
#include "aws_state.h"
#include "aws_wire.h"
#include "cred.h"
#include "map.h"
#include "sig4.h"

/* Enough to keep the rates busy at the latencies that AWS has. */
#define AWS_IN_FLIGHT 32

/* Tries that may fail, of a request whose AWS_MAX_ATTEMPTS nobody said. */
#define AWS_FAILURES_MAX 5

struct call {
	struct call *next;
	struct call *prev;
	struct aws *aws;
	const struct aws_op *op;
	jv input;	/* with page size and token */
	aws_page *page; /* NULL: not a list */
	aws_done *done;
	void *ctx;
	struct map tokens; /* hashes of the page tokens seen */
	int64_t started_ms;
	int64_t ready_ms; /* when a retry is due */
	int64_t sent_ms;
	int attempts; /* requests sent */
	int tries;    /* of these, for this page */
	int failures; /* tries that failed, other than by throttling */
	int throttles;
	int refreshed; /* it waited for other credentials once */
	int cost;      /* what its latest retry took from the budget */
	int starved;   /* there was not enough left in the budget */
	long signed_offset_s;
	unsigned signed_serial;
	char request_id[80];
};

/* What is known of a client's credentials. */
struct aws_keys {
	unsigned serial;  /* how often they were renewed */
	int refused;	  /* AWS took them for expired */
	int unjudged;	  /* they looked expired when they came: that is for AWS to say */
	int failures;	  /* to renew them, in a row */
	int64_t next_ms;  /* not to be renewed before */
	int64_t ended_ms; /* since when calls wait for new ones; 0: they don't */
	struct err err;	  /* of the latest failure */
};

/* "Too many requests" and nothing else, for how long. */
struct storm {
	int64_t since_ms; /* 0: there is none */
	int64_t note_ms;  /* when it is to be spoken of next */
	size_t refused;
	int noted;
};

struct queue {
	struct call *first;
	struct call *last;
	size_t n;
};

struct aws {
	struct aws_state *state; /* answers everything instead of AWS; or NULL */
	struct http *http;
	struct aws_options options;
	struct settings *settings;
	struct cred cred;
	struct aws_keys keys;
	struct sig4_key signing[AWS_SERVICES];
	char *region;
	struct aws_endpoint endpoints[AWS_SERVICES];
	struct aws_bucket buckets[AWS_PACES];
	struct storm storms[AWS_PACES];
	int64_t stormed_ms[AWS_PACES]; /* how long those before took */
	int budgets[AWS_PACES]; /* of failures other than throttling, aws_retry.h */
	long clock_offset_s;	/* how far AWS's clock is ahead of this machine's */
	int clock_set;		/* that was found out */
	int clock_untold;	/* and nobody was told yet */
	int hurry;
	struct queue ready[AWS_PACES];
	struct queue later;
	struct queue flying;
	unsigned long max_attempts; /* 0: the default of each kind of failure */
	long timeout_ms;
	size_t *counts; /* requests sent, by row of the table of operations */
	void (*log)(void *ctx, const char *line);
	void *log_ctx;
	void (*note)(void *ctx, const char *text);
	void *note_ctx;
	int stepping; /* to catch a callback that waits */
	int stopping; /* nothing is sent any more */
};

/* AWS's clock is skew_s more ahead than was thought. */
void aws_set_clock(struct aws *a, long skew_s);
void aws_tell_clock(struct aws *a);
void aws_notify(const struct aws *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Looks for credentials the first time. Blocks. 0, or -1 with err. */
int aws_cred_open(struct aws *a, struct err *err);

/*
 * Renews credentials that are about to end or have, when it is time to and calls are ready
 * that want them; blocks then, and moves what is in flight on. *wait_ms becomes what is
 * left until there is something to do again. Not to be called from callbacks.
 */
void aws_cred_keep(struct aws *a, int64_t *wait_ms);

/* Whether calls that are ready have to wait for credentials; and whether they have waited
 * long enough, so that they are to fail with a->keys.err. */
int aws_cred_is_awaited(const struct aws *a);
int aws_cred_is_lost(const struct aws *a);

/*
 * Whether c, which AWS refused with err, was refused for credentials that have expired, and
 * there are others, or may be soon: it is to be sent again.
 */
int aws_cred_may_help(struct call *c, const struct err *err);

void queue_add(struct queue *q, struct call *c);
void queue_add_first(struct queue *q, struct call *c);
void queue_remove(struct queue *q, struct call *c);

/* Sends c, which is in no queue; puts it into flying, or ends it. */
void call_send(struct call *c, int64_t now_ms);

/* Answers c, which is in no queue, from its client's state. */
void call_answer(struct call *c);

/* Whether c was throttled, and is not to be sent again after aws_hurry. */
int call_is_late(const struct call *c);

/* Ends c, which is in no queue: calls back and frees it. err NULL: success. */
void call_end(struct call *c, jv output, const struct err *err);
void call_free(struct call *c);

#endif
