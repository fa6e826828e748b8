/*
 * assigned -- where permission sets are provisioned, and who has them there.
 *
 * A set that was deleted meanwhile is provisioned nowhere, and assigned to nobody.
 *
 * Source: IAM Identity Center API Reference, ListAccountsForProvisionedPermissionSet,
 * ListAccountAssignments.
 */
#ifndef IDC_ASSIGNED_H
#define IDC_ASSIGNED_H

#include <stddef.h>
#include <stdint.h>

#include "ask.h"
#include "directory.h"

/* Lists at a time: enough to keep lib/aws busy, few enough to be kept in memory. */
#define ASSIGNED_WINDOW 128

/* The accounts of one set. */
struct assigned_accounts {
	struct ask *ask; /* borrowed, as the texts are until done was called */
	const char *instance_arn;
	const char *set_arn;
	const char *set_name; /* for messages */
	int outdated;	      /* only those where its role lags behind */
	uint32_t set;	      /* the caller's */
	void (*account)(void *ctx, const struct assigned_accounts *a, const char *id);
	void (*done)(void *ctx, const struct assigned_accounts *a);
	void *ctx;
};

/* Starts to list; a is copied. Not done after a failure, which is ask's. */
void assigned_ask_accounts(const struct assigned_accounts *a);

/* One set in one account, both by the caller's numbers. */
struct assigned_pair {
	uint32_t set, account;
};

/* The assignments of many pairs. */
struct assigned_pairs {
	struct ask *ask; /* borrowed, as all that follows */
	const char *instance_arn;
	const struct assigned_pair *list;
	size_t n;
	size_t next; /* first not asked for yet; 0 at first */
	const char *(*set_arn)(void *ctx, uint32_t set);
	const char *(*set_name)(void *ctx, uint32_t set);
	const char *(*account_id)(void *ctx, uint32_t account);
	void (*found)(void *ctx, struct assigned_pair at, enum principal_type type,
		const char *principal_id);
	void *ctx;
};

/* Reads all of them, ASSIGNED_WINDOW at a time, and waits. 0, or -1 with ask's failure. */
int assigned_read_pairs(struct assigned_pairs *p);

#endif
