/*
 * instance -- which IAM Identity Center this is about, and whose organization.
 *
 * Source: IAM Identity Center API Reference, ListInstances; AWS Organizations API
 * Reference, DescribeOrganization.
 */
#ifndef IDC_INSTANCE_H
#define IDC_INSTANCE_H

#include <jv.h>

#include "ask.h"

struct instance {
	struct ask *ask;
	const char *wanted;	  /* ARN to choose, or NULL: there must be just one */
	jv list;		  /* all that ListInstances told */
	jv rec;			  /* the chosen one */
	char management[13];	  /* the management account's id */
	char *organization;	  /* the organization's id, or NULL */
	const char *region;	  /* borrowed */
	void (*ready)(void *ctx); /* called when rec is there */
	void *ctx;
};

void instance_init(struct instance *in, struct ask *ask);

/* Starts both requests, or only that for the instance. wanted is borrowed and kept. */
void instance_start(
	struct instance *in, const char *wanted, void (*ready)(void *ctx), void *ctx);
void instance_find(
	struct instance *in, const char *wanted, void (*ready)(void *ctx), void *ctx);
void instance_release(struct instance *in);

/* Borrowed; only once ready. */
const char *instance_store(const struct instance *in);

/* The Instance record of a resolved stream, owned. */
jv instance_record(const struct instance *in);

#endif
