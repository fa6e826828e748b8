/*
 * dump -- the live state, as far as it is wanted, and the stream that tells it.
 *
 * dump_read() asks for what the wanted kinds need and nothing else, each list once;
 * dump_write() writes. Assignments are read pair by pair: only so those are seen whose
 * principal does not exist any more, which no directory lists. In memory an assignment is
 * three numbers.
 */
#ifndef DUMP_DUMP_H
#define DUMP_DUMP_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "ask.h"
#include "assigned.h"
#include "directory.h"
#include "instance.h"
#include "map.h"
#include "org.h"
#include "out.h"
#include "permset.h"
#include "state.h"

struct settings {
	unsigned kinds;	    /* STATE_BIT()s */
	int all_principals; /* not only those who have something */
	const char *instance_arn;
	struct permset_tag tag; /* what Managed goes by */
	struct ask_options ask;
};

/* A group or a user. */
struct principal {
	char *id;
	char *name;    /* NULL: not known, or there is none of that id any more */
	char *display; /* of a user, or NULL */
	enum principal_type type;
	int exists;
	uint32_t rank; /* its place in the order of the output */
};

/* A permission set, next to what permset has of it. */
struct set {
	struct permset *live; /* borrowed */
	size_t first_account; /* in dump.pairs: n_accounts of them, once sorted */
	size_t n_accounts;
	char **outdated; /* ids of accounts */
	size_t n_outdated, cap_outdated;
};

struct assignment {
	uint32_t set, account, principal;
};

struct dump {
	const struct settings *settings;
	struct ask ask;
	struct instance instance;
	struct org org;
	struct permsets permsets;
	struct set *sets; /* sorted by name */
	size_t n_sets, cap_sets;
	char **accounts; /* ids of those where something is provisioned */
	size_t n_accounts, cap_accounts;
	struct map account_index; /* index + 1 by id */
	struct principal *principals;
	size_t n_principals, cap_principals;
	struct map principal_index[PRINCIPAL_TYPES]; /* index + 1 by id */
	struct assigned_pair *pairs;
	size_t n_pairs, cap_pairs;
	struct assignment *assignments;
	size_t n_assignments, cap_assignments;
	struct directory_listing listings[PRINCIPAL_TYPES];
	size_t unnamed[PRINCIPAL_TYPES];    /* principals that are not looked up yet */
	size_t pages_left[PRINCIPAL_TYPES]; /* of a listing */
};

void dump_init(struct dump *d, const struct settings *settings);
void dump_release(struct dump *d);

/* Reads everything that is wanted. 0, or -1 with the ask's failure; d->ask.aws is set. */
int dump_read(struct dump *d);

/* Whether any kind of the set is wanted. */
int dump_wants(const struct dump *d, unsigned kinds);

/* Which principals have which names: behind dump_read. 0 or -1. */
int principals_read(struct dump *d);
uint32_t principals_add(struct dump *d, enum principal_type type, const char *id);

struct dump_counts {
	size_t accounts, sets, assignments, principals;
};

/* Writes the whole stream, sorted. Afterwards the numbers of principals are ranks. */
struct dump_counts dump_write(struct dump *d, struct out *out, time_t now);

#endif
