#include "diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "status.h"
#include "text.h"

#define MESSAGE_MAX ((size_t)4096)
#define PROGRESS_EVERY_MS 500

static const char *program = "idc";
static int quiet, colour;
static size_t n_errors, n_warnings;
static int progress_shown;
static long long progress_ms;

void diag_init(const char *prog)
{
	program = prog;
}

const char *diag_prog(void)
{
	return program;
}

void diag_set_quiet(int q)
{
	quiet = q;
}

void diag_set_colour(int wanted)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	colour = wanted && isatty(STDERR_FILENO) && (no == NULL || no[0] == '\0') &&
		 term != NULL && strcmp(term, "dumb") != 0;
}

size_t diag_errors(void)
{
	return n_errors;
}

size_t diag_warnings(void)
{
	return n_warnings;
}

static void send(const struct buf *b)
{
	const char *p = buf_str(b);
	size_t left = b->len;
	while (left > 0) {
		ssize_t n = write(STDERR_FILENO, p, left);
		if (n <= 0)
			return;
		p += n;
		left -= (size_t)n;
	}
}

static void clear_progress(void)
{
	static const char clear[] = "\r\033[K";
	if (progress_shown && write(STDERR_FILENO, clear, sizeof(clear) - 1) > 0)
		progress_shown = 0;
}

/* A part of a line, and how it is shown where there are colours. */
struct part {
	const char *text, *style; /* style: of a terminal's "select graphic rendition" */
};

#define BOLD "1"
#define RED "1;31"
#define MAGENTA "1;35"
#define GREEN "1;32"
#define PLAIN NULL

/* One line, in one write. */
static void send_line(const struct part *parts, size_t n)
{
	clear_progress();
	struct buf b;
	buf_init(&b, 16 * MESSAGE_MAX);
	for (size_t i = 0; i < n; i++) {
		int styled = colour && parts[i].style != PLAIN;
		if (styled)
			buf_addf(&b, "\033[%sm", parts[i].style);
		text_safe(&b, parts[i].text);
		if (styled)
			buf_adds(&b, "\033[0m");
	}
	buf_addc(&b, '\n');
	send(&b);
	buf_release(&b);
}

static void message(const char *where, enum diag_level level, const char *text)
{
	static const struct part levels[] = { { "error", RED }, { "warning", MAGENTA } };
	n_errors += level == DIAG_ERROR;
	n_warnings += level == DIAG_WARNING;
	const struct part note[] = { { where, PLAIN }, { ": ", PLAIN }, { text, PLAIN } };
	const struct part line[] = { { where, BOLD }, { ": ", BOLD },
		levels[level == DIAG_WARNING], { ": ", PLAIN }, { text, PLAIN } };
	if (level != DIAG_NOTE)
		send_line(line, sizeof(line) / sizeof(line[0]));
	else if (!quiet)
		send_line(note, sizeof(note) / sizeof(note[0]));
}

void diag_excerpt(const char *text, const char *mark)
{
	const struct part line[] = { { text, PLAIN }, { mark, GREEN } };
	send_line(line, mark != NULL ? 2 : 1);
}

/* The formatted text of the function it stands in, on its stack. */
#define FORMAT(text, fmt)                                                                  \
	char text[MESSAGE_MAX];                                                            \
	do {                                                                               \
		va_list ap;                                                                \
		va_start(ap, fmt);                                                         \
		vsnprintf(text, sizeof(text), fmt, ap);                                    \
		va_end(ap);                                                                \
	} while (0)

void diag_error(const char *fmt, ...)
{
	FORMAT(text, fmt);
	message(program, DIAG_ERROR, text);
}

void diag_warning(const char *fmt, ...)
{
	FORMAT(text, fmt);
	message(program, DIAG_WARNING, text);
}

void diag_note(const char *fmt, ...)
{
	FORMAT(text, fmt);
	message(program, DIAG_NOTE, text);
}

void diag_at(enum diag_level level, const char *file, size_t line, size_t column,
	const char *fmt, ...)
{
	FORMAT(text, fmt);
	char where[MESSAGE_MAX];
	if (line > 0 && column > 0)
		snprintf(where, sizeof(where), "%s:%zu:%zu", file, line, column);
	else if (line > 0)
		snprintf(where, sizeof(where), "%s:%zu", file, line);
	else
		snprintf(where, sizeof(where), "%s", file);
	message(where, level, text);
}

void diag_located(const char *text)
{
	const struct part line = { text, PLAIN };
	n_errors++;
	send_line(&line, 1);
}

void diag_err(const struct err *err, const char *fmt, ...)
{
	FORMAT(what, fmt);
	struct buf b;
	buf_init(&b, 2 * MESSAGE_MAX);
	buf_addf(&b, "%s: %s", what, err->text);
	/* AWS's name for it, unless the text already says so. */
	if (err->code[0] != '\0' && strstr(err->text, err->code) == NULL)
		buf_addf(&b, " (%s)", err->code);
	if (err->request_id[0] != '\0')
		buf_addf(&b, " [request id %s]", err->request_id);
	message(program, DIAG_ERROR, buf_str(&b));
	buf_release(&b);
}

int diag_status(const struct err *err)
{
	switch (err->kind) {
	case ERR_NET:
	case ERR_THROTTLED:
	case ERR_AWS:
	case ERR_CRED:
	case ERR_DATA:
		return STATUS_AWS;
	case ERR_NONE:
	case ERR_SYS:
		break;
	}
	return STATUS_FAILED;
}

void diag_progress(long long now_ms, const char *fmt, ...)
{
	if (quiet || !isatty(STDERR_FILENO))
		return;
	if (progress_shown && now_ms - progress_ms < PROGRESS_EVERY_MS)
		return;
	FORMAT(text, fmt);
	clear_progress();
	struct buf b;
	buf_init(&b, 8 * MESSAGE_MAX);
	text_safe(&b, program);
	buf_adds(&b, ": ");
	text_safe(&b, text);
	send(&b);
	buf_release(&b);
	progress_shown = 1;
	progress_ms = now_ms;
}

void diag_progress_end(void)
{
	clear_progress();
}
