#include "aws_wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "rec.h"
#include "sig4.h"

#define ID_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-"
#define REQUEST_MAX (1u << 20)
#define RETRY_AFTER_MAX_S 86400

/* --- requests ----------------------------------------------------------------------- */

static void form_pair(struct buf *b, const char *name, const char *value)
{
	if (b->len > 0)
		buf_addc(b, '&');
	sig4_encode(b, name, strlen(name), 0);
	buf_addc(b, '=');
	sig4_encode(b, value, strlen(value), 0);
}

/* A scalar as a form has it, owned. */
static char *form_text(jv v)
{
	switch (jv_get_kind(v)) {
	case JV_KIND_STRING:
		return mem_string(jv_string_value(v));
	case JV_KIND_TRUE:
		return mem_string("true");
	case JV_KIND_FALSE:
		return mem_string("false");
	case JV_KIND_NUMBER:
		return mem_format("%.17g", jv_number_value(v));
	default:
		return mem_string("");
	}
}

static void form_value(struct buf *b, const char *name, jv v, int depth);

static void form_object(struct buf *b, const char *name, jv v, int depth)
{
	for (int i = jv_object_iter(v); jv_object_iter_valid(v, i);
		i = jv_object_iter_next(v, i)) {
		jv key = jv_object_iter_key(v, i);
		jv value = jv_object_iter_value(v, i);
		char *path =
			mem_format("%s%s%s", name, *name ? "." : "", jv_string_value(key));

		form_value(b, path, value, depth + 1);
		free(path);
		jv_free(key);
		jv_free(value);
	}
}

/* {"Tags": [{"Key": "a"}]} is Tags.member.1.Key=a. */
static void form_value(struct buf *b, const char *name, jv v, int depth)
{
	int n = rec_len(v);

	if (depth > JSON_DEPTH_MAX) {
		b->over = 1;
	} else if (jv_get_kind(v) == JV_KIND_OBJECT) {
		form_object(b, name, v, depth);
	} else if (jv_get_kind(v) == JV_KIND_ARRAY) {
		for (int i = 0; i < n; i++) {
			jv item = rec_at(v, i);
			char *path = mem_format("%s.member.%d", name, i + 1);

			form_value(b, path, item, depth + 1);
			free(path);
			jv_free(item);
		}
	} else {
		char *text = form_text(v);

		form_pair(b, name, text);
		free(text);
	}
}

static int encode_query(const struct aws_op *op, jv input, struct aws_message *out)
{
	out->content_type = "application/x-www-form-urlencoded; charset=utf-8";
	form_pair(&out->body, "Action", op->name);
	form_pair(&out->body, "Version", aws_services[op->service].version);
	form_object(&out->body, "", input, 0);
	return out->body.over ? -1 : 0;
}

/* Moves a paging member from the body to the URL. */
static jv to_url(jv body, const char *name, struct buf *query)
{
	jv value = name ? rec_get(body, name) : jv_invalid();

	if (name && jv_is_valid(value)) {
		char *text = form_text(value);

		form_pair(query, name, text);
		free(text);
		body = jv_object_delete(body, jv_string(name));
	}
	jv_free(value);
	return body;
}

static int encode_rest(const struct aws_op *op, jv input, struct aws_message *out)
{
	jv body = to_url(jv_copy(input), op->max_name, &out->query);
	int status;

	body = to_url(body, op->token_in, &out->query);
	out->content_type = "application/json";
	status = json_write(&out->body, body);
	jv_free(body);
	return status != 0 || out->query.over ? -1 : 0;
}

static int encode_json(const struct aws_op *op, jv input, struct aws_message *out)
{
	out->content_type = "application/x-amz-json-1.1";
	buf_addf(&out->target, "%s.%s", aws_services[op->service].target, op->name);
	return json_write(&out->body, input);
}

int aws_wire_encode(
	const struct aws_op *op, jv input, struct aws_message *out, struct err *err)
{
	static int (*const encode[])(const struct aws_op *, jv, struct aws_message *) = {
		[AWS_JSON] = encode_json,
		[AWS_REST_JSON] = encode_rest,
		[AWS_QUERY] = encode_query,
	};

	buf_init(&out->body, REQUEST_MAX);
	buf_init(&out->query, REQUEST_MAX);
	buf_init(&out->target, REQUEST_MAX);
	if (encode[aws_services[op->service].protocol](op, input, out) != 0)
		return err_set(err, ERR_DATA, "%s: the request is over %u bytes", op->name,
			REQUEST_MAX);
	return 0;
}

void aws_message_release(struct aws_message *m)
{
	/* AssumeRole and its like carry tokens. */
	buf_wipe(&m->body);
	buf_wipe(&m->query);
	buf_release(&m->target);
}

/* --- answers ------------------------------------------------------------------------ */

/* "com.example#ThrottlingException:http://..." is a ThrottlingException. */
static void set_code(struct err *err, const char *code)
{
	const char *hash = strchr(code, '#');
	size_t len;

	if (hash)
		code = hash + 1;
	len = strcspn(code, ":");
	if (len >= sizeof(err->code))
		len = sizeof(err->code) - 1;
	memcpy(err->code, code, len);
	err->code[len] = '\0';
	if (len == 0)
		(void)snprintf(err->code, sizeof(err->code), "UnknownError");
}

/* What repeats the request's Authorization ends there: it has the signature. */
static void cut_request(char *text)
{
	static const char *const marks[] = { "AWS4-HMAC-SHA256", "Credential=",
		"Signature=", "X-Amz-Security-Token" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		char *at = strstr(text, marks[i]);

		if (at)
			*at = '\0';
	}
}

/* One line of AWS's message, without the full stop; some words, if it has none. */
static void set_text(struct err *err, const char *message)
{
	size_t len;

	(void)snprintf(err->text, sizeof(err->text), "%s", message);
	for (char *p = err->text; *p; p++)
		if ((unsigned char)*p < ' ')
			*p = ' ';
	cut_request(err->text);
	len = strlen(err->text);
	while (len > 0 && strchr(". ", err->text[len - 1]))
		err->text[--len] = '\0';
	if (len == 0)
		(void)snprintf(err->text, sizeof(err->text), "AWS gave no reason");
}

void aws_wire_request_id(char *out, size_t size, const char *id)
{
	int is_id = id[strspn(id, ID_CHARS)] == '\0';

	(void)snprintf(out, size, "%s", is_id ? id : "");
}

static void set_error(struct err *err, const struct http_response *res, const char *code,
	const char *message, const char *request_id)
{
	err_set(err, ERR_AWS, "%s", "");
	set_code(err, code);
	set_text(err, message ? message : "");
	err->http_status = res->status;
	aws_wire_request_id(err->request_id, sizeof(err->request_id), request_id);
}

/* A page of a proxy's, mostly. */
static jv foreign(const struct http_response *res, const char *from, struct err *err)
{
	size_t len = strcspn(res->content_type, "; ");
	char type[64];

	if (len >= sizeof(type))
		len = 0;
	memcpy(type, res->content_type, len);
	type[len] = '\0';
	err_set(err, ERR_NET,
		"'%s' answered with status %ld and %s, not as AWS does: is a proxy in the "
		"way?",
		from, res->status, *type ? type : "no content type");
	err->http_status = res->status;
	return jv_invalid();
}

static int is_success(const struct http_response *res)
{
	return res->status >= 200 && res->status < 300;
}

/* JSON that is announced as such but broken was cut or damaged on its way. */
static jv unreadable(const struct http_response *res, const char *from,
	const struct json_fault *fault, struct err *err)
{
	if (!strstr(res->content_type, "json"))
		return foreign(res, from, err);
	err_set(err, ERR_NET, "a damaged answer from '%s': line %zu, column %zu: %s", from,
		fault->pos.line, fault->pos.column, fault->text);
	return jv_invalid();
}

static const char *first_of(jv v, const char *const *keys)
{
	const char *s = NULL;

	for (; *keys && !s; keys++)
		s = rec_str(v, *keys);
	return s;
}

static void json_error(jv body, const struct http_response *res, struct err *err)
{
	static const char *const codes[] = { "__type", "code", "Code", NULL };
	static const char *const messages[] = { "message", "Message", "errorMessage",
		NULL };
	const char *code = first_of(body, codes);

	if (*res->error_type)
		code = res->error_type;
	set_error(err, res, code ? code : "", first_of(body, messages),
		res->request_id);
}

static jv decode_json(const struct aws_op *op, const struct http_response *res,
	const char *from, struct err *err)
{
	struct json_fault fault = { { 0, 0 }, JSON_SYNTAX, "" };
	jv body;

	(void)op;
	/* Operations without output may answer with nothing; errors may be all header. */
	if (res->body_len == 0 && (is_success(res) || *res->error_type))
		body = jv_object();
	else
		body = json_parse(res->body, res->body_len, &fault);
	if (!jv_is_valid(body)) {
		jv_free(body);
		return unreadable(res, from, &fault, err);
	}
	if (jv_get_kind(body) == JV_KIND_OBJECT && is_success(res))
		return body;
	if (jv_get_kind(body) == JV_KIND_OBJECT)
		json_error(body, res, err);
	else
		foreign(res, from, err);
	jv_free(body);
	return jv_invalid();
}

/* <ErrorResponse><Error><Code/><Message/></Error><RequestId/></ErrorResponse> */
static int xml_error(jv document, const struct http_response *res, struct err *err)
{
	jv response = rec_get(document, "ErrorResponse");
	jv error = rec_get(response, "Error");
	const char *code = rec_str(error, "Code");

	if (code)
		set_error(err, res, code, rec_str(error, "Message"),
			rec_str_or(response, "RequestId", res->request_id));
	jv_free(error);
	jv_free(response);
	return code ? 0 : -1;
}

/* {"GetPolicyResponse": {"GetPolicyResult": {...}}} is {...}. */
static jv unwrap(const struct aws_op *op, jv document)
{
	char *name = mem_format("%sResponse", op->name);
	jv response = rec_get(document, name);
	jv result;

	free(name);
	name = mem_format("%sResult", op->name);
	result = rec_get(response, name);
	free(name);
	/* An empty element is read as a text. */
	if (jv_is_valid(response) && jv_get_kind(result) != JV_KIND_OBJECT) {
		jv_free(result);
		result = jv_object();
	}
	jv_free(response);
	return result;
}

/* <Policies/> is a list without members. */
static jv empty_list(const struct aws_op *op, jv output)
{
	const char *s = op->items ? rec_str(output, op->items) : NULL;

	return s && !*s ? rec_set(output, op->items, jv_array()) : output;
}

static jv decode_xml(const struct aws_op *op, const struct http_response *res,
	const char *from, struct err *err)
{
	jv document = aws_xml_parse(res->body, res->body_len, err);
	jv output = jv_invalid();

	if (jv_is_valid(document) && is_success(res))
		output = unwrap(op, document);
	if (jv_is_valid(output))
		output = empty_list(op, output);
	else if (!jv_is_valid(document) || is_success(res) ||
		 xml_error(document, res, err) != 0)
		foreign(res, from, err);
	jv_free(document);
	return output;
}

jv aws_wire_decode(const struct aws_op *op, const struct http_response *res,
	const char *from, struct err *err)
{
	if (aws_services[op->service].protocol == AWS_QUERY)
		return decode_xml(op, res, from, err);
	return decode_json(op, res, from, err);
}

long aws_wire_retry_after_s(const struct http_response *res)
{
	struct json_fault fault;
	jv body = json_parse(res->body, res->body_len, &fault);
	double s = jv_get_kind(body) == JV_KIND_OBJECT
			   ? rec_num(body, "RetryAfterSeconds", -1)
			   : -1;

	jv_free(body);
	return s >= 0 && s <= RETRY_AFTER_MAX_S ? (long)s : -1;
}
