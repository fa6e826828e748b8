/*
 * Answers about permission sets and assignments.
 */
#include <stdlib.h>
#include <string.h>

#include "aws_state_answer.h"
#include "json.h"
#include "mem.h"
#include "rec.h"

/* --- permission sets ---------------------------------------------------------------- */

jv state_list_sets(struct question *q)
{
	struct page p = state_page_of(q, q->s->sets.n);
	for (size_t i = p.from; i < p.to; i++)
		p.items = rec_push_str(
			p.items, rec_str(q->s->sets.list[i].rec, "PermissionSetArn"));
	return state_page_answer(q, p);
}

/* The set that the member names; NULL after not_found. */
static const struct state_item *set_of(struct question *q, const char *member)
{
	uint32_t at = state_find(&q->s->set_arns, rec_str(q->input, member));
	if (at != STATE_NONE)
		return &q->s->sets.list[at];
	state_not_found(q);
	return NULL;
}

static jv describe_set(struct question *q, jv rec)
{
	static const char *const members[] = { "Name", "PermissionSetArn", "Description",
		"SessionDuration", "RelayState" };
	jv r = jv_object();
	(void)q;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		r = rec_set_from(r, members[i], rec);
	return rec_set(jv_object(), "PermissionSet", r);
}

jv state_list_set_tags(struct question *q)
{
	const struct state_item *set = set_of(q, "ResourceArn");
	return set != NULL ? state_tags_answer(q, set->rec) : jv_invalid();
}

static jv inline_policy(struct question *q, jv rec)
{
	jv policy = rec_get(rec, "InlinePolicy");
	const char *text = rec_str(rec, "InlinePolicyText");
	char *compact = jv_is_valid(policy) ? json_string(policy) : NULL;
	(void)q;
	jv answer = rec_set_str(jv_object(), "InlinePolicy", text != NULL ? text : compact);
	free(compact);
	jv_free(policy);
	return answer;
}

static jv boundary(struct question *q, jv rec)
{
	return rec_has(rec, "PermissionsBoundary")
		       ? rec_set_from(jv_object(), "PermissionsBoundary", rec)
		       : state_not_found(q);
}

static jv managed_policies(struct question *q, jv rec)
{
	jv arns = rec_get(rec, "ManagedPolicies");
	struct page p = state_page_of(q, (size_t)rec_len(arns));
	for (size_t i = p.from; i < p.to; i++) {
		const char *arn = rec_str_at(arns, (int)i);
		p.items = rec_push(p.items, rec_set_str(jv_object(), "Arn", arn));
	}
	jv_free(arns);
	return state_page_answer(q, p);
}

static jv customer_policies(struct question *q, jv rec)
{
	jv references = rec_get(rec, "CustomerManagedPolicies");
	struct page p = state_page_of(q, (size_t)rec_len(references));
	for (size_t i = p.from; i < p.to; i++)
		p.items = rec_push(p.items, rec_at(references, (int)i));
	jv_free(references);
	return state_page_answer(q, p);
}

/* What is asked of one set's record. */
static const struct {
	const char *op;
	jv (*answer)(struct question *q, jv rec);
} set_answers[] = {
	{ "DescribePermissionSet", describe_set },
	{ "GetInlinePolicyForPermissionSet", inline_policy },
	{ "GetPermissionsBoundaryForPermissionSet", boundary },
	{ "ListManagedPoliciesInPermissionSet", managed_policies },
	{ "ListCustomerManagedPolicyReferencesInPermissionSet", customer_policies },
};

jv state_about_set(struct question *q)
{
	const struct state_item *set = set_of(q, "PermissionSetArn");
	for (size_t i = 0; set != NULL && i < sizeof(set_answers) / sizeof(set_answers[0]);
		i++)
		if (strcmp(q->op->name, set_answers[i].op) == 0)
			return set_answers[i].answer(q, set->rec);
	return jv_invalid();
}

/* --- assignments -------------------------------------------------------------------- */

/* The ids of a set's OutdatedAccounts, to be released. */
static struct map outdated_accounts(jv rec)
{
	struct map ids;
	jv list = rec_get(rec, "OutdatedAccounts");
	map_init(&ids);
	for (int i = 0, n = rec_len(list); i < n; i++)
		if (rec_str_at(list, i) != NULL)
			map_put(&ids, rec_str_at(list, i), NULL);
	jv_free(list);
	return ids;
}

/* Accounts where somebody has the set, or those of them where its role lags behind. */
jv state_list_provisioned(struct question *q)
{
	const struct state *s = q->s;
	const struct state_item *set = set_of(q, "PermissionSetArn");
	if (set == NULL)
		return jv_invalid();
	const char *status = rec_str(q->input, "ProvisioningStatus");
	int outdated = status != NULL &&
		       strcmp(status, "LATEST_PERMISSION_SET_NOT_PROVISIONED") == 0;
	uint32_t number = (uint32_t)(set - s->sets.list);
	uint32_t *list = mem_array(s->accounts.n + 1, sizeof(*list));
	struct map lagging = outdated_accounts(set->rec);
	size_t n = 0;
	for (size_t i = state_first(s, number, 0);
		i < s->n_assignments && s->assignments[i].set == number; i++) {
		uint32_t account = s->assignments[i].account;
		if ((n == 0 || list[n - 1] != account) &&
			(!outdated || map_has(&lagging, s->accounts.list[account].id)))
			list[n++] = account;
	}
	struct page p = state_page_of(q, n);
	for (size_t i = p.from; i < p.to; i++)
		p.items = rec_push_str(p.items, s->accounts.list[list[i]].id);
	map_release(&lagging, NULL);
	free(list);
	return state_page_answer(q, p);
}

/* The string at i of n, which text is. Owned. */
static jv string_at(struct strings *x, size_t n, uint32_t i, const char *text)
{
	if (x->list == NULL) {
		x->list = mem_array(n, sizeof(*x->list));
		for (; x->n < n; x->n++)
			x->list[x->n] = jv_invalid();
	}
	if (!jv_is_valid(x->list[i]))
		x->list[i] = jv_string(text);
	return jv_copy(x->list[i]);
}

static jv assignment_answer(struct aws_state *of, const struct state_assignment *a)
{
	const struct state *s = &of->s;
	enum principal_type type = (enum principal_type)(a->principal & 1);
	const struct state_principals *all = &s->principals[type];
	const char *arn = rec_str(s->sets.list[a->set].rec, "PermissionSetArn");
	uint32_t who = a->principal >> 1;
	jv r = jv_object();
	r = jv_object_set(r, jv_copy(of->keys[ANSWER_ACCOUNT]),
		string_at(&of->account_ids, s->accounts.n, a->account,
			s->accounts.list[a->account].id));
	r = jv_object_set(r, jv_copy(of->keys[ANSWER_SET]),
		string_at(&of->set_arns, s->sets.n, a->set, arn));
	r = jv_object_set(r, jv_copy(of->keys[ANSWER_TYPE]), jv_copy(of->types[type]));
	return jv_object_set(r, jv_copy(of->keys[ANSWER_PRINCIPAL]),
		string_at(&of->principal_ids[type], all->n, who, all->list[who].id));
}

jv state_list_assignments(struct question *q)
{
	const struct state *s = q->s;
	const struct state_item *set = set_of(q, "PermissionSetArn");
	if (set == NULL)
		return jv_invalid();
	uint32_t number = (uint32_t)(set - s->sets.list);
	uint32_t account = state_find(&s->accounts.index, rec_str(q->input, "AccountId"));
	if (account == STATE_NONE)
		return state_not_found(q);
	size_t first = state_first(s, number, account), n = 0;
	while (first + n < s->n_assignments && s->assignments[first + n].set == number &&
		s->assignments[first + n].account == account)
		n++;
	struct page p = state_page_of(q, n);
	for (size_t i = p.from; i < p.to; i++)
		p.items = rec_push(
			p.items, assignment_answer(q->of, &s->assignments[first + i]));
	return state_page_answer(q, p);
}

/* Puts the assignments of each principal together. */
static void hold(struct aws_state *of)
{
	const struct state *s = &of->s;
	size_t sum = 0;
	of->held = mem_array(s->n_assignments + 1, sizeof(*of->held));
	for (int i = 0; i < PRINCIPAL_TYPES; i++)
		of->first_held[i] =
			mem_array(s->principals[i].n + 2, sizeof(*of->first_held[i]));
	/* Counted one place ahead, so that what fills them leaves where each begins. */
	for (size_t i = 0; i < s->n_assignments; i++)
		of->first_held[s->assignments[i].principal & 1]
			      [(s->assignments[i].principal >> 1) + 2]++;
	for (int t = 0; t < PRINCIPAL_TYPES; t++) {
		of->first_held[t][0] = of->first_held[t][1] = sum;
		for (size_t k = 0; k < s->principals[t].n; k++)
			sum = of->first_held[t][k + 2] += sum;
	}
	for (size_t i = 0; i < s->n_assignments; i++) {
		uint32_t who = s->assignments[i].principal;
		of->held[of->first_held[who & 1][(who >> 1) + 1]++] = (uint32_t)i;
	}
}

/* What is asked for of a principal's: that in one account, or all for STATE_NONE. */
static int is_asked_for(const struct aws_state *of, uint32_t number, uint32_t account)
{
	return account == STATE_NONE || of->s.assignments[number].account == account;
}

static size_t n_held(const struct aws_state *of, enum principal_type type, uint32_t who,
	uint32_t account)
{
	const size_t *first = &of->first_held[type][who];
	if (account == STATE_NONE)
		return first[1] - first[0];
	size_t n = 0;
	for (size_t i = first[0]; i < first[1]; i++)
		n += (size_t)is_asked_for(of, of->held[i], account);
	return n;
}

/* Adds those of one principal that are on the page; *at is how many came before. */
static void add_held(struct aws_state *of, enum principal_type type, uint32_t who,
	uint32_t account, struct page *p, size_t *at)
{
	size_t i = of->first_held[type][who], end = of->first_held[type][who + 1];
	if (account == STATE_NONE && *at < p->from) {
		size_t skipped = p->from - *at < end - i ? p->from - *at : end - i;
		i += skipped;
		*at += skipped;
	}
	for (; i < end && *at < p->to; i++) {
		uint32_t number = of->held[i];
		if (!is_asked_for(of, number, account))
			continue;
		if (*at >= p->from)
			p->items = rec_push(p->items,
				assignment_answer(of, &of->s.assignments[number]));
		++*at;
	}
}

/* A user's list has what comes through groups, too, where they are known. */
static jv held_answer(
	struct question *q, enum principal_type type, uint32_t who, uint32_t account)
{
	const struct state *s = q->s;
	const struct state_principal *p = &s->principals[type].list[who];
	size_t n = n_held(q->of, type, who, account), at = 0;
	for (size_t i = 0; i < p->n_groups; i++)
		n += n_held(q->of, PRINCIPAL_GROUP, s->groups[p->first_group + i], account);
	struct page page = state_page_of(q, n);
	add_held(q->of, type, who, account, &page, &at);
	for (size_t i = 0; i < p->n_groups; i++)
		add_held(q->of, PRINCIPAL_GROUP, s->groups[p->first_group + i], account,
			&page, &at);
	return state_page_answer(q, page);
}

jv state_list_assignments_for_principal(struct question *q)
{
	const struct state *s = q->s;
	enum principal_type type;
	uint32_t account = STATE_NONE;
	if (directory_type_read(rec_str(q->input, "PrincipalType"), &type) != 0)
		return state_not_found(q);
	uint32_t who =
		state_find(&s->principals[type].index, rec_str(q->input, "PrincipalId"));
	if (who == STATE_NONE && state_knows_all(s, type))
		return state_not_found(q);
	jv filter = rec_get(q->input, "Filter");
	const char *id = rec_str(filter, "AccountId");
	if (id != NULL)
		account = state_find(&s->accounts.index, id);
	int none = who == STATE_NONE || (id != NULL && account == STATE_NONE);
	jv_free(filter);
	if (none)
		return state_page_answer(q, state_page_of(q, 0));
	if (q->of->held == NULL)
		hold(q->of);
	return held_answer(q, type, who, account);
}
