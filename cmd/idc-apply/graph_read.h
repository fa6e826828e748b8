/*
 * graph_read -- the insides of a graph while it is read, shared by graph*.c.
 */
#ifndef IDC_APPLY_GRAPH_READ_H
#define IDC_APPLY_GRAPH_READ_H

#include "graph.h"

#define GRAPH_REF "PermissionSet/"

/* One action waits for another. */
struct edge {
	uint32_t from; /* is waited for */
	uint32_t to;
};

/* A dependency on what was not read yet. */
struct late {
	uint32_t action; /* which depends */
	int is_set;	 /* key is the name of a permission set, else an Id */
	char *key;
};

struct reader {
	struct graph *g;
	const char *file;
	struct map ids; /* Id to index + 1 into g->actions */
	struct edge *edges;
	size_t n_edges, cap_edges;
	struct late *late;
	size_t n_late, cap_late;
	struct err *err;
};

/* Fills r->err with a message about a line. Returns -1. */
int graph_bad(struct reader *r, size_t line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The NAME of {"Ref":"PermissionSet/NAME"}, borrowed, or NULL when v is something else. */
const char *graph_ref(jv v);

#define GRAPH_LANE_ID 24 /* size of a key of lane_ids */
void graph_lane_id(char *id, size_t size, uint32_t group, uint32_t set);

/* Notes that action to waits for action from. */
void graph_edge(struct reader *r, uint32_t from, uint32_t to);

/* Checks one Action and adds it to the graph. 0 or -1. */
int graph_add(struct reader *r, jv rec, size_t line);

/* Makes the edges of r->late and looks for cycles. 0 or -1. */
int graph_link(struct reader *r);

#endif
