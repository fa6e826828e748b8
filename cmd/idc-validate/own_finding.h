/*
 * own_finding -- what a program of own_rules gave, as a finding.
 */
#ifndef IDC_VALIDATE_OWN_FINDING_H
#define IDC_VALIDATE_OWN_FINDING_H

#include <jv.h>

#include "err.h"
#include "origin.h"
#include "report.h"

/*
 * Reports the finding that output, an object, is. about: the record that the program was
 * run over; NULL: it was all of them, and the finding tells. 0, or -1 with err saying why
 * it is none.
 */
int own_finding_report(jv output, const struct origin *about, const struct origins *all,
	struct report *report, struct err *err);

#endif
