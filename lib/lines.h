/*
 * lines -- a file descriptor read as lines, with a ceiling on their length.
 *
 * Reads with read(2), so that poll(2) tells the truth about what is left.
 */
#ifndef IDC_LINES_H
#define IDC_LINES_H

#include <stddef.h>

#include "err.h"

#define LINES_MAX (4u << 20) /* longest line, bytes: far above the largest record */

struct lines {
	int fd;
	char *data;
	size_t start; /* first byte not yet handed out */
	size_t end;   /* end of what was read */
	size_t cap;
	size_t number; /* of the line handed out last, from 1 */
	int eof;
	void (*idle)(void *); /* called before a read that would wait; may be NULL */
	void *idle_arg;
};

void lines_init(struct lines *l, int fd);
void lines_release(struct lines *l);

/*
 * The next line, without its newline, NUL-terminated in place: 1 with *line
 * (borrowed until the next call) and *len; 0 at the end; -1 with err filled (ERR_SYS:
 * reading failed; ERR_DATA: too long). *whole is 0 for a last line that lacks
 * its newline.
 */
int lines_next(struct lines *l, char **line, size_t *len, int *whole, struct err *err);

#endif
