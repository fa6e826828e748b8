/*
 * list -- pointers kept in an order of their own, so that what is listed does not depend on
 * when it came. The pointers are the caller's.
 */
#ifndef IDC_SIM_LIST_H
#define IDC_SIM_LIST_H

#include <stddef.h>

struct list {
	void **items;
	size_t n, cap;
};

/* How two items stand to each other, as strcmp says it. */
typedef int list_order(const void *a, const void *b);

/* Puts item where it belongs. What comes in order already costs no more than appending. */
void list_add(struct list *l, void *item, list_order *order);

/* Appends item, whatever its place: for a list in the order in which things were made. */
void list_push(struct list *l, void *item);

/* The place of the first item that does not stand before key; n when there is none. */
size_t list_place(const struct list *l, const void *key, list_order *order);

/* The item that stands where key would, or NULL. */
void *list_get(const struct list *l, const void *key, list_order *order);

void list_remove(struct list *l, const void *item, list_order *order);
void list_release(struct list *l);

#endif
