#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "status.h"

struct replay {
	const struct op *op;
	jv input;
	char *region, *account, *arn, *user_id, *async_reason;
	int at_once;
	int64_t at_ms;
	time_t at;
	struct replay *next;
};

/* A state that was saved and loaded answers as it did. */
static int copy(struct sim *to, const struct sim *from)
{
	FILE *f = tmpfile();
	int error = f != NULL ? sim_save_fd(from, fileno(f), from->now) : 1;
	if (error == 0 && lseek(fileno(f), 0, SEEK_SET) != 0)
		error = 1;
	if (error != 0)
		diag_error("--lag: can't copy the state to a temporary file");
	int status = error != 0 ? STATUS_FAILED : sim_load_fd(to, fileno(f), "the copy");
	if (f != NULL)
		fclose(f);
	return status;
}

int world_init(
	struct world *w, struct sim *truth, struct sessions *sessions, int64_t lag_ms)
{
	*w = (struct world){ .truth = truth, .seen = truth, .sessions = sessions };
	w->lag_ms = lag_ms;
	w->end = &w->next;
	if (lag_ms == 0)
		return 0;
	w->seen = mem_alloc(sizeof(*w->seen));
	sim_init(w->seen);
	w->seen->options = truth->options;
	w->seen->now = truth->now;
	int status = copy(w->seen, truth);
	sim_complete(w->seen);
	w->seen->made = truth->made;
	w->seen->random = truth->random;
	return status;
}

static void replay_free(struct replay *r)
{
	jv_free(r->input);
	free(r->region);
	free(r->account);
	free(r->arn);
	free(r->user_id);
	free(r->async_reason);
	free(r);
}

void world_release(struct world *w)
{
	while (w->next != NULL) {
		struct replay *r = w->next;
		w->next = r->next;
		replay_free(r);
	}
	if (w->seen != w->truth) {
		sim_release(w->seen);
		free(w->seen);
	}
}

/* Notes a write that was done, to be seen later. */
static void remember(struct world *w, const struct call *c)
{
	struct replay *r = mem_alloc(sizeof(*r));
	r->op = c->op;
	r->input = jv_copy(c->input);
	r->region = mem_string(c->region);
	r->account = mem_string(c->account);
	r->arn = mem_string(c->arn);
	r->user_id = mem_string(c->user_id);
	r->async_reason = mem_string(c->async_reason);
	r->at_once = c->at_once;
	r->at_ms = w->truth->now_ms;
	r->at = w->truth->now;
	*w->end = r;
	w->end = &r->next;
}

jv world_run(struct world *w, struct call *c)
{
	c->sim = c->op->effect == EFFECT_READ ? w->seen : w->truth;
	c->sessions = w->sessions;
	jv output = c->op->run(c);
	if (c->op->effect == EFFECT_WRITE && c->status == 0 && w->seen != w->truth)
		remember(w, c);
	return output;
}

static void do_again(struct world *w, const struct replay *r)
{
	struct call c = { .sim = w->seen,
		.sessions = w->sessions,
		.op = r->op,
		.input = r->input,
		.region = r->region,
		.account = r->account,
		.arn = r->arn,
		.user_id = r->user_id,
		.async_reason = r->async_reason,
		.at_once = r->at_once };
	sim_advance(w->seen, r->at_ms, r->at);
	jv_free(r->op->run(&c));
}

void world_advance(struct world *w, int64_t now_ms, time_t now)
{
	sim_advance(w->truth, now_ms, now);
	if (w->seen == w->truth)
		return;
	int64_t seen_ms = now_ms - w->lag_ms;
	while (w->next != NULL && w->next->at_ms <= seen_ms) {
		struct replay *r = w->next;
		do_again(w, r);
		w->next = r->next;
		if (w->next == NULL)
			w->end = &w->next;
		replay_free(r);
	}
	if (seen_ms > 0)
		sim_advance(w->seen, seen_ms, now - (time_t)(w->lag_ms / 1000));
}

void world_settle(struct world *w, time_t now)
{
	world_advance(w, INT64_MAX / 2, now);
}
