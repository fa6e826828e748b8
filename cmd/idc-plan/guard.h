/*
 * guard -- too many revokes need an explicit yes (--max-delete).
 */
#ifndef PLAN_GUARD_H
#define PLAN_GUARD_H

#include "plan.h"

/* Whether text is a number or a percentage: 0, or -1. */
int guard_check_option(const char *text);

/*
 * STATUS_OK, or STATUS_REFUSED after saying how much the plan would revoke, where, and how
 * to allow it.
 */
int guard(const struct plan *p);

#endif
