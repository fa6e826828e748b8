/*
 * rules -- from rules to assignments: collecting what they name, and, once all names are
 * known, multiplying them out. Whatever is wrong is said at its place, all of it.
 */
#ifndef RESOLVE_RULES_H
#define RESOLVE_RULES_H

#include "assign.h"
#include "input.h"
#include "org.h"
#include "principals.h"
#include "targets.h"

/* Everything about one run. */
struct resolution {
	struct input *in;
	struct org *org;
	struct principals *principals;
	struct selectors *selectors;
	const char *management; /* id of the management account */
	int include_management;
	size_t management_rules; /* that would grant something there */
};

/*
 * Enters every target and principal of the rules that have not expired. 0, or -1 when
 * something is no target, which has been said.
 */
int rules_collect(struct resolution *r);

/*
 * Adds the assignments of all rules to a. 0, or -1 when a name could not be resolved; all
 * of those have then been said, and a is of no use.
 */
int rules_apply(struct resolution *r, struct assignments *a);

/* Says which accounts were left out, the management account by name. */
void rules_left_out(const struct resolution *r);

#endif
