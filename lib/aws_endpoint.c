/*
 * Hosts of the services. Figures: AWS's public partitions and endpoint rule sets (botocore
 * 1.43), with which tests/interop/endpoints.t compares every one of them.
 */
#include "aws_wire.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "mem.h"
#include "setting.h"
#include "text.h"

struct partition {
	const char *prefix; /* of the names of its regions */
	const char *name;
	const char *suffix;	 /* of host names */
	const char *dual_suffix; /* of those that have IPv6, too */
	const char *main_region; /* where what is not regional is signed for */
};

static const struct partition partitions[] = {
	{ "cn-", "aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn",
		"cn-northwest-1" },
	{ "us-gov-", "aws-us-gov", "amazonaws.com", "api.aws", "us-gov-west-1" },
	{ "us-iso-", "aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1" },
	{ "us-isob-", "aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1" },
	{ "eu-isoe-", "aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk",
		"eu-isoe-west-1" },
	{ "us-isof-", "aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov",
		"us-isof-south-1" },
	{ "eusc-", "aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu",
		"eusc-de-east-1" },
	{ "", "aws", "amazonaws.com", "api.aws", "us-east-1" },
};

enum { PLAIN, FIPS, DUAL, FIPS_DUAL, VARIANTS };

/* What a partition has in one place, under a name that no rule gives. */
static const struct global {
	const char *partition;
	enum aws_service service;
	const char *region;
	const char *hosts[VARIANTS]; /* NULL: as the rule has it */
} globals[] = {
	{ "aws", AWS_ORGANIZATIONS, "us-east-1",
		{ "organizations.us-east-1.amazonaws.com",
			"organizations-fips.us-east-1.amazonaws.com", NULL, NULL } },
	{ "aws-cn", AWS_ORGANIZATIONS, "cn-northwest-1",
		{ "organizations.cn-northwest-1.amazonaws.com.cn", NULL, NULL, NULL } },
	{ "aws-us-gov", AWS_ORGANIZATIONS, "us-gov-west-1",
		{ "organizations.us-gov-west-1.amazonaws.com",
			"organizations.us-gov-west-1.amazonaws.com", NULL, NULL } },
	{ "aws-iso", AWS_ORGANIZATIONS, "us-iso-east-1",
		{ "organizations.us-iso-east-1.c2s.ic.gov", NULL, NULL, NULL } },
	{ "aws-iso-b", AWS_ORGANIZATIONS, "us-isob-east-1",
		{ "organizations.us-isob-east-1.sc2s.sgov.gov", NULL, NULL, NULL } },
	{ "aws-iso-f", AWS_ORGANIZATIONS, "us-isof-south-1",
		{ "organizations.us-isof-south-1.csp.hci.ic.gov", NULL, NULL, NULL } },
	{ "aws", AWS_IAM, "us-east-1",
		{ NULL, NULL, "iam.global.api.aws", "iam-fips.global.api.aws" } },
	{ "aws-cn", AWS_IAM, "cn-north-1",
		{ "iam.cn-north-1.amazonaws.com.cn", NULL,
			"iam.global.api.amazonwebservices.com.cn", NULL } },
	{ "aws-us-gov", AWS_IAM, "us-gov-west-1",
		{ "iam.us-gov.amazonaws.com", "iam.us-gov.amazonaws.com",
			"iam.us-gov.api.aws", "iam.us-gov.api.aws" } },
	{ "aws-iso", AWS_IAM, "us-iso-east-1",
		{ "iam.us-iso-east-1.c2s.ic.gov", "iam-fips.us-iso-east-1.c2s.ic.gov", NULL,
			NULL } },
	{ "aws-iso-b", AWS_IAM, "us-isob-east-1",
		{ "iam.us-isob-east-1.sc2s.sgov.gov",
			"iam-fips.us-isob-east-1.sc2s.sgov.gov", NULL, NULL } },
	{ "aws-iso-e", AWS_IAM, "eu-isoe-west-1",
		{ "iam.eu-isoe-west-1.cloud.adc-e.uk", NULL, NULL, NULL } },
	{ "aws-iso-f", AWS_IAM, "us-isof-south-1",
		{ "iam.us-isof-south-1.csp.hci.ic.gov", NULL, NULL, NULL } },
	{ "aws-eusc", AWS_IAM, "eusc-de-east-1",
		{ "iam.eusc-de-east-1.amazonaws.eu", NULL, NULL, NULL } },
};

static const struct partition *partition_of(const char *region)
{
	size_t i = 0;

	/* The last row's prefix, being empty, always fits. */
	while (i + 1 < sizeof(partitions) / sizeof(partitions[0]) &&
		!text_starts(region, partitions[i].prefix))
		i++;
	return &partitions[i];
}

const char *aws_partition_of(const char *region)
{
	return partition_of(region)->name;
}

const char *aws_partition_name(size_t i)
{
	return i < sizeof(partitions) / sizeof(partitions[0]) ? partitions[i].name : NULL;
}

int aws_arn_partition(const char *arn, char *out, size_t size)
{
	size_t len = text_starts(arn, "arn:") ? strcspn(arn + 4, ":") : 0;

	if (len == 0 || len >= size || arn[4 + len] != ':')
		return -1;
	memcpy(out, arn + 4, len);
	out[len] = '\0';
	return 0;
}

/* --- AWS's own ---------------------------------------------------------------------- */

static const struct global *global_of(
	const struct partition *p, enum aws_service service, int variant)
{
	for (size_t i = 0; i < sizeof(globals) / sizeof(globals[0]); i++)
		if (globals[i].service == service && globals[i].hosts[variant] &&
			strcmp(globals[i].partition, p->name) == 0)
			return &globals[i];
	return NULL;
}

/* The plain hosts of GovCloud are FIPS hosts, and have no other name. */
static int has_fips_name(const struct partition *p, int variant)
{
	return variant == FIPS_DUAL ||
	       (variant == FIPS && strcmp(p->name, "aws-us-gov") != 0);
}

static void own(
	enum aws_service service, const char *region, int variant, struct aws_endpoint *out)
{
	const struct partition *p = partition_of(region);
	const struct global *global = global_of(p, service, variant);
	const char *suffix =
		variant == DUAL || variant == FIPS_DUAL ? p->dual_suffix : p->suffix;
	const char *fips = has_fips_name(p, variant) ? "-fips" : "";
	const char *prefix = aws_services[service].prefix;

	if (global) {
		out->host = mem_string(global->hosts[variant]);
		region = global->region;
	} else if (service == AWS_IAM) {
		out->host = mem_format("%s%s.%s", prefix, fips, suffix);
		region = p->main_region;
	} else {
		out->host = mem_format("%s%s.%s.%s", prefix, fips, region, suffix);
	}
	out->region = mem_string(region);
	out->url = mem_format("https://%s", out->host);
	out->path = mem_string("");
	out->variant = variant != PLAIN;
}

/* --- one that was set --------------------------------------------------------------- */

/* A part of a URL as a string of the caller's; NULL when it has none. */
static char *part(CURLU *url, CURLUPart what, unsigned flags)
{
	char *s = NULL;
	char *copy = NULL;

	if (curl_url_get(url, what, &s, flags) == CURLUE_OK)
		copy = mem_string(s);
	curl_free(s);
	return copy;
}

/* What is wrong with an endpoint of that scheme and host, or NULL. */
static const char *fault_of(const char *scheme, const char *host, const char *extra)
{
	if (!scheme || !host)
		return "is no URL";
	if (extra)
		return "must not have a query, a fragment or a user name";
	if (strcasecmp(scheme, "https") != 0 &&
		(strcasecmp(scheme, "http") != 0 || !http_is_loopback(host)))
		return "must be https (plain http is only for this machine)";
	return NULL;
}

/* Takes the URL that var, in the environment or the profile, holds apart. */
static int custom(
	const char *var, const char *value, struct aws_endpoint *out, struct err *err)
{
	CURLU *url = curl_url();
	int bad = !url || curl_url_set(url, CURLUPART_URL, value, 0) != CURLUE_OK;
	char *scheme = bad ? NULL : part(url, CURLUPART_SCHEME, 0);
	char *host = bad ? NULL : part(url, CURLUPART_HOST, 0);
	char *port = bad ? NULL : part(url, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
	char *extra = bad ? NULL : part(url, CURLUPART_QUERY, 0);
	const char *fault;

	if (!bad && !extra)
		extra = part(url, CURLUPART_USER, 0);
	if (!bad && !extra)
		extra = part(url, CURLUPART_FRAGMENT, 0);
	fault = fault_of(scheme, host, extra);
	if (!fault) {
		out->custom = 1;
		out->loopback = http_is_loopback(host);
		out->path = part(url, CURLUPART_PATH, 0);
		while (text_ends(out->path, "/"))
			out->path[strlen(out->path) - 1] = '\0';
		out->host = mem_format("%s%s%s", host, port ? ":" : "", port ? port : "");
		out->url = mem_format("%s://%s%s", scheme, out->host, out->path);
	} else {
		err_set(err, ERR_DATA, "%s %s", var, fault);
	}
	curl_url_cleanup(url);
	free(scheme);
	free(host);
	free(port);
	free(extra);
	return fault ? -1 : 0;
}

/* The region that a service is signed for, wherever a setting says it is. */
static char *region_of(enum aws_service service, const char *region)
{
	struct aws_endpoint plain = { 0 };
	char *s;

	own(service, region, PLAIN, &plain);
	s = plain.region;
	plain.region = NULL;
	aws_endpoint_release(&plain);
	return s;
}

/* Whether url, which where says, can be meant together with these choices. */
static int check_choices(const struct aws_endpoint *e, const char *where, const char *fips,
	const char *dual, struct err *err)
{
	/* Nothing leaves this machine for a simulator. */
	if ((!fips && !dual) || e->loopback)
		return 0;
	return err_set(err, ERR_DATA,
		"%s says where requests go, so %s can't choose: unset one", where,
		fips ? fips : dual);
}

int aws_endpoint_find(enum aws_service service, const char *region,
	const struct settings *settings, struct aws_endpoint *out, struct err *err)
{
	char where[SETTING_WHERE_SIZE];
	const char *fips_where;
	const char *dual_where;
	const char *url;
	int fips;
	int dual;

	*out = (struct aws_endpoint){ 0 };
	if (settings_switch(settings, SETTING_USE_FIPS, &fips, &fips_where, err) != 0 ||
		settings_switch(settings, SETTING_USE_DUALSTACK, &dual, &dual_where, err) !=
			0 ||
		settings_endpoint(settings, aws_services[service].env, &url, where, err) !=
			0)
		return -1;
	if (!url) {
		own(service, region, fips + 2 * dual, out);
		return 0;
	}
	out->region = region_of(service, region);
	if (custom(where, url, out, err) != 0)
		return -1;
	return check_choices(
		out, where, fips ? fips_where : NULL, dual ? dual_where : NULL, err);
}

void aws_endpoint_release(struct aws_endpoint *e)
{
	free(e->url);
	free(e->host);
	free(e->path);
	free(e->region);
	memset(e, 0, sizeof(*e));
}
