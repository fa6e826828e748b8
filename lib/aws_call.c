/*
 * One call's way: signed, sent, answered, tried again, ended.
 */
#include "aws_engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws_retry.h"
#include "mem.h"
#include "rec.h"
#include "sig4.h"
#include "when.h"

#define FAILURES_MAX 5
#define PATIENCE_MS 600000
#define CRED_MARGIN_S 300
#define CRED_PAUSE_MS 30000

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
		c->tries = c->failures = c->throttles = c->refreshed = 0;
		c->throttled_ms = 0;
		/* A list that was begun goes on before another one begins. */
		queue_add_first(&c->aws->ready[aws_services[c->op->service].pace], c);
	} else {
		call_end(c, output, NULL);
	}
}

/* --- failures ----------------------------------------------------------------------- */

static int may_retry(struct call *c, enum aws_verdict verdict, int64_t now_ms)
{
	unsigned long max = c->aws->max_attempts;

	if (verdict == AWS_THROTTLE) {
		c->throttles++;
		if (!c->throttled_ms)
			c->throttled_ms = now_ms;
		return max ? (unsigned long)c->tries < max
			   : now_ms - c->throttled_ms < PATIENCE_MS;
	}
	if (verdict == AWS_TRANSIENT) {
		c->failures++;
		return max ? (unsigned long)c->tries < max : c->failures < FAILURES_MAX;
	}
	return 0;
}

/* New credentials from where the old ones came from; without them the old ones stay. */
static int renew(struct aws *a, int64_t now_ms, struct err *err)
{
	struct cred fresh;

	a->cred_retry_ms = now_ms + CRED_PAUSE_MS;
	if (aws_find_cred(a, a->cred.source, &fresh, err) != 0)
		return -1;
	cred_release(&a->cred);
	a->cred = fresh;
	return 0;
}

/* Whether c was refused for credentials that expired early, and there are new ones now. */
static int renewed(struct call *c, const struct err *err, int64_t now_ms)
{
	struct err ignored;

	if (!aws_retry_is_expired(err) || !cred_is_renewable(&c->aws->cred) ||
		c->refreshed)
		return 0;
	c->refreshed = 1;
	return now_ms < c->aws->cred_retry_ms || renew(c->aws, now_ms, &ignored) == 0;
}

static void give_up(struct call *c, struct err *err, enum aws_verdict verdict,
	const struct http_response *res)
{
	struct aws *a = c->aws;
	char *text;

	if (verdict == AWS_THROTTLE)
		err->kind = ERR_THROTTLED;
	aws_retry_explain(err, c->op, a->region, &a->endpoints[c->op->service], res,
		time(NULL), &a->cred);
	text = mem_string(err->text);
	if (c->tries > 1)
		(void)snprintf(err->text, sizeof(err->text), "%.560s (%d attempts)", text,
			c->tries);
	free(text);
	fail(c, err);
}

static void retry_or_fail(struct call *c, struct err *err, const struct http_response *res)
{
	struct aws *a = c->aws;
	int64_t now_ms = when_ms();
	enum aws_verdict verdict =
		aws_retry_verdict(res, err, &a->endpoints[c->op->service]);

	if (verdict == AWS_THROTTLE)
		aws_pace_throttled(&a->buckets[aws_services[c->op->service].pace], now_ms);
	if (renewed(c, err, now_ms)) {
		c->ready_ms = now_ms;
		queue_add(&a->later, c);
	} else if (may_retry(c, verdict, now_ms)) {
		int n = verdict == AWS_THROTTLE ? c->throttles : c->failures;

		c->ready_ms = now_ms + aws_retry_wait_ms(n, res->retry_after_s);
		queue_add(&a->later, c);
	} else {
		give_up(c, err, verdict, res);
	}
}

/* --- one request -------------------------------------------------------------------- */

static void log_answer(
	const struct call *c, const struct http_response *res, const struct err *err)
{
	const struct aws *a = c->aws;
	struct buf line;

	if (!a->log)
		return;
	buf_init(&line, 1024);
	buf_addf(&line, "%s %s: ", a->endpoints[c->op->service].host, c->op->name);
	if (res->err)
		buf_addf(&line, "%s", res->err->text);
	else
		buf_addf(&line, "%ld %s", res->status, err ? err->code : "OK");
	buf_addf(&line, ", %lld ms, attempt %d", (long long)(when_ms() - c->sent_ms),
		c->tries);
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
	(void)snprintf(c->request_id, sizeof(c->request_id), "%s", res->request_id);
	if (res->err)
		err = *res->err;
	else
		output = aws_wire_decode(c->op, res, host, &err);
	log_answer(c, res, jv_is_valid(output) ? NULL : &err);
	if (jv_is_valid(output)) {
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
		.timeout_ms = a->timeout_ms };
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
		.normalize_path = 1 };
	struct sig4_result signature;
	int status = sig4_sign(&req, &c->aws->cred, time(NULL), &signature, err);

	if (status == 0)
		status = start(c, m, &signature, err);
	sig4_result_release(&signature);
	free(path);
	return status;
}

/* Credentials that end soon are renewed; that it failed matters when they have ended. */
static int check_cred(struct aws *a, int64_t now_ms, struct err *err)
{
	time_t now = time(NULL);

	if (!cred_expiring(&a->cred, now, CRED_MARGIN_S) || now_ms < a->cred_retry_ms)
		return 0;
	if (renew(a, now_ms, err) != 0 && cred_expiring(&a->cred, now, 0))
		return -1;
	return 0;
}

void call_send(struct call *c, int64_t now_ms)
{
	struct aws_message m;
	struct err err;
	int status = check_cred(c->aws, now_ms, &err);

	if (status == 0) {
		status = aws_wire_encode(c->op, c->input, &m, &err);
		if (status == 0)
			status = sign_and_start(c, &m, &err);
		aws_message_release(&m);
	}
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
