/*
 * fault -- what is to go wrong, by rule.
 *
 *     OPERATION[:CONDITION]...:ACTION
 *
 * OPERATION is a name of AWS's or a pattern ("List*"), with a service before a slash where
 * it matters ("organizations/ListTagsForResource"). Every condition must hold; without one
 * the rule holds for every call. Of several rules that hold, the first is carried out.
 */
#ifndef IDC_SIM_FAULT_H
#define IDC_SIM_FAULT_H

#include <stdint.h>
#include <stdio.h>

#include "call.h"

enum fault_action {
	FAULT_ERROR,	   /* =CODE[/STATUS]: refused with that code */
	FAULT_THROTTLE,	   /* [=SECONDS]: asked too often, come back after */
	FAULT_INTERNAL,	   /* 500, in the service's words */
	FAULT_UNAVAILABLE, /* 503, in the words of what stands before the service */
	FAULT_DENIED,	   /* one may not ask */
	FAULT_EXPIRED,	   /* the credentials are too old */
	FAULT_UNSEEN,	   /* the permission set that it is about is not known yet */
	FAULT_RESET,	   /* the connection is reset, nothing was done */
	FAULT_RESET_AFTER, /* it was done, and nobody is told */
	FAULT_STALL,	   /* nothing is done, and no answer comes */
	FAULT_STALL_AFTER, /* it was done, and no answer comes */
	FAULT_TRUNCATE,	   /* half of the answer, then the connection's end */
	FAULT_GARBAGE,	   /* an answer that is none */
	FAULT_DRIP,	   /* [=DURATION]: the answer byte by byte, so long between two */
	FAULT_DELAY,	   /* =DURATION: the answer so much later */
	FAULT_ASYNC,	   /* [=REASON]: what it starts will fail */
	FAULT_ACTIONS
};

struct fault {
	char *rule;			  /* as it was given */
	char *service, *operation;	  /* service NULL: any; operation a pattern */
	unsigned long first, last, every; /* of the calls that match; last 0: no end */
	double probability;
	int64_t after_ms, until_ms; /* since the start; until 0: no end */
	char *input;		    /* what the request must have in it, or NULL */
	enum fault_action action;
	char *text; /* code or reason, or NULL */
	int http_status;
	int64_t span_ms;
	unsigned long seen, fired;
};

struct faults {
	struct fault *rules;
	size_t n, cap;
	uint64_t random;
};

void faults_init(struct faults *f);
void faults_seed(struct faults *f, uint64_t seed);
void faults_release(struct faults *f);
void faults_clear(struct faults *f);

/* Adds a rule. 0, or -1 with why written (a sentence for people). */
int faults_add(struct faults *f, const char *rule, char *why, size_t why_size);

/* Forgets the rules behind the first n. */
void faults_cut(struct faults *f, size_t n);

/* The rule that this call is to suffer, or NULL. Borrowed until the rules change. */
const struct fault *faults_find(
	struct faults *f, const struct op *op, const char *body, int64_t now_ms);

/* One rule a line, with how often it matched and was carried out. */
void faults_write(const struct faults *f, struct buf *to);

#endif
