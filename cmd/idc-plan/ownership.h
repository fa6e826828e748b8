/*
 * ownership -- what the plan may touch, said before anything is planned.
 */
#ifndef PLAN_OWNERSHIP_H
#define PLAN_OWNERSHIP_H

#include "live.h"
#include "plan.h"

/*
 * Says every wanted permission set that exists without the ownership tag, every assignment
 * to a set that no template defines, and every --adopt that nothing came of. 0 or
 * STATUS_FAILED.
 */
int ownership_check(const struct plan *p, const struct live *l);

/* Finds, by Was, which owned set each new one replaces (set.was, set.now). */
void ownership_renames(struct model *m);

#endif
