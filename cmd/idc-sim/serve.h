/*
 * serve -- the simulator's HTTP server: requests in, signatures checked, operations run.
 */
#ifndef IDC_SIM_SERVE_H
#define IDC_SIM_SERVE_H

#include <stdio.h>

#include "call.h"

/* Throw-away credentials: they open nothing but a simulator. */
#define SIM_ACCESS_KEY_ID "ASIASIMULATED0000000"
#define SIM_SECRET_ACCESS_KEY "simulated/secret/key/that/opens/nothing0"
#define SIM_SESSION_TOKEN "c2ltdWxhdGVkIHNlc3Npb24gdG9rZW4sIG9wZW5zIG5vdGhpbmc="

struct server; /* opaque */

/*
 * Listens on 127.0.0.1:port (0: a free one). log may be NULL; both are borrowed. NULL after
 * saying why.
 */
struct server *serve_start(struct sim *sim, unsigned port, FILE *log);
void serve_stop(struct server *s);
unsigned serve_port(const struct server *s);

/* Serves for at most timeout_ms, returning early when fd (or -1) is readable. */
void serve_step(struct server *s, int timeout_ms, int fd);

/* Writes the calls by operation, the throttled ones and the most that were outstanding. */
void serve_calls(const struct server *s, FILE *to);

/* --- the parts ---------------------------------------------------------------------- */

/* A request as it came. */
struct request {
	const char *method, *uri; /* uri as on the request line, with its query */
	const char *body;
	size_t body_len;
	const char *(*header)(void *ctx, const char *name); /* NULL when there is none */
	void *ctx;
};

struct answer {
	int status;
	char *body; /* owned */
	size_t body_len;
	const char *content_type;
	const char *error_type; /* x-amzn-ErrorType, or NULL */
	char request_id[37];
	const struct op *op; /* NULL when none was recognized */
	int throttled;
};

/* auth.c: who signed for what service and region. 0, or -1 with code, message and status.
 */
struct identity {
	char service[40], region[40];
	int status;
	const char *code;
	char message[200];
};
int auth_check(const struct request *req, const struct sim_options *options, time_t now,
	struct identity *who);

/* wire.c: the operation and its input from a request; then the bytes of an answer. */
void wire_answer(struct sim *sim, const struct request *req, const struct identity *who,
	int (*throttle)(void *ctx, const struct op *op), void *ctx, struct answer *out);

#endif
