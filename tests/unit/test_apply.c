#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cmd/idc-apply/graph.h"
#include "../../cmd/idc-apply/ops.h"
#include "../../cmd/idc-apply/sched.h"
#include "buf.h"
#include "rec.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define INSTANCE_ARN "arn:aws:sso:::instance/ssoins-1111111111111111"
#define BEGIN                                                                              \
	"{\"Kind\":\"Begin\",\"Stream\":\"plan\",\"Version\":1,\"Program\":\"p\","         \
	"\"Time\":\"t\"}\n"
#define INSTANCE "{\"Kind\":\"Instance\",\"InstanceArn\":\"" INSTANCE_ARN "\"}\n"
#define IN "\"InstanceArn\":\"" INSTANCE_ARN "\""
#define HEAD(id, op)                                                                       \
	"{\"Kind\":\"Action\",\"Id\":\"" id "\",\"Operation\":\"" op                       \
	"\",\"Effect\":\"none\","
#define CREATE(id, name, deps)                                                             \
	HEAD(id, "CreatePermissionSet")                                                    \
	"\"Request\":{" IN ",\"Name\":\"" name "\"},\"DependsOn\":[" deps "]}\n"
#define REF(name) "{\"Ref\":\"PermissionSet/" name "\"}"
#define EDIT(id, arn, deps)                                                                \
	HEAD(id, "UpdatePermissionSet")                                                    \
	"\"Request\":{" IN ",\"PermissionSetArn\":" arn "},\"DependsOn\":[" deps "]}\n"
#define GRANT(id, account, arn, who, deps)                                                 \
	HEAD(id, "CreateAccountAssignment")                                                \
	"\"Request\":{" IN ",\"PermissionSetArn\":" arn ",\"TargetId\":\"" account "\","   \
	"\"TargetType\":\"AWS_ACCOUNT\",\"PrincipalType\":\"GROUP\",\"PrincipalId\":"      \
	"\"" who "\"},\"DependsOn\":[" deps "]}\n"

/* Reads records as a plan with n records. 0, or -1 with err filled. */
static int read_plan(struct plan *p, const char *records, int n, struct err *err)
{
	FILE *f = tmpfile();
	assert_non_null(f);
	fprintf(f, "%s%s{\"Kind\":\"End\",\"Stream\":\"plan\",\"Count\":%d}\n", BEGIN,
		records, n);
	rewind(f);
	struct stream_in in;
	stream_open(&in, fileno(f), "plan", "idc-apply", STREAM_BIT(STREAM_PLAN));
	int status = plan_read(p, &in, err);
	stream_release(&in);
	fclose(f);
	return status;
}

/* Takes all there is room for. How many came. */
static unsigned take(struct graph *g, uint32_t *failed)
{
	struct err err;
	unsigned n = 0;
	while (graph_take(g, failed, &err) != GRAPH_NONE)
		n++;
	assert_int_equal(err.kind, ERR_NONE);
	return n;
}

static void end(struct graph *g, uint32_t slot, uint32_t failed)
{
	graph_end(g, &g->actions[slot], failed);
	while (graph_dependent(g, &g->actions[slot]) != GRAPH_NONE)
		continue;
	graph_leave(g, &g->actions[slot]);
}

static void reads_a_plan(void **state)
{
	(void)state;
	struct plan p;
	struct graph g;
	struct err err;
	uint32_t failed;
	assert_int_equal(read_plan(&p,
				 INSTANCE "{\"Kind\":\"Notice\",\"Code\":\"x\"}\n" GRANT(
					 "3", "111122223333", REF("A"), "p", "\"2\"")
					 CREATE("1", "A", "") EDIT("2", REF("A"), ""),
				 5, &err),
		0);
	assert_int_equal(p.n, 3);
	assert_true(p.assigns);
	assert_false(p.removes);
	/* 1 comes before both others though only one says so, 2 before 3. */
	assert_int_equal(p.order[0], 1);
	assert_int_equal(p.order[1], 2);
	assert_int_equal(p.order[2], 0);
	graph_init(&g, &p, 3);
	assert_int_equal(take(&g, &failed), 3);
	assert_int_equal(g.actions[0].n_waiting, 0);
	assert_int_equal(g.actions[0].creates, 0);
	assert_int_equal(g.actions[1].n_waiting, 1);
	assert_int_equal(g.actions[2].n_waiting, 2);
	assert_int_equal(g.actions[2].index, 0);
	assert_int_equal(g.actions[2].account, 1);
	assert_int_equal(g.actions[2].set, g.actions[1].set);
	assert_int_equal(g.actions[0].set, g.actions[1].set);
	p.sets[0].arn = strdup("arn:new");
	jv request = graph_request(&g, &g.actions[2], &err);
	assert_string_equal(rec_str(request, "PermissionSetArn"), "arn:new");
	jv_free(request);
	graph_release(&g);
	plan_release(&p);
}

/* A window of two over a plan of five. */
static void moves_over_a_plan(void **state)
{
	(void)state;
	struct plan p;
	struct graph g;
	struct err err;
	uint32_t failed;
	assert_int_equal(read_plan(&p,
				 INSTANCE EDIT("1", "\"a\"", "") EDIT("2", "\"b\"", "\"1\"")
					 EDIT("3", "\"c\"", "\"1\"") EDIT("4", "\"d\"",
						 "\"2\"") EDIT("5", "\"d\"", "\"4\",\"3\""),
				 6, &err),
		0);
	assert_null(p.order);
	graph_init(&g, &p, 2);
	assert_true(graph_wants_more(&g));
	assert_int_equal(take(&g, &failed), 2);
	assert_false(graph_wants_more(&g));
	assert_int_equal(g.actions[1].n_waiting, 1);
	/* 1 was done: 3, which comes into its place, waits for nothing. */
	graph_end(&g, &g.actions[0], PLAN_NONE);
	assert_int_equal(graph_dependent(&g, &g.actions[0]), 1);
	assert_int_equal(graph_dependent(&g, &g.actions[0]), GRAPH_NONE);
	graph_leave(&g, &g.actions[0]);
	assert_true(graph_wants_more(&g));
	assert_int_equal(take(&g, &failed), 1);
	assert_int_equal(failed, PLAN_NONE);
	assert_int_equal(g.actions[0].index, 2);
	assert_int_equal(g.actions[0].n_waiting, 0);
	/* 2 failed: 4 can't be done for 2's failure, and 5 for the same. */
	end(&g, 1, 1);
	assert_int_equal(graph_take(&g, &failed, &err), 1);
	assert_int_equal(failed, 1);
	end(&g, 1, failed);
	assert_int_equal(graph_take(&g, &failed, &err), 1);
	assert_int_equal(g.actions[1].index, 4);
	assert_int_equal(failed, 1);
	/* 5 has left: that 3 ends is nothing to what comes into its place. */
	end(&g, 1, failed);
	graph_end(&g, &g.actions[0], PLAN_NONE);
	assert_int_equal(graph_dependent(&g, &g.actions[0]), GRAPH_NONE);
	graph_leave(&g, &g.actions[0]);
	assert_int_equal(graph_take(&g, &failed, &err), GRAPH_NONE);
	assert_false(graph_wants_more(&g));
	graph_release(&g);
	plan_release(&p);
}

/* What is skipped at once leaves nothing at what has not ended. */
static void forgets_what_is_skipped(void **state)
{
	(void)state;
	struct plan p;
	struct graph g;
	struct err err;
	uint32_t failed;
	assert_int_equal(read_plan(&p,
				 INSTANCE EDIT("1", "\"a\"", "") EDIT("2", "\"b\"", "")
					 EDIT("3", "\"c\"", "\"1\",\"2\"")
						 EDIT("4", "\"d\"", "\"1\",\"3\""),
				 5, &err),
		0);
	graph_init(&g, &p, 2);
	assert_int_equal(take(&g, &failed), 2);
	end(&g, 1, 1);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(graph_take(&g, &failed, &err), 1);
		assert_int_equal(failed, 1);
		end(&g, 1, failed);
	}
	assert_int_equal(g.n_edges, 0);
	graph_release(&g);
	plan_release(&p);
}

/* A record that is put into the file at once. */
static void put_aside(struct store *s, uint32_t *place)
{
	struct err err;
	char *text = calloc(1, 300000);
	memset(text, 'x', 299999);
	jv rec = jv_object_set(jv_object(), jv_string("Text"), jv_string(text));
	store_init(s);
	assert_int_equal(store_add(s, "1", rec, place, &err), 0);
	assert_true(s->in_file > 0);
	jv_free(rec);
	free(text);
}

static void check_damaged(struct store *s, uint32_t place)
{
	struct err err;
	err_clear(&err);
	jv rec = store_get(s, place, &err);
	assert_false(jv_is_valid(rec));
	jv_free(rec);
	assert_int_equal(err.kind, ERR_SYS);
	assert_string_equal(err.text, "the plan, kept in a temporary file, was damaged");
}

static void knows_a_damaged_file(void **state)
{
	(void)state;
	struct store s;
	uint32_t place;
	put_aside(&s, &place);
	assert_int_equal(pwrite(s.fd, "}", 1, 9), 1);
	check_damaged(&s, place);
	assert_int_equal(pwrite(s.fd, "\xff\xff\xff\xff", 4, 4), 4);
	check_damaged(&s, place);
	store_release(&s);
}

static void refuses_damage(void **state)
{
	(void)state;
	static const struct {
		const char *records, *message;
	} cases[] = {
		{ CREATE("1", "A", ""),
			"plan:2:1: error: an Action before the plan's Instance" },
		{ "{\"Kind\":\"Instance\"}\n", "an Instance without InstanceArn" },
		{ INSTANCE "{\"Kind\":\"Instance\",\"InstanceArn\":\"x\"}\n",
			"a second Instance" },
		{ INSTANCE CREATE("1", "A", "") CREATE("1", "B", ""),
			"plan:4:1: error: a second Action with the Id '1'" },
		{ INSTANCE CREATE("1", "A", "") CREATE("2", "A", ""),
			"a second action that creates permission set 'A'" },
		{ INSTANCE CREATE("1", "A", "\"9\""), "plan:3:1: error: action '1' depends "
						      "on '9', which is not in the plan" },
		{ INSTANCE CREATE("1", "A", "\"1\""), "wait for each other" },
		{ INSTANCE CREATE("1", "A", "\"2\"") CREATE("2", "B", "\"1\""),
			"wait for each other" },
		{ INSTANCE EDIT("1", REF("A"), ""),
			"refers to permission set 'A', which no action creates" },
		{ INSTANCE EDIT("1", "{\"Ref\":\"x\"}", ""), "wrong 'PermissionSetArn'" },
		{ INSTANCE EDIT("1", "\"a\",\"Tags\":[{\"Ref\":7}]", ""),
			"a Ref in the Request is not {" },
		{ INSTANCE EDIT("1", "7", ""), "wrong 'PermissionSetArn'" },
		{ INSTANCE HEAD("1", "UpdatePermissionSet") "\"Request\":{" IN
							    "},\"DependsOn\":[]}\n",
			"lacks its 'PermissionSetArn'" },
		{ INSTANCE HEAD(
			  "1", "UpdatePermissionSet") "\"Request\":[],\"DependsOn\":[]}\n",
			"Request is no object" },
		{ INSTANCE HEAD("1", "UpdatePermissionSet") "\"DependsOn\":[]}\n",
			"Request is no object" },
		{ INSTANCE HEAD(
			  "1", "DeleteEverything") "\"Request\":{},\"DependsOn\":[]}\n",
			"'DeleteEverything' is no operation" },
		{ INSTANCE HEAD("1", "ListInstances") "\"Request\":{},\"DependsOn\":[]}\n",
			"'ListInstances' is no operation" },
		{ INSTANCE HEAD("", "TagResource") "\"x\":1}\n", "an Action without Id" },
		{ INSTANCE HEAD(
			  "1", "UpdatePermissionSet") "\"Request\":{" IN
						      ",\"PermissionSetArn\":\"a\"}}\n",
			"DependsOn is no list" },
		{ INSTANCE EDIT("1", "\"a\"", "1"), "an Id in DependsOn is no string" },
		{ INSTANCE HEAD(
			  "1", "UpdatePermissionSet") "\"Request\":{\"InstanceArn\":"
						      "\"other\",\"PermissionSetArn\":"
						      "\"a\"},\"DependsOn\":[]}\n",
			"is for another instance" },
		{ INSTANCE GRANT("1", "12", "\"a\"", "p", ""), "'12' is no account id" },
		{ INSTANCE "{\"Kind\":\"Action\",\"Id\":\"1\",\"Operation\":"
			   "\"TagResource\",\"Effect\":\"x\"}\n",
			"the Effect is none of grant" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct plan p;
		struct err err;
		int n = 0;
		for (const char *at = cases[i].records; (at = strchr(at, '\n')) != NULL;
			at++)
			n++;
		assert_int_equal(read_plan(&p, cases[i].records, n, &err), -1);
		if (strstr(err.text, cases[i].message) == NULL)
			fail_msg("case %zu: %s", i, err.text);
		assert_int_equal(err.kind, ERR_DATA);
		plan_release(&p);
	}
}

static void add_action(struct buf *b, const char *operation, int i, int set, int account)
{
	buf_addf(b,
		"{\"Kind\":\"Action\",\"Id\":\"%d\",\"Operation\":\"%s\","
		"\"Effect\":\"grant\",\"Request\":{" IN
		",\"PermissionSetArn\":\"s%d\",\"TargetId\":"
		"\"%012d\",\"TargetType\":\"AWS_ACCOUNT\",\"PrincipalType\":\"GROUP\","
		"\"PrincipalId\":\"p%d\"},\"DependsOn\":[]}\n",
		i, operation, set, account, i);
}

/* A plan, all of it in the graph. */
struct world {
	struct plan p;
	struct graph g;
	struct sched s;
};

static void open_world(struct world *w, const char *records, int n)
{
	struct err err;
	uint32_t failed;
	assert_int_equal(read_plan(&w->p, records, n, &err), 0);
	graph_init(&w->g, &w->p, GRAPH_WINDOW);
	assert_int_equal(take(&w->g, &failed), w->p.n);
	sched_init(&w->s, &w->g, SCHED_ASSIGNMENTS);
	for (uint32_t i = 0; i < w->p.n; i++)
		sched_add(&w->s, i);
	sched_rank(&w->s);
}

static void close_world(struct world *w)
{
	sched_release(&w->s);
	graph_release(&w->g);
	plan_release(&w->p);
}

/*
 * A plan of n grants: account i % accounts, set i % sets; every 50th provisions the set
 * instead when that is wanted.
 */
static void read_grants(struct world *w, int n, int accounts, int sets, int provisions)
{
	struct buf b;
	buf_init(&b, 64u << 20);
	buf_adds(&b, INSTANCE);
	for (int i = 0; i < n; i++)
		add_action(&b,
			provisions && i % 50 == 49 ? "ProvisionPermissionSet"
						   : "CreateAccountAssignment",
			i, i % sets, i % accounts);
	open_world(w, buf_str(&b), n + 1);
	buf_release(&b);
}

/* A plan of n grants, all of one set; the last ones are of one account. */
static void read_skewed(struct world *w, int n, int last)
{
	struct buf b;
	buf_init(&b, 64u << 20);
	buf_adds(&b, INSTANCE);
	for (int i = 0; i < n; i++)
		add_action(&b, "CreateAccountAssignment", i, 0, i < n - last ? i : n);
	open_world(w, buf_str(&b), n + 1);
	buf_release(&b);
}

static unsigned start_all(struct sched *s, uint32_t *started)
{
	unsigned n = 0;
	uint32_t i;
	while ((i = sched_next(s)) != GRAPH_NONE)
		started[n++] = i;
	return n;
}

static void ready_all(struct world *w)
{
	for (uint32_t i = 0; i < w->p.n; i++)
		sched_ready(&w->s, i);
}

static void keeps_the_limits(void **state)
{
	(void)state;
	struct world w;
	uint32_t started[64];
	/* One pair: one at a time. */
	read_grants(&w, 5, 1, 1, 0);
	ready_all(&w);
	for (uint32_t i = 0; i < 5; i++) {
		assert_int_equal(start_all(&w.s, started), 1);
		assert_int_equal(started[0], i);
		sched_done(&w.s, i);
	}
	assert_int_equal(start_all(&w.s, started), 0);
	close_world(&w);
	/* Many accounts: ten at a time, each of another account. */
	read_grants(&w, 60, 20, 3, 0);
	ready_all(&w);
	assert_int_equal(start_all(&w.s, started), 10);
	for (int i = 0; i < 10; i++)
		for (int j = 0; j < i; j++)
			assert_int_not_equal(started[i] % 20, started[j] % 20);
	close_world(&w);
	/* No choice: one account, ten pairs of it. */
	read_grants(&w, 60, 1, 12, 0);
	ready_all(&w);
	assert_int_equal(start_all(&w.s, started), 10);
	close_world(&w);
}

static void what_takes_longest_comes_first(void **state)
{
	(void)state;
	static const struct {
		int n, last, rounds;
	} cases[] = { { 200, 20, 20 }, { 200, 40, 40 }, { 200, 6, 20 }, { 1000, 60, 100 },
		{ 12, 3, 3 } };
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world w;
		uint32_t started[64];
		int rounds = 0;
		read_skewed(&w, cases[i].n, cases[i].last);
		ready_all(&w);
		for (unsigned n; (n = start_all(&w.s, started)) > 0; rounds++)
			for (unsigned j = 0; j < n; j++)
				sched_done(&w.s, started[j]);
		assert_int_equal(rounds, cases[i].rounds);
		close_world(&w);
	}
}

static void one_kind_comes_after_the_other(void **state)
{
	(void)state;
	struct world w;
	struct buf b;
	uint32_t started[64];
	buf_init(&b, 64u << 20);
	buf_adds(&b, INSTANCE);
	for (int i = 0; i < 40; i++)
		add_action(&b,
			i % 2 == 0 ? "DeleteAccountAssignment" : "CreateAccountAssignment",
			i, i % 3, i);
	open_world(&w, buf_str(&b), 41);
	buf_release(&b);
	ready_all(&w);
	for (unsigned done = 0; done < 40;) {
		unsigned n = start_all(&w.s, started);
		for (unsigned i = 0; i < n; i++, done++) {
			assert_int_equal(w.g.actions[started[i]].op->wait,
				done < 20 ? OP_CREATION : OP_DELETION);
			sched_done(&w.s, started[i]);
		}
	}
	close_world(&w);
}

/* No two of a lane, no assignment beside the provisioning of its set, at most ten. */
static void check_running(
	const struct graph *g, const uint32_t *running, unsigned n, int sets)
{
	unsigned assignments = 0;
	for (unsigned i = 0; i < n; i++) {
		const struct action *a = &g->actions[running[i]];
		assignments += a->op->wait == OP_CREATION;
		for (unsigned j = 0; j < i; j++) {
			const struct action *b = &g->actions[running[j]];
			assert_ptr_not_equal(a->lane, b->lane);
			if (a->op->wait != b->op->wait)
				assert_int_not_equal(running[i] % (uint32_t)sets,
					running[j] % (uint32_t)sets);
		}
	}
	assert_in_range(assignments, 0, SCHED_ASSIGNMENTS);
}

static void all_come_to_their_turn(void **state)
{
	(void)state;
	struct world w;
	uint32_t running[64];
	unsigned n_running = 0, done = 0, delays = 0;
	unsigned tries[2000] = { 0 };
	read_grants(&w, 2000, 37, 11, 1);
	ready_all(&w);
	for (int64_t now = 1; done < 2000 && now < 100000; now++) {
		sched_wake(&w.s, now);
		n_running += start_all(&w.s, running + n_running);
		check_running(&w.g, running, n_running, 11);
		if (n_running == 0)
			continue;
		/* Some end early, some late. */
		uint32_t at = (uint32_t)now * 7 % n_running;
		uint32_t i = running[at];
		running[at] = running[--n_running];
		assert_int_equal(w.g.actions[i].state, ACTION_WAITING);
		/* Every seventh meets something in its way first. */
		if (i % 7 == 0 && tries[i]++ == 0) {
			sched_delay(&w.s, i, now + 1 + i % 50);
			delays++;
			continue;
		}
		w.g.actions[i].state = ACTION_ENDED;
		sched_done(&w.s, i);
		done++;
	}
	assert_int_equal(done, 2000);
	assert_int_equal(delays, 286);
	assert_true(sched_due(&w.s) == INT64_MAX);
	close_world(&w);
}

/* Assignments of a set that is to be provisioned wait, and it waits for those under way. */
static void provisions_alone(void **state)
{
	(void)state;
	struct world w;
	uint32_t started[64];
	open_world(&w,
		INSTANCE GRANT("0", "000000000001", "\"s\"", "p", "") GRANT("1",
			"000000000002", "\"s\"", "p",
			"") GRANT("2", "000000000002", "\"t\"", "p", "")
			HEAD("3", "ProvisionPermissionSet") "\"Request\":{" IN
							    ",\"PermissionSetArn\":\"s\","
							    "\"TargetType\":\"ALL\"},"
							    "\"DependsOn\":[]}\n" EDIT(
								    "4", "\"s\"", ""),
		6);
	w.s.limit = 1;
	sched_ready(&w.s, 0);
	sched_ready(&w.s, 1);
	sched_ready(&w.s, 2);
	assert_int_equal(start_all(&w.s, started), 1);
	assert_int_equal(started[0], 0);
	w.s.limit = 10;
	sched_ready(&w.s, 3);
	assert_int_equal(start_all(&w.s, started), 1);
	assert_int_equal(started[0], 2);
	sched_done(&w.s, 2);
	assert_int_equal(start_all(&w.s, started), 0);
	/* The one that runs meets something in its way: the set is free. */
	sched_delay(&w.s, 0, 10);
	assert_int_equal(start_all(&w.s, started), 1);
	assert_int_equal(started[0], 3);
	sched_wake(&w.s, 10);
	sched_ready(&w.s, 4);
	assert_int_equal(start_all(&w.s, started), 0);
	sched_delay(&w.s, 3, 20);
	assert_int_equal(start_all(&w.s, started), 0);
	sched_wake(&w.s, 20);
	assert_int_equal(start_all(&w.s, started), 1);
	assert_int_equal(started[0], 3);
	sched_done(&w.s, 3);
	assert_int_equal(start_all(&w.s, started), 3);
	close_world(&w);
}

static void counts_what_others_have(void **state)
{
	(void)state;
	struct world w;
	uint32_t started[64];
	read_grants(&w, 20, 20, 1, 0);
	uint32_t account = graph_account(&w.g, "000000000000");
	uint32_t set = graph_set(&w.g, "s0");
	struct lane *lane = sched_hold(&w.s, OP_DELETION, account, set);
	assert_ptr_equal(lane, w.g.actions[0].lane);
	assert_null(sched_hold(&w.s, OP_CREATION, account, set));
	assert_null(sched_hold(&w.s, OP_CREATION, 0, 0));
	for (uint32_t i = 0; i < 20; i++)
		sched_ready(&w.s, i);
	assert_int_equal(start_all(&w.s, started), 7);
	for (int i = 0; i < 7; i++)
		assert_int_not_equal(started[i], 0);
	sched_unhold(&w.s, OP_CREATION, NULL);
	sched_unhold(&w.s, OP_DELETION, lane);
	assert_int_equal(start_all(&w.s, started), 2);
	/* Of a pair that the plan does not have, in an account that it has not either. */
	lane = sched_hold(&w.s, OP_CREATION, graph_account(&w.g, "999999999999"),
		graph_set(&w.g, "s9"));
	assert_non_null(lane);
	sched_unhold(&w.s, OP_CREATION, lane);
	close_world(&w);
}

static void judges_errors(void **state)
{
	(void)state;
	static const struct {
		const char *op, *code, *text;
		enum op_verdict verdict;
	} cases[] = {
		{ "CreateAccountAssignment", "ConflictException",
			"assignment already exists", OP_ALREADY },
		{ "CreateAccountAssignment", "ConflictException",
			"There is already an operation in progress", OP_BUSY },
		{ "CreateAccountAssignment", "ConflictException",
			"There is a conflicting operation in process", OP_BUSY },
		{ "CreateAccountAssignment", "ConflictException", "no", OP_LOOK },
		{ "CreateAccountAssignment", "ResourceNotFoundException",
			"no such principal", OP_FAILED },
		{ "CreateAccountAssignment", "ServiceQuotaExceededException",
			"too many outstanding calls", OP_BUSY },
		{ "CreateAccountAssignment", "ServiceQuotaExceededException",
			"too many assignments", OP_FAILED },
		{ "DeleteAccountAssignment", "ResourceNotFoundException", "none",
			OP_ALREADY },
		{ "DeleteAccountAssignment", "AccessDeniedException", "no", OP_FAILED },
		{ "CreatePermissionSet", "ConflictException",
			"PermissionSet with name A already exists.", OP_LOOK },
		{ "DeletePermissionSet", "ConflictException",
			"Could not delete because PermissionSet has ApplicationProfile "
			"associated with it.",
			OP_LOOK },
		{ "DeletePermissionSet", "ResourceNotFoundException", "none", OP_ALREADY },
		{ "AttachManagedPolicyToPermissionSet", "ConflictException",
			"Permission set with id ps-1 already has a typed link attachment "
			"to a manged policy with arn",
			OP_ALREADY },
		{ "AttachManagedPolicyToPermissionSet", "ConflictException", "odd",
			OP_UNCLEAR },
		{ "DetachManagedPolicyFromPermissionSet", "ResourceNotFoundException",
			"none", OP_ALREADY },
		{ "UpdatePermissionSet", "ConflictException", "already", OP_UNCLEAR },
		{ "UpdatePermissionSet", "ResourceNotFoundException", "none", OP_FAILED },
		{ "UpdatePermissionSet", "ValidationException", "bad, try again",
			OP_FAILED },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err;
		err_set(&err, ERR_AWS, "%s", cases[i].text);
		snprintf(err.code, sizeof(err.code), "%s", cases[i].code);
		if (ops_judge(ops_find(cases[i].op), &err) != cases[i].verdict)
			fail_msg("case %zu: %s", i, cases[i].text);
	}
	struct err err;
	err_set(&err, ERR_NET, "in progress");
	assert_int_equal(ops_judge(ops_find("CreateAccountAssignment"), &err), OP_FAILED);
	assert_int_equal(ops_reach(&err), OP_UNREACHED);
	err_set(&err, ERR_CRED, "x");
	assert_int_equal(ops_reach(&err), OP_LOST);
	err_set(&err, ERR_AWS, "x");
	snprintf(err.code, sizeof(err.code), "ExpiredTokenException");
	assert_int_equal(ops_reach(&err), OP_LOST);
	snprintf(err.code, sizeof(err.code), "AccessDeniedException");
	assert_int_equal(ops_reach(&err), OP_REFUSED);
	snprintf(err.code, sizeof(err.code), "ConflictException");
	assert_int_equal(ops_reach(&err), OP_REACHED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_plan),
		cmocka_unit_test(moves_over_a_plan),
		cmocka_unit_test(forgets_what_is_skipped),
		cmocka_unit_test(knows_a_damaged_file),
		cmocka_unit_test(refuses_damage),
		cmocka_unit_test(keeps_the_limits),
		cmocka_unit_test(what_takes_longest_comes_first),
		cmocka_unit_test(one_kind_comes_after_the_other),
		cmocka_unit_test(all_come_to_their_turn),
		cmocka_unit_test(provisions_alone),
		cmocka_unit_test(counts_what_others_have),
		cmocka_unit_test(judges_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
