/*
 * One call's way: signed, sent, answered, tried again, ended.
 */
#include "aws_engine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws_retry.h"
#include "mem.h"
#include "rec.h"
#include "sig4.h"
#include "trace.h"
#include "when.h"

#define HURRY_AFTER_S 5 /* the longest Retry-After for who was told to stop */
#define STORM_MS 60000
#define STORM_MAX_MS 3600000

void queue_add(struct queue *q, struct call *c)
{
	c->next = NULL;
	c->prev = q->last;
	if (q->last)
		q->last->next = c;
	else
		q->first = c;
	q->last = c;
	q->n++;
}

void queue_add_first(struct queue *q, struct call *c)
{
	c->prev = NULL;
	c->next = q->first;
	if (q->first)
		q->first->prev = c;
	else
		q->last = c;
	q->first = c;
	q->n++;
}

void queue_remove(struct queue *q, struct call *c)
{
	if (c->prev)
		c->prev->next = c->next;
	else
		q->first = c->next;
	if (c->next)
		c->next->prev = c->prev;
	else
		q->last = c->prev;
	c->next = NULL;
	c->prev = NULL;
	q->n--;
}

static enum aws_pace pace_of(const struct call *c)
{
	return aws_services[c->op->service].pace;
}

/* --- the end ------------------------------------------------------------------------ */

void call_free(struct call *c)
{
	jv_free(c->input);
	map_release(&c->tokens, NULL);
	free(c);
}

void call_end(struct call *c, jv output, const struct err *err)
{
	struct aws_result res = { .op = c->op,
		.output = output,
		.err = err,
		.attempts = c->attempts,
		.seconds = (double)(when_ms() - c->started_ms) / 1000,
		.request_id = c->request_id };

	c->done(c->ctx, &res);
	call_free(c);
}

static void fail(struct call *c, const struct err *err)
{
	jv none = jv_invalid();

	call_end(c, none, err);
	jv_free(none);
}

/* --- lists -------------------------------------------------------------------------- */

/* The token of the page after output, NULL when that was the last. 0, or -1 with err. */
static int next_token(const struct call *c, jv output, const char **token, struct err *err)
{
	jv value = rec_get(output, c->op->token_out);
	jv_kind kind = jv_get_kind(value);

	jv_free(value);
	*token = rec_str(output, c->op->token_out);
	if (*token && !**token)
		*token = NULL;
	if (kind != JV_KIND_STRING && kind != JV_KIND_NULL && kind != JV_KIND_INVALID)
		return err_set(err, ERR_DATA, "%s: the answer's '%s' is no string",
			c->op->name, c->op->token_out);
	return 0;
}

/* Remembers token by its hash. -1 with err filled when it was there before. */
static int note_token(struct call *c, const char *token, struct err *err)
{
	char hash[65];

	if (sig4_sha256_hex(hash, token, strlen(token)) != 0)
		return err_set(err, ERR_SYS, "can't compute SHA-256");
	if (map_has(&c->tokens, hash))
		return err_set(err, ERR_DATA,
			"%s: AWS gave the same page token twice: the list would never end",
			c->op->name);
	map_put(&c->tokens, hash, NULL);
	return 0;
}

/* Gives the page to the caller. 1: there is another; 0: the end; -1 with err filled. */
static int take_page(struct call *c, jv output, struct err *err)
{
	const char *token;
	jv items = rec_get(output, c->op->items);
	int stopped = 0;

	if (jv_get_kind(items) != JV_KIND_ARRAY) {
		jv_free(items);
		/* No list is not an empty list: it could not be read. */
		return err_set(err, ERR_DATA, "%s: the answer has no list '%s'",
			c->op->name, c->op->items);
	}
	if (next_token(c, output, &token, err) != 0 ||
		(token && note_token(c, token, err) != 0)) {
		jv_free(items);
		return -1;
	}
	stopped = c->page(c->ctx, items);
	jv_free(items);
	if (stopped || !token)
		return 0;
	c->input = rec_set_str(c->input, c->op->token_in, token);
	return 1;
}

static void succeed(struct call *c, jv output)
{
	struct err err;
	int more = c->page ? take_page(c, output, &err) : 0;

	if (more < 0) {
		(void)snprintf(err.request_id, sizeof(err.request_id), "%s", c->request_id);
		fail(c, &err);
	} else if (more) {
		c->tries = c->failures = c->throttles = c->refreshed = c->cost = 0;
		/* A list that was begun goes on before another one begins. */
		queue_add_first(&c->aws->ready[pace_of(c)], c);
	} else {
		call_end(c, output, NULL);
	}
}

/* --- what people should know -------------------------------------------------------- */

void aws_notify(const struct aws *a, const char *fmt, ...)
{
	char text[240];
	va_list ap;

	if (!a->note)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	a->note(a->note_ctx, text);
}

/* AWS throttled c. After a minute, then ever more rarely, that is said. */
static void storm_goes_on(const struct call *c, int64_t now_ms)
{
	struct storm *s = &c->aws->storms[pace_of(c)];
	int64_t age_ms = now_ms - s->since_ms;

	if (s->since_ms == 0)
		*s = (struct storm){ .since_ms = now_ms, .note_ms = now_ms + STORM_MS };
	s->refused++;
	if (now_ms < s->note_ms)
		return;
	s->noted = 1;
	s->note_ms = now_ms + (age_ms < STORM_MAX_MS ? age_ms : STORM_MAX_MS);
	aws_notify(c->aws,
		"%s: AWS has throttled all requests for %lld min, %zu so far: waiting",
		aws_services[c->op->service].prefix, (long long)age_ms / 60000, s->refused);
}

/* AWS gave c another answer. */
static void storm_ends(const struct call *c, int64_t now_ms)
{
	struct storm *s = &c->aws->storms[pace_of(c)];

	if (s->noted)
		aws_notify(c->aws,
			"%s: AWS answers again, after %lld min: %zu requests were "
			"throttled",
			aws_services[c->op->service].prefix,
			(long long)(now_ms - s->since_ms) / 60000, s->refused);
	if (s->since_ms > 0)
		c->aws->stormed_ms[pace_of(c)] += now_ms - s->since_ms;
	memset(s, 0, sizeof(*s));
}

/* --- failures ----------------------------------------------------------------------- */

/* Takes what another try costs. 0 when there is not enough. */
static int may_spend(struct call *c, int cost)
{
	int *budget = &c->aws->budgets[pace_of(c)];

	c->starved = *budget < cost;
	if (c->starved)
		return 0;
	*budget -= cost;
	c->cost = cost;
	return 1;
}

/* An answer that is no failure: the budget recovers. */
static void earn(struct call *c)
{
	int *budget = &c->aws->budgets[pace_of(c)];

	*budget += c->cost > 0 ? c->cost : 1;
	if (*budget > AWS_RETRY_BUDGET)
		*budget = AWS_RETRY_BUDGET;
	c->cost = 0;
}

int call_is_late(const struct call *c)
{
	return c->throttles > 0 && (c->op->writes || c->throttles >= AWS_FAILURES_MAX);
}

static int may_retry(
	struct call *c, enum aws_verdict verdict, const struct http_response *res)
{
	unsigned long max = c->aws->max_attempts;

	if (verdict == AWS_FINAL || (max && (unsigned long)c->tries >= max))
		return 0;
	if (verdict == AWS_THROTTLE) {
		c->throttles++;
		/* A storm of hours is no reason to give up: it costs AWS little. */
		return !c->aws->hurry || !call_is_late(c);
	}
	c->failures++;
	/* Who was told to stop has no time to find out what became of it. */
	if (c->aws->hurry && (c->op->writes || c->failures > 1))
		return 0;
	return (max || c->failures < AWS_FAILURES_MAX) && may_spend(c, aws_retry_cost(res));
}

static void give_up(struct call *c, struct err *err, enum aws_verdict verdict,
	const struct http_response *res)
{
	struct aws *a = c->aws;
	char *text;

	if (verdict == AWS_THROTTLE)
		err->kind = ERR_THROTTLED;
	aws_retry_explain(err, c->op, a->region, &a->endpoints[c->op->service], res,
		aws_now(a), &a->cred);
	text = mem_string(err->text);
	if (c->starved)
		(void)snprintf(err->text, sizeof(err->text),
			"%.500s (attempt %d, and none more: too many requests fail)", text,
			c->tries);
	else if (c->tries > 1)
		(void)snprintf(err->text, sizeof(err->text), "%.560s (%d attempts)", text,
			c->tries);
	free(text);
	fail(c, err);
}

/*
 * Whether c was refused for a date that is AWS's now: its signature was made before the
 * clocks were compared, or they are compared by this answer.
 */
static int dated_anew(
	struct call *c, const struct err *err, const struct http_response *res)
{
	struct aws *a = c->aws;
	long skew;

	if (!aws_retry_is_signature(err))
		return 0;
	if (c->signed_offset_s != a->clock_offset_s)
		return 1;
	skew = aws_retry_skew_s(res, aws_now(a));
	if (skew == 0 || a->clock_set)
		return 0;
	aws_set_clock(a, skew);
	return 1;
}

static void try_again(struct call *c, int64_t ready_ms)
{
	c->ready_ms = ready_ms;
	queue_add(&c->aws->later, c);
}

static void retry_or_fail(struct call *c, struct err *err, const struct http_response *res)
{
	struct aws *a = c->aws;
	int64_t now_ms = when_ms();
	enum aws_verdict verdict =
		aws_retry_verdict(res, err, &a->endpoints[c->op->service]);
	long after_s = res->retry_after_s;

	if (verdict != AWS_FINAL && after_s < 0)
		after_s = aws_wire_retry_after_s(res);
	if (a->hurry && after_s > HURRY_AFTER_S)
		after_s = HURRY_AFTER_S;
	if (verdict == AWS_THROTTLE) {
		aws_pace_throttled(
			&a->buckets[pace_of(c)], now_ms, aws_retry_after_ms(after_s));
		storm_goes_on(c, now_ms);
	} else if (!res->err) {
		aws_pace_answered(&a->buckets[pace_of(c)], now_ms);
		storm_ends(c, now_ms);
	}
	if (aws_cred_may_help(c, err) || dated_anew(c, err, res)) {
		try_again(c, now_ms);
	} else if (may_retry(c, verdict, res)) {
		int n = verdict == AWS_THROTTLE ? c->throttles : c->failures;

		try_again(c, now_ms + aws_retry_wait_ms(n, after_s));
	} else {
		give_up(c, err, verdict, res);
	}
}

/* --- one request -------------------------------------------------------------------- */

static void log_answer(
	const struct call *c, const struct http_response *res, const struct err *err)
{
	const struct aws *a = c->aws;
	const char *id = err && *err->request_id ? err->request_id : c->request_id;
	struct buf line;

	if (!a->log)
		return;
	buf_init(&line, 1024);
	buf_addf(&line, "%s %s: attempt %d, %lld ms, ", aws_services[c->op->service].prefix,
		c->op->name, c->tries, (long long)(when_ms() - c->sent_ms));
	if (res->err)
		buf_adds(&line, res->err->text);
	else
		buf_addf(&line, "%ld%s%s", res->status, err && *err->code ? " " : "",
			err ? err->code : "");
	if (*id)
		buf_addf(&line, ", request id %s", id);
	a->log(a->log_ctx, buf_str(&line));
	buf_release(&line);
}

static void on_answer(void *ctx, const struct http_response *res)
{
	struct call *c = ctx;
	const char *host = c->aws->endpoints[c->op->service].host;
	struct err err;
	jv output = jv_invalid();

	queue_remove(&c->aws->flying, c);
	aws_wire_request_id(c->request_id, sizeof(c->request_id), res->request_id);
	if (res->err)
		err = *res->err;
	else
		output = aws_wire_decode(c->op, res, host, &err);
	log_answer(c, res, jv_is_valid(output) ? NULL : &err);
	if (jv_is_valid(output)) {
		aws_pace_answered(&c->aws->buckets[pace_of(c)], when_ms());
		storm_ends(c, when_ms());
		earn(c);
		succeed(c, output);
	} else {
		if (err.request_id[0])
			memcpy(c->request_id, err.request_id, sizeof(c->request_id));
		retry_or_fail(c, &err, res);
	}
	jv_free(output);
}

/* The path of op at its endpoint, owned. */
static char *path_of(const struct call *c, const char *base)
{
	return mem_format("%s%s", base, c->op->uri ? c->op->uri : "/");
}

static int start(struct call *c, const struct aws_message *m,
	const struct sig4_result *signature, struct err *err)
{
	const struct aws *a = c->aws;
	const struct aws_endpoint *e = &a->endpoints[c->op->service];
	const struct http_header all[] = { { "Host", e->host },
		{ "Content-Type", m->content_type }, { "X-Amz-Date", signature->amz_date },
		{ "Authorization", buf_str(&signature->authorization) },
		{ "X-Amz-Target", buf_str(&m->target) },
		{ "X-Amz-Security-Token", a->cred.session_token } };
	struct http_header headers[sizeof(all) / sizeof(all[0])];
	struct http_request req = { .method = "POST",
		.headers = headers,
		.body = buf_str(&m->body),
		.body_len = m->body.len,
		.timeout_ms = a->timeout_ms,
		.open = c->op->service != AWS_STS };
	char *base = path_of(c, e->url);
	char *url = mem_format("%s%s%s", base, m->query.len ? "?" : "", buf_str(&m->query));
	int status;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].value && *all[i].value)
			headers[req.n_headers++] = all[i];
	req.url = url;
	status = http_start(a->http, &req, on_answer, c, err);
	free(base);
	free(url);
	return status;
}

static int sign_and_start(struct call *c, const struct aws_message *m, struct err *err)
{
	const struct aws_endpoint *e = &c->aws->endpoints[c->op->service];
	char *path = path_of(c, e->path);
	const struct sig4_header headers[] = { { "Host", e->host },
		{ "Content-Type", m->content_type },
		{ "X-Amz-Target", buf_str(&m->target) } };
	const struct sig4_request req = { .method = "POST",
		.path = path,
		.query = buf_str(&m->query),
		.headers = headers,
		.n_headers = m->target.len ? 3 : 2,
		.body = buf_str(&m->body),
		.body_len = m->body.len,
		.region = e->region,
		.service = aws_services[c->op->service].signing,
		.normalize_path = 1,
		.key = &c->aws->signing[c->op->service] };
	struct sig4_result signature;
	int status = sig4_sign(&req, &c->aws->cred, aws_now(c->aws), &signature, err);

	c->signed_offset_s = c->aws->clock_offset_s;
	c->signed_serial = c->aws->keys.serial;
	trace_hide(c->aws->cred.access_key_id);
	trace_hide(c->aws->cred.secret_access_key);
	trace_hide(c->aws->cred.session_token);
	if (status == 0)
		status = start(c, m, &signature, err);
	sig4_result_release(&signature);
	free(path);
	return status;
}

void call_send(struct call *c, int64_t now_ms)
{
	struct aws_message m;
	struct err err;
	int status = aws_wire_encode(c->op, c->input, &m, &err);

	if (status == 0)
		status = sign_and_start(c, &m, &err);
	aws_message_release(&m);
	if (status != 0) {
		fail(c, &err);
		return;
	}
	c->sent_ms = now_ms;
	c->attempts++;
	c->tries++;
	c->aws->counts[aws_op_index(c->op)]++;
	queue_add(&c->aws->flying, c);
}

void call_answer(struct call *c)
{
	struct err err;
	jv output;

	err_clear(&err);
	output = aws_state_answer(c->aws->state, c->op, c->input, &err);
	c->attempts++;
	c->tries++;
	if (jv_is_valid(output))
		succeed(c, output);
	else
		fail(c, &err);
	jv_free(output);
}
