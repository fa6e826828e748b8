/*
 * plan -- a plan, read whole and checked before anything is done with it.
 *
 * A plan that plan_read gave back is sound: Ids are unique, every dependency is an action
 * of the plan, there is no cycle, every Operation is one of ops.h with a Request that has
 * what it needs, and every {"Ref":"PermissionSet/NAME"} has an action that creates the set
 * (on which the action then depends, whether the plan says so or not).
 *
 * What it says of each action is put aside (store.h): in memory are some 20 bytes of each.
 * An action is known by its index, 0 for the first that was read.
 */
#ifndef IDC_APPLY_PLAN_H
#define IDC_APPLY_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "err.h"
#include "ids.h"
#include "map.h"
#include "store.h"
#include "stream.h"

#define PLAN_REF "PermissionSet/"
#define PLAN_NONE UINT32_MAX
#define PLAN_MAX ((uint32_t)1 << 30) /* actions */

/* A permission set that the plan creates. */
struct plan_set {
	char *name;
	uint32_t creator; /* the action */
	char *arn;	  /* NULL until it was created; owned */
};

struct plan {
	jv instance; /* invalid when the plan is empty and has none */
	char *instance_arn;
	size_t n;
	uint32_t *places; /* of the actions' records in store */
	size_t cap;
	struct ids ids;
	uint32_t *order; /* of the actions, each after what it depends on; NULL: as read */
	struct plan_set *sets;
	size_t n_sets, cap_sets;
	struct map set_names; /* name to index + 1 into sets */
	int assigns;	      /* it makes or removes assignments */
	int removes;	      /* some of it is done when AWS says "not found" */
	struct store store;
};

/*
 * Reads all of in into *p. 0, or -1 with err as stream_next fills it; *p is to be released
 * either way.
 */
int plan_read(struct plan *p, struct stream_in *in, struct err *err);
void plan_release(struct plan *p);

/*
 * The record of action i as it was read, but its Request without InstanceArn, and with its
 * Line. Owned; or invalid with err filled (ERR_SYS).
 */
jv plan_record(struct plan *p, uint32_t i, struct err *err);

/* The set of that name, which the plan creates: its index in sets, or PLAN_NONE. */
uint32_t plan_set(const struct plan *p, const char *name);

/* The NAME of {"Ref":"PermissionSet/NAME"}, borrowed, or NULL when v is something else. */
const char *plan_ref(jv v);

/* What an action depends on: indexes, the same more than once, perhaps. */
struct depends {
	uint32_t *on;
	size_t n, cap;
	char *missing; /* what is wrong with one that is not in the plan, or NULL */
};

/*
 * Adds to *d (zeroed before the first) what record (borrowed) depends on, by DependsOn or
 * by a reference. 0, or -1 with err filled (ERR_SYS).
 */
int plan_depends(struct plan *p, jv record, struct depends *d, struct err *err);
void depends_release(struct depends *d);

#endif
