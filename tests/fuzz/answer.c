/*
 * AWS's answers, in all three protocols: the first line is "OPERATION STATUS TYPE", the
 * rest the body. What comes out is an object or an error with a text.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws_wire.h"
#include "fuzz.h"
#include "json.h"

/* The word at *s, which moves behind it. */
static char *word(char **s)
{
	char *start = *s;
	size_t len = strcspn(start, " ");
	*s += len + (start[len] == ' ');
	start[len] = '\0';
	return start;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *body = text;
	char *head = fuzz_line(&body);
	const struct aws_op *op = aws_op_find(AWS_SERVICES, word(&head));
	struct http_response res = { .status = strtol(word(&head), NULL, 10),
		.content_type = word(&head),
		.error_type = word(&head),
		.request_id = word(&head),
		.date = "",
		.retry_after_s = -1,
		.body = body,
		.body_len = size - (size_t)(body - text) };
	struct err err = { 0 };
	if (op != NULL && body <= text + size) {
		jv output = aws_wire_decode(op, &res, "host.example.com", &err);
		if (jv_is_valid(output)) {
			assert(jv_get_kind(output) == JV_KIND_OBJECT);
			free(json_string(output));
		} else {
			assert(err.kind == ERR_AWS || err.kind == ERR_NET);
			assert(err.text[0] != '\0');
			assert(err.kind != ERR_AWS || err.code[0] != '\0');
			assert(err.kind != ERR_AWS ||
				strstr(err.text, "Signature=") == NULL);
		}
		jv_free(output);
	}
	free(text);
	return 0;
}
