/*
 * diag -- messages for people, on standard error. Programs call it; lib does not.
 *
 *     idc-plan: error: no credentials: ...
 *     templates/a.json:12:9: error: unknown field 'Nmae': did you mean 'Name'?
 *
 * Every message is one line and one write(2); control bytes and malformed UTF-8 in
 * it are shown as \xNN, so that a hostile name can't move the cursor or forge a line.
 */
#ifndef IDC_DIAG_H
#define IDC_DIAG_H

#include <stddef.h>

#include "err.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

/* Program name for messages (borrowed, kept). Call once, first. */
void diag_init(const char *prog);
const char *diag_prog(void);

/* -q: notes are not shown; errors and warnings always are. */
void diag_set_quiet(int quiet);

/* Colours, where standard error is a terminal and neither NO_COLOR nor TERM=dumb says no.
 */
void diag_set_colour(int wanted);

void diag_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void diag_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void diag_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A message about a place; line or column 0 leaves that part out. */
void diag_at(enum diag_level level, const char *file, size_t line, size_t column,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* A line of an excerpt that belongs to the message before; mark (or NULL) is coloured. */
void diag_excerpt(const char *text, const char *mark);

/* An error whose text brings its own place and level: "<stdin>:3:1: error: ...". */
void diag_located(const char *text);

/* "idc-x: error: WHAT: <err's text>", with AWS's code and request id where there are any.
 */
void diag_err(const struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The exit status (enum status) that an err of the AWS layer asks for. An answer that can't
 * be read (ERR_DATA) is as bad as none: STATUS_AWS. For input streams there is stream_fail.
 */
int diag_status(const struct err *err);

/* How many errors and warnings were shown so far. */
size_t diag_errors(void);
size_t diag_warnings(void);

/*
 * Progress: one line that is rewritten, only when standard error is a terminal and
 * not -q, at most twice a second; any message clears it first. now_ms is when_ms().
 */
void diag_progress(long long now_ms, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void diag_progress_end(void);

#endif
