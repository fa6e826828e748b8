/*
 * idc-dump -- the live state out: the organization, the directory, permission sets and
 * assignments as a state stream.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "cred.h"
#include "diag.h"
#include "dump.h"
#include "mem.h"
#include "opt.h"
#include "status.h"
#include "text.h"
#include "when.h"

enum {
	OPT_ALL,
	OPT_ROLE,
	OPT_INSTANCE,
	OPT_ONLY,
	OPT_PROFILE,
	OPT_QUIET,
	OPT_TAG,
	OPT_TRACE,
	OPT_VERBOSE
};

static const struct opt options[] = {
	[OPT_ALL] = { 0, "all-principals", NULL,
		"all groups and users, not only those that have something" },
	[OPT_ROLE] = ASK_OPT_ROLE,
	[OPT_INSTANCE] = { 0, "instance-arn", "ARN",
		"the IAM Identity Center instance, where there are several" },
	[OPT_ONLY] = { 0, "only", "KINDS",
		"records of these kinds only, with commas between (may be given again)" },
	[OPT_PROFILE] = ASK_OPT_PROFILE,
	[OPT_QUIET] = { 'q', "quiet", NULL, "no summary and no notes" },
	[OPT_TAG] = { 0, "tag", "KEY[=VALUE]",
		"the tag of the permission sets that are Managed (default " PERMSET_TAG
		")" },
	[OPT_TRACE] = ASK_OPT_TRACE,
	[OPT_VERBOSE] = ASK_OPT_VERBOSE,
};

static const struct opt_prog prog = {
	.name = "idc-dump",
	.summary = "write the live state as a stream",
	.operands = "",
	.opts = options,
	.n_opts = sizeof(options) / sizeof(options[0]),
};

/* --- the command line --------------------------------------------------------------- */

static int add_kind(struct settings *s, const char *name)
{
	for (int i = 0; i < STATE_KINDS; i++)
		if (strcmp(name, state_kinds[i]) == 0) {
			s->kinds |= STATE_BIT(i);
			return STATUS_OK;
		}
	const char *near = text_nearest(name, state_kinds, STATE_KINDS);
	return opt_usage(&prog, "--only '%s' is no kind of a state%s%s%s", name,
		near != NULL ? ": did you mean '" : "", near != NULL ? near : "",
		near != NULL ? "'?" : "");
}

static int read_only(struct settings *s, const char *names)
{
	int status = STATUS_OK;
	for (const char *at = names; status == STATUS_OK && at != NULL;) {
		const char *comma = strchr(at, ',');
		size_t len = comma != NULL ? (size_t)(comma - at) : strlen(at);
		char *name = mem_bytes(at, len);
		status = add_kind(s, name);
		free(name);
		at = comma != NULL ? comma + 1 : NULL;
	}
	return status;
}

static int read_option(struct settings *s, int which, const char *value)
{
	switch (which) {
	case OPT_ALL:
		s->all_principals = 1;
		break;
	case OPT_ROLE:
		s->ask.aws.assume_role = value;
		if (!cred_is_role(value))
			return opt_usage(
				&prog, "--assume-role '%s' is no ARN of a role", value);
		break;
	case OPT_INSTANCE:
		s->instance_arn = value;
		if (!text_starts(value, "arn:"))
			return opt_usage(&prog, "--instance-arn '%s' is no ARN", value);
		break;
	case OPT_ONLY:
		return read_only(s, value);
	case OPT_PROFILE:
		s->ask.aws.profile = value;
		break;
	case OPT_QUIET:
		diag_set_quiet(1);
		break;
	case OPT_TAG:
		if (permset_tag_read(&s->tag, value) != 0)
			return opt_usage(&prog, "--tag '%s' has no key", value);
		break;
	case OPT_TRACE:
		s->ask.trace = value;
		break;
	default:
		s->ask.verbose = 1;
		break;
	}
	return STATUS_OK;
}

/* 0, or -1 when the program ends with *status. */
static int read_options(struct settings *s, int argc, char **argv, int *status)
{
	struct opt_parser p;
	int which;
	opt_init(&p, &prog, argc, argv);
	while ((which = opt_next(&p, status)) != OPT_END) {
		if (which < 0)
			return -1;
		*status = read_option(s, which, p.value);
		if (*status != STATUS_OK)
			return -1;
	}
	if (p.next < argc) {
		*status =
			opt_usage(&prog, "no operand is expected, got '%s'", argv[p.next]);
		return -1;
	}
	if (s->kinds == 0)
		s->kinds = STATE_ALL;
	return 0;
}

/* --- the run ------------------------------------------------------------------------ */

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void summarize(const struct dump *d, const struct dump_counts *n)
{
	diag_note("%zu account%s, %zu permission set%s, %zu assignment%s, %zu group%s and "
		  "user%s; %.0f requests",
		n->accounts, plural(n->accounts), n->sets, plural(n->sets), n->assignments,
		plural(n->assignments), n->principals, plural(n->principals),
		plural(n->principals), ask_count(d->ask.aws, 0));
}

/* Nothing is written before all is read: a stream that begins is one that ends. */
static int run(struct dump *d, time_t now)
{
	static struct out out;
	int status = ask_start(&d->ask, &d->settings->ask);
	if (status == STATUS_OK && dump_read(d) != 0)
		status = ask_report(&d->ask);
	if (status == STATUS_OK) {
		out_init(&out, STDOUT_FILENO);
		struct dump_counts n = dump_write(d, &out, now);
		status = cmd_close(&out, status);
		if (status == STATUS_OK)
			summarize(d, &n);
	}
	if (d->settings->ask.verbose)
		ask_count(d->ask.aws, 1);
	ask_close(d->ask.aws);
	return status;
}

int main(int argc, char **argv)
{
	static struct dump d;
	struct settings settings = { .ask = { .aws = { .prog = prog.name } } };
	int status = STATUS_OK;
	cmd_init(prog.name, 0);
	permset_tag_read(&settings.tag, PERMSET_TAG);
	if (read_options(&settings, argc, argv, &status) == 0) {
		dump_init(&d, &settings);
		status = run(&d, when_now());
		dump_release(&d);
	}
	free(settings.tag.text);
	return status;
}
