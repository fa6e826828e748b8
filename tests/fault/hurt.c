/*
 * hurt SIGNAL MILLISECONDS COMMAND [ARG]... -- runs COMMAND and sends it SIGNAL (a number)
 * so long after its input began to arrive; in a pipe there is nothing to do before that.
 * Exits with COMMAND's status, or 128 and the number of the signal that ended it.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("usage: hurt SIGNAL MILLISECONDS COMMAND [ARG]...\n", stderr);
		return 2;
	}
	int number = (int)strtol(argv[1], NULL, 10);
	double ms = strtod(argv[2], NULL);
	pid_t pid = fork();
	if (pid == 0) {
		execvp(argv[3], argv + 3);
		fprintf(stderr, "hurt: %s: %s\n", argv[3], strerror(errno));
		_exit(127);
	}
	if (pid < 0) {
		perror("hurt");
		return 1;
	}
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	struct timespec pause = { .tv_sec = (time_t)(ms / 1000) };
	pause.tv_nsec = (long)((ms - 1000.0 * (double)pause.tv_sec) * 1e6);
	(void)poll(&in, 1, 10000);
	nanosleep(&pause, NULL);
	/* It may have ended: nobody has waited for it, so its number is still its own. */
	kill(pid, number);
	int status;
	if (waitpid(pid, &status, 0) != pid) {
		perror("hurt");
		return 1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
