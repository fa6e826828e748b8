/*
 * emit -- the plan as a stream.
 */
#ifndef PLAN_EMIT_H
#define PLAN_EMIT_H

#include "plan.h"
#include "stream.h"

/* Writes Instance, the actions and the notices: all but Begin and End. */
void emit(struct plan *p, int three_sided, struct stream_out *out);

/* The name of an operation, as AWS has it. */
const char *operation_name(enum operation op);

#endif
