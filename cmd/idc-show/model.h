/*
 * model -- what a stream says, grouped as a person reads it: by permission set, below it by
 * principal, below that by what happens where.
 *
 * Everything the model points to is its own, until model_release.
 */
#ifndef IDC_SHOW_MODEL_H
#define IDC_SHOW_MODEL_H

#include <stddef.h>

#include <jv.h>

#include "map.h"
#include "stream.h"

struct account {
	char *id;
	char *name;    /* or NULL */
	int ambiguous; /* another account has that name */
};

struct principal {
	char *type; /* "GROUP", "USER" */
	char *id;
	char *name;    /* or NULL */
	int ambiguous; /* another principal of that type has that name */
	int orphan;    /* it no longer exists */
};

/* One account in which something happens. */
struct place {
	const struct account *account;
	int role_goes; /* AWS deletes the role of the permission set there */
};

struct places {
	struct place *at;
	size_t n, cap;
};

/* What happens to assignments; HELD: nothing, they are there (resolved, state). */
enum what { WHAT_HELD, WHAT_GRANT, WHAT_REVOKE, WHAT_REBIND, WHATS };

/* What one principal has, gets and loses of one permission set. */
struct holder {
	const struct principal *who;
	struct map rules; /* names of the rules that ask for it */
	struct places where[WHATS];
};

struct set {
	char *name;
	int created, deleted, changed;
	int unmanaged;	   /* in a state: not ours to change */
	char *reason;	   /* why it is created or deleted, or NULL */
	char *provisioned; /* why its roles are updated, or NULL */
	char *source;	   /* "file:line" of the template, or NULL */
	jv content;	   /* of a new set, or a template's: fields as in a PermissionSet */
	jv changes;	   /* array of {Field, From, To} */
	struct map holders; /* to struct holder */
	jv rules;	    /* of a template: its AssignmentRule records */
};

/* Something said about a permission set, a principal, and places: what failed, a notice. */
enum remark_kind { REMARK_FAILED, REMARK_SKIPPED, REMARK_NOTICE, REMARKS };

struct remark {
	enum remark_kind kind;
	char *what;		     /* the operation, or the notice's code */
	char *set;		     /* or NULL */
	const struct principal *who; /* or NULL */
	char *reason;
	char *code;   /* AWS's error code, or NULL */
	char *source; /* or NULL */
	struct places where;
};

/* What else a state holds. */
enum member { MEMBER_ACCOUNT, MEMBER_OU, MEMBER_GROUP, MEMBER_USER, MEMBERS };

struct model {
	enum stream_type type;
	char *instance;	       /* "ssoins-1234 in eu-west-1", or NULL */
	struct map accounts;   /* id to struct account */
	struct map principals; /* to struct principal */
	struct map names;      /* of both, to the first that had it (borrowed) */
	struct map sets;       /* name to struct set */
	struct map remarks;    /* to struct remark */
	struct map rebinds;    /* assignments whose grant half was seen */
	jv halves;	       /* revoke halves of rebinds, until the end */
	struct map touched_accounts, touched_principals;
	size_t n_rules;		   /* AssignmentRule records */
	size_t n_members[MEMBERS]; /* of the organization and the directory */
	size_t n_actions;	   /* Action or Result records */
	size_t n_what[WHATS];
	size_t n_roles;		   /* that go */
	size_t n_remarks[REMARKS]; /* records behind them */
};

void model_init(struct model *m);
void model_release(struct model *m);

/* What a record lacks that it can't be shown without, or NULL. Static. */
const char *model_missing(jv rec);

/* Takes note of one record (borrowed) of a stream of this type, which lacks nothing. */
void model_add(struct model *m, enum stream_type type, jv rec);

/* After the last record. */
void model_end(struct model *m);

/* How an account or a principal is called: by name, by id where that says more. Owned. */
char *account_label(const struct account *a);
char *principal_label(const struct principal *p);

/* The permission set of that name, made when it is new. */
struct set *model_set(struct model *m, const char *name);

/*
 * The account or principal of that id, made when it is new. Its name may be NULL; the first
 * one that is given stays.
 */
struct account *model_account(struct model *m, const char *id, const char *name);
struct principal *model_principal(
	struct model *m, const char *type, const char *id, const char *name);

void places_add(struct places *p, const struct account *account, int role_goes);

/* Texts as a key of a map: no two lists of them have the same. Owned. */
char *model_key(const char *const *texts, size_t n);

#endif
