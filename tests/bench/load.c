/*
 * load SECONDS CONNECTIONS SERVICE TARGET INPUT -- keeps CONNECTIONS to the simulator at
 * AWS_ENDPOINT_URL busy with one request for SECONDS and prints one line: answers a second,
 * how many were not 200, and the median and the 99th percentile of the latency in
 * milliseconds.
 *
 *     load 3 16 sso SWBExternalService.ListInstances '{}'
 *
 * SERVICE is the name that is signed for, TARGET the whole X-Amz-Target. The request is
 * signed once, which AWS and idc-sim accept for five minutes: the figures are the server's,
 * not the signer's. Credentials and region come from the environment.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "mem.h"
#include "sig4.h"
#include "text.h"

#define SECONDS_MAX 240 /* a signature ends after 300 */
#define CONNECTIONS_MAX 1000
#define HEAD_MAX 8192
#define REQUEST_MAX (1u << 20)
#define EVENTS 64
#define TICK_US 10
#define TICKS 200000 /* latencies from 0 to 2 s; the last one has all that are longer */
#define NS_PER_S INT64_C(1000000000)

struct connection {
	int fd;
	int64_t sent_ns;
	size_t head_len;
	size_t body_left; /* of an answer whose head is complete */
	int in_body;
	char head[HEAD_MAX + 1];
};

struct load {
	struct buf request;
	unsigned short port;
	int epoll;
	int64_t now_ns;
	unsigned long answers, not_200;
	uint32_t ticks[TICKS]; /* answers by latency */
};

static int64_t clock_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static int fail(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	return -1;
}

/* --- the request ------------------------------------------------------------------------
 */

static const char *variable(const char *name)
{
	const char *value = getenv(name);
	return value != NULL ? value : "";
}

/* The host of AWS_ENDPOINT_URL and its port, or NULL: http://127.0.0.1:PORT. */
static const char *find_host(unsigned short *port)
{
	static const char prefix[] = "http://127.0.0.1:";
	const char *url = variable("AWS_ENDPOINT_URL");
	unsigned long n;
	if (!text_starts(url, prefix) ||
		text_number(url + sizeof(prefix) - 1, UINT16_MAX, &n) != 0)
		return NULL;
	*port = (unsigned short)n;
	return url + strlen("http://");
}

static void add_request(struct buf *b, const struct sig4_request *r, const char *token,
	const struct sig4_result *signature)
{
	buf_adds(b, "POST / HTTP/1.1\r\n");
	for (size_t i = 0; i < r->n_headers; i++)
		buf_addf(b, "%s: %s\r\n", r->headers[i].name, r->headers[i].value);
	buf_addf(b, "X-Amz-Date: %s\r\n", signature->amz_date);
	if (token != NULL)
		buf_addf(b, "X-Amz-Security-Token: %s\r\n", token);
	buf_addf(b, "Authorization: %s\r\nContent-Length: %zu\r\n\r\n",
		buf_str(&signature->authorization), r->body_len);
	buf_add(b, r->body, r->body_len);
}

static int make_request(
	struct load *l, const char *service, const char *target, const char *input)
{
	const char *host = find_host(&l->port);
	if (host == NULL)
		return fail("AWS_ENDPOINT_URL is no http://127.0.0.1:PORT");
	const struct sig4_header headers[] = { { "Host", host },
		{ "Content-Type", "application/x-amz-json-1.1" },
		{ "X-Amz-Target", target } };
	const struct sig4_request r = { .method = "POST",
		.path = "/",
		.headers = headers,
		.n_headers = sizeof(headers) / sizeof(headers[0]),
		.body = input,
		.body_len = strlen(input),
		.region = variable("AWS_REGION"),
		.service = service,
		.normalize_path = 1 };
	struct cred cred = { .access_key_id = mem_string(variable("AWS_ACCESS_KEY_ID")),
		.secret_access_key = mem_string(variable("AWS_SECRET_ACCESS_KEY")),
		.session_token = mem_string(getenv("AWS_SESSION_TOKEN")) };
	struct sig4_result signature;
	struct err err;
	int status = sig4_sign(&r, &cred, time(NULL), &signature, &err);
	if (status == 0)
		add_request(&l->request, &r, cred.session_token, &signature);
	else
		fail(err.text);
	sig4_result_release(&signature);
	cred_release(&cred);
	return l->request.over ? fail("INPUT is too large") : status;
}

/* --- a connection -----------------------------------------------------------------------
 */

/* The next request goes out when the answer to the one before is there, so it is all that
 * is in the socket's buffer and fits. */
static int send_request(struct load *l, struct connection *c)
{
	c->sent_ns = l->now_ns;
	c->head_len = 0;
	c->in_body = 0;
	ssize_t n = send(c->fd, l->request.data, l->request.len, MSG_NOSIGNAL);
	return n == (ssize_t)l->request.len ? 0 : fail("can't send a whole request");
}

static int open_connection(struct load *l, struct connection *c)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(l->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
	int on = 1;
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0 ||
		setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0 ||
		epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event) != 0)
		return fail(strerror(errno));
	return send_request(l, c);
}

static void note_answer(struct load *l, const struct connection *c)
{
	int64_t tick = (l->now_ns - c->sent_ns) / (TICK_US * INT64_C(1000));
	l->answers++;
	l->not_200 += strncmp(c->head + strlen("HTTP/1.1 "), "200", 3) != 0;
	l->ticks[tick < TICKS ? tick : TICKS - 1]++;
}

/* The value of Content-Length in a head, whatever letter case the name has. */
static int body_length(const char *head, size_t *len)
{
	static const char name[] = "\r\nContent-Length:";
	for (; (head = strchr(head, '\r')) != NULL; head++)
		if (strncasecmp(head, name, sizeof(name) - 1) == 0) {
			*len = strtoul(head + sizeof(name) - 1, NULL, 10);
			return 0;
		}
	return fail("an answer has no Content-Length");
}

/* Adds n bytes to the head. Those that were the body's are taken from body_left. 0 or -1.
 */
static int take_head(struct connection *c, const char *p, size_t n)
{
	size_t added = n < HEAD_MAX - c->head_len ? n : HEAD_MAX - c->head_len;
	memcpy(c->head + c->head_len, p, added);
	c->head_len += added;
	c->head[c->head_len] = '\0';
	const char *end = strstr(c->head, "\r\n\r\n");
	if (end == NULL)
		return c->head_len < HEAD_MAX ? 0
					      : fail("the head of an answer is too long");
	size_t of_head = (size_t)(end - c->head) + 4 - (c->head_len - added), len;
	if (!text_starts(c->head, "HTTP/1.1 ") || body_length(c->head, &len) != 0 ||
		n - of_head > len)
		return fail("an answer is no HTTP/1.1 message");
	c->in_body = 1;
	c->body_left = len - (n - of_head);
	return 0;
}

/* Reads what has come; the next request follows a complete answer. 0 or -1. */
static int receive(struct load *l, struct connection *c)
{
	static char bytes[1 << 18];
	ssize_t n = recv(c->fd, bytes, sizeof(bytes), 0);
	if (n <= 0)
		return fail(n == 0 ? "the server closed a connection" : strerror(errno));
	if (!c->in_body) {
		if (take_head(c, bytes, (size_t)n) != 0)
			return -1;
	} else if ((size_t)n > c->body_left) {
		return fail("an answer is longer than its Content-Length");
	} else {
		c->body_left -= (size_t)n;
	}
	if (!c->in_body || c->body_left > 0)
		return 0;
	note_answer(l, c);
	return send_request(l, c);
}

/* --- all of them ------------------------------------------------------------------------
 */

static int run(struct load *l, struct connection *connections, size_t n, int64_t end_ns)
{
	struct epoll_event events[EVENTS];
	for (size_t i = 0; i < n; i++)
		if (open_connection(l, &connections[i]) != 0)
			return -1;
	while (l->now_ns < end_ns) {
		int ready = epoll_wait(l->epoll, events, EVENTS, 1000);
		l->now_ns = clock_ns();
		if (ready < 0 && errno != EINTR)
			return fail(strerror(errno));
		for (int i = 0; i < ready; i++)
			if (receive(l, events[i].data.ptr) != 0)
				return -1;
	}
	return 0;
}

/* The latency in ms that a share of the answers does not pass. */
static double percentile(const struct load *l, double share)
{
	unsigned long wanted = (unsigned long)(share * (double)l->answers), seen = 0;
	size_t i = 0;
	while (i < TICKS - 1 && (seen += l->ticks[i]) <= wanted)
		i++;
	return (double)(i + 1) * TICK_US / 1000;
}

static int measure(struct load *l, size_t n, unsigned long seconds)
{
	struct connection *connections = mem_array(n, sizeof(*connections));
	int64_t start_ns = l->now_ns = clock_ns();
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	int status = run(l, connections, n, start_ns + (int64_t)seconds * NS_PER_S);
	double took = (double)(l->now_ns - start_ns) / (double)NS_PER_S;
	if (status == 0)
		printf("%.0f %lu %.2f %.2f\n", (double)l->answers / took, l->not_200,
			percentile(l, 0.5), percentile(l, 0.99));
	/* The end of the process closes the connections. */
	free(connections);
	return status;
}

int main(int argc, char **argv)
{
	static struct load l;
	unsigned long seconds, n;
	if (argc != 6 || text_number(argv[1], SECONDS_MAX, &seconds) != 0 || seconds == 0 ||
		text_number(argv[2], CONNECTIONS_MAX, &n) != 0 || n == 0) {
		fputs("usage: load SECONDS CONNECTIONS SERVICE TARGET INPUT\n", stderr);
		return 2;
	}
	buf_init(&l.request, REQUEST_MAX);
	int status = make_request(&l, argv[3], argv[4], argv[5]);
	if (status == 0)
		status = measure(&l, n, seconds);
	buf_release(&l.request);
	return status == 0 ? 0 : 1;
}
