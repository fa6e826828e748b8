/*
 * own_rules -- what a company checks its templates for beyond what AWS wants: programs for
 * jq, whose outputs are findings (idc-validate(1)).
 *
 * The programs see the records and nothing else: no files, no environment, no input, and
 * no definitions but those of jq and their own.
 */
#ifndef IDC_VALIDATE_OWN_RULES_H
#define IDC_VALIDATE_OWN_RULES_H

#include <time.h>

#include "report.h"
#include "templates.h"

#define OWN_RULES_SECONDS 5 /* that one file may compute */

struct own_rules {
	struct own_file *list;
	size_t n, cap;
	int ran; /* all of them over all records: what they did not find is not there */
};

/* Adds a file (path is borrowed). whole: it is for all records at once. */
void own_rules_add(struct own_rules *o, const char *path, int whole);

/*
 * Reads and compiles the files; now is their $now. STATUS_OK, or STATUS_USAGE after saying
 * what is wrong with each.
 */
int own_rules_compile(struct own_rules *o, time_t now);

/*
 * Runs them over the records and reports what they find. Sorts the permission sets of t.
 * Those for all records are not run when some are missing for errors. STATUS_OK; or
 * STATUS_USAGE, after saying why, when one failed or gave what is no finding: the rest of
 * that file is not run. One that takes too long ends the program, likewise.
 */
int own_rules_run(struct own_rules *o, struct templates *t, struct report *report);

void own_rules_release(struct own_rules *o);

#endif
