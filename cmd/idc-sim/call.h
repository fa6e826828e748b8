/*
 * call -- one request as an operation sees it, and the table of operations.
 */
#ifndef IDC_SIM_CALL_H
#define IDC_SIM_CALL_H

#include "buf.h"
#include "sessions.h"
#include "sim.h"

enum protocol { PROTOCOL_JSON, PROTOCOL_REST_JSON, PROTOCOL_QUERY };

/* EFFECT_NOW reads what does not lag: what became of asynchronous operations, credentials.
 */
enum effect { EFFECT_READ, EFFECT_WRITE, EFFECT_NOW };

struct call {
	struct sim *sim;
	struct sessions *sessions;
	const struct op *op;
	jv input;			     /* object, checked against the table */
	const char *region;		     /* of the signature */
	const char *account, *arn, *user_id; /* whose credentials signed */
	const char *async_reason;	     /* why what it starts will fail, or NULL */
	int ran;			     /* its operation was run, whatever it said */
	int at_once;			     /* what it starts ends at once */
	size_t pages;		 /* of a list: how many of the largest there are in all */
	int status;		 /* of a failure: HTTP status, or 0 */
	const char *code;	 /* its error code; static */
	const char *reason;	 /* Organizations' Reason, or NULL; static */
	const char *retry_after; /* seconds, with a throttling error; or NULL */
	char message[4096];
	struct buf body; /* the output as JSON, where its operation wrote it itself */
};

/* A member of an operation's input. */
struct member {
	const char *name;
	const struct shape *shape;
	int required;
};

struct op {
	const char *service; /* signing name: sso identitystore organizations ... */
	const char *name;
	enum protocol protocol;
	enum effect effect;
	/* The output, owned; null when it is in call.body; invalid after call_fail. */
	jv (*run)(struct call *);
	struct member members[12];
};

/* A shape of the service models. */
struct shape {
	jv_kind kind; /* JV_KIND_INVALID: a document, anything; JV_KIND_TRUE: a boolean */
	size_t min, max; /* characters, elements, or the value of a number; max 0: no end */
	const char *pattern;	      /* as the model has it */
	const char *const *values;    /* enum, NULL-terminated */
	const struct member *members; /* of a structure; name NULL ends */
	const struct shape *element;  /* of a list */
};

/* The operation of a service by its name, or NULL. */
const struct op *op_find(const char *service, const char *name);
extern const struct op ops[];
extern const size_t n_ops;

/* Notes a failure (first one wins) and returns an invalid jv for the operation to return.
 */
jv call_fail(struct call *c, int status, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* check.c: c->input against its operation's members. 0, or -1 after call_fail. */
int check_input(struct call *c);

/* What the call's service calls an input that its model refuses. */
const char *validation_code(const struct call *c);

/* Whether the caller is of the management account or of the one that the instance belongs
 * to; false after call_fail: no other account administers Identity Center. */
int is_administrator(struct call *c);

/* --- page.c: pages of lists ------------------------------------------------------------
 */

struct page {
	const char *token_name, *max_name; /* members of the input */
	size_t fallback, max;		   /* sizes: when none is asked for, the largest */
};

/*
 * The slice of n items that the call's page covers: from *first, *count of them;
 * *next_token is owned by the caller and NULL on the last page. 0, or -1 after call_fail (a
 * token that is none of ours).
 */
int page_slice(struct call *c, const struct page *page, size_t n, size_t *first,
	size_t *count, char **next_token);

/* A whole paged answer: items[first..] made by item, under key, with NextToken. */
typedef jv page_item(const struct call *c, const void *items, size_t i);
jv page_answer(struct call *c, const char *key, const void *items, size_t n,
	const struct page *page, page_item *item);
/*
 * The same with items that write themselves, each a JSON value, into c->body: for lists
 * that are long and asked for often. page_member appends a member to the object that is
 * being written, nothing for a value of NULL.
 */
typedef void page_writer(const struct call *c, const void *items, size_t i, struct buf *to);
jv page_write(struct call *c, const char *key, const void *items, size_t n,
	const struct page *page, page_writer *item);
void page_member(struct buf *to, const char *name, const char *value);
extern const struct page page_sso, page_store, page_organizations;

/* --- tags.c: tags of whatever has them, as objects of strings ---------------------------
 */

/* tags (borrowed) with the call's Tags put in, owned; invalid after call_fail. */
jv tags_merged(struct call *c, jv tags);

/* Puts the call's Tags into *tags, or takes its TagKeys out. 0, or -1 after call_fail. */
int tags_add(struct call *c, jv *tags);
void tags_remove(const struct call *c, jv *tags);

/* A page of them. */
jv page_tags(struct call *c, jv tags, const struct page *page);

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
	get_user_id(struct call *), describe_group(struct call *),
	describe_user(struct call *), create_group(struct call *),
	delete_group(struct call *), create_user(struct call *), delete_user(struct call *),
	create_membership(struct call *), delete_membership(struct call *),
	list_memberships(struct call *);
jv describe_organization(struct call *), list_roots(struct call *),
	list_accounts(struct call *), list_accounts_for_parent(struct call *),
	list_units_for_parent(struct call *), list_organization_tags(struct call *),
	describe_account(struct call *), describe_unit(struct call *),
	list_parents(struct call *), list_service_access(struct call *),
	list_administrators(struct call *), move_account(struct call *),
	close_account(struct call *), create_unit(struct call *),
	update_unit(struct call *), delete_unit(struct call *),
	tag_organization(struct call *), untag_organization(struct call *),
	create_account(struct call *);
jv validate_policy(struct call *), get_policy(struct call *), list_policies(struct call *);
jv get_caller_identity(struct call *), assume_role(struct call *),
	assume_role_with_web_identity(struct call *);

#endif
