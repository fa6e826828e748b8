/*
 * opt -- one table per program: parsing, --help and the man page test read it.
 *
 * Long options are never abbreviated; options come before operands; "--" ends them;
 * "--name=value" and "--name value", "-n value" and "-nvalue" are the same.
 * -h/--help and -V/--version are added to every table.
 */
#ifndef IDC_OPT_H
#define IDC_OPT_H

#include <stddef.h>

struct opt {
	int letter;	  /* short name, or 0 */
	const char *name; /* long name, without dashes */
	const char *arg;  /* name of its argument in the help, or NULL */
	const char *help; /* one line, lower case, no full stop */
};

struct opt_prog {
	const char *name;     /* "idc-plan" */
	const char *summary;  /* what --help says first, one line */
	const char *operands; /* "[FILE]" or "" */
	const struct opt *opts;
	size_t n_opts;
};

struct opt_parser {
	const struct opt_prog *prog;
	char **argv;
	int argc;
	int next;	     /* argv[next] is the first operand once OPT_END came */
	const char *letters; /* rest of a cluster of short options */
	const char *value;   /* argument of the option handed out last, borrowed */
};

enum { OPT_END = -1, OPT_EXIT = -2 };

void opt_init(struct opt_parser *p, const struct opt_prog *prog, int argc, char **argv);

/*
 * The index of the next option in prog->opts, OPT_END when only operands are left, or
 * OPT_EXIT when the program is to end with *status: --help or --version was printed
 * (0), or the command line is wrong and that was said with the usage line (2).
 */
int opt_next(struct opt_parser *p, int *status);

/*
 * Says on standard error what is wrong with the command line, and the usage line.
 * Returns STATUS_USAGE.
 */
int opt_usage(const struct opt_prog *prog, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
