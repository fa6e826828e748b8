/*
 * graph -- a plan, read whole and checked before anything is done with it.
 *
 * A graph that graph_read gave back is sound: Ids are unique, every dependency is an action
 * of the plan, there is no cycle, every Operation is one of ops.h with a Request that has
 * what it needs, and every {"Ref":"PermissionSet/NAME"} has an action that creates the set
 * (on which the action then depends, whether the plan says so or not).
 *
 * Requests are kept as text, so that a hundred thousand of them fit.
 */
#ifndef IDC_APPLY_GRAPH_H
#define IDC_APPLY_GRAPH_H

#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "err.h"
#include "map.h"
#include "ops.h"
#include "stream.h"

#define GRAPH_NONE UINT32_MAX

struct run;

/*
 * What holds actions apart that must not be under way together is a lane: one for each
 * permission set (its edits and provisioning), one for each pair of account and permission
 * set (its assignments). Lanes of one account are a group.
 */
struct action {
	const struct op *op;
	struct run *run; /* while running */
	char *id;
	char *request;	  /* JSON without InstanceArn; NULL once the action has ended */
	char *names;	  /* JSON: Effect, names and Source, as its Result repeats them */
	uint32_t line;	  /* in the input */
	uint32_t lane;	  /* index into graph.lanes */
	uint32_t creates; /* index into graph.sets, or GRAPH_NONE */
	uint32_t edges;	  /* its dependents: graph.edges[edges] and the n_edges - 1 after */
	uint32_t n_edges;
	uint32_t n_waiting;  /* dependencies that have not ended */
	uint32_t next;	     /* in the queue of its lane, GRAPH_NONE at the end */
	int attempts;	     /* requests sent for it */
	int tries;	     /* waits for something in its way */
	int64_t started_ms;  /* 0: not yet */
	int64_t blocked_ms;  /* first met something in its way, or 0 */
	void *look;	     /* what is being read for it (look.c) */
	unsigned char state; /* enum action_state */
};

enum action_state { ACTION_WAITING, ACTION_RUNNING, ACTION_SUCCEEDED, ACTION_ENDED };

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
	uint32_t *lanes;      /* group of each: 0 for permission sets, then accounts */
	size_t n_lanes, cap_lanes;
	size_t n_groups;
	struct map lane_keys; /* "SET" or "ACCOUNT SET" to index + 1 into lanes */
	uint32_t *edges;
};

/*
 * Reads all of in into *g. 0, or -1 with err as stream_next fills it; *g is to be released
 * either way.
 */
int graph_read(struct graph *g, struct stream_in *in, struct err *err);
void graph_release(struct graph *g);

/*
 * The Request of a, owned, references replaced by the ARNs of the sets that were created.
 * All of them have been: an action waits for them.
 */
jv graph_request(const struct graph *g, const struct action *a);

/* The lane of an account's assignments of a permission set, or GRAPH_NONE. */
uint32_t graph_lane(const struct graph *g, const char *account, const char *set_arn);

#endif
