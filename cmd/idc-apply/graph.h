/*
 * graph -- a plan, read whole and checked before anything is done with it.
 *
 * A graph that graph_read gave back is sound: Ids are unique, every dependency is an action
 * of the plan, there is no cycle, every Operation is one of ops.h with a Request that has
 * what it needs, and every {"Ref":"PermissionSet/NAME"} has an action that creates the set
 * (on which the action then depends, whether the plan says so or not).
 *
 * What it says of each action is put aside (store.h), so that what is kept in memory of a
 * hundred thousand is small.
 */
#ifndef IDC_APPLY_GRAPH_H
#define IDC_APPLY_GRAPH_H

#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "err.h"
#include "map.h"
#include "ops.h"
#include "store.h"
#include "stream.h"

#define GRAPH_NONE UINT32_MAX

struct going;

/*
 * What holds actions apart that must not be under way together is a lane: one for each
 * permission set (its edits and provisioning), one for each pair of account and permission
 * set (its assignments). Lanes of one account are a group.
 */
struct action {
	const struct op *op;
	struct going *going; /* from its start to its end: run.h's */
	uint64_t record;     /* where its record is in graph.store */
	uint32_t line;	     /* in the input */
	uint32_t lane;	     /* index into graph.lanes */
	uint32_t creates;    /* index into graph.sets, or GRAPH_NONE */
	uint32_t edges; /* its dependents: graph.edges[edges] and the n_edges - 1 after */
	uint32_t n_edges;
	uint32_t n_waiting;  /* dependencies that have not ended */
	uint32_t next;	     /* in the queue of its lane, GRAPH_NONE at the end */
	unsigned char state; /* enum action_state */
};

enum action_state { ACTION_WAITING, ACTION_RUNNING, ACTION_SUCCEEDED, ACTION_ENDED };

/* One queue: of a permission set, or of an account's assignments of it. */
struct graph_lane {
	uint32_t group; /* 0: of a set; else the account, from 1 */
	uint32_t set;	/* index into graph.set_lanes */
};

/* A permission set that the plan creates. */
struct graph_set {
	char *name;
	uint32_t creator; /* the action */
	char *arn;	  /* NULL until it was created; owned */
};

struct graph {
	jv instance; /* invalid when the plan is empty and has none */
	char *instance_arn;
	struct action *actions;
	size_t n, cap;
	struct graph_set *sets;
	size_t n_sets, cap_sets;
	struct map set_names; /* name to index + 1 into sets */
	struct graph_lane *lanes;
	size_t n_lanes, cap_lanes;
	size_t n_groups;
	struct map groups;   /* account to its group + 1 */
	struct map lane_ids; /* "GROUP SET", numbers, to index + 1 into lanes */
	struct map set_ids;  /* ARN or PermissionSet/NAME to index + 1 into set_lanes */
	uint32_t *set_lanes; /* the lane of each set itself, or GRAPH_NONE */
	size_t cap_set_lanes;
	uint32_t *edges;
	struct store store;
};

/*
 * Reads all of in into *g. 0, or -1 with err as stream_next fills it; *g is to be released
 * either way.
 */
int graph_read(struct graph *g, struct stream_in *in, struct err *err);
void graph_release(struct graph *g);

/*
 * The record of a: Id, Request (without InstanceArn), and Effect, names and Source as its
 * Result repeats them. Owned; or invalid with err filled (ERR_SYS).
 */
jv graph_record(struct graph *g, const struct action *a, struct err *err);

/*
 * The Request of a, owned, references replaced by the ARNs of the sets that were created.
 * All of them have been: an action waits for them. Or invalid with err filled (ERR_SYS).
 */
jv graph_request(struct graph *g, const struct action *a, struct err *err);

/* The lane of an account's assignments of a permission set, or GRAPH_NONE. */
uint32_t graph_lane(const struct graph *g, const char *account, const char *set_arn);

#endif
