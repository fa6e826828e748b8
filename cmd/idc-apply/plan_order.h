/*
 * plan_order -- the order in which the actions of a plan are looked at, when some stand
 * before what they depend on.
 */
#ifndef IDC_APPLY_PLAN_ORDER_H
#define IDC_APPLY_PLAN_ORDER_H

#include "plan.h"

/*
 * Fills p->order: as read, but each after all that it depends on. 0, or -1 with err
 * filled: a dependency is missing, or is a cycle (ERR_DATA), or the store can't be read
 * (ERR_SYS). file is the plan's name, for messages.
 */
int plan_order(struct plan *p, const char *file, struct err *err);

#endif
