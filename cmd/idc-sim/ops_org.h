/*
 * ops_org -- what reading and changing the organization share.
 */
#ifndef IDC_SIM_OPS_ORG_H
#define IDC_SIM_OPS_ORG_H

#include "call.h"

/* A unit as AWS answers it. */
jv unit_answer(const struct sim *s, const struct unit *u);

/* The tags of the call's ResourceId, or NULL after call_fail. */
jv *organization_tags(struct call *c);

#endif
