#include "stream.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "json.h"
#include "rec.h"
#include "status.h"
#include "text.h"
#include "when.h"

#define STREAM_VERSION 1
#define COUNT_MAX 9e15 /* whole numbers above are no longer exact */

/* What each stream is called, who writes it, and the kinds of its records. */
static const struct {
	const char *name;
	const char *writer;
	const char *kinds[8];
} types[STREAM_TYPES] = {
	[STREAM_TEMPLATES] = { "templates", "idc-validate",
		{ "PermissionSet", "AssignmentRule" } },
	[STREAM_RESOLVED] = { "resolved", "idc-resolve",
		{ "Instance", "PermissionSet", "AccountAssignment" } },
	[STREAM_STATE] = { "state", "idc-dump",
		{ "Instance", "Root", "OrganizationalUnit", "Account", "Group", "User",
			"PermissionSet", "AccountAssignment" } },
	[STREAM_PLAN] = { "plan", "idc-plan", { "Instance", "Action", "Notice" } },
	[STREAM_RESULTS] = { "results", "idc-apply", { "Instance", "Result" } },
};

const char *stream_name(enum stream_type type)
{
	return types[type].name;
}

void stream_open(
	struct stream_in *s, int fd, const char *file, const char *prog, unsigned accept)
{
	memset(s, 0, sizeof(*s));
	lines_init(&s->lines, fd);
	s->file = file;
	s->prog = prog;
	s->accept = accept;
}

void stream_release(struct stream_in *s)
{
	lines_release(&s->lines);
	digests_release(&s->records);
}

/* "file:line:1: " and the text. */
#define BAD(s, err, ...) bad_at(s, err, 1, __VA_ARGS__)

static int bad_at(struct stream_in *s, struct err *err, size_t column, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static int bad_at(struct stream_in *s, struct err *err, size_t column, const char *fmt, ...)
{
	char text[sizeof(err->text)];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(err, ERR_DATA, "%s:%zu:%zu: error: %s", s->file, s->lines.number,
		column, text);
}

/* "a plan stream from idc-plan": what the reader accepts, and whose it is. */
struct wanted {
	char text[80];
	const char *writer; /* NULL where several would do */
};

static struct wanted accepted(const struct stream_in *s)
{
	struct wanted w = { "", NULL };
	struct buf names;
	size_t n = 0;
	buf_init(&names, sizeof(w.text) - 1);
	for (size_t i = 0; i < STREAM_TYPES; i++) {
		if ((s->accept & STREAM_BIT(i)) == 0)
			continue;
		buf_addf(&names, "%s%s", n > 0 ? " or " : "", types[i].name);
		w.writer = n++ == 0 ? types[i].writer : NULL;
	}
	memcpy(w.text, buf_str(&names), names.len + 1);
	buf_release(&names);
	return w;
}

static int begin(struct stream_in *s, jv rec, struct err *err)
{
	const char *name = rec_str(rec, "Stream");
	struct wanted want = accepted(s);
	if (name == NULL)
		return BAD(s, err, "a Begin record without Stream");
	for (size_t i = 0; i < STREAM_TYPES; i++) {
		if (strcmp(types[i].name, name) != 0)
			continue;
		if ((s->accept & STREAM_BIT(i)) == 0)
			return BAD(s, err, "expected a %s stream, got %s%s%s%s", want.text,
				name, want.writer != NULL ? ": is " : "",
				want.writer != NULL ? want.writer : "",
				want.writer != NULL ? " missing from the pipe?" : "");
		if (s->seen && s->type != (enum stream_type)i)
			return BAD(s, err,
				"a %s stream after a %s stream: only streams of one type "
				"can follow each other",
				name, types[s->type].name);
		double version = rec_num(rec, "Version", 0);
		if (version < STREAM_VERSION || version > STREAM_VERSION)
			return BAD(s, err,
				"a %s stream of version %.0f, this program reads version "
				"%d: use programs of one release",
				name, version, STREAM_VERSION);
		s->type = (enum stream_type)i;
		s->open = 1;
		s->count = 0;
		s->round++;
		if (s->begun != NULL)
			s->begun(s->begun_ctx, rec);
		return 0;
	}
	return BAD(
		s, err, "unknown stream type '%s', expected a %s stream", name, want.text);
}

static int end(struct stream_in *s, jv rec, struct err *err)
{
	const char *name = rec_str(rec, "Stream");
	if (name == NULL || strcmp(name, types[s->type].name) != 0)
		return BAD(s, err, "the End record is not one of a %s stream",
			types[s->type].name);
	double count = rec_num(rec, "Count", -1);
	if (count < 0 || count > COUNT_MAX || (size_t)count != s->count)
		return BAD(s, err,
			"the End record counts %.0f records, %zu came: the stream was "
			"damaged",
			count, s->count);
	s->open = 0;
	s->seen = 1;
	return 0;
}

static int known_kind(enum stream_type type, const char *kind)
{
	const size_t n = sizeof(types[type].kinds) / sizeof(types[type].kinds[0]);
	for (size_t i = 0; i < n && types[type].kinds[i] != NULL; i++)
		if (strcmp(types[type].kinds[i], kind) == 0)
			return 1;
	return 0;
}

static int no_more(struct stream_in *s, struct err *err)
{
	struct wanted want = accepted(s);
	if (s->open)
		return err_set(err, ERR_DATA,
			"%s:%zu: error: incomplete input: the %s stream ends without its "
			"End record after %zu records: "
			"a program before this one failed or was stopped",
			s->file, s->lines.number, types[s->type].name, s->count);
	if (!s->seen)
		return err_set(err, ERR_DATA,
			"%s: error: incomplete input: empty, expected a %s stream%s%s",
			s->file, want.text, want.writer != NULL ? " from " : "",
			want.writer != NULL ? want.writer : "");
	return 0;
}

static int is_blank(const char *line, size_t len)
{
	return strspn(line, " \t\r") == len;
}

/* One line as a record: owned, or invalid with err filled. */
static jv parse_record(
	struct stream_in *s, const char *line, size_t len, int whole, struct err *err)
{
	struct json_fault fault;
	jv rec = json_parse(line, len, &fault);
	if (jv_is_valid(rec) && rec_str(rec, "Kind") != NULL)
		return rec;
	if (jv_is_valid(rec))
		BAD(s, err, "a record is a JSON object with a Kind, this line is not");
	else if (!whole)
		BAD(s, err, "incomplete input: it ends inside of a record");
	else
		bad_at(s, err, fault.pos.column, "%s", fault.text);
	jv_free(rec);
	return jv_invalid();
}

/* Handles Begin and End. 1: rec is for the caller; 0: rec was ours (and is freed); -1. */
static int accept_record(struct stream_in *s, jv rec, struct err *err)
{
	const char *kind = rec_str(rec, "Kind");
	int is_begin = strcmp(kind, "Begin") == 0;
	int status;
	if (!s->open && !is_begin)
		status = BAD(s, err,
			"a record outside of a stream: the Begin record is missing");
	else if (s->open && is_begin)
		status = BAD(s, err,
			"a Begin record inside of a %s stream: its End record is missing",
			types[s->type].name);
	else if (is_begin)
		status = begin(s, rec, err);
	else if (strcmp(kind, "End") == 0)
		status = end(s, rec, err);
	else if (!known_kind(s->type, kind))
		status = BAD(s, err, "unknown Kind '%s' in a %s stream", kind,
			types[s->type].name);
	else
		return 1;
	jv_free(rec);
	return status;
}

/* The next line that is not blank: 1, or as stream_next. */
static int next_line(
	struct stream_in *s, char **line, size_t *len, int *whole, struct err *err)
{
	for (;;) {
		int got = lines_next(&s->lines, line, len, whole, err);
		if (got < 0 && err->kind == ERR_SYS) {
			struct err reading = *err;
			return err_set(err, ERR_SYS, "%s: %.500s", s->file, reading.text);
		}
		if (got < 0)
			return BAD(s, err, "a line of more than %u bytes", LINES_MAX);
		if (got == 0)
			return no_more(s, err);
		if (!is_blank(*line, *len))
			return 1;
	}
}

/* Whether the line begins as a record of kind does when one of our programs wrote it. */
static int begins_with(const char *line, const char *kind)
{
	static const char first[] = "{\"Kind\":\"";
	const char *at = line + sizeof(first) - 1;
	size_t len = strlen(kind);
	return text_starts(line, first) && strncmp(at, kind, len) == 0 && at[len] == '"';
}

/* Whether a record came in an earlier stream, and is not to be given again. */
static int is_repeated(struct stream_in *s, const char *line, size_t len)
{
	return !s->repeats && digests_before(&s->records, s->round, line, len);
}

/* A record of which texts will do: 1 with the texts; 0 when it is to be read as others. */
static int take_texts(
	struct stream_in *s, const struct stream_texts *texts, char *line, size_t len)
{
	if (!s->open || !known_kind(s->type, texts->kind) ||
		!begins_with(line, texts->kind) ||
		json_members(line, len, texts->members, texts->n, texts->values) != 0)
		return 0;
	s->count++;
	json_members_end(texts->values, texts->n);
	return 1;
}

int stream_next_texts(
	struct stream_in *s, const struct stream_texts *texts, jv *rec, struct err *err)
{
	char *line;
	size_t len;
	int whole, got;
	while ((got = next_line(s, &line, &len, &whole, err)) > 0) {
		*rec = jv_invalid();
		if (texts != NULL && take_texts(s, texts, line, len))
			return 2;
		jv v = parse_record(s, line, len, whole, err);
		if (!jv_is_valid(v))
			return -1;
		got = accept_record(s, v, err);
		if (got < 0)
			return -1;
		if (got == 0)
			continue;
		s->count++;
		if (is_repeated(s, line, len)) {
			jv_free(v);
			continue;
		}
		*rec = v;
		return 1;
	}
	return got;
}

int stream_next(struct stream_in *s, jv *rec, struct err *err)
{
	return stream_next_texts(s, NULL, rec, err);
}

/* --- writing ------------------------------------------------------------------------ */

static void write_text(struct stream_out *s, const struct buf *line)
{
	/* A longer record could not be read again: that is a bug of the writer. */
	if (line->over) {
		s->out->error = s->out->error != 0 ? s->out->error : EMSGSIZE;
		return;
	}
	out_write(s->out, line->data, line->len);
	out_write(s->out, "\n", 1);
}

static void write_line(struct stream_out *s, jv rec)
{
	struct buf b;
	buf_init(&b, LINES_MAX);
	json_write(&b, rec);
	write_text(s, &b);
	buf_release(&b);
}

void stream_begin(struct stream_out *s, struct out *out, enum stream_type type,
	const char *program, time_t now)
{
	stream_begin_with(s, out, type, program, now, NULL, jv_invalid());
}

void stream_begin_with(struct stream_out *s, struct out *out, enum stream_type type,
	const char *program, time_t now, const char *member, jv value)
{
	s->out = out;
	s->type = type;
	s->count = 0;
	char time[WHEN_RFC3339_SIZE];
	when_rfc3339(time, now);
	jv rec = rec_new("Begin");
	rec = rec_set_str(rec, "Stream", types[type].name);
	rec = rec_set_num(rec, "Version", STREAM_VERSION);
	rec = rec_set_str(rec, "Program", program);
	rec = rec_set_str(rec, "Time", time);
	if (member != NULL)
		rec = rec_set(rec, member, jv_copy(value));
	write_line(s, rec);
	jv_free(rec);
}

void stream_write(struct stream_out *s, jv rec)
{
	write_line(s, rec);
	s->count++;
}

void stream_write_text(struct stream_out *s, const struct buf *line)
{
	write_text(s, line);
	s->count++;
}

void stream_end(struct stream_out *s)
{
	jv rec = rec_new("End");
	rec = rec_set_str(rec, "Stream", types[s->type].name);
	rec = rec_set_num(rec, "Count", (double)s->count);
	write_line(s, rec);
	jv_free(rec);
}

int stream_fail(const struct err *err)
{
	if (err->kind == ERR_SYS) {
		diag_error("%s", err->text);
		return STATUS_FAILED;
	}
	diag_located(err->text);
	return STATUS_INCOMPLETE;
}
