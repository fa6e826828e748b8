/*
 * overlap -- rules that grant what another rule grants, and rules that grant nothing.
 *
 * Without AWS it is not known which accounts a target stands for, so only what holds for
 * every organization is said: a target is in another one when both are the same, whatever
 * their labels, when the other is the root, an OU with all below it (of the same id, or of
 * a path that leads to it). A rule takes another one's place only when each of its
 * excluded targets is in one that the other excludes too, and when it does not expire
 * earlier. Rules that have expired grant nothing, and are not looked at.
 *
 * Rules that grant more than OVERLAP_GRANTS_MAX (targets times principals times permission
 * sets, all of them together) are left out; and of the rules that grant the same, at most
 * OVERLAP_LOOK_MAX are compared with one. So the effort stays in proportion to the grants.
 */
#ifndef IDC_VALIDATE_OVERLAP_H
#define IDC_VALIDATE_OVERLAP_H

#include <time.h>

#include "templates.h"

#define OVERLAP_GRANTS_MAX ((size_t)1 << 20)
#define OVERLAP_LOOK_MAX 64

/* Reports them. now tells which rules have expired. */
void overlap_check(const struct templates *t, time_t now);

#endif
