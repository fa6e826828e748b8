#include "page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "lines.h"
#include "mem.h"
#include "text.h"

#define WORD_MAX ((size_t)4 * LINES_MAX) /* \xNN is four times as long */
#define SYMBOL_COLUMNS 2

static const char *const codes[COLOURS] = {
	[COLOUR_NONE] = "",
	[COLOUR_GRANT] = "\033[32m",
	[COLOUR_REVOKE] = "\033[31m",
	[COLOUR_CHANGE] = "\033[33m",
	[COLOUR_HEAD] = "\033[1m",
	[COLOUR_FAINT] = "\033[2m",
};

void page_init(struct page *p, struct out *out, size_t width, int colours)
{
	memset(p, 0, sizeof(*p));
	p->out = out;
	p->width = width;
	p->colours = colours;
}

static void blanks(struct page *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out_puts(p->out, " ");
	p->column += n;
}

static void coloured(struct page *p, enum colour colour, const char *s, size_t columns)
{
	int plain = !p->colours || colour == COLOUR_NONE;
	if (!plain)
		out_puts(p->out, codes[colour]);
	out_puts(p->out, s);
	if (!plain)
		out_puts(p->out, "\033[0m");
	p->column += columns;
}

void page_begin(
	struct page *p, size_t indent, size_t more, enum colour colour, const char *symbol)
{
	if (p->blanks && p->begun)
		out_puts(p->out, "\n");
	p->blanks = 0;
	p->begun = 1;
	p->column = 0;
	p->empty = 1;
	blanks(p, indent);
	if (symbol != NULL) {
		coloured(p, colour, symbol, 1);
		blanks(p, SYMBOL_COLUMNS - 1);
		indent += SYMBOL_COLUMNS;
	}
	p->hang = indent + more;
}

static void put(struct page *p, enum colour colour, const char *word, size_t columns)
{
	if (!p->empty && p->column + 1 + columns > p->width) {
		out_puts(p->out, "\n");
		p->column = 0;
		blanks(p, p->hang);
	} else if (!p->empty) {
		blanks(p, 1);
	}
	coloured(p, colour, word, columns);
	p->empty = 0;
}

void page_word(struct page *p, enum colour colour, const char *word, const char *suffix)
{
	struct buf b;
	buf_init(&b, WORD_MAX);
	size_t columns = text_safe(&b, word);
	columns += text_safe(&b, suffix);
	put(p, colour, buf_str(&b), columns);
	buf_release(&b);
}

/* Words, parted by single blanks; cuts text up. */
static void put_words(struct page *p, enum colour colour, char *text)
{
	while (*text != '\0') {
		char *end = text + 1 + strcspn(text + 1, " ");
		char *next = *end == ' ' ? end + 1 : end;
		*end = '\0';
		page_word(p, colour, text, "");
		text = next;
	}
}

static void put_formatted(struct page *p, enum colour colour, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

static void put_formatted(struct page *p, enum colour colour, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int len = vsnprintf(NULL, 0, fmt, ap);
	size_t size = len > 0 ? (size_t)len + 1 : 1;
	char *text = mem_alloc(size);
	vsnprintf(text, size, fmt, again);
	va_end(again);
	put_words(p, colour, text);
	free(text);
}

void page_put(struct page *p, enum colour colour, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	put_formatted(p, colour, fmt, ap);
	va_end(ap);
}

void page_end(struct page *p)
{
	out_puts(p->out, "\n");
}

void page_line(struct page *p, size_t indent, enum colour colour, const char *symbol,
	const char *fmt, ...)
{
	va_list ap;
	page_begin(p, indent, SYMBOL_COLUMNS, colour, symbol);
	va_start(ap, fmt);
	put_formatted(p, colour, fmt, ap);
	va_end(ap);
	page_end(p);
}

void page_blank(struct page *p)
{
	p->blanks = 1;
}
