#include "wire.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "mem.h"
#include "rec.h"
#include "text.h"

#define FORM_DEPTH_MAX 16

#define JSON_CODES                                                                         \
	{                                                                                  \
		"ThrottlingException", "ExpiredTokenException", "InternalServerException", \
			"AccessDeniedException"                                            \
	}

/* How a service is spoken to, and what it calls what goes wrong. */
static const struct service {
	const char *name; /* of its signatures */
	enum protocol protocol;
	const char *target;  /* JSON: before the dot in X-Amz-Target */
	const char *version; /* query: its API's */
	struct wire_codes codes;
} services[] = {
	{ "sso", PROTOCOL_JSON, "SWBExternalService", NULL, JSON_CODES },
	{ "identitystore", PROTOCOL_JSON, "AWSIdentityStore", NULL, JSON_CODES },
	{ "organizations", PROTOCOL_JSON, "AWSOrganizationsV20161128", NULL,
		{ "TooManyRequestsException", "ExpiredTokenException", "ServiceException",
			"AccessDeniedException" } },
	{ "access-analyzer", PROTOCOL_REST_JSON, NULL, NULL, JSON_CODES },
	{ "iam", PROTOCOL_QUERY, NULL, "2010-05-08",
		{ "Throttling", "ExpiredToken", "ServiceFailure", "AccessDenied" } },
	{ "sts", PROTOCOL_QUERY, NULL, "2011-06-15",
		{ "Throttling", "ExpiredToken", "InternalFailure", "AccessDenied" } },
};

static const struct service *service_named(const char *name)
{
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (strcmp(name, services[i].name) == 0)
			return &services[i];
	return NULL;
}

const struct wire_codes *wire_codes(const struct op *op)
{
	const struct service *service = service_named(op->service);
	assert(service != NULL);
	return &service->codes;
}

enum protocol wire_protocol(const struct request *req, const struct identity *who)
{
	const struct service *service = service_named(who->service);
	if (service != NULL)
		return service->protocol;
	const char *type = req->header(req->ctx, "Content-Type");
	int form = type != NULL && text_starts(type, "application/x-www-form-urlencoded");
	return form ? PROTOCOL_QUERY : PROTOCOL_JSON;
}

/* --- reading ----------------------------------------------------------------------------
 */

static int hex(char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;
	int value = at != NULL ? (int)(at - digits) : -1;
	return value > 15 ? value - 6 : value;
}

/* Decodes a form's %XX and +; owned. A NUL, which no member may have, becomes another
 * control character, so that it is refused as one. */
static char *form_decode(const char *s, size_t len)
{
	char *out = mem_bytes(s, len), *to = out;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '%' && i + 2 < len && hex(s[i + 1]) >= 0 &&
			hex(s[i + 2]) >= 0) {
			int c = hex(s[i + 1]) * 16 + hex(s[i + 2]);
			*to++ = (char)(c != 0 ? c : 1);
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

/* tree (taken) with value at name, whose dots lead down: "Tags.member.1.Key". */
static jv plant(jv tree, const char *name, const char *value)
{
	jv path = jv_array();
	while (*name != '\0') {
		size_t len = strcspn(name, ".");
		path = jv_array_append(path, jv_string_sized(name, (int)len));
		name += len + (name[len] == '.');
	}
	if (jv_array_length(jv_copy(path)) > FORM_DEPTH_MAX) {
		jv_free(path);
		return tree;
	}
	jv grown = jv_setpath(jv_copy(tree), path, jv_string(value));
	/* A name below one that has a value already leads nowhere. */
	if (!jv_is_valid(grown)) {
		jv_free(grown);
		return tree;
	}
	jv_free(tree);
	return grown;
}

/* A form, "name=value&...", as a tree of objects with strings at its ends. */
static jv form_parse(const char *form)
{
	jv tree = jv_object();
	while (*form != '\0') {
		size_t len = strcspn(form, "&"), name_len = strcspn(form, "=&");
		size_t skip = name_len < len ? name_len + 1 : len;
		char *name = form_decode(form, name_len);
		char *value = form_decode(form + skip, len - skip);
		tree = plant(tree, name, value);
		free(name);
		free(value);
		form += len + (form[len] == '&');
	}
	return tree;
}

static jv form_value(struct call *c, jv node, const struct shape *shape);

/* {"member": {"1": ..., "2": ...}} as a list. */
static jv form_list(struct call *c, jv node, const struct shape *shape)
{
	jv list = jv_array(), members = rec_get(node, "member");
	for (int i = 1;; i++) {
		char number[12];
		snprintf(number, sizeof(number), "%d", i);
		jv member = rec_get(members, number);
		if (!jv_is_valid(member)) {
			jv_free(member);
			break;
		}
		list = rec_push(list, form_value(c, member, shape->element));
		jv_free(member);
	}
	jv_free(members);
	return list;
}

static jv form_structure(struct call *c, jv node, const struct member *members, size_t n)
{
	jv r = jv_object();
	for (size_t i = 0; i < n && members[i].name != NULL; i++) {
		jv member = rec_get(node, members[i].name);
		if (jv_is_valid(member))
			r = rec_set(r, members[i].name,
				form_value(c, member, members[i].shape));
		jv_free(member);
	}
	return r;
}

/* Text that is no number or boolean can't be read. */
static jv malformed(struct call *c, const char *s)
{
	call_fail(c, 400,
		c->op->protocol == PROTOCOL_QUERY ? "MalformedInput" : "SerializationException", "'%.60s' is not of the type that is wanted", s);
	return jv_null();
}

static jv form_number(struct call *c, const char *s)
{
	unsigned long n;
	int negative = *s == '-';
	if (text_number(s + negative, 1ul << 53, &n) != 0)
		return malformed(c, s);
	return jv_number(negative ? -(double)n : (double)n);
}

/* What a node of the tree is to the model. */
static jv form_value(struct call *c, jv node, const struct shape *shape)
{
	const char *s = jv_get_kind(node) == JV_KIND_STRING ? jv_string_value(node) : "";
	if (shape->kind == JV_KIND_ARRAY)
		return form_list(c, node, shape);
	if (shape->kind == JV_KIND_OBJECT)
		return form_structure(c, node, shape->members, SIZE_MAX);
	if (shape->kind == JV_KIND_NUMBER)
		return form_number(c, s);
	if (shape->kind != JV_KIND_TRUE)
		return jv_string(s);
	if (strcmp(s, "true") != 0 && strcmp(s, "false") != 0)
		return malformed(c, s);
	return strcmp(s, "true") == 0 ? jv_true() : jv_false();
}

/* The members of the call's operation that a form has. */
static jv form_input(struct call *c, jv form)
{
	return form_structure(c, form, c->op->members,
		sizeof(c->op->members) / sizeof(c->op->members[0]));
}

/* Reads the body as c's input. */
static void read_object(struct call *c, const struct request *req)
{
	struct json_fault fault;
	jv_free(c->input);
	c->input = json_parse(req->body, req->body_len, &fault);
	if (jv_get_kind(c->input) != JV_KIND_OBJECT)
		call_fail(c, 400, "SerializationException", "The body is no JSON object");
}

static void unknown(struct call *c)
{
	call_fail(c, 400, "UnknownOperationException",
		"The requested operation is not known.");
}

/* X-Amz-Target names service and operation; the body is the input. */
static void read_json(struct call *c, const struct request *req, const struct identity *who)
{
	const struct service *service = service_named(who->service);
	const char *target = req->header(req->ctx, "X-Amz-Target");
	const char *type = req->header(req->ctx, "Content-Type");
	size_t len = service != NULL ? strlen(service->target) : 0;
	if (service != NULL && target != NULL && type != NULL &&
		text_starts(type, "application/x-amz-json-1.1") &&
		strcmp(req->method, "POST") == 0 &&
		strncmp(target, service->target, len) == 0 && target[len] == '.')
		c->op = op_find(service->name, target + len + 1);
	if (c->op == NULL)
		unknown(c);
	else
		read_object(c, req);
}

/* The one REST-JSON operation: members in the body, two of them in the query. */
static void read_rest(struct call *c, const struct request *req)
{
	size_t path_len = strcspn(req->uri, "?");
	if (strcmp(req->method, "POST") != 0 || path_len != strlen("/policy/validation") ||
		!text_starts(req->uri, "/policy/validation")) {
		unknown(c);
		return;
	}
	c->op = op_find("access-analyzer", "ValidatePolicy");
	read_object(c, req);
	if (c->status != 0)
		return;
	jv form = form_parse(req->uri[path_len] == '?' ? req->uri + path_len + 1 : "");
	jv query = form_input(c, form);
	static const char *const in_query[] = { "maxResults", "nextToken" };
	for (size_t i = 0; i < sizeof(in_query) / sizeof(in_query[0]); i++) {
		c->input = jv_object_delete(c->input, jv_string(in_query[i]));
		c->input = rec_set_from(c->input, in_query[i], query);
	}
	jv_free(query);
	jv_free(form);
}

static void read_query(
	struct call *c, const struct request *req, const struct identity *who)
{
	const struct service *service = service_named(who->service);
	const char *type = req->header(req->ctx, "Content-Type");
	int is_form =
		type != NULL && text_starts(type, "application/x-www-form-urlencoded");
	jv form = form_parse(is_form ? req->body : "");
	const char *action = rec_str_or(form, "Action", "(none)");
	const char *version = rec_str_or(form, "Version", "(none)");
	if (service != NULL && strcmp(version, service->version) == 0)
		c->op = op_find(service->name, action);
	if (c->op == NULL) {
		call_fail(c, 400, "InvalidAction",
			"Could not find operation %s for version %s", action, version);
	} else {
		jv_free(c->input);
		c->input = form_input(c, form);
	}
	jv_free(form);
}

void wire_read(struct call *c, const struct request *req, const struct identity *who,
	enum protocol protocol)
{
	if (protocol == PROTOCOL_JSON)
		read_json(c, req, who);
	else if (protocol == PROTOCOL_REST_JSON)
		read_rest(c, req);
	else
		read_query(c, req, who);
}

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

void wire_refuse(struct call *c, const struct identity *who, enum protocol protocol)
{
	/* The JSON services of this kind answer 400 to a signature they refuse. */
	call_fail(c, protocol == PROTOCOL_JSON ? 400 : who->status,
		protocol == PROTOCOL_QUERY ? query_code(who->code) : who->code, "%s",
		who->message);
}

/* --- XML --------------------------------------------------------------------------------
 */

/* XML has no way to write control characters. */
static void xml_text(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		const char *escape =
			*s == '&'   ? "&amp;"
			: *s == '<' ? "&lt;"
			: *s == '>' ? "&gt;"
			: (unsigned char)*s < ' ' && strchr("\t\r\n", *s) == NULL
				? "\xEF\xBF\xBD"
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

static void write_xml(struct buf *b, const struct call *c, jv output, const char *service,
	const char *request_id)
{
	const struct service *s = service_named(service);
	const char *version = s != NULL && s->version != NULL ? s->version : "2011-06-15";
	if (s == NULL)
		service = "sts";
	if (c->status == 0) {
		buf_addf(b,
			"<%sResponse xmlns=\"https://%s.amazonaws.com/doc/%s/\"><%sResult>",
			c->op->name, service, version, c->op->name);
		xml_value(b, output);
		buf_addf(b,
			"</%sResult><ResponseMetadata><RequestId>%s</RequestId></"
			"ResponseMetadata></%sResponse>",
			c->op->name, request_id, c->op->name);
		return;
	}
	buf_addf(b,
		"<ErrorResponse "
		"xmlns=\"https://%s.amazonaws.com/doc/%s/\"><Error><Type>%s</"
		"Type><Code>%s</Code><Message>",
		service, version, c->status < 500 ? "Sender" : "Receiver", c->code);
	/* Where the message was cut, libjq mends its last character. */
	jv message = jv_string(c->message);
	xml_text(b, jv_string_value(message));
	jv_free(message);
	buf_addf(b, "</Message></Error><RequestId>%s</RequestId></ErrorResponse>",
		request_id);
}

static void write_json(struct buf *b, const struct call *c, jv output, const char *service)
{
	if (c->status == 0 && c->body.len > 0) {
		buf_add(b, c->body.data, c->body.len);
		return;
	}
	if (c->status == 0) {
		json_write(b, output);
		return;
	}
	/* Errors of the services' models have a Message, those before them a message. */
	int modelled = c->op != NULL && strcmp(service, "access-analyzer") != 0;
	jv r = rec_set_str(jv_object(), "__type", c->code);
	r = rec_set_str(r, modelled ? "Message" : "message", c->message);
	r = rec_set_str(r, "Reason", c->reason);
	unsigned long seconds;
	if (c->retry_after != NULL && strcmp(service, "identitystore") == 0 &&
		text_number(c->retry_after, 86400, &seconds) == 0)
		r = rec_set_num(r, "RetryAfterSeconds", (double)seconds);
	/* As Access Analyzer's model wants it. */
	if (c->op != NULL && !modelled && strcmp(c->code, "ValidationException") == 0)
		r = rec_set_str(r, "reason", "fieldValidationFailed");
	json_write(b, r);
	jv_free(r);
}

void wire_write(struct buf *b, const struct call *c, jv output, enum protocol protocol,
	const char *service, const char *request_id)
{
	if (protocol == PROTOCOL_QUERY)
		write_xml(b, c, output, service, request_id);
	else
		write_json(b, c, output, service);
}

const char *wire_content_type(enum protocol protocol)
{
	return protocol == PROTOCOL_QUERY  ? "text/xml"
	       : protocol == PROTOCOL_JSON ? "application/x-amz-json-1.1"
					   : "application/json";
}
