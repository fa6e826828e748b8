/*
 * plan -- the actions that lead from what is to what is wanted, in order.
 *
 * Actions are added in the order in which they are written: permission sets, provisioning,
 * grants, revokes, deletions. What an action depends on was added before it.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "ask.h"
#include "model.h"

enum operation {
	CREATE_SET,
	UPDATE_SET,
	TAG,
	UNTAG,
	PUT_INLINE,
	DELETE_INLINE,
	ATTACH_MANAGED,
	DETACH_MANAGED,
	ATTACH_CUSTOMER,
	DETACH_CUSTOMER,
	PUT_BOUNDARY,
	DELETE_BOUNDARY,
	PROVISION,
	CREATE_ASSIGNMENT,
	DELETE_ASSIGNMENT,
	DELETE_SET,
	OPERATIONS
};

enum {
	ACTION_ROLE_REMOVED = 1, /* the pair has no assignment afterwards */
	ACTION_ORPHAN = 2	 /* the principal does not exist any more */
};

struct action {
	enum operation op;
	uint32_t set;
	uint32_t account; /* or NONE, as the next two */
	uint32_t principal;
	uint32_t origin;
	unsigned flags;
	jv request;	      /* of permission sets; invalid for assignments */
	jv changes;	      /* or invalid */
	char *reason;	      /* NULL for assignments: it follows from the rest */
	uint32_t rebind_from; /* principals, or NONE */
	uint32_t rebind_to;
	size_t first_dep, n_deps; /* in plan.deps */
};

/* Something to know that the plan does not touch. */
struct notice {
	const char *code; /* static */
	uint32_t set;	  /* NONE, as the next two, where it is not about one */
	uint32_t account;
	uint32_t principal;
	char *reason;
	jv source; /* or invalid */
};

/* What is done to one permission set before it can be used. */
struct edits {
	uint32_t first; /* actions */
	uint32_t n;
	uint32_t gate; /* creates or adopts it: everything waits for it; or NONE */
	int changed;   /* its roles will be outdated */
};

struct settings {
	const char *file;
	const char *last_applied;
	const char *tag_key;
	const char *tag_value;	/* as given, or NULL */
	const char *ignore;	/* or NULL */
	const char *max_delete; /* as given, or NULL */
	const char **adopt;
	size_t n_adopt, cap_adopt;
	int include_management;
	int exit_code;
	int quick;
	struct ask_options ask;
};

struct plan {
	struct model *m; /* borrowed, as is settings */
	const struct settings *settings;
	struct action *actions;
	size_t n_actions, cap_actions;
	uint32_t *deps; /* action numbers */
	size_t n_deps, cap_deps;
	struct notice *notices;
	size_t n_notices, cap_notices;
	struct edits *edits; /* by set */
	size_t n_revokes;
};

void plan_init(struct plan *p, struct model *m, const struct settings *settings);
void plan_release(struct plan *p);

/* An action without anything but op and set. */
struct action action_of(enum operation op, uint32_t set);

/* Adds a (taking what it holds); its number. */
uint32_t plan_add(struct plan *p, struct action a);

/* Lets the action added last depend on another; NONE and repeats are fine. */
void plan_depend(struct plan *p, uint32_t on);

/* Adds n (taking what it holds). */
void plan_notice(struct plan *p, struct notice n);

/* "templates/a.json:12", or "" for a null source; owned by the caller. */
char *source_text(jv source);

/* The ARN of a set, or what stands for it while it has none; owned. */
jv set_reference(const struct model *m, uint32_t set);

/* Whether account is the management account, and that is not to be touched. */
int is_spared(const struct plan *p, uint32_t account);

#endif
