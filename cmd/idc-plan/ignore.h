/*
 * ignore -- a jq condition over live assignments (--ignore).
 */
#ifndef PLAN_IGNORE_H
#define PLAN_IGNORE_H

#include <jv.h>

struct ignore;

/* NULL when expr is no jq program, after saying so. free(NULL) is fine. */
struct ignore *ignore_new(const char *expr);
void ignore_free(struct ignore *g);

/*
 * Whether the condition holds for rec (borrowed): 1 or 0, or -1 when it fails, after
 * saying so. All calls together may take five seconds; then the program says so and ends
 * with STATUS_USAGE.
 */
int ignore_test(struct ignore *g, jv rec);

#endif
