#include "value.h"

#include <stdarg.h>
#include <stdlib.h>

#include "buf.h"
#include "mem.h"
#include "rec.h"

#define POINTER_MAX ((size_t)1 << 24)

void value_root(struct value *x, struct file *f, jv v)
{
	*x = (struct value){ .file = f, .v = v };
}

int value_member(struct value *x, const struct value *up, const char *key)
{
	if (!rec_has(up->v, key))
		return 0;
	*x = (struct value){ .up = up, .file = up->file, .key = key };
	x->v = rec_get(up->v, key);
	return 1;
}

void value_element(struct value *x, const struct value *up, int i)
{
	*x = (struct value){ .up = up, .file = up->file, .index = i };
	x->v = rec_at(up->v, i);
}

void value_close(struct value *x)
{
	jv_free(x->v);
}

const char *value_string(const struct value *x)
{
	return jv_get_kind(x->v) == JV_KIND_STRING ? jv_string_value(x->v) : NULL;
}

void value_each(const struct value *list,
	void (*check)(const struct value *element, void *ctx), void *ctx)
{
	if (jv_get_kind(list->v) != JV_KIND_ARRAY)
		return;
	int n = rec_len(list->v);
	for (int i = 0; i < n; i++) {
		struct value element;
		value_element(&element, list, i);
		check(&element, ctx);
		value_close(&element);
	}
}

void value_each_or_self(const struct value *x,
	void (*check)(const struct value *element, void *ctx), void *ctx)
{
	if (jv_get_kind(x->v) == JV_KIND_ARRAY)
		value_each(x, check, ctx);
	else
		check(x, ctx);
}

static void add_pointer(struct buf *b, const struct value *x)
{
	if (x->up == NULL)
		return;
	add_pointer(b, x->up);
	if (x->key != NULL)
		json_pointer_add(b, x->key);
	else
		buf_addf(b, "/%d", x->index);
}

char *value_pointer(const struct value *x)
{
	struct buf pointer;
	buf_init(&pointer, POINTER_MAX);
	add_pointer(&pointer, x);
	char *text = mem_string(buf_str(&pointer));
	buf_release(&pointer);
	return text;
}

struct json_pos value_pos(const struct value *x, int key)
{
	char *pointer = value_pointer(x);
	struct json_pos pos = file_find(x->file, pointer, key);
	free(pointer);
	return pos;
}

jv value_source(const struct value *x)
{
	struct json_pos pos = value_pos(x, 0);
	jv source = rec_set_str(jv_object(), "File", x->file->path);
	source = rec_set_num(source, "Line", (double)pos.line);
	return rec_set_num(source, "Column", (double)pos.column);
}

static void say(const struct value *x, enum code code, int key, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

static void say(const struct value *x, enum code code, int key, const char *fmt, va_list ap)
{
	/* Finding the place is not free, and there may be millions. */
	if (file_is_full(x->file))
		return;
	char *text = report_text(fmt, ap);
	char *pointer = value_pointer(x);
	file_report(x->file, code, pointer, key, text);
	free(pointer);
	free(text);
}

void value_vreport(const struct value *x, enum code code, const char *fmt, va_list ap)
{
	say(x, code, 0, fmt, ap);
}

void value_report(const struct value *x, enum code code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	say(x, code, 0, fmt, ap);
	va_end(ap);
}

void value_report_name(const struct value *x, enum code code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	say(x, code, 1, fmt, ap);
	va_end(ap);
}

const char *value_kind_name(jv v)
{
	switch (jv_get_kind(v)) {
	case JV_KIND_OBJECT:
		return "an object";
	case JV_KIND_ARRAY:
		return "a list";
	case JV_KIND_STRING:
		return "a string";
	case JV_KIND_NUMBER:
		return "a number";
	case JV_KIND_TRUE:
		return "true";
	case JV_KIND_FALSE:
		return "false";
	case JV_KIND_NULL:
	case JV_KIND_INVALID:
		break;
	}
	return "null";
}
