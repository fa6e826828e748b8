#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codes.h"
#include "cred.h"
#include "diag.h"
#include "mem.h"
#include "opt.h"
#include "policy_forms.h"
#include "status.h"

enum {
	OPT_EMPTY,
	OPT_ROLE,
	OPT_BASELINE,
	OPT_EXPLAIN,
	OPT_FORMAT,
	OPT_ONLINE,
	OPT_OUTPUT,
	OPT_PROFILE,
	OPT_QUIET,
	OPT_MFA,
	OPT_RULES,
	OPT_RULES_ALL,
	OPT_STRICT,
	OPT_TRACE,
	OPT_VERBOSE
};

static const struct opt options[] = {
	[OPT_EMPTY] = { 0, "allow-empty", NULL,
		"accept templates without a permission set or without a rule" },
	[OPT_ROLE] = { 0, "assume-role", "ARN",
		"with --online, a role to assume for all requests, from the credentials "
		"found" },
	[OPT_BASELINE] = { 0, "baseline", "FILE",
		"leave out the warnings in FILE, which --format json wrote" },
	[OPT_EXPLAIN] = { 0, "explain", "CODE",
		"explain what a code such as IDC012 stands for; 'all' lists them" },
	[OPT_FORMAT] = { 0, "format", "FORMAT",
		"findings as text (default), json, sarif, junit or github" },
	[OPT_ONLINE] = { 0, "online", NULL,
		"ask AWS about managed policies and inline policies too" },
	[OPT_OUTPUT] = { 'o', "output", "FILE",
		"write the findings to FILE, beside the text on standard error" },
	[OPT_PROFILE] = { 0, "profile", "NAME",
		"with --online, the profile of ~/.aws/config and credentials to use" },
	[OPT_QUIET] = { 'q', "quiet", NULL, "no summary and no notes" },
	[OPT_MFA] = { 0, "require-mfa", "PATTERN",
		"warn where actions like 'iam:*' are allowed without MFA; may be "
		"repeated" },
	[OPT_RULES] = { 0, "rules", "FILE",
		"rules of your own: a program for jq, run over each record" },
	[OPT_RULES_ALL] = { 0, "rules-all", "FILE",
		"the same, run once over all records as one array" },
	[OPT_STRICT] = { 0, "strict", NULL, "fail for warnings too" },
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

/* STATUS_OK, or STATUS_USAGE after saying why. */
static int check_options(const struct config *s)
{
	const struct aws_options *aws = &s->ask.aws;
	if ((aws->assume_role != NULL || aws->profile != NULL) && !s->online)
		return opt_usage(&prog, "%s is for --online",
			aws->profile != NULL ? "--profile" : "--assume-role");
	if (s->output != NULL && strcmp(s->output, "-") == 0)
		return opt_usage(&prog,
			"--output wants a file: standard output has the "
			"stream, and standard error the findings without it");
	if (aws->assume_role != NULL && !cred_is_role(aws->assume_role))
		return opt_usage(
			&prog, "--assume-role '%s' is no ARN of a role", aws->assume_role);
	return STATUS_OK;
}

/* 'all', or a code. The status. */
static int explain(const char *code)
{
	if (strcmp(code, "all") == 0)
		codes_list();
	else if (codes_parse(code) != CODE_NONE)
		codes_explain(codes_parse(code));
	else
		return opt_usage(
			&prog, "--explain '%s' is no code: --explain all lists them", code);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return STATUS_OK;
	diag_error("standard output can't be written");
	return STATUS_FAILED;
}

/* A pattern of actions for --require-mfa. STATUS_OK, or STATUS_USAGE after saying why. */
static int add_mfa(struct config *s, const char *pattern)
{
	if (action_is(pattern)) {
		mem_grow(&s->mfa, &s->cap_mfa, s->n_mfa + 1, sizeof(*s->mfa));
		s->mfa[s->n_mfa++] = pattern;
		return STATUS_OK;
	}
	return opt_usage(&prog,
		"--require-mfa '%s' is no pattern of actions: write it like 'iam:*'",
		pattern);
}

/* STATUS_OK to go on; or -1 with *status, which the program is to end with. */
static int read_option(struct config *s, int which, const char *value, int *status)
{
	switch (which) {
	case OPT_EMPTY:
		s->allow_empty = 1;
		break;
	case OPT_ROLE:
		s->ask.aws.assume_role = value;
		break;
	case OPT_BASELINE:
		s->baseline = value;
		break;
	case OPT_EXPLAIN:
		*status = explain(value);
		return -1;
	case OPT_FORMAT:
		if (format_parse(value, &s->format) == 0)
			break;
		*status = opt_usage(
			&prog, "--format '%s' is none: there are %s", value, format_names);
		return -1;
	case OPT_ONLINE:
		s->online = 1;
		break;
	case OPT_OUTPUT:
		s->output = value;
		break;
	case OPT_PROFILE:
		s->ask.aws.profile = value;
		break;
	case OPT_QUIET:
		diag_set_quiet(1);
		break;
	case OPT_MFA:
		*status = add_mfa(s, value);
		return *status == STATUS_OK ? STATUS_OK : -1;
	case OPT_RULES:
	case OPT_RULES_ALL:
		own_rules_add(&s->own, value, which == OPT_RULES_ALL);
		break;
	case OPT_STRICT:
		s->strict = 1;
		break;
	case OPT_TRACE:
		s->ask.trace = value;
		break;
	case OPT_VERBOSE:
		s->ask.verbose = 1;
		break;
	default:
		return -1;
	}
	return STATUS_OK;
}

int config_read(struct config *s, int argc, char **argv, int *status)
{
	struct opt_parser p;
	int which;
	s->ask.aws.prog = prog.name;
	opt_init(&p, &prog, argc, argv);
	while ((which = opt_next(&p, status)) != OPT_END)
		if (read_option(s, which, p.value, status) != STATUS_OK)
			return -1;
	if ((*status = check_options(s)) != STATUS_OK)
		return -1;
	/* What another program reads from standard error is not to have notes in it. */
	if (s->format != FORMAT_TEXT && s->output == NULL)
		diag_set_quiet(1);
	for (int i = p.next; i < argc; i++)
		if (argv[i][0] == '\0') {
			*status = opt_usage(&prog, "PATH is empty");
			return -1;
		}
	return p.next;
}

void config_release(struct config *s)
{
	own_rules_release(&s->own);
	free(s->mfa);
}
