/*
 * report -- what idc-validate has found, kept until all is known and then shown in the
 * order of the files and of the places in them, whatever the order in which it was found.
 */
#ifndef IDC_VALIDATE_REPORT_H
#define IDC_VALIDATE_REPORT_H

#include <stdarg.h>
#include <stddef.h>

#include "codes.h"
#include "diag.h"
#include "json.h"

enum suppression {
	NOT_SUPPRESSED,
	SUPPRESSED_IGNORE,  /* by $idc-ignore */
	SUPPRESSED_BASELINE /* it was there before */
};

struct finding {
	char *path;	     /* NULL: about no file */
	char *pointer;	     /* to the value in the file (RFC 6901), or NULL */
	const char *text;    /* of the file, borrowed, or NULL */
	struct json_pos pos; /* line 0: the file as a whole */
	size_t order;	     /* when it was found, among those of one place */
	enum diag_level level;
	char code[CODE_MAX];
	char *message; /* what is wrong */
	char *hint;    /* what to do, or NULL */
	enum suppression suppressed;
};

struct report {
	struct finding *list;
	size_t n, cap;
	size_t errors, warnings;     /* that are not suppressed */
	size_t ignored, in_baseline; /* that are */
};

/*
 * Adds a finding. message is the whole text as it was found: what is wrong, and behind a
 * '\n', if there is one, what to do. path and pointer are copied, and may be NULL; text is
 * borrowed until report_release.
 */
struct finding *report_add(struct report *r, enum diag_level level, const char *code,
	const char *path, struct json_pos pos, const char *message);

/*
 * The text of a finding, for report_add: only the '\n' that stands in the format parts what
 * is wrong from what to do. Control characters in the arguments are escaped. Owned.
 */
char *report_text(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/* The same about a file, or no file (NULL), as a whole. */
void report_code(struct report *r, enum code code, const char *path, const char *message);

/* f, of this report, is not to count: no error is suppressed. */
void report_suppress(struct report *r, struct finding *f, enum suppression why);

/* Brings the findings into their order: those about no file last. */
void report_sort(struct report *r);

/* "what is wrong: what to do", owned. */
char *finding_words(const struct finding *f);

/*
 * Shows all of them on standard error as lines for people. On a terminal, the lines of the
 * files that they are about are shown too.
 */
void report_show(const struct report *r);

void report_release(struct report *r);

#endif
