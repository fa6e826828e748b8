/*
 * Credentials of a credential_process.
 *
 * Source: "Process credential provider", AWS SDKs and Tools Reference Guide,
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
#include "cred_source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "buf.h"
#include "cred_json.h"
#include "mem.h"
#include "secret.h"

#define OUTPUT_MAX (64u << 10)
#define REAP_MS 10

extern char **environ;

/* A clock of the machine's time, whatever IDC_SPEED says: the process knows no other. */
static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Standard input from nowhere: ours is a stream. SIGPIPE as processes expect it. */
static int spawn(const char *command, int output, pid_t *pid)
{
	char shell[] = "/bin/sh";
	char option[] = "-c";
	char *text = mem_string(command);
	char *const argv[] = { shell, option, text, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int failed;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	failed = posix_spawn(pid, shell, &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	secret_free(&text);
	return failed;
}

/* Reads fd to its end, or until there is too much, end_ms has passed, or the look is over.
 */
static int read_output(const struct cred_look *look, int fd, int64_t end_ms,
	struct buf *out, struct err *err)
{
	char part[4096];
	ssize_t n = 1;

	while (n != 0 && !out->over) {
		if (now_ms() >= end_ms)
			return err_set(err, ERR_CRED, "no answer in time");
		n = read(fd, part, sizeof(part));
		if (n > 0)
			buf_add(out, part, (size_t)n);
		if (n < 0 && errno == EAGAIN && cred_wait(look, fd, err) != 0)
			return -1;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return err_set(err, ERR_CRED, "%s", strerror(errno));
		OPENSSL_cleanse(part, sizeof(part));
	}
	return out->over
		       ? err_set(err, ERR_CRED, "more than %u bytes of output", OUTPUT_MAX)
		       : 0;
}

/* Its wait status; what does not end by end_ms, or while the look lasts, is killed. */
static int reap(const struct cred_look *look, pid_t pid, int64_t end_ms)
{
	int how = 0;
	pid_t ended = 0;

	while (ended == 0 || (ended < 0 && errno == EINTR)) {
		int late = now_ms() >= end_ms || cred_left_ms(look) == 0;

		if (late)
			kill(pid, SIGKILL);
		ended = waitpid(pid, &how, late ? 0 : WNOHANG);
		if (ended == 0)
			(void)poll(NULL, 0, REAP_MS);
	}
	return how;
}

static int check_status(int how, struct err *err)
{
	if (WIFEXITED(how) && WEXITSTATUS(how) == 0)
		return 0;
	if (WIFEXITED(how))
		return err_set(err, ERR_CRED, "exit status %d", WEXITSTATUS(how));
	return err_set(err, ERR_CRED, "ended by signal %d", WTERMSIG(how));
}

static int run(const struct cred_look *look, const char *command, int timeout_ms,
	struct buf *out, struct err *err)
{
	int64_t end_ms = now_ms() + timeout_ms;
	int fds[2];
	pid_t pid;
	int failed;
	int how;

	if (pipe(fds) != 0)
		return err_set(err, ERR_CRED, "pipe: %s", strerror(errno));
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[0], F_SETFL, O_NONBLOCK);
	failed = spawn(command, fds[1], &pid);
	close(fds[1]);
	if (failed) {
		close(fds[0]);
		return err_set(err, ERR_CRED, "/bin/sh: %s", strerror(failed));
	}
	failed = read_output(look, fds[0], end_ms, out, err);
	close(fds[0]);
	how = reap(look, pid, failed ? 0 : end_ms);
	return failed ? -1 : check_status(how, err);
}

int cred_process(const struct cred_look *look, const char *command, int timeout_ms,
	struct cred *out, struct err *err)
{
	struct buf output;
	int status;

	buf_init(&output, OUTPUT_MAX);
	status = run(look, command, timeout_ms, &output, err);
	if (status == 0)
		status = cred_json_read(
			buf_str(&output), output.len, &cred_json_process, out, err);
	if (status == 0 && cred_json_number(buf_str(&output), output.len, "Version") != 1)
		status = err_set(err, ERR_CRED, "its answer is not of Version 1");
	buf_wipe(&output);
	return status;
}
