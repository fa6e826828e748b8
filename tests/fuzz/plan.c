/*
 * idc-apply's reader of plans. A plan that is taken is carried out to its end by the
 * scheduler through a small window, each action once, its references resolved; one in five
 * fails, and what waits for it is left out.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/idc-apply/graph.h"
#include "../../cmd/idc-apply/sched.h"
#include "fuzz.h"
#include "mem.h"

#define WINDOW 3

struct course {
	struct graph g;
	struct sched s;
	size_t ended;
};

/* a has ended for a failure, or PLAN_NONE; and so has, for a failure, what waits for it. */
static void end(struct course *c, struct action *a, uint32_t failed)
{
	assert(a->state == ACTION_WAITING);
	graph_end(&c->g, a, failed);
	c->ended++;
	for (uint32_t i; (i = graph_dependent(&c->g, a)) != GRAPH_NONE;) {
		struct action *next = &c->g.actions[i];
		if (failed != PLAN_NONE) {
			sched_drop(&c->s, i);
			end(c, next, failed);
		} else if (--next->n_waiting == 0) {
			sched_ready(&c->s, i);
		}
	}
	graph_leave(&c->g, a);
}

static void finish(struct course *c, uint32_t i)
{
	struct action *a = &c->g.actions[i];
	int fails = a->index % 5 == 4;
	struct err err;
	jv request = graph_request(&c->g, a, &err);
	assert(jv_get_kind(request) == JV_KIND_OBJECT);
	jv_free(request);
	if (a->creates != PLAN_NONE && !fails)
		c->g.plan->sets[a->creates].arn =
			mem_string("arn:aws:sso:::permissionSet/x");
	sched_done(&c->s, i);
	end(c, a, fails ? a->index : PLAN_NONE);
}

static void take(struct course *c)
{
	struct err err;
	uint32_t failed;
	for (uint32_t i; (i = graph_take(&c->g, &failed, &err)) != GRAPH_NONE;) {
		sched_add(&c->s, i);
		if (failed != PLAN_NONE) {
			sched_drop(&c->s, i);
			end(c, &c->g.actions[i], failed);
		} else if (c->g.actions[i].n_waiting == 0) {
			sched_ready(&c->s, i);
		}
	}
	assert(err.kind == ERR_NONE);
	sched_rank(&c->s);
}

static void carry_out(struct plan *p)
{
	struct course c = { .ended = 0 };
	graph_init(&c.g, p, WINDOW);
	sched_init(&c.s, &c.g, SCHED_ASSIGNMENTS);
	while (c.ended < p->n) {
		take(&c);
		uint32_t i = sched_next(&c.s);
		assert(i != GRAPH_NONE || c.ended == p->n);
		if (i != GRAPH_NONE)
			finish(&c, i);
	}
	sched_release(&c.s);
	graph_release(&c.g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stream_in in;
	struct plan p;
	struct err err = { 0 };
	stream_open(&in, fuzz_file(data, size), "<stdin>", "idc-apply",
		STREAM_BIT(STREAM_PLAN));
	if (plan_read(&p, &in, &err) == 0)
		carry_out(&p);
	else
		assert(err.kind == ERR_DATA && err.text[0] != '\0');
	plan_release(&p);
	stream_release(&in);
	return 0;
}
