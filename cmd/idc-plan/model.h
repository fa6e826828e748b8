/*
 * model -- what is wanted and what is, side by side, in small numbers.
 *
 * Permission sets, accounts and principals are interned: an assignment is four numbers.
 * A number is an index into the array of its kind; NONE is no index. Pointers into the
 * arrays are good until something of their kind is added.
 *
 * model_sort() puts the numbers themselves into the order of the output, so that from then
 * on sorting assignments by number sorts them for people.
 */
#ifndef PLAN_MODEL_H
#define PLAN_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "directory.h"
#include "map.h"

#define NONE UINT32_MAX

struct principal {
	char *id;
	char *name; /* NULL: not known */
	enum principal_type type;
	int exists;	  /* the directory has it */
	int gone;	  /* the directory has it no more */
	uint32_t rebound; /* the one that took its name and place, or NONE */
	int differs;	  /* its assignments are not the same in both files */
};

struct account {
	char *id;
	char *name; /* NULL: not known */
};

struct set {
	char *name;
	jv want;      /* PermissionSet of the resolved stream, or invalid */
	jv live;      /* PermissionSet as in a state stream, or invalid */
	int owned;    /* carries the ownership tag */
	int adopt;    /* does not yet, but is to */
	int applied;  /* the last run wanted it */
	jv last;      /* how, where that is known; or invalid */
	int same;     /* its record, in both files: taken for live (--quick) */
	int assumed;  /* its assignments, too: nothing is read of it */
	uint32_t was; /* the owned set that it replaces, or NONE */
	uint32_t now; /* the set that replaces it, or NONE */
	int counted;  /* accounts are those where it is provisioned */
	uint32_t *accounts;
	size_t n_accounts, cap_accounts;
	int checked; /* outdated are those whose role lags behind */
	uint32_t *outdated;
	size_t n_outdated, cap_outdated;
};

/* Why an assignment is wanted: Rules and Source of its record. */
struct origin {
	jv rules;
	jv source;
};

enum {
	ENTRY_LIVE = 1,	   /* of a wanted one: it is there */
	ENTRY_WANTED = 2,  /* of a live one: it is asked for */
	ENTRY_APPLIED = 4, /* of a live one: the last run wanted it */
	ENTRY_KEPT = 8,	   /* of a live one: not asked for, yet left alone */
	ENTRY_SKIPPED = 16 /* of a wanted one: not done for now */
};

struct entry {
	uint32_t set;
	uint32_t account;
	uint32_t principal;
	uint32_t origin; /* or NONE */
	unsigned flags;
};

struct entries {
	struct entry *list;
	size_t n;
	size_t cap;
};

struct model {
	jv instance;	      /* the Instance record, or invalid */
	int lacks_management; /* the input leaves the management account out */
	struct set *sets;
	size_t n_sets, cap_sets;
	struct map set_index; /* index + 1 by name, as the others by id */
	struct account *accounts;
	size_t n_accounts, cap_accounts;
	struct map account_index;
	struct principal *principals;
	size_t n_principals, cap_principals;
	struct map principal_index[PRINCIPAL_TYPES];
	struct origin *origins;
	size_t n_origins, cap_origins;
	struct map origin_index;
	struct entries wanted;
	struct entries live;
	struct entries applied;
};

void model_init(struct model *m);
void model_release(struct model *m);

/* The index of a name or id, made when it is new. name may be NULL; the first one stays. */
uint32_t model_set(struct model *m, const char *name);
uint32_t model_account(struct model *m, const char *id, const char *name);
uint32_t model_principal(
	struct model *m, enum principal_type type, const char *id, const char *name);

/* The index of the set of that name, or NONE. */
uint32_t model_find_set(const struct model *m, const char *name);

/* The origin that rec's Rules and Source are. */
uint32_t model_origin(struct model *m, jv rec);

/* The origin of an assignment that two records ask for: a's, with the rules of both. */
uint32_t model_merge_origins(struct model *m, uint32_t a, uint32_t b);

void entries_add(struct entries *e, struct entry entry);

/* Sorts by set, account and principal; of equal ones the first stays, with all flags. */
void entries_sort(struct model *m, struct entries *e);

/* By set, account and principal. */
int entry_compare(const struct entry *a, const struct entry *b);

/* Of sorted ones: the index of the first that is not before entry; whether entry is there.
 */
size_t entries_from(const struct entries *e, const struct entry *entry);
int entries_has(const struct entries *e, const struct entry *entry);

/*
 * Numbers everything anew, in the order of the output, and sorts the assignments by it.
 * The numbers of sets only change when sets were added since the last time.
 */
void model_sort(struct model *m);

/* What to call it: its name, or its id when that is not known. */
const char *principal_label(const struct principal *p);

/* A text of the instance ("InstanceArn"), or "". */
const char *model_instance(const struct model *m, const char *member);

/* The ARN of a live set, or NULL. */
const char *set_arn(const struct set *s);

/* Adds account to a list that is kept without repeats by the caller. */
void account_list_add(uint32_t **list, size_t *n, size_t *cap, uint32_t account);

#endif
