#include "run.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "status.h"
#include "text.h"
#include "when.h"

#define STEP_MS 500
#define UNCLEAR_MS 120000 /* how long a conflict that says nothing is waited out */
#define BACKOFF_MS 250
#define BACKOFF_MAX_MS 10000
#define UNREACHED_MAX 3
#define SILENT_MS 120000 /* how long an outage is waited out */
#define DRAIN_MS 10000

uint32_t run_index(const struct run *r, const struct action *a)
{
	return (uint32_t)(a - r->g->actions);
}

int64_t run_calm_ms(const struct run *r)
{
	return when_ms() - aws_throttled_ms(r->aws, AWS_SSO_ADMIN);
}

/* --- stopping ----------------------------------------------------------------------- */

static void stop(struct run *r, const char *code, const char *text)
{
	r->stop.on = 1;
	r->stop.until_ms = INT64_MAX;
	aws_hurry(r->aws);
	(void)snprintf(r->stop.code, sizeof(r->stop.code), "%s", code);
	(void)snprintf(r->stop.text, sizeof(r->stop.text), "%s", text);
}

/* A code for what has none of AWS's. */
static const char *code_of(const struct err *err)
{
	static const char *const codes[] = { [ERR_NONE] = "Error",
		[ERR_DATA] = "BadAnswer",
		[ERR_SYS] = "SystemError",
		[ERR_NET] = "NoAnswer",
		[ERR_THROTTLED] = "Throttled",
		[ERR_AWS] = "Error",
		[ERR_CRED] = "NoCredentials" };
	return err->code[0] != '\0' ? err->code : codes[err->kind];
}

void run_stop(struct run *r, const struct err *err)
{
	if (r->stop.fatal)
		return;
	diag_err(err, "stopped, %zu of %zu actions done", r->results->n[RESULT_SUCCEEDED],
		r->g->plan->n);
	/* What was stopped before was stopped for another reason. */
	if (!r->stop.on)
		stop(r, code_of(err), err->text);
	r->stop.fatal = diag_status(err);
	r->stop.until_ms = when_ms() + DRAIN_MS;
	r->results->told = r->stop.code;
}

/* An outage, of what has answered in this run: the next request may get through. */
static int may_come_back(const struct run *r, const struct err *err)
{
	return err->kind == ERR_NET && r->answered && !r->stop.on;
}

void run_heard(struct run *r, const struct err *err)
{
	enum op_reach reach = err != NULL ? ops_reach(err) : OP_REACHED;
	int64_t now_ms = when_ms();
	if (reach != OP_UNREACHED) {
		r->answered = 1;
		r->unreached = 0;
	} else if (r->unreached++ == 0) {
		r->silent_ms = now_ms;
	}
	if (reach == OP_LOST ||
		(r->unreached >= UNREACHED_MAX &&
			!(may_come_back(r, err) && now_ms - r->silent_ms < SILENT_MS)))
		run_stop(r, err);
}

/* --- ends --------------------------------------------------------------------------- */

static double seconds_of(const struct action *a)
{
	return a->going != NULL ? (double)(when_ms() - a->going->started_ms) / 1000 : 0;
}

/*
 * Writes the Result of a and forgets what was kept for it. failed is PLAN_NONE, or the
 * action for whose failure its dependents can't be done.
 */
static void end(struct run *r, struct action *a, const struct outcome *o, uint32_t failed)
{
	struct err err;
	assert(a->state == ACTION_WAITING || a->state == ACTION_RUNNING);
	r->running -= a->state == ACTION_RUNNING;
	r->ended++;
	graph_end(r->g, a, failed);
	jv record = graph_record(r->g, a, &err);
	struct outcome full = *o;
	full.attempts = a->going != NULL ? a->going->attempts : 0;
	/* Without a record there is no Id, and so no Result: the stream stays without End.
	 */
	if (jv_is_valid(record))
		results_add(r->results, a->op, record, &full);
	else
		run_stop(r, &err);
	jv_free(record);
	free(a->going);
	a->going = NULL;
}

static void skip(struct run *r, struct action *a, const char *code, const char *message,
	uint32_t failed)
{
	const struct outcome o = { .status = RESULT_SKIPPED,
		.code = code,
		.message = message,
		.request_id = "",
		.seconds = seconds_of(a) };
	end(r, a, &o, failed);
}

/* What is said of actions that wait for failed. Owned. */
static char *why(struct run *r, uint32_t failed)
{
	struct err err;
	jv record = plan_record(r->g->plan, failed, &err);
	char *text = mem_format("action %s (%s) failed", rec_str_or(record, "Id", "?"),
		rec_str_or(record, "Operation", "?"));
	jv_free(record);
	return text;
}

/* Skips a, which waits for failed, directly or through others. */
static void skip_dependent(
	struct run *r, struct action *a, uint32_t failed, const char *message)
{
	sched_drop(&r->sched, run_index(r, a));
	skip(r, a, "DependencyFailed", message, failed);
}

/* Skips all of the graph that waits for a. */
static void skip_dependents(struct run *r, struct action *a)
{
	uint32_t failed = a->index;
	char *message = why(r, failed);
	uint32_t *stack = NULL;
	size_t n = 0, cap = 0;
	for (struct action *from = a;;) {
		for (uint32_t i; (i = graph_dependent(r->g, from)) != GRAPH_NONE;) {
			skip_dependent(r, &r->g->actions[i], failed, message);
			mem_grow(&stack, &cap, n + 1, sizeof(*stack));
			stack[n++] = i;
		}
		if (from != a)
			graph_leave(r->g, from);
		if (n == 0)
			break;
		from = &r->g->actions[stack[--n]];
	}
	free(stack);
	free(message);
}

void run_succeed(struct run *r, struct action *a, const char *request_id)
{
	const struct outcome o = { .status = RESULT_SUCCEEDED,
		.request_id = request_id,
		.seconds = seconds_of(a) };
	sched_done(&r->sched, run_index(r, a));
	end(r, a, &o, PLAN_NONE);
	for (uint32_t i; (i = graph_dependent(r->g, a)) != GRAPH_NONE;)
		if (--r->g->actions[i].n_waiting == 0)
			sched_ready(&r->sched, i);
	graph_leave(r->g, a);
}

/* Skips a, since all stops. */
static void skip_stopped(struct run *r, struct action *a)
{
	skip(r, a, r->stop.code, r->stop.text, a->index);
	while (graph_dependent(r->g, a) != GRAPH_NONE)
		continue;
	graph_leave(r->g, a);
}

/* Ends a as failed; reached tells whether AWS answered with more than a refusal. */
static void fail(struct run *r, struct action *a, const struct outcome *o, int reached)
{
	sched_done(&r->sched, run_index(r, a));
	r->reached += reached != 0;
	end(r, a, o, a->index);
	skip_dependents(r, a);
	graph_leave(r->g, a);
}

void run_fail(struct run *r, struct action *a, const char *code, const char *message,
	const char *request_id)
{
	const struct outcome o = { .status = RESULT_FAILED,
		.code = code,
		.message = message,
		.request_id = request_id,
		.seconds = seconds_of(a) };
	fail(r, a, &o, 1);
}

void run_fail_err(struct run *r, struct action *a, const struct err *err)
{
	const struct outcome o = { .status = RESULT_FAILED,
		.code = code_of(err),
		.message = err->text,
		.request_id = err->request_id,
		.seconds = seconds_of(a) };
	fail(r, a, &o, ops_reach(err) == OP_REACHED);
}

void run_give_up(struct run *r, struct action *a, const char *request_id)
{
	char *text =
		mem_format("%s: not waited for, AWS may complete it yet", r->stop.text);
	const struct outcome o = { .status = RESULT_FAILED,
		.code = r->stop.code,
		.message = text,
		.request_id = request_id,
		.seconds = seconds_of(a) };
	r->left++;
	fail(r, a, &o, 0);
	free(text);
}

/* --- one action --------------------------------------------------------------------- */

void run_retry(
	struct run *r, struct action *a, enum op_verdict verdict, const struct err *err)
{
	int64_t calm_ms = run_calm_ms(r);
	int64_t limit_ms = r->patience_ms;
	if (verdict != OP_BUSY && limit_ms > UNCLEAR_MS)
		limit_ms = UNCLEAR_MS;
	struct going *go = a->going;
	if (go->blocked_ms == 0)
		go->blocked_ms = calm_ms;
	if (calm_ms - go->blocked_ms >= limit_ms) {
		struct err late = *err;
		(void)snprintf(late.text, sizeof(late.text),
			"%.500s (waited %lld s for it to pass)", err->text,
			(long long)(calm_ms - go->blocked_ms) / 1000);
		run_fail_err(r, a, &late);
		return;
	}
	int64_t wait_ms = BACKOFF_MAX_MS;
	if (go->tries < 6 && (BACKOFF_MS << go->tries) < BACKOFF_MAX_MS)
		wait_ms = BACKOFF_MS << go->tries;
	go->tries++;
	/* Spread by the action, so that what met one obstacle does not come back as one. */
	wait_ms = wait_ms / 2 + (int64_t)(a->index * 2654435761u) % (wait_ms / 2 + 1);
	if (go->looked_ms > 0 && wait_ms < go->looked_ms + RUN_LASTING_MS - calm_ms)
		wait_ms = go->looked_ms + RUN_LASTING_MS - calm_ms;
	a->state = ACTION_WAITING;
	r->running--;
	sched_delay(&r->sched, run_index(r, a), when_ms() + wait_ms);
}

/*
 * Whether AWS says that it does not know a permission set which it has made in this run:
 * not all of AWS knows of it yet. What else may be unknown, such as a policy, is not.
 */
static int is_too_new(const struct run *r, const struct action *a, const struct err *err)
{
	if (!aws_is(err, "ResourceNotFoundException") || r->g->plan->n_sets == 0)
		return 0;
	struct err unread;
	jv request = graph_request(r->g, a, &unread);
	const char *arn = rec_str_or(
		request, "PermissionSetArn", rec_str_or(request, "ResourceArn", ""));
	const char *slash = strrchr(arn, '/');
	int new = 0;
	for (size_t i = 0; i < r->g->plan->n_sets && slash != NULL && !new; i++)
		new = r->g->plan->sets[i].arn !=
		      NULL &&strcmp(r->g->plan->sets[i].arn, arn) == 0;
	new = new &&strstr(err->text, slash + 1) != NULL;
	jv_free(request);
	return new;
}

static void on_error(struct run *r, struct action *a, const struct err *err)
{
	enum op_verdict verdict = ops_judge(a->op, err);
	if (is_too_new(r, a, err) || may_come_back(r, err))
		verdict = OP_UNCLEAR;
	switch (verdict) {
	case OP_FAILED:
		run_fail_err(r, a, err);
		break;
	case OP_ALREADY:
		run_succeed(r, a, err->request_id);
		break;
	case OP_LOOK:
		look_start(r, a, err);
		break;
	case OP_BUSY:
	case OP_UNCLEAR:
		run_retry(r, a, verdict, err);
		break;
	}
}

/* Keeps the ARN of a set that a created. 0, or -1 when the answer has none. */
static int keep_arn(struct run *r, const struct action *a, jv output)
{
	jv set = rec_get(output, "PermissionSet");
	const char *arn = rec_str(set, "PermissionSetArn");
	if (arn != NULL)
		r->g->plan->sets[a->creates].arn = mem_string(arn);
	jv_free(set);
	return arn != NULL ? 0 : -1;
}

static void on_answer(void *ctx, const struct aws_result *res)
{
	struct action *a = ctx;
	struct run *r = a->going->run;
	a->going->attempts += res->attempts;
	/* Throttled to the end, since all stops: AWS has not taken it. */
	if (res->err != NULL && res->err->kind == ERR_THROTTLED && r->stop.on) {
		sched_done(&r->sched, run_index(r, a));
		skip_stopped(r, a);
		return;
	}
	run_heard(r, res->err);
	if (res->err != NULL) {
		on_error(r, a, res->err);
	} else if (a->op->wait != OP_SYNC) {
		jv status = rec_get(res->output, ops_async(a->op->wait)->status);
		waits_add(r, a, status, res->request_id);
		jv_free(status);
	} else if (a->creates != PLAN_NONE && keep_arn(r, a, res->output) != 0) {
		run_fail(r, a, "BadAnswer", "AWS's answer has no PermissionSetArn",
			res->request_id);
	} else {
		run_succeed(r, a, res->request_id);
	}
}

void run_send(struct run *r, struct action *a)
{
	struct err err;
	jv request = graph_request(r->g, a, &err);
	if (jv_is_valid(request)) {
		aws_call(r->aws, AWS_SSO_ADMIN, a->op->name, request, on_answer, a);
	} else {
		run_stop(r, &err);
		run_fail_err(r, a, &err);
	}
	jv_free(request);
}

static void start(struct run *r, uint32_t i)
{
	struct action *a = &r->g->actions[i];
	a->state = ACTION_RUNNING;
	r->running++;
	if (a->going == NULL) {
		a->going = mem_alloc(sizeof(*a->going));
		*a->going = (struct going){ .run = r, .started_ms = when_ms() };
	}
	if (!look_first(r, a))
		run_send(r, a);
}

static void start_all(struct run *r)
{
	for (uint32_t i; !r->stop.on && (i = sched_next(&r->sched)) != GRAPH_NONE;)
		start(r, i);
}

/* --- the loop ----------------------------------------------------------------------- */

/* Stops for a signal, and for a reader that has gone. Whether to stop waiting, too. */
static int check_stop(struct run *r, const struct run_options *o, int64_t now_ms)
{
	if (r->results->out.error != 0 && !r->stop.on) {
		stop(r, "OutputClosed", "standard output can't be written to");
		diag_error(
			"results can't be written: starting nothing more, waiting for %zu "
			"operations",
			r->running);
	}
	if (*o->signals > 0 && !r->stop.on) {
		stop(r, "Interrupted", "stopped by a signal");
		diag_note("stopping: waiting for %zu operations in progress; "
			  "a second signal stops at once",
			r->running);
	}
	return *o->signals > 1 || (r->stop.on && now_ms >= r->stop.until_ms);
}

static void show_progress(const struct run *r, int64_t now_ms)
{
	double elapsed = (double)(now_ms - r->started_ms) / 1000;
	double left = r->ended > 0 ? elapsed / (double)r->ended *
					     (double)(r->g->plan->n - r->ended)
				   : 0;
	diag_progress(now_ms, "%zu of %zu done, %zu under way, about %.0f s left", r->ended,
		r->g->plan->n, r->running, left);
}

static int step_ms(struct run *r, int64_t now_ms)
{
	int64_t due = sched_due(&r->sched);
	int64_t poll = waits_due(r, now_ms);
	if (poll < due)
		due = poll;
	if (due <= now_ms)
		return 0;
	return due - now_ms < STEP_MS ? (int)(due - now_ms) : STEP_MS;
}

static void step(struct run *r, int64_t now_ms)
{
	struct err err;
	(void)out_flush(&r->results->out);
	if (aws_step(r->aws, step_ms(r, now_ms), &err) != 0)
		run_stop(r, &err);
	show_progress(r, when_ms());
}

/*
 * Operations that an earlier run left matter to assignments. And where "not found" will
 * pass for "is gone already", the instance itself has to be there.
 */
static int wants_survey(const struct plan *p)
{
	return p->assigns || p->removes;
}

/* Before anything else: what did an earlier run leave under way? */
static void survey(struct run *r, const struct run_options *o)
{
	if (wants_survey(r->g->plan))
		waits_survey(r);
	while (r->surveying > 0 && !r->stop.on && check_stop(r, o, when_ms()) == 0)
		step(r, when_ms());
}

/* Takes as much more of the plan as can be looked at. */
static void take_more(struct run *r)
{
	struct err err;
	uint32_t failed, i;
	if (r->stop.on || !graph_wants_more(r->g))
		return;
	while ((i = graph_take(r->g, &failed, &err)) != GRAPH_NONE) {
		struct action *a = &r->g->actions[i];
		sched_add(&r->sched, i);
		if (failed != PLAN_NONE) {
			char *message = why(r, failed);
			skip_dependent(r, a, failed, message);
			graph_leave(r->g, a);
			free(message);
		} else if (a->n_waiting == 0) {
			sched_ready(&r->sched, i);
		}
	}
	if (err.kind != ERR_NONE)
		run_stop(r, &err);
	sched_rank(&r->sched);
}

static void loop(struct run *r, const struct run_options *o)
{
	while (r->ended < r->g->plan->n) {
		int64_t now_ms = when_ms();
		take_more(r);
		sched_wake(&r->sched, now_ms);
		if (r->stop.fatal)
			waits_give_up(r);
		if (check_stop(r, o, now_ms) || (r->stop.on && r->running == 0))
			break;
		start_all(r);
		waits_poll(r, now_ms);
		step(r, now_ms);
	}
}

/* Skips what is still ahead. */
static void skip_rest(struct run *r)
{
	struct err err;
	uint32_t failed, i;
	while ((i = graph_take(r->g, &failed, &err)) != GRAPH_NONE)
		skip_stopped(r, &r->g->actions[i]);
	if (err.kind != ERR_NONE)
		run_stop(r, &err);
}

/* Ends what the loop left: what was under way, then what was never started. */
static void end_rest(struct run *r)
{
	struct graph *g = r->g;
	r->results->told = r->stop.on ? r->stop.code : NULL;
	for (size_t i = 0; i < g->n_slots; i++)
		if (g->actions[i].state == ACTION_RUNNING)
			run_give_up(r, &g->actions[i], "");
	for (size_t i = 0; i < g->n_slots; i++)
		if (g->actions[i].state == ACTION_WAITING)
			skip_stopped(r, &g->actions[i]);
	skip_rest(r);
	if (r->left > 0)
		diag_warning(
			"%zu operations were not waited for, AWS may complete them yet",
			r->left);
}

static int exit_status(const struct run *r, const struct run_options *o)
{
	if (*o->signals > 0)
		return 128 + *o->signal;
	if (r->results->out.error != 0)
		return STATUS_FAILED;
	if (r->stop.fatal != 0)
		return r->stop.fatal;
	if (r->results->n[RESULT_FAILED] == 0)
		return STATUS_OK;
	/* Not one action got through, and nothing but refusals came back. */
	if (r->results->n[RESULT_SUCCEEDED] == 0 && r->reached == 0)
		return STATUS_AWS;
	return STATUS_FAILED;
}

/* The time that one request takes from the others, at the rate as lib/aws reads it. */
static int64_t price_ms(void)
{
	unsigned long tps = 20;
	const char *s = getenv("IDC_TPS");
	if (s != NULL)
		(void)text_number(s, 100000, &tps);
	return tps > 0 && tps < 100 ? 1000 / (int64_t)tps : 10;
}

int run_all(struct plan *plan, struct aws *aws, struct results *results,
	const struct run_options *options)
{
	struct graph g;
	struct run r = { .g = &g,
		.aws = aws,
		.results = results,
		.started_ms = when_ms(),
		.patience_ms = options->patience_ms,
		.price_ms = price_ms() };
	graph_init(&g, plan, options->window);
	sched_init(&r.sched, &g, options->jobs);
	map_init(&r.adopted);
	waits_init(&r);
	survey(&r, options);
	loop(&r, options);
	/* What is still being read comes to nothing: no call is answered any more. */
	look_release(&r);
	end_rest(&r);
	diag_progress_end();
	results_rest(results);
	results->told = NULL;
	waits_release(&r);
	sched_release(&r.sched);
	graph_release(&g);
	return exit_status(&r, options);
}
