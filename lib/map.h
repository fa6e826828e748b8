/*
 * map -- strings to pointers, remembered in the order they came.
 *
 * Keys are copied, values are the caller's. Lookup is by hash (FNV-1a, keyed
 * with a number drawn once per process, so that hostile keys can't be chosen to
 * collide); the order of entries does not depend on it.
 */
#ifndef IDC_MAP_H
#define IDC_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_entry {
	const char *key;
	void *value;
};

struct map_keys;
struct map_slot;

struct map {
	struct map_entry *entries; /* n of them, in order of insertion */
	size_t n;
	size_t cap;
	struct map_slot *slots;
	size_t n_slots;	       /* a power of two */
	struct map_keys *keys; /* their texts, many in a block */
};

void map_init(struct map *m);
void map_release(struct map *m, void (*free_value)(void *)); /* free_value may be NULL */

/* The hash of key, for tables of another kind. */
uint64_t map_hash(const char *key);

/* The value of key, or NULL. */
void *map_get(const struct map *m, const char *key);

/* Whether key is there (its value may be NULL). */
int map_has(const struct map *m, const char *key);

/*
 * The place of key's value, made (with NULL in it) when it was not there.
 * The pointer is good until the next map_put or map_slot.
 */
void **map_slot(struct map *m, const char *key);

/* Sets key to value; returns the value that was there before, or NULL. */
void *map_put(struct map *m, const char *key, void *value);

#endif
