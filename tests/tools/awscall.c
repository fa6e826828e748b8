/*
 * awscall SERVICE OPERATION [INPUT] -- one AWS call through lib/aws: its output as JSON, or
 * "CODE: message" on standard error and exit status 1. SERVICE is an index name of
 * lib/aws's services.
 *
 * awscall endpoints REGION -- for every service its URL and the region to sign for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws.h"
#include "aws_wire.h"
#include "cmd.h"
#include "diag.h"
#include "json.h"

static const char *const services[AWS_SERVICES] = { [AWS_SSO_ADMIN] = "sso-admin",
	[AWS_IDENTITYSTORE] = "identitystore",
	[AWS_ORGANIZATIONS] = "organizations",
	[AWS_ACCESSANALYZER] = "accessanalyzer",
	[AWS_IAM] = "iam",
	[AWS_STS] = "sts",
	[AWS_SSO] = "sso",
	[AWS_SSO_OIDC] = "sso-oidc" };

static int call(struct aws *aws, enum aws_service service, const char *op, jv input)
{
	struct err err;
	jv output = aws_get(aws, service, op, input, &err);
	if (!jv_is_valid(output)) {
		fprintf(stderr, "%s: %s\n", err.code, err.text);
		jv_free(output);
		return 1;
	}
	char *text = json_string(output);
	puts(text);
	free(text);
	jv_free(output);
	return 0;
}

static int show_endpoints(const char *region)
{
	int status = 0;
	struct err err;
	struct settings *settings = settings_read(NULL, &err);
	if (settings == NULL)
		return fprintf(stderr, "%s\n", err.text) > 0;
	for (int i = 0; i < AWS_SERVICES; i++) {
		struct aws_endpoint e;
		if (aws_endpoint_find((enum aws_service)i, region, settings, &e, &err) == 0)
			printf("%s %s %s\n", services[i], e.url, e.region);
		else
			status = fprintf(stderr, "%s: %s\n", services[i], err.text) > 0;
		aws_endpoint_release(&e);
	}
	settings_free(settings);
	return status;
}

int main(int argc, char **argv)
{
	cmd_init("awscall", 0);
	if (argc == 3 && strcmp(argv[1], "endpoints") == 0)
		return show_endpoints(argv[2]);
	const char *text = argc > 3 ? argv[3] : "{}";
	struct json_fault fault;
	struct err err;
	int service = 0, status = 2;
	jv input = json_parse(text, strlen(text), &fault);
	while (argc > 2 && service < AWS_SERVICES &&
		strcmp(services[service], argv[1]) != 0)
		service++;
	struct aws *aws = NULL;
	if (argc < 3 || service == AWS_SERVICES || !jv_is_valid(input) ||
		aws_op_find((enum aws_service)service, argv[2]) == NULL)
		fputs("usage: awscall SERVICE OPERATION [JSON]\n", stderr);
	else if ((aws = aws_new("awscall", &err)) == NULL)
		diag_err(&err, "awscall");
	else
		status = call(aws, (enum aws_service)service, argv[2], input);
	aws_free(aws);
	jv_free(input);
	return status;
}
