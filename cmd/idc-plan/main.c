/*
 * idc-plan -- resolved in, plan out: reads the live state, and writes the actions that lead
 * from it to what is wanted.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "cred.h"
#include "diag.h"
#include "diff_assignments.h"
#include "diff_sets.h"
#include "emit.h"
#include "guard.h"
#include "live.h"
#include "mem.h"
#include "ownership.h"
#include "rec.h"
#include "resolved.h"
#include "status.h"
#include "when.h"

enum {
	OPT_ADOPT,
	OPT_ROLE,
	OPT_EXIT_CODE,
	OPT_IGNORE,
	OPT_MANAGEMENT,
	OPT_LAST,
	OPT_MAX_DELETE,
	OPT_PROFILE,
	OPT_QUICK,
	OPT_STATE,
	OPT_TAG,
	OPT_QUIET,
	OPT_TRACE,
	OPT_VERBOSE
};

static const struct opt options[] = {
	[OPT_ADOPT] = { 0, "adopt", "NAME",
		"take over the existing permission set NAME (may be given again)" },
	[OPT_ROLE] = ASK_OPT_ROLE,
	[OPT_EXIT_CODE] = { 0, "exit-code", NULL, "exit 3 when there is something to do" },
	[OPT_IGNORE] = { 0, "ignore", "EXPR",
		"leave live assignments alone for which the jq condition holds" },
	[OPT_MANAGEMENT] = { 0, "include-management-account", NULL,
		"change the management account too" },
	[OPT_LAST] = { 0, "last-applied", "FILE",
		"delete only what FILE asked for: a resolved stream, or a Terraform "
		"state" },
	[OPT_MAX_DELETE] = { 0, "max-delete", "LIMIT",
		"refuse to revoke more assignments: N or N% (default 25%, or 10)" },
	[OPT_PROFILE] = ASK_OPT_PROFILE,
	[OPT_QUICK] = { 0, "quick", NULL,
		"with --last-applied: don't read what is the same in both files" },
	[OPT_STATE] = { 0, "state", "FILE",
		"a dump to plan against, instead of asking AWS" },
	[OPT_TAG] = { 0, "tag", "KEY[=VALUE]",
		"the tag of the permission sets that are ours (default " PERMSET_TAG ")" },
	[OPT_QUIET] = { 'q', "quiet", NULL, "no summary and no notes" },
	[OPT_TRACE] = ASK_OPT_TRACE,
	[OPT_VERBOSE] = ASK_OPT_VERBOSE,
};

static const struct opt_prog prog = {
	.name = "idc-plan",
	.summary = "plan the changes that lead from the live state to the resolved one",
	.operands = "[FILE]",
	.opts = options,
	.n_opts = sizeof(options) / sizeof(options[0]),
};

/* One run, from the input to the output. */
struct run {
	struct settings settings;
	struct permset_tag tag;
	time_t now;
	struct model model;
	struct plan plan;
	struct last_applied last;
	struct ignore *ignore;
	struct ask ask;
	struct live live;
};

/* --- the command line --------------------------------------------------------------- */

static int read_tag(struct run *r, const char *text)
{
	if (permset_tag_read(&r->tag, text) != 0)
		return opt_usage(&prog, "--tag '%s' has no key", text);
	r->settings.tag_key = r->tag.key;
	r->settings.tag_value = r->tag.value;
	return STATUS_OK;
}

static void add_adopt(struct settings *s, const char *name)
{
	mem_grow(&s->adopt, &s->cap_adopt, s->n_adopt + 1, sizeof(*s->adopt));
	s->adopt[s->n_adopt++] = name;
}

static int read_option(struct run *r, int which, const char *value)
{
	struct settings *s = &r->settings;
	switch (which) {
	case OPT_ADOPT:
		add_adopt(s, value);
		break;
	case OPT_ROLE:
		r->settings.ask.aws.assume_role = value;
		if (!cred_is_role(value))
			return opt_usage(
				&prog, "--assume-role '%s' is no ARN of a role", value);
		break;
	case OPT_PROFILE:
		r->settings.ask.aws.profile = value;
		break;
	case OPT_EXIT_CODE:
		s->exit_code = 1;
		break;
	case OPT_IGNORE:
		s->ignore = value;
		break;
	case OPT_MANAGEMENT:
		s->include_management = 1;
		break;
	case OPT_LAST:
		s->last_applied = value;
		break;
	case OPT_MAX_DELETE:
		s->max_delete = value;
		if (guard_check_option(value) != 0)
			return opt_usage(&prog,
				"--max-delete '%s' is neither a number nor a percentage",
				value);
		break;
	case OPT_QUICK:
		s->quick = 1;
		break;
	case OPT_STATE:
		s->ask.state = value;
		break;
	case OPT_TAG:
		return read_tag(r, value);
	case OPT_QUIET:
		diag_set_quiet(1);
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
static int read_options(struct run *r, int argc, char **argv, int *status)
{
	struct opt_parser p;
	int which;
	r->settings.tag_key = PERMSET_TAG;
	opt_init(&p, &prog, argc, argv);
	while ((which = opt_next(&p, status)) != OPT_END) {
		if (which < 0)
			return -1;
		*status = read_option(r, which, p.value);
		if (*status != STATUS_OK)
			return -1;
	}
	if (argc - p.next > 1) {
		*status = opt_usage(
			&prog, "one file at most, got '%s' too", argv[p.next + 1]);
		return -1;
	}
	if (r->settings.quick && r->settings.last_applied == NULL) {
		*status = opt_usage(&prog, "--quick needs --last-applied");
		return -1;
	}
	r->settings.file = p.next < argc ? argv[p.next] : NULL;
	if (r->settings.ignore == NULL)
		return 0;
	r->ignore = ignore_new(r->settings.ignore);
	*status = STATUS_USAGE;
	return r->ignore != NULL ? 0 : -1;
}

/* --- the steps ---------------------------------------------------------------------- */

static int read_input(struct run *r)
{
	const char *name;
	struct stream_in s;
	int fd = cmd_open(r->settings.file, &name);
	if (fd < 0)
		return STATUS_FAILED;
	stream_open(&s, fd, name, prog.name, STREAM_BIT(STREAM_RESOLVED));
	int status = resolved_read(&r->model, &s, RESOLVED_WANTED);
	stream_release(&s);
	if (fd != STDIN_FILENO)
		close(fd);
	if (status == STATUS_OK && r->settings.last_applied != NULL)
		status = last_applied_read(&r->last, &r->model, r->settings.last_applied);
	return status;
}

/* Only the files of whole runs tell what is live, and what is adopted is in none. */
static int may_be_quick(const struct run *r)
{
	const char *why = NULL;
	if (r->settings.quick && !r->last.is_one)
		why = "is not the resolved stream of one run";
	else if (r->settings.quick && r->settings.n_adopt > 0)
		why = "knows nothing of what is adopted";
	if (why != NULL)
		diag_note("--quick: '%s' %s: reading everything", r->last.file, why);
	return r->settings.quick && why == NULL;
}

static int plan_sets(struct run *r)
{
	struct live *l = &r->live;
	l->tag_key = r->settings.tag_key;
	l->tag_value = r->settings.tag_value;
	l->only_known = r->last.given;
	l->quick = may_be_quick(r);
	for (size_t i = 0; i < r->settings.n_adopt; i++)
		map_put(&l->adopt, r->settings.adopt[i], NULL);
	if ((l->quick ? live_read_few_sets(l) : live_read_sets(l)) != 0)
		return ask_report(&r->ask);
	int status = ownership_check(&r->plan, l);
	if (status == STATUS_OK)
		status = last_applied_bind(&r->last, &r->model);
	if (status != STATUS_OK)
		return status;
	ownership_renames(&r->model);
	model_sort(&r->model);
	diff_sets(&r->plan);
	return STATUS_OK;
}

/* Whether the last run has left set as it is wanted: then it has provisioned it, too. */
static int was_provisioned(const struct run *r, const struct set *s)
{
	return r->last.is_one && jv_get_kind(s->last) == JV_KIND_OBJECT &&
	       resolved_same(s->want, s->last);
}

/*
 * Sets that change need to be provisioned if they are anywhere, the others where they lag:
 * not those that the last run wanted as they are, since it has ended well.
 */
static int read_provisioning(struct run *r)
{
	for (uint32_t i = 0; i < r->model.n_sets; i++) {
		const struct set *s = &r->model.sets[i];
		if (!jv_is_valid(s->want) || !jv_is_valid(s->live) ||
			(s->counted && s->n_accounts == 0))
			continue;
		if (!r->plan.edits[i].changed && !was_provisioned(r, s))
			live_ask_outdated(&r->live, i);
		else if (r->plan.edits[i].changed && !s->counted)
			live_ask_accounts(&r->live, i);
	}
	return ask_wait(&r->ask, NULL);
}

static int read_live(struct run *r)
{
	struct model *m = &r->model;
	if (live_read_assignments(&r->live) != 0 || read_provisioning(r) != 0)
		return ask_report(&r->ask);
	diff_mark(&r->plan);
	unsigned char *principals = mem_array(m->n_principals, 1);
	unsigned char *accounts = mem_array(m->n_accounts, 1);
	diff_need_names(&r->plan, principals, accounts);
	int bad = live_read_names(&r->live, principals, accounts);
	free(principals);
	free(accounts);
	return bad ? ask_report(&r->ask) : STATUS_OK;
}

static int plan_assignments(struct run *r)
{
	model_sort(&r->model);
	int status = diff_judge(&r->plan, &r->last, r->ignore);
	if (status != STATUS_OK)
		return status;
	diff_rebinds(&r->plan);
	diff_provisioning(&r->plan);
	diff_assignments(&r->plan, &r->last);
	return STATUS_OK;
}

/* --- the end ------------------------------------------------------------------------ */

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void summarize(const struct run *r)
{
	const struct plan *p = &r->plan;
	size_t grants = 0, roles = 0;
	for (size_t i = 0; i < p->n_actions; i++) {
		grants += p->actions[i].op == CREATE_ASSIGNMENT;
		roles += (p->actions[i].flags & ACTION_ROLE_REMOVED) != 0;
	}
	size_t others = p->n_actions - grants - p->n_revokes;
	diag_note("%zu grant%s, %zu revoke%s (%zu role%s removed), %zu change%s of "
		  "permission "
		  "sets, %zu notice%s; %.0f requests",
		grants, plural(grants), p->n_revokes, plural(p->n_revokes), roles,
		plural(roles), others, plural(others), p->n_notices, plural(p->n_notices),
		ask_count(r->ask.aws, 0));
}

/* Of the management account, the notices say everything; here it is said once. */
static void report_spared(const struct run *r)
{
	const char *id = model_instance(&r->model, "ManagementAccountId");
	const char *name = NULL;
	size_t n = 0;
	for (size_t i = 0; i < r->plan.n_notices; i++) {
		const struct notice *x = &r->plan.notices[i];
		if (strcmp(x->code, "ManagementAccount") != 0)
			continue;
		name = r->model.accounts[x->account].name;
		n++;
	}
	if (n > 0)
		diag_warning("the management account %s%s%s%s is left as it is: %zu "
			     "assignment%s would change with "
			     "--include-management-account",
			id, name != NULL ? " ('" : "", name != NULL ? name : "",
			name != NULL ? "')" : "", n, plural(n));
}

/* A plan that the guard refuses can be looked at, but is never complete. */
static int write_plan(struct run *r)
{
	static struct out out;
	struct stream_out stream;
	int status = guard(&r->plan);
	out_init(&out, STDOUT_FILENO);
	stream_begin(&stream, &out, STREAM_PLAN, cmd_version(), r->now);
	emit(&r->plan, r->last.given, &stream);
	if (status == STATUS_OK)
		stream_end(&stream);
	status = cmd_close(&out, status);
	if (status != STATUS_OK)
		return status;
	report_spared(r);
	summarize(r);
	return r->settings.exit_code && r->plan.n_actions > 0 ? STATUS_CHANGES : STATUS_OK;
}

/* What is missing for that account would be revoked there, whatever the rules ask for. */
static int check_management(const struct run *r)
{
	if (!r->settings.include_management || !r->model.lacks_management)
		return STATUS_OK;
	diag_error(
		"idc-resolve left the management account out of the input: give "
		"--include-management-account to idc-resolve, too, or all that the rules "
		"ask for there would be revoked");
	return STATUS_REFUSED;
}

/*
 * A dump is read before the input, which may take its time to come; who asks AWS has to
 * know the region first.
 */
static int begin(struct run *r)
{
	int offline = r->settings.ask.state != NULL;
	int status = offline ? ask_start(&r->ask, &r->settings.ask) : STATUS_OK;
	if (status == STATUS_OK)
		status = read_input(r);
	if (status == STATUS_OK)
		status = check_management(r);
	if (status == STATUS_OK && !offline)
		status = ask_region(r->model.instance);
	if (status == STATUS_OK && !offline)
		status = ask_start(&r->ask, &r->settings.ask);
	return status;
}

static int run(struct run *r)
{
	int status = begin(r);
	if (status == STATUS_OK)
		status = plan_sets(r);
	if (status == STATUS_OK)
		status = read_live(r);
	if (status == STATUS_OK)
		status = plan_assignments(r);
	if (status == STATUS_OK)
		status = write_plan(r);
	if (r->settings.ask.verbose)
		ask_count(r->ask.aws, 1);
	ask_close(r->ask.aws);
	return status;
}

int main(int argc, char **argv)
{
	static struct run r;
	int status = STATUS_OK;
	cmd_init(prog.name, 0);
	model_init(&r.model);
	r.settings.ask.aws.prog = prog.name;
	r.last.state = jv_invalid();
	plan_init(&r.plan, &r.model, &r.settings);
	ask_init(&r.ask);
	live_init(&r.live, &r.ask, &r.model);
	if (read_options(&r, argc, argv, &status) == 0) {
		r.now = when_now();
		status = run(&r);
	}
	live_release(&r.live);
	plan_release(&r.plan);
	last_applied_release(&r.last);
	model_release(&r.model);
	ignore_free(r.ignore);
	free(r.settings.adopt);
	free(r.tag.text);
	return status;
}
