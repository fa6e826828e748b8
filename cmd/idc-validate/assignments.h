/*
 * assignments -- one assignments file: its rules, their checks and their records.
 */
#ifndef IDC_VALIDATE_ASSIGNMENTS_H
#define IDC_VALIDATE_ASSIGNMENTS_H

#include <time.h>

#include "templates.h"
#include "value.h"

/* Whether the root of a file is meant to be one of assignments, even if misspelt. */
int assignments_is(jv root);

/*
 * Checks the root of a file and adds its rules to t. now tells which have expired.
 */
void assignments_read(const struct value *root, struct templates *t, time_t now);

#endif
