/*
 * results -- the stream of Results, what is said of failures, and the summary.
 */
#ifndef IDC_APPLY_RESULTS_H
#define IDC_APPLY_RESULTS_H

#include <stddef.h>

#include <jv.h>

#include "graph.h"
#include "map.h"
#include "out.h"
#include "stream.h"

enum result_status { RESULT_SUCCEEDED, RESULT_FAILED, RESULT_SKIPPED, RESULT_STATUSES };

enum result_effect { EFFECT_GRANT, EFFECT_REVOKE, EFFECT_CHANGE, EFFECT_NONE, EFFECTS };

/* How an action ended. */
struct outcome {
	enum result_status status;
	const char *code; /* of its Error, or NULL */
	const char *message;
	const char *request_id; /* or "" */
	double seconds;
	int attempts; /* requests sent for it */
};

struct results {
	struct out out;
	struct stream_out stream;
	size_t n[RESULT_STATUSES];
	size_t succeeded[EFFECTS];
	struct map failures; /* "OPERATION CODE" to how many there were */
	const char *told;    /* failures with this code were told once for all; or NULL */
};

/* Writes Begin and the Instance (borrowed; invalid: there is none). */
void results_begin(struct results *r, jv instance);

/*
 * Writes the Result of an action of op, of which record has Id, Effect, names and Source
 * (graph_record; borrowed). The first failures of a kind are told on standard error, too.
 */
void results_add(
	struct results *r, const struct op *op, jv record, const struct outcome *o);

/* How many Results there are. */
size_t results_count(const struct results *r);

/* Tells how many more failures of each kind there were. */
void results_rest(const struct results *r);

/* The one line at the end. requests: sent in all. */
void results_summary(const struct results *r, double seconds, double requests);
void results_release(struct results *r);

#endif
