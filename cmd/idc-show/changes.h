/*
 * changes -- the fields of a permission set that change, from what to what.
 */
#ifndef IDC_SHOW_CHANGES_H
#define IDC_SHOW_CHANGES_H

#include <jv.h>

#include "page.h"

/* Writes changes, an object of {From, To} by field (borrowed), below a permission set's line. */
void changes_show(struct page *page, jv changes);

#endif
