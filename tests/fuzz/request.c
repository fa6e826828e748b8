/*
 * idc-sim's reader of requests, one a line: "SERVICE TARGET BODY", TARGET being the
 * X-Amz-Target of a JSON service and otherwise the URI. They are read, checked against the
 * model, carried out on a small organization and answered, one after the other.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sanitizer/lsan_interface.h>

#include "../../cmd/idc-sim/wire.h"
#include "../../cmd/idc-sim/world.h"
#include "aws_wire.h"
#include "fuzz.h"
#include "json.h"
#include "rec.h"

#define NOW ((time_t)1795485600)

struct line {
	const char *target, *type;
};

static const char *header(void *ctx, const char *name)
{
	const struct line *line = ctx;
	if (strcmp(name, "Content-Type") == 0)
		return line->type;
	return strcmp(name, "X-Amz-Target") == 0 ? line->target : NULL;
}

static char *word(char **s)
{
	char *start = *s;
	size_t len = strcspn(start, " ");
	*s += len + (start[len] == ' ');
	start[len] = '\0';
	return start;
}

/* The answer has to be one that our own reader takes. */
static void check_answer(const struct call *c, const struct buf *b, enum protocol protocol)
{
	struct json_fault fault;
	struct err err;
	jv v = protocol == PROTOCOL_QUERY ? aws_xml_parse(buf_str(b), b->len, &err)
					  : json_parse(buf_str(b), b->len, &fault);
	assert(c->status != 0 || c->op != NULL);
	assert(jv_get_kind(v) == JV_KIND_OBJECT);
	jv_free(v);
}

/*
 * Patterns are compiled once and kept; LeakSanitizer does not see jq's stack, of which only
 * the end is pointed at.
 */
static int check(struct call *c)
{
	__lsan_disable();
	int status = check_input(c);
	__lsan_enable();
	return status;
}

static void answer(struct world *w, char *text)
{
	static const char *const types[] = { [PROTOCOL_JSON] = "application/x-amz-json-1.1",
		[PROTOCOL_REST_JSON] = "application/json",
		[PROTOCOL_QUERY] = "application/x-www-form-urlencoded" };
	struct identity who = { .region = "us-east-1" };
	snprintf(who.service, sizeof(who.service), "%s", word(&text));
	struct line line = { .target = word(&text) };
	struct request req = { .method = "POST",
		.uri = line.target,
		.body = text,
		.body_len = strlen(text),
		.header = header,
		.ctx = &line };
	struct call c = { .sim = w->truth,
		.sessions = w->sessions,
		.input = jv_object(),
		.region = who.region,
		.account = w->truth->management_id,
		.arn = "arn:aws:iam::100000100000:role/r",
		.user_id = "AROA:r" };
	buf_init(&c.body, 8u << 20);
	enum protocol protocol = wire_protocol(&req, &who);
	line.type = types[protocol];
	wire_read(&c, &req, &who, protocol);
	jv output = jv_invalid();
	if (c.op != NULL && c.status == 0 && check(&c) == 0)
		output = world_run(w, &c);
	struct buf b;
	buf_init(&b, 8u << 20);
	wire_write(&b, &c, output, protocol, who.service, "id");
	check_answer(&c, &b, protocol);
	buf_release(&b);
	buf_release(&c.body);
	jv_free(output);
	jv_free(c.input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char organization[] =
		"accounts=3,ous=2,groups=2,users=1,permission-sets=2,assignments=3,seed=1";
	char *text = fuzz_text(data, size), *rest = text;
	struct sim sim;
	struct world world;
	struct sessions sessions;
	int64_t now_ms = 0;
	sim_init(&sim);
	sim.now = NOW;
	assert(sim_generate(&sim, organization) == 0);
	sessions_init(&sessions, sim.management_id, 1);
	assert(world_init(&world, &sim, &sessions, 0) == 0);
	for (int i = 0; i < 30 && *rest != '\0'; i++) {
		answer(&world, fuzz_line(&rest));
		now_ms += 700;
		world_advance(&world, now_ms, NOW + now_ms / 1000);
	}
	world_release(&world);
	sessions_release(&sessions);
	sim_release(&sim);
	free(text);
	return 0;
}
