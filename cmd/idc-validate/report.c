#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "excerpt.h"
#include "mem.h"
#include "text.h"

#define TEXT_MAX 2048 /* bytes of a message */

struct finding *report_add(struct report *r, enum diag_level level, const char *code,
	const char *path, struct json_pos pos, const char *message)
{
	const char *hint = strchr(message, '\n');
	mem_grow(&r->list, &r->cap, r->n + 1, sizeof(*r->list));
	struct finding *f = &r->list[r->n];
	*f = (struct finding){ .path = mem_string(path),
		.pos = pos,
		.order = r->n++,
		.level = level,
		.message = mem_bytes(
			message, hint != NULL ? (size_t)(hint - message) : strlen(message)),
		.hint = mem_string(hint != NULL ? hint + 1 : NULL) };
	(void)snprintf(f->code, sizeof(f->code), "%s", code);
	r->errors += level == DIAG_ERROR;
	r->warnings += level == DIAG_WARNING;
	return f;
}

/* How long the first len bytes of a format come out. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static size_t formatted_length(const char *fmt, size_t len, va_list ap)
{
	char *head = mem_bytes(fmt, len);
	va_list copy;
	va_copy(copy, ap);
	int n = vsnprintf(NULL, 0, head, copy);
	va_end(copy);
	free(head);
	return n > 0 ? (size_t)n : 0;
}
#pragma GCC diagnostic pop

char *report_text(const char *fmt, va_list ap)
{
	const char *hint = strchr(fmt, '\n');
	char text[TEXT_MAX];
	size_t len = 0;
	if (hint != NULL)
		len = formatted_length(fmt, (size_t)(hint - fmt), ap);
	vsnprintf(text, sizeof(text), fmt, ap);
	struct buf b;
	buf_init(&b, 4 * sizeof(text) + 2);
	if (hint != NULL && len + 1 < sizeof(text)) {
		text[len] = '\0';
		text_safe(&b, text);
		buf_addc(&b, '\n');
		text_safe(&b, text + len + 1);
	} else {
		text_safe(&b, text);
	}
	char *safe = mem_string(buf_str(&b));
	buf_release(&b);
	return safe;
}

void report_code(struct report *r, enum code code, const char *path, const char *message)
{
	static const struct json_pos nowhere;
	char name[CODE_TEXT_SIZE];
	codes_name(code, name);
	report_add(r, codes_find(code)->level, name, path, nowhere, message);
}

void report_suppress(struct report *r, struct finding *f, enum suppression why)
{
	if (f->level != DIAG_WARNING || f->suppressed != NOT_SUPPRESSED)
		return;
	f->suppressed = why;
	r->warnings--;
	r->ignored += why == SUPPRESSED_IGNORE;
	r->in_baseline += why == SUPPRESSED_BASELINE;
}

static int compare_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int c;
	if (x->path == NULL || y->path == NULL)
		c = (x->path == NULL) - (y->path == NULL);
	else
		c = strcmp(x->path, y->path);
	if (c == 0)
		c = compare_size(x->pos.line, y->pos.line);
	if (c == 0)
		c = compare_size(x->pos.column, y->pos.column);
	return c != 0 ? c : compare_size(x->order, y->order);
}

void report_sort(struct report *r)
{
	if (r->n > 1)
		qsort(r->list, r->n, sizeof(*r->list), compare);
}

char *finding_words(const struct finding *f)
{
	return f->hint != NULL ? mem_format("%s: %s", f->message, f->hint)
			       : mem_string(f->message);
}

/* --- for people --------------------------------------------------------------------- */

void report_show(const struct report *r)
{
	int excerpts = isatty(STDERR_FILENO);
	for (size_t i = 0; i < r->n; i++) {
		const struct finding *f = &r->list[i];
		if (f->suppressed != NOT_SUPPRESSED)
			continue;
		char *words = finding_words(f);
		diag_at(f->level, f->path != NULL ? f->path : diag_prog(), f->pos.line,
			f->pos.column, "%s [%s]", words, f->code);
		free(words);
		if (excerpts && f->text != NULL && f->pos.line > 0)
			excerpt_show(f->text, f->pos);
	}
}

void report_release(struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->list[i].path);
		free(r->list[i].pointer);
		free(r->list[i].message);
		free(r->list[i].hint);
	}
	free(r->list);
}
