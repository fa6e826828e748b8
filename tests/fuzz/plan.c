/*
 * idc-apply's reader of plans. A plan that is taken is carried out to its end by the
 * scheduler, each action once, its references resolved.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/idc-apply/graph.h"
#include "../../cmd/idc-apply/sched.h"
#include "fuzz.h"
#include "mem.h"

static void finish(struct sched *s, struct graph *g, uint32_t i)
{
	struct action *a = &g->actions[i];
	struct err err;
	jv request = graph_request(g, a, &err);
	assert(jv_get_kind(request) == JV_KIND_OBJECT);
	jv_free(request);
	assert(a->state == ACTION_WAITING);
	a->state = ACTION_SUCCEEDED;
	if (a->creates != GRAPH_NONE)
		g->sets[a->creates].arn = mem_string("arn:aws:sso:::permissionSet/x");
	sched_done(s, i);
	for (uint32_t e = 0; e < a->n_edges; e++) {
		uint32_t next = g->edges[a->edges + e];
		if (--g->actions[next].n_waiting == 0)
			sched_ready(s, next);
	}
}

static void carry_out(struct graph *g)
{
	struct sched s;
	size_t done = 0;
	sched_init(&s, g, SCHED_ASSIGNMENTS);
	for (size_t i = 0; i < g->n; i++)
		if (g->actions[i].n_waiting == 0)
			sched_ready(&s, (uint32_t)i);
	for (uint32_t i = sched_next(&s); i != GRAPH_NONE; i = sched_next(&s)) {
		finish(&s, g, i);
		done++;
	}
	assert(done == g->n);
	sched_release(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stream_in in;
	struct graph g;
	struct err err = { 0 };
	stream_open(&in, fuzz_file(data, size), "<stdin>", "idc-apply",
		STREAM_BIT(STREAM_PLAN));
	if (graph_read(&g, &in, &err) == 0)
		carry_out(&g);
	else
		assert(err.kind == ERR_DATA && err.text[0] != '\0');
	graph_release(&g);
	stream_release(&in);
	return 0;
}
