#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "aws.h"
#include "policy_forms.h"
#include "rec.h"
#include "text.h"

#define PARTS 6
#define PARTITIONS_MAX 16
#define PARTITION_SIZE 64
#define FORM "an ARN is arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE"
#define SHOWN "%.200s"

enum { PARTITION = 1, SERVICE, REGION, ACCOUNT, RESOURCE };

struct part {
	const char *s;
	size_t len;
};

/* Splits an ARN, whose last part may have colons. The number of parts. */
static size_t split(const char *arn, struct part parts[PARTS])
{
	size_t n = 0;
	for (;;) {
		parts[n].s = arn;
		parts[n].len = n == PARTS - 1 ? strlen(arn) : strcspn(arn, ":");
		arn += parts[n].len;
		n++;
		if (*arn == '\0')
			return n;
		arn++;
	}
}

static int part_has(const struct part *part, const char *chars)
{
	for (size_t i = 0; i < part->len; i++)
		if (strchr(chars, part->s[i]) != NULL)
			return 1;
	return 0;
}

static int part_has_upper(const struct part *part)
{
	for (size_t i = 0; i < part->len; i++)
		if (isupper((unsigned char)part->s[i]))
			return 1;
	return 0;
}

/* --- partitions --------------------------------------------------------------------- */

/* Whether a partition there is fits the pattern. */
static int is_partition(const char *pattern)
{
	for (size_t i = 0; aws_partition_name(i) != NULL; i++)
		if (text_glob(pattern, aws_partition_name(i)))
			return 1;
	return 0;
}

static void report_partition(const struct value *x, const char *partition)
{
	const char *names[PARTITIONS_MAX];
	size_t n = 0;
	while (n < PARTITIONS_MAX && aws_partition_name(n) != NULL) {
		names[n] = aws_partition_name(n);
		n++;
	}
	const char *near = text_nearest(partition, names, n);
	if (near != NULL)
		value_report(x, CODE_PARTITION,
			"AWS has no partition '%s'\ndid you mean '%s'?", partition, near);
	else
		value_report(x, CODE_PARTITION,
			"AWS has no partition '%s'\nmostly it is 'aws': %s", partition,
			FORM);
}

/* -1 when the partition was reported. */
static int check_partition(const struct value *x, const struct part *part)
{
	char name[PARTITION_SIZE];
	if (part->len > 0 && part->len < sizeof(name)) {
		(void)snprintf(name, sizeof(name), "%.*s", (int)part->len, part->s);
		if (is_partition(name))
			return 0;
		report_partition(x, name);
	} else {
		value_report(x, CODE_PARTITION,
			"the partition of '" SHOWN "' is none of AWS's\n" FORM,
			value_string(x));
	}
	return -1;
}

/* --- resources ---------------------------------------------------------------------- */

/* Whether a part of an ARN is made of digits and hyphens only. */
static int looks_like_account(const struct part *part)
{
	return part->len > 0 && strspn(part->s, "0123456789-") >= part->len;
}

static int is_account(const struct part *part)
{
	return part->len == 12 && strspn(part->s, "0123456789") >= part->len;
}

static void check_account(const struct value *x, const struct part *part)
{
	if (looks_like_account(part) && !is_account(part))
		value_report(x, CODE_ARN,
			"'%.*s' in '" SHOWN "' is no account id\nit has 12 digits",
			part->len > 40 ? 40 : (int)part->len, part->s, value_string(x));
}

/* What is wrong with a service in a resource, or NULL. */
static const char *service_fault(const struct part *part)
{
	if (part->len == 0)
		return "names no service";
	if (part_has(part, "*?"))
		return "has a wildcard in the place of the service, which AWS refuses";
	if (part_has_upper(part))
		return "has a service in capitals, which matches nothing";
	return NULL;
}

/* Reports an ARN with fewer parts; -1 when AWS would refuse it. */
static int check_short(const struct value *x, const struct part *parts, size_t n)
{
	const char *arn = value_string(x);
	if (n < SERVICE + 1 || parts[SERVICE].len == 0) {
		value_report(x, CODE_ARN, "'" SHOWN "' is no whole ARN\n" FORM, arn);
		return -1;
	}
	value_report(x, CODE_SHORT_ARN,
		"'" SHOWN "' has %zu of the 6 parts of an ARN\nAWS takes '*' for the "
		"others: write '" SHOWN "%s', if that is meant",
		arn, n, arn, &":*:*:*"[2 * (n - SERVICE - 1)]);
	return 0;
}

void resource_check(const struct value *x)
{
	const char *arn = value_string(x), *fault;
	struct part parts[PARTS];
	if (strcmp(arn, "*") == 0)
		return;
	if (!text_starts(arn, "arn:")) {
		value_report(x, CODE_ARN, "'" SHOWN "' is no ARN and not '*'\n" FORM, arn);
		return;
	}
	size_t n = split(arn, parts);
	for (size_t i = PARTITION; i < n && i < RESOURCE; i++)
		if (part_has(&parts[i], "$")) {
			value_report(x, CODE_VARIABLE,
				"a variable before the fifth colon of '" SHOWN
				"'\nonly the last part of an ARN may have one",
				arn);
			return;
		}
	if (n < PARTS && check_short(x, parts, n) != 0)
		return;
	if (check_partition(x, &parts[PARTITION]) != 0)
		return;
	fault = service_fault(&parts[SERVICE]);
	if (fault != NULL)
		value_report(x, CODE_ARN, "'" SHOWN "' %s\n" FORM, arn, fault);
	else if (n > ACCOUNT)
		check_account(x, &parts[ACCOUNT]);
}

void arn_operand_check(const struct value *x)
{
	const char *arn = value_string(x);
	struct part parts[PARTS];
	if (arn == NULL) {
		value_report(x, CODE_ARN, "%s where an ARN is compared\n" FORM,
			value_kind_name(x->v));
		return;
	}
	if (strcmp(arn, "*") == 0 || text_starts(arn, "${"))
		return;
	if (!text_starts(arn, "arn:")) {
		value_report(x, CODE_ARN, "'" SHOWN "' is no ARN\n" FORM, arn);
		return;
	}
	size_t n = split(arn, parts);
	if (n < PARTS && !has_variable(arn))
		value_report(x, CODE_SHORT_ARN,
			"'" SHOWN "' has %zu of the 6 parts of an ARN\n" FORM, arn, n);
	else if (n > PARTITION && !part_has(&parts[PARTITION], "$") &&
		 check_partition(x, &parts[PARTITION]) == 0 && n > ACCOUNT)
		check_account(x, &parts[ACCOUNT]);
}

/* --- one partition in a template ---------------------------------------------------- */

struct partitions {
	char first[PARTITION_SIZE]; /* empty: none so far */
	int reported;
};

static void check_same(const struct value *x, void *ctx)
{
	struct partitions *seen = ctx;
	const char *arn = value_string(x);
	char name[PARTITION_SIZE];
	if (seen->reported || arn == NULL ||
		aws_arn_partition(arn, name, sizeof(name)) != 0 ||
		strpbrk(name, "*?$") != NULL || !is_partition(name))
		return;
	if (seen->first[0] == '\0') {
		(void)snprintf(seen->first, sizeof(seen->first), "%s", name);
	} else if (strcmp(seen->first, name) != 0) {
		value_report(x, CODE_PARTITION,
			"an ARN of the partition '%s', where others are of '%s'\none "
			"permission set is in one partition",
			name, seen->first);
		seen->reported = 1;
	}
}

static void check_member(const struct value *up, const char *name, struct partitions *seen)
{
	struct value x;
	if (!value_member(&x, up, name))
		return;
	value_each_or_self(&x, check_same, seen);
	value_close(&x);
}

static void check_statement_partitions(const struct value *x, void *ctx)
{
	check_member(x, "Resource", ctx);
	check_member(x, "NotResource", ctx);
}

void partitions_check(const struct value *root)
{
	struct partitions seen = { .reported = 0 };
	struct value x, statements;
	check_member(root, "ManagedPolicies", &seen);
	if (value_member(&x, root, "PermissionBoundary")) {
		check_member(&x, "Policy", &seen);
		value_close(&x);
	}
	if (value_member(&x, root, "CustomPolicy")) {
		if (value_member(&statements, &x, "Statement")) {
			value_each_or_self(&statements, check_statement_partitions, &seen);
			value_close(&statements);
		}
		value_close(&x);
	}
}
