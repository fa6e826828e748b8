#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "cmd.h"
#include "control.h"
#include "diag.h"
#include "mem.h"
#include "pattern.h"
#include "serve.h"
#include "status.h"
#include "text.h"
#include "when.h"

#define SKEW_MAX_MS (INT64_C(366) * 86400 * 1000)

enum option {
	OPT_STATE,
	OPT_GENERATE,
	OPT_SAVE,
	OPT_CALLS,
	OPT_LOG,
	OPT_PORT,
	OPT_CALLER,
	OPT_PAGE,
	OPT_QUOTA,
	OPT_ANY_POLICY,
	OPT_TPS,
	OPT_BURST,
	OPT_LATENCY,
	OPT_JITTER,
	OPT_ASYNC,
	OPT_OUTSTANDING,
	OPT_LAG,
	OPT_SEED,
	OPT_SPEED,
	OPT_SKEW,
	OPT_FAULT,
	OPT_LEGACY,
	OPT_QUIET
};

static const struct opt options[] = {
	[OPT_STATE] = { 's', "state", "FILE", "load a state stream (may be given again)" },
	[OPT_GENERATE] = { 'g', "generate", "SPEC",
		"make an organization: accounts=20,ous=5,...,seed=1" },
	[OPT_SAVE] = { 'o', "save", "FILE",
		"write the state to FILE (- is stdout) at the end" },
	[OPT_CALLS] = { 'c', "calls", "FILE",
		"write the calls by operation to FILE at the end" },
	[OPT_LOG] = { 'l', "log", "FILE", "append one JSON line for each request to FILE" },
	[OPT_PORT] = { 'p', "port", "PORT",
		"listen on this port of 127.0.0.1 (default: a free one)" },
	[OPT_CALLER] = { 0, "caller", "ACCOUNT",
		"whose credentials callers have (default: the owner's)" },
	[OPT_PAGE] = { 0, "page", "NUMBER",
		"items of a page at most, whatever is asked for" },
	[OPT_QUOTA] = { 0, "quota", "NAME=NUMBER",
		"change a quota: permission-sets, permission-sets-per-account, policies" },
	[OPT_ANY_POLICY] = { 0, "any-policy", NULL,
		"take every managed policy for one that AWS has" },
	[OPT_TPS] = { 0, "tps", "[SERVICE=]NUMBER",
		"requests a second, of sso unless said (default 0: no limit)" },
	[OPT_BURST] = { 0, "burst", "[SERVICE=]NUMBER",
		"the most of them at once (default: those of a second)" },
	[OPT_LATENCY] = { 0, "latency", "DURATION",
		"answer every request this much later" },
	[OPT_JITTER] = { 0, "jitter", "DURATION", "and up to this much later than that" },
	[OPT_ASYNC] = { 0, "async", "DURATION[-DURATION]",
		"how long assignments take, from to (default 50ms)" },
	[OPT_OUTSTANDING] = { 0, "outstanding", "NUMBER",
		"assignment operations at a time (default 10)" },
	[OPT_LAG] = { 0, "lag", "DURATION", "how far reads lag behind writes (default 0)" },
	[OPT_SEED] = { 0, "seed", "NUMBER", "for all that is left to chance (default 1)" },
	[OPT_SPEED] = { 0, "speed", "NUMBER",
		"simulated seconds that pass in one of this machine's (default 1)" },
	[OPT_SKEW] = { 0, "skew", "[-]DURATION",
		"how far its clock is ahead of this machine's, or behind" },
	[OPT_FAULT] = { 'f', "fault", "RULE",
		"OPERATION[:CONDITION]...:ACTION: what is to go wrong (may be given "
		"again)" },
	[OPT_LEGACY] = { 0, "legacy", NULL, "accounts have Status, not State and Paths" },
	[OPT_QUIET] = { 'q', "quiet", NULL, "say nothing but errors and warnings" },
};

static const struct opt_prog program = { "idc-sim",
	"A local AWS: Organizations, IAM Identity Center and its directory, for one "
	"machine.",
	"[-- COMMAND [ARG]...]", options, sizeof(options) / sizeof(options[0]) };

/* Where the state comes from, in the order of the command line. */
struct source {
	enum option option; /* OPT_STATE or OPT_GENERATE */
	const char *value;
};

struct settings {
	struct source *sources;
	size_t n_sources, sources_cap;
	const char *save, *calls, *log, *caller;
	unsigned long port, seed;
	struct sim_options sim;
	struct pace pace;
	struct clock clock;
	struct faults faults;
	int64_t latency_ms, jitter_ms, lag_ms;
};

static int bad_value(enum option o, const char *value, const char *wanted)
{
	return opt_usage(&program, "--%s: '%s' is not %s", options[o].name, value, wanted);
}

static int set_number(
	enum option o, const char *value, unsigned long max, unsigned long *to)
{
	if (text_number(value, max, to) == 0)
		return 0;
	char wanted[60];
	snprintf(wanted, sizeof(wanted), "a whole number from 0 to %lu", max);
	return bad_value(o, value, wanted);
}

static int set_span(enum option o, const char *value, int64_t *to)
{
	if (when_parse_span(value, to) == 0)
		return 0;
	return bad_value(o, value, "a duration such as 50ms, 3s or 2m");
}

static int set_skew(const char *value, int64_t *to)
{
	int status = set_span(OPT_SKEW, value + (*value == '-'), to);
	if (status == 0 && *to > SKEW_MAX_MS)
		return bad_value(OPT_SKEW, value, "a year at the most");
	if (*value == '-')
		*to = -*to;
	return status;
}

/* "3s", or "1s-5s". */
static int set_async(struct sim_options *to, const char *value)
{
	char *least = mem_bytes(value, strcspn(value, "-"));
	const char *most = strchr(value, '-');
	int status = set_span(OPT_ASYNC, least, &to->async_ms);
	to->async_most_ms = to->async_ms;
	if (status == 0 && most != NULL)
		status = set_span(OPT_ASYNC, most + 1, &to->async_most_ms);
	free(least);
	if (status == 0 && to->async_most_ms < to->async_ms)
		return bad_value(
			OPT_ASYNC, value, "a range: the second duration is the longer one");
	return status;
}

static int set_quota(struct sim_options *to, const char *value)
{
	const struct {
		const char *name;
		unsigned long *to;
	} quotas[] = { { "permission-sets", &to->max_sets },
		{ "permission-sets-per-account", &to->max_sets_per_account },
		{ "policies", &to->max_policies } };
	size_t len = strcspn(value, "=");
	for (size_t i = 0; i < sizeof(quotas) / sizeof(quotas[0]); i++)
		if (strlen(quotas[i].name) == len &&
			strncmp(value, quotas[i].name, len) == 0 && value[len] == '=' &&
			text_number(value + len + 1, 1000000, quotas[i].to) == 0)
			return 0;
	return bad_value(OPT_QUOTA, value,
		"permission-sets, permission-sets-per-account or policies, =, and a "
		"number");
}

static int add_fault(struct faults *faults, const char *rule)
{
	char why[700];
	if (faults_add(faults, rule, why, sizeof(why)) == 0)
		return 0;
	return opt_usage(&program, "--fault: %s", why);
}

static int add_source(struct settings *set, enum option o, const char *value)
{
	mem_grow(&set->sources, &set->sources_cap, set->n_sources + 1,
		sizeof(*set->sources));
	set->sources[set->n_sources++] = (struct source){ o, value };
	return 0;
}

static const char rate_wanted[] =
	"a number, or sso, organizations, access-analyzer, iam or sts, =, and a number";

static int set_option(struct settings *set, enum option o, const char *value)
{
	struct sim_options *sim = &set->sim;
	switch (o) {
	case OPT_STATE:
	case OPT_GENERATE:
		return add_source(set, o, value);
	case OPT_SAVE:
		set->save = value;
		return 0;
	case OPT_CALLS:
		set->calls = value;
		return 0;
	case OPT_LOG:
		set->log = value;
		return 0;
	case OPT_PORT:
		return set_number(o, value, 65535, &set->port);
	case OPT_CALLER:
		set->caller = value;
		return text_is_account_id(value)
			       ? 0
			       : bad_value(o, value, "an account id of 12 digits");
	case OPT_PAGE:
		return set_number(o, value, 1000, &sim->page);
	case OPT_QUOTA:
		return set_quota(sim, value);
	case OPT_ANY_POLICY:
		sim->any_policy = 1;
		return 0;
	case OPT_TPS:
		return pace_set_rate(&set->pace, value) == 0
			       ? 0
			       : bad_value(o, value, rate_wanted);
	case OPT_BURST:
		return pace_set_burst(&set->pace, value) == 0
			       ? 0
			       : bad_value(o, value, rate_wanted);
	case OPT_LATENCY:
		return set_span(o, value, &set->latency_ms);
	case OPT_JITTER:
		return set_span(o, value, &set->jitter_ms);
	case OPT_ASYNC:
		return set_async(sim, value);
	case OPT_OUTSTANDING:
		if (set_number(o, value, 1000, &sim->outstanding) != 0)
			return STATUS_USAGE;
		return sim->outstanding > 0 ? 0 : bad_value(o, value, "from 1 to 1000");
	case OPT_LAG:
		return set_span(o, value, &set->lag_ms);
	case OPT_SEED:
		return set_number(o, value, UINT32_MAX, &set->seed);
	case OPT_SPEED:
		if (text_number(value, WHEN_SPEED_MAX, &set->clock.speed) == 0 &&
			set->clock.speed > 0)
			return 0;
		return bad_value(o, value, "a whole number from 1 to 10000");
	case OPT_SKEW:
		return set_skew(value, &set->clock.skew_ms);
	case OPT_FAULT:
		return add_fault(&set->faults, value);
	case OPT_LEGACY:
		sim->legacy = 1;
		return 0;
	case OPT_QUIET:
		diag_set_quiet(1);
		return 0;
	}
	return 0;
}

/* The variables that lead the AWS clients of a command (or a person) here. */
static char **environment(const struct settings *set, const struct sim *sim, unsigned port)
{
	char **list = mem_array(11, sizeof(char *));
	list[0] = mem_format("AWS_ENDPOINT_URL=http://127.0.0.1:%u", port);
	list[1] = mem_format("AWS_REGION=%s", sim->region);
	list[2] = mem_string("AWS_ACCESS_KEY_ID=" SIM_ACCESS_KEY_ID);
	list[3] = mem_string("AWS_SECRET_ACCESS_KEY=" SIM_SECRET_ACCESS_KEY);
	list[4] = mem_string("AWS_SESSION_TOKEN=" SIM_SESSION_TOKEN);
	list[5] = mem_string("AWS_EC2_METADATA_DISABLED=true");
	/* boto3 reads only this one. */
	list[6] = mem_format("AWS_DEFAULT_REGION=%s", sim->region);
	list[7] = mem_format("IDC_SIM=http://127.0.0.1:%u" CONTROL_PATH, port);
	list[8] = mem_format("IDC_SPEED=%lu", set->clock.speed);
	list[9] = mem_format("IDC_TPS=%lu", pace_rate(&set->pace, "sso"));
	return list;
}

static void free_environment(char **list)
{
	for (size_t i = 0; list[i] != NULL; i++)
		free(list[i]);
	free(list);
}

/* Sets the variables for COMMAND; a caller's own IDC_TPS stays. */
static void set_environment(char *const *list)
{
	static const char *const others[] = { "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
		"AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_ENDPOINT_URL_SSO_ADMIN",
		"AWS_ENDPOINT_URL_IDENTITYSTORE", "AWS_ENDPOINT_URL_ORGANIZATIONS",
		"AWS_ENDPOINT_URL_ACCESSANALYZER", "AWS_ENDPOINT_URL_IAM",
		"AWS_ENDPOINT_URL_STS" };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		unsetenv(others[i]);
	/* A profile may say otherwise. */
	setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false", 1);
	/* No proxy is to see what is for this machine. */
	setenv("NO_PROXY", "127.0.0.1", 1);
	setenv("no_proxy", "127.0.0.1", 1);
	for (; *list != NULL; list++) {
		size_t len = strcspn(*list, "=");
		char *name = mem_bytes(*list, len);
		setenv(name, *list + len + 1, strcmp(name, "IDC_TPS") != 0);
		free(name);
	}
}

/* Serves until COMMAND has ended, or without one until a signal says to stop. */
static int serve(struct server *server, int signals, char **variables, char **command)
{
	pid_t pid = 0;
	int stop = 0, status = STATUS_OK, failed = 0;
	if (command != NULL) {
		set_environment(variables);
		pid = child_start(command);
		failed = pid < 0;
	} else {
		for (size_t i = 0; variables[i] != NULL; i++)
			printf("export %s\n", variables[i]);
		failed = fflush(stdout) != 0;
		if (failed)
			diag_error("standard output: %s", strerror(errno));
	}
	while (!failed && !child_check(signals, pid, &stop, &status) &&
		(pid > 0 || stop == 0))
		serve_step(server, 1000, signals);
	return failed ? STATUS_FAILED : status;
}

static int write_calls(const struct calls *calls, const struct sim *sim, const char *path)
{
	struct buf b;
	buf_init(&b, 1u << 20);
	calls_write(calls, sim, &b);
	FILE *f = NULL;
	int failed;
	if (strcmp(path, "-") == 0) {
		failed = fwrite(buf_str(&b), 1, b.len, stderr) != b.len;
	} else {
		f = fopen(path, "w");
		failed = f == NULL || fwrite(buf_str(&b), 1, b.len, f) != b.len;
	}
	if (f != NULL && fclose(f) != 0)
		failed = 1;
	if (failed)
		diag_error("can't write %s: %s", path, strerror(errno));
	buf_release(&b);
	return failed ? -1 : 0;
}

static FILE *open_log(const char *path)
{
	if (strcmp(path, "-") == 0)
		return fdopen(dup(STDERR_FILENO), "a");
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	FILE *f = fd >= 0 ? fdopen(fd, "a") : NULL;
	if (f == NULL)
		diag_error("can't write %s: %s", path, strerror(errno));
	return f;
}

/* Loads and makes what the command line says. 0, or an exit status after saying why. */
static int make_state(struct sim *sim, const struct settings *set)
{
	int status = 0;
	sim->options = set->sim;
	sim->options.seed = set->seed;
	sim->random = set->seed;
	sim->now = set->clock.started;
	for (size_t i = 0; status == 0 && i < set->n_sources; i++)
		status = set->sources[i].option == OPT_STATE
				 ? sim_load(sim, set->sources[i].value)
				 : sim_generate(sim, set->sources[i].value);
	if (status == 0)
		sim_complete(sim);
	return status;
}

/* Everything between a state that is there and one that may be saved. */
static int run_world(struct world *world, struct settings *set, FILE *log, char **command)
{
	struct calls calls;
	calls_init(&calls);
	struct server_options how = { .clock = &set->clock,
		.world = world,
		.faults = &set->faults,
		.pace = &set->pace,
		.calls = &calls,
		.log = log,
		.latency_ms = set->latency_ms,
		.jitter_ms = set->jitter_ms,
		.seed = set->seed };
	int signals = child_signals();
	struct server *server =
		signals >= 0 ? serve_start(&how, (unsigned)set->port) : NULL;
	int status = STATUS_FAILED;
	if (server != NULL) {
		char **variables = environment(set, world->truth, serve_port(server));
		status = serve(server, signals, variables, command);
		free_environment(variables);
		if (set->calls != NULL &&
			write_calls(&calls, world->truth, set->calls) != 0 && status == 0)
			status = STATUS_FAILED;
	}
	serve_stop(server);
	calls_release(&calls);
	return status;
}

static int run(struct sim *sim, struct settings *set, char **command)
{
	FILE *log = set->log != NULL ? open_log(set->log) : NULL;
	struct sessions sessions;
	struct world world;
	if (set->log != NULL && log == NULL)
		return STATUS_FAILED;
	if (set->save != NULL && sim_save_check(set->save) != 0) {
		if (log != NULL)
			fclose(log);
		return STATUS_FAILED;
	}
	sessions_init(
		&sessions, set->caller != NULL ? set->caller : sim->owner_id, set->seed);
	int status = world_init(&world, sim, &sessions, set->lag_ms), made = status == 0;
	if (made)
		status = run_world(&world, set, log, command);
	/* What is still under way when the command has ended goes on in AWS, too. */
	world_settle(&world, clock_now(&set->clock));
	if (made && set->save != NULL && sim_save(sim, set->save, when_now()) != 0 &&
		status == 0)
		status = STATUS_FAILED;
	world_release(&world);
	sessions_release(&sessions);
	int unwritten = log != NULL && ferror(log);
	if (log != NULL && fclose(log) != 0)
		unwritten = 1;
	if (unwritten) {
		diag_error("can't write %s", set->log);
		status = status == 0 ? STATUS_FAILED : status;
	}
	return status;
}

int main(int argc, char **argv)
{
	/* The clock here is ours alone to set, whatever simulator we are called from. */
	unsetenv("IDC_SPEED");
	cmd_init("idc-sim", 1);
	struct sim sim;
	struct settings set = { .seed = 1 };
	struct opt_parser parser;
	int status = 0, option;
	sim_init(&sim);
	set.sim = sim.options;
	faults_init(&set.faults);
	clock_start(&set.clock);
	opt_init(&parser, &program, argc, argv);
	while (status == 0 && (option = opt_next(&parser, &status)) >= 0)
		status = set_option(&set, (enum option)option, parser.value);
	if (status == 0 && option == OPT_END) {
		faults_seed(&set.faults, set.seed);
		status = make_state(&sim, &set);
		if (status == 0)
			status = run(
				&sim, &set, parser.next < argc ? argv + parser.next : NULL);
	}
	faults_release(&set.faults);
	free(set.sources);
	sim_release(&sim);
	pattern_release();
	return status;
}
