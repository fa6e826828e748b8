#include "ask.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "rec.h"
#include "status.h"
#include "stream.h"
#include "trace.h"

void ask_init(struct ask *k)
{
	memset(k, 0, sizeof(*k));
}

static void say(void *ctx, const char *text)
{
	(void)ctx;
	diag_note("%s", text);
}

struct aws *ask_open(const struct ask_options *options, struct err *err)
{
	if (options->trace != NULL && trace_open(options->trace, options->aws.prog, err) != 0)
		return NULL;
	struct aws *aws = aws_open(&options->aws, err);
	if (aws == NULL) {
		ask_close(NULL);
		return NULL;
	}
	aws_set_note(aws, say, NULL);
	if (options->verbose)
		aws_set_log(aws, say, NULL);
	return aws;
}

int ask_start(struct ask *k, const struct ask_options *options)
{
	struct err err;
	if (options->state != NULL) {
		k->aws = aws_open_state(options->state, &err);
		return k->aws != NULL ? STATUS_OK : stream_fail(&err);
	}
	k->aws = ask_open(options, &err);
	if (k->aws != NULL)
		return STATUS_OK;
	diag_error("%s", err.text);
	return diag_status(&err);
}

void ask_close(struct aws *aws)
{
	aws_free(aws);
	if (trace_close() != 0)
		diag_warning("the trace is not complete: its file can't be written to");
}

int ask_failed(const struct ask *k)
{
	return k->err.kind != ERR_NONE;
}

void ask_fail(struct ask *k, const struct aws_result *res, const char *fmt, ...)
{
	if (ask_failed(k))
		return;
	k->err = *res->err;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(k->what, sizeof(k->what), fmt, ap);
	va_end(ap);
	k->stop = 1;
}

int ask_bad(struct ask *k, const char *op, const char *fmt, ...)
{
	if (ask_failed(k))
		return -1;
	char text[sizeof(k->err.text)];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(&k->err, ERR_DATA, "unexpected answer: %.500s", text);
	snprintf(k->what, sizeof(k->what), "%s", op);
	k->stop = 1;
	return -1;
}

int ask_refuse(struct ask *k, const char *fmt, ...)
{
	if (ask_failed(k))
		return -1;
	va_list ap;
	va_start(ap, fmt);
	err_set(&k->err, ERR_DATA, "%s", "");
	vsnprintf(k->err.text, sizeof(k->err.text), fmt, ap);
	va_end(ap);
	k->stop = 1;
	return -1;
}

int ask_each(
	struct ask *k, const char *op, jv items, int (*read)(void *ctx, jv item), void *ctx)
{
	if (!ask_failed(k) && jv_get_kind(items) != JV_KIND_ARRAY)
		ask_bad(k, op, "a page that is no list");
	for (int i = 0, n = rec_len(items); i < n && !ask_failed(k); i++) {
		jv item = rec_at(items, i);
		read(ctx, item);
		jv_free(item);
	}
	return ask_failed(k);
}

static void engine_failed(struct ask *k, const struct err *err)
{
	if (ask_failed(k))
		return;
	k->err = *err;
	snprintf(k->what, sizeof(k->what), "can't ask AWS");
}

int ask_wait(struct ask *k, const size_t *pending)
{
	struct err err;
	while (pending != NULL && *pending > 0 && !ask_failed(k))
		if (aws_step(k->aws, -1, &err) != 0)
			engine_failed(k, &err);
	if (pending == NULL || ask_failed(k))
		if (aws_run(k->aws, &k->stop, &err) != 0)
			engine_failed(k, &err);
	return ask_failed(k) ? -1 : 0;
}

int ask_report(const struct ask *k)
{
	if (k->what[0] != '\0')
		diag_err(&k->err, "%s", k->what);
	else
		diag_error("%s", k->err.text);
	return k->aws != NULL && aws_is_offline(k->aws) ? STATUS_FAILED : STATUS_AWS;
}

double ask_count(const struct aws *aws, int each)
{
	if (aws == NULL)
		return 0;
	jv counts = aws_counts(aws);
	double total = 0;
	jv_object_foreach(counts, key, value)
	{
		double n =
			jv_get_kind(value) == JV_KIND_NUMBER ? jv_number_value(value) : 0;
		if (each)
			diag_note("%s: %.0f", jv_string_value(key), n);
		total += n;
		jv_free(key);
		jv_free(value);
	}
	jv_free(counts);
	return total;
}

int ask_region(jv instance)
{
	const char *wanted = rec_str(instance, "Region");
	const char *region = getenv("AWS_REGION");
	if (region == NULL || region[0] == '\0')
		region = getenv("AWS_DEFAULT_REGION");
	if (wanted == NULL)
		return STATUS_OK;
	if (region == NULL || region[0] == '\0')
		return setenv("AWS_REGION", wanted, 1) == 0 ? STATUS_OK : STATUS_FAILED;
	if (strcmp(region, wanted) == 0)
		return STATUS_OK;
	diag_error("the input is for Identity Center in '%s', AWS_REGION says '%s'", wanted,
		region);
	return STATUS_REFUSED;
}
