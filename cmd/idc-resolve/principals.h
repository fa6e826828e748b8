/*
 * principals -- names of groups and users to their ids.
 *
 * Each distinct name is asked for once, concurrently (GetGroupId, GetUserId). Where there
 * are many, the directory is listed first, a hundred at a time, as long as its pages have
 * no fewer of the names than they cost requests; what is still missing then is asked for
 * one by one. All in all that is never more than a tenth above one request for each name,
 * or two. Of a whole listing, what it does not have does not exist, unless by another
 * spelling: AWS, not we, decides what a name matches.
 *
 * Who is denied one of the two has the other.
 *
 * No page is read twice: near names are looked for in those that were read, and the listing
 * goes on from there.
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

/* The directory's groups, or its users, as far as they were listed. */
struct listing {
	struct directory_listing under_way;
	int begun;
	int instead;	      /* since AWS does not let names be looked up */
	char *next;	      /* where it goes on; NULL: at no place */
	size_t pages;	      /* read so far */
	size_t open;	      /* names not found before the page that is being read */
	size_t patience;      /* pages that may still come to nothing */
	int nameless;	      /* an entry came without its name */
	struct map spellings; /* of the names: non-NULL when an entry is spelled so */
	jv names;	      /* of the entries, for near */
};

struct principals {
	struct ask *ask;
	const char *store;	/* IdentityStoreId, borrowed; NULL until it is known */
	struct principal *list; /* in order of first mention */
	size_t n, cap;
	struct map by_name[PRINCIPAL_TYPES]; /* index + 1 */
	size_t open[PRINCIPAL_TYPES];	     /* not found so far */
	struct listing listings[PRINCIPAL_TYPES];
};

void principals_init(struct principals *p, struct ask *ask);
void principals_release(struct principals *p);

/* The index of a name, which is borrowed. */
uint32_t principals_add(struct principals *p, int type, const char *name);

/* Starts asking for all of them; store is borrowed and kept. */
void principals_start(struct principals *p, const char *store);

/*
 * For the names that were not found: lists the rest of the directory (of a very large one,
 * up to a limit) and fills near. Blocks; a directory that may not be listed leaves near
 * NULL.
 */
void principals_suggest(struct principals *p);

#endif
