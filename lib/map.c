#include "map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "mem.h"

#define BLOCK_MIN 128
#define BLOCK_MAX 65536

/* Blocks of keys grow with the map, so that a small one stays small. */
struct map_keys {
	struct map_keys *next;
	size_t used, size;
	char text[];
};

/* The hash stands beside the place, so that few entries are looked at in vain. */
struct map_slot {
	uint32_t hash;
	uint32_t entry; /* index + 1, 0 free */
};

/* A copy of key that lives as long as m. */
static const char *keep(struct map *m, const char *key)
{
	size_t len = strlen(key) + 1;
	struct map_keys *k = m->keys;
	if (k == NULL || k->size - k->used < len) {
		size_t size = k == NULL ? BLOCK_MIN : 2 * k->size;
		size = size < BLOCK_MAX ? size : BLOCK_MAX;
		size = size > len ? size : len;
		k = mem_resize(NULL, 1, sizeof(*k) + size);
		*k = (struct map_keys){ .next = m->keys, .size = size };
		m->keys = k;
	}
	char *copy = k->text + k->used;
	memcpy(copy, key, len);
	k->used += len;
	return copy;
}

static uint64_t hash_key(void)
{
	static uint64_t key;
	if (key == 0) {
		if (RAND_bytes((unsigned char *)&key, sizeof(key)) != 1)
			key = (uint64_t)time(NULL) ^ ((uint64_t)getpid() << 32);
		key |= 1;
	}
	return key;
}

uint64_t map_hash(const char *key)
{
	uint64_t h = 14695981039346656037u ^ hash_key();
	for (; *key != '\0'; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211u;
	return h ^ (h >> 32);
}

void map_init(struct map *m)
{
	memset(m, 0, sizeof(*m));
}

void map_release(struct map *m, void (*free_value)(void *))
{
	for (size_t i = 0; i < m->n && free_value != NULL; i++)
		free_value(m->entries[i].value);
	for (struct map_keys *next; m->keys != NULL; m->keys = next) {
		next = m->keys->next;
		free(m->keys);
	}
	free(m->entries);
	free(m->slots);
	map_init(m);
}

/* The slot that holds key, or the free one where it belongs. There are free ones. */
static struct map_slot *find(const struct map *m, const char *key, uint32_t hash)
{
	size_t i = hash & (m->n_slots - 1);
	for (; m->slots[i].entry != 0; i = (i + 1) & (m->n_slots - 1))
		if (m->slots[i].hash == hash &&
			strcmp(m->entries[m->slots[i].entry - 1].key, key) == 0)
			break;
	return &m->slots[i];
}

static void rehash(struct map *m, size_t n_slots)
{
	struct map_slot *slots = mem_array(n_slots, sizeof(*slots));
	for (size_t i = 0; i < m->n_slots; i++) {
		size_t to = m->slots[i].hash & (n_slots - 1);
		if (m->slots[i].entry == 0)
			continue;
		while (slots[to].entry != 0)
			to = (to + 1) & (n_slots - 1);
		slots[to] = m->slots[i];
	}
	free(m->slots);
	m->slots = slots;
	m->n_slots = n_slots;
}

static struct map_entry *lookup(const struct map *m, const char *key, uint32_t hash)
{
	if (m->n == 0)
		return NULL;
	uint32_t entry = find(m, key, hash)->entry;
	return entry != 0 ? &m->entries[entry - 1] : NULL;
}

void *map_get(const struct map *m, const char *key)
{
	struct map_entry *e = lookup(m, key, (uint32_t)map_hash(key));
	return e != NULL ? e->value : NULL;
}

int map_has(const struct map *m, const char *key)
{
	return lookup(m, key, (uint32_t)map_hash(key)) != NULL;
}

void **map_slot(struct map *m, const char *key)
{
	uint32_t hash = (uint32_t)map_hash(key);
	struct map_entry *e = lookup(m, key, hash);
	if (e != NULL)
		return &e->value;
	mem_grow(&m->entries, &m->cap, m->n + 1, sizeof(*m->entries));
	if ((m->n + 1) * 2 > m->n_slots)
		rehash(m, m->n_slots > 0 ? m->n_slots * 2 : 16);
	assert(m->n < UINT32_MAX);
	struct map_slot *slot = find(m, key, hash);
	m->entries[m->n] = (struct map_entry){ keep(m, key), NULL };
	*slot = (struct map_slot){ hash, (uint32_t)++m->n };
	return &m->entries[m->n - 1].value;
}

void *map_put(struct map *m, const char *key, void *value)
{
	void **slot = map_slot(m, key);
	void *old = *slot;
	*slot = value;
	return old;
}
