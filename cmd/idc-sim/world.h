/*
 * world -- the organization as it is, and as it is seen.
 *
 * AWS's reads lag behind its writes. With a lag there are two organizations: writes and
 * what became of asynchronous operations are answered from the true one, everything else
 * from the one that is seen, on which each write is done again when the lag has passed.
 * Both go through the same history, so that they make the same ids and come to the same
 * state. Without a lag there is one.
 */
#ifndef IDC_SIM_WORLD_H
#define IDC_SIM_WORLD_H

#include "call.h"

struct replay;

struct world {
	struct sim *truth, *seen;
	struct sessions *sessions;
	int64_t lag_ms;
	struct replay *next, **end; /* writes that are not seen yet, the oldest first */
};

/*
 * truth is borrowed and complete. With a lag a copy is made of it. 0, or an exit status
 * after saying why.
 */
int world_init(
	struct world *w, struct sim *truth, struct sessions *sessions, int64_t lag_ms);
void world_release(struct world *w);

/* Runs c, whose input was checked, on the organization that it is for. */
jv world_run(struct world *w, struct call *c);

/* Sets the time of both. */
void world_advance(struct world *w, int64_t now_ms, time_t now);

/* Lets everything be seen, and what is under way come to its end. */
void world_settle(struct world *w, time_t now);

#endif
