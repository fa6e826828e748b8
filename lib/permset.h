/*
 * permset -- permission sets as they are in AWS, read as far as the caller wants.
 *
 * Of every set the tags are read first, since they say whose it is. The caller hears of
 * them (tagged) and may then ask for the description (described) and for the policies. A
 * set that is listed and not found was deleted meanwhile, or is so new that not all of AWS
 * knows it: it is asked for once more, then left out (gone).
 *
 * Source: IAM Identity Center API Reference, ListPermissionSets, ListTagsForResource,
 * DescribePermissionSet, GetInlinePolicyForPermissionSet,
 * ListManagedPoliciesInPermissionSet, ListCustomerManagedPolicyReferencesInPermissionSet,
 * GetPermissionsBoundaryForPermissionSet.
 */
#ifndef IDC_PERMSET_H
#define IDC_PERMSET_H

#include <stdint.h>

#include <jv.h>

#include "ask.h"

#define PERMSET_NONE UINT32_MAX

/* The ownership tag where nobody names another one. */
#define PERMSET_TAG "SSOPipeline"

/* KEY[=VALUE], cut apart. */
struct permset_tag {
	char *text; /* what key and value point into, for free() */
	const char *key;
	const char *value; /* NULL: any */
};

/* Reads a tag, freeing what t had before. 0, or -1 when there is no key. */
int permset_tag_read(struct permset_tag *t, const char *text);

struct permsets;

struct permset {
	struct permset *next;
	struct permsets *of;
	char *arn;
	jv tags;	  /* object */
	jv description;	  /* of DescribePermissionSet, with a Name; or invalid */
	jv managed;	  /* ManagedPolicies */
	jv customer;	  /* CustomerManagedPolicies */
	jv boundary;	  /* or invalid */
	jv inline_policy; /* or invalid */
	int owned;	  /* carries the tag */
	int gone;	  /* listed, and not there when it was asked for */
	uint32_t index;	  /* the caller's, PERMSET_NONE until the caller sets it */
};

struct permsets {
	struct ask *ask;	  /* borrowed, as all that follows */
	const char *instance_arn; /* set before reading */
	const char *tag_key;	  /* the ownership tag */
	const char *tag_value;	  /* NULL: any */
	int without_tags;	  /* they are not needed: tagged is called at once */
	void (*tagged)(void *ctx, struct permset *s);
	void (*described)(void *ctx, struct permset *s);
	void (*lost)(void *ctx, struct permset *s); /* forget it: it is begun anew */
	void *ctx;
	struct permset *list;
};

void permsets_release(struct permsets *p);

/*
 * Lists all sets, and waits until they and what the callbacks asked for are there; those
 * that were begun before are not read again. 0, or -1 after a failure that ask has.
 */
int permsets_read(struct permsets *p);

/* Starts to read the set of that ARN, which is not read yet. The caller waits. */
void permset_begin(struct permsets *p, const char *arn);

/* Start to ask; the caller waits. */
void permset_describe(struct permset *s);
void permset_ask_policies(struct permset *s);

/*
 * The PermissionSet record of a described set, as a state stream begins it: up to Tags.
 * Owned. What was not asked for looks as if there were none.
 */
jv permset_record(const struct permset *s);

#endif
