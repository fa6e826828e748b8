#include "ids.h"

#include <stdlib.h>

#include "map.h"
#include "mem.h"

#define SLOTS_MIN 64

/* By open addressing: where its hash says, or in the first free slot after that. */
struct ids_slot {
	uint32_t hash;
	uint32_t action; /* from 1; 0: free */
};

void ids_init(struct ids *ids)
{
	*ids = (struct ids){ .slots = NULL };
}

void ids_release(struct ids *ids)
{
	free(ids->slots);
	ids_init(ids);
}

static uint32_t hash_of(const char *id)
{
	return (uint32_t)map_hash(id);
}

int ids_find(const struct ids *ids, struct store *store, const uint32_t *places,
	const char *id, uint32_t *action, struct err *err)
{
	uint32_t hash = hash_of(id);
	size_t mask = ids->n_slots - 1;
	int same = 0;
	for (size_t i = hash & mask; ids->n > 0 && same == 0; i = (i + 1) & mask) {
		const struct ids_slot *slot = &ids->slots[i];
		if (slot->action == 0)
			return 0;
		if (slot->hash != hash)
			continue;
		*action = slot->action - 1;
		same = store_is(store, places[*action], id, err);
	}
	return same;
}

static void put(struct ids *ids, struct ids_slot slot)
{
	size_t mask = ids->n_slots - 1, i = slot.hash & mask;
	while (ids->slots[i].action != 0)
		i = (i + 1) & mask;
	ids->slots[i] = slot;
}

/* Twice as many slots: at most three of four are taken. */
static void grow(struct ids *ids)
{
	struct ids old = *ids;
	ids->n_slots = old.n_slots > 0 ? 2 * old.n_slots : SLOTS_MIN;
	ids->slots = mem_array(ids->n_slots, sizeof(*ids->slots));
	for (size_t i = 0; i < old.n_slots; i++)
		if (old.slots[i].action != 0)
			put(ids, old.slots[i]);
	free(old.slots);
}

void ids_add(struct ids *ids, const char *id, uint32_t action)
{
	if (4 * (ids->n + 1) > 3 * ids->n_slots)
		grow(ids);
	put(ids, (struct ids_slot){ .hash = hash_of(id), .action = action + 1 });
	ids->n++;
}
