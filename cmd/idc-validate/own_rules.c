#include "own_rules.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <jq.h>

#include "buf.h"
#include "mem.h"
#include "origin.h"
#include "own_finding.h"
#include "rec.h"
#include "status.h"
#include "text.h"

#define SIZE_MAX_OF_FILE ((size_t)1 << 20)
#define LATE_MAX 1024

struct own_file {
	const char *path;
	int whole; /* for all records at once */
	jq_state *jq;
	struct itimerval left; /* of its time */
	size_t about_none;     /* findings about no record */
};

/* --- how programs are run ----------------------------------------------------------- */

/* What a file that takes too long is told, for a signal's handler. */
static char late[LATE_MAX];
static size_t late_len;

static void out_of_time(int signal)
{
	(void)signal;
	ssize_t n = write(STDERR_FILENO, late, late_len);
	_exit(n < 0 ? STATUS_FAILED : STATUS_USAGE);
}

static void set_late(const struct own_file *f)
{
	struct buf path;
	buf_init(&path, LATE_MAX / 2);
	text_safe(&path, f->path);
	int n = snprintf(late, sizeof(late),
		"%s: error: takes longer than %d seconds, which is too long\n",
		buf_str(&path), OWN_RULES_SECONDS);
	late_len = n > 0 ? (size_t)n : 0;
	buf_release(&path);
}

/*
 * Around every call of libjq that runs a program or compiles one: the clock goes, and there
 * is no environment (nor a ~/.jq in it).
 */
extern char **environ;
static char **environment;

static void enter(struct own_file *f)
{
	static char *nothing[] = { NULL };
	environment = environ;
	environ = nothing;
	set_late(f);
	setitimer(ITIMER_PROF, &f->left, NULL);
}

static void leave(struct own_file *f)
{
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	setitimer(ITIMER_PROF, &never, &f->left);
	environ = environment;
}

/* --- reading and compiling ---------------------------------------------------------- */

void own_rules_add(struct own_rules *o, const char *path, int whole)
{
	mem_grow(&o->list, &o->cap, o->n + 1, sizeof(*o->list));
	o->list[o->n++] = (struct own_file){ .path = path,
		.whole = whole,
		.left = { .it_value = { OWN_RULES_SECONDS, 0 } } };
}

void own_rules_release(struct own_rules *o)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->list[i].jq != NULL)
			jq_teardown(&o->list[i].jq);
	free(o->list);
	*o = (struct own_rules){ 0 };
}

/* Reads the file into b. 0, or an errno: EFBIG when b is full. */
static int read_text(int fd, struct buf *b)
{
	char block[4096];
	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (n == 0)
			return 0;
		if (buf_add(b, block, (size_t)n) != 0)
			return EFBIG;
	}
}

static int read_file(const struct own_file *f, struct buf *b)
{
	int fd = open(f->path, O_RDONLY | O_CLOEXEC);
	int error = fd < 0 ? errno : read_text(fd, b);
	if (fd >= 0)
		close(fd);
	if (error == EFBIG)
		diag_at(DIAG_ERROR, f->path, 0, 0, "larger than %zu MiB",
			SIZE_MAX_OF_FILE >> 20);
	else if (error != 0)
		diag_at(DIAG_ERROR, f->path, 0, 0, "%s", strerror(error));
	else if (strlen(buf_str(b)) != b->len)
		diag_at(DIAG_ERROR, f->path, 0, 0, "no program for jq: it has a NUL byte");
	else
		return 0;
	return -1;
}

/*
 * Whether a program is without what reads other files, which can only stand at its head;
 * if not, that is said. 0 or -1.
 */
static int check_head(const struct own_file *f, const char *text)
{
	static const char *const words[] = { "module", "import", "include" };
	size_t line = 1;
	const char *p = text;
	for (; isspace((unsigned char)*p) || *p == '#'; p++) {
		if (*p == '#')
			p += strcspn(p, "\n");
		line += *p == '\n';
		if (*p == '\0')
			break;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);
		if (text_starts(p, words[i]) && !isalnum((unsigned char)p[len]) &&
			p[len] != '_' && p[len] != ':') {
			diag_at(DIAG_ERROR, f->path, line, 0,
				"'%s' can't be used here: a file of rules stands alone",
				words[i]);
			return -1;
		}
	}
	return 0;
}

/*
 * What libjq says of a program: "jq: error: TEXT at <top-level>, line N:" and, behind it,
 * the line. What it guesses about the shell is not so.
 */
static void say_compile(void *ctx, jv message)
{
	static const char *const start = "jq: error: ",
				 *const guess = " (Unix shell quoting issues?)",
				 *const where = " at <top-level>, line ";
	const struct own_file *f = ctx;
	if (jv_get_kind(message) == JV_KIND_STRING &&
		text_starts(jv_string_value(message), start)) {
		const char *text = jv_string_value(message) + strlen(start);
		char *copy = mem_bytes(text, strcspn(text, "\n"));
		char *at = strstr(copy, where), *shell = strstr(copy, guess);
		unsigned long line = at != NULL ? strtoul(at + strlen(where), NULL, 10) : 0;
		if (at != NULL)
			*at = '\0';
		if (shell != NULL)
			*shell = '\0';
		diag_at(DIAG_ERROR, f->path, line, 0, "%.500s", copy);
		free(copy);
	}
	jv_free(message);
}

/* debug: what it is given is shown as a note. */
static void say_debug(void *ctx, jv message)
{
	const struct own_file *f = ctx;
	jv value = rec_at(message, 1);
	char *text = json_string(jv_is_valid(value) ? value : message);
	diag_at(DIAG_NOTE, f->path, 0, 0, "debug: %s", text);
	free(text);
	jv_free(value);
	jv_free(message);
}

static jv no_input(jq_state *jq, void *ctx)
{
	(void)jq;
	(void)ctx;
	return jv_invalid_with_msg(jv_string("there is no input: '.' is all there is"));
}

static int compile(struct own_file *f, time_t now)
{
	struct buf text;
	buf_init(&text, SIZE_MAX_OF_FILE);
	int bad = read_file(f, &text) != 0 || check_head(f, buf_str(&text)) != 0;
	f->jq = bad ? NULL : jq_init();
	if (f->jq != NULL) {
		size_t before = diag_errors();
		jq_set_error_cb(f->jq, say_compile, f);
		jq_set_debug_cb(f->jq, say_debug, f);
		jq_set_input_cb(f->jq, no_input, NULL);
		jq_set_attr(f->jq, jv_string("JQ_LIBRARY_PATH"), jv_array());
		enter(f);
		bad = !jq_compile_args(f->jq, buf_str(&text),
			rec_set_num(jv_object(), "now", (double)now));
		leave(f);
		if (bad && diag_errors() == before)
			diag_at(DIAG_ERROR, f->path, 0, 0, "no program for jq");
	} else if (!bad) {
		diag_at(DIAG_ERROR, f->path, 0, 0, "libjq does not start");
		bad = 1;
	}
	buf_release(&text);
	return bad ? -1 : 0;
}

int own_rules_compile(struct own_rules *o, time_t now)
{
	int status = STATUS_OK;
	struct sigaction act = { .sa_handler = out_of_time };
	sigemptyset(&act.sa_mask);
	if (o->n > 0)
		sigaction(SIGPROF, &act, NULL);
	for (size_t i = 0; i < o->n; i++)
		if (compile(&o->list[i], now) != 0)
			status = STATUS_USAGE;
	return status;
}

/* --- running ------------------------------------------------------------------------ */

/* Says what a file did wrong, over which record (NULL: all of them). -1. */
static int wrong(const struct own_file *f, const struct origin *about, const char *text)
{
	char *words = about != NULL ? origin_words(about) : NULL;
	diag_at(DIAG_ERROR, f->path, 0, 0, "%.600s%s%s", text,
		words != NULL ? ", for " : "", words != NULL ? words : "");
	free(words);
	return -1;
}

/* The program ended with result (taken): well, or with an error, which is said. */
static int ended(const struct own_file *f, const struct origin *about, jv result)
{
	int halted = jq_halted(f->jq);
	jv message = jv_invalid_get_msg(result);
	jv_kind kind = jv_get_kind(message);
	int bad = 0;
	if (halted) {
		bad = wrong(f, about, "the program stopped itself");
	} else if (kind == JV_KIND_STRING) {
		bad = wrong(f, about, jv_string_value(message));
	} else if (kind != JV_KIND_NULL) {
		char *text = json_string(message);
		bad = wrong(f, about, text);
		free(text);
	}
	jv_free(message);
	return bad;
}

/* What came out: a finding, or null. 0, or -1 after saying why it is none. */
static int take_output(struct own_file *f, jv output, const struct origin *about,
	const struct origins *all, struct report *report)
{
	struct err err;
	size_t before = report->n;
	if (jv_get_kind(output) == JV_KIND_NULL)
		return 0;
	if (own_finding_report(output, about, all, report, &err) != 0)
		return wrong(f, about, err.text);
	f->about_none += report->n > before && report->list[before].path == NULL;
	if (f->about_none > FILE_FINDINGS_MAX)
		return wrong(f, NULL, "more findings about no record than can be listed");
	return 0;
}

/* Runs a program over a record (borrowed). 0, or -1 after saying why. */
static int run_over(struct own_file *f, jv input, const struct origin *about,
	const struct origins *all, struct report *report)
{
	enter(f);
	jq_start(f->jq, jv_copy(input), 0);
	jv output = jq_next(f->jq);
	leave(f);
	while (jv_is_valid(output)) {
		int bad = take_output(f, output, about, all, report);
		jv_free(output);
		if (bad)
			return -1;
		enter(f);
		output = jq_next(f->jq);
		leave(f);
	}
	return ended(f, about, output);
}

static int run_file(struct own_file *f, const struct origins *all, struct report *report)
{
	if (f->whole)
		return run_over(f, all->all, NULL, all, report);
	for (size_t i = 0; i < all->n; i++)
		if (run_over(f, all->list[i].record, &all->list[i], all, report) != 0)
			return -1;
	return 0;
}

/* Whether every permission set and rule has its record. */
static int is_complete(const struct templates *t, const struct report *report)
{
	return report->errors == 0 && !t->sets_missing && !t->rules_missing;
}

int own_rules_run(struct own_rules *o, struct templates *t, struct report *report)
{
	struct origins all;
	int status = STATUS_OK, complete = is_complete(t, report), left_out = 0;
	if (o->n == 0)
		return STATUS_OK;
	if (complete)
		templates_sort(t);
	origins_init(&all, t);
	for (size_t i = 0; i < o->n; i++) {
		struct own_file *f = &o->list[i];
		left_out |= f->whole && !complete;
		if ((!f->whole || complete) && run_file(f, &all, report) != 0)
			status = STATUS_USAGE;
	}
	if (left_out)
		diag_note("the rules of --rules-all are for templates without an error, "
			  "and were not run");
	o->ran = complete && status == STATUS_OK;
	origins_release(&all);
	return status;
}
