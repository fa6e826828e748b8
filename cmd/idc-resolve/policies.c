#include "policies.h"

#include <string.h>

#include "aws.h"
#include "rec.h"

#define PARTITION_SIZE 24

static int check_arn(jv set, const char *arn, const char *partition)
{
	char other[PARTITION_SIZE];
	if (arn == NULL || aws_arn_partition(arn, other, sizeof(other)) != 0 ||
		strcmp(other, partition) == 0)
		return 0;
	jv source = rec_get(set, "Source");
	const char *name = rec_str_or(set, "Name", "");
	diag_at(DIAG_ERROR, rec_str_or(source, "File", "permission set"),
		(size_t)rec_num(source, "Line", 0), (size_t)rec_num(source, "Column", 0),
		"'%.200s' is of partition '%s', IAM Identity Center is in '%s': permission "
		"set "
		"'%.40s' can't have it",
		arn, other, partition, name);
	jv_free(source);
	return -1;
}

static int check_set(jv set, const char *partition)
{
	jv managed = rec_get(set, "ManagedPolicies");
	jv boundary = rec_get(set, "PermissionsBoundary");
	int bad = check_arn(set, rec_str(boundary, "ManagedPolicyArn"), partition);
	for (int i = 0; i < rec_len(managed); i++)
		bad |= check_arn(set, rec_str_at(managed, i), partition);
	jv_free(managed);
	jv_free(boundary);
	return bad;
}

int policies_check(const struct input *in, const char *instance_arn)
{
	char partition[PARTITION_SIZE];
	int bad = 0;
	if (instance_arn == NULL ||
		aws_arn_partition(instance_arn, partition, sizeof(partition)) != 0)
		return 0;
	for (size_t i = 0; i < in->n_sets; i++)
		bad |= check_set(in->sets[i], partition);
	return bad;
}
