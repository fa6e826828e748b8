/*
 * graph -- the part of a plan that is being carried out: a window that moves over it.
 *
 * Actions are taken in the plan's order, which puts each after what it depends on, as long
 * as no more than so many of them have not ended. So the first that has not ended waits for
 * nothing, and memory does not grow with the plan: of what is ahead nothing is known, and
 * of what has ended only how (4 bytes).
 */
#ifndef IDC_APPLY_GRAPH_H
#define IDC_APPLY_GRAPH_H

#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "err.h"
#include "map.h"
#include "ops.h"
#include "plan.h"

#define GRAPH_NONE UINT32_MAX
#define GRAPH_WINDOW 16384 /* so many are looked at for which best comes next */

struct going;
struct lane;

/* An action of the window: in a slot of graph.actions, until it has ended. */
struct action {
	const struct op *op;
	struct going *going; /* from its start to its end: run.h's */
	struct lane *lane;   /* sched.h's */
	uint32_t index;	     /* in the plan */
	uint32_t account;    /* of an assignment: its number, from 1; else 0 */
	uint32_t set;	     /* the number of the permission set that it is about */
	uint32_t creates;    /* index into plan.sets, or PLAN_NONE */
	uint32_t dependents; /* the first edge to one, or GRAPH_NONE */
	uint32_t n_waiting;  /* dependencies that have not ended */
	uint32_t next;	     /* slot: in the queue of its lane, or among the free ones */
	unsigned char state; /* enum action_state */
};

enum action_state { ACTION_FREE, ACTION_WAITING, ACTION_RUNNING, ACTION_ENDED };

/* From an action to one that waits for it. */
struct edge {
	uint32_t to;   /* index in the plan: it may have ended, and left its slot */
	uint32_t next; /* of the same action, or free; GRAPH_NONE at the end */
};

struct graph {
	struct plan *plan;
	struct action *actions;
	size_t n_slots, window;
	size_t n_open;	     /* slots that are not free */
	size_t taken;	     /* actions that have entered the window */
	uint32_t free_slots; /* the first of those that were used, or GRAPH_NONE */
	uint32_t *ends;	     /* of each action of the plan: graph.c has what it says */
	struct edge *edges;
	size_t n_edges, cap_edges;
	uint32_t free_edges; /* the first, or GRAPH_NONE */
	struct map accounts; /* id to its number */
	struct map sets;     /* ARN or PermissionSet/NAME to its number + 1 */
};

/* plan is borrowed and kept; window is 1 and up. */
void graph_init(struct graph *g, struct plan *plan, size_t window);
void graph_release(struct graph *g);

/* Whether it is time to take more: half of the window is free, and something is ahead. */
int graph_wants_more(const struct graph *g);

/*
 * Takes the next action. Its slot; or GRAPH_NONE with *err of kind ERR_NONE: the window is
 * full, or nothing is ahead; or with err filled (ERR_SYS). *failed is the action (index)
 * for whose failure it can't be done any more, or PLAN_NONE.
 */
uint32_t graph_take(struct graph *g, uint32_t *failed, struct err *err);

/* a has ended: failed is PLAN_NONE, or the action for whose failure it was not done. */
void graph_end(struct graph *g, struct action *a, uint32_t failed);

/* Takes one of those that wait for a: its slot, or GRAPH_NONE when none is left. */
uint32_t graph_dependent(struct graph *g, struct action *a);

/* Frees the slot of a, which has ended and whose dependents have all been taken. */
void graph_leave(struct graph *g, struct action *a);

/* The record of a, as plan_record gives it. */
jv graph_record(struct graph *g, const struct action *a, struct err *err);

/*
 * The Request of a, owned, references replaced by the ARNs of the sets that were created.
 * All of them have been: an action waits for them. Or invalid with err filled (ERR_SYS).
 */
jv graph_request(struct graph *g, const struct action *a, struct err *err);

/* The numbers of an account, and of a permission set by its ARN. */
uint32_t graph_account(struct graph *g, const char *account);
uint32_t graph_set(struct graph *g, const char *set_arn);

/* Whether a depends on an action that is about account's assignments. */
int graph_awaits_account(struct graph *g, const struct action *a, const char *account);

#endif
