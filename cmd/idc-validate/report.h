/*
 * report -- what idc-validate has found, kept until all is known and then shown in the
 * order of the files and of the places in them, whatever the order in which it was found.
 */
#ifndef IDC_VALIDATE_REPORT_H
#define IDC_VALIDATE_REPORT_H

#include <stddef.h>

#include "diag.h"
#include "json.h"

struct finding {
	char *file;	     /* NULL: about no file */
	struct json_pos pos; /* line 0: the file as a whole */
	size_t order;	     /* when it was found, among those of one place */
	enum diag_level level;
	char *text;
};

struct report {
	struct finding *list;
	size_t n, cap;
	size_t errors, warnings;
};

/* Adds a finding; file and text are copied. */
void report_add(struct report *r, enum diag_level level, const char *file,
	struct json_pos pos, const char *text);

/* Shows all of them on standard error, those about no file last. */
void report_show(struct report *r);

void report_release(struct report *r);

#endif
