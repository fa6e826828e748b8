/*
 * A permission set that was to be created and exists: the one of an earlier run of this
 * plan, or another one? And what that earlier run has put into it already.
 */
#include "look.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "rec.h"

/* Permission sets by name, read once however many creations met a conflict. */
struct names {
	struct run *run;
	struct map sets; /* name to DescribePermissionSet's PermissionSet, JSON text */
	size_t asking;
	struct err err;	    /* what kept it from being read */
	struct look *first; /* who waits for it */
};

void names_free(struct names *n)
{
	if (n != NULL)
		map_release(&n->sets, free);
	free(n);
}

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
			!look_same(l->request, l->set, members[i]))
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
	if (look_failed(l, res))
		return;
	const char *differs = difference(l);
	if (differs == NULL) {
		struct plan_set *set = &l->run->g->plan->sets[l->a->creates];
		set->arn = mem_string(rec_str(l->set, "PermissionSetArn"));
		map_put(&l->run->adopted, set->arn, set);
		look_conclude(l, OP_ALREADY, NULL);
		return;
	}
	char *text =
		mem_format("a permission set of this name exists since the plan was made, "
			   "with other %s: run the pipeline again",
			differs);
	look_conclude(l, OP_FAILED, text);
	free(text);
}

static void with_names(struct look *l, const struct names *n)
{
	struct json_fault fault;
	const char *text = map_get(&n->sets, rec_str(l->request, "Name"));
	if (text == NULL || n->err.kind != ERR_NONE) {
		look_conclude(l, OP_UNCLEAR, NULL);
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
		jv input = rec_set_str(
			jv_object(), "InstanceArn", n->run->g->plan->instance_arn);
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

void look_for_name(struct look *l)
{
	struct run *r = l->run;
	if (r->names == NULL) {
		struct names *n = mem_alloc(sizeof(*n));
		n->run = r;
		n->asking = 1;
		map_init(&n->sets);
		r->names = n;
		jv input =
			rec_set_str(jv_object(), "InstanceArn", r->g->plan->instance_arn);
		aws_list(r->aws, AWS_SSO_ADMIN, "ListPermissionSets", input, on_sets,
			on_sets_end, n);
		jv_free(input);
	}
	l->next = r->names->first;
	r->names->first = l;
}

/* --- what is in it already ---------------------------------------------------------- */

/*
 * Writing a policy again, though it is the same, makes AWS count the set's accounts as
 * outdated. So what goes into a set that an earlier run made is read first.
 */
static const struct edit {
	const char *op;
	const char *read;
	const char *member; /* of both the Request and the answer */
} edits[] = {
	{ "PutInlinePolicyToPermissionSet", "GetInlinePolicyForPermissionSet",
		"InlinePolicy" },
	{ "PutPermissionsBoundaryToPermissionSet", "GetPermissionsBoundaryForPermissionSet",
		"PermissionsBoundary" },
};

static const struct edit *find_edit(const struct op *op)
{
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++)
		if (strcmp(edits[i].op, op->name) == 0)
			return &edits[i];
	return NULL;
}

/* v, or what it says when it is the text of a policy. Owned. */
static jv meaning(jv v)
{
	struct json_fault fault;
	if (jv_get_kind(v) != JV_KIND_STRING)
		return jv_copy(v);
	const char *text = jv_string_value(v);
	return json_parse(text, strlen(text), &fault);
}

static int same_meaning(jv request, jv live, const char *member)
{
	jv x = rec_get(request, member);
	jv y = rec_get(live, member);
	jv a = meaning(x);
	jv b = meaning(y);
	int same = jv_is_valid(a) && jv_is_valid(b) && rec_equal(a, b);
	jv_free(a);
	jv_free(b);
	jv_free(x);
	jv_free(y);
	return same;
}

static void on_content(void *ctx, const struct aws_result *res)
{
	struct look *l = ctx;
	struct run *r = l->run;
	struct action *a = l->a;
	a->going->attempts += res->attempts;
	run_heard(r, res->err);
	if (same_meaning(l->request, res->output, l->member)) {
		look_conclude(l, OP_ALREADY, NULL);
	} else if (r->stop.on) {
		look_conclude(l, OP_UNCLEAR, NULL);
	} else {
		look_drop(l);
		run_send(r, a);
	}
}

int look_first(struct run *r, struct action *a)
{
	const struct edit *edit = r->adopted.n > 0 ? find_edit(a->op) : NULL;
	if (edit == NULL)
		return 0;
	struct look *l = look_new(r, a, NULL);
	if (!map_has(&r->adopted, rec_str_or(l->request, "PermissionSetArn", ""))) {
		look_drop(l);
		return 0;
	}
	l->member = edit->member;
	jv input = rec_set_from(jv_object(), "InstanceArn", l->request);
	input = rec_set_from(input, "PermissionSetArn", l->request);
	aws_call(r->aws, AWS_SSO_ADMIN, edit->read, input, on_content, l);
	jv_free(input);
	return 1;
}
