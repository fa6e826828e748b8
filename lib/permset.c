#include "permset.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "map.h"
#include "mem.h"
#include "rec.h"
#include "when.h"

int permset_tag_read(struct permset_tag *t, const char *text)
{
	free(t->text);
	t->text = mem_string(text);
	char *value = strchr(t->text, '=');
	if (value != NULL)
		*value++ = '\0';
	t->key = t->text;
	t->value = value;
	return t->text[0] != '\0' ? 0 : -1;
}

/* What was read of s. */
static void forget(struct permset *s)
{
	jv_free(s->tags);
	jv_free(s->description);
	jv_free(s->managed);
	jv_free(s->customer);
	jv_free(s->boundary);
	jv_free(s->inline_policy);
}

void permsets_release(struct permsets *p)
{
	for (struct permset *s = p->list, *next; s != NULL; s = next) {
		next = s->next;
		forget(s);
		free(s->arn);
		free(s);
	}
	p->list = NULL;
}

/* --- asking for one set ------------------------------------------------------------- */

static jv set_input(const struct permset *s)
{
	jv input = rec_set_str(jv_object(), "InstanceArn", s->of->instance_arn);
	return rec_set_str(input, "PermissionSetArn", s->arn);
}

static void call(struct permset *s, const char *op, aws_done *done)
{
	jv input = set_input(s);
	aws_call(s->of->ask->aws, AWS_SSO_ADMIN, op, input, done, s);
	jv_free(input);
}

static void list(struct permset *s, const char *op, aws_page *page, aws_done *done)
{
	jv input = set_input(s);
	aws_list(s->of->ask->aws, AWS_SSO_ADMIN, op, input, page, done, s);
	jv_free(input);
}

/* What to call a set in messages. */
static const char *label(const struct permset *s)
{
	return rec_str_or(s->description, "Name", s->arn);
}

/* Whether res ended a call that went well in a run that goes well. */
static int went_well(struct permset *s, const struct aws_result *res)
{
	if (aws_is(res->err, "ResourceNotFoundException")) {
		s->gone = 1;
		return 0;
	}
	if (res->err != NULL)
		ask_fail(s->of->ask, res, "can't read permission set '%.100s'", label(s));
	return !ask_failed(s->of->ask);
}

static void list_done(void *ctx, const struct aws_result *res)
{
	went_well(ctx, res);
}

/* --- policies ----------------------------------------------------------------------- */

static int read_managed(void *ctx, jv item)
{
	struct permset *s = ctx;
	const char *arn = rec_str(item, "Arn");
	if (arn == NULL)
		return ask_bad(s->of->ask, "ListManagedPoliciesInPermissionSet",
			"a policy without Arn");
	s->managed = rec_push_str(s->managed, arn);
	return 0;
}

static int managed_page(void *ctx, jv items)
{
	struct permset *s = ctx;
	return ask_each(
		s->of->ask, "ListManagedPoliciesInPermissionSet", items, read_managed, s);
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
	struct permset *s = ctx;
	jv r = reference(item);
	if (!jv_is_valid(r))
		return ask_bad(s->of->ask,
			"ListCustomerManagedPolicyReferencesInPermissionSet",
			"a reference without Name");
	s->customer = rec_push(s->customer, r);
	return 0;
}

static int customer_page(void *ctx, jv items)
{
	struct permset *s = ctx;
	return ask_each(s->of->ask, "ListCustomerManagedPolicyReferencesInPermissionSet",
		items, read_customer, s);
}

static void inline_done(void *ctx, const struct aws_result *res)
{
	struct permset *s = ctx;
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
		ask_bad(s->of->ask, res->op->name,
			"the inline policy of '%.100s' is no JSON object", label(s));
	if (jv_get_kind(policy) != JV_KIND_OBJECT)
		jv_free(policy);
}

/* AWS answers that there is no such resource when a set has no boundary. */
static void boundary_done(void *ctx, const struct aws_result *res)
{
	struct permset *s = ctx;
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
		ask_bad(s->of->ask, res->op->name,
			"the boundary of '%.100s' is neither of AWS nor of the customer",
			label(s));
	}
	jv_free(customer);
	jv_free(b);
}

void permset_ask_policies(struct permset *s)
{
	call(s, "GetInlinePolicyForPermissionSet", inline_done);
	list(s, "ListManagedPoliciesInPermissionSet", managed_page, list_done);
	list(s, "ListCustomerManagedPolicyReferencesInPermissionSet", customer_page,
		list_done);
	call(s, "GetPermissionsBoundaryForPermissionSet", boundary_done);
}

/* --- what it is called, and its tags ------------------------------------------------ */

static int check_description(struct permset *s, const char *op)
{
	struct ask *k = s->of->ask;
	const char *duration = rec_str(s->description, "SessionDuration");
	long seconds;
	if (rec_str(s->description, "Name") == NULL)
		return ask_bad(k, op, "a permission set without Name");
	if (duration != NULL && when_parse_iso_duration(duration, &seconds) != 0)
		return ask_bad(
			k, op, "SessionDuration '%.60s' of '%.100s'", duration, label(s));
	return 0;
}

static void described(void *ctx, const struct aws_result *res)
{
	struct permset *s = ctx;
	if (!went_well(s, res))
		return;
	jv_free(s->description);
	s->description = rec_get(res->output, "PermissionSet");
	if (check_description(s, res->op->name) == 0)
		s->of->described(s->of->ctx, s);
}

void permset_describe(struct permset *s)
{
	call(s, "DescribePermissionSet", described);
}

static int read_tag(void *ctx, jv item)
{
	struct permset *s = ctx;
	const char *key = rec_str(item, "Key"), *value = rec_str(item, "Value");
	if (key == NULL || value == NULL)
		return ask_bad(
			s->of->ask, "ListTagsForResource", "a tag without Key or Value");
	s->tags = rec_set_str(s->tags, key, value);
	return 0;
}

static int tags_page(void *ctx, jv items)
{
	struct permset *s = ctx;
	return ask_each(s->of->ask, "ListTagsForResource", items, read_tag, s);
}

static void tags_done(void *ctx, const struct aws_result *res)
{
	struct permset *s = ctx;
	if (!went_well(s, res))
		return;
	const struct permsets *p = s->of;
	const char *value = rec_str(s->tags, p->tag_key);
	s->owned =
		value != NULL && (p->tag_value == NULL || strcmp(value, p->tag_value) == 0);
	p->tagged(p->ctx, s);
}

/* Starts to read s, of which nothing is known but its ARN. */
static void begin(struct permset *s)
{
	*s = (struct permset){ .next = s->next,
		.of = s->of,
		.arn = s->arn,
		.tags = jv_object(),
		.description = jv_invalid(),
		.managed = jv_array(),
		.customer = jv_array(),
		.boundary = jv_invalid(),
		.inline_policy = jv_invalid(),
		.index = PERMSET_NONE };
	if (s->of->without_tags) {
		s->of->tagged(s->of->ctx, s);
		return;
	}
	jv input = rec_set_str(jv_object(), "InstanceArn", s->of->instance_arn);
	input = rec_set_str(input, "ResourceArn", s->arn);
	aws_list(s->of->ask->aws, AWS_SSO_ADMIN, "ListTagsForResource", input, tags_page,
		tags_done, s);
	jv_free(input);
}

/* --- all of them -------------------------------------------------------------------- */

void permset_begin(struct permsets *p, const char *arn)
{
	struct permset *s = mem_alloc(sizeof(*s));
	s->next = p->list;
	s->of = p;
	s->arn = mem_string(arn);
	p->list = s;
	begin(s);
}

struct listing {
	struct permsets *sets;
	struct map begun; /* before, by ARN */
};

static int read_arn(void *ctx, jv item)
{
	struct listing *l = ctx;
	if (jv_get_kind(item) != JV_KIND_STRING)
		return ask_bad(l->sets->ask, "ListPermissionSets",
			"a permission set that is no ARN");
	if (!map_has(&l->begun, jv_string_value(item)))
		permset_begin(l->sets, jv_string_value(item));
	return 0;
}

static int arns_page(void *ctx, jv items)
{
	struct listing *l = ctx;
	return ask_each(l->sets->ask, "ListPermissionSets", items, read_arn, l);
}

static void arns_done(void *ctx, const struct aws_result *res)
{
	struct listing *l = ctx;
	if (res->err != NULL)
		ask_fail(l->sets->ask, res, "can't list permission sets");
}

/* Asks once more for those that were not found, now that the others were read. */
static void ask_again(struct permsets *p)
{
	for (struct permset *s = p->list; s != NULL; s = s->next) {
		if (!s->gone)
			continue;
		p->lost(p->ctx, s);
		forget(s);
		begin(s);
	}
}

int permsets_read(struct permsets *p)
{
	struct listing l = { .sets = p };
	map_init(&l.begun);
	for (const struct permset *s = p->list; s != NULL; s = s->next)
		map_put(&l.begun, s->arn, NULL);
	jv input = rec_set_str(jv_object(), "InstanceArn", p->instance_arn);
	aws_list(p->ask->aws, AWS_SSO_ADMIN, "ListPermissionSets", input, arns_page,
		arns_done, &l);
	jv_free(input);
	int bad = ask_wait(p->ask, NULL);
	map_release(&l.begun, NULL);
	if (bad)
		return -1;
	ask_again(p);
	return ask_wait(p->ask, NULL);
}

jv permset_record(const struct permset *s)
{
	jv rec = rec_new("PermissionSet");
	rec = rec_set_str(rec, "Name", rec_str(s->description, "Name"));
	rec = rec_set_str(rec, "PermissionSetArn", s->arn);
	rec = rec_set_from(rec, "Description", s->description);
	rec = rec_set_str(rec, "SessionDuration",
		rec_str_or(s->description, "SessionDuration", "PT1H"));
	rec = rec_set_from(rec, "RelayState", s->description);
	rec = rec_set(rec, "ManagedPolicies", rec_sorted_unique(s->managed));
	rec = rec_set(rec, "CustomerManagedPolicies",
		jv_sort(jv_copy(s->customer), jv_copy(s->customer)));
	if (jv_is_valid(s->boundary))
		rec = rec_set(rec, "PermissionsBoundary", jv_copy(s->boundary));
	if (jv_is_valid(s->inline_policy))
		rec = rec_set(rec, "InlinePolicy", jv_copy(s->inline_policy));
	return rec_set(rec, "Tags", jv_copy(s->tags));
}
