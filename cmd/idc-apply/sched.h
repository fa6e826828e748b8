/*
 * sched -- which action may start next.
 *
 * Holds what is ready, in its lane's queue, and keeps AWS's limits: one action of a lane at
 * a time; no assignment of a permission set while that is provisioned or about to be (they
 * would be in each other's way); so many assignment operations outstanding; and as long as
 * there is a choice, the next assignment goes to the account that has the fewest under way
 * (AWS updates one role of an account at a time), creations before deletions. But a lane
 * with so many left that all else could be done beside it comes first, or it would be left
 * alone at the end. Every step costs O(1), waiting O(log n). Does not know time or AWS.
 */
#ifndef IDC_APPLY_SCHED_H
#define IDC_APPLY_SCHED_H

#include <stdint.h>

#include "graph.h"

#define SCHED_ASSIGNMENTS 10 /* AWS's quota, which can't be raised */
#define SCHED_PROVISIONS 10
#define SCHED_EDITS 16
#define SCHED_LONG ((size_t)2 * SCHED_ASSIGNMENTS)

/* Of assignments. One kind after the other, since each is asked about by itself. */
enum sched_kind { SCHED_CREATIONS, SCHED_DELETIONS, SCHED_KINDS };

struct lane;

struct set_lane;

struct ring {
	struct lane *first, *last;
};

/*
 * A queue of actions of which one at a time is under way: there is one for each permission
 * set (its edits and provisioning), and one for each pair of account and permission set
 * (its assignments), as long as actions of it are in the graph.
 */
struct lane {
	uint32_t head, tail; /* actions, GRAPH_NONE when empty */
	uint32_t left;	     /* its actions that have not ended */
	unsigned char busy, offered;
	struct set_lane *set;	 /* its own, or of an assignment lane: its set's */
	struct account *account; /* of an assignment lane; else NULL */
	struct lane *sibling;	 /* the next of this account */
	struct lane *next;	 /* in a ring */
};

/* What a permission set's own lane and those of its assignments have in common. */
struct set_lane {
	struct lane *own;     /* or NULL: nothing is done with the set itself */
	struct ring held;     /* assignment lanes that wait for its provisioning */
	unsigned provisions;  /* ready, delayed or running */
	unsigned assignments; /* running */
};

/* Lanes of one account that could start something of one kind. */
struct offers {
	struct ring lanes;
	struct offers *prev, *next;
	struct offers_list *in; /* NULL: nothing to start here */
};

struct offers_list {
	struct offers *first, *last;
};

struct account {
	struct lane *lanes;
	struct offers offers[SCHED_KINDS];
	unsigned running;
};

/* An action that waits until due_ms. */
struct delayed {
	int64_t due_ms;
	uint32_t action;
};

struct sched {
	struct graph *g;
	struct account **accounts; /* by the graph's numbers, NULL where there is none */
	struct set_lane **sets;
	size_t n_accounts, cap_accounts, n_sets, cap_sets;
	struct ring edits, provisions;
	struct offers_list offers[SCHED_KINDS][SCHED_ASSIGNMENTS +
					       1]; /* by what accounts have running */
	struct lane *longest[SCHED_LONG];	   /* those with the most left, */
	size_t n_longest;
	size_t left, ranked; /* assignments that have not ended, now and when that was so */
	unsigned running[OP_WAITS]; /* edits, creations, deletions, provisions */
	unsigned limit;		    /* of assignments outstanding */
	struct delayed *delayed;    /* a heap, the soonest first */
	size_t n_delayed, cap_delayed;
};

/* g is borrowed and kept; limit is 1 to SCHED_ASSIGNMENTS. Nothing is ready yet. */
void sched_init(struct sched *s, struct graph *g, unsigned limit);
void sched_release(struct sched *s);

/* Action i is new in the graph. */
void sched_add(struct sched *s, uint32_t i);

/* Actions were added: finds the longest lanes. */
void sched_rank(struct sched *s);

/* Action i waits for no other any more. */
void sched_ready(struct sched *s, uint32_t i);

/* Action i, which was never ready, has ended. */
void sched_drop(struct sched *s, uint32_t i);

/* The next action that may start, which it then counts as running; GRAPH_NONE: none may. */
uint32_t sched_next(struct sched *s);

/* Action i, running until now, has ended. */
void sched_done(struct sched *s, uint32_t i);

/*
 * Action i, running until now, is to be tried again at due_ms. Its lane stays closed, its
 * place among the outstanding is free.
 */
void sched_delay(struct sched *s, uint32_t i, int64_t due_ms);

/* Makes ready what is due at now_ms. */
void sched_wake(struct sched *s, int64_t now_ms);

/* When the next delayed action is due, or INT64_MAX. */
int64_t sched_due(const struct sched *s);

/*
 * Another's operation in progress takes a place among the outstanding assignments, and
 * closes the lane of account and set (numbers of the graph; account 0: it is not known),
 * until sched_unhold. Before anything is ready. sched_hold returns the lane it closed, to
 * be given to sched_unhold: NULL also when that was closed already.
 */
struct lane *sched_hold(struct sched *s, enum op_wait wait, uint32_t account, uint32_t set);
void sched_unhold(struct sched *s, enum op_wait wait, struct lane *lane);

#endif
