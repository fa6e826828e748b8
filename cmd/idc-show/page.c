#include "page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "text.h"

#define LINE_MAX_BYTES (1u << 20)

static const char *const codes[] = { [COLOUR_NONE] = "", [COLOUR_GRANT] = "\033[32m",
	[COLOUR_REVOKE] = "\033[31m", [COLOUR_CHANGE] = "\033[33m", [COLOUR_HEAD] = "\033[1m",
	[COLOUR_FAINT] = "\033[2m" };

/* Appends s with control bytes and malformed UTF-8 as \xNN; the columns it takes. */
static size_t add_safe(struct buf *b, const char *s)
{
	size_t columns = 0, left = strlen(s);
	while (left > 0) {
		size_t n = text_utf8(s, left);
		unsigned char c = (unsigned char)*s;
		int c1 = n == 2 && c == 0xC2 && (unsigned char)s[1] < 0xA0;
		if (n == 0 || c < 0x20 || c == 0x7F || c1) {
			buf_addf(b, "\\x%02x", c);
			n = 1;
			columns += 3;
		} else {
			buf_add(b, s, n);
		}
		columns++;
		s += n;
		left -= n;
	}
	return columns;
}

static void start(struct page *p, struct buf *b, size_t indent, enum colour colour,
	const char *symbol)
{
	int coloured = p->colours && colour != COLOUR_NONE;
	for (size_t i = 0; i < indent; i++)
		buf_addc(b, ' ');
	if (coloured)
		buf_adds(b, codes[colour]);
	if (symbol != NULL)
		buf_addf(b, "%s ", symbol);
}

static void finish(struct page *p, struct buf *b, enum colour colour)
{
	if (p->colours && colour != COLOUR_NONE)
		buf_adds(b, "\033[0m");
	buf_addc(b, '\n');
	out_write(p->out, buf_str(b), b->len);
	buf_release(b);
}

void page_line(struct page *p, size_t indent, enum colour colour, const char *symbol,
	const char *fmt, ...)
{
	struct buf text, b;
	char stack[512];
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int len = vsnprintf(stack, sizeof(stack), fmt, ap);
	va_end(ap);
	char *whole = mem_resize(NULL, len > 0 ? (size_t)len + 1 : 1, 1);
	vsnprintf(whole, len > 0 ? (size_t)len + 1 : 1, fmt, again);
	va_end(again);
	buf_init(&text, LINE_MAX_BYTES);
	buf_init(&b, LINE_MAX_BYTES);
	add_safe(&text, whole);
	free(whole);
	start(p, &b, indent, colour, symbol);
	buf_adds(&b, buf_str(&text));
	buf_release(&text);
	finish(p, &b, colour);
}

void page_blank(struct page *p)
{
	out_puts(p->out, "\n");
}

void page_list(struct page *p, size_t indent, enum colour colour, const char *symbol,
	char **names, size_t n)
{
	struct buf b;
	size_t column = indent + 2;
	if (n > 1)
		qsort(names, n, sizeof(*names), text_compare);
	buf_init(&b, LINE_MAX_BYTES);
	start(p, &b, indent, colour, symbol);
	for (size_t i = 0; i < n; i++) {
		struct buf name;
		buf_init(&name, LINE_MAX_BYTES);
		size_t columns = add_safe(&name, names[i]) + (i + 1 < n);
		if (i > 0 && column + 1 + columns > p->width) {
			finish(p, &b, colour);
			buf_init(&b, LINE_MAX_BYTES);
			start(p, &b, indent + 2, colour, NULL);
			column = indent + 2;
		} else if (i > 0) {
			buf_addc(&b, ' ');
			column++;
		}
		buf_addf(&b, "%s%s", buf_str(&name), i + 1 < n ? "," : "");
		column += columns;
		buf_release(&name);
	}
	finish(p, &b, colour);
}
