/*
 * idc-validate -- template files in, templates out: all that can be known without AWS, and
 * with --online some that can't.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "assignments.h"
#include "buf.h"
#include "cmd.h"
#include "files.h"
#include "formats.h"
#include "iam_data.h"
#include "online.h"
#include "overlap.h"
#include "own_rules.h"
#include "permission_set.h"
#include "policy.h"
#include "rec.h"
#include "config.h"
#include "status.h"
#include "stream.h"
#include "suppress.h"
#include "templates.h"
#include "when.h"

/* One run, from the files to the output. */
struct run {
	struct config config;
	time_t now;
	struct report report;
	struct files files;
	struct templates templates;
	struct policy_settings policies;
	int data_wanted; /* names in policies are to be checked, if they can be */
};

/* --- reading ------------------------------------------------------------------------ */

/* What a file is that has nothing of a template, or NULL. */
static const char *other_kind(jv root)
{
	const char *schema = rec_str(root, "$schema");
	if (rec_has(root, "Name") || assignments_is(root))
		return NULL;
	if (rec_has(root, "AWSTemplateFormatVersion"))
		return "a CloudFormation template";
	if (schema != NULL && strstr(schema, "json-schema.org/") != NULL)
		return "a JSON Schema";
	return NULL;
}

/* Of what is a part of a template without the rest: what it is and what to do; or NULL. */
static const char *fragment(jv root)
{
	if (jv_get_kind(root) == JV_KIND_ARRAY)
		return "a list\nwrite each permission set in a file of its own, or rules "
		       "as "
		       "{\"Assignments\": [...]}";
	if (jv_get_kind(root) != JV_KIND_OBJECT || rec_has(root, "Name") ||
		assignments_is(root))
		return NULL;
	if (rec_has(root, "PrincipalId") && rec_has(root, "Target"))
		return "a rule alone\nwrite {\"Assignments\": [...]} around it";
	if (rec_has(root, "Statement"))
		return "an IAM policy alone\nwrite it as the CustomPolicy of a permission "
		       "set";
	return NULL;
}

/* Tells by its content what a file is, and reads it as that. Takes root. */
static void read_root_take(struct run *r, struct file *f, jv root)
{
	struct value x;
	const char *other = other_kind(root), *part = fragment(root);
	value_root(&x, f, root);
	if (other != NULL) {
		diag_note("%s: %s: not a template, skipped", f->path, other);
	} else if (part != NULL) {
		file_report(f, CODE_NO_TEMPLATE, "", 0, part);
		r->templates.sets_missing = r->templates.rules_missing = 1;
	} else if (jv_get_kind(root) != JV_KIND_OBJECT) {
		value_report(&x, CODE_NO_TEMPLATE,
			"expected an object, a permission set or {\"Assignments\": [...]}, "
			"found %s",
			value_kind_name(root));
		r->templates.sets_missing = r->templates.rules_missing = 1;
	} else if (ignores_read(&x), assignments_is(root)) {
		assignments_read(&x, &r->templates, r->now);
	} else {
		permission_set_read(&x, &r->templates);
	}
	value_close(&x);
}

static enum code code_of_fault(const struct json_fault *fault)
{
	static const enum code codes[] = { [JSON_SYNTAX] = CODE_SYNTAX,
		[JSON_ENCODING] = CODE_ENCODING,
		[JSON_DOUBLE_KEY] = CODE_DOUBLE_KEY,
		[JSON_TOO_LARGE] = CODE_TOO_LARGE };
	return codes[fault->kind];
}

static void read_file(struct run *r, struct file *f)
{
	struct json_fault fault = { 0 };
	jv root = jv_invalid();
	if (file_read(f) == 0) {
		root = json_parse(f->text, f->len, &fault);
		if (jv_is_valid(root)) {
			read_root_take(r, f, root);
			file_drop_index(f);
			return;
		}
		file_report_at(f, code_of_fault(&fault), fault.pos, fault.text);
	}
	jv_free(root);
	r->templates.sets_missing = r->templates.rules_missing = 1;
}

static void read_all(struct run *r, int n, char **operands)
{
	for (int i = 0; i < n; i++)
		files_add(&r->files, operands[i]);
	if (n == 0)
		files_add(&r->files, "templates");
	if (r->files.unread > 0)
		r->templates.sets_missing = r->templates.rules_missing = 1;
	files_sort(&r->files);
	for (size_t i = 0; i < r->files.n; i++)
		read_file(r, &r->files.list[i]);
}

/*
 * Templates that ask for nothing make idc-plan delete everything, so that must be
 * meant. Not said when something that could not be read may have asked.
 */
static void check_empty(struct run *r)
{
	const struct templates *t = &r->templates;
	if (r->config.allow_empty)
		return;
	if (t->n_sets == 0 && !t->sets_missing)
		report_code(&r->report, CODE_NOTHING, NULL,
			"no permission set in the templates: every managed one would be "
			"deleted\n--allow-empty if that is meant");
	if (t->n_rules == 0 && !t->rules_missing)
		report_code(&r->report, CODE_NOTHING, NULL,
			"no rule in the templates: every managed assignment would be "
			"deleted\n--allow-empty if that is meant");
}

/* --- writing ------------------------------------------------------------------------ */

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* ", 3 warnings", or nothing. */
static void add_count(struct buf *b, size_t n, const char *one, const char *many)
{
	if (n > 0)
		buf_addf(b, ", %zu %s", n, n == 1 ? one : many);
}

static void summarize(const struct run *r, int asked)
{
	const struct templates *t = &r->templates;
	const struct report *found = &r->report;
	struct buf b;
	buf_init(&b, 500);
	if (found->errors == 0)
		buf_adds(&b, ", no errors");
	add_count(&b, found->errors, "error", "errors");
	add_count(&b, found->warnings, "warning", "warnings");
	add_count(&b, found->ignored, "ignored", "ignored");
	add_count(&b, found->in_baseline, "in the baseline", "in the baseline");
	diag_note("%zu permission set%s, %zu rule%s%s%s", t->n_sets, plural(t->n_sets),
		t->n_rules, plural(t->n_rules), buf_str(&b),
		asked ? "" : " without AWS, which could not be asked");
	buf_release(&b);
}

/* What was looked for in this run: an $idc-ignore of other codes is not idle. */
static void find_active(const struct run *r, unsigned char active[CODES])
{
	static const enum code only_online[] = { CODE_ANALYZER_SECURITY,
		CODE_ANALYZER_WARNING, CODE_ANALYZER_SUGGESTION };
	static const enum code only_known[] = { CODE_UNKNOWN_SERVICE, CODE_UNKNOWN_ACTION,
		CODE_UNKNOWN_CONDITION_KEY, CODE_RESOURCE_UNFIT };
	/* Looked for only in rules that could be read, and once all of them were. */
	static const enum code only_whole[] = { CODE_SAME_GRANT, CODE_COVERED_RULE,
		CODE_EXCLUDES_ALL, CODE_UNUSED_SET };
	memset(active, 1, CODES);
	for (size_t i = 0; i < sizeof(only_whole) / sizeof(only_whole[0]); i++)
		active[only_whole[i]] = r->report.errors == 0;
	for (size_t i = 0; i < sizeof(only_online) / sizeof(only_online[0]); i++)
		active[only_online[i]] = (unsigned char)r->config.online;
	for (size_t i = 0; i < sizeof(only_known) / sizeof(only_known[0]); i++)
		active[only_known[i]] = r->policies.data.text != NULL;
	active[CODE_NO_MFA] = r->config.n_mfa > 0;
}

/* Leaves out what is known. STATUS_OK, or the status after saying why. */
static int suppress(struct run *r)
{
	unsigned char active[CODES];
	size_t gone;
	struct err err;
	find_active(r, active);
	ignores_check(&r->files, active, r->config.own.ran);
	report_sort(&r->report);
	if (r->config.baseline == NULL)
		return STATUS_OK;
	if (baseline_apply(&r->report, r->config.baseline, &gone, &err) != 0) {
		diag_err(&err, "--baseline");
		return STATUS_FAILED;
	}
	if (gone > 0)
		diag_note("%zu warning%s of %s %s not found any more: write it anew", gone,
			plural(gone), r->config.baseline, gone == 1 ? "is" : "are");
	return STATUS_OK;
}

/* Writes the findings in their format to fd. 0 or -1 with err filled. */
static int write_findings(const struct run *r, int fd, struct err *err)
{
	static struct out out;
	out_init(&out, fd);
	format_write(r->config.format, &r->report, &r->files, r->config.strict, &out);
	if (out_flush(&out) == 0)
		return 0;
	return err_set(err, ERR_SYS, "%s", strerror(out.error));
}

/* Shows what was found. STATUS_OK, or STATUS_FAILED after saying why. */
static int show(const struct run *r)
{
	const struct config *s = &r->config;
	struct err err;
	if (s->output != NULL || s->format == FORMAT_TEXT)
		report_show(&r->report);
	if (s->output == NULL && s->format == FORMAT_TEXT)
		return STATUS_OK;
	int fd = s->output == NULL
			 ? STDERR_FILENO
			 : open(s->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int bad = fd < 0 ? err_set(&err, ERR_SYS, "%s", strerror(errno))
			 : write_findings(r, fd, &err);
	if (fd >= 0 && fd != STDERR_FILENO && close(fd) != 0 && bad == 0)
		bad = err_set(&err, ERR_SYS, "%s", strerror(errno));
	if (bad != 0)
		diag_err(&err, "the findings can't be written to %s",
			s->output != NULL ? s->output : "standard error");
	return bad != 0 ? STATUS_FAILED : STATUS_OK;
}

static int write_output(struct run *r)
{
	static struct out out;
	struct stream_out stream;
	struct templates *t = &r->templates;
	out_init(&out, STDOUT_FILENO);
	stream_begin(&stream, &out, STREAM_TEMPLATES, cmd_version(), r->now);
	templates_sort(t);
	for (size_t i = 0; i < t->n_sets; i++)
		stream_write(&stream, t->sets[i].record);
	for (size_t i = 0; i < t->n_rules; i++)
		stream_write_text(&stream, &t->rules[i].line);
	stream_end(&stream);
	return cmd_close(&out, STATUS_OK);
}

/* Says once that the names in policies could not be checked. */
static void note_unchecked(const struct run *r)
{
	if (r->policies.seen > 0 && r->data_wanted && r->policies.data.text == NULL)
		diag_note("services, actions and condition keys in policies are not "
			  "checked without AWS's names of them: see 'make iam-data' in "
			  "idc-validate(1)");
}

static int run(struct run *r, int n, char **operands)
{
	int status = STATUS_OK;
	read_all(r, n, operands);
	note_unchecked(r);
	templates_check(&r->templates);
	overlap_check(&r->templates, r->now);
	check_empty(r);
	int own = own_rules_run(&r->config.own, &r->templates, &r->report);
	if (r->config.online)
		status = online_check(&r->templates, &r->config.ask);
	int asked = status != STATUS_AWS;
	int suppressed = suppress(r);
	int shown = show(r);
	if (status == STATUS_OK)
		status = suppressed != STATUS_OK ? suppressed : shown;
	if (status == STATUS_OK)
		status = own;
	if (status == STATUS_OK &&
		(r->report.errors > 0 || (r->config.strict && r->report.warnings > 0)))
		status = STATUS_FAILED;
	if (status == STATUS_OK)
		status = write_output(r);
	summarize(r, asked);
	return status;
}

/* Makes ready what inline policies are checked with. STATUS_OK, or another after saying
 * why. */
static int open_policies(struct run *r)
{
	struct err err;
	r->templates.policies = &r->policies;
	r->policies.mfa = r->config.mfa;
	r->policies.n_mfa = r->config.n_mfa;
	if (iam_data_open(&r->policies.data, &r->data_wanted, &err) == 0)
		return STATUS_OK;
	diag_err(&err, "AWS's names of actions can't be read");
	return STATUS_FAILED;
}

int main(int argc, char **argv)
{
	static struct run r;
	int status = STATUS_OK;
	cmd_init("idc-validate", 0);
	diag_set_colour(1);
	int first = config_read(&r.config, argc, argv, &status);
	if (first < 0)
		return status;
	r.now = when_now();
	files_init(&r.files, &r.report);
	templates_init(&r.templates);
	status = open_policies(&r);
	if (status == STATUS_OK)
		status = own_rules_compile(&r.config.own, r.now);
	if (status == STATUS_OK)
		status = run(&r, argc - first, argv + first);
	templates_release(&r.templates);
	iam_data_close(&r.policies.data);
	config_release(&r.config);
	files_release(&r.files);
	report_release(&r.report);
	return status;
}
