#include "control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "mem.h"
#include "rec.h"
#include "text.h"
#include "when.h"

#define ANSWER_MAX (1u << 30)

int control_is(const char *uri)
{
	return text_starts(uri, CONTROL_PATH "/") || strcmp(uri, CONTROL_PATH) == 0;
}

/* What a request for the control interface is given, and gives back. */
struct control {
	const struct server_options *o;
	const char *body;
	size_t line; /* of the body, from 1 */
	struct buf out;
	int status;
	const char *content_type;
};

static void fail(struct control *c, int status, const char *text)
{
	c->status = status;
	c->content_type = "text/plain; charset=utf-8";
	if (c->line > 0)
		buf_addf(&c->out, "line %zu: ", c->line);
	buf_addf(&c->out, "%s\n", text);
}

/* Calls one for every line of the body that is not empty, until one fails. */
static void each_line(struct control *c, void (*one)(struct control *c, const char *line))
{
	const char *at = c->body;
	while (*at != '\0' && c->status == 200) {
		size_t len = strcspn(at, "\r\n");
		char *line = mem_bytes(at, len);
		c->line++;
		if (len > 0)
			one(c, line);
		free(line);
		at += len + (at[len] == '\r' && at[len + 1] == '\n') + (at[len] != '\0');
	}
}

/* --- the state and the clock ------------------------------------------------------------
 */

static void get_state(struct control *c)
{
	FILE *f = tmpfile();
	char chunk[65536];
	ssize_t n = -1;
	const struct sim *sim = c->o->world->truth;
	c->content_type = "application/x-ndjson";
	if (f != NULL && sim_save_fd(sim, fileno(f), when_now()) == 0 &&
		lseek(fileno(f), 0, SEEK_SET) == 0)
		while ((n = read(fileno(f), chunk, sizeof(chunk))) > 0)
			buf_add(&c->out, chunk, (size_t)n);
	if (n < 0)
		fail(c, 500, "can't write a temporary file");
	if (f != NULL)
		fclose(f);
}

static void forward(struct control *c, const char *line)
{
	int64_t ms;
	if (when_parse_span(line, &ms) != 0 || clock_forward(c->o->clock, ms) != 0) {
		fail(c, 400,
			"the body has to be a duration, such as 50ms, 3s, 2m or 8h; 100 "
			"years in "
			"all");
		return;
	}
	world_advance(c->o->world, clock_ms(c->o->clock), clock_now(c->o->clock));
}

static void post_clock(struct control *c)
{
	each_line(c, forward);
}

/* --- faults and calls -------------------------------------------------------------------
 */

static void get_faults(struct control *c)
{
	faults_write(c->o->faults, &c->out);
}

static void add_fault(struct control *c, const char *line)
{
	char why[700];
	if (faults_add(c->o->faults, line, why, sizeof(why)) != 0)
		fail(c, 400, why);
}

/* All of them, or none. */
static void post_faults(struct control *c)
{
	size_t before = c->o->faults->n;
	each_line(c, add_fault);
	if (c->status != 200)
		faults_cut(c->o->faults, before);
}

static void delete_faults(struct control *c)
{
	faults_clear(c->o->faults);
}

static void get_calls(struct control *c)
{
	calls_write(c->o->calls, c->o->world->truth, &c->out);
}

static void delete_calls(struct control *c)
{
	struct sim *sim = c->o->world->truth;
	calls_release(c->o->calls);
	calls_init(c->o->calls);
	sim->peak_outstanding = sim->outstanding;
}

/* --- edits ------------------------------------------------------------------------------
 */

/* The operation of a name, in any service that can be edited; or of Service's. */
static const struct op *find_op(jv edit)
{
	const char *name = rec_str_or(edit, "Operation", ""),
		   *service = rec_str(edit, "Service");
	for (size_t i = 0; i < n_ops; i++)
		if (strcmp(ops[i].name, name) == 0 && ops[i].effect == EFFECT_WRITE &&
			(service == NULL || strcmp(service, ops[i].service) == 0))
			return &ops[i];
	return NULL;
}

/* There is one instance and one directory: an edit need not name them. */
static jv fill_in(jv input, const struct op *op, const struct sim *sim)
{
	for (size_t i = 0; i < sizeof(op->members) / sizeof(op->members[0]) &&
			   op->members[i].name != NULL;
		i++) {
		const char *name = op->members[i].name;
		if (rec_has(input, name))
			continue;
		if (strcmp(name, "InstanceArn") == 0)
			input = rec_set_str(input, name, sim->instance_arn);
		if (strcmp(name, "IdentityStoreId") == 0)
			input = rec_set_str(input, name, sim->identity_store_id);
	}
	return input;
}

static void write_edit(struct control *c, const struct call *call, jv output)
{
	jv r = rec_set_str(jv_object(), "Operation", call->op->name);
	if (call->status == 0) {
		r = rec_set(r, "Response", jv_copy(output));
	} else {
		jv error = rec_set_str(jv_object(), "Code", call->code);
		r = rec_set(r, "Error", rec_set_str(error, "Message", call->message));
		c->status = 400;
	}
	json_write(&c->out, r);
	buf_addc(&c->out, '\n');
	jv_free(r);
}

/* Says what is wrong with a line that names no operation. */
static void fail_edit(struct control *c, jv rec, const struct json_fault *fault)
{
	char why[400];
	const char *name = rec_str(rec, "Operation");
	if (!jv_is_valid(rec))
		snprintf(
			why, sizeof(why), "column %zu: %s", fault->pos.column, fault->text);
	else if (name == NULL)
		snprintf(why, sizeof(why),
			"an edit has to be {\"Operation\": ..., \"Request\": {...}}");
	else
		snprintf(why, sizeof(why),
			"'%.60s' is no operation that changes something%s", name,
			rec_has(rec, "Service") ? " in that Service" : "");
	fail(c, 400, why);
}

static void edit(struct control *c, const char *line)
{
	struct json_fault fault;
	struct world *w = c->o->world;
	struct sim *sim = w->truth;
	jv rec = json_parse(line, strlen(line), &fault);
	const struct op *op = find_op(rec);
	jv input = rec_get(rec, "Request");
	if (op == NULL) {
		fail_edit(c, rec, &fault);
		jv_free(input);
		jv_free(rec);
		return;
	}
	if (jv_get_kind(input) != JV_KIND_OBJECT) {
		jv_free(input);
		input = jv_object();
	}
	char *arn = mem_format("arn:aws:iam::%s:root", sim->management_id);
	struct call call = { .op = op,
		.sim = sim,
		.input = fill_in(input, op, sim),
		.region = sim->region,
		.account = sim->management_id,
		.arn = arn,
		.user_id = sim->management_id,
		.at_once = 1 };
	jv output = check_input(&call) == 0 ? world_run(w, &call) : jv_invalid();
	write_edit(c, &call, output);
	jv_free(output);
	jv_free(call.input);
	jv_free(rec);
	free(arn);
}

static void post_edits(struct control *c)
{
	c->content_type = "application/x-ndjson";
	each_line(c, edit);
}

/* --- all together -----------------------------------------------------------------------
 */

static const struct route {
	const char *method, *path;
	void (*run)(struct control *c);
} routes[] = {
	{ "GET", "/state", get_state },
	{ "POST", "/edits", post_edits },
	{ "GET", "/faults", get_faults },
	{ "POST", "/faults", post_faults },
	{ "DELETE", "/faults", delete_faults },
	{ "GET", "/calls", get_calls },
	{ "DELETE", "/calls", delete_calls },
	{ "POST", "/clock", post_clock },
};

void control_answer(
	const struct server_options *o, const struct request *req, struct answer *out)
{
	struct control c = { .o = o,
		.body = req->body,
		.status = 200,
		.content_type = "text/plain; charset=utf-8" };
	const char *path = req->uri + strlen(CONTROL_PATH);
	size_t i = 0, n = sizeof(routes) / sizeof(routes[0]);
	buf_init(&c.out, ANSWER_MAX);
	while (i < n && (strcmp(path, routes[i].path) != 0 ||
				strcmp(req->method, routes[i].method) != 0))
		i++;
	if (i < n)
		routes[i].run(&c);
	else
		fail(&c, 404,
			"there is GET /_sim/state, POST /_sim/edits, GET, POST and DELETE "
			"/_sim/faults, GET and DELETE /_sim/calls, POST /_sim/clock");
	out->status = c.status;
	out->content_type = c.content_type;
	out->body_len = c.out.len;
	out->body = c.out.len > 0 ? buf_take(&c.out) : mem_string("");
	buf_release(&c.out);
}
