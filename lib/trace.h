/*
 * trace -- the wire in a file, to be sent with a report of a bug.
 *
 * One for a process, as diag is, so that whatever speaks HTTP is in it, credentials'
 * sources too. A file is appended to, so that the programs of a pipe can share one: each
 * block is one write, and says whose it is. It is for its owner's eyes only (mode 0600).
 *
 * What is secret is blotted out:
 *
 * - of headers: credential and signature of Authorization; all of it when it is not AWS's
 *   kind; tokens, cookies, a proxy's authorization
 * - of bodies and queries: the values of what is named like a key, a token or a password
 * - wherever they stand: the strings told by trace_hide, also percent-encoded, and with
 *   JSON's \/
 * - of exchanges that give credentials (all that are not said to be open): paths, bodies,
 *   and all headers but harmless ones
 */
#ifndef IDC_TRACE_H
#define IDC_TRACE_H

#include <stddef.h>

#include "buf.h"
#include "err.h"

/* Begins a trace in the file at path. 0, or -1 with err filled (ERR_SYS). */
int trace_open(const char *path, const char *prog, struct err *err);

/* Ends it and forgets the secrets. 0, or -1 when not all of it could be written. */
int trace_close(void);

int trace_on(void);

/* secret (copied; NULL or shorter than 8 is none) is blotted out from now on. */
void trace_hide(const char *secret);

/* A number for the next exchange. */
unsigned long trace_next(void);

enum trace_kind {
	TRACE_BODY,
	TRACE_HEAD,  /* a request line or a status, and headers */
	TRACE_CLOSED /* the same of what gives credentials: only what is known to be
			harmless */
};

/*
 * Writes a block of exchange n: a line with what (borrowed), then the len bytes of text,
 * each line behind mark ('>', '<'), blotted out; of a body at most the first 256 KiB.
 */
void trace_block(unsigned long n, const char *what, char mark, enum trace_kind kind,
	const char *text, size_t len);

/* Appends text to b with what is secret blotted out, as trace_block does it. */
void trace_blot(struct buf *b, enum trace_kind kind, const char *text, size_t len);

#endif
