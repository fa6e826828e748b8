/*
 * live_few -- what --quick looks at; behind live.h.
 */
#ifndef PLAN_LIVE_FEW_H
#define PLAN_LIVE_FEW_H

#include "live.h"

/*
 * Marks the principals whose assignments differ between the files, and the sets that are
 * the same in both, by themselves (same) or with their assignments (assumed).
 */
void live_mark_differences(struct model *m);

/* Calls each for every assignment that is in one of the files only. */
void live_each_difference(
	const struct model *m, void (*each)(void *ctx, const struct entry *e), void *ctx);

/* Whether set (or NONE) is one of the model's that is not assumed. */
int live_differs(const struct model *m, uint32_t set);

/*
 * Adds to arns, as keys, those of the sets that are not assumed and that the last run
 * wanted, among others: of every set, those that one who had it has in that account. 0, or
 * -1 after a failure that ask has.
 */
int live_find_arns(struct live *l, struct map *arns);

#endif
