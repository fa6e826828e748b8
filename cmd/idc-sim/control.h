/* clang-format off */
/*
 * control -- the simulator's own HTTP interface, below /_sim/: what a person would do in the
 * console, faults that come and go, time that passes. It wants no signature, obeys no rate
 * and no fault, and counts for nothing.
 *
 *     GET    /_sim/state    the state, as --save writes it
 *     POST   /_sim/edits    {"Operation": ..., "Request": {...}} a line, done one by one, at
 *                           once, by the management account
 *     GET    /_sim/faults   the rules, with how often they matched and fired
 *     POST   /_sim/faults   adds rules, one a line
 *     DELETE /_sim/faults   forgets them all
 *     GET    /_sim/calls    as --calls writes them
 *     DELETE /_sim/calls    counts from nothing
 *     POST   /_sim/clock    a duration: sets the clock so far ahead
 */
/* clang-format on */
#ifndef IDC_SIM_CONTROL_H
#define IDC_SIM_CONTROL_H

#include "answer.h"

#define CONTROL_PATH "/_sim"

/* Whether a request is for it. */
int control_is(const char *uri);

void control_answer(
	const struct server_options *o, const struct request *req, struct answer *out);

#endif
