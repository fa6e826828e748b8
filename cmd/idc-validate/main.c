/*
 * idc-validate -- template files in, templates out: all that can be known without AWS, and
 * with --online some that can't.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assignments.h"
#include "cmd.h"
#include "cred.h"
#include "files.h"
#include "online.h"
#include "opt.h"
#include "permission_set.h"
#include "rec.h"
#include "status.h"
#include "stream.h"
#include "templates.h"
#include "when.h"

enum { OPT_EMPTY, OPT_ROLE, OPT_ONLINE, OPT_PROFILE, OPT_QUIET, OPT_TRACE, OPT_VERBOSE };

static const struct opt options[] = {
	[OPT_EMPTY] = { 0, "allow-empty", NULL,
		"accept templates without a permission set or without a rule" },
	[OPT_ROLE] = { 0, "assume-role", "ARN",
		"with --online, a role to assume for all requests, from the credentials "
		"found" },
	[OPT_ONLINE] = { 0, "online", NULL,
		"ask AWS about managed policies and inline policies too" },
	[OPT_PROFILE] = { 0, "profile", "NAME",
		"with --online, the profile of ~/.aws/config and credentials to use" },
	[OPT_QUIET] = { 'q', "quiet", NULL, "no summary and no notes" },
	[OPT_TRACE] = ASK_OPT_TRACE,
	[OPT_VERBOSE] = ASK_OPT_VERBOSE,
};

static const struct opt_prog prog = {
	.name = "idc-validate",
	.summary = "check templates and write them as a stream",
	.operands = "[PATH]...",
	.opts = options,
	.n_opts = sizeof(options) / sizeof(options[0]),
};

struct settings {
	int allow_empty;
	int online;
	struct ask_options ask;
};

/* One run, from the files to the output. */
struct run {
	struct settings settings;
	time_t now;
	struct report report;
	struct files files;
	struct templates templates;
};

/* STATUS_OK, or STATUS_USAGE after saying why. */
static int check_options(const struct settings *s)
{
	const struct aws_options *aws = &s->ask.aws;
	if ((aws->assume_role != NULL || aws->profile != NULL) && !s->online)
		return opt_usage(&prog, "%s is for --online",
			aws->profile != NULL ? "--profile" : "--assume-role");
	if (aws->assume_role != NULL && !cred_is_role(aws->assume_role))
		return opt_usage(
			&prog, "--assume-role '%s' is no ARN of a role", aws->assume_role);
	return STATUS_OK;
}

/* The index of the first operand; or -1 with *status, which the program is to end with. */
static int read_options(struct settings *s, int argc, char **argv, int *status)
{
	struct opt_parser p;
	int which;
	opt_init(&p, &prog, argc, argv);
	while ((which = opt_next(&p, status)) != OPT_END) {
		switch (which) {
		case OPT_EMPTY:
			s->allow_empty = 1;
			break;
		case OPT_ROLE:
			s->ask.aws.assume_role = p.value;
			break;
		case OPT_PROFILE:
			s->ask.aws.profile = p.value;
			break;
		case OPT_ONLINE:
			s->online = 1;
			break;
		case OPT_QUIET:
			diag_set_quiet(1);
			break;
		case OPT_TRACE:
			s->ask.trace = p.value;
			break;
		case OPT_VERBOSE:
			s->ask.verbose = 1;
			break;
		default:
			return -1;
		}
	}
	if ((*status = check_options(s)) != STATUS_OK)
		return -1;
	for (int i = p.next; i < argc; i++)
		if (argv[i][0] == '\0') {
			*status = opt_usage(&prog, "PATH is empty");
			return -1;
		}
	return p.next;
}

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

/* Tells by its content what a file is, and reads it as that. Takes root. */
static void read_root_take(struct run *r, struct file *f, jv root)
{
	struct value x;
	const char *other = other_kind(root);
	value_root(&x, f, root);
	if (other != NULL) {
		diag_note("%s: %s: not a template, skipped", f->path, other);
	} else if (jv_get_kind(root) != JV_KIND_OBJECT) {
		value_error(&x,
			"expected an object, a permission set or {\"Assignments\": [...]}, "
			"found %s",
			value_kind_name(root));
		r->templates.sets_missing = r->templates.rules_missing = 1;
	} else if (assignments_is(root)) {
		assignments_read(&x, &r->templates, r->now);
	} else {
		permission_set_read(&x, &r->templates);
	}
	value_close(&x);
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
		file_report(f, DIAG_ERROR, fault.pos, fault.text);
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
	static const struct json_pos nowhere;
	const struct templates *t = &r->templates;
	if (r->settings.allow_empty)
		return;
	if (t->n_sets == 0 && !t->sets_missing)
		report_add(&r->report, DIAG_ERROR, NULL, nowhere,
			"no permission set in the templates: every managed one would be "
			"deleted; --allow-empty if that is meant");
	if (t->n_rules == 0 && !t->rules_missing)
		report_add(&r->report, DIAG_ERROR, NULL, nowhere,
			"no rule in the templates: every managed assignment would be "
			"deleted; "
			"--allow-empty if that is meant");
}

/* --- writing ------------------------------------------------------------------------ */

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void summarize(const struct run *r, int asked)
{
	const struct templates *t = &r->templates;
	const struct report *found = &r->report;
	char errors[64] = "no errors", warnings[64] = "";
	if (found->errors > 0)
		snprintf(errors, sizeof(errors), "%zu error%s", found->errors,
			plural(found->errors));
	if (found->warnings > 0)
		snprintf(warnings, sizeof(warnings), ", %zu warning%s", found->warnings,
			plural(found->warnings));
	diag_note("%zu permission set%s, %zu rule%s, %s%s%s", t->n_sets, plural(t->n_sets),
		t->n_rules, plural(t->n_rules), errors, warnings,
		asked ? "" : " without AWS, which could not be asked");
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

static int run(struct run *r, int n, char **operands)
{
	int status = STATUS_OK;
	read_all(r, n, operands);
	templates_check(&r->templates);
	check_empty(r);
	if (r->settings.online)
		status = online_check(&r->templates, &r->settings.ask);
	report_show(&r->report);
	if (status == STATUS_OK && r->report.errors > 0)
		status = STATUS_FAILED;
	if (status == STATUS_OK)
		status = write_output(r);
	summarize(r, status != STATUS_AWS);
	return status;
}

int main(int argc, char **argv)
{
	static struct run r;
	int status = STATUS_OK;
	cmd_init(prog.name, 0);
	r.settings.ask.aws.prog = prog.name;
	int first = read_options(&r.settings, argc, argv, &status);
	if (first < 0)
		return status;
	r.now = when_now();
	files_init(&r.files, &r.report);
	templates_init(&r.templates);
	status = run(&r, argc - first, argv + first);
	templates_release(&r.templates);
	files_release(&r.files);
	report_release(&r.report);
	return status;
}
