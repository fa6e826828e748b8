/*
 * What is read to clear up a conflict. AWS answers ConflictException both for what passes
 * and for what stays; how things are tells the two apart.
 */
#include "look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "rec.h"

#define ACCOUNTS_MAX 20 /* in which a permission set is looked for, before its deletion */

void look_drop(struct look *l)
{
	l->a->going->look = NULL;
	jv_free(l->request);
	jv_free(l->accounts);
	jv_free(l->set);
	jv_free(l->tags);
	free(l);
}

void look_release(struct run *r)
{
	for (size_t i = 0; i < r->g->n_slots; i++)
		if (r->g->actions[i].going != NULL && r->g->actions[i].going->look != NULL)
			look_drop(r->g->actions[i].going->look);
	names_free(r->names);
	map_release(&r->adopted, NULL);
}

struct look *look_new(struct run *r, struct action *a, const struct err *err)
{
	struct look *l = mem_alloc(sizeof(*l));
	struct err unread;
	*l = (struct look){ .run = r,
		.a = a,
		.request = graph_request(r->g, a, &unread),
		.accounts = jv_array(),
		.set = jv_invalid(),
		.tags = jv_array() };
	if (err != NULL)
		l->conflict = *err;
	a->going->look = l;
	return l;
}

void look_conclude(struct look *l, enum op_verdict verdict, const char *text)
{
	struct run *r = l->run;
	struct action *a = l->a;
	struct err err = l->conflict;
	if (text != NULL)
		(void)snprintf(err.text, sizeof(err.text), "%s", text);
	look_drop(l);
	if (verdict == OP_ALREADY)
		run_succeed(r, a, err.request_id);
	else if (verdict == OP_FAILED)
		run_fail_err(r, a, &err);
	else
		run_retry(r, a, verdict, &err);
}

int look_failed(struct look *l, const struct aws_result *res)
{
	l->a->going->attempts += res->attempts;
	run_heard(l->run, res->err);
	if (res->err == NULL)
		return 0;
	look_conclude(l, OP_UNCLEAR, NULL);
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

int look_same(jv a, jv b, const char *key)
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
		l->found = look_same(item, l->request, "PrincipalId") &&
			   look_same(item, l->request, "PrincipalType");
		jv_free(item);
	}
	return l->found;
}

/* Lists lag: that it is as wanted is believed when it still is so after a while. */
static int is_lasting(const struct look *l, int done)
{
	struct going *go = l->a->going;
	int64_t calm_ms = run_calm_ms(l->run);
	if (!done)
		go->looked_ms = 0;
	else if (go->looked_ms == 0)
		go->looked_ms = calm_ms;
	return done && calm_ms - go->looked_ms >= RUN_LASTING_MS;
}

static void on_assignments(void *ctx, const struct aws_result *res)
{
	struct look *l = ctx;
	if (look_failed(l, res))
		return;
	int done = l->found == (l->a->op->sense == OP_ADDS);
	look_conclude(l, is_lasting(l, done) ? OP_ALREADY : OP_UNCLEAR, NULL);
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
	if (look_failed(l, res))
		return;
	if (!l->found) {
		next_account(l);
		return;
	}
	const char *account = rec_str_at(l->accounts, l->n_asked - 1);
	/* Lists lag: what this plan has deleted may be shown for a while. */
	int ours = graph_awaits_account(l->run->g, l->a, account);
	char *text = mem_format("it is still assigned in account %s%s: %.400s", account,
		ours ? "" : ", not by this plan", l->conflict.text);
	look_conclude(l, ours ? OP_UNCLEAR : OP_FAILED, text);
	free(text);
}

/* AWS takes the last roles away a little after the assignments: that passes. */
static void next_account(struct look *l)
{
	const char *account = rec_str_at(l->accounts, l->n_asked);
	if (account == NULL || l->n_asked == ACCOUNTS_MAX) {
		look_conclude(l, OP_UNCLEAR, NULL);
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
	if (!look_failed(l, res))
		next_account(l);
}

void look_start(struct run *r, struct action *a, const struct err *err)
{
	struct look *l = look_new(r, a, err);
	if (ops_is_assignment(a->op))
		list(l, "ListAccountAssignments", rec_str(l->request, "TargetId"),
			find_assignment, on_assignments);
	else if (a->creates != PLAN_NONE)
		look_for_name(l);
	else
		list(l, "ListAccountsForProvisionedPermissionSet", NULL, keep_accounts,
			on_accounts);
}
