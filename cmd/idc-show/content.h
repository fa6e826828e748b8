/*
 * content -- what a permission set is, and what changes in it.
 */
#ifndef IDC_SHOW_CONTENT_H
#define IDC_SHOW_CONTENT_H

#include <jv.h>

#include "page.h"

/*
 * The fields of a permission set, one paragraph each, with the statements of its inline
 * policy. content (borrowed) has them as in a PermissionSet record.
 */
void content_show(struct page *page, size_t indent, jv content);

/*
 * Changed fields. changes (borrowed) is an array of {Field, From, To}, where From or To may
 * be missing; several of one field belong together.
 */
void content_changes(struct page *page, size_t indent, jv changes);

#endif
