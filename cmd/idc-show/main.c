#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd.h"
#include "show.h"
#include "status.h"
#include "text.h"

#define WIDTH_DEFAULT 80
#define WIDTH_MIN 40
#define WIDTH_MAX 1000

enum { OPT_COLOR, OPT_WIDTH };

static const struct opt options[] = {
	[OPT_COLOR] = { 0, "color", "WHEN", "auto (on a terminal), always or never" },
	[OPT_WIDTH] = { 'w', "width", "COLUMNS",
		"width of the text (default: the terminal's, or 80)" },
};

static const struct opt_prog program = { "idc-show", "show a stream as a person reads it",
	"[FILE]", options, sizeof(options) / sizeof(options[0]) };

static size_t terminal_width(void)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= WIDTH_MIN)
		return size.ws_col;
	return WIDTH_DEFAULT;
}

static int wants_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	return isatty(STDOUT_FILENO) && (no == NULL || *no == '\0') &&
	       (term == NULL || strcmp(term, "dumb") != 0);
}

static int set_option(struct page *page, int option, const char *value)
{
	unsigned long width;
	if (option == OPT_WIDTH) {
		if (text_number(value, WIDTH_MAX, &width) != 0 || width < WIDTH_MIN)
			return opt_usage(&program,
				"--width: '%s' is not a number from %d to %d", value,
				WIDTH_MIN, WIDTH_MAX);
		page->width = width;
		return STATUS_OK;
	}
	if (strcmp(value, "always") == 0)
		page->colours = 1;
	else if (strcmp(value, "never") == 0)
		page->colours = 0;
	else if (strcmp(value, "auto") != 0)
		return opt_usage(
			&program, "--color: '%s' is not auto, always or never", value);
	return STATUS_OK;
}

/* Reads the whole stream before anything is shown: a cut plan must not look like a short
 * one. */
static int read_model(struct model *m, int fd, const char *name)
{
	struct stream_in in;
	struct err err;
	jv rec;
	int got;
	stream_open(&in, fd, name, "idc-show", STREAM_BIT(STREAM_TYPES) - 1);
	while ((got = stream_next(&in, &rec, &err)) == 1) {
		const char *missing = model_missing(rec);
		if (missing == NULL)
			model_add(m, in.type, rec);
		else
			got = err_set(&err, ERR_DATA,
				"%s:%zu:1: error: a record without %s", name,
				in.lines.number, missing);
		jv_free(rec);
		if (got < 0)
			break;
	}
	m->type = in.type;
	model_end(m);
	stream_release(&in);
	return got < 0 ? stream_fail(&err) : STATUS_OK;
}

static int run(struct page *page, const char *path)
{
	struct model m;
	const char *name;
	int fd = cmd_open(path, &name);
	if (fd < 0)
		return STATUS_FAILED;
	model_init(&m);
	int status = read_model(&m, fd, name);
	if (status == STATUS_OK)
		show_text(page, &m);
	model_release(&m);
	if (fd != STDIN_FILENO)
		close(fd);
	return status;
}

int main(int argc, char **argv)
{
	static struct out out;
	struct opt_parser parser;
	struct page page;
	int status = STATUS_OK, option;
	cmd_init("idc-show", 0);
	page_init(&page, &out, terminal_width(), wants_colour());
	opt_init(&parser, &program, argc, argv);
	while (status == STATUS_OK && (option = opt_next(&parser, &status)) >= 0)
		status = set_option(&page, option, parser.value);
	if (status != STATUS_OK || option == OPT_EXIT)
		return status;
	if (argc - parser.next > 1)
		return opt_usage(
			&program, "one FILE at most, not '%s'", argv[parser.next + 1]);
	out_init(&out, STDOUT_FILENO);
	status = run(&page, argv[parser.next]);
	return cmd_close(&out, status);
}
