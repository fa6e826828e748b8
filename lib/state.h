/*
 * state -- a state stream (idc-streams(5)) in memory, to be looked things up in.
 *
 * Everything is interned and numbered in the order in which it came; an assignment is three
 * numbers, so that a million of them take 16 MB. A stream need not have every kind of
 * record: complete says of which kinds it has all there are.
 */
#ifndef IDC_STATE_H
#define IDC_STATE_H

#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "directory.h"
#include "err.h"
#include "map.h"

#define STATE_NONE UINT32_MAX

/* The kinds of its records, in the order in which they are written. */
enum state_kind {
	STATE_INSTANCE,
	STATE_ROOT,
	STATE_UNIT,
	STATE_ACCOUNT,
	STATE_GROUP,
	STATE_USER,
	STATE_SET,
	STATE_ASSIGNMENT,
	STATE_KINDS
};

#define STATE_BIT(kind) (1u << (kind))
#define STATE_ALL (STATE_BIT(STATE_KINDS) - 1)

/* "Instance" ... "AccountAssignment". */
extern const char *const state_kinds[STATE_KINDS];

/* The member of Begin that lists them where they are not all. */
#define STATE_COMPLETE "Complete"

/* Something that is named by its record, or so far only by others. */
struct state_item {
	char *id;	 /* of a permission set: its name */
	jv rec;		 /* or invalid */
	uint32_t parent; /* a unit, or STATE_NONE; of units and accounts */
};

struct state_items {
	struct state_item *list;
	size_t n, cap;
	struct map index; /* index + 1 by id */
};

struct state_principal {
	char *id;
	char *name;		      /* NULL: not known */
	char *display;		      /* of a user, or NULL */
	int listed;		      /* it has a record */
	size_t first_group, n_groups; /* of a user, in state.groups */
};

struct state_principals {
	struct state_principal *list;
	size_t n, cap;
	struct map index;   /* index + 1 by id */
	struct map by_name; /* of those that have a record; the first of a name stays */
};

/* A principal by number and type. */
#define STATE_PRINCIPAL(type, index) ((uint32_t)(index) << 1 | (uint32_t)(type))

struct state_assignment {
	uint32_t set, account;
	uint32_t principal; /* STATE_PRINCIPAL() */
};

struct state {
	char *file; /* for messages */
	unsigned complete;
	jv instance; /* or invalid */
	struct state_items units;
	struct state_items accounts;
	struct state_items sets;
	struct map set_arns; /* index + 1 */
	struct state_principals principals[PRINCIPAL_TYPES];
	uint32_t *groups; /* indices of groups, those of a user together */
	size_t n_groups, cap_groups;
	struct state_assignment *assignments; /* sorted, none twice */
	size_t n_assignments, cap_assignments;
};

/*
 * Reads path ("-": standard input). 0, or -1 with err filled as stream_fail takes it: no
 * file, no complete state stream, or a record that is none. state_release in either case.
 */
int state_read(struct state *s, const char *path, struct err *err);
void state_release(struct state *s);

/* Whether it has all of the kinds. */
int state_has(const struct state *s, unsigned kinds);

/* The index of what has that id (name, ARN), or STATE_NONE. */
uint32_t state_find(const struct map *index, const char *id);

/* The first assignment of a set, or of a set in an account, or what would follow it. */
size_t state_first(const struct state *s, uint32_t set, uint32_t account);

#endif
