#include "serve.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "answer.h"
#include "buf.h"
#include "diag.h"
#include "mem.h"

#define BODY_MAX (1u << 20)
#define IDLE_S 120u
#define CONNECTIONS_MAX 4000u
#define NEVER_MS INT64_MAX

/* A request being received, answered, or waiting for its time to go on. */
struct exchange {
	struct server *server;
	struct MHD_Connection *connection;
	char *uri;
	struct buf body;
	struct answer answer;
	int begun, answered, waiting;
	size_t sent; /* of an answer that drips */
	int64_t due_ms;
	struct exchange *next; /* in server->waiting */
};

struct server {
	struct server_options options;
	struct MHD_Daemon *daemon;
	struct exchange *waiting; /* suspended, the one that is due first in front */
	int stopping; /* nothing is suspended any more: microhttpd could not end */
	uint64_t random;
};

/* --- waiting ----------------------------------------------------------------------------
 */

static void wait_until(struct exchange *e, int64_t due_ms)
{
	struct exchange **at = &e->server->waiting;
	while (*at != NULL && (*at)->due_ms <= due_ms)
		at = &(*at)->next;
	e->due_ms = due_ms;
	e->waiting = 1;
	e->next = *at;
	*at = e;
	MHD_suspend_connection(e->connection);
}

/* Lets the exchanges whose time has come go on. */
static void resume_due(struct server *s, int64_t now_ms)
{
	while (s->waiting != NULL && s->waiting->due_ms <= now_ms) {
		struct exchange *e = s->waiting;
		s->waiting = e->next;
		e->waiting = 0;
		MHD_resume_connection(e->connection);
	}
}

/* --- sending ----------------------------------------------------------------------------
 */

/* Half of the body, and then nothing. */
static ssize_t send_half(void *ctx, uint64_t at, char *to, size_t max)
{
	const struct answer *a = &((struct exchange *)ctx)->answer;
	size_t half = a->body_len / 2;
	if (at >= half)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	size_t n = half - (size_t)at < max ? half - (size_t)at : max;
	memcpy(to, a->body + at, n);
	return (ssize_t)n;
}

/* A byte, a pause, a byte. */
static ssize_t send_drop(void *ctx, uint64_t at, char *to, size_t max)
{
	struct exchange *e = ctx;
	int64_t now_ms = clock_ms(e->server->options.clock);
	(void)max;
	if (e->server->stopping)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (now_ms < e->due_ms) {
		wait_until(e, e->due_ms);
		return 0;
	}
	*to = e->answer.body[at];
	e->due_ms = now_ms + e->answer.drip_ms;
	return 1;
}

static struct MHD_Response *make_response(struct exchange *e)
{
	struct answer *a = &e->answer;
	if (a->on_the_way == FAULT_TRUNCATE)
		return MHD_create_response_from_callback(
			a->body_len, 4096, send_half, e, NULL);
	if (a->on_the_way == FAULT_DRIP)
		return MHD_create_response_from_callback(
			a->body_len, 16, send_drop, e, NULL);
	return MHD_create_response_from_buffer(
		a->body_len, a->body, MHD_RESPMEM_PERSISTENT);
}

static void add_headers(const struct exchange *e, struct MHD_Response *r)
{
	const struct answer *a = &e->answer;
	char date[40];
	struct tm tm;
	time_t now = clock_signed(e->server->options.clock);
	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	const char *headers[][2] = { { "Date", date }, { "Content-Type", a->content_type },
		{ "x-amzn-RequestId", a->request_id },
		{ "x-amzn-ErrorType", a->error_type }, { "Retry-After", a->retry_after } };
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		if (headers[i][1] != NULL && headers[i][1][0] != '\0')
			MHD_add_response_header(r, headers[i][0], headers[i][1]);
}

static enum MHD_Result send_answer(struct exchange *e)
{
	struct MHD_Response *r = make_response(e);
	if (r == NULL)
		return MHD_NO;
	add_headers(e, r);
	enum MHD_Result queued =
		MHD_queue_response(e->connection, (unsigned)e->answer.status, r);
	MHD_destroy_response(r);
	return queued;
}

/* Ends the connection with a TCP reset, which is what Linux does to a socket that is
 * connected to nothing. */
static enum MHD_Result reset(const struct exchange *e)
{
	struct sockaddr nothing = { .sa_family = AF_UNSPEC };
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(e->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (info != NULL)
		(void)connect(info->connect_fd, &nothing, sizeof(nothing));
	return MHD_NO;
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

/* --- receiving --------------------------------------------------------------------------
 */

static const char *header(void *ctx, const char *name)
{
	return MHD_lookup_connection_value(ctx, MHD_HEADER_KIND, name);
}

static void make_answer(struct exchange *e, const char *method)
{
	struct request req = { .method = method,
		.uri = e->uri,
		.body = buf_str(&e->body),
		.body_len = e->body.len,
		.header = header,
		.ctx = e->connection };
	answer_make(&e->server->options, &e->server->random, &req, &e->answer);
	e->answered = 1;
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

static enum MHD_Result handle(void *ctx, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *data, size_t *data_len,
	void **state)
{
	struct exchange *e = *state;
	(void)ctx;
	(void)connection;
	(void)url;
	(void)version;
	/* The first call of a request is for its headers alone. */
	if (!e->begun) {
		e->begun = 1;
		return MHD_YES;
	}
	if (*data_len > 0) {
		buf_add(&e->body, data, *data_len);
		*data_len = 0;
		return MHD_YES;
	}
	if (e->body.over)
		return too_large(e);
	if (e->server->stopping)
		return MHD_NO;
	if (!e->answered) {
		make_answer(e, method);
		int64_t now_ms = clock_ms(e->server->options.clock);
		int stalled = e->answer.on_the_way == FAULT_STALL;
		if (stalled || e->answer.delay_ms > 0) {
			wait_until(e, stalled ? NEVER_MS : now_ms + e->answer.delay_ms);
			return MHD_YES;
		}
	}
	if (e->answer.on_the_way == FAULT_RESET || e->answer.on_the_way == FAULT_STALL)
		return reset(e);
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
	for (struct exchange **at = &e->server->waiting; e->waiting && *at != NULL;
		at = &(*at)->next)
		if (*at == e) {
			*at = e->next;
			break;
		}
	free(e->uri);
	answer_release(&e->answer);
	buf_release(&e->body);
	free(e);
	*state = NULL;
}

/* --- the daemon -------------------------------------------------------------------------
 */

struct server *serve_start(const struct server_options *options, unsigned port)
{
	struct server *s = mem_alloc(sizeof(*s));
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	s->options = *options;
	s->random = options->seed ^ 0x1d5u;
	s->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK,
		(uint16_t)port, NULL, NULL, handle, s, MHD_OPTION_SOCK_ADDR, &address,
		MHD_OPTION_URI_LOG_CALLBACK, uri_start, s, MHD_OPTION_NOTIFY_COMPLETED,
		completed, s, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S,
		MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, MHD_OPTION_END);
	if (s->daemon == NULL) {
		diag_error("can't listen on 127.0.0.1:%u: %s", port, strerror(errno));
		free(s);
		return NULL;
	}
	return s;
}

void serve_stop(struct server *s)
{
	if (s == NULL)
		return;
	s->stopping = 1;
	resume_due(s, NEVER_MS);
	MHD_run(s->daemon);
	MHD_stop_daemon(s->daemon);
	free(s);
}

unsigned serve_port(const struct server *s)
{
	return MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

/* The milliseconds until something has to be done without being asked, at most max. */
static int until_due(const struct server *s, int max)
{
	const struct clock *clock = s->options.clock;
	MHD_UNSIGNED_LONG_LONG timeout;
	if (MHD_get_timeout(s->daemon, &timeout) == MHD_YES && timeout < (unsigned)max)
		max = (int)timeout;
	if (s->waiting == NULL || s->waiting->due_ms == NEVER_MS)
		return max;
	int64_t left_ms = clock_real(clock, s->waiting->due_ms - clock_ms(clock));
	if (left_ms < max)
		max = left_ms > 0 ? (int)left_ms : 0;
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
	resume_due(s, clock_ms(s->options.clock));
	MHD_run(s->daemon);
}
