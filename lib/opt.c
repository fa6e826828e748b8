#include "opt.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "status.h"
#include "text.h"

#define NAMES_MAX 64

void opt_init(struct opt_parser *p, const struct opt_prog *prog, int argc, char **argv)
{
	memset(p, 0, sizeof(*p));
	p->prog = prog;
	p->argc = argc;
	p->argv = argv;
	p->next = 1;
}

static void print_usage(const struct opt_prog *prog, FILE *to)
{
	fprintf(to, "usage: %s [OPTION]...%s%s\n", prog->name,
		prog->operands[0] != '\0' ? " " : "", prog->operands);
}

int opt_usage(const struct opt_prog *prog, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_error("%s", text);
	print_usage(prog, stderr);
	return STATUS_USAGE;
}

static void print_option(int letter, const char *name, const char *arg, const char *help)
{
	char left[80];
	char short_name[8] = "    ";
	if (letter != 0)
		snprintf(short_name, sizeof(short_name), "-%c, ", letter);
	snprintf(left, sizeof(left), "  %s--%s%s%s", short_name, name,
		arg != NULL ? " " : "", arg != NULL ? arg : "");
	printf("%-34s %s\n", left, help);
}

/* --help and --version; 0, or STATUS_FAILED when standard output is broken. */
static int show(const struct opt_prog *prog, int help)
{
	if (help) {
		print_usage(prog, stdout);
		printf("%s\n\n", prog->summary);
		for (size_t i = 0; i < prog->n_opts; i++)
			print_option(prog->opts[i].letter, prog->opts[i].name,
				prog->opts[i].arg, prog->opts[i].help);
		print_option('h', "help", NULL, "show this help");
		print_option('V', "version", NULL, "show the version");
		printf("\nMore in the manual: man %s, man 7 idc\n", prog->name);
	} else {
		printf("%s %s\n", prog->name, IDC_VERSION);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		diag_error("standard output can't be written");
		return STATUS_FAILED;
	}
	return STATUS_OK;
}

/* "did you mean '--x'?" for an unknown long option. */
static int unknown_long(const struct opt_prog *prog, const char *name, size_t len)
{
	const char *names[NAMES_MAX] = { "help", "version" };
	size_t n = 2;
	for (size_t i = 0; i < prog->n_opts && n < NAMES_MAX; i++)
		names[n++] = prog->opts[i].name;
	char word[64];
	snprintf(word, sizeof(word), "%.*s", (int)(len < 60 ? len : 60), name);
	const char *near = text_nearest(word, names, n);
	if (near != NULL)
		return opt_usage(
			prog, "unknown option '--%s': did you mean '--%s'?", word, near);
	return opt_usage(prog, "unknown option '--%s': --help lists them", word);
}

/* Hands out option i; its argument is inline (may be NULL) or the next word. */
static int take(struct opt_parser *p, size_t i, const char *inline_value, int *status)
{
	const struct opt *o = &p->prog->opts[i];
	p->value = inline_value;
	if (o->arg == NULL && inline_value != NULL) {
		*status = opt_usage(p->prog, "option '--%s' takes no argument", o->name);
		return OPT_EXIT;
	}
	if (o->arg != NULL && inline_value == NULL) {
		if (p->next >= p->argc) {
			*status = opt_usage(p->prog, "option '--%s' needs an argument: %s",
				o->name, o->arg);
			return OPT_EXIT;
		}
		p->value = p->argv[p->next++];
	}
	return (int)i;
}

static int next_long(struct opt_parser *p, const char *name, int *status)
{
	const char *equals = strchr(name, '=');
	size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);
	for (size_t i = 0; i < p->prog->n_opts; i++) {
		const char *known = p->prog->opts[i].name;
		if (strlen(known) == len && strncmp(known, name, len) == 0)
			return take(p, i, equals != NULL ? equals + 1 : NULL, status);
	}
	int help = strcmp(name, "help") == 0;
	if (help || strcmp(name, "version") == 0)
		*status = show(p->prog, help);
	else
		*status = unknown_long(p->prog, name, len);
	return OPT_EXIT;
}

static int next_short(struct opt_parser *p, int *status)
{
	char letter = *p->letters++;
	for (size_t i = 0; i < p->prog->n_opts; i++) {
		const struct opt *o = &p->prog->opts[i];
		if (o->letter != letter)
			continue;
		const char *rest = NULL;
		if (o->arg != NULL && *p->letters != '\0') {
			rest = p->letters;
			p->letters = NULL;
		}
		return take(p, i, rest, status);
	}
	if (letter == 'h' || letter == 'V')
		*status = show(p->prog, letter == 'h');
	else
		*status = opt_usage(
			p->prog, "unknown option '-%c': --help lists them", letter);
	return OPT_EXIT;
}

int opt_next(struct opt_parser *p, int *status)
{
	if (p->letters != NULL && *p->letters != '\0')
		return next_short(p, status);
	p->letters = NULL;
	if (p->next >= p->argc)
		return OPT_END;
	const char *word = p->argv[p->next];
	if (word[0] != '-' || word[1] == '\0')
		return OPT_END;
	p->next++;
	if (strcmp(word, "--") == 0)
		return OPT_END;
	if (word[1] == '-')
		return next_long(p, word + 2, status);
	p->letters = word + 1;
	return next_short(p, status);
}
