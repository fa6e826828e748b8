/*
 * ids -- the Ids of a plan, and which of its actions each is of. They are kept with the
 * records (store.h); here is only where to find them: some 16 bytes for each.
 */
#ifndef IDC_APPLY_IDS_H
#define IDC_APPLY_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "store.h"

struct ids {
	struct ids_slot *slots;
	size_t n, n_slots;
};

void ids_init(struct ids *ids);
void ids_release(struct ids *ids);

/*
 * The action called id. places tells where each action is in store. 1 and *action, or 0:
 * none is; or -1 with err filled (ERR_SYS).
 */
int ids_find(const struct ids *ids, struct store *store, const uint32_t *places,
	const char *id, uint32_t *action, struct err *err);

/* Adds an action with an id that no other has. */
void ids_add(struct ids *ids, const char *id, uint32_t action);

#endif
