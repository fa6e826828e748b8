/*
 * measure FILE COMMAND [ARG]... -- runs COMMAND and appends to FILE one line: wall seconds,
 * CPU seconds (user and system), peak resident memory in KiB. Exits with COMMAND's status.
 *
 * measure -- what this machine's kernel takes for a system call and for a page fault, in
 * microseconds: machines differ in that more than in anything else.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int costs(void)
{
	enum { CALLS = 200000, PAGES = 8192 };
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	double start = now();
	for (int i = 0; i < CALLS; i++)
		(void)getppid();
	double call = now() - start;
	char *pages = mmap(NULL, PAGES * size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED) {
		perror("measure");
		return 1;
	}
	start = now();
	for (size_t i = 0; i < PAGES; i++)
		pages[i * size] = 1;
	double fault = now() - start;
	printf("%.2f %.2f\n", call / CALLS * 1e6, fault / PAGES * 1e6);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 1)
		return costs();
	if (argc < 3) {
		fputs("usage: measure FILE COMMAND [ARG]...\n", stderr);
		return 2;
	}
	double start = now();
	pid_t pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		fprintf(stderr, "measure: %s: %s\n", argv[2], strerror(errno));
		_exit(127);
	}
	int status;
	struct rusage used;
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0) {
		perror("measure");
		return 1;
	}
	double wall = now() - start;
	FILE *f = fopen(argv[1], "a");
	if (f == NULL) {
		perror(argv[1]);
		return 1;
	}
	fprintf(f, "%.4f %.4f %ld\n", wall, seconds(used.ru_utime) + seconds(used.ru_stime),
		used.ru_maxrss);
	if (fclose(f) != 0)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
