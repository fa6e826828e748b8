#include "lines.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"

#define READ_SIZE 65536u

void lines_init(struct lines *l, int fd)
{
	memset(l, 0, sizeof(*l));
	l->fd = fd;
	mem_grow(&l->data, &l->cap, READ_SIZE + 1, 1);
}

void lines_release(struct lines *l)
{
	free(l->data);
	l->data = NULL;
}

static int would_wait(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	return poll(&p, 1, 0) == 0;
}

/* Reads more bytes behind those that are there. 0, or -1 with err filled. */
static int fill(struct lines *l, struct err *err)
{
	if (l->start > 0) {
		memmove(l->data, l->data + l->start, l->end - l->start);
		l->end -= l->start;
		l->start = 0;
	}
	/* One byte is kept for the NUL behind a last line without newline. */
	mem_grow(&l->data, &l->cap, l->end + READ_SIZE + 1, 1);
	if (l->idle != NULL && would_wait(l->fd))
		l->idle(l->idle_arg);
	ssize_t n;
	do
		n = read(l->fd, l->data + l->end, l->cap - 1 - l->end);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_set(err, ERR_SYS, "reading failed: %s", strerror(errno));
	l->end += (size_t)n;
	l->eof = n == 0;
	return 0;
}

int lines_next(struct lines *l, char **line, size_t *len, int *whole, struct err *err)
{
	size_t searched = 0;
	for (;;) {
		char *from = l->data + l->start;
		size_t have = l->end - l->start;
		char *newline = have > searched
					? memchr(from + searched, '\n', have - searched)
					: NULL;
		if (newline != NULL || (l->eof && have > 0)) {
			*len = newline != NULL ? (size_t)(newline - from) : have;
			if (*len > LINES_MAX)
				break;
			*whole = newline != NULL;
			*line = from;
			from[*len] = '\0';
			l->start += *len + (newline != NULL);
			l->number++;
			return 1;
		}
		if (l->eof)
			return 0;
		if (have > LINES_MAX)
			break;
		searched = have;
		if (fill(l, err) != 0)
			return -1;
	}
	l->number++;
	return err_set(err, ERR_DATA,
		"a line of more than %u bytes: this is no stream of ours", LINES_MAX);
}
