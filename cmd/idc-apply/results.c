#include "results.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "cmd.h"
#include "diag.h"
#include "json.h"
#include "mem.h"
#include "rec.h"
#include "when.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FAILURES_SHOWN 5 /* of one operation with one code */
#define LINE_MAX_BYTES 4096

static const struct {
	const char *name;
	const char *one;
	const char *many;
} effects[EFFECTS] = {
	[EFFECT_GRANT] = { "grant", "grant", "grants" },
	[EFFECT_REVOKE] = { "revoke", "revoke", "revokes" },
	[EFFECT_CHANGE] = { "change", "change", "changes" },
	[EFFECT_NONE] = { "none", "other", "others" },
};

void results_begin(struct results *r, jv instance)
{
	memset(r->n, 0, sizeof(r->n));
	memset(r->succeeded, 0, sizeof(r->succeeded));
	map_init(&r->failures);
	r->told = NULL;
	out_init(&r->out, STDOUT_FILENO);
	stream_begin(&r->stream, &r->out, STREAM_RESULTS, cmd_version(), when_now());
	if (jv_is_valid(instance))
		stream_write(&r->stream, instance);
}

static void write_result(
	struct results *r, const struct op *op, const struct outcome *o, jv record)
{
	static const char *const statuses[] = { "Succeeded", "Failed", "Skipped" };
	static const char *const keys[] = { "Effect", "AccountId", "AccountName",
		"PermissionSetName", "PrincipalType", "PrincipalId", "PrincipalName",
		"Source" };
	jv rec = rec_set_from(rec_new("Result"), "Id", record);
	rec = rec_set_str(rec, "Operation", op->name);
	rec = rec_set_str(rec, "Status", statuses[o->status]);
	if (o->code != NULL) {
		jv error = rec_set_str(jv_object(), "Code", o->code);
		rec = rec_set(rec, "Error", rec_set_str(error, "Message", o->message));
	}
	rec = rec_set_num(rec, "Attempts", o->attempts);
	rec = rec_set_num(rec, "Seconds", o->seconds);
	if (o->request_id[0] != '\0')
		rec = rec_set_str(rec, "RequestId", o->request_id);
	for (size_t i = 0; i < COUNT(keys); i++)
		rec = rec_set_from(rec, keys[i], record);
	stream_write(&r->stream, rec);
	jv_free(rec);
}

/* "CreateAccountAssignment of 'Admin' in 111122223333 (prod) for GROUP 'devs'". */
static void describe(struct buf *b, const struct op *op, jv record)
{
	const char *set = rec_str(record, "PermissionSetName");
	const char *account = rec_str(record, "AccountId");
	const char *account_name = rec_str(record, "AccountName");
	const char *who = rec_str(record, "PrincipalName");
	if (who == NULL)
		who = rec_str(record, "PrincipalId");
	buf_adds(b, op->name);
	if (set != NULL)
		buf_addf(b, " of '%s'", set);
	if (account != NULL)
		buf_addf(b, " in %s", account);
	if (account != NULL && account_name != NULL)
		buf_addf(b, " (%s)", account_name);
	if (who != NULL)
		buf_addf(b, " for %s '%s'",
			rec_str_or(record, "PrincipalType", "principal"), who);
}

/* A line or column of a Source, or 0 for what can't be one. */
static size_t place_of(jv source, const char *key)
{
	double n = rec_num(source, key, 0);
	return n >= 1 && n <= INT32_MAX ? (size_t)n : 0;
}

static void tell_failure(const struct op *op, const struct outcome *o, jv record)
{
	jv source = rec_get(record, "Source");
	const char *file = rec_str(source, "File");
	struct buf b;
	buf_init(&b, LINE_MAX_BYTES);
	describe(&b, op, record);
	buf_addf(&b, ": %s", o->message);
	if (strstr(o->message, o->code) == NULL)
		buf_addf(&b, " (%s)", o->code);
	if (o->request_id[0] != '\0')
		buf_addf(&b, " [request id %s]", o->request_id);
	if (file != NULL)
		diag_at(DIAG_ERROR, file, place_of(source, "Line"),
			place_of(source, "Column"), "%s", buf_str(&b));
	else
		diag_error("%s", buf_str(&b));
	buf_release(&b);
	jv_free(source);
}

static void add_failure(
	struct results *r, const struct op *op, const struct outcome *o, jv record)
{
	if (r->told != NULL && strcmp(r->told, o->code) == 0)
		return;
	char *key = mem_format("%s %s", op->name, o->code);
	void **slot = map_slot(&r->failures, key);
	uintptr_t n = (uintptr_t)*slot + 1;
	*slot = (void *)n;
	free(key);
	if (n <= FAILURES_SHOWN)
		tell_failure(op, o, record);
}

void results_add(struct results *r, const struct op *op, jv record, const struct outcome *o)
{
	const char *effect = rec_str_or(record, "Effect", "none");
	r->n[o->status]++;
	for (size_t i = 0; i < EFFECTS && o->status == RESULT_SUCCEEDED; i++)
		r->succeeded[i] += strcmp(effects[i].name, effect) == 0;
	if (o->status == RESULT_FAILED)
		add_failure(r, op, o, record);
	write_result(r, op, o, record);
}

size_t results_count(const struct results *r)
{
	size_t n = 0;
	for (size_t i = 0; i < RESULT_STATUSES; i++)
		n += r->n[i];
	return n;
}

void results_rest(const struct results *r)
{
	for (size_t i = 0; i < r->failures.n; i++) {
		uintptr_t n = (uintptr_t)r->failures.entries[i].value;
		const char *key = r->failures.entries[i].key;
		const char *code = strchr(key, ' ');
		if (n > FAILURES_SHOWN && code != NULL)
			diag_error("%zu more %.*s failed with %s",
				(size_t)(n - FAILURES_SHOWN), (int)(code - key), key,
				code + 1);
	}
}

void results_summary(const struct results *r, double seconds, double requests)
{
	struct buf b;
	buf_init(&b, LINE_MAX_BYTES);
	buf_addf(&b, "%zu succeeded", r->n[RESULT_SUCCEEDED]);
	const char *before = " (";
	for (size_t i = 0; i < EFFECTS; i++) {
		size_t n = r->succeeded[i];
		if (n == 0)
			continue;
		buf_addf(&b, "%s%zu %s", before, n,
			n == 1 ? effects[i].one : effects[i].many);
		before = ", ";
	}
	if (r->n[RESULT_SUCCEEDED] > 0)
		buf_adds(&b, ")");
	if (r->n[RESULT_FAILED] > 0)
		buf_addf(&b, ", %zu failed", r->n[RESULT_FAILED]);
	if (r->n[RESULT_SKIPPED] > 0)
		buf_addf(&b, ", %zu skipped", r->n[RESULT_SKIPPED]);
	buf_addf(&b, " in %.0f s; %.0f requests", seconds, requests);
	diag_note("%s", buf_str(&b));
	buf_release(&b);
}

void results_release(struct results *r)
{
	map_release(&r->failures, NULL);
}
