/*
 * diff_sets -- permission sets: what is wanted against what is live.
 */
#ifndef PLAN_DIFF_SETS_H
#define PLAN_DIFF_SETS_H

#include "plan.h"

/*
 * Adds what creates, adopts and changes the wanted permission sets, and fills edits.
 * The model must be sorted. Pure.
 *
 * Tags are managed whole, but for the ownership tag and those of AWS ("aws:...").
 */
void diff_sets(struct plan *p);

/*
 * Adds what provisions the sets that changed where they are provisioned, and the others
 * where their roles lag behind; accounts and outdated must be known.
 */
void diff_provisioning(struct plan *p);

#endif
