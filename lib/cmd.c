#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "diag.h"
#include "status.h"

static char version[64];

void cmd_init(const char *name, int ignore_sigpipe)
{
	/*
	 * A file opened later must not land on a closed descriptor 0, 1 or 2. Read-only, so
	 * that writing to a closed standard output fails and is told.
	 */
	int fd;
	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	signal(SIGPIPE, ignore_sigpipe ? SIG_IGN : SIG_DFL);
	/* A core would hold the secret key. */
	const struct rlimit none = { 0, 0 };
	setrlimit(RLIMIT_CORE, &none);
	snprintf(version, sizeof(version), "%s %s", name, IDC_VERSION_STRING);
	diag_init(name);
}

const char *cmd_version(void)
{
	return version;
}

int cmd_open(const char *path, const char **name)
{
	if (path == NULL || strcmp(path, "-") == 0) {
		*name = "<stdin>";
		if (isatty(STDIN_FILENO))
			diag_note("reading from the terminal; end with ctrl-d");
		return STDIN_FILENO;
	}
	*name = path;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		diag_error("%s: %s", path, strerror(errno));
	return fd;
}

int cmd_close(struct out *out, int status)
{
	struct err err;
	if (out_close(out, &err) == 0)
		return status;
	diag_error("%s", err.text);
	/* That of a signal says more. */
	return status > 128 ? status : STATUS_FAILED;
}
