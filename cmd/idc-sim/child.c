#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "diag.h"

static int signal_pipe[2] = { -1, -1 };

/* What a terminal sends, it sends to the child, too: that is not passed on. */
#define FROM_TERMINAL 0x80

static void on_signal(int number, siginfo_t *info, void *context)
{
	int saved = errno;
	unsigned char byte = (unsigned char)number;
	(void)context;
	if (number == SIGINT && info->si_code == SI_KERNEL)
		byte |= FROM_TERMINAL;
	ssize_t written = write(signal_pipe[1], &byte, 1);
	(void)written;
	errno = saved;
}

int child_signals(void)
{
	static const int numbers[] = { SIGCHLD, SIGINT, SIGTERM, SIGHUP };
	if (pipe(signal_pipe) != 0) {
		diag_error("pipe: %s", strerror(errno));
		return -1;
	}
	for (int i = 0; i < 2; i++)
		if (fcntl(signal_pipe[i], F_SETFL, O_NONBLOCK) != 0 ||
			fcntl(signal_pipe[i], F_SETFD, FD_CLOEXEC) != 0) {
			diag_error("pipe: %s", strerror(errno));
			return -1;
		}
	struct sigaction action = { .sa_sigaction = on_signal,
		.sa_flags = SA_RESTART | SA_SIGINFO };
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
	return signal_pipe[0];
}

pid_t child_start(char **argv)
{
	pid_t pid = fork();
	if (pid < 0)
		diag_error("fork: %s", strerror(errno));
	if (pid != 0)
		return pid;
	/* An ignored SIGPIPE would be inherited, and change how pipes in COMMAND end. */
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
	diag_error("%s: %s", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

int child_check(int fd, pid_t pid, int *stop, int *status)
{
	unsigned char byte;
	while (read(fd, &byte, 1) == 1) {
		if (byte == SIGCHLD)
			continue;
		*stop = byte & ~FROM_TERMINAL;
		if (pid > 0 && (byte & FROM_TERMINAL) == 0)
			kill(pid, byte);
	}
	int how;
	if (pid <= 0 || waitpid(pid, &how, WNOHANG) != pid)
		return 0;
	*status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
	return 1;
}
