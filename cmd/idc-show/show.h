/*
 * show -- a model as plain text.
 */
#ifndef IDC_SHOW_SHOW_H
#define IDC_SHOW_SHOW_H

#include "model.h"
#include "page.h"

/* Writes all of m; both borrowed. Lists in m are sorted on the way. */
void show_text(struct page *page, const struct model *m);

#endif
