#include "aws.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aws_engine.h"
#include "aws_retry.h"
#include "mem.h"
#include "profile.h"
#include "rec.h"
#include "setting.h"
#include "text.h"
#include "when.h"

#define TPS 20
#define TPS_MAX 100000
#define TIMEOUT_MS 60000
#define TIMEOUT_MAX_MS 3600000
#define ATTEMPTS_MAX 1000
#define STEP_MS 500
#define HURRY_MS 2000

/* --- a client ----------------------------------------------------------------------- */

static int read_region(struct aws *a, struct err *err)
{
	const char *s = getenv("AWS_REGION");

	if (!s || !*s)
		s = getenv("AWS_DEFAULT_REGION");
	if (s && *s)
		a->region = mem_string(s);
	else if (profile_region(a->options.profile, &a->region, err) != 0)
		return -1;
	if (!a->region)
		return err_set(err, ERR_DATA,
			"no region: set AWS_REGION to the one where Identity Center is");
	if (!text_is_region(a->region))
		return err_set(err, ERR_DATA, "%s is no name of a region",
			s && *s ? "AWS_REGION" : "the profile's region");
	return 0;
}

/* The number s, which name says, or fallback. */
static int read_number(const char *s, const char *name, unsigned long least,
	unsigned long max, unsigned long fallback, unsigned long *out, struct err *err)
{
	*out = fallback;
	if (!s || !*s)
		return 0;
	if (text_number(s, max, out) != 0 || *out < least)
		return err_set(err, ERR_DATA, "%s must be a number from %lu to %lu", name,
			least, max);
	return 0;
}

static int read_timeout(struct aws *a, struct err *err)
{
	const char *s = getenv("IDC_TIMEOUT");
	int64_t ms = TIMEOUT_MS;

	if (s && *s && (when_parse_span(s, &ms) != 0 || ms < 1 || ms > TIMEOUT_MAX_MS))
		return err_set(err, ERR_DATA,
			"IDC_TIMEOUT must be a time from 1ms to 1h, such as 30s");
	a->timeout_ms = (long)ms;
	return 0;
}

static int read_retry_mode(const struct aws *a, struct err *err)
{
	const char *where;
	const char *s = settings_get(a->settings, SETTING_RETRY_MODE, &where);

	if (!s || strcasecmp(s, "standard") == 0 || strcasecmp(s, "adaptive") == 0)
		return 0;
	return err_set(err, ERR_DATA,
		"%s '%.40s' is not spoken here: 'standard' and 'adaptive' are, and are the "
		"same",
		where, s);
}

static int read_attempts(struct aws *a, struct err *err)
{
	const char *where;
	const char *s = settings_get(a->settings, SETTING_MAX_ATTEMPTS, &where);

	return read_number(s, where, 1, ATTEMPTS_MAX, 0, &a->max_attempts, err);
}

static int read_environment(struct aws *a, struct err *err)
{
	int64_t now_ms = when_ms();
	unsigned long tps;

	if (read_region(a, err) != 0 || read_timeout(a, err) != 0 ||
		read_retry_mode(a, err) != 0 || read_attempts(a, err) != 0 ||
		read_number(getenv("IDC_TPS"), "IDC_TPS", 0, TPS_MAX, TPS, &tps, err) != 0)
		return -1;
	for (int i = 0; i < AWS_SERVICES; i++)
		if (aws_endpoint_find((enum aws_service)i, a->region, a->settings,
			    &a->endpoints[i], err) != 0)
			return -1;
	for (int i = 0; i < AWS_PACES; i++) {
		aws_pace_init(&a->buckets[i], i == AWS_PACE_SSO ? (double)tps : 0, now_ms);
		a->budgets[i] = AWS_RETRY_BUDGET;
	}
	return 0;
}

static size_t n_ops(void)
{
	size_t n = 0;

	while (aws_op_at(n))
		n++;
	return n;
}

static void trust(struct aws *a)
{
	const char *s = settings_get(a->settings, SETTING_CA_BUNDLE, NULL);
	char *path = s ? profile_path(s) : NULL;

	if (path)
		http_trust(a->http, path);
	free(path);
}

struct aws *aws_open(const struct aws_options *options, struct err *err)
{
	struct aws *a = mem_alloc(sizeof(*a));
	char *agent = mem_format("%s/%s", options->prog, IDC_VERSION);

	a->options = *options;
	a->counts = mem_array(n_ops(), sizeof(a->counts[0]));
	a->settings = settings_read(options->profile, err);
	if (a->settings && read_environment(a, err) == 0)
		a->http = http_new(agent, err);
	if (a->http)
		trust(a);
	free(agent);
	if (!a->http || aws_cred_open(a, err) != 0) {
		aws_free(a);
		return NULL;
	}
	return a;
}

struct aws *aws_new(const char *prog, struct err *err)
{
	const struct aws_options options = { .prog = prog };

	return aws_open(&options, err);
}

struct aws *aws_open_state(const char *path, struct err *err)
{
	struct aws *a = mem_alloc(sizeof(*a));

	a->state = aws_state_open(path, err);
	if (!a->state) {
		aws_free(a);
		return NULL;
	}
	a->counts = mem_array(n_ops(), sizeof(a->counts[0]));
	a->region = mem_string(aws_state_region(a->state));
	return a;
}

int aws_is_offline(const struct aws *a)
{
	return a->state != NULL;
}

static void drop(struct queue *q)
{
	while (q->first) {
		struct call *c = q->first;

		q->first = c->next;
		call_free(c);
	}
}

void aws_free(struct aws *a)
{
	if (!a)
		return;
	aws_state_free(a->state);
	http_free(a->http);
	for (int i = 0; i < AWS_PACES; i++)
		drop(&a->ready[i]);
	drop(&a->later);
	drop(&a->flying);
	for (int i = 0; i < AWS_SERVICES; i++) {
		aws_endpoint_release(&a->endpoints[i]);
		sig4_key_wipe(&a->signing[i]);
	}
	cred_release(&a->cred);
	settings_free(a->settings);
	free(a->region);
	free(a->counts);
	free(a);
}

const char *aws_region(const struct aws *a)
{
	return a->region;
}

const char *aws_partition(const struct aws *a)
{
	return aws_partition_of(a->region);
}

void aws_set_log(struct aws *a, void (*log)(void *ctx, const char *line), void *ctx)
{
	a->log = log;
	a->log_ctx = ctx;
}

void aws_set_note(struct aws *a, void (*note)(void *ctx, const char *text), void *ctx)
{
	a->note = note;
	a->note_ctx = ctx;
	aws_tell_clock(a);
}

/* From now on throttling counts, for what reads: what came before does not. */
static void forgive(struct queue *q)
{
	for (struct call *c = q->first; c; c = c->next)
		if (!c->op->writes)
			c->throttles = 0;
}

void aws_hurry(struct aws *a)
{
	int64_t soon_ms = when_ms() + HURRY_MS;

	a->hurry = 1;
	for (int i = 0; i < AWS_PACES; i++) {
		a->buckets[i].hold_ms = INT64_MIN;
		forgive(&a->ready[i]);
	}
	forgive(&a->later);
	forgive(&a->flying);
	for (struct call *c = a->later.first; c; c = c->next)
		if (c->ready_ms > soon_ms)
			c->ready_ms = soon_ms;
}

int64_t aws_throttled_ms(const struct aws *a, enum aws_service service)
{
	enum aws_pace pace = aws_services[service].pace;
	int64_t since_ms = a->storms[pace].since_ms;

	return a->stormed_ms[pace] + (since_ms > 0 ? when_ms() - since_ms : 0);
}

time_t aws_now(const struct aws *a)
{
	return time(NULL) + (time_t)a->clock_offset_s;
}

jv aws_counts(const struct aws *a)
{
	jv counts = jv_object();

	for (size_t i = 0; aws_op_at(i); i++) {
		const char *name = aws_op_at(i)->name;

		/* Two services have an operation of the same name: they are added up. */
		if (a->counts[i] > 0)
			counts = rec_set_num(counts, name,
				rec_num(counts, name, 0) + (double)a->counts[i]);
	}
	return counts;
}

/* --- calls -------------------------------------------------------------------------- */

static void add_call(struct aws *a, enum aws_service service, const char *op, jv input,
	aws_page *page, aws_done *done, void *ctx)
{
	const struct aws_op *row = aws_op_find(service, op);
	struct call *c = mem_alloc(sizeof(*c));

	assert(row && (!page || row->items));
	*c = (struct call){ .aws = a, .op = row, .page = page, .done = done, .ctx = ctx };
	c->input = jv_get_kind(input) == JV_KIND_OBJECT ? jv_copy(input) : jv_object();
	if (page && row->max_name && !rec_has(input, row->max_name))
		c->input = rec_set_num(c->input, row->max_name, row->max);
	map_init(&c->tokens);
	c->started_ms = when_ms();
	queue_add(&a->ready[aws_services[row->service].pace], c);
}

void aws_call(struct aws *a, enum aws_service service, const char *op, jv input,
	aws_done *done, void *ctx)
{
	add_call(a, service, op, input, NULL, done, ctx);
}

void aws_list(struct aws *a, enum aws_service service, const char *op, jv input,
	aws_page *page, aws_done *done, void *ctx)
{
	add_call(a, service, op, input, page, done, ctx);
}

size_t aws_pending(const struct aws *a)
{
	size_t n = a->later.n + a->flying.n;

	for (int i = 0; i < AWS_PACES; i++)
		n += a->ready[i].n;
	return n;
}

/* --- the engine --------------------------------------------------------------------- */

static void sooner(int64_t *wait_ms, int64_t ms)
{
	if (ms < *wait_ms)
		*wait_ms = ms;
}

/* Retries that are due go to the head of their queue. */
static void wake(struct aws *a, int64_t now_ms, int64_t *wait_ms)
{
	struct call *next;

	for (struct call *c = a->later.first; c; c = next) {
		next = c->next;
		if (c->ready_ms <= now_ms) {
			queue_remove(&a->later, c);
			queue_add_first(&a->ready[aws_services[c->op->service].pace], c);
		} else {
			sooner(wait_ms, c->ready_ms - now_ms);
		}
	}
}

static void dispatch(struct aws *a, int64_t now_ms, int64_t *wait_ms)
{
	if (a->stopping || aws_cred_is_awaited(a))
		return;
	for (int i = 0; i < AWS_PACES; i++) {
		struct queue *q = &a->ready[i];
		struct aws_bucket *b = &a->buckets[i];
		int may = aws_pace_wait_ms(b, now_ms, q->n) == 0;

		while (may && q->first && a->flying.n < AWS_IN_FLIGHT &&
			aws_pace_take(b, now_ms)) {
			struct call *c = q->first;

			queue_remove(q, c);
			call_send(c, now_ms);
		}
		if (q->first && a->flying.n < AWS_IN_FLIGHT)
			sooner(wait_ms, aws_pace_wait_ms(b, now_ms, q->n));
	}
}

/* Everything that waits is answered at once, and what that leads to. */
static void answer_all(struct aws *a)
{
	for (int i = 0; i < AWS_PACES && !a->stopping; i++) {
		struct queue *q = &a->ready[i];

		while (q->first) {
			struct call *c = q->first;

			queue_remove(q, c);
			call_answer(c);
		}
	}
}

static int is_any(const struct call *c)
{
	(void)c;
	return 1;
}

static void take(
	struct queue *from, int (*is_meant)(const struct call *c), struct queue *to)
{
	struct call *next;

	for (struct call *c = from->first; c; c = next) {
		next = c->next;
		if (!is_meant(c))
			continue;
		queue_remove(from, c);
		queue_add(to, c);
	}
}

/* Ends what waits and is meant; with all, what is in flight, too. */
static void end_all(struct aws *a, const struct err *err,
	int (*is_meant)(const struct call *c), int all)
{
	struct queue ending = { 0 };
	jv none = jv_invalid();

	/* First all are taken, since callbacks may add calls. */
	for (int i = 0; i < AWS_PACES; i++)
		take(&a->ready[i], is_meant, &ending);
	take(&a->later, is_meant, &ending);
	if (all)
		take(&a->flying, is_meant, &ending);
	while (ending.first) {
		struct call *c = ending.first;

		queue_remove(&ending, c);
		call_end(c, none, err);
	}
	jv_free(none);
}

int aws_step(struct aws *a, int timeout_ms, struct err *err)
{
	int64_t now_ms = when_ms();
	int64_t wait_ms = timeout_ms >= 0 ? timeout_ms : INT32_MAX;
	size_t pending = aws_pending(a);
	struct err late;
	int status;

	assert(!a->stepping);
	if (pending == 0 && timeout_ms < 0)
		return 0;
	a->stepping = 1;
	if (a->state) {
		answer_all(a);
		a->stepping = 0;
		return 0;
	}
	if (a->hurry) {
		err_set(&late, ERR_THROTTLED, "AWS throttled it until the end");
		end_all(a, &late, call_is_late, 0);
	}
	wake(a, now_ms, &wait_ms);
	aws_cred_keep(a, &wait_ms);
	if (aws_cred_is_lost(a))
		end_all(a, &a->keys.err, is_any, 0);
	dispatch(a, when_ms(), &wait_ms);
	/* What could not even be sent has ended by now: the caller should hear of it. */
	if (aws_pending(a) != pending)
		wait_ms = 0;
	status = http_step(a->http, (int)wait_ms, -1, err);
	a->stepping = 0;
	if (status != 0) {
		http_drop(a->http);
		end_all(a, err, is_any, 1);
	}
	return status;
}

int aws_run(struct aws *a, volatile sig_atomic_t *stop, struct err *err)
{
	struct err interrupted;
	int status = 0;

	err_set(&interrupted, ERR_NET, "interrupted");
	while (status == 0 && aws_pending(a) > 0) {
		a->stopping = stop && *stop;
		if (a->stopping)
			end_all(a, &interrupted, is_any, 0);
		if (!a->stopping || a->flying.n > 0)
			status = aws_step(a, STEP_MS, err);
	}
	a->stopping = 0;
	return status;
}

/* --- waiting for one ---------------------------------------------------------------- */

struct wanted {
	int ended;
	jv value; /* the output, or the list so far */
	struct err err;
};

static void on_call(void *ctx, const struct aws_result *res)
{
	struct wanted *w = ctx;

	w->ended = 1;
	if (res->err)
		w->err = *res->err;
	else
		w->value = jv_copy(res->output);
}

static int on_page(void *ctx, jv items)
{
	struct wanted *w = ctx;

	for (int i = 0; i < rec_len(items); i++)
		w->value = rec_push(w->value, rec_at(items, i));
	return 0;
}

static void on_list(void *ctx, const struct aws_result *res)
{
	struct wanted *w = ctx;

	w->ended = 1;
	if (res->err)
		w->err = *res->err;
}

static jv wait_for(struct aws *a, struct wanted *w, struct err *err)
{
	struct err engine;

	while (!w->ended)
		if (aws_step(a, STEP_MS, &engine) != 0)
			assert(w->ended);
	if (w->err.kind == ERR_NONE)
		return w->value;
	jv_free(w->value);
	*err = w->err;
	return jv_invalid();
}

jv aws_get(
	struct aws *a, enum aws_service service, const char *op, jv input, struct err *err)
{
	struct wanted w = { .value = jv_invalid() };

	aws_call(a, service, op, input, on_call, &w);
	return wait_for(a, &w, err);
}

jv aws_get_all(
	struct aws *a, enum aws_service service, const char *op, jv input, struct err *err)
{
	struct wanted w = { .value = jv_array() };

	aws_list(a, service, op, input, on_page, on_list, &w);
	return wait_for(a, &w, err);
}

int aws_is(const struct err *err, const char *code)
{
	return err != NULL && err->kind == ERR_AWS && strcmp(err->code, code) == 0;
}
