#include "list.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

size_t list_place(const struct list *l, const void *key, list_order *order)
{
	size_t low = 0, high = l->n;
	/* What comes in order is looked for at the end. */
	if (high > 0 && order(l->items[high - 1], key) < 0)
		return high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (order(l->items[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void list_push(struct list *l, void *item)
{
	mem_grow(&l->items, &l->cap, l->n + 1, sizeof(void *));
	l->items[l->n++] = item;
}

void list_add(struct list *l, void *item, list_order *order)
{
	list_push(l, item);
	if (l->n == 1 || order(l->items[l->n - 2], item) <= 0)
		return;
	l->n--;
	size_t at = list_place(l, item, order);
	memmove(l->items + at + 1, l->items + at, (l->n++ - at) * sizeof(void *));
	l->items[at] = item;
}

void *list_get(const struct list *l, const void *key, list_order *order)
{
	size_t at = list_place(l, key, order);
	return at < l->n && order(l->items[at], key) == 0 ? l->items[at] : NULL;
}

void list_remove(struct list *l, const void *item, list_order *order)
{
	size_t at = list_place(l, item, order);
	if (at == l->n || l->items[at] != item)
		return;
	memmove(l->items + at, l->items + at + 1, (--l->n - at) * sizeof(void *));
}

void list_release(struct list *l)
{
	free(l->items);
	*l = (struct list){ 0 };
}
