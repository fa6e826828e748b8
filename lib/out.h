/*
 * out -- standard output, checked.
 *
 * A 64 KiB buffer before write(2). The first failure is remembered; everything
 * after it is dropped, and out_close() tells. Flush before every wait.
 */
#ifndef IDC_OUT_H
#define IDC_OUT_H

#include <signal.h>
#include <stddef.h>

#include "err.h"

struct out {
	int fd;
	int error; /* errno of the first failed write, or 0 */
	/*
	 * How many signals have told to stop (borrowed), or NULL. After a second one, a
	 * reader that takes nothing for a second is not waited for: error is EINTR.
	 */
	const volatile sig_atomic_t *signals;
	size_t len;
	char data[65536];
};

void out_init(struct out *o, int fd);
void out_write(struct out *o, const void *p, size_t len);
void out_puts(struct out *o, const char *s);
void out_printf(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Sends what is buffered. 0, or -1 once anything has failed (see error). */
int out_flush(struct out *o);

/* Flushes and closes fd. 0, or -1 with err filled ("standard output: No space left on
 * device"). */
int out_close(struct out *o, struct err *err);

#endif
