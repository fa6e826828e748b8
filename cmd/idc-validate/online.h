/*
 * online -- what only AWS knows about permission sets: whether the policies of AWS that
 * they name exist (IAM GetPolicy, once for each ARN) and what IAM Access Analyzer finds in
 * their inline policies (ValidatePolicy, once for each different policy).
 */
#ifndef IDC_VALIDATE_ONLINE_H
#define IDC_VALIDATE_ONLINE_H

#include "ask.h"
#include "templates.h"

/*
 * Asks, as options say, about the permission sets that have a record, and reports what
 * comes back at its place. Returns an exit status: STATUS_OK, also with findings; or, after
 * saying why, the one for AWS that could not be asked.
 */
int online_check(const struct templates *t, const struct ask_options *options);

#endif
