/*
 * diff_assignments -- account assignments: what is wanted against what is live.
 *
 * The steps, in order. All but the filter are pure.
 */
#ifndef PLAN_DIFF_ASSIGNMENTS_H
#define PLAN_DIFF_ASSIGNMENTS_H

#include "ignore.h"
#include "last_applied.h"
#include "plan.h"

/* Marks what is live of the wanted, wanted and applied of the live. */
void diff_mark(struct plan *p);

/*
 * Marks principals and accounts (arrays indexed as the model's) of live assignments that
 * are not wanted: of these, more must be known before they can be judged.
 */
void diff_need_names(
	const struct plan *p, unsigned char *principals, unsigned char *accounts);

/*
 * Judges live assignments that are not wanted, and marks those that are left alone; wanted
 * ones in the management account likewise. Adds the notices. ignore may be NULL. 0, or
 * STATUS_USAGE after saying why the condition can't be answered.
 */
int diff_judge(struct plan *p, const struct last_applied *last, struct ignore *ignore);

/* Recognizes principals that were deleted and made again (principal.rebound). */
void diff_rebinds(struct plan *p);

/*
 * Adds grants, revokes, and the deletion of the sets that nobody wants, with the notices of
 * sets that must stay. The model must be sorted, edits and judgements made.
 */
void diff_assignments(struct plan *p, const struct last_applied *last);

#endif
