/*
 * sim -- the simulated organization, directory and Identity Center instance.
 *
 * What is listed is kept in an order of its own (names, ids), so that a state that was
 * saved and loaded lists as the first one did; maps from ids and names stand beside the
 * lists. Nothing is moved while it is referred to. Time comes in as milliseconds of a clock
 * that never goes back: asynchronous operations end when sim_advance is told a time behind
 * their end.
 */
#ifndef IDC_SIM_SIM_H
#define IDC_SIM_SIM_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <jv.h>

#include "err.h"
#include "list.h"
#include "map.h"

#define SIM_LONG_AGO 1577836800 /* 2020-01-01: when whatever has no date began */

struct unit { /* the root, or an organizational unit */
	char *id, *arn, *name;
	struct unit *parent; /* NULL for the root */
	jv tags;	     /* object */
};

struct account {
	char *id, *arn, *name, *email, *state;
	struct unit *parent;
	jv tags;	   /* object */
	struct list pairs; /* by the set's name: what was ever provisioned in it */
	size_t provisioned;
};

enum principal_type { PRINCIPAL_GROUP, PRINCIPAL_USER };

struct principal {
	enum principal_type type;
	char *id, *name, *display;
	struct list groups; /* of a user, by name */
	struct list
		pairs; /* where it is assigned, by the set's name, then the account's id */
	int gone;      /* deleted from the directory, still assigned */
};

struct set {
	char *name, *arn, *description, *duration, *relay_state, *inline_policy;
	jv managed;  /* array of ARNs */
	jv customer; /* array of {Name, Path} */
	jv boundary; /* PermissionsBoundary, or invalid */
	jv tags;     /* object */
	time_t created;
	struct list pairs;     /* by the account's id: where it is, or was, provisioned */
	unsigned long changes; /* how often its content changed */
	int deleted;
};

/* A permission set in an account: provisioned there, with those principals assigned. */
struct pair {
	struct set *set;
	struct account *account;
	struct list principals; /* by type and name */
	int provisioned, outdated;
};

enum operation_type {
	OPERATION_CREATE,
	OPERATION_DELETE,
	OPERATION_PROVISION,
	OPERATION_TYPES
};
enum operation_status { OPERATION_IN_PROGRESS, OPERATION_SUCCEEDED, OPERATION_FAILED };

struct operation {
	enum operation_type type;
	enum operation_status status;
	char id[37];
	struct set *set;
	struct account *account;     /* NULL: every provisioned account */
	struct principal *principal; /* NULL for provisioning */
	char *reason;		     /* why it failed, or will fail; NULL */
	unsigned long changes;	     /* the set's, when it began */
	time_t created;
	int64_t due_ms;
};

struct sim_options {
	int64_t async_ms, async_most_ms; /* an asynchronous operation takes from, to */
	unsigned long outstanding, page, max_sets, max_sets_per_account, max_policies;
	int legacy, any_policy;
	uint64_t seed;
};

struct sim {
	struct sim_options options;
	char *instance_arn, *identity_store_id, *owner_id, *management_id, *region,
		*organization_id;
	jv instance_tags; /* object */
	struct unit *root;
	struct list units;	/* the root among them; by id */
	struct list accounts;	/* by id */
	struct list principals; /* by type and name */
	struct list sets;	/* by name; deleted ones, too */
	struct operation **operations;
	size_t n_operations, operations_cap;
	struct operation **running; /* those that have not ended */
	size_t n_running, running_cap;
	struct map units_by_id, accounts_by_id, principals_by_id, principals_by_name,
		sets_by_arn, sets_by_name, operations_by_id;
	struct map policies; /* managed ones that the state had, by ARN */
	size_t n_live_sets;
	unsigned long made; /* ids made so far; saved, so that none comes twice */
	uint64_t random;
	size_t outstanding, peak_outstanding;
	int64_t now_ms;
	time_t now;
};

void sim_init(struct sim *s);
void sim_release(struct sim *s);

/* Whom the instance belongs to, and what else a state left out. Call once, when all is
 * loaded; and before the first set is made, for its ARN. */
void sim_complete(struct sim *s);

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
void sim_leave_group(struct principal *user, struct principal *group);

/* Deleted from the directory; what it is assigned to it stays assigned to, known by its id
 * alone. */
void sim_remove_principal(struct sim *s, struct principal *p);
void sim_remove_unit(struct sim *s, struct unit *u);

/* n hex digits that no id made before has: ids that look like AWS's, and come again when
 * the same things are done again. */
void sim_make_id(struct sim *s, char *out, size_t n, const char *what);
void sim_make_uuid(struct sim *s, char out[37], const char *what);

/* The orders of the lists. */
list_order sim_by_account, sim_by_principal, sim_by_set;

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

/* "o-abc/r-1/ou-1/111122223333/" of an account or, without one, "o-abc/r-1/ou-1/" of a
 * unit: its path in the organization. Owned by the caller. */
char *sim_path(const struct sim *s, const struct unit *unit, const struct account *account);

const char *principal_type_name(enum principal_type type); /* GROUP, USER */

/* --- operation.c: what takes its time ------------------------------------------------ */

/* Starts an operation that ends after options.async_ms; with a reason (copied) it fails
 * then. Owned by s. */
struct operation *sim_start(struct sim *s, enum operation_type type, struct set *set,
	struct account *account, struct principal *principal, const char *reason);

/* The operation still running on that set and account (NULL: any account), or NULL. */
struct operation *sim_running(
	const struct sim *s, const struct set *set, const struct account *account);

/* Sets the time and ends the operations that are due. */
void sim_advance(struct sim *s, int64_t now_ms, time_t now);

/* Ends o now, whatever it takes. */
void sim_end(struct sim *s, struct operation *o);

/* --- load.c, save.c, generate.c ------------------------------------------------------ */

/* State streams. 0, or an exit status after saying why. */
int sim_load(struct sim *s, const char *path);
int sim_load_fd(struct sim *s, int fd, const char *name);
int sim_save(const struct sim *s, const char *path, time_t now);
/* Whether sim_save could write to path now. */
int sim_save_check(const char *path);
/* Writes to fd and leaves it open. 0, or an errno. */
int sim_save_fd(const struct sim *s, int fd, time_t now);

/* Builds an organization from "accounts=1000,ous=50,...,seed=1". 0 or a status. */
int sim_generate(struct sim *s, const char *spec);

#endif
