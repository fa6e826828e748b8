/*
 * idc-apply -- carries a plan out.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "aws.h"
#include "cmd.h"
#include "cred.h"
#include "diag.h"
#include "plan.h"
#include "opt.h"
#include "rec.h"
#include "results.h"
#include "run.h"
#include "status.h"
#include "stream.h"
#include "text.h"
#include "when.h"

#define PATIENCE_MS 3600000

enum {
	OPT_ROLE,
	OPT_DRY_RUN,
	OPT_JOBS,
	OPT_PROFILE,
	OPT_QUIET,
	OPT_TRACE,
	OPT_VERBOSE,
	OPT_WAIT
};

static const struct opt opts[] = {
	[OPT_ROLE] = ASK_OPT_ROLE,
	[OPT_DRY_RUN] = { 'n', "dry-run", NULL, "check the plan, ask AWS nothing" },
	[OPT_JOBS] = { 'j', "jobs", "N",
		"at most N assignments under way at a time, 1 to 10 (default 10)" },
	[OPT_PROFILE] = ASK_OPT_PROFILE,
	[OPT_QUIET] = { 'q', "quiet", NULL, "no progress, no summary and no notes" },
	[OPT_TRACE] = ASK_OPT_TRACE,
	[OPT_VERBOSE] = ASK_OPT_VERBOSE,
	[OPT_WAIT] = { 'w', "wait", "SPAN",
		"how long to wait for an operation to end (default 1h)" },
};

static const struct opt_prog prog = {
	.name = "idc-apply",
	.summary = "carry out a plan of idc-plan's, and write the result of every action",
	.operands = "[FILE]",
	.opts = opts,
	.n_opts = sizeof(opts) / sizeof(opts[0]),
};

struct config {
	int dry_run;
	struct ask_options ask;
	struct run_options run;
	const char *file;
};

static volatile sig_atomic_t n_signals, last_signal;

static void on_signal(int sig)
{
	last_signal = sig;
	n_signals++;
}

static int read_option(struct config *c, int option, const char *value)
{
	unsigned long n;
	switch (option) {
	case OPT_ROLE:
		if (!cred_is_role(value))
			return opt_usage(
				&prog, "--assume-role: '%s' is no ARN of a role", value);
		c->ask.aws.assume_role = value;
		break;
	case OPT_PROFILE:
		c->ask.aws.profile = value;
		break;
	case OPT_DRY_RUN:
		c->dry_run = 1;
		break;
	case OPT_JOBS:
		if (text_number(value, SCHED_ASSIGNMENTS, &n) != 0 || n == 0)
			return opt_usage(&prog, "--jobs: '%s' is no number from 1 to %d",
				value, SCHED_ASSIGNMENTS);
		c->run.jobs = (unsigned)n;
		break;
	case OPT_WAIT:
		if (when_parse_span(value, &c->run.patience_ms) != 0)
			return opt_usage(
				&prog, "--wait: '%s' is no time such as 30m", value);
		break;
	case OPT_QUIET:
		diag_set_quiet(1);
		break;
	case OPT_TRACE:
		c->ask.trace = value;
		break;
	default:
		c->ask.verbose = 1;
		break;
	}
	return 0;
}

/* How many actions are looked at together. 0, or the exit status. */
static int read_window(struct config *c)
{
	const char *s = getenv("IDC_WINDOW");
	unsigned long n = GRAPH_WINDOW;
	if (s != NULL && (text_number(s, PLAN_MAX, &n) != 0 || n == 0))
		return opt_usage(
			&prog, "IDC_WINDOW: '%s' is no number from 1 to %u", s, PLAN_MAX);
	c->run.window = n;
	return 0;
}

/* -1 to go on, or the exit status. */
static int read_options(struct config *c, int argc, char **argv)
{
	struct opt_parser p;
	int status = 0, option;
	opt_init(&p, &prog, argc, argv);
	while ((option = opt_next(&p, &status)) >= 0)
		if ((status = read_option(c, option, p.value)) != 0)
			return status;
	if (option == OPT_EXIT)
		return status;
	if (argc - p.next > 1)
		return opt_usage(
			&prog, "one plan at a time: '%s' is too many", argv[p.next + 1]);
	c->file = p.next < argc ? argv[p.next] : NULL;
	status = read_window(c);
	return status != 0 ? status : -1;
}

/* Reads the whole plan. 0, or the exit status. */
static int read_plan(const struct config *c, struct plan *p)
{
	const char *name;
	int fd = cmd_open(c->file, &name);
	if (fd < 0)
		return STATUS_FAILED;
	struct stream_in in;
	struct err err;
	stream_open(&in, fd, name, "idc-apply", STREAM_BIT(STREAM_PLAN));
	int bad = plan_read(p, &in, &err);
	stream_release(&in);
	if (fd != STDIN_FILENO)
		close(fd);
	return bad != 0 ? stream_fail(&err) : 0;
}

static int dry_run(struct plan *p, struct results *results)
{
	const struct outcome o = { .status = RESULT_SKIPPED,
		.code = "DryRun",
		.message = "not done: --dry-run",
		.request_id = "" };
	for (uint32_t i = 0; i < p->n; i++) {
		struct err err;
		jv record = plan_record(p, i, &err);
		if (!jv_is_valid(record)) {
			diag_err(&err, "nothing was changed");
			return STATUS_FAILED;
		}
		results_add(
			results, ops_find(rec_str_or(record, "Operation", "")), record, &o);
		jv_free(record);
	}
	diag_note(
		"the plan is sound: %zu actions would be carried out, nothing was changed",
		p->n);
	return STATUS_OK;
}

static void watch_signals(void)
{
	struct sigaction act = { .sa_handler = on_signal };
	sigemptyset(&act.sa_mask);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	/* Unless it is to outlive its terminal (nohup). */
	struct sigaction old;
	if (sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &act, NULL);
}

/* Carries p out. The Results were begun; the status. */
static int apply(
	const struct config *c, struct plan *p, struct results *results, struct aws *aws)
{
	int64_t start_ms = when_ms();
	watch_signals();
	results->out.signals = &n_signals;
	int status = run_all(p, aws, results, &c->run);
	double seconds = (double)(when_ms() - start_ms) / 1000;
	results_summary(results, seconds, ask_count(aws, c->ask.verbose));
	return status;
}

/* Writes the Results of p: of a dry run, of nothing, or of carrying it out. */
static int write_results(const struct config *c, struct plan *p)
{
	static struct results results;
	struct aws *aws = NULL;
	struct err err;
	int status = 0;
	int idle = c->dry_run || p->n == 0;
	if (!idle && (status = ask_region(p->instance)) != 0)
		return status;
	if (!idle && (aws = ask_open(&c->ask, &err)) == NULL) {
		diag_err(&err, "nothing was changed");
		return diag_status(&err);
	}
	results_begin(&results, p->instance);
	/* Whether there is a reader is to be known before anything is changed. */
	if (out_flush(&results.out) == 0) {
		if (c->dry_run)
			status = dry_run(p, &results);
		else if (idle)
			diag_note("nothing to do");
		else
			status = apply(c, p, &results, aws);
		/* What lacks a Result is not whole. */
		if (results_count(&results) == p->n)
			stream_end(&results.stream);
	}
	ask_close(aws);
	results_release(&results);
	return cmd_close(&results.out, status);
}

int main(int argc, char **argv)
{
	struct config c = { .run = { .jobs = SCHED_ASSIGNMENTS,
				    .patience_ms = PATIENCE_MS,
				    .signals = &n_signals,
				    .signal = &last_signal },
		.ask = { .aws = { .prog = "idc-apply", .signals = &n_signals } } };
	struct plan p = { .instance = jv_invalid() };
	cmd_init("idc-apply", 1);
	int status = read_options(&c, argc, argv);
	if (status >= 0)
		return status;
	status = read_plan(&c, &p);
	if (status == 0)
		status = write_results(&c, &p);
	plan_release(&p);
	return status;
}
