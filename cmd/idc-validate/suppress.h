/*
 * suppress -- warnings that somebody knows of: named in a template ("$idc-ignore"), or
 * there before the tool was (a baseline).
 */
#ifndef IDC_VALIDATE_SUPPRESS_H
#define IDC_VALIDATE_SUPPRESS_H

#include "files.h"
#include "value.h"

#define IGNORE_KEY "$idc-ignore"

/*
 * Reads the "$idc-ignore" of an object, if it has one: it is for what is found in that
 * object from now on. Reports what can't be ignored.
 */
void ignores_read(const struct value *object);

/*
 * Reports what was to be ignored and was not found. active tells by code whether it was
 * looked for in this run; companys: codes of a company's own were.
 */
void ignores_check(struct files *files, const unsigned char active[CODES], int companys);

/*
 * Suppresses the warnings that are in a file of findings in JSON ("--format json"), each
 * as often as it is there, wherever in its file it stands by now. *gone: how many there
 * are that were not found. 0, or -1 with err filled.
 */
int baseline_apply(struct report *r, const char *path, size_t *gone, struct err *err);

#endif
