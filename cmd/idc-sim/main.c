#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "cmd.h"
#include "diag.h"
#include "mem.h"
#include "serve.h"
#include "status.h"
#include "text.h"
#include "when.h"

enum option {
	OPT_STATE,
	OPT_GENERATE,
	OPT_SAVE,
	OPT_CALLS,
	OPT_LOG,
	OPT_PORT,
	OPT_CALLER,
	OPT_PAGE,
	OPT_TPS,
	OPT_TPS_ORGANIZATIONS,
	OPT_LATENCY,
	OPT_ASYNC,
	OPT_OUTSTANDING,
	OPT_FAIL_ASYNC,
	OPT_EXPIRED,
	OPT_LEGACY,
	OPT_QUIET
};

static const struct opt options[] = {
	[OPT_STATE] = { 's', "state", "FILE", "load a state stream (may be given again)" },
	[OPT_GENERATE] = { 'g', "generate", "SPEC",
		"make an organization: accounts=20,ous=5,...,seed=1" },
	[OPT_SAVE] = { 'o', "save", "FILE", "write the state to FILE at the end" },
	[OPT_CALLS] = { 'c', "calls", "FILE",
		"write the calls by operation to FILE at the end" },
	[OPT_LOG] = { 'l', "log", "FILE", "write one JSON line for each request to FILE" },
	[OPT_PORT] = { 'p', "port", "PORT",
		"listen on this port of 127.0.0.1 (default: a free one)" },
	[OPT_CALLER] = { 0, "caller", "ACCOUNT",
		"whose credentials callers have (default: the owner's)" },
	[OPT_PAGE] = { 0, "page", "NUMBER",
		"items of a page at most, whatever is asked for" },
	[OPT_TPS] = { 0, "tps", "NUMBER",
		"Identity Center requests a second (default 0: unlimited)" },
	[OPT_TPS_ORGANIZATIONS] = { 0, "tps-organizations", "NUMBER",
		"the same for Organizations" },
	[OPT_LATENCY] = { 0, "latency", "DURATION",
		"answer every request this much later" },
	[OPT_ASYNC] = { 0, "async", "DURATION",
		"how long assignments take (default 50ms)" },
	[OPT_OUTSTANDING] = { 0, "outstanding", "NUMBER",
		"assignment operations at a time (default 10)" },
	[OPT_FAIL_ASYNC] = { 0, "fail-async", "OPERATION",
		"let every such operation fail, or with :N behind it the Nth" },
	[OPT_EXPIRED] = { 0, "expired-credentials", NULL,
		"refuse every request: credentials expired" },
	[OPT_LEGACY] = { 0, "legacy", NULL, "accounts have Status, not State and Paths" },
	[OPT_QUIET] = { 'q', "quiet", NULL, "say nothing but errors" },
};

static const struct opt_prog program = { "idc-sim",
	"A local AWS: Organizations, IAM Identity Center and its directory, for one "
	"machine.",
	"[-- COMMAND [ARG]...]", options, sizeof(options) / sizeof(options[0]) };

struct settings {
	const char *save, *calls, *log;
	unsigned long port;
};

static int bad_value(const char *name, const char *value, const char *wanted)
{
	return opt_usage(&program, "--%s: '%s' is not %s", name, value, wanted);
}

static int set_number(
	enum option o, const char *value, unsigned long max, unsigned long *to)
{
	if (text_number(value, max, to) == 0)
		return 0;
	return bad_value(options[o].name, value, "a whole number in range");
}

static int set_span(enum option o, const char *value, int64_t *to)
{
	if (when_parse_span(value, to) == 0)
		return 0;
	return bad_value(options[o].name, value, "a duration such as 50ms, 3s or 2m");
}

static int add_failure(struct sim_options *o, const char *value)
{
	static const char *const names[] = { "CreateAccountAssignment",
		"DeleteAccountAssignment", "ProvisionPermissionSet" };
	size_t len = strcspn(value, ":");
	unsigned long nth = 0;
	int known = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		known |= strlen(names[i]) == len && strncmp(value, names[i], len) == 0;
	if (!known ||
		(value[len] == ':' && text_number(value + len + 1, 1000000, &nth) != 0))
		return bad_value("fail-async", value,
			"CreateAccountAssignment, DeleteAccountAssignment or "
			"ProvisionPermissionSet with an optional :N");
	if (o->n_failures == sizeof(o->failures) / sizeof(o->failures[0]))
		return opt_usage(
			&program, "--fail-async: at most %zu times", o->n_failures);
	o->failures[o->n_failures++] = (struct failure){ mem_bytes(value, len), nth, 0 };
	return 0;
}

static int set_option(
	struct sim *sim, struct settings *set, enum option o, const char *value)
{
	struct sim_options *to = &sim->options;
	switch (o) {
	case OPT_STATE:
		return sim_load(sim, value);
	case OPT_GENERATE:
		return sim_generate(sim, value);
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
		to->caller = value;
		return text_is_account_id(value)
			       ? 0
			       : bad_value("caller", value, "an account id of 12 digits");
	case OPT_PAGE:
		return set_number(o, value, 1000, &to->page);
	case OPT_TPS:
		return set_number(o, value, 1000000, &to->tps);
	case OPT_TPS_ORGANIZATIONS:
		return set_number(o, value, 1000000, &to->tps_organizations);
	case OPT_LATENCY:
		return set_span(o, value, &to->latency_ms);
	case OPT_ASYNC:
		return set_span(o, value, &to->async_ms);
	case OPT_OUTSTANDING:
		return set_number(o, value, 1000, &to->outstanding);
	case OPT_FAIL_ASYNC:
		return add_failure(to, value);
	case OPT_EXPIRED:
		to->expired = 1;
		return 0;
	case OPT_LEGACY:
		to->legacy = 1;
		return 0;
	case OPT_QUIET:
		diag_set_quiet(1);
		return 0;
	}
	return 0;
}

/* The variables that lead the AWS clients of a command (or a person) here. */
static char **environment(const struct sim *sim, unsigned port)
{
	char **list = mem_array(9, sizeof(char *));
	list[0] = mem_format("AWS_ENDPOINT_URL=http://127.0.0.1:%u", port);
	list[1] = mem_format("AWS_REGION=%s", sim->region);
	list[2] = mem_string("AWS_ACCESS_KEY_ID=" SIM_ACCESS_KEY_ID);
	list[3] = mem_string("AWS_SECRET_ACCESS_KEY=" SIM_SECRET_ACCESS_KEY);
	list[4] = mem_string("AWS_SESSION_TOKEN=" SIM_SESSION_TOKEN);
	list[5] = mem_string("AWS_EC2_METADATA_DISABLED=true");
	/* boto3 reads only this one. */
	list[6] = mem_format("AWS_DEFAULT_REGION=%s", sim->region);
	list[7] = mem_format("IDC_TPS=%lu", sim->options.tps);
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
	static const char *const others[] = { "AWS_PROFILE",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_ENDPOINT_URL_SSO_ADMIN",
		"AWS_ENDPOINT_URL_IDENTITYSTORE", "AWS_ENDPOINT_URL_ORGANIZATIONS",
		"AWS_ENDPOINT_URL_ACCESSANALYZER", "AWS_ENDPOINT_URL_IAM",
		"AWS_ENDPOINT_URL_STS" };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		unsetenv(others[i]);
	for (; *list != NULL; list++) {
		size_t len = strcspn(*list, "=");
		char *name = mem_bytes(*list, len);
		setenv(name, *list + len + 1, strcmp(name, "IDC_TPS") != 0);
		free(name);
	}
}

/* Serves until COMMAND has ended, or without one until a signal says to stop. */
static int serve(struct sim *sim, const struct settings *set, FILE *log, char **command,
	struct server **out)
{
	int signals = child_signals();
	struct server *server =
		signals >= 0 ? serve_start(sim, (unsigned)set->port, log) : NULL;
	*out = server;
	if (server == NULL)
		return STATUS_FAILED;
	char **variables = environment(sim, serve_port(server));
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
	}
	free_environment(variables);
	while (!failed && !child_check(signals, pid, &stop, &status) &&
		(pid > 0 || stop == 0))
		serve_step(server, 1000, signals);
	return failed ? STATUS_FAILED : status;
}

static int write_calls(const struct server *server, const char *path)
{
	FILE *f = strcmp(path, "-") == 0 ? stderr : fopen(path, "w");
	if (f == NULL) {
		diag_error("%s: %s", path, strerror(errno));
		return -1;
	}
	serve_calls(server, f);
	if (f != stderr && fclose(f) != 0) {
		diag_error("%s: %s", path, strerror(errno));
		return -1;
	}
	return 0;
}

static FILE *open_log(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	FILE *f = fd >= 0 ? fdopen(fd, "a") : NULL;
	if (f == NULL)
		diag_error("%s: %s", path, strerror(errno));
	return f;
}

static int run(struct sim *sim, const struct settings *set, char **command)
{
	FILE *log = set->log != NULL ? open_log(set->log) : NULL;
	struct server *server = NULL;
	if (set->log != NULL && log == NULL)
		return STATUS_FAILED;
	int status = serve(sim, set, log, command, &server);
	/* What is still under way when the command has ended goes on in AWS, too. */
	sim_advance(sim, INT64_MAX, time(NULL));
	if (server != NULL && set->calls != NULL && write_calls(server, set->calls) != 0)
		status = status != 0 ? status : STATUS_FAILED;
	if (server != NULL && set->save != NULL &&
		sim_save(sim, set->save, when_now()) != 0)
		status = status != 0 ? status : STATUS_FAILED;
	serve_stop(server);
	if (log != NULL)
		fclose(log);
	return status;
}

int main(int argc, char **argv)
{
	cmd_init("idc-sim", 1);
	struct sim sim;
	struct settings set = { 0 };
	struct opt_parser parser;
	int status = 0, option;
	sim_init(&sim);
	sim.now = when_now();
	opt_init(&parser, &program, argc, argv);
	while (status == 0 && (option = opt_next(&parser, &status)) >= 0)
		status = set_option(&sim, &set, (enum option)option, parser.value);
	if (status == 0 && option == OPT_END) {
		sim_complete(&sim);
		status = run(&sim, &set, parser.next < argc ? argv + parser.next : NULL);
	}
	sim_release(&sim);
	return status;
}
