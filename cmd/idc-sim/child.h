/*
 * child -- the COMMAND that idc-sim serves, and the signals that end things.
 */
#ifndef IDC_SIM_CHILD_H
#define IDC_SIM_CHILD_H

#include <sys/types.h>

/*
 * Installs handlers for SIGCHLD, SIGINT, SIGTERM and SIGHUP. The result is a descriptor
 * that becomes readable when one arrived; -1 after saying why not.
 */
int child_signals(void);

/* Starts argv with the environment as it is. Its pid, or -1 after saying why. */
pid_t child_start(char **argv);

/*
 * Takes the signals that arrived: forwards all but SIGCHLD, and what a terminal sends to
 * both, to pid (when > 0), remembers them in *stop. Returns 1 with *status (as a shell has
 * it) when pid has ended, else 0.
 */
int child_check(int fd, pid_t pid, int *stop, int *status);

#endif
