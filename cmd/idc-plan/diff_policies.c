#include "diff_policies.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "map.h"
#include "mem.h"
#include "rec.h"

/*
 * AWS's default quota of managed policies, its own and the customer's together. Source:
 * "IAM Identity Center quotas", IAM Identity Center User Guide,
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
 */
#define POLICIES_MAX 20

static void diff_inline(struct diff *d)
{
	jv want = rec_get(d->want, "InlinePolicy"), live = rec_get(d->live, "InlinePolicy");
	if (jv_is_valid(want) && rec_len(want) > 0) {
		if (!jv_is_valid(live) || !rec_equal(want, live)) {
			char *text = json_string(want);
			jv request = rec_set_str(
				diff_input(d, "PermissionSetArn"), "InlinePolicy", text);
			free(text);
			diff_add(d, PUT_INLINE, request,
				diff_change("InlinePolicy", jv_copy(live), jv_copy(want)),
				diff_because(d,
					jv_is_valid(live)
						? "the template has another inline policy"
						: "the template has an inline policy"));
		}
	} else if (jv_is_valid(live)) {
		diff_add(d, DELETE_INLINE, diff_input(d, "PermissionSetArn"),
			diff_change("InlinePolicy", jv_copy(live), jv_invalid()),
			diff_because(d, "the template has no inline policy"));
	}
	jv_free(want);
	jv_free(live);
}

static void diff_boundary(struct diff *d)
{
	static const char member[] = "PermissionsBoundary";
	jv want = rec_get(d->want, member), live = rec_get(d->live, member);
	if (jv_is_valid(want)) {
		if (!jv_is_valid(live) || !rec_equal(want, live))
			diff_add(d, PUT_BOUNDARY,
				rec_set(diff_input(d, "PermissionSetArn"), member,
					jv_copy(want)),
				diff_change(member, jv_copy(live), jv_copy(want)),
				diff_because(
					d, jv_is_valid(live)
						   ? "the template has another boundary"
						   : "the template has a boundary"));
	} else if (jv_is_valid(live)) {
		diff_add(d, DELETE_BOUNDARY, diff_input(d, "PermissionSetArn"),
			diff_change(member, jv_copy(live), jv_invalid()),
			diff_because(d, "the template has no boundary"));
	}
	jv_free(want);
	jv_free(live);
}

/* The two kinds of lists of policies. */
static const struct {
	const char *member;  /* of the record */
	const char *request; /* of the operation's input */
	enum operation attach, detach;
} lists[] = {
	{ "ManagedPolicies", "ManagedPolicyArn", ATTACH_MANAGED, DETACH_MANAGED },
	{ "CustomerManagedPolicies", "CustomerManagedPolicyReference", ATTACH_CUSTOMER,
		DETACH_CUSTOMER },
};
#define LISTS (sizeof(lists) / sizeof(lists[0]))

/* A policy's ARN, or path and name: what makes it one. Owned by the caller. */
static char *policy_key(jv policy)
{
	if (jv_get_kind(policy) == JV_KIND_STRING)
		return mem_string(jv_string_value(policy));
	return mem_format(
		"%s%s", rec_str_or(policy, "Path", "/"), rec_str_or(policy, "Name", ""));
}

static void policy_keys(struct map *keys, jv list)
{
	map_init(keys);
	for (int i = 0; i < rec_len(list); i++) {
		jv policy = rec_at(list, i);
		char *key = policy_key(policy);
		map_put(keys, key, NULL);
		free(key);
		jv_free(policy);
	}
}

/* The elements of a that b has not, owned. */
static jv policies_beyond(jv a, jv b)
{
	struct map keys;
	jv out = jv_array();
	policy_keys(&keys, b);
	for (int i = 0; i < rec_len(a); i++) {
		jv policy = rec_at(a, i);
		char *key = policy_key(policy);
		if (map_has(&keys, key))
			jv_free(policy);
		else
			out = rec_push(out, policy);
		free(key);
	}
	map_release(&keys, NULL);
	return out;
}

/* Which policies come and go, of one kind. */
struct policies {
	jv attach;
	jv detach;
	uint32_t first_detach; /* action of the first of detach, the others follow */
};

static void detach(struct diff *d, size_t kind, struct policies *p)
{
	p->first_detach = (uint32_t)d->p->n_actions;
	for (int i = 0; i < rec_len(p->detach); i++) {
		jv policy = rec_at(p->detach, i);
		diff_add(d, lists[kind].detach,
			rec_set(diff_input(d, "PermissionSetArn"), lists[kind].request,
				jv_copy(policy)),
			diff_change(lists[kind].member, policy, jv_invalid()),
			diff_because(d, "the template does not have this policy"));
	}
}

/* A role can't have two policies of one name, whatever their paths are. */
static void depend_on_namesake(struct diff *d, const struct policies *p, jv policy)
{
	const char *name = rec_str(policy, "Name");
	for (int i = 0; name != NULL && i < rec_len(p->detach); i++) {
		jv other = rec_at(p->detach, i);
		if (strcmp(rec_str_or(other, "Name", ""), name) == 0)
			plan_depend(d->p, p->first_detach + (uint32_t)i);
		jv_free(other);
	}
}

static void attach(struct diff *d, size_t kind, const struct policies *all, int full)
{
	const struct policies *p = &all[kind];
	for (int i = 0; i < rec_len(p->attach); i++) {
		jv policy = rec_at(p->attach, i);
		diff_add(d, lists[kind].attach,
			rec_set(diff_input(d, "PermissionSetArn"), lists[kind].request,
				jv_copy(policy)),
			diff_change(lists[kind].member, jv_invalid(), jv_copy(policy)),
			diff_because(d, "the template has this policy"));
		depend_on_namesake(d, p, policy);
		jv_free(policy);
		for (size_t k = 0; full && k < LISTS; k++)
			for (int j = 0; j < rec_len(all[k].detach); j++)
				plan_depend(d->p, all[k].first_detach + (uint32_t)j);
	}
}

/* Where there is no room for the new ones yet, they wait for the old ones to go. */
static void diff_lists(struct diff *d)
{
	struct policies all[LISTS];
	int together = 0;
	for (size_t k = 0; k < LISTS; k++) {
		jv want = rec_get(d->want, lists[k].member);
		jv live = rec_get(d->live, lists[k].member);
		all[k].attach = policies_beyond(want, live);
		all[k].detach = policies_beyond(live, want);
		together += rec_len(live) + rec_len(all[k].attach);
		jv_free(want);
		jv_free(live);
	}
	for (size_t k = 0; k < LISTS; k++)
		detach(d, k, &all[k]);
	for (size_t k = 0; k < LISTS; k++)
		attach(d, k, all, together > POLICIES_MAX);
	for (size_t k = 0; k < LISTS; k++) {
		jv_free(all[k].attach);
		jv_free(all[k].detach);
	}
}

void diff_policies(struct diff *d)
{
	diff_inline(d);
	diff_lists(d);
	diff_boundary(d);
}
