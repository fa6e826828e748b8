/*
 * graph_read -- the insides of a graph while it is read, shared by graph*.c.
 */
#ifndef IDC_APPLY_GRAPH_READ_H
#define IDC_APPLY_GRAPH_READ_H

#include "graph.h"

#define GRAPH_REF "PermissionSet/"

/* A dependency. What it is of may be known only when all of the plan was read. */
struct late {
	uint32_t action; /* which depends */
	uint32_t target; /* on this one; GRAPH_NONE: on that of key */
	int is_set;	 /* key is the name of a permission set, else an Id */
	char *key;	 /* or NULL */
};

struct reader {
	struct graph *g;
	const char *file;
	struct map ids;	   /* Id to index + 1 into g->actions */
	struct map groups; /* account id to index into groups */
	struct late *late;
	size_t n_late, cap_late;
	struct err *err;
};

/* Fills r->err with a message about a line. Returns -1. */
int graph_bad(struct reader *r, size_t line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The NAME of {"Ref":"PermissionSet/NAME"}, borrowed, or NULL when v is something else. */
const char *graph_ref(jv v);

/* Checks one Action and adds it to the graph. 0 or -1. */
int graph_add(struct reader *r, jv rec, size_t line);

/* Makes the edges of r->late and looks for cycles. 0 or -1. */
int graph_link(struct reader *r);

#endif
