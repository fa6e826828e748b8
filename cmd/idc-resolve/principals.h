/*
 * principals -- names of groups and users to their ids.
 *
 * Each distinct name is asked for once, concurrently (GetGroupId, GetUserId). Where there
 * are many, the directory is listed first, a hundred at a time, as long as that can't cost
 * more than a tenth of the single requests; names that the listing did not show are then
 * still asked for one by one: AWS, not we, decides what a name matches.
 *
 * Source: Identity Store API Reference, GetGroupId, GetUserId.
 */
#ifndef RESOLVE_PRINCIPALS_H
#define RESOLVE_PRINCIPALS_H

#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "ask.h"
#include "directory.h"
#include "map.h"

struct principal {
	const char *name; /* borrowed from the rules */
	int type;
	char *id;	  /* NULL: not found, once all is answered */
	const char *near; /* the nearest name that exists, or NULL; borrowed */
};

struct principals {
	struct ask *ask;
	const char *store;	/* IdentityStoreId, borrowed; NULL until it is known */
	struct principal *list; /* in order of first mention */
	size_t n, cap;
	struct map by_name[PRINCIPAL_TYPES]; /* index + 1 */
	size_t open[PRINCIPAL_TYPES];	     /* not found so far */
	struct directory_listing listings[PRINCIPAL_TYPES];
	size_t pages_left[PRINCIPAL_TYPES]; /* of the listing under way */
	jv names[PRINCIPAL_TYPES];	    /* the directory, for near */
};

void principals_init(struct principals *p, struct ask *ask);
void principals_release(struct principals *p);

/* The index of a name, which is borrowed. */
uint32_t principals_add(struct principals *p, int type, const char *name);

/* Starts asking for all of them; store is borrowed and kept. */
void principals_start(struct principals *p, const char *store);

/*
 * For the names that were not found: lists the directory (part of a very large one) and
 * fills near. Blocks; a directory that may not be listed leaves near NULL.
 */
void principals_suggest(struct principals *p);

#endif
