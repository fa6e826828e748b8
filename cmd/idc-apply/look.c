/*
 * What is read to clear up a conflict. AWS answers ConflictException both for what passes
 * and for what stays; how things are tells the two apart.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "rec.h"

#define ACCOUNTS_MAX 20 /* in which a permission set is looked for, before its deletion */

/* One action's look at things. */
struct look {
	struct run *run;
	struct action *a;
	struct err conflict; /* which made it look */
	jv request;
	int found;
	jv accounts; /* where a permission set is provisioned */
	int n_asked; /* of these */
	jv set; /* DescribePermissionSet's of the name */
	jv tags; /* of the set, [{Key, Value}] */
	struct look *next; /* waits for the names, too */
};

/* Permission sets by name, read once however many creations met a conflict. */
struct names {
	struct run *run;
	struct map sets; /* name to DescribePermissionSet's PermissionSet, JSON text */
	size_t asking;
	struct err err; /* what kept it from being read */
	struct look *first; /* who waits for it */
};

static void look_free(struct look *l)
{
	jv_free(l->request);
	jv_free(l->accounts);
	jv_free(l->set);
	jv_free(l->tags);
	free(l);
}

static void names_free(struct names *n)
{
	if (n != NULL)
		map_release(&n->sets, free);
	free(n);
}

void look_release(struct run *r)
{
	for (size_t i = 0; i < r->g->n; i++)
		if (r->g->actions[i].look != NULL)
			look_free(r->g->actions[i].look);
	names_free(r->names);
}

/* The look is over; the action goes on, which may have ended when the run stopped. */
static struct action *look_end(struct look *l)
{
	struct action *a = l->a;
	a->look = NULL;
	look_free(l);
	return a;
}

static void conclude(struct look *l, enum op_verdict verdict, const char *text)
{
	struct run *r = l->run;
	struct err err = l->conflict;
	if (text != NULL)
		err_set(&err, ERR_AWS, "%s", text);
	if (text != NULL)
		memcpy(err.code, l->conflict.code, sizeof(err.code));
	struct action *a = look_end(l);
	if (verdict == OP_ALREADY)
		run_succeed(r, a, err.request_id);
	else if (verdict == OP_FAILED)
		run_fail_err(r, a, &err);
	else
		run_retry(r, a, verdict, &err);
}

/* A look that could not be taken says nothing: the conflict is waited out. */
static int failed(struct look *l, const struct aws_result *res)
{
	l->a->attempts += res->attempts;
	run_heard(l->run, res->err);
	if (res->err == NULL)
		return 0;
	conclude(l, OP_UNCLEAR, NULL);
	return 1;
}

static jv input_from(const struct look *l, const char *account)
{
	jv input = rec_set_from(jv_object(), "InstanceArn", l->request);
	input = rec_set_str(input, "AccountId", account);
	return rec_set_from(input, "PermissionSetArn", l->request);
}

static void list(
	struct look *l, const char *op, const char *account, aws_page *page, aws_done *done)
{
	jv input = input_from(l, account);
	aws_list(l->run->aws, AWS_SSO_ADMIN, op, input, page, done, l);
	jv_free(input);
}

/* --- assignments: is it there? ------------------------------------------------------ */

static int same_str(jv a, jv b, const char *key)
{
	const char *x = rec_str(a, key);
	const char *y = rec_str(b, key);
	return x != NULL && y != NULL && strcmp(x, y) == 0;
}

static int find_assignment(void *ctx, jv items)
{
	struct look *l = ctx;
	for (int i = 0; i < rec_len(items) && !l->found; i++) {
		jv item = rec_at(items, i);
		l->found = same_str(item, l->request, "PrincipalId") &&
			   same_str(item, l->request, "PrincipalType");
		jv_free(item);
	}
	return l->found;
}

static void on_assignments(void *ctx, const struct aws_result *res)
{
	struct look *l = ctx;
	if (failed(l, res))
		return;
	int wanted = l->a->op->sense == OP_ADDS;
	conclude(l, l->found == wanted ? OP_ALREADY : OP_UNCLEAR, NULL);
}

/* --- a permission set that can't be deleted: is it assigned? ------------------------ */

static void next_account(struct look *l);

static int any_assignment(void *ctx, jv items)
{
	struct look *l = ctx;
	l->found = rec_len(items) > 0;
	return l->found;
}

static void on_account(void *ctx, const struct aws_result *res)
{
	struct look *l = ctx;
	if (failed(l, res))
		return;
	if (!l->found) {
		next_account(l);
		return;
	}
	char *text =
		mem_format("it is still assigned in account %s, not by this plan: %.400s",
			rec_str_at(l->accounts, l->n_asked - 1), l->conflict.text);
	conclude(l, OP_FAILED, text);
	free(text);
}

/* AWS takes the last roles away a little after the assignments: that passes. */
static void next_account(struct look *l)
{
	const char *account = rec_str_at(l->accounts, l->n_asked);
	if (account == NULL || l->n_asked == ACCOUNTS_MAX) {
		conclude(l, OP_UNCLEAR, NULL);
		return;
	}
	l->n_asked++;
	list(l, "ListAccountAssignments", account, any_assignment, on_account);
}

static int keep_accounts(void *ctx, jv items)
{
	struct look *l = ctx;
	jv_free(l->accounts);
	l->accounts = jv_copy(items);
	return 1;
}

static void on_accounts(void *ctx, const struct aws_result *res)
{
	struct look *l = ctx;
	if (!failed(l, res))
		next_account(l);
}

/* --- a permission set that exists: is it the one that was to be created? ------------ */

static jv tag_value(jv tags, const char *key)
{
	for (int i = 0; i < rec_len(tags); i++) {
		jv tag = rec_at(tags, i);
		int hit = strcmp(rec_str_or(tag, "Key", ""), key) == 0;
		jv value = hit ? rec_get(tag, "Value") : jv_invalid();
		jv_free(tag);
		if (hit)
			return value;
	}
	return jv_invalid();
}

/* Whether live has every tag of wanted. */
static int has_tags(jv live, jv wanted)
{
	int all = 1;
	for (int i = 0; i < rec_len(wanted) && all; i++) {
		jv tag = rec_at(wanted, i);
		jv value = tag_value(live, rec_str_or(tag, "Key", ""));
		jv want = rec_get(tag, "Value");
		all = jv_is_valid(value) && rec_equal(value, want);
		jv_free(want);
		jv_free(value);
		jv_free(tag);
	}
	return all;
}

static int keep_tags(void *ctx, jv items)
{
	struct look *l = ctx;
	for (int i = 0; i < rec_len(items); i++)
		l->tags = rec_push(l->tags, rec_at(items, i));
	return 0;
}

/* The first member in which the live set is not what was to be created, or NULL. */
static const char *difference(const struct look *l)
{
	static const char *const members[] = { "Description", "SessionDuration",
		"RelayState" };
	const char *differs = NULL;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (rec_has(l->request, members[i]) &&
			!same_str(l->request, l->set, members[i]))
			differs = members[i];
	jv tags = rec_get(l->request, "Tags");
	/* Without tags in the plan there is nothing to know it by. */
	if (rec_len(tags) == 0 || !has_tags(l->tags, tags))
		differs = "Tags";
	jv_free(tags);
	return differs;
}

static void on_tags(void *ctx, const struct aws_result *res)
{
	struct look *l = ctx;
	if (failed(l, res))
		return;
	const char *differs = difference(l);
	if (differs == NULL) {
		struct graph_set *set = &l->run->g->sets[l->a->creates];
		set->arn = mem_string(rec_str(l->set, "PermissionSetArn"));
		conclude(l, OP_ALREADY, NULL);
		return;
	}
	char *text =
		mem_format("a permission set of this name exists since the plan was made, "
			   "with other %s: run the pipeline again",
			differs);
	conclude(l, OP_FAILED, text);
	free(text);
}

static void with_names(struct look *l, const struct names *n)
{
	struct json_fault fault;
	const char *text = map_get(&n->sets, rec_str(l->request, "Name"));
	if (text == NULL || n->err.kind != ERR_NONE) {
		conclude(l, OP_UNCLEAR, NULL);
		return;
	}
	l->set = json_parse(text, strlen(text), &fault);
	jv input = rec_set_from(jv_object(), "InstanceArn", l->request);
	input = rec_set_str(input, "ResourceArn", rec_str(l->set, "PermissionSetArn"));
	aws_list(l->run->aws, AWS_SSO_ADMIN, "ListTagsForResource", input, keep_tags,
		on_tags, l);
	jv_free(input);
}

/* One call for the names was answered; after the last, who waited goes on. */
static void names_answered(struct names *n, const struct err *err)
{
	run_heard(n->run, err);
	if (err != NULL && n->err.kind == ERR_NONE)
		n->err = *err;
	if (--n->asking > 0)
		return;
	n->run->names = NULL;
	struct look *next;
	for (struct look *l = n->first; l != NULL; l = next) {
		next = l->next;
		with_names(l, n);
	}
	names_free(n);
}

static void on_set(void *ctx, const struct aws_result *res)
{
	struct names *n = ctx;
	jv set = rec_get(res->output, "PermissionSet");
	const char *name = rec_str(set, "Name");
	if (name != NULL && rec_str(set, "PermissionSetArn") != NULL)
		free(map_put(&n->sets, name, json_string(set)));
	jv_free(set);
	/* One that was deleted meanwhile is not the one that is looked for. */
	int gone = res->err != NULL && aws_is(res->err, "ResourceNotFoundException");
	names_answered(n, gone ? NULL : res->err);
}

static int on_sets(void *ctx, jv items)
{
	struct names *n = ctx;
	for (int i = 0; i < rec_len(items); i++) {
		jv input = rec_set_str(jv_object(), "InstanceArn", n->run->g->instance_arn);
		input = rec_set(input, "PermissionSetArn", rec_at(items, i));
		n->asking++;
		aws_call(n->run->aws, AWS_SSO_ADMIN, "DescribePermissionSet", input, on_set,
			n);
		jv_free(input);
	}
	return 0;
}

static void on_sets_end(void *ctx, const struct aws_result *res)
{
	names_answered(ctx, res->err);
}

static void look_for_name(struct look *l)
{
	struct run *r = l->run;
	if (r->names == NULL) {
		struct names *n = mem_alloc(sizeof(*n));
		n->run = r;
		n->asking = 1;
		map_init(&n->sets);
		r->names = n;
		jv input = rec_set_str(jv_object(), "InstanceArn", r->g->instance_arn);
		aws_list(r->aws, AWS_SSO_ADMIN, "ListPermissionSets", input, on_sets,
			on_sets_end, n);
		jv_free(input);
	}
	l->next = r->names->first;
	r->names->first = l;
}

void look_start(struct run *r, struct action *a, const struct err *err)
{
	struct look *l = mem_alloc(sizeof(*l));
	*l = (struct look){ .run = r,
		.a = a,
		.conflict = *err,
		.request = graph_request(r->g, a),
		.accounts = jv_array(),
		.set = jv_invalid(),
		.tags = jv_array() };
	a->look = l;
	if (ops_is_assignment(a->op))
		list(l, "ListAccountAssignments", rec_str(l->request, "TargetId"),
			find_assignment, on_assignments);
	else if (a->creates != GRAPH_NONE)
		look_for_name(l);
	else
		list(l, "ListAccountsForProvisionedPermissionSet", NULL, keep_accounts,
			on_accounts);
}
