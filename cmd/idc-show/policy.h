/*
 * policy -- IAM policies for people: a paragraph for a statement, and what differs between
 * two.
 *
 * Nothing of a statement is left out: what has an unusual shape is shown as JSON.
 */
#ifndef IDC_SHOW_POLICY_H
#define IDC_SHOW_POLICY_H

#include <jv.h>

#include "page.h"

/* The statements of a policy (borrowed): an object, or a string that holds one. */
void policy_show(struct page *page, size_t indent, jv policy);

/* What comes, goes and changes between two policies (borrowed); invalid: none. */
void policy_changes(struct page *page, size_t indent, jv from, jv to);

/*
 * Words of a value (borrowed): a string as it is, several parted by commas, anything
 * else as JSON. end stays with the last one. policy_item is one such string.
 */
void policy_value(struct page *page, enum colour colour, jv value, const char *end);
void policy_item(struct page *page, enum colour colour, const char *s, const char *end);

/*
 * Lines for the strings of a list that go and come, below a name: "- name a, b", "+ name
 * c". from and to are borrowed: strings, arrays of them, or invalid for none. How many
 * lines.
 */
int policy_list_changes(struct page *page, size_t indent, const char *name, jv from, jv to);

#endif
