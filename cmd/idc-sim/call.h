/*
 * call -- one request as an operation sees it, and the table of operations.
 */
#ifndef IDC_SIM_CALL_H
#define IDC_SIM_CALL_H

#include "sim.h"

enum protocol { PROTOCOL_JSON, PROTOCOL_REST_JSON, PROTOCOL_QUERY };

struct call {
	struct sim *sim;
	const struct op *op;
	jv input;		/* object, checked against the table */
	const char *region;	/* of the signature */
	int status;		/* of a failure: HTTP status, or 0 */
	const char *code;	/* its error code; static */
	char message[512];
};

/* A member of an operation's input. */
struct member {
	const char *name;
	const struct shape *shape;
	int required;
};

struct op {
	const char *service;	/* signing name: sso identitystore organizations ... */
	const char *name;
	enum protocol protocol;
	int writes;
	jv (*run)(struct call *);	/* the output, owned; invalid after call_fail */
	struct member members[7];
};

/* The operation of a service by its name, or NULL. */
const struct op *op_find(const char *service, const char *name);
extern const struct op ops[];
extern const size_t n_ops;

/* Notes a failure (first one wins) and returns an invalid jv for the operation to return. */
jv call_fail(struct call *c, int status, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Checks c->input against its operation's members. 0, or -1 after call_fail. */
int check_input(struct call *c);

/* Shapes of the service models, in check.c; used by the table in ops.c. */
struct shape {
	jv_kind kind;
	size_t min, max;	/* characters of a string, elements of a list, value of a number */
	const char *pattern;	/* POSIX extended, anchored */
	const char *const *values;	/* enum, NULL-terminated */
	const struct member *members;	/* of a structure; name NULL ends */
	const struct shape *element;	/* of a list */
};

/*
 * The slice of n items that the call's page covers: from *first, *count of them; *next_token is
 * owned by the caller and NULL on the last page. max is the largest page, fallback the size
 * when none is asked for. 0, or -1 after call_fail (a token that is none of ours).
 */
int page_slice(struct call *c, const char *token_name, const char *max_name, size_t fallback,
	size_t max, size_t n, size_t *first, size_t *count, char **next_token);

/* A whole paged answer: items[first..] made by item, under key, with NextToken. */
typedef jv page_item(const struct call *c, const void *items, size_t i);
jv page_answer(struct call *c, const char *key, const void *items, size_t n, size_t fallback,
	size_t max, page_item *item);

/* The handlers, by subject. */
jv list_instances(struct call *), list_permission_sets(struct call *),
	describe_permission_set(struct call *), list_tags(struct call *),
	get_inline_policy(struct call *), list_managed_policies(struct call *),
	list_customer_policies(struct call *), get_boundary(struct call *),
	list_accounts_of_set(struct call *), list_sets_of_account(struct call *),
	create_permission_set(struct call *), update_permission_set(struct call *),
	delete_permission_set(struct call *), tag_resource(struct call *),
	untag_resource(struct call *), put_inline_policy(struct call *),
	delete_inline_policy(struct call *), attach_managed_policy(struct call *),
	detach_managed_policy(struct call *), attach_customer_policy(struct call *),
	detach_customer_policy(struct call *), put_boundary(struct call *),
	delete_boundary(struct call *);
jv list_account_assignments(struct call *), list_assignments_for_principal(struct call *),
	create_assignment(struct call *), delete_assignment(struct call *),
	provision_set(struct call *), describe_creation(struct call *),
	describe_deletion(struct call *), describe_provisioning(struct call *),
	list_creations(struct call *), list_deletions(struct call *),
	list_provisionings(struct call *);
jv list_groups(struct call *), list_users(struct call *), get_group_id(struct call *),
	get_user_id(struct call *), describe_group(struct call *), describe_user(struct call *);
jv describe_organization(struct call *), list_roots(struct call *), list_accounts(struct call *),
	list_accounts_for_parent(struct call *), list_units_for_parent(struct call *),
	list_organization_tags(struct call *), describe_account(struct call *),
	describe_unit(struct call *), list_parents(struct call *),
	list_service_access(struct call *), list_administrators(struct call *);
jv validate_policy(struct call *), get_policy(struct call *), list_policies(struct call *),
	get_caller_identity(struct call *);

#endif
