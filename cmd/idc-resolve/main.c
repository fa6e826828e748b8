/*
 * idc-resolve -- templates in, resolved out: targets become account ids, names become
 * principal ids.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "assign.h"
#include "cmd.h"
#include "cred.h"
#include "input.h"
#include "instance.h"
#include "opt.h"
#include "policies.h"
#include "rec.h"
#include "rules.h"
#include "status.h"
#include "stream.h"
#include "text.h"
#include "when.h"

enum {
	OPT_ROLE,
	OPT_INSTANCE,
	OPT_MANAGEMENT,
	OPT_PROFILE,
	OPT_QUIET,
	OPT_STATE,
	OPT_TRACE,
	OPT_VERBOSE
};

static const struct opt options[] = {
	[OPT_ROLE] = ASK_OPT_ROLE,
	[OPT_INSTANCE] = { 0, "instance-arn", "ARN",
		"the IAM Identity Center instance, where there are several" },
	[OPT_MANAGEMENT] = { 0, "include-management-account", NULL,
		"do not leave the management account out" },
	[OPT_PROFILE] = ASK_OPT_PROFILE,
	[OPT_QUIET] = { 'q', "quiet", NULL, "no summary and no notes" },
	[OPT_STATE] = { 0, "state", "FILE",
		"a dump to resolve against, instead of asking AWS" },
	[OPT_TRACE] = ASK_OPT_TRACE,
	[OPT_VERBOSE] = ASK_OPT_VERBOSE,
};

static const struct opt_prog prog = {
	.name = "idc-resolve",
	.summary = "resolve the targets and principals of templates to ids",
	.operands = "[FILE]",
	.opts = options,
	.n_opts = sizeof(options) / sizeof(options[0]),
};

struct settings {
	const char *file;
	const char *instance_arn;
	int include_management;
	struct ask_options ask;
};

/* One run, from the input to the output. */
struct run {
	const struct settings *settings;
	time_t now;
	struct input in;
	struct ask ask;
	struct instance instance;
	struct org org;
	struct principals principals;
	struct selectors selectors;
	struct assignments assignments;
	struct resolution resolution;
};

static int read_options(struct settings *s, int argc, char **argv, int *status)
{
	struct opt_parser p;
	int which;
	opt_init(&p, &prog, argc, argv);
	while ((which = opt_next(&p, status)) != OPT_END) {
		switch (which) {
		case OPT_ROLE:
			s->ask.aws.assume_role = p.value;
			break;
		case OPT_PROFILE:
			s->ask.aws.profile = p.value;
			break;
		case OPT_INSTANCE:
			s->instance_arn = p.value;
			break;
		case OPT_MANAGEMENT:
			s->include_management = 1;
			break;
		case OPT_QUIET:
			diag_set_quiet(1);
			break;
		case OPT_STATE:
			s->ask.state = p.value;
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
	if (s->instance_arn != NULL && !text_starts(s->instance_arn, "arn:")) {
		*status =
			opt_usage(&prog, "--instance-arn '%s' is no ARN", s->instance_arn);
		return -1;
	}
	if (s->ask.aws.assume_role != NULL && !cred_is_role(s->ask.aws.assume_role)) {
		*status = opt_usage(&prog, "--assume-role '%s' is no ARN of a role",
			s->ask.aws.assume_role);
		return -1;
	}
	if (argc - p.next > 1) {
		*status = opt_usage(
			&prog, "one file at most, got '%s' too", argv[p.next + 1]);
		return -1;
	}
	s->file = p.next < argc ? argv[p.next] : NULL;
	return 0;
}

static int read_input(struct run *r)
{
	const char *name;
	int fd = cmd_open(r->settings->file, &name);
	if (fd < 0)
		return STATUS_FAILED;
	int status = input_read(&r->in, fd, name, r->now);
	if (fd != STDIN_FILENO)
		close(fd);
	if (status == STATUS_OK && rules_collect(&r->resolution) != 0)
		status = STATUS_FAILED;
	return status;
}

static void instance_ready(void *ctx)
{
	struct run *r = ctx;
	principals_start(&r->principals, instance_store(&r->instance));
}

/*
 * Asks for all there is to know; principals are looked up while the organization is
 * read.
 */
static int ask_all(struct run *r)
{
	int rules = input_live_rules(&r->in) > 0;
	instance_start(&r->instance, r->settings->instance_arn, instance_ready, r);
	if (rules)
		org_want_accounts(&r->org);
	int bad = ask_wait(&r->ask, &r->org.pending);
	while (!bad && rules && selectors_ask(&r->selectors, &r->org))
		bad = ask_wait(&r->ask, &r->org.pending);
	if (!bad)
		bad = ask_wait(&r->ask, NULL);
	return bad ? ask_report(&r->ask) : STATUS_OK;
}

/* Turns names into assignments; says everything that can't be. */
static int resolve(struct run *r)
{
	r->resolution.management = r->instance.management;
	selectors_match(&r->selectors, &r->org);
	principals_suggest(&r->principals);
	int bad = policies_check(&r->in, rec_str(r->instance.rec, "InstanceArn"));
	if (rules_apply(&r->resolution, &r->assignments) != 0 || bad != 0)
		return STATUS_FAILED;
	rules_left_out(&r->resolution);
	return STATUS_OK;
}

static void summarize(const struct run *r, const struct assign_counts *n)
{
	size_t rules = input_live_rules(&r->in);
	diag_note(
		"%zu rule%s give%s %zu assignment%s in %zu account%s for %zu principal%s; "
		"%.0f requests",
		rules, rules == 1 ? "" : "s", rules == 1 ? "s" : "", n->assignments,
		n->assignments == 1 ? "" : "s", n->accounts, n->accounts == 1 ? "" : "s",
		n->principals, n->principals == 1 ? "" : "s", ask_count(r->ask.aws, 0));
}

static int write_output(struct run *r)
{
	static struct out out;
	struct stream_out stream;
	out_init(&out, STDOUT_FILENO);
	stream_begin(&stream, &out, STREAM_RESOLVED, cmd_version(), r->now);
	jv instance = instance_record(&r->instance);
	if (r->settings->include_management)
		instance = rec_set(instance, "IncludesManagementAccount", jv_true());
	stream_write(&stream, instance);
	jv_free(instance);
	for (size_t i = 0; i < r->in.n_sets; i++)
		stream_write(&stream, r->in.sets[i]);
	struct assign_counts n = assignments_write(
		&r->assignments, &r->in, &r->org, &r->principals, &stream);
	stream_end(&stream);
	int status = cmd_close(&out, STATUS_OK);
	if (status == STATUS_OK)
		summarize(r, &n);
	return status;
}

/* Everything there is to know, from AWS or from a dump. */
static int look_up(struct run *r)
{
	int status = ask_start(&r->ask, &r->settings->ask);
	return status == STATUS_OK ? ask_all(r) : status;
}

static int run(struct run *r)
{
	int status = read_input(r);
	if (status == STATUS_OK)
		status = look_up(r);
	if (status == STATUS_OK)
		status = resolve(r);
	if (status == STATUS_OK)
		status = write_output(r);
	if (r->settings->ask.verbose)
		ask_count(r->ask.aws, 1);
	ask_close(r->ask.aws);
	return status;
}

int main(int argc, char **argv)
{
	static struct run r;
	struct settings settings = { .ask = { .aws = { .prog = prog.name } } };
	int status = STATUS_OK;
	cmd_init(prog.name, 0);
	if (read_options(&settings, argc, argv, &status) != 0)
		return status;
	r.settings = &settings;
	r.now = when_now();
	ask_init(&r.ask);
	instance_init(&r.instance, &r.ask);
	org_init(&r.org, &r.ask);
	principals_init(&r.principals, &r.ask);
	selectors_init(&r.selectors);
	r.resolution = (struct resolution){ &r.in, &r.org, &r.principals, &r.selectors,
		NULL, settings.include_management, 0 };
	status = run(&r);
	assignments_release(&r.assignments);
	selectors_release(&r.selectors);
	principals_release(&r.principals);
	org_release(&r.org);
	instance_release(&r.instance);
	input_release(&r.in);
	return status;
}
