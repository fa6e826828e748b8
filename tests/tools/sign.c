/*
 * sign -- signs the requests on standard input with lib/sig4, one JSON object a line, and
 * writes for each a line with what the signature is made of:
 *
 *     {"method", "path", "query", "headers": [[NAME, VALUE]...], "body", "region",
 *      "service", "normalize_path", "sign_body", "access_key_id", "secret_access_key",
 *      "session_token", "time"}
 *     {"canonical_request", "string_to_sign", "authorization"}
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "diag.h"
#include "json.h"
#include "lines.h"
#include "mem.h"
#include "rec.h"
#include "sig4.h"
#include "when.h"

static struct sig4_header *headers_of(jv list)
{
	int n = rec_len(list);
	struct sig4_header *headers = mem_array((size_t)n + 1, sizeof(*headers));
	for (int i = 0; i < n; i++) {
		jv pair = rec_at(list, i);
		/* The strings live as long as list does. */
		headers[i].name = rec_str_at(pair, 0);
		headers[i].value = rec_str_at(pair, 1);
		jv_free(pair);
	}
	return headers;
}

static void write_result(const struct sig4_result *res)
{
	jv r = rec_set_str(
		jv_object(), "canonical_request", buf_str(&res->canonical_request));
	r = rec_set_str(r, "string_to_sign", buf_str(&res->string_to_sign));
	r = rec_set_str(r, "authorization", buf_str(&res->authorization));
	char *text = json_string(r);
	puts(text);
	free(text);
	jv_free(r);
}

static int sign(jv rec, struct err *err)
{
	jv list = rec_get(rec, "headers");
	struct sig4_header *headers = headers_of(list);
	const char *body = rec_str_or(rec, "body", "");
	struct sig4_request req = { .method = rec_str(rec, "method"),
		.path = rec_str(rec, "path"),
		.query = rec_str(rec, "query"),
		.headers = headers,
		.n_headers = (size_t)rec_len(list),
		.body = body,
		.body_len = strlen(body),
		.region = rec_str(rec, "region"),
		.service = rec_str(rec, "service"),
		.normalize_path = rec_true(rec, "normalize_path"),
		.sign_body = rec_true(rec, "sign_body") };
	struct cred cred = { .access_key_id = mem_string(rec_str(rec, "access_key_id")),
		.secret_access_key = mem_string(rec_str(rec, "secret_access_key")),
		.session_token = mem_string(rec_str(rec, "session_token")) };
	struct sig4_result res;
	time_t now = 0;
	int status = when_parse_rfc3339(rec_str_or(rec, "time", ""), &now);
	if (status != 0) {
		err_set(err, ERR_DATA, "a time that can't be read");
	} else {
		status = sig4_sign(&req, &cred, now, &res, err);
		if (status == 0)
			write_result(&res);
		sig4_result_release(&res);
	}
	cred_release(&cred);
	free(headers);
	jv_free(list);
	return status;
}

int main(void)
{
	struct lines lines;
	struct json_fault fault;
	struct err err;
	char *line;
	size_t len;
	int whole, got, status = 0;
	cmd_init("sign", 0);
	lines_init(&lines, STDIN_FILENO);
	while (status == 0 && (got = lines_next(&lines, &line, &len, &whole, &err)) == 1) {
		jv rec = json_parse(line, len, &fault);
		if (jv_is_valid(rec))
			status = sign(rec, &err);
		else
			status = err_set(&err, ERR_DATA, "%s", fault.text);
		jv_free(rec);
	}
	if (status != 0)
		diag_err(&err, "line %zu", lines.number);
	lines_release(&lines);
	return status == 0 ? 0 : 1;
}
