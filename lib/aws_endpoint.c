/*
 * Hosts of the services. Figures: AWS's public endpoint rules (botocore 1.43).
 */
#include "aws_wire.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "mem.h"
#include "text.h"

/* Services that a partition has in one place: their hosts, and the region to sign for. */
struct global {
	const char *host;
	const char *region;
};

struct partition {
	const char *prefix; /* of the names of its regions */
	const char *name;
	const char *suffix; /* of host names */
	struct global organizations;
	struct global iam;
};

static const struct partition partitions[] = {
	{ "cn-", "aws-cn", "amazonaws.com.cn",
		{ "organizations.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1" },
		{ "iam.cn-north-1.amazonaws.com.cn", "cn-north-1" } },
	{ "us-gov-", "aws-us-gov", "amazonaws.com",
		{ "organizations.us-gov-west-1.amazonaws.com", "us-gov-west-1" },
		{ "iam.us-gov.amazonaws.com", "us-gov-west-1" } },
	{ "eusc-", "aws-eusc", "amazonaws.eu",
		{ "organizations.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1" },
		{ "iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1" } },
	{ "", "aws", "amazonaws.com",
		{ "organizations.us-east-1.amazonaws.com", "us-east-1" },
		{ "iam.amazonaws.com", "us-east-1" } },
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

static const struct global *global_of(const struct partition *p, enum aws_service service)
{
	if (service == AWS_ORGANIZATIONS)
		return &p->organizations;
	return service == AWS_IAM ? &p->iam : NULL;
}

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

/* Takes the URL that variable var holds apart. */
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

int aws_endpoint_find(enum aws_service service, const char *region,
	struct aws_endpoint *out, struct err *err)
{
	const struct aws_service_info *info = &aws_services[service];
	const struct partition *p = partition_of(region);
	const struct global *global = global_of(p, service);
	char *var = mem_format("AWS_ENDPOINT_URL_%s", info->env);
	const char *value = getenv(var);
	int status = 0;

	*out = (struct aws_endpoint){ .region = mem_string(
					      global ? global->region : region) };
	if (!value || !*value) {
		var[strlen("AWS_ENDPOINT_URL")] = '\0';
		value = getenv(var);
	}
	if (value && *value) {
		status = custom(var, value, out, err);
	} else {
		out->host =
			global ? mem_string(global->host)
			       : mem_format("%s.%s.%s", info->prefix, region, p->suffix);
		out->url = mem_format("https://%s", out->host);
		out->path = mem_string("");
	}
	free(var);
	return status;
}

void aws_endpoint_release(struct aws_endpoint *e)
{
	free(e->url);
	free(e->host);
	free(e->path);
	free(e->region);
	memset(e, 0, sizeof(*e));
}
