/*
 * serve -- the simulator's HTTP server: requests in, signatures checked, faults suffered,
 * operations run, answers out.
 */
#ifndef IDC_SIM_SERVE_H
#define IDC_SIM_SERVE_H

#include <stdio.h>

#include "calls.h"
#include "clock.h"
#include "fault.h"
#include "pace.h"
#include "world.h"

struct server_options {
	struct clock *clock; /* all borrowed */
	struct world *world;
	struct faults *faults;
	struct pace *pace;
	struct calls *calls;
	FILE *log; /* or NULL */
	int64_t latency_ms, jitter_ms;
	uint64_t seed;
};

struct server; /* opaque */

/* Listens on 127.0.0.1:port (0: a free one). NULL after saying why. */
struct server *serve_start(const struct server_options *options, unsigned port);
void serve_stop(struct server *s);
unsigned serve_port(const struct server *s);

/* Serves for at most timeout_ms, returning early when fd (or -1) is readable. */
void serve_step(struct server *s, int timeout_ms, int fd);

#endif
