/*
 * config -- what the command line asks idc-validate for.
 */
#ifndef IDC_VALIDATE_CONFIG_H
#define IDC_VALIDATE_CONFIG_H

#include <stddef.h>

#include "ask.h"
#include "formats.h"
#include "own_rules.h"

struct config {
	int allow_empty;
	int online;
	int strict;
	enum format format;
	const char *output;   /* a file, or NULL: standard error */
	const char *baseline; /* or NULL */
	const char **mfa;     /* what --require-mfa names */
	size_t n_mfa, cap_mfa;
	struct own_rules own;
	struct ask_options ask;
};

/*
 * Reads the command line into *s, zeroed before. The index of the first operand; or -1 with
 * *status, which the program is to end with.
 */
int config_read(struct config *s, int argc, char **argv, int *status);
void config_release(struct config *s);

#endif
