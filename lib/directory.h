/*
 * directory -- the groups and users of the identity store.
 *
 * What is said of the two types differs in words only: directory_words has them. A listing
 * gives a hundred entries a request, a look-up one; which is cheaper, the caller knows.
 *
 * Source: Identity Store API Reference, ListGroups, ListUsers, DescribeGroup, DescribeUser.
 */
#ifndef IDC_DIRECTORY_H
#define IDC_DIRECTORY_H

#include <stdint.h>

#include <jv.h>

#include "ask.h"

enum principal_type { PRINCIPAL_GROUP, PRINCIPAL_USER, PRINCIPAL_TYPES };

struct directory_words {
	const char *word; /* "group", in messages */
	const char *type; /* "GROUP": PrincipalType */
	const char *kind; /* "Group": of its record in a state stream */
	const char *get, *list, *items, *describe; /* operations; items: of list's answer */
	const char *path;			   /* AttributePath of the name */
	const char *id, *name;			   /* members of answers and records */
};

extern const struct directory_words directory_words[PRINCIPAL_TYPES];

/* "GROUP", "USER"; and back: -1 for anything else, and for NULL. */
const char *directory_type_name(enum principal_type type);
int directory_type_read(const char *s, enum principal_type *type);

/* One listing of one type. */
struct directory_listing {
	struct ask *ask; /* borrowed */
	enum principal_type type;
	/* An entry: item is what AWS says of it, id and name (or NULL) are parts of it. */
	void (*entry)(void *ctx, enum principal_type type, jv item, const char *id,
		const char *name);
	/* The end of a page: non-zero ends the listing. */
	int (*page)(void *ctx, enum principal_type type);
	/* The end, by res; a failure is not ask's yet. */
	void (*done)(void *ctx, enum principal_type type, const struct aws_result *res);
	void *ctx;
};

/* Starts l, which is kept until done was called; store is borrowed. */
void directory_list(struct directory_listing *l, const char *store);

/*
 * The same from where another listing of that type ended: next (borrowed) is what
 * directory_next gave then; NULL: from the start.
 */
void directory_list_from(struct directory_listing *l, const char *store, const char *next);

/*
 * To be called by done: where a listing that was ended early would go on. Borrowed from
 * res; NULL after the last page, and after a failure.
 */
const char *directory_next(const struct aws_result *res);

/*
 * Called with what DescribeGroup or DescribeUser answered (borrowed), or an invalid value
 * when the directory has nobody of that id. Not called after a failure, which is ask's.
 */
typedef void directory_found(void *ctx, uint32_t index, jv output);

/* Starts to look id up (borrowed, kept until found was called); ctx and index are the
 * caller's. */
void directory_describe(struct ask *ask, const char *store, enum principal_type type,
	const char *id, directory_found *found, void *ctx, uint32_t index);

#endif
