/*
 * cmd -- what every program does first and last.
 */
#ifndef IDC_CMD_H
#define IDC_CMD_H

#include "opt.h"
#include "out.h"

#define IDC_VERSION_STRING IDC_VERSION /* from the file VERSION, by the Makefile */

/*
 * File descriptors 0 to 2 open, SIGPIPE as given (default: die quietly; or ignored, for
 * programs that must finish what they began), core dumps off, diag_init(name).
 */
void cmd_init(const char *name, int ignore_sigpipe);

/* "idc-plan 0.1.0", for Begin. Static. */
const char *cmd_version(void);

/*
 * Opens the one optional operand (NULL or "-": standard input). A file descriptor,
 * or -1 after saying why. *name is what messages call it ("<stdin>", or path).
 */
int cmd_open(const char *path, const char **name);

/*
 * Closes out. status; when that fails, says why and returns STATUS_FAILED, but for the status
 * of a signal.
 */
int cmd_close(struct out *out, int status);

#endif
