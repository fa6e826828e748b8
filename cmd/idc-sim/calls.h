/*
 * calls -- how often each operation was called, and how often it had to be.
 *
 * Needed is what a client that knows what to ask could not do without: each question once,
 * at the largest page; each write that changed something; and the outcomes of asynchronous
 * operations by the hundred, as a list gives them.
 */
#ifndef IDC_SIM_CALLS_H
#define IDC_SIM_CALLS_H

#include "call.h"
#include "digests.h"

struct count {
	unsigned long calls, throttled;
};

struct calls {
	struct count *counts;  /* as ops[] */
	unsigned long refused; /* requests that were no operation, or of nobody */
	unsigned long faults;
	unsigned long needed, started; /* started: asynchronous operations */
	struct digests questions;
	uint32_t asked; /* questions so far */
};

void calls_init(struct calls *k);
void calls_release(struct calls *k);

/* Counts c as it was answered. */
void calls_add(struct calls *k, const struct call *c);

/* The lines of --calls. */
void calls_write(const struct calls *k, const struct sim *sim, struct buf *to);

#endif
