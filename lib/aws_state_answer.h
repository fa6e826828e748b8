/*
 * aws_state_answer -- what lib/aws_state*.c share: questions, pages, and who answers what.
 */
#ifndef IDC_AWS_STATE_ANSWER_H
#define IDC_AWS_STATE_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "aws_state.h"
#include "state.h"

/* The members of an assignment that is answered. */
enum { ANSWER_ACCOUNT, ANSWER_SET, ANSWER_TYPE, ANSWER_PRINCIPAL, ANSWERS };

/* Strings that are answered over and over, made once. */
struct strings {
	jv *list; /* NULL: none made yet */
	size_t n;
};

struct aws_state {
	struct state s;
	jv keys[ANSWERS]; /* answer_members */
	jv types[PRINCIPAL_TYPES];
	struct strings account_ids, set_arns, principal_ids[PRINCIPAL_TYPES];
	int org_checked; /* 1: the organization hangs together; -1: it does not */
	/* Assignments of each principal: numbers of them, and where they begin. */
	uint32_t *held;
	size_t *first_held[PRINCIPAL_TYPES]; /* n + 1 of them; NULL: not made yet */
};

/* One question. Answers are owned, or invalid with err filled. */
struct question {
	struct aws_state *of;
	const struct state *s;
	const struct aws_op *op;
	jv input;
	struct err *err;
};

/* Answers that are none: AWS's error of that code; a record that the file lacks. */
jv state_refuse(struct question *q, const char *code, const char *text);
jv state_not_found(struct question *q);
jv state_lacks_principal(struct question *q, enum principal_type type, const char *name);

/* A list of n items, of which those from from to before to are asked for. */
struct page {
	jv items;
	size_t from, to, n;
};

struct page state_page_of(const struct question *q, size_t n);

/* The answer with the page, which is taken. */
jv state_page_answer(const struct question *q, struct page p);

/* A record's Tags as lists of tags are answered. */
jv state_tags_answer(const struct question *q, jv rec);

/* Whether the file has all groups, or all users. */
int state_knows_all(const struct state *s, enum principal_type type);

/* The instance, the organization, the directory: lib/aws_state_org.c. */
jv state_list_instances(struct question *q);
jv state_describe_organization(struct question *q);
jv state_list_accounts(struct question *q);
jv state_list_accounts_for_parent(struct question *q);
jv state_list_units_for_parent(struct question *q);
jv state_list_roots(struct question *q);
jv state_list_organization_tags(struct question *q);
jv state_list_principals(struct question *q);
jv state_get_principal(struct question *q);
jv state_describe_principal(struct question *q);

/* Permission sets and assignments: lib/aws_state_sets.c. */
jv state_list_sets(struct question *q);
jv state_list_set_tags(struct question *q);
jv state_about_set(struct question *q);
jv state_list_provisioned(struct question *q);
jv state_list_assignments(struct question *q);
jv state_list_assignments_for_principal(struct question *q);

#endif
