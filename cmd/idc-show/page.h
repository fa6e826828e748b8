/*
 * page -- text for people: wrapped lists, colour where it is wanted, hostile bytes made harmless.
 */
#ifndef IDC_SHOW_PAGE_H
#define IDC_SHOW_PAGE_H

#include <stddef.h>

#include "out.h"

enum colour { COLOUR_NONE, COLOUR_GRANT, COLOUR_REVOKE, COLOUR_CHANGE, COLOUR_HEAD, COLOUR_FAINT };

struct page {
	struct out *out;
	size_t width;
	int colours;
};

/*
 * One line: indent blanks, a symbol of one column in that colour (or NULL), and the text.
 * Control bytes and malformed UTF-8 of any text are shown as \xNN.
 */
void page_line(struct page *p, size_t indent, enum colour colour, const char *symbol,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void page_blank(struct page *p);

/*
 * Names, sorted, separated by commas and wrapped at the page's width behind indent + 2 columns.
 * The array is sorted in place.
 */
void page_list(struct page *p, size_t indent, enum colour colour, const char *symbol,
	char **names, size_t n);

#endif
