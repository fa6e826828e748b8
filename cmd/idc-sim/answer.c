#include "answer.h"

#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "json.h"
#include "mem.h"
#include "random.h"
#include "rec.h"
#include "wire.h"
#include "when.h"

#define BODY_MAX (8u << 20)

static void throttle(struct call *c)
{
	call_fail(c, c->op->protocol == PROTOCOL_REST_JSON ? 429 : 400,
		wire_codes(c->op)->throttle, "Rate exceeded");
}

/* The faults that refuse a call before anything is done. */
static void refuse_by(struct call *c, const struct fault *f)
{
	switch (f->action) {
	case FAULT_ERROR:
		call_fail(c, f->http_status, f->text, "Simulated by %s", f->rule);
		break;
	case FAULT_UNSEEN:
		call_fail(c, 400, "ResourceNotFoundException",
			"PermissionSet not found: %s",
			rec_str_or(c->input, "PermissionSetArn",
				rec_str_or(c->input, "ResourceArn", "?")));
		break;
	case FAULT_THROTTLE:
		c->retry_after = f->text;
		throttle(c);
		break;
	case FAULT_INTERNAL:
		call_fail(c, 500, wire_codes(c->op)->internal,
			"An internal error occurred. Try again later.");
		break;
	case FAULT_UNAVAILABLE:
		call_fail(c, 503, "ServiceUnavailable", "Service Unavailable");
		break;
	case FAULT_DENIED:
		call_fail(c, c->op->protocol == PROTOCOL_JSON ? 400 : 403,
			wire_codes(c->op)->denied,
			"User: %s is not authorized to perform: %s:%s",
			c->arn != NULL ? c->arn : "anonymous", c->op->service, c->op->name);
		break;
	case FAULT_EXPIRED:
		call_fail(c, c->op->protocol == PROTOCOL_JSON ? 400 : 403,
			wire_codes(c->op)->expired,
			"The security token included in the request is expired");
		break;
	case FAULT_ASYNC:
		c->async_reason = f->text;
		break;
	default:
		break;
	}
}

/* What the fault does to an answer that is there, or is to be none. */
static void spoil(const struct fault *f, struct answer *out)
{
	static const char garbage[] = "\x1f\x8b{]<html>\xff\xfe not what was expected";
	static const char unavailable[] =
		"<html><body><b>Http/1.1 Service Unavailable</b></body> </html>";
	const char *body = f->action == FAULT_GARBAGE	    ? garbage
			   : f->action == FAULT_UNAVAILABLE ? unavailable
							    : NULL;
	if (body != NULL) {
		free(out->body);
		out->body = mem_string(body);
		out->body_len = strlen(body);
	}
	if (f->action == FAULT_UNAVAILABLE) {
		out->content_type = "text/html";
		out->error_type[0] = '\0';
	}
	switch (f->action) {
	case FAULT_RESET:
	case FAULT_RESET_AFTER:
		out->on_the_way = FAULT_RESET;
		break;
	case FAULT_STALL:
	case FAULT_STALL_AFTER:
		out->on_the_way = FAULT_STALL;
		break;
	case FAULT_TRUNCATE:
	case FAULT_DRIP:
		out->on_the_way = f->action;
		out->drip_ms = f->span_ms;
		break;
	case FAULT_DELAY:
		out->delay_ms += f->span_ms;
		break;
	default:
		break;
	}
}

static void write_log(const struct server_options *o, const struct call *c,
	const struct identity *who, const struct answer *a, const struct fault *f)
{
	if (o->log == NULL)
		return;
	char now[WHEN_RFC3339_SIZE];
	when_rfc3339(now, o->world->truth->now);
	jv r = rec_set_str(jv_object(), "Time", now);
	r = rec_set_num(r, "Milliseconds", (double)o->world->truth->now_ms);
	r = rec_set_str(r, "Account", c->account);
	r = rec_set_str(r, "Region", who->region);
	r = rec_set_str(r, "Service", who->service);
	r = rec_set_str(r, "Operation", c->op != NULL ? c->op->name : NULL);
	/* What is sent to STS may be secret. */
	if (c->op != NULL && strcmp(c->op->service, "sts") != 0)
		r = rec_set(r, "Request", jv_copy(c->input));
	/* A status that nobody is sent is none. */
	if (a->on_the_way != FAULT_RESET && a->on_the_way != FAULT_STALL)
		r = rec_set_num(r, "Status", a->status);
	r = rec_set_str(r, "Code", c->status != 0 ? c->code : NULL);
	r = rec_set_str(r, "Fault", f != NULL ? f->rule : NULL);
	r = rec_set_str(r, "RequestId", a->request_id);
	char *line = json_string(r);
	fprintf(o->log, "%s\n", line);
	fflush(o->log);
	free(line);
	jv_free(r);
}

/*
 * Runs the call unless something stands before it: the rate first, so that what a rule of
 * faults does depends on the calls alone. The rule that was suffered, or NULL.
 */
static const struct fault *run(
	const struct server_options *o, struct call *c, const char *body, jv *output)
{
	if (!pace_take(o->pace, c->op->service, o->world->truth->now_ms)) {
		throttle(c);
		return NULL;
	}
	const struct fault *f =
		faults_find(o->faults, c->op, body, o->world->truth->now_ms);
	if (f != NULL)
		refuse_by(c, f);
	int undone = f != NULL && (f->action == FAULT_RESET || f->action == FAULT_STALL);
	if (c->status == 0 && !undone && check_input(c) == 0) {
		c->ran = 1;
		*output = world_run(o->world, c);
	}
	return f;
}

static void answer_call(
	const struct server_options *o, const struct request *req, struct answer *out)
{
	struct call c = { .sim = o->world->truth, .input = jv_object() };
	struct identity who;
	buf_init(&c.body, BODY_MAX);
	const struct fault *f = NULL;
	jv output = jv_invalid();
	int signed_well = auth_check(req, o->world->sessions, o->world->truth->region,
				  clock_signed(o->clock), o->world->truth->now, &who) == 0;
	enum protocol protocol = wire_protocol(req, &who);
	c.region = who.region;
	if (who.session != NULL) {
		c.account = who.session->account;
		c.arn = who.session->arn;
		c.user_id = who.session->user_id;
	}
	if (signed_well)
		wire_read(&c, req, &who, protocol);
	else
		wire_refuse(&c, &who, protocol);
	if (c.op != NULL && c.status == 0)
		f = run(o, &c, req->body, &output);
	struct buf b;
	buf_init(&b, BODY_MAX);
	wire_write(&b, &c, output, protocol, who.service, out->request_id);
	out->status = c.status != 0 ? c.status : 200;
	if (c.status != 0 && protocol != PROTOCOL_QUERY)
		snprintf(out->error_type, sizeof(out->error_type), "%s", c.code);
	if (c.retry_after != NULL)
		snprintf(out->retry_after, sizeof(out->retry_after), "%s", c.retry_after);
	out->content_type = wire_content_type(protocol);
	out->body_len = b.len;
	out->body = buf_take(&b);
	o->calls->faults += f != NULL;
	calls_add(o->calls, &c);
	if (f != NULL)
		spoil(f, out);
	write_log(o, &c, &who, out, f);
	jv_free(output);
	jv_free(c.input);
	buf_release(&c.body);
}

void answer_make(const struct server_options *o, uint64_t *random,
	const struct request *req, struct answer *out)
{
	memset(out, 0, sizeof(*out));
	out->on_the_way = FAULT_ACTIONS;
	world_advance(o->world, clock_ms(o->clock), clock_now(o->clock));
	if (control_is(req->uri)) {
		control_answer(o, req, out);
		return;
	}
	random_uuid(random, out->request_id);
	out->delay_ms = o->latency_ms;
	if (o->jitter_ms > 0)
		out->delay_ms += (int64_t)random_pick(random, (size_t)o->jitter_ms + 1);
	answer_call(o, req, out);
}

void answer_release(struct answer *a)
{
	free(a->body);
	a->body = NULL;
}
