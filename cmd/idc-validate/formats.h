/*
 * formats -- the findings for other programs.
 *
 * json: one object a line. sarif: SARIF 2.1.0 (OASIS), for code scanning. junit: JUnit's
 * XML, as CodeBuild's reports read it: a test case for each file. github: workflow
 * commands, which GitHub Actions shows at the lines.
 */
#ifndef IDC_VALIDATE_FORMATS_H
#define IDC_VALIDATE_FORMATS_H

#include "files.h"
#include "out.h"
#include "report.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF, FORMAT_JUNIT, FORMAT_GITHUB };

/* "text|json|sarif|junit|github" for messages. */
extern const char *const format_names;

/* The format of that name: 0, or -1. */
int format_parse(const char *name, enum format *format);

/*
 * Writes a report that was sorted. strict: warnings are
 * failures, too.
 */
void format_write(enum format format, const struct report *r, const struct files *files,
	int strict, struct out *out);

#endif
