#include "instance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "rec.h"
#include "text.h"

static const char list_instances[] = "ListInstances";

static int read_instance(void *ctx, jv item)
{
	struct instance *in = ctx;
	static const char *const needed[] = { "InstanceArn", "IdentityStoreId",
		"OwnerAccountId" };
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (rec_str(item, needed[i]) == NULL)
			return ask_bad(in->ask, list_instances, "an instance without %s",
				needed[i]);
	in->list = rec_push(in->list, jv_copy(item));
	return 0;
}

static int instances_page(void *ctx, jv items)
{
	struct instance *in = ctx;
	return ask_each(in->ask, list_instances, items, read_instance, in);
}

static void no_choice(struct instance *in)
{
	const char *region = in->region;
	if (rec_len(in->list) == 0) {
		ask_refuse(in->ask,
			"no IAM Identity Center instance in region %s: set AWS_REGION to "
			"the one where it was enabled",
			region);
		return;
	}
	struct buf arns;
	buf_init(&arns, 400);
	for (int i = 0; i < rec_len(in->list); i++) {
		jv item = rec_at(in->list, i);
		buf_addf(&arns, "%s%s", i > 0 ? ", " : "",
			rec_str_or(item, "InstanceArn", ""));
		jv_free(item);
	}
	if (in->wanted != NULL)
		ask_refuse(in->ask, "no instance '%s' in region %s, which has %s",
			in->wanted, region, buf_str(&arns));
	else
		ask_refuse(in->ask,
			"%d instances in region %s: choose one with --instance-arn: %s",
			rec_len(in->list), region, buf_str(&arns));
	buf_release(&arns);
}

static void instances_done(void *ctx, const struct aws_result *res)
{
	struct instance *in = ctx;
	if (res->err != NULL)
		ask_fail(in->ask, res, "can't find the IAM Identity Center instance");
	if (ask_failed(in->ask))
		return;
	for (int i = 0; i < rec_len(in->list); i++) {
		jv item = rec_at(in->list, i);
		const char *arn = rec_str_or(item, "InstanceArn", "");
		if (in->wanted != NULL ? strcmp(arn, in->wanted) == 0
				       : rec_len(in->list) == 1) {
			in->rec = item;
			in->ready(in->ctx);
			return;
		}
		jv_free(item);
	}
	no_choice(in);
}

static void organization_done(void *ctx, const struct aws_result *res)
{
	struct instance *in = ctx;
	if (res->err != NULL)
		ask_fail(in->ask, res, "can't find the management account");
	if (ask_failed(in->ask))
		return;
	jv organization = rec_get(res->output, "Organization");
	const char *id = rec_str(organization, "MasterAccountId");
	if (id != NULL && text_is_account_id(id))
		snprintf(in->management, sizeof(in->management), "%s", id);
	else
		ask_bad(in->ask, res->op->name, "no valid MasterAccountId");
	in->organization = mem_string(rec_str(organization, "Id"));
	jv_free(organization);
}

void instance_init(struct instance *in, struct ask *ask)
{
	*in = (struct instance){ .ask = ask };
	in->list = jv_array();
	in->rec = jv_invalid();
}

void instance_find(
	struct instance *in, const char *wanted, void (*ready)(void *ctx), void *ctx)
{
	struct ask *ask = in->ask;
	in->wanted = wanted;
	in->ready = ready;
	in->ctx = ctx;
	in->region = aws_region(ask->aws);
	jv none = jv_object();
	aws_list(ask->aws, AWS_SSO_ADMIN, list_instances, none, instances_page,
		instances_done, in);
	jv_free(none);
}

void instance_start(
	struct instance *in, const char *wanted, void (*ready)(void *ctx), void *ctx)
{
	instance_find(in, wanted, ready, ctx);
	jv none = jv_object();
	aws_call(in->ask->aws, AWS_ORGANIZATIONS, "DescribeOrganization", none,
		organization_done, in);
	jv_free(none);
}

void instance_release(struct instance *in)
{
	jv_free(in->list);
	jv_free(in->rec);
	free(in->organization);
}

const char *instance_store(const struct instance *in)
{
	return rec_str(in->rec, "IdentityStoreId");
}

jv instance_record(const struct instance *in)
{
	jv rec = rec_new("Instance");
	rec = rec_set_from(rec, "InstanceArn", in->rec);
	rec = rec_set_from(rec, "IdentityStoreId", in->rec);
	rec = rec_set_from(rec, "OwnerAccountId", in->rec);
	rec = rec_set_str(rec, "ManagementAccountId", in->management);
	return rec_set_str(rec, "Region", in->region);
}
