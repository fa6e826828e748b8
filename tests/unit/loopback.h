/*
 * loopback -- a scripted HTTP server on this machine, for the tests of lib/.
 *
 * The n-th request, on whichever connection, gets the n-th reply of the script; after the
 * last reply, that one again. All requests are kept as they came.
 */
#ifndef IDC_TEST_LOOPBACK_H
#define IDC_TEST_LOOPBACK_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buf.h"
#include "mem.h"

#define LOOPBACK_MAX 64

enum loopback_how {
	LOOPBACK_WHOLE,
	LOOPBACK_CUT,	  /* half of the body, then the connection ends */
	LOOPBACK_RESET,	  /* the connection ends without an answer */
	LOOPBACK_STALL,	  /* nothing until the client goes */
	LOOPBACK_ENDLESS, /* a body without announced length, for as long as it is read */
	LOOPBACK_ANNOUNCE /* announces a body of 1 TB */
};

struct loopback_reply {
	int status;
	const char *headers; /* "Name: value\r\n"..., or "" */
	const char *body;
	enum loopback_how how;
};

struct loopback {
	const struct loopback_reply *script;
	size_t n_script;
	int fd;
	int port;
	char url[64];
	pthread_t thread;
	pthread_mutex_t lock;
	int stopping;
	size_t n;		      /* requests that came */
	char *requests[LOOPBACK_MAX]; /* head and body */
	size_t connections;
	pthread_t serving[LOOPBACK_MAX];
	int fds[LOOPBACK_MAX];
};

struct loopback_peer {
	struct loopback *server;
	int fd;
};

static int loopback_send(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n <= 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Reads one request into b. 0, or -1 when the client went. */
static int loopback_read(int fd, struct buf *b)
{
	const char *body = NULL;
	size_t need = 0;
	char part[4096];

	buf_clear(b);
	for (;;) {
		ssize_t n = recv(fd, part, sizeof(part), 0);
		const char *length;

		if (n <= 0)
			return -1;
		buf_add(b, part, (size_t)n);
		body = strstr(buf_str(b), "\r\n\r\n");
		if (!body)
			continue;
		length = strstr(buf_str(b), "\r\nContent-Length:");
		if (length && length < body)
			need = strtoul(length + 17, NULL, 10);
		if (b->len >= (size_t)(body + 4 - buf_str(b)) + need)
			return 0;
	}
}

static void loopback_endless(int fd)
{
	char *block = mem_alloc(1 << 20);

	memset(block, ' ', 1 << 20);
	while (loopback_send(fd, block, 1 << 20) == 0)
		continue;
	free(block);
}

/* 0 when the connection stays. */
static int loopback_answer(int fd, const struct loopback_reply *r)
{
	size_t len = strlen(r->body);
	struct buf b;
	char byte;
	int status;

	if (r->how == LOOPBACK_RESET)
		return -1;
	if (r->how == LOOPBACK_STALL) {
		(void)recv(fd, &byte, 1, 0);
		return -1;
	}
	buf_init(&b, 1 << 20);
	buf_addf(&b, "HTTP/1.1 %d Scripted\r\n%s", r->status, r->headers);
	if (r->how == LOOPBACK_ENDLESS)
		buf_adds(&b, "Connection: close\r\n\r\n");
	else if (r->how == LOOPBACK_ANNOUNCE)
		buf_adds(&b, "Content-Length: 1099511627776\r\n\r\n");
	else
		buf_addf(&b, "Content-Length: %zu\r\n\r\n", len);
	buf_add(&b, r->body, r->how == LOOPBACK_CUT ? len / 2 : len);
	status = loopback_send(fd, buf_str(&b), b.len);
	buf_release(&b);
	if (r->how == LOOPBACK_ENDLESS)
		loopback_endless(fd);
	return r->how == LOOPBACK_WHOLE ? status : -1;
}

static void *loopback_peer(void *ctx)
{
	struct loopback_peer *p = ctx;
	struct loopback *s = p->server;
	struct buf b;
	int going = 1;

	buf_init(&b, 4 << 20);
	while (going && loopback_read(p->fd, &b) == 0) {
		size_t i;

		pthread_mutex_lock(&s->lock);
		i = s->n < s->n_script ? s->n : s->n_script - 1;
		if (s->n < LOOPBACK_MAX)
			s->requests[s->n] = mem_bytes(buf_str(&b), b.len);
		s->n++;
		pthread_mutex_unlock(&s->lock);
		going = loopback_answer(p->fd, &s->script[i]) == 0;
	}
	buf_release(&b);
	shutdown(p->fd, SHUT_RDWR);
	free(p);
	return NULL;
}

static void *loopback_listen(void *ctx)
{
	struct loopback *s = ctx;

	for (;;) {
		int fd = accept(s->fd, NULL, NULL);
		struct loopback_peer *p;

		if (fd < 0 || s->connections == LOOPBACK_MAX)
			return NULL;
		p = mem_alloc(sizeof(*p));
		*p = (struct loopback_peer){ s, fd };
		s->fds[s->connections] = fd;
		pthread_create(&s->serving[s->connections++], NULL, loopback_peer, p);
	}
}

static void loopback_start(
	struct loopback *s, const struct loopback_reply *script, size_t n)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);

	memset(s, 0, sizeof(*s));
	s->script = script;
	s->n_script = n;
	pthread_mutex_init(&s->lock, NULL);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(s->fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
		listen(s->fd, 32) != 0 ||
		getsockname(s->fd, (struct sockaddr *)&at, &len) != 0)
		abort();
	s->port = ntohs(at.sin_port);
	(void)snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%d", s->port);
	pthread_create(&s->thread, NULL, loopback_listen, s);
}

static void loopback_stop(struct loopback *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
	for (size_t i = 0; i < s->connections; i++) {
		shutdown(s->fds[i], SHUT_RDWR);
		pthread_join(s->serving[i], NULL);
		close(s->fds[i]);
	}
	for (size_t i = 0; i < s->n && i < LOOPBACK_MAX; i++)
		free(s->requests[i]);
	pthread_mutex_destroy(&s->lock);
}

#endif
