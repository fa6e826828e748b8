/*
 * page -- text for people: paragraphs that wrap, colour where it is wanted, hostile bytes
 * made harmless (text_safe).
 *
 * A paragraph is begun, words are put into it, and it is ended. Words are parted by one
 * blank; a word that does not fit goes to the next line, behind the hanging indent.
 */
#ifndef IDC_SHOW_PAGE_H
#define IDC_SHOW_PAGE_H

#include <stddef.h>

#include "out.h"

enum colour {
	COLOUR_NONE,
	COLOUR_GRANT,
	COLOUR_REVOKE,
	COLOUR_CHANGE,
	COLOUR_HEAD,
	COLOUR_FAINT,
	COLOURS
};

struct page {
	struct out *out; /* borrowed */
	size_t width;	 /* columns */
	int colours;	 /* whether to use any */
	size_t column;	 /* the next one to be written, from 0 */
	size_t hang;	 /* the indent of further lines */
	int empty;	 /* no word on this line yet */
	int blanks;	 /* empty lines that the next paragraph is to follow */
	int begun;	 /* something was written already */
};

void page_init(struct page *p, struct out *out, size_t width, int colours);

/*
 * Begins a paragraph behind indent blanks with a symbol in that colour (or NULL for none);
 * further lines stand below its first word, and at least more columns to the right of
 * indent.
 */
void page_begin(
	struct page *p, size_t indent, size_t more, enum colour colour, const char *symbol);

/* Puts the words of a formatted text, which may be broken at its blanks. */
void page_put(struct page *p, enum colour colour, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts one word that is not broken, blanks or not, and a suffix that stays with it. */
void page_word(struct page *p, enum colour colour, const char *word, const char *suffix);

void page_end(struct page *p);

/* Begins, puts and ends. */
void page_line(struct page *p, size_t indent, enum colour colour, const char *symbol,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* An empty line before the next paragraph, unless that is the first one. */
void page_blank(struct page *p);

#endif
