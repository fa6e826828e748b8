/*
 * show -- a model as plain text.
 */
#ifndef IDC_SHOW_SHOW_H
#define IDC_SHOW_SHOW_H

#include "model.h"
#include "page.h"

/* Writes all of m. */
void show_text(struct page *page, const struct model *m);

/* Puts the accounts of places, sorted, with their number where they are many. */
void show_places(struct page *page, enum colour colour, const struct places *places);

/* Sections for what failed, what was skipped, and what is to be known. */
void show_remarks(struct page *page, const struct model *m);

/* The last lines: what it comes to. */
void show_summary(struct page *page, const struct model *m);

/* The entries of a map in another order; an array of the caller's. */
struct map_entry *show_sorted(
	const struct map *m, int (*order)(const void *, const void *));

/* "1 account", "2 accounts": put with the words before and behind it. Owned. */
char *show_count(size_t n, const char *one, const char *many);

#endif
