/*
 * The three protocols: JSON 1.1, REST-JSON, query with XML answers.
 */
#include "serve.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "mem.h"
#include "rec.h"
#include "text.h"

#define XML_MAX (8u << 20)

static const struct {
	const char *service, *target;
} targets[] = { { "sso", "SWBExternalService" }, { "identitystore", "AWSIdentityStore" },
	{ "organizations", "AWSOrganizationsV20161128" } };

static const struct {
	const char *service, *version;
} versions[] = { { "iam", "2010-05-08" }, { "sts", "2011-06-15" } };

static int hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c | 0x20) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

/* Decodes a form's %XX and +; owned. */
static char *form_decode(const char *s, size_t len)
{
	char *out = mem_bytes(s, len), *to = out;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '%' && i + 2 < len && hex(s[i + 1]) >= 0 &&
			hex(s[i + 2]) >= 0) {
			*to++ = (char)(hex(s[i + 1]) * 16 + hex(s[i + 2]));
			i += 2;
		} else {
			*to++ = s[i];
			if (s[i] == '+')
				to[-1] = ' ';
		}
	}
	*to = '\0';
	return out;
}

/* A form as an object of strings. Members that the model has as numbers are made numbers.
 */
static jv form_parse(const char *form)
{
	jv r = jv_object();
	while (*form != '\0') {
		size_t len = strcspn(form, "&"), name_len = strcspn(form, "=&");
		size_t skip = name_len < len ? name_len + 1 : len;
		char *name = form_decode(form, name_len);
		char *value = form_decode(form + skip, len - skip);
		unsigned long n;
		if (strcmp(name, "MaxItems") == 0 && text_number(value, 1000000, &n) == 0)
			r = rec_set_num(r, name, (double)n);
		else
			r = rec_set_str(r, name, value);
		free(name);
		free(value);
		form += len + (form[len] == '&');
	}
	return r;
}

static const struct op *unknown(struct call *c)
{
	call_fail(c, 400, "UnknownOperationException",
		"The requested operation is not known.");
	return NULL;
}

/* X-Amz-Target names service and operation; the body is the input. */
static const struct op *read_json(
	struct call *c, const struct request *req, const struct identity *who)
{
	const char *target = req->header(req->ctx, "X-Amz-Target");
	const char *type = req->header(req->ctx, "Content-Type");
	const struct op *op = NULL;
	for (size_t i = 0; target != NULL && i < sizeof(targets) / sizeof(targets[0]);
		i++) {
		size_t len = strlen(targets[i].target);
		if (strcmp(who->service, targets[i].service) == 0 &&
			strncmp(target, targets[i].target, len) == 0 && target[len] == '.')
			op = op_find(who->service, target + len + 1);
	}
	if (op == NULL || type == NULL || !text_starts(type, "application/x-amz-json-1.1"))
		return unknown(c);
	struct json_fault fault;
	c->input = json_parse(req->body, req->body_len, &fault);
	if (jv_get_kind(c->input) != JV_KIND_OBJECT) {
		call_fail(c, 400, "SerializationException", "The body is no JSON object");
		return op;
	}
	return op;
}

/* The one REST-JSON operation: members in the body, two of them in the query. */
static const struct op *read_rest(struct call *c, const struct request *req)
{
	const char *query = strchr(req->uri, '?');
	if (strcmp(req->method, "POST") != 0 ||
		!text_starts(req->uri, "/policy/validation"))
		return unknown(c);
	struct json_fault fault;
	c->input = json_parse(req->body, req->body_len, &fault);
	if (jv_get_kind(c->input) != JV_KIND_OBJECT) {
		call_fail(c, 400, "ValidationException", "The body is no JSON object");
		return op_find("access-analyzer", "ValidatePolicy");
	}
	jv form = form_parse(query != NULL ? query + 1 : "");
	unsigned long n;
	c->input = rec_set_from(c->input, "nextToken", form);
	if (text_number(rec_str_or(form, "maxResults", ""), 1000, &n) == 0)
		c->input = rec_set_num(c->input, "maxResults", (double)n);
	jv_free(form);
	return op_find("access-analyzer", "ValidatePolicy");
}

static const struct op *read_query(
	struct call *c, const struct request *req, const struct identity *who)
{
	c->input = form_parse(req->body);
	const struct op *op = op_find(who->service, rec_str_or(c->input, "Action", ""));
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (op != NULL && strcmp(who->service, versions[i].service) == 0 &&
			strcmp(rec_str_or(c->input, "Version", ""), versions[i].version) ==
				0)
			return op;
	call_fail(c, 400, "InvalidAction", "Could not find operation %s for version %s",
		rec_str_or(c->input, "Action", "(none)"),
		rec_str_or(c->input, "Version", "(none)"));
	return NULL;
}

static enum protocol protocol_of(const struct request *req, const struct identity *who)
{
	if (strcmp(who->service, "access-analyzer") == 0)
		return PROTOCOL_REST_JSON;
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (strcmp(who->service, versions[i].service) == 0)
			return PROTOCOL_QUERY;
	const char *type = req->header(req->ctx, "Content-Type");
	int form = type != NULL && text_starts(type, "application/x-www-form-urlencoded");
	return who->service[0] == '\0' && form ? PROTOCOL_QUERY : PROTOCOL_JSON;
}

/* --- XML --------------------------------------------------------------------------------
 */

static void xml_text(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		const char *escape = *s == '&'	 ? "&amp;"
				     : *s == '<' ? "&lt;"
				     : *s == '>' ? "&gt;"
						 : NULL;
		if (escape != NULL)
			buf_adds(b, escape);
		else
			buf_addc(b, *s);
	}
}

static void xml_value(struct buf *b, jv v)
{
	switch (jv_get_kind(v)) {
	case JV_KIND_OBJECT: {
		jv_object_foreach(v, key, value)
		{
			buf_addf(b, "<%s>", jv_string_value(key));
			xml_value(b, value);
			buf_addf(b, "</%s>", jv_string_value(key));
			jv_free(key);
			jv_free(value);
		}
		break;
	}
	case JV_KIND_ARRAY: {
		jv_array_foreach(v, i, element)
		{
			buf_adds(b, "<member>");
			xml_value(b, element);
			buf_adds(b, "</member>");
			jv_free(element);
		}
		break;
	}
	case JV_KIND_STRING:
		xml_text(b, jv_string_value(v));
		break;
	case JV_KIND_NUMBER:
		buf_addf(b, "%.0f", jv_number_value(v));
		break;
	case JV_KIND_TRUE:
		buf_adds(b, "true");
		break;
	case JV_KIND_FALSE:
		buf_adds(b, "false");
		break;
	case JV_KIND_INVALID:
	case JV_KIND_NULL:
		break;
	}
}

static const char *version_of(const char *service)
{
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (strcmp(service, versions[i].service) == 0)
			return versions[i].version;
	return "2010-05-08";
}

static void write_xml(struct buf *b, const struct call *c, jv output, const char *service,
	const char *request_id)
{
	const char *host = strcmp(service, "sts") == 0 ? "sts" : "iam";
	if (c->status == 0)
		buf_addf(b,
			"<%sResponse xmlns=\"https://%s.amazonaws.com/doc/%s/\"><%sResult>",
			c->op->name, host, version_of(host), c->op->name);
	else
		buf_addf(b,
			"<ErrorResponse "
			"xmlns=\"https://%s.amazonaws.com/doc/%s/\"><Error><Type>Sender</"
			"Type>",
			host, version_of(host));
	if (c->status == 0) {
		xml_value(b, output);
		buf_addf(b,
			"</%sResult><ResponseMetadata><RequestId>%s</RequestId></"
			"ResponseMetadata></%sResponse>",
			c->op->name, request_id, c->op->name);
	} else {
		buf_addf(b, "<Code>%s</Code><Message>", c->code);
		xml_text(b, c->message);
		buf_addf(b, "</Message></Error><RequestId>%s</RequestId></ErrorResponse>",
			request_id);
	}
}

static void write_json(struct buf *b, const struct call *c, jv output)
{
	if (c->status == 0) {
		json_write(b, output);
		return;
	}
	jv r = rec_set_str(jv_object(), "__type", c->code);
	r = rec_set_str(r, "message", c->message);
	json_write(b, r);
	jv_free(r);
}

/* --- all together -----------------------------------------------------------------------
 */

/* Errors about the signature have other names and statuses in the query protocol. */
static const char *query_code(const char *code)
{
	static const char *const names[][2] = { { "UnrecognizedClientException",
							"InvalidClientTokenId" },
		{ "InvalidSignatureException", "SignatureDoesNotMatch" },
		{ "ExpiredTokenException", "ExpiredToken" },
		{ "MissingAuthenticationTokenException", "MissingAuthenticationToken" },
		{ "IncompleteSignatureException", "IncompleteSignature" } };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(code, names[i][0]) == 0)
			return names[i][1];
	return code;
}

/* Reads the request into c, unless the signature was refused. */
static void read_call(struct call *c, const struct request *req, const struct identity *who,
	enum protocol protocol)
{
	if (who->status != 0) {
		/* The JSON services of this kind answer 400 to a signature they refuse. */
		call_fail(c, protocol == PROTOCOL_JSON ? 400 : who->status,
			protocol == PROTOCOL_QUERY ? query_code(who->code) : who->code,
			"%s", who->message);
		return;
	}
	if (protocol == PROTOCOL_JSON)
		c->op = read_json(c, req, who);
	else if (protocol == PROTOCOL_REST_JSON)
		c->op = read_rest(c, req);
	else
		c->op = read_query(c, req, who);
}

static const char *throttle_code(const struct op *op)
{
	if (strcmp(op->service, "organizations") == 0)
		return "TooManyRequestsException";
	return op->protocol == PROTOCOL_QUERY ? "Throttling" : "ThrottlingException";
}

void wire_answer(struct sim *sim, const struct request *req, const struct identity *who,
	int (*throttle)(void *ctx, const struct op *op), void *ctx, struct answer *out)
{
	enum protocol protocol = protocol_of(req, who);
	struct call c = { .sim = sim, .input = jv_invalid(), .region = who->region };
	jv output = jv_invalid();
	memset(out, 0, sizeof(*out));
	sim_random_id(out->request_id);
	read_call(&c, req, who, protocol);
	out->op = c.op;
	if (c.status == 0 && throttle(ctx, c.op)) {
		out->throttled = 1;
		call_fail(&c, 400, throttle_code(c.op), "Rate exceeded");
	}
	if (c.status == 0 && check_input(&c) == 0)
		output = c.op->run(&c);
	struct buf b;
	buf_init(&b, XML_MAX);
	if (protocol == PROTOCOL_QUERY)
		write_xml(&b, &c, output, who->service, out->request_id);
	else
		write_json(&b, &c, output);
	jv_free(output);
	jv_free(c.input);
	out->status = c.status != 0 ? c.status : 200;
	out->error_type = c.status != 0 && protocol != PROTOCOL_QUERY ? c.code : NULL;
	out->content_type = protocol == PROTOCOL_QUERY	? "text/xml"
			    : protocol == PROTOCOL_JSON ? "application/x-amz-json-1.1"
							: "application/json";
	out->body_len = b.len;
	out->body = buf_take(&b);
}
