#include "out.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"

#define HASTE_MS 1000

void out_init(struct out *o, int fd)
{
	o->fd = fd;
	o->error = 0;
	o->len = 0;
	o->signals = NULL;
}

static int in_haste(const struct out *o)
{
	return o->signals != NULL && *o->signals > 1;
}

/* Whether the reader takes something soon; as much as a pipe then surely takes. */
static int takes_soon(const struct out *o)
{
	struct pollfd p = { .fd = o->fd, .events = POLLOUT };
	return poll(&p, 1, HASTE_MS) > 0;
}

static void send_all(struct out *o, const char *p, size_t len)
{
	while (len > 0 && o->error == 0) {
		int haste = in_haste(o);
		if (haste && !takes_soon(o)) {
			o->error = EINTR;
			break;
		}
		ssize_t n = write(o->fd, p, haste && len > PIPE_BUF ? PIPE_BUF : len);
		if (n < 0) {
			if (errno != EINTR)
				o->error = errno;
			continue;
		}
		p += n;
		len -= (size_t)n;
	}
}

int out_flush(struct out *o)
{
	send_all(o, o->data, o->len);
	o->len = 0;
	return o->error != 0 ? -1 : 0;
}

void out_write(struct out *o, const void *p, size_t len)
{
	if (len > sizeof(o->data) - o->len)
		out_flush(o);
	if (len > sizeof(o->data)) {
		send_all(o, p, len);
		return;
	}
	memcpy(o->data + o->len, p, len);
	o->len += len;
}

void out_puts(struct out *o, const char *s)
{
	out_write(o, s, strlen(s));
}

void out_printf(struct out *o, const char *fmt, ...)
{
	char text[1024];
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(text)) {
		out_write(o, text, (size_t)n);
	} else if (n >= 0) {
		char *longer = mem_resize(NULL, (size_t)n + 1, 1);
		vsnprintf(longer, (size_t)n + 1, fmt, again);
		out_write(o, longer, (size_t)n);
		free(longer);
	}
	va_end(again);
}

int out_close(struct out *o, struct err *err)
{
	out_flush(o);
	if (close(o->fd) != 0 && o->error == 0)
		o->error = errno;
	if (o->error == 0)
		return 0;
	return err_set(err, ERR_SYS, "standard output: %s",
		o->error == EINTR ? "its reader takes nothing" : strerror(o->error));
}
