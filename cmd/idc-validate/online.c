#include "online.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws.h"
#include "buf.h"
#include "map.h"
#include "mem.h"
#include "rec.h"
#include "status.h"
#include "text.h"

#define POINTER_MAX 4096
#define TEXT_MAX 2048

/* One run. */
struct online {
	struct aws *aws;
	struct map questions; /* by what is asked about, an ARN or a policy's text */
	volatile sig_atomic_t stop;
	struct err failure; /* the first; kind ERR_NONE: none yet */
	char *failed;	    /* what could not be done then */
};

/* Where the subject of a question stands: a JSON pointer in a file. */
struct place {
	struct file *file;
	char *pointer;
};

/* A question, asked once, and all the places that want the answer. */
struct question {
	struct online *online;
	const char *arn; /* of a managed policy; NULL: an inline policy */
	struct place *places;
	size_t n, cap;
};

static void question_free(void *p)
{
	struct question *q = p;
	for (size_t i = 0; i < q->n; i++)
		free(q->places[i].pointer);
	free(q->places);
	free(q);
}

/* --- questions ---------------------------------------------------------------------- */

/* Adds a place to the question about subject. Takes pointer. */
static struct question *ask_about(
	struct online *o, const char *subject, struct file *file, char *pointer)
{
	void **slot = map_slot(&o->questions, subject);
	if (*slot == NULL)
		*slot = mem_alloc(sizeof(struct question));
	struct question *q = *slot;
	q->online = o;
	mem_grow(&q->places, &q->cap, q->n + 1, sizeof(*q->places));
	q->places[q->n++] = (struct place){ file, pointer };
	return q;
}

static void ask_about_arn(
	struct online *o, const char *arn, struct file *file, char *pointer)
{
	struct question *q = ask_about(o, arn, file, pointer);
	q->arn = arn;
}

static void collect(struct online *o, const struct set *set)
{
	struct file *file = set->name.file;
	jv list = rec_get(set->root, "ManagedPolicies");
	jv policy = rec_get(set->root, "CustomPolicy");
	jv boundary = rec_get(set->root, "PermissionBoundary");
	int n = rec_len(list);
	for (int i = 0; i < n; i++)
		ask_about_arn(
			o, rec_str_at(list, i), file, mem_format("/ManagedPolicies/%d", i));
	if (strcmp(rec_str_or(boundary, "PolicyType", ""), "AWS") == 0)
		ask_about_arn(o, rec_str(boundary, "Policy"), file,
			mem_string("/PermissionBoundary/Policy"));
	if (rec_len(policy) > 0) {
		char *text = json_string(policy);
		ask_about(o, text, file, mem_string("/CustomPolicy"));
		free(text);
	}
	jv_free(list);
	jv_free(policy);
	jv_free(boundary);
}

/* --- answers ------------------------------------------------------------------------ */

/* Keeps the first failure and lets the rest of the run come to its end. */
static void fail(struct online *o, const struct err *err, const char *what)
{
	if (o->failure.kind == ERR_NONE) {
		o->failure = *err;
		o->failed = mem_string(what);
	}
	o->stop = 1;
}

static void say_everywhere(const struct question *q, enum code code, const char *text)
{
	for (size_t i = 0; i < q->n; i++)
		file_report(q->places[i].file, code, q->places[i].pointer, 0, text);
}

static void got_policy(void *ctx, const struct aws_result *res)
{
	struct question *q = ctx;
	char text[TEXT_MAX];
	if (res->err != NULL && aws_is(res->err, "NoSuchEntity")) {
		snprintf(text, sizeof(text),
			"AWS has no managed policy '%s'\nis its name right?", q->arn);
		say_everywhere(q, CODE_NO_SUCH_POLICY, text);
		return;
	}
	if (res->err != NULL) {
		snprintf(text, sizeof(text), "can't tell whether '%.150s' exists", q->arn);
		fail(q->online, res->err, text);
		return;
	}
	jv policy = rec_get(res->output, "Policy");
	if (strcmp(rec_str_or(policy, "IsAttachable", "true"), "false") == 0) {
		snprintf(text, sizeof(text),
			"AWS does not let '%s' be attached\ntake another policy", q->arn);
		say_everywhere(q, CODE_NOT_ATTACHABLE, text);
	}
	jv_free(policy);
}

/*
 * Appends the path of a finding's location to a pointer. 1 when it means the
 * name of a member, 0 when its value.
 */
static int add_path(struct buf *pointer, jv finding)
{
	jv locations = rec_get(finding, "locations");
	jv location = rec_at(locations, 0);
	jv path = rec_get(location, "path");
	int key = 0, n = rec_len(path);
	for (int i = 0; i < n; i++) {
		jv element = rec_at(path, i);
		const char *name = rec_str(element, "key");
		const char *value = rec_str(element, "value");
		double index = rec_num(element, "index", -1);
		key = name != NULL;
		if (name != NULL || value != NULL)
			json_pointer_add(pointer, name != NULL ? name : value);
		else if (index >= 0)
			buf_addf(pointer, "/%.0f", index);
		jv_free(element);
	}
	jv_free(path);
	jv_free(location);
	jv_free(locations);
	return key;
}

/* Reports one finding of IAM Access Analyzer. -1 when it can't be read. */
static int got_finding(const struct question *q, jv finding)
{
	static const struct {
		const char *type, *words;
		enum code code;
	} types[] = {
		{ "ERROR", "error", CODE_ANALYZER_ERROR },
		{ "SECURITY_WARNING", "security warning", CODE_ANALYZER_SECURITY },
		{ "WARNING", "warning", CODE_ANALYZER_WARNING },
		{ "SUGGESTION", "suggestion", CODE_ANALYZER_SUGGESTION },
	};
	char text[TEXT_MAX];
	const char *type = rec_str_or(finding, "findingType", "");
	size_t i = 0, n = sizeof(types) / sizeof(types[0]);
	while (i < n && strcmp(types[i].type, type) != 0)
		i++;
	if (i == n)
		return -1;
	snprintf(text, sizeof(text), "IAM Access Analyzer, %s %s: %s", types[i].words,
		rec_str_or(finding, "issueCode", "without a code"),
		rec_str_or(finding, "findingDetails", "no details"));
	for (size_t k = 0; k < q->n; k++) {
		struct buf pointer;
		buf_init(&pointer, POINTER_MAX);
		buf_adds(&pointer, q->places[k].pointer);
		int key = add_path(&pointer, finding);
		file_report(q->places[k].file, types[i].code, buf_str(&pointer), key, text);
		buf_release(&pointer);
	}
	return 0;
}

static int got_findings(void *ctx, jv findings)
{
	const struct question *q = ctx;
	int n = rec_len(findings), bad = 0;
	for (int i = 0; i < n && !bad; i++) {
		jv finding = rec_at(findings, i);
		bad = got_finding(q, finding);
		jv_free(finding);
	}
	if (bad) {
		struct err err;
		err_set(&err, ERR_AWS, "ValidatePolicy: a finding of unknown type");
		fail(q->online, &err, "IAM Access Analyzer's answer is not understood");
	}
	return bad;
}

static void got_all_findings(void *ctx, const struct aws_result *res)
{
	const struct question *q = ctx;
	if (res->err != NULL)
		fail(q->online, res->err, "IAM Access Analyzer can't be asked");
}

/* --- the run ------------------------------------------------------------------------ */

/* Whether q is about a policy that AWS can't have there; that is said. */
static int is_elsewhere(const struct online *o, const struct question *q)
{
	char partition[24], text[TEXT_MAX];
	if (q->arn == NULL ||
		aws_arn_partition(q->arn, partition, sizeof(partition)) != 0 ||
		strcmp(partition, aws_partition(o->aws)) == 0)
		return 0;
	snprintf(text, sizeof(text), "'%s' is of partition '%s'\nregion '%s' is in '%s'",
		q->arn, partition, aws_region(o->aws), aws_partition(o->aws));
	say_everywhere(q, CODE_ELSEWHERE, text);
	return 1;
}

static void ask(struct online *o, const struct map_entry *entry)
{
	struct question *q = entry->value;
	if (is_elsewhere(o, q))
		return;
	jv input = jv_object();
	if (q->arn != NULL) {
		input = rec_set_str(input, "PolicyArn", entry->key);
		aws_call(o->aws, AWS_IAM, "GetPolicy", input, got_policy, q);
	} else {
		input = rec_set_str(input, "policyDocument", entry->key);
		input = rec_set_str(input, "policyType", "IDENTITY_POLICY");
		aws_list(o->aws, AWS_ACCESSANALYZER, "ValidatePolicy", input, got_findings,
			got_all_findings, q);
	}
	jv_free(input);
}

static int ask_all(struct online *o, const struct ask_options *options)
{
	struct err err;
	o->aws = ask_open(options, &err);
	if (o->aws == NULL) {
		diag_err(&err, "--online");
		return diag_status(&err);
	}
	for (size_t i = 0; i < o->questions.n; i++)
		ask(o, &o->questions.entries[i]);
	if (aws_run(o->aws, &o->stop, &err) != 0)
		fail(o, &err, "--online");
	if (options->verbose)
		ask_count(o->aws, 1);
	ask_close(o->aws);
	if (o->failure.kind == ERR_NONE)
		return STATUS_OK;
	diag_err(&o->failure, "%s", o->failed);
	return STATUS_AWS;
}

int online_check(const struct templates *t, const struct ask_options *options)
{
	struct online o = { 0 };
	map_init(&o.questions);
	for (size_t i = 0; i < t->n_sets; i++)
		if (jv_is_valid(t->sets[i].record))
			collect(&o, &t->sets[i]);
	int status = o.questions.n > 0 ? ask_all(&o, options) : STATUS_OK;
	map_release(&o.questions, question_free);
	free(o.failed);
	return status;
}
