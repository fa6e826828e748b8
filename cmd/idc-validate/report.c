#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

void report_add(struct report *r, enum diag_level level, const char *file,
	struct json_pos pos, const char *text)
{
	mem_grow(&r->list, &r->cap, r->n + 1, sizeof(*r->list));
	r->list[r->n] =
		(struct finding){ mem_string(file), pos, r->n, level, mem_string(text) };
	r->n++;
	r->errors += level == DIAG_ERROR;
	r->warnings += level == DIAG_WARNING;
}

static int compare_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int c;
	if (x->file == NULL || y->file == NULL)
		c = (x->file == NULL) - (y->file == NULL);
	else
		c = strcmp(x->file, y->file);
	if (c == 0)
		c = compare_size(x->pos.line, y->pos.line);
	if (c == 0)
		c = compare_size(x->pos.column, y->pos.column);
	return c != 0 ? c : compare_size(x->order, y->order);
}

void report_show(struct report *r)
{
	if (r->n > 1)
		qsort(r->list, r->n, sizeof(*r->list), compare);
	for (size_t i = 0; i < r->n; i++) {
		const struct finding *f = &r->list[i];
		diag_at(f->level, f->file != NULL ? f->file : diag_prog(), f->pos.line,
			f->pos.column, "%s", f->text);
	}
}

void report_release(struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->list[i].file);
		free(r->list[i].text);
	}
	free(r->list);
}
