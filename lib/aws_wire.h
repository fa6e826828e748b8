/*
 * aws_wire -- what goes over the wire: services, hosts, and the three protocols.
 *
 * Behind aws.h; nothing but lib/aws*.c, and lib/cred*.c to ask for
 * credentials, includes it. Pure: no network, no clock.
 */
#ifndef IDC_AWS_WIRE_H
#define IDC_AWS_WIRE_H

#include <stddef.h>

#include <jv.h>

#include "aws.h"
#include "buf.h"
#include "err.h"
#include "http.h"
#include "setting.h"

enum aws_protocol {
	AWS_JSON,      /* JSON 1.1: POST /, the operation in X-Amz-Target */
	AWS_REST_JSON, /* JSON bodies, a path per operation, paging members in the query */
	AWS_QUERY      /* form in, XML out */
};

/* Services that share one request rate. */
enum aws_pace {
	AWS_PACE_SSO,
	AWS_PACE_ORGANIZATIONS,
	AWS_PACE_ACCESSANALYZER,
	AWS_PACE_IAM,
	AWS_PACE_STS,
	AWS_PACES
};

struct aws_service_info {
	const char *prefix;  /* of host names, and of IAM actions */
	const char *env;     /* AWS_ENDPOINT_URL_<env> */
	const char *signing; /* signing name */
	const char *target;  /* JSON 1.1: what stands before "." in X-Amz-Target */
	const char *version; /* query: value of Version */
	enum aws_protocol protocol;
	enum aws_pace pace;
};

extern const struct aws_service_info aws_services[AWS_SERVICES];

/* Rows of the table of operations as numbers, for counting. NULL behind the last. */
size_t aws_op_index(const struct aws_op *op);
const struct aws_op *aws_op_at(size_t i);

/* Where a service is. */
struct aws_endpoint {
	char *url;    /* without a slash at the end */
	char *host;   /* value of the Host header */
	char *path;   /* of url, without a slash at the end: mostly "" */
	char *region; /* signing region */
	int loopback;
	int custom;  /* from a setting, not AWS's own */
	int variant; /* AWS's own, but a FIPS or a dual-stack one: not all exist */
};

/* "aws", "aws-cn", "aws-us-gov", "aws-iso" and its siblings, "aws-eusc": where region is.
 */
const char *aws_partition_of(const char *region);

/*
 * The endpoint of a service as seen from region: the one that is set (setting.h), or AWS's
 * own, of the kind that AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT or their like
 * ask for (which exclude another endpoint than AWS's, except on this machine). Whether that
 * kind exists is known to the name service only. 0, or -1 with err filled (ERR_DATA). *out
 * is released by the caller in either case.
 */
int aws_endpoint_find(enum aws_service service, const char *region,
	const struct settings *settings, struct aws_endpoint *out, struct err *err);
void aws_endpoint_release(struct aws_endpoint *e);

/* A request without its signature. */
struct aws_message {
	struct buf body;
	struct buf query;  /* of the URL, without "?" */
	struct buf target; /* value of X-Amz-Target, or empty */
	const char *content_type;
};

/* Writes op's input into *out, released in either case. 0, or -1 with err filled. */
int aws_wire_encode(
	const struct aws_op *op, jv input, struct aws_message *out, struct err *err);
void aws_message_release(struct aws_message *m);

/*
 * Reads the answer of op. Returns its output (owned object); or invalid with err filled:
 * ERR_AWS with code, message and request id as AWS gave them; ERR_NET when it is no answer
 * of AWS's (from is the host, for that message). In the query protocol, numbers and
 * booleans of the output are strings.
 */
jv aws_wire_decode(const struct aws_op *op, const struct http_response *res,
	const char *from, struct err *err);

/* RetryAfterSeconds in a refusal of the directory's, or -1. */
long aws_wire_retry_after_s(const struct http_response *res);

/*
 * An XML text as a jv object {"Root": ...}, owned, or invalid with err filled. Elements
 * with children are objects, those whose children are all named "member" arrays, others
 * strings. No document type, no entities but XML's own five, at most 64 levels.
 */
jv aws_xml_parse(const char *text, size_t len, struct err *err);

/* Copies id into the size bytes at out, unless it has characters that no request id has. */
void aws_wire_request_id(char *out, size_t size, const char *id);

#endif
