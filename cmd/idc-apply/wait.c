/*
 * Asynchronous operations: what is outstanding, and asking AWS about all of it together.
 *
 * An operation has ended only when AWS says so by its id: that it is missing from a list of
 * those in progress proves nothing, since lists lag. AWS does not promise an order of its
 * lists, which also hold what ended days ago. So the list is read page by page while its
 * pages show what is asked for, which is the first page when the latest come first; and if
 * that shows too little, the list of those in progress, what is not in it by its id.
 * Only failures are asked for then: their reason is in no list.
 */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "when.h"

#define ERRORS_MAX 10
#define UNSEEN_MS 120000      /* how long AWS may know nothing of what it has accepted */
#define LISTS_MAX 3	      /* lists in a row that fail, before they are given up */
#define TO_BE_FOUND INT64_MIN /* when to ask next */
#define FIRST_TRIP_MS 1000    /* until one is seen */

enum seen { UNSEEN, IN_PROGRESS, SUCCEEDED, FAILED };

struct waiting {
	struct waiting *next;
	struct poll *poll;
	struct action *a;  /* NULL: of an earlier run */
	struct lane *lane; /* which that one holds, or NULL */
	int64_t accepted_ms;
	int64_t calm_ms; /* the same by run_calm_ms */
	int64_t past_ms; /* seen in progress so long after it was accepted */
	int64_t asked_ms;
	int asked;   /* in the poll under way */
	int dropped; /* nobody waits for it any more */
	int errors;  /* answers that did not say how it goes */
	enum seen seen;
	char id[64];
};

void waits_init(struct run *r)
{
	for (int i = 0; i < OP_WAITS; i++) {
		struct poll *p = &r->polls[i];
		*p = (struct poll){ .run = r,
			.wait = (enum op_wait)i,
			.next_ms = TO_BE_FOUND,
			.trip_ms = FIRST_TRIP_MS };
		moment_init(&p->moment);
	}
}

void waits_release(struct run *r)
{
	for (int i = 0; i < OP_WAITS; i++)
		while (r->polls[i].first != NULL) {
			struct waiting *w = r->polls[i].first;
			r->polls[i].first = w->next;
			free(w);
		}
}

static enum seen status_of(jv status)
{
	static const char *const names[] = { [IN_PROGRESS] = "IN_PROGRESS",
		[SUCCEEDED] = "SUCCEEDED",
		[FAILED] = "FAILED" };
	const char *s = rec_str_or(status, "Status", "");
	for (int i = IN_PROGRESS; i <= FAILED; i++)
		if (strcmp(names[i], s) == 0)
			return (enum seen)i;
	return UNSEEN;
}

/* --- when to ask -------------------------------------------------------------------- */

/* Operations that share the places with those of p. */
static size_t outstanding(const struct poll *p)
{
	const struct poll *polls = p->run->polls;
	return p->wait == OP_PROVISION ? p->n : polls[OP_CREATION].n + polls[OP_DELETION].n;
}

/* Not later than when patience with the first ends. */
static int64_t patience_left(const struct poll *p)
{
	int64_t calm_ms = run_calm_ms(p->run), least = INT64_MAX;
	for (const struct waiting *w = p->first; w != NULL; w = w->next) {
		int64_t left = p->run->patience_ms - (calm_ms - w->calm_ms);
		if (!w->dropped && left > 0 && left < least)
			least = left;
	}
	return least;
}

static int64_t next_ms(const struct poll *p, int64_t now_ms)
{
	if (p->n == 0)
		return INT64_MAX;
	int64_t least_ms = p->asked_ms + p->run->price_ms - now_ms;
	struct moment_age *ages = mem_array(p->n, sizeof(*ages));
	size_t n = 0;
	for (const struct waiting *w = p->first; w != NULL; w = w->next)
		ages[n++] = (struct moment_age){ (double)(now_ms - w->accepted_ms),
			(double)w->past_ms };
	double price = (double)p->run->price_ms * (double)outstanding(p);
	int64_t wait_ms = (int64_t)moment_next(
		&p->moment, ages, n, price, least_ms > 1 ? (double)least_ms : 1);
	free(ages);
	int64_t most_ms = patience_left(p);
	return now_ms + (wait_ms < most_ms ? wait_ms : most_ms);
}

/* p->next_ms is as it was, if nothing has changed since. */
static int64_t due_ms(struct poll *p, int64_t now_ms)
{
	if (p->next_ms == TO_BE_FOUND)
		p->next_ms = next_ms(p, now_ms);
	return p->next_ms;
}

/* An answer about w: its trip was short when the question did not stand in a queue. */
static void note_trip(struct waiting *w, int64_t now_ms)
{
	int64_t trip_ms = now_ms - w->asked_ms;
	if (trip_ms < w->poll->trip_ms)
		w->poll->trip_ms = trip_ms;
}

/* w has ended: no later than what asked for it was sent. */
static void learn(struct poll *p, const struct waiting *w, int64_t now_ms)
{
	moment_learn(&p->moment, (double)w->past_ms,
		(double)(now_ms - p->trip_ms - w->accepted_ms));
}

int64_t waits_due(struct run *r, int64_t now_ms)
{
	int64_t due = INT64_MAX;
	for (int i = 0; i < OP_WAITS && !r->stop.fatal; i++)
		if (r->polls[i].asking == 0 && due_ms(&r->polls[i], now_ms) < due)
			due = due_ms(&r->polls[i], now_ms);
	return due;
}

/* --- what is outstanding ------------------------------------------------------------ */

/* Until something is known of p's own, what is known of the other kind of assignments. */
static void guess_first(struct poll *p)
{
	static const enum op_wait others[OP_WAITS] = {
		[OP_CREATION] = OP_DELETION, [OP_DELETION] = OP_CREATION
	};
	const struct poll *other = &p->run->polls[others[p->wait]];
	if (p->moment.learned == 0 && other->moment.learned > 0) {
		moment_copy(&p->moment, &other->moment);
		p->trip_ms = other->trip_ms;
	}
}

static struct waiting *add(struct poll *p, struct action *a, const char *id)
{
	struct waiting *w = mem_alloc(sizeof(*w));
	int64_t now_ms = when_ms();
	*w = (struct waiting){
		.poll = p, .a = a, .accepted_ms = now_ms, .calm_ms = run_calm_ms(p->run)
	};
	(void)snprintf(w->id, sizeof(w->id), "%s", id);
	struct waiting **end = &p->first;
	while (*end != NULL)
		end = &(*end)->next;
	*end = w;
	p->n++;
	p->next_ms = TO_BE_FOUND;
	guess_first(p);
	return w;
}

static void drop(struct waiting *w)
{
	struct waiting **at = &w->poll->first;
	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	w->poll->n--;
	w->poll->next_ms = TO_BE_FOUND;
	free(w);
}

static const char *reason_of(jv status)
{
	return rec_str_or(status, "FailureReason", "AWS gave no reason");
}

/* w has ended, as status (borrowed) says. Frees it. */
static void settle(struct waiting *w, enum seen seen, jv status)
{
	struct run *r = w->poll->run;
	struct action *a = w->a;
	if (a == NULL) {
		sched_unhold(&r->sched, w->poll->wait, w->lane);
	} else {
		learn(w->poll, w, when_ms());
		if (seen == SUCCEEDED)
			run_succeed(r, a, w->id);
		else
			run_fail(r, a, "OperationFailed", reason_of(status), w->id);
	}
	drop(w);
}

void waits_add(struct run *r, struct action *a, jv answer, const char *request_id)
{
	const char *id = rec_str_or(answer, "RequestId", "");
	enum seen seen = status_of(answer);
	if (seen == SUCCEEDED)
		run_succeed(r, a, id);
	else if (seen == FAILED)
		run_fail(r, a, "OperationFailed", reason_of(answer), id);
	else if (seen == IN_PROGRESS && id[0] != '\0' &&
		 strlen(id) < sizeof(((struct waiting *)NULL)->id))
		add(&r->polls[a->op->wait], a, id);
	else
		run_fail(r, a, "BadAnswer", "AWS's answer has no status that can be read",
			request_id);
}

void waits_give_up(struct run *r)
{
	for (int i = 0; i < OP_WAITS; i++)
		for (struct waiting *w = r->polls[i].first; w != NULL; w = w->next) {
			if (w->a != NULL)
				run_give_up(r, w->a, w->id);
			/* A call about it may be in flight: it stays, for nothing. */
			w->a = NULL;
			w->dropped = 1;
		}
}

/* --- asking ------------------------------------------------------------------------- */

/* w is not asked about any more, though it may still be in progress. Frees it. */
static void give_up(struct waiting *w, const char *code, const char *text)
{
	struct run *r = w->poll->run;
	if (w->a != NULL)
		run_fail(r, w->a, code, text, w->id);
	else
		sched_unhold(&r->sched, w->poll->wait, w->lane);
	drop(w);
}

static void give_up_late(struct poll *p)
{
	int64_t calm_ms = run_calm_ms(p->run);
	char text[120];
	struct waiting *next;
	(void)snprintf(text, sizeof(text),
		"still in progress after %g s, AWS may complete it yet",
		(double)p->run->patience_ms / 1000);
	for (struct waiting *w = p->first; w != NULL; w = next) {
		next = w->next;
		if (!w->dropped && calm_ms - w->calm_ms >= p->run->patience_ms)
			give_up(w, "StillInProgress", text);
	}
}

static void poll_answered(struct poll *p)
{
	if (--p->asking > 0)
		return;
	give_up_late(p);
	p->next_ms = TO_BE_FOUND;
}

static jv base_input(const struct run *r)
{
	return rec_set_str(jv_object(), "InstanceArn", r->g->plan->instance_arn);
}

/* AWS did not say how w goes. Denied is denied; other errors may pass. */
static void not_described(struct waiting *w, const struct err *err)
{
	enum op_reach reach = ops_reach(err);
	if (reach == OP_LOST || reach == OP_UNREACHED)
		return;
	if (reach == OP_REACHED &&
		(++w->errors < ERRORS_MAX ||
			run_calm_ms(w->poll->run) - w->calm_ms < UNSEEN_MS))
		return;
	char *text = mem_format("accepted, but its end can't be seen: %s", err->text);
	give_up(w, err->code[0] != '\0' ? err->code : "BadAnswer", text);
	free(text);
}

static void on_described(void *ctx, const struct aws_result *res)
{
	struct waiting *w = ctx;
	struct poll *p = w->poll;
	jv status = rec_get(res->output, ops_async(p->wait)->status);
	enum seen seen = status_of(status);
	run_heard(p->run, res->err);
	note_trip(w, when_ms());
	if (seen == IN_PROGRESS)
		w->past_ms = w->asked_ms - w->accepted_ms;
	if (!w->dropped && res->err != NULL)
		not_described(w, res->err);
	else if (!w->dropped && (seen == SUCCEEDED || seen == FAILED))
		settle(w, seen, status);
	jv_free(status);
	poll_answered(p);
}

static void ask_one(struct waiting *w, aws_done *done)
{
	const struct op_async *async = ops_async(w->poll->wait);
	jv input = rec_set_str(base_input(w->poll->run), async->describe_id, w->id);
	aws_call(w->poll->run->aws, AWS_SSO_ADMIN, async->describe, input, done, w);
	jv_free(input);
}

static void ask_again(struct waiting *w)
{
	w->poll->asking++;
	w->asked_ms = when_ms();
	ask_one(w, on_described);
}

/* Notes what the page says of what is asked for; how many it shows. */
static size_t note(struct poll *p, jv items)
{
	size_t shown = 0;
	for (int i = 0; i < rec_len(items); i++) {
		jv item = rec_at(items, i);
		const char *id = rec_str_or(item, "RequestId", "");
		enum seen seen = status_of(item);
		for (struct waiting *w = p->first; w != NULL && seen != UNSEEN;
			w = w->next) {
			if (!w->asked || strcmp(w->id, id) != 0)
				continue;
			shown += w->seen == UNSEEN;
			w->seen = seen;
		}
		jv_free(item);
	}
	return shown;
}

/* A page with nothing of ours is where the older ones begin, or the order is another. */
static int on_page(void *ctx, jv items)
{
	struct poll *p = ctx;
	size_t shown = note(p, items);
	p->shown += shown;
	return p->mode == POLL_RECENT && (shown == 0 || p->shown == p->asked);
}

static void on_listed(void *ctx, const struct aws_result *res)
{
	struct poll *p = ctx;
	enum op_reach reach = res->err != NULL ? ops_reach(res->err) : OP_REACHED;
	run_heard(p->run, res->err);
	p->failed = res->err != NULL && reach == OP_REACHED ? p->failed + 1 : 0;
	if (reach == OP_REFUSED || p->failed == LISTS_MAX)
		p->mode = POLL_SINGLE;
	if (res->err == NULL && p->mode == POLL_RECENT && p->shown * 2 < p->asked)
		p->mode = POLL_PROGRESS;
	struct waiting *next;
	for (struct waiting *w = p->first; w != NULL && res->err == NULL; w = next) {
		next = w->next;
		if (!w->asked || w->dropped)
			continue;
		note_trip(w, when_ms());
		if (w->seen == SUCCEEDED)
			settle(w, SUCCEEDED, res->output);
		else if (w->seen == IN_PROGRESS)
			w->past_ms = w->asked_ms - w->accepted_ms;
		else
			ask_again(w);
	}
	poll_answered(p);
}

static void ask_list(struct poll *p, aws_page *page, aws_done *done, int in_progress)
{
	jv input = base_input(p->run);
	if (in_progress)
		input = rec_set(
			input, "Filter", rec_set_str(jv_object(), "Status", "IN_PROGRESS"));
	aws_list(
		p->run->aws, AWS_SSO_ADMIN, ops_async(p->wait)->list, input, page, done, p);
	jv_free(input);
}

static void ask(struct poll *p, int64_t now_ms)
{
	p->asked = p->shown = 0;
	p->asked_ms = now_ms;
	for (struct waiting *w = p->first; w != NULL; w = w->next) {
		w->asked = !w->dropped;
		w->asked_ms = now_ms;
		w->seen = UNSEEN;
		p->asked += !w->dropped;
	}
	if (p->asked > 1 && p->mode != POLL_SINGLE) {
		p->asking = 1;
		ask_list(p, on_page, on_listed, p->mode == POLL_PROGRESS);
		return;
	}
	for (struct waiting *w = p->first; w != NULL; w = w->next)
		if (w->asked)
			ask_again(w);
}

void waits_poll(struct run *r, int64_t now_ms)
{
	for (int i = 0; i < OP_WAITS && !r->stop.fatal; i++) {
		struct poll *p = &r->polls[i];
		if (p->n > 0 && p->asking == 0 && due_ms(p, now_ms) <= now_ms)
			ask(p, now_ms);
	}
}

/* --- what an earlier run left ------------------------------------------------------- */

static void on_survey_described(void *ctx, const struct aws_result *res)
{
	struct waiting *w = ctx;
	struct run *r = w->poll->run;
	r->surveying--;
	run_heard(r, res->err);
	jv status = rec_get(res->output, ops_async(w->poll->wait)->status);
	enum seen seen = status_of(status);
	const char *account = rec_str(status, "TargetId");
	const char *set = rec_str(status, "PermissionSetArn");
	if (seen == SUCCEEDED || seen == FAILED) {
		drop(w);
	} else {
		int known = account != NULL && set != NULL;
		w->lane = sched_hold(&r->sched, w->poll->wait,
			known ? graph_account(r->g, account) : 0,
			known ? graph_set(r->g, set) : 0);
	}
	jv_free(status);
}

/* One that AWS has forgotten to end must not hold a place for ever. */
static int is_stale(const struct run *r, jv item)
{
	double now = (double)aws_now(r->aws);
	return rec_num(item, "CreatedDate", now) < now - (double)r->patience_ms / 1000;
}

static int on_survey_page(void *ctx, jv items)
{
	struct poll *p = ctx;
	for (int i = 0; i < rec_len(items); i++) {
		jv item = rec_at(items, i);
		const char *id = rec_str_or(item, "RequestId", "");
		if (status_of(item) == IN_PROGRESS && id[0] != '\0' &&
			!is_stale(p->run, item)) {
			p->run->surveying++;
			ask_one(add(p, NULL, id), on_survey_described);
		}
		jv_free(item);
	}
	return 0;
}

static void on_surveyed(void *ctx, const struct aws_result *res)
{
	struct poll *p = ctx;
	p->run->surveying--;
	run_heard(p->run, res->err);
	if (res->err == NULL)
		return;
	/* Without an answer nothing was changed yet, and it had better stay so. */
	if (ops_reach(res->err) != OP_REFUSED)
		run_stop(p->run, res->err);
	else
		diag_warning("can't see what an earlier run left in progress: %s",
			res->err->text);
}

void waits_survey(struct run *r)
{
	static const enum op_wait waits[] = { OP_CREATION, OP_DELETION };
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		r->surveying++;
		ask_list(&r->polls[waits[i]], on_survey_page, on_surveyed, 1);
	}
}
