/*
 * run -- carrying a plan out: starts what may start, hears how it ended, and ends its
 * dependents with it. run.c has the loop, wait.c the asynchronous operations, look.c what
 * is read to clear up conflicts.
 *
 * Every action comes to exactly one end: run_succeed, run_fail, or a skip.
 */
#ifndef IDC_APPLY_RUN_H
#define IDC_APPLY_RUN_H

#include <signal.h>
#include <stdint.h>

#include "aws.h"
#include "graph.h"
#include "moment.h"
#include "results.h"
#include "sched.h"

struct waiting;
struct names;

/* How long a list, which may lag, has to show something before it is believed. */
#define RUN_LASTING_MS 30000

/* What is kept of an action from its start to its end. */
struct going {
	struct run *run;
	void *look;   /* what is being read for it (look.c) */
	int attempts; /* requests sent for it */
	int tries;    /* waits for something in its way */
	int64_t started_ms;
	int64_t looked_ms;  /* by run_calm_ms: first seen done already; 0: not yet */
	int64_t blocked_ms; /* by run_calm_ms: first met something in its way; 0: not yet */
};

/* The outstanding operations of one kind, and how they are polled. */
struct poll {
	struct run *run;
	enum op_wait wait;
	struct waiting *first;
	size_t n;
	size_t asking; /* calls of this poll not yet answered */
	size_t asked;  /* operations it is about */
	size_t shown;  /* how many of these the list has shown */
	int failed;    /* lists in a row that AWS answered with an error */
	enum {
		POLL_RECENT,   /* the first page of the list, where the latest are */
		POLL_PROGRESS, /* the list of those in progress, the others one by one */
		POLL_SINGLE    /* one by one: the list is denied */
	} mode;
	int64_t next_ms;  /* INT64_MIN: to be found out */
	int64_t asked_ms; /* when the latest poll was started */
	int64_t trip_ms;  /* the shortest time from a question to its answer */
	struct moment moment;
};

/* Why nothing new is started, and what is said of what was not. */
struct stop {
	int on;
	int fatal;	  /* not to go on, nor to wait for operations: the exit status */
	int64_t until_ms; /* wait for calls in flight at most until then */
	char code[80];
	char text[600];
};

struct run {
	struct graph *g;
	struct aws *aws;
	struct results *results;
	struct sched sched;
	struct poll polls[OP_WAITS];
	struct names *names; /* being read (look_set.c), or NULL */
	struct map adopted;  /* ARNs of sets that an earlier run of this plan created */
	struct stop stop;
	size_t running, ended;
	size_t reached;	    /* failures in which AWS answered something else than "no" */
	size_t left;	    /* given up while AWS may yet complete them */
	unsigned unreached; /* calls in a row that got no answer */
	int64_t silent_ms;  /* since when that is so */
	int answered;	    /* AWS has answered in this run */
	int64_t started_ms;
	int64_t patience_ms; /* for an operation to end, and for a conflict to pass */
	int64_t price_ms;    /* what time a request is worth */
	size_t surveying;    /* calls that look for operations of an earlier run */
};

struct run_options {
	unsigned jobs; /* 1 to SCHED_ASSIGNMENTS */
	size_t window; /* so many actions are looked at together: 1 and up */
	int64_t patience_ms;
	volatile sig_atomic_t *signals; /* how many have come */
	volatile sig_atomic_t *signal;	/* the last one */
};

/*
 * Carries plan out; results_begin was called. Returns the exit status (a signal's is 128
 * and its number); the Result of every action was written, but for those whose record
 * could not be read any more.
 */
int run_all(struct plan *plan, struct aws *aws, struct results *results,
	const struct run_options *options);

/* Sends the request of an action that is running. */
void run_send(struct run *r, struct action *a);

/* How an action that is running ended. message may be cut. request_id may be "". */
void run_succeed(struct run *r, struct action *a, const char *request_id);
void run_fail(struct run *r, struct action *a, const char *code, const char *message,
	const char *request_id);
void run_fail_err(struct run *r, struct action *a, const struct err *err);

/* a is not waited for any longer, since all stops (r->stop). */
void run_give_up(struct run *r, struct action *a, const char *request_id);

/*
 * Tries a running action again later; verdict says what is in its way. Fails it with err
 * when that has taken too long.
 */
void run_retry(
	struct run *r, struct action *a, enum op_verdict verdict, const struct err *err);

/*
 * Hears of a call's error, or of its success (NULL), from wherever it was made: when AWS is
 * out of reach, all stops. What had answered before may be silent for a while.
 */
void run_heard(struct run *r, const struct err *err);

/* Nothing can be done any more for the reason err: says so, and stops all. */
void run_stop(struct run *r, const struct err *err);

/* The slot of a. */
uint32_t run_index(const struct run *r, const struct action *a);

/*
 * when_ms without the time in which AWS throttled everything: what patience is measured by,
 * since nothing could be seen to end.
 */
int64_t run_calm_ms(const struct run *r);

/* --- wait.c --- */

void waits_init(struct run *r);
void waits_release(struct run *r);

/* Starts to look for operations that an earlier run left; r->surveying tells when it ended.
 */
void waits_survey(struct run *r);

/* a's operation was accepted; answer is its status (borrowed). */
void waits_add(struct run *r, struct action *a, jv answer, const char *request_id);

/* Ends what is waited for: AWS is out of reach. */
void waits_give_up(struct run *r);

/* Starts the polls that are due. */
void waits_poll(struct run *r, int64_t now_ms);

/* When the next poll is due, or INT64_MAX. */
int64_t waits_due(struct run *r, int64_t now_ms);

/* --- look.c --- */

/* Reads how things are after the conflict err, then ends or retries a. */
void look_start(struct run *r, struct action *a, const struct err *err);

/*
 * Looks before a is done, when that may have been done by an earlier run: 1, and a is taken
 * care of; or 0.
 */
int look_first(struct run *r, struct action *a);
void look_release(struct run *r);

#endif
