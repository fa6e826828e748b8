/*
 * sim -- the simulated organization, directory and Identity Center instance.
 *
 * Everything lives in arrays of pointers in the order it was made, with maps from ids
 * and names beside them; nothing is moved while it is referred to. Time comes in as
 * milliseconds of a clock that never goes back: asynchronous operations end when
 * sim_advance is told a time behind their end.
 */
#ifndef IDC_SIM_H
#define IDC_SIM_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <jv.h>

#include "err.h"
#include "map.h"

struct unit { /* the root, or an organizational unit */
	char *id, *arn, *name;
	struct unit *parent; /* NULL for the root */
};

struct account {
	char *id, *arn, *name, *email, *state;
	struct unit *parent;
	jv tags; /* object */
	size_t index;
};

enum principal_type { PRINCIPAL_GROUP, PRINCIPAL_USER };

struct pair;

struct principal {
	enum principal_type type;
	char *id, *name, *display;
	struct principal **groups; /* of a user */
	size_t n_groups, groups_cap;
	struct pair **pairs; /* where it is assigned */
	size_t n_pairs, pairs_cap;
	int gone; /* deleted from the directory, still assigned */
};

struct set {
	char *name, *arn, *description, *duration, *relay_state, *inline_policy;
	jv managed;  /* array of ARNs */
	jv customer; /* array of {Name, Path} */
	jv boundary; /* PermissionsBoundary, or invalid */
	jv tags;     /* object */
	time_t created;
	struct map pairs; /* account id to struct pair: where it is provisioned */
	int deleted;
};

/* A permission set in an account: provisioned there, with those principals assigned. */
struct pair {
	struct set *set;
	struct account *account;
	struct principal **principals;
	size_t n, cap;
	int provisioned, outdated;
};

enum operation_type {
	OPERATION_CREATE,
	OPERATION_DELETE,
	OPERATION_PROVISION,
	OPERATION_TYPES
};
enum operation_status { STATUS_IN_PROGRESS, STATUS_SUCCEEDED, STATUS_FAILED_ };

struct operation {
	enum operation_type type;
	enum operation_status status;
	char id[37];
	struct set *set;
	struct account *account;     /* NULL: every provisioned account */
	struct principal *principal; /* NULL for provisioning */
	const char *reason;	     /* why it failed, or NULL; static text */
	time_t created;
	int64_t due_ms;
};

/* --fail-async OPERATION[:N]: the Nth such operation fails; 0: every one. */
struct failure {
	char *operation;
	unsigned long nth, seen;
};

struct sim_options {
	int64_t async_ms, latency_ms;
	unsigned long outstanding, page, tps, tps_organizations;
	int legacy, expired;
	const char *caller; /* account id, or NULL: the instance's owner */
	struct failure failures[16];
	size_t n_failures;
};

struct sim {
	struct sim_options options;
	char *instance_arn, *identity_store_id, *owner_id, *management_id, *region,
		*organization_id;
	struct unit *root;
	struct unit **units; /* the root among them */
	struct account **accounts;
	struct principal **principals;
	struct set **sets;
	struct operation **operations;
	size_t n_units, n_accounts, n_principals, n_sets, n_operations;
	size_t units_cap, accounts_cap, principals_cap, sets_cap, operations_cap;
	size_t first_running; /* operations before it have all ended */
	struct map units_by_id, accounts_by_id, principals_by_id, principals_by_name,
		sets_by_arn, sets_by_name, operations_by_id;
	unsigned long made; /* sets created so far, for their ARNs */
	size_t outstanding, peak_outstanding;
	int64_t now_ms;
	time_t now;
};

void sim_init(struct sim *s);
void sim_release(struct sim *s);

/*
 * The makers take borrowed strings (NULL: made up) and return what they made, owned by s.
 * They do not check for duplicates: the caller has.
 */
struct unit *sim_add_unit(
	struct sim *s, const char *id, const char *name, struct unit *parent);
struct account *sim_add_account(struct sim *s, const char *id, const char *name,
	const char *email, const char *state, struct unit *parent);
struct principal *sim_add_principal(struct sim *s, enum principal_type type, const char *id,
	const char *name, const char *display);
struct set *sim_add_set(struct sim *s, const char *name, const char *arn);
void sim_join_group(struct principal *user, struct principal *group);

/* Fills in what a state left out: organization, instance, root. Call once, when all is
 * loaded. */
void sim_complete(struct sim *s);

struct unit *sim_unit(const struct sim *s, const char *id);
struct account *sim_account(const struct sim *s, const char *id);
struct principal *sim_principal(const struct sim *s, const char *id);
struct principal *sim_principal_named(
	const struct sim *s, enum principal_type type, const char *name);
struct set *sim_set(const struct sim *s, const char *arn);

/* The pair of a set and an account, or NULL; sim_make_pair makes it. */
struct pair *sim_pair(const struct set *set, const struct account *account);
struct pair *sim_make_pair(struct set *set, struct account *account);

int pair_has(const struct pair *pair, const struct principal *principal);

/* Makes or ends an assignment, with the provisioning that follows it. */
void sim_assign(struct set *set, struct account *account, struct principal *principal);
void sim_unassign(struct set *set, struct account *account, struct principal *principal);

/* The set's content changed: its accounts have an outdated copy. */
void sim_touch(struct set *set);
void sim_remove_set(struct sim *s, struct set *set);
size_t sim_assigned(const struct set *set); /* assignments of the set */

/* Starts an asynchronous operation that ends after options.async_ms. Owned by s. */
struct operation *sim_start(struct sim *s, enum operation_type type, struct set *set,
	struct account *account, struct principal *principal);

/* The operation still running on that set and account (NULL: any account), or NULL. */
struct operation *sim_running(
	const struct sim *s, const struct set *set, const struct account *account);

/* Sets the time and ends the operations that are due. */
void sim_advance(struct sim *s, int64_t now_ms, time_t now);

/* A random UUID, for ids of requests. */
void sim_random_id(char out[37]);

/* "o-abc/r-1/ou-1/111122223333/" of an account: its path in the organization. Owned by the
 * caller. */
char *sim_path(const struct sim *s, const struct account *account);

const char *principal_type_name(enum principal_type type); /* GROUP, USER */

/* load.c, save.c: state streams. 0, or an exit status after saying why. */
int sim_load(struct sim *s, const char *path);
int sim_save(const struct sim *s, const char *path, time_t now);

/* generate.c: builds an organization from "accounts=1000,ous=50,...,seed=1". 0 or a status.
 */
int sim_generate(struct sim *s, const char *spec);

#endif
