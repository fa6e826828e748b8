/*
 * Permission sets. Whose they are is asked first, since only what is ours is read.
 */
#include "live.h"

#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "json.h"
#include "mem.h"
#include "rec.h"
#include "when.h"

struct live_set {
	struct live_set *next;
	struct live *live;
	char *arn;
	jv tags;	  /* object */
	jv description;	  /* of DescribePermissionSet, or invalid */
	jv managed;	  /* ManagedPolicies */
	jv customer;	  /* CustomerManagedPolicies */
	jv boundary;	  /* or invalid */
	jv inline_policy; /* or invalid */
	int owned;
	int gone;     /* listed, and not there when it was asked for */
	uint32_t set; /* in the model, or NONE */
};

void live_init(struct live *l, struct ask *ask, struct model *m)
{
	memset(l, 0, sizeof(*l));
	l->ask = ask;
	l->m = m;
	map_init(&l->adopt);
	map_init(&l->foreign);
}

/* What was read of s. */
static void forget(struct live_set *s)
{
	jv_free(s->tags);
	jv_free(s->description);
	jv_free(s->managed);
	jv_free(s->customer);
	jv_free(s->boundary);
	jv_free(s->inline_policy);
}

void live_release(struct live *l)
{
	for (struct live_set *s = l->sets, *next; s != NULL; s = next) {
		next = s->next;
		forget(s);
		free(s->arn);
		free(s);
	}
	map_release(&l->adopt, NULL);
	map_release(&l->foreign, NULL);
}

/* --- asking for one set ------------------------------------------------------------- */

static jv set_input(const struct live_set *s)
{
	jv input = rec_set_str(
		jv_object(), "InstanceArn", model_instance(s->live->m, "InstanceArn"));
	return rec_set_str(input, "PermissionSetArn", s->arn);
}

static void call(struct live_set *s, const char *op, aws_done *done)
{
	jv input = set_input(s);
	aws_call(s->live->ask->aws, AWS_SSO_ADMIN, op, input, done, s);
	jv_free(input);
}

static void list(struct live_set *s, const char *op, aws_page *page, aws_done *done)
{
	jv input = set_input(s);
	aws_list(s->live->ask->aws, AWS_SSO_ADMIN, op, input, page, done, s);
	jv_free(input);
}

/* What to call a set in messages. */
static const char *label(const struct live_set *s)
{
	return rec_str_or(s->description, "Name", s->arn);
}

/*
 * Whether res ended a call that went well in a run that goes well. A set that is listed and
 * not found was deleted meanwhile, or is so new that not all of AWS knows it: it is left
 * out. Should it be needed, idc-apply finds it by then.
 */
static int went_well(struct live_set *s, const struct aws_result *res)
{
	if (aws_is(res->err, "ResourceNotFoundException")) {
		s->gone = 1;
		return 0;
	}
	if (res->err != NULL)
		ask_fail(s->live->ask, res, "can't read permission set '%.100s'", label(s));
	return !ask_failed(s->live->ask);
}

static void list_done(void *ctx, const struct aws_result *res)
{
	went_well(ctx, res);
}

/* --- policies ----------------------------------------------------------------------- */

static int read_managed(void *ctx, jv item)
{
	struct live_set *s = ctx;
	const char *arn = rec_str(item, "Arn");
	if (arn == NULL)
		return ask_bad(s->live->ask, "ListManagedPoliciesInPermissionSet",
			"a policy without Arn");
	s->managed = rec_push_str(s->managed, arn);
	return 0;
}

static int managed_page(void *ctx, jv items)
{
	struct live_set *s = ctx;
	return ask_each(
		s->live->ask, "ListManagedPoliciesInPermissionSet", items, read_managed, s);
}

/* {Name, Path} as records have it; invalid when it is no reference. */
static jv reference(jv item)
{
	const char *name = rec_str(item, "Name");
	if (name == NULL)
		return jv_invalid();
	jv r = rec_set_str(jv_object(), "Name", name);
	return rec_set_str(r, "Path", rec_str_or(item, "Path", "/"));
}

static int read_customer(void *ctx, jv item)
{
	struct live_set *s = ctx;
	jv r = reference(item);
	if (!jv_is_valid(r))
		return ask_bad(s->live->ask,
			"ListCustomerManagedPolicyReferencesInPermissionSet",
			"a reference without Name");
	s->customer = rec_push(s->customer, r);
	return 0;
}

static int customer_page(void *ctx, jv items)
{
	struct live_set *s = ctx;
	return ask_each(s->live->ask, "ListCustomerManagedPolicyReferencesInPermissionSet",
		items, read_customer, s);
}

static void inline_done(void *ctx, const struct aws_result *res)
{
	struct live_set *s = ctx;
	if (!went_well(s, res) || !rec_has(res->output, "InlinePolicy"))
		return;
	const char *text = rec_str(res->output, "InlinePolicy");
	if (text != NULL && text[strspn(text, " \t\r\n")] == '\0')
		return;
	struct json_fault fault;
	jv policy = text != NULL ? json_parse(text, strlen(text), &fault) : jv_null();
	if (jv_get_kind(policy) == JV_KIND_OBJECT)
		s->inline_policy = policy;
	else
		ask_bad(s->live->ask, res->op->name,
			"the inline policy of '%.100s' is no JSON object", label(s));
	if (jv_get_kind(policy) != JV_KIND_OBJECT)
		jv_free(policy);
}

/* AWS answers that there is no such resource when a set has no boundary. */
static void boundary_done(void *ctx, const struct aws_result *res)
{
	struct live_set *s = ctx;
	if (aws_is(res->err, "ResourceNotFoundException") || !went_well(s, res))
		return;
	jv b = rec_get(res->output, "PermissionsBoundary");
	jv customer = rec_get(b, "CustomerManagedPolicyReference");
	jv r = reference(customer);
	if (jv_is_valid(r)) {
		s->boundary = rec_set(jv_object(), "CustomerManagedPolicyReference", r);
	} else if (rec_str(b, "ManagedPolicyArn") != NULL) {
		s->boundary = rec_set_str(
			jv_object(), "ManagedPolicyArn", rec_str(b, "ManagedPolicyArn"));
	} else if (rec_len(b) > 0) {
		ask_bad(s->live->ask, res->op->name,
			"the boundary of '%.100s' is neither of AWS nor of the customer",
			label(s));
	}
	jv_free(customer);
	jv_free(b);
}

static void ask_policies(struct live_set *s)
{
	call(s, "GetInlinePolicyForPermissionSet", inline_done);
	list(s, "ListManagedPoliciesInPermissionSet", managed_page, list_done);
	list(s, "ListCustomerManagedPolicyReferencesInPermissionSet", customer_page,
		list_done);
	call(s, "GetPermissionsBoundaryForPermissionSet", boundary_done);
}

/* --- whose it is, and what it is called --------------------------------------------- */

static int check_description(struct live_set *s, const char *op)
{
	struct ask *k = s->live->ask;
	const char *duration = rec_str(s->description, "SessionDuration");
	long seconds;
	if (rec_str(s->description, "Name") == NULL)
		return ask_bad(k, op, "a permission set without Name");
	if (duration != NULL && when_parse_iso_duration(duration, &seconds) != 0)
		return ask_bad(
			k, op, "SessionDuration '%.60s' of '%.100s'", duration, label(s));
	return 0;
}

/* A set that is ours, or is to be. */
static void enter(struct live_set *s, int adopt)
{
	struct model *m = s->live->m;
	s->set = model_set(m, rec_str(s->description, "Name"));
	m->sets[s->set].owned = s->owned;
	m->sets[s->set].adopt = adopt;
	if (jv_is_valid(m->sets[s->set].want))
		ask_policies(s);
}

static void described(void *ctx, const struct aws_result *res)
{
	struct live_set *s = ctx;
	if (!went_well(s, res))
		return;
	jv_free(s->description);
	s->description = rec_get(res->output, "PermissionSet");
	if (check_description(s, res->op->name) != 0)
		return;
	const char *name = rec_str(s->description, "Name");
	if (s->owned)
		enter(s, 0);
	else if (map_has(&s->live->adopt, name))
		enter(s, 1);
	else if (model_find_set(s->live->m, name) != NONE)
		map_put(&s->live->foreign, name, NULL);
}

static int read_tag(void *ctx, jv item)
{
	struct live_set *s = ctx;
	const char *key = rec_str(item, "Key"), *value = rec_str(item, "Value");
	if (key == NULL || value == NULL)
		return ask_bad(
			s->live->ask, "ListTagsForResource", "a tag without Key or Value");
	s->tags = rec_set_str(s->tags, key, value);
	return 0;
}

static int tags_page(void *ctx, jv items)
{
	struct live_set *s = ctx;
	return ask_each(s->live->ask, "ListTagsForResource", items, read_tag, s);
}

static void tags_done(void *ctx, const struct aws_result *res)
{
	struct live_set *s = ctx;
	if (!went_well(s, res))
		return;
	const struct live *l = s->live;
	const char *value = rec_str(s->tags, l->tag_key);
	s->owned =
		value != NULL && (l->tag_value == NULL || strcmp(value, l->tag_value) == 0);
	if (s->owned)
		call(s, "DescribePermissionSet", described);
}

/* Starts to read s, of which nothing is known but its ARN. */
static void begin(struct live_set *s)
{
	*s = (struct live_set){ .next = s->next,
		.live = s->live,
		.arn = s->arn,
		.tags = jv_object(),
		.description = jv_invalid(),
		.managed = jv_array(),
		.customer = jv_array(),
		.boundary = jv_invalid(),
		.inline_policy = jv_invalid(),
		.set = NONE };
	jv input = rec_set_str(
		jv_object(), "InstanceArn", model_instance(s->live->m, "InstanceArn"));
	input = rec_set_str(input, "ResourceArn", s->arn);
	aws_list(s->live->ask->aws, AWS_SSO_ADMIN, "ListTagsForResource", input, tags_page,
		tags_done, s);
	jv_free(input);
}

static int read_arn(void *ctx, jv item)
{
	struct live *l = ctx;
	if (jv_get_kind(item) != JV_KIND_STRING)
		return ask_bad(
			l->ask, "ListPermissionSets", "a permission set that is no ARN");
	struct live_set *s = mem_alloc(sizeof(*s));
	s->next = l->sets;
	s->live = l;
	s->arn = mem_string(jv_string_value(item));
	l->sets = s;
	begin(s);
	return 0;
}

static int arns_page(void *ctx, jv items)
{
	struct live *l = ctx;
	return ask_each(l->ask, "ListPermissionSets", items, read_arn, l);
}

static void arns_done(void *ctx, const struct aws_result *res)
{
	struct live *l = ctx;
	if (res->err != NULL)
		ask_fail(l->ask, res, "can't list permission sets");
}

/* --- all of them -------------------------------------------------------------------- */

/* Whether every permission set that the input names is one of ours. */
static int all_found(const struct live *l)
{
	for (size_t i = 0; i < l->m->n_sets; i++) {
		const struct set *s = &l->m->sets[i];
		if (!s->owned && (jv_is_valid(s->want) || !s->applied))
			return 0;
	}
	return 1;
}

/* The record of a live set, as a state stream has it. */
static jv record(const struct live_set *s)
{
	jv rec = rec_new("PermissionSet");
	rec = rec_set_str(rec, "Name", rec_str(s->description, "Name"));
	rec = rec_set_str(rec, "PermissionSetArn", s->arn);
	rec = rec_set_from(rec, "Description", s->description);
	rec = rec_set_str(rec, "SessionDuration",
		rec_str_or(s->description, "SessionDuration", "PT1H"));
	rec = rec_set_from(rec, "RelayState", s->description);
	rec = rec_set(rec, "ManagedPolicies", rec_sorted_unique(s->managed));
	rec = rec_set(rec, "CustomerManagedPolicies", jv_copy(s->customer));
	if (jv_is_valid(s->boundary))
		rec = rec_set(rec, "PermissionsBoundary", jv_copy(s->boundary));
	if (jv_is_valid(s->inline_policy))
		rec = rec_set(rec, "InlinePolicy", jv_copy(s->inline_policy));
	return rec_set(rec, "Tags", jv_copy(s->tags));
}

/* Asks once more for those that were not found, now that the others were read. */
static void ask_again(struct live *l)
{
	for (struct live_set *s = l->sets; s != NULL; s = s->next) {
		if (!s->gone)
			continue;
		if (s->set != NONE)
			l->m->sets[s->set].owned = l->m->sets[s->set].adopt = 0;
		forget(s);
		begin(s);
	}
}

/* What was read comes into the model, and what is gone does not. */
static void take_sets(struct live *l)
{
	for (struct live_set *s = l->sets; s != NULL; s = s->next) {
		if (!s->gone)
			continue;
		diag_note("permission set %s is listed, and not found: left out", s->arn);
		if (s->set != NONE)
			l->m->sets[s->set].owned = l->m->sets[s->set].adopt = 0;
	}
	for (struct live_set *s = l->sets; s != NULL; s = s->next) {
		if (s->set == NONE || s->gone)
			continue;
		struct set *set = &l->m->sets[s->set];
		set->owned = s->owned;
		set->adopt = !s->owned;
		jv_free(set->live);
		set->live = record(s);
	}
}

int live_read_sets(struct live *l)
{
	jv input = rec_set_str(
		jv_object(), "InstanceArn", model_instance(l->m, "InstanceArn"));
	aws_list(l->ask->aws, AWS_SSO_ADMIN, "ListPermissionSets", input, arns_page,
		arns_done, l);
	jv_free(input);
	if (ask_wait(l->ask, NULL) != 0)
		return -1;
	ask_again(l);
	if (ask_wait(l->ask, NULL) != 0)
		return -1;
	int missing = !all_found(l);
	for (struct live_set *s = l->sets; missing && s != NULL; s = s->next)
		if (!s->owned && !s->gone)
			call(s, "DescribePermissionSet", described);
	if (ask_wait(l->ask, NULL) != 0)
		return -1;
	take_sets(l);
	return 0;
}
