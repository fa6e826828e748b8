#include "serve.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "buf.h"
#include "diag.h"
#include "json.h"
#include "mem.h"
#include "rec.h"
#include "when.h"

#define BODY_MAX (1u << 20)
#define TOKENS_PER_CALL 1000.0 /* a token bucket counts milli-requests */

/* A request being received, or waiting for its --latency to pass. */
struct exchange {
	struct server *server;
	struct MHD_Connection *connection;
	char *uri;
	struct buf body;
	struct answer answer;
	int answered;
	int64_t due_ms;
	struct exchange *next; /* in server->waiting, in the order of due_ms */
};

struct bucket {
	double tokens,
		rate; /* milli-requests; milli-requests a millisecond = requests a second */
	int64_t filled_ms;
};

struct count {
	unsigned long calls, throttled;
};

struct server {
	struct sim *sim;
	struct MHD_Daemon *daemon;
	FILE *log;
	struct exchange *waiting, **waiting_end;
	struct bucket identity_center, organizations;
	struct count *counts;  /* as ops[] */
	unsigned long refused; /* requests that were no operation */
};

/* --- pace -------------------------------------------------------------------------------
 */

static int bucket_take(struct bucket *b, unsigned long rate, int64_t now_ms)
{
	if (rate == 0)
		return 1;
	double full = (double)rate * TOKENS_PER_CALL;
	if (b->filled_ms == 0)
		b->tokens = full;
	else
		b->tokens += (double)(now_ms - b->filled_ms) * (double)rate;
	if (b->tokens > full)
		b->tokens = full;
	b->filled_ms = now_ms;
	if (b->tokens < TOKENS_PER_CALL)
		return 0;
	b->tokens -= TOKENS_PER_CALL;
	return 1;
}

/* All Identity Center calls share one rate; Organizations has its own. */
static int throttled(void *ctx, const struct op *op)
{
	struct server *s = ctx;
	const struct sim_options *o = &s->sim->options;
	if (strcmp(op->service, "sso") == 0 || strcmp(op->service, "identitystore") == 0)
		return !bucket_take(&s->identity_center, o->tps, s->sim->now_ms);
	if (strcmp(op->service, "organizations") == 0)
		return !bucket_take(
			&s->organizations, o->tps_organizations, s->sim->now_ms);
	return 0;
}

/* --- one request ------------------------------------------------------------------------
 */

static const char *header(void *ctx, const char *name)
{
	return MHD_lookup_connection_value(ctx, MHD_HEADER_KIND, name);
}

static void write_log(struct server *s, const struct identity *who, const struct answer *a)
{
	if (s->log == NULL)
		return;
	char now[WHEN_RFC3339_SIZE];
	when_rfc3339(now, s->sim->now);
	jv r = rec_set_str(jv_object(), "Time", now);
	r = rec_set_str(r, "Service", who->service);
	r = rec_set_str(r, "Operation", a->op != NULL ? a->op->name : NULL);
	r = rec_set_num(r, "Status", a->status);
	r = rec_set_str(r, "Code", a->error_type);
	r = rec_set_str(r, "RequestId", a->request_id);
	char *line = json_string(r);
	fprintf(s->log, "%s\n", line);
	fflush(s->log);
	free(line);
	jv_free(r);
}

static void answer(struct server *s, struct exchange *e, const char *method)
{
	struct request req = { .method = method,
		.uri = e->uri,
		.body = buf_str(&e->body),
		.body_len = e->body.len,
		.header = header,
		.ctx = e->connection };
	struct identity who;
	sim_advance(s->sim, when_ms(), time(NULL));
	auth_check(&req, &s->sim->options, s->sim->now, &who);
	wire_answer(s->sim, &req, &who, throttled, s, &e->answer);
	e->answered = 1;
	if (e->answer.op == NULL) {
		s->refused++;
	} else {
		struct count *count = &s->counts[e->answer.op - ops];
		count->calls++;
		count->throttled += e->answer.throttled != 0;
	}
	write_log(s, &who, &e->answer);
}

static enum MHD_Result send_answer(struct exchange *e)
{
	struct answer *a = &e->answer;
	struct MHD_Response *r = MHD_create_response_from_buffer(
		a->body_len, a->body, MHD_RESPMEM_MUST_FREE);
	a->body = NULL;
	if (r == NULL)
		return MHD_NO;
	MHD_add_response_header(r, "Content-Type", a->content_type);
	MHD_add_response_header(r, "x-amzn-RequestId", a->request_id);
	if (a->error_type != NULL)
		MHD_add_response_header(r, "x-amzn-ErrorType", a->error_type);
	enum MHD_Result queued = MHD_queue_response(e->connection, (unsigned)a->status, r);
	MHD_destroy_response(r);
	return queued;
}

/* Remembers the request line's URI: microhttpd decodes the one it hands out. */
static void *uri_start(void *ctx, const char *uri, struct MHD_Connection *connection)
{
	struct exchange *e = mem_alloc(sizeof(*e));
	e->server = ctx;
	e->connection = connection;
	e->uri = mem_string(uri);
	buf_init(&e->body, BODY_MAX);
	return e;
}

static enum MHD_Result too_large(struct exchange *e)
{
	static char text[] = "the body is too large";
	struct MHD_Response *r = MHD_create_response_from_buffer(
		sizeof(text) - 1, text, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result queued =
		MHD_queue_response(e->connection, MHD_HTTP_CONTENT_TOO_LARGE, r);
	MHD_destroy_response(r);
	return queued;
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *data, size_t *data_len,
	void **state)
{
	struct server *s = ctx;
	struct exchange *e = *state;
	(void)connection;
	(void)url;
	(void)version;
	/* The first call of a request is for its headers alone. */
	if (e->due_ms == 0) {
		e->due_ms = -1;
		return MHD_YES;
	}
	if (*data_len > 0) {
		buf_add(&e->body, data, *data_len);
		*data_len = 0;
		return MHD_YES;
	}
	if (e->body.over)
		return too_large(e);
	if (!e->answered) {
		answer(s, e, method);
		if (s->sim->options.latency_ms > 0) {
			e->due_ms = s->sim->now_ms + s->sim->options.latency_ms;
			*s->waiting_end = e;
			s->waiting_end = &e->next;
			MHD_suspend_connection(e->connection);
			return MHD_YES;
		}
	}
	return send_answer(e);
}

static void completed(void *ctx, struct MHD_Connection *connection, void **state,
	enum MHD_RequestTerminationCode code)
{
	struct exchange *e = *state;
	(void)ctx;
	(void)connection;
	(void)code;
	if (e == NULL)
		return;
	free(e->uri);
	free(e->answer.body);
	buf_release(&e->body);
	free(e);
	*state = NULL;
}

/* --- the server -------------------------------------------------------------------------
 */

struct server *serve_start(struct sim *sim, unsigned port, FILE *log)
{
	struct server *s = mem_alloc(sizeof(*s));
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	s->sim = sim;
	s->log = log;
	s->waiting_end = &s->waiting;
	s->counts = mem_array(n_ops, sizeof(*s->counts));
	s->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME,
		(uint16_t)port, NULL, NULL, handle, s, MHD_OPTION_SOCK_ADDR, &address,
		MHD_OPTION_URI_LOG_CALLBACK, uri_start, s, MHD_OPTION_NOTIFY_COMPLETED,
		completed, s, MHD_OPTION_CONNECTION_TIMEOUT, 120u, MHD_OPTION_END);
	if (s->daemon == NULL) {
		diag_error("can't listen on 127.0.0.1:%u: %s", port, strerror(errno));
		free(s->counts);
		free(s);
		return NULL;
	}
	return s;
}

/* Lets the exchanges whose latency has passed go on. */
static void resume_due(struct server *s, int64_t now_ms)
{
	while (s->waiting != NULL && s->waiting->due_ms <= now_ms) {
		struct exchange *e = s->waiting;
		s->waiting = e->next;
		if (s->waiting == NULL)
			s->waiting_end = &s->waiting;
		MHD_resume_connection(e->connection);
	}
}

void serve_stop(struct server *s)
{
	if (s == NULL)
		return;
	resume_due(s, INT64_MAX);
	MHD_run(s->daemon);
	MHD_stop_daemon(s->daemon);
	free(s->counts);
	free(s);
}

unsigned serve_port(const struct server *s)
{
	return MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

/* The milliseconds until something has to be done without being asked, at most max. */
static int until_due(const struct server *s, int max)
{
	int64_t now_ms = when_ms();
	MHD_UNSIGNED_LONG_LONG timeout;
	if (MHD_get_timeout(s->daemon, &timeout) == MHD_YES && timeout < (unsigned)max)
		max = (int)timeout;
	if (s->waiting != NULL && s->waiting->due_ms - now_ms < max)
		max = s->waiting->due_ms > now_ms ? (int)(s->waiting->due_ms - now_ms) : 0;
	return max;
}

void serve_step(struct server *s, int timeout_ms, int fd)
{
	struct pollfd fds[] = {
		{ .fd = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
			.events = POLLIN },
		{ .fd = fd, .events = POLLIN }
	};
	poll(fds, fd >= 0 ? 2 : 1, until_due(s, timeout_ms));
	resume_due(s, when_ms());
	MHD_run(s->daemon);
}

static int by_name(const void *a, const void *b)
{
	const struct op *const *x = a, *const *y = b;
	int c = strcmp((*x)->service, (*y)->service);
	return c != 0 ? c : strcmp((*x)->name, (*y)->name);
}

void serve_calls(const struct server *s, FILE *to)
{
	const struct op **sorted = mem_array(n_ops, sizeof(const struct op *));
	unsigned long total = 0, throttled_calls = 0;
	for (size_t i = 0; i < n_ops; i++)
		sorted[i] = &ops[i];
	qsort(sorted, n_ops, sizeof(const struct op *), by_name);
	for (size_t i = 0; i < n_ops; i++) {
		const struct count *count = &s->counts[sorted[i] - ops];
		total += count->calls;
		throttled_calls += count->throttled;
		if (count->calls > 0)
			fprintf(to, "%s %s %lu\n", sorted[i]->service, sorted[i]->name,
				count->calls);
	}
	fprintf(to, "# total %lu\n# throttled %lu\n# refused %lu\n# peak-outstanding %zu\n",
		total, throttled_calls, s->refused, s->sim->peak_outstanding);
	free(sorted);
}
